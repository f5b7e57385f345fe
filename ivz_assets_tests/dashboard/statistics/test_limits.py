"""Limits of a count: published values, and the share of draws that they hold, summed exactly."""

from __future__ import annotations

import numpy as np
import pytest

from ivz_assets.dashboard.statistics.limits import BYAR_FROM, byar_limits, count_limits, coverage, exact_limits


def test_published_values() -> None:
    # Breslow and Day (1987): ten cases give 4.795-18.390 exactly, 4.787-18.391 by Byar.
    assert [round(float(limit[0]), 3) for limit in exact_limits([10])] == [4.795, 18.390]
    assert [round(float(limit[0]), 3) for limit in byar_limits([10])] == [4.787, 18.391]
    # Garwood (1936), table of the 95% limits of 0, 1 and 5.
    low, high = count_limits([0, 1, 5])
    assert np.round(low, 4).tolist() == [0.0, 0.0253, 1.6235]
    assert np.round(high, 4).tolist() == [3.6889, 5.5716, 11.6683]


def test_exact_below_ten_and_byar_from_ten_on() -> None:
    counts = np.arange(0, 40)
    low, high = count_limits(counts)
    for chosen, limits in ((counts < BYAR_FROM, exact_limits(counts)), (counts >= BYAR_FROM, byar_limits(counts))):
        assert (low[chosen] == limits[0][chosen]).all()
        assert (high[chosen] == limits[1][chosen]).all()
    assert (np.diff(low) > 0).all()
    assert (np.diff(high) > 0).all()


def test_byar_is_never_narrower_than_exact_where_it_is_used() -> None:
    # That is why the promise of 95% holds for Byar's limits as well.
    counts = np.unique(np.concatenate([np.arange(BYAR_FROM, 5_000), np.geomspace(5_000, 1e6, 500).astype(int)]))
    assert (byar_limits(counts)[0] <= exact_limits(counts)[0]).all()
    assert (byar_limits(counts)[1] >= exact_limits(counts)[1]).all()


def test_limits_hold_the_mean_in_at_least_95_per_cent_and_not_too_often() -> None:
    # Coverage jumps at a limit and falls in between, so its extremes lie on either side of the limits themselves.
    low, high = count_limits(np.arange(0, 160))
    edges = np.concatenate([low[1:], high])
    means = np.concatenate([np.nextafter(edges, 0), np.nextafter(edges, np.inf), [300.0, 1000.5, 1686.5]])
    found = np.array([coverage(mean) for mean in means])
    assert found.min() >= 0.95
    assert found[means > 20].max() <= 0.97


def test_a_negative_count_is_refused() -> None:
    with pytest.raises(ValueError, match="below nought"):
        count_limits([3, -1])
