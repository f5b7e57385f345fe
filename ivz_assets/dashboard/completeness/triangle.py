"""The reporting triangle laid out: every cell that can be there by now. No estimates, no store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow

from ivz_assets.dashboard.completeness.delays import place_of
from ivz_assets.dashboard.completeness.lags import DEVELOPMENT_WEEKS
from ivz_assets.dashboard.completeness.schema import DASHBOARD_REPORTING_TRIANGLE
from ivz_assets.warehouse.arrow import arrow_schema


def triangle(
    rows: pyarrow.Table, classes: Sequence[Mapping[str, Any]], *, regio: str, sunday: date, blocks: int
) -> pyarrow.Table:
    """Rows of ``DASHBOARD_REPORTING_TRIANGLE``, nought included, for a cell that is not there has not come yet.

    Args:
        rows: those of ``lags.lags`` with ``sunday`` as anchor; classes that are not asked for are passed over.
        classes: rows of ``dim_klasse`` on the levels wanted.
        sunday: last day of the newest ISO week.
        blocks: ISO weeks to show.
    """
    levels = {row["klasse_sleutel"]: row["klasse_niveau"] for row in classes}
    keys = sorted(levels)
    at = place_of(rows["klasse_sleutel"], {key: number for number, key in enumerate(keys)})
    week = rows["dagen_geleden"].to_numpy() // 7
    wanted = (at >= 0) & (week < blocks)
    cells = np.zeros((2, len(keys), blocks, DEVELOPMENT_WEEKS + 1), dtype=np.int64)
    for side, name in enumerate(("kennisname_weken", "registratie_weken")):
        np.add.at(cells[side], (at[wanted], week[wanted], rows[name].to_numpy()[wanted]), rows["aantal"].to_numpy()[wanted])
    there = np.arange(DEVELOPMENT_WEEKS + 1)[None, :] <= np.arange(blocks)[:, None]
    which, ago, later = np.nonzero(np.broadcast_to(there, (len(keys), *there.shape)))
    mondays = [sunday - timedelta(days=7 * block + 6) for block in range(blocks)]
    columns = {
        "gebied_niveau": np.full(len(which), "regio", dtype=object),
        "gebied_sleutel": np.full(len(which), regio, dtype=object),
        "periode": np.array([_week_key(monday) for monday in mondays], dtype=object)[ago],
        "periode_begin": np.array(mondays, dtype="datetime64[D]")[ago],
        "klasse_niveau": np.array([levels[key] for key in keys], dtype=object)[which],
        "klasse_sleutel": np.array(keys, dtype=object)[which],
        "weken_later": later,
        "aantal_kennisgenomen": cells[0][which, ago, later],
        "aantal_geregistreerd": cells[1][which, ago, later],
        "aantal_tot_dan": cells[1].cumsum(axis=-1)[which, ago, later],
    }
    schema = arrow_schema(DASHBOARD_REPORTING_TRIANGLE)
    return pyarrow.table({name: pyarrow.array(columns[name], schema.field(name).type) for name in schema.names}, schema=schema)


def _week_key(monday: date) -> str:
    year, week, _ = monday.isocalendar()
    return f"{year}-W{week:02d}"
