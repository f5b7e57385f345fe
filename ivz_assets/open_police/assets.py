"""The open police figures in Dagster: what runs, behind which gate, what it shows. The work itself is in the modules beside."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import dagster as dg

from ivz_assets.orchestration.checks import gate, warning
from ivz_assets.warehouse.resource import WarehouseResource

if TYPE_CHECKING:
    from ivz_assets.open_police.fetch import PoliceTable

GROUP = "open_police"
TABLES = {
    "open_police_tables": "The open tables of the police as they were fetched last. An outage leaves what was fetched before.",
    "open_police_counts": "Registered crimes as the police publish them, per municipality, month or year and mapped code.",
}

police_open_data = dg.AssetSpec(
    "police_open_data",
    description="Geregistreerde misdrijven (47022NED and 47018NED) on the open data service for third parties of CBS.",
    group_name=GROUP,
    kinds={"odata"},
)


@dg.multi_asset(
    specs=[
        dg.AssetSpec(
            name,
            deps=[police_open_data],
            group_name=GROUP,
            kinds={"duckdb", "python"},
            owners=["team:veiligheidsregio"],
            description=description,
            tags={"personal_data": "none", "confidentiality": "public"},
        )
        for name, description in TABLES.items()
    ],
    check_specs=[
        *(gate(name, "schema") for name in TABLES),
        dg.AssetCheckSpec("up_to_date", asset="open_police_tables", description="Both tables were fetched as they are now."),
        dg.AssetCheckSpec("codes_found", asset="open_police_tables", description="Every code that is compared is in the tables."),
    ],
    name="open_police_stage",
)
def open_police_stage(context: dg.AssetExecutionContext, warehouse: WarehouseResource) -> Iterator[Any]:
    """Fetches what changed; a host that does not answer never stops the week."""
    from ivz_assets.open_police import schema
    from ivz_assets.open_police.service import service_of
    from ivz_assets.open_police.stage import fetch
    from ivz_assets.orchestration.metadata import markdown_table
    from ivz_assets.orchestration.steps import report_stage

    store, settings = warehouse.store, warehouse.settings
    service = service_of(settings)
    outcome, found = fetch(store, settings, warehouse.run_id, service, context.log.info)
    extra: dict[str, dict[str, Any]] = {}
    if outcome.passed:
        rows = store.rows("SELECT * EXCLUDE (titel, niet_gevonden) FROM open_police_tables ORDER BY tabel")
        extra["open_police_tables"] = {"tabellen": markdown_table(rows), "verzoeken": service.requests if service else 0}
        yield _up_to_date_check(found)
        yield _codes_check(store)
    models = {name: getattr(schema, name.upper()) for name in TABLES}
    yield from report_stage(context, warehouse, "open_police", outcome, models, extra, goes_on=True)


def _up_to_date_check(found: "list[PoliceTable]") -> dg.AssetCheckResult:
    rows = [
        {"tabel": table.table_id, "toestand": table.toestand, "melding": table.melding}
        for table in found
        if table.toestand != "actueel"
    ]
    told = ", ".join(f"{row['tabel']} {row['toestand']}" for row in rows)
    fine = "both tables are as the police have them now"
    return warning("open_police_tables", "up_to_date", told=told, fine=fine, rows=rows, shown_as="tabellen")


def _codes_check(store: Any) -> dg.AssetCheckResult:
    """A renumbered code must not end a comparison in silence: mk_to_politie_open.csv then has its old number."""
    rows = store.rows("SELECT tabel, niet_gevonden FROM open_police_tables WHERE niet_gevonden <> '' ORDER BY tabel")
    told = ", ".join(f"{row['tabel']} has no {row['niet_gevonden']}" for row in rows)
    fine = "every code that is compared is in the tables that were fetched"
    told = f"{told}; see mk_to_politie_open.csv" if told else ""
    return warning("open_police_tables", "codes_found", told=told, fine=fine, rows=rows, shown_as="codes")
