"""Draws clean incidents as numbers, per month in which they began, and hands them out by registration date.

Everything here is a function of (seed, scale, month), so a year has the same incidents whatever else is generated.
Texts, spelling and planted defects come later (``sheets``, ``planting``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ivz_assets.sample import patterns
from ivz_assets.sample.invented_areas import BUITEN, Areas, areas, copies
from ivz_assets.sample.patterns import Floats, day_number, day_of
from ivz_assets.sample.reference_data import klassen
from ivz_assets.sample.spatial_patterns import SPATIAL_PATTERNS

Rows = NDArray[np.void]
Ints = NDArray[np.int64]
Rng = np.random.Generator

BLANK = -1
DAY = 1440
LONGEST_NOTICE = 330
LONGEST_REGISTRATION = 14
MONTHS_BACK = 12
"""Blocks before a registration month that can still hold incidents for it; notice and registration fit in this."""

ROW = np.dtype(
    [
        ("klasse", np.int16),
        ("buurt", np.int32),
        ("deel", np.int8),  # part of the neighbourhood, where a cut runs through it: decides its code in older editions
        ("begin_dag", np.int32),
        ("begin_minuut", np.int16),
        ("eind_dag", np.int32),
        ("eind_minuut", np.int16),
        ("kennisname", np.int32),
        ("registratie", np.int32),
        ("aangifte", np.bool_),
        ("poging", np.bool_),
        ("project", np.bool_),
        ("rd_x", np.int32),
        ("rd_y", np.int32),
    ]
)
_NOTICE_DAYS = {"direct": 0.12, "dagen": 1.6, "weken": 17.0, "maanden": 65.0}
ELSEWHERE = 0.02
"""Share of the points that lie in another neighbourhood than the one the incident is registered in."""

_FAR_OUT = NormalDist().inv_cdf(1 - ELSEWHERE / 2)
_IDENTITY = [name for name in ROW.names or () if name not in ("rd_x", "rd_y", "deel")]


@dataclass(frozen=True)
class _Profiles:
    """The class profiles as parallel arrays, ready for indexing by class."""

    per_day: Floats
    curve: tuple[tuple[str, str], ...]
    level: tuple[tuple[str, str], ...]
    ruimte: NDArray[np.object_]
    uur: NDArray[np.object_]
    duur: NDArray[np.object_]
    notice: Floats
    aangifte: Floats
    poging: Floats
    eind_leeg: Floats
    project: Floats
    xy: NDArray[np.bool_]
    incident: NDArray[np.bool_]


@cache
def _profiles() -> _Profiles:
    listed = klassen()
    return _Profiles(
        per_day=np.array([k.per_jaar for k in listed]) / 365.25,
        curve=tuple((k.seizoen, k.weekdag) for k in listed),
        level=tuple((k.trend, k.corona) for k in listed),
        ruimte=np.array([k.ruimte for k in listed], dtype=object),
        uur=np.array([k.uur for k in listed], dtype=object),
        duur=np.array([k.duur for k in listed], dtype=object),
        notice=np.array([_NOTICE_DAYS[k.melding] for k in listed]),
        aangifte=np.array([k.aangifte for k in listed]),
        poging=np.array([k.poging for k in listed]),
        eind_leeg=np.array([k.eind_leeg for k in listed]),
        project=np.array([k.project_aandeel for k in listed]),
        xy=np.array([k.xy_toegestaan for k in listed]),
        incident=np.array([k.soort == "incident" for k in listed]),
    )


def registered_in(seed: int, scale: float, spans: list[tuple[date, date]], purpose: int = 0) -> Iterator[Rows]:
    """The incidents registered in each span (ascending, not overlapping), holding only what is still to be registered.

    Within a span rows are ordered by registration date. No two of them are equal by accident: identical rows are planted.
    """
    pending = np.empty(0, ROW)
    block = _month_before(spans[0][0], MONTHS_BACK)
    for first, last in spans:
        blocks = [pending]
        while block <= last:
            blocks.append(began_in(seed, scale, block.year, block.month, purpose))
            block = (block + timedelta(days=32)).replace(day=1)
        known = np.concatenate(blocks)
        number = day_number(last)
        now = known[(known["registratie"] >= day_number(first)) & (known["registratie"] <= number)]
        pending = known[known["registratie"] > number]
        yield _ordered(now, np.random.default_rng([seed, 13, day_number(first), purpose]))


def began_in(seed: int, scale: float, year: int, month: int, purpose: int = 0) -> Rows:
    """All incidents that began in a month. Another ``purpose`` gives other incidents of the same kind."""
    rng = np.random.default_rng([seed, 12, year, month, purpose])
    where = areas(seed, copies(scale))
    profiles = _profiles()
    first = date(year, month, 1)
    days = ((first + timedelta(days=32)).replace(day=1) - first).days
    counts = rng.poisson(_expected(first, days, rng) * scale)
    klasse = np.repeat(np.repeat(np.arange(len(counts)), days), counts.ravel())
    rows = np.zeros(len(klasse), ROW)
    rows["klasse"] = klasse
    rows["buurt"] = _neighbourhoods(klasse, where, rng)
    day = np.repeat(np.tile(np.arange(days), len(counts)), counts.ravel()) + day_number(first)
    _set_times(rows, day.astype(np.int64), rng)
    _set_reporting(rows, rng)
    _blank_times(rows, rng)
    draw = rng.random((3, len(rows)))
    rows["aangifte"] = draw[0] < profiles.aangifte[klasse]
    rows["poging"] = draw[1] < profiles.poging[klasse]
    rows["project"] = draw[2] < profiles.project[klasse]
    x, y = location(rows["buurt"], where, rng)
    rows["deel"] = where.history.part_of(rows["buurt"], x, y)
    located = profiles.xy[klasse]
    rows["rd_x"] = np.where(located, x, BLANK)
    rows["rd_y"] = np.where(located, y, BLANK)
    return rows


def location(buurt: NDArray[Any], where: Areas, rng: Rng) -> tuple[Ints, Ints]:
    """A point in each neighbourhood's own cell, or for a few (``ELSEWHERE``) in that of the nearest other one."""
    draw = rng.normal(0, 1, len(buurt)), rng.normal(0, 1, len(buurt))
    # Far out in the first draw: no further draw is needed to choose the few
    lies_in = np.where(np.abs(draw[0]) > _FAR_OUT, where.nearest[buurt], buurt)
    reach = where.reach[lies_in]
    spread = np.minimum(np.where(where.soort[lies_in] == BUITEN, 600.0, 220.0), reach / 1.5)
    distance = np.hypot(*draw) * spread
    shrunk = reach * np.tanh(distance / reach) / np.maximum(distance, 1e-9) * spread
    x, y = (
        (centre[lies_in] + one * shrunk).round().astype(np.int64)
        for centre, one in zip((where.rd_x, where.rd_y), draw, strict=True)
    )
    return x, y


def _expected(first: date, days: int, rng: Rng) -> Floats:
    """Expected number per class and day, with a little overdispersion: some days are busy for reasons nobody recorded."""
    profiles = _profiles()
    part = slice((first - date(first.year, 1, 1)).days, (first - date(first.year, 1, 1)).days + days)
    kinds = sorted({*zip(profiles.curve, profiles.level, strict=True)})
    busy = {kind: rng.gamma(30, 1 / 30, days) for kind in kinds}
    return np.array(
        [
            per_day
            * patterns.year_curve(*curve, first.year)[part]
            * patterns.level_curve(*level, first.year)[part]
            * busy[(curve, level)]
            for per_day, curve, level in zip(profiles.per_day, profiles.curve, profiles.level, strict=True)
        ]
    )


def _neighbourhoods(klasse: Ints, where: Areas, rng: Rng) -> Ints:
    pattern = _profiles().ruimte[klasse]
    draw = rng.random(len(klasse))
    found = np.zeros(len(klasse), np.int64)
    for name in SPATIAL_PATTERNS:
        rows = np.flatnonzero(pattern == name)
        found[rows] = np.searchsorted(where.cumulative[name], draw[rows], side="right")
    return np.minimum(found, len(where.buurt_code) - 1)


def _set_times(rows: Rows, day: Ints, rng: Rng) -> None:
    profiles = _profiles()
    count = len(rows)
    minute = _hours(rows["klasse"], day, rng) * 60 + _minutes(count, rng)
    kind = profiles.duur[rows["klasse"]]
    length = np.zeros(count, np.int64)
    spread = rng.exponential(1, count)
    overnight = (kind == "nacht") & (rng.random(count) < 0.6)
    length[kind == "moment"] = np.minimum(spread[kind == "moment"] * 8, 45)
    length[kind == "kort"] = np.minimum(10 + spread[kind == "kort"] * 45, 360)
    length[kind == "nacht"] = np.minimum(60 + spread[kind == "nacht"] * 180, 720)
    length[kind == "afwezig"] = np.minimum(60 + spread[kind == "afwezig"] * 300, DAY)
    length[kind == "dagen"] = np.minimum(30 + spread[kind == "dagen"] * 3 * DAY, 20 * DAY)
    away = (kind == "afwezig") & (rng.random(count) < 0.12)  # on holiday: known only as an interval of days
    length[away] = np.minimum((1 + spread[away] * 4) * DAY, 15 * DAY)
    # Parked in the evening, gone the next morning
    minute[overnight] = rng.integers(18 * 12, 24 * 12, overnight.sum()) * 5
    length[overnight] = DAY + rng.integers(6 * 12, 10 * 12, overnight.sum()) * 5 - minute[overnight]
    minute[minute == 0] = 5  # a time of exactly 00:00 means 'not known' in the file
    end = day * DAY + minute + length
    end[end % DAY == 0] += 5
    rows["begin_dag"], rows["begin_minuut"] = day, minute
    rows["eind_dag"], rows["eind_minuut"] = end // DAY, end % DAY
    _avoid_clock_changes(rows)


def _hours(klasse: NDArray[Any], day: Ints, rng: Rng) -> Ints:
    pattern = _profiles().uur[klasse]
    draw = rng.random(len(klasse))
    new_year = (
        np.array([(d.month, d.day) == (1, 1) for d in map(day_of, range(day.min(), day.max() + 1))])[day - day.min()]
        if len(day)
        else day
    )
    found = np.zeros(len(klasse), np.int64)
    for name in sorted(set(pattern)):
        rows = np.flatnonzero(pattern == name)
        found[rows] = np.searchsorted(np.cumsum(patterns.hour_weights(name)), draw[rows], side="right")
        if name == "vuurwerk":
            rows = rows[new_year[rows].astype(bool)]
            weights = np.array(patterns.NEW_YEAR_HOURS)
            found[rows] = np.searchsorted(np.cumsum(weights / weights.sum()), draw[rows], side="right")
    return np.minimum(found, 23)


def _minutes(count: int, rng: Rng) -> Ints:
    """Minutes within the hour: people round, most to a quarter or to five minutes."""
    exact = rng.integers(0, 60, count)
    kind = rng.random(count)
    return np.where(kind < 0.35, exact // 15 * 15, np.where(kind < 0.75, exact // 5 * 5, exact))


def _avoid_clock_changes(rows: Rows) -> None:
    """No clean time in the hour that does not exist in March or exists twice in October: those are planted."""
    for field, shift in (("begin", -60), ("eind", 60)):  # begins earlier, ends later: the order stays
        day, minute = rows[f"{field}_dag"], rows[f"{field}_minuut"]
        for year in {day_of(day.min()).year, day_of(day.max()).year} if len(rows) else set():
            for month in (3, 10):
                changes = day_number(patterns.last_sunday(year, month))
                hit = (day == changes) & (minute >= 120) & (minute < 180)
                minute[hit] += shift


def _set_reporting(rows: Rows, rng: Rng) -> None:
    """Two delays: noticed after it happened, registered after it was noticed."""
    profiles = _profiles()
    count = len(rows)
    klasse = rows["klasse"]
    begin = rows["begin_dag"].astype(np.int64)
    notice = np.floor(rng.exponential(1, count) * profiles.notice[klasse])
    # A few come in long afterwards, whatever they are
    late = rng.random(count) < np.where(profiles.incident[klasse], 0.001, 0.02)
    notice[late] += np.floor(rng.exponential(1, late.sum()) * 70)
    noticed = np.minimum(rows["eind_dag"] + notice.astype(np.int64), begin + LONGEST_NOTICE)
    mean = np.where(profiles.incident[klasse], 0.45, 1.7)
    delay = np.minimum(np.floor(rng.exponential(1, count) * mean), LONGEST_REGISTRATION).astype(np.int64)
    sunday = ((noticed + delay + 3) % 7 == 6) & ~profiles.incident[klasse] & (delay < LONGEST_REGISTRATION)
    delay[sunday & (rng.random(count) < 0.5)] += 1  # the desk is thinly staffed on Sundays
    rows["kennisname"] = noticed
    rows["registratie"] = noticed + delay


def _blank_times(rows: Rows, rng: Rng) -> None:
    profiles = _profiles()
    draw = rng.random((2, len(rows)))
    no_end = draw[0] < profiles.eind_leeg[rows["klasse"]]
    rows["eind_dag"][no_end] = BLANK
    rows["eind_minuut"][no_end] = BLANK
    interval = ~np.isin(profiles.duur[rows["klasse"]].astype(str), ["moment", "kort"])
    default = draw[1] < np.where(interval, 0.05, 0.008)
    missing = (draw[1] > 0.98) & ~default
    rows["begin_minuut"][default] = 0
    rows["begin_minuut"][missing] = BLANK


def _ordered(rows: Rows, rng: Rng) -> Rows:
    """By registration date, otherwise in no order; accidental twins (equal in all but x/y) are dropped."""
    rows = rows[np.lexsort((rng.random(len(rows)), rows["registratie"]))]
    packed = np.ascontiguousarray(np.column_stack([rows[name].astype(np.int32) for name in _IDENTITY]))
    keys = packed.view(np.dtype((np.void, packed.dtype.itemsize * packed.shape[1]))).ravel()
    _, first = np.unique(keys, return_index=True)
    return rows[np.sort(first)]


def _month_before(day: date, months: int) -> date:
    position = day.year * 12 + day.month - 1 - months
    return date(position // 12, position % 12 + 1, 1)
