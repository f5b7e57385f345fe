"""The code location: it loads, quickly, and holds what the snapshot says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import dagster as dg
import pytest

from ivz_assets.dashboard.topics import TOPICS
from ivz_assets.definitions import defs
from ivz_assets.orchestration.partitions import last_closed_week, monday
from ivz_assets_tests.warehouse.region import PROJECT

SNAPSHOT = Path(__file__).parent / "assets.json"
RENEW = "IVZ_RENEW_SNAPSHOT=1 python -m pytest ivz_assets_tests/orchestration/test_definitions.py"
HEAVY = (
    *("great_expectations", "pandas", "ibis", "pandera", "matplotlib", "pyarrow", "openpyxl", "pyproj", "python_calamine"),
    *("shapely", "pyogrio", "cbsodata"),
)
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
OF_OTHERS = {"weekmonitor_workbooks", "police_open_data", "cbs_statline", "boundary_maps", "enrichment_workbooks"}
"""What the police, CBS and the suppliers make and own."""
OF_TOPICS = {table for topic in TOPICS for table in topic.tables}


def described() -> dict[str, Any]:
    """What the graph is, in a form that shows well in a review."""
    graph = defs.resolve_asset_graph()
    found: dict[str, Any] = {}
    for spec in sorted(defs.resolve_all_asset_specs(), key=lambda item: item.key.to_user_string()):
        node = graph.get(spec.key)
        found[spec.key.to_user_string()] = {
            "deps": sorted(dep.asset_key.to_user_string() for dep in spec.deps),
            "group": spec.group_name,
            "kinds": sorted(spec.kinds),
            "owners": sorted(spec.owners),
            "tags": {name: value for name, value in sorted(spec.tags.items()) if not name.startswith("dagster/kind/")},
            "partitions": type(node.partitions_def).__name__ if node.partitions_def else None,
            "checks": {
                key.name: "blocking" if graph.get(key).blocking else "informs"
                for key in sorted(graph.asset_check_keys)
                if key.asset_key == spec.key
            },
        }
    return found


def test_the_definitions_load_and_their_jobs_resolve() -> None:
    dg.Definitions.validate_loadable(defs)
    assert {job.name for job in defs.resolve_all_job_defs()} >= {"weekly_refresh", "intake"}
    assert defs.resolve_job_def("intake").asset_layer.executable_asset_keys == {dg.AssetKey("raw_weekmonitor")}
    whole = defs.resolve_job_def("weekly_refresh").asset_layer.executable_asset_keys
    assert whole == {spec.key for spec in defs.resolve_all_asset_specs()} - {dg.AssetKey(name) for name in OF_OTHERS}


def test_the_graph_is_as_in_the_snapshot() -> None:
    now = described()
    if os.environ.get("IVZ_RENEW_SNAPSHOT"):
        SNAPSHOT.write_text(json.dumps(now, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    kept = json.loads(SNAPSHOT.read_text(encoding="utf-8"))
    different = {name for name in now.keys() | kept.keys() if now.get(name) != kept.get(name)}
    assert not different, f"the graph changed at {sorted(different)}. When that is meant, renew the snapshot: {RENEW}"


def test_every_asset_tells_people_what_it_is_and_whose() -> None:
    for spec in defs.resolve_all_asset_specs():
        assert spec.description, spec.key
        assert spec.group_name, spec.key
        assert spec.kinds, spec.key
        if spec.key.to_user_string() not in OF_OTHERS:
            assert spec.owners == ["team:veiligheidsregio"], spec.key
            assert spec.tags.get("confidentiality") in ("public", "internal", "restricted"), spec.key


def test_every_made_asset_has_a_blocking_schema_gate_and_the_release_is_internal() -> None:
    found = described()
    for name, item in found.items():
        if name not in OF_OTHERS:
            # The files per theme hold tables of the release with fewer rows; one gate judges both shape and rows.
            assert item["checks"]["themes" if name == "theme_releases" else "schema"] == "blocking", name
    assert {found[name]["checks"]["expectations"] for name in OF_TOPICS} == {"blocking"}
    assert [name for name, item in found.items() if "expectations" in item["checks"] and name not in OF_TOPICS] == [
        "area_boundaries", "area_crosswalk", "dashboard_incident_counts", "incidents", "municipal_enrichments",
        "neighbourhood_indicators", "raw_enrichments", "raw_weekmonitor",
    ]  # fmt: skip
    assert found["incident_locations"]["tags"]["confidentiality"] == "restricted"
    assert [name for name, item in found.items() if item["partitions"]] == ["raw_weekmonitor"]


def loading(program: str) -> dict[str, Any]:
    """Runs a program in a bare process; it prints one line of JSON."""
    told = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=PROJECT,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
    )  # fmt: skip
    return dict(json.loads(told.stdout.splitlines()[-1]))


LOADING = """
import time, sys, json
begin = time.process_time()
import {module}
print(json.dumps({{"seconds": time.process_time() - begin, "modules": sorted(sys.modules)}}))
"""


def test_loading_takes_at_most_twice_as_long_as_dagster_itself_and_imports_nothing_heavy() -> None:
    mine, bare = [], []
    for _ in range(2):
        mine.append(loading(LOADING.format(module="ivz_assets.definitions")))
        bare.append(loading(LOADING.format(module="dagster")))
    assert [name for name in HEAVY if name in mine[0]["modules"]] == []
    ratio = min(item["seconds"] for item in mine) / min(item["seconds"] for item in bare)
    assert ratio <= 2, f"{ratio:.2f} times import dagster"


def test_loading_writes_nothing_and_asks_no_network() -> None:
    program = (
        "import sys, json; opened = []; sys.addaudithook(lambda name, args: opened.append(name) if name in "
        "('socket.connect', 'socket.getaddrinfo', 'os.mkdir', 'os.rename') else None); import ivz_assets.definitions; "
        "print(json.dumps({'did': opened}))"
    )
    assert loading(program) == {"did": []}


# The schedule


def requested(moment: datetime) -> list[str | None]:
    """The partitions that the schedule asks for at a moment."""
    schedule = defs.resolve_schedule_def("weekly_refresh_schedule")
    with dg.DagsterInstance.ephemeral() as instance:
        context = dg.build_schedule_context(
            instance=instance, scheduled_execution_time=moment, repository_def=defs.get_repository_def()
        )
        found = schedule.evaluate_tick(context)
    return [request.partition_key for request in found.run_requests or []]


@pytest.mark.parametrize(
    ("day", "week"),
    [
        ("2026-03-23", "2026-03-16"),
        ("2026-03-30", "2026-03-23"),  # the clock went forward the day before
        ("2025-10-27", "2025-10-20"),  # the clock went back the day before
        ("2026-01-05", "2025-12-29"),  # over the turn of the year
    ],
)
def test_the_schedule_asks_for_the_week_that_has_just_ended(day: str, week: str) -> None:
    assert requested(datetime.fromisoformat(day).replace(hour=6, tzinfo=AMSTERDAM)) == [week]


def test_the_schedule_runs_on_monday_at_six_in_amsterdam() -> None:
    schedule = defs.resolve_schedule_def("weekly_refresh_schedule")
    assert (schedule.cron_schedule, schedule.execution_timezone) == ("0 6 * * 1", "Europe/Amsterdam")
    assert schedule.default_status == dg.DefaultScheduleStatus.RUNNING


def test_both_jobs_run_in_one_process() -> None:
    for name in ("weekly_refresh", "intake"):
        assert defs.resolve_job_def(name).executor_def.name == "in_process"


@pytest.mark.parametrize(
    ("today", "week"), [("2026-03-22", "2026-03-09"), ("2026-03-23", "2026-03-16"), ("2026-01-01", "2025-12-22")]
)
def test_the_last_closed_week(today: str, week: str) -> None:
    day = datetime.fromisoformat(today).date()
    assert last_closed_week(day).isoformat() == week
    assert monday(day).weekday() == 0
