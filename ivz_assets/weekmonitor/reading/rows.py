"""The texts below a header as a table: which rows are registrations. What the texts mean is decided later."""

from __future__ import annotations

import functools
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import accumulate, chain
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ivz_assets.deliveries.reading.cells import address
from ivz_assets.deliveries.reading.refusal import RefusedDelivery

from .columns import SEPARATOR
from .header import TOTALS, Header, fields, normalise

FEW_CELLS = 4
"""A totals row has a label and a few numbers; a registration has at least its class, place and dates."""
SOLID = ("maatschappelijke_klasse", "buurt_naam", "plaatsnaam", "datum_registratie", "dagdeel")
"""More fields than a totals row may fill, and seldom empty: a row that has them all is a registration."""
NULL_TEXT = pa.scalar(None, pa.string())


@dataclass(frozen=True)
class JudgedSheet:
    """The registrations of one sheet, and how many rows were none."""

    sheet: str
    header: Header
    table: Any
    skipped: dict[str, int]


def judge(handed_over: dict[str, Any], folder: Path, max_rows: int) -> JudgedSheet:
    """The registrations among the rows that the reading process handed over for one sheet."""
    sheet, header = handed_over["sheet"], Header(**handed_over["header"])
    first_row = header.row + 1
    delivered = text_table(handed_over, folder)
    if delivered.num_rows > max_rows:
        raise RefusedDelivery("te_veel_rijen", sheet=sheet, limit=max_rows, row=first_row + max_rows)
    left_out = rows_left_out(delivered, header)
    totals = {first_row + index for index, is_total in left_out.items() if is_total}
    refuse_unnamed(delivered, sheet, header, left_out)
    refuse_lost_values(handed_over, sheet, totals)
    table = named_table(delivered, sheet, header)
    if left_out:
        table = table.filter(pa.array(index not in left_out for index in range(len(table))))
    empty = len(left_out) - len(totals)
    skipped = {"lege_rijen": empty, "titelrijen": handed_over["titles"], "totaalrijen": len(totals)}
    return JudgedSheet(sheet, header, table, skipped)


def text_table(handed_over: dict[str, Any], folder: Path) -> Any:
    """A column of texts per column of the sheet, named ``0``, ``1`` and on."""
    contents = pa.memory_map(str(folder / handed_over["file"])).read_buffer()
    if not contents.size:  # Arrow wants an address, also of nothing
        contents = pa.py_buffer(b"-").slice(0, 0)
    sizes = [sum(lengths) for lengths in handed_over["lengths"]]
    starts = accumulate(sizes, initial=0)
    pieces = [contents.slice(start, size) for start, size in zip(starts, sizes, strict=False)]
    with ThreadPoolExecutor(2) as pool:  # Arrow splits outside Python's lock
        arrays = list(pool.map(split, pieces, handed_over["lengths"], handed_over["apart"]))
    return pa.table({str(place): array for place, array in enumerate(arrays)})


def split(contents: Any, lengths: list[int], apart: list[int]) -> Any:
    """The texts of a column, one per cell."""
    offsets = pa.array(accumulate(lengths, initial=0), pa.int32())
    pieces = pa.StringArray.from_buffers(len(lengths), offsets.buffers()[1], contents)
    pieces.validate(full=True)
    if not apart:
        return pc.split_pattern(pieces, SEPARATOR).values
    texts = [json.loads(piece) if index in apart else piece.split(SEPARATOR) for index, piece in enumerate(pieces.to_pylist())]
    return pa.array(chain.from_iterable(texts), pa.string())


def refuse_lost_values(handed_over: dict[str, Any], sheet: str, totals: set[int]) -> None:
    """Refuse formulas and errors among the data; in a totals row they do no harm."""
    for row, column in handed_over["formulas"]:
        if row not in totals:
            raise RefusedDelivery("formule", sheet=sheet, cell=address(row, column))
    for row, column, value in handed_over["errors"]:
        if row not in totals:
            raise RefusedDelivery("foutwaarde", sheet=sheet, cell=address(row, column), value=value)


def rows_left_out(delivered: Any, header: Header) -> dict[int, bool]:
    """Indexes of the rows that hold no registration, and whether it is a totals row; only rows with a gap are seen."""
    solid = [delivered.column(header.columns[name] - header.first_column) for name in SOLID]
    suspects = pc.indices_nonzero(functools.reduce(pc.or_, (is_blank(column) for column in solid)))
    found = {}
    for index, row in zip(suspects.to_pylist(), delivered.take(suspects).to_pylist(), strict=True):
        filled = [text for text in row.values() if text.strip()]
        if not filled:
            found[index] = False
        elif len(filled) <= FEW_CELLS and normalise(filled[0]).startswith(TOTALS):
            found[index] = True
    return found


def refuse_unnamed(delivered: Any, sheet: str, header: Header, left_out: dict[int, bool]) -> None:
    """A value in a column without a name may be anything, also an address. The message does not repeat it."""
    named = {column - header.first_column for column in header.columns.values()}
    for place in sorted(set(range(delivered.num_columns)) - named):
        for index in pc.indices_nonzero(pc.invert(is_blank(delivered.column(place)))).to_pylist():
            if index not in left_out:
                cell = address(header.row + 1 + index, header.first_column + place)
                raise RefusedDelivery("kolom_zonder_kop", sheet=sheet, cell=cell)


def named_table(delivered: Any, sheet: str, header: Header) -> Any:
    """Sheet, row number and the 16 texts under their own names, null for an empty cell."""
    columns = {name: delivered.column(column - header.first_column) for name, column in header.columns.items()}
    if "locatie_xy" not in columns:
        joined = pc.binary_join_element_wise(columns["locatie_x"], columns["locatie_y"], ",")
        columns["locatie_xy"] = pc.if_else(pc.equal(joined, ","), "", joined)
    count, first = delivered.num_rows, header.row + 1
    table = {"blad": pa.repeat(sheet, count), "rij": pa.array(range(first, first + count), pa.int32())}
    for name in fields():
        empty = pc.equal(columns[name], "")
        table[name] = pc.if_else(empty, NULL_TEXT, columns[name]) if pc.any(empty).as_py() else columns[name]
    return pa.table(table)


def is_blank(column: Any) -> Any:
    """Nothing in the cell, or only blanks."""
    return pc.or_(pc.equal(column, ""), pc.utf8_is_space(column))


def choose(found: list[JudgedSheet]) -> JudgedSheet:
    """The one sheet with data; a copy of it may lie beside it."""
    filled = [sheet for sheet in found if sheet.table.num_rows]
    if not filled:
        raise RefusedDelivery("geen_rijen", sheet=found[0].sheet, row=found[0].header.row)
    chosen, *others = filled
    names = list(fields())
    for other in others:
        if not chosen.table.select(names).equals(other.table.select(names)):
            raise RefusedDelivery("twee_gegevensbladen", sheet=chosen.sheet, value=other.sheet)
    return chosen
