"""Finding the data sheets of a file and handing over their texts. Runs in the child; rows are judged elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Future
from dataclasses import asdict, dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import Any

from ivz_assets.deliveries.reading.limits import Limits
from ivz_assets.deliveries.reading.refusal import RefusedDelivery
from ivz_assets.deliveries.reading.scan import Findings

from .columns import Row, is_empty, text_columns, write_columns
from .header import DATA_SHEET_FIELDS, POOR_HEADER_FIELDS, SEARCHED_ROWS, Header, check_header, find_header
from .text_file import read_text

Scan = Future[dict[str, Findings]] | None


@dataclass
class Search:
    """What has been seen of the sheets of one file."""

    folder: Path
    limits: Limits
    scan: Scan = None
    found: list[dict[str, Any]] = field(default_factory=list)
    filled: bool = False
    poor: list[tuple[str, Header]] = field(default_factory=list)

    def look(self, sheet: str, rows: Iterable[Row], first_column: int = 0) -> None:
        """Look at a sheet, and hand over its texts when it is a data sheet."""
        rows = iter(rows)
        first = list(islice(rows, SEARCHED_ROWS))
        header = find_header(first, first_column)
        if header is None or len(header.columns) < DATA_SHEET_FIELDS:
            if header:
                self.poor.append((sheet, header))
            return
        check_header(header, sheet)
        columns = text_columns(chain(first[header.row :], rows), len(first[0]), self.limits.max_rows)
        self.filled = self.filled or not is_empty(columns)
        file = self.folder / f"sheet{len(self.found)}"
        self.found.append(
            {
                "sheet": sheet,
                "header": asdict(header),
                "titles": sum(1 for row in first[: header.row - 1] if any(cell != "" for cell in row)),
                "file": file.name,
                **self.lost_values(sheet, header),
                **write_columns(columns, file, self.limits.max_unpacked_bytes),
            }
        )

    def lost_values(self, sheet: str, header: Header) -> dict[str, Any]:
        """Formulas and errors below the header. Above it they do no harm."""
        findings = self.scan.result().get(sheet, Findings()) if self.scan else Findings()
        columns = set(header.columns.values())
        return {
            "formulas": [place for place in findings.formulas if place[0] > header.row and place[1] in columns],
            "errors": [place for place in findings.errors if place[0] > header.row and place[1] in columns],
        }

    def answer(self, sheets: list[str]) -> dict[str, Any]:
        """All data sheets, or the refusal that helps most."""
        if self.found:
            return {"sheets": sheets, "found": self.found}
        if self.poor:
            name, header = max(self.poor, key=lambda pair: len(pair[1].columns))
            if len(header.columns) >= POOR_HEADER_FIELDS:
                check_header(header, name)
        raise RefusedDelivery("geen_kop", limit=SEARCHED_ROWS, sheets=", ".join(sheets))


def search_workbook(workbook: Any, folder: Path, limits: Limits, scan: Scan) -> dict[str, Any]:
    """The data sheets of a calamine workbook. Hidden sheets count only when no visible one has data."""
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    search = Search(folder, limits, scan)
    sheets = [sheet for sheet in workbook.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    visible = [sheet.name for sheet in sheets if sheet.visible == SheetVisibleEnum.Visible]
    hidden = [sheet.name for sheet in sheets if sheet.visible != SheetVisibleEnum.Visible]
    for group in (visible, hidden):
        for name in group:
            sheet = None  # a large one takes hundreds of megabytes: give it back before the next one is opened
            sheet = workbook.get_sheet_by_name(name)
            if sheet.start is not None:
                search.look(name, sheet.iter_rows(), sheet.start[1])
        if search.filled:
            break
    return search.answer([sheet.name for sheet in sheets])


def search_text(path: Path, folder: Path, limits: Limits) -> dict[str, Any]:
    """The rows of a text file, which is one sheet without a name of its own."""
    search = Search(folder, limits)
    search.look("csv", read_text(path))
    return search.answer(["csv"])
