"""Rows of cells to Arrow columns of text, fast: nothing is done per cell when all are texts. What a row is, is judged elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, TypeAlias

import pyarrow as pa

from .cells import Cell, text

Row: TypeAlias = Sequence[Cell]
CHUNK_ROWS = 512
"""So few that their texts are still in the processor's cache when Arrow copies them; more is up to twice as slow."""


def text_columns(rows: Iterator[Row], width: int, most_rows: int) -> Any:
    """A table with a text column per column of the sheet, named ``0``, ``1`` and on; reading stops after ``most_rows``."""
    layout = pa.schema([(str(place), pa.string()) for place in range(width)])
    batches, count = [], 0
    while count <= most_rows and (chunk := list(islice(rows, CHUNK_ROWS))):
        columns = [text_array(cells) for cells in zip(*chunk, strict=True)]
        batches.append(pa.RecordBatch.from_arrays(columns, schema=layout))
        count += len(chunk)
    return pa.Table.from_batches(batches, schema=layout).combine_chunks()


def text_array(cells: Sequence[Cell]) -> Any:
    """Texts of a column. Arrow itself refuses anything but texts, which is the quickest test for typed cells."""
    try:
        return pa.array(cells, pa.string())
    except (pa.ArrowTypeError, pa.ArrowInvalid):
        return pa.array([text(cell) for cell in cells], pa.string())
