"""From the map files of a folder to a ``BoundaryMap``, or a refusal that says where it is wrong. How GDAL reads: ``layers``.

Water. CBS cuts the larger waters out of the neighbourhoods and marks them 'JA'. A water feature with the code of a land
feature belongs to that neighbourhood and joins its surface and its outline: an incident on the jetty lies in it. A code that
only has water (CBS uses numbers such as 9997) is nobody's neighbourhood: it is left out on every level and kept apart as
``BoundaryMap.water``, so that tiling does not miss it. Belgian ground around Baarle-Nassau ('B') is left out.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from ivz_assets.neighbourhoods.boundaries.layers import BEGINNINGS, Feature, Layer, layers
from ivz_assets.neighbourhoods.boundaries.maps import DIGITS, PREFIXES, Areas, BoundaryMap, WrongMap, polygonal

HARMLESS_CHANGE = 0.01
"""Share of its surface that a repair may change; more means that the outline is drawn wrongly, such as a figure of eight."""

_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")


def find_maps(folder: Path) -> dict[int, Path]:
    """The map file of each year in a folder (none when there is no such folder); the year comes from the name.

    Raises:
        WrongMap: a name has no year or more than one, or two files are of the same year.
    """
    found: dict[int, Path] = {}
    for path in sorted(folder.iterdir() if folder.is_dir() else ()):
        if path.suffix.lower() not in BEGINNINGS:
            continue
        years = set(_YEAR.findall(path.name))
        if len(years) != 1:
            raise WrongMap(
                f"{path}: the name has {'more than one year' if years else 'no year'}; "
                f"name it after the year of the map, such as wijkenbuurten_2024{path.suffix}"
            )
        year = int(years.pop())
        if year in found:
            raise WrongMap(f"{path}: {found[year].name} is a map of {year} as well; remove one of the two")
        found[year] = path
    return dict(sorted(found.items()))


@dataclass
class _Collected:
    """Features of one level by code while the layers are read."""

    names: dict[str, str] = field(default_factory=dict)
    land: dict[str, list[Any]] = field(default_factory=dict)
    water: dict[str, list[Any]] = field(default_factory=dict)

    def open_water(self) -> list[Any]:
        """Water of codes without land."""
        return [shape for code, shapes in self.water.items() if code not in self.land for shape in shapes]

    def areas(self, without: Any) -> Areas | None:
        """The areas, one shape per code, without this water; None when there are none."""
        if not self.land:
            return None
        codes = sorted(self.land)
        shapes = [polygonal(shapely.union_all(self.land[code] + self.water.get(code, []))) for code in codes]
        if without is not None:
            shapes = [polygonal(shapely.difference(shape, without)) for shape in shapes]
        return Areas(tuple(codes), tuple(self.names[code] for code in codes), np.array(shapes, dtype=object))


def read_map(path: Path, jaar: int, gemeenten: Collection[str] | None) -> BoundaryMap:
    """A map of neighbourhoods in RD New from a GeoPackage or GeoJSON.

    Args:
        path: the file, as CBS or PDOK gives it: layers of buurten and, if there are, of wijken and gemeenten.
        jaar: year of the map.
        gemeenten: codes of the municipalities to read; None for all.

    Raises:
        WrongMap: the file, a layer or a feature cannot be used; the message names it and says what to do.
    """
    levels = {niveau: _Collected() for niveau in PREFIXES}
    where: dict[str, str] = {}
    repaired = 0
    for layer in layers(path, gemeenten):
        for niveau, code, feature in _of_levels(path, layer):
            if gemeenten is not None and f"GM{code[2:6]}" not in gemeenten:
                continue
            # The same areas in two layers (with and without the coast, say) would be taken together.
            if where.setdefault(niveau, layer.name) != layer.name:
                raise WrongMap(
                    f"{path.name}: layers {where[niveau]} and {layer.name} both hold areas of level {niveau}; "
                    "remove the one that is not meant"
                )
            shape, mended = _surface(path, layer, feature)
            repaired += mended
            _collect(path, layer, levels[niveau], code, feature, shape)
    water = levels["buurt"].open_water()
    open_water = polygonal(shapely.union_all(water)) if water else None
    buurten = levels["buurt"].areas(without=None)
    if buurten is None:
        whose = "" if gemeenten is None else f" of {', '.join(sorted(gemeenten))}"
        raise WrongMap(
            f"{path.name}: there are no neighbourhoods{whose} in it; download the Wijk- en Buurtkaart of CBS, "
            "with a layer of buurten that has a column buurtcode"
        )
    return BoundaryMap(
        jaar, path.name, buurten, levels["wijk"].areas(open_water), levels["gemeente"].areas(open_water), open_water, repaired
    )


def _of_levels(path: Path, layer: Layer) -> Iterator[tuple[str, str, Feature]]:
    """Features with their level and code. A layer of which no code is ours is about something else, such as provinces."""
    expected = list(PREFIXES) if layer.niveau is None else [layer.niveau]
    formed = {niveau: re.compile(rf"{PREFIXES[niveau]}\d{{{DIGITS[niveau]}}}") for niveau in expected}
    found = [
        (next((niveau for niveau in expected if formed[niveau].fullmatch(feature.code or "")), None), feature)
        for feature in layer.features
    ]
    if layer.niveau is None and all(niveau is None for niveau, _ in found):
        return
    for niveau, feature in found:
        if niveau is None or feature.code is None:
            shapes = " or ".join(f"{PREFIXES[level]} and {DIGITS[level]} digits" for level in expected)
            raise WrongMap(
                f"{_place(path, layer, feature)}: {layer.code_column} is not {shapes}; correct the code, or remove the feature"
            )
        yield niveau, feature.code, feature


def _collect(path: Path, layer: Layer, collected: _Collected, code: str, feature: Feature, shape: Any) -> None:
    mark = (feature.water or "NEE").upper()
    if mark not in ("JA", "NEE", "B"):
        raise WrongMap(f"{_place(path, layer, feature)}: water is {feature.water!r}; it is JA, NEE or B (Belgium)")
    if mark == "JA":
        collected.water.setdefault(code, []).append(shape)
    if mark != "NEE":
        return
    if feature.name is None:
        raise WrongMap(f"{_place(path, layer, feature)}: it has no name; fill it in")
    # One area in several features is common; two names mean that one of them has another's code.
    first = collected.names.setdefault(code, feature.name)
    if first != feature.name:
        raise WrongMap(
            f"{_place(path, layer, feature)}: the code is of {first!r} and of {feature.name!r}; correct one of the two"
        )
    collected.land.setdefault(code, []).append(shape)


def _surface(path: Path, layer: Layer, feature: Feature) -> tuple[Any, bool]:
    """The surface of a feature, and whether it had to be repaired."""
    shape = feature.shape
    if shape is None or shape.is_empty:
        raise WrongMap(f"{_place(path, layer, feature)}: it has no outline, or one that cannot be read; draw or remove it")
    if shape.geom_type not in ("Polygon", "MultiPolygon", "GeometryCollection") or polygonal(shape).is_empty:
        raise WrongMap(f"{_place(path, layer, feature)}: it is a {shape.geom_type} and not a surface; use the layer of surfaces")
    if shape.is_valid and shape.geom_type != "GeometryCollection":
        return shape, False
    # Tools that cut or simplify leave stray lines beside the surface, in a collection.
    mended = polygonal(shapely.make_valid(shape, method="structure", keep_collapsed=False))
    if mended.is_empty or abs(mended.area - shape.area) > HARMLESS_CHANGE * mended.area:
        raise WrongMap(
            f"{_place(path, layer, feature)}: its outline is drawn wrongly ({shapely.is_valid_reason(shape)}); "
            "correct it there (in QGIS: Fix Geometries)"
        )
    return mended, True


def _place(path: Path, layer: Layer, feature: Feature) -> str:
    return f"{path.name}, layer {layer.name}, feature {feature.number} ({feature.code or 'no code'})"
