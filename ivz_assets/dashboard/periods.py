"""The periods that figures are given for, with the periods they are compared with. Plain rows; no counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta

from ivz_assets.dashboard.schema import PERIODE_SOORTEN

_MONTHS = (
    *("januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november"),
    "december",
)
_SPANS = {"maand": 1, "kwartaal": 3, "halfjaar": 6, "jaar": 12}
"""Months of the kinds that begin with a calendar month."""


@dataclass(frozen=True)
class Periode:
    """A period; ``eind`` is its last day. ``volgorde_in_jaar`` finds its like in other years."""

    periode: str
    periode_soort: str
    periode_naam: str
    periode_begin: date
    periode_eind: date
    jaar: int
    volgorde_in_jaar: int
    vorige_periode: str | None
    vorig_jaar_periode: str | None


def dim_periode(
    first: date, last: date, spoken: tuple[date, date], excluded: Sequence[tuple[date, date]]
) -> list[dict[str, object]]:
    """Rows of ``DIM_PERIODE``: every period with a day from first to last, in order within its kind.

    Args:
        first: first day that has a figure.
        last: last day to list.
        spoken: first and last registration date that was delivered; only a period within them is known whole.
        excluded: spans that say nothing about an ordinary year, both days included; a period is excluded when half its days are.
    """
    rows: list[dict[str, object]] = []
    begun, up_to = spoken
    makers = {
        "week": _weeks(first, last),
        **{kind: _calendar(kind, first, last) for kind in _SPANS},
        "12 maanden": _twelve_months(first, up_to),
        "jaar tot nu": _years_to_date(first, up_to),
    }
    for kind in PERIODE_SOORTEN:
        found = list(makers[kind])
        known = {period.periode for period in found}
        for number, period in enumerate(found, 1):
            row = asdict(period)
            for link in ("vorige_periode", "vorig_jaar_periode"):
                row[link] = row[link] if row[link] in known else None
            row |= {
                "dagen": (period.periode_eind - period.periode_begin).days + 1,
                "volgnummer": number,
                "afgesloten": begun <= period.periode_begin and period.periode_eind <= up_to,
                "uitgesloten": 2 * _days_within(period, excluded) >= (period.periode_eind - period.periode_begin).days + 1,
            }
            rows.append(row)
    return rows


def _days_within(period: Periode, spans: Sequence[tuple[date, date]]) -> int:
    """Days of a period that lie in spans, which do not overlap each other."""
    shared = ((min(end, period.periode_eind) - max(begin, period.periode_begin)).days + 1 for begin, end in spans)
    return sum(max(0, days) for days in shared)


def _weeks(first: date, last: date) -> Iterator[Periode]:
    monday = first - timedelta(days=first.weekday())
    while monday <= last:
        year, week, _ = monday.isocalendar()
        yield Periode(
            _week_key(monday), "week", f"week {week} van {year}", monday, monday + timedelta(days=6), year, week,
            _week_key(monday - timedelta(days=7)), f"{year - 1}-W{week:02d}",
        )  # fmt: skip
        monday += timedelta(days=7)


def _week_key(monday: date) -> str:
    year, week, _ = monday.isocalendar()
    return f"{year}-W{week:02d}"


def _calendar(kind: str, first: date, last: date) -> Iterator[Periode]:
    span = _SPANS[kind]
    month = first.year * 12 + (first.month - 1) // span * span
    while (begin := _first_of(month)) <= last:
        place = (begin.month - 1) // span + 1
        yield Periode(
            _calendar_key(kind, month), kind, _calendar_name(kind, month), begin, _first_of(month + span) - timedelta(days=1),
            begin.year, place, _calendar_key(kind, month - span), _calendar_key(kind, month - 12),
        )  # fmt: skip
        month += span


def _calendar_key(kind: str, month: int) -> str:
    year, position = divmod(month, 12)
    return {
        "maand": f"{year}-{position + 1:02d}",
        "kwartaal": f"{year}-K{position // 3 + 1}",
        "halfjaar": f"{year}-H{position // 6 + 1}",
        "jaar": f"{year}",
    }[kind]


def _calendar_name(kind: str, month: int) -> str:
    year, position = divmod(month, 12)
    return {
        "maand": f"{_MONTHS[position]} {year}",
        "kwartaal": f"{position // 3 + 1}e kwartaal van {year}",
        "halfjaar": f"{position // 6 + 1}e halfjaar van {year}",
        "jaar": f"{year}",
    }[kind]


def _twelve_months(first: date, up_to: date) -> Iterator[Periode]:
    """Windows of twelve whole months, each ending a month later than the one before; compared with the twelve before it."""
    month = first.year * 12 + first.month - 1 + (first.day > 1)
    while (end := _first_of(month + 12) - timedelta(days=1)) <= up_to:
        before = _twelve_months_key(month - 12)
        yield Periode(
            _twelve_months_key(month), "12 maanden", f"12 maanden tot en met {_calendar_name('maand', month + 11)}",
            _first_of(month), end, end.year, end.month, before, before,
        )  # fmt: skip
        month += 1


def _twelve_months_key(month: int) -> str:
    return f"{_calendar_key('maand', month)} t/m {_calendar_key('maand', month + 11)}"


def _years_to_date(first: date, up_to: date) -> Iterator[Periode]:
    """Every year up to the day of the year that the newest one has reached; 29 February is reached as 28 February."""
    for year in range(first.year, up_to.year + 1):
        day = 28 if (up_to.month, up_to.day) == (2, 29) else up_to.day
        end = up_to if year == up_to.year else date(year, up_to.month, day)
        before = f"{year - 1} t/m {up_to.month:02d}-{day:02d}"
        yield Periode(
            f"{year} t/m {end.month:02d}-{end.day:02d}", "jaar tot nu", f"{year} tot en met {end.day} {_MONTHS[end.month - 1]}",
            date(year, 1, 1), end, year, 1, before, before,
        )  # fmt: skip


def _first_of(month: int) -> date:
    """First day of a month counted from the year nought."""
    year, position = divmod(month, 12)
    return date(year, position + 1, 1)
