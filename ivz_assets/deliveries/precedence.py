"""Which delivery speaks for which registration date, and when: pure Python over the ledger, no rows.

Newest delivery wins, ordered by ``geleverd_op`` (then by the order of loading), per registration date it covers. Held
and withdrawn deliveries do not speak.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Delivery:
    """A loaded delivery as the ledger knows it; ``actief_van`` is NULL while it is held, ``actief_tot`` set when withdrawn."""

    levering_id: str
    volgorde: int
    geleverd_op: datetime
    dekking_van: date
    dekking_tot: date
    actief_van: datetime | None
    actief_tot: datetime | None = None

    @property
    def rank(self) -> tuple[datetime, int]:
        """Order of precedence; the highest wins."""
        return self.geleverd_op, self.volgorde

    def active_at(self, moment: datetime) -> bool:
        """Whether the delivery was accepted and not yet withdrawn at this moment."""
        return self.actief_van is not None and self.actief_van <= moment and (self.actief_tot is None or moment < self.actief_tot)


@dataclass(frozen=True)
class Speaker:
    """For the registration dates ``van`` to ``tot`` (inclusive), ``levering_id`` speaks during [geldig_van, geldig_tot)."""

    van: date
    tot: date
    levering_id: str
    geldig_van: datetime
    geldig_tot: datetime | None
    opvolger: str | None


def speakers(deliveries: Iterable[Delivery]) -> list[Speaker]:
    """All intervals in which a delivery speaks, per span of dates in which the covering deliveries are the same."""
    known = [delivery for delivery in deliveries if delivery.actief_van is not None]
    bounds = sorted({delivery.dekking_van for delivery in known} | {delivery.dekking_tot + ONE_DAY for delivery in known})
    starts = sorted(known, key=lambda delivery: delivery.dekking_van)
    found: list[Speaker] = []
    covering: list[Delivery] = []
    position = 0
    for van, after in pairwise(bounds):
        while position < len(starts) and starts[position].dekking_van <= van:
            covering.append(starts[position])
            position += 1
        covering = [delivery for delivery in covering if delivery.dekking_tot >= van]
        found.extend(_timeline(van, after - ONE_DAY, covering))
    return found


def _timeline(van: date, tot: date, covering: list[Delivery]) -> list[Speaker]:
    """Who speaks for one span of dates, from the first acceptance on; nobody for a gap between what was delivered."""
    if not covering:
        return []
    moments = sorted({moment for delivery in covering for moment in (delivery.actief_van, delivery.actief_tot) if moment})
    turns: list[tuple[datetime, str | None]] = []
    for moment in moments:
        active = [delivery for delivery in covering if delivery.active_at(moment)]
        newest = max(active, key=lambda delivery: delivery.rank).levering_id if active else None
        if not turns or turns[-1][1] != newest:
            turns.append((moment, newest))
    following = [*turns[1:], None]
    return [
        Speaker(van, tot, levering_id, moment, after[0] if after else None, after[1] if after else None)
        for (moment, levering_id), after in zip(turns, following, strict=True)
        if levering_id is not None
    ]


def spoken_until(deliveries: Iterable[Delivery]) -> date | None:
    """The last registration date for which a delivery speaks now; a stray row after it does not count."""
    return max((interval.tot for interval in speakers(deliveries) if interval.geldig_tot is None), default=None)


def per_day(intervals: Iterable[Speaker]) -> list[dict[str, object]]:
    """The intervals with one row per registration date, for joining rows on equality: datum and the columns of Speaker."""
    return [
        {
            "datum": interval.van + timedelta(days=offset),
            "levering_id": interval.levering_id,
            "geldig_van": interval.geldig_van,
            "geldig_tot": interval.geldig_tot,
            "opvolger": interval.opvolger,
        }
        for interval in intervals
        for offset in range((interval.tot - interval.van).days + 1)
    ]
