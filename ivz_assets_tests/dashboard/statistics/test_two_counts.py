"""The E-test: its published value, an independent sum in fractions, scipy, and its limit for large counts."""

from __future__ import annotations

import itertools
from fractions import Fraction
from itertools import product
from math import exp, factorial

import numpy as np
import pytest
from scipy import stats

from ivz_assets.dashboard.statistics.two_counts import LEAST_EXPECTED, NORMAL_FROM, e_test, exact_test, normal_test, statistic


def by_fractions(x: int, y: int, days: int, other_days: int) -> float:
    """Equation 3.5 as it is printed, a double sum; what is at least as extreme is decided in fractions, so ties are ties."""
    r = Fraction(days, other_days)

    def squared(a: int, b: int) -> Fraction:
        spread = a + r**2 * b
        return (a - r * b) ** 2 / spread if spread else Fraction(0)

    mean = float((x + y) / (1 + r))
    least, most = squared(x, y), int(x + y + 12 * (x + y) ** 0.5 + 12)
    first = [exp(-float(r) * mean) * (float(r) * mean) ** a / factorial(a) for a in range(most)]
    second = [exp(-mean) * mean**b / factorial(b) for b in range(most)]
    return sum(first[a] * second[b] for a, b in product(range(most), range(most)) if squared(a, b) >= least)


def test_published_value() -> None:
    # Krishnamoorthy and Thomson (2004): 6 against 2.
    assert e_test([6], [2])[0] == pytest.approx(0.17487, abs=5e-6)


@pytest.mark.parametrize(("days", "other_days"), [(1, 1), (31, 28), (7, 35), (366, 365)])
def test_against_the_printed_sum(days: int, other_days: int) -> None:
    pairs = [(0, 1), (2, 0), (0, 2), (3, 0), (1, 4), (6, 2), (5, 9), (9, 0), (12, 20)]
    found = e_test([x for x, _ in pairs], [y for _, y in pairs], days / other_days)
    assert found == pytest.approx([by_fractions(x, y, days, other_days) for x, y in pairs], abs=1e-7)


def test_against_scipy() -> None:
    # scipy decides in floating point what is as extreme, and so misses some outcomes that tie (0 against 2 days apart: 2 against
    # 0 has the very same statistic). Where it differs, it is lower, and the printed sum is ours.
    days = ((1, 1), (31, 28), (31, 155))
    grid = [(x, y, d) for x, y in product((0, 1, 3, 6, 14, 61), (0, 2, 5, 10, 25, 150)) for d in days if x != y]
    found = np.concatenate([e_test([x], [y], d[0] / d[1]) for x, y, d in grid])
    theirs = np.array([stats.poisson_means_test(x, d[0], y, d[1]).pvalue for x, y, d in grid])
    apart = ~np.isclose(found, theirs, atol=1e-6, rtol=0)
    assert (theirs <= found + 1e-6).all()
    assert apart.mean() < 0.2
    told = [
        (p, by_fractions(x, y, *d))
        for (x, y, d), p in zip(itertools.compress(grid, apart), found[apart], strict=True)
        if x + y < 20
    ]
    assert len(told) > 2
    assert [p for p, _ in told] == pytest.approx([p for _, p in told], abs=1e-6)


def test_equal_rates_are_no_difference() -> None:
    assert e_test([0, 4, 2, 700], [0, 4, 10, 3500], [1, 1, 0.2, 0.2]).tolist() == [1.0] * 4


def test_the_other_way_around_is_the_same() -> None:
    x, y, r = np.array([6, 0, 40, 900]), np.array([2, 5, 71, 1000]), np.array([1.0, 31 / 28, 0.2, 365 / 366])
    assert e_test(x, y, r) == pytest.approx(e_test(y, x, 1 / r), abs=1e-9)


def test_normal_where_counts_are_large() -> None:
    for ratio in (1.0, 31 / 30, 28 / 31, 366 / 365, 1 / 3, 1 / 5, 28 / 141):
        for together in (NORMAL_FROM, NORMAL_FROM + 57, 2 * NORMAL_FROM + 1):
            x = np.arange(0.0, together + 1)
            y, r = together - x, np.full(x.shape, ratio)
            if together * min(ratio, 1) / (1 + ratio) < LEAST_EXPECTED:
                continue
            chosen = statistic(x, y, r) > 0
            exact, normal = exact_test(x[chosen], y[chosen], r[chosen]), normal_test(x[chosen], y[chosen], r[chosen])
            apart = np.abs(exact - normal)
            assert apart[exact < 0.3].max() < 0.003, (ratio, together)
            assert apart.max() < 0.02, (ratio, together)


def test_realised_size_stays_near_the_nominal_one() -> None:
    # Fixed seed; the E-test is allowed to be a little liberal (Krishnamoorthy and Thomson 2004, figure 1), not more.
    generator = np.random.default_rng(4)
    for mean in (1.0, 5.0, 30.0):
        x, y = generator.poisson(mean, 20_000), generator.poisson(5 * mean, 20_000)
        found, place = np.unique(np.stack([x, y]), axis=1, return_inverse=True)
        p_values = e_test(found[0], found[1], 0.2)[place.ravel()]
        assert (p_values <= 0.05).mean() < 0.056


def test_a_rise_is_found() -> None:
    # A rise of 50% at 200 expected, and a tripling at 20 expected, against the mean of five years.
    generator = np.random.default_rng(5)
    for expected, times in ((200, 1.5), (20, 3.0)):
        x, y = generator.poisson(expected * times, 2_000), generator.poisson(5 * expected, 2_000)
        assert (e_test(x, y, 0.2) < 0.01).mean() > 0.9


def test_what_it_refuses() -> None:
    with pytest.raises(ValueError, match="E-test"):
        e_test([-1], [2])
    with pytest.raises(ValueError, match="E-test"):
        e_test([1], [2], 0.0)
