"""Reading all cells of a small workbook or CSV, through the reading process. What the cells mean is decided elsewhere."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from .cells import Cell
from .limits import Limits
from .process import searched
from .sheets import FILE

SEARCH = "ivz_assets.deliveries.reading.sheets"


@dataclass(frozen=True)
class LostCell:
    """A cell whose value is not in the file: an Excel error (``#N/A``), or a formula that was never computed."""

    sheet: str
    cell: str
    cause: str


@dataclass(frozen=True)
class ReadCells:
    """The cells of the visible sheets.

    Attributes:
        sheets: per sheet its rows from row 1 and their cells from column A; an empty cell is an empty text, a time of
            the day is a text too, and a row ends at its last filled cell.
        hidden: names of the sheets that were left out because they are hidden.
        lost: places of values that are lost, in the order of the sheets.
    """

    sheets: dict[str, list[list[Cell]]]
    hidden: tuple[str, ...]
    lost: tuple[LostCell, ...]


def read_cells(path: Path, *, limits: Limits, scratch: Path, password: str | None = None) -> ReadCells:
    """Read a delivered workbook or CSV whole. Nothing stays behind in ``scratch``.

    Raises:
        RefusedDelivery: the file cannot be opened, is too large, or is not what it says it is.
    """
    with searched(path, SEARCH, limits=limits, scratch=scratch, password=password) as (result, folder):
        told = json.loads((folder / FILE).read_text(encoding="utf-8"))
    return ReadCells(
        sheets={sheet: [[_cell(cell) for cell in row] for row in rows] for sheet, rows in told.items()},
        hidden=tuple(result["hidden"]),
        lost=tuple(LostCell(*place) for place in result["lost"]),
    )


def _cell(told: Any) -> Cell:
    if isinstance(told, dict):
        return date.fromisoformat(told["dag"]) if "dag" in told else datetime.fromisoformat(told["moment"])
    cell: Cell = told
    return cell
