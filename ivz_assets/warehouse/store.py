"""The transactional store: staged versions, promotion after the gates, and what the store remembers. No domain, no Dagster.

A stage builds its tables aside in one transaction; the gates judge them there; only then do they replace the tables that
the next stage may read. A version that fails leaves nothing but its verdict.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import ibis
import ibis.expr.types as ir
import pandera.ibis as pa
import pyarrow

from ivz_assets.warehouse.model import create_table

FILE_NAME = "warehouse.duckdb"
STAGED = "__nieuw"

_MEMORY_TABLES = """
CREATE TABLE IF NOT EXISTS table_versions (
    tabel VARCHAR NOT NULL, versie BIGINT NOT NULL, gemaakt_op TIMESTAMP NOT NULL, run_id VARCHAR NOT NULL,
    goedgekeurd BOOLEAN NOT NULL, rijen BIGINT NOT NULL, invoer VARCHAR NOT NULL
);
CREATE TABLE IF NOT EXISTS gate_results (
    tabel VARCHAR NOT NULL, versie BIGINT NOT NULL, controle VARCHAR NOT NULL, geslaagd BOOLEAN NOT NULL,
    run_id VARCHAR NOT NULL, tijdstip TIMESTAMP NOT NULL, bevindingen VARCHAR NOT NULL
);
CREATE SEQUENCE IF NOT EXISTS version_numbers;
"""


class NotPassed(Exception):
    """A table has no version that passed its gates, so no later stage may read it."""


@dataclass(frozen=True)
class Version:
    """A version of a table with its verdict and the versions of its inputs."""

    tabel: str
    versie: int
    gemaakt_op: datetime
    run_id: str
    goedgekeurd: bool
    rijen: int
    invoer: Mapping[str, int]


class Store:
    """One open connection to the warehouse. Whoever holds it also holds the lock of ``warehouse.lock``."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        connection.execute(_MEMORY_TABLES)
        self.ibis = ibis.duckdb.from_connection(connection)
        self._in_transaction = False
        self._plans: dict[str, list[tuple[str, str]]] = {}

    def close(self) -> None:
        """Closes the connection; what was not committed is gone."""
        self.connection.close()

    # Reading

    def exists(self, name: str) -> bool:
        """Whether a table of this name is there."""
        found = self.connection.execute("SELECT count(*) FROM duckdb_tables() WHERE table_name = ?", [name]).fetchone()
        return bool(found and found[0])

    def table(self, name: str) -> ir.Table:
        """The last version of a table that passed its gates.

        Raises:
            NotPassed: there is none.
        """
        self.version(name)
        return self.ibis.table(name)

    def version(self, name: str) -> Version:
        """The version of a table that later stages may read.

        Raises:
            NotPassed: there is none.
        """
        found = self._versions("tabel = ? AND goedgekeurd ORDER BY versie DESC LIMIT 1", [name])
        if not found:
            raise NotPassed(f"{name} has no version that passed its gates: run the stage that makes it first (ivz refresh)")
        return found[0]

    def versions(self) -> list[Version]:
        """Every version there has been, oldest first."""
        return self._versions("true ORDER BY versie", [])

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[dict[str, Any]]:
        """Rows of a query as dictionaries; for the small tables of the ledger and of verdicts."""
        cursor = self.connection.execute(sql, list(parameters))
        names = [description[0] for description in cursor.description or []]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    # Writing

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything inside is written together or, when an exception leaves the block, not at all."""
        self.connection.execute("BEGIN")
        self._in_transaction = True
        try:
            yield
        except BaseException:
            self.connection.execute("ROLLBACK")
            raise
        else:
            self.connection.execute("COMMIT")
        finally:
            self._in_transaction = False

    def keep(self, name: str, expression: ir.Table) -> ir.Table:
        """The expression as a temporary table, so that it is computed once; gone with the connection."""
        return self._make(name, self.sql(expression))

    def replayed(self, plan: str, build: Callable[[Callable[[str, ir.Table], ir.Table]], ir.Table]) -> ir.Table:
        """The result of ``build(keep)``; the second time its statements are run again without being compiled again.

        Compiling a large expression takes a second, and a run needs the same ones for every delivery. The expressions may
        therefore depend on nothing but tables by name and what stays the same for as long as the store is open.
        """
        if plan not in self._plans:
            statements: list[tuple[str, str]] = []

            def keep(name: str, expression: ir.Table) -> ir.Table:
                statements.append((name, self.sql(expression)))
                return self._make(*statements[-1])

            build(keep)
            self._plans[plan] = statements
        else:
            for name, sql in self._plans[plan]:
                self._make(name, sql)
        return self.ibis.table(self._plans[plan][-1][0], database=("temp", "main"))

    def _make(self, name: str, sql: str) -> ir.Table:
        self.connection.execute(f'CREATE OR REPLACE TEMP TABLE "{name}" AS {sql}')
        return self.ibis.table(name, database=("temp", "main"))

    def forget_kept(self) -> None:
        """Drops all temporary tables and views: at 20 million rows they would take gigabytes from the next stage."""
        kept = self.rows(
            "SELECT view_name AS naam, 'VIEW' AS soort FROM duckdb_views() WHERE temporary AND NOT internal "
            "UNION ALL SELECT table_name, 'TABLE' FROM duckdb_tables() WHERE temporary"
        )
        for item in kept:
            self.connection.execute(f'DROP {item["soort"]} temp.main."{item["naam"]}"')

    def keep_rows(self, name: str, rows: Sequence[Mapping[str, Any]], schema: pyarrow.Schema) -> ir.Table:
        """Python rows (a code list, the ledger) as a temporary table."""
        return self.keep_arrow(name, pyarrow.Table.from_pylist(list(rows), schema=schema))

    def keep_arrow(self, name: str, handed_over: pyarrow.Table) -> ir.Table:
        """An Arrow table as a temporary table."""
        self.connection.register("handed_over", handed_over)
        self.connection.execute(f'CREATE OR REPLACE TEMP TABLE "{name}" AS FROM handed_over')
        self.connection.unregister("handed_over")
        return self.ibis.table(name, database=("temp", "main"))

    def stage(self, model: pa.DataFrameSchema, expression: ir.Table) -> ir.Table:
        """Builds a new version of a table aside, empty table from the model first, and returns it for the gates."""
        self._only_in_transaction()
        staged = f"{model.name}{STAGED}"
        self.connection.execute(f'DROP TABLE IF EXISTS "{staged}"')
        for statement in create_table(model, staged, not_null=False):
            self.connection.execute(statement)
        self.connection.execute(f'INSERT INTO "{staged}" BY NAME {self.sql(expression)}')
        return self.ibis.table(staged)

    def promote(self, model: pa.DataFrameSchema, version: int, run_id: str, at: datetime, inputs: Mapping[str, int]) -> None:
        """Puts the staged version in the place of the one that later stages read, with its verdict and its inputs."""
        self._only_in_transaction()
        self.connection.execute(f'DROP TABLE IF EXISTS "{model.name}"')
        self.connection.execute(f'ALTER TABLE "{model.name}{STAGED}" RENAME TO "{model.name}"')
        for name, column in model.columns.items():
            if not column.nullable:
                self.connection.execute(f'ALTER TABLE "{model.name}" ALTER COLUMN "{name}" SET NOT NULL')
        self.remember_version(str(model.name), version, run_id, at, inputs, passed=True)

    def next_version(self) -> int:
        """A number that no version has had."""
        found = self.connection.execute("SELECT nextval('version_numbers')").fetchone()
        assert found is not None
        return int(found[0])

    def remember_version(
        self, name: str, version: int, run_id: str, at: datetime, inputs: Mapping[str, int], *, passed: bool
    ) -> None:
        """Writes the verdict on a version; a failed one has no rows any more."""
        counted = self.connection.execute(f'SELECT count(*) FROM "{name}"').fetchone() if passed else (0,)
        assert counted is not None
        self.connection.execute(
            "INSERT INTO table_versions VALUES (?, ?, ?, ?, ?, ?, ?)",
            [name, version, at, run_id, passed, counted[0], json.dumps(dict(inputs), sort_keys=True)],
        )

    def sql(self, expression: ir.Table) -> str:
        """The expression in DuckDB's SQL."""
        return str(self.ibis.compile(expression))

    def _only_in_transaction(self) -> None:
        if not self._in_transaction:
            raise RuntimeError("staging and promoting happen inside Store.transaction()")

    def _versions(self, condition: str, parameters: Sequence[Any]) -> list[Version]:
        found = self.rows(f"SELECT * FROM table_versions WHERE {condition}", parameters)
        return [Version(**{**row, "invoer": json.loads(row["invoer"])}) for row in found]


def open_store(folder: Path, memory_bytes: int | None = None) -> Store:
    """Opens (and the first time makes) the warehouse; call only while holding the lock.

    Args:
        memory_bytes: what the engine may take before it writes to disk beside the warehouse; None: its own default.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    connection = duckdb.connect(
        str(folder / FILE_NAME),
        config={"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"},
    )
    # The terminal and Dagster show the steps; the engine's own bar would write through them.
    connection.execute("SET enable_progress_bar = false")
    if memory_bytes is not None:
        connection.execute(f"SET memory_limit = '{memory_bytes}B'")
    return Store(connection)
