"""Gi* and its permutation p against esda, against complete enumeration, and on data with and without a pattern."""

from __future__ import annotations

import os
from itertools import combinations

import numpy as np
import pytest
from scipy import sparse

from ivz_assets.dashboard.statistics.false_discovery import benjamini_hochberg
from ivz_assets.dashboard.statistics.getis_ord import draws, neighbourhood, permutation_p, z_scores

LARGE = bool(os.environ.get("IVZ_SIMULATE"))
needs_esda = pytest.mark.skipif(not LARGE, reason="esda and its compiler take half a minute; IVZ_SIMULATE=1 runs them")


def lattice(side: int) -> sparse.csr_array:
    """Squares of a board that touch each other, corners too."""
    return neighbourhood(*_pairs(side), side * side)


def _pairs(side: int) -> tuple[list[int], list[int]]:
    left, right = [], []
    for here in range(side * side):
        for there in range(side * side):
            rows, columns = abs(here // side - there // side), abs(here % side - there % side)
            if here != there and max(rows, columns) == 1:
                left.append(here)
                right.append(there)
    return left, right


def test_z_is_that_of_the_example_of_esda() -> None:
    """Six points with neighbours within 15; binary weights, star: the figures of the docstring of esda.G_Local."""
    left = [0, 0, 1, 1, 1, 2, 3, 3, 3, 4, 4, 4, 4, 5]
    right = [1, 3, 0, 3, 4, 4, 0, 1, 4, 1, 2, 3, 5, 4]
    z = z_scores([2, 3, 3.2, 5, 8, 7], neighbourhood(left, right, 6))
    assert z.tolist() == pytest.approx([-1.39727626, -0.28917762, 0.65064964, -0.28917762, 1.23452088, 2.02424331], abs=1e-8)


def test_z_on_a_board_is_that_of_esda() -> None:
    """G_Local(y, lat2W(4, 4, rook=False), transform='B', star=True) of esda 2.9."""
    y = [5.93, 2.27, 1.15, 0.18, 0.78, 1.98, 1.33, 0.64, 2.37, 3.23, 1.7, 2.47, 1.44, 5.62, 1.37, 0.76]
    # fmt: off
    expected = [
        0.93217965, 0.30854083, -1.54113397, -1.75727275, 1.28833461, 0.62940909, -1.14504186, -1.56625689,
        0.93033304, 0.34745834, 0.12680122, -1.31502771, 1.52905551, 1.02768434, 0.84554319, -0.70396241,
    ]
    # fmt: on
    assert z_scores(y, lattice(4)).tolist() == pytest.approx(expected, abs=1e-7)


def test_p_is_the_share_of_all_orders() -> None:
    """Complete enumeration: every set of values that could have lain around each area."""
    values = np.array([1.0, 2.0, 2.5, 4.0, 7.0, 7.5, 9.0])
    left, right = [0, 1, 1, 2, 2, 3, 3, 3, 4, 5], [1, 0, 2, 1, 3, 2, 4, 5, 3, 3]
    weights = neighbourhood(left, right, 7)
    p = permutation_p(values, weights, draws(7, 4, 99_999))
    for area in range(6):
        members = np.flatnonzero(weights.toarray()[area])
        sums = [values[list(chosen)].sum() for chosen in combinations(range(7), len(members))]
        observed = values[members].sum()
        higher = np.mean([total >= observed - 1e-9 for total in sums])
        lower = np.mean([total <= observed + 1e-9 for total in sums])
        assert p[area] == pytest.approx(min(1.0, 2 * min(higher, lower)), abs=0.01)


def test_draws_are_fair_and_without_repeats() -> None:
    """Every area is equally likely on every place, and none is drawn twice in a row; the same ones each time."""
    drawn = draws(9, 9, 20_000)
    assert np.array_equal(np.sort(drawn, axis=1), np.tile(np.arange(9), (20_000, 1)))
    for place in range(9):
        assert np.bincount(drawn[:, place], minlength=9) / 20_000 == pytest.approx(1 / 9, abs=0.01)
    assert np.array_equal(drawn, draws(9, 9, 20_000))
    with pytest.raises(ValueError, match="cannot be drawn"):
        draws(3, 4)


def test_equal_values_say_nothing() -> None:
    """No z, and every order is as extreme as what was seen."""
    weights = lattice(3)
    assert np.isnan(z_scores([0.1] * 9, weights)).all()
    assert permutation_p([0.1] * 9, weights, draws(9, 9, 999)).tolist() == [1.0] * 9


def test_an_area_that_borders_on_all_says_nothing() -> None:
    """The middle of nine squares and its neighbours are all there is."""
    values = np.arange(9.0)
    assert np.isnan(z_scores(values, lattice(3))[4])
    assert permutation_p(values, lattice(3), draws(9, 9, 999))[4] == 1.0


def test_a_planted_cluster_is_found_and_nothing_far_from_it() -> None:
    """Three by three squares with three times the rate, on a board of twelve by twelve that varies otherwise."""
    random = np.random.default_rng(11)
    values = random.gamma(25, 1 / 25, 144).reshape(12, 12)
    values[2:5, 6:9] *= 3
    weights = lattice(12)
    q = benjamini_hochberg(permutation_p(values.ravel(), weights, draws(144, 9)))
    found = (q <= 0.05).reshape(12, 12)
    assert found[2:5, 7].all()
    assert found[3, 6:9].all()
    far = np.ones((12, 12), dtype=bool)
    far[1:6, 5:10] = False
    assert not (found & far).any()


def test_without_a_pattern_few_maps_have_a_spot() -> None:
    """Skewed values in random order: at most a share q of the maps has any spot, give or take the luck of the run."""
    runs = 4000 if LARGE else 150
    random = np.random.default_rng(12)
    weights, drawn = lattice(12), draws(144, 9, 9_999)
    with_any = 0
    for _ in range(runs):
        values = random.gamma(1.0, 1.0, 144)
        with_any += bool((benjamini_hochberg(permutation_p(values, weights, drawn)) <= 0.05).any())
    assert with_any / runs <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / runs)


@needs_esda
def test_z_against_esda() -> None:
    """Any board and any values: the same z."""
    from esda.getisord import G_Local
    from libpysal.weights import lat2W

    values = np.random.default_rng(5).gamma(1, 1, 400)
    theirs = G_Local(values, lat2W(20, 20, rook=False), transform="B", star=True, permutations=0).Zs
    assert z_scores(values, lattice(20)) == pytest.approx(theirs, abs=1e-8)


@needs_esda
def test_why_the_p_is_not_that_of_esda() -> None:
    """With its own value held fixed the p of Gi* is that of Gi to the last digit: the area itself does not count."""
    from esda.getisord import G_Local
    from libpysal.weights import lat2W

    values = np.random.default_rng(6).gamma(1, 1, 100)
    asked = {"transform": "B", "permutations": 999, "seed": 1, "keep_simulations": False, "n_jobs": 1}
    star = G_Local(values, lat2W(10, 10, rook=False), star=True, **asked)
    plain = G_Local(values, lat2W(10, 10, rook=False), star=False, **asked)
    assert np.array_equal(star.p_sim, plain.p_sim)
    assert not np.allclose(star.Zs, plain.Zs)
