"""Neighbourhoods in Dagster: what runs, behind which gate, what it shows. The work itself is in the modules beside this one."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import dagster as dg

from ivz_assets.orchestration.checks import gate, warning
from ivz_assets.warehouse.resource import WarehouseResource

if TYPE_CHECKING:
    from ivz_assets.neighbourhoods.cbs.fetch import YearTable

GROUP = "neighbourhoods"
OWNERS = ["team:veiligheidsregio"]
TAGS = {"personal_data": "none", "confidentiality": "public"}
TABLES = {
    "areas": "Areas per year (buurt, wijk, gemeente, basisteam, region), with the names of then and now.",
    "neighbourhood_indicators": "CBS key figures per area and year, long, each with its unit, year and source.",
    "neighbourhood_profiles": "The same key figures as columns: a profile per area and year.",
    "area_crosswalk": "From the neighbourhoods of every edition to the newest: weight, and how it is known.",
    "area_boundaries": "Borders of the newest edition: WKB in RD New, simplified GeoJSON in WGS84, label point, surface.",
    "area_neighbours": "Areas that share a border or a point (queen contiguity).",
    "denominators": "What rates are computed over, per area and year, and whether it is large enough.",
}

LATE = timedelta(days=457)
"""Fifteen months: CBS publishes the first figures of a year within that year."""

cbs_statline = dg.AssetSpec(
    "cbs_statline",
    description="Kerncijfers wijken en buurten, a table per year on the open data service of CBS (CC BY 4.0).",
    group_name=GROUP,
    kinds={"odata"},
)
boundary_maps = dg.AssetSpec(
    "boundary_maps",
    description="CBS wijk- en buurtkaart, a GeoPackage or GeoJSON per year in the folder reference/grenzen.",
    group_name=GROUP,
    kinds={"geopackage"},
)


@dg.asset(
    deps=[cbs_statline],
    check_specs=[
        gate("cbs_tables", "schema"),
        dg.AssetCheckSpec("up_to_date", asset="cbs_tables", description="Every year was fetched as CBS has it now."),
        dg.AssetCheckSpec("columns_found", asset="cbs_tables", description="Every year has a column for every indicator."),
    ],
    group_name=GROUP,
    kinds={"duckdb", "python"},
    owners=OWNERS,
    tags=TAGS,
    description="The CBS table of every year as it was fetched last. An outage leaves what was fetched before, and says so.",
)
def cbs_tables(context: dg.AssetExecutionContext, warehouse: WarehouseResource) -> Iterator[Any]:
    from ivz_assets.neighbourhoods.cbs.sources import service_of
    from ivz_assets.neighbourhoods.schema import CBS_TABLES
    from ivz_assets.neighbourhoods.stage import fetch
    from ivz_assets.orchestration.metadata import markdown_table
    from ivz_assets.orchestration.steps import report_stage

    store, settings = warehouse.store, warehouse.settings
    service = service_of(settings)
    outcome, tables = fetch(store, settings, warehouse.run_id, service, context.log.info)
    extra: dict[str, Any] = {}
    if outcome.passed:
        rows = store.rows("SELECT * EXCLUDE (niet_gevonden, titel) FROM cbs_tables ORDER BY jaar DESC")
        extra = {"tabellen": markdown_table(rows), "verzoeken": service.requests if service else 0}
        yield _up_to_date_check(tables, settings.current_date())
        yield _columns_check(store)
    yield from report_stage(context, warehouse, "cbs_tables", outcome, {"cbs_tables": CBS_TABLES}, {"cbs_tables": extra})


def _up_to_date_check(tables: "list[YearTable]", today: date) -> dg.AssetCheckResult:
    rows = [
        {"jaar": table.jaar, "tabel_id": table.table_id, "toestand": table.toestand, "melding": table.melding}
        for table in reversed(tables)
        if table.toestand != "actueel"
    ]
    told = [f"{row['jaar']} {row['toestand']}" for row in rows]
    newest = max((table.jaar for table in tables if table.rows), default=None)
    if newest is not None and newest < (today - LATE).year:
        told.append(
            f"the newest year is {newest}: look whether CBS gave a newer table another title, and add it to kwb_tables.csv"
        )
    fine = "every year is as CBS has it now"
    return warning("cbs_tables", "up_to_date", told=", ".join(told), fine=fine, rows=rows, shown_as="jaren")


def _columns_check(store: Any) -> dg.AssetCheckResult:
    """A renamed column must not empty an indicator in silence: kwb_stems.csv then lacks its new name."""
    rows = store.rows("SELECT jaar, tabel_id, niet_gevonden FROM cbs_tables WHERE niet_gevonden <> '' ORDER BY jaar DESC")
    years = ", ".join(f"{row['jaar']}: {row['niet_gevonden']}" for row in rows[:3])
    told = f"no column for {years}; see kwb_stems.csv" if rows else ""
    fine = "every indicator has its column in every year"
    return warning("cbs_tables", "columns_found", told=told, fine=fine, rows=rows, shown_as="jaren")


@dg.multi_asset(
    specs=[
        dg.AssetSpec(
            name,
            deps=["cbs_tables", boundary_maps],
            group_name=GROUP,
            kinds={"duckdb", "ibis"},
            owners=OWNERS,
            description=description,
            tags=TAGS,
        )
        for name, description in TABLES.items()
    ],
    check_specs=[gate(name, "schema") for name in TABLES]
    + [gate(name, "expectations") for name in ("neighbourhood_indicators", "area_crosswalk", "area_boundaries")]
    + [dg.AssetCheckSpec("map_year", asset="area_boundaries", description="The map is of the newest edition's year.")],
    name="neighbourhoods_stage",
)
def neighbourhoods_stage(context: dg.AssetExecutionContext, warehouse: WarehouseResource) -> Iterator[Any]:
    """Recomputes the neighbourhoods from what was fetched and from the maps, in one transaction behind its gates."""
    from ivz_assets.neighbourhoods import schema
    from ivz_assets.neighbourhoods.pictures import shown
    from ivz_assets.neighbourhoods.stage import build
    from ivz_assets.orchestration.steps import report_stage

    outcome = build(warehouse.store, warehouse.settings, warehouse.run_id)
    models = {name: getattr(schema, name.upper()) for name in TABLES}
    extra = shown(warehouse.store, warehouse.settings) if outcome.passed else {}
    if outcome.passed:
        yield _map_year_check(warehouse.store)
    yield from report_stage(context, warehouse, "neighbourhoods", outcome, models, extra, goes_on=True)


def _map_year_check(store: Any) -> dg.AssetCheckResult:
    """CBS gives figures of a year before its map; until the map is put in place new neighbourhoods have no border."""
    (found,) = store.rows("SELECT (SELECT max(jaar) FROM areas) AS indeling, (SELECT max(jaar) FROM area_boundaries) AS kaart")
    seen = f"the map is of {found['kaart']}" if found["kaart"] else "there is no map"
    text = f"{seen}; the newest edition is of {found['indeling']}"
    return warning("area_boundaries", "map_year", told="" if found["indeling"] == found["kaart"] else text, fine=text)
