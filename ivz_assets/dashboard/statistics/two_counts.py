"""Whether two counts differ by more than chance: the E-test. No store, no tables.

Source: K. Krishnamoorthy and J. Thomson (2004), A more powerful test for comparing two Poisson means, Journal of Statistical
Planning and Inference 119, equations 3.3 to 3.5, with a difference of nought between the rates under the hypothesis.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import special

NORMAL_FROM = 400
"""Sum of both counts from which the statistic is taken as normal, if the smaller expectation is ``LEAST_EXPECTED`` too. That
differs less than 0.003 from the exact sum wherever the p-value is below 0.3, and less than 0.01 above it."""

LEAST_EXPECTED = 60
"""Smaller of the two expectations below which the exact sum is taken however large the counts."""

_TIE = 1e-9
"""Outcomes whose statistics differ less, relative to the count, tie: and what ties with what was observed is as extreme."""

_ELEMENTS = 1_000_000
"""Terms that are summed at once; keeps the memory under 100 MB."""

Floats = npt.NDArray[np.float64]


def e_test(counts: npt.ArrayLike, others: npt.ArrayLike, ratio: npt.ArrayLike = 1.0) -> Floats:
    """Two-sided p-values of the E-test; pass distinct triples, for a region has few of them.

    Args:
        counts: registered numbers, 0 or more.
        others: numbers they are compared with, 0 or more.
        ratio: exposure of ``counts`` divided by that of ``others`` (days by days), more than 0.

    Returns:
        A p-value per triple; 1 where the rates are equal. Check: 6 against 2 gives 0.17487.

    Raises:
        ValueError: a count is negative or a ratio is not more than 0.
    """
    x, y, r = (np.array(part, dtype=np.float64) for part in np.broadcast_arrays(counts, others, ratio))
    if (x < 0).any() or (y < 0).any() or (r <= 0).any():
        raise ValueError("the E-test takes counts of 0 or more and exposures above 0")
    least = (x + y) * np.minimum(r, 1.0) / (1 + r)
    normal = (x + y >= NORMAL_FROM) & (least >= LEAST_EXPECTED)
    found = np.ones(x.shape)
    found[normal] = normal_test(x[normal], y[normal], r[normal])
    exact = ~normal & (statistic(x, y, r) > 0)
    found[exact] = exact_test(x[exact], y[exact], r[exact])
    return found


def statistic(counts: Floats, others: Floats, ratio: Floats) -> Floats:
    """The statistic of equation 3.3, its absolute value: the difference of the rates over its standard error; 0 for nothing."""
    spread = np.sqrt(counts + ratio**2 * others)
    difference = np.abs(counts - ratio * others)
    difference = np.where(difference <= _TIE * (counts + others), 0.0, difference)
    return difference / np.where(spread > 0, spread, 1.0)


def normal_test(counts: Floats, others: Floats, ratio: Floats) -> Floats:
    """The p-values when the statistic is taken as standard normal, its limit for large counts."""
    return 2 * special.ndtr(-statistic(counts, others, ratio))


def exact_test(counts: Floats, others: Floats, ratio: Floats) -> Floats:
    """The p-values of equation 3.5, summed over every outcome that matters, for counts whose rates differ; one-dimensional.

    For an outcome x2 of the other count, what is at least as extreme is x1 on or outside the two roots of
    (x1 - r x2)^2 = t^2 (x1 + r^2 x2). So one sum over x2 does, of its probability times two tails, instead of a double one.
    """
    # The test is the same the other way around; the sum is over the one of which less is expected.
    swap = ratio < 1
    x, y = np.where(swap, others, counts), np.where(swap, counts, others)
    r = np.where(swap, 1 / ratio, ratio)
    # Under the hypothesis only the sum of the counts matters, so the outcomes' probabilities are the same for many.
    hypotheses, group = np.unique((x + y) + 1j * r, return_inverse=True)
    summed = _Poisson(hypotheses.real / (1 + hypotheses.imag))
    tails = _Poisson(hypotheses.imag * summed.mean)
    widths = summed.widths[group]
    order = np.argsort(widths, kind="stable")
    sorted_widths = widths[order]
    found = np.empty(x.shape)
    start = 0
    while start < len(order):
        # Of about equal width, so that little is summed in vain.
        widest = int(sorted_widths[start] * 1.2)
        stop = min(start + max(1, _ELEMENTS // widest), int(np.searchsorted(sorted_widths, widest, side="right")))
        some = order[start:stop]
        steps = np.arange(int(sorted_widths[stop - 1]))
        found[some] = _sums(x[some], y[some], r[some], group[some], summed, tails, steps)
        start = stop
    return np.clip(found, 0.0, 1.0)


class _Poisson:
    """Probabilities and cumulative probabilities for many means, each over the outcomes that matter, end to end in an array."""

    def __init__(self, mean: Floats) -> None:
        self.mean = mean
        # Beyond it lies less than 1e-8.
        reach = 5.5 * np.sqrt(mean) + 6
        self.first = np.maximum(np.floor(mean - reach), 0.0).astype(np.int64)
        self.widths = np.ceil(mean + reach).astype(np.int64) + 1 - self.first
        self.starts = np.cumsum(self.widths) - self.widths
        outcomes = np.arange(self.widths.sum()) - np.repeat(self.starts - self.first, self.widths)
        spread = np.repeat(mean, self.widths)
        self.chance = np.exp(special.xlogy(outcomes, spread) - spread - special.gammaln(outcomes + 1.0))
        running = np.cumsum(self.chance)
        self.cumulative = running - np.repeat(running[self.starts] - self.chance[self.starts], self.widths)

    def at_most(self, outcome: Floats, group: npt.NDArray[np.int64]) -> Floats:
        """Probability of the outcome or less."""
        place = (outcome - self.first[group]).astype(np.int64)
        inside = np.clip(place, 0, self.widths[group] - 1)
        return np.where(place < 0, 0.0, self.cumulative[self.starts[group] + inside])


def _sums(
    x: Floats, y: Floats, r: Floats, group: npt.NDArray[np.int64], summed: _Poisson, tails: _Poisson, steps: npt.NDArray[np.int64]
) -> Floats:
    """The sum of ``exact_test`` for some triples, over as many outcomes as there are steps."""
    squared = (statistic(x, y, r) ** 2)[:, None]
    r, group = r[:, None], group[:, None]
    x2 = summed.first[group] + steps
    inside = steps < summed.widths[group]
    chance = np.where(inside, summed.chance[np.where(inside, summed.starts[group] + steps, 0)], 0.0)
    middle = r * x2 + squared / 2
    root = np.sqrt(np.maximum(middle**2 - r**2 * x2 * (x2 - squared), 0.0))
    slack = _TIE * (1 + middle)
    # With nothing on either side there is no difference, so that outcome is not extreme.
    low = np.where(x2 == 0, -1.0, np.floor(middle - root + slack))
    high = np.ceil(middle + root - slack)
    extreme: Floats = (chance * (tails.at_most(low, group) + 1 - tails.at_most(high - 1, group))).sum(axis=1)
    return extreme
