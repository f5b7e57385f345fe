"""From daily counts and open figures to comparisons, as pure Ibis. What fits what is in ``mapping``, the band in ``bands``."""

from __future__ import annotations

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from ivz_assets.dashboard.reconciliation.mapping import NIVEAUS
from ivz_assets.dashboard.reconciliation.schema import (
    DASHBOARD_RECONCILIATION,
    GEEN_CIJFER,
    NIET_TE_VERGELIJKEN,
    ONVOLLEDIG,
    SLUIT_AAN,
    VOORLOPIG,
    WIJKT_AF,
)
from ivz_assets.dashboard.transform import month_key

CELL = ["gebied_sleutel", "periode", "politie_code"]


def our_counts(daily: ir.Table, levels: ir.Table, classes: ir.Table) -> ir.Table:
    """Crimes per area, month and year of registration, and group: columns ``CELL`` and aantal_weekmonitor; without zeros.

    Args:
        daily: ``daily_counts``.
        levels: ``area_levels``.
        classes: maatschappelijke_klasse and the politie_code it is counted in.
    """
    registered = daily.filter(daily.datumbasis == "geregistreerd").join(classes, "maatschappelijke_klasse")
    per_month = registered.group_by("buurt_code", "politie_code", maand=month_key(registered.datum)).aggregate(
        aantal=registered.aantal_misdrijven.sum()
    )
    areas = levels.filter(levels.gebied_niveau.isin(NIVEAUS)).select("buurt_code", "gebied_sleutel")
    months = (
        per_month.join(areas, "buurt_code")
        .group_by("gebied_sleutel", "politie_code", periode=ibis._.maand)
        .aggregate(aantal_weekmonitor=ibis._.aantal.sum())
    )
    years = months.group_by("gebied_sleutel", "politie_code", periode=months.periode.left(4)).aggregate(
        aantal_weekmonitor=months.aantal_weekmonitor.sum()
    )
    columns = [*CELL, "aantal_weekmonitor"]
    return ibis.union(months.select(columns), years.select(columns))


def open_counts(counts: ir.Table, codes: ir.Table, regio: str, gemeenten: int) -> ir.Table:
    """Open figures per area, period and group: ``CELL`` and aantal_open, which is NULL when a part of the sum is not given.

    Args:
        counts: ``open_police_counts``.
        codes: politie_code of the group, enkele_code and aantal_codes.
        regio: key of the region, whose figure is the sum of its municipalities.
        gemeenten: how many municipalities that sum has.
    """
    single = counts.select("gemeente_code", "periode", "aantal", enkele_code=counts.politie_code)
    joined = single.join(codes, "enkele_code")
    own = joined.group_by("politie_code", "periode", "aantal_codes", gebied_sleutel=joined.gemeente_code).aggregate(
        som=joined.aantal.sum(), delen=joined.aantal.count()
    )
    whole = joined.group_by("politie_code", "periode", "aantal_codes", gebied_sleutel=ibis.literal(regio)).aggregate(
        som=joined.aantal.sum(), delen=joined.aantal.count()
    )
    whole = whole.mutate(aantal_codes=whole.aantal_codes * gemeenten)
    columns = [*CELL, "som", "delen", "aantal_codes"]
    both = ibis.union(own.select(columns), whole.cast({"aantal_codes": own.aantal_codes.type()}).select(columns))
    given = ibis.ifelse(both.delen == both.aantal_codes, both.som, ibis.null(dt.int64))
    return both.select(*CELL, aantal_open=given)


def cells(areas: ir.Table, periods: ir.Table, groups: ir.Table, ours: ir.Table, opened: ir.Table) -> ir.Table:
    """Every comparison there is to make, with both counts; what we do not count is zero, what the police do not give is NULL.

    Args:
        areas: gebied_niveau, gebied_sleutel, gebied_naam.
        periods: ``coverage.compared_periods``, with tabel and gewijzigd.
        groups: politie_code, politie_titel, subcategorieen, aansluitbaar, laagste_niveau, opmerking ('' when there is none).
        ours: ``our_counts``.
        opened: ``open_counts``.
    """
    every = areas.cross_join(periods).cross_join(groups)
    every = every.filter((every.laagste_niveau == "gemeente") | (every.gebied_niveau == "regio"))
    joined = every.left_join(ours, CELL).drop([f"{name}_right" for name in CELL])
    joined = joined.left_join(opened, CELL).drop([f"{name}_right" for name in CELL])
    return joined.mutate(
        aantal_weekmonitor=joined.aantal_weekmonitor.fill_null(0).cast(dt.int32), aantal_open=joined.aantal_open.cast(dt.int32)
    )


def dashboard_reconciliation(found: ir.Table, bands: ir.Table) -> ir.Table:
    """Columns of ``DASHBOARD_RECONCILIATION``.

    Args:
        found: ``cells``.
        bands: band_laag and band_hoog per aantal_weekmonitor and aansluitbaar.
    """
    rows = found.join(bands, ["aantal_weekmonitor", "aansluitbaar"])
    reason = ibis.cases(
        (~rows.volledig, ONVOLLEDIG),
        (rows.aantal_open.isnull(), GEEN_CIJFER),
        (rows.voorlopig, VOORLOPIG),
        else_=ibis.null(dt.string),
    )
    rows = rows.mutate(reden=reason)
    within = (rows.aantal_open >= rows.band_laag) & (rows.aantal_open <= rows.band_hoog)
    verdict = ibis.cases((rows.reden.notnull(), NIET_TE_VERGELIJKEN), (within, SLUIT_AAN), else_=WIJKT_AF)
    divisor = rows.aantal_open.nullif(0).cast(dt.float64)
    difference = (rows.aantal_weekmonitor - rows.aantal_open).cast(dt.int32)
    rows = rows.mutate(oordeel=verdict, verschil=difference, verschil_aandeel=difference / divisor)
    return rows.mutate(toelichting=_sentence(rows)).select(*DASHBOARD_RECONCILIATION.columns).order_by(*CELL)


def _sentence(rows: ir.Table) -> ir.StringValue:
    ours, opened = rows.aantal_weekmonitor.cast(dt.string), rows.aantal_open.cast(dt.string)
    where = rows.gebied_naam + ", " + rows.periode_naam + ", " + rows.politie_titel
    counted = (
        where + ": de weekmonitor telt " + ours + ", de politie maakt er " + opened.fill_null("geen cijfer voor") + " openbaar"
    )
    counted = ibis.ifelse(rows.aantal_open.isnull(), where + ": de weekmonitor telt " + ours, counted)
    band = " de band van " + rows.band_laag.cast(dt.string) + " tot en met " + rows.band_hoog.cast(dt.string) + "."
    remark = ibis.ifelse(rows.opmerking == "", "", ibis.literal(" Let op: ") + rows.opmerking + ".")
    return ibis.cases(
        (rows.oordeel == SLUIT_AAN, counted + ". Dat past binnen" + band),
        (rows.oordeel == WIJKT_AF, counted + ". Dat ligt buiten" + band + " Zoek uit waardoor." + remark),
        else_=counted + ". Niet te vergelijken: " + rows.reden + ".",
    )
