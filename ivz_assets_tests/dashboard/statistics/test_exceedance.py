"""The Gamma-Poisson exceedance against its check value, the integral it stands for, and simulation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from ivz_assets.dashboard.statistics.exceedance import band, deviations, dispersion, exceedance, expected, tau, upper_tail


def test_check_value_of_the_method() -> None:
    # A history of 8 periods with 32 together, and then 9: 0.031.
    assert float(exceedance(9, 32, 8)) == pytest.approx(0.031, abs=5e-4)
    assert float(exceedance(9, 32, 8)) == pytest.approx(stats.nbinom.sf(8, 32.5, 8 / 9))


@pytest.mark.parametrize(("observed", "total", "exposure"), [(9, 32, 8), (1, 0, 12), (3, 0, 4.5), (40, 250, 10.2)])
def test_it_is_the_poisson_chance_averaged_over_the_rate(observed: int, total: int, exposure: float) -> None:
    rate = stats.gamma(total + 0.5, scale=1 / exposure)
    averaged, _ = integrate.quad(lambda x: stats.poisson.sf(observed - 1, x) * rate.pdf(x), 0, rate.ppf(1 - 1e-12), limit=400)
    assert float(exceedance(observed, total, exposure)) == pytest.approx(averaged, rel=1e-4)


def test_nothing_observed_is_certain_to_be_reached_and_a_chance_is_never_nought() -> None:
    assert float(exceedance(0, 5, 10)) == 1.0
    assert 0 < float(exceedance(100_000, 5, 10)) < 1e-300


@given(st.integers(1, 60), st.integers(0, 300), st.floats(0.5, 15), st.floats(1, 4))
def test_one_more_is_never_likelier(observed: int, total: int, exposure: float, spread: float) -> None:
    chance = exceedance([observed, observed + 1], total, exposure, spread)
    assert 0 < chance[1] <= chance[0] <= 1


def test_the_mean_and_the_variance_are_as_said() -> None:
    mean, ratio = float(expected(20, 10, 1.5)), float(tau(10, 1.5))
    assert (mean, ratio) == pytest.approx((2.075, 1.65))
    counts = np.arange(200)
    chances = -np.diff(upper_tail(np.append(counts, 200), mean, ratio))
    assert chances @ counts == pytest.approx(mean)
    assert chances @ (counts - mean) ** 2 == pytest.approx(mean * ratio)


def test_without_spread_it_is_poisson() -> None:
    assert upper_tail([3, 8], 5, 1.0) == pytest.approx(stats.poisson.sf([2, 7], 5))


def test_the_band_holds_at_least_what_it_says() -> None:
    means = np.array([0.04, 0.5, 3.0, 20.0, 300.0])
    low, high = band(means, 1.4)
    inside = upper_tail(low, means, 1.4) - upper_tail(high + 1, means, 1.4)
    assert bool((inside >= 0.95).all())
    assert low[0] == 0
    assert high[0] == 1


def test_without_history_or_below_poisson_there_is_no_answer() -> None:
    with pytest.raises(ValueError, match="history"):
        tau(0)
    with pytest.raises(ValueError, match="dispersion"):
        tau(4, 0.9)


def test_deviations_by_hand() -> None:
    # Two periods, the second counts half: of 6 the first is to have 4 and the second 2; 3 and 3 came.
    squares, poisson = deviations([[3, 3]], [1.0, 0.5])
    assert squares == pytest.approx([1 + 1])
    assert poisson == pytest.approx([4 * (1 - 2 / 3) + 2 * (1 - 1 / 3)])


def test_dispersion_by_hand() -> None:
    # The group is (30 + 10) / (20 + 20) = 1; the first weighs 5 of its own 1.5, the second falls below Poisson.
    assert dispersion([30, 10], [20, 20], 5) == pytest.approx([(20 * 1 + 5 * 1.5) / 25, 1.0])
    # One that varies less than its group is taken to vary as much; one registration says next to nothing.
    assert dispersion([2, 300], [10, 100], 14) == pytest.approx([302 / 110, (20 * 302 / 110 + 14 * 3) / 34])
    assert dispersion([9, 0], [1, 3], 14)[0] == pytest.approx((20 * 9 / 4 + 1 * 9) / 21)
    assert dispersion([0, 0], [0, 0], 14) == pytest.approx([1, 1])


def test_dispersion_finds_that_of_simulated_counts() -> None:
    random = np.random.default_rng(7)
    mean = random.gamma(1, 1, (4000, 1))
    counts = random.negative_binomial(mean / 1.0, 1 / 2.0, (4000, 12))
    squares, poisson = deviations(counts, np.ones(12))
    assert squares.sum() / poisson.sum() == pytest.approx(2.0, rel=0.05)


@pytest.mark.parametrize("level", [0.05, 0.001])
def test_realised_size_stays_below_the_level(level: float) -> None:
    """Exact: the sum over every history and count, for Poisson means that an area has; a count is discrete."""
    for mean in (0.3, 2.0, 15.0):
        totals = np.arange(0, int(12 * mean + 12 * np.sqrt(12 * mean) + 30))
        counts = np.arange(0, int(mean + 14 * np.sqrt(mean) + 30))
        chances = exceedance(counts[None, :], totals[:, None], 12)
        weights = stats.poisson.pmf(totals, 12 * mean)[:, None] * stats.poisson.pmf(counts, mean)[None, :]
        size = weights[chances <= level].sum()
        assert 0 < size <= level
