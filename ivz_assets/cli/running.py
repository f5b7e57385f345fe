"""The commands that run the chain: ``demo``, ``deliver`` and ``refresh``. What they say afterwards is in ``telling``."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.markup import escape

from ivz_assets.cli.shared import ERR, OUT, Failed, checked_settings, opened_warehouse
from ivz_assets.cli.telling import show_status, tell_about
from ivz_assets.settings import Settings

if TYPE_CHECKING:
    from ivz_assets.orchestration.instance import RunOutcome


@click.command()
@click.option("--since", default=2023, show_default=True, type=click.IntRange(2015, 2026), help="First year of the history.")
@click.option("--scale", default=1.0, show_default=True, help="Share of Twente's incidents; below 1 for a quick look.")
def demo(since: int, scale: float) -> None:
    """Generate the sample region, load it, run every gate, publish, and show what came of it."""
    from ivz_assets.orchestration import demo as steps
    from ivz_assets.warehouse.lock import WarehouseBusy

    settings = checked_settings()
    try:
        with ERR.status("generating the sample region"):
            settings = steps.prepare(settings, since=since, scale=scale, say=lambda text: ERR.print(f"[dim]{escape(text)}[/dim]"))
        nothing_to_do = steps.is_current(settings)
    except (steps.NotADemoFolder, WarehouseBusy, ValueError) as reason:
        raise Failed(str(reason)) from None
    if nothing_to_do:
        ERR.print("[dim]the sample is already loaded and published; nothing to do[/dim]")
    else:
        _stop_if_failed(_run(settings))
    show_status(settings, short=True)
    OUT.print("\nLook at it in the Dagster UI: [bold]make ui[/bold] (or ivz ui)")


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--kind",
    type=click.Choice(["week", "venster", "stand"]),
    help="Week, window or snapshot, where the name does not say.",
)
@click.option("--from", "first", type=click.DateTime(["%Y-%m-%d"]), help="First registration date it covers.")
@click.option("--to", "last", type=click.DateTime(["%Y-%m-%d"]), help="Last registration date it covers.")
@click.option("--delivered-at", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"]), help="When the police delivered it.")
@click.option("--bulk", is_flag=True, help="The files are Parquet with the 16 text columns.")
@click.option("--enrichment", is_flag=True, help="The files are of a municipality or partner, not the police's.")
def deliver(
    files: tuple[Path, ...],
    kind: str | None,
    first: datetime | None,
    last: datetime | None,
    delivered_at: datetime | None,
    bulk: bool,
    enrichment: bool,
) -> None:
    """Take in FILES, run the whole chain and publish. Your own files are copied, not moved."""
    from ivz_assets.deliveries import landing

    settings = checked_settings()
    if enrichment and (kind or first or last or delivered_at or bulk):
        raise click.UsageError("--enrichment takes no other options: a supplier's file says itself what it covers")
    if (first is None) != (last is None):
        raise click.UsageError("give both --from and --to, or neither")
    if first and last and first > last:
        raise click.UsageError("--from comes after --to")
    if delivered_at and delivered_at > settings.now():
        raise click.UsageError(f"--delivered-at has yet to come; today is {settings.current_date():%d-%m-%Y}")
    landing.prepare(settings)
    told = {
        "soort": kind or ("venster" if first else None),
        "van": first.date().isoformat() if first else None,
        "tot": last.date().isoformat() if last else None,
        "geleverd_op": delivered_at.isoformat() if delivered_at else None,
    }
    message = json.dumps(told) if any(told.values()) else None
    folder = settings.landing_folder / landing.BULK if bulk else settings.landing_folder
    folder = settings.enrichment_landing_folder if enrichment else folder
    put = [(path.name, landing.put(path, folder, message)) for path in files]
    _run_and_tell(settings, {landing.sha256_of(target): (name, target) for name, target in put})


@click.command()
def refresh() -> None:
    """Take in what waits in the landing folders, recompute everything, run every gate and publish."""
    _run_and_tell(checked_settings(), {})


def _run(settings: Settings) -> RunOutcome:
    from ivz_assets.orchestration.instance import run_job
    from ivz_assets.orchestration.partitions import last_closed_week

    week = last_closed_week(settings.current_date())
    ERR.print(f"weekly_refresh for the week of {week:%d-%m-%Y}")
    return run_job(settings, "weekly_refresh", week)


def _stop_if_failed(outcome: RunOutcome) -> None:
    if not outcome.success:
        raise Failed("\n".join(outcome.failures) + f"\n(run {outcome.run_id}; see it with ivz ui)")


def _run_and_tell(settings: Settings, own: dict[str, tuple[str, Path]]) -> None:
    """Runs the chain and tells what became of the files; the exit code says the worst of it.

    ``own``: the files just delivered, by SHA-256: the name that people gave, and where it was put.
    """
    outcome = _run(settings)
    refused = held = False
    # A failed run leaves its findings in the warehouse too, unless it never got in: then its own failure says why.
    patience = settings.lock_timeout_seconds if outcome.success else 0.1
    try:
        with opened_warehouse(settings, "ivz", patience) as store:
            refused, held = tell_about(store, outcome, own)
    except Failed:
        if outcome.success:
            raise
    _stop_if_failed(outcome)
    if refused or held:
        raise SystemExit(1 if refused else 3)
