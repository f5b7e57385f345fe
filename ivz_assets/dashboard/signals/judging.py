"""Every series of one kind of period against its history: expected, band, chance. No store, no families, no sentences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ivz_assets.dashboard.signals.families import Families
from ivz_assets.dashboard.signals.history import Calendar, comparison
from ivz_assets.dashboard.signals.schema import TE_WEINIG
from ivz_assets.dashboard.statistics import exceedance, farrington

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.integer[Any]]

LARGE_LEVELS = ("gemeente", "basisteam", "regio")
LARGE_EXPECTED = 10.0
"""Registrations to expect in a week from which Farrington's regression has enough to go by."""


@dataclass(frozen=True)
class Series:
    """Counts of one kind of period as coordinates, sorted by class; what is not there is nought.

    ``levels`` holds the level of every area, ``regio`` the place of the region among them.
    """

    periods: Calendar
    levels: npt.NDArray[np.str_]
    regio: int
    classes: int
    klasse: Integers
    gebied: Integers
    periode: Integers
    aantal: Integers

    def of_class(self, number: int) -> Integers:
        """Counts of a class, areas x periods."""
        begin, end = np.searchsorted(self.klasse, [number, number + 1])
        counts = np.zeros((self.levels.size, len(self.periods.keys)), dtype=np.int32)
        counts[self.gebied[begin:end], self.periode[begin:end]] = self.aantal[begin:end]
        return counts

    def region(self) -> Floats:
        """Counts of the whole region, classes x periods."""
        counts = np.zeros((self.classes, len(self.periods.keys)))
        mine = self.gebied == self.regio
        counts[self.klasse[mine], self.periode[mine]] = self.aantal[mine]
        return counts


@dataclass(frozen=True)
class Judged:
    """Per period that could be judged: counts, expectation and chance of every series (classes x areas).

    ``variance`` is that of the next count over its mean, from which the band follows; ``spreiding`` that of counts alone.
    """

    position: int
    basis: str
    aantal: Integers
    verwacht: Floats
    variance: Floats
    spreiding: Floats
    historie: Floats
    kans: Floats
    farrington: npt.NDArray[np.bool_]


def judge(series: Series, groups: Families) -> tuple[list[Judged], dict[int, str]]:
    """Every tested period of the calendar, oldest first, and per tested position its basis (too little history, too).

    Args:
        groups: classes and areas that vary alike, of which the dispersion is estimated together; the families do.
    """
    periods, region = series.periods, series.region()
    compared = {position: comparison(periods, position, region) for position in periods.tested}
    bases = {position: TE_WEINIG if periods.excluded[position] else found.basis for position, found in compared.items()}
    wanted = [position for position, basis in bases.items() if basis != TE_WEINIG]
    shape = (len(wanted), series.classes, series.levels.size)
    observed: Integers = np.zeros(shape, dtype=np.int32)
    totals, squares, poisson = (np.zeros(shape) for _ in range(3))
    large = np.flatnonzero(np.isin(series.levels, LARGE_LEVELS))
    kept: Integers = np.zeros((series.classes, large.size, len(periods.keys)), dtype=np.int32)
    for number in range(series.classes):
        counts = series.of_class(number)
        kept[number] = counts[large]
        for place, position in enumerate(wanted):
            found = compared[position]
            history = counts[:, found.positions]
            observed[place, number] = counts[:, position]
            totals[place, number] = history.sum(axis=1)
            squares[place, number], poisson[place, number] = exceedance.deviations(history, found.exposure[number])
    judged = []
    for place, position in enumerate(wanted):
        found = compared[position]
        length = np.repeat(found.exposure.sum(axis=1)[:, None], shape[2], axis=1)
        spread = np.ones(shape[1:])
        for classes, areas in groups.values():
            block = np.ix_(classes, areas)
            spread[block] = exceedance.dispersion(squares[place][block], poisson[place][block], found.positions.size - 1)
        mean, variance = exceedance.expected(totals[place], length, spread), exceedance.tau(length, spread)
        chance = np.ones(shape[1:])
        there = observed[place] > 0
        chance[there] = exceedance.upper_tail(observed[place][there], mean[there], variance[there])
        judged.append(
            Judged(
                position, bases[position], observed[place], mean, variance, spread, length, chance,
                np.zeros(shape[1:], dtype=bool),
            )
        )  # fmt: skip
    if periods.kind == "week":
        for item in judged:
            _farrington(item, periods, kept, large, compared[item.position].even)
    return judged, bases


def _farrington(
    judged: Judged,
    periods: Calendar,
    counts: Integers,
    large: npt.NDArray[np.int64],
    even: npt.NDArray[np.bool_],
) -> None:
    """Puts Farrington's expectation in the place of the other where there is enough to expect; what it expects, not what came.

    Its season has levels of five to seven weeks: it cannot know the peak of a single one, and would call every New Year a
    signal. In such a week the same week of earlier years remains.
    """
    classes, areas = np.nonzero((judged.verwacht[:, large] >= LARGE_EXPECTED) & even[:, None])
    earlier = periods.same_in_earlier_years(judged.position)
    reference = [judged.position, *(place for place in earlier if place >= farrington.HALF_WINDOW)]
    forecast = farrington.forecast(counts[classes, areas], reference, periods.usable) if classes.size else None
    if forecast is None:
        return
    done = forecast.fitted
    where = (classes[done], large[areas[done]])
    judged.verwacht[where] = forecast.mean[done]
    judged.variance[where] = forecast.tau[done]
    judged.spreiding[where] = forecast.phi[done]
    judged.kans[where] = farrington.upper_tail(counts[classes, areas, judged.position], forecast)[done]
    judged.historie[where] = forecast.weeks
    judged.farrington[where] = True
