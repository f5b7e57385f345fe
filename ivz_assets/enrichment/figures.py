"""A figure, a figure that was rejected, and a cell that a figure is made of. Judging them is ``judge``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from ivz_assets.deliveries.reading.cells import Cell, column_letters


@dataclass(frozen=True)
class Figure:
    """One figure. ``waarde`` is in the indicator's unit and NULL when the supplier says that it is not known.

    ``blad``, ``rij`` (from 1) and ``kolom`` (letters) say in which cell the value stands. ``periode_eind`` is the last day,
    NULL for a measure that still runs.
    """

    blad: str
    rij: int
    kolom: str
    gebied_code: str
    niveau: str
    periode_soort: str
    periode: str
    periode_begin: date
    periode_eind: date | None
    indicator: str
    uitsplitsing: str
    waarde: float | None
    marge_onder: float | None
    marge_boven: float | None

    @property
    def key(self) -> tuple[str, str, str, str, date]:
        """What makes it this figure; no file has two of them. A measure is known by its begin, whatever end it has."""
        return self.gebied_code, self.indicator, self.uitsplitsing, self.periode_soort, self.periode_begin


@dataclass(frozen=True)
class Rejected:
    """A delivered figure that cannot be used: its cell, the rules it broke and its cells as texts per column."""

    blad: str
    rij: int
    kolom: str
    regels: tuple[str, ...]
    ruw: Mapping[str, str]


@dataclass(frozen=True)
class Place:
    """A cell that a figure is made of: what it holds, and where (row from 1, column from 0, name of the column)."""

    cell: Cell
    rij: int
    index: int
    kolom: str

    @property
    def position(self) -> tuple[int, int] | None:
        """Row and column, as problems want them; None when it does not come from a cell (row 0)."""
        return (self.rij, self.index) if self.rij else None

    @property
    def letters(self) -> str:
        """The column as Excel shows it."""
        return column_letters(self.index)
