"""Every measurement runs in a process of its own and hands over one JSON file. What is measured is elsewhere."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
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
    """What ``python -m module arguments`` hands over with ``answer``.

    Raises:
        MeasurementFailed: it ended with an error; the end of what it wrote is the message.
    """
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "answer.json"
        ended = subprocess.run(
            [python or sys.executable, "-m", module, *map(str, arguments)],
            cwd=PROJECT,
            env={**os.environ, "PYTHONPATH": str(PROJECT), "PYTHONUTF8": "1", ANSWER: str(target), **(environment or {})},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        if ended.returncode != 0 or not target.exists():
            raise MeasurementFailed(f"python -m {module} ended with status {ended.returncode}:\n{ended.stdout[-4000:]}")
        found: dict[str, Any] = json.loads(target.read_text(encoding="utf-8"))
        return found


def answer(found: Mapping[str, Any]) -> None:
    """Hands over what was measured."""
    Path(os.environ[ANSWER]).write_text(json.dumps(dict(found), default=str), encoding="utf-8")
