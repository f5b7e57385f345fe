"""The commands that show what there is: ``status``, ``incidents``, ``quarantine export`` and ``ui``. None changes the data."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from datetime import datetime, time
from pathlib import Path

import click
from rich.table import Table

from ivz_assets.cli.shared import ERR, OUT, Failed, checked_settings, opened_warehouse
from ivz_assets.cli.telling import show_status
from ivz_assets.settings import PROJECT_FOLDER


@click.command()
@click.option("--json", "as_json", is_flag=True, help="For programs: deliveries, checks and release as JSON.")
def status(as_json: bool) -> None:
    """Show deliveries, checks and the release in place."""
    settings = checked_settings()
    if as_json:
        from ivz_assets.orchestration.status import read_status

        click.echo(json.dumps(read_status(settings), indent=2, default=str, ensure_ascii=False))
    else:
        show_status(settings, short=False)


@click.command()
@click.option("--as-of", "as_of", required=True, type=click.DateTime(["%Y-%m-%d"]), help="The day, until its end.")
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="CSV with the incidents; police data, keep it protected.",
)
def incidents(as_of: datetime, output: Path | None) -> None:
    """Show what was known on a day: incidents loaded by then, as later deliveries had corrected them by then."""
    from ivz_assets.weekmonitor.recompute import incidents_as_of

    settings = checked_settings()
    with opened_warehouse(settings, "ivz incidents") as store, ERR.status("computing"):
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


@click.group()
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

    settings = checked_settings()
    with opened_warehouse(settings, "ivz quarantine export") as store:
        if delivery and delivery not in {facts.levering_id for facts in Ledger(store).deliveries()}:
            raise Failed(f"there is no delivery {delivery} (see ivz status)")
        path, rows = write_workbook(store, settings, delivery, output)
    OUT.print(f"{rows} rows written to {path}")


@click.command()
@click.option("--port", default=3000, show_default=True, help="Port on 127.0.0.1.")
def ui(port: int) -> None:
    """Open the Dagster UI on 127.0.0.1 (stop with Ctrl-C)."""
    from dagster import DagsterInstance

    from ivz_assets.orchestration.instance import close_dead_runs, prepare_home

    settings = checked_settings()
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
