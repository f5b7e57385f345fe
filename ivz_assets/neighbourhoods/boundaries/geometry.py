"""From a ``BoundaryMap`` the rows of ``area_boundaries``: surface, label point, and an outline small enough for a dashboard."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer

from ivz_assets.neighbourhoods.boundaries.maps import (
    PREFIXES,
    RD_NEW,
    WGS84,
    BoundaryMap,
    Shapes,
    level,
    places_by_code,
    polygonal,
)

GEOJSON_LIMIT = 1_000_000
"""Bytes that the outlines of all neighbourhoods together stay below: what a dashboard loads at once without a pause."""

FIRST_TOLERANCE = 10.0
LAST_TOLERANCE = 1280.0
"""Metres; coarser than this no neighbourhood can be recognised, so a map that is still too big (a country) stays so."""

DECIMALS = 5
"""Of a degree: about a metre, as accurate as pyproj goes from RD New to WGS84 without the correction grid of the Kadaster (it
says 1 m; at Amersfoort it is 0.3 m off). An outline on a screen needs no more; what is measured, is measured in RD New."""

SLIVER = 1.0
"""Metres: gaps and overlaps between neighbours below this are slips in the drawing, which are closed before simplifying."""


@dataclass(frozen=True)
class Simplified:
    """Outlines in WGS84 of all levels, by code, and what it took."""

    geojson: dict[str, str]
    tolerance_metres: float
    buurten_bytes: int


@cache
def _transformer() -> Transformer:
    return Transformer.from_crs(RD_NEW, WGS84, always_xy=True)


def to_wgs84(x: Any, y: Any) -> tuple[Any, Any]:
    """RD New in metres (numbers or arrays) to degrees: longitude, latitude."""
    return _transformer().transform(x, y)


def boundary_rows(boundary_map: BoundaryMap, names: Mapping[str, str] | None = None) -> list[dict[str, Any]]:
    """Rows of ``AREA_BOUNDARIES`` for buurt, wijk and gemeente.

    Args:
        boundary_map: the map.
        names: names of wijken and gemeenten for which the map has no layer; without them their code is their name.
    """
    outlines = simplified(boundary_map).geojson
    rows = []
    for niveau in PREFIXES:
        areas, derived = level(boundary_map, niveau, names)
        labels = label_points(areas.shapes)
        longitudes, latitudes = to_wgs84(labels[:, 0], labels[:, 1])
        for place, (code, name, shape) in enumerate(zip(areas.codes, areas.names, areas.shapes, strict=True)):
            rows.append(
                {
                    "gebied_code": code,
                    "niveau": niveau,
                    "naam": name,
                    "jaar": boundary_map.jaar,
                    "geometrie_wkb": shapely.to_wkb(shape),
                    "geometrie_geojson": outlines[code],
                    "oppervlakte_ha": float(shape.area / 10_000),
                    "label_rd_x": float(labels[place, 0]),
                    "label_rd_y": float(labels[place, 1]),
                    "label_lengtegraad": float(longitudes[place]),
                    "label_breedtegraad": float(latitudes[place]),
                    "bron": boundary_map.bestand + (" (vereniging van de buurten)" if code in derived else ""),
                }
            )
    return rows


def label_points(shapes: Shapes) -> NDArray[np.float64]:
    """Of each shape the point furthest from its border (RD New, two columns): there a label has most room."""
    centres = shapely.get_point(shapely.maximum_inscribed_circle(shapes), 0)
    # In a surface too thin for the algorithm's grid the centre may lie on the border.
    inside = shapely.contains_properly(shapes, centres)
    return shapely.get_coordinates(np.where(inside, centres, shapely.point_on_surface(shapes)))


def simplified(boundary_map: BoundaryMap, limit: int = GEOJSON_LIMIT) -> Simplified:
    """Outlines in which neighbours keep sharing their border, with the buurten together below ``limit`` bytes.

    Wijken and gemeenten are the union of the simplified buurten, so that all levels lie on each other exactly.
    """
    shapes = without_slivers(boundary_map.buurten.shapes)
    tolerance = FIRST_TOLERANCE
    while True:
        buurten = _rounded(shapely.coverage_simplify(shapes, tolerance))
        texts = [_geojson(shape) for shape in buurten]
        size = sum(len(text) for text in texts)
        if size < limit or tolerance >= LAST_TOLERANCE:
            break
        tolerance *= 2
    outlines = dict(zip(boundary_map.buurten.codes, texts, strict=True))
    for niveau in ("wijk", "gemeente"):
        for code, places in places_by_code(boundary_map.buurten.codes, niveau).items():
            outlines[code] = _geojson(polygonal(shapely.union_all(buurten[places])))
    return Simplified(outlines, tolerance, size)


def without_slivers(shapes: Shapes) -> Shapes:
    """The shapes as they are when they fit, else with gaps and overlaps of less than a metre closed."""
    if shapely.coverage_is_valid(shapes, gap_width=SLIVER):
        return shapes
    cleaned = shapely.coverage_clean(shapes, gap_width=SLIVER)
    # Closing slivers moves an outline by less than that. GEOS 3.14 was seen to lose half an area while snapping, and an
    # area that others cover entirely vanishes: then the outlines as drawn are the better picture.
    moved = np.abs(shapely.area(cleaned) - shapely.area(shapes))
    return cleaned if (moved <= SLIVER * shapely.length(shapes)).all() else shapes


def _rounded(shapes: Shapes) -> Shapes:
    """In WGS84 with ``DECIMALS``, valid. Both neighbours' ends of a border are rounded to the same place."""
    turned = shapely.transform(shapes, lambda points: np.column_stack(to_wgs84(points[:, 0], points[:, 1])))
    rounded = shapely.set_precision(turned, 10.0**-DECIMALS)
    # A surface of less than a metre wide does not survive rounding.
    return np.where(shapely.is_empty(rounded), turned, rounded)


def _geojson(shape: Any) -> str:
    """GeoJSON (RFC 7946: outer rings counterclockwise), without blanks."""
    trimmed = shapely.transform(shape, lambda points: np.round(points, DECIMALS + 2))
    return json.dumps(json.loads(shapely.to_geojson(shapely.orient_polygons(trimmed))), separators=(",", ":"))
