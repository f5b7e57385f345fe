"""Farrington's flexible method for large counts: five years of weeks with trend and season. No dates, no areas, no families here.

Noufaily, Enki, Farrington, Garthwaite, Andrews & Charlett (2012), "An improved algorithm for outbreak detection in multiple
surveillance systems": quasi-Poisson regression on a linear trend and a season of ten levels, reweighting of past outbreaks,
the newest 26 weeks left out, a negative-binomial upper tail. Three things are added, without which clustered counts give up
to three times as many false alarms at 1 in 10,000 (simulated): in the tail stands tau = phi + Var(mu)/mu of Farrington et al.
(1996), so that what is uncertain about the mean counts; phi is corrected for the weeks that weigh less though nothing was
wrong with them; and the chance follows Student's t, for phi itself is estimated.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from scipy import stats
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from ivz_assets.dashboard.statistics import exceedance

Floats = npt.NDArray[np.float64]

YEARS_BACK, FEWEST_YEARS = 5, 3
HALF_WINDOW = 3
"""Weeks on either side of the same week in earlier years that share its level of the season."""

LEVELS = 10
NEWEST_LEFT_OUT = 26
"""Weeks before the one judged that are left out, so that what is going on does not become what is expected."""

OUTLIER = 2.58
"""Standardised Anscombe residual above which a week weighs less: a past outbreak is no example."""

_MOST_STEPS, _PRECISION = 25, 1e-9


@dataclass(frozen=True)
class Forecast:
    """What is expected per series: ``mean``, and ``tau``, the variance of the next count over it.

    ``phi`` is the dispersion of the counts alone, ``fitted`` tells where the regression converged, ``weeks`` how many it used.
    """

    mean: Floats
    tau: Floats
    phi: Floats
    with_trend: npt.NDArray[np.bool_]
    fitted: npt.NDArray[np.bool_]
    weeks: int


def upper_tail(observed: npt.ArrayLike, expected: Forecast) -> Floats:
    """P(X >= observed) when nothing changed, in (0, 1]: negative binomial, widened to Student's t as phi is estimated."""
    normal = stats.norm.isf(exceedance.upper_tail(observed, expected.mean, expected.tau))
    tail = stats.t.sf(normal, expected.weeks - LEVELS - 1)
    return np.clip(np.asarray(tail, dtype=np.float64), np.finfo(np.float64).tiny, 1.0)


def season_levels(reference: Sequence[int]) -> npt.NDArray[np.int64]:
    """Level of the season of every week before the one judged; -1 for weeks that are no part of the history.

    Args:
        reference: position of the week judged, then of the same week one, two ... years earlier; the oldest lies at least
            ``HALF_WINDOW`` after the start.

    Returns:
        As many levels as there are weeks up to the one judged. The windows round the same weeks are level 9; what lies between
        two windows is divided into nine about equal parts, level 0 to 8.
    """
    levels = np.full(reference[0] + 1, -1)
    for later, earlier in pairwise(reference):
        levels[earlier - HALF_WINDOW : earlier + HALF_WINDOW + 1] = LEVELS - 1
        between = np.arange(earlier + HALF_WINDOW + 1, later - HALF_WINDOW)
        for level, weeks in enumerate(np.array_split(between, LEVELS - 1)):
            levels[weeks] = level
    levels[max(reference[0] - NEWEST_LEFT_OUT, 0) :] = -1
    return levels


def forecast(counts: npt.ArrayLike, reference: Sequence[int], usable: npt.ArrayLike) -> Forecast | None:
    """Expected count of the week judged, for many series at once: they share the weeks and so the regression's terms.

    Own iteratively reweighted least squares (McCullagh & Nelder 1989, 2.5), because a library fits one series at a time in
    milliseconds and a run needs thousands.

    Args:
        counts: registrations, series x weeks, at least up to the week judged.
        reference: see ``season_levels``.
        usable: per week whether it may be an example (delivered, not excluded).

    Returns:
        The forecast; None when the history is too short or lacks a level of the season.
    """
    history = np.asarray(counts, dtype=np.float64)
    if len(reference) <= FEWEST_YEARS or reference[-1] < HALF_WINDOW:
        return None
    levels = season_levels(reference)
    weeks = np.flatnonzero((levels >= 0) & np.asarray(usable, dtype=bool)[: levels.size])
    if np.unique(levels[weeks]).size < LEVELS or weeks.size <= LEVELS + 1:
        return None
    # The judged week's own level is the intercept, so that it needs no term of its own.
    terms = np.column_stack([np.ones(weeks.size), *(levels[weeks] == level for level in range(LEVELS - 1))]).astype(np.float64)
    years = (weeks - reference[0]) / 52.0
    now = np.zeros(LEVELS)
    now[0] = 1.0
    examples = history[:, weeks]
    # The matrices are small: sharing them out among processors costs ten times what it saves, more when those are busy.
    with threadpool_limits(limits=1, user_api="blas"):
        return _with_or_without_trend(examples, terms, now, years)


def _with_or_without_trend(examples: Floats, terms: Floats, now: Floats, years: Floats) -> Forecast:
    # Time is counted from the week judged: the trend then has no part in its forecast but through the intercept.
    trended = _fit(examples, np.column_stack([terms, years]), np.append(now, 0.0))
    # A trend that takes the forecast above everything ever seen is no trend to go by (Farrington et al. 1996, 3.6).
    keeps = trended.fitted & (trended.mean <= examples.max(axis=1))
    if keeps.all():
        return trended
    level = _fit(examples[~keeps], terms, now)
    found = {name: getattr(trended, name).copy() for name in ("mean", "tau", "phi", "fitted")}
    for name, values in found.items():
        values[~keeps] = getattr(level, name)
    return Forecast(with_trend=keeps, weeks=examples.shape[1], **found)


def outlier_weights(residuals: Floats, threshold: float = OUTLIER) -> Floats:
    """Weight per week: those above the threshold weigh the inverse square of their residual, all together as many as there are.

    Farrington et al. (1996), 3.5, with the threshold of Noufaily et al. (2012).
    """
    above = residuals > threshold
    weights = np.where(above, 1 / np.where(above, residuals, 1.0) ** 2, 1.0)
    return weights * (weights.shape[-1] / weights.sum(axis=-1, keepdims=True))


def usual_weight(threshold: float = OUTLIER) -> float:
    """What reweighting leaves of the dispersion of weeks among which there is no outbreak, for normal residuals.

    E[w r²] / E[w] with w = 1 up to the threshold c and 1/r² above it: (1 - c pdf(c)) / (1 - 2 P(r > c) + pdf(c)/c).
    """
    density, above = float(stats.norm.pdf(threshold)), float(stats.norm.sf(threshold))
    return (1 - threshold * density) / (1 - 2 * above + density / threshold)


def _fit(counts: Floats, terms: Floats, now: Floats) -> Forecast:
    """Two fits: one on all weeks alike, one in which outliers weigh less."""
    even = np.ones(counts.shape)
    mean, inverse, _, _ = _regression(counts, terms, even)
    leverage = mean * np.einsum("ni,sij,nj->sn", terms, inverse, terms, optimize=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        raw = 1.5 * (counts ** (2 / 3) * mean ** (-1 / 6) - np.sqrt(mean))
        residuals = raw / np.sqrt(_phi(counts, mean, even, now.size)[:, None] * np.clip(1 - leverage, 1e-9, None))
    weights = outlier_weights(np.nan_to_num(residuals))
    mean, inverse, coefficients, converged = _regression(counts, terms, weights)
    phi = _phi(counts, mean, weights / usual_weight(), now.size)
    at_now = np.exp(coefficients @ now)
    variance = phi * np.einsum("i,sij,j->s", now, inverse, now)
    fitted = converged & np.isfinite(at_now)
    return Forecast(at_now, phi + at_now * variance, phi, np.ones(phi.size, dtype=bool), fitted, counts.shape[1])


def _regression(counts: Floats, terms: Floats, weights: Floats) -> tuple[Floats, Floats, Floats, npt.NDArray[np.bool_]]:
    """Poisson regression with a log link per series: fitted means, inverse information, coefficients, whether it converged."""
    size = terms.shape[1]
    products = (terms[:, :, None] * terms[:, None, :]).reshape(terms.shape[0], size * size)
    mean = counts + 0.5
    coefficients = np.zeros((counts.shape[0], size))
    going = np.arange(counts.shape[0])
    for _ in range(_MOST_STEPS):
        fitted, weighted = mean[going], weights[going] * mean[going]
        working = np.log(fitted) + (counts[going] - fitted) / fitted
        information = (weighted @ products).reshape(-1, size, size)
        # A series without a single registration in a level has no finite answer; the ridge keeps it from stopping the others.
        ridge = 1e-12 * np.trace(information, axis1=1, axis2=2)[:, None, None] * np.eye(size)
        stepped = np.linalg.solve(information + ridge, ((weighted * working) @ terms)[:, :, None])[:, :, 0]
        change = np.abs(stepped - coefficients[going]).max(axis=1)
        coefficients[going] = stepped
        mean[going] = np.exp(np.clip(stepped @ terms.T, -20.0, 20.0))
        going = going[change > _PRECISION]
        if not going.size:
            break
    information = ((weights * mean) @ products).reshape(-1, size, size)
    converged = np.ones(counts.shape[0], dtype=bool)
    converged[going] = False
    inverse = np.linalg.pinv(information, hermitian=True).astype(np.float64)
    return mean, inverse, coefficients, converged


def _phi(counts: Floats, mean: Floats, weights: Floats, terms: int) -> Floats:
    """Pearson's dispersion, never below that of Poisson."""
    pearson = (weights * (counts - mean) ** 2 / mean).sum(axis=1)
    return np.maximum(pearson / (counts.shape[1] - terms), 1.0)
