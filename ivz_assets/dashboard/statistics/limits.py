"""Limits of a count that is a Poisson draw: exact below ten, Byar's from ten on. No store, no tables.

Sources: F. Garwood (1936) for the exact limits from the chi-square distribution; N.E. Breslow and N.E. Day (1987),
Statistical Methods in Cancer Research II, equation 2.10, for Byar's approximation.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import stats

Limits = tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]
"""Lower and upper limits, one of each per count."""

BYAR_FROM = 10
"""Smallest count that gets Byar's limits; below it they are too far from the exact ones."""

CONFIDENCE = 0.95
"""Share of the draws whose limits hold the true mean, at the least."""


def exact_limits(counts: npt.ArrayLike, confidence: float = CONFIDENCE) -> Limits:
    """Exact two-sided limits of the mean behind each count (Garwood 1936).

    Args:
        counts: registered numbers, 0 or more.
        confidence: of both sides together.

    Returns:
        Lower and upper limits, in the unit of the counts; the lower limit of 0 is 0.

    Raises:
        ValueError: a count is negative.
    """
    x = _counts(counts)
    tail = (1 - confidence) / 2
    low = np.where(x == 0, 0.0, stats.chi2.ppf(tail, 2 * np.maximum(x, 1)) / 2)
    return low, stats.chi2.ppf(1 - tail, 2 * x + 2) / 2


def byar_limits(counts: npt.ArrayLike, confidence: float = CONFIDENCE) -> Limits:
    """Byar's limits of the mean behind each count (Breslow and Day 1987, 2.10); arguments as of ``exact_limits``.

    Raises:
        ValueError: a count is negative.
    """
    x = _counts(counts)
    z = stats.norm.ppf((1 + confidence) / 2)
    least = np.maximum(x, 1)
    low = np.where(x == 0, 0.0, least * (1 - 1 / (9 * least) - z / (3 * np.sqrt(least))) ** 3)
    above = x + 1
    return low, above * (1 - 1 / (9 * above) + z / (3 * np.sqrt(above))) ** 3


def count_limits(counts: npt.ArrayLike, confidence: float = CONFIDENCE) -> Limits:
    """Limits as the figures carry them: exact below ``BYAR_FROM``, Byar's from there on; arguments as of ``exact_limits``.

    Raises:
        ValueError: a count is negative.
    """
    x = _counts(counts)
    low, high = byar_limits(x, confidence)
    small = x < BYAR_FROM
    low[small], high[small] = exact_limits(x[small], confidence)
    return low, high


def coverage(mean: float, confidence: float = CONFIDENCE) -> float:
    """Probability that ``count_limits`` of a draw hold the mean it was drawn with, summed and not sampled.

    Args:
        mean: the true mean, more than 0.
        confidence: what the limits promise.
    """
    spread = 12 * np.sqrt(mean) + 30
    counts = np.arange(max(0, int(mean - spread)), int(mean + spread) + 1)
    low, high = count_limits(counts, confidence)
    return float(stats.poisson.pmf(counts[(low <= mean) & (mean <= high)], mean).sum())


def _counts(counts: npt.ArrayLike) -> npt.NDArray[np.float64]:
    x = np.asarray(counts, dtype=np.float64)
    if (x < 0).any():
        raise ValueError("a count below nought has no limits")
    return x
