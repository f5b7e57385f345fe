"""Reading the areas that a region defines itself: lists of neighbourhoods and drawn outlines. Their figures are ``custom_areas``.

In ``reference/eigen_gebieden`` of the data folder: a ``.csv`` per area with a column ``buurt_code`` (the name of the file is that
of the area), or a ``.geojson`` with a polygon per area, in WGS84 or RD New, whose property ``naam`` is its name (without it the
name of the file).
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyproj
import shapely

from ivz_assets.neighbourhoods.boundaries.maps import RD_NEW, WGS84, polygonal
from ivz_assets.neighbourhoods.reference.user_lists import WrongList, read_list
from ivz_assets.settings import Settings

KEY_PREFIX = "EG: "
"""What the key of an own area begins with, and for a drawn one the ``buurt_code`` of its daily counts."""

SMALLEST_HECTARES = 10.0
"""Smallest drawn area: about a cell of the grid on which places may be shown; a smaller one would be a street or a building."""


class WrongArea(WrongList):
    """A file of an own area that cannot be used; the message tells which file and value, and what to do."""


@dataclass(frozen=True)
class OwnArea:
    """An area of the region's own: whole neighbourhoods (``buurten``), or an outline in RD New (``shape``)."""

    naam: str
    path: Path
    buurten: tuple[str, ...] = ()
    shape: Any = None

    @property
    def sleutel(self) -> str:
        """Its key in ``dim_gebied``."""
        return f"{KEY_PREFIX}{self.naam}"


def folder(settings: Settings) -> Path:
    """Where the files of own areas lie; optional."""
    return settings.data_dir / "reference" / "eigen_gebieden"


def read_own_areas(settings: Settings, known: Collection[str]) -> list[OwnArea]:
    """The own areas by name; none when there is no folder.

    Args:
        known: codes of the neighbourhoods of today; when empty every well-formed code will do.

    Raises:
        WrongArea, WrongList: a file cannot be used, or a name occurs twice.
    """
    found: dict[str, OwnArea] = {}
    where = folder(settings)
    for path in sorted(where.iterdir() if where.is_dir() else ()):
        if path.suffix.lower() == ".csv":
            areas = [_listed(path, known)]
        elif path.suffix.lower() in (".geojson", ".json"):
            areas = _drawn(path, settings)
        else:
            continue
        for area in areas:
            other = found.setdefault(area.naam.casefold(), area)
            if other is not area:
                raise WrongArea(f"{path}: {area.naam!r} is the name of the area in {other.path} as well; give one another name")
    return sorted(found.values(), key=lambda area: area.naam)


def _listed(path: Path, known: Collection[str]) -> OwnArea:
    rows = read_list(path, {"buurt_code": r"BU\d{8}"}, key="buurt_code")
    codes = [row["buurt_code"] for row in rows]
    if unknown := [code for code in codes if known and code not in known]:
        raise WrongArea(
            f"{path}: buurt_code {unknown[0]!r} is no neighbourhood of today; correct it, or give the codes into which it was "
            "divided (area_crosswalk says which)"
        )
    return OwnArea(_name(path.stem.replace("_", " "), path), path, tuple(sorted(codes)))


def _drawn(path: Path, settings: Settings) -> list[OwnArea]:
    try:
        told = json.loads(path.read_text(encoding="utf-8-sig"))
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise WrongArea(f"{path}: this is not GeoJSON in UTF-8 ({error}); export it again") from None
    features = told.get("features") if isinstance(told, dict) and told.get("type") == "FeatureCollection" else [told]
    if not features:
        raise WrongArea(f"{path}: there is no area in it; draw one, or remove the file")
    areas = []
    for number, feature in enumerate(features, 1):
        place = f"{path}, feature {number}"
        if not isinstance(feature, dict):
            raise WrongArea(f"{place}: this is no feature of GeoJSON; export it again")
        facts = feature.get("properties") or {}
        name = facts.get("naam") or facts.get("name")
        if name is None and len(features) > 1:
            raise WrongArea(f"{place}: it has no property naam, and there are more areas in the file; give each its name")
        shape = _shape(place, feature.get("geometry", feature))
        areas.append(
            OwnArea(_name(str(name or path.stem.replace("_", " ")), path), path, shape=_checked(place, shape, told, settings))
        )
    return areas


def _name(given: str, path: Path) -> str:
    name = " ".join(given.split())
    if not name:
        raise WrongArea(f"{path}: an area has no name; fill in property naam")
    return name


def _shape(place: str, geometry: Any) -> Any:
    try:
        shape = shapely.from_geojson(json.dumps(geometry))
    except shapely.errors.GEOSException as error:
        raise WrongArea(f"{place}: its geometry cannot be read ({error}); export it again") from None
    if shape is None or shape.is_empty or polygonal(shape).is_empty:
        raise WrongArea(f"{place}: it is no polygon; draw the outline of the area as a surface")
    if not shape.is_valid:
        raise WrongArea(
            f"{place}: its outline is drawn wrongly ({shapely.is_valid_reason(shape)}); correct it (in QGIS: Fix Geometries)"
        )
    return polygonal(shape)


def _checked(place: str, shape: Any, told: Any, settings: Settings) -> Any:
    """The outline in RD New, within the region and not too small."""
    west, south, east, north = shape.bounds
    named = json.dumps(told.get("crs") or {}) if isinstance(told, dict) else ""
    in_degrees = max(abs(west), abs(east)) <= 180 and max(abs(south), abs(north)) <= 90
    if "28992" not in named and in_degrees:
        to_rd = pyproj.Transformer.from_crs(WGS84, RD_NEW, always_xy=True)
        shape = shapely.transform(shape, lambda points: np.column_stack(to_rd.transform(points[:, 0], points[:, 1])))
    region = shapely.box(settings.rd_x_min, settings.rd_y_min, settings.rd_x_max, settings.rd_y_max)
    if not shapely.is_valid(shape) or not region.covers(shape):
        raise WrongArea(
            f"{place}: it lies outside the region (bounds {west:g}, {south:g}, {east:g}, {north:g}); give longitude before "
            "latitude in WGS84, or x before y in RD New"
        )
    if shape.area < SMALLEST_HECTARES * 10_000:
        raise WrongArea(
            f"{place}: it is {shape.area / 10_000:.1f} ha, less than {SMALLEST_HECTARES:g} ha: figures of so small an area could "
            "be traced to an address; draw it larger"
        )
    return shape
