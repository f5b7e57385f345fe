"""Which files there are: names, spans and days of delivery. No rows and no writing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

SAMPLE_TODAY = date(2026, 3, 23)
"""The Monday on which the last week (2026-W12) is delivered; the demo's clock stands here."""

CORRECTED_WEEK = date(2026, 1, 26)
"""Monday of 2026-W05, which is delivered a second time three weeks after the first."""


@dataclass(frozen=True)
class Delivery:
    """One file: what it covers and when it was delivered."""

    name: str
    kind: str
    week: str | None
    first: date
    last: date
    delivered: date
    corrects: bool = False

    @property
    def history(self) -> bool:
        """Whether this is a yearly window instead of a week."""
        return self.kind == "window"

    def parts(self) -> list[tuple[date, date]]:
        """The spans that are drawn at once: calendar months of a window, the whole of a week."""
        if not self.history:
            return [(self.first, self.last)]
        found = []
        start = self.first
        while start <= self.last:
            following = (start.replace(day=1) + timedelta(days=32)).replace(day=1)
            found.append((start, min(following - timedelta(days=1), self.last)))
            start = following
        return found


def deliveries(since: int, weeks: int, suffix: str) -> list[Delivery]:
    """History per year, then the weeks up to today, then the correction.

    With fewer weeks the history runs on until the Sunday before the first week, also into 2026. The corrected week is
    2026-W05, or the first week when that one is part of the history; one week alone is not corrected.
    """
    first_monday = SAMPLE_TODAY - timedelta(weeks=weeks)
    last_sunday = first_monday - timedelta(days=1)
    found = []
    for year in range(since, last_sunday.year + 1):
        first, last = date(year, 1, 1), min(date(year, 12, 31), last_sunday)
        handed_over = first_monday + timedelta(days=4)
        name = f"weekmonitor_{first}_tm_{last}_geleverd_{handed_over}.{suffix}"
        found.append(Delivery(name, "window", None, first, last, handed_over))
    mondays = [first_monday + timedelta(weeks=number) for number in range(weeks)]
    found += [_week(monday, monday + timedelta(days=7), suffix) for monday in mondays]
    corrected = CORRECTED_WEEK if CORRECTED_WEEK in mondays else mondays[0] if mondays else None
    if corrected and weeks > 1:
        found.append(_week(corrected, min(corrected + timedelta(weeks=4), SAMPLE_TODAY), suffix, corrects=True))
    return found


def _week(monday: date, delivered: date, suffix: str, corrects: bool = False) -> Delivery:
    year, number, _ = monday.isocalendar()
    week = f"{year}-W{number:02d}"
    name = f"weekmonitor_{week}_geleverd_{delivered}.{suffix}"
    return Delivery(name, "week", week, monday, monday + timedelta(days=6), delivered, corrects)
