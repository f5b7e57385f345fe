"""Every shape in which a supplier writes a date, a time, a code, a yes or no, a part of day, a place or a point."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from ivz_assets.warehouse.store import Store
from ivz_assets.weekmonitor import parsing
from ivz_assets_tests.weekmonitor.building import parsed, parsed_points

FEW = hypothesis_settings(max_examples=12, deadline=None)
EXCEL_DAY_ZERO = date(1899, 12, 30)

DATES = [
    ("05-01-2026", date(2026, 1, 5)),
    ("5-1-2026", date(2026, 1, 5)),
    ("5-1-26", date(2026, 1, 5)),  # two digits are of this century
    ("05/01/2026", date(2026, 1, 5)),
    ("05.01.2026", date(2026, 1, 5)),
    ("2026-01-05", date(2026, 1, 5)),
    ("2026-1-5", date(2026, 1, 5)),
    ("20260105", date(2026, 1, 5)),
    ("46027", date(2026, 1, 5)),  # 46023 is 1-1-2026 in Excel
    ("46027.75", date(2026, 1, 5)),  # 18:00 that day
    ("46027,75", date(2026, 1, 5)),
    ("05-01-2026 13:15", date(2026, 1, 5)),
    ("05-01-2026 13:15:59", date(2026, 1, 5)),
    ("2026-01-05 00:00:00", date(2026, 1, 5)),
    ("2026-01-05T13:15:00.000", date(2026, 1, 5)),
    ("  05-01-2026 ", date(2026, 1, 5)),
    ("\u00a005-01-2026\u00a0", date(2026, 1, 5)),
    ("\t05-01-2026\n", date(2026, 1, 5)),
    ("29-02-2024", date(2024, 2, 29)),
    ("31-12-2099", date(2099, 12, 31)),
    ("01-01-1900", date(1900, 1, 1)),
    ("20000", date(1954, 10, 3)),  # first serial that is read as a date: 1899-12-30 + 20000 days
]
NO_DATES = [
    "", "   ", None, "31-02-2026", "29-02-2025", "30-02-2024", "31-04-2026", "00-00-0000", "00-01-2026", "01-00-2026",
    "32-01-2026", "01-13-2026", "2026-13-01", "2026-02-30", "20260230", "onbekend", "n.b.", "?", "05-01", "2026", "05-01-026",
    "01-01-0000", "0000-01-01",  # year 0 is a year to the engine, and no date to Python
    "06-01-0202", "31-12-9999", "06-01-1899",  # a slip of the pen, a placeholder, and nobody's registration
    "1", "59", "60", "61",  # serials around Excel's 29 February 1900: numbers, not dates
    "19999", "80000", "46027.75.1", "-46027", "05-01-2026 25", "05-01-2026x", "x05-01-2026",
]  # fmt: skip


def test_dates(parsing_store: Store) -> None:
    assert parsed(parsing_store, parsing.parsed_date, [text for text, _ in DATES]) == [day for _, day in DATES]


def test_no_dates(parsing_store: Store) -> None:
    found = parsed(parsing_store, parsing.parsed_date, NO_DATES)
    assert [text for text, day in zip(NO_DATES, found, strict=True) if day is not None] == []


def test_a_date_is_a_date_and_no_moment(parsing_store: Store) -> None:
    found = parsed(parsing_store, parsing.parsed_date, ["46027.75", "05-01-2026"])
    assert [type(day) for day in found] == [date, date]
    assert not any(isinstance(day, datetime) for day in found)


@FEW
@given(days=st.lists(st.dates(date(1954, 10, 3), date(2099, 12, 31)), min_size=20, max_size=60))
def test_every_date_in_every_shape(parsing_store: Store, days: list[date]) -> None:
    shapes = [
        lambda day: f"{day:%d-%m-%Y}", lambda day: f"{day.day}-{day.month}-{day.year}", lambda day: f"{day:%d/%m/%Y}",
        lambda day: f"{day:%d.%m.%Y}", lambda day: f"{day:%Y-%m-%d}", lambda day: f"{day:%Y%m%d}",
        lambda day: f"{day:%d-%m-%Y} 23:59", lambda day: f"{day:%Y-%m-%d} 00:00:00",
        lambda day: str((day - EXCEL_DAY_ZERO).days), lambda day: f"{(day - EXCEL_DAY_ZERO).days}.9999",
    ]  # fmt: skip
    texts = [shape(day) for day in days for shape in shapes]
    assert parsed(parsing_store, parsing.parsed_date, texts) == [day for day in days for _ in shapes]


@FEW
@given(days=st.lists(st.dates(date(2000, 1, 1), date(2099, 12, 31)), min_size=20, max_size=60))
def test_two_digits_of_a_year_are_of_this_century(parsing_store: Store, days: list[date]) -> None:
    texts = [f"{day.day}-{day.month}-{day:%y}" for day in days]
    assert parsed(parsing_store, parsing.parsed_date, texts) == days


@FEW
@given(parts=st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99), st.integers(1900, 2099)), min_size=50, max_size=100))
def test_only_days_of_the_calendar_are_dates(parsing_store: Store, parts: list[tuple[int, int, int]]) -> None:
    def calendar(day: int, month: int, year: int) -> date | None:
        try:
            return date(year, month, day)
        except ValueError:
            return None

    texts = [f"{day:02d}-{month:02d}-{year}" for day, month, year in parts]
    assert parsed(parsing_store, parsing.parsed_date, texts) == [calendar(*part) for part in parts]


TIMES = [
    ("13:15", 795), ("00:00", 0), ("0:00", 0), ("23:59", 1439), ("24:00", 1440), ("9:05", 545), ("09:05", 545),
    ("13:15:59", 795), ("13:15:00.123", 795), ("1315", 795), ("905", 545), ("0905", 545), ("2400", 1440), ("000", 0),
    ("13.15", 795), ("8.30", 510), ("13:15 uur", 795), ("13:15u", 795), ("8:30 uur.", 510), (" 13:15 ", 795),
    ("\u00a013:15", 795), ("0.5", 720), ("0,5", 720), (".5", 720), ("0.50", 720), ("0.552083333333333", 795),
    ("0", 0), ("1", 1440), ("1.0", 1440), ("1,0", 1440),  # a whole day is Excel's 24:00
    ("0.99999", 1440),  # 23:59:59.1 rounds to 24:00
    ("0.000694444444444444", 1), ("2026-01-05 13:15:00", 795), ("2026-01-05T13:15", 795), ("1899-12-30 13:15:00", 795),
]  # fmt: skip
NO_TIMES = [
    "", None, "  ", "24:01", "24:59", "25:00", "12:60", "99:99", "2401", "2500", "1260", "999", "?", "onbekend", "12",
    "8u", "-0.5", "1.5", "12:", ":30", "12:5", "13:15-14:00", "avond", "00", "13:15:7",
]  # fmt: skip


def test_times(parsing_store: Store) -> None:
    assert parsed(parsing_store, parsing.parsed_minutes, [text for text, _ in TIMES]) == [minutes for _, minutes in TIMES]


def test_no_times(parsing_store: Store) -> None:
    found = parsed(parsing_store, parsing.parsed_minutes, NO_TIMES)
    assert [text for text, minutes in zip(NO_TIMES, found, strict=True) if minutes is not None] == []


def test_every_minute_in_every_shape(parsing_store: Store) -> None:
    # All 1440 minutes; fractions as Excel stores them (17 digits), shows them (9 decimals) and Dutch Excel writes them.
    shapes = [
        lambda m: f"{m // 60:02d}:{m % 60:02d}", lambda m: f"{m // 60}:{m % 60:02d}", lambda m: f"{m // 60:02d}{m % 60:02d}",
        lambda m: f"{m // 60:02d}.{m % 60:02d}", lambda m: f"{m // 60:02d}:{m % 60:02d}:59", lambda m: repr(m / 1440),
        lambda m: f"{m / 1440:.9f}", lambda m: f"{m / 1440:.9f}".replace(".", ","), lambda m: f"{m / 1440:.4f}",
        lambda m: f"2026-01-05 {m // 60:02d}:{m % 60:02d}:00",
    ]  # fmt: skip
    for shape in shapes:
        texts = [shape(minute) for minute in range(1440)]
        assert parsed(parsing_store, parsing.parsed_minutes, texts) == list(range(1440)), texts[795]


KLASSEN = [
    ("F550", "F550"), ("f550", "F550"), (" F550 ", "F550"), ("F 550", "F550"), ("f\u00a0550", "F550"), ("\tA20", "A20"),
    ("M0111", "M0111"), ("", None), ("   ", None), (None, None), ("x99", "X99"),
]  # fmt: skip


def test_class_codes(parsing_store: Store) -> None:
    assert parsed(parsing_store, parsing.parsed_klasse, [text for text, _ in KLASSEN]) == [code for _, code in KLASSEN]


BUURTEN = [
    ("BU01530101", "BU01530101"), ("bu01530101", "BU01530101"), ("01530101", "BU01530101"), ("1530101", "BU01530101"),
    ("BU1530101", "BU01530101"), ("BU 0153 0101", "BU01530101"), (" 1530101 ", "BU01530101"), ("0153 0101", "BU01530101"),
    ("BU\u00a001530101", "BU01530101"), ("17740101", "BU17740101"), ("BU00000000", None), ("00000000", None), ("0000000", None),
    ("", None), (None, None), ("Onbekend", None), ("153010", None), ("153010101", None), ("WK015301", None), ("GM0153", None),
    ("BU0153010X", None), ("1530101.5", None), ("BU01530101;BU01530102", None), ("-1530101", None),
]  # fmt: skip


def test_neighbourhood_codes(parsing_store: Store) -> None:
    assert parsed(parsing_store, parsing.parsed_buurt, [text for text, _ in BUURTEN]) == [code for _, code in BUURTEN]


@FEW
@given(numbers=st.lists(st.integers(1_000_000, 99_999_999), min_size=20, max_size=60))
def test_every_code_in_every_shape(parsing_store: Store, numbers: list[int]) -> None:
    codes = [f"{number:08d}" for number in numbers]
    texts = [
        text
        for code, number in zip(codes, numbers, strict=True)
        for text in (f"BU{code}", f"bu{code}", code, str(number), f" BU {code[:4]} {code[4:]}\u00a0", f"bu {number}")
    ]
    assert parsed(parsing_store, parsing.parsed_buurt, texts) == [f"BU{code}" for code in codes for _ in range(6)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("J", True), ("j", True), ("Ja", True), ("JA ", True), (" j\u00a0", True), ("N", False), ("n", False), ("Nee", False),
        ("NEE", False), ("", None), (None, None), ("?", None), ("true", None), ("1", None), ("Jan", None), ("Neen", None),
    ],
)  # fmt: skip
def test_yes_and_no(parsing_store: Store, text: str | None, expected: bool | None) -> None:
    assert parsed(parsing_store, parsing.parsed_yes_no, [text]) == [expected]


def test_part_of_day(parsing_store: Store) -> None:
    cases = {
        "nacht": "nacht", "Ochtend": "ochtend", "MIDDAG": "middag", "Avond (18:00-24:00)": "avond", " avond ": "avond",
        "namiddag": "middag", "": None, "dag": None, "onbekend": None,
    }  # fmt: skip
    assert parsed(parsing_store, parsing.parsed_dagdeel, list(cases)) == list(cases.values())


def test_places(parsing_store: Store) -> None:
    cases = {
        "Hengelo (O)": "hengelo (o)", "  HENGELO   (O) ": "hengelo (o)", "St. Isidorushoeve": "st isidorushoeve",
        "st isidorushoeve": "st isidorushoeve", "Hèngélö": "hengelo", "'t Stift": "t stift", "": None, "   ": None,
    }  # fmt: skip
    assert parsed(parsing_store, parsing.parsed_plaats, list(cases)) == list(cases.values())


def test_points(parsing_store: Store) -> None:
    both = (257000.0, 471000.0)
    cases: dict[str, tuple[float | None, float | None]] = {
        "257000,471000": both, "257000;471000": both, "257000/471000": both, "257000 471000": both, "257000, 471000": both,
        " x:257000 y:471000 ": both, "X=257000;Y=471000": both, "257000.5,471000.25": (257000.5, 471000.25),
        "": (None, None), "257000": (None, None), "0,0": (None, None), "257000,": (None, None), "52.22,6.89": (None, None),
        "257.000,471.000": (None, None), "Marktstraat": (None, None), "257000,471000,12": (None, None),
    }  # fmt: skip
    assert parsed_points(parsing_store, list(cases)) == list(cases.values())


def test_blanks_are_nothing(parsing_store: Store) -> None:
    assert parsed(parsing_store, parsing.trimmed, ["", " ", "\u00a0", "\t\n", " a b ", None]) == [
        None,
        None,
        None,
        None,
        "a b",
        None,
    ]
