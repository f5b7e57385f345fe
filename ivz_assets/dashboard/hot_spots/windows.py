"""The periods that hot spots are looked for in: twelve months each, one after the other. No counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

KIND = "12 maanden"
MOST = 5
"""Windows looked at; older ones say little about where to go now."""


@dataclass(frozen=True)
class Window:
    """A period of twelve whole months; both days are part of it."""

    periode: str
    begin: date
    eind: date


def windows(periods: Sequence[Mapping[str, Any]], known_from: date | None) -> list[Window]:
    """Windows that do not overlap and end at the newest closed month and whole years before it, oldest first.

    Args:
        periods: periode, periode_soort, periode_begin, periode_eind, volgnummer, afgesloten of ``dim_periode``.
        known_from: first registration date that deliveries speak for; before it nothing is known, which is not nought.
    """
    closed = {row["volgnummer"]: row for row in periods if row["periode_soort"] == KIND and row["afgesloten"]}
    if not closed or known_from is None:
        return []
    newest = max(closed)
    found = []
    for number in range(newest, newest - 12 * MOST, -12):
        row = closed.get(number)
        if row is None or row["periode_begin"] < known_from:
            break
        found.append(Window(row["periode"], row["periode_begin"], row["periode_eind"]))
    return found[::-1]
