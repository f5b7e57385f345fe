"""Chain ladder: how much of what happened is reported by now, with its error (Mack 1993). Arrays of counts; no dates, no areas.

Mack (1993), "Distribution-free calculation of the standard error of chain ladder reserve estimates", ASTIN Bulletin 23(2). The
share reported so far is one over the product of the factors still to come, which for delays is the estimator of a right-truncated
distribution (Lagakos, Barraj & De Gruttola 1988).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

LEVEL = 0.95
"""Nominal chance that a band holds what will have come in."""

_LEAST_SHARE = 1e-3
"""Smaller shares count as this in the variances, so that they stay finite; no figure rests on such a share."""


@dataclass(frozen=True)
class Development:
    """How a triangle develops from column to column (leading axes as given; last axis the step from column k to k + 1).

    Attributes:
        factors: f_k, Mack (1993) eq. 3; infinite when nothing is ever reported by column k, 1 when nothing is known of the step.
        sigma2: sigma_k squared, eq. 5.
        base: sum of the column over the rows that also have the next, on which f_k rests.
        share: share of the last column that is reported by column k; one longer than the factors, ends at 1.
    """

    factors: Floats
    sigma2: Floats
    base: Floats
    share: Floats


def observed(rows: int, columns: int) -> Bools:
    """Which cells of a triangle are there: the newest row has one column, the row before it two, and so on."""
    return np.add.outer(np.arange(rows), np.arange(columns)) <= rows - 1


def develop(cumulative: npt.ArrayLike, *, counts: bool = False) -> Development:
    """Factors and their variances from cumulative triangles.

    Args:
        cumulative: (..., rows, columns), oldest row first, at least as many rows as columns; what ``observed`` says is not
            there is not looked at.
        counts: whether the cells count things that are each reported once: then a step varies at least as chance alone makes it,
            sigma_k squared >= f_k (f_k - 1), which a short or sparse triangle may fail to show.
    """
    cells = np.asarray(cumulative, dtype=np.float64)
    there = observed(*cells.shape[-2:])[:, 1:]
    before, after = np.where(there, cells[..., :-1], 0.0), np.where(there, cells[..., 1:], 0.0)
    base, reached = before.sum(-2), after.sum(-2)
    with np.errstate(divide="ignore", invalid="ignore"):
        factors = np.where(reached > 0, reached / base, 1.0)
        sigma2 = _sigma2(before, after, factors)
        if counts:
            sigma2 = np.maximum(sigma2, factors * (factors - 1))
    share = np.ones((*factors.shape[:-1], factors.shape[-1] + 1))
    share[..., :-1] = np.cumprod(1 / factors[..., ::-1], axis=-1)[..., ::-1]
    return Development(factors, sigma2, base, share)


def prediction_variance(development: Development, ultimate: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Variance of the predicted total of a sum of rows: by chance in what is still to come, and by error in the factors.

    Mack (1993) theorem 3 with its corollary on the sum, in which only the expected ultimate per column matters: the
    covariances of rows are the square of their sum.

    Args:
        development: of one triangle, or with leading axes that broadcast with those of ``ultimate``.
        ultimate: (..., columns), expected ultimate of the rows that are now at each column.
    """
    open_yet = np.cumsum(np.asarray(ultimate, dtype=np.float64), axis=-1)[..., :-1]
    with np.errstate(divide="ignore", invalid="ignore"):
        relative = np.where(np.isinf(development.factors), 1.0, development.sigma2 / development.factors**2)
        process = relative / np.maximum(development.share[..., :-1], _LEAST_SHARE) * open_yet
        parameter = np.where(development.base > 0, relative / development.base, 0.0) * open_yet**2
    return process.sum(-1), parameter.sum(-1)


def band(expected: npt.ArrayLike, variance: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Limits (95%) of a count still to come, as negative-binomial quantiles: whole numbers, never below nought.

    A variance that is not above the mean gives a Poisson count.
    """
    mean, spread = np.broadcast_arrays(np.asarray(expected, np.float64), np.asarray(variance, np.float64))
    # Beyond this size a negative binomial is a Poisson to the last digit
    some = np.where(mean > 0, mean, 1.0)
    size = some**2 / np.maximum(spread - some, some**2 / 1e9)
    tail = (1 - LEVEL) / 2
    low, high = (np.where(mean > 0, stats.nbinom.ppf(q, size, size / (size + some)), 0.0) for q in (tail, 1 - tail))
    return low, high


def noticed_share(registered: npt.ArrayLike, joint: npt.ArrayLike) -> Floats:
    """Share noticed by each column, from the share registered and, of those registered late, when they had been noticed.

    What is noticed and not registered yet cannot be seen. But of incidents with the same delay until registration it is seen when
    they were noticed, and truncation does not touch that: G_k = F_k + sum over v > k of (F_v - F_(v-1)) P(noticed by k | v).

    Args:
        registered: (..., columns), F: share registered by each column, ends at 1.
        joint: (..., columns, columns), counts by column of notice and column of registration.
    """
    share = np.asarray(registered, dtype=np.float64)
    counted = np.cumsum(np.asarray(joint, dtype=np.float64), axis=-2)
    with np.errstate(divide="ignore", invalid="ignore"):
        by_then = np.where(counted[..., -1:, :] > 0, counted / counted[..., -1:, :], 0.0)
    arriving = np.diff(share, axis=-1, prepend=0.0)
    later = np.triu(np.ones((share.shape[-1], share.shape[-1])), 1)
    return np.asarray(np.minimum(share + (by_then * later * arriving[..., None, :]).sum(-1), 1.0))


def _sigma2(before: Floats, after: Floats, factors: Floats) -> Floats:
    """Mack (1993) eq. 5; the last step, with one row, as he extrapolates it. Rows with nothing yet say nothing on variance."""
    usable = before > 0
    ratios = np.where(usable, after / before, 0.0)
    squares = np.where(usable, before * (ratios - factors[..., None, :]) ** 2, 0.0).sum(-2)
    rows = usable.sum(-2)
    sigma2: Floats = np.where(rows > 1, squares / np.maximum(rows - 1, 1), 0.0)
    if sigma2.shape[-1] > 2 and before.shape[-2] == before.shape[-1] + 1:
        one, two = sigma2[..., -2], sigma2[..., -3]
        sigma2[..., -1] = np.where(two > 0, np.minimum(one**2 / two, np.minimum(one, two)), one)
    return sigma2
