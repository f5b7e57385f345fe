"""The dashboard stage put together: the pure transformations meet the store and the code lists."""

from __future__ import annotations

from collections.abc import Mapping

import ibis.expr.types as ir
import pandera.ibis as pa

from ivz_assets.dashboard import expectations, schema, transform
from ivz_assets.neighbourhoods.reference import buurten, class_denominators, gemeenten
from ivz_assets.quality.expectations_gate import expectations_gate
from ivz_assets.quality.verdicts import Verdict
from ivz_assets.settings import Settings
from ivz_assets.warehouse.arrow import rows_of
from ivz_assets.warehouse.store import Store
from ivz_assets.weekmonitor.reference import klassen

CATEGORIES_WITHOUT_CLASSES = ("Verkeer",)
"""Main classes that exist (plan of action 2022-2023) but for which the police gave no codes yet."""


def tables(store: Store, settings: Settings) -> list[tuple[pa.DataFrameSchema, ir.Table]]:
    """The tables of the stage with the expressions that fill them."""
    incidents = store.table("incidents")
    today = settings.current_date()
    first = incidents.datum_voorval.min().as_scalar().to_pyarrow().as_py() or settings.first_date
    return [
        (schema.DIM_GEBIED, rows_of(store, schema.DIM_GEBIED, _areas(store, incidents, settings))),
        (schema.DIM_DATUM, transform.dim_datum(min(first, settings.first_date), today)),
        (
            schema.DIM_KLASSE,
            rows_of(store, schema.DIM_KLASSE, transform.dim_klasse(klassen(), _denominators(), CATEGORIES_WITHOUT_CLASSES)),
        ),
        (
            schema.DASHBOARD_INCIDENT_COUNTS,
            transform.dashboard_incident_counts(incidents, settings.regio_code, store.keep),
        ),
    ]


def judge(store: Store, staged: Mapping[str, ir.Table]) -> list[Verdict]:
    """The suite over the staged tables; its limits are exact, so nobody can let anything through."""
    profiles = expectations.profiles(
        staged["dashboard_incident_counts"], store.table("incidents"), staged["dim_gebied"], staged["dim_klasse"]
    )
    return [expectations_gate("dashboard_incident_counts", profiles, expectations.suite())]


def _areas(store: Store, incidents: ir.Table, settings: Settings) -> list[dict[str, str | bool | None]]:
    """Neighbourhoods that incidents name; a code without a list gets the name it was delivered with most recently."""
    raw = store.table("raw_weekmonitor")
    inside = incidents.filter(incidents.binnen_regio & ~incidents.buurt_code.endswith("XXXX"))
    named = inside.join(raw.select("levering_id", "rij", "buurt_naam"), ["levering_id", "rij"])
    latest = named.group_by("buurt_code").aggregate(
        buurt_naam=named.buurt_naam.argmax(named.datum_registratie.cast("string") + named.buurt_naam.fill_null(""))
    )
    seen = [
        {"buurt_code": row["buurt_code"], "buurt_naam": row["buurt_naam"] or row["buurt_code"]}
        for row in latest.to_pyarrow().to_pylist()
    ]
    listed = _newest_edition(store) or buurten(settings)
    return transform.dim_gebied(seen, listed, gemeenten(settings), settings.regio_code, settings.regio_naam)


def _newest_edition(store: Store) -> list[dict[str, str]]:
    """The region's neighbourhoods in the newest edition (buurt_code, buurt_naam, wijk_code, wijk_naam); empty when not built."""
    if not store.exists("areas"):
        return []
    return store.rows(
        "WITH nieuwste AS (FROM areas WHERE jaar = (SELECT max(jaar) FROM areas) AND regio_code IS NOT NULL) "
        "SELECT b.gebied_code AS buurt_code, b.naam AS buurt_naam, b.wijk_code, w.naam AS wijk_naam FROM nieuwste b "
        "LEFT JOIN nieuwste w ON w.gebied_code = b.wijk_code WHERE b.niveau = 'buurt' ORDER BY 1"
    )


def _denominators() -> dict[str, tuple[str, str]]:
    return {row["maatschappelijke_klasse"]: (row["noemer"], row["reden"]) for row in class_denominators()}
