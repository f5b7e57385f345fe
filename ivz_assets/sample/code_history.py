"""The planted history of neighbourhood codes: what changed in 2021, 2023 and 2024. No polygons and no files.

Today's neighbourhoods are the starting point and earlier editions are derived backwards. Three neighbourhoods consist of two
parts with a straight cut between them: halves that were once two neighbourhoods, or a strip that belonged to the neighbour.
An edition says per part under which code and name it was known; everything else about editions follows from that.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ivz_assets.sample.patterns import Floats

Ints = NDArray[np.int64]
Texts = NDArray[np.object_]

FIRST_YEAR = 2013
RECODED, MERGED, SPLIT = 2021, 2023, 2024
"""First year of the edition with this change."""

RECODED_IN, MERGED_IN, SPLIT_IN = "GM1700", "GM1742", "GM0183"
"""Twenterand, Rijssen-Holten and Tubbergen, as in reality; which neighbourhoods and how is invented."""

_RETIRED, _SECOND_HALF = 50, 70
"""Added to a neighbourhood's number to make a code that no neighbourhood has today."""

_STRIP_FROM = 0.3
"""Share of the way from a neighbourhood's point to its neighbour's at which the strip begins that changed hands."""


class Cut(NamedTuple):
    """A straight line through one neighbourhood: part 1 lies where ``x * normal_x + y * normal_y`` exceeds ``offset``."""

    buurt: int
    normal_x: float
    normal_y: float
    offset: float


class CodeHistory(NamedTuple):
    """Code and name of every part of every neighbourhood in every edition.

    ``codes`` and ``names`` have the axes edition, neighbourhood of today, part (0 or 1; equal where there is no cut).
    """

    first_years: tuple[int, ...]
    codes: Texts
    names: Texts
    cuts: tuple[Cut, ...]

    def edition_of(self, years: NDArray[Any]) -> Ints:
        """Number of the edition that holds in each year."""
        return np.maximum(np.searchsorted(self.first_years, years, side="right") - 1, 0)

    def part_of(self, buurt: NDArray[Any], x: NDArray[Any], y: NDArray[Any]) -> NDArray[np.int8]:
        """The part of its neighbourhood (0 or 1) that each point lies in."""
        part = np.zeros(len(buurt), np.int8)
        for cut in self.cuts:
            own = np.flatnonzero(buurt == cut.buurt)
            part[own] = x[own] * cut.normal_x + y[own] * cut.normal_y > cut.offset
        return part


def unchanged(codes: Texts, names: Texts) -> CodeHistory:
    """One edition for all years: clones of the region have no history."""
    return CodeHistory((FIRST_YEAR,), np.stack([codes, codes], axis=1)[None], np.stack([names, names], axis=1)[None], ())


def planted(gemeente: Texts, wijk: Texts, codes: Texts, names: Texts, people: Ints, points: Floats, nearest: Ints) -> CodeHistory:
    """The history of the region, for parallel arrays of today's neighbourhoods.

    ``points``: x and y in metres RD New. ``nearest``: number of the neighbourhood with the nearest point.
    """
    today = unchanged(codes, names)
    code, name = today.codes[0], today.names[0]
    editions = [(code.copy(), name.copy())]

    groups = _groups(np.flatnonzero(gemeente == SPLIT_IN).tolist(), wijk, nearest)
    split, borders = groups[:2], groups[2:]
    for members in split:
        code[members] = _retired(codes[members[0]])
        name[members] = f"{names[members[0]]} en omgeving"
    for giver, taker in borders:
        code[taker, 1], name[taker, 1] = codes[giver], names[giver]
    editions.append((code.copy(), name.copy()))

    merged = [int(i) for i in _largest(gemeente == MERGED_IN, people)[:2]]
    for index in merged:
        code[index] = [_retired(codes[index]), _retired(codes[index], _SECOND_HALF)]
        name[index] = [f"{names[index]} West", f"{names[index]} Oost"]
    editions.append((code.copy(), name.copy()))

    recoded = _recoded(gemeente, wijk)
    for index in recoded:
        code[index] = _retired(codes[index])
    # The trap: until 2021 the first one had the code that is the second one's today
    code[recoded[0]] = codes[recoded[1]]
    editions.append((code.copy(), name.copy()))

    cuts = [Cut(index, 1.0, 0.0, float(points[index, 0])) for index in merged]
    cuts += [_strip(taker, points[taker], points[giver]) for giver, taker in borders]
    years = (SPLIT, MERGED, RECODED, FIRST_YEAR)
    return CodeHistory(
        years[::-1],
        np.stack([edition[0] for edition in editions[::-1]]),
        np.stack([edition[1] for edition in editions[::-1]]),
        tuple(cuts),
    )


def _groups(own: list[int], wijk: Texts, nearest: Ints) -> list[list[int]]:
    """Three groups of neighbourhoods of one wijk that share borders: of three (or two), two and two.

    A seed under which too few lie side by side has fewer groups.
    """
    free = set(own)
    found: list[list[int]] = []
    for sizes in ((3, 2), (2,), (2,)):
        grown = (_grown(start, size, free, wijk, nearest) for size in sizes for start in sorted(free))
        group = next((group for group in grown if group), None)
        if group is not None:
            free -= set(group)
            found.append(group)
    return found


def _grown(start: int, size: int, free: set[int], wijk: Texts, nearest: Ints) -> list[int]:
    """A group of this size around a neighbourhood, in order; empty when there is none.

    A neighbourhood and the one nearest to it always share a border.
    """
    group = [start]
    while len(group) < size:
        beside = [
            index
            for index in sorted(free.difference(group))
            if wijk[index] == wijk[start] and (nearest[index] in group or index in nearest[group])
        ]
        if not beside:
            return []
        group.append(beside[0])
    return sorted(group)


def _recoded(gemeente: Texts, wijk: Texts) -> list[int]:
    """Six neighbourhoods with another code since 2021; the first two are of one wijk."""
    own = np.flatnonzero(gemeente == RECODED_IN)
    names, sizes = np.unique(wijk[own].astype(str), return_counts=True)
    largest = own[wijk[own] == names[sizes.argmax()]]
    others = np.setdiff1d(own, largest)
    return [int(i) for i in (*largest[:2], *others[:: max(1, len(others) // 4)][:4])]


def _largest(chosen: NDArray[np.bool_], people: Ints) -> Ints:
    own = np.flatnonzero(chosen)
    return np.asarray(own[np.argsort(-people[own], kind="stable")])


def _strip(taker: int, own: Floats, other: Floats) -> Cut:
    direction = (other - own) / np.hypot(*(other - own))
    begin = own + _STRIP_FROM * (other - own)
    return Cut(taker, float(direction[0]), float(direction[1]), float(begin @ direction))


def _retired(code: str, more: int = _RETIRED) -> str:
    """A code of the same wijk that is nobody's today."""
    return f"{code[:8]}{int(code[8:]) + more:02d}"
