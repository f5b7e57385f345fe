"""From daily counts to counts per area, class and week or month, as numbers: pure Ibis. No statistics."""

from __future__ import annotations

from datetime import date

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from ivz_assets.weekmonitor.standardise import Keep

UNITS = {"week": "W", "maand": "M"}
"""Unit that a day is cut off to per kind of period."""


def period_counts(
    daily: ir.Table, areas: ir.Table, classes: ir.Table, kind: str, first: date, last: date, keep: Keep
) -> ir.Table:
    """Registrations per area, class and period, by day of registration: gebied_nr, klasse_nr, periode_begin, aantal.

    Args:
        daily: columns of ``DAILY_COUNTS``.
        areas: buurt_code and gebied_nr; a neighbourhood belongs to several areas.
        classes: maatschappelijke_klasse, projectcode and klasse_nr; a class belongs to several.
        first: first day that counts, the begin of a period.
        last: last day, the end of one.
    """
    mine = daily.filter((daily.datumbasis == "geregistreerd") & (daily.datum >= first) & (daily.datum <= last))
    begin = mine.datum.truncate(UNITS[kind]).cast(dt.date)
    finest = mine.group_by("buurt_code", "maatschappelijke_klasse", "projectcode", periode_begin=begin).aggregate(
        aantal=mine.aantal.sum()
    )
    classed = finest.join(classes, ["maatschappelijke_klasse", "projectcode"])
    # Classes first: they are fewer than the incidents of a neighbourhood's week, which the areas then multiply.
    per_class = keep(
        f"per_klasse_{kind}",
        classed.group_by("buurt_code", "klasse_nr", "periode_begin").aggregate(aantal=classed.aantal.sum()),
    )
    joined = per_class.join(areas, "buurt_code")
    return joined.group_by("gebied_nr", "klasse_nr", "periode_begin").aggregate(aantal=joined.aantal.sum().cast(dt.int32))


def recounted(signals: ir.Table, daily: ir.Table, area_levels: ir.Table, class_levels: ir.Table, keep: Keep) -> ir.Table:
    """The signals with ``geteld`` beside ``aantal``: counted again from the daily counts, by key and not by number."""
    wanted = signals.select("periode_soort", "periode_begin").distinct()
    mine = daily.filter(daily.datumbasis == "geregistreerd")
    cut = ibis.union(
        *[
            mine.select(
                "buurt_code",
                "maatschappelijke_klasse",
                "projectcode",
                "aantal",
                periode_soort=ibis.literal(kind),
                periode_begin=mine.datum.truncate(unit).cast(dt.date),
            )
            for kind, unit in UNITS.items()
        ]
    )
    kinds = wanted.mutate(periode_soort=wanted.periode_soort.cast("string"))
    kept = cut.semi_join(kinds, ["periode_soort", "periode_begin"])
    keys = ["periode_soort", "periode_begin", "buurt_code"]
    summed = kept.group_by(*keys, "maatschappelijke_klasse", "projectcode").aggregate(aantal=kept.aantal.sum())
    classed = summed.join(class_levels.drop("klasse_niveau"), ["maatschappelijke_klasse", "projectcode"])
    per_class = keep("herteld_per_klasse", classed.group_by(*keys, "klasse_sleutel").aggregate(aantal=classed.aantal.sum()))
    located = per_class.join(area_levels.drop("gebied_niveau"), "buurt_code")
    again = keep(
        "herteld",
        located.group_by("periode_soort", "periode_begin", "gebied_sleutel", "klasse_sleutel").aggregate(
            geteld=located.aantal.sum().cast(dt.int64)
        ),
    )
    plain = signals.mutate(periode_soort=signals.periode_soort.cast("string"))
    on = ["periode_soort", "periode_begin", "gebied_sleutel", "klasse_sleutel"]
    joined = plain.left_join(again, on)
    return joined.select(*signals.columns, geteld=joined.geteld.fill_null(0))
