"""Many comparisons at once: the correction within each family, and how long a signal lasts. No history, no sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from ivz_assets.dashboard.statistics.false_discovery import benjamini_hochberg

Floats = npt.NDArray[np.float64]
Families = Mapping[tuple[str, str], tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]]
"""Per level of area and family: the classes and the areas (positions) that belong to it."""

Q = 0.05
"""Share of the signals that may be chance, on average."""


def families(family_of_class: Sequence[str], levels: npt.NDArray[np.str_]) -> Families:
    """The families of one kind of period: category (or the themes) x level of area.

    Args:
        family_of_class: per class its category, or the one family of the themes.
        levels: per area its level.
    """
    of_class = np.array(family_of_class)
    return {
        (str(level), str(family)): (np.flatnonzero(of_class == family), np.flatnonzero(levels == level))
        for level in np.unique(levels)
        for family in np.unique(of_class)
    }


def corrected(chance: Floats, found: Families) -> Floats:
    """Chance corrected within each family (classes x areas); every series is in exactly one family."""
    adjusted = np.ones(chance.shape)
    for classes, areas in found.values():
        block = np.ix_(classes, areas)
        adjusted[block] = benjamini_hochberg(chance[block].ravel()).reshape(classes.size, areas.size)
    return adjusted


def lasting(signals: npt.NDArray[np.bool_], positions: Sequence[int]) -> npt.NDArray[np.int64]:
    """For how many periods in a row each series stands out, this one included; 0 when it does not.

    Args:
        signals: periods x classes x areas, oldest first.
        positions: place of each period in the calendar; after a period that was not judged the count begins anew.
    """
    lasted = np.zeros(signals.shape, dtype=np.int64)
    for place in range(signals.shape[0]):
        follows = place > 0 and positions[place] == positions[place - 1] + 1
        before = lasted[place - 1] if follows else 0
        lasted[place] = np.where(signals[place], before + 1, 0)
    return lasted
