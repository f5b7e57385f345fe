"""Areas that the region defines itself, as rows of the dimension and as daily counts. Their files are ``custom_area_files``.

An area of whole neighbourhoods counts everything that its neighbourhoods count. A drawn area counts the registrations that have a
place in it: only classes that may carry x/y, and only those rows that do. For a drawn area nought of another class means nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import ibis.expr.types as ir
import numpy as np
import pyarrow
import shapely

from ivz_assets.dashboard.custom_area_files import OwnArea
from ivz_assets.dashboard.transform import daily_counts
from ivz_assets.neighbourhoods.boundaries.geometry import DECIMALS, to_wgs84
from ivz_assets.neighbourhoods.boundaries.maps import Areas, polygonal

WHOLE = "Eigen gebied van hele buurten."
DRAWN = (
    "Getekend eigen gebied: telt alleen registraties met een locatie, en dus alleen de klassen die x/y mogen hebben. Van andere "
    "klassen, en van verhoudingen, is hier niets bekend."
)

PLACED = pyarrow.schema([("levering_id", pyarrow.string()), ("rij", pyarrow.int32()), ("eigen_gebied", pyarrow.string())])


def neighbourhoods_of(areas: Sequence[OwnArea]) -> dict[str, tuple[str, ...]]:
    """What ``levels.area_levels`` wants: per key its neighbourhoods; a drawn area is a neighbourhood of its own."""
    return {area.sleutel: area.buurten or (area.sleutel,) for area in areas}


def dim_rows(
    areas: Sequence[OwnArea], regio_naam: str, gemeenten: Mapping[str, str], outlines: Areas | None
) -> list[dict[str, Any]]:
    """Rows of ``DIM_GEBIED``.

    Args:
        gemeenten: name per code of the municipalities; an area within one of them has it.
        outlines: outlines of the neighbourhoods in RD New, to draw areas of whole neighbourhoods; None without a map.
    """
    rows = []
    for area in areas:
        codes = {f"GM{code[2:6]}" for code in area.buurten}
        gemeente = codes.pop() if len(codes) == 1 else None
        rows.append(
            {
                "gebied_sleutel": area.sleutel, "gebied_niveau": "eigen gebied", "gebied_naam": area.naam,
                "gebied_label": area.naam, "wijk_code": None, "wijk_naam": None,
                "gemeente_code": gemeente, "gemeente_naam": gemeenten.get(gemeente or ""), "basisteam": None,
                "regio_naam": regio_naam, **_geometry(_outline(area, outlines)),
                "toelichting": WHOLE if area.buurten else DRAWN, "onbekend": False,
            }
        )  # fmt: skip
    return rows


def points_in(points: pyarrow.Table, areas: Sequence[OwnArea]) -> pyarrow.Table:
    """Which points lie in which drawn area, its border included: ``PLACED``. A point in two areas is there twice.

    Args:
        points: levering_id, rij, rd_x, rd_y (metres RD New).
    """
    x, y = (points[name].to_numpy(zero_copy_only=False) for name in ("rd_x", "rd_y"))
    parts = []
    for area in areas:
        if area.shape is None:
            continue
        shapely.prepare(area.shape)
        mine = pyarrow.array(np.flatnonzero(shapely.intersects_xy(area.shape, x, y)))
        inside = points.select(["levering_id", "rij"]).take(mine)
        parts.append(inside.append_column("eigen_gebied", pyarrow.array([area.sleutel] * len(inside), pyarrow.string())))
    return pyarrow.concat_tables([part.cast(PLACED) for part in parts]) if parts else PLACED.empty_table()


def located_daily_counts(incidents: ir.Table, placed: ir.Table) -> ir.Table:
    """Columns of ``DAILY_COUNTS`` of the drawn areas, with the area's key for ``buurt_code``.

    They come beside those of the neighbourhoods and must not be added to them: the same registration is in both.

    Args:
        incidents: ``incidents``.
        placed: ``points_in`` of the classes that may carry x/y.
    """
    return daily_counts(incidents.join(placed, ["levering_id", "rij"]).mutate(buurt_code=lambda row: row.eigen_gebied))


def located_points(incident_locations: ir.Table, areas: Sequence[OwnArea]) -> pyarrow.Table:
    """The points within the rectangles around the drawn areas, for ``points_in``. Restricted: never to be kept or shown."""
    near = None
    for area in areas:
        if area.shape is None:
            continue
        west, south, east, north = area.shape.bounds
        box = incident_locations.rd_x.between(west, east) & incident_locations.rd_y.between(south, north)
        near = box if near is None else near | box
    columns = ["levering_id", "rij", "rd_x", "rd_y"]
    chosen = incident_locations.limit(0) if near is None else incident_locations.filter(near)
    return chosen.select(columns).to_pyarrow()


def _outline(area: OwnArea, outlines: Areas | None) -> Any:
    if area.shape is not None or outlines is None:
        return area.shape
    places = outlines.position()
    if any(code not in places for code in area.buurten):
        return None
    return polygonal(shapely.union_all(outlines.shapes[[places[code] for code in area.buurten]]))


def _geometry(shape: Any) -> dict[str, Any]:
    """Surface, label point and GeoJSON in WGS84; all None without an outline."""
    if shape is None:
        return dict.fromkeys(("oppervlakte_ha", "lengtegraad", "breedtegraad", "grens_geojson"))
    label = shape.representative_point()
    longitude, latitude = to_wgs84(label.x, label.y)
    border = shapely.transform(shape, lambda points: np.column_stack(to_wgs84(points[:, 0], points[:, 1])))
    return {
        "oppervlakte_ha": round(shape.area / 10_000, 4),
        "lengtegraad": round(longitude, DECIMALS),
        "breedtegraad": round(latitude, DECIMALS),
        "grens_geojson": shapely.to_geojson(shapely.set_precision(border, 10**-DECIMALS)),
    }
