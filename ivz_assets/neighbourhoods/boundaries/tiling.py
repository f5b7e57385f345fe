"""How well the neighbourhoods fill their municipality: a profile, one cell per municipality. Limits belong to the gate."""

from __future__ import annotations

from typing import Any

import pandas as pd
import shapely

from ivz_assets.neighbourhoods.boundaries.maps import BoundaryMap, code_above, level, polygonal


def tiling_profile(boundary_map: BoundaryMap) -> pd.DataFrame:
    """Per municipality the share of its surface that its neighbourhoods leave open, and that they cover more than once.

    Open is measured against the municipality's own outline. A map without one only shows holes: what the neighbourhoods
    surround and nothing else of the map fills. Water that is nobody's neighbourhood is not open.

    Returns:
        gemeente_code, aandeel_niet_gedekt and aandeel_dubbel (both 0 to 1), by gemeente_code; also municipalities of which
        the map has the outline but no neighbourhood.
    """
    given = boundary_map.gemeenten
    outlines = {} if given is None else dict(zip(given.codes, given.shapes, strict=True))
    unions, derived = level(boundary_map, "gemeente")
    outlines |= {code: shape for code, shape in zip(unions.codes, unions.shapes, strict=True) if code in derived}
    everything = [*boundary_map.buurten.shapes, *([boundary_map.water] if boundary_map.water is not None else [])]
    rows = []
    for code, outline in sorted(outlines.items()):
        mine = [
            shape
            for buurt, shape in zip(boundary_map.buurten.codes, boundary_map.buurten.shapes, strict=True)
            if code_above(buurt, "gemeente") == code
        ]
        covered = shapely.union_all(mine)
        if code in derived:
            filled = _without_holes(covered)
            open_shape = shapely.difference(filled, covered)
            if not open_shape.is_empty:
                # A municipality can lie around another, whose neighbourhoods fill the hole.
                open_shape = shapely.difference(open_shape, shapely.union_all(_near(everything, open_shape)))
        else:
            filled, open_shape = outline, shapely.difference(outline, covered)
        double = sum(shape.area for shape in mine) - covered.area
        rows.append(
            {
                "gemeente_code": code,
                "aandeel_niet_gedekt": open_shape.area / filled.area,
                "aandeel_dubbel": max(double, 0.0) / filled.area,
            }
        )
    return pd.DataFrame(rows, columns=["gemeente_code", "aandeel_niet_gedekt", "aandeel_dubbel"])


def _near(shapes: list[Any], area: Any) -> list[Any]:
    return [shape for shape in shapes if shape.intersects(area)]


def _without_holes(shape: Any) -> Any:
    return shapely.union_all([shapely.Polygon(part.exterior) for part in shapely.get_parts(polygonal(shape))])
