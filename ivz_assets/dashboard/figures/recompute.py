"""The figures put together: the counts per day, the periods and the statistics meet the store."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir
import pandera.ibis as pa

from ivz_assets.dashboard.figures import expectations, transform
from ivz_assets.dashboard.figures.expected import expected
from ivz_assets.dashboard.figures.grains import grains
from ivz_assets.dashboard.figures.inputs import Sources, inputs
from ivz_assets.dashboard.figures.periods import periods, shown
from ivz_assets.dashboard.figures.schema import DASHBOARD_FIGURES
from ivz_assets.dashboard.figures.tested import with_limits, with_tests
from ivz_assets.dashboard.horizon import horizon
from ivz_assets.neighbourhoods.schema import DENOMINATORS
from ivz_assets.quality.expectations_gate import expectations_gate
from ivz_assets.quality.verdicts import Verdict
from ivz_assets.settings import Settings
from ivz_assets.warehouse.arrow import rows_of
from ivz_assets.warehouse.store import Store

_STAR = ("daily_counts", "area_levels", "class_levels", "dim_gebied", "dim_klasse", "dim_periode")

INPUTS = (*_STAR, "drawn_area_counts", "denominators", "dashboard_completeness")


def tables(store: Store, settings: Settings) -> list[tuple[pa.DataFrameSchema, ir.Table]]:
    """The tables of the topic with the expressions that fill them."""
    sources, (first, up_to) = _sources(store), _span(store, settings)
    made = inputs(store, sources, grains(), first, up_to, _completeness(store))
    cells = transform.rated(transform.compared(transform.counted(made, store.keep), made, store.keep), made, store.keep)
    limits = store.keep_arrow("cijfers_grenzen", with_limits(cells.select("aantal").distinct().to_pyarrow()))
    tests = store.keep_arrow("cijfers_toetsen", with_tests(transform.triples(cells, made).to_pyarrow()))
    return [(DASHBOARD_FIGURES, transform.figures(cells, limits, tests, made))]


def judge(store: Store, settings: Settings, staged: Mapping[str, ir.Table]) -> list[Verdict]:
    """The suite over the staged figures; its limits are exact, so nobody can let anything through."""
    sources, (first, up_to) = _sources(store), _span(store, settings)
    pairs = shown(periods(sources.dim_periode.to_pyarrow().to_pylist(), first), grains(), up_to)
    found = expectations.profiles(staged["dashboard_figures"], expected(sources, pairs), sources, pairs)
    return [expectations_gate("dashboard_figures", found, expectations.suite())]


def _span(store: Store, settings: Settings) -> tuple[date, date]:
    """First and last day the deliveries speak for."""
    spoken = horizon(store)
    return (spoken.first, spoken.last) if spoken else (settings.first_date, settings.current_date())


def _sources(store: Store) -> Sources:
    """What the figures are made from; without denominators (nothing of CBS passed yet) there are figures without rates."""
    known = store.exists("denominators")
    star = {name: store.table(name) for name in _STAR}
    # A drawn area counts beside the neighbourhoods: ``area_levels`` takes it to its own level and no other.
    star["daily_counts"] = ibis.union(star["daily_counts"], store.table("drawn_area_counts"))
    return Sources(
        **star,
        denominators=store.table("denominators") if known else rows_of(store, DENOMINATORS, []),
    )


def _completeness(store: Store) -> list[dict[str, Any]]:
    """The share that is in per period and class of the region; none when that table is not there yet."""
    if not store.exists("dashboard_completeness"):
        return []
    return store.rows(
        "SELECT klasse_sleutel, periode_soort, periode, periode_begin, aandeel_binnen FROM dashboard_completeness ORDER BY ALL"
    )
