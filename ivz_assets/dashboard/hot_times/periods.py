"""Which months make up the periods and seasons of the hot times, and which levels are combined. Plain rows; no counts."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from ivz_assets.dashboard.hot_times.schema import PERIODE_SOORTEN, SEIZOENEN

YEARS = 6
"""Calendar years shown, the running one included: hours of the day change slowly, and each year is half a million rows."""

GRAINS = Path(__file__).parent / "reference" / "grains.csv"

_SEASONS = {12: "winter", 1: "winter", 2: "winter", 3: "lente", 4: "lente", 5: "lente", 6: "zomer", 7: "zomer", 8: "zomer"}


@cache
def grains() -> list[dict[str, Any]]:
    """The combinations of levels that are published: periode_soort, gebied_niveau, klasse_niveau, and ``soort_nr`` and ``paar``,
    the numbers of the kind of period and of the pair of kind and area level."""
    with GRAINS.open(encoding="utf-8", newline="") as file:
        listed = list(csv.DictReader(file))
    pairs = sorted({(row["periode_soort"], row["gebied_niveau"]) for row in listed})
    return [
        {
            **row,
            "soort_nr": PERIODE_SOORTEN.index(row["periode_soort"]),
            "paar": pairs.index((row["periode_soort"], row["gebied_niveau"])),
        }
        for row in listed
    ]


def season(month: int) -> str:
    """Meteorological season of a month (1 to 12)."""
    return _SEASONS.get(month, "herfst")


def months(periods: Sequence[Mapping[str, Any]], known_from: date) -> list[dict[str, Any]]:
    """The months of the newest calendar years (``YEARS``) and of the newest twelve closed months.

    A year that began before ``known_from`` is left out: it holds only what happened then and was registered later, which is no
    year. Only where no year began since then is the newest shown all the same.

    Args:
        periods: rows of ``dim_periode``.
        known_from: first registration date the deliveries speak for.

    Returns:
        ``maand`` (months since the year nought), soort_nr, periode_soort, periode, seizoen and ``periode_nr``: four times the
        number of the period plus that of the season. Every period begins and ends with a month; a winter is the January,
        February and December of its period, so that seasons add up to it.
    """
    years = sorted((row for row in periods if row["periode_soort"] == "jaar"), key=lambda row: row["periode"])[-YEARS:]
    known = [row for row in years if row["periode_begin"] >= known_from]
    rolling = [row for row in periods if row["periode_soort"] == "12 maanden" and row["afgesloten"]]
    wanted = [*(known or years[-1:]), *sorted(rolling, key=lambda row: int(row["volgnummer"]))[-1:]]
    rows = []
    for number, period in enumerate(wanted):
        for month in range(_month(period["periode_begin"]), _month(period["periode_eind"]) + 1):
            part = season(month % 12 + 1)
            rows.append(
                {
                    "maand": month,
                    "soort_nr": PERIODE_SOORTEN.index(period["periode_soort"]),
                    "periode_soort": period["periode_soort"],
                    "periode": period["periode"],
                    "seizoen": part,
                    "periode_nr": len(SEIZOENEN) * number + SEIZOENEN.index(part),
                }
            )
    return rows


def _month(day: date) -> int:
    return day.year * 12 + day.month - 1
