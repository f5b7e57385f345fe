"""From one typed cell to its canonical text, and cell addresses. What a text means is decided elsewhere."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TypeAlias

Cell: TypeAlias = str | bool | int | float | datetime | date | time | timedelta

HALF_SECOND = timedelta(microseconds=500_000)


def text(cell: Cell) -> str:
    """The canonical text of a cell; an empty cell is an empty text."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "J" if cell else "N"
    if isinstance(cell, (int, float)):
        # Excel knows only floats: 1530101.0 is what became of the code 01530101
        return str(int(cell)) if cell == cell // 1 else repr(float(cell))
    if isinstance(cell, datetime):
        moment = cell + HALF_SECOND
        return moment.strftime("%Y-%m-%d" if moment.time().replace(microsecond=0) == time() else "%Y-%m-%d %H:%M:%S")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, time):
        cell = timedelta(hours=cell.hour, minutes=cell.minute, seconds=cell.second, microseconds=cell.microsecond)
    return duration_text(cell)


def duration_text(duration: timedelta) -> str:
    """Hours, minutes and seconds; more than 24 hours stay hours, and 13:44:59.9999 is the 13:45 someone typed."""
    seconds = (abs(duration) + HALF_SECOND) // timedelta(seconds=1)
    sign = "-" if duration < timedelta(0) and seconds else ""
    return f"{sign}{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def column_letters(index: int) -> str:
    """Column letters as Excel shows them; the first column is 0."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def address(row: int, column: int) -> str:
    """Address as Excel shows it, from the row number (from 1) and the column index (from 0)."""
    return f"{column_letters(column)}{row}"


def position(cell: str) -> tuple[int, int]:
    """Row number (from 1) and column index (from 0) of an address such as ``D1``."""
    letters = cell.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(cell[len(letters) :]), column - 1
