"""A tiny warehouse to publish from, and a program that publishes until it is killed. No assertions belong here."""

from __future__ import annotations

import hashlib
import json
import os
import random
import signal
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import ibis.expr.datatypes as dt

from ivz_assets.publication.general import GeneralRelease
from ivz_assets.publication.release import Release, publish
from ivz_assets.quality.verdicts import Verdict
from ivz_assets.warehouse.model import column, table
from ivz_assets.warehouse.store import Store, open_store
from ivz_assets_tests.warehouse.counters import AT, COUNTERS, counters

ROWS = 1000
AREAS = table(
    "areas",
    "Gebieden van een proef.",
    {"sleutel": column(dt.int32, "Sleutel"), "lengte": column(dt.float64, "Uitgave waartoe de rij hoort")},
    key=("sleutel",),
    published_as="gebieden",
)
MODELS = (COUNTERS, AREAS)


def fill(store: Store, number: int) -> None:
    """A new version of both tables, of which every row says this number."""
    made = counters(ROWS, lengte=float(number))
    with store.transaction():
        version = store.next_version()
        store.stage(COUNTERS, made)
        store.promote(COUNTERS, version, "run", AT, {})
        store.stage(AREAS, made.select(sleutel=made.nummer, lengte=made.lengte))
        store.promote(AREAS, version, "run", AT, {"counters": version})


def release(store: Store, folder: Path, *, keep: int = 3, at: datetime = AT, **more: Any) -> tuple[Release | None, list[Verdict]]:
    """Publishes both tables."""
    told: dict[str, Any] = {"data_up_to": None, "decisions": [], **more}
    return publish(store, MODELS, folder=folder, at=at, keep=keep, general=GeneralRelease(), **told)


def numbers_in_place(folder: Path) -> dict[str, tuple[Any, ...]]:
    """Per published table of the database in place: rows, and the lowest and highest number they say."""
    connection = duckdb.connect(str(folder / "ivz.duckdb"), read_only=True)
    try:
        return {
            name: connection.execute(f"SELECT count(*), min(lengte), max(lengte) FROM {name}").fetchone() or ()
            for name in ("tellers", "gebieden")
        }
    finally:
        connection.close()


def sha256(path: Path) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def hashes_in(manifest: Path) -> dict[str, str]:
    """File names with the hashes that a manifest gives."""
    told = json.loads(manifest.read_text(encoding="utf-8"))
    return {name: item["sha256"] for name, item in told["bestanden"].items()}


def in_place(folder: Path) -> dict[str, str]:
    """File names with the hashes of the files in place."""
    files = [folder / "ivz.duckdb", *(folder / "parquet").glob("*.parquet")]
    return {path.name: sha256(path) for path in files}


def _publish_for_ever(warehouse: Path, folder: Path, said: int) -> None:
    store = open_store(warehouse)
    number = store.version("counters").versie
    while True:
        number += 1
        fill(store, number)
        release(store, folder)
        os.write(said, b".")


def _kill_over_and_over(warehouse: Path, folder: Path, times: int, seed: int) -> None:
    """Starts a publisher, kills it at a random moment, and waits until it is looked at; modules load once."""
    chance = random.Random(seed)
    for _ in range(times):
        heard, said = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                _publish_for_ever(warehouse, folder, said)
            finally:
                os._exit(1)
        os.close(said)
        # Once it has published, it dies somewhere in a next publication.
        os.read(heard, 1)
        os.close(heard)
        time.sleep(chance.uniform(0, 0.4))
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        print("killed" if os.WIFSIGNALED(status) else "it ended by itself", flush=True)
        sys.stdin.readline()


if __name__ == "__main__":
    _kill_over_and_over(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
