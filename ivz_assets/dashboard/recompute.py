"""The dashboard stage put together: the pure transformations meet the store and the code lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import ibis.expr.types as ir
import pandera.ibis as pa

from ivz_assets.dashboard import custom_areas, dimensions, expectations, levels, schema, transform
from ivz_assets.dashboard.calendar import calendar_rows, excluded_periods
from ivz_assets.dashboard.custom_area_files import OwnArea, read_own_areas
from ivz_assets.dashboard.horizon import horizon
from ivz_assets.dashboard.periods import dim_periode
from ivz_assets.dashboard.themes.catalogue import themes
from ivz_assets.neighbourhoods.boundaries.stored import stored_areas
from ivz_assets.neighbourhoods.reference import basisteams, buurten, class_denominators, gemeenten
from ivz_assets.quality.expectations_gate import expectations_gate
from ivz_assets.quality.verdicts import Verdict
from ivz_assets.settings import Settings
from ivz_assets.warehouse.arrow import rows_of
from ivz_assets.warehouse.store import Store
from ivz_assets.weekmonitor.reference import klassen

INPUTS = ("raw_weekmonitor", "incidents", "incident_locations", "areas", "area_boundaries")

CATEGORIES_WITHOUT_CLASSES = ("Verkeer",)
"""Main classes that exist (plan of action 2022-2023) but for which the police gave no codes yet."""


def tables(store: Store, settings: Settings) -> list[tuple[pa.DataFrameSchema, ir.Table]]:
    """The tables of the stage with the expressions that fill them."""
    incidents = store.table("incidents")
    areas = _areas(store, incidents, settings)
    buurten_codes = [row["gebied_sleutel"] for row in areas if row["gebied_niveau"] == "buurt"]
    own_areas = read_own_areas(settings, buurten_codes)
    areas += _own_area_rows(store, settings, own_areas)
    daily = store.keep("dagtellingen", transform.daily_counts(incidents))
    made = {
        **_calendar(store, daily, settings),
        "dim_gebied": areas,
        "dim_uur": dimensions.dim_uur(),
        "dim_klasse": dimensions.dim_klasse(
            klassen(), _denominators(), CATEGORIES_WITHOUT_CLASSES, themes(settings), dimensions.kept_back()
        ),
        "area_levels": levels.area_levels(
            buurten_codes, settings.regio_code, basisteams(settings), custom_areas.neighbourhoods_of(own_areas)
        ),
        "class_levels": levels.class_levels(_pairs(daily), klassen(), themes(settings)),
    }
    models = (
        *(schema.DIM_GEBIED, schema.DIM_DATUM, schema.DIM_PERIODE, schema.DIM_UUR, schema.DIM_KLASSE),
        *(schema.AREA_LEVELS, schema.CLASS_LEVELS),
    )
    return [
        *((model, rows_of(store, model, made[str(model.name)])) for model in models),
        (schema.DAILY_COUNTS, daily),
        (schema.DRAWN_AREA_COUNTS, _drawn_area_counts(store, incidents, own_areas)),
        (
            schema.DASHBOARD_INCIDENT_COUNTS,
            transform.dashboard_incident_counts(incidents, settings.regio_code, store.keep),
        ),
    ]


def judge(store: Store, settings: Settings, staged: Mapping[str, ir.Table]) -> list[Verdict]:
    """The suite over the staged tables; its limits are exact, so nobody can let anything through."""
    profiles = expectations.profiles(
        staged["dashboard_incident_counts"], store.table("incidents"), staged["dim_gebied"], staged["dim_klasse"]
    )
    return [expectations_gate("dashboard_incident_counts", profiles, expectations.suite())]


def _drawn_area_counts(store: Store, incidents: ir.Table, own_areas: Sequence[OwnArea]) -> ir.Table:
    """Daily counts of the areas that are drawn, each under its own key."""
    drawn = [area for area in own_areas if area.shape is not None]
    if not drawn:
        return rows_of(store, schema.DRAWN_AREA_COUNTS, [])
    points = custom_areas.located_points(store.table("incident_locations"), drawn)
    placed = store.keep_arrow("punten_in_eigen_gebieden", custom_areas.points_in(points, drawn))
    return custom_areas.located_daily_counts(incidents, placed)


def _own_area_rows(store: Store, settings: Settings, own_areas: Sequence[OwnArea]) -> list[dict[str, Any]]:
    if not own_areas:
        return []
    names = {row["gemeente_code"]: row["gemeente_naam"] for row in gemeenten(settings)}
    outlines = stored_areas(store, "buurt")
    return custom_areas.dim_rows(own_areas, settings.regio_naam, names, outlines)


def _calendar(store: Store, daily: ir.Table, settings: Settings) -> dict[str, list[dict[str, Any]]]:
    """Days and periods, from the first that has a figure to today."""
    found = daily.aggregate(first=daily.datum.min(), last=daily.datum.max()).to_pyarrow().to_pylist()[0]
    first = min(found["first"] or settings.first_date, settings.first_date)
    last = max(found["last"] or settings.current_date(), settings.current_date())
    known = horizon(store)
    spoken = (known.first, known.last) if known else (first, last)
    excluded = [(begin, end) for begin, end, _ in excluded_periods()]
    return {"dim_datum": calendar_rows(first, last), "dim_periode": dim_periode(first, last, spoken, excluded)}


def _pairs(daily: ir.Table) -> list[tuple[str, str]]:
    """Classes with project codes as they occur, and every class without one."""
    found = daily.select("maatschappelijke_klasse", "projectcode").distinct().to_pyarrow().to_pylist()
    listed = [(row["maatschappelijke_klasse"], "") for row in klassen()]
    return [*((row["maatschappelijke_klasse"], row["projectcode"]) for row in found), *listed]


def _areas(store: Store, incidents: ir.Table, settings: Settings) -> list[dict[str, Any]]:
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
    return dimensions.dim_gebied(
        seen, listed, gemeenten(settings), settings.regio_code, settings.regio_naam, basisteams(settings), _borders(store)
    )


def _newest_edition(store: Store) -> list[dict[str, str]]:
    """The region's neighbourhoods in the newest edition (buurt_code, buurt_naam, wijk_code, wijk_naam); empty when not built."""
    if not store.exists("areas"):
        return []
    return store.rows(
        "WITH nieuwste AS (FROM areas WHERE jaar = (SELECT max(jaar) FROM areas) AND regio_code IS NOT NULL) "
        "SELECT b.gebied_code AS buurt_code, b.naam AS buurt_naam, b.wijk_code, w.naam AS wijk_naam FROM nieuwste b "
        "LEFT JOIN nieuwste w ON w.gebied_code = b.wijk_code WHERE b.niveau = 'buurt' ORDER BY 1"
    )


def _borders(store: Store) -> dict[str, dict[str, Any]]:
    """Per area its surface, label point and simplified border; empty when there is no map."""
    if not store.exists("area_boundaries"):
        return {}
    rows = store.rows(
        "SELECT gebied_code, oppervlakte_ha, label_lengtegraad AS lengtegraad, label_breedtegraad AS breedtegraad, "
        "geometrie_geojson AS grens_geojson FROM area_boundaries"
    )
    return {row["gebied_code"]: row for row in rows}


def _denominators() -> dict[str, tuple[str, str]]:
    return {row["maatschappelijke_klasse"]: (row["noemer"], row["reden"]) for row in class_denominators()}
