"""The commands that write files for others to fill in or to try out: ``template``, ``notes`` and ``sample``."""

from __future__ import annotations

from pathlib import Path

import click
from rich.markup import escape

from ivz_assets.cli.shared import ERR, OUT, Failed, checked_settings, opened_warehouse


@click.command()
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
    settings = checked_settings()
    try:
        if (settings.warehouse_folder / FILE_NAME).exists():
            with opened_warehouse(settings, "ivz template") as store:
                areas = write_supplier_template(file, settings, store, supplier, gemeente)
        else:
            areas = write_supplier_template(file, settings, None, supplier, gemeente)
    except (UnknownMunicipality, WrongList) as reason:
        raise Failed(str(reason)) from None
    OUT.print(f"written to {escape(str(file))}, with {areas} areas", soft_wrap=True)


@click.command()
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
def notes(file: Path | None) -> None:
    """Write the empty workbook for notes by professionals to FILE (.xlsx); without FILE, where the next run reads it."""
    from ivz_assets.dashboard.interpretation.commands import WorkbookExists, write_notes_workbook
    from ivz_assets.dashboard.interpretation.workbook import notes_path

    settings = checked_settings()
    place = file or notes_path(settings)
    if place.suffix.lower() != ".xlsx":
        raise click.UsageError(f"{place} must end in .xlsx")
    with opened_warehouse(settings, "ivz notes") as store:
        try:
            areas = write_notes_workbook(place, store)
        except WorkbookExists as reason:
            raise Failed(str(reason)) from None
    OUT.print(
        f"written to {escape(str(place))}, with {areas} areas; runs read it as {escape(str(notes_path(settings)))}",
        soft_wrap=True,
    )


@click.command()
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
