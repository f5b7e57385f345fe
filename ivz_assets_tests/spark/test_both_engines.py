"""Every table that is an Ibis expression, computed by Spark from the same input, equals the one that DuckDB stored.

Texts, moments and whole numbers are compared exactly, floating point to a relative 1e-9 or to the sixth decimal: where a table
rounds to six, a value on the edge may fall on either side.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pandas as pd
import pandera.ibis as pa
import pytest
from click.testing import CliRunner
from ibis.expr import types as ir

from ivz_assets.cli import main
from ivz_assets.dashboard.stage import module
from ivz_assets.dashboard.topics import TOPICS
from ivz_assets.deliveries.ledger import Ledger
from ivz_assets.deliveries.streams import ENRICHMENT
from ivz_assets.enrichment import recompute as enrichment
from ivz_assets.neighbourhoods.recompute import Neighbourhoods
from ivz_assets.settings import Settings, load_settings
from ivz_assets.warehouse.model import duckdb_type, key_of
from ivz_assets.warehouse.store import Store, open_store
from ivz_assets.weekmonitor import recompute as weekmonitor
from ivz_assets_tests.spark.spark_store import SparkStore, session

Tables = Sequence[tuple[pa.DataFrameSchema, ir.Table]]
STAGES: dict[str, Callable[[Store, Settings], Tables]] = {
    "weekmonitor": lambda store, settings: weekmonitor.tables(store, Ledger(store), settings),
    "neighbourhoods": lambda store, settings: Neighbourhoods(store, settings).tables(),
    "enrichment": lambda store, settings: enrichment.tables(store, Ledger(store, ENRICHMENT), settings),
    "dashboard": lambda store, settings: module("", "recompute").tables(store, settings),
    **{
        topic.name: (lambda store, settings, name=topic.name: module(name, "recompute").tables(store, settings))
        for topic in TOPICS
    },
}

MAY_BE_EMPTY = ("drawn_area_counts", "interpretation_problems")
"""The sample draws no areas and its notes are not wrong."""


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, SparkStore, Settings]]:
    """The sample region at a fiftieth of its size, and the same tables for Spark."""
    folder = tmp_path_factory.mktemp("region")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("IVZ_DATA_DIR", str(folder))
        patch.setenv("IVZ_MINIMUM_COUNTED", "20")  # a share of a handful of rows stops nothing, as on a user's machine
        outcome = CliRunner().invoke(main, ["demo", "--scale", "0.02"], catch_exceptions=False)
        assert outcome.exit_code == 0, outcome.output
        settings = load_settings()
    store = open_store(settings.warehouse_folder)
    spark = session(tmp_path_factory.mktemp("spark"))
    yield store, SparkStore(store, spark, tmp_path_factory.mktemp("handed_over")), settings
    spark.stop()
    store.close()


def rows(store: Store, model: pa.DataFrameSchema, source: str) -> pd.DataFrame:
    """The rows of a source in the order of the model's key, every column in the model's type."""
    columns = ", ".join(f'CAST("{name}" AS {duckdb_type(column)}) AS "{name}"' for name, column in model.columns.items())
    keys = ", ".join(f'"{name}"::VARCHAR' for name in key_of(model))
    return store.connection.execute(f"SELECT {columns} FROM {source} ORDER BY {keys}").df()


@pytest.mark.parametrize("stage", STAGES)
def test_spark_gives_the_same_tables(region: tuple[Store, SparkStore, Settings], stage: str, tmp_path: Path) -> None:
    store, spark, settings = region
    for model, expression in STAGES[stage](spark, settings):  # type: ignore[arg-type]
        path = tmp_path / f"{model.name}.parquet"
        spark.spark.sql(spark.sql(expression)).write.parquet(str(path))
        found, expected = rows(store, model, f"'{path}/*.parquet'"), rows(store, model, f'"{model.name}"')
        assert len(expected) or model.name in MAY_BE_EMPTY, model.name
        pd.testing.assert_frame_equal(found, expected, rtol=1e-9, atol=1.01e-6, obj=f"{stage}.{model.name}")
