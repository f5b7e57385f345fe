"""Global empirical-Bayes rates: a rate on few residents moves towards the rate of all. No neighbours, no tests, no tables."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class SmoothedRates:
    """Rates per unit of exposure, in the order of the counts.

    Attributes:
        raw: count / exposure.
        smoothed: raw, moved towards ``mean`` by as much as chance explains of it.
        mean: all counts / all exposure.
        variance: what the areas differ beyond chance; 0 when chance explains it all, and then every smoothed rate is the mean.
    """

    raw: Floats
    smoothed: Floats
    mean: float
    variance: float


def smoothed_rates(counts: ArrayLike, exposure: ArrayLike) -> SmoothedRates:
    """Rates smoothed by global empirical Bayes with the estimators of moments of Marshall (1991).

    With count O_i, exposure n_i and rate r_i = O_i / n_i: mean m = sum(O) / sum(n); variance between the areas
    A = max(0, sum(n_i (r_i - m)^2) / sum(n) - m / mean(n)); smoothed rate m + (r_i - m) A / (A + m / n_i).

    Source: R.J. Marshall (1991), Mapping disease and mortality rates using empirical Bayes estimators, Applied Statistics 40,
    283-294. The smoothing is global, not towards the neighbours: that would make neighbours alike before they are compared.

    Args:
        counts: incidents per area, 0 or more.
        exposure: what could be hit, per area, more than 0.

    Raises:
        ValueError: no areas, unequal lengths, a negative count, or an exposure that is not positive.
    """
    cases, at_risk = np.asarray(counts, dtype=np.float64), np.asarray(exposure, dtype=np.float64)
    if cases.shape != at_risk.shape or cases.ndim != 1 or not len(cases):
        raise ValueError(f"counts {cases.shape} and exposure {at_risk.shape} must be rows of the same, positive length")
    if not (np.all(cases >= 0) and np.all(at_risk > 0) and np.all(np.isfinite(at_risk))):
        raise ValueError("a count is negative or unknown, or an exposure is not positive: leave such an area out")
    raw = cases / at_risk
    mean = cases.sum() / at_risk.sum()
    between = (at_risk * (raw - mean) ** 2).sum() / at_risk.sum() - mean / at_risk.mean()
    variance = max(0.0, float(between))
    if variance == 0.0:
        return SmoothedRates(raw, np.full(len(raw), mean), float(mean), 0.0)
    return SmoothedRates(raw, mean + (raw - mean) * variance / (variance + mean / at_risk), float(mean), variance)
