"""The dashboard stage: recompute behind its gates. One call for Dagster, tests and benchmarks alike."""

from __future__ import annotations

from ivz_assets.dashboard import recompute
from ivz_assets.quality.stage import StageOutcome, build_stage
from ivz_assets.settings import Settings
from ivz_assets.warehouse.store import Store


def build(store: Store, settings: Settings, run_id: str) -> StageOutcome:
    """Dimensions and counts, whole, in one transaction."""
    return build_stage(
        store,
        tables=lambda: recompute.tables(store, settings),
        judge=lambda staged: recompute.judge(store, staged),
        inputs={name: store.version(name).versie for name in ("raw_weekmonitor", "incidents", "areas") if store.exists(name)},
        run_id=run_id,
        at=settings.now(),
        protected_folder=settings.protected_folder / "gates",
    )
