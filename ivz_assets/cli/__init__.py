"""``ivz``: the same jobs as in the Dagster UI, for people who live in a terminal. Commands only; the work is elsewhere."""

from __future__ import annotations

import click

from ivz_assets.cli.deciding import accept, withdraw
from ivz_assets.cli.looking import incidents, quarantine, status, ui
from ivz_assets.cli.making import notes, sample, template
from ivz_assets.cli.running import deliver, demo, refresh


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """The weekly chain from the police workbook to the dashboards' database.

    Exit codes: 0 done, 1 something was refused or a gate did not hold, 2 wrong use, 3 a delivery is held for a person.
    """


for command in (demo, deliver, refresh, status, incidents, quarantine, ui, accept, withdraw, sample, template, notes):
    main.add_command(command)
