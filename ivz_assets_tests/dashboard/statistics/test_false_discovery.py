"""Benjamini-Hochberg against its own paper, against statsmodels, and what holds for any family."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from ivz_assets.dashboard.statistics.false_discovery import benjamini_hochberg

PAPER = [
    *(0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590),
    1.0,
]
"""The fifteen p of Benjamini & Hochberg (1995), section 3.2."""

chances = st.lists(st.floats(1e-12, 1.0), min_size=1, max_size=40)


def test_the_four_that_the_paper_rejects() -> None:
    assert list(np.flatnonzero(benjamini_hochberg(PAPER) <= 0.05)) == [0, 1, 2, 3]


def test_written_out_by_hand() -> None:
    # Of four: 0.01 x 4/1, 0.02 x 4/2, 0.03 x 4/3 and 0.5 x 4/4, each at most the one after it.
    assert benjamini_hochberg([0.03, 0.01, 0.5, 0.02]) == pytest.approx([0.04, 0.04, 0.5, 0.04])


@given(chances)
def test_as_statsmodels_has_it(p: list[float]) -> None:
    assert benjamini_hochberg(p) == pytest.approx(multipletests(p, method="fdr_bh")[1])


@given(chances, st.randoms(use_true_random=False))
def test_never_below_p_and_order_changes_nothing(p: list[float], random: object) -> None:
    adjusted = benjamini_hochberg(p)
    assert bool((adjusted >= np.array(p)).all())
    assert bool((adjusted <= 1).all())
    order = np.array(random.sample(range(len(p)), len(p)))  # type: ignore[attr-defined]
    assert benjamini_hochberg(np.array(p)[order]) == pytest.approx(adjusted[order])


def test_no_tests_no_answers() -> None:
    assert benjamini_hochberg([]).size == 0


@pytest.mark.parametrize("wrong", [[float("nan")], [0.2, 1.2], [-0.1], [[0.1, 0.2]]])
def test_what_is_no_family_of_chances_is_refused(wrong: list[float]) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        benjamini_hochberg(wrong)
