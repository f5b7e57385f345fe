"""Which share of the registrations is in for each period, from what is known per week and month. No estimate of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from ivz_assets.dashboard.figures.periods import Period, Row


def completeness_rows(found: Iterable[Period], known: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows of periode_nr, volledigheid_van (a key of a class) and volledigheid.

    What lies before the first period with a share is in whole. A longer period that is not listed itself has the mean of
    its months, weighed by their days; one of which a month is unknown has none.

    Args:
        found: the periods.
        known: klasse_sleutel, periode (a week, a month) and aandeel_binnen (empty: not known).
    """
    shares: dict[str, dict[str, float | None]] = {}
    for row in known:
        shares.setdefault(row["klasse_sleutel"], {})[row["periode"]] = row["aandeel_binnen"]
    periods = {period.nummer: period.row for period in found}
    rows = []
    for key, listed in shares.items():
        first = {week: min((name for name in listed if ("W" in name) == week), default=None) for week in (True, False)}
        for number, period in periods.items():
            share = _share(period, listed, first)
            if share is not None:
                rows.append({"periode_nr": number, "volledigheid_van": key, "volledigheid": share})
    return rows


def _share(period: Row, listed: Mapping[str, float | None], first: Mapping[bool, str | None]) -> float | None:
    name, kind = period["periode"], period["periode_soort"]
    if name in listed or kind in ("week", "maand"):
        return _known(name, listed, first[kind == "week"])
    begin, after = period["periode_begin"], period["periode_eind"] + timedelta(days=1)
    total, day = 0.0, begin
    while day < after:
        following = min((day.replace(day=1) + timedelta(days=32)).replace(day=1), after)
        share = _known(f"{day:%Y-%m}", listed, first[False])
        if share is None:
            return None
        total += share * (following - day).days
        day = following
    return total / (after - begin).days


def _known(name: str, listed: Mapping[str, float | None], first: str | None) -> float | None:
    """The share of a week or a month; their keys sort by time."""
    return 1.0 if first is not None and name < first else listed.get(name)
