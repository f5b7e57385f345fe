"""How incidents of each spatial pattern are spread over neighbourhoods, as weights. Which ones are hot is elsewhere."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from ivz_assets.sample.hot_neighbourhoods import KINDS
from ivz_assets.sample.patterns import Floats

SPATIAL_PATTERNS = ("wonen", "centrum", "winkel", "uitgaan", "bedrijf", "overlast", "geweld", "buiten", "online")

HIGHEST_RATE = 8.0
"""Times the mean rate of the region: no neighbourhood draws more per inhabitant. A few centres and business parks would draw up
to a hundred times the mean, and nothing else would stand out on a map."""

HOT_URBAN = 1.4
"""What is hot in a small town is so by the standards of the largest one: it has to be seen on the map of the region."""

FEW_PEOPLE = 100
"""Where fewer live there is no limit: nobody computes a rate over so few, and business parks have their burglaries there."""

_ROUNDS = 20
"""Enough for the mean to settle to less than a percent."""


def weights(
    people: Floats, soort: NDArray[np.int64], urban: Floats, noise: Mapping[str, Floats], hot: Mapping[str, Floats]
) -> dict[str, Floats]:
    """Weight of every neighbourhood per pattern of ``SPATIAL_PATTERNS``, for parallel arrays of neighbourhoods.

    Args:
        people: inhabitants.
        soort: 0 houses, 1 centre, 2 business park, 3 countryside.
        urban: of the municipality; 1 is a fair-sized town.
        noise: factor per kind (``bezit``, ``geweld``, ``overlast``).
        hot: likewise, above 1 where a kind is planted as hot.
    """
    bezit, geweld, overlast = (noise[kind] * hot[kind] for kind in KINDS)
    by_bezit, by_geweld, by_overlast = (np.where(hot[kind] > 1, np.maximum(urban, HOT_URBAN), urban) for kind in KINDS)

    def by_kind(wonen: float, centrum: float, bedrijf: float, buiten: float) -> Floats:
        return np.array([wonen, centrum, bedrijf, buiten])[soort]

    daytime = people + by_kind(60, 900, 500, 20)  # people who work, shop or pass there
    found = {
        "wonen": people * by_bezit * bezit * by_kind(1, 1.2, 1, 0.7),
        "centrum": daytime * by_bezit**1.6 * bezit * by_kind(0.9, 3.5, 0.7, 0.3),
        "winkel": daytime * by_bezit**1.4 * bezit * by_kind(0.35, 11, 0.5, 0.05),
        "uitgaan": daytime * by_geweld**1.8 * geweld * by_kind(0.3, 12, 0.2, 0.08),
        "bedrijf": daytime * by_bezit * bezit * by_kind(0.3, 1.5, 5, 0.8),
        "overlast": daytime * by_overlast**1.2 * overlast * by_kind(1, 1.8, 0.4, 0.5),
        "geweld": people * by_geweld**1.5 * geweld * by_kind(1, 2.2, 1, 0.6),
        "buiten": (people + 40) * by_kind(0.2, 0.05, 2, 6),
        "online": people * urban**0.3,
    }
    return {name: _capped(weight, people) for name, weight in found.items()}


def _capped(weight: Floats, people: Floats) -> Floats:
    """Weights as they are, but none above ``HIGHEST_RATE`` times the mean that is left: capping lowers the mean as well."""
    most = np.where(people < FEW_PEOPLE, np.inf, people * HIGHEST_RATE / people.sum())
    found = weight
    for _ in range(_ROUNDS):
        found = np.minimum(weight, found.sum() * most)
    return found
