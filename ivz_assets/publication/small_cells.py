"""Which cells of added-up counts must stay hidden so that no small one can be worked out. No tables, no themes.

Primary: a count from 1 up to the threshold is of people whom a neighbour could recognise; nought is of nobody and is shown.
Secondary: whoever sees the rest may subtract, so other cells are hidden until none of the hidden ones follows from what is shown.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.linalg import lsqr

Equation = tuple[int, tuple[int, ...]]
"""A cell that is the sum of other cells: its number and theirs."""

FREE = 1e-6
"""A hidden cell moves with a random change of the others by far more than this, unless what is shown fixes it."""


STAYS = 1e-9
"""Change of a sum that counts as none."""

MOST_ROUNDS = 10


class CannotHide(Exception):
    """Hidden counts follow from what is shown with nothing left to hide beside them, or it cannot be told whether they do."""


def hidden_cells(values: NDArray[np.int64], equations: Sequence[Equation], threshold: int) -> NDArray[np.bool_]:
    """Per cell whether it is hidden.

    Where a hidden cell follows from what is shown, the smallest other count of one of its equations is hidden as well (a part
    before the whole, and of equal ones the first), until none does.

    Args:
        values: counts, nought or more; each whole is the sum of its parts.
        equations: the wholes with their parts.
        threshold: lowest count that may be shown.

    Raises:
        CannotHide: a hidden cell stays known, or that cannot be told.
    """
    hidden = (values > 0) & (values < threshold)
    of_cell: dict[int, list[Equation]] = {}
    for equation in equations:
        for cell in (equation[0], *equation[1]):
            of_cell.setdefault(cell, []).append(equation)
    while True:
        _hide_beside_single(values, equations, hidden)
        known = np.flatnonzero(known_cells(values, equations, hidden))
        if not len(known):
            return hidden
        # One cell more may free several that lie near each other, so of those only one is helped before looking again.
        helped = np.zeros(len(values), dtype=bool)
        for cell in known.tolist():
            near = {cell, *(other for whole, parts in of_cell.get(cell, []) for other in (whole, *parts))}
            if not helped[list(near)].any() and any(_hide_another(values, one, hidden) for one in of_cell.get(cell, [])):
                helped[list(near)] = True
        if not helped.any():
            raise CannotHide(f"{len(known)} hidden counts follow from what is shown, and there is nothing to hide beside them")


def known_cells(values: NDArray[np.int64], equations: Sequence[Equation], hidden: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Per cell whether it is hidden and yet follows from what is shown.

    Two ways are looked at. Solving the equations: a cell is fixed when no change of the hidden cells that keeps every sum moves
    it. And bounds: a hidden count is 1 or more (nought would be shown), so a rest of 3 in three cells is 1 in each.
    """
    places = np.flatnonzero(hidden)
    number = {int(cell): place for place, cell in enumerate(places)}
    rows = []
    for whole, parts in equations:
        row = {number[cell]: 1.0 for cell in parts if cell in number}
        if whole in number:
            row[number[whole]] = -1.0
        if row:
            rows.append(row)
    known = np.zeros(len(values), dtype=bool)
    if rows and len(places):
        known[places] = _fixed(rows, len(places)) | _squeezed(values, equations, hidden)[places]
    return known


def _fixed(rows: Sequence[dict[int, float]], unknowns: int) -> NDArray[np.bool_]:
    """Unknowns that every solution has the same: a random step, made such that all sums stay, does not move them."""
    data = [value for row in rows for value in row.values()]
    columns = [column for row in rows for column in row]
    starts = np.cumsum([0, *(len(row) for row in rows)])
    sums = csr_matrix((data, columns, starts), shape=(len(rows), unknowns))
    free = np.random.default_rng(20260322).normal(size=unknowns)
    # What of the step changes a sum is taken out of it: least squares onto the rows, again until every sum stays.
    for _ in range(MOST_ROUNDS):
        free = free - sums.T @ lsqr(sums.T, free, atol=1e-13, btol=1e-13, iter_lim=20 * (len(rows) + unknowns))[0]
        if np.abs(sums @ free).max() < STAYS:
            return np.abs(free) < FREE
    raise CannotHide(f"whether {unknowns} hidden counts follow from what is shown could not be worked out")


def _squeezed(values: NDArray[np.int64], equations: Sequence[Equation], hidden: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Hidden cells of which the lowest and the highest possible count are the same, by bounds that tighten each other."""
    low = np.where(hidden, 1, values)
    high = np.where(hidden, values.sum() + 1, values)
    wholes = np.array([whole for whole, _ in equations], dtype=np.int64)
    parts = np.array([cell for _, cells in equations for cell in cells], dtype=np.int64)
    of = np.repeat(np.arange(len(equations)), [len(cells) for _, cells in equations])
    while True:
        before = low.copy(), high.copy()
        least = np.bincount(of, low[parts], len(equations)).astype(np.int64)
        most = np.bincount(of, high[parts], len(equations)).astype(np.int64)
        np.maximum.at(low, wholes, least)
        np.minimum.at(high, wholes, most)
        np.maximum.at(low, parts, low[wholes][of] - (most[of] - before[1][parts]))
        np.minimum.at(high, parts, high[wholes][of] - (least[of] - before[0][parts]))
        if (low == before[0]).all() and (high == before[1]).all():
            return hidden & (low == high)


def _hide_beside_single(values: NDArray[np.int64], equations: Sequence[Equation], hidden: NDArray[np.bool_]) -> None:
    """Hides another cell in every equation with one hidden cell, which that equation would give away by itself."""
    changed = True
    while changed:
        changed = False
        for equation in equations:
            if _number_hidden(equation, hidden) == 1:
                changed |= _hide_another(values, equation, hidden)


def _number_hidden(equation: Equation, hidden: NDArray[np.bool_]) -> int:
    return int(hidden[[equation[0], *equation[1]]].sum())


def _hide_another(values: NDArray[np.int64], equation: Equation, hidden: NDArray[np.bool_]) -> bool:
    """Hides the smallest count of the equation that is shown and not nought, a part before the whole; False if none is."""
    whole, parts = equation
    shown = [cell for cell in parts if values[cell] > 0 and not hidden[cell]]
    if not shown and values[whole] > 0 and not hidden[whole]:
        shown = [whole]
    if shown:
        hidden[min(shown, key=lambda cell: (values[cell], cell))] = True
    return bool(shown)
