"""Which cells stay hidden: worked-out tables, and an independent look at what could still be calculated."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from ivz_assets.publication.small_cells import CannotHide, Equation, hidden_cells, known_cells


def hide(values: list[int], *equations: Equation) -> list[int]:
    """The cells that are hidden, by number."""
    return np.flatnonzero(hidden_cells(np.array(values), equations, 5)).tolist()


def test_a_single_small_count_takes_the_smallest_other_with_it() -> None:
    # 40 = 3 + 7 + 30: without 7 the 3 would be 40 - 30 - 7.
    assert hide([40, 3, 7, 30], (0, (1, 2, 3))) == [1, 2]


def test_nought_is_shown_and_never_taken() -> None:
    # 12 = 3 + 9 + 0: the only other count is 9.
    assert hide([12, 3, 9, 0], (0, (1, 2, 3))) == [1, 2]
    # 3 = 3 + 0: both are small, and neither follows from nought.
    assert hide([3, 3, 0], (0, (1, 2))) == [0, 1]
    assert hide([6, 6, 0], (0, (1, 2))) == []


def test_counts_that_must_be_one_each_are_known() -> None:
    # 5 = 1 + 1 + 1 + 1 + 1: five hidden counts of at least 1; the whole is hidden as well.
    assert hide([5, 1, 1, 1, 1, 1], (0, (1, 2, 3, 4, 5))) == [0, 1, 2, 3, 4, 5]


def test_margins_of_a_table_do_not_give_it_away() -> None:
    #  3 10 13
    # 20 30 50
    # 23 40 63: of a table with margins at least a rectangle is hidden.
    values = [3, 10, 13, 20, 30, 50, 23, 40, 63]
    rows = [(2, (0, 1)), (5, (3, 4)), (8, (6, 7))]
    columns = [(6, (0, 3)), (7, (1, 4)), (8, (2, 5))]
    assert hide(values, *rows, *columns) == [0, 1, 3, 4]


def test_a_whole_is_hidden_when_there_is_no_other_part() -> None:
    # 100 = 3 + 97 of which 97 = 97: 97 goes, and with it its only part.
    assert hide([100, 3, 97, 97], (0, (1, 2)), (2, (3,))) == [1, 2, 3]


def test_sums_that_do_not_agree_are_told() -> None:
    with pytest.raises(CannotHide, match="nothing to hide"):
        hide([0, 3], (0, (1,)))


@st.composite
def tables(draw: st.DrawFn) -> tuple[NDArray[np.int64], list[Equation]]:
    """Counts of classes in areas with both margins, and areas in two districts."""
    classes, areas = draw(st.integers(1, 3)), draw(st.integers(2, 5))
    body = np.array(draw(st.lists(st.integers(0, 12), min_size=classes * areas, max_size=classes * areas)))
    body = body.reshape(classes, areas)
    cut = draw(st.integers(1, areas - 1))
    groups = [[place] for place in range(areas)] + [list(range(cut)), list(range(cut, areas)), list(range(areas))]
    values = np.array([[row[group].sum() for group in groups] for row in [*body, body.sum(axis=0)]])
    width = len(groups)
    equations: list[Equation] = []
    for line in range(classes + 1):
        start = line * width
        first, second, whole = start + areas, start + areas + 1, start + areas + 2
        equations += [(first, tuple(range(start, start + cut))), (second, tuple(range(start + cut, start + areas)))]
        equations.append((whole, (first, second)))
    equations += [(classes * width + place, tuple(line * width + place for line in range(classes))) for place in range(width)]
    return values.ravel(), equations


@hypothesis_settings(max_examples=60, deadline=None)
@given(tables())
def test_nothing_small_is_shown_or_follows(made: tuple[NDArray[np.int64], list[Equation]]) -> None:
    values, equations = made
    hidden = hidden_cells(values, equations, 5)
    assert hidden[(values > 0) & (values < 5)].all()
    assert not hidden[values == 0].any()
    assert not _fixed_by_svd(equations, hidden)
    if not ((values > 0) & (values < 5)).any():
        assert not hidden.any()


@hypothesis_settings(max_examples=60, deadline=None)
@given(made=tables(), data=st.data())
def test_what_follows_is_found(made: tuple[NDArray[np.int64], list[Equation]], data: st.DataObject) -> None:
    values, equations = made
    hidden = np.array(data.draw(st.lists(st.booleans(), min_size=len(values), max_size=len(values)))) & (values > 0)
    found = set(np.flatnonzero(known_cells(values, equations, hidden)).tolist())
    assert _fixed_by_svd(equations, hidden) <= found <= set(np.flatnonzero(hidden).tolist())


def _fixed_by_svd(equations: list[Equation], hidden: NDArray[np.bool_]) -> set[int]:
    """Hidden cells that no vector of the null space moves, with a full decomposition instead of a random step."""
    places = np.flatnonzero(hidden)
    if not len(places):
        return set()
    sums = np.zeros((len(equations), len(hidden)))
    for row, (whole, parts) in enumerate(equations):
        sums[row, whole] -= 1
        sums[row, list(parts)] += 1
    _, sizes, vectors = np.linalg.svd(sums[:, places])
    free = vectors[(sizes > 1e-9).sum() :]
    return set(places[np.abs(free).sum(axis=0) < 1e-9].tolist())
