"""The dashboard tables of ten years of Twente: seconds per stage, memory, and twenty queries on the published file."""

from __future__ import annotations

import shutil
import statistics
from typing import Any

from bench import inputs
from bench.figures import CACHE, Figure
from bench.processes import measure

SINCE = 2015


def run() -> tuple[list[Figure], dict[str, Any]]:
    """All stages of the dashboard in a copy of the prepared warehouse; the queries on what it publishes."""
    base = inputs.prepared_base(inputs.sample(SINCE))
    copy = CACHE / "run_dashboard"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(base, copy)
    _, monday = inputs.last_delivery(inputs.sample(SINCE))
    environment = inputs.surroundings(copy, monday)
    built = measure("bench.dashboard_runs", "topics", environment=environment)
    released = measure("bench.dashboard_runs", "release", environment=environment)
    asked = measure("bench.dashboard_runs", "queries", copy / "published" / "ivz.duckdb")
    shutil.rmtree(copy)
    shown = [*figures("dashboard", built), Figure("dashboard: publication", released["seconds"], unit="s")]
    return shown + query_figures(asked), {"built": built, "released": released, "asked": asked}


def figures(part: str, built: dict[str, Any]) -> list[Figure]:
    """What a build took."""
    return [
        Figure(f"{part}: all stages, {built['incidents']:,} incidents", sum(built["seconds"].values()), unit="s"),
        Figure(f"{part}: peak memory", built["peak_bytes"] / 2**30, at_most=8, unit="GiB"),
        *(Figure(f"{part}: of which {name}", seconds, unit="s") for name, seconds in built["seconds"].items()),
        Figure(f"{part}: rows", f"{sum(built['rows'].values()):,}"),
    ]


def query_figures(asked: dict[str, Any]) -> list[Figure]:
    """The 95th percentile of all answers, and the slowest question."""
    seconds = [second for times in asked["seconds"].values() for second in times]
    slowest = max(asked["seconds"], key=lambda name: statistics.median(asked["seconds"][name]))
    return [
        Figure(
            f"dashboard: {len(asked['seconds'])} queries on the published file, p95",
            statistics.quantiles(seconds, n=20)[-1] * 1000,
            at_most=100,
            unit="ms",
        ),
        Figure("dashboard: median query", statistics.median(seconds) * 1000, unit="ms"),
        Figure(f"dashboard: slowest ({slowest})", statistics.median(asked["seconds"][slowest]) * 1000, unit="ms"),
    ]
