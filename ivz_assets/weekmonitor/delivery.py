"""What a delivery is, from its name, message or dates: kind, week, cover, moment of delivery. No rows are loaded here."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from statistics import median_high

from ivz_assets.deliveries.landing import SIDECAR
from ivz_assets.weekmonitor.reference import file_name_patterns

KINDS = ("week", "venster", "stand")

WEEK_SHARE = 0.9
"""Share of the rows in one ISO week from which a file without a telling name is that week's delivery."""

DENSE_SHARE = 0.1
"""A day belongs to a window when it has at least this share of the rows of the median row's day; stray dates do not."""


class Unclear(Exception):
    """Neither name, message nor dates tell what a delivery covers."""


@dataclass(frozen=True)
class Said:
    """What a name, a message or an option says about a delivery; NULL where it is silent."""

    soort: str | None = None
    van: date | None = None
    tot: date | None = None
    geleverd_op: datetime | None = None

    def or_else(self, other: Said) -> Said:
        """This, completed with what the other says. Dates come as a pair, so that they never contradict each other.

        A snapshot does not take the dates of another kind: it covers everything from the start of the history.
        """
        soort = self.soort or other.soort
        dates = other
        if (self.van and self.tot) or (soort == "stand" and other.soort not in (None, "stand")):
            dates = self
        return Said(soort, dates.van, dates.tot, self.geleverd_op or other.geleverd_op)


@dataclass(frozen=True)
class Cover:
    """The registration dates that a delivery speaks for, and the ISO week it is filed under (its last one)."""

    soort: str
    van: date
    tot: date

    @property
    def week(self) -> str:
        """ISO week of the last day covered, such as ``2026-W05``."""
        return iso_week(self.tot)


def iso_week(day: date) -> str:
    """ISO week of a day, such as ``2026-W05``."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


def monday_of(week: str) -> date:
    """Monday of an ISO week such as ``2026-W05``.

    Raises:
        ValueError: there is no such week.
    """
    year, number = week.split("-W")
    return date.fromisocalendar(int(year), int(number), 1)


def said_by_name(name: str) -> Said:
    """What the file name says, by the patterns of ``reference/file_names.csv``.

    Raises:
        Unclear: the name has a date or a week that does not exist.
    """
    try:
        return _sensible(_said_by_name(name))
    except ValueError as error:
        raise Unclear(f"the name has a date or a week that does not exist ({error}); rename the file") from error


def _sensible(said: Said) -> Said:
    if said.soort is not None and said.soort not in KINDS:
        raise ValueError(f"kind {said.soort} is not one of {', '.join(KINDS)}")
    if said.van and said.tot and said.van > said.tot:
        raise ValueError(f"{said.van:%d-%m-%Y} comes after {said.tot:%d-%m-%Y}")
    return said


def _said_by_name(name: str) -> Said:
    found = Said()
    for kind, pattern in file_name_patterns():
        match = re.search(pattern, name, re.IGNORECASE)
        if match is None:
            continue
        parts = match.groupdict()
        if "geleverd" in parts:
            found = found.or_else(Said(geleverd_op=datetime.combine(date.fromisoformat(parts["geleverd"]), time(8))))
        elif "week" in parts:
            monday = date.fromisocalendar(int(parts["jaar"]), int(parts["week"]), 1)
            found = found.or_else(Said(kind, monday, monday + timedelta(days=6)))
        elif "van" in parts:
            found = found.or_else(Said(kind, date.fromisoformat(parts["van"]), date.fromisoformat(parts["tot"])))
        else:
            found = found.or_else(Said(kind))
    return found


def said_by_message(path: Path) -> Said:
    """What the side file of a delivery says (options of ``ivz deliver``, or an automatic mail feed).

    Raises:
        Unclear: the side file is not JSON, or has a date or kind that does not exist.
    """
    side = path.with_name(path.name + SIDECAR)
    if not side.exists():
        return Said()
    try:
        return _sensible(_told(json.loads(side.read_text(encoding="utf-8"))))
    except (ValueError, TypeError, AttributeError) as error:
        raise Unclear(f"{side.name} beside it cannot be read ({error}); correct or remove it") from error


def _told(told: Mapping[str, str]) -> Said:
    return Said(
        told.get("soort"),
        date.fromisoformat(told["van"]) if told.get("van") else None,
        date.fromisoformat(told["tot"]) if told.get("tot") else None,
        datetime.fromisoformat(told["geleverd_op"]) if told.get("geleverd_op") else None,
    )


def cover(said: Said, rows_per_day: Mapping[date, int], first_date: date) -> Cover:
    """The cover: as said, else from the registration dates. One stray date never widens it.

    Args:
        said: what name, message and options say.
        rows_per_day: rows per valid registration date.
        first_date: start of the supplied history; a snapshot covers everything from there.

    Raises:
        Unclear: nothing is said and there is no valid registration date.
    """
    if said.soort and said.van and said.tot:
        return Cover(said.soort, said.van, said.tot)
    if not rows_per_day:
        raise Unclear("no row has a valid registration date, and neither the name nor an option says what the file covers")
    weeks: dict[str, int] = {}
    for day, rows in rows_per_day.items():
        weeks[iso_week(day)] = weeks.get(iso_week(day), 0) + rows
    fullest = max(weeks, key=lambda week: weeks[week])
    if said.soort == "week" or (said.soort is None and weeks[fullest] >= WEEK_SHARE * sum(weeks.values())):
        return Cover("week", monday_of(fullest), monday_of(fullest) + timedelta(days=6))
    # The day of the median row, not the median day: many stray dates of one row each must not pull it down.
    usual = median_high(rows for rows in rows_per_day.values() for _ in range(rows))
    dense = [day for day, rows in rows_per_day.items() if rows >= DENSE_SHARE * usual]
    if said.soort == "stand" or (said.soort is None and min(dense) <= first_date + timedelta(days=7)):
        return Cover("stand", first_date, max(dense))
    return Cover("venster", min(dense), max(dense))
