"""The whole topic on a small region: the comparisons written out, its pictures and notices, and each of its gates."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import ibis.expr.types as ir
import pytest

from ivz_assets.dashboard.reconciliation import notices, pictures, recompute
from ivz_assets.dashboard.reconciliation.schema import DASHBOARD_RECONCILIATION
from ivz_assets.dashboard.stage import build
from ivz_assets.settings import Settings
from ivz_assets.warehouse.store import Store
from ivz_assets_tests.dashboard.reconciliation.small_region import BORNE, ENSCHEDE, small_region
from ivz_assets_tests.quality.workshop import names

# Great Expectations takes seconds to import: one worker does so.
pytestmark = pytest.mark.xdist_group("gates")

Cells = dict[tuple[str, str, str], dict[str, Any]]


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(data_dir=tmp_path_factory.mktemp("aansluiting"), today=date(2025, 3, 17))


@pytest.fixture(scope="module")
def store(settings: Settings) -> Store:
    """Built; the tests only read it."""
    made = small_region()
    outcome = build(made, settings, "proef", "reconciliation")
    assert outcome.passed, names(outcome.verdicts)
    return made


@pytest.fixture(scope="module")
def cells(store: Store) -> Cells:
    rows = store.rows("SELECT * FROM dashboard_reconciliation")
    return {(row["gebied_sleutel"], row["periode"], row["politie_code"]): row for row in rows}


def facts(cell: dict[str, Any]) -> tuple[Any, ...]:
    return cell["aantal_weekmonitor"], cell["aantal_open"], cell["verschil"], cell["oordeel"], cell["reden"]


def test_every_comparison_is_there_once(cells: Cells) -> None:
    # 3 months and a year; 27 kinds for each municipality, and 3 more for the region.
    assert len(cells) == (3 + 1) * (2 * 27 + 30)
    assert {key[0] for key in cells} == {ENSCHEDE, BORNE, "TWENTE"}
    assert {(key[0], key[2]) for key in cells if key[2] in ("1.4.2", "3.2.1", "3.2.2")} == {
        ("TWENTE", "1.4.2"), ("TWENTE", "3.2.1"), ("TWENTE", "3.2.2"),
    }  # fmt: skip


def test_counts_by_registration_with_every_project_code_and_unknown_neighbourhood(cells: Cells) -> None:
    # 3 + 1 with a project code + 1 in an unknown neighbourhood; not the 100 by the day it happened.
    assert facts(cells[ENSCHEDE, "2025-01", "1.1.1"]) == (5, 5, 0, "sluit aan", None)
    assert facts(cells[BORNE, "2025-01", "1.1.1"]) == (2, 30, -28, "wijkt af", None)
    # The region has the crime of an unknown municipality as well; the police's figure is the sum of municipalities.
    assert facts(cells["TWENTE", "2025-01", "1.1.1"])[:3] == (8, 35, -27)
    assert facts(cells[ENSCHEDE, "2024", "1.1.1"]) == (440, 900, -460, "wijkt af", None)
    assert cells[ENSCHEDE, "2024", "1.1.1"]["tabel"] == "47018NED"


def test_only_crimes_of_the_classes_named(cells: Cells) -> None:
    assert facts(cells[ENSCHEDE, "2025-01", "1.4.5"]) == (4, 9, -5, "sluit aan", None)
    assert cells[ENSCHEDE, "2025-01", "1.4.5"]["aansluitbaar"] == "deels"
    assert facts(cells[ENSCHEDE, "2025-01", "2.5.1"])[:2] == (2, 2)
    assert facts(cells["TWENTE", "2025-01", "1.4.2"])[:2] == (1, 1)


def test_a_sum_of_codes_needs_all_of_them(cells: Cells) -> None:
    assert facts(cells[BORNE, "2025-01", "3.1.2+1.6.3"])[:3] == (1, 2, -1)
    missing = (0, None, None, "niet te vergelijken", "de politie geeft geen cijfer")
    assert facts(cells[ENSCHEDE, "2025-01", "3.1.2+1.6.3"]) == missing
    assert facts(cells["TWENTE", "2025-01", "3.1.2+1.6.3"]) == (1, *missing[1:])


def test_nought_is_a_count_and_absent_is_not(cells: Cells) -> None:
    both = cells[ENSCHEDE, "2025-01", "1.2.3"]
    assert facts(both) == (0, 0, 0, "sluit aan", None)
    assert both["verschil_aandeel"] is None
    assert facts(cells[ENSCHEDE, "2025-01", "1.2.4"])[1:] == (None, None, "niet te vergelijken", "de politie geeft geen cijfer")
    assert cells[ENSCHEDE, "2024", "1.1.1"]["verschil_aandeel"] == pytest.approx(-460 / 900)


def test_the_newest_month_is_no_deviation(cells: Cells) -> None:
    reason = "de open tabel is over deze maand nog niet volledig"
    assert facts(cells[ENSCHEDE, "2025-02", "1.1.1"]) == (6, 9, -3, "niet te vergelijken", reason)


def test_sentences(cells: Cells) -> None:
    assert cells[ENSCHEDE, "2025-01", "1.1.1"]["toelichting"] == (
        "Enschede, januari 2025, Diefstal/inbraak woning: de weekmonitor telt 5, de politie maakt er 5 openbaar. "
        "Dat past binnen de band van 0 tot en met 14."
    )
    assert cells[BORNE, "2025-01", "1.1.1"]["toelichting"] == (
        "Borne, januari 2025, Diefstal/inbraak woning: de weekmonitor telt 2, de politie maakt er 30 openbaar. "
        "Dat ligt buiten de band van 0 tot en met 9. Zoek uit waardoor."
    )
    assert cells[ENSCHEDE, "2025-01", "1.2.4"]["toelichting"] == (
        "Enschede, januari 2025, Zakkenrollerij: de weekmonitor telt 0. Niet te vergelijken: de politie geeft geen cijfer."
    )


def test_what_deviates_is_told_and_shown(store: Store) -> None:
    notice = notices.deviations(store)
    assert notice["told"].startswith("4 of ")
    assert [(row["gebied_sleutel"], row["periode"]) for row in notice["rows"]] == [
        (ENSCHEDE, "2024"), ("TWENTE", "2024"), (BORNE, "2025-01"), ("TWENTE", "2025-01"),
    ]  # fmt: skip
    shown = pictures.charts(store)["dashboard_reconciliation"]
    assert set(shown) == {"oordelen", "grootste_afwijkingen", "aansluiting_van_subcategorieen", "per_gemeente"}
    assert pictures.per_gemeente(store) == (
        "2024",
        [
            {"gebied_naam": "Borne", "weekmonitor": 0, "open": 0},
            {"gebied_naam": "Enschede", "weekmonitor": 440, "open": 900},
        ],
    )


def test_again_gives_the_same(store: Store, settings: Settings) -> None:
    before = store.rows("FROM dashboard_reconciliation")
    assert build(store, settings, "nog eens", "reconciliation").passed
    assert store.rows("FROM dashboard_reconciliation") == before


@pytest.mark.parametrize("never_fetched", [True, False])
def test_without_an_open_table_it_is_empty_and_goes_on(settings: Settings, never_fetched: bool) -> None:
    store = small_region(with_open_tables=not never_fetched)
    if not never_fetched:
        store.connection.execute("DELETE FROM open_police_counts")
    outcome = build(store, settings, "proef", "reconciliation")
    assert outcome.passed
    assert outcome.rows == {"dashboard_reconciliation": 0}
    assert notices.deviations(store)["told"].startswith("nothing was compared")
    assert "per_gemeente" not in pictures.charts(store)["dashboard_reconciliation"]


# The gates


def one_too_many(table: ir.Table) -> ir.Table:
    here = (table.gebied_sleutel == ENSCHEDE) & (table.politie_code == "1.1.1") & (table.periode == "2025-01")
    return table.mutate(
        aantal_weekmonitor=table.aantal_weekmonitor + here.cast("int32"), verschil=table.verschil + here.cast("int32")
    )


def unknown_area(table: ir.Table) -> ir.Table:
    return table.mutate(gebied_sleutel=table.gebied_sleutel.replace(BORNE, "GM9999"))


def unknown_code(table: ir.Table) -> ir.Table:
    return table.mutate(politie_code=table.politie_code.replace("3.7.1", "3.7.9"))


def unknown_period(table: ir.Table) -> ir.Table:
    """Of kinds that we never count, so that no total changes."""
    changed = (table.politie_code == "3.7.1") & (table.periode == "2024-12")
    return table.mutate(periode=changed.ifelse("1999-12", table.periode))


def band_beside_the_count(table: ir.Table) -> ir.Table:
    uncompared = table.oordeel.cast("string") == "niet te vergelijken"
    return table.mutate(band_laag=uncompared.ifelse(table.aantal_weekmonitor + 1, table.band_laag))


def agrees_outside_the_band(table: ir.Table) -> ir.Table:
    verdict = table.oordeel.cast("string")
    return table.mutate(oordeel=(verdict == "wijkt af").ifelse("sluit aan", verdict))


def deviates_without_a_figure(table: ir.Table) -> ir.Table:
    verdict = table.oordeel.cast("string")
    return table.mutate(oordeel=(verdict == "niet te vergelijken").ifelse("wijkt af", verdict))


def wrong_difference(table: ir.Table) -> ir.Table:
    return table.mutate(verschil=-table.verschil)


@pytest.mark.parametrize(
    ("harm", "stopped"),
    [
        (one_too_many, "totalen_gelijk"),
        (unknown_area, "sleutels_bekend"),
        (unknown_code, "sleutels_bekend"),
        (unknown_period, "sleutels_bekend"),
        (band_beside_the_count, "band_om_eigen_aantal"),
        (agrees_outside_the_band, "oordeel_volgt"),
        (deviates_without_a_figure, "oordeel_volgt"),
        (wrong_difference, "oordeel_volgt"),
    ],
)
def test_each_gate_stops_its_own(store: Store, settings: Settings, harm: Any, stopped: str) -> None:
    harmed = store.keep("geschonden", harm(store.table("dashboard_reconciliation")))
    assert names(recompute.judge(store, settings, {"dashboard_reconciliation": harmed})) == [
        f"dashboard_reconciliation.{stopped}"
    ]


def test_the_tables_that_are_read_are_named(store: Store) -> None:
    assert all(store.exists(name) for name in recompute.INPUTS)
    assert store.version("dashboard_reconciliation").invoer.keys() == set(recompute.INPUTS)
    assert DASHBOARD_RECONCILIATION.metadata == {"gepubliceerd_als": "aansluiting_politie"}
    assert Path(recompute.__file__).parent.name == "reconciliation"
