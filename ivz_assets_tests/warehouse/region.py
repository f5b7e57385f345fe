"""A small region that several test folders share: made once, copied per test. No assertions belong here."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from filelock import FileLock
from python_calamine import CalamineWorkbook
from sqlalchemy import Engine
from sqlalchemy.event import listens_for

from ivz_assets.sample.generate import write_sample
from ivz_assets.sample.reference_data import columns, headers
from ivz_assets.settings import Settings, load_settings
from ivz_assets_tests.sample.only_weeks import leave_out_tables

TODAY = date(2026, 3, 23)
WEEK = date(2026, 3, 16)
LAST_FILE = "weekmonitor_2026-W12_geleverd_2026-03-23.xlsx"
PROJECT = Path(__file__).resolve().parents[2]


@listens_for(Engine, "connect")
def _leave_writing_to_the_system(connection: Any, _: Any) -> None:
    """Dagster commits a thousand times per run; no test cuts the power, so none of them need wait for the disk."""
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA synchronous = OFF")


@dataclass(frozen=True)
class Region:
    """``before``: a data folder in which all but the last week was run; ``after``: the last week too. ``sample``: the files.

    The runs of ``before``, and of tests that go on from it, leave out the topics of the dashboard, which take most of the time
    of a run and on which nothing else stands; the run of ``after`` makes everything.
    """

    sample: Path
    before: Path
    after: Path
    outcomes: dict[str, Any]

    @property
    def last_file(self) -> Path:
        """The delivery of the last closed week."""
        return self.sample / LAST_FILE


@pytest.fixture(scope="session")
def region(tmp_path_factory: pytest.TempPathFactory) -> Region:
    """The region, made by the first process that asks for it with two real runs of the job."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    folder = folder / "region"
    folder.mkdir(exist_ok=True)
    found = Region(folder / "sample", folder / "before", folder / "after", {})
    with FileLock(folder / "making.lock"):
        done = folder / "outcomes.json"
        if not done.exists():
            outcomes = _make(found)
            done.write_text(json.dumps(outcomes), encoding="utf-8")
        found.outcomes.update(json.loads(done.read_text(encoding="utf-8")))
    return found


def _make(region: Region) -> dict[str, Any]:
    with pytest.MonkeyPatch.context() as patch:
        leave_out_tables(patch)
        write_sample(region.sample, since=2025, weeks=4, scale=0.05)
    (region.before / "reference").mkdir(parents=True)
    shutil.copyfile(region.sample / "buurten.csv", region.before / "reference" / "buurten.csv")
    landing = region.before / "landing" / "weekmonitor"
    landing.mkdir(parents=True)
    for file in region.sample.glob("*.xlsx"):
        if file.name != LAST_FILE:
            shutil.copyfile(file, landing / file.name)
    outcomes = {}
    with pytest.MonkeyPatch.context() as patch:
        leave_out_topics(patch)
        outcomes["before"] = run_chain(_use(patch, region.before, region.before / "dagster"))
    with pytest.MonkeyPatch.context() as patch:
        # Dagster's files may still be open, and a copy of an open SQLite file need not be whole.
        shutil.copytree(region.before, region.after, ignore=shutil.ignore_patterns("dagster"))
        shutil.copyfile(region.last_file, region.after / "landing" / "weekmonitor" / LAST_FILE)
        outcomes["after"] = run_chain(_use(patch, region.after, region.after / "dagster"))
    return outcomes


def leave_out_topics(patch: pytest.MonkeyPatch) -> None:
    """Lets the jobs of this process go without the topics of the dashboard, and its releases without their tables."""
    from ivz_assets import definitions
    from ivz_assets.dashboard.stage import module
    from ivz_assets.dashboard.topics import TOPICS
    from ivz_assets.publication import tables

    topics = {model.name for topic in TOPICS for model in module(topic.name, "schema").PUBLISHED}
    patch.setattr(tables, "PUBLISHED", tuple(model for model in tables.PUBLISHED if model.name not in topics))
    patch.setattr(definitions, "defs", _definitions_without_topics())


@cache
def _definitions_without_topics() -> Any:
    from dagster import Definitions

    from ivz_assets.dashboard.assets import topic_stages
    from ivz_assets.definitions import defs
    from ivz_assets.publication.assets import theme_releases

    return Definitions(
        assets=[asset for asset in defs.assets or () if not any(asset is other for other in (theme_releases, *topic_stages))],
        jobs=defs.jobs,
        resources=defs.resources,
        executor=defs.executor,
        loggers=defs.loggers,
    )


def _use(patch: pytest.MonkeyPatch, data: Path, home: Path) -> Settings:
    patch.setenv("IVZ_DATA_DIR", str(data))
    patch.setenv("IVZ_TODAY", TODAY.isoformat())
    patch.setenv("DAGSTER_HOME", str(home))
    patch.setenv("GX_ANALYTICS_ENABLED", "false")
    patch.delenv("IVZ_WORKBOOK_PASSWORD", raising=False)
    return load_settings()


def in_copy(region_folder: Path, tmp_path: Path, patch: pytest.MonkeyPatch) -> Settings:
    """The settings of a copy of a region's data folder, with a Dagster home of its own."""
    data = tmp_path / "data"
    shutil.copytree(region_folder, data, ignore=shutil.ignore_patterns("dagster", "quality"))
    return _use(patch, data, tmp_path / "dagster")


def in_empty(region: Region, tmp_path: Path, patch: pytest.MonkeyPatch) -> Settings:
    """The settings of a data folder that holds nothing but the list of neighbourhoods."""
    data = tmp_path / "data"
    (data / "reference").mkdir(parents=True)
    shutil.copyfile(region.sample / "buurten.csv", data / "reference" / "buurten.csv")
    return _use(patch, data, tmp_path / "dagster")


@pytest.fixture
def before(region: Region, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A copy of the region without its last week; runs go on without the topics of the dashboard."""
    leave_out_topics(monkeypatch)
    return in_copy(region.before, tmp_path, monkeypatch)


@pytest.fixture
def after(region: Region, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A copy of the region with every week."""
    return in_copy(region.after, tmp_path, monkeypatch)


# Running the chain and looking at what came of it


def run_chain(settings: Settings, job: str = "weekly_refresh", week: date = WEEK) -> dict[str, Any]:
    """Runs a job in this process, and tells what Dagster recorded: success, checks, steps, materializations, failures."""
    from dagster import DagsterEventType, DagsterInstance

    from ivz_assets.orchestration.instance import run_job

    outcome = run_job(settings, job, week)
    with DagsterInstance.get() as instance:
        logs = instance.all_logs(outcome.run_id)
    events = [entry.dagster_event for entry in logs if entry.dagster_event]
    kinds = {event.event_type: [] for event in events}
    for event in events:
        kinds[event.event_type].append(event)
    checks = {
        f"{data.asset_key.to_user_string()}.{data.check_name}": {
            "passed": data.passed, "severity": data.severity.value, "blocking": data.blocking,
            "description": data.description, "metadata": {name: str(value.value) for name, value in data.metadata.items()},
        }
        for data in (event.event_specific_data for event in kinds.get(DagsterEventType.ASSET_CHECK_EVALUATION, []))
    }  # fmt: skip
    return {
        "success": outcome.success,
        "run_id": outcome.run_id,
        "failures": outcome.failures,
        "checks": checks,
        "started": sorted({event.step_key for event in kinds.get(DagsterEventType.STEP_START, [])}),
        "failed": sorted({event.step_key for event in kinds.get(DagsterEventType.STEP_FAILURE, [])}),
        "materialized": sorted(
            {event.asset_key.to_user_string() for event in kinds.get(DagsterEventType.ASSET_MATERIALIZATION, [])}
        ),
        "metadata": {
            event.asset_key.to_user_string(): sorted(event.event_specific_data.materialization.metadata)
            for event in kinds.get(DagsterEventType.ASSET_MATERIALIZATION, [])
        },
        "log": "\n".join(entry.to_json() if hasattr(entry, "to_json") else str(entry) for entry in logs),
    }


def figures(settings: Settings) -> dict[str, Any]:
    """Rows and an order-free hash of every table that later stages read, and the statuses per delivery."""
    from ivz_assets.warehouse.store import open_store

    store = open_store(settings.warehouse_folder)
    try:
        names = [row["tabel"] for row in store.rows("SELECT DISTINCT tabel FROM table_versions WHERE goedgekeurd ORDER BY 1")]
        return {name: fingerprint(store.connection, name) for name in names if store.exists(name)}
    finally:
        store.close()


def fingerprint(connection: Any, table: str) -> list[int]:
    """Rows and the sum of the hashes of the rows, columns in order of name."""
    described = connection.execute(f'DESCRIBE "{table}"').fetchall()
    wanted = ", ".join(f'"{row[0]}"' for row in sorted(described))
    found = connection.execute(f'SELECT count(*), coalesce(sum(hash(({wanted}))::HUGEINT), 0) FROM "{table}"').fetchone()
    return [int(found[0]), int(found[1])]


def passed_version(settings: Settings, table: str) -> int:
    """The number of the version of a table that later stages read."""
    from ivz_assets.warehouse.store import open_store

    store = open_store(settings.warehouse_folder)
    try:
        return store.version(table).versie
    finally:
        store.close()


def manifest(settings: Settings) -> dict[str, Any]:
    """The manifest of the release in place."""
    return dict(json.loads((settings.published_folder / "manifest.json").read_text(encoding="utf-8")))


# Making deliveries


def rows_of(path: Path) -> list[dict[str, str]]:
    """The rows of a workbook of the sample, by column name."""
    page = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    return [dict(zip(columns(), map(str, row), strict=True)) for row in page[1:]]


def write_rows(path: Path, rows: Sequence[Mapping[str, str]]) -> Path:
    """A workbook of these rows as the police would send it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("Weekmonitor")
    for position, text in enumerate(headers()):
        sheet.write_string(0, position, text)
    for number, row in enumerate(rows, 1):
        for position, name in enumerate(columns()):
            if row[name]:
                sheet.write_string(number, position, row[name])
    book.close()
    return path


# Other processes


def python(arguments: Sequence[str], settings: Settings | None = None, **environment: str) -> subprocess.Popen[str]:
    """A Python process of its own that knows this project, in a working directory that is not the project's."""
    known = {**os.environ, "PYTHONPATH": str(PROJECT), "COLUMNS": "200", **environment}
    if settings is not None:
        known["IVZ_DATA_DIR"] = str(settings.data_dir)
    return subprocess.Popen(
        [sys.executable, *arguments], env=known, cwd="/", text=True, encoding="utf-8",
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def wait_for(process: subprocess.Popen[str], text: str) -> str:
    """Reads what the process says on standard output until a line holds this text."""
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if text in line:
            return said
    raise AssertionError(f"the process ended without saying {text!r}: {said}\n{process.stderr and process.stderr.read()}")
