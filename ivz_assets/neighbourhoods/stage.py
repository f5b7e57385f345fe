"""The neighbourhood stages: what CBS has, and the tables made of it, each behind its gates. For Dagster and tests alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import ibis.expr.types as ir

from ivz_assets.deliveries.ledger import Ledger
from ivz_assets.neighbourhoods import expectations, recompute
from ivz_assets.neighbourhoods.boundaries.tiling import tiling_profile
from ivz_assets.neighbourhoods.cbs.fetch import YearTable
from ivz_assets.neighbourhoods.cbs.service import CbsService
from ivz_assets.quality.expectations_gate import expectations_gate
from ivz_assets.quality.stage import StageOutcome, build_stage, remember
from ivz_assets.quality.verdicts import Finding, Verdict
from ivz_assets.settings import Settings
from ivz_assets.warehouse.store import Store


def fetch(
    store: Store, settings: Settings, run_id: str, service: CbsService | None, say: Callable[[str], None]
) -> tuple[StageOutcome, list[YearTable]]:
    """Fetches what changed at CBS, and writes what is there; an outage leaves what was fetched before, and the table says why."""
    tables = recompute.fetched(settings, service, say)
    outcome = build_stage(
        store,
        tables=lambda: recompute.cbs_tables(store, tables),
        judge=lambda _: [],
        inputs={},
        run_id=run_id,
        at=settings.now(),
        protected_folder=settings.protected_folder / "gates",
    )
    return outcome, tables


def build(store: Store, settings: Settings, run_id: str) -> StageOutcome:
    """Areas, indicators, profiles, crosswalk, boundaries and denominators, whole, in one transaction.

    A list, a map or a table that cannot be used is a gate that does not hold, with the mistake in words.
    """
    try:
        found = recompute.Neighbourhoods(store, settings)
        return _built(store, settings, run_id, found)
    except (ValueError, FileNotFoundError) as wrong:
        finding = Finding("areas.invoer", str(wrong), None, type(wrong).__name__, "invoer die te lezen is")
        verdict = Verdict("areas", "schema", 1, [finding])
        version = store.next_version()
        with store.transaction():
            remember(store, [verdict], version, run_id, settings.now())
        return StageOutcome(version, False, [verdict], {})


def _built(store: Store, settings: Settings, run_id: str, found: recompute.Neighbourhoods) -> StageOutcome:
    return build_stage(
        store,
        tables=found.tables,
        judge=lambda staged: judge(store, settings, found, staged),
        # Every figure names the release of CBS that it is of. A release that does not pass must not bar the publication of
        # figures made from the one before, so cbs_tables is no part of their lineage.
        inputs={},
        run_id=run_id,
        at=settings.now(),
        protected_folder=settings.protected_folder / "gates",
    )


def judge(store: Store, settings: Settings, found: recompute.Neighbourhoods, staged: Mapping[str, ir.Table]) -> list[Verdict]:
    """The figures look as an analyst expects, nothing is lost between editions, and the map is whole."""
    newest = found.newest_map()
    tiling = None if newest is None else tiling_profile(newest)
    allowed = Ledger(store).allowances(settings.current_date())
    return [
        expectations_gate(
            "neighbourhood_indicators",
            expectations.indicator_profiles(staged["neighbourhood_indicators"]),
            expectations.indicator_suite(),
            allowed,
        ),
        expectations_gate(
            "area_crosswalk",
            expectations.crosswalk_profiles(staged["area_crosswalk"], staged["areas"]),
            expectations.crosswalk_suite(),
            allowed,
        ),
        expectations_gate(
            "area_boundaries",
            expectations.boundary_profiles(
                tiling,
                staged["area_boundaries"],
                staged["areas"],
                of_this_edition=newest is not None and newest.jaar == found.newest_edition(),
            ),
            expectations.boundary_suite(settings),
            allowed,
        ),
    ]
