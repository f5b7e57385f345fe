"""From the sheets of a supplier's file to typed figures, or to a list of everything that is wrong. No file is opened here."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fnmatch import fnmatch

from ivz_assets.deliveries.reading.cells import position
from ivz_assets.enrichment.figures import Figure, Rejected
from ivz_assets.enrichment.grid import Rows, find_header, is_blank, read_header, without_personal
from ivz_assets.enrichment.judge import Judge
from ivz_assets.enrichment.layout import CIJFERS, CSV_SHEET, INDICATOREN, LEVERANCIER, LIJSTEN, UITLEG, columns
from ivz_assets.enrichment.long_form import Outcome, read_rows
from ivz_assets.enrichment.mapping import LongMapping, WideMapping
from ivz_assets.enrichment.names import Areas
from ivz_assets.enrichment.people import as_words
from ivz_assets.enrichment.problems import Problem, Problems
from ivz_assets.enrichment.supplier import Supplier
from ivz_assets.enrichment.terms import contact_rows, read_statements, read_supplier
from ivz_assets.enrichment.values import UNKNOWN
from ivz_assets.enrichment.wide_form import figure_columns, read_wide

NUMBER_COLUMNS = ("waarde", "marge_onder", "marge_boven")
MOST_NAMED = 3
"""A duplicate names this many of the others."""


@dataclass(frozen=True)
class Parsed:
    """What a file holds. When it is refused there are no figures and no rejected ones, only problems.

    ``aangeleverd`` is the number of rows (cells of a wide workbook) that hold a figure: each is in ``figures`` or in
    ``rejected``. ``lege_rijen`` and ``overgeslagen_rijen`` (totals, as agreed in a mapping) come on top of it.
    """

    bestand: str
    leverancier: Supplier | None
    figures: tuple[Figure, ...]
    rejected: tuple[Rejected, ...]
    problems: tuple[Problem, ...]
    aangeleverd: int
    lege_rijen: int
    overgeslagen_rijen: int

    @property
    def refused(self) -> bool:
        """Whether the file as a whole cannot be used."""
        return any(problem.ernst == "weigeren" for problem in self.problems)


def read_workbook(
    sheets: Mapping[str, Rows],
    bestand: str,
    areas: Areas,
    today: date,
    mapping: WideMapping | LongMapping | None = None,
    hidden: Sequence[str] = (),
) -> Parsed:
    """Everything in a supplier's file.

    Args:
        sheets: per sheet its rows from row 1 and column A on, cells as calamine gives them; a CSV is one sheet ``csv``.
        bestand: name of the file, for messages.
        areas: the areas of the region.
        today: a period that begins later is an error.
        mapping: how a file in another shape than the template is read; see ``mapping.mapping_for``.
        hidden: names of the sheets that are hidden and were not read; nobody looked at them, so only the agreed ones may be.
    """
    problems = Problems(bestand)
    outcome = Outcome()
    if isinstance(mapping, WideMapping):
        supplier: Supplier | None = mapping.supplier
        _read_wide_sheets(sheets, mapping, areas, today, problems, outcome)
    elif isinstance(mapping, LongMapping):
        supplier = mapping.supplier
        judge = Judge("", areas, problems, supplier, today, mapping.waarden.decimaalteken, mapping.waarden.onbekend)
        stated: dict[str, str | None] = {one.indicator: None for one in mapping.indicatoren}
        names = {name: name for name in columns() if name not in mapping.kolomnamen.values()} | dict(mapping.kolomnamen)
        for blad, rows in sheets.items():
            if len(sheets) == 1 or blad in (CSV_SHEET, CIJFERS):
                _read_long_sheet(blad, rows, names, replace(judge, blad=blad), stated, outcome)
            else:
                _refuse_unknown(blad, rows, problems)
    else:
        supplier = _read_template(sheets, areas, today, problems, outcome)
    agreed = mapping.bladen.overslaan if isinstance(mapping, WideMapping) else (LIJSTEN, UITLEG)
    for blad in hidden:
        if not _is_one_of(blad, agreed):
            problems.add("blad_verborgen", blad, waarde=blad)
    _reject_duplicates(outcome, problems)
    delivered = len(outcome.figures) + len(outcome.rejected)
    unreadable = any(problem.regel.startswith(("blad_", "kop_", "kolom_")) for problem in problems.found)
    if not delivered and not unreadable:
        problems.add("geen_cijfers", CIJFERS if CIJFERS in sheets else "")
    refused = any(problem.ernst == "weigeren" for problem in problems.found)
    return Parsed(
        bestand, supplier, () if refused else tuple(outcome.figures), () if refused else tuple(outcome.rejected),
        tuple(sorted(problems.found, key=_by_place(list(sheets)))), delivered, outcome.blank, outcome.skipped,
    )  # fmt: skip


def _read_template(
    sheets: Mapping[str, Rows], areas: Areas, today: date, problems: Problems, outcome: Outcome
) -> Supplier | None:
    supplier = None
    stated: dict[str, str | None] = {}
    for name in (LEVERANCIER, INDICATOREN, CIJFERS):
        if name not in sheets:
            problems.add("blad_ontbreekt", name, blad_naam=name)
    for blad, rows in sheets.items():
        if blad == LEVERANCIER:
            own = contact_rows(rows)
            clean = without_personal(
                blad, rows, problems,
                allowed=lambda row, column, reason, own=own: row in own and column == 1 and reason == "een e-mailadres",  # type: ignore[misc]
            )  # fmt: skip
            supplier = read_supplier(blad, clean, problems)
        elif blad == INDICATOREN:
            stated = read_statements(blad, without_personal(blad, rows, problems), problems)
        elif blad in (UITLEG, LIJSTEN):
            without_personal(blad, rows, problems)
        elif blad != CIJFERS:
            _refuse_unknown(blad, rows, problems)
    if CIJFERS in sheets:
        judge = Judge(CIJFERS, areas, problems, supplier, today, None, UNKNOWN)
        _read_long_sheet(CIJFERS, sheets[CIJFERS], {name: name for name in columns()}, judge, stated, outcome)
    return supplier


def _read_long_sheet(
    blad: str, rows: Rows, names: Mapping[str, str], judge: Judge, stated: Mapping[str, str | None], outcome: Outcome
) -> None:
    row = find_header(rows, names)
    if not row:
        judge.problems.add("kop_ontbreekt", blad, verwacht=", ".join(names))
        without_personal(blad, rows, judge.problems)
        return
    numbers = {as_words(name) for name, own in names.items() if own in NUMBER_COLUMNS}
    number_columns = {index for index, cell in enumerate(rows[row - 1]) if as_words(str(cell)) in numbers}
    clean = without_personal(blad, rows, judge.problems, number_columns)
    required = [name for name, column in columns().items() if column.verplicht]
    header = read_header(blad, clean, row, names, required, judge.problems)
    if set(required) <= header.columns.keys():
        read_rows(clean, header, judge, stated, outcome)


def _read_wide_sheets(
    sheets: Mapping[str, Rows], mapping: WideMapping, areas: Areas, today: date, problems: Problems, outcome: Outcome
) -> None:
    found = False
    for blad, rows in sheets.items():
        if re.fullmatch(mapping.bladen.patroon, blad):
            found = True
            clean = without_personal(blad, rows, problems, figure_columns(rows, mapping))
            values = mapping.waarden
            judge = Judge(blad, areas, problems, mapping.supplier, today, values.decimaalteken, values.onbekend)
            read_wide(blad, clean, mapping, judge, problems, outcome)
        elif _is_one_of(blad, mapping.bladen.overslaan):
            without_personal(blad, rows, problems)
        else:
            _refuse_unknown(blad, rows, problems)
    if not found:
        problems.add("blad_ontbreekt", "", blad_naam=mapping.bladen.patroon)


def _is_one_of(blad: str, patterns: Sequence[str]) -> bool:
    return any(fnmatch(blad.casefold(), pattern.casefold()) for pattern in patterns)


def _refuse_unknown(blad: str, rows: Rows, problems: Problems) -> None:
    """A sheet that nobody agreed on may hold anything: it refuses the file, unless it is empty."""
    if not is_blank(rows):
        problems.add("blad_onbekend", blad, waarde=blad)
        without_personal(blad, rows, problems)


def _reject_duplicates(outcome: Outcome, problems: Problems) -> None:
    """Of a figure that stands there more than once none is used: nothing says which is right."""
    by_key: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for index, figure in enumerate(outcome.figures):
        by_key[figure.key].append(index)
    doubled = {index: same for same in by_key.values() if len(same) > 1 for index in same}
    for index, same in sorted(doubled.items()):
        figure = outcome.figures[index]
        others = [outcome.figures[other] for other in same[: MOST_NAMED + 1] if other != index][:MOST_NAMED]
        named = ", ".join(f"{other.blad} {other.kolom}{other.rij}" for other in others)
        shown = "" if figure.waarde is None else figure.waarde
        place = position(f"{figure.kolom}{figure.rij}")
        problems.add("dubbel", figure.blad, place, kolom="waarde", waarde=shown, andere=named)
        outcome.rejected.append(Rejected(figure.blad, figure.rij, figure.kolom, ("dubbel",), outcome.raw[index]))
    kept = [index for index in range(len(outcome.figures)) if index not in doubled]
    outcome.figures = [outcome.figures[index] for index in kept]
    outcome.raw = [outcome.raw[index] for index in kept]


def _by_place(names: Sequence[str]) -> Callable[[Problem], tuple[int, int, int]]:
    """Order of problems: by sheet as in the file, then by row and column; those without a cell first."""

    def key(problem: Problem) -> tuple[int, int, int]:
        sheet = names.index(problem.blad) if problem.blad in names else -1
        return (sheet, *position(problem.cel)) if problem.cel else (sheet, 0, 0)

    return key
