"""Figures of municipalities and partners per area and calendar year. What may be shown was decided before: nothing is filled in.

A figure that was suppressed or is unknown makes the year it is part of unknown as well.
"""

from __future__ import annotations

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from ivz_assets.dashboard.area_profile.cbs import members
from ivz_assets.dashboard.area_profile.registrations import rated, year_of
from ivz_assets.dashboard.area_profile.schema import FIGURE_COLUMNS
from ivz_assets.dashboard.area_profile.union import together

_FIGURE = ["gebied_sleutel", "kenmerk", "jaar"]
_FACTS = ("indicator", "indicator_naam", "uitsplitsing", "eenheid", "noemer", "leverancier")


def supplier_figures(enrichments: ir.Table, kinds: ir.Table, areas: ir.Table, years: ir.Table, based: ir.Table) -> ir.Table:
    """Columns ``FIGURE_COLUMNS`` of figures whose area is still there.

    Of two suppliers of the same figure the one that delivered last speaks for the year. A count is also given per 1,000 of its
    denominator. Basisteams and the region have a count when every municipality of theirs has one, unless it was delivered.

    Args:
        enrichments: ``municipal_enrichments``.
        kinds: ``reference_data.SUPPLIER_KINDS``.
        areas: ``dim_gebied``.
        years: jaar, the years in which a measure may run.
        based: ``registrations.bases``.
    """
    chosen = _one_supplier(_placed(enrichments, kinds, areas, years))
    yearly = _yearly(chosen)
    above = _above(yearly, areas)
    found = together([yearly, above])
    counts = found.filter(found.eenheid == "aantal").drop("eenheid")
    others = found.filter(found.eenheid != "aantal")
    # The number of firms per firm says nothing.
    own_base = ibis.ifelse(counts.indicator == counts.noemer, "geen", counts.noemer)
    counts = rated(counts.mutate(aantal=counts.getal, noemer=own_base), based, "aantal")
    others = others.mutate(aantal=ibis.null(dt.float64), waarde=others.getal)
    return together([_shaped(counts, areas), _shaped(others, areas)])


def _placed(enrichments: ir.Table, kinds: ir.Table, areas: ir.Table, years: ir.Table) -> ir.Table:
    """The figures with their area of today, their year or years, and how a year comes about."""
    there = enrichments.filter(enrichments.huidige_gebied_code.notnull())
    known = areas.filter(~areas.onbekend).select("gebied_sleutel")
    there = there.mutate(gebied_sleutel=there.huidige_gebied_code).semi_join(known, "gebied_sleutel")
    there = there.join(kinds, ["indicator", "periode_soort"])
    plain = there.uitsplitsing == ""
    there = there.mutate(kenmerk=ibis.ifelse(plain, there.indicator, there.indicator + ": " + there.uitsplitsing))
    columns = [
        *("gebied_sleutel", "kenmerk", "wijze", "delen", "periode_begin", "waarde", "onderdrukt", "bewaren_tot", "geleverd_op"),
        *_FACTS,
    ]
    runs = there.filter(there.wijze == "looptijd").cross_join(years)
    still = runs.periode_eind.isnull() | (runs.periode_eind.year() >= runs.jaar)
    runs = runs.filter((runs.periode_begin.year() <= runs.jaar) & still)
    dated = there.filter(there.wijze != "looptijd")
    dated = dated.mutate(jaar=year_of(dated.periode_begin))
    return together([runs.select(*columns, "jaar"), dated.select(*columns, "jaar")])


def _one_supplier(placed: ir.Table) -> ir.Table:
    """Only the supplier that delivered last on that area, figure and year; of two at the same moment the first by name."""
    last = placed.group_by(*_FIGURE, "leverancier").aggregate(geleverd_op=placed.geleverd_op.max())
    order = ibis.window(group_by=_FIGURE, order_by=[last.geleverd_op.desc(), last.leverancier])
    first = last.mutate(plaats=ibis.row_number().over(order))
    return placed.semi_join(first.filter(first.plaats == 0), [*_FIGURE, "leverancier"])


def _yearly(chosen: ir.Table) -> ir.Table:
    """A figure per area, characteristic and year: ``getal``, NULL as soon as a part of it is unknown."""
    newest = chosen.periode_begin.max().over(ibis.window(group_by=_FIGURE))
    marked = chosen.mutate(telt_mee=(chosen.wijze != "laatste") | (chosen.periode_begin == newest))
    used = marked.filter(marked.telt_mee)
    grouped = used.group_by(_FIGURE).aggregate(
        **{name: used[name].min() for name in (*_FACTS, "wijze", "bewaren_tot")},
        delen=used.delen.max(),
        som=used.waarde.sum(),
        bekend=used.waarde.count(),
        regels=used.count(),
        perioden=used.periode_begin.nunique(),
        onderdrukt=used.onderdrukt.any(),
    )
    # Two areas of then in one of today, of which only one may have been delivered: then nobody knows the whole.
    double = (grouped.wijze != "looptijd") & (grouped.regels > grouped.perioden)
    complete = (grouped.wijze != "delen") | (grouped.perioden == grouped.delen)
    whole = (grouped.bekend == grouped.regels) & complete & ~double
    value = ibis.ifelse(whole, grouped.som, ibis.null(dt.float64))
    return grouped.select(*_FIGURE, *_FACTS, "onderdrukt", "bewaren_tot", getal=value)


def _above(yearly: ir.Table, areas: ir.Table) -> ir.Table:
    """Counts of basisteams and the region as sums of their municipalities, where nobody delivered them and all are known."""
    within = members(areas).drop("gebied_niveau").rename(boven="gebied_sleutel")
    counts = yearly.filter((yearly.eenheid == "aantal") & yearly.getal.notnull())
    joined = counts.join(within, counts.gebied_sleutel == within.gemeente_code).drop("gebied_sleutel", "gemeente_code")
    joined = joined.rename(gebied_sleutel="boven")
    one = joined.leverancier.min() == joined.leverancier.max()
    summed = joined.group_by(_FIGURE).aggregate(
        **{name: joined[name].min() for name in (*_FACTS[:-1], "bewaren_tot")},
        leverancier=ibis.ifelse(one, joined.leverancier.min(), "gemeenten samen"),
        onderdrukt=joined.onderdrukt.any(),
        getal=joined.getal.sum(),
        bekend=joined.count(),
        leden=joined.leden.max(),
    )
    whole = summed.filter(summed.bekend == summed.leden)
    return whole.anti_join(yearly, _FIGURE).select(*yearly.columns)


def _shaped(found: ir.Table, areas: ir.Table) -> ir.Table:
    levels = areas.select("gebied_sleutel", gebied_niveau=areas.gebied_niveau.cast(dt.string))
    named = found.join(levels, "gebied_sleutel")
    part = ibis.ifelse(named.uitsplitsing == "", "", ibis.literal(": ") + named.uitsplitsing.replace("_", " "))
    return named.mutate(
        kenmerk_soort=ibis.literal("leverancier"),
        kenmerk_naam=named.indicator_naam + part,
        waarde_jaar=named.jaar,
        bron=named.leverancier,
    ).select(*FIGURE_COLUMNS)
