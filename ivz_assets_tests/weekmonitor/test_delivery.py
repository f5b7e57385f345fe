"""What a delivery covers: from its name, its message or its dates, without loading a row."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from ivz_assets.weekmonitor.delivery import (
    SIDECAR,
    Cover,
    Said,
    Unclear,
    cover,
    iso_week,
    monday_of,
    said_by_message,
    said_by_name,
)

FIRST = date(2015, 1, 1)
W2 = date(2026, 1, 5)
W3 = date(2026, 1, 12)
NAMES = [
    ("weekmonitor_2026-W02.xlsx", Said("week", W2, date(2026, 1, 11))),
    (
        "weekmonitor_2026-W02_geleverd_2026-01-12.xlsx",
        Said("week", W2, date(2026, 1, 11), datetime(2026, 1, 12, 8)),
    ),
    ("Weekmonitor 2026 week 02.xlsx", Said("week", W2, date(2026, 1, 11))),
    ("WEEKMONITOR_2026W02.XLSX", Said("week", W2, date(2026, 1, 11))),
    ("weekmonitor_2020-W53.xlsx", Said("week", date(2020, 12, 28), date(2021, 1, 3))),
    ("weekmonitor_2025-01-01_tm_2025-12-31.xlsx", Said("venster", date(2025, 1, 1), date(2025, 12, 31))),
    (
        "weekmonitor_2025-01-01_tm_2025-12-31_geleverd_2026-01-02.xlsx",
        Said("venster", date(2025, 1, 1), date(2025, 12, 31), datetime(2026, 1, 2, 8)),
    ),
    ("weekmonitor_stand.xlsx", Said("stand")),
    ("weekmonitor_stand_geleverd_2026-01-02.xlsx", Said("stand", None, None, datetime(2026, 1, 2, 8))),
    ("levering van maandag.xlsx", Said()),
    ("bestandsoverzicht.xlsx", Said()),  # no snapshot, though its name holds the word
]


@pytest.mark.parametrize(("name", "expected"), NAMES)
def test_names(name: str, expected: Said) -> None:
    assert said_by_name(name) == expected


@pytest.mark.parametrize(
    "name",
    [
        "weekmonitor_2025-W53.xlsx",  # 2025 has 52 weeks
        "weekmonitor_2026-W00.xlsx",
        "weekmonitor_2026-02-01_tm_2026-02-30.xlsx",
        "weekmonitor_2026-02-01_tm_2026-01-01.xlsx",  # ends before it begins
        "weekmonitor_2026-W02_geleverd_2026-13-01.xlsx",
    ],
)
def test_names_with_days_that_do_not_exist(name: str) -> None:
    with pytest.raises(Unclear, match="rename the file"):
        said_by_name(name)


def test_message(tmp_path: Path) -> None:
    path = tmp_path / "levering.xlsx"
    assert said_by_message(path) == Said()
    side = path.with_name(path.name + SIDECAR)
    told = {"soort": "venster", "van": "2026-01-05", "tot": "2026-01-18", "geleverd_op": "2026-01-19T09:30:00"}
    side.write_text(json.dumps(told), encoding="utf-8")
    assert said_by_message(path) == Said("venster", W2, date(2026, 1, 18), datetime(2026, 1, 19, 9, 30))


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", '{"soort": "dag"}', '{"soort": "week", "van": "5-1-2026"}', '{"van": 5}', '{"geleverd_op": "gisteren"}'],
)
def test_message_that_cannot_be_read(tmp_path: Path, text: str) -> None:
    path = tmp_path / "levering.xlsx"
    path.with_name(path.name + SIDECAR).write_text(text, encoding="utf-8")
    with pytest.raises(Unclear, match="correct or remove it"):
        said_by_message(path)


def test_what_the_message_says_goes_before_the_name() -> None:
    message = Said("venster", W2, date(2026, 1, 18))
    name = Said("week", W3, date(2026, 1, 18), datetime(2026, 1, 19, 8))
    assert message.or_else(name) == Said("venster", W2, date(2026, 1, 18), datetime(2026, 1, 19, 8))
    assert Said(geleverd_op=datetime(2026, 2, 1)).or_else(name) == Said("week", W3, date(2026, 1, 18), datetime(2026, 2, 1))


def spread(first: date, days: int, rows: int) -> dict[date, int]:
    """So many rows on each of so many days."""
    return {first + timedelta(days=offset): rows for offset in range(days)}


def test_as_said() -> None:
    said = Said("week", W2, date(2026, 1, 11))
    assert cover(said, spread(W3, 7, 100), FIRST) == Cover("week", W2, date(2026, 1, 11))


def test_a_week_by_its_dates() -> None:
    assert cover(Said(), spread(W2, 7, 100), FIRST) == Cover("week", W2, date(2026, 1, 11))
    assert cover(Said(), {date(2026, 1, 7): 1}, FIRST) == Cover("week", W2, date(2026, 1, 11))


def test_a_stray_date_never_widens_a_week() -> None:
    days = {**spread(W2, 7, 100), FIRST: 1, date(2024, 2, 29): 1, date(2026, 6, 1): 1}
    assert cover(Said(), days, FIRST) == Cover("week", W2, date(2026, 1, 11))


def test_a_window_by_its_dates() -> None:
    assert cover(Said(), spread(W2, 14, 100), FIRST) == Cover("venster", W2, date(2026, 1, 18))


def test_one_stray_date_never_makes_a_window_a_snapshot() -> None:
    days = {**spread(W2, 14, 100), FIRST: 1}
    assert cover(Said(), days, FIRST) == Cover("venster", W2, date(2026, 1, 18))


def test_many_stray_dates_never_make_a_window_a_snapshot() -> None:
    # Late registrations of one row each, on more days than the window has.
    days = {**spread(FIRST, 40, 1), **spread(W2, 14, 100)}
    assert cover(Said(), days, FIRST) == Cover("venster", W2, date(2026, 1, 18))


def test_a_quiet_day_belongs_to_its_window() -> None:
    days = {**spread(W2, 14, 100), date(2026, 1, 18): 10}
    assert cover(Said(), days, FIRST).tot == date(2026, 1, 18)


def test_a_snapshot_begins_with_the_history() -> None:
    days = spread(FIRST + timedelta(days=1), 400, 50)
    assert cover(Said(), days, FIRST) == Cover("stand", FIRST, FIRST + timedelta(days=400))
    # Said to be one, it covers the history even when its first years are empty.
    assert cover(Said("stand"), spread(W2, 14, 100), FIRST) == Cover("stand", FIRST, date(2026, 1, 18))


def test_nothing_to_go_by() -> None:
    with pytest.raises(Unclear, match="no row has a valid registration date"):
        cover(Said(), {}, FIRST)


@pytest.mark.parametrize(
    ("day", "week"),
    [
        (date(2020, 12, 31), "2020-W53"),
        (date(2021, 1, 3), "2020-W53"),
        (date(2021, 1, 4), "2021-W01"),
        (date(2024, 12, 30), "2025-W01"),
    ],
)
def test_weeks(day: date, week: str) -> None:
    assert iso_week(day) == week
    assert monday_of(week) <= day <= monday_of(week) + timedelta(days=6)
    assert monday_of(week).weekday() == 0


def test_filed_under_the_last_week_it_covers() -> None:
    assert Cover("venster", date(2025, 1, 1), date(2026, 1, 18)).week == "2026-W03"


def test_an_option_that_tells_only_the_kind_keeps_the_dates_of_the_name() -> None:
    window = Said("venster", W2, date(2026, 1, 18))
    assert Said("venster").or_else(window) == window
    assert Said("week").or_else(Said("week", W2, date(2026, 1, 11))) == Said("week", W2, date(2026, 1, 11))
    assert Said("venster").or_else(Said("week", W2, date(2026, 1, 11))) == Said("venster", W2, date(2026, 1, 11))
    # Dates without a kind take the kind of the name; a pair is never mixed from two sources.
    assert Said(van=W3, tot=date(2026, 1, 18)).or_else(window) == Said("venster", W3, date(2026, 1, 18))
    assert Said("venster", van=date(2026, 2, 1)).or_else(window) == window
    # A snapshot covers the history, not the week in its name.
    assert Said("stand").or_else(Said("week", W2, date(2026, 1, 11))) == Said("stand")
