"""What is true of a day: its periods, holidays, school holidays, corona. Pure; the lists lie in ``reference``, no counts."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import holidays

FOLDER = Path(__file__).parent / "reference"

MAANDEN = (
    "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november", "december",
)  # fmt: skip
WEEKDAGEN = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")

OUDEJAARSDAG = "Oudejaarsdag"
"""No public holiday, but the evening with the most fire, vandalism and violence of the year."""

SCHOOL_YEAR_BEGINS = 8
"""Month in which a school year begins; what is left of the summer holiday belongs to the year before."""

HOLIDAY_SEASONS = {
    "Herfstvakantie": ((10, 1), (11, 10)),
    "Kerstvakantie": ((12, 15), (1, 15)),
    "Voorjaarsvakantie": ((2, 1), (3, 15)),
    "Meivakantie": ((4, 15), (5, 15)),
    "Zomervakantie": ((7, 1), (9, 10)),
}
"""Days (month, day) between which a school holiday can fall; of a holiday that is not in the list they are unknown."""


@dataclass(frozen=True)
class SchoolHoliday:
    """A school holiday of region Noord (of which Twente is part), with its last day."""

    schooljaar: str
    vakantie: str
    begin: date
    eind: date
    bron: str


@cache
def school_holidays() -> tuple[SchoolHoliday, ...]:
    """School holidays of ``school_holidays.csv`` in order of time; only those whose dates were found in a source.

    Christmas, May and summer are laid down by the minister for whole years; autumn and spring are advised dates, from
    which a school may depart, and a school may lengthen the May holiday by a week.
    """
    return tuple(
        SchoolHoliday(
            row["schooljaar"], row["vakantie"], date.fromisoformat(row["begin"]), date.fromisoformat(row["eind"]), row["bron"]
        )
        for row in _rows("school_holidays.csv")
    )


@cache
def excluded_periods() -> tuple[tuple[date, date, str], ...]:
    """Periods that no baseline may use: first day, last day, Dutch reason.

    Corona runs from the first national restriction (12 March 2020: no gatherings of more than a hundred people) until the
    closing hours lapsed (25 February 2022), not merely the two calendar years: weeks of January 2022 fell in a lockdown.
    """
    return tuple(
        (date.fromisoformat(row["begin"]), date.fromisoformat(row["eind"]), row["reden"]) for row in _rows("excluded_periods.csv")
    )


def period_keys(day: date) -> dict[str, str]:
    """Keys of the periods in which a day lies, as ``dim_periode`` has them: week, maand, kwartaal, halfjaar, jaar."""
    iso = day.isocalendar()
    return {
        "week_sleutel": f"{iso.year}-W{iso.week:02d}",
        "maand_sleutel": f"{day.year}-{day.month:02d}",
        "kwartaal_sleutel": f"{day.year}-K{_part(day, 3)}",
        "halfjaar_sleutel": f"{day.year}-H{_part(day, 6)}",
        "jaar_sleutel": str(day.year),
    }


def calendar_rows(first: date, last: date) -> list[dict[str, Any]]:
    """A row per day from first to last.

    Columns: datum, jaar, halfjaar, kwartaal, maand, maand_naam, iso_jaar, iso_week, weekdag (Monday is 1), weekdag_naam,
    dag_in_jaar, feestdag (name or None), schoolvakantie (name or None), schoolvakantie_bekend (whether None means that there
    is school), corona, and the keys of ``period_keys``.
    """
    public = holidays.country_holidays("NL", years=range(first.year, last.year + 1), language="nl")
    of_school = _days_of_school_holidays()
    rows = []
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        iso = day.isocalendar()
        rows.append(
            {
                "datum": day,
                "jaar": day.year,
                "halfjaar": _part(day, 6),
                "kwartaal": _part(day, 3),
                "maand": day.month,
                "maand_naam": MAANDEN[day.month - 1],
                "iso_jaar": iso.year,
                "iso_week": iso.week,
                "weekdag": iso.weekday,
                "weekdag_naam": WEEKDAGEN[iso.weekday - 1],
                "dag_in_jaar": day.timetuple().tm_yday,
                "feestdag": public.get(day) or (OUDEJAARSDAG if (day.month, day.day) == (12, 31) else None),
                "schoolvakantie": of_school.get(day),
                "schoolvakantie_bekend": day in of_school or school_holiday_known(day),
                "corona": any(begin <= day <= end for begin, end, reason in excluded_periods() if reason.startswith("Corona")),
                **period_keys(day),
            }
        )
    return rows


def school_holiday_known(day: date) -> bool:
    """Whether the list can tell of this day: no holiday that could fall on it is missing from its school year."""
    return (
        all(
            (school_year(day, vakantie), vakantie) in _known()
            for vakantie, (begin, end) in HOLIDAY_SEASONS.items()
            if _in_season((day.month, day.day), begin, end)
        )
        and _first_known() <= school_year(day, "") <= _last_known()
    )


def school_year(day: date, vakantie: str) -> str:
    """School year of a day, ``2025-2026``; the whole summer holiday belongs to the year that it ends."""
    begins = day.month >= SCHOOL_YEAR_BEGINS and vakantie != "Zomervakantie"
    year = day.year if begins else day.year - 1
    return f"{year}-{year + 1}"


@cache
def _known() -> frozenset[tuple[str, str]]:
    return frozenset((holiday.schooljaar, holiday.vakantie) for holiday in school_holidays())


@cache
def _first_known() -> str:
    return min(holiday.schooljaar for holiday in school_holidays())


@cache
def _last_known() -> str:
    return max(holiday.schooljaar for holiday in school_holidays())


@cache
def _days_of_school_holidays() -> Mapping[date, str]:
    return {
        holiday.begin + timedelta(days=offset): holiday.vakantie
        for holiday in school_holidays()
        for offset in range((holiday.eind - holiday.begin).days + 1)
    }


def _in_season(day: tuple[int, int], begin: tuple[int, int], end: tuple[int, int]) -> bool:
    """Whether a month and day lie between two others; a season may run over New Year."""
    return begin <= day <= end if begin <= end else day >= begin or day <= end


def _part(day: date, months: int) -> int:
    return (day.month - 1) // months + 1


def _rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
