"""Figures per registration week, and a week beside its like in earlier years, as pure Ibis. The suite is in ``incidents``."""

from __future__ import annotations

from datetime import date

import ibis
import ibis.expr.types as ir

from ivz_assets.weekmonitor.expectations.chance import MINIMUM_EXPECTED, MINIMUM_JUMP, MINIMUM_USUAL, share

WEEKS_OF_COMPARISON = 1
"""Weeks either side of the same week in earlier years, so that a holiday that moves does not look like a jump."""


def per_week(rows: ir.Table, covered: ir.Table, first: date, last: date, minimum: int) -> ir.Table:
    """Per registration week between the first and the last that was ever delivered: coverage and shares."""
    days = covered.mutate(week_maandag=covered.datum.truncate("W").cast("date"))
    spoken = days.group_by("week_maandag").aggregate(gedekte_dagen=days.datum.nunique())
    bounds = days.aggregate(
        begin=days.week_maandag.min(), eind=days.week_maandag.max(), eerste_dag=days.datum.min(), laatste_dag=days.datum.max()
    )
    start = ibis.greatest(bounds.begin, ibis.literal(first))
    spine = bounds.select(
        week_maandag=ibis.range(
            start.cast("timestamp"), ibis.least(bounds.eind, ibis.literal(last)).cast("timestamp") + ibis.interval(days=1),
            ibis.interval(days=7),
        ).unnest().cast("date"),
        eerste_dag=bounds.eerste_dag,
        laatste_dag=bounds.laatste_dag,
    )  # fmt: skip
    by_part = rows.filter(rows.dagdeel.notnull()).group_by(["week_maandag", "dagdeel"]).aggregate(aantal=ibis._.count())
    largest = by_part.group_by("week_maandag").aggregate(
        grootste_aandeel_dagdeel=ibis.ifelse(by_part.aantal.max() >= minimum, by_part.aantal.max() / by_part.aantal.sum(), 0.0)
    )
    shares = rows.group_by("week_maandag").aggregate(
        incidenten=rows.count(), aandeel_buurt_onbekend=share(rows.buurt_onbekend, minimum)
    )
    joined = spine.left_join(spoken, "week_maandag").drop("week_maandag_right")
    joined = joined.left_join(shares, "week_maandag").drop("week_maandag_right").left_join(largest, "week_maandag")
    # History may begin, and a window may end, in the middle of a week.
    begin = ibis.greatest(joined.week_maandag, joined.eerste_dag)
    end = ibis.least((joined.week_maandag + ibis.interval(days=6)).cast("date"), joined.laatste_dag)
    return joined.select(
        "week_maandag",
        ontbrekende_dagen=end.delta(begin, unit="day") + 1 - joined.gedekte_dagen.fill_null(0),
        incidenten=joined.incidenten.fill_null(0),
        aandeel_buurt_onbekend=joined.aandeel_buurt_onbekend.fill_null(0.0),
        grootste_aandeel_dagdeel=joined.grootste_aandeel_dagdeel.fill_null(0.0),
    ).order_by("week_maandag")


def _complete_weeks(rows: ir.Table, covered: ir.Table, key: list[str]) -> ir.Table:
    """Counts per week and key, for weeks of which all seven days were delivered; a week without any counts as none."""
    days = covered.mutate(week_maandag=covered.datum.truncate("W").cast("date"))
    whole = days.group_by("week_maandag").aggregate(dagen=days.datum.nunique()).filter(ibis._.dagen == 7).select("week_maandag")
    cells = whole.cross_join(rows.select(*key).distinct()) if key else whole
    counts = rows.group_by(["week_maandag", *key]).aggregate(aantal=rows.count())
    joined = cells.left_join(counts, ["week_maandag", *key])
    return joined.select(
        "week_maandag",
        *key,
        aantal=joined.aantal.fill_null(0),
        iso_jaar=(joined.week_maandag + ibis.interval(days=3)).year(),
        iso_week=joined.week_maandag.week_of_year(),
    )


def _with_earlier_years(counts: ir.Table, key: list[str]) -> ir.Table:
    """Each count beside those of the same week, and of its neighbours, in earlier years (prefix ``eerder_``)."""
    counts, earlier = counts.view(), counts.rename("eerder_{name}").view()
    distance = (counts.iso_week - earlier.eerder_iso_week).abs()
    # Week 1 and week 52 are neighbours.
    near = (distance <= WEEKS_OF_COMPARISON) | (distance >= 52 - WEEKS_OF_COMPARISON)
    same = [counts[name] == earlier[f"eerder_{name}"] for name in key]
    return counts.join(earlier, [*same, earlier.eerder_iso_jaar < counts.iso_jaar, near])


def against_earlier_years(rows: ir.Table, covered: ir.Table, first: date, last: date) -> ir.Table:
    """Per week its incidents against the mean of the same weeks in earlier years."""
    counts = _complete_weeks(rows, covered, [])
    pairs = _with_earlier_years(counts, [])
    expected = pairs.group_by("week_maandag").aggregate(verwacht=pairs.eerder_aantal.mean())
    joined = counts.join(expected, "week_maandag")
    judged = joined.filter(joined.week_maandag.between(first, last) & (joined.verwacht >= MINIMUM_EXPECTED))
    return judged.select("week_maandag", "aantal", "verwacht", verhouding=judged.aantal / judged.verwacht).order_by(
        "week_maandag"
    )


def jumps(rows: ir.Table, covered: ir.Table, first: date, last: date) -> ir.Table:
    """Per week and subcategory its incidents against the higher of its own recent mean and its peak in earlier years.

    The peak of an earlier year is that of the week and its neighbours, because New Year's Eve lies in week 52, 53 or 1. A year
    that lacks the week itself says nothing of its peak; a week that no earlier year has is not judged.
    """
    counts = _complete_weeks(rows, covered, ["subcategorie"])
    before = ibis.window(group_by="subcategorie", order_by="week_maandag", preceding=(26, 1))
    counts = counts.mutate(eigen_gemiddelde=counts.aantal.mean().over(before))
    weeks = _with_earlier_years(_complete_weeks(rows, covered, []), [])
    itself = (weeks.iso_week == weeks.eerder_iso_week) | (weeks.iso_week == 53)
    years = weeks.filter(itself).select("week_maandag", "eerder_iso_jaar").distinct()
    pairs = _with_earlier_years(counts, ["subcategorie"]).semi_join(years, ["week_maandag", "eerder_iso_jaar"])
    peaks = pairs.group_by(["week_maandag", "subcategorie", "eerder_iso_jaar"]).aggregate(piek=pairs.eerder_aantal.max())
    summed = peaks.group_by(["week_maandag", "subcategorie"]).aggregate(pieken=peaks.piek.sum())
    history = years.group_by("week_maandag").aggregate(jaren=years.count())
    joined = counts.join(history, "week_maandag").left_join(summed, ["week_maandag", "subcategorie"])
    # A subcategory that did not occur in an earlier year counts as none there; below one a week a multiple means nothing.
    usual = ibis.greatest(joined.eigen_gemiddelde.fill_null(0.0), joined.pieken.fill_null(0) / joined.jaren, 1.0)
    judged = joined.mutate(niveau=usual)
    judged = judged.filter(judged.week_maandag.between(first, last) & (judged.aantal >= MINIMUM_JUMP))
    return judged.select("week_maandag", "subcategorie", "aantal", "niveau", sprong=judged.aantal / judged.niveau).order_by(
        "week_maandag", "subcategorie"
    )


def drops(rows: ir.Table, covered: ir.Table, key: str, first: date, last: date) -> ir.Table:
    """Per week and value of the key its incidents against the lower of its own recent mean and its weeks in earlier years."""
    counts = _complete_weeks(rows, covered, [key])
    before = ibis.window(group_by=key, order_by="week_maandag", preceding=(26, 1))
    counts = counts.mutate(eigen_gemiddelde=counts.aantal.mean().over(before))
    pairs = _with_earlier_years(counts, [key])
    lowest = pairs.group_by(["week_maandag", key]).aggregate(laagste=pairs.eerder_aantal.min())
    joined = counts.left_join(lowest, ["week_maandag", key])
    usual = ibis.least(joined.eigen_gemiddelde, ibis.coalesce(joined.laagste.cast("float64"), joined.eigen_gemiddelde))
    judged = joined.mutate(niveau=usual)
    judged = judged.filter(judged.week_maandag.between(first, last) & (judged.niveau >= MINIMUM_USUAL))
    return judged.select("week_maandag", key, "aantal", "niveau", daling=judged.aantal / judged.niveau).order_by(
        "week_maandag", key
    )
