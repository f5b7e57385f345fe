"""The dashboard tables in Dagster: what runs, behind which gate. The computation is in the modules beside this one."""

from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg

from ivz_assets.dashboard.topics import TOPICS, Topic
from ivz_assets.orchestration.checks import gate, warning
from ivz_assets.warehouse.resource import WarehouseResource

GROUP = "dashboard"
OWNERS = ["team:veiligheidsregio"]
TABLES = {
    "dim_gebied": "Areas on every level with their parents, borders and label points.",
    "dim_datum": "Calendar: ISO week, month, quarter, half-year, year, public and school holidays, corona.",
    "dim_periode": "Periods that figures are given for, with the periods they are compared with.",
    "dim_uur": "Hours of the day.",
    "dim_klasse": "Classes, subcategories and categories of Bijlage 1A, themes, totals, with their denominators.",
    "area_levels": "To which areas a neighbourhood belongs.",
    "class_levels": "To which classes, themes and total an incident belongs.",
    "daily_counts": "Counts per day, neighbourhood, class and project code: what the other tables add up.",
    "drawn_area_counts": "The same for areas that the region drew itself; never to be added to the others.",
    "dashboard_incident_counts": "Counts per area, period and class, on the date occurred and the date registered.",
}


def _specs(tables: Mapping[str, str], deps: list[str]) -> list[dg.AssetSpec]:
    return [
        dg.AssetSpec(
            name,
            deps=deps,
            group_name=GROUP,
            kinds={"duckdb", "ibis"},
            owners=OWNERS,
            description=description,
            tags={"confidentiality": "internal"},
        )
        for name, description in tables.items()
    ]


@dg.multi_asset(
    specs=_specs(TABLES, ["incidents", "incident_locations", "raw_weekmonitor", "areas", "area_boundaries"]),
    check_specs=[gate(name, "schema") for name in TABLES] + [gate("dashboard_incident_counts", "expectations")],
    name="dashboard_stage",
)
def dashboard_stage(context: dg.AssetExecutionContext, warehouse: WarehouseResource) -> Iterator[Any]:
    """Recomputes the dimensions and counts from the incidents, in one transaction behind their gates."""
    from ivz_assets.dashboard import schema
    from ivz_assets.dashboard.stage import build
    from ivz_assets.orchestration.steps import report_stage

    outcome = build(warehouse.store, warehouse.settings, warehouse.run_id)
    models = {name: getattr(schema, name.upper()) for name in TABLES}
    extra = _charts(warehouse) if outcome.passed else {}
    yield from report_stage(context, warehouse, "dashboard", outcome, models, extra)


def _topic_stage(topic: Topic) -> dg.AssetsDefinition:
    """The asset definition of a topic: its tables in one transaction behind their gates."""

    @dg.multi_asset(
        specs=_specs(topic.tables, list(topic.deps)),
        check_specs=[gate(name, kind) for name in topic.tables for kind in ("schema", "expectations")]
        + [dg.AssetCheckSpec(name, asset=table, description=meaning) for name, (table, meaning) in topic.notices.items()],
        name=f"{topic.name}_stage",
    )
    def stage(context: dg.AssetExecutionContext, warehouse: WarehouseResource) -> Iterator[Any]:
        from ivz_assets.dashboard.stage import build, module
        from ivz_assets.orchestration.steps import report_stage

        outcome = build(warehouse.store, warehouse.settings, warehouse.run_id, topic.name)
        schema = module(topic.name, "schema")
        models = {name: getattr(schema, name.upper()) for name in topic.tables}
        if outcome.passed:
            for name, (table, _) in topic.notices.items():
                yield warning(table, name, **getattr(module(topic.name, "notices"), name)(warehouse.store))
        extra = module(topic.name, "pictures").charts(warehouse.store) if outcome.passed else {}
        yield from report_stage(context, warehouse, topic.name, outcome, models, extra)

    return stage


topic_stages = [_topic_stage(topic) for topic in TOPICS]


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
