"""Killed, locked out or out of disk: the old version stays, the warehouse opens at once, and the error is told."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from ivz_assets.warehouse.lock import WarehouseBusy, writer_lock
from ivz_assets.warehouse.store import STAGED, open_store
from ivz_assets_tests.warehouse.counters import build, counters
from ivz_assets_tests.warehouse.region import python, wait_for

PROGRAMS = ["-m", "ivz_assets_tests.warehouse.counters"]


@pytest.mark.parametrize(("program", "rows_afterwards"), [("in_transaction", 3), ("between_stages", 7)])
def test_a_killed_writer_leaves_a_whole_version_and_no_lock(folder: Path, program: str, rows_afterwards: int) -> None:
    store = open_store(folder)
    first = build(store, counters(3), folder).version
    store.close()
    writer = python([*PROGRAMS, program, str(folder)])
    wait_for(writer, "ready")
    writer.kill()
    assert writer.wait(10) == -9
    asked = time.monotonic()
    with writer_lock(folder, "the next run", timeout_seconds=5):
        again = open_store(folder)
    assert time.monotonic() - asked < 3
    assert int(again.table("counters").count().execute()) == rows_afterwards
    assert set(again.table("counters").naam.to_pyarrow().to_pylist()) == {"een"}
    assert (again.version("counters").versie == first) is (program == "in_transaction")
    tables = {row["table_name"] for row in again.rows("SELECT table_name FROM duckdb_tables()")}
    assert not any(STAGED in name for name in tables)
    assert build(again, counters(4), folder).passed
    again.close()


def test_a_second_writer_is_told_who_holds_the_warehouse(folder: Path) -> None:
    holder = python([*PROGRAMS, "holding", str(folder)])
    wait_for(holder, "ready")
    try:
        asked = time.monotonic()
        with pytest.raises(WarehouseBusy) as told, writer_lock(folder, "second", timeout_seconds=0.3):
            pytest.fail("two writers at once")
        assert 0.2 < time.monotonic() - asked < 3
    finally:
        holder.kill()
        holder.wait(10)
    message = str(told.value)
    assert "program holding" in message
    assert f"process {holder.pid}" in message
    assert str(folder) in message
    assert "0.3 seconds" in message


def test_a_waiting_writer_gets_the_warehouse_when_the_holder_dies(folder: Path) -> None:
    holder = python([*PROGRAMS, "holding", str(folder)])
    wait_for(holder, "ready")
    holder.kill()
    holder.wait(10)
    with writer_lock(folder, "second", timeout_seconds=5):
        assert f'"pid": {os.getpid()}' in (folder / "writer.json").read_text()
    assert not (folder / "writer.json").exists()


def test_the_lock_is_free_again_after_an_error(folder: Path) -> None:
    with pytest.raises(RuntimeError, match="inside"), writer_lock(folder, "first", 1):
        raise RuntimeError("inside")
    with writer_lock(folder, "second", timeout_seconds=0.1):
        assert (folder / "writer.json").exists()


def test_an_unreadable_card_is_no_reason_to_fail(folder: Path) -> None:
    holder = python([*PROGRAMS, "holding", str(folder)])
    wait_for(holder, "ready")
    try:
        (folder / "writer.json").write_text('{"holder": "half')
        with pytest.raises(WarehouseBusy, match="another process"), writer_lock(folder, "second", timeout_seconds=0.1):
            pytest.fail("two writers at once")
    finally:
        holder.kill()
        holder.wait(10)


def test_a_full_disk_keeps_the_old_version_and_tells_the_error(folder: Path) -> None:
    store = open_store(folder)
    assert build(store, counters(50, lengte=2.5), folder).passed
    store.close()
    writer = python([*PROGRAMS, "on_a_full_disk", str(folder)])
    told, errors = writer.communicate(timeout=60)
    assert "refused:" in told, errors
    assert "write" in told.lower()
    again = open_store(folder)
    assert int(again.table("counters").count().execute()) == 50
    assert set(again.table("counters").naam.to_pyarrow().to_pylist()) == {"een"}
    assert build(again, counters(60), folder).passed
    assert int(again.table("counters").count().execute()) == 60
    again.close()
