"""Farrington flexible against figures printed in R's surveillance, and against the same regression in statsmodels."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm

from ivz_assets.dashboard.statistics import farrington
from ivz_assets.dashboard.statistics.exceedance import quantile, upper_tail

WEEKS = 320
REFERENCE = [319, 267, 215, 163, 111, 59]


@pytest.mark.parametrize(
    ("phi", "low", "high", "chance"), [(1.5, 1, 10, 0.03763657), (1.0, 2, 9, 0.01369527)], ids=["overdispersed", "poisson"]
)
def test_figures_of_the_r_package(phi: float, low: int, high: int, chance: float) -> None:
    """surveillance (CRAN; Salmon et al. 2016), test-farringtonFlexible.R: mean 5, 11 observed, alpha 5%, nbPlugin."""
    assert float(upper_tail(11, 5.0, phi)) == pytest.approx(chance, abs=1e-6)
    assert float(quantile(0.05, 5.0, phi)) == low
    assert float(quantile(0.95, 5.0, phi)) == high


def test_weights_of_the_r_package() -> None:
    """The case "checked by hand" of the same file: five residuals of 0 and five of 2 with a threshold of 0."""
    weights = farrington.outlier_weights(np.array([0.0] * 5 + [2.0] * 5), threshold=0)
    assert weights == pytest.approx([1.6] * 5 + [0.4] * 5)
    assert farrington.outlier_weights(np.zeros(10)) == pytest.approx(np.ones(10))


def test_what_reweighting_takes_away_is_given_back() -> None:
    residuals = np.random.default_rng(2).normal(size=2_000_000)
    weights = farrington.outlier_weights(residuals)
    assert (weights * residuals**2).mean() == pytest.approx(farrington.usual_weight(), abs=0.003)


@pytest.mark.parametrize("spread", [1.0, 1.5, 2.5])
def test_no_more_false_alarms_than_said(spread: float) -> None:
    """Quiet counts around 30: one in a hundred is let through, give or take what 4,000 series leave open."""
    random = np.random.default_rng(1)
    counts = random.poisson(30, (4000, WEEKS)) if spread == 1 else _clustered(random, 30, spread)
    found = farrington.forecast(counts, REFERENCE, np.ones(WEEKS, dtype=bool))
    assert found is not None
    chances = farrington.upper_tail(counts[:, REFERENCE[0]], found)
    assert (chances <= 0.01).mean() <= 0.01 + 3 * np.sqrt(0.01 * 0.99 / 4000)
    assert (chances <= 0.01).mean() >= 0.004


def _clustered(random: np.random.Generator, mean: float, spread: float) -> np.ndarray:
    return random.negative_binomial(mean / (spread - 1), 1 / spread, (4000, WEEKS))


def test_the_season_has_ten_levels_as_the_r_package_divides_it() -> None:
    levels = farrington.season_levels(REFERENCE)
    # Five windows of 2 x 3 + 1 weeks; the first week of the history is the first of the oldest window.
    assert (levels == 9).sum() == 5 * 7
    assert list(np.flatnonzero(levels >= 0)[[0, -1]]) == [59 - 3, 319 - 26 - 1]
    # 45 weeks between two windows in nine parts of five.
    between = levels[59 + 4 : 111 - 3]
    assert list(between) == [level for level in range(9) for _ in range(5)]


@pytest.mark.parametrize("outbreak", [0, 60], ids=["quiet", "with a past outbreak"])
def test_the_same_as_statsmodels(outbreak: int) -> None:
    """The formulas of Noufaily et al. (2012) once more, one series at a time, with the library's regression."""
    random = np.random.default_rng(11)
    time = np.arange(WEEKS)
    mean = 40 * np.exp(0.05 * time / 52) * (1 + 0.3 * np.cos(2 * np.pi * time / 52))
    counts = random.negative_binomial(mean / 0.6, 1 / 1.6, (3, WEEKS))
    counts[:, 150:153] += outbreak
    usable = np.ones(WEEKS, dtype=bool)
    usable[180:230] = False
    found = farrington.forecast(counts, REFERENCE, usable)
    assert found is not None
    assert bool(found.fitted.all())
    for row in range(3):
        ours = (found.mean[row], found.phi[row], found.tau[row])
        assert ours == pytest.approx(_library(counts[row], usable, trend=bool(found.with_trend[row])), rel=1e-6)


def _library(counts: np.ndarray, usable: np.ndarray, *, trend: bool) -> tuple[float, float, float]:
    levels = farrington.season_levels(REFERENCE)
    weeks = np.flatnonzero((levels >= 0) & usable[: levels.size])
    dummies = np.column_stack([(levels[weeks] == level).astype(float) for level in range(10)])
    terms = np.column_stack([dummies, weeks]) if trend else dummies
    now = np.array([*[0.0] * 9, 1.0, *([float(REFERENCE[0])] if trend else [])])
    y = counts[weeks]
    first = sm.GLM(y, terms, family=sm.families.Poisson()).fit(tol=1e-12, scale="X2")
    leverage = first.get_hat_matrix_diag(observed=False)
    raw = 1.5 * (y ** (2 / 3) * first.mu ** (-1 / 6) - first.mu**0.5)
    residuals = raw / np.sqrt(max(first.scale, 1.0) * (1 - leverage))
    weights = np.where(residuals > 2.58, 1 / residuals**2, 1.0)
    weights *= weights.size / weights.sum()
    # Weights of importance, as R has them: they weigh the score, and the degrees of freedom stay those of the weeks.
    second = sm.GLM(y, terms, family=sm.families.Poisson(), freq_weights=weights).fit(tol=1e-12)
    pearson = (weights * (y - second.mu) ** 2 / second.mu).sum() / (y.size - terms.shape[1])
    phi = max(pearson / farrington.usual_weight(), 1.0)
    mean = float(np.exp(now @ second.params))
    return mean, phi, phi + mean * phi * float(now @ second.cov_params() @ now)


def test_a_trend_to_above_everything_seen_is_left_out() -> None:
    counts = np.round(10 * np.exp(0.6 * np.arange(WEEKS) / 52))[None, :]
    found = farrington.forecast(counts, REFERENCE, np.ones(WEEKS, dtype=bool))
    assert found is not None
    assert not found.with_trend[0]
    assert found.mean[0] <= counts[0, :293].max()


def test_a_series_without_an_answer_does_not_spoil_the_others() -> None:
    random = np.random.default_rng(3)
    good = random.poisson(30, (1, WEEKS))
    empty = np.zeros((1, WEEKS))
    together = farrington.forecast(np.vstack([good, empty]), REFERENCE, np.ones(WEEKS, dtype=bool))
    alone = farrington.forecast(good, REFERENCE, np.ones(WEEKS, dtype=bool))
    assert together is not None
    assert alone is not None
    assert together.mean[0] == pytest.approx(alone.mean[0])
    assert together.fitted[0]


def test_what_came_in_lately_is_no_example() -> None:
    counts = np.random.default_rng(5).poisson(30, (1, WEEKS))
    changed = counts.copy()
    changed[:, 319 - 26 :] = 500
    usable = np.ones(WEEKS, dtype=bool)
    before, after = (farrington.forecast(values, REFERENCE, usable) for values in (counts, changed))
    assert before is not None
    assert after is not None
    assert after.mean[0] == pytest.approx(before.mean[0])


def test_too_little_history_is_no_forecast() -> None:
    counts = np.ones((1, WEEKS))
    usable = np.ones(WEEKS, dtype=bool)
    assert farrington.forecast(counts, REFERENCE[:3], usable) is None
    assert farrington.forecast(counts, [100, 48, 2], usable) is None
    # Every week of one level of the season excluded.
    usable[farrington.season_levels(REFERENCE) == 4] = False
    assert farrington.forecast(counts, REFERENCE, usable) is None
