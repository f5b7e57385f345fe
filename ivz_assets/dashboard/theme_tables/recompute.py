"""The theme tables put together: the themes and the pure transformations meet the store."""

from __future__ import annotations

from collections.abc import Mapping

import ibis.expr.types as ir
import pandera.ibis as pa

from ivz_assets.dashboard.area_profile import recompute as area_profile
from ivz_assets.dashboard.area_profile.compare import urbanity
from ivz_assets.dashboard.area_profile.registrations import whole_years
from ivz_assets.dashboard.horizon import data_from, data_up_to
from ivz_assets.dashboard.schema import GEBIED_NIVEAUS
from ivz_assets.dashboard.theme_tables import expectations, schema, transform
from ivz_assets.dashboard.themes.catalogue import themes
from ivz_assets.quality.expectations_gate import expectations_gate
from ivz_assets.quality.verdicts import Verdict
from ivz_assets.settings import Settings
from ivz_assets.warehouse.arrow import rows_of
from ivz_assets.warehouse.store import Store

INPUTS = area_profile.INPUTS


def tables(store: Store, settings: Settings) -> list[tuple[pa.DataFrameSchema, ir.Table]]:
    """The tables of the topic with the expressions that fill them."""
    known = themes(settings)
    inputs = {name: store.table(name) for name in INPUTS}
    found = area_profile.kept_figures(store, settings, {"thema": GEBIED_NIVEAUS})
    years = store.keep("thema_jaren", found.all().select("jaar").distinct())
    places = store.rows("SELECT gebied_sleutel, gebied_niveau, gemeente_code FROM dim_gebied")
    figures = transform.theme_indicators(
        found,
        inputs,
        store.keep("thema_stedelijkheid", urbanity(inputs["neighbourhood_indicators"], years)),
        store.keep_rows("thema_gebieden", transform.theme_areas(known, places), transform.AREAS),
        store.keep_rows("thema_genoemd", transform.theme_characteristics(known), transform.CHARACTERISTICS),
        store.keep,
    )
    return [
        (schema.DIM_THEMA, rows_of(store, schema.DIM_THEMA, transform.dim_thema(known))),
        (schema.THEME_INDICATORS, figures),
    ]


def judge(store: Store, settings: Settings, staged: Mapping[str, ir.Table]) -> list[Verdict]:
    """The suites over the staged tables; their limits are exact, so nobody can let anything through."""
    known = themes(settings)
    places = store.rows("SELECT gebied_sleutel, gebied_niveau, gemeente_code FROM dim_gebied")
    shown = store.keep_rows("thema_gebieden_gekeurd", transform.theme_areas(known, places), transform.AREAS)
    profiles = expectations.profiles(
        staged["theme_indicators"],
        {name: store.table(name) for name in INPUTS},
        shown,
        no_registrations=not whole_years(data_from(store), data_up_to(store)),
    )
    return [
        expectations_gate("dim_thema", expectations.theme_profiles(staged["dim_thema"]), expectations.theme_suite()),
        expectations_gate("theme_indicators", profiles, expectations.suite()),
    ]
