"""The region's municipalities and, when known, its neighbourhoods. The lists are data: here, or in the data folder of a user."""

from __future__ import annotations

import csv
from pathlib import Path

from ivz_assets.settings import Settings

FOLDER = Path(__file__).parent


def gemeenten(settings: Settings) -> list[dict[str, str]]:
    """Municipalities of the region (gemeente_code, gemeente_naam, ...): the data folder's own list, else Twente's 14."""
    own = settings.gemeenten_csv
    return _rows(own if own.exists() else FOLDER / "gemeenten.csv")


def buurten(settings: Settings) -> list[dict[str, str]]:
    """Neighbourhoods of the region (buurt_code, buurt_naam, wijk_code, wijk_naam, gemeente_code); empty when there is no list.

    Without a list every well-formed code of a municipality of the region counts as a neighbourhood.
    """
    return _rows(settings.buurten_csv) if settings.buurten_csv.exists() else []


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
