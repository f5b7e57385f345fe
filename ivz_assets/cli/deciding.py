"""The commands by which a person decides: ``accept`` and ``withdraw``. What a decision does is in ``deliveries.ledger``."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from ivz_assets.cli.shared import OUT, Failed, checked_settings, opened_warehouse
from ivz_assets.deliveries.streams import DELIVERY_ID, RAW_TABLES, WEEKMONITOR, stream_of
from ivz_assets.settings import Settings

if TYPE_CHECKING:
    from ivz_assets.warehouse.store import Store


@click.command()
@click.argument("subject")
@click.option("--reason", required=True, help="Why; it is kept and shown in the release's manifest.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Last day that a check is let through (required for a check).")
@click.option("--who", help="Who decides; your login name unless given.")
def accept(subject: str, reason: str, until: datetime | None, who: str | None) -> None:
    """Accept SUBJECT: a held delivery (its id), or an expectation that a true outlier does not meet (its name)."""
    from ivz_assets.deliveries import ledger

    kind = ledger.ACCEPTED if DELIVERY_ID.match(subject) else ledger.GATE
    if kind == ledger.GATE and until is None:
        raise click.UsageError("an expectation is let through until a day: give --until JJJJ-MM-DD")
    if until and until.date() < checked_settings().current_date():
        raise click.UsageError("--until lies in the past")
    _decide(kind, subject, reason, who, until)


@click.command()
@click.argument("delivery_id")
@click.option("--reason", required=True, help="Why; it is kept and shown in the release's manifest.")
@click.option("--who", help="Who decides; your login name unless given.")
def withdraw(delivery_id: str, reason: str, who: str | None) -> None:
    """Take back a delivery: its rows no longer count, and what it replaced counts again. Nothing is deleted."""
    from ivz_assets.deliveries import ledger

    _decide(ledger.WITHDRAWN, delivery_id, reason, who, None)


def _decide(kind: str, subject: str, reason: str, who: str | None, until: datetime | None) -> None:
    from ivz_assets.deliveries.ledger import Ledger, UnknownSubject

    if not reason.strip():
        raise click.UsageError("--reason is empty; it is what others will read later")
    settings = checked_settings()
    with opened_warehouse(settings, f"ivz {kind}") as store:
        try:
            stream = stream_of(subject) if DELIVERY_ID.match(subject) else WEEKMONITOR
            _write_decision(store, settings, Ledger(store, stream), kind, subject, reason, who, until)
        except UnknownSubject as unknown:
            raise Failed(str(unknown)) from None
    OUT.print(f"{subject}: {kind}. It takes effect with the next run: ivz refresh", soft_wrap=True)


def _write_decision(
    store: Store,
    settings: Settings,
    ledger: Any,
    kind: str,
    subject: str,
    reason: str,
    who: str | None,
    until: datetime | None,
) -> None:
    with store.transaction():
        ledger.decide(settings.now(), kind, subject, reason, who=who, until=until.date() if until else None)
        # A decision changes what follows from raw, so whatever was made before it is of an older version.
        raw = RAW_TABLES[ledger.stroom]
        if store.exists(raw):
            store.remember_version(raw, store.next_version(), "decision", settings.now(), {}, passed=True)
