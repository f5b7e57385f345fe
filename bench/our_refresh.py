"""One ``weekly_refresh`` of this project in this process, and where its time goes. Started by ``refresh``."""

from __future__ import annotations

import contextlib
import importlib
import pkgutil
import sys
import time
from datetime import date

from bench.clock import IMPORTS, REST, Clock, peak_bytes
from bench.processes import answer

KINDS = {
    "gates": (
        "ivz_assets.quality.schema_gate:schema_gate",
        "ivz_assets.quality.expectations_gate:expectations_gate",
        "ivz_assets.weekmonitor.expectations.delivery:delivery_profiles",
        "ivz_assets.weekmonitor.expectations.incidents:incident_profiles",
        "ivz_assets.weekmonitor.stage:judge",
        "ivz_assets.neighbourhoods.stage:judge",
        "ivz_assets.enrichment.stage:judge",
        "ivz_assets.dashboard.recompute:judge",
        "ivz_assets.dashboard.expectations:profiles",
        "ivz_assets.publication.release:_read_back",
    ),
    "intake": ("ivz_assets.weekmonitor.intake:take_in",),
    "weekmonitor tables": ("ivz_assets.weekmonitor.stage:build",),
    "neighbourhood tables": ("ivz_assets.neighbourhoods.stage:fetch", "ivz_assets.neighbourhoods.stage:build"),
    "enrichment tables": (
        "ivz_assets.enrichment.loading:prepare",
        "ivz_assets.enrichment.intake:take_in",
        "ivz_assets.enrichment.stage:build",
    ),
    "dashboard tables": ("ivz_assets.dashboard.stage:build",),
    "publication": ("ivz_assets.publication.release:publish",),
    "opening and closing": ("ivz_assets.warehouse.store:open_store", "ivz_assets.warehouse.store:Store.close"),
    "charts, pages and status": (
        "ivz_assets.orchestration.metadata:bar_chart",
        "ivz_assets.neighbourhoods.pictures:shown",
        "ivz_assets.quality.report:write_page",
        "ivz_assets.orchestration.status:write_snapshot",
    ),
}
WORK = ("intake", "weekmonitor tables", "dashboard tables", "publication", "opening and closing")
"""What the bare script does too; it makes no tables of neighbourhoods and suppliers."""
LATER = (
    "great_expectations.expectations",
    "matplotlib.figure",
    "matplotlib.backends.backend_agg",
    "pyproj",
    "ibis.backends.duckdb",
)
"""Modules that a run imports when it first needs them."""


def import_everything() -> None:
    """Loads what a run would load on its way."""
    import ivz_assets

    for module in pkgutil.walk_packages(ivz_assets.__path__, "ivz_assets."):
        if not module.name.endswith((".cli", ".child")):
            importlib.import_module(module.name)
    for name in LATER:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)


def main(monday: date) -> None:
    """Runs the job and hands over seconds per kind."""
    # The other ways make no tables beyond the counts, so ours does not either.
    import dagster as dg

    from ivz_assets.dashboard import topics

    topics.TOPICS = ()
    from ivz_assets.publication import assets

    assets.theme_releases = dg.AssetSpec("theme_releases")
    clock = Clock()
    clock.time_imports()
    import_everything()
    for kind, functions in KINDS.items():
        for function in functions:
            clock.time_function(*function.split(":"), kind, "ivz_assets")  # type: ignore[call-arg]
    from ivz_assets.orchestration.instance import run_job
    from ivz_assets.settings import load_settings

    before = clock.read()
    started = time.perf_counter()
    outcome = run_job(load_settings(), "weekly_refresh", monday)
    total = time.perf_counter() - started
    if not outcome.success:
        sys.exit("weekly_refresh failed: " + "\n".join(outcome.failures))
    seconds = clock.read()
    imported = seconds[IMPORTS]
    during = imported - before[IMPORTS]
    spent = {kind: found - before.get(kind, 0.0) for kind, found in seconds.items() if kind not in (IMPORTS, REST)}
    spent["Dagster"] = seconds[REST] - before[REST]
    answer(
        {
            "total": total - during,
            "imports": imported,
            "gates": spent["gates"],
            "work": sum(spent.get(kind, 0.0) for kind in WORK),
            "seconds": spent,
            "not_told_apart": clock.missing,
            "peak_bytes": peak_bytes(),
        }
    )


if __name__ == "__main__":
    main(date.fromisoformat(sys.argv[1]))
