"""The landing folder: which files wait, where they go afterwards, and when kept ones are destroyed. No file is opened here."""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from datetime import date, datetime, timedelta
from pathlib import Path

from ivz_assets.settings import Settings
from ivz_assets.weekmonitor.delivery import SIDECAR

SETTLE_SECONDS = 1.0
"""A file whose size changed within this time is still being written."""

REASON = ".reden.txt"
BULK = "bulk"


def prepare(settings: Settings) -> None:
    """Makes the folders; those with police rows are for their owner only."""
    for folder in (
        settings.landing_folder,
        settings.landing_folder / BULK,
        settings.refused_folder,
        settings.archive_folder,
    ):
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)


def waiting(settings: Settings) -> list[Path]:
    """Files that wait to be taken in, workbooks first, in order of name; half-written and hidden files are passed over."""
    folders = (settings.landing_folder, settings.landing_folder / BULK)
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
    """Copies a file into the landing folder under its own name, whole or not at all, with its message beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / source.name
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
    return _move(path, settings.archive_folder / f"{levering_id}_{path.name}")


def refuse(path: Path, settings: Settings, at: datetime, reason: str) -> Path:
    """Moves a refused file to the protected folder and writes the reason beside it."""
    target = settings.refused_folder / f"{at:%Y%m%dT%H%M%S}_{path.name}"
    target.with_name(target.name + REASON).write_text(reason + "\n", encoding="utf-8")
    return _move(path, target)


def sweep(settings: Settings, today: date) -> list[str]:
    """Destroys kept files whose time has passed; returns their names for the log."""
    destroyed = []
    for folder, days in (
        (settings.refused_folder, settings.refused_days),
        (settings.archive_folder, settings.loaded_days),
    ):
        if not folder.is_dir():
            continue
        limit = time.mktime((today - timedelta(days=days)).timetuple())
        for path in folder.iterdir():
            if path.stat().st_mtime < limit:
                path.unlink()
                destroyed.append(path.name)
    return destroyed


def _move(path: Path, target: Path) -> Path:
    side = path.with_name(path.name + SIDECAR)
    target.parent.mkdir(parents=True, exist_ok=True)
    os.replace(path, target)
    # The term of keeping starts now, not when the police saved the file.
    os.utime(target)
    target.chmod(0o600)
    if side.exists():
        os.replace(side, target.with_name(target.name + SIDECAR))
    return target


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
