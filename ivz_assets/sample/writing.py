"""Writes sheets as a workbook or as Parquet, and small CSV files: complete or not at all, the same bytes every time."""

from __future__ import annotations

import csv
import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]
import xlsxwriter  # type: ignore[import-untyped]

from ivz_assets.sample.reference_data import columns, headers
from ivz_assets.sample.sheets import Sheet

SHEET_NAME = "Weekmonitor"
_CREATED = datetime(2026, 1, 1)


@contextmanager
def atomically(path: Path) -> Iterator[Path]:
    """A temporary name beside ``path`` that takes its place once everything is written."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.deel")
    try:
        yield temporary
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def write_workbook(path: Path, sheets: Iterable[Sheet]) -> None:
    """One sheet of string cells under the 16 headers; a blank is an empty cell."""
    with atomically(path) as temporary:
        book = xlsxwriter.Workbook(
            str(temporary), {"strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False}
        )
        # Without a fixed date two runs would differ in bytes
        book.set_properties({"title": "Weekmonitor (synthetisch)", "created": _CREATED})
        page = book.add_worksheet(SHEET_NAME)
        write = page.write_string
        for column, text in enumerate(headers()):
            write(0, column, text)
        number = 0
        for sheet in sheets:
            for row in zip(*(sheet.cells[name].tolist() for name in columns()), strict=True):
                number += 1
                for column, text in enumerate(row):
                    if text:
                        write(number, column, text)
        page.freeze_panes(1, 0)
        page.set_column(0, len(headers()) - 1, 16)
        book.close()


def write_parquet(path: Path, sheets: Iterable[Sheet]) -> None:
    """The 16 text columns, one row group per sheet, so that only one sheet is in memory; a blank is NULL."""
    schema = pa.schema([(name, pa.string()) for name in columns()])
    with atomically(path) as temporary, pq.ParquetWriter(temporary, schema, compression="zstd") as writer:
        for sheet in sheets:
            arrays = [pa.array(sheet.cells[name], pa.string(), mask=sheet.cells[name] == "") for name in columns()]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))


def write_csv(path: Path, header: list[str], rows: Iterable[Iterable[object]]) -> None:
    """A small UTF-8 table."""
    with atomically(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def sha256_of(path: Path) -> str:
    """Hex digest of a file."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
