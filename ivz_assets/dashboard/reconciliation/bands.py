"""The band within which another count of the same crimes is no surprise. Pure numbers; no tables."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

LEVEL = 0.95
"""Share of the counts that fall within the band when both are independent Poisson counts with the same mean. They are not
independent (most crimes are in both), so that fewer fall outside it: what does fall outside is worth a question."""

SLACK = {"ja": 0.10, "deels": 0.50}
"""By how much the means may differ, as a share of ours. A choice and no measurement: a tenth for another date and for crimes
that count only once, half where it is known that the police count classes in it that we do not."""


def tolerance_band(ours: ArrayLike, slack: ArrayLike) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Lowest and highest open count that fits with ours, both included.

    With a Gamma(1/2, 0) prior a mean of which one count x was seen is Gamma(x + 1/2, 1); another count with c times that mean is
    then negative binomial with size x + 1/2 and probability 1 / (1 + c) (Gelman et al., Bayesian Data Analysis, 3rd edition 2013,
    section 2.6). The lower limit takes c = 1 - slack, the upper one c = 1 + slack.

    Args:
        ours: counts, 0 or more.
        slack: of each count, 0 up to but not including 1.

    Raises:
        ValueError: a negative count, or a slack outside [0, 1).
    """
    size = np.asarray(ours, np.float64) + 0.5
    share = np.asarray(slack, np.float64)
    if (size < 0.5).any() or (share < 0).any() or (share >= 1).any():
        raise ValueError("counts are 0 or more, and a slack lies in [0, 1)")
    tail = (1 - LEVEL) / 2
    low = stats.nbinom.ppf(tail, size, 1 / (2 - share))
    high = stats.nbinom.ppf(1 - tail, size, 1 / (2 + share))
    return low.astype(np.int64), high.astype(np.int64)
