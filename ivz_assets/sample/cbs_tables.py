"""Writes the kerncijfers wijken en buurten of the invented region as CBS serves them (OData 3). No figures are drawn here.

The shapes are CBS's: padded codes and names, suffixes that differ per year because positions shift, renamed and repeated
stems, rounded and secret figures, columns that are there but empty, and a municipality's own row that is no sum.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from ivz_assets.sample import borders, editions, neighbourhood_figures, writing
from ivz_assets.sample.invented_areas import Areas
from ivz_assets.sample.patterns import Floats
from ivz_assets.sample.reference_data import KwbColumn, kwb_columns, kwb_tables

SQUARE_METRES_PER_HECTARE = 10_000
CODE_WIDTH, NAME_WIDTH = 10, 40
_GEMEENTE, _WIJK, _BUURT = "Gemeente", "Wijk", "Buurt"
_FEED = "https://opendata.cbs.nl/ODataFeed/OData"
_RELATIVE = ("%", "x 1 000 euro", "per km²", "aantal inwoners per km²")
_UNRELATED = (
    ("70072ned", "Regionale kerncijfers Nederland", "2025-12-18T02:00:00"),
    ("37230ned", "Bevolkingsontwikkeling; regio per maand", "2026-02-27T02:00:00"),
)


class Area(NamedTuple):
    """A row of a table: a municipality, wijk or buurt and the parts of today's neighbourhoods it consists of."""

    code: str
    naam: str
    soort: str
    gemeente_naam: str
    indelingswijziging: str
    postcode: str
    parts: editions.Parts


def write_cbs_tables(folder: Path, where: Areas, seed: int) -> list[Path]:
    """Writes ``Tables.json`` and per table ``<ID>/{TableInfos,DataProperties,<dimension>,TypedDataSet}.json``; returns them all.

    ``where``: the invented neighbourhoods without clones. The rows of a year are those of that year's edition.
    """
    surfaces = borders.surfaces(borders.parts(where))
    hectares = surfaces.sum(axis=1) / SQUARE_METRES_PER_HECTARE
    traits = neighbourhood_figures.traits(where, seed)
    folder.mkdir(parents=True, exist_ok=True)
    paths = [_write(folder / "Tables.json", f"{_FEED}Catalog/$metadata#Cbs.OData.WebAPI.Tables", _catalogue())]
    for year, (identifier, _) in kwb_tables().items():
        rows = areas_of(year, where)
        shares = np.zeros((len(rows), len(where.buurt_code)))
        for number, row in enumerate(rows):
            for index, part in row.parts:
                shares[number, index] += surfaces[index, part] / surfaces[index].sum()
        found = neighbourhood_figures.figures(where, traits, hectares, year, seed)
        resources = {
            "TableInfos": [table_info(year)],
            "DataProperties": list(_properties(year)),
            dimension(year): [_member(row, year) for row in rows],
            "TypedDataSet": _data(year, rows, neighbourhood_figures.put_together(found, shares)),
        }
        (folder / identifier).mkdir(exist_ok=True)
        for name, values in resources.items():
            metadata = f"{_FEED}/{identifier}/$metadata#Cbs.OData.WebAPI.{name}"
            paths.append(_write(folder / identifier / f"{name}.json", metadata, values))
    return paths


def dimension(year: int) -> str:
    """Name of the column with the region code."""
    return "RegioS" if year <= 2015 else "WijkenEnBuurten"


def columns_of(year: int) -> dict[str, KwbColumn]:
    """The columns of a year by full name: the stem and the position, which shifts with every column that comes or goes."""
    present = [column for column in kwb_columns() if column.van <= year <= column.tot]
    return {f"{column.stam}_{position}": column for position, column in enumerate(present, start=1)}


def areas_of(year: int, where: Areas) -> list[Area]:
    """The rows of a year as CBS orders them: each municipality, its wijken, and under each wijk its buurten."""
    parts, changes = editions.parts_by_code(year, where), editions.changes(year, where)
    names = dict(zip(where.gemeente_code.tolist(), where.gemeente_naam.tolist(), strict=True))
    found: dict[str, Area] = {}
    for buurt in editions.edition(year, where):
        own = parts[buurt.buurt_code]
        gemeente = names[buurt.gemeente_code]
        for code, naam, soort, change in (
            (buurt.gemeente_code, gemeente, _GEMEENTE, "."),
            (buurt.wijk_code, buurt.wijk_naam, _WIJK, "1"),  # every change stayed within its wijk
        ):
            known = found.setdefault(code, Area(code, naam, soort, gemeente, change, ".", frozenset()))
            found[code] = known._replace(parts=known.parts | own)
        postcode = f"{7440 + int(buurt.wijk_code[2:]) % 260}"
        change = changes[buurt.buurt_code]
        found[buurt.buurt_code] = Area(buurt.buurt_code, buurt.buurt_naam, _BUURT, gemeente, change, postcode, own)
    return list(found.values())


def table_info(year: int) -> dict[str, Any]:
    """What CBS says of the table of a year; the catalogue holds the same."""
    identifier, modified = kwb_tables()[year]
    title = f"Kerncijfers wijken en buurten {year}"
    info = _table(identifier, title, modified)
    return info | {"Period": str(year), "ColumnCount": len(columns_of(year)) + 1, "Frequency": "Onregelmatig"}


def _catalogue() -> list[dict[str, Any]]:
    return [_table(*unrelated) for unrelated in _UNRELATED] + [table_info(year) for year in kwb_tables()]


def _table(identifier: str, title: str, modified: str) -> dict[str, Any]:
    return {
        "Updated": modified,
        "Identifier": identifier,
        "Title": title,
        "ShortTitle": title,
        "ShortDescription": "\nVerzonnen cijfers van een verzonnen gebied.\n",
        "Summary": "Verzonnen cijfers in de vorm waarin het CBS ze levert",
        "Modified": modified,
        "MetaDataModified": modified,
        "ReasonDelivery": "Actualisering",
        "OutputStatus": "Regulier",
        "Source": "Synthetisch",
        "Language": "nl",
        "Catalog": "CBS",
        "Frequency": "",
        "Period": "",
        "ApiUrl": f"https://opendata.cbs.nl/ODataApi/OData/{identifier}",
        "FeedUrl": f"{_FEED}/{identifier}",
        "ColumnCount": None,
    }


def _properties(year: int) -> Iterable[dict[str, Any]]:
    """DataProperties: the dimension, and every topic after the groups it is in, numbered in that order."""
    number = 0
    yield _property(number, "GeoDetail", None, dimension(year), "Wijken en buurten", MapYear=year)
    groups: dict[tuple[str, ...], int] = {}
    for position, (name, column) in enumerate(columns_of(year).items(), start=1):
        parent = None
        for depth in range(1, len(column.onderwerp) + 1):
            path = column.onderwerp[:depth]
            if path not in groups:
                number += 1
                groups[path] = number
                yield _property(number, "TopicGroup", parent, "", path[-1])
            parent = groups[path]
        number += 1
        yield _property(
            number,
            "Topic",
            parent,
            name,
            column.titel,
            Position=position,
            Datatype=column.datatype,
            Unit=column.eenheid,
            Decimals=column.decimalen,
            Default="Impossible",
            PresentationType="" if column.datatype == "String" else "Relative" if column.eenheid in _RELATIVE else "Absolute",
        )


def _property(number: int, kind: str, parent: int | None, key: str, title: str, **more: Any) -> dict[str, Any]:
    first = {"odata.type": f"Cbs.OData.{kind}", "ID": number, "Position": None, "ParentID": parent, "Type": kind, "Key": key}
    rest = dict.fromkeys(("MapYear", "Datatype", "Unit", "Decimals", "Default", "PresentationType"))
    return {**first, "Title": title, "Description": "", **rest, **more}


def _member(area: Area, year: int) -> dict[str, Any]:
    base = {"Key": area.code.ljust(CODE_WIDTH), "Title": area.naam, "Description": f"{area.soort} '{area.naam}' ({area.code})"}
    return base if year <= 2015 else {**base, "Municipality": f"GM{area.code[2:6]}", "DetailRegionCode": area.code}


def _data(year: int, rows: list[Area], figures: dict[str, Floats]) -> list[dict[str, Any]]:
    people = figures["inwoners"]
    own = np.array([row.soort == _GEMEENTE for row in rows])
    code = [row.code.ljust(CODE_WIDTH) for row in rows]
    texts = {
        "gemeente_naam": [row.gemeente_naam.ljust(NAME_WIDTH) for row in rows],
        "soort_regio": [row.soort.ljust(CODE_WIDTH) for row in rows],
        "codering": code,
        "indelingswijziging": [row.indelingswijziging for row in rows],
        "postcode": [row.postcode.rjust(CODE_WIDTH) for row in rows],
    }
    cells: dict[str, list[Any]] = {"ID": list(range(len(rows))), dimension(year): code}
    for name, column in columns_of(year).items():
        if column.cijfer in texts:
            cells[name] = texts[column.cijfer]
        elif year >= column.leeg_vanaf:
            cells[name] = [None] * len(rows)
        else:
            known = own | (people >= column.geheim_onder)
            cells[name] = _rounded(figures[column.cijfer], column, own, known)
    return [dict(zip(cells, values, strict=True)) for values in zip(*cells.values(), strict=True)]


def _rounded(values: Floats, column: KwbColumn, own: Any, known: Any) -> list[Any]:
    """To CBS's unit; a municipality's counts of people are not rounded. What is secret is None."""
    unit = np.where(own & (column.onderwerp[0] == "Bevolking") & (column.datatype == "Long"), 1, column.afronding)
    rounded = np.round(np.round(values / unit) * unit, column.decimalen)
    plain = rounded.tolist() if column.datatype == "Double" else rounded.astype(np.int64).tolist()
    if known.all():
        return plain
    return [value if there else None for value, there in zip(plain, known.tolist(), strict=True)]


def _write(path: Path, metadata: str, values: list[dict[str, Any]]) -> Path:
    with writing.atomically(path) as temporary:
        content = {"odata.metadata": metadata, "value": values}
        temporary.write_text(json.dumps(content, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
    return path
