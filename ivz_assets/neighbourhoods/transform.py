"""From typed CBS values to indicators, profiles and denominators, as pure Ibis. The models are in ``schema``."""

from __future__ import annotations

from collections.abc import Sequence

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from ivz_assets.neighbourhoods.schema import DENOMINATORS, NEIGHBOURHOOD_INDICATORS, NEIGHBOURHOOD_PROFILES


def neighbourhood_indicators(values: ir.Table, sources: ir.Table, units: ir.Table, names: Sequence[str]) -> ir.Table:
    """A row per area, year and indicator that the year's table has: columns of ``NEIGHBOURHOOD_INDICATORS``.

    NULL stays NULL. Where a year's column is still empty the last filled year speaks, unless the border or the code of the
    area changed after that year: then its value would be of another area.

    Args:
        values: columns of ``kwb.VALUES``.
        sources: columns of ``kwb.SOURCES``.
        units: indicator, eenheid.
        names: the indicators.
    """
    areas = values.select("jaar", "gebied_code", "niveau", "indelingswijziging")
    until = ibis.window(group_by="gebied_code", order_by="jaar", preceding=(None, 0))
    changed = ibis.ifelse(areas.indelingswijziging.isin([2, 3]), areas.jaar, ibis.null(dt.int32))
    areas = areas.mutate(zelfde_sinds=changed.max().over(until).fill_null(0)).drop("indelingswijziging")
    long = values.select("jaar", "gebied_code", *names).pivot_longer(list(names), names_to="indicator", values_to="waarde")
    given = long.filter(long.waarde.notnull()).select(
        "indicator", "waarde", waarde_jaar=long.jaar, gegeven_gebied=long.gebied_code
    )
    asked = areas.join(sources, "jaar").join(units, "indicator")
    asked = asked.mutate(
        bruikbaar_jaar=ibis.ifelse(asked.waarde_jaar >= asked.zelfde_sinds, asked.waarde_jaar, ibis.null(dt.int32))
    )
    joined = asked.left_join(
        given,
        [
            asked.gebied_code == given.gegeven_gebied,
            asked.indicator == given.indicator,
            asked.bruikbaar_jaar == given.waarde_jaar,
        ],
    )
    year = ibis.ifelse(joined.waarde.notnull(), joined.waarde_jaar, ibis.null(dt.int32))
    return joined.mutate(waarde_jaar=year).select(*NEIGHBOURHOOD_INDICATORS.columns)


def neighbourhood_profiles(indicators: ir.Table, names: Sequence[str]) -> ir.Table:
    """A row per area and year with the indicators as columns, and which of them are of an earlier year."""
    older = indicators.waarde_jaar < indicators.jaar
    told = indicators.indicator + " " + indicators.waarde_jaar.cast(dt.string)
    wide = indicators.group_by("gebied_code", "niveau", "jaar").aggregate(
        **{name: indicators.waarde.max(where=indicators.indicator == name) for name in names},
        ouder_cijfer=told.group_concat(sep="; ", where=older, order_by=indicators.indicator),
    )
    return wide.select(*NEIGHBOURHOOD_PROFILES.columns)


def denominators(indicators: ir.Table, areas: ir.Table, crosswalk: ir.Table, kinds: ir.Table, years: ir.Table) -> ir.Table:
    """A row per current area, year and denominator: columns of ``DENOMINATORS``.

    A neighbourhood of today gets the figures of the neighbourhoods it was, by weight; other areas their own figures. The
    region and the basisteams are sums of the municipalities' own figures. Where a year has no figure the last year that had
    one speaks.

    Args:
        indicators: ``NEIGHBOURHOOD_INDICATORS``.
        areas: ``AREAS``.
        crosswalk: ``AREA_CROSSWALK``.
        kinds: noemer, indicator, eenheid, ondergrens.
        years: jaar, every year for which a denominator is wanted.
    """
    measured = indicators.filter(indicators.waarde_jaar == indicators.jaar)
    measured = measured.join(kinds.drop("eenheid"), "indicator").select(
        "gebied_code", "niveau", "jaar", "noemer", "waarde", "bron_tabel"
    )
    newest = areas.filter((areas.jaar == areas.jaar.max()) & areas.regio_code.notnull())
    newest = newest.select("gebied_code", "niveau", "basisteam", "regio_code")
    own = measured.filter(measured.niveau != "buurt").select("gebied_code", "jaar", "noemer", "waarde", "bron_tabel")
    own = own.mutate(omgezet=False)
    filled = ibis.union(_converted(measured, crosswalk), own)
    filled = ibis.union(filled, _summed(own, newest, "basisteam"), _summed(own, newest, "regio_code"))
    asked = newest.select("gebied_code", "niveau").cross_join(years).cross_join(kinds.select("noemer", "eenheid", "ondergrens"))
    past = filled.rename(van_gebied="gebied_code", waarde_jaar="jaar", van_noemer="noemer")
    joined = asked.left_join(
        past,
        [
            asked.gebied_code == past.van_gebied,
            asked.noemer == past.van_noemer,
            past.waarde_jaar <= asked.jaar,
        ],
    )
    latest = ibis.window(group_by=["gebied_code", "jaar", "noemer"], order_by=ibis.desc(joined.waarde_jaar))
    ranked = joined.mutate(beurt=ibis.row_number().over(latest))
    chosen = ranked.filter(ranked.beurt == 0)
    return chosen.mutate(
        omgezet=chosen.omgezet.fill_null(False),
        groot_genoeg=(chosen.waarde >= chosen.ondergrens).fill_null(False),
        bron=chosen.bron_tabel,
    ).select(*DENOMINATORS.columns)


def _converted(measured: ir.Table, crosswalk: ir.Table) -> ir.Table:
    """Figures of neighbourhoods of then for the neighbourhoods of today; unknown as soon as one of their parts is."""
    buurten = measured.filter(measured.niveau == "buurt")
    # What is left of a neighbourhood that was split may be unknown; a share of an unknown figure is unknown.
    parts = crosswalk.select(
        "buurt_code", "gewicht", "bepaling", van_gebied=crosswalk.van_buurt_code, van_jaar=crosswalk.van_jaar
    )
    noemers = measured.select("noemer", "jaar").distinct()
    wanted = parts.join(noemers, parts.van_jaar == noemers.jaar)
    given = buurten.select("gebied_code", "noemer", "waarde", "bron_tabel", gegeven_jaar=buurten.jaar)
    joined = wanted.left_join(
        given,
        [wanted.van_gebied == given.gebied_code, wanted.jaar == given.gegeven_jaar, wanted.noemer == given.noemer],
    )
    summed = joined.group_by(gebied_code=joined.buurt_code, jaar=joined.jaar, noemer=joined.noemer).aggregate(
        waarde=(joined.waarde * joined.gewicht).sum(),
        bekend=joined.waarde.notnull().all(),
        bron_tabel=joined.bron_tabel.max(),
        omgezet=(joined.bepaling != "ongewijzigd").any(),
    )
    return summed.filter(summed.bekend).select("gebied_code", "jaar", "noemer", "waarde", "bron_tabel", "omgezet")


def _summed(own: ir.Table, newest: ir.Table, level: str) -> ir.Table:
    """The municipalities' own figures, added up to a level above; only where every municipality has one."""
    within = newest.filter((newest.niveau == "gemeente") & newest[level].notnull())
    within = within.select(van_gebied=within.gebied_code, boven=within[level])
    members = within.group_by("boven").aggregate(leden=within.count())
    joined = own.join(within, own.gebied_code == within.van_gebied).join(members, "boven")
    summed = joined.group_by(gebied_code=joined.boven, jaar=joined.jaar, noemer=joined.noemer).aggregate(
        waarde=joined.waarde.sum(), bron_tabel=joined.bron_tabel.max(), bijdragen=joined.count(), leden=joined.leden.max()
    )
    whole = summed.filter(summed.bijdragen == summed.leden)
    return whole.select("gebied_code", "jaar", "noemer", "waarde", "bron_tabel", omgezet=False)
