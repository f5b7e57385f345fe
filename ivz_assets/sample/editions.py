"""The neighbourhoods of each year and the true conversion to today's: what the sample planted, for its tables and for tests."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, NamedTuple

import numpy as np

from ivz_assets.sample import borders, code_history
from ivz_assets.sample.invented_areas import Areas
from ivz_assets.sample.patterns import Floats

YEARS = range(code_history.FIRST_YEAR, 2026)
"""Years of which there are figures."""

Parts = frozenset[tuple[int, int]]
"""Neighbourhood of today (its number in ``Areas``) and part of it."""

UNCHANGED, RECODED, MERGED, SPLIT = "ongewijzigd", "hernummerd", "samengevoegd", "gesplitst"


class Buurt(NamedTuple):
    """A neighbourhood as it was known in a year."""

    buurt_code: str
    buurt_naam: str
    wijk_code: str
    wijk_naam: str
    gemeente_code: str


class Conversion(NamedTuple):
    """Which share of the surface of an old neighbourhood lies in one of today's."""

    jaar: int
    buurt_code_oud: str
    buurt_code: str
    gewicht: float
    bepaling: str


def edition(year: int, where: Areas) -> list[Buurt]:
    """The neighbourhoods of a year in the order of their codes."""
    wijken = dict(zip(where.wijk_code.tolist(), where.wijk_naam.tolist(), strict=True))
    number = int(where.history.edition_of(np.array([year]))[0])
    found: dict[str, Buurt] = {}
    for index, (codes, names) in enumerate(zip(where.history.codes[number], where.history.names[number], strict=True)):
        for code, name in zip(codes, names, strict=True):
            wijk = f"WK{code[2:8]}"
            found[code] = Buurt(code, name, wijk, wijken[wijk], where.gemeente_code[index])
    return [found[code] for code in sorted(found)]


def old_code(buurt_code: str, year: int, where: Areas, part: int = 0) -> str:
    """The code in a year's edition of one of today's neighbourhoods, or of part 1 of it where a cut runs through it."""
    (index,) = np.flatnonzero(where.buurt_code == buurt_code)
    return str(where.history.codes[where.history.edition_of(np.array([year]))[0], index, part])


def parts_by_code(year: int, where: Areas) -> dict[str, Parts]:
    """Which parts of today's neighbourhoods each code of a year stood for."""
    codes = where.history.codes[where.history.edition_of(np.array([year]))[0]]
    cut = {cut.buurt for cut in where.history.cuts}
    found: defaultdict[str, set[tuple[int, int]]] = defaultdict(set)
    for index, (first, second) in enumerate(codes):
        found[first].add((index, 0))
        if index in cut:
            found[second].add((index, 1))
    return {code: frozenset(parts) for code, parts in sorted(found.items())}


def changes(year: int, where: Areas) -> dict[str, str]:
    """CBS's indelingswijziging per code: 1 as the year before, 2 another code for the same place, 3 another border."""
    before = parts_by_code(year - 1, where)
    places = set(before.values())
    return {
        code: "1" if before.get(code) == parts else "2" if parts in places else "3"
        for code, parts in parts_by_code(year, where).items()
    }


def truth(where: Areas, surfaces: Floats) -> list[Conversion]:
    """The conversion of every neighbourhood of every year to today's, by surface (``borders.surfaces``); sums to 1 per code."""
    today = parts_by_code(YEARS[-1], where)
    now_in = {part: code for code, parts in today.items() for part in parts}
    found = []
    for year in YEARS:
        for old, parts in parts_by_code(year, where).items():
            total = sum(surfaces[part] for part in parts)
            codes = sorted({now_in[part] for part in parts})
            for code in codes:
                weight = float(sum(surfaces[part] for part in parts & today[code]) / total)
                found.append(Conversion(year, old, code, weight, _how(old, parts, codes, today)))
    return found


def planted_conversions(where: Areas) -> list[dict[str, Any]]:
    """What the truth says of the changed neighbourhoods of every older edition, by the last year in which it held."""
    last_years = [year - 1 for year in where.history.first_years[1:]]
    found = truth(where, borders.surfaces(borders.parts(where)))
    return [row._asdict() for row in found if row.jaar in last_years and row.bepaling != UNCHANGED]


def _how(old: str, parts: Parts, codes: list[str], today: dict[str, Parts]) -> str:
    if len(codes) == 1:
        if today[codes[0]] == parts:
            return UNCHANGED if codes[0] == old else RECODED
        return MERGED
    return SPLIT
