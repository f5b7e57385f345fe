"""Which periods are shown and which are compared with which, as plain rows made from ``dim_periode``. No counts."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from ivz_assets.dashboard.figures.caveats import bit
from ivz_assets.dashboard.figures.grains import Grain

BASELINE_YEARS = 5
"""Preceding years of the mean that a figure is held against."""

FEWEST_YEARS = 3
"""Years of those five that are left below which there is no mean."""

COMPARISONS = ("vorige", "vorig_jaar", "basis")
"""With what a figure is compared: the period before, the same one a year ago, and the same ones of the preceding years."""

Row = Mapping[str, Any]

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """A period with those it is compared with; those that begin before the deliveries are None or left out."""

    nummer: int
    row: Row
    vorige: Row | None
    vorig_jaar: Row | None
    basis: tuple[Row, ...]

    @property
    def has_baseline(self) -> bool:
        """Whether enough of the preceding years are left for a mean."""
        return len(self.basis) >= FEWEST_YEARS

    def others(self, comparison: str) -> tuple[Row, ...]:
        """What the period is compared with in one of ``COMPARISONS``; nothing when that is not known."""
        if comparison == "basis":
            return self.basis if self.has_baseline else ()
        other: Row | None = getattr(self, comparison)
        return () if other is None else (other,)

    def comparable(self, comparison: str) -> tuple[Row, ...]:
        """The same, and nothing either while the period runs or when one of them holds New Year: its like is an ordinary week."""
        others = self.others(comparison)
        return () if not self.row["afgesloten"] or any(map(holds_new_year, (self.row, *others))) else others


def holds_new_year(row: Row) -> bool:
    """Whether a week holds the last or the first day of a year; week numbers put those beside ordinary weeks."""
    days = (row["periode_begin"] + offset * _DAY for offset in range(row["dagen"]))
    return row["periode_soort"] == "week" and any((day.month, day.day) in ((12, 31), (1, 1)) for day in days)


def periods(dim_periode: Iterable[Row], first: date) -> list[Period]:
    """The periods of which all is known, with what they are compared with.

    Args:
        dim_periode: rows of ``dim_periode``.
        first: first day the deliveries speak for; what begins earlier is not whole: it is left out and not compared with.
    """
    rows = sorted(dim_periode, key=lambda row: (row["periode_soort"], row["volgnummer"]))
    whole = {row["periode"]: row for row in rows if row["periode_begin"] >= first}
    places = {(row["periode_soort"], row["jaar"], row["volgorde_in_jaar"]): row for row in whole.values()}
    found = []
    for number, row in enumerate(rows, 1):
        if row["periode"] not in whole:
            continue
        earlier = (
            places.get((row["periode_soort"], row["jaar"] - back, row["volgorde_in_jaar"]))
            for back in range(1, BASELINE_YEARS + 1)
        )
        basis = tuple(other for other in earlier if other is not None and not other["uitgesloten"])
        found.append(Period(number, row, whole.get(row["vorige_periode"]), whole.get(row["vorig_jaar_periode"]), basis))
    return found


def period_rows(found: Sequence[Period], newest_denominator: int | None) -> list[dict[str, Any]]:
    """Per period its labels, the days of what it is compared with (empty: there is no comparison), and its caveats.

    Args:
        found: the periods.
        newest_denominator: newest year that has denominators; later periods take those of that year.
    """
    rows = []
    for period in found:
        row = period.row
        compared = [other for other in (row, period.vorige, period.vorig_jaar) if other is not None]
        caveat = bit("LOPEND") * (not row["afgesloten"])
        caveat += bit("UITGESLOTEN") * any(other["uitgesloten"] for other in compared)
        every = (row, *(other for role in COMPARISONS for other in period.others(role)))
        caveat += bit("JAARWISSELING") * any(map(holds_new_year, every))
        rows.append(
            {
                "periode_nr": period.nummer,
                **{name: row[name] for name in ("periode", "periode_soort", "periode_begin", "dagen")},
                "noemer_jaar": min(row["jaar"], newest_denominator or row["jaar"]),
                "vorige_dagen": period.vorige["dagen"] if period.vorige else None,
                "vorig_jaar_dagen": period.vorig_jaar["dagen"] if period.vorig_jaar else None,
                "basis_dagen": sum(other["dagen"] for other in period.basis) if period.has_baseline else None,
                "basis_jaren": len(period.basis),
                "periode_bits": caveat,
            }
        )
    return rows


def shown(found: Sequence[Period], grains: Iterable[Grain], up_to: date) -> list[tuple[Grain, Period]]:
    """The periods that each grain shows: the newest so many that have begun, and all of them where the grain sets no number."""
    of_kind: dict[str, list[Period]] = {}
    for period in found:
        of_kind.setdefault(period.row["periode_soort"], []).append(period)
    pairs = []
    for grain in grains:
        candidates = of_kind.get(grain.periode_soort, [])
        begun = sorted(
            (period for period in candidates if period.row["periode_begin"] <= up_to), key=lambda item: item.row["volgnummer"]
        )
        pairs += [(grain, period) for period in (begun[-grain.perioden :] if grain.perioden else begun)]
    return pairs


def comparison_rows(shown_periods: Iterable[Period], found: Sequence[Period]) -> list[dict[str, Any]]:
    """Per shown period every period whose count it needs, and what for: periode_nr, bron_nr, and 1 or 0 in each role."""
    numbers = {period.row["periode"]: period.nummer for period in found}
    rows = []
    for period in {period.nummer: period for period in shown_periods}.values():
        parts: dict[str, Sequence[Row | None]] = {
            "eigen": [period.row],
            "vorige": [period.vorige],
            "vorig_jaar": [period.vorig_jaar],
            "basis": period.basis,
        }
        roles: dict[str, dict[str, int]] = {}
        for role, others in parts.items():
            for other in others:
                if other is not None:
                    roles.setdefault(other["periode"], dict.fromkeys(parts, 0))[role] = 1
        rows += [{"periode_nr": period.nummer, "bron_nr": numbers[source], **weights} for source, weights in roles.items()]
    return rows


def day_parts(found: Sequence[Period], needed: Iterable[int]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Days taken together as far as every needed period allows, so that days are counted once and not once per period.

    A part is a week, or a month (in two where a year to date ends halfway): every period is one or more whole parts.

    Returns:
        Rows of datum, deel_nr and per_week; and rows of bron_nr (the period) and deel_nr.
    """
    wanted = set(needed)
    used = [period for period in found if period.nummer in wanted]
    days: list[dict[str, Any]] = []
    parts: list[dict[str, Any]] = []
    number = 0
    for per_week in (True, False):
        family = [period for period in used if (period.row["periode_soort"] == "week") == per_week]
        spans = {period.nummer: (period.row["periode_begin"], period.row["periode_eind"] + _DAY) for period in family}
        edges = sorted({edge for span in spans.values() for edge in span})
        for place, (begin, end) in enumerate(pairwise(edges), number):
            length = (end - begin).days
            days += [{"datum": begin + offset * _DAY, "deel_nr": place, "per_week": per_week} for offset in range(length)]
        for source, (begin, end) in spans.items():
            inside = range(bisect_left(edges, begin), bisect_left(edges, end))
            parts += [{"bron_nr": source, "deel_nr": number + place} for place in inside]
        number += len(edges)
    return days, parts
