"""Maps of hot spots for people who look at a run, as PNG: verdicts per neighbourhood, counts per square. Nothing is computed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import shapely

from ivz_assets.dashboard.hot_spots.transform import SQUARE
from ivz_assets.neighbourhoods.boundaries.maps import BoundaryMap
from ivz_assets.neighbourhoods.boundaries.picture import (
    INK,
    LINE,
    QUIET,
    SCREEN_DETAIL,
    UNKNOWN,
    _fill,
    _municipalities,
    _png,
    _scale_bar,
    class_edges,
)

VERDICTS = {
    "heet": "#b2182b",
    "naast heet": "#fddbc7",
    "koud": "#2166ac",
    "naast koud": "#d1e5f0",
    "geen": "#f3f1ec",
    "geen uitspraak": UNKNOWN,
}
"""ColorBrewer RdBu: at its ends red and blue that the colour-blind tell apart, lightest what only lies beside them."""

SHADES = ("#c7e9b4", "#7fcdbb", "#41b6c4", "#2c7fb8", "#253494")
"""ColorBrewer YlGnBu without its lightest shade, which a small square on a light ground would not show."""


def verdict_picture(boundary_map: BoundaryMap, verdicts: Mapping[str, str], title: str, note: str) -> bytes:
    """A map of hot and cold neighbourhoods.

    Args:
        boundary_map: the map; every neighbourhood of it is drawn.
        verdicts: verdict per buurt_code; a neighbourhood without one is drawn as "geen uitspraak".
        title: what is shown and of when.
        note: what the reader must know, below the map.
    """
    figure, axes, patch = _sheet()
    shapes = shapely.coverage_simplify(boundary_map.buurten.shapes, SCREEN_DETAIL)
    said = np.array([verdicts.get(code, "geen uitspraak") for code in boundary_map.buurten.codes])
    keys = []
    for verdict, colour in VERDICTS.items():
        mine = shapes[said == verdict]
        hatch = "////" if verdict == "geen uitspraak" else None
        edge = {"geen": "#c9c5bb", "geen uitspraak": "#9a9a9a"}.get(verdict, LINE)
        _fill(axes, mine, facecolor=colour, edgecolor=edge, linewidth=0.3, hatch=hatch)
        keys.append(patch(facecolor=colour, edgecolor=QUIET, linewidth=0.4, hatch=hatch, label=f"{verdict}  ({len(mine)})"))
    return _finish(figure, axes, boundary_map, keys, "oordeel\n(aantal buurten)", title, note)


def square_picture(boundary_map: BoundaryMap, squares: Sequence[Mapping[str, Any]], title: str, note: str) -> bytes:
    """A map of squares by count, in classes of about as many squares each.

    Args:
        boundary_map: the map below it.
        squares: midden_rd_x, midden_rd_y, aantal; at least one.
        title: what is shown and of when.
        note: what the reader must know, below the map.
    """
    figure, axes, patch = _sheet()
    shapes = shapely.coverage_simplify(boundary_map.buurten.shapes, SCREEN_DETAIL)
    _fill(axes, shapes, facecolor=VERDICTS["geen"], edgecolor="#ddd9cf", linewidth=0.3)
    counts = np.array([row["aantal"] for row in squares])
    edges = class_edges([float(count) for count in counts])
    half = SQUARE / 2
    boxes = np.array(
        [
            shapely.box(
                row["midden_rd_x"] - half, row["midden_rd_y"] - half, row["midden_rd_x"] + half, row["midden_rd_y"] + half
            )
            for row in squares
        ]
    )
    places = np.searchsorted(edges, counts, side="right")
    keys = []
    for place in range(len(edges) + 1):
        mine = places == place
        if mine.any():
            _fill(axes, boxes[mine], facecolor=SHADES[place], edgecolor="none", linewidth=0)
            low, high = counts[mine].min(), counts[mine].max()
            text = f"{low}" if low == high else f"{low} tot en met {high}"
            keys.append(patch(facecolor=SHADES[place], edgecolor=QUIET, linewidth=0.4, label=f"{text}  ({mine.sum()})"))
    return _finish(figure, axes, boundary_map, keys, "registraties\n(aantal vlakken)", title, note)


def _sheet() -> tuple[Any, Any, Any]:
    from matplotlib.figure import Figure
    from matplotlib.patches import Patch

    figure = Figure(figsize=(10, 6.6), dpi=120, facecolor="white", layout="constrained")
    return figure, figure.add_subplot(), Patch


def _finish(figure: Any, axes: Any, boundary_map: BoundaryMap, keys: Sequence[Any], heading: str, title: str, note: str) -> bytes:
    _municipalities(axes, boundary_map, None)
    axes.set_aspect("equal")
    axes.autoscale_view()
    axes.set_axis_off()
    _scale_bar(axes)
    axes.set_title(title, loc="left", fontsize=13, fontweight="bold", color=INK)
    legend = figure.legend(
        handles=keys, title=heading, loc="outside right upper", frameon=False, fontsize=10, alignment="left", labelspacing=0.7
    )
    legend.get_title().set_fontweight("bold")
    source = f"Grenzen: CBS-indeling {boundary_map.jaar} ({boundary_map.bestand}). Dikke lijn: gemeentegrens."
    figure.supxlabel(f"{note}\n{source}", fontsize=8, color=QUIET, x=0.01, ha="left")
    return _png(figure)
