"""Which share of the registrations is in for each period, and what that leaves to compare. No estimate of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from ivz_assets.dashboard.completeness.lags import DEVELOPMENT_WEEKS
from ivz_assets.dashboard.figures.caveats import COMPLETE
from ivz_assets.dashboard.figures.periods import COMPARISONS, Period, Row

LEAST_IN = 0.8
"""Share below which nothing is compared: the share is then too uncertain itself. Of all crimes in a week of which 45% was in
by estimate, that was anything from 40 to 51%."""

AT_ONCE = ""
"""Stands for what is counted by the day of registration: it is in on that day."""

WHOLE = 1000
"""A whole period, for shares are compared in thousandths: more decimals are not known, and make more tests of the same."""


def completeness_rows(
    found: Iterable[Period], classes: Sequence[str], known: Sequence[Mapping[str, Any]], up_to: date
) -> list[dict[str, Any]]:
    """Rows of periode_nr, volledigheid_van (a key of a class, or ``AT_ONCE``), volledigheid, and vorige_binnen and so on.

    The latter are the thousandths of the registrations that a comparison counts with; empty: there is none. A period is compared
    when it is closed, at least ``LEAST_IN`` is in, and what it is compared with is complete.

    Args:
        found: the periods.
        classes: keys of the classes that have a share.
        known: klasse_sleutel, periode_soort, periode, periode_begin and aandeel_binnen (empty: not to be said) of the periods
            that may not be whole. What lies before the first of its kind is whole; of what is later and not listed, it is not
            known. Of a kind that is not listed that is whole what ended so long ago that nothing more is waited for.
        up_to: last day the deliveries speak for.
    """
    shares = {(row["klasse_sleutel"], row["periode"]): row["aandeel_binnen"] for row in known}
    first: dict[str, date] = {}
    for row in known:
        first[row["periode_soort"]] = min(row["periode_begin"], first.get(row["periode_soort"], date.max))
    waited = up_to - timedelta(weeks=DEVELOPMENT_WEEKS)

    def share(key: str, row: Row) -> float | None:
        begin = first.get(row["periode_soort"])
        whole = row["periode_begin"] < begin if begin is not None else row["periode_eind"] <= waited
        return 1.0 if whole or key == AT_ONCE else shares.get((key, row["periode"]))

    rows = []
    for period in {period.nummer: period for period in found}.values():
        others = {role: period.comparable(role) for role in COMPARISONS}
        for key in (AT_ONCE, *classes):
            own = share(key, period.row)
            counted = _thousandths(own)
            binnen = {
                f"{role}_binnen": counted if parts and all(_complete(share(key, part)) for part in parts) else None
                for role, parts in others.items()
            }
            rows.append({"periode_nr": period.nummer, "volledigheid_van": key, "volledigheid": own, **binnen})
    return rows


def _complete(share: float | None) -> bool:
    return share is not None and share >= COMPLETE


def _thousandths(share: float | None) -> int | None:
    """A share as it is compared: what counts as complete is whole."""
    if share is None or share < LEAST_IN:
        return None
    return WHOLE if _complete(share) else round(WHOLE * share)
