"""The topic as it runs: from the tables of the warehouse behind its gates to the pictures."""

from __future__ import annotations

import base64
import re
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats

from ivz_assets.dashboard.figures.funnel import control_limits
from ivz_assets.dashboard.figures.pictures import charts
from ivz_assets.dashboard.figures.recompute import judge, tables
from ivz_assets.dashboard.schema import DAILY_COUNTS
from ivz_assets.dashboard.stage import build
from ivz_assets.settings import Settings
from ivz_assets.warehouse.arrow import arrow_schema
from ivz_assets_tests.dashboard.figures.region import Region, happened

pytestmark = pytest.mark.xdist_group("figures")


def text_of(value: Any) -> str:
    return str(value.md_str if hasattr(value, "md_str") else value.value)


def test_from_the_warehouse_to_the_pictures(tmp_path: Path) -> None:
    # Of its own: a stage that is built forgets what was kept in the store.
    region = Region()
    store, settings = region.store, Settings(data_dir=tmp_path, today=date(2026, 3, 23), first_date=date(2021, 1, 1))
    rows = [
        happened(date(2025, month, 3), buurt=buurt, times=month)
        for month in range(1, 13)
        for buurt in ("BU01530101", "BU01410101")
    ]
    store.keep_rows("t_daily_counts", rows, arrow_schema(DAILY_COUNTS))
    for number, name in enumerate(vars(region.sources), 1):
        store.connection.execute(f"CREATE TABLE {name} AS FROM t_{name}")
        store.remember_version(name, number, "run", settings.now(), {}, passed=True)
    store.connection.execute(
        "CREATE TABLE drawn_area_counts AS SELECT * REPLACE ('EG: Park' AS buurt_code) FROM daily_counts WHERE month(datum) = 12 "
        "AND buurt_code = 'BU01530101'"
    )
    store.remember_version("drawn_area_counts", 99, "run", settings.now(), {}, passed=True)
    store.connection.execute(
        "INSERT INTO area_levels BY NAME SELECT 'EG: Park' AS buurt_code, 'eigen gebied' AS gebied_niveau, "
        "'EG: Park' AS gebied_sleutel"
    )
    store.connection.execute(
        "INSERT INTO dim_gebied BY NAME SELECT * REPLACE ('EG: Park' AS gebied_sleutel, 'eigen gebied' AS gebied_niveau) "
        "FROM dim_gebied WHERE gebied_niveau = 'regio'"
    )
    outcome = build(store, settings, "run", "figures")
    assert outcome.passed, outcome.verdicts
    assert {(verdict.tabel, verdict.controle) for verdict in outcome.verdicts} == {
        ("dashboard_figures", "schema"), ("dashboard_figures", "expectations")
    }  # fmt: skip
    assert outcome.rows["dashboard_figures"] == store.rows("SELECT count(*) AS n FROM dashboard_figures")[0]["n"] > 1000
    drawn = store.rows(
        "SELECT gebied_sleutel, sum(aantal)::INTEGER AS aantal FROM dashboard_figures "
        "WHERE gebied_niveau IN ('eigen gebied', 'regio') AND periode = '2025' AND klasse_niveau = 'totaal' "
        "AND datumbasis = 'voorgevallen' GROUP BY 1 ORDER BY 1"
    )
    # Twelve incidents of December lie in the park as well; the region has those of two neighbourhoods, 2 x (1 + ... + 12).
    assert [row["aantal"] for row in drawn] == [12, 156]
    shown = charts(store)["dashboard_figures"]
    assert set(shown) == {"trend", "trechter", "rijen_per_niveau"}
    for name in ("trend", "trechter"):
        found = re.search(r"base64,([^)]*)\)", text_of(shown[name]))
        assert found is not None
        assert base64.b64decode(found[1]).startswith(b"\x89PNG")
    assert "| voorgevallen | maand | regio |" in text_of(shown["rijen_per_niveau"])
    # Before anything of CBS has passed there are figures without rates, and pictures without a funnel.
    store.connection.execute("DROP TABLE denominators")
    with store.transaction():
        (model, expression), *_ = tables(store, settings)
        bare = store.stage(model, expression)
        assert all(verdict.passed for verdict in judge(store, settings, {"dashboard_figures": bare}))
        filled = bare.aggregate(rows=bare.count(), rates=bare.per_1000.count()).to_pyarrow().to_pylist()[0]
    assert filled == {"rows": outcome.rows["dashboard_figures"], "rates": 0}
    store.close()


def test_limits_of_the_funnel() -> None:
    expected = np.array([0.5, 3.0, 20.0, 400.0])
    for confidence in (0.95, 0.998):
        low, high = control_limits(expected, confidence)
        assert (low <= expected).all()
        assert (high >= expected).all()
        # Interpolated between the quantile and the count below it (Spiegelhalter 2005, appendix A.1.1).
        quantile = stats.poisson.ppf((1 + confidence) / 2, expected)
        assert ((quantile - 1 <= high) & (high <= quantile)).all()
    # For large expectations the limits of a normal distribution: 400 and 1.96 times 20.
    assert control_limits([400.0], 0.95)[1][0] == pytest.approx(439.2, abs=1.0)
