"""Counts per window for the maps, as pure Ibis: of neighbourhoods from daily counts, of squares from places. No statistics."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from ivz_assets.dashboard.hot_spots.windows import Window

BASIS = "voorgevallen"
"""A hot spot is where and when it happened; the day of registration says when somebody came by."""

SQUARE = 500
"""Metres: squares of CBS, large enough that a square is no address in a town, small enough for a round of a patrol."""


def neighbourhood_counts(daily: ir.Table, levels: ir.Table, found: Sequence[Window], keys: Collection[str]) -> ir.Table:
    """Number that occurred per window (0 is the oldest), class key and neighbourhood.

    Columns: venster, klasse_sleutel, buurt_code, aantal.

    Args:
        daily: ``DAILY_COUNTS``.
        levels: ``CLASS_LEVELS``.
        found: output of ``windows``, at least one.
        keys: class keys that get a map.
    """
    counted = daily.filter(daily.datumbasis.cast(dt.string) == BASIS)
    counted = counted.mutate(venster=_window(counted.datum, found))
    counted = counted.filter((counted.venster >= 0) & (counted.venster < len(found)))
    by_class = ["maatschappelijke_klasse", "projectcode"]
    counted = counted.group_by("venster", "buurt_code", *by_class).aggregate(aantal=counted.aantal.sum())
    placed = counted.join(levels.filter(levels.klasse_sleutel.isin(sorted(keys))), by_class)
    return placed.group_by("venster", "klasse_sleutel", "buurt_code").aggregate(aantal=placed.aantal.sum().cast(dt.int64))


def square_counts(incidents: ir.Table, locations: ir.Table, found: Sequence[Window], classes: Collection[str]) -> ir.Table:
    """Per window, class and square the number that occurred: venster, maatschappelijke_klasse, vlak_x, vlak_y, aantal.

    ``vlak_x`` and ``vlak_y`` number the squares of 500 m from the origin of RD New; both are NULL for incidents without a
    place in the region's rectangle. The places themselves go no further than this.

    Args:
        incidents: ``INCIDENTS``.
        locations: ``INCIDENT_LOCATIONS``, restricted.
        found: output of ``windows``, at least one.
        classes: classes that may carry x/y.
    """
    inside = incidents.filter(incidents.binnen_regio & incidents.maatschappelijke_klasse.isin(sorted(classes)))
    inside = inside.mutate(venster=_window(inside.datum_voorval, found))
    inside = inside.filter((inside.venster >= 0) & (inside.venster < len(found)))
    here = locations.filter(locations.in_regio)
    squares = here.select(
        "levering_id",
        "rij",
        vlak_x=(here.rd_x / SQUARE).floor().cast(dt.int32),
        vlak_y=(here.rd_y / SQUARE).floor().cast(dt.int32),
    )
    joined = inside.select("levering_id", "rij", "venster", "maatschappelijke_klasse").left_join(squares, ["levering_id", "rij"])
    return joined.group_by("venster", "maatschappelijke_klasse", "vlak_x", "vlak_y").aggregate(aantal=joined.count())


def _window(day: ir.DateValue, found: Sequence[Window]) -> ir.IntegerValue:
    """Number of the window a day lies in; they follow each other without a gap, twelve months each."""
    first = found[0].begin.year * 12 + found[0].begin.month - 1
    months = day.year() * 12 + day.month() - 1 - ibis.literal(first)
    return (months / 12).floor().cast(dt.int32)
