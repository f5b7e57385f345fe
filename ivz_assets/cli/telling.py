"""What the terminal says: of one's own files after a run, and the status. Commands are elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.markup import escape
from rich.table import Table

from ivz_assets.cli.shared import ERR, OUT, checked_settings
from ivz_assets.deliveries.streams import STREAMS, WEEKMONITOR
from ivz_assets.settings import Settings

if TYPE_CHECKING:
    from ivz_assets.orchestration.instance import RunOutcome
    from ivz_assets.warehouse.store import Store


def tell_about(store: Store, outcome: RunOutcome, own: dict[str, tuple[str, Path]]) -> tuple[bool, bool]:
    """Tells about each of one's own files and what else this run refused or held; returns whether there was any of each."""
    from ivz_assets.deliveries.ledger import HELD, Ledger, toestand

    ledgers = [Ledger(store, stream) for stream in STREAMS]
    states = {delivery.levering_id: toestand(delivery) for ledger in ledgers for delivery in ledger.state()}
    attempts = store.rows("SELECT sha256, bestand, melding FROM intake_attempts WHERE run_id = ? ORDER BY op", [outcome.run_id])
    bad = {row["sha256"]: (row["bestand"], row["melding"]) for row in attempts}
    loaded = [facts for ledger in ledgers for facts in ledger.deliveries()]
    of_this_run = [facts.levering_id for facts in loaded if facts.run_id == outcome.run_id]
    held = {identifier for identifier in of_this_run if states[identifier] == HELD}
    for sha256, (name, put) in own.items():
        if sha256 in bad:
            bad[sha256] = (name, bad[sha256][1])
        elif facts := next((found for ledger in ledgers if (found := ledger.by_sha256(sha256))), None):
            OUT.print(
                f"{escape(name)}: {facts.rijen:,} rows as {facts.levering_id} ({facts.soort} {facts.week}), "
                f"{states[facts.levering_id]}",
                soft_wrap=True,
            )
            _warn_when_overtaken(store, facts.levering_id)
            _warn_when_rejected(store, facts.levering_id)
            if states[facts.levering_id] == HELD:
                held.add(facts.levering_id)
        elif put.exists():
            why = "waits for its week to be over" if outcome.success else "still waits in the landing folder"
            ERR.print(f"[yellow]{escape(name)}[/yellow]: {why}", soft_wrap=True)
        else:
            bad[sha256] = (name, "it is no longer in the landing folder and was not loaded; see ivz status")
    for name, why in bad.values():
        ERR.print(f"[bold red]{escape(name)}[/bold red]: {escape(why)}", soft_wrap=True)
    for identifier in sorted(held):
        reasons = [row["reden"] for row in ledgers[0].decisions() if (row["onderwerp"], row["soort"]) == (identifier, HELD)]
        ERR.print(f"[yellow]held[/yellow] {identifier}: {escape(reasons[-1])}", soft_wrap=True)
    return bool(bad), bool(held)


def _warn_when_overtaken(store: Store, levering_id: str) -> None:
    """A delivery may lose to one that was delivered later; whoever sends a correction must hear that it changes nothing."""
    if not store.exists("delivery_accounts"):
        return
    for row in store.rows(
        "SELECT rijen, vervangen FROM delivery_accounts WHERE levering_id = ? AND vervangen > 0", [levering_id]
    ):
        ERR.print(
            f"[yellow]overtaken[/yellow]: {row['vervangen']:,} of its {row['rijen']:,} rows do not count: a delivery with a "
            "later moment of delivery speaks for their dates. Is this one newer? Withdraw it and give --delivered-at.",
            soft_wrap=True,
        )


def _warn_when_rejected(store: Store, levering_id: str) -> None:
    """A supplier's file is loaded without the figures that cannot be used; the supplier must hear of them."""
    from ivz_assets.enrichment.commands import problems_file, rejected_figures

    if rejected := rejected_figures(store, levering_id):
        ERR.print(
            f"[yellow]rejected[/yellow]: {rejected:,} of its figures; send the supplier "
            f"{escape(str(problems_file(checked_settings(), levering_id)))}",
            soft_wrap=True,
        )


COUNTED = ("rows", "incidents", "quarantined", "superseded", "held", "withdrawn")
ALWAYS = COUNTED[:3]
SHORT = {"incidents": "in force", "quarantined": "rejected"}
"""The figures of a supplier are no incidents, and are not in quarantine."""


def show_status(settings: Settings, *, short: bool) -> None:
    """Deliveries, checks and the release in place; ``short`` leaves out the list of deliveries and what was refused."""
    from ivz_assets.orchestration.status import read_status

    known = read_status(settings)
    if known.get("busy"):
        ERR.print(f"[yellow]{escape(known['busy'])}[/yellow]\nShown: the state that the run before left.", soft_wrap=True)
    deliveries = known["deliveries"]
    if not short:
        OUT.print(_deliveries_table(deliveries))
        for item in known.get("refused", [])[-10:]:
            OUT.print(f"[red]{item['outcome']}[/red] {escape(item['file'])} ({item['rule']}, {item['at']})")
    summary = Table(title="Summary", show_header=False)
    police = [item for item in deliveries if item["stream"] == WEEKMONITOR]
    summary.add_row("deliveries", f"{len(police)}")
    for name in COUNTED:
        total = sum(item[name] or 0 for item in police)
        if total or name in ("rows", "incidents", "quarantined", "superseded"):
            summary.add_row("rows delivered" if name == "rows" else name, f"{total:,}")
    if others := [item for item in deliveries if item["stream"] != WEEKMONITOR]:
        figures = sum(item["incidents"] or 0 for item in others)
        summary.add_row("municipalities, partners", f"{len(others)} deliveries, {figures:,} figures in force")
    if years := known.get("cbs"):
        stale = [f"{item['year']} {item['state']}" for item in years if item["state"] != "actueel"]
        found = [item["year"] for item in years if item["areas"]]
        told = f"{min(found)} to {max(found)}" if found else "none fetched yet"
        summary.add_row("CBS tables", told + (f" ({len(stale)} not up to date: {', '.join(stale[:3])})" if stale else ""))
    checks = known["checks"]
    passed, failed = len(checks.get("passed", [])), checks.get("failed", [])
    summary.add_row("checks passed", f"{passed} of {passed + len(failed)}")
    release = known["release"]
    if release:
        summary.add_row("data up to", str(release["data_up_to"]))
        summary.add_row("published", f"{len(release['tables'])} tables, {sum(release['tables'].values()):,} rows")
        summary.add_row("database for BI", release["path"])
    summary.add_row("data folder", str(settings.data_dir))
    OUT.print(summary)
    for check in failed:
        for finding in check["findings"]:
            OUT.print(
                f"[red]{finding['expectation']}[/red]: {finding['observed']} (limit: {finding['limit']})",
                soft_wrap=True,
            )


def _deliveries_table(deliveries: list[dict[str, Any]]) -> Table:
    """A row per delivery that fits 80 columns: what no delivery has is left out, and the week is in the id."""
    table = Table(title="Deliveries")
    counted = [name for name in COUNTED if name in ALWAYS or any(item[name] for item in deliveries)]
    for name in ("id", *counted, "state"):
        table.add_column(SHORT.get(name, name), justify="right" if name in counted else "left", no_wrap=True)
    for item in deliveries:
        table.add_row(item["id"], *("" if item[name] is None else f"{item[name]:,}" for name in counted), str(item["state"]))
    return table
