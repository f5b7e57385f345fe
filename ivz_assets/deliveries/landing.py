"""The landing folders: which files wait, where they go afterwards, and when kept ones are destroyed. No file is opened here."""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from datetime import date, datetime, timedelta
from datetime import time as time_of_day
from pathlib import Path

from ivz_assets.deliveries.reading.scratch import private_folder
from ivz_assets.deliveries.streams import ENRICHMENT, WEEKMONITOR
from ivz_assets.settings import Settings

SETTLE_SECONDS = 1.0
"""A file whose size changed within this time is still being written."""

SIDECAR = ".levering.json"
"""Ending of the small file beside a delivery that holds what its message or an option said."""

REASON = ".reden.txt"
BULK = "bulk"


def prepare(settings: Settings) -> None:
    """Makes the folders that hold delivered rows, for their owner only."""
    for folder in (
        settings.protected_folder,
        settings.warehouse_folder,
        settings.landing_folder.parent,
        settings.landing_folder,
        settings.landing_folder / BULK,
        settings.enrichment_landing_folder,
        settings.refused_folder,
        settings.archive_folder,
    ):
        private_folder(folder)


def waiting(settings: Settings, stream: str = WEEKMONITOR) -> list[Path]:
    """Files that wait to be taken in, workbooks first, in order of name; half-written and hidden files are passed over."""
    folders = {
        WEEKMONITOR: (settings.landing_folder, settings.landing_folder / BULK),
        ENRICHMENT: (settings.enrichment_landing_folder,),
    }[stream]
    files = [path for folder in folders if folder.is_dir() for path in sorted(folder.iterdir()) if _is_delivery(path)]
    return [path for path in files if _settled(path)]


def is_bulk(path: Path) -> bool:
    """Whether the file was delivered in bulk (Parquet, through ``ivz deliver --bulk``)."""
    return path.parent.name == BULK


def sha256_of(path: Path) -> str:
    """SHA-256 of the file's bytes, as hexadecimal text."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def put(source: Path, folder: Path, message: str | None) -> Path:
    """Copies a file into the landing folder, whole or not at all, with its message beside it.

    It keeps its own name, unless another file of that name waits there: then the start of its SHA-256 is added.
    """
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / source.name
    if target.exists() and (sha256 := sha256_of(source)) != sha256_of(target):
        target = target.with_name(f"{source.stem}_{sha256[:8]}{source.suffix}")
    if message is not None:
        target.with_name(target.name + SIDECAR).write_text(message, encoding="utf-8")
    if source.resolve() != target.resolve():
        copy = folder / f".{source.name}.{os.getpid()}.part"
        try:
            shutil.copyfile(source, copy)
            os.replace(copy, target)
        finally:
            copy.unlink(missing_ok=True)
    return target


def archive(path: Path, settings: Settings, levering_id: str) -> Path:
    """Moves a loaded file to the protected archive."""
    return _move(path, settings.archive_folder / f"{levering_id}_{path.name}", settings.now())


def destroy_loaded(settings: Settings, levering_id: str) -> None:
    """Destroys the archived file of a delivery and its list of problems, when its supplier's term is shorter than ours."""
    for folder, pattern in (
        (settings.archive_folder, f"{levering_id}_*"),
        (settings.protected_folder / "quarantine", f"problemen_{levering_id}.*"),
    ):
        for path in folder.glob(pattern):
            path.unlink()


def refuse(path: Path, settings: Settings, at: datetime, reason: str) -> Path:
    """Moves a refused file to the protected folder and writes the reason beside it."""
    target = settings.refused_folder / f"{at:%Y%m%dT%H%M%S}_{path.name}"
    beside = target.with_name(target.name + REASON)
    beside.write_text(reason + "\n", encoding="utf-8")
    kept_since(beside, at)
    return _move(path, target, at)


def destroy(path: Path, settings: Settings, at: datetime, reason: str) -> Path:
    """Destroys a file that may not be kept at all, and writes the reason where it would have been; returns that place."""
    target = settings.refused_folder / f"{at:%Y%m%dT%H%M%S}_{path.name}"
    beside = target.with_name(target.name + REASON)
    beside.write_text(reason + "\n", encoding="utf-8")
    kept_since(beside, at)
    path.with_name(path.name + SIDECAR).unlink(missing_ok=True)
    path.unlink()
    return target


def sweep(settings: Settings, today: date) -> list[str]:
    """Destroys what was kept until its time passed; returns the names for the log.

    Files that were moved here carry the project's clock, which may be simulated. Workbooks for the police and the failing
    rows of a gate carry the real time at which they were written, so that is the clock they are compared with.
    """
    written = date.today()
    destroyed = []
    for folder, days, now in (
        (settings.refused_folder, settings.refused_days, today),
        (settings.archive_folder, settings.loaded_days, today),
        (settings.protected_folder / "gates", settings.protected_days, written),
        (settings.protected_folder / "quarantine", settings.protected_days, written),
    ):
        limit = datetime.combine(now - timedelta(days=days), time_of_day()).timestamp()
        for path in sorted(folder.iterdir()) if folder.is_dir() else []:
            try:
                if _changed(path) < limit:
                    _destroy(path)
                    destroyed.append(path.name)
            except OSError:
                continue  # open elsewhere, or already gone; the next run tries again
    return destroyed


def _changed(path: Path) -> float:
    """When a file, or the last changed file of a folder, was written."""
    inside = [item.lstat().st_mtime for item in path.rglob("*") if not item.is_dir()] if path.is_dir() else []
    return max(inside, default=path.lstat().st_mtime)


def _destroy(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()


def _move(path: Path, target: Path, at: datetime) -> Path:
    side = path.with_name(path.name + SIDECAR)
    target.parent.mkdir(parents=True, exist_ok=True)
    os.replace(path, target)
    kept_since(target, at)
    if side.exists():
        beside = target.with_name(target.name + SIDECAR)
        os.replace(side, beside)
        kept_since(beside, at)
    return target


def kept_since(path: Path, at: datetime) -> None:
    """The term of keeping starts now, by the project's clock, not when the police saved the file."""
    os.utime(path, (at.timestamp(), at.timestamp()))
    path.chmod(0o600)


def _is_delivery(path: Path) -> bool:
    return path.is_file() and not path.name.startswith((".", "~$")) and not path.name.endswith((SIDECAR, ".part", ".tmp"))


def _settled(path: Path) -> bool:
    for _ in range(8):
        before = path.stat()
        if time.time() - before.st_mtime > SETTLE_SECONDS:
            return True
        time.sleep(SETTLE_SECONDS / 4)
        if path.stat().st_size == before.st_size:
            return True
    return False
