"""Global empirical-Bayes rates against figures written out, and against esda in the large run."""

from __future__ import annotations

import os

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivz_assets.dashboard.statistics.empirical_bayes import smoothed_rates

COUNTS, EXPOSURE = (3, 10, 0, 7, 2), (1000, 2000, 500, 4000, 1500)


def test_rates_are_those_of_marshall() -> None:
    """Mean and variance worked out by hand; the smoothed rates as esda.smoothing.Empirical_Bayes of esda 2.9 gives them."""
    rates = smoothed_rates(COUNTS, EXPOSURE)
    assert rates.raw.tolist() == [0.003, 0.005, 0.0, 0.00175, 2 / 1500]
    assert rates.mean == pytest.approx(22 / 9000)
    # sum n (r - m)^2 = 0.000308642 + 0.013061728 + 0.002987654 + 0.001929012 + 0.001851852; over 9000, less m / 1800.
    assert rates.variance == pytest.approx(0.020138889 / 9000 - 22 / 9000 / 1800, rel=1e-6)
    expected = [0.0025914577530176414, 0.0035139500734214387, 0.002071696094168004, 0.002034679089026915, 0.002054940549405494]
    assert rates.smoothed.tolist() == pytest.approx(expected, rel=1e-12)


def test_without_differences_beyond_chance_every_rate_is_the_mean() -> None:
    """Counts that lie nearer together than chance would have them."""
    rates = smoothed_rates([9, 11, 10, 10], [100, 100, 100, 100])
    assert rates.variance == 0.0
    assert rates.smoothed.tolist() == [0.1] * 4


def test_nothing_registered_is_a_rate_of_nought() -> None:
    """No division by nought."""
    assert smoothed_rates([0, 0], [100, 200]).smoothed.tolist() == [0.0, 0.0]


@pytest.mark.parametrize(
    ("counts", "exposure", "told"),
    [
        ([1, 2], [100], "same, positive length"),
        ([], [], "same, positive length"),
        ([1, -1], [100, 100], "leave such an area out"),
        ([1, 1], [100, 0], "leave such an area out"),
    ],
)
def test_what_cannot_be_smoothed_is_refused(counts: list[int], exposure: list[int], told: str) -> None:
    """A zero exposure must not become an infinite rate."""
    with pytest.raises(ValueError, match=told):
        smoothed_rates(counts, exposure)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 500), st.integers(1, 20_000)), min_size=1, max_size=40))
def test_a_smoothed_rate_lies_between_its_own_and_the_mean(areas: list[tuple[int, int]]) -> None:
    """Smoothing moves towards the mean, never past it."""
    counts, exposure = zip(*areas, strict=True)
    rates = smoothed_rates(counts, exposure)
    low, high = np.minimum(rates.raw, rates.mean), np.maximum(rates.raw, rates.mean)
    slack = 1e-9 * high.max()
    assert np.all(rates.smoothed >= low - slack)
    assert np.all(rates.smoothed <= high + slack)


@pytest.mark.skipif(not os.environ.get("IVZ_SIMULATE"), reason="esda takes seconds to import; IVZ_SIMULATE=1 runs it")
def test_against_esda() -> None:
    """The same rates as an independent implementation on drawn data."""
    smoothing = pytest.importorskip("esda.smoothing")
    random = np.random.default_rng(4)
    exposure = random.integers(100, 9000, 520)
    counts = random.poisson(exposure * 0.01 * random.gamma(2, 0.5, 520))
    theirs = np.asarray(smoothing.Empirical_Bayes(counts, exposure).r).ravel()
    assert smoothed_rates(counts, exposure).smoothed == pytest.approx(theirs, rel=1e-10)
