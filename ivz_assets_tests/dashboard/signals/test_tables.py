"""The tables of a small region from the store to the gates; each gate is corrupted and must be the only one to stop it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import ibis.expr.types as ir
import numpy as np
import pytest

from ivz_assets.dashboard.signals import expectations, pictures, recompute, schema
from ivz_assets.dashboard.signals.families import Q
from ivz_assets.dashboard.signals.power import stored_rows
from ivz_assets.dashboard.signals.stored import family_basis
from ivz_assets.quality.schema_gate import schema_gate
from ivz_assets.settings import Settings
from ivz_assets.warehouse.store import Store
from ivz_assets_tests.dashboard.signals.small_region import HOT, MOMENT, THEME, small_region

pytestmark = pytest.mark.xdist_group("signals")

MODELS = schema.PUBLISHED


def staged_in(store: Store, settings: Settings) -> dict[str, ir.Table]:
    """The tables, staged."""
    return {str(model.name): store.stage(model, expression) for model, expression in recompute.tables(store, settings)}


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings on the day after the newest week."""
    return Settings(data_dir=Path(tmp_path_factory.mktemp("signalen")), today=MOMENT.date())


@pytest.fixture(scope="module")
def store(settings: Settings) -> Iterator[Store]:
    """The small region with the tables of the topic promoted."""
    made = small_region()
    with made.transaction():
        staged_in(made, settings)
        for model in MODELS:
            made.promote(model, made.next_version(), "proef", MOMENT, {})
    yield made
    made.close()


def rows(store: Store, where: str, table: str = "dashboard_signals") -> list[dict[str, Any]]:
    """Rows of a table."""
    return store.rows(f"SELECT * FROM {table} WHERE {where} ORDER BY ALL")


def test_the_tables_fit_their_models_and_hold_at_every_gate(store: Store, settings: Settings) -> None:
    for model in MODELS:
        assert schema_gate(store.table(str(model.name)), model).passed
    staged = {name: store.table(name) for name in expectations.TABLES}
    assert all(verdict.passed for verdict in recompute.judge(store, settings, staged))


def test_what_goes_on_in_the_hot_neighbourhood_is_found_and_told(store: Store) -> None:
    (signal,) = rows(store, f"gebied_sleutel = '{HOT}' AND klasse_niveau = 'subcategorie' AND signaal AND nieuwste")
    assert (signal["periode"], signal["klasse_sleutel"], signal["aantal"]) == ("2026-W12", "subcategorie: Woninginbraak", 15)
    assert signal["verwacht"] == pytest.approx(2, abs=0.6)
    assert signal["duur"] == 2
    assert signal["zin"].startswith(
        "In week 12 van 2026 zijn in Buurt 02 (Enschede) 15 gevallen van Woninginbraak geregistreerd;"
    )
    assert "Dit duurt al 2 weken." in signal["zin"]


def test_a_series_that_stands_out_is_kept_for_every_period(store: Store) -> None:
    kept = rows(store, f"gebied_sleutel = '{HOT}' AND klasse_sleutel = 'subcategorie: Woninginbraak' AND periode_soort = 'week'")
    assert len(kept) == 13
    assert [row["duur"] for row in kept][-3:] == [0, 1, 2]
    older, standing_out = (
        {(row["periode_soort"], row["gebied_sleutel"], row["klasse_sleutel"]) for row in rows(store, where)}
        for where in ("NOT nieuwste", "signaal")
    )
    assert older == standing_out


def test_only_series_that_were_compared_count(store: Store) -> None:
    """Two known neighbourhoods in Enschede, one in Borne; Straatroof never occurs; unknown and own areas are left out."""
    newest = rows(store, "nieuwste AND periode_soort = 'week'", "dashboard_signal_families")
    compared = {(row["gebied_niveau"], row["familie"]): row["vergelijkingen"] for row in newest}
    # Of each category its one subcategory and itself; a theme is one class.
    areas = {"buurt": 3, "wijk": 2, "gemeente": 2, "regio": 1}
    sizes = {"Vermogensdelicten": 2, "Overlast en vernieling": 2, schema.THEMES: 1}
    assert compared == {(level, family): areas[level] * sizes[family] for level in areas for family in sizes}
    assert not rows(store, "gebied_sleutel LIKE '%XX%' OR gebied_sleutel = 'EIGEN1'")
    assert rows(store, f"klasse_sleutel = '{THEME}'")


def test_farrington_is_for_large_counts_by_week(store: Store) -> None:
    methods = store.rows(
        "SELECT DISTINCT periode_soort::VARCHAR AS soort, gebied_niveau::VARCHAR AS niveau, klasse_sleutel "
        "FROM dashboard_signals WHERE methode = 'farrington' ORDER BY ALL"
    )
    assert {row["soort"] for row in methods} == {"week"}
    assert {row["niveau"] for row in methods} == {"gemeente", "regio"}
    assert not any("inbraak" in row["klasse_sleutel"] for row in methods if row["niveau"] == "gemeente")
    # A family says what its comparisons were made with; where some have enough for Farrington and others not, that is mixed.
    weeks = rows(store, "periode_soort = 'week'", "dashboard_signal_families")
    bases = {(row["gebied_niveau"], row["familie"]): row["basis"] for row in weeks if row["nieuwste"]}
    assert bases["regio", "Overlast en vernieling"] == schema.TREND_EN_SEIZOEN
    assert bases["buurt", "Vermogensdelicten"] == schema.ZELFDE_PERIODEN
    found = [family_basis(schema.ERVOOR, np.array(large)) for large in ([False, False], [True, False], [True, True])]
    assert found == [schema.ERVOOR, schema.GEMENGD, schema.TREND_EN_SEIZOEN]


def test_k_of_m_in_words(store: Store) -> None:
    (family,) = rows(
        store,
        "nieuwste AND periode_soort = 'week' AND gebied_niveau = 'buurt' AND familie = 'Vermogensdelicten'",
        "dashboard_signal_families",
    )
    assert family["signalen"] == 2
    assert family["toelichting"] == "2 van de 6 vergelijkingen vallen op bij q = 5%."


def test_rerun_is_run(store: Store, settings: Settings) -> None:
    before = rows(store, "true")
    with store.transaction():
        staged_in(store, settings)
        again = store.rows("SELECT * FROM dashboard_signals__nieuw ORDER BY ALL")
    assert again == before


def test_a_region_that_has_just_begun_claims_nothing(settings: Settings) -> None:
    begun = small_region(first=date(2026, 2, 2))
    with begun.transaction():
        staged = staged_in(begun, settings)
        assert staged["dashboard_signals"].count().to_pyarrow().as_py() == 0
        found = begun.rows("SELECT DISTINCT basis::VARCHAR AS basis, vergelijkingen FROM dashboard_signal_families__nieuw")
        assert found == [{"basis": schema.TE_WEINIG, "vergelijkingen": 0}]
        assert all(verdict.passed for verdict in recompute.judge(begun, settings, staged))


def test_with_one_year_the_weeks_before_it_and_it_says_so(settings: Settings) -> None:
    young = small_region(first=date(2025, 1, 6))
    with young.transaction():
        staged_in(young, settings)
        (signal,) = young.rows(
            "SELECT basis::VARCHAR AS basis, zin FROM dashboard_signals__nieuw WHERE signaal AND nieuwste "
            f"AND gebied_sleutel = '{HOT}' AND klasse_niveau = 'subcategorie'"
        )
    assert signal["basis"] == schema.ERVOOR
    assert "naar de weken ervoor, zonder seizoen" in signal["zin"]


CORRUPTIONS = {
    "anders_geteld": ("dashboard_signals", "aantal = aantal + 1", "NOT signaal AND aantal = 0 OR signaal"),
    "geen_kans": ("dashboard_signals", "kans = 0", "NOT signaal"),
    "gecorrigeerd_lager": ("dashboard_signals", "kans_gecorrigeerd = 0.5", "kans > 0.6"),
    "band_omgekeerd": ("dashboard_signals", "band_laag = band_hoog + 1", "true"),
    "zonder_zin": ("dashboard_signals", "zin = NULL", "signaal"),
    "zonder_duur": ("dashboard_signals", "duur = 1", "NOT signaal"),
    "zonder_dimensie": ("dashboard_signals", "familie = 'Verkeer'", "NOT signaal"),
    "meer_signalen_dan_vergelijkingen": ("dashboard_signal_families", "vergelijkingen = 1", "signalen = 2"),
    "andere_signalen": ("dashboard_signal_families", "signalen = signalen - 1", "signalen = 2"),
    "andere_basis": ("dashboard_signal_families", "basis = 'de perioden ervoor'", "signalen = 2"),
    "verkeerd_gemerkt": ("dashboard_signal_families", "q = 0.0000000001", "signalen = 2"),
    "kans_daalt": ("dashboard_signal_power", "kans_gevonden = 0.1", "stijging = 3 AND verwacht = 200"),
    "te_vaak_vals": ("dashboard_signal_power", "kans_gevonden = 0.06", "stijging = 1 AND verwacht = 200 AND vergelijkingen = 1"),
}


@pytest.mark.parametrize("gate", CORRUPTIONS)
def test_each_gate_and_only_that_stops_its_mistake(store: Store, settings: Settings, gate: str) -> None:
    table, change, where = CORRUPTIONS[gate]
    with store.transaction():
        copies = {}
        for name in expectations.TABLES:
            store.connection.execute(f'CREATE OR REPLACE TEMP TABLE "proef_{name}" AS FROM "{name}"')
            copies[name] = store.ibis.table(f"proef_{name}", database=("temp", "main"))
        store.connection.execute(f'UPDATE "proef_{table}" SET {change} WHERE {where}')
        verdicts = recompute.judge(store, settings, copies)
    found = {finding.verwachting for verdict in verdicts for finding in verdict.bevindingen}
    assert found == {f"{table}.{gate}"}


def test_the_suite_asks_what_is_corrupted() -> None:
    asked = {
        expectation.meta["id"] for suites in expectations.suite().values() for suite in suites.values() for expectation in suite
    }
    assert asked == set(CORRUPTIONS)


def test_the_pictures(store: Store) -> None:
    shown = pictures.charts(store)
    assert set(shown) == set(expectations.TABLES)
    assert "Woninginbraak" in shown["dashboard_signals"]["signalen_van_de_week"].value
    assert "data:image/png;base64" in shown["dashboard_signals"]["sterkste_1"].value
    assert "| 200 |" in shown["dashboard_signal_power"]["kans_dat_een_stijging_opvalt_bij_15_vergelijkingen"].value


def test_the_stored_power_is_what_is_published(store: Store) -> None:
    assert len(rows(store, "true", "dashboard_signal_power")) == len(stored_rows())
    assert {row["q"] for row in rows(store, "true", "dashboard_signal_families")} == {Q}


def test_a_region_without_registrations_is_quiet(settings: Settings) -> None:
    empty = small_region(first=date(2025, 12, 1), weekly={"A20": 0.0})
    empty.connection.execute("DELETE FROM daily_counts")
    with empty.transaction():
        staged = staged_in(empty, settings)
        assert [int(staged[name].count().to_pyarrow().as_py()) for name in expectations.TABLES[:2]] == [0, 0]
        assert all(verdict.passed for verdict in recompute.judge(empty, settings, staged))
