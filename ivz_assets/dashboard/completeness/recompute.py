"""Completeness put together: the pure transformations meet the store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import ibis.expr.types as ir
import pandera.ibis as pa
import pyarrow

from ivz_assets.dashboard.completeness import expectations, lags, schema, transform
from ivz_assets.dashboard.completeness.delays import estimate
from ivz_assets.dashboard.completeness.triangle import triangle
from ivz_assets.dashboard.horizon import Horizon, horizon
from ivz_assets.quality.expectations_gate import expectations_gate
from ivz_assets.quality.verdicts import Verdict
from ivz_assets.settings import Settings
from ivz_assets.warehouse.store import Store

INPUTS = ("incidents", "daily_counts", "class_levels", "dim_klasse", "dim_periode", "dim_gebied")


def tables(store: Store, settings: Settings) -> list[tuple[pa.DataFrameSchema, ir.Table]]:
    """The tables of the topic with the expressions that fill them."""
    spoken = _spoken(store, settings)
    sunday = spoken.last + timedelta(days=6 - spoken.last.weekday())
    learned, blocks = _lags(store, spoken, spoken.last)
    # Mostly the deliveries end on a Sunday, and then the weeks that are learned from are those that are shown
    cells, weeks = (learned, blocks) if sunday == spoken.last else _lags(store, spoken, sunday)
    laid_out = triangle(
        cells,
        _classes(store, schema.TRIANGLE_LEVELS),
        regio=settings.regio_code,
        sunday=sunday,
        blocks=min(weeks, schema.TRIANGLE_WEEKS),
    )
    return [
        (schema.DASHBOARD_COMPLETENESS, _completeness(store, settings, spoken, learned, blocks)),
        (schema.DASHBOARD_REPORTING_TRIANGLE, store.keep_arrow("meldingsdriehoek", laid_out)),
    ]


def judge(store: Store, settings: Settings, staged: Mapping[str, ir.Table]) -> list[Verdict]:
    """The suites over the staged tables; their limits are no setting, so nobody can let anything through."""
    shares, cells = staged["dashboard_completeness"], staged["dashboard_reporting_triangle"]
    dimensions = {name: store.table(name) for name in ("dim_gebied", "dim_periode", "dim_klasse")}
    return [
        expectations_gate("dashboard_completeness", expectations.share_profiles(shares, dimensions), expectations.share_suite()),
        expectations_gate(
            "dashboard_reporting_triangle",
            expectations.triangle_profiles(
                cells,
                store.table("daily_counts"),
                store.table("incidents"),
                store.table("class_levels"),
                dimensions,
                _spoken(store, settings).last,
            ),
            expectations.triangle_suite(),
        ),
    ]


def _spoken(store: Store, settings: Settings) -> Horizon:
    return horizon(store) or Horizon(settings.first_date, settings.current_date())


def _lags(store: Store, spoken: Horizon, anchor: date) -> tuple[pyarrow.Table, int]:
    """Counts by age and delay, and the weeks of occurrence they are about."""
    first = lags.first_day(spoken.first, anchor)
    found = lags.lags(store.table("incidents"), store.table("class_levels"), first, anchor, spoken.last)
    return found.to_pyarrow(), ((anchor - first).days + 1) // 7


def _completeness(store: Store, settings: Settings, spoken: Horizon, learned: pyarrow.Table, blocks: int) -> ir.Table:
    periods = _periods(store, spoken.last)
    begin = min((period.periode_begin for period in periods), default=spoken.last)
    made = transform.completeness(
        periods,
        _classes(store, schema.LEVELS),
        lags.known_per_day(store.table("daily_counts"), store.table("class_levels"), begin).to_pyarrow(),
        estimate(learned, blocks),
        regio=settings.regio_code,
        up_to=spoken.last,
        blocks=blocks,
    )
    return store.keep_arrow("volledigheid", made)


def _classes(store: Store, levels: Sequence[str]) -> list[dict[str, Any]]:
    table = store.table("dim_klasse")
    wanted = table.filter(table.klasse_niveau.isin(levels)).select("klasse_niveau", "klasse_sleutel", "categorie")
    return list(wanted.order_by("klasse_niveau", "klasse_sleutel").to_pyarrow().to_pylist())


def _periods(store: Store, up_to: date) -> list[transform.Period]:
    """Periods of which something may still come in."""
    table = store.table("dim_periode")
    rows = table.select("periode", "periode_soort", "periode_begin", "periode_eind").order_by("periode_begin", "periode")
    return transform.recent([transform.Period(**row) for row in rows.to_pyarrow().to_pylist()], up_to)
