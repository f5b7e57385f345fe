"""Rows of cells to columns of text in a file, fast: many cells go over as one. No Arrow here, no judging of rows."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, TypeAlias

from ivz_assets.deliveries.reading.cells import Cell, text
from ivz_assets.deliveries.reading.refusal import RefusedDelivery

Row: TypeAlias = Sequence[Cell]
Piece: TypeAlias = str | list[str]
"""Some cells of a column: joined, or apart when one of them holds the separator."""

CHUNK_ROWS = 512
"""So few that their texts are still in the processor's cache when they are joined; more is up to twice as slow."""
SEPARATOR = "\x1f"
"""Joins the cells of a column: the unit separator, which no keyboard types."""


def text_columns(rows: Iterator[Row], width: int, most_rows: int) -> list[list[Piece]]:
    """The texts per column of the sheet; reading stops soon after ``most_rows``."""
    columns: list[list[Piece]] = [[] for _ in range(width)]
    count = 0
    while count <= most_rows and (chunk := list(islice(rows, CHUNK_ROWS))):
        for pieces, cells in zip(columns, zip(*chunk, strict=True), strict=True):
            pieces.append(joined(cells))
        count += len(chunk)
    return columns


def joined(cells: Sequence[Cell]) -> Piece:
    """The cells as one text. Joining is also the quickest way to see that they are all texts."""
    try:
        whole = SEPARATOR.join(cells)  # type: ignore[arg-type]
    except TypeError:
        cells = [text(cell) for cell in cells]
        whole = SEPARATOR.join(cells)  # type: ignore[arg-type]
    return whole if whole.count(SEPARATOR) == len(cells) - 1 else [text(cell) for cell in cells]


def write_columns(columns: list[list[Piece]], path: Path, most_bytes: int) -> dict[str, Any]:
    """Write the pieces one after another; the answer says how long each is, and which hold their cells apart."""
    lengths: list[list[int]] = []
    apart: list[list[int]] = []
    with path.open("wb") as target:
        for pieces in columns:
            apart.append([index for index, piece in enumerate(pieces) if not isinstance(piece, str)])
            encoded = [(piece if isinstance(piece, str) else json.dumps(piece)).encode() for piece in pieces]
            lengths.append([len(piece) for piece in encoded])
            size = target.tell() + sum(lengths[-1])
            if size > most_bytes:
                # One long text that a million cells refer to takes little room in the workbook itself
                raise RefusedDelivery("te_groot_uitgepakt", size=size, limit=most_bytes)
            target.writelines(encoded)
    return {"lengths": lengths, "apart": apart}


def is_empty(columns: list[list[Piece]]) -> bool:
    """Only blanks in all cells."""
    return not any(
        piece.strip(SEPARATOR + " ").replace(SEPARATOR, "").strip() if isinstance(piece, str) else "".join(piece).strip()
        for pieces in columns
        for piece in pieces
    )
