"""What the comparisons can tell apart: the chance to find a rise, computed and not simulated. No data of any region.

``python -m ivz_assets.dashboard.signals.power`` writes ``reference/signal_power.csv`` anew.
"""

from __future__ import annotations

import csv
import sys
from itertools import product
from pathlib import Path

import numpy as np
from scipy import stats

from ivz_assets.dashboard.signals.families import Q
from ivz_assets.dashboard.statistics import exceedance

REFERENCE = Path(__file__).parent / "reference" / "signal_power.csv"

EXPECTED = (1, 2, 5, 10, 20, 50, 100, 200, 500)
RISES = (1.0, 1.25, 1.5, 2.0, 3.0)
"""A rise of 1 is none: its chance is the realised size of the test, below the nominal one because a count is discrete."""

COMPARISONS = (1, 15, 200)
"""One question; a category in the region; a category in every municipality."""

DISPERSIONS = (1.0, 1.5)
PERIODS = 12
"""Comparable periods in the history: three weeks of four years."""

DECIMALS = 6
_NEGLIGIBLE = 1e-10


def power(expected: float, rise: float, comparisons: int, dispersion: float, periods: int = PERIODS, q: float = Q) -> float:
    """Chance that a rise is found by Benjamini-Hochberg when it is the only one of its family that stands out.

    The sum over every history of its chance times the chance of a count above the critical one of that history. The smallest
    chance of a family is held against q over the number of comparisons; where more stands out the limit is less strict.

    Args:
        expected: mean of the history's periods.
        rise: mean of the period judged over that; 1 for no rise.
        comparisons: size of the family.
        dispersion: variance over that of Poisson, of history and period alike, known to the test.
    """
    long = expected * periods
    low, high = (float(exceedance.quantile(share, long, dispersion)) for share in (_NEGLIGIBLE, 1 - _NEGLIGIBLE))
    totals = np.arange(low, high + 1)
    weights = exceedance.upper_tail(totals, long, dispersion) - exceedance.upper_tail(totals + 1, long, dispersion)
    tau = exceedance.tau(periods, dispersion)
    mean = exceedance.expected(totals, periods, dispersion)
    critical = stats.nbinom.isf(q / comparisons, mean / (tau - 1), 1 / tau) + 1
    found = exceedance.upper_tail(critical, expected * rise, dispersion)
    return float((weights * found).sum() / weights.sum())


def rows() -> list[dict[str, float]]:
    """Rows of ``DASHBOARD_SIGNAL_POWER``."""
    return [
        {
            "verwacht": expected,
            "stijging": rise,
            "vergelijkingen": comparisons,
            "spreiding": dispersion,
            "kans_gevonden": round(power(expected, rise, comparisons, dispersion), DECIMALS),
        }
        for expected, rise, comparisons, dispersion in product(EXPECTED, RISES, COMPARISONS, DISPERSIONS)
    ]


def stored_rows() -> list[dict[str, float]]:
    """The rows as they were written last."""
    with REFERENCE.open(encoding="utf-8", newline="") as file:
        return [
            {name: int(value) if name in ("verwacht", "vergelijkingen") else float(value) for name, value in row.items()}
            for row in csv.DictReader(file)
        ]


def write() -> None:
    """Computes the table and writes it as a file of reference."""
    computed = rows()
    with REFERENCE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(computed[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(computed)


if __name__ == "__main__":
    write()
    sys.stdout.write(f"{REFERENCE}\n")
