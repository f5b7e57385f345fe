"""From incidents to counts by how long ago they happened and how long they took, as pure Ibis. No estimates."""

from __future__ import annotations

from datetime import date, timedelta

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from ivz_assets.dashboard.completeness.schema import LEVELS

DEVELOPMENT_WEEKS = 52
"""Delays of so many weeks and more are one column, the tail; complete is what is registered before it."""

HISTORY_WEEKS = 156
"""Weeks of occurrence from which delays are learned: three years, so that every delay below a year is seen two years long."""


PART = " | "
"""Between the key of a total and that of a category, in the key of what belongs to both."""


def first_day(data_from: date, anchor: date) -> date:
    """First day of the oldest whole block of seven days, counted back from ``anchor``, of which every registration can be known.

    Before the first registration date that was delivered, only what was registered late is there, which would make delays long.
    """
    blocks = min(((anchor - data_from).days + 1) // 7, HISTORY_WEEKS)
    return anchor - timedelta(days=7 * blocks - 1)


def lags(incidents: ir.Table, class_levels: ir.Table, first: date, anchor: date, up_to: date) -> ir.Table:
    """Counts inside the region per class level by age and by the two delays.

    Days are taken in blocks of seven that end on the weekday of ``anchor``, because registration has a rhythm of a week: seen a
    whole number of weeks later, every block has had the same weekdays.

    Args:
        first: first day of occurrence, the start of a block.
        anchor: last day of the newest block.
        up_to: last registration date that counts.

    Returns:
        klasse_sleutel (of a total also its parts by category); dagen_geleden: of the occurrence, before ``anchor``;
        kennisname_weken and registratie_weken: whole weeks after the end of the block, 0 is in the block itself,
        ``DEVELOPMENT_WEEKS`` is that or more; aantal. An unknown date of notice is that of registration; one outside occurrence
        and registration is brought back to them.
    """
    counted = incidents.filter(
        incidents.binnen_regio
        & (incidents.datum_voorval >= ibis.literal(first))
        & (incidents.datum_voorval <= ibis.literal(anchor))
        & (incidents.datum_registratie <= ibis.literal(up_to))
    )
    age = ibis.literal(anchor).delta(counted.datum_voorval, unit="day")
    registered = _weeks_after(counted.datum_registratie.delta(counted.datum_voorval, unit="day"), age)
    # Filled before the sum: the greatest of NULL and 0 is 0
    known = counted.datum_kennisname.fill_null(counted.datum_registratie)
    noticed = _weeks_after(known.delta(counted.datum_voorval, unit="day"), age)
    per_pair = counted.group_by(
        "maatschappelijke_klasse",
        projectcode=counted.projectcode.fill_null(""),
        dagen_geleden=age.cast(dt.int32),
        kennisname_weken=ibis.least(noticed, registered).cast(dt.int32),
        registratie_weken=registered.cast(dt.int32),
    ).aggregate(aantal=ibis._.count())
    joined = per_pair.join(_with_parts(class_levels), ["maatschappelijke_klasse", "projectcode"])
    keys = ["klasse_sleutel", "dagen_geleden", "kennisname_weken", "registratie_weken"]
    return joined.group_by(keys).aggregate(aantal=joined.aantal.sum().cast(dt.int32))


def known_per_day(daily_counts: ir.Table, class_levels: ir.Table, first: date) -> ir.Table:
    """Counts per class level and day of occurrence from ``first`` on, all areas together: klasse_sleutel, datum, aantal."""
    recent = daily_counts.filter((daily_counts.datumbasis == "voorgevallen") & (daily_counts.datum >= ibis.literal(first)))
    pairs = recent.group_by("maatschappelijke_klasse", "projectcode", "datum").aggregate(aantal=ibis._.aantal.sum())
    levels = class_levels.filter(class_levels.klasse_niveau.isin(LEVELS))
    joined = pairs.join(levels, ["maatschappelijke_klasse", "projectcode"])
    return joined.group_by("klasse_sleutel", "datum").aggregate(aantal=joined.aantal.sum().cast(dt.int32))


def _with_parts(class_levels: ir.Table) -> ir.Table:
    """The levels wanted and, of each total, its parts by category.

    Fraud comes in months later than burglary. When its part in the crimes changes, so does the delay of the total; that of the
    parts does not.
    """
    pair = ["maatschappelijke_klasse", "projectcode"]
    # Types that say nothing about NULL; ibis will not union a NOT NULL column with a computed one
    class_levels = class_levels.cast(dict.fromkeys(class_levels.columns, "string"))
    wanted = class_levels.filter(class_levels.klasse_niveau.isin(LEVELS)).select(*pair, "klasse_sleutel")
    totals = class_levels.filter(class_levels.klasse_niveau == "totaal").select(*pair, totaal="klasse_sleutel")
    both = class_levels.filter(class_levels.klasse_niveau == "categorie").select(*pair, deel="klasse_sleutel").join(totals, pair)
    return ibis.union(wanted, both.select(*pair, klasse_sleutel=both.totaal + PART + both.deel))


def _weeks_after(delay: ir.IntegerValue, age: ir.IntegerValue) -> ir.IntegerValue:
    """Whole weeks from the end of the block of an occurrence to the block of a day ``delay`` days after it."""
    past_block = ibis.greatest(delay - age % 7, 0)
    return ibis.least((past_block + 6) // 7, DEVELOPMENT_WEEKS)
