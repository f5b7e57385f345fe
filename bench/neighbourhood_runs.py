"""One fetch from CBS, one build of the neighbourhoods or one intake of a supplier's workbook, in this process."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.clock import Clock
from bench.our_refresh import import_everything
from bench.processes import answer, resident_bytes

GATES = (
    "ivz_assets.neighbourhoods.stage:judge",
    "ivz_assets.quality.schema_gate:schema_gate",
    "ivz_assets.quality.expectations_gate:expectations_gate",
)


def fetch(store: Any, settings: Any) -> dict[str, Any]:
    """What is new at CBS, kept and written."""
    from ivz_assets.neighbourhoods import stage
    from ivz_assets.neighbourhoods.cbs.sources import service_of

    service = service_of(settings)
    assert service is not None
    outcome, tables = stage.fetch(store, settings, "bench", service, lambda _: None)
    assert outcome.passed
    return {
        "requests": service.requests,
        "current": sum(table.toestand == "actueel" for table in tables),
        "years": len(tables),
        "rows": sum(len(table.rows) for table in tables),
    }


def build(store: Any, settings: Any) -> dict[str, Any]:
    """Areas, indicators, crosswalk, boundaries and denominators, with their gates."""
    from ivz_assets.neighbourhoods import stage

    outcome = stage.build(store, settings, "bench")
    assert outcome.passed, [verdict.bevindingen for verdict in outcome.verdicts]
    return {"rows": outcome.rows}


def enrichment(store: Any, settings: Any, workbook: str) -> dict[str, Any]:
    """A supplier's workbook, read and loaded behind its gates."""
    from ivz_assets.enrichment import intake

    outcome = intake.take_in(Path(workbook), store, settings, "bench")
    assert outcome.uitkomst == "geladen", outcome.melding
    return {"figures": outcome.rijen}


WAYS: dict[str, Callable[..., dict[str, Any]]] = {"fetch": fetch, "build": build, "enrichment": enrichment}


def main(way: str, *arguments: str) -> None:
    """Runs one of them; hands over its seconds, imports apart, and what it found."""
    clock = Clock()
    import_everything()
    for function in GATES:
        clock.time_function(*function.split(":"), "gates", "ivz_assets")  # type: ignore[call-arg]
    from ivz_assets.deliveries import landing
    from ivz_assets.enrichment import loading
    from ivz_assets.settings import load_settings
    from ivz_assets.warehouse.store import open_store

    settings = load_settings()
    landing.prepare(settings)
    store = open_store(settings.warehouse_folder)
    loading.prepare(store, settings, "bench")
    before = resident_bytes(os.getpid())
    started = time.perf_counter()
    found = WAYS[way](store, settings, *arguments)
    seconds = time.perf_counter() - started
    store.close()
    answer({"seconds": seconds, "gates": clock.read().get("gates", 0.0), "before_bytes": before, **found})


if __name__ == "__main__":
    main(*sys.argv[1:])
