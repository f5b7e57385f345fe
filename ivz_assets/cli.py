"""``ivz``: the same jobs as in the Dagster UI, for people who live in a terminal. Commands only; the work is elsewhere."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from datetime import datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ivz_assets.deliveries.streams import DELIVERY_ID, RAW_TABLES, STREAMS, WEEKMONITOR, stream_of
from ivz_assets.settings import PROJECT_FOLDER, Settings, load_settings

if TYPE_CHECKING:
    from ivz_assets.orchestration.instance import RunOutcome
    from ivz_assets.warehouse.store import Store

OUT = Console()
ERR = Console(stderr=True, highlight=False)


class Failed(click.ClickException):
    """A failure that is told in words; exit code 1."""

    def show(self, file: Any = None) -> None:
        ERR.print(f"[bold red]ivz:[/bold red] {escape(self.message)}", soft_wrap=True)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """The weekly chain from the police workbook to the dashboards' database.

    Exit codes: 0 done, 1 something was refused or a gate did not hold, 2 wrong use, 3 a delivery is held for a person.
    """


@main.command()
@click.option("--since", default=2023, show_default=True, type=click.IntRange(2015, 2026), help="First year of the history.")
@click.option("--scale", default=1.0, show_default=True, help="Share of Twente's incidents; below 1 for a quick look.")
def demo(since: int, scale: float) -> None:
    """Generate the sample region, load it, run every gate, publish, and show what came of it."""
    from ivz_assets.orchestration import demo as steps
    from ivz_assets.warehouse.lock import WarehouseBusy

    settings = _settings()
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
    _show_status(settings, short=True)
    OUT.print("\nLook at it in the Dagster UI: [bold]make ui[/bold] (or ivz ui)")


@main.command()
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

    settings = _settings()
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


@main.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--supplier", help="Fills in who delivers.")
@click.option("--gemeente", help="Only the areas of this municipality (GM and four digits).")
def template(file: Path, supplier: str | None, gemeente: str | None) -> None:
    """Write the empty workbook in which a municipality or partner delivers figures to FILE (.xlsx)."""
    from ivz_assets.enrichment.commands import UnknownMunicipality, write_supplier_template
    from ivz_assets.neighbourhoods.reference.user_lists import WrongList
    from ivz_assets.warehouse.store import FILE_NAME

    if file.suffix.lower() != ".xlsx":
        raise click.UsageError(f"{file} must end in .xlsx")
    settings = _settings()
    try:
        if (settings.warehouse_folder / FILE_NAME).exists():
            with _opened(settings, "ivz template") as store:
                areas = write_supplier_template(file, settings, store, supplier, gemeente)
        else:
            areas = write_supplier_template(file, settings, None, supplier, gemeente)
    except (UnknownMunicipality, WrongList) as reason:
        raise Failed(str(reason)) from None
    OUT.print(f"written to {escape(str(file))}, with {areas} areas", soft_wrap=True)


@main.command()
def refresh() -> None:
    """Take in what waits in the landing folders, recompute everything, run every gate and publish."""
    _run_and_tell(_settings(), {})


@main.command()
@click.option("--json", "as_json", is_flag=True, help="For programs: deliveries, checks and release as JSON.")
def status(as_json: bool) -> None:
    """Show deliveries, checks and the release in place."""
    settings = _settings()
    if as_json:
        from ivz_assets.orchestration.status import read_status

        click.echo(json.dumps(read_status(settings), indent=2, default=str, ensure_ascii=False))
    else:
        _show_status(settings, short=False)


@main.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--since", default=2023, show_default=True, type=click.IntRange(2015, 2026), help="First year of the history.")
@click.option("--weeks", default=12, show_default=True, type=click.IntRange(0, 52), help="Weekly deliveries at the end.")
@click.option("--seed", default=20260323, show_default=True, help="The same seed gives the same files.")
@click.option(
    "--scale",
    default=1.0,
    show_default=True,
    help="1 is Twente; above 1 clones it and writes Parquet (30: 20 million rows).",
)
def sample(folder: Path, since: int, weeks: int, seed: int, scale: float) -> None:
    """Write the deliveries of the synthetic region into FOLDER, with a manifest of what was planted."""
    from rich.progress import Progress

    from ivz_assets.sample.generate import write_sample

    with Progress(console=ERR, transient=True) as progress:
        task = progress.add_task("writing", total=None)

        def say(name: str, done: int, total: int) -> None:
            progress.update(task, completed=done, total=total, description=name)

        try:
            manifest = write_sample(folder, since=since, weeks=weeks, seed=seed, scale=scale, progress=say)
        except ValueError as reason:
            raise Failed(str(reason)) from None
    OUT.print(f"sample written; what was planted is in {escape(str(manifest))}")


@main.command()
@click.option("--port", default=3000, show_default=True, help="Port on 127.0.0.1.")
def ui(port: int) -> None:
    """Open the Dagster UI on 127.0.0.1 (stop with Ctrl-C)."""
    from dagster import DagsterInstance

    from ivz_assets.orchestration.instance import close_dead_runs, prepare_home

    settings = _settings()
    home = prepare_home(settings)
    with DagsterInstance.get() as instance:
        close_dead_runs(instance, settings)
    # In the top folder Dagster warns that the dagster.yaml there is not the one it uses.
    os.chdir(home)
    command = [
        sys.executable,
        "-m",
        "dagster",
        "dev",
        "-m",
        "ivz_assets.definitions",
        "-d",
        str(PROJECT_FOLDER),
        "-h",
        "127.0.0.1",
        "-p",
        str(port),
    ]
    if os.name == "posix":
        # Dagster takes this process's place, so that whoever stops it stops Dagster.
        # A shell that starts it in the background has it ignore Ctrl-C, and Dagster would pass that on.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.execv(sys.executable, command)
    raise SystemExit(subprocess.call(command))


@main.command()
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
    if until and until.date() < _settings().current_date():
        raise click.UsageError("--until lies in the past")
    _decide(kind, subject, reason, who, until)


@main.command()
@click.argument("delivery_id")
@click.option("--reason", required=True, help="Why; it is kept and shown in the release's manifest.")
@click.option("--who", help="Who decides; your login name unless given.")
def withdraw(delivery_id: str, reason: str, who: str | None) -> None:
    """Take back a delivery: its rows no longer count, and what it replaced counts again. Nothing is deleted."""
    from ivz_assets.deliveries import ledger

    _decide(ledger.WITHDRAWN, delivery_id, reason, who, None)


@main.group()
def quarantine() -> None:
    """Rejected rows."""


@quarantine.command("export")
@click.option("--delivery", help="Only this delivery (its id).")
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The workbook to write; protected folder unless given.",
)
def quarantine_export(delivery: str | None, output: Path | None) -> None:
    """Write the rejected rows with their reasons as a workbook to send back to the police."""
    from ivz_assets.deliveries.ledger import Ledger
    from ivz_assets.weekmonitor.feedback import write_workbook

    settings = _settings()
    with _opened(settings, "ivz quarantine export") as store:
        if delivery and delivery not in {facts.levering_id for facts in Ledger(store).deliveries()}:
            raise Failed(f"there is no delivery {delivery} (see ivz status)")
        path, rows = write_workbook(store, settings, delivery, output)
    OUT.print(f"{rows} rows written to {path}")


@main.command()
@click.option("--as-of", "as_of", required=True, type=click.DateTime(["%Y-%m-%d"]), help="The day, until its end.")
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="CSV with the incidents; police data, keep it protected.",
)
def incidents(as_of: datetime, output: Path | None) -> None:
    """Show what was known on a day: incidents loaded by then, as later deliveries had corrected them by then."""
    from ivz_assets.weekmonitor.recompute import incidents_as_of

    settings = _settings()
    with _opened(settings, "ivz incidents") as store, ERR.status("computing"):
        known = incidents_as_of(store, settings, datetime.combine(as_of.date(), time.max))
    table = Table(title=f"Incidents known on {as_of:%d-%m-%Y}: {len(known):,}")
    table.add_column("categorie")
    table.add_column("soort")
    table.add_column("aantal", justify="right")
    for (category, kind), rows in known.groupby(["categorie", "soort"]):
        table.add_row(str(category), str(kind), f"{len(rows):,}")
    OUT.print(table)
    if output:
        known.to_csv(output, index=False)
        output.chmod(0o600)
        OUT.print(f"written to {output}")


# What the commands share


def _settings() -> Settings:
    from pydantic import ValidationError

    try:
        found = load_settings()
        if found.data_dir.exists() and not found.data_dir.is_dir():
            raise Failed(f"IVZ_DATA_DIR must be a folder, and {found.data_dir} is none")
        return found
    except ValidationError as error:
        told = "; ".join(f"IVZ_{'_'.join(map(str, item['loc'])).upper()}: {item['msg']}" for item in error.errors())
        raise Failed(f"a setting is wrong: {told}") from None


def _opened(settings: Settings, holder: str, patience: float | None = None) -> Any:
    from contextlib import contextmanager

    from ivz_assets.warehouse.lock import WarehouseBusy, writer_lock
    from ivz_assets.warehouse.store import FILE_NAME, NotPassed, open_store

    @contextmanager
    def opened() -> Any:
        if not (settings.warehouse_folder / FILE_NAME).exists():
            raise Failed(f"there is no warehouse in {settings.warehouse_folder} yet: deliver a file first (ivz deliver FILE)")
        try:
            seconds = settings.lock_timeout_seconds if patience is None else patience
            with writer_lock(settings.warehouse_folder, holder, seconds):
                store = open_store(settings.warehouse_folder)
                try:
                    yield store
                finally:
                    store.close()
        except (WarehouseBusy, NotPassed) as reason:
            raise Failed(str(reason)) from None

    return opened()


def _decide(kind: str, subject: str, reason: str, who: str | None, until: datetime | None) -> None:
    from ivz_assets.deliveries.ledger import Ledger, UnknownSubject

    if not reason.strip():
        raise click.UsageError("--reason is empty; it is what others will read later")
    settings = _settings()
    with _opened(settings, f"ivz {kind}") as store:
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
        with _opened(settings, "ivz", patience) as store:
            refused, held = _tell_about(store, outcome, own)
    except Failed:
        if outcome.success:
            raise
    _stop_if_failed(outcome)
    if refused or held:
        raise SystemExit(1 if refused else 3)


def _tell_about(store: Store, outcome: RunOutcome, own: dict[str, tuple[str, Path]]) -> tuple[bool, bool]:
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
            f"{escape(str(problems_file(_settings(), levering_id)))}",
            soft_wrap=True,
        )


def _show_status(settings: Settings, *, short: bool) -> None:
    from ivz_assets.orchestration.status import read_status

    known = read_status(settings)
    if known.get("busy"):
        ERR.print(f"[yellow]{escape(known['busy'])}[/yellow]\nShown: the state that the run before left.", soft_wrap=True)
    deliveries = known["deliveries"]
    if not short:
        OUT.print(_deliveries_table(deliveries))
        for item in known.get("refused", [])[-10:]:
            OUT.print(f"[red]{item['outcome']}[/red] {escape(item['file'])} ({item['rule']}, {item['at']})")
    summary = Table(title="Weekmonitor", show_header=False)
    police = [item for item in deliveries if item["stream"] == WEEKMONITOR]
    summary.add_row("deliveries", f"{len(police)}")
    for name in ("rows", "incidents", "quarantined", "superseded", "held", "withdrawn"):
        total = sum(item[name] or 0 for item in police)
        if total or name in ("rows", "incidents", "quarantined", "superseded"):
            summary.add_row("rows delivered" if name == "rows" else name, f"{total:,}")
    if others := [item for item in deliveries if item["stream"] != WEEKMONITOR]:
        figures = sum(item["incidents"] or 0 for item in others)
        summary.add_row("municipalities, partners", f"{len(others)} deliveries, {figures:,} figures in force")
    checks = known["checks"]
    passed, failed = len(checks.get("passed", [])), checks.get("failed", [])
    summary.add_row("checks passed", f"{passed} of {passed + len(failed)}")
    release = known["release"]
    if release:
        summary.add_row("data up to", str(release["data_up_to"]))
        for name, rows in release["tables"].items():
            summary.add_row(f"published {name}", f"{rows:,} rows")
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
    table = Table(title="Deliveries")
    columns = ("id", "kind", "week", "state", "rows", "incidents", "quarantined", "superseded", "held", "withdrawn")
    for name in columns:
        table.add_column(name, justify="right" if name in columns[4:] else "left", no_wrap=name == "id")
    for item in deliveries:
        table.add_row(
            *("" if item[name] is None else f"{item[name]:,}" if name in columns[4:] else str(item[name]) for name in columns)
        )
    return table


if __name__ == "__main__":
    os.environ.setdefault("PYTHONUTF8", "1")
    main()
