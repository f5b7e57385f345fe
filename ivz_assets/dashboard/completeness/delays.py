"""Delays learned from counts: which share is in after so many days, per class level. Arrays; no periods, no sentences.

The chain ladder runs on blocks of seven days. Per weekday of occurrence it gives the share that is in so many days later, so
that a month that cuts through a week is known to the day; over all weekdays together it gives the error, because what keeps a
desk from registering keeps it so for more than a day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow

from ivz_assets.dashboard.completeness.lags import DEVELOPMENT_WEEKS, PART
from ivz_assets.dashboard.statistics.chain_ladder import Development, develop, noticed_share

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

FEWEST_WEEKS = 26
"""Weeks of occurrence below which nothing is said of delays."""

FEWEST_COUNTED = 300
"""Registrations below which a class has no delay of its own: with fewer, a share of a half is easily six points off."""

FEWEST_ROWS = 8
"""Weeks of occurrence that must have reached a delay before it counts as seen; a short history sees shorter delays only."""

EVENNESS = 20
"""Registrations a week for which the week's own number and the usual one weigh as much: few say little about a busy week."""

_USUAL = 52
"""Newest weeks from which the usual number comes: a whole year, so that no season is missed."""


@dataclass(frozen=True)
class Delays:
    """Delays per class that has enough counts; ``place`` finds a class in the arrays.

    Attributes:
        weeks: delays of so many weeks are seen; complete is what is in by then.
        weekly: development of the weekly triangle, for the error.
        in_yet: (classes, days): share registered by the age of the occurrence in days; 1 from ``weeks`` on.
        noticed: as ``in_yet``: share of which notice is taken.
        usual: (classes, days): expected occurrences per day of age, to weigh days within a period.
    """

    place: Mapping[str, int]
    weeks: int
    weekly: Development
    in_yet: Floats
    noticed: Floats
    usual: Floats

    def parts_of(self, key: str) -> tuple[int, ...]:
        """Places of what the share of a class is put together from: of a total its categories, otherwise itself."""
        parts = tuple(place for name, place in self.place.items() if name.startswith(f"{key}{PART}"))
        return parts or (self.place[key],)


def estimate(rows: pyarrow.Table, blocks: int) -> Delays | None:
    """Delays from the rows of ``lags.lags`` over ``blocks`` weeks; None when the history is too short or nothing is counted."""
    weeks = min(DEVELOPMENT_WEEKS, blocks - FEWEST_ROWS)
    if blocks < FEWEST_WEEKS:
        return None
    keys, counts, joint = _arrays(rows, blocks, weeks)
    if not keys:
        return None
    oldest_first = counts[:, ::-1].cumsum(axis=-1)
    weekly = develop(oldest_first.sum(axis=2), counts=True)
    by_weekday = [develop(oldest_first[:, :, weekday], counts=True).share for weekday in range(7)]
    # Age in days runs over the weekdays first
    in_yet = np.stack(by_weekday, axis=-1)
    noticed = np.stack([noticed_share(share, joint) for share in by_weekday], axis=-1)
    known = counts.sum(axis=-1)
    per_week = _usual(known.sum(axis=-1), weekly.share)
    weekday = known.sum(axis=1) / known.sum(axis=(1, 2))[:, None]
    usual = per_week[:, :, None] * weekday[:, None, :]
    return Delays(
        {key: place for place, key in enumerate(keys)},
        weeks,
        weekly,
        _per_day(in_yet, blocks),
        _per_day(noticed, blocks),
        usual.reshape(len(keys), -1),
    )


def place_of(keys: pyarrow.ChunkedArray, places: Mapping[str, int]) -> Ints:
    """Place of each key; -1 when it has none. Looks every distinct key up once."""
    encoded = keys.combine_chunks().dictionary_encode()
    found = np.array([places.get(key, -1) for key in encoded.dictionary.to_pylist()], dtype=np.int64)
    return found[encoded.indices.to_numpy()] if len(found) else np.zeros(0, dtype=np.int64)


def _arrays(rows: pyarrow.Table, blocks: int, weeks: int) -> tuple[Sequence[str], Ints, Ints]:
    """Classes with enough counts, (classes, blocks ago, weekday, delay) and (classes, delay of notice, delay); tail left out."""
    ages, noticed, registered, number = (
        rows[name].to_numpy().astype(np.int64) for name in ("dagen_geleden", "kennisname_weken", "registratie_weken", "aantal")
    )
    # By name, for the engine hands over its groups in any order
    names = sorted(rows["klasse_sleutel"].unique().to_pylist())
    place = place_of(rows["klasse_sleutel"], {name: number for number, name in enumerate(names)})
    seen = (registered < weeks) & (ages < 7 * blocks)
    total = np.bincount(place[seen], weights=number[seen], minlength=len(names))
    keys = [name for name, count in zip(names, total, strict=True) if count >= FEWEST_COUNTED]
    seen &= (total >= FEWEST_COUNTED)[place]
    place, ages, noticed, registered, number = (item[seen] for item in (place, ages, noticed, registered, number))
    place = (np.cumsum(total >= FEWEST_COUNTED) - 1)[place]
    counts = np.zeros((len(keys), blocks, 7, weeks), dtype=np.int64)
    np.add.at(counts, (place, ages // 7, ages % 7, registered), number)
    joint = np.zeros((len(keys), weeks, weeks), dtype=np.int64)
    np.add.at(joint, (place, noticed, registered), number)
    return keys, counts, joint


def _usual(known: Ints, share: Floats) -> Floats:
    """Expected number per block, newest first: between what the block itself says and the usual number (gamma-Poisson).

    A prior gamma with shape ``EVENNESS`` and the usual number as its mean; of a Poisson count only the share that is in is seen.
    """
    blocks = known.shape[1]
    reached = np.ones((len(share), blocks))
    reached[:, : share.shape[1]] = share
    usual = known[:, :_USUAL].sum(axis=1, keepdims=True) / reached[:, :_USUAL].sum(axis=1, keepdims=True)
    return np.asarray(usual * (known + EVENNESS) / (usual * reached + EVENNESS))


def _per_day(shares: Floats, blocks: int) -> Floats:
    """(classes, weeks, weekday) to (classes, days of age), 1 where the weeks end."""
    flat = shares.reshape(len(shares), -1)
    found = np.ones((len(flat), 7 * blocks))
    found[:, : flat.shape[1]] = flat
    return found
