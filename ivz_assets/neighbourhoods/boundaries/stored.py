"""Areas of ``area_boundaries`` back from the store. Reading a map's file is for ``reading``."""

from __future__ import annotations

import shapely

from ivz_assets.neighbourhoods.boundaries.maps import Areas
from ivz_assets.warehouse.store import Store


def stored_areas(store: Store, niveau: str) -> Areas | None:
    """The areas of a level with their borders as delivered; None when there is no map."""
    if not store.exists("area_boundaries"):
        return None
    rows = store.rows(
        "SELECT gebied_code, naam, geometrie_wkb FROM area_boundaries WHERE niveau = ? ORDER BY gebied_code", [niveau]
    )
    if not rows:
        return None
    shapes = shapely.from_wkb([bytes(row["geometrie_wkb"]) for row in rows])
    return Areas(tuple(row["gebied_code"] for row in rows), tuple(row["naam"] for row in rows), shapes)
