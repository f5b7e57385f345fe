"""Reading workbooks as suppliers have them: indicators as columns, through a mapping."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fnmatch import fnmatch

from ivz_assets.deliveries.reading.cells import Cell, address, text
from ivz_assets.enrichment.catalogue import catalogue
from ivz_assets.enrichment.figures import Figure, Place, Rejected
from ivz_assets.enrichment.grid import Rows, read_header
from ivz_assets.enrichment.judge import Judge
from ivz_assets.enrichment.long_form import Outcome, made
from ivz_assets.enrichment.mapping import FigureColumn, WideMapping
from ivz_assets.enrichment.problems import Problems
from ivz_assets.enrichment.values import is_empty

AREA, PERIOD = "gebied", "periode"
"""Names of their columns beside those of the figures, which are known by their position in the mapping."""


def figure_columns(rows: Rows, mapping: WideMapping) -> set[int]:
    """Columns (from 0) in which numbers belong: of figures, and those that are agreed not to be read."""
    row = mapping.bladen.kopregel
    names = [text(cell).strip() for cell in rows[row - 1]] if row <= len(rows) else []
    figures = {column.kolom for column in mapping.kolommen}
    return {index for index, name in enumerate(names) if name in figures or _is_one_of(name, mapping.kolommen_overslaan)}


def read_wide(blad: str, rows: Rows, mapping: WideMapping, judge: Judge, problems: Problems, outcome: Outcome) -> None:
    """Adds the figures and rejected cells of one sheet; each filled cell in a column of figures is one of them."""
    names = {mapping.gebied.kolom: AREA, **{column.kolom: str(number) for number, column in enumerate(mapping.kolommen)}}
    if mapping.periode.kolom:
        names[mapping.periode.kolom] = PERIOD
    header = read_header(
        blad, rows, mapping.bladen.kopregel, names, list(names.values()), problems,
        skipped=lambda name: _is_one_of(name, mapping.kolommen_overslaan),
    )  # fmt: skip
    if header.columns.keys() != set(names.values()):
        return
    empty: dict[int, list[int]] = {}
    groups = _groups(blad, mapping)
    for number, row in enumerate(rows[header.row :], header.row + 1):
        area = Place(_cell(row, header.columns[AREA]), number, header.columns[AREA], mapping.gebied.kolom)
        cells = [
            Place(_cell(row, header.columns[str(index)]), number, header.columns[str(index)], column.kolom)
            for index, column in enumerate(mapping.kolommen)
        ]
        if _is_one_of(text(area.cell).strip(), mapping.gebied.overslaan):
            outcome.skipped += 1
            continue
        if all(is_empty(place.cell) for place in cells):
            outcome.blank += 1
            continue
        for place, column in zip(cells, mapping.kolommen, strict=True):
            if is_empty(place.cell):
                empty.setdefault(place.index, []).append(number)
                continue
            period = _period(column, mapping, groups, row, number, header.columns, header.row)
            judge.broken.clear()
            figure = _figure(judge, mapping, column, area, period, place)
            raw = {AREA: text(area.cell), PERIOD: text(period.cell), "indicator": column.indicator,
                   "uitsplitsing": column.uitsplitsing, "waarde": text(place.cell)}  # fmt: skip
            if figure is None:
                broken = tuple(dict.fromkeys(judge.broken))
                outcome.rejected.append(Rejected(blad, number, place.letters, broken, raw))
            else:
                outcome.figures.append(figure)
                outcome.raw.append(raw)
    kolom = {header.columns[str(index)]: column.kolom for index, column in enumerate(mapping.kolommen)}
    for index, lines in sorted(empty.items()):
        first = (lines[0], index)
        problems.add("lege_cellen", blad, first, kolom=kolom[index], eerste=address(*first), aantal=len(lines))


def _figure(
    judge: Judge, mapping: WideMapping, column: FigureColumn, area_place: Place, period_place: Place, place: Place
) -> Figure | None:
    indicator = catalogue()[column.indicator]
    if mapping.gebied.soort == "code":
        area = judge.area_by_code(area_place)
    else:
        area = judge.area_by_name(area_place, mapping.gemeente, mapping.gebied.niveau)
    if area:
        judge.level(area, indicator, area_place)
    period = judge.period(indicator, period_place)
    if area and period:
        judge.edition(area, period, area_place)
    value = judge.value(indicator, place)
    return made(judge, place, area, indicator, column.uitsplitsing, period, (value, None, None))


def _period(
    column: FigureColumn,
    mapping: WideMapping,
    groups: dict[str, str],
    row: Sequence[Cell],
    number: int,
    columns: dict[str, int],
    header_row: int,
) -> Place:
    """The period of a cell: where it comes from is where its problem belongs (a cell, the column's name, or the sheet)."""
    source = column.periode or mapping.periode.waarde
    if PERIOD in columns and (not source or "{kolom}" in source):
        index = columns[PERIOD]
        cell = _cell(row, index)
        given: Cell = source.format_map({**groups, "kolom": text(cell)}) if source and not is_empty(cell) else cell
        return Place(given, number, index, mapping.periode.kolom)
    given = source.format_map(groups)
    if column.periode:
        return Place(given, header_row, columns[str(mapping.kolommen.index(column))], column.kolom)
    return Place(given, 0, 0, PERIOD)


def _groups(blad: str, mapping: WideMapping) -> dict[str, str]:
    match = re.fullmatch(mapping.bladen.patroon, blad)
    return {name: value or "" for name, value in match.groupdict().items()} if match else {}


def _cell(row: Sequence[Cell], index: int) -> Cell:
    return row[index] if index < len(row) else ""


def _is_one_of(name: str, patterns: Sequence[str]) -> bool:
    return bool(name) and any(fnmatch(name.casefold(), pattern.casefold()) for pattern in patterns)
