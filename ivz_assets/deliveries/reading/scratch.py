"""Folders for what one reading writes: owner only, removed afterwards, also those that a killed process left behind."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PREFIX = "reading-"
OLD_SECONDS = 86_400


def private_folder(path: Path) -> None:
    """Makes the folder when it is not there, and closes it to everyone but its owner, whatever the umask says."""
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.chmod(0o700)


@contextmanager
def scratch_folder(parent: Path) -> Iterator[Path]:
    """A new folder that is gone afterwards, whatever happens."""
    if not parent.parent.exists():
        private_folder(parent.parent)  # one that exists may be shared, such as /tmp: it is not ours to close
    private_folder(parent)
    sweep(parent)
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def sweep(parent: Path) -> None:
    """Remove the folders of processes that are gone."""
    for folder in parent.glob(f"{PREFIX}*-*"):
        owner = folder.name.removeprefix(PREFIX).partition("-")[0]
        try:
            stale = not (owner.isdigit() and is_alive(int(owner))) or time.time() - folder.stat().st_mtime > OLD_SECONDS
        except FileNotFoundError:
            continue  # its owner has just removed it
        if stale:
            shutil.rmtree(folder, ignore_errors=True)


def is_alive(process: int) -> bool:
    """Is there such a process? On Windows one cannot ask without harm, so there only age counts."""
    if os.name == "nt":
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
