"""Which neighbourhoods are planted as hot: groups that lie together, as real hot spots do, and a few single ones. No counts."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ivz_assets.sample.patterns import Floats

Ints = NDArray[np.int64]

KINDS = {"bezit": ("wonen", "centrum", "winkel", "bedrijf"), "geweld": ("uitgaan", "geweld"), "overlast": ("overlast",)}
"""What is more frequent there, with the spatial patterns that it raises."""

GROUPS, SINGLES = 3, 3
"""Of every kind, per copy of the region."""

SMALLEST, LARGEST = 6, 7
"""Neighbourhoods in a group: one in the middle and about as many as border on it."""

AT_LEAST = 4
"""Neighbourhoods in a group where no larger one fits."""

GROUP_FACTORS, SINGLE_FACTORS = (3.5, 4.0), (2.5, 5.0)

FEWEST_PEOPLE = 200
"""Inhabitants of a hot neighbourhood: on fewer a few incidents more or less decide about its rate."""

LEAST_URBAN = 0.65
"""Where rates are that low, a rate several times as high is still an ordinary one for the region."""


class Hot(NamedTuple):
    """Neighbourhoods (their numbers, the middle one first) where incidents of a kind are several times as frequent."""

    kind: str
    factor: float
    members: tuple[int, ...]


def planted(gemeente: NDArray[np.object_], suited: NDArray[np.bool_], points: Floats, rng: np.random.Generator) -> list[Hot]:
    """The hot neighbourhoods of one copy of the region, for parallel arrays of its neighbourhoods.

    A group is a neighbourhood and the nearest ones of its municipality, all of them suited, and groups of a kind lie in different
    municipalities as long as there are any. No neighbourhood is in two of them. A seed with too few places has fewer.

    Args:
        gemeente: code of the municipality, each of at least ``LARGEST`` neighbourhoods.
        suited: where people live who can be counted upon: no centre, no business park, no countryside.
        points: x and y in metres.
        rng: for all choices.
    """
    squared = ((points[:, None, :] - points[None, :, :]) ** 2).sum(axis=2)
    squared[gemeente[:, None] != gemeente[None, :]] = np.inf
    around = squared.argsort(axis=1, kind="stable")[:, :LARGEST]
    free = suited.copy()
    found = []
    for kind in KINDS:
        used: set[str] = set()
        for _ in range(GROUPS):
            largest = int(rng.integers(SMALLEST, LARGEST + 1))
            members = _group(gemeente, free, around, largest, used, rng)
            if not members:
                continue
            used.add(str(gemeente[members[0]]))
            found.append(Hot(kind, float(rng.uniform(*GROUP_FACTORS)), members))
            # What lies beside a group is no group of its own and no single one.
            free[around[list(members)].ravel()] = False
    for kind in KINDS:
        for _ in range(SINGLES):
            if not free.any():
                break
            only = int(rng.choice(np.flatnonzero(free)))
            found.append(Hot(kind, float(rng.uniform(*SINGLE_FACTORS)), (only,)))
            free[around[only]] = False
    return found


def factors(hot: list[Hot], kind: str, count: int) -> Floats:
    """How many times as frequent incidents of a kind are in each of so many neighbourhoods."""
    found = np.ones(count)
    for place in hot:
        if place.kind == kind:
            found[list(place.members)] *= place.factor
    return found


def listed(hot: tuple[Hot, ...], codes: NDArray[np.object_]) -> list[dict[str, Any]]:
    """What the manifest says of them: kind, spatial patterns, factor and codes, the middle one first."""
    return [
        {
            "kind": place.kind,
            "spatial_patterns": list(KINDS[place.kind]),
            "factor": round(place.factor, 2),
            "buurten": [str(codes[member]) for member in place.members],
        }
        for place in hot
    ]


def _group(
    gemeente: NDArray[np.object_], free: NDArray[np.bool_], around: Ints, largest: int, used: set[str], rng: np.random.Generator
) -> tuple[int, ...]:
    """A free neighbourhood and the free ones nearest to it, not in a used municipality if possible; nothing when none fits."""
    for size in range(largest, AT_LEAST - 1, -1):
        middles = np.flatnonzero(free[around[:, :size]].all(axis=1))
        elsewhere = middles[~np.isin(gemeente[middles].astype(str), sorted(used))]
        middles = elsewhere if len(elsewhere) else middles
        if len(middles):
            chosen = rng.choice(sorted(set(gemeente[middles].tolist())))
            middle = int(rng.choice(middles[gemeente[middles] == chosen]))
            return tuple(around[middle, :size].tolist())
    return ()
