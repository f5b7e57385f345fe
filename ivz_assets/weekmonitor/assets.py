"""The weekmonitor in Dagster: what runs, when, behind which gate. The work itself is in the modules beside this one."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import dagster as dg

from ivz_assets.deliveries.checks import deliveries_check, deliveries_spec
from ivz_assets.orchestration.checks import gate, warning
from ivz_assets.orchestration.partitions import weekly_partitions
from ivz_assets.settings import load_settings
from ivz_assets.warehouse.resource import WarehouseResource
from ivz_assets.weekmonitor.checks import unknown_classes_check, unknown_neighbourhoods_check

if TYPE_CHECKING:
    from ivz_assets.deliveries.intake import Outcome
    from ivz_assets.quality.stage import StageOutcome

GROUP = "weekmonitor"
OWNERS = ["team:veiligheidsregio"]
RAW_CHECKS = ("schema", "row_conservation", "expectations")
TABLES = {
    "incidents": "Incidents in force: standardised, one per registration, newest delivery wins.",
    "incident_locations": "Restricted: coordinates of incidents of the 15 classes that may carry x/y, RD New and WGS84.",
    "incident_versions": "From which delivery until which an incident was known.",
    "quarantine": "Rejected rows with all reasons, to send back to the police.",
    "delivery_accounts": "Every delivered row has exactly one status; per delivery they add up.",
    "rule_counts": "How many rows each rule touched, per delivery.",
}

weekmonitor_workbooks = dg.AssetSpec(
    "weekmonitor_workbooks",
    description="The weekly workbooks that the police put in the landing folder. Confidential; made and owned by the police.",
    group_name=GROUP,
    kinds={"excel"},
)


@dg.asset(
    deps=[weekmonitor_workbooks, "area_crosswalk"],
    partitions_def=weekly_partitions(load_settings()),
    check_specs=[gate("raw_weekmonitor", name) for name in RAW_CHECKS]
    + [
        deliveries_spec("raw_weekmonitor"),
        dg.AssetCheckSpec("week_delivered", asset="raw_weekmonitor", description="The week of this run has been delivered."),
    ],
    group_name=GROUP,
    kinds={"duckdb", "python"},
    owners=OWNERS,
    tags={"personal_data": "none", "confidentiality": "restricted"},
    description=(
        "Every delivered row as text, append-only per delivery. A run takes in all waiting files that report on its week or an "
        "earlier one; a file that is refused, fails its gate or is held does not stop the others."
    ),
)
def raw_weekmonitor(context: dg.AssetExecutionContext, warehouse: WarehouseResource) -> Iterator[Any]:
    from ivz_assets.deliveries import landing
    from ivz_assets.deliveries.ledger import Ledger
    from ivz_assets.quality.report import check_result, merged, write_page
    from ivz_assets.weekmonitor import intake

    store, settings = warehouse.store, warehouse.settings
    ledger = Ledger(store)
    landing.prepare(settings)
    for name in landing.sweep(settings, settings.current_date()):
        context.log.info(f"destroyed {name}: its term of keeping has passed")
    up_to = date.fromisoformat(context.partition_key) + timedelta(days=6)
    outcomes = []
    waiting = landing.waiting(settings)
    for number, path in enumerate(waiting, 1):
        outcome = intake.take_in(path, store, settings, warehouse.run_id, up_to=up_to)
        context.log.info(
            f"{number} of {len(waiting)}: {outcome.bestand}: {outcome.uitkomst}, {outcome.rijen} rows. {outcome.melding}"
        )
        outcomes.append(outcome)

    if not outcomes and not ledger.deliveries():
        raise dg.Failure(
            f"nothing has been delivered yet: drop a workbook in {settings.landing_folder}, or: ivz deliver FILE",
            allow_retries=False,
        )
    verdicts = [verdict for outcome in outcomes for verdict in outcome.verdicts]
    page = write_page(verdicts, settings.quality_folder, "raw_weekmonitor", warehouse.run_id) if verdicts else None
    # A failed delivery is not in the table, so the others go on; a run of which nothing stands has nothing to go on with.
    stop = bool(outcomes) and not any(outcome.stands for outcome in outcomes)
    for name in RAW_CHECKS:
        yield check_result(merged(verdicts, "raw_weekmonitor", name, also="raw_weekmonitor_xy"), page, blocking=stop)
    yield deliveries_check("raw_weekmonitor", outcomes)
    yield _week_check(ledger, up_to)
    if stop:
        raise dg.Failure("\n\n".join(outcome.melding for outcome in outcomes), allow_retries=False)
    for monday in sorted({_monday(outcome.week) for outcome in outcomes if outcome.week} - {context.partition_key}):
        if any(
            outcome.uitkomst in ("geladen", "vastgehouden") and outcome.week and _monday(outcome.week) == monday
            for outcome in outcomes
        ):
            context.log_event(
                dg.AssetMaterialization("raw_weekmonitor", partition=monday, description="filed under its own week")
            )
    yield dg.MaterializeResult(metadata=_raw_metadata(store, ledger, outcomes, context.partition_key))


def _week_check(ledger: Any, last_day: date) -> dg.AssetCheckResult:
    """Warns when nobody speaks for the end of the run's week: the figures are then of an earlier day."""
    from ivz_assets.deliveries.precedence import spoken_until

    known = spoken_until(ledger.state())
    delivered = known is not None and known >= last_day
    text = f"delivered up to {known or 'nothing yet'}"
    return warning(
        "raw_weekmonitor", "week_delivered", told="" if delivered else f"{text}; {last_day} was to be expected", fine=text
    )


def _raw_metadata(store: Any, ledger: Any, outcomes: "list[Outcome]", partition: str) -> dict[str, Any]:
    from ivz_assets.orchestration.metadata import bar_chart, markdown_table
    from ivz_assets.weekmonitor.delivery import iso_week

    facts = ledger.deliveries()
    week = iso_week(date.fromisoformat(partition))
    metadata: dict[str, Any] = {
        "dagster/table_name": "raw_weekmonitor",
        "leveringen": len(facts),
        "week_geleverd": dg.MetadataValue.bool(any(item.week == week for item in facts)),
    }
    if outcomes:
        metadata["deze_run"] = markdown_table(
            [{"bestand": item.bestand, "uitkomst": item.uitkomst, "week": item.week, "rijen": item.rijen} for item in outcomes]
        )
    if not facts:
        return metadata
    from ivz_assets.orchestration.metadata import table_metadata
    from ivz_assets.weekmonitor.schema import RAW_WEEKMONITOR

    version = store.version("raw_weekmonitor")
    latest = facts[-26:]
    chart = bar_chart(
        [item.week for item in latest], {"rijen": [item.rijen for item in latest]}, "Rijen per levering (laatste 26)"
    )
    return {**metadata, **table_metadata(RAW_WEEKMONITOR, version.rijen, version.versie), "rijen_per_levering": chart}


@dg.multi_asset(
    specs=[
        dg.AssetSpec(
            name,
            deps=["raw_weekmonitor", "area_crosswalk", "area_boundaries"],
            group_name=GROUP,
            kinds={"duckdb", "ibis"},
            owners=OWNERS,
            description=description,
            tags={"confidentiality": "restricted"},
        )
        for name, description in TABLES.items()
    ],
    check_specs=[gate(name, "schema") for name in TABLES]
    + [
        gate("incidents", "expectations"),
        gate("delivery_accounts", "row_conservation"),
        dg.AssetCheckSpec("unknown_classes", asset="quarantine", description="No class code that Bijlage 1A lacks keeps coming."),
        dg.AssetCheckSpec(
            "unknown_neighbourhoods",
            asset="incidents",
            description="No neighbourhood code that every edition lacks keeps coming.",
        ),
    ],
    name="weekmonitor_stage",
)
def weekmonitor_stage(context: dg.AssetExecutionContext, warehouse: WarehouseResource) -> Iterator[Any]:
    """Recomputes everything of the weekmonitor from raw and the recorded decisions, in one transaction behind its gates."""
    from ivz_assets.orchestration.steps import report_stage
    from ivz_assets.weekmonitor import schema
    from ivz_assets.weekmonitor.stage import build

    outcome = build(warehouse.store, warehouse.settings, warehouse.run_id)
    if outcome.passed:
        yield unknown_classes_check(warehouse.store)
        yield unknown_neighbourhoods_check(warehouse.store)
    models = {name: getattr(schema, name.upper()) for name in TABLES}
    yield from report_stage(context, warehouse, "weekmonitor", outcome, models, _charts(warehouse, outcome))


def _charts(warehouse: WarehouseResource, outcome: "StageOutcome") -> dict[str, dict[str, Any]]:
    """Pictures and previews of aggregates, for what was promoted."""
    if not outcome.passed:
        return {}
    from ivz_assets.orchestration.metadata import bar_chart, markdown_table

    rows = warehouse.store.rows
    months = rows(
        "SELECT strftime(datum_voorval, '%Y-%m') AS maand, count(*) FILTER (soort = 'misdrijf') AS misdrijven, "
        "count(*) FILTER (soort = 'incident') AS incidenten FROM incidents WHERE binnen_regio "
        "AND datum_voorval >= (SELECT max(datum_registratie) FROM incidents) - INTERVAL 36 MONTH GROUP BY ALL ORDER BY ALL"
    )
    accounts = rows("SELECT * FROM delivery_accounts ORDER BY levering_id DESC LIMIT 15")
    counts = rows(
        "SELECT regel, sum(aantal)::BIGINT AS rijen, count(*) AS leveringen FROM rule_counts GROUP BY ALL ORDER BY rijen DESC"
    )
    reasons = rows("SELECT regels, count(*) AS rijen FROM quarantine GROUP BY ALL ORDER BY rijen DESC LIMIT 20")
    series = {name: [row[name] for row in months] for name in ("misdrijven", "incidenten")}
    return {
        "incidents": {
            "per_maand": bar_chart([row["maand"] for row in months], series, "Registraties per maand van voorval, regio")
        },
        "delivery_accounts": {"laatste_leveringen": markdown_table(accounts)},
        "rule_counts": {"regels": markdown_table(counts)},
        "quarantine": {"redenen": markdown_table(reasons)},
    }


def _monday(week: str) -> str:
    from ivz_assets.weekmonitor.delivery import monday_of

    return monday_of(week).isoformat()
