"""The small tables that the figures are made with, handed over to the engine: numbers, periods, grains, caveats. No counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import ibis.expr.types as ir
import pyarrow

from ivz_assets.dashboard.figures import numbered, periods
from ivz_assets.dashboard.figures.caveats import caveats, combinations
from ivz_assets.dashboard.figures.completeness import completeness_rows
from ivz_assets.dashboard.figures.grains import Grain
from ivz_assets.warehouse.store import Store

_NUMBER, _TEXT, _YES, _DAY = pyarrow.int32(), pyarrow.string(), pyarrow.bool_(), pyarrow.date32()

_COLUMNS = {
    "cijfers_dagen": {"datum": _DAY, "deel_nr": _NUMBER, "per_week": _YES},
    "cijfers_leden": {"bron_nr": _NUMBER, "deel_nr": _NUMBER},
    "cijfers_getoond": {"grein_nr": _NUMBER, "periode_nr": _NUMBER},
    "cijfers_greindelen": {
        "groep_nr": _NUMBER, "voorgevallen": _YES, "per_week": _YES, "gebied_niveau": _TEXT, "klasse_niveau": _TEXT,
        "grein_nr": _NUMBER,
    },
    "cijfers_greinen": {"grein_nr": _NUMBER, "datumbasis": _TEXT},
    "cijfers_perioden_samen": {
        "periode_nr": _NUMBER, "bron_nr": _NUMBER, "eigen": _NUMBER, "vorige": _NUMBER, "vorig_jaar": _NUMBER, "basis": _NUMBER
    },
    "cijfers_nullen": {"grein_nr": _NUMBER, "periode_nr": _NUMBER, "gebied_niveau": _TEXT, "klasse_niveau": _TEXT},
    "cijfers_perioden": {
        "periode_nr": _NUMBER, "periode": _TEXT, "periode_soort": _TEXT, "periode_begin": _DAY, "dagen": _NUMBER,
        "noemer_jaar": _NUMBER, "vorige_dagen": _NUMBER, "vorig_jaar_dagen": _NUMBER, "basis_dagen": _NUMBER,
        "basis_jaren": _NUMBER, "periode_bits": _NUMBER,
    },
    "cijfers_voorbehouden": {"bits": _NUMBER, "voorbehoud": _TEXT},
    "cijfers_volledigheid": {
        "periode_nr": _NUMBER, "volledigheid_van": _TEXT, "volledigheid": pyarrow.float64(),
        **{f"{other}_binnen": _NUMBER for other in periods.COMPARISONS},
    },
}  # fmt: skip


@dataclass(frozen=True)
class Inputs:
    """The counts per day and the small tables, by what they are for."""

    daily_counts: ir.Table
    areas_of: ir.Table
    areas: ir.Table
    classes_of: ir.Table
    classes: ir.Table
    rates: ir.Table
    days: ir.Table
    members: ir.Table
    grain_parts: ir.Table
    grain_names: ir.Table
    comparisons: ir.Table
    zeros: ir.Table
    periods: ir.Table
    caveats: ir.Table
    completeness: ir.Table


@dataclass(frozen=True)
class Sources:
    """The tables of the warehouse that the figures are made from."""

    daily_counts: ir.Table
    area_levels: ir.Table
    class_levels: ir.Table
    dim_gebied: ir.Table
    dim_klasse: ir.Table
    dim_periode: ir.Table
    denominators: ir.Table


def inputs(
    store: Store,
    sources: Sources,
    grains: Sequence[Grain],
    first: date,
    up_to: date,
    complete: Iterable[Mapping[str, Any]] = (),
) -> Inputs:
    """Makes the small tables.

    Args:
        store: where they are kept.
        sources: what they are made from.
        grains: what is shown.
        first: first day the deliveries speak for.
        up_to: last day the deliveries speak for.
        complete: klasse_sleutel, periode_soort, periode, periode_begin, aandeel_binnen: the share that is in, of recent periods.
    """
    newest = sources.denominators.jaar.max().as_scalar().to_pyarrow().as_py()
    found = periods.periods(sources.dim_periode.to_pyarrow().to_pylist(), first)
    pairs = periods.shown(found, grains, up_to)
    together = periods.comparison_rows((period for _, period in pairs), found)
    days, parts = periods.day_parts(found, {row["bron_nr"] for row in together})
    areas_of, areas = numbered.areas(sources.area_levels, sources.dim_gebied, store.keep)
    classes_of, classes = numbered.classes(sources.class_levels, sources.dim_klasse, store.keep)
    speaking = sorted(classes.volledigheid_van.as_table().distinct().to_pyarrow()["volledigheid_van"].to_pylist())
    complete_rows = completeness_rows([period for _, period in pairs], speaking, list(complete), up_to)

    def kept(name: str, rows: Sequence[Mapping[str, Any]]) -> ir.Table:
        return store.keep_rows(name, rows, pyarrow.schema(list(_COLUMNS[name].items())))

    shown = kept("cijfers_getoond", [{"grein_nr": grain.nummer, "periode_nr": period.nummer} for grain, period in pairs])
    comparisons = store.keep("cijfers_vergelijkingen", shown.join(kept("cijfers_perioden_samen", together), "periode_nr"))
    sources_of = comparisons.select("grein_nr", "bron_nr").distinct()
    members = store.keep("cijfers_delen_van_perioden", sources_of.join(kept("cijfers_leden", parts), "bron_nr"))

    return Inputs(
        daily_counts=sources.daily_counts,
        areas_of=areas_of,
        areas=areas,
        classes_of=classes_of,
        classes=classes,
        rates=numbered.rates(sources.denominators, areas, store.keep),
        days=kept("cijfers_dagen", days),
        members=members,
        grain_parts=kept("cijfers_greindelen", _grain_parts(grains)),
        grain_names=kept("cijfers_greinen", _distinct({"grein_nr": g.nummer, "datumbasis": g.datumbasis} for g in grains)),
        comparisons=comparisons,
        zeros=kept("cijfers_nullen", _zeros(pairs)),
        periods=kept("cijfers_perioden", periods.period_rows(found, newest)),
        caveats=kept("cijfers_voorbehouden", combinations(tuple(caveats()))),
        completeness=kept("cijfers_volledigheid", complete_rows),
    )


def _grain_parts(grains: Iterable[Grain]) -> list[dict[str, Any]]:
    """Which levels are counted by week, and which by (part of a) month; groep_nr numbers all but the level of the class."""
    return _distinct(
        {
            "groep_nr": grain.nummer // 10 * 2 + (grain.periode_soort == "week"),
            "voorgevallen": grain.datumbasis == "voorgevallen",
            "per_week": grain.periode_soort == "week",
            "gebied_niveau": grain.gebied_niveau,
            "klasse_niveau": grain.klasse_niveau,
            "grein_nr": grain.nummer,
        }
        for grain in grains
    )


def _zeros(pairs: Iterable[tuple[Grain, periods.Period]]) -> list[dict[str, Any]]:
    """The periods and levels that are shown in full."""
    return [
        {
            "grein_nr": grain.nummer,
            "periode_nr": period.nummer,
            "gebied_niveau": grain.gebied_niveau,
            "klasse_niveau": grain.klasse_niveau,
        }
        for grain, period in pairs
        if grain.nullen
    ]


def _distinct(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return [dict(row) for row in dict.fromkeys(tuple(row.items()) for row in rows)]
