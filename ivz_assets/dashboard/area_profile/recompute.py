"""The area profile put together: the pure transformations meet the store and the lists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import ibis.expr.types as ir
import pandera.ibis as pa
import pyarrow

from ivz_assets.dashboard.area_profile import expectations, reference_data, registrations, schema, transform
from ivz_assets.dashboard.horizon import data_from, data_up_to
from ivz_assets.quality.expectations_gate import expectations_gate
from ivz_assets.quality.verdicts import Verdict
from ivz_assets.settings import Settings
from ivz_assets.warehouse.store import Store

INPUTS = (
    "neighbourhood_indicators", "municipal_enrichments", "denominators", "daily_counts", "area_levels", "class_levels",
    "dim_gebied", "dim_klasse",
)  # fmt: skip

YEARS = pyarrow.schema([("jaar", pyarrow.int32())])


def kept_figures(store: Store, settings: Settings, shown: Mapping[str, Iterable[str]]) -> transform.Figures:
    """The figures of all three kinds, computed once."""
    known = registrations.whole_years(data_from(store), data_up_to(store))
    whole = store.keep_rows("profiel_hele_jaren", [{"jaar": year} for year in known], YEARS)
    running = [{"jaar": year} for year in range(settings.first_date.year, settings.current_date().year + 1)]
    return transform.figures(
        {name: store.table(name) for name in INPUTS},
        store.keep_rows("cbs_soorten", reference_data.cbs_kinds(), reference_data.CBS_KINDS),
        store.keep_rows("leverancier_soorten", reference_data.supplier_kinds(), reference_data.SUPPLIER_KINDS),
        whole,
        store.keep_rows("profiel_looptijd_jaren", running, YEARS),
        store.keep,
        shown,
    )


def tables(store: Store, settings: Settings) -> list[tuple[pa.DataFrameSchema, ir.Table]]:
    """The table of the topic with the expression that fills it."""
    found = store.keep("profiel_cijfers", kept_figures(store, settings, registrations.SHOWN_LEVELS).all())
    profile = transform.area_profile(found, store.table("neighbourhood_indicators"), store.keep)
    return [(schema.DASHBOARD_AREA_PROFILE, profile)]


def judge(store: Store, settings: Settings, staged: Mapping[str, ir.Table]) -> list[Verdict]:
    """The suite over the staged table; its limits are exact, so nobody can let anything through."""
    profiles = expectations.profiles(
        staged["dashboard_area_profile"],
        {name: store.table(name) for name in INPUTS},
        no_registrations=not registrations.whole_years(data_from(store), data_up_to(store)),
    )
    return [expectations_gate("dashboard_area_profile", profiles, expectations.suite())]
