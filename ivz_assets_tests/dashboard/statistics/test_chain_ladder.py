"""The chain ladder against the triangle that Mack printed, against sums by hand and against simulated delays."""

from __future__ import annotations

import os

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivz_assets.dashboard.statistics import chain_ladder

N = np.nan
TAYLOR_ASHE = np.array(
    [
        [357848, 1124788, 1735330, 2218270, 2745596, 3319994, 3466336, 3606286, 3833515, 3901463],
        [352118, 1236139, 2170033, 3353322, 3799067, 4120063, 4647867, 4914039, 5339085, N],
        [290507, 1292306, 2218525, 3235179, 3985995, 4132918, 4628910, 4909315, N, N],
        [310608, 1418858, 2195047, 3757447, 4029929, 4381982, 4588268, N, N, N],
        [443160, 1136350, 2128333, 2897821, 3402672, 3873311, N, N, N, N],
        [396132, 1333217, 2180715, 2985752, 3691712, N, N, N, N, N],
        [440832, 1288463, 2419861, 3483130, N, N, N, N, N, N],
        [359480, 1421128, 2864498, N, N, N, N, N, N, N],
        [376686, 1363294, N, N, N, N, N, N, N, N],
        [344014, N, N, N, N, N, N, N, N, N],
    ]
)
"""Taylor & Ashe (1983), cumulative, as in Mack (1993) table 1."""

LATEST = np.array([TAYLOR_ASHE[9 - age, age] for age in range(10)])


def test_the_factors_are_those_that_mack_printed() -> None:
    factors = chain_ladder.develop(TAYLOR_ASHE).factors
    printed = [3.490607, 1.747333, 1.457413, 1.173852, 1.103824, 1.086269, 1.053874, 1.076555, 1.017725]
    assert factors == pytest.approx(printed, abs=6e-7)


def test_the_reserves_are_those_that_mack_printed() -> None:
    development = chain_ladder.develop(TAYLOR_ASHE)
    reserves = LATEST / development.share - LATEST
    printed = [4625811, 4278972, 3920301, 2177641, 1419459, 984889, 709638, 469511, 94634, 0]
    assert reserves == pytest.approx(printed, abs=0.51)
    assert reserves.sum() == pytest.approx(18_680_856, abs=0.51)


def test_the_standard_errors_are_those_that_mack_printed() -> None:
    """Mack (1993) table 3: per year, and 2,447,095 for their sum, in which the years share their factors."""
    development = chain_ladder.develop(TAYLOR_ASHE)
    ultimate = LATEST / development.share
    each = np.sqrt(sum(chain_ladder.prediction_variance(development, np.diag(ultimate))))
    printed = [1363155, 971258, 875328, 558317, 411010, 261406, 133549, 121699, 75535, 0]
    assert each == pytest.approx(printed, abs=0.51)
    assert np.sqrt(sum(chain_ladder.prediction_variance(development, ultimate))) == pytest.approx(2_447_095, abs=0.51)


def test_what_is_not_there_yet_is_not_looked_at() -> None:
    filled = np.where(np.isnan(TAYLOR_ASHE), -1e9, TAYLOR_ASHE)
    assert chain_ladder.develop(filled).factors == pytest.approx(chain_ladder.develop(TAYLOR_ASHE).factors)


def test_chance_alone_is_the_least_a_count_varies() -> None:
    """Without overdispersion the process variance of one row is n (1 - F) / F^2, that of a negative binomial."""
    triangle = np.tile([50.0, 80.0, 100.0], (30, 1))
    development = chain_ladder.develop(triangle, counts=True)
    assert development.share == pytest.approx([0.5, 0.8, 1.0])
    process, _ = chain_ladder.prediction_variance(development, [[100.0, 0.0, 0.0], [0.0, 100.0, 0.0]])
    assert process == pytest.approx([50 * 0.5 / 0.25, 80 * 0.2 / 0.64])


def test_nothing_reported_at_once_is_a_share_of_nought_and_not_an_error() -> None:
    development = chain_ladder.develop(np.tile([0.0, 3.0, 6.0], (9, 1)), counts=True)
    assert development.share == pytest.approx([0.0, 0.5, 1.0])
    assert np.isfinite(chain_ladder.prediction_variance(development, [1.0, 2.0, 3.0])).all()


def test_a_triangle_without_counts_develops_no_further() -> None:
    assert chain_ladder.develop(np.zeros((5, 3)), counts=True).share == pytest.approx([1, 1, 1])


def test_the_band_is_that_of_a_negative_binomial() -> None:
    """Mean 5 and variance 5: Poisson, of which 1 and 10 are the quantiles; nothing to come has no band."""
    low, high = chain_ladder.band([5.0, 0.0], [5.0, 0.0])
    assert (low.tolist(), high.tolist()) == ([1.0, 0.0], [10.0, 0.0])


def test_noticed_at_once_and_registered_later() -> None:
    """Half is registered at once; the other half a week later, of which three quarters had been noticed at once."""
    joint = [[40, 30], [0, 10]]
    assert chain_ladder.noticed_share([0.5, 1.0], joint) == pytest.approx([0.5 + 0.5 * 0.75, 1.0])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.integers(0, 30), min_size=4, max_size=4), min_size=6, max_size=12))
def test_shares_rise_to_one(increments: list[list[int]]) -> None:
    development = chain_ladder.develop(np.cumsum(increments, axis=1), counts=True)
    assert (np.diff(development.share) >= -1e-12).all()
    assert development.share[-1] == 1
    assert ((development.share >= 0) & (development.share <= 1)).all()
    assert np.isfinite(sum(chain_ladder.prediction_variance(development, np.ones(4)))).all()


def _simulated(rng: np.random.Generator, rate: float, dispersion: float, weeks: int = 104) -> np.ndarray:
    """Increments per week of occurrence and week of delay: counts that vary more than Poisson, with two thirds in at once."""
    chance = np.array([0.66, *(0.34 * np.diff(1 - np.exp(-np.arange(20) / 4)))])
    chance /= chance.sum()
    totals = rng.poisson(rate * rng.gamma(dispersion, 1 / dispersion, weeks))
    return np.array([rng.multinomial(total, chance) for total in totals])


@pytest.mark.parametrize("rate", [5.0, 40.0, 400.0])
def test_bands_cover_what_comes_in(rate: float) -> None:
    """Nominal 95%: at least 93% of the totals lie in their band, and the band is not absurdly wide."""
    runs = 1500 if os.environ.get("IVZ_SIMULATE") else 60
    rng = np.random.default_rng(20260322)
    held, width, chance_alone = [], [], []
    for _ in range(runs):
        increments = _simulated(rng, rate, 30)
        cumulative, final = increments.cumsum(1), increments.sum(1)
        development = chain_ladder.develop(cumulative, counts=True)
        ages = np.arange(8)
        known = cumulative[len(cumulative) - 1 - ages, ages] + 0.5
        ultimate = np.zeros((len(ages), cumulative.shape[1]))
        ultimate[ages, ages] = known / development.share[ages]
        variance = sum(chain_ladder.prediction_variance(development, ultimate))
        low, high = chain_ladder.band(known * (1 / development.share[ages] - 1), variance)
        came = final[len(final) - 1 - ages] - (known - 0.5)
        held.append((low <= came) & (came <= high))
        width.append((high - low)[0])
        chance_alone.append(2 * 1.96 * np.sqrt(known[0] * (1 - development.share[0])) / development.share[0])
    assert np.mean(held) >= 0.93
    assert np.mean(width) <= 1.3 * np.mean(chance_alone)
