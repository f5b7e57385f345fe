"""Rows of cells to Arrow columns of text, fast: a column goes over as one text. Judging rows belongs elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from .cells import Cell, text

Row: TypeAlias = Sequence[Cell]
CHUNK_ROWS = 512
"""So few that their texts are still in the processor's cache when they are joined; more is up to twice as slow."""
SEPARATOR = "\x1f"
"""Joins the cells of a column: the unit separator, which no keyboard types. A cell that has it takes the slow road."""


def text_columns(rows: Iterator[Row], width: int, most_rows: int) -> Any:
    """A table with a text column per column of the sheet, named ``0``, ``1``...; reading stops after ``most_rows``."""
    columns: list[list[Any]] = [[] for _ in range(width)]
    count = 0
    while count <= most_rows and (chunk := list(islice(rows, CHUNK_ROWS))):
        for pieces, cells in zip(columns, zip(*chunk, strict=True), strict=True):
            pieces.append(joined(cells))
        count += len(chunk)
    with ThreadPoolExecutor(2) as pool:  # Arrow splits outside Python's lock
        arrays = list(pool.map(split, columns))
    return pa.table({str(place): array for place, array in enumerate(arrays)})


def joined(cells: Sequence[Cell]) -> Any:
    """The cells as one text, or an array of texts when one of them holds the separator."""
    try:
        whole = SEPARATOR.join(cells)  # type: ignore[arg-type] # the quickest test for cells that are no text
    except TypeError:
        cells = texts = [text(cell) for cell in cells]
        whole = SEPARATOR.join(texts)
    return whole if whole.count(SEPARATOR) == len(cells) - 1 else pa.array(cells, pa.string())


def split(pieces: list[Any]) -> Any:
    """The texts of a column again, one per cell."""
    if all(isinstance(piece, str) for piece in pieces):
        return split_texts(pieces)
    return pa.chunked_array([split_texts([piece]) if isinstance(piece, str) else piece for piece in pieces])


def split_texts(pieces: list[str]) -> Any:
    """The texts in joined pieces."""
    return pc.split_pattern(pa.array(pieces, pa.string()), SEPARATOR).values
