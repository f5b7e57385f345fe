"""The topic as the stage runs it: from the tables it says it reads, behind its gates."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path

import duckdb
import pyarrow
import pytest

from ivz_assets.dashboard.hot_times import recompute
from ivz_assets.quality.stage import StageOutcome, build_stage
from ivz_assets.settings import Settings
from ivz_assets.warehouse.store import Store
from ivz_assets_tests.dashboard.hot_times.small_region import AREAS, CLASSES, INCIDENTS, PERIODS, incident

ITEMS = [
    incident(datetime(2026, 1, 6, 22, 0), datetime(2026, 1, 7, 2, 0)),
    incident(datetime(2025, 7, 8, 12, 0), klasse="E35", buurt="BU0141XXXX", project="JEUGD"),
    incident(None, day=date(2026, 1, 6), flags="begintijd_ontbreekt"),
    incident(inside=False),
]


def inputs() -> dict[str, pyarrow.Table]:
    """What the topic reads, as the stages before it would have left it; nothing else is there."""
    days = [
        {"datumbasis": "voorgevallen", "datum": item["datum_voorval"], "buurt_code": item["buurt_code"],
         "maatschappelijke_klasse": item["maatschappelijke_klasse"], "projectcode": item["projectcode"] or "", "aantal": 1}
        for item in ITEMS if item["binnen_regio"]
    ]  # fmt: skip
    found = {
        "incidents": pyarrow.Table.from_pylist(ITEMS, INCIDENTS),
        "area_levels": pyarrow.Table.from_pylist(AREAS),
        "class_levels": pyarrow.Table.from_pylist(CLASSES),
        "daily_counts": pyarrow.Table.from_pylist(days),
        "dim_periode": pyarrow.Table.from_pylist(PERIODS),
        "dim_gebied": pyarrow.table({"gebied_sleutel": sorted({row["gebied_sleutel"] for row in AREAS})}),
        "dim_klasse": pyarrow.table({"klasse_sleutel": sorted({row["klasse_sleutel"] for row in CLASSES})}),
        "dim_uur": pyarrow.table({"uur": pyarrow.array(range(24), pyarrow.int32())}),
    }
    assert found.keys() == set(recompute.INPUTS)
    return found


def build(store: Store, tables: Mapping[str, pyarrow.Table], folder: Path) -> StageOutcome:
    """Puts the inputs in the place of what was there and runs the topic."""
    settings = Settings(data_dir=folder, today=date(2026, 3, 23))
    for name, table in tables.items():
        store.connection.register("handed_over", table)
        store.connection.execute(f'CREATE OR REPLACE TABLE "{name}" AS FROM handed_over')
        store.connection.unregister("handed_over")
        store.remember_version(name, store.next_version(), "run", settings.now(), {}, passed=True)
    return build_stage(
        store,
        tables=lambda: recompute.tables(store, settings),
        judge=lambda staged: recompute.judge(store, settings, staged),
        inputs={},
        run_id="run",
        at=settings.now(),
        protected_folder=folder / "gates",
    )


def test_a_year_before_the_deliveries_is_not_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Deliveries since 1 January 2026: of 2025 there is an incident, and no year; the twelve months keep it."""
    monkeypatch.setattr(recompute, "data_from", lambda _: date(2026, 1, 1))
    store = Store(duckdb.connect())
    assert build(store, inputs(), tmp_path).passed
    shown = "SELECT DISTINCT periode FROM dashboard_hot_times_coverage ORDER BY ALL"
    assert store.rows(shown) == [{"periode": "2025-03 t/m 2026-02"}, {"periode": "2026"}]
    store.close()


def test_the_topic_passes_its_gates_and_a_lost_neighbourhood_does_not(tmp_path: Path) -> None:
    store = Store(duckdb.connect())
    outcome = build(store, inputs(), tmp_path)
    assert outcome.passed
    assert set(outcome.rows) == {"dashboard_hot_times", "dashboard_hot_times_coverage"}
    before = store.rows("FROM dashboard_hot_times ORDER BY ALL")
    region = "gebied_niveau = 'regio' AND klasse_niveau = 'totaal' AND periode_soort = 'jaar'"
    assert store.rows(f"SELECT sum(gewicht) AS samen FROM dashboard_hot_times WHERE {region}") == [{"samen": 2.0}]

    known = pyarrow.Table.from_pylist([row for row in AREAS if row["buurt_code"] != "BU0141XXXX"])
    failed = build(store, {"area_levels": known}, tmp_path)
    assert {finding.verwachting for verdict in failed.verdicts for finding in verdict.bevindingen} == {
        "dashboard_hot_times_coverage.alles_geteld"
    }
    assert store.rows("FROM dashboard_hot_times ORDER BY ALL") == before
    store.close()
