"""With which earlier periods a week or month is compared, and how long those count. No counts per area, no tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from ivz_assets.dashboard.signals.schema import ERVOOR, TE_WEINIG, ZELFDE_PERIODEN
from ivz_assets.dashboard.statistics.farrington import YEARS_BACK

Floats = npt.NDArray[np.float64]

TESTED = 13
"""Newest closed periods that are judged: a quarter of weeks, a year of months."""

FEWEST_YEARS = 2
"""Earlier years without which the same periods say less than those just before. A year counts when at least half a year
before its period is known too: its trend follows from that, and a level of two years ago says nothing without one."""

STEADYING = 100.0
"""Registrations added to both sides of a ratio, so that the trend of a rare class does not follow chance."""


PEAKED = 1.25
"""Times that a period may differ from those beside it, in earlier years, before it is a peak of its own (New Year)."""


@dataclass(frozen=True)
class Rhythm:
    """What a week and a month differ in, all in periods of that kind.

    ``around``: on either side of the same period; months have no neighbours, for the next month is another season.
    ``left_out``: just before the period, so that what is going on does not become what is expected.
    ``preceding``: how far back to look when there are no earlier years; months do not, for then spring stands out every year.
    """

    in_year: int
    around: int
    left_out: int
    preceding: int


RHYTHMS: Mapping[str, Rhythm] = {"week": Rhythm(52, 1, 4, 26), "maand": Rhythm(12, 0, 1, 0)}


@dataclass(frozen=True)
class Calendar:
    """The closed periods of one kind, in order and without gaps; ``usable`` tells which may be an example."""

    kind: str
    keys: tuple[str, ...]
    names: tuple[str, ...]
    begins: tuple[date, ...]
    days: Floats
    excluded: npt.NDArray[np.bool_]
    usable: npt.NDArray[np.bool_]

    @property
    def rhythm(self) -> Rhythm:
        """How periods of this kind are compared."""
        return RHYTHMS[self.kind]

    @property
    def tested(self) -> range:
        """Positions of the periods that are judged."""
        return range(max(len(self.keys) - TESTED, 0), len(self.keys))

    def same_in_earlier_years(self, position: int) -> list[int]:
        """Position of the same period one, two ... years earlier, as far as the calendar goes.

        The same week is the one whose Monday is nearest to the same date: it holds 1 January or King's Day in both years,
        which a week number does not see to.
        """
        found = []
        for years in range(1, YEARS_BACK + 1):
            back = 12 * years
            if self.kind == "week":
                begin = self.begins[position]
                day = 28 if (begin.month, begin.day) == (2, 29) else begin.day
                back = round((begin - date(begin.year - years, begin.month, day)).days / 7)
            if position - back >= 0:
                found.append(position - back)
        return found

    def holds_new_year(self, position: int) -> bool:
        """Whether 1 January lies in the period."""
        begin, days = self.begins[position], int(self.days[position])
        return any(begin <= date(year, 1, 1) < begin + timedelta(days=days) for year in (begin.year, begin.year + 1))


@dataclass(frozen=True)
class Comparison:
    """The periods with which one is compared, and per class how long each counts (classes x periods).

    A period in which a quarter fewer was to be expected counts for three quarters. ``even`` tells per class whether the period
    is like those beside it in earlier years, so that a season of several weeks says enough of it.
    """

    positions: npt.NDArray[np.int64]
    exposure: Floats
    basis: str
    even: npt.NDArray[np.bool_]


def calendar(kind: str, periods: Sequence[Mapping[str, Any]], known_from: date) -> Calendar:
    """The calendar of one kind of period.

    Args:
        periods: rows of ``dim_periode``; those of other kinds and those still running are left out.
        known_from: first registration date the deliveries speak for; before it nothing is known, which is not nought.
    """
    mine = [row for row in periods if row["periode_soort"] == kind and row["afgesloten"] and row["periode_begin"] >= known_from]
    mine.sort(key=lambda row: row["periode_begin"])
    rhythm = RHYTHMS[kind]
    # Five years back from the oldest that is judged, the year before that for its trend, and what is left out.
    mine = mine[-(TESTED + (YEARS_BACK + 1) * (rhythm.in_year + 1) + rhythm.preceding) :]
    excluded = np.array([row["uitgesloten"] for row in mine], dtype=bool)
    return Calendar(
        kind,
        tuple(row["periode"] for row in mine),
        tuple(row["periode_naam"] for row in mine),
        tuple(row["periode_begin"] for row in mine),
        np.array([row["dagen"] for row in mine], dtype=np.float64),
        excluded,
        ~excluded,
    )


def without_empty(periods: Calendar, region: Floats) -> Calendar:
    """The calendar in which a period without any registration in the whole region is no example: it was not delivered."""
    return Calendar(
        **{**{name: getattr(periods, name) for name in ("kind", "keys", "names", "begins", "days", "excluded")}},
        usable=periods.usable & (region.sum(axis=0) > 0),
    )


def comparison(periods: Calendar, position: int, region: Floats) -> Comparison:
    """The periods with which the one at this position is compared.

    Args:
        region: registrations in the whole region, classes x periods. Its trend and its season scale the history: per class
            the year up to ``left_out`` periods ago against the same year before each example, and the same period of all
            years against its neighbours (New Year is in one week, not in those beside it).
    """
    positions, exposures, years = [], [], 0
    same = periods.same_in_earlier_years(position)
    season = _season(periods, same, region)
    for earlier in same:
        trend = _trend(periods, position, earlier, region)
        around = range(earlier - periods.rhythm.around, earlier + periods.rhythm.around + 1)
        usable = [place for place in around if 0 <= place < position and periods.usable[place]]
        if trend is None or not usable:
            continue
        years += 1
        positions += usable
        exposures += [trend * season[place - earlier] * periods.days[place] / periods.days[position] for place in usable]
    if years >= FEWEST_YEARS:
        even = np.all([(ratio < PEAKED) & (1 / ratio < PEAKED) for ratio in season.values()], axis=0)
        return Comparison(np.array(positions), np.stack(exposures, axis=1), ZELFDE_PERIODEN, even)
    return _just_before(periods, position, region)


def _just_before(periods: Calendar, position: int, region: Floats) -> Comparison:
    """The periods before; the region's newest ones, which are left out themselves, tell where its season has gone since."""
    rhythm, even = periods.rhythm, np.ones(region.shape[0], dtype=bool)
    before = np.arange(max(position - rhythm.preceding, 0), position)
    before = before[periods.usable[before]]
    newest, places = before[before >= position - rhythm.left_out], before[before < position - rhythm.left_out]
    # The week of New Year has no like among those just before it.
    if not newest.size or 2 * places.size < rhythm.preceding or periods.holds_new_year(position):
        return Comparison(np.empty(0, dtype=np.int64), np.empty((region.shape[0], 0)), TE_WEINIG, even)
    around = [places[np.abs(places - place) <= rhythm.left_out // 2] for place in places]
    then = np.stack([region[:, near].mean(axis=1) for near in around], axis=1)
    now = region[:, newest].mean(axis=1, keepdims=True)
    scale = (newest.size * then + STEADYING) / (newest.size * now + STEADYING)
    return Comparison(places, scale * periods.days[places] / periods.days[position], ERVOOR, even)


def _trend(periods: Calendar, position: int, earlier: int, region: Floats) -> Floats | None:
    """Per class the level of an earlier year over that of now; None when fewer than half a year can be compared."""
    rhythm = periods.rhythm
    back = np.arange(1, rhythm.in_year + 1) + rhythm.left_out
    now, then = position - back, earlier - back
    kept = (then >= 0) & (now >= 0)
    kept[kept] &= periods.usable[now[kept]] & periods.usable[then[kept]]
    if 2 * kept.sum() < rhythm.in_year:
        return None
    ratio: Floats = (region[:, then[kept]].sum(axis=1) + STEADYING) / (region[:, now[kept]].sum(axis=1) + STEADYING)
    return ratio


def _season(periods: Calendar, same: Sequence[int], region: Floats) -> dict[int, Floats]:
    """Per class the level of the periods beside the same one over that of the same one, all years together."""
    around = periods.rhythm.around
    offsets = range(-around, around + 1)
    whole = [
        place
        for place in same
        if place - around >= 0 and all(periods.usable[place + offset] for offset in offsets if place + offset < region.shape[1])
    ]
    sums = {offset: region[:, [place + offset for place in whole]].sum(axis=1) + STEADYING for offset in offsets}
    return {offset: sums[offset] / sums[0] for offset in offsets}
