"""Writes the invented borders per edition like the wijk- en buurtkaart of PDOK: GeoJSON in RD New. No geometry is made here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import shapely

from ivz_assets.sample import borders, editions, writing
from ivz_assets.sample.invented_areas import Areas

YEARS = range(2020, 2026)
"""Every edition in which something changed, the year before, and the newest."""

_RD_NEW = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::28992"}}


def write_boundaries(folder: Path, where: Areas) -> list[Path]:
    """Writes ``wijkenbuurten_<jaar>.geojson`` for each of ``YEARS`` and returns them; coordinates are whole metres.

    ``where``: the invented neighbourhoods without clones. One feature per buurt with PDOK's property names.
    """
    shapes = borders.parts(where)
    names = dict(zip(where.gemeente_code.tolist(), where.gemeente_naam.tolist(), strict=True))
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for year in YEARS:
        parts = editions.parts_by_code(year, where)
        features = [
            _feature(buurt, names[buurt.gemeente_code], [shapes[part] for part in sorted(parts[buurt.buurt_code])])
            for buurt in editions.edition(year, where)
        ]
        content = {"type": "FeatureCollection", "name": "buurten", "crs": _RD_NEW, "features": features}
        path = folder / f"wijkenbuurten_{year}.geojson"
        with writing.atomically(path) as temporary:
            temporary.write_text(json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
        paths.append(path)
    return paths


def _feature(buurt: editions.Buurt, gemeente_naam: str, shapes: list[shapely.Geometry]) -> dict[str, Any]:
    polygon = shapely.orient_polygons(shapely.normalize(shapely.coverage_union_all(shapes)))
    rings = [polygon.exterior, *polygon.interiors]
    return {
        "type": "Feature",
        "properties": {
            "buurtcode": buurt.buurt_code,
            "buurtnaam": buurt.buurt_naam,
            "wijkcode": buurt.wijk_code,
            "gemeentecode": buurt.gemeente_code,
            "gemeentenaam": gemeente_naam,
            "water": "NEE",
        },
        "geometry": {
            "type": "Polygon",
            "coordinates": [shapely.get_coordinates(ring).round().astype(int).tolist() for ring in rings],
        },
    }
