"""The stage of the open police figures: what is there and in which state, behind its gate. For Dagster and tests alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import ibis.expr.types as ir
import pandera.ibis as pa

from ivz_assets.dashboard.reconciliation.mapping import open_codes
from ivz_assets.neighbourhoods.cbs.cache import Cache
from ivz_assets.neighbourhoods.reference import gemeenten
from ivz_assets.open_police.fetch import PoliceTable, Wanted, counts_of, fetch_tables
from ivz_assets.open_police.schema import OPEN_POLICE_COUNTS, OPEN_POLICE_TABLES
from ivz_assets.open_police.service import PoliceService
from ivz_assets.quality.stage import StageOutcome, build_stage
from ivz_assets.settings import Settings
from ivz_assets.warehouse.arrow import rows_of
from ivz_assets.warehouse.store import Store


def wanted_of(settings: Settings) -> Wanted:
    """The municipalities of the region, the codes that we compare, from the first year of our own data."""
    codes = sorted(row["gemeente_code"] for row in gemeenten(settings))
    return Wanted(tuple(codes), tuple(open_codes()), settings.first_date.year)


def fetch(
    store: Store, settings: Settings, run_id: str, service: PoliceService | None, say: Callable[[str], None]
) -> tuple[StageOutcome, list[PoliceTable]]:
    """Fetches what changed, and writes what is there; an outage leaves what was fetched before, and the table says so."""
    wanted = wanted_of(settings)
    found = fetch_tables(service, Cache(settings.politie_folder, say), wanted, settings.now(), say)
    outcome = build_stage(
        store,
        tables=lambda: tables(store, found, wanted),
        judge=lambda _: [],
        inputs={},
        run_id=run_id,
        at=settings.now(),
        protected_folder=settings.protected_folder / "gates",
    )
    return outcome, found


def tables(store: Store, found: Sequence[PoliceTable], wanted: Wanted) -> list[tuple[pa.DataFrameSchema, ir.Table]]:
    """The tables of the stage."""
    counted = {table.table_id: counts_of(table, wanted) for table in found}
    return [
        (
            OPEN_POLICE_TABLES,
            rows_of(store, OPEN_POLICE_TABLES, [_state(item, counted[item.table_id], wanted) for item in found]),
        ),
        (OPEN_POLICE_COUNTS, rows_of(store, OPEN_POLICE_COUNTS, [row for rows in counted.values() for row in rows])),
    ]


def _state(table: PoliceTable, counted: Sequence[dict[str, Any]], wanted: Wanted) -> dict[str, Any]:
    meta = table.kept.meta if table.kept else None
    filled = sorted(row["periode"] for row in counted if row["aantal"] is not None)
    known = {row["politie_code"] for row in counted}
    return {
        "tabel": table.table_id,
        "periode_soort": table.periode_soort,
        "titel": meta.title if meta else None,
        "gewijzigd": meta.modified if meta else None,
        "opgehaald_op": meta.fetched_at if meta else None,
        "bron": meta.source if meta else None,
        "toestand": table.toestand,
        "cijfers": len(counted),
        "eerste_periode": filled[0] if filled else None,
        "laatste_periode": filled[-1] if filled else None,
        "niet_gevonden": " ".join(code for code in wanted.codes if code not in known) if counted else "",
    }
