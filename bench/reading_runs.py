"""One way of reading a workbook, in this process: seconds and peak memory. Started by ``reading`` in a process of its own."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from bench.clock import Clock, peak_bytes
from bench.processes import answer


def with_openpyxl(path: Path) -> dict[str, Any]:
    """The usual way."""
    import openpyxl  # noqa: F401
    import pandas as pd

    started = time.perf_counter()
    rows = len(pd.read_excel(path, engine="openpyxl", dtype=str))
    return {"seconds": time.perf_counter() - started, "rows": rows}


def with_calamine(path: Path, rows_at_once: bool) -> dict[str, Any]:
    """Calamine and nothing else: every cell becomes a Python text, and is dropped or kept in a list."""
    import python_calamine

    started = time.perf_counter()
    sheet = python_calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0)
    rows = len(sheet.to_python()) - 1 if rows_at_once else sum(1 for _ in sheet.iter_rows()) - 1
    return {"seconds": time.perf_counter() - started, "rows": rows}


def with_our_reader(path: Path) -> dict[str, Any]:
    """The reading of this project: a look, a child process under limits, an Arrow table handed over."""
    import pyarrow  # noqa: F401

    from ivz_assets.settings import load_settings
    from ivz_assets.weekmonitor.reading.reader import Limits, read_delivery

    settings = load_settings()
    limits = Limits(
        settings.workbook_max_bytes, settings.workbook_max_unpacked_bytes, settings.workbook_max_rows,
        settings.reading_memory_bytes, settings.reading_timeout_seconds,
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as scratch:
        started = time.perf_counter()
        read = read_delivery(path, limits=limits, scratch=Path(scratch))
        return {"seconds": time.perf_counter() - started, "rows": read.table.num_rows}


def with_our_child(path: Path) -> dict[str, Any]:
    """The reading itself, without the start of its process: from job to answer, with everything imported before."""
    import json
    import os
    import subprocess
    from dataclasses import asdict

    from ivz_assets.deliveries.reading.limits import Limits
    from ivz_assets.deliveries.reading.process import CHILD_ENVIRONMENT
    from ivz_assets.settings import load_settings
    from ivz_assets.weekmonitor.reading.reader import SEARCH

    settings = load_settings()
    limits = Limits(
        settings.workbook_max_bytes, settings.workbook_max_unpacked_bytes, settings.workbook_max_rows,
        settings.reading_memory_bytes, settings.reading_timeout_seconds,
    )  # fmt: skip

    program = (
        "import sys, time, json, gc, pathlib; from ivz_assets.deliveries.reading import child; gc.disable(); "
        "getattr(child, 'WithoutPandas', None) and sys.meta_path.insert(0, child.WithoutPandas()); "
        "import python_calamine; from ivz_assets.deliveries.reading import parts, scan; "
        "from ivz_assets.weekmonitor.reading import workbook; "
        "job = json.loads(sys.stdin.readline()); start = time.perf_counter(); child.read(job); "
        "print(time.perf_counter() - start); sys.stdout.flush(); import os; os._exit(0)"
    )
    with tempfile.TemporaryDirectory() as folder:
        job = {"path": str(path), "folder": folder, "limits": asdict(limits), "password": None, "search": SEARCH}
        ended = subprocess.run(
            [sys.executable, "-c", program],
            input=json.dumps(job) + "\n",
            capture_output=True,
            text=True,
            env={**os.environ, **CHILD_ENVIRONMENT},
        )
    if ended.returncode != 0:
        sys.exit(f"the reading child ended with {ended.returncode}: {ended.stderr[-2000:]}")
    return {"seconds": float(ended.stdout)}


def with_whole_intake(path: Path) -> dict[str, Any]:
    """The intake of this project into a new warehouse, with imports done before.

    Apart: the gates, and the standardising of the rows that the gates and the question whether to hold them look at.
    """
    from bench.our_refresh import KINDS, import_everything

    clock = Clock()
    clock.time_imports()
    import_everything()
    for function in KINDS["gates"]:
        clock.time_function(*function.split(":"), "gates", "ivz_assets")  # type: ignore[call-arg]
    clock.time_function("ivz_assets.weekmonitor.recompute", "judged_rows", "standardising", "ivz_assets")
    clock.time_function("ivz_assets.weekmonitor.recompute", "confirmed_by", "standardising", "ivz_assets")
    from ivz_assets.deliveries import landing
    from ivz_assets.settings import load_settings
    from ivz_assets.warehouse.store import open_store
    from ivz_assets.weekmonitor import intake

    settings = load_settings()
    landing.prepare(settings)
    waiting = landing.put(path, settings.landing_folder, None)
    store = open_store(settings.warehouse_folder)
    before = clock.read()
    started = time.perf_counter()
    outcome = intake.take_in(waiting, store, settings, "bench", up_to=date(2100, 1, 1))
    total = time.perf_counter() - started
    after = clock.read()
    store.close()
    if outcome.uitkomst != "geladen":
        sys.exit(f"{outcome.uitkomst}: {outcome.melding}")
    spent = {kind: after.get(kind, 0.0) - before.get(kind, 0.0) for kind in ("gates", "standardising", "imports")}
    return {"seconds": total - spent.pop("imports"), **spent, "rows": outcome.rijen}


WAYS: dict[str, Callable[[Path], dict[str, Any]]] = {
    "openpyxl": with_openpyxl,
    "calamine to_python": lambda path: with_calamine(path, True),
    "calamine iter_rows": lambda path: with_calamine(path, False),
    "reader": with_our_reader,
    "child": with_our_child,
    "intake": with_whole_intake,
}

if __name__ == "__main__":
    found = WAYS[sys.argv[1]](Path(sys.argv[2]))
    answer({**found, "peak_bytes": peak_bytes()})
