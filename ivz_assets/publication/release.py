"""Write, audit, publish: a release is built aside, read back, and put in place with one atomic rename each. No Dagster.

BI never opens the warehouse. What it holds of a table is ``general``'s; here a release is whole or absent.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import ibis
import pandera.ibis as pa

from ivz_assets.dashboard.dimensions import LOWEST_LEVEL, kept_back
from ivz_assets.publication.general import BELOW, GeneralRelease
from ivz_assets.quality.schema_gate import schema_gate
from ivz_assets.quality.verdicts import Finding, Verdict
from ivz_assets.warehouse.model import create_table, is_enum, published_name
from ivz_assets.warehouse.store import Store, Version

DATABASE = "ivz.duckdb"
MANIFEST = "manifest.json"
STORAGE_VERSION = "v1.0.0"
"""DuckDB's storage format that every client since 1.0 can open."""

NOTICE = (
    "Ruwe BVH-registraties; wijken af van gepubliceerde politiecijfers. Alleen voor intern gebruik, niet voor externe doeleinden."
)


class LineageBroken(Exception):
    """A table, or something it was made from, is not the version that passed its gates."""


@dataclass(frozen=True)
class Release:
    """A published release, as its manifest tells."""

    id: str
    folder: Path
    manifest: Mapping[str, Any]


def check_lineage(store: Store, tables: Sequence[str]) -> dict[str, Version]:
    """The versions that a release of these tables stands on, all the way down to raw.

    Raises:
        NotPassed: a table has no version that passed.
        LineageBroken: a table was made from another version than the one that passed last.
    """
    found: dict[str, Version] = {}
    todo = list(tables)
    while todo:
        version = store.version(todo.pop())
        found[version.tabel] = version
        for name, number in version.invoer.items():
            current = store.version(name)
            if current.versie != number:
                raise LineageBroken(
                    f"{version.tabel} was made from version {number} of {name}, but version {current.versie} passed last: "
                    "run the whole chain again (ivz refresh)"
                )
            if name not in found:
                todo.append(name)
    return found


def publish(
    store: Store,
    models: Sequence[pa.DataFrameSchema],
    *,
    folder: Path,
    at: datetime,
    data_up_to: date | None,
    decisions: Sequence[Mapping[str, Any]],
    keep: int,
    general: GeneralRelease,
) -> tuple[Release | None, list[Verdict]]:
    """Builds a release, reads it back, and puts it in place.

    Returns:
        The release and its verdicts; no release when reading back found a difference, and then nothing has changed.

    Raises:
        LineageBroken, NotPassed: what it would be made of did not pass its gates.
    """
    lineage = check_lineage(store, [str(model.name) for model in models])
    releases = folder / "releases"
    releases.mkdir(parents=True, exist_ok=True)
    _sweep_unfinished(folder)
    before = current(folder)
    number = max(version.versie for version in lineage.values())
    release_id = f"{at:%Y%m%dT%H%M%S}-v{number}"
    building = releases / f".{release_id}.{os.getpid()}.new"
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir()
    try:
        _build(store, models, building, general)
        verdicts = _read_back(store, models, building, general)
        if not all(verdict.passed for verdict in verdicts):
            return None, verdicts
        manifest = _manifest(store.connection, release_id, building, models, lineage, at, data_up_to, decisions, general)
        _write(building / MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=2, default=str))
        final = releases / release_id
        # The same versions at the same simulated moment are the same release: the one in place is as good.
        shutil.rmtree(final, ignore_errors=True)
        os.replace(building, final)
        _sync_folder(releases)
    finally:
        shutil.rmtree(building, ignore_errors=True)
    _put_in_place(final, folder, models)
    if before and before.id != release_id and before.manifest["tabellen"] == manifest["tabellen"]:
        # A run that changed nothing must not push a real earlier release out of the ones that are kept.
        shutil.rmtree(before.folder, ignore_errors=True)
    _remove_old(releases, keep, release_id)
    return Release(release_id, final, manifest), verdicts


def current(folder: Path) -> Release | None:
    """The release in place, or None."""
    path = folder / MANIFEST
    if not path.exists():
        return None
    manifest = json.loads(path.read_text(encoding="utf-8"))
    return Release(manifest["release"], folder / "releases" / manifest["release"], manifest)


def _build(store: Store, models: Sequence[pa.DataFrameSchema], folder: Path, general: GeneralRelease) -> None:
    database = folder / DATABASE
    connection = store.connection
    home = connection.execute("SELECT current_database()").fetchone()
    assert home is not None
    connection.execute(f"ATTACH '{_quoted(database)}' AS uitgave (STORAGE_VERSION '{STORAGE_VERSION}')")
    try:
        create_empty(connection, "uitgave", home[0], models)
        for model in models:
            name = published_name(model)
            connection.execute(f'INSERT INTO uitgave.main."{name}" BY NAME FROM {general.source(model)}')
            parquet = _quoted(folder / f"{name}.parquet")
            connection.execute(f"COPY (FROM uitgave.main.\"{name}\") TO '{parquet}' (FORMAT parquet, COMPRESSION zstd)")
        connection.execute("CHECKPOINT uitgave")
    finally:
        # The database in use cannot be detached, and after an error it may be this one.
        connection.execute(f'USE "{home[0]}"')
        connection.execute("DETACH uitgave")
    if (leftover := database.with_suffix(".duckdb.wal")).exists():
        raise RuntimeError(f"{leftover} was left behind: the release is not whole")
    for file in folder.iterdir():
        _sync(file)


def create_empty(connection: duckdb.DuckDBPyConnection, database: str, home: str, models: Sequence[pa.DataFrameSchema]) -> None:
    """Makes the empty tables with their comments in an attached database, in one transaction: every commit waits for the disk."""
    connection.execute(f"USE {database}")
    connection.execute("BEGIN")
    try:
        for model in models:
            for statement in create_table(model, published_name(model)):
                connection.execute(statement)
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
    connection.execute(f'USE "{home}"')


def _read_back(store: Store, models: Sequence[pa.DataFrameSchema], folder: Path, general: GeneralRelease) -> list[Verdict]:
    """The built files against the models and against the warehouse, through a connection of their own."""
    connection = duckdb.connect(str(folder / DATABASE), read_only=True)
    verdicts = []
    try:
        backend = ibis.duckdb.from_connection(connection)
        for model in models:
            name = published_name(model)
            verdicts.append(schema_gate(backend.table(name), model, keyed=False))
            expected = _fingerprint(store.connection, model, general.source(model))
            found = {
                DATABASE: _fingerprint(connection, model, f'"{name}"'),
                f"{name}.parquet": _fingerprint(connection, model, f"'{_quoted(folder / f'{name}.parquet')}'"),
            }
            findings = [
                Finding(
                    f"release.{name}",
                    "De uitgave bevat dezelfde rijen als het magazijn.",
                    None,
                    f"{file}: {seen}",
                    str(expected),
                )
                for file, seen in found.items()
                if seen != expected
            ]
            verdicts.append(Verdict(str(model.name), "read_back", len(found), findings))
    finally:
        connection.close()
    return verdicts


def _fingerprint(connection: duckdb.DuckDBPyConnection, model: pa.DataFrameSchema, source: str) -> tuple[int, int]:
    """Rows and an order-free sum of row hashes; an ENUM counts as its text, because Parquet has no other."""
    columns = ", ".join(f'"{name}"::VARCHAR' if is_enum(column) else f'"{name}"' for name, column in model.columns.items())
    found = connection.execute(f"SELECT count(*), coalesce(sum(hash({columns})::HUGEINT), 0) FROM {source}").fetchone()
    assert found is not None
    return int(found[0]), int(found[1])


def _manifest(
    connection: duckdb.DuckDBPyConnection, release_id: str, folder: Path, models: Sequence[pa.DataFrameSchema],
    lineage: Mapping[str, Version], at: datetime, data_up_to: date | None, decisions: Sequence[Mapping[str, Any]],
    general: GeneralRelease,
) -> dict[str, Any]:  # fmt: skip
    shown = {str(model.name): _fingerprint(connection, model, general.source(model)) for model in models}
    return {
        "release": release_id,
        "gemaakt_op": at.isoformat(),
        "gegevens_tot_en_met": data_up_to.isoformat() if data_up_to else None,
        "let_op": NOTICE,
        "niet_onder": {"niveau": LOWEST_LEVEL, "weggelaten_niveaus": list(BELOW), "klassen": sorted(kept_back())},
        "tabellen": {
            published_name(model): {
                "rijen": shown[str(model.name)][0],
                "vingerafdruk": str(shown[str(model.name)][1]),
                "omschrijving": model.description,
            }
            for model in models
        },
        "bestanden": {path.name: {"sha256": _sha256(path), "bytes": path.stat().st_size} for path in sorted(folder.iterdir())},
        "herkomst": {
            name: {"versie": version.versie, "invoer": dict(version.invoer)} for name, version in sorted(lineage.items())
        },
        "besluiten": [dict(decision) for decision in decisions],
    }


def _put_in_place(final: Path, folder: Path, models: Sequence[pa.DataFrameSchema]) -> None:
    """One rename per file, when all lie ready; the manifest last, so that it never speaks of a file that is not there."""
    stale = folder / f"{DATABASE}.wal"
    # DuckDB would silently replay an old write-ahead log into the new file.
    stale.unlink(missing_ok=True)
    names = [DATABASE, *(f"{published_name(model)}.parquet" for model in models), MANIFEST]
    targets = [folder / name if name.endswith((".duckdb", ".json")) else folder / "parquet" / name for name in names]
    copies = [target.with_name(f".{target.name}.{os.getpid()}.new") for target in targets]
    try:
        for target, copy in zip(targets, copies, strict=True):
            target.parent.mkdir(exist_ok=True)
            shutil.copyfile(final / target.name, copy)
            _sync(copy)
        for target, copy in zip(targets, copies, strict=True):
            os.replace(copy, target)
    finally:
        for copy in copies:
            copy.unlink(missing_ok=True)
    _sync_folder(folder / "parquet")
    _sync_folder(folder)


def _sweep_unfinished(folder: Path) -> None:
    """Removes what a killed run left: nothing of it was ever in place."""
    for pattern in (".*.new", "parquet/.*.new", "releases/.*.new"):
        for path in folder.glob(pattern):
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def _remove_old(releases: Path, keep: int, newest: str) -> None:
    kept = sorted((path for path in releases.iterdir() if not path.name.startswith(".")), key=lambda path: path.stat().st_mtime)
    for path in kept[:-keep]:
        if path.name != newest:
            shutil.rmtree(path)


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    _sync(path)


def _sync(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # Windows cannot open a folder; its rename is journalled
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
