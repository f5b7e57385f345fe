"""How long the code location takes to load, against Dagster alone."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import Any

from bench.figures import Figure
from bench.processes import PROJECT

REPEATS = 5
MODULES = ("dagster", "ivz_assets.definitions")


def run() -> tuple[list[Figure], dict[str, Any]]:
    """The best of some loads of each, in turns, so that a busy moment hits both."""
    seconds: dict[str, list[float]] = {module: [] for module in MODULES}
    for _ in range(REPEATS + 1):
        for module in MODULES:
            started = time.perf_counter()
            subprocess.run([sys.executable, "-c", f"import {module}"], cwd=PROJECT, check=True)
            seconds[module].append(time.perf_counter() - started)
    best = {module: min(found[1:]) for module, found in seconds.items()}  # the first round warms the disk's cache
    ratio = best["ivz_assets.definitions"] / best["dagster"]
    return [Figure("loading: code location against import dagster", ratio, at_most=2)], {"best_seconds": best, "seconds": seconds}
