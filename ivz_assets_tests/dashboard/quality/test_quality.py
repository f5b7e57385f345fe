"""What is told of deliveries, rules, checks and sources, against hand-made ledgers."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ivz_assets.dashboard.quality import pictures, recompute, schema, sources, transform
from ivz_assets.deliveries.ledger import HELD, DeliveryFacts, Ledger
from ivz_assets.quality.schema_gate import schema_gate
from ivz_assets.quality.stage import build_stage
from ivz_assets.settings import Settings
from ivz_assets.warehouse.arrow import rows_of
from ivz_assets.warehouse.store import Store

MONDAY = datetime(2026, 3, 23, 8)
POLICE = "2026-W12-0123456789"
SUPPLIER = "V2026-01-10-0123456789"


def facts(levering_id: str, rijen: int, **other: Any) -> DeliveryFacts:
    values: dict[str, Any] = {
        "levering_id": levering_id, "volgorde": 1, "bestand": "bestand.xlsx", "sha256": "0" * 64, "bytes": 1,
        "geleverd_op": MONDAY, "ingelezen_op": MONDAY, "soort": "week", "week": "2026-W12", "dekking_van": date(2026, 3, 16),
        "dekking_tot": date(2026, 3, 22), "rijen": rijen, "eerste_registratie": date(2026, 3, 16),
        "laatste_registratie": date(2026, 3, 22), "blad": "Blad1", "overgeslagen": "{}", "xy_verwijderd": 3, "run_id": "r",
    }  # fmt: skip
    return DeliveryFacts(**{**values, **other})


def test_what_became_of_each_row() -> None:
    account = {"levering_id": POLICE, "incident": 90, "quarantaine": 4, "vervangen": 6, "vastgehouden": 0, "teruggetrokken": 0}
    rows = transform.delivery_rows("weekmonitor", [facts(POLICE, 100), facts("2026-W11-0123456789", 5)], [account])
    assert len(rows) == 1  # the other has no account
    assert {name: rows[0][name] for name in schema.REKENING} == {
        "geldend": 90, "afgekeurd": 4, "vervangen": 6, "vastgehouden": 0, "teruggetrokken": 0, "verlopen": 0,
    }  # fmt: skip
    assert rows[0]["aandeel_afgekeurd"] == pytest.approx(0.04)
    assert (rows[0]["xy_verwijderd"], rows[0]["laatste_registratie"]) == (3, date(2026, 3, 22))
    figures = {
        "levering_id": SUPPLIER, "cijfers": 7, "afgekeurd": 1, "vervangen": 0, "vastgehouden": 0, "teruggetrokken": 0,
        "verlopen": 2,
    }  # fmt: skip
    row = transform.delivery_rows("verrijking", [facts(SUPPLIER, 10)], [figures])[0]
    assert (row["geldend"], row["verlopen"]) == (7, 2)
    assert (
        transform.delivery_rows("weekmonitor", [facts(POLICE, 0)], [{**account, "incident": 0}])[0]["aandeel_afgekeurd"] is None
    )


def test_a_rule_has_its_meaning_and_its_share() -> None:
    rules = {"klasse_onbekend": ("afkeuren", "maatschappelijke_klasse", "De klasse staat niet in Bijlage 1A.")}
    counts = [
        {"levering_id": POLICE, "regel": "klasse_onbekend", "aantal": 5},
        {"levering_id": POLICE, "regel": "weg", "aantal": 1},
    ]
    known, gone = transform.rule_rows("weekmonitor", counts, rules, {POLICE: 200})
    assert (known["ernst"], known["veld"], known["aandeel"]) == ("afkeuren", "maatschappelijke_klasse", 0.025)
    assert (gone["ernst"], gone["betekenis"]) == ("markeren", transform.GONE)
    often = transform.rule_rows(
        "verrijking", [{"levering_id": SUPPLIER, "regel": "te_hoog", "aantal": 9, "ernst": "afkeuren"}], {}, {}
    )
    assert (often[0]["aandeel"], often[0]["ernst"]) == (None, "afkeuren")


def test_nothing_of_a_file_is_left_in_a_meaning() -> None:
    assert transform.without_places("Het blad '{blad_naam}' ontbreekt.") == "Het blad ... ontbreekt."
    assert transform.without_places("{waarde} is lager dan {grens}.") == "... is lager dan ...."
    for meaning in [text for _, _, text in recompute._rules("verrijking").values()]:
        assert "{" not in transform.without_places(meaning)


def test_the_newest_outcome_of_each_check_counts() -> None:
    finding = {"verwachting": "incidents.volume", "uitleg": "Een week is niet half zo groot."}

    def gate(tabel: str, versie: int, findings: list[dict[str, str]]) -> dict[str, Any]:
        return {
            "tabel": tabel, "versie": versie, "controle": "schema", "geslaagd": not findings, "bevindingen": json.dumps(findings),
        }  # fmt: skip

    versions = [
        {"tabel": "incidents", "versie": 1, "goedgekeurd": True, "rijen": 10},
        {"tabel": "incidents", "versie": 3, "goedgekeurd": False, "rijen": 0},
    ]
    gates = [gate("incidents", 1, []), gate("incidents", 3, [finding, finding]), gate("dim_levering", 2, [])]
    rows = transform.check_rows(gates, versions, recompute.MADE_AFTER, {"incidents": "incidenten"})
    assert rows == [
        {
            "tabel": "incidents", "gepubliceerd_als": "incidenten", "controle": "schema", "geslaagd": False, "bevindingen": 2,
            "toelichting": "incidents.volume: Een week is niet half zo groot.", "rijen": 10,
        }
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("today", "state"), [(date(2026, 3, 23), "actueel"), (date(2026, 3, 30), "actueel"), (date(2026, 3, 31), "verouderd")]
)
def test_the_week_is_late_the_day_after_it_was_expected(today: date, state: str) -> None:
    row = sources.weekmonitor_row(date(2015, 1, 1), date(2026, 3, 22), sources.Counted(12, 1, MONDAY), today)
    assert (row["toestand"], row["verwacht_op"]) == (state, date(2026, 3, 30))
    assert "22-03-2026" in row["toelichting"]
    assert row["toelichting"].endswith("Leveringen die op een besluit wachten: 1.")


def test_sources_that_are_not_there_say_so() -> None:
    nothing = sources.Counted(0, 0, None)
    assert sources.weekmonitor_row(None, None, nothing, date(2026, 1, 1))["toestand"] == "ontbreekt"
    assert sources.cbs_rows([])[0]["toestand"] == "ontbreekt"
    assert sources.map_row(None, 2025)["toestand"] == "ontbreekt"
    assert [sources.map_row(year, 2025)["toestand"] for year in (2025, 2024)] == ["actueel", "verouderd"]
    held = sources.supplier_rows({"Gemeente Voorbeeld": sources.Counted(0, 1, None)}, [], date(2026, 1, 1))
    assert held[0]["toestand"] == "ontbreekt"
    assert held[0]["toelichting"] == "Er gelden geen cijfers van Gemeente Voorbeeld. Leveringen die op een besluit wachten: 1."


def test_a_cbs_year_speaks_of_its_reference_day() -> None:
    tables = [
        {"jaar": 2025, "tabel_id": "86165NED", "opgehaald_op": MONDAY, "toestand": "actueel", "gebieden": 16000},
        {"jaar": 2026, "tabel_id": "86999NED", "opgehaald_op": None, "toestand": "ontbreekt", "gebieden": 0},
    ]
    there, missing = sources.cbs_rows(tables)
    assert (there["gegevens_tot_en_met"], there["leveringen"]) == (date(2025, 1, 1), 1)
    assert (missing["gegevens_tot_en_met"], missing["leveringen"], missing["toestand"]) == (None, 0, "ontbreekt")


def test_an_open_police_table_speaks_of_its_periods() -> None:
    month = {
        "tabel": "47022NED", "opgehaald_op": MONDAY, "toestand": "verouderd", "cijfers": 12,
        "eerste_periode": "2012-01", "laatste_periode": "2026-02",
    }  # fmt: skip
    never = {**month, "tabel": "47018NED", "toestand": "ontbreekt", "cijfers": 0, "eerste_periode": None, "laatste_periode": None}
    there, missing = sources.open_police_rows([month, never])
    assert (there["gegevens_van"], there["gegevens_tot_en_met"]) == (date(2012, 1, 1), date(2026, 2, 28))
    assert (missing["gegevens_tot_en_met"], missing["leveringen"], missing["toestand"]) == (None, 0, "ontbreekt")


def test_a_supplier_is_late_when_its_shortest_period_has_passed() -> None:
    figures = [
        {"leverancier": "Kennispunt", "periode_soort": "jaar", "van": date(2024, 1, 1), "tot_en_met": date(2025, 12, 31)},
        {"leverancier": "Kennispunt", "periode_soort": "kwartaal", "van": date(2025, 1, 1), "tot_en_met": date(2025, 9, 30)},
    ]
    counted = {"Kennispunt": sources.Counted(2, 0, datetime(2025, 11, 30, 9))}
    row = sources.supplier_rows(counted, figures, date(2026, 2, 28))[0]
    # Three months after 30 November is the last day of February.
    assert (row["verwacht_op"], row["toestand"]) == (date(2026, 2, 28), "actueel")
    assert (row["gegevens_van"], row["gegevens_tot_en_met"]) == (date(2024, 1, 1), date(2025, 11, 30))  # the day it came
    assert sources.supplier_rows(counted, figures, date(2026, 3, 1))[0]["toestand"] == "verouderd"


@pytest.fixture
def store() -> Store:
    """Two deliveries with their accounts, one of them held."""
    store = Store(duckdb.connect())
    police, suppliers = Ledger(store), Ledger(store, "verrijking")
    police.add(facts(POLICE, 100))
    suppliers.add(facts(SUPPLIER, 10, geleverd_op=datetime(2026, 1, 10, 9), ingelezen_op=datetime(2026, 1, 10, 9)))
    suppliers.decide(datetime(2026, 1, 10, 9), HELD, SUPPLIER, "te veel anders", who="ivz")
    execute = store.connection.execute
    execute(
        f"CREATE TABLE delivery_accounts AS SELECT '{POLICE}' AS levering_id, 100 AS rijen, 96 AS incident, 4 AS quarantaine, "
        "0 AS vervangen, 0 AS vastgehouden, 0 AS teruggetrokken"
    )
    execute(
        f"CREATE TABLE enrichment_accounts AS SELECT '{SUPPLIER}' AS levering_id, 10 AS rijen, 0 AS cijfers, 1 AS afgekeurd, "
        "0 AS vervangen, 9 AS vastgehouden, 0 AS teruggetrokken, 0 AS verlopen"
    )
    execute(f"CREATE TABLE rule_counts AS SELECT '{POLICE}' AS levering_id, 'klasse_onbekend' AS regel, 4 AS aantal")
    execute(f"CREATE TABLE raw_enrichment_terms AS SELECT '{SUPPLIER}' AS levering_id, 'Kennispunt' AS leverancier")
    execute("INSERT INTO gate_results VALUES ('incidents', 1, 'schema', true, 'r', '2026-03-23', '[]')")
    return store


def staged(store: Store, tmp_path: Path) -> dict[str, Any]:
    settings = Settings(data_dir=tmp_path, today=date(2026, 3, 23))
    return {str(model.name): expression for model, expression in recompute.tables(store, settings)}


def test_every_table_is_of_its_model_and_passes(store: Store, tmp_path: Path) -> None:
    found = staged(store, tmp_path)
    for model in schema.PUBLISHED:
        assert schema_gate(found[str(model.name)], model).passed, model.name
    verdicts = recompute.judge(store, Settings(data_dir=tmp_path), found)
    assert {verdict.tabel for verdict in verdicts} == {str(model.name) for model in schema.PUBLISHED}
    assert all(verdict.passed and verdict.beoordeeld for verdict in verdicts)
    states = {row["levering_id"]: row["status"] for row in found["dim_levering"].to_pyarrow().to_pylist()}
    assert states == {POLICE: "geladen", SUPPLIER: "vastgehouden"}


def corrupted(table: str, change: dict[str, Any], rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows with the first one changed; no change at all leaves it out."""
    return [{**rows[0], **change}, *rows[1:]] if change else rows[1:]


@pytest.mark.parametrize(
    ("table", "change", "stopped"),
    [
        ("dim_levering", {"rijen": 99}, "dim_levering.elke_levering_met_haar_rijen"),
        ("dim_levering", {}, "dim_levering.elke_levering_met_haar_rijen"),
        ("dashboard_quality", {}, "dashboard_quality.elke_soort_bron_heeft_een_rij"),
        ("dashboard_quality_deliveries", {"afgekeurd": 5}, "dashboard_quality_deliveries.rekening_klopt"),
        ("dashboard_quality_deliveries", {}, "dashboard_quality_deliveries.rekening_klopt"),
        ("dashboard_quality_rules", {"levering_id": "2020-W01-0123456789"}, "dashboard_quality_rules.levering_bestaat"),
        ("dashboard_quality_checks", {"bevindingen": 1}, "dashboard_quality_checks.geslaagd_zonder_bevindingen"),
    ],
)
def test_a_gate_stops_what_does_not_hold_and_only_that(
    store: Store, tmp_path: Path, table: str, change: dict[str, Any], stopped: str
) -> None:
    found = staged(store, tmp_path)
    model = next(model for model in schema.PUBLISHED if model.name == table)
    found[table] = rows_of(store, model, corrupted(table, change, found[table].to_pyarrow().to_pylist()))
    verdicts = recompute.judge(store, Settings(data_dir=tmp_path), found)
    assert [finding.verwachting for verdict in verdicts for finding in verdict.bevindingen] == [stopped]


def test_the_pictures_show_freshness_and_the_rejected_share(store: Store, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, today=date(2026, 3, 23))
    outcome = build_stage(
        store, tables=lambda: recompute.tables(store, settings), judge=lambda found: recompute.judge(store, settings, found),
        inputs={}, run_id="r", at=MONDAY, protected_folder=tmp_path,
    )  # fmt: skip
    assert outcome.passed
    shown = pictures.charts(store)
    assert set(shown) == {str(model.name) for model in schema.PUBLISHED}
    assert "| weekmonitor | 2026-03-22 |" in str(shown["dashboard_quality"]["versheid"].value)
    assert "base64" in str(shown["dashboard_quality_deliveries"]["afgekeurd"].value)
