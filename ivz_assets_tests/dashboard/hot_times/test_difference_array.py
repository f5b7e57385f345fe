"""Weights as a difference array against intervals divided minute by minute, and against examples written out by hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import duckdb
import numpy as np
import pyarrow
import pytest
from hypothesis import example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from ivz_assets.dashboard.hot_times.difference_array import HOURS, MINUTES, UNIT, changes, weights
from ivz_assets.warehouse.store import Store

COLUMNS = pyarrow.schema([("groep", pyarrow.int32()), ("begin_minuut", pyarrow.int64()), ("duur", pyarrow.int64())])
DAY = 24 * 60

Interval = tuple[int, int, int]
"""Group, minute of the week at which it begins, length in minutes."""


class Weigher:
    """The expressions compiled once."""

    def __init__(self) -> None:
        self.store = Store(duckdb.connect())
        intervals = self.store.keep_rows("intervallen", [], COLUMNS)
        self._sql = self.store.sql(weights(changes(intervals, ["groep"]), ["groep"]))

    def __call__(self, intervals: Sequence[Interval]) -> dict[tuple[int, int], int]:
        """Weight in ``UNIT`` per group and hour of the week."""
        rows = [dict(zip(COLUMNS.names, interval, strict=True)) for interval in intervals]
        self.store.keep_rows("intervallen", rows, COLUMNS)
        found = self.store.connection.execute(self._sql).fetchall()
        cells = {(group, hour): weight for group, hour, weight in found}
        assert len(cells) == len(found)
        return cells


@pytest.fixture(scope="module")
def weigh() -> Iterator[Weigher]:
    """The compiled expressions."""
    weigher = Weigher()
    yield weigher
    weigher.store.close()


def shares(cells: dict[tuple[int, int], int]) -> dict[int, float]:
    """Weight per hour of the week of the only group, as a part of an incident."""
    return {hour: weight / UNIT for (_, hour), weight in sorted(cells.items())}


def minute_by_minute(intervals: Sequence[Interval]) -> dict[int, np.ndarray]:
    """The weights per group, every minute of an interval counted in the hour in which it lies."""
    found: dict[int, np.ndarray] = {}
    for group, begin, length in intervals:
        week = found.setdefault(group, np.zeros(HOURS))
        minutes = begin + np.arange(max(length, 1))
        np.add.at(week, minutes // 60 % HOURS, 1 / len(minutes))
    return found


def test_four_hours_over_midnight_are_a_quarter_each(weigh: Weigher) -> None:
    # Ratcliffe (2002): a search area of four hours gives each a probability of 0.25. Tuesday 22:00 to Wednesday 02:00.
    assert shares(weigh([(1, DAY + 22 * 60, 240)])) == {46: 0.25, 47: 0.25, 48: 0.25, 49: 0.25}


def test_partial_first_and_last_hours(weigh: Weigher) -> None:
    # Monday 10:45 to 13:15 is 150 minutes: 15, 60, 60 and 15 of them.
    assert shares(weigh([(1, 645, 150)])) == pytest.approx({10: 0.1, 11: 0.4, 12: 0.4, 13: 0.1}, abs=1e-9)
    assert shares(weigh([(1, 645, 30)])) == pytest.approx({10: 0.5, 11: 0.5}, abs=1e-9)


def test_no_length_and_an_end_before_the_begin_are_the_hour_of_the_begin(weigh: Weigher) -> None:
    assert shares(weigh([(1, 645, 0)])) == {10: 1.0}
    assert shares(weigh([(1, 645, -20)])) == {10: 1.0}


def test_an_end_on_the_hour_does_not_touch_the_next(weigh: Weigher) -> None:
    assert shares(weigh([(1, 600, 60)])) == {10: 1.0}
    assert shares(weigh([(1, 600, 120)])) == {10: 0.5, 11: 0.5}


def test_from_sunday_to_monday(weigh: Weigher) -> None:
    # Sunday 23:30 to Monday 00:30, and Sunday 21:00 to Monday 03:00.
    assert shares(weigh([(1, 6 * DAY + 23 * 60 + 30, 60)])) == {0: 0.5, 167: 0.5}
    sixth = dict.fromkeys([0, 1, 2, 165, 166, 167], 1 / 6)
    assert shares(weigh([(1, 6 * DAY + 21 * 60, 360)])) == pytest.approx(sixth, abs=1e-9)
    # To the last minute of the week: nothing is left on Monday.
    assert shares(weigh([(1, 6 * DAY + 22 * 60, 120)])) == {166: 0.5, 167: 0.5}


def test_a_minute_less_than_a_week_touches_every_hour(weigh: Weigher) -> None:
    found = shares(weigh([(1, 630, MINUTES - 1)]))
    assert sorted(found) == list(range(HOURS))
    # The last minute before 10:30 is the one that is missing.
    assert found[10] == pytest.approx(59 / (MINUTES - 1), abs=1e-9)
    assert found[9] == pytest.approx(60 / (MINUTES - 1), abs=1e-9)


def test_groups_do_not_mix(weigh: Weigher) -> None:
    assert weigh([(1, 0, 120), (2, 60, 60)]) == {(1, 0): UNIT // 2, (1, 1): UNIT // 2, (2, 1): UNIT}


INTERVALS = st.lists(
    st.tuples(
        st.integers(1, 3),
        st.integers(0, MINUTES - 1),
        st.one_of(st.integers(-5, 130), st.integers(0, MINUTES - 1), st.sampled_from([60, 1440, MINUTES - 60, MINUTES - 1])),
    ),
    max_size=12,
)


@hypothesis_settings(max_examples=60, deadline=None)
@given(intervals=INTERVALS)
@example(intervals=[(1, MINUTES - 60, 60), (1, MINUTES - 1, 1), (1, MINUTES - 61, MINUTES - 60), (1, 0, MINUTES - 1)])
def test_against_minute_by_minute(weigh: Weigher, intervals: list[Interval]) -> None:
    cells = weigh(intervals)
    expected = minute_by_minute(intervals)
    for group, week in expected.items():
        found = np.array([cells.get((group, hour), 0) for hour in range(HOURS)])
        np.testing.assert_allclose(found / UNIT, week, rtol=0, atol=len(intervals) * HOURS / UNIT)
        # A stored hour is one in which something can have happened, and no other.
        assert ((found > 0) == (week > 0)).all()
        # Exactly, not nearly: nothing is lost and nothing is added.
        assert int(found.sum()) == UNIT * sum(item[0] == group for item in intervals)
    assert {group for group, _ in cells} == expected.keys()
    assert all(weight > 0 for weight in cells.values())


@hypothesis_settings(max_examples=10, deadline=None)
@given(intervals=INTERVALS, data=st.data())
def test_the_order_of_rows_changes_nothing(weigh: Weigher, intervals: list[Interval], data: st.DataObject) -> None:
    assert weigh(data.draw(st.permutations(intervals))) == weigh(intervals)
