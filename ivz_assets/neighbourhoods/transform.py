"""From typed CBS values to indicators, profiles and denominators, as pure Ibis. The models are in ``schema``."""

from __future__ import annotations

from collections.abc import Sequence

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from ivz_assets.neighbourhoods.schema import DENOMINATORS, NEIGHBOURHOOD_INDICATORS, NEIGHBOURHOOD_PROFILES

MOST_YEARS_OLD = 3
"""Age up to which a figure may carry a rate: CBS fills every column within two years, and a table may be a year late. What is
older comes from a column that it no longer fills."""

MOST_UNKNOWN = 0.05
"""Share of a neighbourhood of today that may come from neighbourhoods without a figure. A strip of a neighbourhood that CBS
keeps secret (nearly nobody lives there) must not hide the past of the neighbourhood that took it."""

_FIGURE = ("gebied_code", "jaar", "noemer", "bron_tabel", "omgezet", "waarde")
"""Columns of the figures that denominators are chosen from; a union goes by their order."""


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
    asked = areas.join(sources, ["jaar", "niveau"]).join(units, "indicator")
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
        ouder_cijfer=ibis.literal("; ").join(told.collect(where=older).sort()).nullif(""),
    )
    return wide.select(*NEIGHBOURHOOD_PROFILES.columns)


def denominators(indicators: ir.Table, areas: ir.Table, crosswalk: ir.Table, kinds: ir.Table, years: ir.Table) -> ir.Table:
    """A row per current area, year and denominator: columns of ``DENOMINATORS``.

    Incidents are counted in the areas of today, so every figure is one of those areas. A neighbourhood gets the figures of
    the neighbourhoods it was, by weight. A wijk or municipality has its own figure of a year in which it consisted of the
    same neighbourhoods, and else the sum of its neighbourhoods' converted ones. The region and the basisteams are sums of
    today's municipalities. In years that CBS has not filled for a level the last filled year speaks; an area that has no
    figure in a year that is filled for others has none: that is secret.

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
    buurten = _converted(measured, crosswalk)
    gemeenten = _own_or_summed(measured, buurten, crosswalk, "gemeente")
    figures = ibis.union(buurten, _own_or_summed(measured, buurten, crosswalk, "wijk"), gemeenten)
    figures = ibis.union(figures, _summed(gemeenten, newest, "basisteam"), _summed(gemeenten, newest, "regio_code"))
    asked = newest.select("gebied_code", "niveau").cross_join(years).cross_join(kinds.select("noemer", "eenheid", "ondergrens"))
    asked = asked.left_join(_filled_years(measured, years), ["niveau", "noemer", "jaar"]).drop(
        "niveau_right", "noemer_right", "jaar_right"
    )
    figures = figures.rename(van_gebied="gebied_code", van_jaar="jaar", van_noemer="noemer")
    joined = asked.left_join(
        figures,
        [
            asked.gebied_code == figures.van_gebied,
            asked.noemer == figures.van_noemer,
            asked.gevuld_jaar == figures.van_jaar,
        ],
    )
    known = joined.waarde.notnull()
    enough = (joined.waarde >= joined.ondergrens) & (joined.gevuld_jaar >= joined.jaar - MOST_YEARS_OLD)
    return joined.mutate(
        waarde_jaar=ibis.ifelse(known, joined.gevuld_jaar, ibis.null(dt.int32)),
        omgezet=(known & joined.omgezet).fill_null(False),
        groot_genoeg=enough.fill_null(False),
        bron=ibis.ifelse(known, joined.bron_tabel, ibis.null(dt.string)),
    ).select(*DENOMINATORS.columns)


def _filled_years(measured: ir.Table, years: ir.Table) -> ir.Table:
    """Per level, denominator and year the last year that CBS has filled: niveau, noemer, jaar, gevuld_jaar."""
    filled = measured.select("niveau", "noemer", gevuld_jaar=measured.jaar).distinct()
    of_gemeenten = filled.filter(filled.niveau == "gemeente")
    filled = ibis.union(filled, *(of_gemeenten.mutate(niveau=ibis.literal(level)) for level in ("basisteam", "regio")))
    passed = filled.cross_join(years).filter(ibis._.gevuld_jaar <= ibis._.jaar)
    return passed.group_by("niveau", "noemer", "jaar").aggregate(gevuld_jaar=passed.gevuld_jaar.max())


def _converted(measured: ir.Table, crosswalk: ir.Table) -> ir.Table:
    """Figures of neighbourhoods of then for the neighbourhoods of today; NULL when more than ``MOST_UNKNOWN`` is unknown."""
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
        som=(joined.waarde * joined.gewicht).sum(),
        gewicht=joined.gewicht.sum(),
        onbekend=joined.gewicht.sum(where=joined.waarde.isnull()).fill_null(0.0),
        bron_tabel=joined.bron_tabel.max(),
        omgezet=(joined.bepaling != "ongewijzigd").any(),
    )
    # Against what it is made of, and never more than that share of one whole old neighbourhood.
    enough = summed.onbekend <= MOST_UNKNOWN * ibis.least(summed.gewicht, 1.0)
    waarde = ibis.ifelse(enough, summed.som, ibis.null(dt.float64))
    return summed.select(*_FIGURE[:-1], waarde=waarde)


def _own_or_summed(measured: ir.Table, buurten: ir.Table, crosswalk: ir.Table, level: str) -> ir.Table:
    """Figures of wijken or municipalities of today: their own where no conversion crosses their border in that year.

    Then the incidents of that year are those of the same neighbourhoods as the figure, whatever happened between them. Where
    a conversion of one of them is a guess, the figure says ``omgezet`` as well. Where one crosses the border, the area of
    then is not that of today: the figure is the sum of its converted neighbourhoods, NULL as soon as one is unknown.
    """
    parts = crosswalk.select(
        "van_jaar", "bepaling", oud=_within(crosswalk.van_buurt_code, level), nieuw=_within(crosswalk.buurt_code, level)
    )
    crossing = parts.filter(parts.oud != parts.nieuw)
    changed = ibis.union(
        crossing.select(anders_jaar=crossing.van_jaar, anders_gebied=crossing.oud),
        crossing.select(anders_jaar=crossing.van_jaar, anders_gebied=crossing.nieuw),
        distinct=True,
    )
    guessed = parts.filter(parts.bepaling.isin(["geschat", "onbekend"]))
    guessed = guessed.select(gok_jaar=guessed.van_jaar, gok_gebied=guessed.nieuw).distinct()
    own = measured.filter(measured.niveau == level)
    own = own.anti_join(changed, [own.jaar == changed.anders_jaar, own.gebied_code == changed.anders_gebied])
    own = own.left_join(guessed, [own.jaar == guessed.gok_jaar, own.gebied_code == guessed.gok_gebied])
    own = own.select("gebied_code", "jaar", "noemer", "bron_tabel", "waarde", omgezet=own.gok_gebied.notnull())
    placed = buurten.mutate(boven=_within(buurten.gebied_code, level))
    placed = placed.semi_join(changed, [placed.jaar == changed.anders_jaar, placed.boven == changed.anders_gebied])
    summed = placed.group_by(gebied_code=placed.boven, jaar=placed.jaar, noemer=placed.noemer).aggregate(
        bron_tabel=placed.bron_tabel.max(), som=placed.waarde.sum(), bekend=placed.waarde.notnull().all()
    )
    waarde = ibis.ifelse(summed.bekend, summed.som, ibis.null(dt.float64))
    summed = summed.select("gebied_code", "jaar", "noemer", "bron_tabel", omgezet=True, waarde=waarde)
    return ibis.union(own.select(*_FIGURE), summed.select(*_FIGURE))


def _within(buurt_code: ir.StringValue, level: str) -> ir.StringValue:
    """Code of the wijk or municipality in which a neighbourhood lies."""
    return ibis.literal("WK") + buurt_code.substr(2, 6) if level == "wijk" else ibis.literal("GM") + buurt_code.substr(2, 4)


def _summed(gemeenten: ir.Table, newest: ir.Table, level: str) -> ir.Table:
    """The municipalities' figures, added up to a level above; only where every municipality of today has one."""
    within = newest.filter((newest.niveau == "gemeente") & newest[level].notnull())
    within = within.select(van_gebied=within.gebied_code, boven=within[level])
    members = within.group_by("boven").aggregate(leden=within.count())
    joined = gemeenten.join(within, gemeenten.gebied_code == within.van_gebied).join(members, "boven")
    summed = joined.group_by(gebied_code=joined.boven, jaar=joined.jaar, noemer=joined.noemer).aggregate(
        waarde=joined.waarde.sum(),
        bron_tabel=joined.bron_tabel.max(),
        omgezet=joined.omgezet.any(),
        bijdragen=joined.waarde.count(),
        leden=joined.leden.max(),
    )
    whole = summed.filter(summed.bijdragen == summed.leden)
    return whole.select(*_FIGURE)
