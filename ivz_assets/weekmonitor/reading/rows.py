"""The rows below a header: which of them are registrations, and writing those. What texts mean is decided later."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from .cells import address
from .columns import Row, text_columns
from .header import Header, fields, normalise
from .refusal import RefusedDelivery

FEW_CELLS = 4
"""A totals row has a label and a few numbers; a registration has at least its class, place and dates."""
SOLID = ("maatschappelijke_klasse", "buurt_naam", "plaatsnaam", "datum_registratie", "dagdeel")
"""More fields than a totals row may fill, and seldom empty: a row that has them all is a registration."""
TOTALS = ("totaal", "totalen", "eindtotaal", "subtotaal")
NULL_TEXT = pa.scalar(None, pa.string())


@dataclass
class Counts:
    """What became of the rows of one sheet."""

    rows: int = 0
    lege_rijen: int = 0
    titelrijen: int = 0
    totaalrijen: int = 0
    totals_rows: set[int] = field(default_factory=set)


def write_rows(rows: Iterator[Row], sheet: str, header: Header, width: int, max_rows: int, path: Path) -> Counts:
    """Write the registrations among the rows below the header to an Arrow file, and count the rows left out.

    ``rows`` begin right below the header, ``width`` is their number of cells.
    """
    first_row = header.row + 1
    delivered = text_columns(rows, width, max_rows)
    if delivered.num_rows > max_rows:
        raise RefusedDelivery("te_veel_rijen", sheet=sheet, limit=max_rows, row=first_row + max_rows)
    left_out = rows_left_out(delivered, header)
    refuse_unnamed(delivered, sheet, header, left_out)
    table = named_table(delivered, sheet, header)
    if left_out:
        table = table.filter(pa.array(index not in left_out for index in range(len(table))))
    with pa.OSFile(str(path), "wb") as target, pa.ipc.new_file(target, table.schema) as writer:
        writer.write_table(table)
    totals = {first_row + index for index, is_total in left_out.items() if is_total}
    return Counts(table.num_rows, len(left_out) - len(totals), totaalrijen=len(totals), totals_rows=totals)


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
