"""Reading a .csv delivery: encoding, delimiter, rows. Its rows are judged by the same code as those of workbooks."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from .header import SEARCHED_ROWS, TOTALS, find_header
from .refusal import RefusedDelivery

DELIMITERS = (";", ",", "\t")


def decode(path: Path) -> str:
    """The text of the file: UTF-8 where it is valid, UTF-16 when marked, else what Excel on Windows writes."""
    contents = path.read_bytes()
    marked = contents.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ["utf-16"] if marked else ["utf-8-sig", "cp1252"]:
        try:
            return contents.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise RefusedDelivery("geen_werkmap", value="text in an unknown encoding")


def find_delimiter(contents: str) -> str:
    """The delimiter with which most column names are found; a title row says nothing about it."""

    def names_found(delimiter: str) -> int:
        try:
            header = find_header(list(islice(records(contents, delimiter), SEARCHED_ROWS)))
        except RefusedDelivery:
            return -1
        return len(header.columns) if header else 0

    return max(DELIMITERS, key=names_found)


def records(contents: str, delimiter: str) -> Iterator[list[str]]:
    """The records; strict, because a lost quotation mark would swallow rows without a word."""
    reader = csv.reader(io.StringIO(contents, newline=""), delimiter=delimiter, strict=True)
    try:
        yield from reader
    except csv.Error as error:
        raise RefusedDelivery("beschadigd", value=f"line {reader.line_num}: {error}") from error


def read_text(path: Path) -> Iterator[list[str]]:
    """All records, as wide as the widest of the first, so that every row has a cell for every column."""
    contents = decode(path)
    delimiter = find_delimiter(contents)
    width = max((len(row) for row in islice(records(contents, delimiter), SEARCHED_ROWS)), default=0)
    whole = False
    for number, row in enumerate(records(contents, delimiter), 1):
        whole = whole or len(row) == width
        if whole and len(row) < width and any(cell.strip() for cell in row) and not row[0].strip().lower().startswith(TOTALS):
            # Below the header every record is whole; a shorter one is where a file was cut off.
            raise RefusedDelivery("beschadigd", value=f"record {number} has {len(row)} columns, the header {width}")
        if len(row) > width and any(cell.strip() for cell in row[width:]):
            raise RefusedDelivery("beschadigd", value=f"record {number} has {len(row)} columns, the first ones {width}")
        yield row[:width] if len(row) >= width else row + [""] * (width - len(row))
