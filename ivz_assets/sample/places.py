"""Where the invented neighbourhoods lie: their points, the outline of the region, and how far incidents scatter. No borders."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from ivz_assets.sample.patterns import Floats
from ivz_assets.settings import Settings

Ints = NDArray[np.int64]

MARGIN = 1_500
"""Metres between a neighbourhood's point and the edge of the region."""

_STEPS_TO_CENTRE = 24
_RELAXATIONS = 2
_ROUNDS = 12
_SHARE_OF_HALF_WAY = 0.9


def box() -> tuple[int, int, int, int]:
    """The rectangle of the region in metres RD New: x and y of the south-west corner, x and y of the north-east corner."""
    fields = Settings.model_fields
    names = ("rd_x_min", "rd_y_min", "rd_x_max", "rd_y_max")
    west, south, east, north = (int(fields[name].default) for name in names)
    return west, south, east, north


def outline(points: Floats) -> shapely.Geometry:
    """The edge of the invented region: a rounded hull around all points, inside the region's rectangle."""
    hull = shapely.buffer(shapely.convex_hull(shapely.multipoints(points)), MARGIN, quad_segs=4)
    return shapely.set_precision(shapely.intersection(hull, shapely.box(*box())), 1)


def cells(points: Floats) -> NDArray[np.object_]:
    """The Voronoi cell of every point within the outline, in the order of the points; borders are not on whole metres."""
    shapes = shapely.voronoi_polygons(shapely.multipoints(points), extend_to=outline(points), ordered=True)
    return np.asarray(shapely.intersection(shapely.get_parts(shapes), outline(points)))


def settled(points: Floats, owner: Ints, centres: Floats, radius: Floats) -> Floats:
    """Points on whole metres, moved so that the cells of a municipality lie together and no two of them are too close.

    ``points``: x and y per neighbourhood. ``owner``: its municipality's number. ``centres``, ``radius``: per municipality.
    """
    moved = _into_own_part(points, owner, centres, radius)
    for _ in range(_RELAXATIONS):
        middles = shapely.get_coordinates(shapely.centroid(cells(moved)))
        moved = _clipped((moved + middles) / 2)
    for _ in range(_ROUNDS):
        apart = _apart(cells(moved), owner)
        if not apart.any():
            break
        moved[apart] += 0.3 * (centres[owner[apart]] - moved[apart])
    return _clipped(moved)


def reach(points: Floats) -> Floats:
    """Metres around every point that certainly lie in its own cell: a little less than half way to the nearest other point."""
    return _SHARE_OF_HALF_WAY / 2 * np.sqrt(_squared_distances(points, points, apart=True).min(axis=1))


def nearest(points: Floats) -> Ints:
    """For every point the number of the nearest other one."""
    return np.asarray(_squared_distances(points, points, apart=True).argmin(axis=1))


def nearest_of(places: Floats, points: Floats) -> Ints:
    """For every place the number of the point it lies nearest to: whose cell it is in."""
    return np.asarray(_squared_distances(places, points).argmin(axis=1))


def _clipped(points: Floats) -> Floats:
    west, south, east, north = box()
    low, high = (west + MARGIN, south + MARGIN), (east - MARGIN, north - MARGIN)
    return np.asarray(np.clip(points, low, high).round(), np.float64)


def _into_own_part(points: Floats, owner: Ints, centres: Floats, radius: Floats) -> Floats:
    """Pulls every point towards its municipality's centre until it lies in that municipality's part of the plane.

    Parts are those of a power diagram: convex, and the larger the municipality's radius the larger.
    """
    moved = points.copy()
    for _ in range(_STEPS_TO_CENTRE):
        power = _squared_distances(moved, centres) - radius**2
        astray = power.argmin(axis=1) != owner
        moved[astray] += 0.15 * (centres[owner[astray]] - moved[astray])
    return _clipped(moved)


def _apart(shapes: NDArray[np.object_], owner: Ints) -> NDArray[np.bool_]:
    """Neighbourhoods whose cell is not in the largest piece of their municipality."""
    found = np.zeros(len(owner), np.bool_)
    for number in range(int(owner.max()) + 1):
        own = np.flatnonzero(owner == number)
        pieces = shapely.get_parts(shapely.union_all(shapely.buffer(shapes[own], 0.5)))
        if len(pieces) > 1:
            main = pieces[shapely.area(pieces).argmax()]
            found[own] = ~shapely.intersects(main, shapely.point_on_surface(shapes[own]))
    return found


def _squared_distances(first: Floats, second: Floats, *, apart: bool = False) -> Floats:
    found = ((first[:, None, :] - second[None, :, :]) ** 2).sum(axis=2)
    if apart:
        np.fill_diagonal(found, np.inf)
    return np.asarray(found, np.float64)
