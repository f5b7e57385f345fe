"""From incidents to the hot times and their coverage on every level, as pure Ibis. Weights are made in ``difference_array``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from ivz_assets.dashboard.hot_times import difference_array
from ivz_assets.dashboard.hot_times.intervals import timed_incidents
from ivz_assets.dashboard.hot_times.schema import DASHBOARD_HOT_TIMES, DASHBOARD_HOT_TIMES_COVERAGE, FEWEST, SEIZOENEN
from ivz_assets.weekmonitor.standardise import Keep

_FINEST = ["buurt_nr", "basis_nr", "maand"]
_COUNTS = ("meegeteld", "te_lang", "zonder_tijd", "exact", "zonder_einde", "eind_voor_begin", "dubbel_uur")

_ROOM = 4096
"""Room for the number of a class, and for that of a season of a period, in the number of a group. One number is grouped and
sorted in half the time of three. A century of seasons and twenty times the classes of Bijlage 1A fit."""


@dataclass(frozen=True)
class Levels:
    """To what an incident belongs, as tables.

    Attributes:
        areas: buurt_code, gebied_niveau, gebied_sleutel.
        classes: maatschappelijke_klasse, projectcode, klasse_niveau, klasse_sleutel.
        months: output of ``periods.months``.
        grains: output of ``periods.grains``: which levels are combined.
    """

    areas: ir.Table
    classes: ir.Table
    months: ir.Table
    grains: ir.Table


def hot_times(incidents: ir.Table, levels: Levels, keep: Keep) -> tuple[ir.Table, ir.Table]:
    """The tables ``DASHBOARD_HOT_TIMES`` and ``DASHBOARD_HOT_TIMES_COVERAGE``.

    What incidents change in the weights is first added up per neighbourhood, class with project code and month, and then by
    number to the levels: areas and periods before classes, so that each step is small. Only the sums are spread over the hours,
    and the readable keys come back at the end.
    """
    numbers = _Numbers(levels, keep)
    placed = keep("uren_incidenten", numbers.numbered(timed_incidents(incidents)))

    counts = numbers.rolled("uren_aantallen", placed.mutate(aantal=ibis.literal(1)), [], ["aantal", *_COUNTS])
    coverage = keep("uren_dekking", numbers.labelled(_judged(counts)))

    changed = keep("uren_wijzigingen", difference_array.changes(placed.filter(placed.meegeteld), _FINEST))
    rolled = numbers.rolled("uren_gewijzigd", changed, ["uur"], ["los", "verschil"])
    weighed = keep("uren_gewichten", difference_array.weights(rolled, ["groep"]))
    # In the order of its key a table is small on disk, and a filter on an area reads little of it.
    weighed = weighed.order_by("groep", "uur").join(coverage, "groep")
    weighed = weighed.mutate(
        weekdag=(weighed.uur // 24 + 1).cast(dt.int32),
        uur=(weighed.uur % 24).cast(dt.int32),
        gewicht=weighed.gewicht.cast(dt.float64) / float(difference_array.UNIT),
    )
    return (
        weighed.select(*DASHBOARD_HOT_TIMES.columns),
        _shared(coverage.order_by("groep")).select(*DASHBOARD_HOT_TIMES_COVERAGE.columns),
    )


def _judged(counts: ir.Table) -> ir.Table:
    """Counts with the numbers of their group, and whether they are enough to speak of an hour: in the season, in the period."""
    counts = counts.mutate(
        gebied_nr=counts.groep // (_ROOM * _ROOM), periode_nr=counts.groep // _ROOM % _ROOM, klasse_nr=counts.groep % _ROOM
    )
    whole = counts.meegeteld.sum().over(ibis.window(group_by=["gebied_nr", "klasse_nr", counts.periode_nr // len(SEIZOENEN)]))
    return counts.mutate(voldoende=counts.meegeteld >= FEWEST, voldoende_periode=whole >= FEWEST)


def _shared(coverage: ir.Table) -> ir.Table:
    """Coverage under its published names, with the share left out and the share known to the hour."""
    named = coverage.rename({f"aantal_{name}": name for name in _COUNTS})
    left_out = (named.aantal_te_lang + named.aantal_zonder_tijd).cast(dt.float64)
    return named.mutate(
        aandeel_weggelaten=left_out / named.aantal,
        aandeel_exact=named.aantal_exact.cast(dt.float64) / named.aantal_meegeteld.nullif(0),
    )


class _Numbers:
    """Levels by number: grouping millions of rows by long texts is slow."""

    def __init__(self, levels: Levels, keep: Keep) -> None:
        self._keep = keep
        pairs = levels.grains.select("periode_soort", "gebied_niveau", "soort_nr", "paar").distinct()
        areas = levels.areas.join(pairs, "gebied_niveau")
        areas = areas.mutate(buurt_nr=_number(areas.buurt_code), gebied_nr=_number(areas.gebied_sleutel))
        self._areas = keep("uren_gebieden", areas)
        classes = levels.classes.join(levels.grains.select("klasse_niveau", "paar"), "klasse_niveau")
        base = [classes.maatschappelijke_klasse, classes.projectcode]
        classes = classes.mutate(basis_nr=_number(*base), klasse_nr=_number(classes.klasse_sleutel))
        self._classes = keep("uren_klassen", classes)
        self._months = levels.months

    def numbered(self, timed: ir.Table) -> ir.Table:
        """``timed_incidents`` with numbers for neighbourhood and class; one that no level knows is lost, and the gate sees it."""
        buurten = self._areas.select("buurt_code", "buurt_nr").distinct()
        bases = self._classes.select("maatschappelijke_klasse", "projectcode", "basis_nr").distinct()
        joined = timed.join(buurten, "buurt_code").join(bases, ["maatschappelijke_klasse", "projectcode"])
        return joined.select(*_FINEST, "begin_minuut", "duur", *_COUNTS)

    def rolled(self, name: str, finest: ir.Table, extra: Sequence[str], measures: Sequence[str]) -> ir.Table:
        """Whole-number measures per neighbourhood, class and month (and ``extra``) added up to every level.

        Returns:
            ``groep`` (number of area, season of a period, and class), ``extra`` and the measures.
        """
        months = self._months.select("maand", "soort_nr", "periode_nr")
        areas = self._areas.select("buurt_nr", "soort_nr", "gebied_nr", "paar")
        classes = self._classes.select("basis_nr", "paar", "klasse_nr")

        def added(joined: ir.Table, **keys: ir.Value) -> ir.Table:
            return joined.group_by(**keys, **{key: joined[key] for key in extra}).aggregate(
                **{measure: joined[measure].sum().cast(dt.int64) for measure in measures}
            )

        placed = finest.join(months, "maand").join(areas, ["buurt_nr", "soort_nr"])
        place = placed.gebied_nr.cast(dt.int64) * _ROOM + placed.periode_nr
        placed = self._keep(f"{name}_gebied", added(placed, plek=place, paar=placed.paar, basis_nr=placed.basis_nr))
        classed = placed.join(classes, ["basis_nr", "paar"])
        return self._keep(name, added(classed, groep=classed.plek * _ROOM + classed.klasse_nr))

    def labelled(self, numbered: ir.Table) -> ir.Table:
        """Rows with gebied_nr, klasse_nr and periode_nr with their readable keys."""
        areas = self._areas.select("gebied_nr", "gebied_niveau", "gebied_sleutel").distinct()
        classes = self._classes.select("klasse_nr", "klasse_niveau", "klasse_sleutel").distinct()
        periods = self._months.select("periode_nr", "periode_soort", "periode", "seizoen").distinct()
        return numbered.join(areas, "gebied_nr").join(classes, "klasse_nr").join(periods, "periode_nr")


def _number(*key: ir.Value) -> ir.IntegerColumn:
    return ibis.dense_rank().over(ibis.window(order_by=list(key))).cast(dt.int32)
