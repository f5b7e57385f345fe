"""One writer at a time: a lock on a file that the system releases when its process dies, however it dies."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout


class WarehouseBusy(Exception):
    """Another process holds the warehouse; the message names it."""


@contextmanager
def writer_lock(folder: Path, holder: str, timeout_seconds: float) -> Iterator[None]:
    """Holds the warehouse from the first write of a run to its last check.

    Raises:
        WarehouseBusy: another process held it for longer than ``timeout_seconds``.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = FileLock(folder / "writer.lock")
    card = folder / "writer.json"
    try:
        lock.acquire(timeout=timeout_seconds)
    except Timeout:
        raise WarehouseBusy(
            f"the warehouse in {folder} is in use by {_holder_on(card)}; waited {timeout_seconds:g} seconds. "
            "Try again when that run has ended."
        ) from None
    try:
        card.write_text(json.dumps({"holder": holder, "pid": os.getpid(), "since": datetime.now().isoformat("T", "seconds")}))
        yield
    finally:
        card.unlink(missing_ok=True)
        lock.release()


def _holder_on(card: Path) -> str:
    try:
        known = json.loads(card.read_text())
    except (OSError, ValueError):
        # The holder may just be writing or removing its card; that is no reason to fail.
        return "another process"
    return f"{known['holder']} (process {known['pid']}, since {known['since']})"
