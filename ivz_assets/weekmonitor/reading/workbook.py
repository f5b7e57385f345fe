"""Choosing the data sheet of a file and having its rows written. How a row or a header is judged belongs elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from dataclasses import asdict, dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .cells import address
from .header import DATA_SHEET_FIELDS, POOR_HEADER_FIELDS, SEARCHED_ROWS, Header, check_header, fields, find_header
from .refusal import RefusedDelivery
from .scan import Findings

if TYPE_CHECKING:
    from .columns import Row
    from .rows import Counts

Scan = Future[dict[str, Findings]] | None


@dataclass
class DataSheet:
    """A sheet with a good header, its rows in a file."""

    sheet: str
    header: Header
    counts: Counts
    file: Path


@dataclass
class Search:
    """What has been seen of the sheets of one file."""

    folder: Path
    max_rows: int
    scan: Scan = None
    found: list[DataSheet] = field(default_factory=list)
    empty: list[DataSheet] = field(default_factory=list)
    poor: list[tuple[str, Header]] = field(default_factory=list)

    def add(self, sheet: str, rows: Iterable[Row], first_column: int = 0) -> None:
        """Look at a sheet, and write its rows when it is a data sheet."""
        from .rows import write_rows  # Arrow loads in the other thread while the reader opens the first sheet

        rows = iter(rows)
        first = list(islice(rows, SEARCHED_ROWS))
        header = find_header(first, first_column)
        if header is None or len(header.columns) < DATA_SHEET_FIELDS:
            if header:
                self.poor.append((sheet, header))
            return
        check_header(header, sheet)
        file = self.folder / f"sheet{len(self.found) + len(self.empty)}.arrow"
        below: Iterator[Row] = chain(first[header.row :], rows)
        counts = write_rows(below, sheet, header, len(first[0]), self.max_rows, file)
        counts.titelrijen = sum(1 for row in first[: header.row - 1] if any(cell != "" for cell in row))
        self.refuse_lost_values(sheet, header, counts)
        (self.found if counts.rows else self.empty).append(DataSheet(sheet, header, counts, file))

    def refuse_lost_values(self, sheet: str, header: Header, counts: Counts) -> None:
        """Refuse formulas and errors among the data. Above the header and in a totals row they do no harm."""
        if self.scan is None:
            return
        findings = self.scan.result().get(sheet, Findings())
        columns = set(header.columns.values())

        def among_data(row: int, column: int) -> bool:
            return row > header.row and column in columns and row not in counts.totals_rows

        for row, column in findings.formulas:
            if among_data(row, column):
                raise RefusedDelivery("formule", sheet=sheet, cell=address(row, column))
        for row, column, value in findings.errors:
            if among_data(row, column):
                raise RefusedDelivery("foutwaarde", sheet=sheet, cell=address(row, column), value=value)

    def result(self, sheets: list[str]) -> dict[str, Any]:
        """The one data sheet, or the refusal that helps most."""
        if not self.found:
            raise self.nothing_found(sheets)
        chosen, *others = self.found
        for other in others:
            if not same_rows(chosen.file, other.file):
                raise RefusedDelivery("twee_gegevensbladen", sheet=chosen.sheet, value=other.sheet)
        counts = asdict(chosen.counts)
        return {
            "file": chosen.file.name,
            "sheet": chosen.sheet,
            "header_row": chosen.header.row,
            "rows": counts["rows"],
            "skipped": {name: counts[name] for name in ("lege_rijen", "titelrijen", "totaalrijen")},
            "ignored_sheets": [sheet for sheet in sheets if sheet != chosen.sheet],
        }

    def nothing_found(self, sheets: list[str]) -> RefusedDelivery:
        """Why there is no data sheet."""
        if self.empty:
            sheet = self.empty[0]
            return RefusedDelivery("geen_rijen", sheet=sheet.sheet, row=sheet.header.row)
        if self.poor:
            name, header = max(self.poor, key=lambda pair: len(pair[1].columns))
            if len(header.columns) >= POOR_HEADER_FIELDS:
                try:
                    check_header(header, name)
                except RefusedDelivery as refusal:
                    return refusal
        return RefusedDelivery("geen_kop", limit=SEARCHED_ROWS, sheets=", ".join(sheets))


def same_rows(first: Path, second: Path) -> bool:
    """Do two written sheets hold the same texts in the same order?"""
    import pyarrow as pa

    with pa.memory_map(str(first)) as one, pa.memory_map(str(second)) as other:
        names = list(fields())
        tables = [pa.ipc.open_file(source).read_all().select(names) for source in (one, other)]
        return bool(tables[0].equals(tables[1]))


def search_workbook(workbook: Any, search: Search) -> dict[str, Any]:
    """The data sheet of a calamine workbook. Hidden sheets count only when no visible one has data."""
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    sheets = [sheet for sheet in workbook.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    visible = [sheet.name for sheet in sheets if sheet.visible == SheetVisibleEnum.Visible]
    hidden = [sheet.name for sheet in sheets if sheet.visible != SheetVisibleEnum.Visible]
    for group in (visible, hidden):
        for name in group:
            sheet = workbook.get_sheet_by_name(name)
            if sheet.start is not None:
                search.add(name, sheet.iter_rows(), sheet.start[1])
            del sheet  # before the next one is opened: a large sheet takes hundreds of megabytes
        if search.found:
            break
    return search.result([sheet.name for sheet in sheets])


def search_text(rows: Iterable[Row], search: Search) -> dict[str, Any]:
    """The rows of a text file, which is one sheet without a name of its own."""
    search.add("csv", rows)
    return search.result(["csv"])
