"""The cells of one sheet: cleaned of personal data, its header found and its columns checked. No figure is judged here."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from ivz_assets.deliveries.reading.cells import Cell, address, text
from ivz_assets.enrichment.people import as_words, forbidden_column, personal_value
from ivz_assets.enrichment.problems import HIDDEN, Problems
from ivz_assets.enrichment.values import is_empty

Rows: TypeAlias = Sequence[Sequence[Cell]]

SEARCHED_ROWS = 20


@dataclass
class Header:
    """A header row (from 1) and the column (from 0) of each of its names."""

    row: int
    columns: dict[str, int] = field(default_factory=dict)


def is_blank(rows: Rows) -> bool:
    """Nothing stands on the sheet."""
    return all(is_empty(cell) for row in rows for cell in row)


def without_personal(
    blad: str,
    rows: Rows,
    problems: Problems,
    number_columns: Collection[int] = (),
    allowed: Callable[[int, int, str], bool] = lambda row, column, reason: False,
) -> list[list[Cell]]:
    """The cells with what seems personal replaced, each with its problem.

    Args:
        number_columns: columns (from 0) of figures; a number in them is not held against the citizen service numbers.
        allowed: whether what was recognised may stand in this row (from 1) and column (from 0).
    """
    seen: dict[Cell, str | None] = {}
    clean = []
    for number, row in enumerate(rows, 1):
        cells = list(row)
        for index, cell in enumerate(cells):
            if cell == "" or (index in number_columns and not isinstance(cell, str)):
                continue
            if cell not in seen:
                seen[cell] = personal_value(cell)
            reason = seen[cell]
            if reason and not allowed(number, index, reason):
                problems.add("waarde_persoon", blad, (number, index), waarde=HIDDEN, reden=reason)
                cells[index] = HIDDEN
        clean.append(cells)
    return clean


def find_header(rows: Rows, names: Collection[str], least: int = 2) -> int:
    """The row (from 1) among the first with the most of these names, 0 when none has enough of them."""
    known = {as_words(name) for name in names}
    counts = [len(known & {as_words(text(cell)) for cell in row}) for row in rows[:SEARCHED_ROWS]]
    best = max(counts, default=0)
    return counts.index(best) + 1 if best >= least else 0


def read_header(
    blad: str,
    rows: Rows,
    row: int,
    expected: Mapping[str, str],
    required: Collection[str],
    problems: Problems,
    skipped: Callable[[str], bool] = lambda name: False,
) -> Header:
    """Gives each column its name and reports every column that is missing, doubled, unknown, about people or without a name.

    Args:
        row: the header row (from 1).
        expected: the columns that are read: their name in the file, and our name for it.
        required: our names of those that must be there.
        skipped: whether a name is agreed not to be read; also then it may not be about persons or addresses.
    """
    ours = {as_words(name): own for name, own in expected.items()}
    header = Header(row)
    cells = rows[row - 1] if row <= len(rows) else []
    named = set()
    for index, cell in enumerate(cells):
        if is_empty(cell):
            continue
        named.add(index)
        name = text(cell).strip()
        place = (row, index)
        own = ours.get(as_words(name))
        forbidden = None if own else forbidden_column(name)
        if forbidden:
            problems.add(f"kolom_{forbidden[1]}", blad, place, kolom=name, waarde=name, reden=forbidden[0])
        elif own is None and not skipped(name):
            problems.add("kolom_onbekend", blad, place, kolom=name, waarde=name)
        elif own in header.columns:
            first = address(row, header.columns[own])
            problems.add("kolom_dubbel", blad, place, kolom=name, waarde=name, eerste=first)
        elif own:
            header.columns[own] = index
    for name, own in expected.items():
        if own in required and own not in header.columns:
            problems.add("kolom_ontbreekt", blad, kolom=name, kolom_naam=name)
    for number, line in enumerate(rows[row:], row + 1):
        for index, cell in enumerate(line):
            if index not in named and not is_empty(cell):
                # The value is not shown: nothing says what it is.
                problems.add("kolom_zonder_kop", blad, (number, index))
                named.add(index)
    return header
