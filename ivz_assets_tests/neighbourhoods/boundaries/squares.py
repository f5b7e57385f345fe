"""Maps and map files of rectangles, in metres from a corner in Twente."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from pyogrio.raw import write

from ivz_assets.neighbourhoods.boundaries.maps import Areas, BoundaryMap

X, Y = 250_000, 470_000
RD = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::28992"}}

Box = tuple[float, float, float, float]


def box(left: float, bottom: float, right: float, top: float) -> Any:
    return shapely.box(X + left, Y + bottom, X + right, Y + top)


def areas(shapes: Mapping[str, Any]) -> Areas:
    codes = sorted(shapes)
    return Areas(tuple(codes), tuple(f"naam {code}" for code in codes), np.array([shapes[code] for code in codes], dtype=object))


def a_map(buurten: Mapping[str, Any], gemeenten: Mapping[str, Any] | None = None, water: Any = None) -> BoundaryMap:
    return BoundaryMap(2024, "kaart.gpkg", areas(buurten), None, areas(gemeenten) if gemeenten else None, water)


def four() -> dict[str, Any]:
    """Two by two squares of a kilometre: the lower two in GM0001 (wijken 00 and 01), the upper two in GM0002 (wijk 00)."""
    return {
        "BU00010001": box(0, 0, 1000, 1000),
        "BU00010101": box(1000, 0, 2000, 1000),
        "BU00020001": box(0, 1000, 1000, 2000),
        "BU00020002": box(1000, 1000, 2000, 2000),
    }


def geopackage(
    path: Path, layers: Mapping[str, tuple[Sequence[Any], Mapping[str, Sequence[Any]]]], crs: str | None = "EPSG:28992"
) -> Path:
    """A GeoPackage with, per layer, the shapes and the columns."""
    for place, (layer, (shapes, columns)) in enumerate(layers.items()):
        values = [np.array(column, dtype=object if isinstance(column[0], str | None) else None) for column in columns.values()]
        write(
            path, shapely.to_wkb(np.array(shapes, dtype=object)), values, list(columns), layer=layer, driver="GPKG",
            geometry_type="Unknown", crs=crs, append=place > 0,
        )  # fmt: skip
    return path


def geojson(path: Path, features: Sequence[tuple[Any, Mapping[str, Any]]], crs: Mapping[str, Any] | None = RD) -> Path:
    """A GeoJSON of shapes (or GeoJSON geometries) with their properties."""
    made = [
        {
            "type": "Feature",
            "properties": dict(properties),
            "geometry": json.loads(shapely.to_geojson(shape)) if isinstance(shape, shapely.Geometry) else shape,
        }
        for shape, properties in features
    ]
    path.write_text(
        json.dumps({"type": "FeatureCollection", **({"crs": crs} if crs else {}), "features": made}), encoding="utf-8"
    )
    return path
