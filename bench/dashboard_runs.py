"""What ``dashboard`` and ``country`` measure, each in a process of its own: stages of a warehouse, queries of a release."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from bench.clock import peak_bytes
from bench.processes import answer

QUERIES = Path(__file__).with_name("dashboard_queries.sql")
TIMES = 5


def load(sample: str) -> None:
    """Takes in a bulk sample and makes the incidents: where the dashboard begins. Not measured against anything."""
    import shutil

    from ivz_assets.deliveries import landing
    from ivz_assets.neighbourhoods import stage as neighbourhoods
    from ivz_assets.settings import load_settings
    from ivz_assets.warehouse.store import open_store
    from ivz_assets.weekmonitor import intake
    from ivz_assets.weekmonitor import stage as weekmonitor

    settings = load_settings()
    landing.prepare(settings)
    folder = settings.landing_folder / landing.BULK
    folder.mkdir(parents=True, exist_ok=True)
    store = open_store(settings.warehouse_folder, settings.engine_memory_bytes)
    neighbourhoods.fetch(store, settings, "bench", None, print)
    built = [neighbourhoods.build(store, settings, "bench")]
    for path in sorted(Path(sample).glob("*.parquet")):
        waiting = folder / path.name
        shutil.copyfile(path, waiting)
        print(intake.take_in(waiting, store, settings, "bench", up_to=settings.current_date()).uitkomst)
    built.append(weekmonitor.build(store, settings, "bench"))
    store.close()
    if not all(outcome.passed for outcome in built):
        sys.exit("a gate did not hold")
    answer({"peak_bytes": peak_bytes()})


def topics() -> None:
    """Seconds per stage of the dashboard, gates included, in the warehouse of the settings."""
    import great_expectations  # noqa: F401  its import is no part of any stage

    from ivz_assets.dashboard.stage import build
    from ivz_assets.dashboard.topics import TOPICS
    from ivz_assets.settings import load_settings
    from ivz_assets.warehouse.store import open_store

    settings = load_settings()
    store = open_store(settings.warehouse_folder, settings.engine_memory_bytes)
    seconds, rows = {}, {}
    for name in ("", *(topic.name for topic in TOPICS)):
        begun = time.perf_counter()
        outcome = build(store, settings, "bench", name)
        if not outcome.passed:
            told = [finding.verwachting for verdict in outcome.verdicts for finding in verdict.bevindingen]
            sys.exit(f"{name or 'dashboard'}: {', '.join(told)}")
        seconds[name or "dimensions and counts"] = time.perf_counter() - begun
        rows |= outcome.rows
    (incidents,) = store.rows("SELECT count(*) AS aantal FROM incidents")
    store.close()
    answer({"seconds": seconds, "rows": rows, "incidents": incidents["aantal"], "peak_bytes": peak_bytes()})


def release() -> None:
    """Publishes what the warehouse of the settings holds."""
    from ivz_assets.dashboard.themes.catalogue import themes
    from ivz_assets.publication.general import GeneralRelease
    from ivz_assets.publication.release import publish
    from ivz_assets.publication.tables import PUBLISHED
    from ivz_assets.settings import load_settings
    from ivz_assets.warehouse.store import open_store

    settings = load_settings()
    store = open_store(settings.warehouse_folder, settings.engine_memory_bytes)
    models = [model for model in PUBLISHED if store.exists(str(model.name))]
    begun = time.perf_counter()
    made, _ = publish(
        store, models, folder=settings.published_folder, at=settings.now(), data_up_to=None, decisions=[], keep=1,
        general=GeneralRelease(themes(settings)),
    )  # fmt: skip
    store.close()
    if made is None:
        sys.exit("the release read back differs")
    answer({"seconds": time.perf_counter() - begun})


def named_queries() -> dict[str, str]:
    """The queries by name."""
    found = {}
    for part in QUERIES.read_text(encoding="utf-8").split(";\n"):
        lines = part.strip().splitlines()
        names = [line.removeprefix("-- ") for line in lines if line.startswith("-- ")]
        if sql := " ".join(line for line in lines if not line.startswith("-- ")):
            found[names[-1]] = sql
    return found


def queries(database: str) -> None:
    """Seconds of every query, some times each, rows fetched; every query must find something but signals, which may be absent."""
    import duckdb

    taken: dict[str, list[float]] = {}
    found: dict[str, int] = {}
    connection = duckdb.connect(database, read_only=True)
    for _ in range(TIMES):
        for name, sql in named_queries().items():
            begun = time.perf_counter()
            found[name] = len(connection.execute(sql).fetchall())
            taken.setdefault(name, []).append(time.perf_counter() - begun)
    answer({"seconds": taken, "rows": found})


if __name__ == "__main__":
    {"load": load, "topics": topics, "release": release, "queries": queries}[sys.argv[1]](*sys.argv[2:])
