"""Between which rates an area lies when it differs from the region by chance alone: the limits of a funnel plot. No store.

Source: D.J. Spiegelhalter (2005), Funnel plots for comparing institutional performance, Statistics in Medicine 24, appendix A.1.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import stats


def control_limits(expected: npt.ArrayLike, confidence: float) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Counts between which a Poisson count with this expectation lies with this confidence; interpolated, so not whole.

    Args:
        expected: expected counts, more than 0.
        confidence: of both sides together, such as 0.95.
    """
    tail = (1 - confidence) / 2
    return _quantile(expected, tail), _quantile(expected, 1 - tail)


def _quantile(expected: npt.ArrayLike, probability: float) -> npt.NDArray[np.float64]:
    """The count, moved back by the share of its own probability that lies beyond the wanted one (appendix A.1.1)."""
    mean = np.asarray(expected, dtype=np.float64)
    count = stats.poisson.ppf(probability, mean)
    beyond = (stats.poisson.cdf(count, mean) - probability) / stats.poisson.pmf(count, mean)
    return np.maximum(count - beyond, 0.0)
