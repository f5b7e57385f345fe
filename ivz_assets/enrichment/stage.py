"""The enrichment stage: recompute behind its gates. One call for Dagster, tests and benchmarks alike."""

from __future__ import annotations

from collections.abc import Mapping

import ibis.expr.types as ir

from ivz_assets.deliveries.ledger import Ledger
from ivz_assets.deliveries.streams import ENRICHMENT
from ivz_assets.enrichment import expectations, recompute
from ivz_assets.enrichment.schema import STATUSSEN
from ivz_assets.quality.expectations_gate import expectations_gate
from ivz_assets.quality.references import references
from ivz_assets.quality.stage import StageOutcome, build_stage
from ivz_assets.quality.verdicts import Finding, Verdict
from ivz_assets.settings import Settings
from ivz_assets.warehouse.store import Store


def build(store: Store, settings: Settings, run_id: str) -> StageOutcome:
    """Figures in force, quarantine, accounts and rule counts, whole, in one transaction; empty when nothing was delivered."""
    ledger = Ledger(store, ENRICHMENT)
    return build_stage(
        store,
        tables=lambda: recompute.tables(store, ledger, settings),
        judge=lambda staged: judge(store, ledger, settings, staged),
        inputs={
            name: store.version(name).versie for name in ("raw_enrichments", "areas", "area_crosswalk") if store.exists(name)
        },
        run_id=run_id,
        at=settings.now(),
        protected_folder=settings.protected_folder / "gates",
    )


def judge(store: Store, ledger: Ledger, settings: Settings, staged: Mapping[str, ir.Table]) -> list[Verdict]:
    """Figures are conserved, and those in force can be what they say they are."""
    limits = store.ibis.table("lijst_indicatoren", database=("temp", "main"))
    profiles = expectations.figure_profiles(staged["municipal_enrichments"], limits)
    allowed = ledger.allowances(settings.current_date())
    return [
        row_conservation(staged["enrichment_accounts"], staged["municipal_enrichments"]),
        expectations_gate("municipal_enrichments", profiles, expectations.figure_suite(), allowed),
    ]


def row_conservation(accounts: ir.Table, figures: ir.Table) -> Verdict:
    """Per delivery the statuses add up to the figures delivered, and the figures in force are those of the accounts."""
    total = sum((accounts[status] for status in STATUSSEN[1:]), accounts[STATUSSEN[0]])
    standing = figures.group_by("levering_id").aggregate(staan=figures.count())
    counted = accounts.mutate(opgeteld=total).left_join(standing, "levering_id")
    different = counted.filter((counted.opgeteld != counted.rijen) | (counted.staan.fill_null(0) != counted.cijfers))
    findings = []
    if wrong := int(different.count().execute()):
        findings.append(
            Finding(
                "enrichment_accounts.rijen_behouden",
                "Van elk geleverd cijfer is precies één ding geworden.",
                "rijen",
                f"{wrong} leveringen tellen niet op",
                "0 leveringen",
                verwijzingen=references(different),
            )
        )
    return Verdict("enrichment_accounts", "row_conservation", int(accounts.count().execute()), findings)
