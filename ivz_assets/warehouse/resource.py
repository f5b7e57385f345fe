"""The warehouse as a Dagster resource: one lock and one connection for a whole run, from its first write to its last check."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from dagster import InitResourceContext
from dagster_duckdb import DuckDBResource
from pydantic import PrivateAttr

from ivz_assets.settings import Settings, load_settings

if TYPE_CHECKING:
    from ivz_assets.warehouse.store import Store


class WarehouseResource(DuckDBResource):
    """dagster-duckdb's resource behind our lock, closed whatever happens; every step of a run shares its connection.

    The in-process executor makes a resource once per run, so the lock spans the run. The system releases it when the
    process dies.
    """

    database: str = "warehouse.duckdb"
    _store: Store | None = PrivateAttr(default=None)
    _settings: Settings | None = PrivateAttr(default=None)
    _run_id: str = PrivateAttr(default="")

    @contextmanager
    def yield_for_execution(self, context: InitResourceContext) -> Iterator[WarehouseResource]:
        """Holds the lock and the connection for the run."""
        from ivz_assets.orchestration.status import write_snapshot
        from ivz_assets.warehouse.lock import writer_lock
        from ivz_assets.warehouse.store import open_store

        settings = load_settings()
        run_id = context.run_id or "without-run"
        holder = f"Dagster run {run_id}"
        with writer_lock(settings.warehouse_folder, holder, settings.lock_timeout_seconds):
            store = open_store(settings.warehouse_folder, settings.engine_memory_bytes)
            try:
                self._store, self._settings, self._run_id = store, settings, run_id
                yield self
            finally:
                try:
                    write_snapshot(store, settings)
                finally:
                    self._store = None
                    store.close()

    @property
    def store(self) -> Store:
        """The open store of this run."""
        if self._store is None:
            raise RuntimeError("the warehouse is open only while a run executes")
        return self._store

    @property
    def settings(self) -> Settings:
        """The settings as they were when the run began."""
        if self._settings is None:
            raise RuntimeError("the warehouse is open only while a run executes")
        return self._settings

    @property
    def run_id(self) -> str:
        """The Dagster run that holds the warehouse."""
        return self._run_id
