"""The area profile from its three kinds of figures. Each kind has its own file; what compares them is ``compare``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import ibis.expr.types as ir

from ivz_assets.dashboard.area_profile.cbs import cbs_figures
from ivz_assets.dashboard.area_profile.compare import compared, urbanity
from ivz_assets.dashboard.area_profile.registrations import SHOWN_LEVELS, bases, countable, registration_figures, yearly_counts
from ivz_assets.dashboard.area_profile.suppliers import supplier_figures
from ivz_assets.dashboard.area_profile.union import together

Keep = Callable[[str, ir.Table], ir.Table]


@dataclass(frozen=True)
class Figures:
    """What the profile is made from: figures of the three kinds (``FIGURE_COLUMNS``) and what registrations were set against."""

    cbs: ir.Table
    suppliers: ir.Table
    registered: ir.Table
    based: ir.Table
    places: ir.Table
    whole_years: ir.Table

    def all(self) -> ir.Table:
        """The figures of all three kinds."""
        return together([self.cbs, self.suppliers, self.registered])


def figures(
    tables: Mapping[str, ir.Table], cbs_kinds: ir.Table, supplier_kinds: ir.Table, whole_years: ir.Table, years: ir.Table,
    keep: Keep, shown: Mapping[str, Iterable[str]] = SHOWN_LEVELS,
) -> Figures:  # fmt: skip
    """Figures of CBS, of suppliers and of the police, each kept.

    Args:
        tables: neighbourhood_indicators, municipal_enrichments, denominators, daily_counts, area_levels, class_levels,
            dim_gebied, dim_klasse.
        cbs_kinds, supplier_kinds: ``reference_data``.
        whole_years: jaar, calendar years of which registrations are shown.
        years: jaar, the years in which a measure of a supplier may run.
        keep: computes an expression once.
        shown: of each level of class the levels of area.
    """
    areas = tables["dim_gebied"]
    cbs = keep("profiel_cbs", cbs_figures(tables["neighbourhood_indicators"], cbs_kinds, areas))
    based = keep("profiel_noemers", bases(tables["denominators"], cbs, tables["area_levels"]))
    suppliers = keep(
        "profiel_leveranciers", supplier_figures(tables["municipal_enrichments"], supplier_kinds, areas, years, based)
    )
    counts = keep(
        "profiel_tellingen", yearly_counts(tables["daily_counts"], tables["area_levels"], tables["class_levels"], whole_years)
    )
    places = keep("profiel_gebieden", countable(areas, tables["area_levels"]))
    registered = registration_figures(counts, places, tables["dim_klasse"], whole_years, based, shown)
    return Figures(cbs, suppliers, keep("profiel_registraties", registered), based, places, whole_years)


def area_profile(found: ir.Table, indicators: ir.Table, keep: Keep) -> ir.Table:
    """Columns of ``DASHBOARD_AREA_PROFILE``.

    Args:
        found: the figures of all kinds.
        indicators: ``neighbourhood_indicators``.
    """
    years = keep("profiel_jaren", found.select("jaar").distinct())
    return compared(found, keep("profiel_stedelijkheid", urbanity(indicators, years))).order_by(
        "kenmerk_soort", "kenmerk", "gebied_sleutel", "jaar"
    )
