"""All cells of the visible sheets of a small workbook, as JSON. Runs in the reading process; what they mean is said elsewhere.

A date goes over as ``{"dag": ...}`` and a moment as ``{"moment": ...}``, because JSON has no word for them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future
from datetime import date, datetime
from pathlib import Path
from typing import Any

from .cells import Cell, address, text
from .limits import Limits
from .refusal import RefusedDelivery
from .scan import Findings
from .text_file import DELIMITERS, decode, records

MOST_CELLS = 2_000_000
"""Cells in all sheets together: 100,000 figures with 20 columns each. Each one becomes a Python object."""
FILE = "sheets.json"
CSV_SHEET = "csv"
CERTAIN_INTEGER = 2**53


def search_workbook(workbook: Any, folder: Path, limits: Limits, scan: Future[dict[str, Findings]]) -> dict[str, Any]:
    """The cells of every visible sheet; hidden ones are only named."""
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    sheets = [sheet for sheet in workbook.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    gather = Gather(limits)
    for sheet in sheets:
        if sheet.visible == SheetVisibleEnum.Visible:
            opened = workbook.get_sheet_by_name(sheet.name)
            before = opened.start[1] if opened.start else 0
            gather.add(sheet.name, ([""] * before + list(row) for row in opened.iter_rows()))
    hidden = [sheet.name for sheet in sheets if sheet.visible != SheetVisibleEnum.Visible]
    return gather.answer(folder, hidden, scan.result())


def search_text(path: Path, folder: Path, limits: Limits) -> dict[str, Any]:
    """The records of a text file, which is one sheet without a name of its own; all its cells are texts."""
    contents = decode(path)
    first = next((line for line in contents.splitlines() if line.strip()), "")
    gather = Gather(limits)
    gather.add(CSV_SHEET, records(contents, max(DELIMITERS, key=first.count)))
    return gather.answer(folder, [], {})


class Gather:
    """The cells gathered so far, and how many they are."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.sheets: dict[str, list[list[Any]]] = {}
        self.cells = 0
        self.characters = 0

    def add(self, sheet: str, rows: Iterable[Sequence[Cell]]) -> None:
        """Adds a sheet; empty cells at the end of a row and empty rows at the end of the sheet fall away."""
        found: list[list[Any]] = []
        for number, row in enumerate(rows, 1):
            cells = trimmed(row)
            if cells and number > self.limits.max_rows:
                raise RefusedDelivery("te_veel_rijen", sheet=sheet, row=str(number), limit=self.limits.max_rows)
            self.cells += len(cells)
            if self.cells > MOST_CELLS:
                raise RefusedDelivery("te_veel_cellen", sheet=sheet, row=str(number), limit=MOST_CELLS)
            # One long text that a million cells refer to takes little room in the workbook itself
            self.characters += sum(len(cell) for cell in cells if isinstance(cell, str))
            if self.characters > self.limits.max_unpacked_bytes:
                raise RefusedDelivery("te_groot_uitgepakt", size=self.characters, limit=self.limits.max_unpacked_bytes)
            found.append([carried(cell) for cell in cells])
        while found and not found[-1]:
            found.pop()
        self.sheets[sheet] = found

    def answer(self, folder: Path, hidden: list[str], scan: dict[str, Findings]) -> dict[str, Any]:
        """Writes the cells; the answer itself holds only names and places."""
        (folder / FILE).write_text(json.dumps(self.sheets), encoding="utf-8")
        lost = [place for sheet, rows in self.sheets.items() for place in lost_values(sheet, rows, scan.get(sheet, Findings()))]
        return {"hidden": hidden, "lost": lost}


def lost_values(sheet: str, rows: list[list[Any]], findings: Findings) -> Iterator[list[str]]:
    """Sheet, address and cause of the cells whose value is not in the file: an Excel error, a formula that was never computed."""
    for row, column, error in findings.errors:
        yield [sheet, address(row, column), error]
    errors = {(row, column) for row, column, _ in findings.errors}
    for row, column in findings.formulas:
        cells = rows[row - 1] if row <= len(rows) else []
        empty = column >= len(cells) or cells[column] == ""
        if empty and (row, column) not in errors:
            yield [sheet, address(row, column), "formule zonder waarde"]


def trimmed(row: Sequence[Cell]) -> Sequence[Cell]:
    """The row until its last cell that holds something."""
    length = len(row)
    while length and isinstance(last := row[length - 1], str) and not last.strip():
        length -= 1
    return row[:length]


def carried(cell: Cell) -> Any:
    """The cell as JSON has it. Excel knows only floats: 2025.0 is the 2025 that someone typed."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < CERTAIN_INTEGER:
        return int(cell)
    if isinstance(cell, (str, bool, int, float)):
        return cell
    if isinstance(cell, datetime):
        return {"moment": cell.isoformat()}
    if isinstance(cell, date):
        return {"dag": cell.isoformat()}
    return text(cell)
