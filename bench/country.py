"""The dashboard tables of 5 and of 20 million incidents. It takes hours and 40 GB of disk, so it runs only when it is named."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from bench import inputs
from bench.dashboard import figures
from bench.figures import CACHE, Figure
from bench.processes import measure

SINCE = 2015
SCALES = (8, 30)
"""Times Twente: about 5 and 20 million incidents. CBS is not asked, so there are no denominators and no rates."""


def run() -> tuple[list[Figure], dict[str, Any]]:
    """Both sizes one after the other; growth is seconds per incident of the larger against the smaller."""
    found = {scale: measure("bench.dashboard_runs", "topics", environment=_loaded(scale)) for scale in SCALES}
    small, large = (found[scale] for scale in SCALES)
    each = [sum(one["seconds"].values()) / one["incidents"] for one in (small, large)]
    shown = [figure for scale in SCALES for figure in figures(f"country: {scale} times Twente", found[scale])]
    return [*shown, Figure("country: seconds per incident, large against small", each[1] / each[0], at_most=1)], {"built": found}


def _loaded(scale: int) -> dict[str, str]:
    """The environment of a data folder with the incidents of a region so many times Twente, made once."""
    from ivz_assets.sample.generate import write_sample

    data = CACHE / f"country_{scale}"
    today = "2026-03-23"
    environment = inputs.surroundings(data, today)
    if not (data / "complete").exists():
        shutil.rmtree(data, ignore_errors=True)
        sample = write_sample(CACHE / f"sample_country_{scale}", since=SINCE, scale=scale).parent
        (data / "reference").mkdir(parents=True)
        for listed in sample.glob("*.csv"):
            shutil.copyfile(listed, data / "reference" / listed.name)
        measure("bench.dashboard_runs", "load", Path(sample), environment=environment)
        (data / "complete").touch()
    return environment
