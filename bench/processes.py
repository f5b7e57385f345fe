"""Every measurement runs in a process of its own and hands over one JSON file. What is measured is elsewhere."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parent.parent
ANSWER = "BENCH_ANSWER"


class MeasurementFailed(Exception):
    """The process of a measurement ended with an error."""


def measure(
    module: str, *arguments: object, python: str | None = None, environment: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """What ``python -m module arguments`` hands over with ``answer``; settings of this machine (``IVZ_...``) do not reach it.

    Raises:
        MeasurementFailed: it ended with an error; the end of what it wrote is the message.
    """
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("IVZ_")}
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "answer.json"
        log = Path(folder) / "log.txt"
        with log.open("w", encoding="utf-8") as written:
            process = subprocess.Popen(
                [python or sys.executable, "-m", module, *map(str, arguments)],
                cwd=PROJECT,
                env={**inherited, "PYTHONPATH": str(PROJECT), "PYTHONUTF8": "1", ANSWER: str(target), **(environment or {})},
                stdout=written,
                stderr=subprocess.STDOUT,
            )
            peak = wait_and_watch(process)
        if process.returncode != 0 or not target.exists():
            told = log.read_text(encoding="utf-8", errors="replace")[-4000:]
            raise MeasurementFailed(f"python -m {module} ended with status {process.returncode}:\n{told}")
        found: dict[str, Any] = json.loads(target.read_text(encoding="utf-8"))
        if peak:
            found["peak_bytes"] = peak
        return found


def wait_and_watch(process: subprocess.Popen[Any]) -> int:
    """Waits for the process; the most memory that it and its children held at one moment, or 0 where /proc is missing."""
    peak = 0
    while process.poll() is None:
        peak = max(peak, resident_bytes(process.pid))
        time.sleep(0.02)
    return peak


def resident_bytes(process_id: int) -> int:
    """Resident memory of a process and everything below it, now."""
    folder = Path("/proc") / str(process_id)
    try:
        pages = int((folder / "statm").read_text().split()[1])
        children = [int(child) for task in (folder / "task").iterdir() for child in (task / "children").read_text().split()]
    except (OSError, ValueError, IndexError):
        return 0  # it has just ended
    return pages * os.sysconf("SC_PAGE_SIZE") + sum(resident_bytes(child) for child in children)


def answer(found: Mapping[str, Any]) -> None:
    """Hands over what was measured."""
    Path(os.environ[ANSWER]).write_text(json.dumps(dict(found), default=str), encoding="utf-8")
