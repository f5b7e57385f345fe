"""With which earlier periods a week or month is compared, written out by hand."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from ivz_assets.dashboard.periods import dim_periode
from ivz_assets.dashboard.signals.history import STEADYING, Calendar, calendar, comparison, without_empty
from ivz_assets.dashboard.signals.schema import ERVOOR, TE_WEINIG, ZELFDE_PERIODEN

LAST = date(2026, 3, 22)
CORONA = (date(2020, 3, 15), date(2021, 5, 31))


def made(kind: str, known_from: date, excluded: tuple[tuple[date, date], ...] = (CORONA,)) -> Calendar:
    """The calendar of a region known from a day on."""
    return calendar(
        kind, dim_periode(date(2015, 1, 1), LAST + timedelta(days=3), (date(2015, 1, 1), LAST), list(excluded)), known_from
    )


def keys(periods: Calendar, positions: np.ndarray) -> list[str]:
    """Keys of the periods at these positions."""
    return [periods.keys[position] for position in positions]


def even(periods: Calendar, classes: int = 1, count: float = 50.0) -> np.ndarray:
    """A region in which nothing ever changes."""
    return np.full((classes, len(periods.keys)), count)


def test_only_closed_periods_since_the_first_delivery() -> None:
    weeks = made("week", date(2024, 1, 3))
    assert (weeks.keys[0], weeks.keys[-1]) == ("2024-W02", "2026-W12")
    months = made("maand", date(2024, 1, 3))
    assert (months.keys[0], months.keys[-1]) == ("2024-02", "2026-02")
    assert len(weeks.tested) == len(months.tested) == 13


def test_the_same_week_with_those_beside_it_without_corona() -> None:
    weeks = made("week", date(2015, 1, 1))
    found = comparison(weeks, len(weeks.keys) - 1, even(weeks))
    assert found.basis == ZELFDE_PERIODEN
    # Week 12 of 2021 is left out; 16 March 2026 is nearest to the Mondays of weeks 12, 12, 11 (2024-03-18) and so on.
    assert keys(weeks, found.positions) == [
        *("2025-W11", "2025-W12", "2025-W13", "2024-W11", "2024-W12", "2024-W13"),
        *("2023-W10", "2023-W11", "2023-W12", "2022-W10", "2022-W11", "2022-W12"),
    ]
    assert found.exposure == pytest.approx(np.ones((1, 12)))


def test_new_year_is_compared_with_new_year() -> None:
    weeks = made("week", date(2015, 1, 1))
    position = weeks.keys.index("2026-W01")
    for place in weeks.same_in_earlier_years(position):
        begin = weeks.begins[place]
        assert begin <= date((begin + timedelta(days=6)).year, 1, 1) <= begin + timedelta(days=6)


def test_the_same_month_only() -> None:
    months = made("maand", date(2015, 1, 1))
    found = comparison(months, len(months.keys) - 1, even(months))
    # February 2021 is excluded; that of 2024 has a day more.
    assert keys(months, found.positions) == ["2025-02", "2024-02", "2023-02", "2022-02"]
    assert found.exposure == pytest.approx(np.array([[1, 29 / 28, 1, 1]]))


def test_the_trend_of_the_region_scales_the_history() -> None:
    weeks = made("week", date(2015, 1, 1), excluded=())
    region = even(weeks)
    last = len(weeks.keys) - 1
    # The year up to four weeks ago has half of what the years before it had.
    region[:, last - 4 - 52 : last - 4] = 25
    found = comparison(weeks, last, region)
    assert found.exposure[0, 0] == pytest.approx((52 * 50 + STEADYING) / (52 * 25 + STEADYING))


def test_a_peak_of_one_week_scales_those_beside_it() -> None:
    weeks = made("week", date(2015, 1, 1), excluded=())
    last = len(weeks.keys) - 1
    region = even(weeks)
    region[:, weeks.same_in_earlier_years(last)] = 150
    found = comparison(weeks, last, region)
    beside, same = found.exposure[0, 0], found.exposure[0, 1]
    assert beside / same == pytest.approx((5 * 50 + STEADYING) / (5 * 150 + STEADYING))
    assert not found.even[0]
    assert comparison(weeks, last, even(weeks)).even[0]


def test_with_one_year_the_weeks_before_it() -> None:
    weeks = made("week", date(2025, 1, 1))
    last = len(weeks.keys) - 1
    found = comparison(weeks, last, even(weeks))
    assert found.basis == ERVOOR
    assert list(found.positions) == list(range(last - 26, last - 4))
    assert found.exposure == pytest.approx(np.ones((1, 22)))


def test_the_newest_weeks_tell_where_the_season_went() -> None:
    weeks = made("week", date(2025, 1, 1))
    last = len(weeks.keys) - 1
    region = even(weeks)
    region[:, last - 4 :] = 100
    found = comparison(weeks, last, region)
    assert found.exposure[0, 0] == pytest.approx((4 * 50 + STEADYING) / (4 * 100 + STEADYING))


@pytest.mark.parametrize(("kind", "known_from"), [("week", date(2025, 12, 15)), ("maand", date(2025, 1, 1))])
def test_too_little_history_is_no_comparison(kind: str, known_from: date) -> None:
    periods = made(kind, known_from)
    assert comparison(periods, len(periods.keys) - 1, even(periods)).basis == TE_WEINIG


def test_new_year_has_no_like_just_before_it() -> None:
    weeks = made("week", date(2025, 1, 1))
    assert comparison(weeks, weeks.keys.index("2026-W01"), even(weeks)).basis == TE_WEINIG
    assert comparison(weeks, weeks.keys.index("2026-W03"), even(weeks)).basis == ERVOOR


def test_a_week_that_was_not_delivered_is_no_example() -> None:
    weeks = made("week", date(2015, 1, 1))
    region = even(weeks)
    missing = weeks.keys.index("2025-W12")
    region[:, missing] = 0
    found = comparison(without_empty(weeks, region), len(weeks.keys) - 1, region)
    assert missing not in found.positions
