"""The dashboard tables in Dagster: what runs, behind which gate. The computation is in ``transform``."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from ivz_assets.orchestration.checks import gate
from ivz_assets.warehouse.resource import WarehouseResource

GROUP = "dashboard"
OWNERS = ["team:veiligheidsregio"]
TABLES = {
    "dim_gebied": "Areas on every level (buurt, wijk, gemeente, regio) with their parents.",
    "dim_datum": "Calendar: ISO week, month, quarter, year.",
    "dim_klasse": "Classes, subcategories and categories of Bijlage 1A.",
    "dashboard_incident_counts": "Counts per area, period and class, on the date occurred and the date registered.",
}


@dg.multi_asset(
    specs=[
        dg.AssetSpec(
            name,
            deps=["incidents", "raw_weekmonitor", "areas"],
            group_name=GROUP,
            kinds={"duckdb", "ibis"},
            owners=OWNERS,
            description=description,
            tags={"confidentiality": "internal"},
        )
        for name, description in TABLES.items()
    ],
    check_specs=[gate(name, "schema") for name in TABLES] + [gate("dashboard_incident_counts", "expectations")],
    name="dashboard_stage",
)
def dashboard_stage(context: dg.AssetExecutionContext, warehouse: WarehouseResource) -> Iterator[Any]:
    """Recomputes the dashboard tables from the incidents, in one transaction behind their gates."""
    from ivz_assets.dashboard import schema
    from ivz_assets.dashboard.stage import build
    from ivz_assets.orchestration.steps import report_stage

    outcome = build(warehouse.store, warehouse.settings, warehouse.run_id)
    models = {name: getattr(schema, name.upper()) for name in TABLES}
    extra = _charts(warehouse) if outcome.passed else {}
    yield from report_stage(context, warehouse, "dashboard", outcome, models, extra)


def _charts(warehouse: WarehouseResource) -> dict[str, dict[str, Any]]:
    from ivz_assets.orchestration.metadata import bar_chart, markdown_table

    rows = warehouse.store.rows
    weeks = rows(
        "SELECT periode, klasse_sleutel, aantal FROM dashboard_incident_counts WHERE gebied_niveau = 'regio' "
        "AND periode_soort = 'week' AND klasse_niveau = 'categorie' AND datumbasis = 'geregistreerd' "
        "AND periode_begin >= (SELECT max(periode_begin) FROM dashboard_incident_counts WHERE periode_soort = 'week') "
        "- INTERVAL 51 WEEK "
        "ORDER BY periode"
    )
    periods = sorted({row["periode"] for row in weeks})
    counted = {(row["klasse_sleutel"], row["periode"]): row["aantal"] for row in weeks}
    series = {
        key.removeprefix("categorie: "): [counted.get((key, period), 0) for period in periods]
        for key in sorted({row["klasse_sleutel"] for row in weeks})
    }
    levels = rows(
        "SELECT gebied_niveau, periode_soort, klasse_niveau, count(*) AS rijen FROM dashboard_incident_counts "
        "GROUP BY ALL ORDER BY ALL"
    )
    return {
        "dashboard_incident_counts": {
            "per_week": bar_chart(periods, series, "Registraties per week van registratie, regio, per categorie"),
            "rijen_per_niveau": markdown_table(levels),
        }
    }
