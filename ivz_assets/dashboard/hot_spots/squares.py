"""From counts per square to what may be shown: small squares hidden, their total told. No places, no store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import numpy as np
from pyproj import Transformer

from ivz_assets.dashboard.hot_spots.transform import SQUARE
from ivz_assets.dashboard.statistics.limits import count_limits
from ivz_assets.neighbourhoods.boundaries.maps import RD_NEW, WGS84

MINIMUM = 5
"""Registrations in a year from which a square is shown: below it the square may speak of one event or one person, and the
limits of the count are so wide (4: 1.1 to 10.2) that no patrol should be sent there."""

HIDDEN, NO_PLACE = "verborgen", "zonder plaats"
SOORTEN = ("vlak", HIDDEN, NO_PLACE)


def square_key(x: int, y: int) -> str:
    """Key of a square as CBS writes it, after its south-west corner in units of 100 m: (506, 943) is ``E2530N4715``."""
    step = SQUARE // 100
    return f"E{x * step:04d}N{y * step:04d}"


def judged_squares(counted: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows of one map (one class in one window): squares from ``MINIMUM`` on by rank, what is hidden, what has no place.

    The rows add up to all registrations of the map. No test is done: there is no denominator of who passes through a square,
    and Gi* on bare counts would say no more than where the centres of towns are. Poisson limits say how sure a count is.

    Args:
        counted: vlak_x, vlak_y (both None: no place), aantal.
    """
    rows = list(counted)
    placed = [row for row in rows if row["vlak_x"] is not None]
    shown = sorted(
        (row for row in placed if row["aantal"] >= MINIMUM), key=lambda row: (-row["aantal"], row["vlak_x"], row["vlak_y"])
    )
    located = sum(row["aantal"] for row in placed)
    found: list[dict[str, Any]] = []
    if shown:
        counts = [row["aantal"] for row in shown]
        low, high = count_limits(counts)
        # The middle of the square: a place that follows from the square alone.
        x = np.array([(row["vlak_x"] + 0.5) * SQUARE for row in shown])
        y = np.array([(row["vlak_y"] + 0.5) * SQUARE for row in shown])
        longitude, latitude = _to_wgs84(x, y)
        ranks = {count: place for place, count in reversed(list(enumerate(counts, 1)))}
        for place, row in enumerate(shown):
            found.append(
                {
                    "soort": "vlak",
                    "vlak": square_key(row["vlak_x"], row["vlak_y"]),
                    "midden_rd_x": float(x[place]),
                    "midden_rd_y": float(y[place]),
                    "midden_lengtegraad": round(float(longitude[place]), 5),
                    "midden_breedtegraad": round(float(latitude[place]), 5),
                    "aantal": row["aantal"],
                    "aantal_laag": float(low[place]),
                    "aantal_hoog": float(high[place]),
                    "aandeel": row["aantal"] / located,
                    "rang": ranks[row["aantal"]],
                }
            )
    rest = {HIDDEN: located - sum(row["aantal"] for row in shown), NO_PLACE: sum(row["aantal"] for row in rows) - located}
    return found + [{"soort": name, "vlak": name, "aantal": count} for name, count in rest.items() if count]


def _to_wgs84(x: Any, y: Any) -> tuple[Any, Any]:
    longitude, latitude = _transformer().transform(x, y)
    return longitude, latitude


@cache
def _transformer() -> Transformer:
    return Transformer.from_crs(RD_NEW, WGS84, always_xy=True)
