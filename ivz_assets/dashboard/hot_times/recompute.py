"""The hot times put together: the pure transformation meets the store and its levels."""

from __future__ import annotations

from collections.abc import Mapping

import ibis.expr.types as ir
import pandera.ibis as pa
import pyarrow

from ivz_assets.dashboard.horizon import data_from
from ivz_assets.dashboard.hot_times import expectations, periods, schema, transform
from ivz_assets.quality.expectations_gate import expectations_gate
from ivz_assets.quality.verdicts import Verdict
from ivz_assets.settings import Settings
from ivz_assets.warehouse.store import Store

INPUTS = ("incidents", "area_levels", "class_levels", "daily_counts", "dim_gebied", "dim_klasse", "dim_periode", "dim_uur")

MONTHS = pyarrow.schema(
    [
        ("maand", pyarrow.int32()), ("soort_nr", pyarrow.int32()), ("periode_soort", pyarrow.string()),
        ("periode", pyarrow.string()), ("seizoen", pyarrow.string()), ("periode_nr", pyarrow.int32()),
    ]
)  # fmt: skip
GRAINS = pyarrow.schema(
    [
        ("periode_soort", pyarrow.string()), ("gebied_niveau", pyarrow.string()), ("klasse_niveau", pyarrow.string()),
        ("soort_nr", pyarrow.int32()), ("paar", pyarrow.int32()),
    ]
)  # fmt: skip


def tables(store: Store, settings: Settings) -> list[tuple[pa.DataFrameSchema, ir.Table]]:
    """The weights and their coverage, with the expressions that fill them."""
    weights, coverage = transform.hot_times(store.table("incidents"), levels(store, settings), store.keep)
    return [(schema.DASHBOARD_HOT_TIMES, weights), (schema.DASHBOARD_HOT_TIMES_COVERAGE, coverage)]


def judge(store: Store, settings: Settings, staged: Mapping[str, ir.Table]) -> list[Verdict]:
    """Weights are what was counted, and what was counted and left out is what the region registered; exact, so no allowances."""
    weights, coverage = staged["dashboard_hot_times"], staged["dashboard_hot_times_coverage"]
    dimensions = {name: store.table(f"dim_{name}") for name in ("gebied", "klasse", "periode", "uur")}
    return [
        expectations_gate(
            "dashboard_hot_times", expectations.weight_profiles(weights, coverage, dimensions), expectations.weight_suite()
        ),
        expectations_gate(
            "dashboard_hot_times_coverage",
            expectations.coverage_profiles(coverage, store.table("daily_counts"), levels(store, settings), dimensions),
            expectations.coverage_suite(),
        ),
    ]


def levels(store: Store, settings: Settings) -> transform.Levels:
    """The levels of the store, with the periods and the grains of the hot times."""
    listed = store.rows("SELECT periode, periode_soort, periode_begin, periode_eind, volgnummer, afgesloten FROM dim_periode")
    months = periods.months(listed, data_from(store) or settings.first_date)
    return transform.Levels(
        areas=store.table("area_levels"),
        classes=store.table("class_levels"),
        months=store.keep_rows("uren_maanden", months, MONTHS),
        grains=store.keep_rows("uren_korrels", periods.grains(), GRAINS),
    )
