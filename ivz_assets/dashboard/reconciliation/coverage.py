"""Which periods can be compared: those that the open tables have and that the deliveries cover. Plain rows, no counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

ONE_DAY = timedelta(days=1)


def compared_periods(
    periods: Iterable[Mapping[str, Any]], open_periods: Mapping[str, bool], spans: Sequence[tuple[date, date]]
) -> list[dict[str, Any]]:
    """Periode_soort, periode, periode_naam, periode_begin, volledig, voorlopig of every period that both sides know.

    Args:
        periods: rows of ``dim_periode`` of the kinds that are compared.
        open_periods: the periods in the open tables, and whether any figure of it is filled.
        spans: first and last registration dates for which a delivery speaks.
    """
    known = [row for row in periods if row["periode"] in open_periods and _days(row, spans)]
    newest = max(
        (row["periode"] for row in known if row["periode_soort"] == "maand" and open_periods[row["periode"]]), default=""
    )
    filled_later = [period for period, filled in open_periods.items() if filled and "-" in period and period > newest]
    return [
        {
            "periode_soort": row["periode_soort"],
            "periode": row["periode"],
            "periode_naam": row["periode_naam"],
            "periode_begin": row["periode_begin"],
            "volledig": _days(row, spans) == (row["periode_eind"] - row["periode_begin"]).days + 1,
            # The police add to the newest month for weeks; a month after it is a sign that it is done.
            "voorlopig": row["periode"] == newest and not filled_later,
        }
        for row in known
    ]


def _days(period: Mapping[str, Any], spans: Sequence[tuple[date, date]]) -> int:
    """Days of the period for which a delivery speaks; the spans do not overlap."""
    begin, end = period["periode_begin"], period["periode_eind"]
    return sum(max(0, (min(end, last) - max(begin, first) + ONE_DAY).days) for first, last in spans)
