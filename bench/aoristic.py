"""Aoristic weights of ten million intervals per neighbourhood: a difference array, hour by hour, pandas."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow
import pyarrow.parquet

from bench.figures import Figure
from bench.processes import measure

ROWS = 10_000_000
PANDAS_ROWS = 1_000_000
"""Hour by hour pandas holds a row per hour: ten million intervals would take more memory than most machines have."""

NEIGHBOURHOODS = 520
ROUNDS = 3
SAME = 1e-6


def run() -> tuple[list[Figure], dict[str, Any]]:
    """The ways in turns, so that a busy moment hits all of them; the best of each counts. Ways that disagree are an error."""
    with tempfile.TemporaryDirectory() as folder:
        whole, part = Path(folder) / "whole.parquet", Path(folder) / "part.parquet"
        made = intervals(ROWS)
        pyarrow.parquet.write_table(made, whole)
        pyarrow.parquet.write_table(made.slice(0, PANDAS_ROWS), part)
        del made
        ways = (("difference array", whole), ("hour by hour", whole), ("pandas", part), ("difference array", part))
        found: dict[tuple[str, int], list[dict[str, Any]]] = {}
        for _ in range(ROUNDS):
            for way, file in ways:
                once = measure("bench.aoristic_runs", way, file)
                found.setdefault((way, once["rows"]), []).append(once)
    for rows in (ROWS, PANDAS_ROWS):
        _agree([once for (_, number), runs in found.items() if number == rows for once in runs])
    seconds = {key: min(once["seconds"] for once in runs) for key, runs in found.items()}
    peak = {key: min(once["peak_bytes"] for once in runs) for key, runs in found.items()}
    ours, hourly = ("difference array", ROWS), ("hour by hour", ROWS)
    small, pandas = ("difference array", PANDAS_ROWS), ("pandas", PANDAS_ROWS)
    scale = ROWS / PANDAS_ROWS
    figures = [
        Figure("aoristic: hour by hour against the difference array, time", seconds[hourly] / seconds[ours], at_least=1),
        Figure("aoristic: the difference array against hour by hour, memory", peak[ours] / peak[hourly]),
        Figure("aoristic: pandas against the difference array, time, 1 million", seconds[pandas] / seconds[small]),
        Figure(
            "aoristic: pandas (1 million, times ten) against the difference array, time", scale * seconds[pandas] / seconds[ours]
        ),
        Figure("aoristic: the difference array against pandas, memory, 1 million", peak[small] / peak[pandas]),
        Figure("aoristic: difference array, 10 million", seconds[ours], unit="s"),
        Figure("aoristic: difference array, 10 million, peak", peak[ours] / 2**30, unit="GiB"),
    ]
    named = {f"{way}, {rows:,} rows": (way, rows) for way, rows in found}
    details = {
        name: {"best_seconds": seconds[key], "least_peak_bytes": peak[key], "seconds": [once["seconds"] for once in found[key]]}
        for name, key in named.items()
    }
    return figures, details


def intervals(rows: int) -> pyarrow.Table:
    """Synthetic intervals with a fixed seed: buurt, begin_minuut (of the week) and duur (minutes below a week).

    A third has no length, a third is known within the hour or two, a quarter is a night or a working day, the rest lasts days.
    """
    random = np.random.default_rng(20260323)
    kind = random.choice(4, rows, p=[0.35, 0.33, 0.24, 0.08])
    mean = np.array([0, 40, 480, 3000])[kind]
    length = np.minimum(random.exponential(1, rows) * mean, 10_079).astype(np.int32)
    return pyarrow.table(
        {
            "buurt": random.integers(0, NEIGHBOURHOODS, rows).astype(np.int32),
            "begin_minuut": random.integers(0, 10_080, rows).astype(np.int32),
            "duur": length,
        }
    )


def _agree(runs: list[dict[str, Any]]) -> None:
    """Every way gives the same weights per hour of the week, and together as many as there are intervals.

    Raises:
        ValueError: it does not, so that its time says nothing.
    """
    first = np.array(runs[0]["week"])
    for once in runs:
        week = np.array(once["week"])
        if not np.allclose(week, first, rtol=SAME) or abs(week.sum() / once["rows"] - 1) > SAME:
            raise ValueError(f"{once['way']} gives other weights than {runs[0]['way']}")
