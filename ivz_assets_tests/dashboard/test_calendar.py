"""The calendar against dates that anyone can look up."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivz_assets.dashboard.calendar import (
    HOLIDAY_SEASONS,
    calendar_rows,
    excluded_periods,
    period_keys,
    school_holidays,
)


def of(day: str) -> dict[str, Any]:
    moment = date.fromisoformat(day)
    return calendar_rows(moment, moment)[0]


def test_a_day_has_every_period_it_lies_in() -> None:
    row = of("2026-02-01")
    assert (row["jaar"], row["halfjaar"]) == (2026, 1)
    assert (row["kwartaal"], row["maand"], row["maand_naam"], row["dag_in_jaar"]) == (1, 2, "februari", 32)
    assert (row["weekdag"], row["weekdag_naam"]) == (7, "zondag")
    assert period_keys(date(2026, 2, 1)) == {
        "week_sleutel": "2026-W05",
        "maand_sleutel": "2026-02",
        "kwartaal_sleutel": "2026-K1",
        "halfjaar_sleutel": "2026-H1",
        "jaar_sleutel": "2026",
    }
    assert of("2026-07-01")["halfjaar_sleutel"] == "2026-H2"
    assert of("2026-10-01")["kwartaal_sleutel"] == "2026-K4"


def test_the_last_week_of_2020_is_53_and_runs_into_2021() -> None:
    assert [of(day)["week_sleutel"] for day in ("2020-12-28", "2021-01-03", "2021-01-04")] == ["2020-W53", "2020-W53", "2021-W01"]
    assert (of("2021-01-01")["jaar"], of("2021-01-01")["iso_jaar"], of("2021-01-01")["iso_week"]) == (2021, 2020, 53)
    assert of("2024-12-30")["week_sleutel"] == "2025-W01"
    assert of("2024-12-31")["dag_in_jaar"] == 366


@pytest.mark.parametrize(
    ("day", "name"),
    [
        ("2024-03-31", "Eerste paasdag"),  # Easter, Nautical Almanac
        ("2025-04-20", "Eerste paasdag"),
        ("2025-04-18", "Goede vrijdag"),
        ("2025-05-29", "Hemelvaartsdag"),
        ("2025-06-09", "Tweede pinksterdag"),
        ("2024-04-27", "Koningsdag"),
        ("2025-04-26", "Koningsdag"),  # the 27th is a Sunday
        ("2025-04-27", None),
        ("2025-05-05", "Bevrijdingsdag"),  # a day off once in five years
        ("2026-05-05", None),
        ("2025-12-31", "Oudejaarsdag"),
        ("2026-01-01", "Nieuwjaarsdag"),
        ("2025-11-11", None),
    ],
)
def test_holidays(day: str, name: str | None) -> None:
    assert of(day)["feestdag"] == name


@pytest.mark.parametrize(
    ("day", "name"),
    [
        ("2015-07-03", None),
        ("2015-07-04", "Zomervakantie"),  # Regeling vaststelling schoolvakanties 2013-2016, article 6, region Noord
        ("2015-08-16", "Zomervakantie"),
        ("2015-08-17", None),
        ("2017-09-03", "Zomervakantie"),  # Regeling 2016-2019, article 6
        ("2019-01-06", "Kerstvakantie"),  # Regeling 2016-2019, article 5
        ("2026-02-20", None),
        ("2026-02-21", "Voorjaarsvakantie"),
        ("2026-03-01", "Voorjaarsvakantie"),
    ],
)
def test_school_holidays_of_region_noord(day: str, name: str | None) -> None:
    row = of(day)
    assert (row["schoolvakantie"], row["schoolvakantie_bekend"]) == (name, True)


def test_what_the_list_does_not_know_is_not_called_a_school_day() -> None:
    for day in ("2015-10-20", "2027-04-28", "2013-02-01", "2028-06-01", "2027-09-30"):
        assert (of(day)["schoolvakantie"], of(day)["schoolvakantie_bekend"]) == (None, False), day
    assert of("2015-11-20")["schoolvakantie_bekend"]


def test_the_list_of_school_holidays_can_be_right() -> None:
    """Each runs from a Saturday to a Sunday, one, two or six weeks, in its season and school year, and none overlap."""
    days = {"Kerstvakantie": 16, "Zomervakantie": 44}
    listed = school_holidays()
    for holiday in listed:
        assert (holiday.begin.isoweekday(), holiday.eind.isoweekday()) == (6, 7), holiday
        assert (holiday.eind - holiday.begin).days + 1 == days.get(holiday.vakantie, 9), holiday
        begin, end = HOLIDAY_SEASONS[holiday.vakantie]
        for day in (holiday.begin, holiday.eind):
            at = (day.month, day.day)
            assert begin <= at <= end if begin <= end else at >= begin or at <= end, holiday
        first, last = (int(year) for year in holiday.schooljaar.split("-"))
        assert last == first + 1
        autumn = holiday.vakantie in ("Herfstvakantie", "Kerstvakantie")
        assert holiday.begin.year == (first if autumn else last), holiday
        assert holiday.bron
    assert all(before.eind < after.begin for before, after in pairwise(listed))
    assert len({(holiday.schooljaar, holiday.vakantie) for holiday in listed}) == len(listed)


def test_corona_is_the_time_of_the_measures() -> None:
    assert [of(day)["corona"] for day in ("2020-03-11", "2020-03-12", "2021-06-01", "2022-02-25", "2022-02-26")] == [
        False, True, True, True, False,
    ]  # fmt: skip
    assert all(begin <= end and reason for begin, end, reason in excluded_periods())


@given(st.dates(date(2013, 1, 1), date(2030, 12, 31)), st.integers(0, 40))
def test_every_day_once_and_in_order(first: date, more: int) -> None:
    rows = calendar_rows(first, first + timedelta(days=more))
    assert [row["datum"] for row in rows] == [first + timedelta(days=number) for number in range(more + 1)]
    for row in rows:
        assert row["feestdag"] != ""
        assert row["schoolvakantie"] is None or row["schoolvakantie_bekend"]
        assert date.fromisocalendar(row["iso_jaar"], row["iso_week"], row["weekdag"]) == row["datum"]
