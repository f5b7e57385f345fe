"""A made-up table of the smallest kind, and programs that other processes run on it. No assertions belong here."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from ivz_assets.quality.stage import StageOutcome, build_stage
from ivz_assets.quality.verdicts import Finding, Verdict
from ivz_assets.warehouse.lock import writer_lock
from ivz_assets.warehouse.model import column, table
from ivz_assets.warehouse.store import Store, open_store

AT = datetime(2026, 3, 23, 12)
COUNTERS = table(
    "counters",
    "Tellers van een proef; l'été.",
    {
        "nummer": column(dt.int32, "Nummer van de teller", at_least=1),
        "naam": column(dt.string, "Naam", allowed=("een", "twee")),
        "lengte": column(dt.float64, "Lengte van de teller", nullable=True, unit="m", at_least=0),
        "code": column(dt.string, "Code", nullable=True, pattern=r"^[A-Z]\d$"),
    },
    key=("nummer",),
    published_as="tellers",
)


def counters(rows: int, *, naam: str = "een", lengte: float = 1.0) -> ir.Table:
    """An expression with this many rows that all say the same."""
    numbers = ibis.range(1, rows + 1).unnest().name("nummer").as_table()
    return numbers.select(
        nummer=numbers.nummer.cast("int32"), naam=ibis.literal(naam), lengte=ibis.literal(lengte, type="float64"),
        code=ibis.literal("A1"),
    )  # fmt: skip


def filled(ir_table: ir.Table) -> Verdict:
    """A gate of this test: a table has rows."""
    found = int(ir_table.count().execute())
    findings = [] if found else [Finding("counters.gevuld", "Er zijn rijen.", None, "0 rijen", "minstens 1 rij")]
    return Verdict("counters", "expectations", 1, findings)


def build(store: Store, expression: ir.Table, folder: Path, *, run_id: str = "run", needs_rows: bool = False) -> StageOutcome:
    """One attempt at a version of the table behind its gates."""
    return build_stage(
        store,
        tables=lambda: [(COUNTERS, expression)],
        judge=lambda staged: [filled(staged["counters"])] if needs_rows else [],
        inputs={},
        run_id=run_id,
        at=AT,
        protected_folder=folder / "protected",
    )


# What other processes do; each says "ready" and then waits to be killed, or ends by itself


def in_transaction(store: Store, folder: Path) -> None:
    """A new version is staged and promoted, but not committed."""
    with store.transaction():
        store.stage(COUNTERS, counters(300_000, naam="twee"))
        store.promote(COUNTERS, store.next_version(), "killed", AT, {})
        print("ready", flush=True)
        time.sleep(60)


def between_stages(store: Store, folder: Path) -> None:
    """One version was promoted by this run; it dies before its next one."""
    build(store, counters(7), folder, run_id="killed")
    print("ready", flush=True)
    time.sleep(60)


def holding(store: Store, folder: Path) -> None:
    """Just holds the warehouse."""
    print("ready", flush=True)
    time.sleep(60)


def on_a_full_disk(store: Store, folder: Path) -> None:
    """No file may grow past its present size plus a little: the system refuses every further write, as a full disk does."""
    import resource
    import signal

    store.connection.execute("CHECKPOINT")
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    limit = (folder / "warehouse.duckdb").stat().st_size + 300_000
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    big = store.ibis.sql(
        "SELECT range::INTEGER + 1 AS nummer, 'twee' AS naam, random() AS lengte, 'A1' AS code FROM range(3000000)"
    )
    try:
        build(store, big, folder, run_id="full")
    except Exception as error:
        print(f"refused: {type(error).__name__}: {error}", flush=True)
    else:
        print("it was written", flush=True)


def _main() -> None:
    program: Callable[[Store, Path], None] = globals()[sys.argv[1]]
    folder = Path(sys.argv[2])
    with writer_lock(folder, f"program {program.__name__}", 5):
        program(open_store(folder), folder)


if __name__ == "__main__":
    _main()
