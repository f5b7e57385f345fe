"""Which share of the registrations is in for each period, as ``dashboard_completeness`` has it. No estimate of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from ivz_assets.dashboard.figures.periods import Period


def completeness_rows(found: Iterable[Period], known: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows of periode_nr, volledigheid_van (a key of a class) and volledigheid.

    What lies before the first period of its kind that has a share is in whole; what comes later and is not listed is not known.

    Args:
        found: the periods.
        known: klasse_sleutel, periode_soort, periode, periode_begin and aandeel_binnen (empty: not to be said).
    """
    shares = {(row["klasse_sleutel"], row["periode"]): row["aandeel_binnen"] for row in known}
    first: dict[tuple[str, str], date] = {}
    for row in known:
        place = (row["klasse_sleutel"], row["periode_soort"])
        first[place] = min(row["periode_begin"], first.get(place, row["periode_begin"]))
    of_kind: dict[str, list[Mapping[str, Any]]] = {}
    for period in {period.nummer: period for period in found}.values():
        of_kind.setdefault(period.row["periode_soort"], []).append({**period.row, "periode_nr": period.nummer})
    rows = []
    for (key, kind), begin in first.items():
        for period_row in of_kind.get(kind, []):
            share = 1.0 if period_row["periode_begin"] < begin else shares.get((key, period_row["periode"]))
            if share is not None:
                rows.append({"periode_nr": period_row["periode_nr"], "volledigheid_van": key, "volledigheid": share})
    return rows
