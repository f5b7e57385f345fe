"""Limits and tests of the distinct counts and comparisons: from Arrow to Arrow, for the statistics know no tables."""

from __future__ import annotations

import numpy as np
import pyarrow

from ivz_assets.dashboard.figures.completeness import WHOLE
from ivz_assets.dashboard.statistics.limits import count_limits
from ivz_assets.dashboard.statistics.two_counts import e_test

DECIMALS = 4
"""Decimals of limits, ratios and means; what is beyond them means nothing and takes a third of the room on disk."""

TEST_DECIMALS = 6
"""Decimals of a p-value; the sum behind it leaves out less than one in ten million."""


def with_limits(counts: pyarrow.Table) -> pyarrow.Table:
    """Distinct counts (aantal) with aantal_laag and aantal_hoog, 95% limits."""
    low, high = count_limits(counts["aantal"].to_numpy())
    # Outwards, so that they promise no more than they did.
    low, high = np.floor(low * 10**DECIMALS) / 10**DECIMALS, np.ceil(high * 10**DECIMALS) / 10**DECIMALS
    return counts.append_column("aantal_laag", pyarrow.array(low)).append_column("aantal_hoog", pyarrow.array(high))


def with_tests(triples: pyarrow.Table) -> pyarrow.Table:
    """Distinct comparisons (aantal, ander, dagen, andere_dagen, binnen) with toets, the p-value of the E-test.

    Of a count that is not all in the exposure is its days times the share that is in, ``binnen`` in thousandths. Many
    comparisons differ in their days and not in the ratio of those, so the test is done once per ratio.
    """
    names = ("aantal", "ander", "dagen", "andere_dagen", "binnen")
    count, other, days, other_days, share = (triples[name].to_numpy().astype(np.int64) for name in names)
    exposure, other_exposure = days * share, other_days * WHOLE
    shared = np.gcd(exposure, other_exposure)
    parts = [count, other, exposure // shared, other_exposure // shared]
    distinct, place = np.unique(np.stack(parts), axis=1, return_inverse=True)
    p_values = e_test(distinct[0], distinct[1], distinct[2] / distinct[3])
    return triples.append_column("toets", pyarrow.array(p_values.round(TEST_DECIMALS)[place.ravel()]))
