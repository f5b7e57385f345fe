"""Reading a 200,000-row workbook: the usual way, bare calamine, our reader, the whole intake; each in processes of its own."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from bench import inputs
from bench.figures import Figure
from bench.processes import measure

ROUNDS = 5
FAST = ("calamine to_python", "calamine iter_rows", "reader", "child", "intake")


def run() -> tuple[list[Figure], dict[str, Any]]:
    """The ways in turns, so that a busy moment hits all of them; the best of each counts."""
    workbook = inputs.large_workbook()
    found: dict[str, list[dict[str, Any]]] = {way: [] for way in ("openpyxl", *FAST)}
    for number in range(ROUNDS):
        for way in ("openpyxl", *FAST) if number == 0 else FAST:
            with tempfile.TemporaryDirectory() as data:
                once = measure("bench.reading_runs", way, workbook, environment=inputs.surroundings(Path(data), "2026-03-23"))
            if once.get("rows", inputs.ROWS) != inputs.ROWS:
                raise ValueError(f"{way} read {once['rows']} of {inputs.ROWS} rows")
            found[way].append(once)
    best = {way: min(once["seconds"] for once in runs) for way, runs in found.items()}
    peak = {way: min(once["peak_bytes"] for once in runs) for way, runs in found.items()}
    bare = min(best["calamine to_python"], best["calamine iter_rows"])
    intake = min(found["intake"], key=lambda once: once["seconds"])
    loading = min(once["seconds"] - once["gates"] - once["standardising"] for once in found["intake"])
    figures = [
        Figure("reading: pandas with openpyxl against our reader, time", best["openpyxl"] / best["reader"], at_least=10),
        Figure("reading: our reader against pandas with openpyxl, memory", peak["reader"] / peak["openpyxl"], at_most=1),
        Figure("reading: our reading (in its process) against bare calamine", best["child"] / bare, at_most=1.2),
        Figure("reading: our reader with its process and hand-over against bare calamine", best["reader"] / bare),
        Figure("reading: whole intake (look, child, hand-over, load) against bare calamine", loading / bare, at_most=2),
        Figure("reading: the same with standardising for the gates", (loading + intake["standardising"]) / bare),
        Figure("reading: the same with standardising and gates", intake["seconds"] / bare),
    ]
    return figures, {"rows": inputs.ROWS, "best_seconds": best, "peak_bytes": peak, "runs": found}
