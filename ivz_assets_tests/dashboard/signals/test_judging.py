"""Realised false discoveries and power of the whole path: history, dispersion, method, families. By simulation.

A small version with a fixed seed runs always; ``IVZ_SIMULATE=1`` runs one that is large enough to tell 5% from 7%.
"""

from __future__ import annotations

import os
from datetime import date
from functools import cache

import numpy as np
import pytest
from scipy import stats

from ivz_assets.dashboard.periods import dim_periode
from ivz_assets.dashboard.signals.families import Q, corrected, families
from ivz_assets.dashboard.signals.history import Calendar, calendar
from ivz_assets.dashboard.signals.judging import Judged, Series, judge
from ivz_assets.dashboard.signals.schema import TE_WEINIG, ZELFDE_PERIODEN

SIMULATE = bool(os.environ.get("IVZ_SIMULATE"))
REGIONS = 400 if SIMULATE else 12
LAST = date(2026, 3, 22)


@cache
def _weeks() -> Calendar:
    return calendar("week", dim_periode(date(2018, 1, 1), LAST, (date(2018, 1, 1), LAST), []), date(2018, 1, 1))


def _newest_only(periods: Calendar) -> Calendar:
    """The calendar in which only the newest week is judged: the others are excluded as weeks to judge, not as examples."""
    excluded = np.ones(len(periods.keys), dtype=bool)
    excluded[-1] = False
    return Calendar(
        periods.kind, periods.keys, periods.names, periods.begins, periods.days, excluded, np.ones(excluded.size, dtype=bool)
    )


def drawn(random: np.random.Generator, means: np.ndarray, spread: float, weeks: int) -> np.ndarray:
    """Counts of classes x areas x weeks, with the variance ``spread`` times the mean."""
    repeated = np.repeat(means[:, :, None], weeks, axis=2)
    if spread == 1:
        return random.poisson(repeated)
    return random.negative_binomial(repeated / (spread - 1), 1 / spread)


def judged(counts: np.ndarray, level: str, periods: Calendar) -> tuple[Judged, np.ndarray]:
    """The newest week of these areas and of the region that they make up, with the corrected chances."""
    whole = np.concatenate([counts, counts.sum(axis=1, keepdims=True)], axis=1)
    levels = np.array([level] * counts.shape[1] + ["regio"])
    klasse, gebied, periode = np.nonzero(whole)
    series = Series(periods, levels, counts.shape[1], counts.shape[0], klasse, gebied, periode, whole[klasse, gebied, periode])
    groups = families(["Vermogensdelicten"] * counts.shape[0], levels)
    found, _ = judge(series, groups)
    return found[-1], corrected(found[-1].kans, groups)


def means_of(random: np.random.Generator, level: str) -> np.ndarray:
    """Means of ten classes: of 14 municipalities, some of them large, or of 150 neighbourhoods with few."""
    if level == "gemeente":
        return random.gamma(1, 8, (10, 14)) + 0.5
    return random.gamma(0.5, 0.5, (10, 150)) + 0.01


@pytest.mark.parametrize("spread", [1.0, 1.5])
@pytest.mark.parametrize("level", ["buurt", "gemeente"])
def test_without_signals_hardly_anything_is_found(level: str, spread: float) -> None:
    """In data without signals everything found is false, so the rate is the share of families with any; it is to be q."""
    random = np.random.default_rng(9)
    periods = _newest_only(_weeks())
    families_with, methods = [], set()
    for _ in range(REGIONS):
        counts = drawn(random, means_of(random, level), spread, len(periods.keys))
        found, adjusted = judged(counts, level, periods)
        families_with.append(bool((adjusted[:, :-1] <= Q).any()))
        methods |= set(found.farrington[:, :-1].ravel().tolist())
    assert methods == ({True, False} if level == "gemeente" else {False})
    # What chance leaves open in so many regions: three standard errors.
    assert np.mean(families_with) <= Q + 3 * np.sqrt(Q * (1 - Q) / REGIONS)


@pytest.mark.parametrize(("expected", "rise"), [(200, 1.5), (20, 3.0)])
@pytest.mark.parametrize("spread", [1.0, 1.5])
def test_a_rise_that_matters_is_found(expected: int, rise: float, spread: float) -> None:
    """One municipality's rise, as the only one in a family of ten classes and fourteen municipalities (140 comparisons)."""
    random = np.random.default_rng(3)
    periods = _newest_only(_weeks())
    found = 0
    for _ in range(REGIONS):
        means = means_of(random, "gemeente")
        means[0, 0] = expected
        counts = drawn(random, means, spread, len(periods.keys))
        counts[0, 0, -1] = drawn(random, means[:1, :1] * rise, spread, 1)[0, 0, 0]
        found += bool(judged(counts, "gemeente", periods)[1][0, 0] <= Q)
    assert found >= 0.9 * REGIONS


def test_counts_and_expectation_by_hand() -> None:
    """Nothing changes but in the newest week: 2 a week for years, then 7."""
    periods = _weeks()
    counts = np.full((1, 2, len(periods.keys)), 2)
    counts[0, 1, -1] = 7
    found, _ = judged(counts, "buurt", periods)
    assert found.basis == ZELFDE_PERIODEN
    assert list(found.aantal[0]) == [2, 7, 9]
    # Fifteen weeks of 2, and the half of the prior; the trend is that of the region, which does not change.
    assert found.verwacht[0, :2] == pytest.approx([30.5 / 15, 30.5 / 15])
    assert found.spreiding[0] == pytest.approx([1, 1, 1])
    assert found.kans[0, 1] == pytest.approx(stats.nbinom.sf(6, 30.5, 15 / 16))


def test_an_excluded_week_is_not_judged() -> None:
    periods = _newest_only(_weeks())
    series = Series(periods, np.array(["regio"]), 0, 1, *(np.array([value]) for value in (0, 0, len(periods.keys) - 1, 3)))
    found, bases = judge(series, families(["Vermogensdelicten"], series.levels))
    assert [item.position for item in found] == [len(periods.keys) - 1]
    assert [basis for position, basis in bases.items() if position < len(periods.keys) - 1] == [TE_WEINIG] * 12
