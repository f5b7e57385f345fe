"""A file of its own per theme, so that a wrong grant exposes one theme and no more. What is in it is ``theme_selection``'s.

A file is built aside, read back, judged, and put in place with one rename; the manifest beside it says who may see it. Who opens
the folder is arranged outside this project.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import duckdb
import pandera.ibis as pa

from ivz_assets.dashboard.themes.catalogue import Theme
from ivz_assets.publication.release import MANIFEST, NOTICE, STORAGE_VERSION, create_empty
from ivz_assets.publication.small_cells import CannotHide
from ivz_assets.publication.theme_selection import (
    SMALLEST_SHOWN,
    Selection,
    given_away,
    own_areas,
    theme_selection,
    visible_areas,
)
from ivz_assets.quality.verdicts import Finding, Verdict
from ivz_assets.warehouse.model import published_name
from ivz_assets.warehouse.store import Store

CHECK = "thema_uitgaven"


def theme_file(folder: Path, theme: Theme) -> Path:
    """Where the file of a theme lies, in a folder of its own."""
    return folder / theme.bestandsnaam / f"ivz_{theme.bestandsnaam}.duckdb"


def publish_themes(
    store: Store, themes: Sequence[Theme], models: Sequence[pa.DataFrameSchema], *, folder: Path, release_id: str, at: datetime,
    data_up_to: date | None,
) -> list[Verdict]:  # fmt: skip
    """Builds, judges and puts in place the file of every theme; removes those of themes that are no more.

    The file of a theme that is not judged good stays as it was; those of the others are replaced.

    Args:
        models: published models, those that only files of themes hold among them; their tables passed their gates.
        folder: where the folders of the themes lie.
        release_id: of the release that these files belong to.

    Returns:
        A verdict per theme.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o750)
    verdicts = []
    for theme in themes:
        target = theme_file(folder, theme)
        building = target.with_name(f".{target.name}.{os.getpid()}.new")
        target.parent.mkdir(exist_ok=True, mode=0o750)
        try:
            selection = theme_selection(store, theme, models)
            _build(store, selection, building)
            verdict = judge(store, selection, building)
            if verdict.passed:
                os.replace(building, target)
                manifest = _manifest(selection, release_id, at, data_up_to)
                copy = target.with_name(f".{MANIFEST}.{os.getpid()}.new")
                copy.write_text(json.dumps(manifest, ensure_ascii=False, indent=2), encoding="utf-8")
                os.replace(copy, target.with_name(MANIFEST))
        except CannotHide as error:
            verdict = Verdict(CHECK, theme.bestandsnaam, 1, [_finding(theme, "onderdrukking", str(error), "geen enkel aantal")])
        finally:
            building.unlink(missing_ok=True)
        verdicts.append(verdict)
    wanted = {theme.bestandsnaam for theme in themes}
    for path in folder.iterdir():
        # Only what this module made: anything else in the folder is somebody else's.
        if path.is_dir() and path.name not in wanted and (path / f"ivz_{path.name}.duckdb").exists():
            shutil.rmtree(path)
    return verdicts


def judge(store: Store, selection: Selection, path: Path) -> Verdict:
    """The file read back: it holds the rows of the selection, no theme but its own, and no small count of a sensitive theme."""
    theme = selection.theme
    findings = []
    connection = duckdb.connect(str(path), read_only=True)
    try:
        for model, rows in selection.tables:
            name = published_name(model)
            seen, expected = _count(connection, f'"{name}"'), int(rows.count().to_pyarrow().as_py())
            if seen != expected:
                findings.append(_finding(theme, f"{name}.rijen", f"{seen} rijen", f"{expected} rijen"))
            if "thema_sleutel" in model.columns:
                found = connection.execute(f'SELECT count(*) FROM "{name}" WHERE thema_sleutel <> ?', [theme.sleutel]).fetchone()
                if found and found[0]:
                    findings.append(_finding(theme, f"{name}.ander_thema", f"{found[0]} rijen van een ander thema", "0"))
        written = next((published_name(model) for model, _ in selection.tables if model.name == "theme_indicators"), None)
        if theme.gevoelig and written:
            findings += _small_counts(store, selection, connection, written)
    finally:
        connection.close()
    return Verdict(CHECK, theme.bestandsnaam, len(selection.tables) + 1, findings)


def _small_counts(store: Store, selection: Selection, connection: duckdb.DuckDBPyConnection, written: str) -> list[Finding]:
    theme = selection.theme
    query = (
        "SELECT gebied_sleutel, jaar, kenmerk, onderdeel_van, {} FROM {} "
        "WHERE thema_sleutel = ? AND kenmerk_soort = 'registraties' ORDER BY ALL"
    )
    true = store.rows(query.format("aantal", "theme_indicators"), [theme.sleutel])
    shown = {
        tuple(row[:3]): row[4:]
        for row in connection.execute(query.format("aantal, waarde, onderdrukt", f'"{written}"'), [theme.sleutel]).fetchall()
    }
    rows = []
    for row in true:
        cell = shown.get((row["gebied_sleutel"], row["jaar"], row["kenmerk"]))
        if cell is not None:
            # A rate times its denominator is the count: either one shows it.
            rows.append({**row, "onderdrukt": cell[0] is None and cell[1] is None})
    places = visible_areas(store, theme)
    found = given_away(rows, places, own_areas(store))
    if not found:
        return []
    return [_finding(theme, "kleine_aantallen", f"{found} aantallen onder {SMALLEST_SHOWN} zijn te zien of uit te rekenen", "0")]


def _build(store: Store, selection: Selection, path: Path) -> None:
    path.unlink(missing_ok=True)
    connection = store.connection
    home = connection.execute("SELECT current_database()").fetchone()
    assert home is not None
    quoted = str(path).replace("'", "''")
    connection.execute(f"ATTACH '{quoted}' AS thema_uitgave (STORAGE_VERSION '{STORAGE_VERSION}')")
    try:
        create_empty(connection, "thema_uitgave", home[0], [model for model, _ in selection.tables])
        for model, rows in selection.tables:
            connection.execute(f'INSERT INTO thema_uitgave.main."{published_name(model)}" BY NAME {store.sql(rows)}')
        connection.execute("CHECKPOINT thema_uitgave")
    finally:
        # The database in use cannot be detached, and after an error it may be this one.
        connection.execute(f'USE "{home[0]}"')
        connection.execute("DETACH thema_uitgave")
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _manifest(selection: Selection, release_id: str, at: datetime, data_up_to: date | None) -> dict[str, object]:
    theme = selection.theme
    return {
        "release": release_id,
        "thema": theme.naam,
        "eigenaar": theme.eigenaar,
        "mag_zien": list(theme.mag_zien),
        "laagste_niveau": theme.laagste_niveau,
        "proefgemeenten": list(theme.proefgemeenten),
        "gevoelig": theme.gevoelig,
        "onderdrukte_cellen": selection.hidden,
        "gemaakt_op": at.isoformat(),
        "gegevens_tot_en_met": data_up_to.isoformat() if data_up_to else None,
        "let_op": NOTICE,
        "tabellen": {
            published_name(model): {"rijen": int(rows.count().to_pyarrow().as_py()), "omschrijving": model.description}
            for model, rows in selection.tables
        },
    }


def _count(connection: duckdb.DuckDBPyConnection, source: str) -> int:
    found = connection.execute(f"SELECT count(*) FROM {source}").fetchone()
    assert found is not None
    return int(found[0])


def _finding(theme: Theme, name: str, seen: str, limit: str) -> Finding:
    return Finding(
        f"thema.{theme.bestandsnaam}.{name}", "Het bestand van een thema laat niets zien dat het niet mag.", None, seen, limit
    )
