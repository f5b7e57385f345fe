"""What part of each old neighbourhood lies in which new one, by surface. What that says about codes belongs in the crosswalk."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from ivz_assets.neighbourhoods.boundaries.maps import BoundaryMap

SLIVER_SHARE = 0.01
"""Share of an old neighbourhood below which an overlap comes from the drawing. CBS counts a border as changed from about 5 m:
along one side of a small neighbourhood (500 m square) that is 1% of its surface; below it borders are only drawn anew."""

UNITS = 2**20
"""Weights are whole numbers of millionths (of 2^20, to be exact in binary), so that they add up to exactly 1 in any order."""


class Overlap(NamedTuple):
    """A row: share of an old neighbourhood in a new one. ``gelijk``: it is the same surface, whatever the codes say."""

    van_buurt_code: str
    buurt_code: str
    gewicht: float
    gelijk: bool


def overlap(old: BoundaryMap, new: BoundaryMap) -> list[Overlap]:
    """Weights from every old neighbourhood to the new ones; those of one old neighbourhood add up to exactly 1.

    Parts below ``SLIVER_SHARE`` are left out, and what lies outside the new map (given to another region, or water now); the
    rest is scaled up to 1. An old neighbourhood that lies outside the new map entirely has no row.
    """
    before, after = old.buurten, new.buurten
    left, right = shapely.STRtree(after.shapes).query(before.shapes, predicate="intersects")
    common = shapely.area(shapely.intersection(before.shapes[left], after.shapes[right]))
    of_old = common / shapely.area(before.shapes)[left]
    of_new = common / shapely.area(after.shapes)[right]
    same = (of_old >= 1 - SLIVER_SHARE) & (of_new >= 1 - SLIVER_SHARE)
    rows: list[Overlap] = []
    for place in np.unique(left[common > 0]):
        mine = np.flatnonzero((left == place) & (common > 0))
        if same[mine].any():
            kept = mine[same[mine]][:1]
        else:
            large = mine[of_old[mine] >= SLIVER_SHARE]
            # All of it may be small when most of the old neighbourhood lies outside the new map.
            kept = large if len(large) else mine[[of_old[mine].argmax()]]
        kept = kept[np.argsort(right[kept])]
        for pair, weight in zip(kept, _exact(of_old[kept]), strict=True):
            rows.append(Overlap(before.codes[place], after.codes[right[pair]], float(weight), bool(same[pair])))
    return rows


def _exact(shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """The shares scaled to a sum of exactly 1; what rounding leaves over goes to the largest."""
    units = np.round(shares / shares.sum() * UNITS).astype(np.int64)
    units[units.argmax()] += UNITS - units.sum()
    return units / UNITS
