"""Periods: what they are called, where they begin and end, and what they are compared with."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from ivz_assets.dashboard.periods import dim_periode
from ivz_assets.dashboard.schema import DIM_PERIODE, PERIODE_SOORTEN

CORONA = [(date(2020, 3, 12), date(2022, 2, 25))]


def by_key(first: date, last: date, up_to: date) -> dict[str, dict[str, Any]]:
    rows = dim_periode(first, last, (date(2019, 1, 1), up_to), CORONA)
    found = {str(row["periode"]): row for row in rows}
    assert len(found) == len(rows)
    assert all(set(row) == set(DIM_PERIODE.columns) for row in rows)
    return found


@pytest.fixture(scope="module")
def periods() -> dict[str, dict[str, Any]]:
    return by_key(date(2019, 1, 1), date(2026, 3, 23), date(2026, 3, 22))


@pytest.mark.parametrize(
    ("key", "kind", "begin", "end", "before", "year_before"),
    [
        ("2026-W12", "week", date(2026, 3, 16), date(2026, 3, 22), "2026-W11", "2025-W12"),
        ("2020-W53", "week", date(2020, 12, 28), date(2021, 1, 3), "2020-W52", None),
        ("2021-W01", "week", date(2021, 1, 4), date(2021, 1, 10), "2020-W53", "2020-W01"),
        ("2024-02", "maand", date(2024, 2, 1), date(2024, 2, 29), "2024-01", "2023-02"),
        ("2026-01", "maand", date(2026, 1, 1), date(2026, 1, 31), "2025-12", "2025-01"),
        ("2026-K1", "kwartaal", date(2026, 1, 1), date(2026, 3, 31), "2025-K4", "2025-K1"),
        ("2025-H2", "halfjaar", date(2025, 7, 1), date(2025, 12, 31), "2025-H1", "2024-H2"),
        ("2025", "jaar", date(2025, 1, 1), date(2025, 12, 31), "2024", "2024"),
        ("2019", "jaar", date(2019, 1, 1), date(2019, 12, 31), None, None),
        (
            "2025-03 t/m 2026-02", "12 maanden", date(2025, 3, 1), date(2026, 2, 28), "2024-03 t/m 2025-02",
            "2024-03 t/m 2025-02",
        ),
        ("2026 t/m 03-22", "jaar tot nu", date(2026, 1, 1), date(2026, 3, 22), "2025 t/m 03-22", "2025 t/m 03-22"),
    ],
)  # fmt: skip
def test_a_period(
    periods: dict[str, dict[str, Any]], key: str, kind: str, begin: date, end: date, before: str | None, year_before: str | None
) -> None:
    row = periods[key]
    assert (row["periode_soort"], row["periode_begin"], row["periode_eind"]) == (kind, begin, end)
    assert (row["vorige_periode"], row["vorig_jaar_periode"]) == (before, year_before)
    assert row["dagen"] == (end - begin).days + 1


def test_running_and_excluded(periods: dict[str, dict[str, Any]]) -> None:
    assert {key for key, row in periods.items() if not row["afgesloten"]} == {
        "2019-W01",
        "2026-W13",
        "2026-03",
        "2026-K1",
        "2026-H1",
        "2026",
    }
    years = [key for key, row in periods.items() if row["uitgesloten"] and row["periode_soort"] == "jaar"]
    assert years == ["2020", "2021"]
    # 12 March 2020 to 25 February 2022: 20 of March's 31 days and 25 of February's 28, but 56 of the half-year's 181
    assert [periods[key]["uitgesloten"] for key in ("2020-02", "2020-03", "2022-02", "2022-03")] == [False, True, True, False]
    assert [periods[key]["uitgesloten"] for key in ("2020-H1", "2022-K1", "2022-H1")] == [True, True, False]


def test_what_began_before_the_deliveries_is_not_known_whole() -> None:
    rows = dim_periode(date(2022, 1, 1), date(2024, 2, 1), (date(2023, 1, 1), date(2024, 1, 31)), [])
    whole = [row["periode"] for row in rows if row["afgesloten"] and row["periode_soort"] in ("jaar", "halfjaar")]
    assert whole == ["2023-H1", "2023-H2", "2023"]
    assert not next(row for row in rows if row["periode"] == "2022-12 t/m 2023-11")["afgesloten"]


def test_the_newest_twelve_months_end_with_the_last_whole_month(periods: dict[str, dict[str, Any]]) -> None:
    windows = [row for row in periods.values() if row["periode_soort"] == "12 maanden"]
    assert windows[0]["periode"] == "2019-01 t/m 2019-12"
    assert windows[-1]["periode"] == "2025-03 t/m 2026-02"


def test_a_year_to_date_that_reaches_29_february() -> None:
    found = by_key(date(2022, 1, 1), date(2024, 3, 1), date(2024, 2, 29))
    assert found["2024 t/m 02-29"]["vorig_jaar_periode"] == "2023 t/m 02-28"
    assert found["2024 t/m 02-29"]["periode_eind"] == date(2024, 2, 29)


@hypothesis_settings(max_examples=25, deadline=None)
@given(first=st.dates(date(2012, 1, 1), date(2022, 12, 31)), days=st.integers(0, 1500), behind=st.integers(0, 40))
def test_every_day_lies_in_one_period_of_each_calendar_kind(first: date, days: int, behind: int) -> None:
    last = first + timedelta(days=days)
    rows = dim_periode(first, last, (first, max(first, last - timedelta(days=behind))), [])
    for kind in PERIODE_SOORTEN[:5]:
        spans = sorted((row["periode_begin"], row["periode_eind"]) for row in rows if row["periode_soort"] == kind)
        assert spans[0][0] <= first <= spans[0][1]
        assert spans[-1][0] <= last <= spans[-1][1]
        assert all(end + timedelta(days=1) == begin for (_, end), (begin, _) in pairwise(spans))
        numbers = [row["volgnummer"] for row in rows if row["periode_soort"] == kind]
        assert numbers == list(range(1, len(numbers) + 1))
