"""Figures of CBS per area and year, naar verhouding where that fits, and those of basisteams and the region. Pure Ibis."""

from __future__ import annotations

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from ivz_assets.dashboard.area_profile.schema import FIGURE_COLUMNS
from ivz_assets.dashboard.area_profile.union import together

DIGITS = 6
"""Decimals of a computed value: a sum of fractions may differ in its last bits from run to run."""


def cbs_figures(indicators: ir.Table, kinds: ir.Table, areas: ir.Table) -> ir.Table:
    """Columns ``FIGURE_COLUMNS`` for the areas that are there now.

    A ratio has both parts of the same year, and none where its base is unknown or below its floor. The region and the basisteams
    are put together from the municipalities of today, and unknown as soon as one of them is: sums of counts (a ratio is that of
    the sums), means weighted by what they are a mean of.

    Args:
        indicators: ``neighbourhood_indicators``.
        kinds: ``reference_data.CBS_KINDS``.
        areas: ``dim_gebied``.
    """
    known = areas.filter(~areas.onbekend)
    own = with_parts(indicators, kinds)
    placed = own.join(known.select("gebied_niveau", gebied_code=known.gebied_sleutel), "gebied_code")
    ratio = per_base(placed.waarde, placed.basis, placed.per, placed.ondergrens)
    single = placed.mutate(
        gebied_sleutel=placed.gebied_code,
        getal=ibis.ifelse(placed.verhouding_van == "", placed.waarde, ratio),
        geteld=placed.waarde,
    )
    return together([_shaped(single), _shaped(_above(own, known))])


def with_parts(indicators: ir.Table, kinds: ir.Table) -> ir.Table:
    """Indicators with their kind, and with the value of their base (``basis``) and weight (``weging``) of the same year."""
    named = indicators.select("gebied_code", "jaar", "indicator", "waarde", "waarde_jaar", "bron_tabel").join(kinds, "indicator")
    # What is carried forward is of an earlier year, and so is what it is compared with.
    named = named.mutate(van_jaar=named.waarde_jaar.fill_null(named.jaar))
    found = named
    for part, column in (("verhouding_van", "basis"), ("gewicht", "weging")):
        values = indicators.select(
            "gebied_code", **{part: indicators.indicator, "van_jaar": indicators.jaar, column: indicators.waarde}
        )
        found = found.left_join(values, ["gebied_code", "van_jaar", part]).drop(
            "gebied_code_right", "van_jaar_right", f"{part}_right"
        )
    return found


def per_base(count: ir.NumericValue, base: ir.NumericValue, per: ir.NumericValue, floor: ir.NumericValue) -> ir.FloatingValue:
    """``per`` times count by base; NULL where either is unknown or the base is below the floor or nought."""
    enough = (base >= floor) & (base > 0)
    return (per * count / ibis.ifelse(enough, base, ibis.null(dt.float64))).round(DIGITS)


def members(areas: ir.Table) -> ir.Table:
    """Municipalities of the basisteams and of the region: gemeente_code, gebied_niveau, gebied_sleutel, leden (how many)."""
    own = areas.filter((areas.gebied_niveau == "gemeente") & ~areas.onbekend)
    region = areas.filter(areas.gebied_niveau == "regio").select("gebied_niveau", "gebied_sleutel")
    of_region = own.select("gemeente_code").cross_join(region)
    teams = own.filter(own.basisteam.notnull())
    of_team = teams.select("gemeente_code", gebied_niveau=ibis.literal("basisteam"), gebied_sleutel=teams.basisteam)
    text = dt.string(nullable=True)
    both = together([part.cast(dict.fromkeys(part.columns, text)) for part in (of_region, of_team)])
    counted = both.group_by("gebied_sleutel").aggregate(leden=both.count())
    return both.join(counted, "gebied_sleutel")


def _above(own: ir.Table, known: ir.Table) -> ir.Table:
    within = members(known)
    joined = own.join(within, own.gebied_code == within.gemeente_code, rname="{name}_boven")
    usable = joined.waarde.notnull()
    usable = usable & ((joined.verhouding_van == "") | joined.basis.notnull())
    usable = usable & ((joined.gewicht == "") | joined.weging.notnull()) & (joined.samenstelling != "geen")
    keys = ["gebied_niveau", "gebied_sleutel", "jaar", "indicator"]
    facts = {
        name: joined[name].min()
        for name in (
            "kenmerk_naam", "eenheid_cbs", "eenheid_verhouding", "verhouding_van", "per", "ondergrens", "samenstelling",
            "waarde_jaar", "bron_tabel",
        )
    }  # fmt: skip
    summed = joined.group_by(keys).aggregate(
        **facts,
        telt=joined.telt.any(),
        bekend=usable.sum(),
        leden=joined.leden.max(),
        som=joined.waarde.sum(),
        basis=joined.basis.sum(),
        gewogen=(joined.waarde * joined.weging).sum(),
        weging=joined.weging.sum(),
    )
    whole = summed.bekend == summed.leden
    nothing = ibis.null(dt.float64)
    mean = (summed.gewogen / ibis.ifelse(summed.weging > 0, summed.weging, nothing)).round(DIGITS)
    value = ibis.cases(
        (summed.samenstelling == "gewogen", mean),
        (summed.verhouding_van != "", per_base(summed.som, summed.basis, summed.per, summed.ondergrens)),
        else_=summed.som,
    )
    return summed.mutate(
        getal=ibis.ifelse(whole, value, nothing),
        geteld=ibis.ifelse(whole, summed.som, nothing),
        waarde_jaar=ibis.ifelse(whole, summed.waarde_jaar, ibis.null(dt.int32)),
    )


def _shaped(found: ir.Table) -> ir.Table:
    """Columns ``FIGURE_COLUMNS`` of figures with ``getal`` (what is compared) and ``geteld`` (the count itself)."""
    return found.select(
        gebied_niveau=found.gebied_niveau.cast(dt.string),
        gebied_sleutel=found.gebied_sleutel,
        jaar=found.jaar.cast(dt.int32),
        kenmerk_soort=ibis.literal("cbs"),
        kenmerk=found.indicator,
        kenmerk_naam=found.kenmerk_naam,
        eenheid=found.eenheid_verhouding,
        aantal=ibis.ifelse(found.telt, found.geteld, ibis.null(dt.float64)),
        waarde=found.getal.cast(dt.float64),
        waarde_jaar=found.waarde_jaar.cast(dt.int32),
        onderdrukt=ibis.literal(False),
        bron=found.bron_tabel,
        bewaren_tot=ibis.null(dt.date),
    ).select(*FIGURE_COLUMNS)
