"""What a deviation says, for a check that informs and stops nothing. The gates are in ``expectations``."""

from __future__ import annotations

from typing import Any

from ivz_assets.dashboard.reconciliation.expectations import NO_OPEN_TABLE
from ivz_assets.warehouse.store import Store

SHOWN = 25
"""Deviations that the check shows; all of them are in the table."""


def deviations(store: Store) -> dict[str, Any]:
    """Arguments of ``orchestration.checks.warning``: what deviates, or why nothing was compared."""
    (counted,) = store.rows(
        "SELECT count(*) AS rijen, count(*) FILTER (oordeel <> 'niet te vergelijken') AS vergeleken, "
        "count(*) FILTER (oordeel = 'wijkt af') AS af FROM dashboard_reconciliation"
    )
    compared, outside = counted["vergeleken"], counted["af"]
    told = ""
    if not counted["rijen"]:
        told = f"nothing was compared: {NO_OPEN_TABLE}; see open_police_tables.up_to_date"
    elif outside:
        told = f"{outside} of {compared} comparisons with the open figures of the police lie outside their band"
    return {
        "told": told,
        "fine": f"all {compared} comparisons with the open figures of the police lie within their band",
        "rows": largest(store, SHOWN),
        "shown_as": "afwijkingen",
    }


def largest(store: Store, count: int) -> list[dict[str, Any]]:
    """The deviations that lie farthest outside their band for their size, each as its sentence."""
    return store.rows(
        "SELECT gebied_sleutel, periode, politie_code, aantal_weekmonitor, aantal_open, verschil, toelichting "
        "FROM dashboard_reconciliation WHERE oordeel = 'wijkt af' "
        "ORDER BY greatest(band_laag - aantal_open, aantal_open - band_hoog) / sqrt(aantal_weekmonitor + 1) DESC, "
        f"gebied_sleutel, periode, politie_code LIMIT {count}"
    )
