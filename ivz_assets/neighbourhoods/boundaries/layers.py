"""Layers of a map file as GDAL gives them: which holds which level, and its features. Judging features belongs in ``reading``."""

from __future__ import annotations

import csv
import re
import warnings
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pyogrio
import shapely
from pyogrio.raw import read
from pyproj import CRS

from ivz_assets.neighbourhoods.boundaries.maps import DIGITS, PREFIXES, WrongMap

COLUMNS = Path(__file__).resolve().parent.parent / "reference" / "boundary_columns.csv"

BEGINNINGS = {".gpkg": b"SQLite format 3\x00", ".geojson": b"{", ".json": b"{"}
"""How a file of this kind begins. GDAL goes by contents, and some of its kinds open other files or the network."""

RD_NEW_EPSG = 28992
RD_EXTENT = (-10_000, 280_000, 310_000, 650_000)
"""Everything in the Netherlands has RD New coordinates in here; degrees have not."""

T = TypeVar("T")


@dataclass(frozen=True)
class Feature:
    """One feature: its number in the layer, its code, name and water mark as delivered, and its surface (None: unreadable)."""

    number: int
    code: str | None
    name: str | None
    water: str | None
    shape: Any


@dataclass(frozen=True)
class Layer:
    """The features of one layer. ``niveau`` is None where each code says its own level."""

    name: str
    niveau: str | None
    code_column: str
    features: tuple[Feature, ...]


@cache
def _variants() -> tuple[tuple[str, str | None, str], ...]:
    with COLUMNS.open(encoding="utf-8", newline="") as file:
        return tuple((row["betekenis"], row["niveau"] or None, row["kolom"]) for row in csv.DictReader(file))


def layers(path: Path, gemeenten: Collection[str] | None) -> Iterator[Layer]:
    """Layers that have a column with area codes, with the features of these municipalities (None: of all).

    A feature whose code is empty or not well-formed comes along whatever its municipality, for the reader to name.

    Raises:
        WrongMap: the file is broken or of another kind, or a layer is not in RD New.
    """
    beginning = BEGINNINGS.get(path.suffix.lower())
    with path.open("rb") as file:
        start = file.read(64).removeprefix(b"\xef\xbb\xbf").lstrip()
    if beginning is None or not start.startswith(beginning):
        raise WrongMap(
            f"{path.name}: this is not a GeoPackage (.gpkg) or GeoJSON file; download the map again, or export it as one"
        )
    for name, _ in _gdal(path, partial(pyogrio.list_layers, path)):
        information = _gdal(path, partial(pyogrio.read_info, path, layer=name))
        found = _columns(path, str(name), information)
        if found is not None:
            niveau, columns = found
            yield _layer(path, str(name), information, niveau, columns, gemeenten)


def _gdal(path: Path, ask: Callable[[], T]) -> T:
    """An answer of GDAL. Its warnings are about what is judged here by itself, and named."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            return ask()
    except (RuntimeError, ValueError, LookupError) as error:
        raise WrongMap(f"{path.name}: the file is broken or incomplete ({error}); download or export it again") from None


def _columns(path: Path, layer: str, information: dict[str, Any]) -> tuple[str | None, dict[str, str]] | None:
    """Level of a layer and its columns for code, naam and (if any) water; None when it holds no areas of ours."""
    fields = {str(field).lower(): str(field) for field in information["fields"]}
    niveau_and_code = next(
        ((niveau, fields[column]) for kind, niveau, column in _variants() if kind == "code" and column in fields), None
    )
    if niveau_and_code is None:
        return None
    niveau, code = niveau_and_code
    types = dict(zip(information["fields"], information["ogr_types"], strict=True))
    if types[code] != "OFTString":
        raise WrongMap(
            f"{path.name}, layer {layer}: column {code} holds numbers; codes are text such as BU01410203, export them as text"
        )
    names = [column for kind, of, column in _variants() if kind == "naam" and of == niveau]
    name = next((fields[column] for column in names if column in fields), None)
    if name is None:
        raise WrongMap(f"{path.name}, layer {layer}: beside {code} there is no column with names ({' or '.join(names)}); add it")
    columns = {"code": code, "naam": name}
    water = next((fields[column] for kind, _, column in _variants() if kind == "water" and column in fields), None)
    return niveau, columns | ({"water": water} if water else {})


def _layer(
    path: Path,
    name: str,
    information: dict[str, Any],
    niveau: str | None,
    columns: dict[str, str],
    gemeenten: Collection[str] | None,
) -> Layer:
    where = None if gemeenten is None else _where(columns["code"], gemeenten)
    meta, numbers, wkb, values = _gdal(
        path,
        partial(read, path, layer=name, columns=list(columns.values()), where=where, force_2d=True, return_fids=True),
    )
    shapes = shapely.from_wkb(wkb, on_invalid="ignore")
    _in_rd_new(path, name, information, shapes)
    given = dict(zip(meta["fields"], values, strict=True))
    # GDAL hands the columns back in the order of the file.
    code, naam = given[columns["code"]], given[columns["naam"]]
    water = given[columns["water"]] if "water" in columns else [None] * len(numbers)
    features = tuple(
        Feature(int(number), _trimmed(its_code), _trimmed(its_name), _trimmed(its_water), shape)
        for number, its_code, its_name, its_water, shape in zip(numbers, code, naam, water, shapes, strict=True)
    )
    return Layer(name, niveau, columns["code"], features)


def _trimmed(value: Any) -> str | None:
    text = "" if value is None else str(value).strip()
    return text or None


def _where(column: str, gemeenten: Collection[str]) -> str:
    """The municipalities' features, for GDAL to select; with those whose code is not well-formed, which the reader names."""
    quoted = '"' + column.replace('"', '""') + '"'
    ours, formed = [], []
    for niveau, prefix in PREFIXES.items():
        for gemeente in sorted(gemeenten):
            if not re.fullmatch(r"GM\d{4}", gemeente):
                raise ValueError(f"{gemeente!r} is not the code of a municipality")
            ours.append(f"{quoted} LIKE '{prefix}{gemeente[2:]}%'")
        formed.append(f"{quoted} LIKE '{prefix}{'_' * DIGITS[niveau]}'")
    return f"{' OR '.join(ours)} OR {quoted} IS NULL OR NOT ({' OR '.join(formed)})"


def _in_rd_new(path: Path, layer: str, information: dict[str, Any], shapes: Any) -> None:
    if not len(shapes):
        return  # nothing of these municipalities is in it
    declared = CRS.from_user_input(information["crs"]) if information["crs"] else None
    horizontal = declared.sub_crs_list[0] if declared is not None and declared.is_compound else declared
    bounds = shapely.total_bounds(shapes)
    inside = bool(np.isnan(bounds).all()) or bool((bounds[:2] >= RD_EXTENT[:2]).all() and (bounds[2:] <= RD_EXTENT[2:]).all())
    # GDAL says WGS84 for a GeoJSON that says nothing; RD New coordinates cannot be taken for anything else.
    silent = declared is None or (information["driver"] == "GeoJSON" and declared.to_epsg() == 4326)
    # Files of ESRI tools describe RD New in other words, so a likely match will do.
    is_rd = silent or (horizontal is not None and horizontal.to_epsg(min_confidence=20) == RD_NEW_EPSG)
    if is_rd and inside:
        return
    system = "no coordinate system" if declared is None else declared.name
    place = ", ".join(f"{value:.6g}" for value in bounds)
    raise WrongMap(
        f"{path.name}, layer {layer}: its coordinates ({place}; {system}) are not RD New (EPSG:28992); "
        "choose the download in RD New, or convert the map in QGIS (Export, Save Features As, CRS EPSG:28992)"
    )
