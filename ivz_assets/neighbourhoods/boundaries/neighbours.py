"""Which areas border on each other, and along how many metres (``area_neighbours``). Other distances do not belong here."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from ivz_assets.neighbourhoods.boundaries.maps import PREFIXES, Areas, BoundaryMap, level

TOUCH = 1.0
"""Metres between two outlines that still touch: neighbours drawn apart leave slivers."""


def neighbour_rows(boundary_map: BoundaryMap) -> list[dict[str, Any]]:
    """Rows of ``AREA_NEIGHBOURS`` for buurt, wijk and gemeente: pairs with a common border or a common corner (queen).

    An area without neighbours, such as an island, has no row.
    """
    rows = []
    for niveau in PREFIXES:
        areas, _ = level(boundary_map, niveau)
        for one, other, metres in _pairs(areas):
            for code, neighbour in ((one, other), (other, one)):
                rows.append({"gebied_code": code, "niveau": niveau, "buur_code": neighbour, "gedeelde_grens_m": metres})
    return sorted(rows, key=lambda row: (list(PREFIXES).index(row["niveau"]), row["gebied_code"], row["buur_code"]))


def _pairs(areas: Areas) -> list[tuple[str, str, float]]:
    tree = shapely.STRtree(areas.shapes)
    left, right = tree.query(areas.shapes, predicate="dwithin", distance=TOUCH)
    once = left < right
    left, right = left[once], right[once]
    outlines = shapely.boundary(areas.shapes)
    metres = shapely.length(shapely.intersection(outlines[left], outlines[right]))
    # Only where both outlines have edges that do not fit can the border be longer than what they have exactly in common.
    misfits = ~shapely.is_empty(shapely.coverage_invalid_edges(areas.shapes, gap_width=TOUCH))
    loose = np.flatnonzero(misfits[left] & misfits[right])
    metres[loose] = np.maximum(metres[loose], _near_length(outlines, left[loose], right[loose]))
    return [(areas.codes[i], areas.codes[j], float(length)) for i, j, length in zip(left, right, metres, strict=True)]


def _near_length(outlines: Any, left: Any, right: Any) -> Any:
    """Metres that two outlines run along each other within ``TOUCH``; a few metres off at corners.

    Where they part, and at a common corner, each outline stays near the other for that distance more: that is not counted.
    A border that goes all around, of an area inside another, has no such ends.
    """
    bands = np.full(len(outlines), None, dtype=object)
    needed = np.union1d(left, right)
    bands[needed] = shapely.buffer(outlines[needed], TOUCH, join_style="mitre")
    metres = np.zeros(len(left))
    for one, other in ((left, right), (right, left)):
        near = shapely.line_merge(shapely.intersection(outlines[one], bands[other]))
        stretches, pair = shapely.get_parts(near, return_index=True)
        long = np.where(shapely.is_closed(stretches), shapely.length(stretches), shapely.length(stretches) - 2 * TOUCH)
        metres += np.bincount(pair, np.maximum(long, 0.0), minlength=len(left)) / 2
    return metres
