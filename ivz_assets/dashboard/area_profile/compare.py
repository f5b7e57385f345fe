"""Figures beside the region and beside similar areas: reference, rank, percentile. Pure Ibis."""

from __future__ import annotations

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from ivz_assets.dashboard.area_profile.cbs import DIGITS
from ivz_assets.dashboard.area_profile.schema import FIGURE_COLUMNS, REFERENCE_COLUMNS

FEWEST_SIMILAR = 3
"""Similar areas with a known value below which a median and a rank say nothing."""


def urbanity(indicators: ir.Table, years: ir.Table) -> ir.Table:
    """Per area and year its urbanity class in the last year up to then that has one: gebied_sleutel, jaar, stedelijkheid.

    Args:
        indicators: ``neighbourhood_indicators``.
        years: jaar, every year that has figures.
    """
    known = indicators.filter((indicators.indicator == "stedelijkheid") & indicators.waarde.notnull())
    known = known.select(gebied_sleutel=known.gebied_code, van_jaar=known.jaar, klasse=known.waarde)
    before = known.cross_join(years).filter(ibis._.van_jaar <= ibis._.jaar)
    newest = before.group_by("gebied_sleutel", "jaar").aggregate(van_jaar=before.van_jaar.max())
    found = newest.join(known, ["gebied_sleutel", "van_jaar"])
    return found.select("gebied_sleutel", "jaar", stedelijkheid=found.klasse.cast(dt.int32))


def compared(figures: ir.Table, classes: ir.Table) -> ir.Table:
    """The figures (``FIGURE_COLUMNS``) with ``REFERENCE_COLUMNS``.

    Similar areas are those of the same level and urbanity class in that year with a known value; the area itself is one of
    them. With fewer than ``FEWEST_SIMILAR`` of them there is no median, no rank and no percentile, only how many there are.
    An area that counts nothing has no rank: it would share a place with every other one that has nothing.

    Args:
        figures: every figure, the region's own among them.
        classes: ``urbanity``.
    """
    placed = figures.left_join(classes, ["gebied_sleutel", "jaar"]).select(*FIGURE_COLUMNS, "stedelijkheid")
    alike = ["gebied_niveau", "jaar", "kenmerk_soort", "kenmerk", "stedelijkheid"]
    known = placed.filter(placed.waarde.notnull() & placed.stedelijkheid.notnull())
    groups = known.group_by(alike).aggregate(leden=known.count(), mediaan=known.waarde.median())
    up = ibis.window(group_by=alike, order_by=known.waarde)
    down = ibis.window(group_by=alike, order_by=known.waarde.desc())
    # rank() counts from 0: how many are lower, and how many are higher. The rest is equal.
    ranked = known.select(
        "gebied_sleutel", "jaar", "kenmerk_soort", "kenmerk", lager=ibis.rank().over(up), hoger=ibis.rank().over(down)
    )
    region = figures.filter(figures.gebied_niveau == "regio")
    region = region.select("jaar", "kenmerk_soort", "kenmerk", waarde_regio=region.waarde)
    found = placed
    for other, keys in (
        (groups, alike),
        (ranked, ["gebied_sleutel", "jaar", "kenmerk_soort", "kenmerk"]),
        (region, ["jaar", "kenmerk_soort", "kenmerk"]),
    ):
        found = found.left_join(other, keys).drop(*(f"{key}_right" for key in keys))
    several = found.leden >= FEWEST_SIMILAR
    equal = found.leden - found.lager - found.hoger
    percentile = 100.0 * (found.lager + 0.5 * equal) / ibis.ifelse(several, found.leden, ibis.null(dt.int64))
    return found.mutate(
        vergelijkbare_gebieden=found.leden.fill_null(0).cast(dt.int32),
        waarde_vergelijkbaar=ibis.ifelse(several, found.mediaan.round(DIGITS), ibis.null(dt.float64)),
        rang=ibis.ifelse(several & (found.aantal.fill_null(1.0) != 0), found.hoger + 1, ibis.null(dt.int64)).cast(dt.int32),
        percentiel=percentile.round(DIGITS),
    ).select(*FIGURE_COLUMNS, *REFERENCE_COLUMNS)
