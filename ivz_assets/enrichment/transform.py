"""From delivered figures to figures in force, quarantine, accounts and counts: pure Ibis. The store is ``recompute``'s."""

from __future__ import annotations

from datetime import date
from functools import reduce

import ibis
import ibis.expr.types as ir

from ivz_assets.deliveries.ledger import HELD, WITHDRAWN
from ivz_assets.enrichment.schema import ENRICHMENT_QUARANTINE, MUNICIPAL_ENRICHMENTS, STATUSSEN

SAME_FIGURE = ("leverancier_sleutel", "indicator", "uitsplitsing", "gebied_code", "periode_soort", "periode_begin")
"""A later delivery replaces what it names again. A measure is known by its begin: its end is only known later."""


def with_status(raw: ir.Table, terms: ir.Table, state: ir.Table, today: date) -> ir.Table:
    """Every delivered figure with the terms of its delivery and its one status.

    Args:
        raw: ``schema.RAW_ENRICHMENTS``.
        terms: ``schema.RAW_ENRICHMENT_TERMS``.
        state: the ledger (levering_id, toestand, rang, geleverd_op).
        today: the current date; what may not be kept until today does not count.
    """
    rows = raw.join(terms, "levering_id").join(state.select("levering_id", "toestand", "rang", "geleverd_op"), "levering_id")
    expired = rows.bewaren_tot < ibis.literal(today)
    counts = ~rows.toestand.isin([HELD, WITHDRAWN]) & ~expired & rows.regels.isnull()
    newest = ibis.ifelse(counts, rows.rang, ibis.null("int64")).max().over(ibis.window(group_by=SAME_FIGURE))
    status = ibis.cases(
        (rows.toestand == WITHDRAWN, "teruggetrokken"),
        (rows.toestand == HELD, "vastgehouden"),
        (expired, "verlopen"),
        (rows.regels.notnull(), "afgekeurd"),
        (rows.rang < newest, "vervangen"),
        else_="cijfers",
    )
    return rows.mutate(status=status)


def municipal_enrichments(rows: ir.Table, indicators: ir.Table, newest_codes: ir.Table, today: date) -> ir.Table:
    """The figures in force.

    Args:
        rows: ``with_status``.
        indicators: indicator, indicator_naam, thema, kleinste_aantal, deel_van of the catalogue as it is now.
        newest_codes: gebied_code, periode_begin, huidige_gebied_code.
        today: the day at which their age is told.

    Returns:
        The columns of ``schema.MUNICIPAL_ENRICHMENTS``.
    """
    standing = rows.filter(rows.status == "cijfers").left_join(indicators, "indicator", rname="{name}_nu")
    standing = standing.left_join(newest_codes, ["gebied_code", "periode_begin"], rname="{name}_nieuwst")
    standing = without_small_counts(standing)
    delivered = standing.geleverd_op.date()
    # What still runs says something about the day on which it was delivered.
    peildatum = standing.periode_eind.fill_null(delivered)
    return standing.mutate(
        indicator_naam=standing.indicator_naam.fill_null(standing.indicator),
        peildatum=peildatum,
        ouderdom_dagen=ibis.greatest(ibis.literal(today).delta(peildatum, unit="day"), 0).cast("int32"),
        buiten_geldigheid=(standing.periode_begin > standing.geldig_tot) | (peildatum < standing.geldig_van),
    ).select(*MUNICIPAL_ENRICHMENTS.columns)


def without_small_counts(rows: ir.Table) -> ir.Table:
    """The figures with ``onderdrukt``, and no value where that is so; margins are of samples and have no small counts.

    A count from 1 up to ``kleinste_aantal`` is of people or premises that a neighbour could recognise; nought is of nobody. In
    a breakdown the hidden ones together are the undivided indicator less what is shown: when that gives them away (one is
    hidden, or each must be the lowest or the highest that is hidden) the smallest other value is hidden, too. That is done
    whether the undivided indicator itself is there or not, for another breakdown of it adds up to the same.

    Args:
        rows: leverancier_sleutel, indicator, gebied_code, periode_soort, periode_begin, waarde, kleinste_aantal, deel_van.
    """
    marked = rows.mutate(klein=((rows.waarde > 0) & (rows.waarde < rows.kleinste_aantal)).fill_null(False))
    together = ("leverancier_sleutel", "indicator", "gebied_code", "periode_soort", "periode_begin")
    breakdown = ibis.window(group_by=together)
    hidden = marked.klein.sum().over(breakdown)
    total = ibis.ifelse(marked.klein, marked.waarde, 0).sum().over(breakdown)
    known = (hidden == 1) | (total == hidden) | (total == hidden * (marked.kleinste_aantal - 1))
    other = ~marked.klein & (marked.waarde > 0)
    order = ibis.window(group_by=together, order_by=[~other, marked.waarde, marked.uitsplitsing])
    first = ibis.row_number().over(order) == 0
    also = (marked.deel_van.notnull() & (marked.deel_van != "") & (hidden > 0) & known & other & first).fill_null(False)
    found = marked.mutate(onderdrukt=marked.klein | also)
    return found.mutate(waarde=ibis.ifelse(found.onderdrukt, ibis.null("float64"), found.waarde))


def quarantine(rows: ir.Table) -> ir.Table:
    """The rejected figures: the columns of ``schema.ENRICHMENT_QUARANTINE``."""
    rejected = rows.filter(rows.status == "afgekeurd")
    return rejected.mutate(cel=rejected.kolom + rejected.rij.cast("string")).select(*ENRICHMENT_QUARANTINE.columns)


def accounts(rows: ir.Table, terms: ir.Table, state: ir.Table, destroyed: ir.Table) -> ir.Table:
    """Per delivery how many figures it delivered, by the ledger, and how many have each status.

    Args:
        destroyed: levering_id, vernietigd: how many figures were destroyed when their term was over; they keep the status that
            they had as a whole delivery.
    """
    counted = rows.group_by("levering_id").aggregate(
        **{status: (rows.status == status).sum().cast("int64") for status in STATUSSEN}
    )
    known = state.select("levering_id", "toestand", "rijen").join(terms.select("levering_id", "leverancier"), "levering_id")
    joined = known.left_join(counted, "levering_id").left_join(destroyed, "levering_id", rname="{name}_weg")
    whole = ibis.cases((joined.toestand.isin([HELD, WITHDRAWN]), joined.toestand), else_="verlopen")
    return joined.select(
        "levering_id", "leverancier", "rijen",
        **{
            name: joined[name].fill_null(0) + ibis.ifelse(whole == name, joined.vernietigd.fill_null(0), 0)
            for name in STATUSSEN
        },
    )  # fmt: skip


def rule_counts(problems: ir.Table) -> ir.Table:
    """Per delivery and rule how often it found something: the columns of ``schema.ENRICHMENT_RULE_COUNTS``."""
    return problems.group_by(["levering_id", "regel", "ernst"]).aggregate(aantal=problems.count().cast("int64"))


def changed(before: ir.Table, after: ir.Table) -> ir.Table:
    """Figures that stood before and that a delivery names again: ``gewijzigd`` says whether its value is another or gone.

    Args:
        before: standing figures without the delivery.
        after: standing figures of the delivery.
    """
    same = reduce(lambda left, right: left & right, (before[name] == after[name] for name in SAME_FIGURE))
    joined = before.join(after.select(*SAME_FIGURE, nieuwe_waarde="waarde"), same, rname="{name}_nieuw")
    return joined.select(gewijzigd=~joined.waarde.identical_to(joined.nieuwe_waarde))
