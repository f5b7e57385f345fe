"""A weekly refresh with ten years of Twente: this project, the usual way and a bare script, compared row for row."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from bench import inputs
from bench.compare import differences
from bench.figures import CACHE, Figure
from bench.processes import PROJECT, measure

SINCE = 2015
ROUNDS = 2
LOCK = Path(__file__).resolve().parent / "usual_way.lock"
USUAL_ENVIRONMENT = Path(__file__).resolve().parent / ".venv-usual-way"
COMPARED = (
    "incidents", "incident_locations", "incident_versions", "quarantine", "delivery_accounts", "rule_counts",
    "dim_gebied", "dim_datum", "dim_klasse", "dashboard_incident_counts",
)  # fmt: skip
COMPARED_WITH_USUAL = ("incidents", "quarantine", "dim_gebied", "dim_datum", "dim_klasse", "dashboard_incident_counts")


def run() -> tuple[list[Figure], dict[str, Any]]:
    """Ours, bare and usual in turns; the best of each counts."""
    folder = inputs.sample(SINCE)
    base = inputs.prepared_base(folder)
    workbook, monday = inputs.last_delivery(folder)
    python = usual_python()
    rounds: dict[str, list[dict[str, Any]]] = {"ours": [], "bare": [], "usual": []}
    ours, bare, usual = (CACHE / name for name in ("run_ours", "run_bare", "run_usual"))
    for number in range(ROUNDS):
        rounds["ours"].append(run_ours(base, ours, workbook, monday))
        rounds["bare"].append(run_bare(base, bare, workbook, monday))
        if number == 0:
            rounds["usual"].append(run_usual(base, usual, workbook, monday, python))
    warehouses = [ours / "warehouse" / "warehouse.duckdb", bare / "warehouse" / "warehouse.duckdb", usual / "usual.duckdb"]
    against_bare = {table: found for table in COMPARED if (found := differences(warehouses[0], warehouses[1], table))}
    against_usual = {table: found for table in COMPARED_WITH_USUAL if (found := differences(warehouses[0], warehouses[2], table))}
    for run_folder in (ours, bare, usual):
        shutil.rmtree(run_folder)
    best = {name: min(found, key=lambda once: once["total"]) for name, found in rounds.items()}
    work = min(once["work"] for once in rounds["ours"])
    found = best["ours"]
    spent = found["seconds"]
    figures = [
        Figure("refresh: the usual way against ours, without imports", best["usual"]["total"] / found["total"], at_least=5),
        Figure(
            "refresh: our work (no gates, imports or Dagster) against the bare script", work / best["bare"]["total"], at_most=1.5
        ),
        Figure(
            "refresh: our work with Dagster and charts against the bare script",
            (found["total"] - found["gates"]) / best["bare"]["total"],
        ),
        Figure("refresh: same tables as the bare script, row for row", not against_bare),
        Figure("refresh: same tables as the usual way, row for row", not against_usual),
        Figure("refresh: peak memory of ours against the usual way", found["peak_bytes"] / best["usual"]["peak_bytes"]),
        Figure("refresh: ours, imports (before the clock starts)", found["imports"], unit="s"),
        Figure("refresh: ours, all without imports", found["total"], unit="s"),
        *[Figure(f"refresh: ours, of which {kind}", seconds, unit="s") for kind, seconds in spent.items()],
        Figure("refresh: the usual way, all without imports", best["usual"]["total"], unit="s"),
        *[
            Figure(f"refresh: the usual way, of which {kind}", seconds, unit="s")
            for kind, seconds in best["usual"]["seconds"].items()
        ],
        Figure("refresh: the bare script", best["bare"]["total"], unit="s"),
        *[
            Figure(f"refresh: the bare script, of which {kind}", seconds, unit="s")
            for kind, seconds in best["bare"]["seconds"].items()
        ],
    ]
    return figures, {"differences_with_bare": against_bare, "differences_with_usual": against_usual, "rounds": rounds}


def run_ours(base: Path, folder: Path, workbook: Path, monday: str) -> dict[str, Any]:
    """``weekly_refresh`` through Dagster in a copy of the prepared data folder."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(base, folder)
    landing = folder / "landing" / "weekmonitor"
    landing.mkdir(parents=True)
    shutil.copyfile(workbook, landing / workbook.name)
    hour_ago = time.time() - 3600
    os.utime(landing / workbook.name, (hour_ago, hour_ago))
    return measure("bench.our_refresh", monday, environment=inputs.surroundings(folder, after(monday)))


def run_bare(base: Path, folder: Path, workbook: Path, monday: str) -> dict[str, Any]:
    """The hand-written script on a copy of the same warehouse."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name in ("warehouse", "reference"):
        shutil.copytree(base / name, folder / name)
    warehouse = folder / "warehouse" / "warehouse.duckdb"
    arguments = (warehouse, workbook, monday, folder / "published")
    return measure("bench.bare_duckdb", *arguments, environment=inputs.surroundings(folder, after(monday)))


def run_usual(base: Path, folder: Path, workbook: Path, monday: str, python: str) -> dict[str, Any]:
    """The usual way, with the same rows delivered before."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    environment = {
        "USUAL_TODAY": after(monday), "USUAL_PUBLISHED": str(folder / "published"), "USUAL_WORKBOOK": str(workbook),
        "USUAL_BUURTEN": str(base / "reference" / "buurten.csv"), "GX_ANALYTICS_ENABLED": "false",
    }  # fmt: skip
    database = folder / "usual.duckdb"
    measure(
        "bench.usual_way",
        "prepare",
        database,
        base / "raw.parquet",
        base / "deliveries.parquet",
        python=python,
        environment=environment,
    )
    return measure("bench.usual_way", "refresh", database, python=python, environment=environment)


def after(monday: str) -> str:
    """The Monday on which the week is delivered."""
    return (date.fromisoformat(monday) + timedelta(weeks=1)).isoformat()


def usual_python() -> str:
    """The interpreter of the usual way's own environment, made from its lock when it is not there or the lock changed."""
    python = USUAL_ENVIRONMENT / ("Scripts" if os.name == "nt" else "bin") / "python"
    installed = USUAL_ENVIRONMENT / "installed.lock"
    if not installed.exists() or installed.read_bytes() != LOCK.read_bytes():
        shutil.rmtree(USUAL_ENVIRONMENT, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", USUAL_ENVIRONMENT], check=True)
        subprocess.run(
            [python, "-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes", "-r", LOCK], check=True, cwd=PROJECT
        )
        shutil.copyfile(LOCK, installed)
    return str(python)
