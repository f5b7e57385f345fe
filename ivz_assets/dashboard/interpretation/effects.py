"""What the register did: old incidents entered on one day, registrations later than usual, classes that begin or end. Pure Ibis.

Each rule is one sentence with a number or two, so that an officer can check it; none of them is a statistical test.
"""

from __future__ import annotations

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

OLD_DAYS = 7
FEWEST_OLD = 20
LARGEST_SHARE_OLD = 0.25
"""A day on which at least 20 registrations, and more than a quarter of the month's, are of more than a week earlier."""

LATE_DAYS = 30
FEWEST_OF_MONTH = 100
FEWEST_BEFORE = 600
JUMP = 0.10
"""A month whose share registered more than 30 days late differs by ten points from that of the twelve months before."""

_YEAR = 365


def registered_days(incidents: ir.Table) -> ir.Table:
    """Registrations per municipality, subcategory and day, and how many were old (a week) or late (a month).

    Returns:
        gemeente_code, categorie, subcategorie, datum, aantal, oud, laat: one pass over the incidents for both rules.
    """
    inside = incidents.filter(incidents.binnen_regio)
    old = inside.datum_voorval < inside.datum_registratie - ibis.interval(days=OLD_DAYS)
    late = inside.datum_voorval < inside.datum_registratie - ibis.interval(days=LATE_DAYS)
    return inside.group_by("gemeente_code", "categorie", "subcategorie", datum=inside.datum_registratie).aggregate(
        aantal=inside.count(), oud=_whole(old), laat=_whole(late)
    )


def backlog_days(days: ir.Table, regio: str) -> ir.Table:
    """Days on which a backlog was entered: gebied_sleutel, subcategorie, maand, datum, oud, aantal.

    For every municipality and for the region; of a month with several such days the first with the most.

    Args:
        days: output of ``registered_days``.
        regio: key of the region.
    """
    columns = ("subcategorie", "datum", "aantal", "oud")
    text = dt.String(nullable=True)
    areas = ibis.union(
        days.select(*columns, gebied_sleutel=days.gemeente_code.cast(text)),
        days.select(*columns, gebied_sleutel=ibis.literal(regio).cast(text)),
    )
    areas = areas.mutate(maand=areas.datum.truncate("M").cast(dt.date))
    keys = ("gebied_sleutel", "subcategorie", "maand")
    months = areas.group_by(*keys).aggregate(aantal=_whole(areas.aantal))
    per_day = areas.group_by(*keys, "datum").aggregate(oud=_whole(areas.oud))
    judged = per_day.filter(per_day.oud >= FEWEST_OLD).join(months, list(keys))
    judged = judged.filter(judged.oud > judged.aantal * LARGEST_SHARE_OLD)
    in_order = ibis.window(group_by=keys, order_by=(ibis.desc("oud"), "datum"))
    found = judged.mutate(plaats=ibis.row_number().over(in_order))
    return found.filter(found.plaats == 0).select(*keys, "datum", "oud", "aantal").order_by(*keys)


def late_months(days: ir.Table) -> ir.Table:
    """Months in which registrations came later or sooner than in the twelve before: categorie, maand, aandeel, gewoon.

    Args:
        days: output of ``registered_days``.
    """
    months = days.group_by("categorie", maand=days.datum.truncate("M").cast(dt.date)).aggregate(
        aantal=_whole(days.aantal), laat=_whole(days.laat)
    )
    months = months.mutate(nummer=months.maand.year() * 12 + months.maand.month())
    # A month without any registration of a category has no row, so the twelve months before are a span and not twelve rows.
    before = ibis.window(group_by="categorie", order_by="nummer", range=(-12, -1))
    judged = months.mutate(eerder=months.aantal.sum().over(before), eerder_laat=months.laat.sum().over(before))
    enough = judged.filter((judged.aantal >= FEWEST_OF_MONTH) & (judged.eerder >= FEWEST_BEFORE))
    shares = enough.select("categorie", "maand", aandeel=enough.laat / enough.aantal, gewoon=enough.eerder_laat / enough.eerder)
    return shares.filter((shares.aandeel - shares.gewoon).abs() > JUMP).order_by("categorie", "maand")


def class_spans(daily: ir.Table) -> ir.Table:
    """Per class its first and last registration date and what was registered in the year beside each.

    Args:
        daily: ``daily_counts``.

    Returns:
        maatschappelijke_klasse, eerste, laatste, begin_aantal, eind_aantal.
    """
    registered = daily.filter(daily.datumbasis == "geregistreerd")
    per_day = registered.group_by("maatschappelijke_klasse", "datum").aggregate(aantal=_whole(registered.aantal))
    whole = ibis.window(group_by="maatschappelijke_klasse")
    dated = per_day.mutate(eerste=per_day.datum.min().over(whole), laatste=per_day.datum.max().over(whole))
    begins = dated.datum < dated.eerste + ibis.interval(days=_YEAR)
    ends = dated.datum > dated.laatste - ibis.interval(days=_YEAR)
    spans = dated.group_by("maatschappelijke_klasse", "eerste", "laatste").aggregate(
        begin_aantal=_whole(ibis.ifelse(begins, dated.aantal, 0)),
        eind_aantal=_whole(ibis.ifelse(ends, dated.aantal, 0)),
    )
    return spans.order_by("maatschappelijke_klasse")


def _whole(column: ir.Column) -> ir.Scalar:
    """A sum as a whole number: the sum of a sum would come back as a decimal."""
    return column.sum().cast(dt.int64)
