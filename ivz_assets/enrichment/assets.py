"""The enrichment in Dagster: what runs, behind which gate, what it shows. The work itself is in the modules beside this one."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import dagster as dg

from ivz_assets.deliveries.checks import deliveries_check, deliveries_spec
from ivz_assets.orchestration.checks import gate, warning
from ivz_assets.warehouse.resource import WarehouseResource

if TYPE_CHECKING:
    from ivz_assets.deliveries.intake import Outcome

GROUP = "enrichment"
OWNERS = ["team:veiligheidsregio"]
RAW_CHECKS = ("schema", "row_conservation", "expectations")
TABLES = {
    "municipal_enrichments": "Figures of municipalities and partners in force, each with its source, terms and age.",
    "enrichment_quarantine": "Rejected figures with all reasons, to send back to the supplier.",
    "enrichment_accounts": "Every delivered figure has exactly one status; per delivery they add up.",
    "enrichment_rule_counts": "How often each rule found something, per delivery.",
}
OLD_DAYS = 550
"""Days since the end of its newest period from which an indicator is called old: a yearly figure comes within half a year."""

enrichment_workbooks = dg.AssetSpec(
    "enrichment_workbooks",
    description="Workbooks of municipalities and partners in their landing folder, made from the template or read by a mapping.",
    group_name=GROUP,
    kinds={"excel"},
)


@dg.asset(
    deps=[enrichment_workbooks, "areas", "area_crosswalk"],
    check_specs=[*(gate("raw_enrichments", name) for name in RAW_CHECKS), deliveries_spec("raw_enrichments")],
    group_name=GROUP,
    kinds={"duckdb", "python"},
    owners=OWNERS,
    tags={"personal_data": "none", "confidentiality": "restricted"},
    description=(
        "Every delivered figure as it was read, append-only per delivery. A file that is refused, fails its gate or is held "
        "stops neither the others nor the weekly chain; without any delivery the tables are empty."
    ),
)
def raw_enrichments(context: dg.AssetExecutionContext, warehouse: WarehouseResource) -> Iterator[Any]:
    from ivz_assets.deliveries import landing
    from ivz_assets.deliveries.ledger import Ledger
    from ivz_assets.deliveries.streams import ENRICHMENT
    from ivz_assets.enrichment import intake, loading
    from ivz_assets.quality.report import check_result, merged, write_page

    store, settings = warehouse.store, warehouse.settings
    landing.prepare(settings)
    loading.prepare(store, settings, warehouse.run_id)
    waiting = landing.waiting(settings, ENRICHMENT)
    outcomes = []
    for number, path in enumerate(waiting, 1):
        outcome = intake.take_in(path, store, settings, warehouse.run_id)
        context.log.info(
            f"{number} of {len(waiting)}: {outcome.bestand}: {outcome.uitkomst}, {outcome.rijen} figures. {outcome.melding}"
        )
        outcomes.append(outcome)
    verdicts = [replace(verdict, tabel="raw_enrichments") for outcome in outcomes for verdict in outcome.verdicts]
    page = write_page(verdicts, settings.quality_folder, "raw_enrichments", warehouse.run_id) if verdicts else None
    for name in RAW_CHECKS:
        # A delivery that failed is not in the table, so what is there is sound and the chain goes on.
        yield check_result(merged(verdicts, "raw_enrichments", name, also=""), page, blocking=False)
    yield deliveries_check("raw_enrichments", outcomes)
    yield dg.MaterializeResult(metadata=_raw_metadata(store, Ledger(store, ENRICHMENT).deliveries(), outcomes))


def _raw_metadata(store: Any, facts: list[Any], outcomes: "list[Outcome]") -> dict[str, Any]:
    from ivz_assets.enrichment.schema import RAW_ENRICHMENTS
    from ivz_assets.orchestration.metadata import markdown_table, table_metadata

    version = store.version("raw_enrichments")
    metadata = {**table_metadata(RAW_ENRICHMENTS, version.rijen, version.versie), "leveringen": len(facts)}
    if not facts:
        metadata["leeg"] = "nothing delivered yet: drop a workbook in landing/verrijking, or: ivz deliver --enrichment FILE"
    if outcomes:
        metadata["deze_run"] = markdown_table(
            [{"bestand": item.bestand, "uitkomst": item.uitkomst, "cijfers": item.rijen} for item in outcomes]
        )
    return metadata


@dg.multi_asset(
    specs=[
        dg.AssetSpec(
            name,
            deps=["raw_enrichments", *(["areas", "area_crosswalk"] if name == "municipal_enrichments" else [])],
            group_name=GROUP,
            kinds={"duckdb", "ibis"},
            owners=OWNERS,
            description=description,
            tags={"confidentiality": "internal" if name == "municipal_enrichments" else "restricted"},
        )
        for name, description in TABLES.items()
    ],
    check_specs=[gate(name, "schema") for name in TABLES]
    + [
        gate("municipal_enrichments", "expectations"),
        gate("enrichment_accounts", "row_conservation"),
        dg.AssetCheckSpec("age", asset="municipal_enrichments", description="No supplier's newest figures have become old."),
    ],
    name="enrichment_stage",
)
def enrichment_stage(context: dg.AssetExecutionContext, warehouse: WarehouseResource) -> Iterator[Any]:
    """Recomputes the figures in force from raw and the recorded decisions, in one transaction behind its gates."""
    from ivz_assets.deliveries.ledger import Ledger
    from ivz_assets.deliveries.streams import ENRICHMENT
    from ivz_assets.enrichment import retention, schema
    from ivz_assets.enrichment.stage import build
    from ivz_assets.orchestration.steps import report_stage

    # Before the gates: a stage that does not pass must not keep what its supplier wants gone.
    for line in retention.destroy(warehouse.store, Ledger(warehouse.store, ENRICHMENT), warehouse.settings, warehouse.run_id):
        context.log.info(line)
    outcome = build(warehouse.store, warehouse.settings, warehouse.run_id)
    if outcome.passed:
        yield _age_check(warehouse.store)
    models = {name: getattr(schema, name.upper()) for name in TABLES}
    yield from report_stage(context, warehouse, "enrichment", outcome, models, _charts(warehouse.store) if outcome.passed else {})


def _age_check(store: Any) -> dg.AssetCheckResult:
    """Warns of figures that have become old; a run that stopped for them would stop every week from then on."""
    rows = store.rows(
        "SELECT leverancier, max_by(levering_id, peildatum) AS levering_id, indicator, max(peildatum) AS nieuwste, "
        "min(ouderdom_dagen) AS dagen "
        "FROM municipal_enrichments GROUP BY leverancier, indicator HAVING min(ouderdom_dagen) > ? ORDER BY dagen DESC",
        [OLD_DAYS],
    )
    told = f"{len(rows)} indicators are older than {OLD_DAYS} days; ask their suppliers" if rows else ""
    return warning("municipal_enrichments", "age", told=told, fine="no figures are old", rows=rows, shown_as="verouderd")


def _charts(store: Any) -> dict[str, dict[str, Any]]:
    """Pictures and previews of aggregates, for what was promoted."""
    from ivz_assets.orchestration.metadata import bar_chart, markdown_table

    rows = store.rows
    supplied = rows(
        "SELECT leverancier, thema, indicator, count(DISTINCT periode) AS perioden, count(DISTINCT gebied_code) AS gebieden, "
        "count(*) AS cijfers, count(*) FILTER (waarde IS NULL AND NOT onderdrukt) AS onbekend, "
        "count(*) FILTER (onderdrukt) AS onderdrukt, max(peildatum) AS nieuwste "
        "FROM municipal_enrichments GROUP BY ALL ORDER BY ALL"
    )
    metadata: dict[str, Any] = {"geleverd": markdown_table(supplied[:100])}
    if supplied:
        themes = sorted({row["thema"] or "" for row in supplied})
        counted = [sum(row["cijfers"] for row in supplied if (row["thema"] or "") == theme) for theme in themes]
        metadata["per_thema"] = bar_chart(themes, {"cijfers": counted}, "Geldende cijfers per thema")
    reasons = rows("SELECT regels, count(*) AS cijfers FROM enrichment_quarantine GROUP BY ALL ORDER BY cijfers DESC LIMIT 20")
    accounts = rows("SELECT * FROM enrichment_accounts ORDER BY levering_id DESC LIMIT 15")
    counts = rows(
        "SELECT regel, ernst, sum(aantal)::BIGINT AS keer, count(*) AS leveringen FROM enrichment_rule_counts "
        "GROUP BY ALL ORDER BY keer DESC"
    )
    return {
        "municipal_enrichments": metadata,
        "enrichment_quarantine": {"redenen": markdown_table(reasons)},
        "enrichment_accounts": {"laatste_leveringen": markdown_table(accounts)},
        "enrichment_rule_counts": {"regels": markdown_table(counts)},
    }
