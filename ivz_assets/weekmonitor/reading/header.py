"""Finding the header row and giving each column its field. Reading the rows below it belongs in ``rows``."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ivz_assets.deliveries.reading.cells import Cell, address, text
from ivz_assets.deliveries.reading.refusal import RefusedDelivery

REFERENCE = Path(__file__).resolve().parent.parent / "reference"
TOTALS = ("totaal", "totalen", "eindtotaal", "subtotaal")
"""With these a totals row begins, in whatever case."""

SEARCHED_ROWS = 50
DATA_SHEET_FIELDS = 8
"""From this many known names on a row is the header of a data sheet; a summary or a legend has fewer."""
POOR_HEADER_FIELDS = 3
"""From this many known names on it helps more to say which columns are missing than that there is no header."""


@dataclass(frozen=True)
class Header:
    """A header row: which column (index from 0) holds which field, and what else stands in the row."""

    row: int
    columns: dict[str, int]
    doubled: tuple[tuple[str, int, str], ...]
    unknown: tuple[tuple[int, str], ...]
    first_column: int = 0
    """Of the sheet's used range, where its rows of cells begin."""
    last_column: int = 0

    @property
    def cell_range(self) -> str:
        """The header row as a range, such as ``A1:P1``."""
        return f"{address(self.row, self.first_column)}:{address(self.row, self.last_column)}"


def normalise(name: str) -> str:
    """A name without blanks, case, diacritics and punctuation."""
    return "".join(character for character in unicodedata.normalize("NFKD", name).casefold() if character.isalnum())


@cache
def fields() -> dict[str, str]:
    """The 16 fields in order, each with the name the police use."""
    with (REFERENCE / "fields.csv").open(encoding="utf-8", newline="") as source:
        return {row["kolom"]: row["kop"] for row in csv.DictReader(source)}


@cache
def known_names() -> dict[str, str]:
    """Field of every accepted name, normalised."""
    names = {normalise(name): field for field, kop in fields().items() for name in (field, kop)}
    with (REFERENCE / "header_variants.csv").open(encoding="utf-8", newline="") as source:
        for row in csv.DictReader(source):
            name = normalise(row["kop"])
            if names.setdefault(name, row["kolom"]) != row["kolom"]:
                raise ValueError(f"header_variants.csv: '{row['kop']}' is a name of two fields")
    return names


def match_row(cells: Sequence[Cell], row: int, first_column: int) -> Header:
    """What this row would be as a header."""
    columns: dict[str, int] = {}
    doubled, unknown = [], []
    last = first_column
    for column, cell in enumerate(cells, first_column):
        name = text(cell)
        if not name.strip():
            continue
        last = column
        field = known_names().get(normalise(name))
        if field is None:
            unknown.append((column, name))
        elif field in columns:
            doubled.append((field, column, name))
        else:
            columns[field] = column
    return Header(row, columns, tuple(doubled), tuple(unknown), first_column, last)


def find_header(rows: Sequence[Sequence[Cell]], first_column: int = 0) -> Header | None:
    """The row with the most known names, the first of equals; ``rows`` start at the sheet's first row."""
    found = [match_row(cells, row, first_column) for row, cells in enumerate(rows[:SEARCHED_ROWS], 1)]
    return max((header for header in found if header.columns), key=lambda header: len(header.columns), default=None)


def check_header(header: Header, sheet: str) -> None:
    """Refuse a header that has not exactly the 16 fields: a fixed list, for a block list lets the next address in."""
    if header.unknown:
        column, name = header.unknown[0]
        extra = ", ".join(f"'{other}' in {address(header.row, place)}" for place, other in header.unknown)
        cell = address(header.row, column)
        raise RefusedDelivery("extra_kolom", sheet=sheet, cell=cell, value=name, columns=extra)
    if header.doubled:
        field, column, name = header.doubled[0]
        raise doubled(header, sheet, field, column, name)
    if "locatie_xy" in header.columns:
        for field in ("locatie_x", "locatie_y"):
            if field in header.columns:
                raise doubled(header, sheet, "locatie_xy", header.columns[field], field)
    missing = missing_names(header)
    if missing:
        columns = ", ".join(f"'{name}'" for name in missing)
        raise RefusedDelivery("ontbrekende_kolom", sheet=sheet, cell=header.cell_range, columns=columns)


def missing_names(header: Header) -> list[str]:
    """Police names of the fields that are not there; x and y may be two columns."""
    missing = [field for field in fields() if field not in header.columns]
    parts = [field for field in ("locatie_x", "locatie_y") if field in header.columns]
    if parts and "locatie_xy" in missing:
        missing.remove("locatie_xy")
        missing += [field for field in ("locatie_x", "locatie_y") if field not in parts]
    return [fields().get(field, field) for field in missing]


def doubled(header: Header, sheet: str, field: str, column: int, name: str) -> RefusedDelivery:
    """The refusal of a second column for one field."""
    first = address(header.row, header.columns[field])
    cell = address(header.row, column)
    return RefusedDelivery("dubbele_kolom", sheet=sheet, cell=cell, value=name, first=first, column=field)
