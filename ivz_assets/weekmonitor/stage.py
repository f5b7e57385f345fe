"""The weekmonitor stage: recompute behind its gates. One call for Dagster, tests and benchmarks alike."""

from __future__ import annotations

from collections.abc import Mapping

import ibis.expr.types as ir
import pandas as pd

from ivz_assets.deliveries.ledger import Ledger
from ivz_assets.neighbourhoods.boundaries.points import inside_own
from ivz_assets.neighbourhoods.boundaries.stored import stored_areas
from ivz_assets.quality.expectations_gate import expectations_gate
from ivz_assets.quality.references import references
from ivz_assets.quality.stage import StageOutcome, build_stage
from ivz_assets.quality.verdicts import Finding, Verdict
from ivz_assets.settings import Settings
from ivz_assets.warehouse.store import Store
from ivz_assets.weekmonitor import recompute
from ivz_assets.weekmonitor.expectations.incidents import incident_profiles, incident_suite, place_profile
from ivz_assets.weekmonitor.schema import STATUSSEN


def build(store: Store, settings: Settings, run_id: str) -> StageOutcome:
    """Incidents, locations, versions, quarantine, accounts and rule counts, whole, in one transaction."""
    ledger = Ledger(store)
    return build_stage(
        store,
        tables=lambda: recompute.tables(store, ledger, settings),
        judge=lambda staged: judge(store, ledger, settings, staged),
        inputs={
            name: store.version(name).versie
            for name in ("raw_weekmonitor", "area_crosswalk", "area_boundaries")
            if store.exists(name)
        },
        run_id=run_id,
        at=settings.now(),
        protected_folder=settings.protected_folder / "gates",
    )


def judge(store: Store, ledger: Ledger, settings: Settings, staged: Mapping[str, ir.Table]) -> list[Verdict]:
    """Rows are conserved, and the incidents look as a careful analyst expects."""
    turns = store.ibis.table("beurten", database=("temp", "main"))
    covered = turns.filter(turns.geldig_tot.isnull()).select("datum")
    municipalities = store.ibis.table("lijst_gemeenten", database=("temp", "main")).select("gemeente_code")
    profiles = incident_profiles(staged["incidents"], covered, municipalities, settings.current_date(), settings.minimum_counted)
    profiles["plaats"] = place_profile(_placed(store, settings, staged["incidents"], staged["incident_locations"]))
    allowed = ledger.allowances(settings.current_date())
    return [
        row_conservation(staged["delivery_accounts"]),
        expectations_gate("incidents", profiles, incident_suite(settings), allowed),
    ]


def _placed(store: Store, settings: Settings, incidents: ir.Table, locations: ir.Table) -> pd.DataFrame | None:
    """Located incidents of a known neighbourhood (gemeente_code, binnen): whether the point lies in it; None without a map."""
    buurten = stored_areas(store, "buurt")
    if buurten is None:
        return None
    located = incidents.join(locations, ["levering_id", "rij"])
    known = located.filter(located.binnen_regio & (located.buurt_bepaling == "gemeten"))
    frame = known.select("gemeente_code", "buurt_code", "rd_x", "rd_y").to_pandas()
    frame["binnen"] = inside_own(frame["rd_x"], frame["rd_y"], frame["buurt_code"], buurten, settings.xy_tolerance_metres)
    return frame[["gemeente_code", "binnen"]]


def row_conservation(accounts: ir.Table) -> Verdict:
    """Per delivery the statuses add up to the rows delivered."""
    total = sum((accounts[status] for status in STATUSSEN[1:]), accounts[STATUSSEN[0]])
    different = accounts.filter(total != accounts.rijen)
    findings = []
    if wrong := int(different.count().execute()):
        findings.append(
            Finding(
                "delivery_accounts.rijen_behouden",
                "Elke geleverde rij heeft precies één status.",
                "rijen",
                f"{wrong} leveringen tellen niet op",
                "0 leveringen",
                verwijzingen=references(different),
            )
        )
    return Verdict("delivery_accounts", "row_conservation", int(accounts.count().execute()), findings)
