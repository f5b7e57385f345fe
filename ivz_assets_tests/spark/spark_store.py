"""A store whose expressions run on Spark, over the tables of a warehouse. It reads; it builds and promotes nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow
import pyarrow.parquet
from pyspark.sql import SparkSession

from ivz_assets.warehouse.store import Store, Version


def session(folder: Path) -> SparkSession:
    """Spark on this machine, two threads, no page to look at and nothing outside the folder."""
    return (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.session.timeZone", "Europe/Amsterdam")
        .config("spark.sql.shuffle.partitions", "4")
        .config("spark.sql.warehouse.dir", str(folder / "spark"))
        .config("spark.driver.memory", "2g")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .getOrCreate()
    )


class SparkStore:
    """The part of ``Store`` that transformations use, on Spark.

    Small tables that the code reads as Python rows come from the warehouse itself; they are code lists and verdicts.
    """

    def __init__(self, warehouse: Store, spark: SparkSession, folder: Path) -> None:
        self.warehouse = warehouse
        self.connection = warehouse.connection  # the ledger is read from it, and views on raw rows are made in it
        self.spark = spark
        self.folder = folder
        self.engine = ibis.pyspark.connect(spark)
        self.ibis = self  # transformations ask a store's ``ibis`` for a table by name only
        self._handed_over: set[str] = set()

    def exists(self, name: str) -> bool:
        """Whether the warehouse has the table."""
        return self.warehouse.exists(name)

    def version(self, name: str) -> Version:
        """The version that the warehouse would hand out."""
        return self.warehouse.version(name)

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[dict[str, Any]]:
        """Rows of the warehouse."""
        return self.warehouse.rows(sql, parameters)

    def table(self, name: str, database: tuple[str, str] | None = None) -> ir.Table:
        """A table that was kept on Spark, or else one of the warehouse, handed over as Parquet."""
        if name not in self._handed_over:
            path = self.folder / f"{name}.parquet"
            self.connection.execute(f"COPY \"{name}\" TO '{path}' (FORMAT parquet)")
            self._show(name, path)
        return self.engine.table(name)

    def keep(self, name: str, expression: ir.Table) -> ir.Table:
        """The expression, computed once."""
        path = self.folder / f"{name}.kept.parquet"
        self.spark.sql(self.sql(expression)).write.mode("overwrite").parquet(str(path))
        return self._show(name, path)

    def replayed(self, plan: str, build: Callable[[Callable[[str, ir.Table], ir.Table]], ir.Table]) -> ir.Table:
        """The result of ``build(keep)``."""
        return build(self.keep)

    def keep_rows(self, name: str, rows: Sequence[Mapping[str, Any]], schema: pyarrow.Schema) -> ir.Table:
        """Python rows as a table."""
        return self.keep_arrow(name, pyarrow.Table.from_pylist(list(rows), schema=schema))

    def keep_arrow(self, name: str, handed_over: pyarrow.Table) -> ir.Table:
        """An Arrow table as a table; in the warehouse as well, for the views that are made there."""
        self.warehouse.keep_arrow(name, handed_over)
        path = self.folder / f"{name}.rows.parquet"
        pyarrow.parquet.write_table(handed_over, path)
        return self._show(name, path)

    def sql(self, expression: ir.Table) -> str:
        """The expression in Spark's SQL."""
        return str(self.engine.compile(expression))

    def _show(self, name: str, path: Path) -> ir.Table:
        self.spark.read.parquet(str(path)).createOrReplaceTempView(name)
        self._handed_over.add(name)
        return self.engine.table(name)
