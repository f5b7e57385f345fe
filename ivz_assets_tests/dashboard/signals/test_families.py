"""Families cover every series once, and a signal lasts as long as it stands out in a row."""

from __future__ import annotations

import numpy as np
import pytest

from ivz_assets.dashboard.signals.families import corrected, families, lasting
from ivz_assets.dashboard.signals.schema import THEMES

LEVELS = np.array(["buurt", "gemeente", "buurt", "regio"])
OF_CLASS = ["Vermogensdelicten", "Geweldsdelicten", "Vermogensdelicten", THEMES]


def test_every_series_is_in_one_family() -> None:
    covered = np.zeros((4, 4), dtype=int)
    for classes, areas in families(OF_CLASS, LEVELS).values():
        covered[np.ix_(classes, areas)] += 1
    assert bool((covered == 1).all())


def test_the_correction_is_within_a_family() -> None:
    chance = np.ones((4, 4))
    chance[0, 0], chance[1, 0] = 0.01, 0.01
    adjusted = corrected(chance, families(OF_CLASS, LEVELS))
    # Two classes x two neighbourhoods against one class x two.
    assert adjusted[0, 0] == pytest.approx(0.04)
    assert adjusted[1, 0] == pytest.approx(0.02)
    assert bool((adjusted[2:] == 1).all())


def test_lasting_by_hand() -> None:
    stands_out = np.array([True, True, False, True, True, True])[:, None, None]
    assert list(lasting(stands_out, range(6)).ravel()) == [1, 2, 0, 1, 2, 3]
    # A period that was not judged lies between the second and the third that were.
    assert list(lasting(np.ones((4, 1, 1), dtype=bool), [3, 4, 6, 7]).ravel()) == [1, 2, 1, 2]
