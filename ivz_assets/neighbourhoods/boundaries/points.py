"""Whether points lie in their neighbourhood, and in which one they lie. Made for a million points; coordinates in RD New."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from ivz_assets.neighbourhoods.boundaries.maps import Areas


def inside_own(x: ArrayLike, y: ArrayLike, buurt_code: ArrayLike, buurten: Areas, tolerance_metres: float) -> NDArray[np.bool_]:
    """Per point whether it lies in its own neighbourhood or within the tolerance of it.

    A point without coordinates (NaN), or with a code that the map does not have, does not.

    Args:
        x: RD New in metres.
        y: RD New in metres.
        buurt_code: code of each point's own neighbourhood.
        buurten: neighbourhoods of the map.
        tolerance_metres: how far outside the outline still counts as inside.
    """
    xs, ys, codes = np.asarray(x, float), np.asarray(y, float), np.asarray(buurt_code, object)
    inside = np.zeros(len(xs), dtype=bool)
    places = buurten.position()
    place = np.fromiter((places.get(code, -1) for code in codes), dtype=np.int64, count=len(codes))
    order = np.argsort(place, kind="stable")
    edges = np.searchsorted(place[order], np.arange(len(buurten) + 1))
    for area in range(len(buurten)):
        mine = order[edges[area] : edges[area + 1]]
        if len(mine):
            wide = shapely.buffer(buurten.shapes[area], tolerance_metres)
            inside[mine] = _within(wide, xs[mine], ys[mine])
    return inside


def _within(shape: Any, x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.bool_]:
    shapely.prepare(shape)
    # Border included; NaN gives False.
    return shapely.intersects_xy(shape, x, y)


def share_inside(x: ArrayLike, y: ArrayLike, buurt_code: ArrayLike, buurten: Areas, tolerance_metres: float) -> float | None:
    """Share of the points that lie in their own neighbourhood (``inside_own``); None when there are no points."""
    inside = inside_own(x, y, buurt_code, buurten, tolerance_metres)
    return float(inside.mean()) if len(inside) else None


def buurt_of(x: ArrayLike, y: ArrayLike, buurten: Areas) -> NDArray[np.object_]:
    """Code of the neighbourhood that each point lies in, None outside all; on a common border the lowest code."""
    xs, ys = np.asarray(x, float), np.asarray(y, float)
    found = np.full(len(xs), None, dtype=object)
    known = np.flatnonzero(np.isfinite(xs) & np.isfinite(ys))
    # The points are in the tree and the outlines are asked: each outline is then prepared once for all its points.
    tree = shapely.STRtree(shapely.points(xs[known], ys[known]))
    areas, points = tree.query(buurten.shapes, predicate="intersects")
    order = np.argsort(-areas, kind="stable")
    found[known[points[order]]] = np.array(buurten.codes, dtype=object)[areas[order]]
    return found
