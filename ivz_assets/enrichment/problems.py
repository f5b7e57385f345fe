"""What is wrong with a file, cell by cell, and what to do about it. When something is wrong is decided elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, field

from ivz_assets.deliveries.reading.cells import Cell, address, text
from ivz_assets.deliveries.reading.refusal import shorten
from ivz_assets.enrichment.catalogue import rules
from ivz_assets.enrichment.masking import harmless

LONGEST_VALUE = 40
HIDDEN = "(verborgen)"
"""Stands for a value that may be about a person: a list of problems must not spread it."""


@dataclass(frozen=True)
class Problem:
    """One problem: the place (``cel`` such as ``C7``, empty for a whole sheet), the rule, and the Dutch texts.

    ``waarde`` and ``tekst`` are only for the list that goes back to the supplier; ``gemeld`` is the text without a value that
    may be about a person, for logs, screens and tables.
    """

    bestand: str
    blad: str
    cel: str
    kolom: str
    waarde: str
    regel: str
    ernst: str
    tekst: str
    wat_te_doen: str
    gemeld: str


@dataclass
class Problems:
    """Collects the problems of one file, in the order in which they are found."""

    bestand: str
    found: dict[Problem, None] = field(default_factory=dict)

    def add(
        self,
        regel: str,
        blad: str,
        place: tuple[int, int] | None = None,
        *,
        kolom: str = "",
        waarde: Cell = "",
        **details: object,
    ) -> str:
        """Adds a problem, once however many figures it touches, and returns its severity.

        Args:
            regel: a rule of ``regels.csv``.
            blad: name of the sheet.
            place: row (from 1) and column (from 0) of the cell; None when the problem is not in a cell.
            kolom: name of the column as people know it.
            waarde: what stands in the cell.
            details: the other places in the texts of the rule; never what stands in a cell.
        """
        rule = rules()[regel]
        shown = shorten(text(waarde), LONGEST_VALUE)
        places = {"waarde": shown, **details}
        # The name of a sheet is told with every problem on it.
        told = {**places, "waarde": shown if harmless(waarde) or waarde == blad else HIDDEN}
        problem = Problem(
            self.bestand, blad, address(*place) if place else "", kolom, shown, regel, rule.ernst,
            rule.tekst.format_map(places), rule.wat_te_doen.format_map(places),
            rule.tekst.format_map(told),
        )  # fmt: skip
        self.found.setdefault(problem)
        return rule.ernst


def suggestion(candidates: list[str]) -> str:
    """The end of a sentence that offers near misses; empty when there are none."""
    return f" Bedoelt u {' of '.join(candidates)}?" if candidates else ""
