"""From a cell to a number, a day or a period: what is written out here, and what holds for all of them."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivz_assets.enrichment.values import Ambiguous, duration, is_unknown, month_of, read_date, read_number, read_period


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        (12.5, 12.5), (0, 0.0), ("12", 12.0), ("1.234,5", 1234.5), ("1.234.567", 1234567.0), ("12,5", 12.5), ("12.5", 12.5),
        ("0.125", 0.125), ("-3", -3.0), (" 1 234 ", 1234.0), ("1,234.5", 1234.5),
        ("\u00a07", 7.0),
    ],
)  # fmt: skip
def test_numbers(cell: object, number: float) -> None:
    assert read_number(cell) == number  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "cell",
    [
        "",
        "12%",
        "€ 310",
        "n.n.b.",
        "<5",
        "-",
        "1.2.3",
        "12a",
        "1e5",
        "٣",
        True,
        datetime(2025, 1, 2),
        float("nan"),
        float("inf"),
        "9" * 400,
    ],
)
def test_no_numbers(cell: object) -> None:
    assert read_number(cell) is None  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("cell", "comma", "point"), [("1.234", 1234.0, 1.234), ("1,234", 1.234, 1234.0), ("-12.345", -12345.0, -12.345)]
)
def test_text_that_can_be_two_numbers(cell: str, comma: float, point: float) -> None:
    with pytest.raises(Ambiguous):
        read_number(cell)
    assert read_number(cell, ",") == comma
    assert read_number(cell, ".") == point


@given(st.integers(-(10**9), 10**9), st.integers(0, 99))
@settings(max_examples=60)
def test_dutch_and_english_writing_of_a_number(whole: int, cents: int) -> None:
    english = f"{whole:,}.{cents:02d}"
    dutch = english.replace(",", " ").replace(".", ",").replace(" ", ".")
    assert read_number(dutch, ",") == read_number(english, ".") == float(f"{whole}.{cents:02d}")


@given(st.text(max_size=12))
@settings(max_examples=100)
def test_any_text_is_a_finite_number_none_or_ambiguous(text: str) -> None:
    try:
        number = read_number(text)
    except Ambiguous:
        return
    assert number is None or abs(number) < float("inf")


@pytest.mark.parametrize(
    ("cell", "soort", "label", "begin", "eind"),
    [
        ("2025", "jaar", "2025", date(2025, 1, 1), date(2025, 12, 31)),
        (2025.0, "jaar", "2025", date(2025, 1, 1), date(2025, 12, 31)),
        ("2025-K3", "kwartaal", "2025-K3", date(2025, 7, 1), date(2025, 9, 30)),
        ("Q1 2025", "kwartaal", "2025-K1", date(2025, 1, 1), date(2025, 3, 31)),
        ("4e kwartaal 2024", "kwartaal", "2024-K4", date(2024, 10, 1), date(2024, 12, 31)),
        ("2025-H1", "halfjaar", "2025-H1", date(2025, 1, 1), date(2025, 6, 30)),
        ("2e halfjaar 2025", "halfjaar", "2025-H2", date(2025, 7, 1), date(2025, 12, 31)),
        ("2024-02", "maand", "2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2-2025", "maand", "2025-02", date(2025, 2, 1), date(2025, 2, 28)),
        ("Mrt 2025", "maand", "2025-03", date(2025, 3, 1), date(2025, 3, 31)),
        ("augustus 2025", "maand", "2025-08", date(2025, 8, 1), date(2025, 8, 31)),
        ("2025-01-01", "peildatum", "2025-01-01", date(2025, 1, 1), date(2025, 1, 1)),
        ("1-7-2025", "peildatum", "2025-07-01", date(2025, 7, 1), date(2025, 7, 1)),
        (datetime(2025, 7, 1), "peildatum", "2025-07-01", date(2025, 7, 1), date(2025, 7, 1)),
    ],
)  # fmt: skip
def test_periods(cell: object, soort: str, label: str, begin: date, eind: date) -> None:
    period = read_period(cell)  # type: ignore[arg-type]
    assert period is not None
    assert (period.soort, period.label, period.begin, period.eind) == (soort, label, begin, eind)


@pytest.mark.parametrize("cell", ["", "25", "1999", "2025-K5", "2025-13", "2025-H3", "31-2-2025", "vorig jaar", True, 20.25])
def test_no_periods(cell: object) -> None:
    assert read_period(cell) is None  # type: ignore[arg-type]


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
@settings(max_examples=60)
def test_a_day_lies_in_each_of_its_periods(day: date) -> None:
    labels = {
        "jaar": f"{day.year}", "halfjaar": f"{day.year}-H{(day.month + 5) // 6}",
        "kwartaal": f"{day.year}-K{(day.month + 2) // 3}", "maand": f"{day:%Y-%m}", "peildatum": day.isoformat(),
    }  # fmt: skip
    for soort, label in labels.items():
        period = read_period(label)
        assert period is not None
        assert (period.soort, period.label) == (soort, label)
        assert period.eind is not None
        assert period.begin <= day <= period.eind
    assert read_date(f"{day:%d-%m-%Y}") == read_date(datetime(day.year, day.month, day.day)) == day


def test_the_periods_of_a_year_follow_each_other() -> None:
    for labels in (["2024-H1", "2024-H2"], [f"2024-K{n}" for n in range(1, 5)], [f"2024-{n:02d}" for n in range(1, 13)]):
        periods = [read_period(label) for label in labels]
        day = date(2024, 1, 1)
        for period in periods:
            assert period is not None
            assert period.begin == day
            assert period.eind is not None
            day = period.eind + timedelta(days=1)
        assert day == date(2025, 1, 1)


def test_month_that_excel_made_a_day() -> None:
    first, second = read_period(datetime(2025, 3, 1)), read_period(datetime(2025, 3, 2))
    assert first is not None
    assert second is not None
    month = month_of(first)
    assert month is not None
    assert (month.label, month.eind) == ("2025-03", date(2025, 3, monthrange(2025, 3)[1]))
    assert month_of(second) is None


def test_durations() -> None:
    assert duration(date(2025, 3, 1), date(2025, 8, 31)).label == "2025-03-01/2025-08-31"
    assert duration(date(2025, 3, 1), None).label == "2025-03-01/.."


def test_unknown_is_said_not_left_empty() -> None:
    assert [is_unknown(cell) for cell in (".", " Onbekend ", "", "x", 0.0)] == [True, True, False, False, False]
    assert is_unknown("X", ("x",))
