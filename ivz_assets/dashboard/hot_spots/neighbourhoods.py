"""One map of neighbourhoods judged: rates, Gi*, permutation p, false-discovery rate, verdict. No store, no years."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy import stats

from ivz_assets.dashboard.statistics.empirical_bayes import smoothed_rates
from ivz_assets.dashboard.statistics.false_discovery import benjamini_hochberg
from ivz_assets.dashboard.statistics.getis_ord import PERMUTATIONS, Indices, draws, neighbourhood, permutation_p, z_scores

LEVEL = 0.05
"""Share of the hot and cold spots of a map that may be chance (q)."""

COLD_FROM = 5
"""Registrations per tested neighbourhood from which a map can have cold spots. Where most neighbourhoods have none, the smoothed
rate of those with none is lower the more people live there, and large neighbourhoods lie together. On maps without a pattern
(inhabitants as in the sample, 0.05 to 1 registration per neighbourhood) up to 42 of 100 had a cold spot and 7 a hot one."""

OORDELEN = ("heet", "naast heet", "koud", "naast koud", "geen", "geen uitspraak")
"""Hot and cold are neighbourhoods whose own rate is high or low too; "naast" lies among such and is not so itself."""

REDENEN = ("buurt onbekend", "noemer te klein of onbekend", "geen buren")
PER = 1000


@dataclass(frozen=True)
class Exposure:
    """What could be hit in an area: ``waarde`` of the denominator of ``jaar``; None when it is unknown."""

    waarde: float | None
    jaar: int | None
    groot_genoeg: bool


@dataclass(frozen=True)
class Judged:
    """A neighbourhood on a map; figures per 1,000 of the denominator. None is: not known or not tested, never nought."""

    buurt_code: str
    aantal: int
    noemer_waarde: float | None = None
    noemer_jaar: int | None = None
    cijfer: float | None = None
    cijfer_afgevlakt: float | None = None
    cijfer_regio: float | None = None
    rang: int | None = None
    verhouding_buren: float | None = None
    buren: int | None = None
    gi_z: float | None = None
    p_waarde: float | None = None
    q_waarde: float | None = None
    oordeel: str = "geen uitspraak"
    reden: str | None = None


@dataclass
class Orders:
    """Random orders per number of areas, drawn once: the reference of an area depends on nothing else."""

    permutations: int = PERMUTATIONS
    _drawn: dict[int, Indices] = field(default_factory=dict)

    def of(self, areas: int, most: int) -> Indices:
        """Draws for so many areas, at least ``most`` of them each."""
        known = self._drawn.get(areas)
        if known is None or known.shape[1] < most:
            known = self._drawn[areas] = draws(areas, most, self.permutations)
        return known


def judge_map(
    counts: Mapping[str, int],
    exposures: Mapping[str, Exposure],
    neighbours: Mapping[str, Sequence[str]],
    codes: Sequence[str],
    orders: Orders,
) -> list[Judged]:
    """Every neighbourhood of one map (one class key in one window) with its verdict, in the order of the codes.

    A neighbourhood is tested when its denominator is large enough and at least one neighbour's is too. Others are on the map
    with their count and without a verdict, with the reason: a rate on a tiny denominator, or an island, would else make or
    hide hot spots. The test is of the sum of the smoothed rates of the neighbourhood itself and its tested neighbours; hot is
    a high sum, cold a low one, with an adjusted p of at most ``LEVEL`` over all neighbourhoods tested on this map; cold only on
    maps with ``COLD_FROM`` registrations per neighbourhood. The sum of a neighbourhood with nothing in it can be high by its
    neighbours alone: where its own smoothed rate is not above that of the region too (for cold: below), the verdict is that
    it lies beside. So hot is where high rates lie together: one high neighbourhood among low ones is none. That one is found
    by its rank and by its rate against the median of its neighbours', which describe and are not tested.

    Args:
        counts: incidents per neighbourhood; absent is nought. A code that is not in ``exposures`` is an unknown neighbourhood.
        exposures: denominator of every known neighbourhood.
        neighbours: queen neighbours per neighbourhood, without itself; islands may be absent.
        codes: the neighbourhoods to give, unknown ones included.
        orders: random orders.
    """
    rated = [code for code in codes if code in exposures and _usable(exposures[code])]
    if not rated:
        return [_untested(code, counts, exposures) for code in codes]
    at_risk = [float(exposures[code].waarde or 0) for code in rated]
    rates = smoothed_rates([counts.get(code, 0) for code in rated], at_risk)
    smoothed = dict(zip(rated, rates.smoothed.tolist(), strict=True))
    raw = dict(zip(rated, rates.raw.tolist(), strict=True))
    ranks = dict(zip(rated, stats.rankdata(-rates.smoothed, method="min").astype(int).tolist(), strict=True))
    tested = _tested(smoothed, rates.mean, counts, neighbours, orders)
    rows = []
    for code in codes:
        if code not in smoothed:
            rows.append(_untested(code, counts, exposures))
            continue
        known: dict[str, Any] = {
            "buurt_code": code,
            "aantal": counts.get(code, 0),
            "noemer_waarde": exposures[code].waarde,
            "noemer_jaar": exposures[code].jaar,
            "cijfer": PER * raw[code],
            "cijfer_afgevlakt": PER * smoothed[code],
            "cijfer_regio": PER * rates.mean,
            "rang": ranks[code],
        }
        if code in tested:
            rows.append(Judged(**known, **tested[code]))
        else:
            rows.append(Judged(**known, buren=0, reden="geen buren"))
    return rows


def _tested(
    smoothed: Mapping[str, float],
    regional: float,
    counts: Mapping[str, int],
    neighbours: Mapping[str, Sequence[str]],
    orders: Orders,
) -> dict[str, dict[str, Any]]:
    """Gi* and verdict of the neighbourhoods with a smoothed rate and at least one neighbour that has one."""
    connected = [code for code in smoothed if any(other in smoothed for other in neighbours.get(code, ()))]
    if not connected:
        return {}
    place = {code: number for number, code in enumerate(connected)}
    around = [[place[other] for other in neighbours[code] if other in place] for code in connected]
    x = np.array([smoothed[code] for code in connected])
    left = np.repeat(np.arange(len(connected)), [len(found) for found in around])
    weights = neighbourhood(left, np.concatenate(around), len(connected))
    most = max(len(found) for found in around) + 1
    z = z_scores(x, weights)
    p = permutation_p(x, weights, orders.of(len(connected), most))
    q = benjamini_hochberg(p)
    can_be_cold = sum(counts.get(code, 0) for code in connected) >= COLD_FROM * len(connected)
    found: dict[str, dict[str, Any]] = {}
    for number, code in enumerate(connected):
        score = None if np.isnan(z[number]) else float(z[number])
        middle = float(np.median(x[around[number]]))
        found[code] = {
            "verhouding_buren": float(x[number]) / middle if middle > 0 else None,
            "buren": len(around[number]),
            "gi_z": score,
            "p_waarde": float(p[number]),
            "q_waarde": float(q[number]),
            "oordeel": _verdict(score, float(q[number]), can_be_cold, PER * smoothed[code], PER * regional),
        }
    return found


def _verdict(score: float | None, q: float, can_be_cold: bool, own: float, regional: float) -> str:
    """Compares the rates as they are published, so that a reader finds the same."""
    if score is None or q > LEVEL or (score <= 0 and not can_be_cold):
        return "geen"
    if score > 0:
        return "heet" if own > regional else "naast heet"
    return "koud" if own < regional else "naast koud"


def _usable(exposure: Exposure) -> bool:
    return exposure.groot_genoeg and bool(exposure.waarde)


def _untested(code: str, counts: Mapping[str, int], exposures: Mapping[str, Exposure]) -> Judged:
    exposure = exposures.get(code)
    if exposure is None:
        return Judged(code, counts.get(code, 0), reden="buurt onbekend")
    return Judged(code, counts.get(code, 0), exposure.waarde, exposure.jaar, reden="noemer te klein of onbekend")
