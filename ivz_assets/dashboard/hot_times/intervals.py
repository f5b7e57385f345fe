"""Which incidents can be placed in the week, and between which moments. No weights, no groups."""

from __future__ import annotations

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from ivz_assets.dashboard.hot_times.difference_array import MINUTES


def timed_incidents(incidents: ir.Table) -> ir.Table:
    """Incidents of the region with their place in the week.

    The rules (Ratcliffe 2002; Ashby & Bowers 2013): without an end, or with an end at or before the begin, the hour of the
    begin; an interval of 168 hours or longer is left out, and so is a begin that is missing or the default 00:00, which is
    never midnight. The period is that of the begin. Wall-clock time throughout, so that a day has 24 hours: the night in which
    the clock goes back is one hour short here, and an incident in the hour that comes twice is flagged.

    Args:
        incidents: columns of ``incidents``.

    Returns:
        buurt_code, maatschappelijke_klasse, projectcode ('' without one), ``maand`` (months since the year nought of the day it
        happened), ``meegeteld``, ``te_lang``, ``zonder_tijd`` (exactly one of these is true), ``exact``, ``zonder_einde``,
        ``eind_voor_begin``, ``dubbel_uur`` (each only where it is counted), ``begin_minuut`` (minutes since Monday 00:00; NULL
        without a begin) and ``duur`` (minutes, at least 0).
    """
    found = incidents.filter(incidents.binnen_regio)
    begin, end = found.begin_tijdstip, found.eind_tijdstip
    minutes_of_day = begin.hour().cast(dt.int64) * 60 + begin.minute()
    until = end.date().delta(begin.date(), unit="day").cast(dt.int64) * 1440 + end.hour() * 60 + end.minute() - minutes_of_day
    found = found.select(
        "buurt_code",
        "maatschappelijke_klasse",
        projectcode=found.projectcode.fill_null(""),
        maand=(found.datum_voorval.year() * 12 + found.datum_voorval.month() - 1).cast(dt.int32),
        begin_minuut=(begin.day_of_week.index().cast(dt.int64) * 1440 + minutes_of_day),
        tot=until,
        zonder_tijd=begin.isnull() | _flagged(found, "begintijd_standaard"),
        omgekeerd=_flagged(found, "eind_voor_begin"),
        dubbel=_flagged(found, "zomertijd_dubbel"),
    )
    found = found.mutate(duur=ibis.greatest(found.tot.fill_null(0), 0))
    counted = ~found.zonder_tijd & (found.duur < MINUTES)
    return found.select(
        "buurt_code", "maatschappelijke_klasse", "projectcode", "maand", "begin_minuut", "duur", "zonder_tijd",
        meegeteld=counted,
        te_lang=~found.zonder_tijd & (found.duur >= MINUTES),
        exact=counted & ~found.omgekeerd & found.tot.between(0, 60).fill_null(False),
        zonder_einde=counted & ~found.omgekeerd & found.tot.isnull(),
        eind_voor_begin=counted & found.omgekeerd,
        dubbel_uur=counted & found.dubbel,
    )  # fmt: skip


def _flagged(incidents: ir.Table, rule: str) -> ir.BooleanValue:
    """Whether a rule of the weekmonitor flagged the incident; several flags stand in one text with blanks between."""
    return (ibis.literal(" ") + incidents.kenmerken.fill_null("") + " ").contains(f" {rule} ")
