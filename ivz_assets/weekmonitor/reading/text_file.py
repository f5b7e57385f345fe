"""The rows of a .csv weekmonitor: its delimiter, and whether it is whole. They are judged as those of workbooks are."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from ivz_assets.deliveries.reading.refusal import RefusedDelivery
from ivz_assets.deliveries.reading.text_file import DELIMITERS, decode, records

from .header import SEARCHED_ROWS, TOTALS, find_header


def find_delimiter(contents: str) -> str:
    """The delimiter with which most column names are found; a title row says nothing about it."""

    def names_found(delimiter: str) -> int:
        try:
            header = find_header(list(islice(records(contents, delimiter), SEARCHED_ROWS)))
        except RefusedDelivery:
            return -1
        return len(header.columns) if header else 0

    return max(DELIMITERS, key=names_found)


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
