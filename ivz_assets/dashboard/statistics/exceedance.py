"""Is a count higher than its history says: Gamma-Poisson exceedance for small counts. No dates, no areas, no families."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import stats

Floats = npt.NDArray[np.float64]

GROUP_PERIODS = 20.0
"""Periods that the dispersion of the group weighs beside a series' own."""

COVERAGE = 0.95
"""Share of the counts that the band holds when nothing changed."""


def exceedance(observed: npt.ArrayLike, total: npt.ArrayLike, exposure: npt.ArrayLike, dispersion: npt.ArrayLike = 1.0) -> Floats:
    """Chance of so many or more when nothing changed, P(X >= observed).

    The history is ``exposure`` periods with ``total`` registrations together; with Jeffreys' prior for a Poisson rate the next
    period is X ~ NegBin(total + 1/2, exposure / (exposure + 1)) (Gelman et al. 2013, Bayesian Data Analysis, 2.6). Counts
    vary more than Poisson: with total/D registrations in exposure/D periods, D times as large each, mean and variance are
    (total + D/2) / exposure and D (1 + 1/exposure) times that mean. At a dispersion D of 1 that is the formula above.

    Args:
        observed: counts of the period, whole and not negative.
        total: registrations in the history.
        exposure: length of the history in periods like this one, above 0; one in which fewer were to be expected counts for less.
        dispersion: variance over that of Poisson, 1 or more.

    Returns:
        The chance, in (0, 1]: 1 for a count of nought. The count is discrete, so that a limit of 5% lets through less than 5%.
    """
    return upper_tail(observed, expected(total, exposure, dispersion), tau(exposure, dispersion))


def expected(total: npt.ArrayLike, exposure: npt.ArrayLike, dispersion: npt.ArrayLike = 1.0) -> Floats:
    """Mean of the next period when nothing changed; the half is Jeffreys' prior, so that it is never nought.

    Registrations that come in clusters of ``dispersion`` tell as much as that many fewer, which leaves the prior more to say.
    """
    counts = np.asarray(total, dtype=np.float64) + 0.5 * np.asarray(dispersion, dtype=np.float64)
    return counts / np.asarray(exposure, dtype=np.float64)


def tau(exposure: npt.ArrayLike, dispersion: npt.ArrayLike = 1.0) -> Floats:
    """Variance of the next period over its mean: of the counts themselves, and of what is uncertain about the mean.

    Raises:
        ValueError: no history, or a dispersion below that of Poisson.
    """
    length, spread = np.asarray(exposure, dtype=np.float64), np.asarray(dispersion, dtype=np.float64)
    if bool((length <= 0).any()) or bool((spread < 1).any()):
        raise ValueError("the history must be longer than nothing and the dispersion at least 1")
    return spread * (1 + 1 / length)


def upper_tail(observed: npt.ArrayLike, mean: npt.ArrayLike, tau: npt.ArrayLike) -> Floats:
    """P(X >= observed) when X is negative binomial with this mean and variance tau times the mean; Poisson at a tau of 1."""
    least, middle, ratio = np.broadcast_arrays(np.asarray(observed) - 1.0, np.asarray(mean, dtype=np.float64), tau)
    wide = ratio > 1
    size = np.divide(middle, ratio - 1, out=np.ones(middle.shape), where=wide)
    tail = stats.nbinom.sf(least, size, np.where(wide, 1 / ratio, 0.5))
    if not wide.all():
        tail = np.where(wide, tail, stats.poisson.sf(least, middle))
    # A chance below the smallest number there is, is still a chance.
    return np.clip(np.asarray(tail, dtype=np.float64), np.finfo(np.float64).tiny, 1.0)


def quantile(share: float, mean: npt.ArrayLike, tau: npt.ArrayLike) -> Floats:
    """Smallest count below or at which at least this share of the counts lies; see ``upper_tail``."""
    middle, ratio = np.broadcast_arrays(np.asarray(mean, dtype=np.float64), tau)
    wide = ratio > 1
    size = np.divide(middle, ratio - 1, out=np.ones(middle.shape), where=wide)
    found = stats.nbinom.ppf(share, size, np.where(wide, 1 / ratio, 0.5))
    if not wide.all():
        found = np.where(wide, found, stats.poisson.ppf(share, middle))
    return np.asarray(found, dtype=np.float64)


def band(mean: npt.ArrayLike, tau: npt.ArrayLike, coverage: float = COVERAGE) -> tuple[Floats, Floats]:
    """Lowest and highest count of the central band, whole numbers; it holds at least ``coverage``."""
    outside = (1 - coverage) / 2
    return quantile(outside, mean, tau), quantile(1 - outside, mean, tau)


def deviations(history: npt.ArrayLike, exposure: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Squared deviations of every series from its own mean, and what Poisson lets expect of them.

    Args:
        history: registrations, series x periods.
        exposure: length of each period relative to the one judged, as many as there are periods; above 0.

    Returns:
        Two sums per series; the first over the second estimates the dispersion. Nought for a single period.
    """
    counts, lengths = np.asarray(history, dtype=np.float64), np.asarray(exposure, dtype=np.float64)
    share = lengths / lengths.sum()
    totals = counts.sum(axis=1)
    squares = (counts**2).sum(axis=1) - 2 * totals * (counts @ share) + totals**2 * (share**2).sum()
    return np.maximum(squares, 0.0), totals * (1 - (share**2).sum())


def dispersion(squares: npt.ArrayLike, poisson: npt.ArrayLike, freedom: npt.ArrayLike) -> Floats:
    """Variance over that of Poisson of every series of one group: that of the group, or more where a series itself varies more.

    A ratio of sums, because Pearson's sum of ratios explodes on means near nought. A series' own weighs as many periods as it
    has, or as many registrations when those are fewer: one registration always looks like Poisson. That of the group weighs
    ``GROUP_PERIODS`` (the shrinkage of Smyth 2004, with the weight as given instead of estimated). A series that seems to vary
    less than its group owes that to chance more often than not, and would be called a signal too soon. Never below 1.

    Args:
        squares: see ``deviations``.
        poisson: see ``deviations``.
        freedom: periods of a series less one.
    """
    deviating, usual, degrees = (np.asarray(values, dtype=np.float64) for values in (squares, poisson, freedom))
    group = deviating.sum() / usual.sum() if usual.sum() > 0 else 1.0
    own = np.divide(deviating, usual, out=np.full(deviating.shape, group), where=usual > 0)
    weight = np.minimum(degrees, usual)
    drawn = (GROUP_PERIODS * group + weight * own) / (GROUP_PERIODS + weight)
    return np.maximum(drawn, max(group, 1.0))
