"""What the comparisons can tell apart: the stored table is the computed one, and the computed one is what happens."""

from __future__ import annotations

import numpy as np
import pytest

from ivz_assets.dashboard.signals.families import Q
from ivz_assets.dashboard.signals.power import DECIMALS, power, stored_rows
from ivz_assets.dashboard.statistics.exceedance import exceedance


def stored(expected: int, rise: float, comparisons: int, dispersion: float) -> float:
    """One cell of the stored table."""
    key = (expected, rise, comparisons, dispersion)
    (row,) = (row for row in stored_rows() if (row["verwacht"], row["stijging"], row["vergelijkingen"], row["spreiding"]) == key)
    return row["kans_gevonden"]


@pytest.mark.parametrize(
    "cell", [(1, 1.0, 1, 1.0), (2, 3.0, 15, 1.5), (20, 2.0, 1, 1.0), (50, 1.25, 200, 1.0), (200, 1.5, 200, 1.5)]
)
def test_the_stored_table_is_the_computed_one(cell: tuple[int, float, int, float]) -> None:
    assert stored(*cell) == pytest.approx(power(*cell), abs=10**-DECIMALS)


def test_the_table_is_whole() -> None:
    rows = stored_rows()
    assert len(rows) == len({tuple(list(row.values())[:4]) for row in rows}) == 9 * 5 * 3 * 2


def test_what_the_project_promises_for_a_family_of_a_category_in_every_municipality() -> None:
    """A rise of half at 200 and a tripling at 20, as the only one of 200 comparisons that stands out."""
    for dispersion in (1.0, 1.5):
        assert stored(200, 1.5, 200, dispersion) >= 0.9
        assert stored(20, 3.0, 200, dispersion) >= 0.9


def test_without_a_rise_it_is_the_realised_size() -> None:
    for row in stored_rows():
        if row["stijging"] == 1:
            assert row["kans_gevonden"] * row["vergelijkingen"] <= Q


@pytest.mark.parametrize(("expected", "rise", "comparisons"), [(5, 2.0, 1), (20, 2.0, 15), (200, 1.25, 15)])
def test_it_is_what_happens(expected: int, rise: float, comparisons: int) -> None:
    """Histories and counts drawn at random, with the fixed limit that the sum stands for."""
    random = np.random.default_rng(4)
    totals = random.poisson(12 * expected, 40_000)
    counts = random.poisson(rise * expected, 40_000)
    found = (exceedance(counts, totals, 12) <= Q / comparisons).mean()
    assert found == pytest.approx(power(expected, rise, comparisons, 1.0), abs=0.01)
