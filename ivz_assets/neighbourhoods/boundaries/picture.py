"""Pictures for people who look at a run: a map of the neighbourhoods and an age structure, as PNG. No figures are computed."""

from __future__ import annotations

import io
import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from ivz_assets.neighbourhoods.boundaries.maps import BoundaryMap, level

if TYPE_CHECKING:
    from matplotlib.figure import Figure

CLASSES = 5
"""More shades than this are not told apart on a map."""

SCREEN_DETAIL = 25.0
"""Metres: finer than a dot of the picture, so that a detailed map of CBS draws quickly."""

COLOURS = ("#ffffcc", "#a1dab4", "#41b6c4", "#2c7fb8", "#253494")
"""ColorBrewer YlGnBu: ordered in lightness, so also for the colour-blind and in grey print."""

UNKNOWN, LINE, INK, QUIET = "#e4e4e4", "#ffffff", "#222222", "#666666"


def map_picture(
    boundary_map: BoundaryMap,
    values: Mapping[str, float | None],
    title: str,
    unit: str,
    names: Mapping[str, str] | None = None,
) -> bytes:
    """A map of the neighbourhoods in classes of about as many neighbourhoods each (quantiles), as PNG.

    Args:
        boundary_map: the map; every neighbourhood of it is drawn.
        values: value per buurt_code; None, NaN or absent is drawn as unknown and never as nought.
        title: what is shown and of when.
        unit: unit of the values, for the legend.
        names: names of municipalities for which the map has no layer; a municipality without a name is not labelled.
    """
    from matplotlib.figure import Figure
    from matplotlib.patches import Patch

    figure = Figure(figsize=(10, 6.6), dpi=120, facecolor="white", layout="constrained")
    axes = figure.add_subplot()
    known = {code: float(value) for code, value in values.items() if value is not None and math.isfinite(value)}
    shown = [known.get(code) for code in boundary_map.buurten.codes]
    edges = class_edges([value for value in shown if value is not None])
    colours = _colours(len(edges) + 1)
    shapes = shapely.coverage_simplify(boundary_map.buurten.shapes, SCREEN_DETAIL)
    places = np.array([-1 if value is None else int(np.searchsorted(edges, value, side="right")) for value in shown])
    keys = []
    for place, label in enumerate(_class_labels(edges, shown)):
        mine = shapes[places == place]
        _fill(axes, mine, facecolor=colours[place], edgecolor=LINE, linewidth=0.3)
        keys.append(Patch(facecolor=colours[place], edgecolor=QUIET, linewidth=0.4, label=f"{label}  ({len(mine)})"))
    unknown = shapes[places == -1]
    if len(unknown):
        _fill(axes, unknown, facecolor=UNKNOWN, edgecolor="#9a9a9a", linewidth=0.3, hatch="////")
        keys.append(
            Patch(facecolor=UNKNOWN, edgecolor="#9a9a9a", linewidth=0.4, hatch="////", label=f"onbekend  ({len(unknown)})")
        )
    _municipalities(axes, boundary_map, names)
    axes.set_aspect("equal")
    axes.autoscale_view()
    axes.set_axis_off()
    _scale_bar(axes)
    axes.set_title(title, loc="left", fontsize=15, fontweight="bold", color=INK)
    legend = figure.legend(
        handles=keys, title=f"{unit}\n(aantal buurten)", loc="outside right upper", frameon=False, fontsize=10, alignment="left",
        labelspacing=0.7,
    )  # fmt: skip
    legend.get_title().set_fontweight("bold")
    figure.supxlabel(
        f"Grenzen: CBS-indeling {boundary_map.jaar} ({boundary_map.bestand}). Dikke lijn: gemeentegrens. "
        "Klassen met elk ongeveer evenveel buurten.",
        fontsize=8, color=QUIET, x=0.01, ha="left",
    )  # fmt: skip
    return _png(figure)


def class_edges(values: Sequence[float]) -> list[float]:
    """Bounds between the classes, rounded as the legend writes them so that it tells the truth; fewer when values repeat.

    A value on a bound belongs to the class above it.
    """
    if not values:
        return []
    least = min(values)
    above = [value for value in values if value > least]
    inner = np.quantile(values, np.linspace(0, 1, CLASSES + 1)[1:-1])
    if above and inner[0] <= least:
        # Many have the least value, often nought: they are a class of their own, and the others share the rest.
        inner = np.quantile(above, np.linspace(0, 1, CLASSES)[:-1])
    rounded = {float(round(edge, _decimals(values))) for edge in inner}
    return sorted(edge for edge in rounded if least < edge <= max(values))


def _decimals(values: Sequence[float]) -> int:
    spread = max(values) - min(values)
    return 0 if spread >= 20 else 1 if spread >= 2 else 2


def _colours(classes: int) -> list[str]:
    """As many colours as there are classes, spread over the whole range."""
    if classes == 1:
        return [COLOURS[2]]
    return [COLOURS[round(place * (len(COLOURS) - 1) / (classes - 1))] for place in range(classes)]


def _class_labels(edges: Sequence[float], shown: Sequence[float | None]) -> list[str]:
    values = [value for value in shown if value is not None]
    if not values:
        return []
    decimals = _decimals(values)
    if not edges:
        least, most = dutch_number(min(values), decimals), dutch_number(max(values), decimals)
        return [least if least == most else f"{least} tot en met {most}"]
    texts = [dutch_number(edge, decimals) for edge in edges]
    between = [f"{low} tot {high}" for low, high in pairwise(texts)]
    return [f"minder dan {texts[0]}", *between, f"{texts[-1]} en meer"]


def dutch_number(value: float, decimals: int) -> str:
    """A number as Dutch readers write it: ``1.234,5``."""
    return f"{value:,.{decimals}f}".translate(str.maketrans(",.", ".,"))


def _fill(axes: Any, shapes: Any, **style: Any) -> None:
    from matplotlib.collections import PathCollection

    if len(shapes):
        axes.add_collection(PathCollection([_path(shape) for shape in shapes], **style))


def _path(shape: Any) -> Any:
    """A polygon with its holes as one path."""
    from matplotlib.path import Path

    # Rings turn the other way around a hole, which is how the drawing knows it is one.
    parts = shapely.get_parts(shapely.orient_polygons(shape))
    rings = [ring for part in parts for ring in (part.exterior, *part.interiors)]
    return Path.make_compound_path(*[Path(shapely.get_coordinates(ring), closed=True) for ring in rings])


def _municipalities(axes: Any, boundary_map: BoundaryMap, names: Mapping[str, str] | None) -> None:
    from matplotlib.patheffects import withStroke

    from ivz_assets.neighbourhoods.boundaries.geometry import label_points

    areas, _ = level(boundary_map, "gemeente", names)
    _fill(axes, shapely.simplify(areas.shapes, SCREEN_DETAIL), facecolor="none", edgecolor=INK, linewidth=1.4)
    for code, name, (x, y) in zip(areas.codes, areas.names, label_points(areas.shapes), strict=True):
        if name != code:
            halo = [withStroke(linewidth=2.5, foreground="white")]
            axes.text(x, y, name, ha="center", va="center", fontsize=9, color=INK, path_effects=halo)


def _scale_bar(axes: Any) -> None:
    """A bar of a round length, about a fifth of the map's width, below the map on the left."""
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    rough = (right - left) / 5
    power = 10 ** math.floor(math.log10(rough))
    length = max(step * power for step in (1, 2, 5) if step * power <= rough)
    height = bottom - 0.02 * (top - bottom)
    axes.plot([left, left + length], [height, height], color=INK, linewidth=2, solid_capstyle="butt")
    text = f"{length / 1000:g} km" if length >= 1000 else f"{length:g} m"
    axes.text(left + length, height, f"  {text}", va="center", fontsize=9, color=INK)


def pyramid_picture(
    left: Sequence[float | None],
    right: Sequence[float | None],
    labels: Sequence[str],
    title: str,
    *,
    left_name: str,
    right_name: str,
    source: str,
) -> bytes:
    """The age structure of an area back to back with that of the region, as PNG.

    CBS gives five age groups, not crossed with sex: the sides are area and region, not men and women.

    Args:
        left: per cent of the area's inhabitants per age group, youngest first; None is unknown.
        right: the same of what it is compared with.
        labels: the age groups.
        title: the area and the year.
        left_name: name of the area.
        right_name: name of what it is compared with.
        source: table the figures come from.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 4.4), dpi=120, facecolor="white", layout="constrained")
    widest = max((value for value in (*left, *right) if value is not None), default=1.0) * 1.22
    one, middle, other = figure.subplots(1, 3, sharey=True, width_ratios=(5, 2, 5), gridspec_kw={"wspace": 0})
    # Each side grows away from the labels in the middle.
    sides = ((one, left, left_name, COLOURS[3], "right", -4), (other, right, right_name, "#9aa5b1", "left", 4))
    for axes, values, name, colour, towards, distance in sides:
        axes.barh(range(len(labels)), [value or 0.0 for value in values], color=colour, height=0.82)
        axes.set_xlim((widest, 0) if axes is one else (0, widest))
        axes.set_title(name, fontsize=11, fontweight="bold", color=INK, loc=towards)
        for place, value in enumerate(values):
            axes.annotate(
                "onbekend" if value is None else f"{dutch_number(value, 1)}%",
                (value or 0.0, place), xytext=(distance, 0), textcoords="offset points", ha=towards, va="center", fontsize=10,
                color=INK if value is not None else QUIET, style="normal" if value is not None else "italic",
            )  # fmt: skip
    for place, label in enumerate(labels):
        middle.text(0.5, place, label, ha="center", va="center", fontsize=10, color=INK)
    for axes in (one, middle, other):
        axes.set_axis_off()
    figure.suptitle(title, x=0.01, ha="left", fontsize=14, fontweight="bold", color=INK)
    figure.supxlabel(
        "Procent van de inwoners per leeftijdsgroep, niet naar geslacht: het CBS geeft de vijf groepen alleen samen.\n"
        f"Bron: {source}.",
        fontsize=8, color=QUIET, x=0.01, ha="left",
    )  # fmt: skip
    return _png(figure)


def _png(figure: Figure) -> bytes:
    file = io.BytesIO()
    # Without the version of the library in it, the same map is the same file.
    figure.savefig(file, format="png", metadata={"Software": None})
    return file.getvalue()
