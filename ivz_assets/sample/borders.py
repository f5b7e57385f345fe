"""The invented borders: a polygon per part of every neighbourhood, on whole metres, together tiling the region. No editions.

Every line of every edition is drawn into one net whose corners are rounded once. So neighbours share the same corners in
every edition, whichever parts are put together.
"""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from ivz_assets.sample import places
from ivz_assets.sample.code_history import Cut
from ivz_assets.sample.invented_areas import Areas
from ivz_assets.sample.patterns import Floats

_BEYOND = 100_000
"""Metres; longer than any cell."""


def parts(where: Areas) -> NDArray[np.object_]:
    """The polygon of every part of every neighbourhood, in metres RD New; None for part 1 of one without a cut.

    Axes: neighbourhood as in ``where``, part. Only for the region itself, not for clones.
    """
    points = np.column_stack([where.rd_x, where.rd_y])
    shapes = places.cells(points)
    cuts = [shapely.intersection(_line(cut, points[cut.buurt]), shapes[cut.buurt]) for cut in where.history.cuts]
    net = shapely.union_all([*shapely.boundary(shapes), *cuts], grid_size=1)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(net)))
    inside = shapely.get_coordinates(shapely.point_on_surface(faces))
    buurt = places.nearest_of(inside, points)
    part = where.history.part_of(buurt, *inside.T)
    found = np.full((len(points), 2), None, dtype=object)
    for face, place in zip(faces, zip(buurt.tolist(), part.tolist(), strict=True), strict=True):
        if found[place] is not None:
            raise ValueError(f"{where.buurt_code[place[0]]} came out in pieces: its cell is too narrow for whole metres")
        found[place] = shapely.normalize(face)
    return found


def surfaces(shapes: NDArray[np.object_]) -> Floats:
    """Square metres of every part; 0 where there is none."""
    return np.nan_to_num(shapely.area(shapes))


def _line(cut: Cut, near: Floats) -> shapely.Geometry:
    normal = np.array([cut.normal_x, cut.normal_y])
    foot = near + (cut.offset - near @ normal) * normal
    along = _BEYOND * np.array([-cut.normal_y, cut.normal_x])
    return shapely.linestrings([foot - along, foot + along])
