"""Aoristic weights of intervals per hour of the week, as a difference array in Ibis. No areas, classes or periods.

An interval adds the same weight to every whole hour it covers. Written hour by hour that is a row for each of them; as the
difference between an hour and the one before it, it is a row where the whole hours begin and one where they end, however
long it lasts. Differences can be added up over any group first; a cumulative sum then gives the weights.

Weights are whole numbers of ``UNIT`` parts of an incident until the end. The parts of one incident are exactly ``UNIT``, sums
do not depend on the order of the rows, and an hour in which nothing can have happened is exactly nought. In floating point
each of these would hold but for a rounding, which another run or another engine makes differently.
"""

from __future__ import annotations

from collections.abc import Sequence

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

UNIT = 10**11
"""Parts of an incident: the first hour of an interval takes what rounding leaves, at most 168 of them. Nine million times ten
incidents in one group still fit in 64 bits."""

HOURS = 168
"""Hours of a week; hour 0 is Monday 00:00-01:00."""

MINUTES = HOURS * 60
"""An interval of this length or longer says nothing about the hour of the week, and is not for this module."""


def changes(intervals: ir.Table, keys: Sequence[str]) -> ir.Table:
    """What intervals change in the weights of their group.

    Args:
        intervals: ``keys``, ``begin_minuut`` (0 to 10079, minutes since Monday 00:00) and ``duur`` (minutes, below 10080; nought
            or less puts the whole weight in the hour of the begin).
        keys: columns that name the group.

    Returns:
        The keys, ``uur`` (hour of the week), ``los`` (weight of that hour alone) and ``verschil`` (weight that begins or, below
        nought, ends there and lasts until another change), both in ``UNIT``; a row per group and hour in which something changes.
    """
    length = ibis.greatest(intervals.duur, 0).cast(dt.int64)
    begin = intervals.begin_minuut.cast(dt.int64)
    end = begin + length
    first, last = begin // 60, end // 60
    # The weight of a whole hour: 60 minutes of the length. Nothing uses it without one, but dividing by nought is a fault.
    whole = ibis.literal(60 * UNIT, dt.int64) // ibis.greatest(length, 1)
    nothing = ibis.literal(0, dt.int64)
    in_last = ibis.ifelse(last > first, (end - last * 60) * whole // 60, nothing)
    in_between = ibis.ifelse(last > first, last - first - 1, nothing)
    # Each part reads the intervals anew: a table of all that is computed here would be held in memory between them. What is
    # short touches no whole hour; asking that first spares most intervals the rest of the question.
    parts = [
        (None, first, UNIT - in_last - in_between * whole, nothing),
        ((length > 60) & (in_between > 0), (first + 1) % HOURS, nothing, whole),
        ((length > 0) & (last > first), last % HOURS, in_last, ibis.ifelse(in_between > 0, -whole, nothing)),
        # Whole hours that run on into the next week are there from its first hour.
        ((length > 60) & (in_between > 0) & (last // HOURS > (first + 1) // HOURS), nothing, nothing, whole),
    ]
    selected = [
        (intervals if condition is None else intervals.filter(condition)).select(
            *keys, uur=hour.cast(dt.int64), los=alone.cast(dt.int64), verschil=difference.cast(dt.int64)
        )
        for condition, hour, alone, difference in parts
    ]
    return summed(ibis.union(*selected), keys)


def summed(changed: ir.Table, keys: Sequence[str]) -> ir.Table:
    """Changes added up over the groups that ``keys`` name: the same columns with other keys."""
    return changed.group_by([*keys, "uur"]).aggregate(
        los=changed.los.sum().cast(dt.int64), verschil=changed.verschil.sum().cast(dt.int64)
    )


def weights(changed: ir.Table, keys: Sequence[str]) -> ir.Table:
    """The weight of every hour in which something can have happened: the keys, ``uur`` (0 to 167), ``gewicht`` (in ``UNIT``).

    Between two changes the weight is the same, so that only the hours in which there is one are added up and the rest copied.
    """
    in_order = ibis.cumulative_window(group_by=list(keys), order_by="uur")
    until = ibis.window(group_by=list(keys), order_by="uur")
    running = changed.select(
        *keys,
        "uur",
        "los",
        lopend=changed.verschil.sum().over(in_order).cast(dt.int64),
        volgende=changed.uur.lead().over(until),
    )
    running = running.filter((running.lopend > 0) | (running.los > 0))
    span = ibis.ifelse(running.lopend > 0, ibis.coalesce(running.volgende, HOURS) - running.uur, 1)
    spread = running.select(*keys, "uur", "los", "lopend", verder=ibis.range(0, span).unnest())
    return spread.select(
        *keys,
        uur=(spread.uur + spread.verder).cast(dt.int32),
        gewicht=(spread.lopend + ibis.ifelse(spread.verder == 0, spread.los, 0)).cast(dt.int64),
    )
