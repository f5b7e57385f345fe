"""A stage of the dashboard: recompute behind its gates. One call for Dagster, tests and benchmarks alike."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

from ivz_assets.quality.stage import StageOutcome, build_stage
from ivz_assets.settings import Settings
from ivz_assets.warehouse.store import Store


def build(store: Store, settings: Settings, run_id: str, topic: str = "") -> StageOutcome:
    """The tables of a topic (its folder's name), or the dimensions and counts, whole, in one transaction."""
    recompute = module(topic, "recompute")
    return build_stage(
        store,
        tables=lambda: recompute.tables(store, settings),
        judge=lambda staged: recompute.judge(store, settings, staged),
        inputs={name: store.version(name).versie for name in recompute.INPUTS if store.exists(name)},
        run_id=run_id,
        at=settings.now(),
        protected_folder=settings.protected_folder / "gates",
    )


def module(topic: str, name: str) -> ModuleType:
    """A file of a topic, or of the dimensions and counts."""
    return import_module(".".join(("ivz_assets.dashboard", *([topic] if topic else []), name)))
