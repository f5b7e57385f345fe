"""One way of computing aoristic weights in a process of its own: ``python -m bench.aoristic_runs way file``."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from bench.processes import answer

HOURS = 168


def difference_array(file: Path) -> tuple[float, np.ndarray]:
    """Ours, as the dashboard uses it."""
    import ibis

    from ivz_assets.dashboard.hot_times.difference_array import UNIT, changes, weights

    connection = _loaded(file)
    table = ibis.duckdb.from_connection(connection).table("intervallen")
    started = time.perf_counter()
    keys = ["buurt"]
    sql = ibis.to_sql(weights(changes(table, keys), keys), dialect="duckdb")
    connection.execute(f"CREATE TABLE gewichten AS SELECT buurt, uur, gewicht / {UNIT}.0 AS gewicht FROM ({sql})")
    return time.perf_counter() - started, _week(connection)


def hour_by_hour(file: Path) -> tuple[float, np.ndarray]:
    """A row per hour that an interval touches, in the same engine."""
    connection = _loaded(file)
    started = time.perf_counter()
    connection.execute(
        """CREATE TABLE gewichten AS
        WITH uren AS (SELECT *, unnest(range(begin_minuut // 60, (begin_minuut + greatest(duur, 1) - 1) // 60 + 1)) AS u
            FROM intervallen)
        SELECT buurt, u % 168 AS uur, sum((least(begin_minuut + greatest(duur, 1), (u + 1) * 60) - greatest(begin_minuut, u * 60))
            / greatest(duur, 1)) AS gewicht FROM uren GROUP BY ALL"""
    )
    return time.perf_counter() - started, _week(connection)


def with_pandas(file: Path) -> tuple[float, np.ndarray]:
    """The same rows per hour in pandas."""
    frame = pd.read_parquet(file)
    started = time.perf_counter()
    length = frame["duur"].clip(lower=1)
    end = frame["begin_minuut"] + length
    first = frame["begin_minuut"] // 60
    number = (end - 1) // 60 - first + 1
    spread = frame.assign(eind=end, lengte=length, eerste=first).loc[frame.index.repeat(number)]
    hour = spread["eerste"] + spread.groupby(level=0).cumcount()
    inside = np.minimum(spread["eind"], (hour + 1) * 60) - np.maximum(spread["begin_minuut"], hour * 60)
    weights = (inside / spread["lengte"]).groupby([spread["buurt"], hour % HOURS]).sum()
    seconds = time.perf_counter() - started
    return seconds, weights.groupby(level=1).sum().reindex(range(HOURS), fill_value=0.0).to_numpy()


WAYS: dict[str, Callable[[Path], tuple[float, np.ndarray]]] = {
    "difference array": difference_array,
    "hour by hour": hour_by_hour,
    "pandas": with_pandas,
}


def _loaded(file: Path) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute(f"CREATE TABLE intervallen AS FROM '{file}'")
    return connection


def _week(connection: duckdb.DuckDBPyConnection) -> np.ndarray:
    found = dict(connection.execute("SELECT uur, sum(gewicht) FROM gewichten GROUP BY uur").fetchall())
    return np.array([found.get(hour, 0.0) for hour in range(HOURS)])


if __name__ == "__main__":
    file = Path(sys.argv[2])
    rows = duckdb.sql(f"SELECT count(*) FROM '{file}'").fetchall()[0][0]
    seconds, week = WAYS[sys.argv[1]](file)
    answer({"way": sys.argv[1], "rows": rows, "seconds": seconds, "week": week.tolist()})
