"""What a boundary map is once it has been read: areas with a code, a name and a surface in RD New. No files, no tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

RD_NEW = "EPSG:28992"
WGS84 = "EPSG:4326"

PREFIXES = {"buurt": "BU", "wijk": "WK", "gemeente": "GM"}
DIGITS = {"buurt": 8, "wijk": 6, "gemeente": 4}
"""A code of CBS repeats those above it: BU01410203 lies in WK014102, in GM0141."""

Shapes = NDArray[np.object_]


class WrongMap(ValueError):
    """A boundary map cannot be used; the message tells which file, layer, feature and value, and what to do."""


@dataclass(frozen=True)
class Areas:
    """Areas of one level in the order of their codes, each code once, with valid polygons in RD New (metres)."""

    codes: tuple[str, ...]
    names: tuple[str, ...]
    shapes: Shapes

    def __len__(self) -> int:
        return len(self.codes)

    def position(self) -> dict[str, int]:
        """Of each code, its place in the three lists."""
        return {code: place for place, code in enumerate(self.codes)}


@dataclass(frozen=True)
class BoundaryMap:
    """One year's map. Buurten are always there; wijken and gemeenten when the file has a layer of them."""

    jaar: int
    bestand: str
    buurten: Areas
    wijken: Areas | None = None
    gemeenten: Areas | None = None
    water: Any = None
    """Water that CBS counts to no neighbourhood, as one shape; None when the map has none."""
    repaired: int = 0
    """Features that were repaired without a change of surface: an outline that touches itself, stray lines beside it."""


def code_above(buurt_code: str, niveau: str) -> str:
    """Code of the wijk or gemeente that a buurt lies in (of the buurt itself for level buurt)."""
    return PREFIXES[niveau] + buurt_code[2 : 2 + DIGITS[niveau]]


def places_by_code(buurt_codes: Iterable[str], niveau: str) -> dict[str, list[int]]:
    """Of each area of a level, the places of its buurten in the list of codes; ordered by code."""
    places: dict[str, list[int]] = {}
    for place, code in enumerate(buurt_codes):
        places.setdefault(code_above(code, niveau), []).append(place)
    return dict(sorted(places.items()))


def polygonal(shape: Any) -> Any:
    """Only the surfaces of a shape: cutting and repairing leave stray points and lines behind."""
    if shape.geom_type in ("Polygon", "MultiPolygon"):
        return shape
    parts = [part for part in shapely.get_parts(shape) if part.geom_type in ("Polygon", "MultiPolygon")]
    return shapely.union_all(parts) if parts else shapely.Polygon()


def level(boundary_map: BoundaryMap, niveau: str, names: Mapping[str, str] | None = None) -> tuple[Areas, frozenset[str]]:
    """The areas of a level that have buurten, and which of them the map has no shape of.

    An area that the map does not hold itself is the union of its buurten. Its name then comes from ``names`` (of each
    code), else its code stands in for it.

    Args:
        boundary_map: the map.
        niveau: buurt, wijk or gemeente.
        names: names of codes that the map does not name.
    """
    if niveau == "buurt":
        return boundary_map.buurten, frozenset()
    own = boundary_map.wijken if niveau == "wijk" else boundary_map.gemeenten
    given = {} if own is None else own.position()
    codes, found, shapes, derived = [], [], [], set()
    for code, places in places_by_code(boundary_map.buurten.codes, niveau).items():
        codes.append(code)
        if own is not None and code in given:
            found.append(own.names[given[code]])
            shapes.append(own.shapes[given[code]])
        else:
            derived.add(code)
            found.append((names or {}).get(code, code))
            shapes.append(polygonal(shapely.union_all(boundary_map.buurten.shapes[places])))
    return Areas(tuple(codes), tuple(found), np.array(shapes, dtype=object)), frozenset(derived)
