"""The band against sums written out, against its own claim, and against what it must never do."""

from __future__ import annotations

from math import lgamma

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from ivz_assets.dashboard.reconciliation.bands import LEVEL, SLACK, tolerance_band


def one(ours: int, slack: float) -> tuple[int, int]:
    low, high = tolerance_band([ours], [slack])
    return int(low[0]), int(high[0])


def test_nought_by_hand() -> None:
    # P(y) = C(y - 1/2, y) / 2^(y + 1/2): 0.7071, 0.1768, 0.0663, 0.0276; together 0.9502 up to 2 and 0.9778 up to 3.
    chances = [0.7071067812, 0.1767766953, 0.0662912607, 0.0276213586]
    found = [np.exp(lgamma(y + 0.5) - lgamma(0.5) - lgamma(y + 1)) * 0.5 ** (y + 0.5) for y in range(4)]
    assert found == pytest.approx(chances, rel=1e-8)
    assert sum(chances[:3]) < 0.975 < sum(chances)
    assert one(0, 0) == (0, 3)


@pytest.mark.parametrize(("ours", "slack"), [(7, 0.0), (32, 0.1), (120, 0.5)])
def test_it_is_the_predictive_distribution(ours: int, slack: float) -> None:
    def below(count: int, factor: float) -> float:
        """Chance of at most this count, by integrating the Poisson over what its mean may be."""
        prior = stats.gamma(ours + 0.5)
        found, _ = integrate.quad(lambda mean: stats.poisson.cdf(count, factor * mean) * prior.pdf(mean), 0, prior.ppf(1 - 1e-12))
        return float(found)

    low, high = one(ours, slack)
    tail = (1 - LEVEL) / 2
    assert below(low - 1, 1 - slack) < tail <= below(low, 1 - slack)
    assert below(high - 1, 1 + slack) < 1 - tail <= below(high, 1 + slack)


@pytest.mark.parametrize("mean", [0.5, 1, 2, 5, 10, 20, 50, 200])
def test_two_counts_with_the_same_mean_nearly_always_fit(mean: float) -> None:
    counts = np.arange(int(mean + 12 * mean**0.5 + 20))
    low, high = tolerance_band(counts, np.zeros(len(counts)))
    fits = stats.poisson.cdf(high, mean) - stats.poisson.cdf(low - 1, mean)
    share = float((stats.poisson.pmf(counts, mean) * fits).sum())
    assert share >= 0.94
    assert share <= 0.985 or mean < 5  # counts are whole: of small ones the band holds more than it says


def test_a_doubling_is_seen_and_a_tenth_more_is_not() -> None:
    low, high = one(148, SLACK["ja"])
    assert low <= 148 * 0.9 <= 148 * 1.1 <= high < 2 * 148
    assert one(4500, SLACK["ja"])[1] < 4500 * 1.15
    assert one(148, SLACK["deels"])[1] > high


@given(ours=st.lists(st.integers(0, 20_000), min_size=1, max_size=20), slack=st.floats(0, 0.9))
def test_the_band_holds_its_own_count_and_grows_with_the_slack(ours: list[int], slack: float) -> None:
    low, high = tolerance_band(ours, [slack] * len(ours))
    narrow_low, narrow_high = tolerance_band(ours, [0.0] * len(ours))
    assert (low <= narrow_low).all()
    assert (narrow_low <= ours).all()
    assert (narrow_high >= ours).all()
    assert (high >= narrow_high).all()
    assert (low >= 0).all()


@pytest.mark.parametrize(("ours", "slack"), [(-1, 0.1), (1, -0.1), (1, 1.0)])
def test_what_is_no_count_or_slack(ours: int, slack: float) -> None:
    with pytest.raises(ValueError, match="counts are 0 or more"):
        tolerance_band([ours], [slack])
