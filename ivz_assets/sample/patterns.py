"""Curves in time: season, weekday, hour, trend and corona per named pattern. No classes, no places, no random numbers."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

EPOCH = date(1970, 1, 1)
"""Dates are counted as days since this one, as numpy and Parquet do."""

REFERENCE_YEAR = 2023
"""The year in which a class has exactly the level of its profile."""

CORONA_FIRST = date(2020, 3, 15)
CORONA_LAST = date(2021, 5, 31)

SCHOOL_HOLIDAYS = (
    ((2, 15), (2, 24)),
    ((4, 27), (5, 5)),
    ((7, 10), (8, 24)),
    ((10, 12), (10, 21)),
    ((12, 21), (12, 31)),
    ((1, 1), (1, 5)),
)
"""Month and day of the holidays, roughly those of region North."""

_WEEKDAYS: dict[str, tuple[float, ...]] = {  # Monday first
    "vlak": (1, 1, 1, 1, 1, 1, 1),
    "weekend": (0.8, 0.8, 0.85, 0.9, 1.1, 1.35, 1.2),
    "uitgaan": (0.5, 0.5, 0.6, 0.8, 1.3, 1.8, 1.5),
    "werkdag": (1.2, 1.2, 1.15, 1.15, 1.1, 0.65, 0.55),
    "winkel": (0.8, 0.95, 1.0, 1.15, 1.25, 1.45, 0.4),
}

_HOURS: dict[str, tuple[float, ...]] = {  # hours 0 to 23
    "dag": (1, 0.6, 0.4, 0.3, 0.3, 0.5, 1, 2, 4, 5, 6, 6, 6, 6, 6, 6, 6, 6, 5, 5, 4, 4, 3, 2),
    "namiddag": (1, 1, 1, 0.6, 0.4, 0.4, 1, 3, 5, 5, 5, 5, 6, 7, 8, 8, 8, 8, 7, 6, 5, 4, 4, 3),
    "avond": (3, 2, 1.2, 0.8, 0.5, 0.4, 0.6, 1, 2, 2, 3, 3, 4, 4, 5, 6, 7, 7, 8, 9, 9, 9, 8, 6),
    "avondnacht": (7, 6, 5, 4, 2, 1, 0.8, 1, 1, 1.5, 2, 2, 2, 2.5, 3, 4, 4, 5, 6, 7, 8, 9, 9, 9),
    "uitgaansnacht": (10, 11, 11, 9, 6, 2, 0.8, 0.6, 1, 1, 1.5, 2, 2, 2.5, 3, 3.5, 4, 4.5, 5, 5.5, 6, 7, 8, 9),
    "nacht": (7, 7, 7, 6, 5, 3, 2, 1.5, 1.5, 1.5, 1.5, 1.5, 2, 2, 2, 2.5, 3, 4, 5, 5, 6, 7, 8, 8),
    "inbraak": (3, 3, 3, 3, 2, 1, 1, 2, 3, 4, 4, 4, 4, 4, 4, 5, 7, 9, 10, 9, 8, 7, 5, 4),
    "winkel": (0.2, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.3, 1.5, 4, 6, 8, 8, 8, 9, 10, 10, 9, 6, 5, 4, 2, 0.8, 0.3),
    "vuurwerk": (2, 1.2, 0.8, 0.5, 0.3, 0.3, 0.3, 0.3, 0.6, 1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 9, 9, 9, 8, 7, 5),
}

NEW_YEAR_HOURS: tuple[float, ...] = (
    24,
    15,
    8,
    4,
    2,
    1,
    0.5,
    0.3,
    0.3,
    0.5,
    1,
    1,
    1,
    1,
    1,
    1,
    1.5,
    2,
    2,
    2,
    2,
    1.5,
    1,
    0.5,
)
"""Fireworks on 1 January: most of the day's nuisance is its first hours."""

_YEARLY_GROWTH = {
    "stabiel": 0.0,
    "dalend": -0.02,
    "stijgend": 0.02,
    "verward": 0.04,
    "inbraak": -0.065,
    "onlinefraude": 0.085,
}

_CORONA = {
    "geen": 1.0,
    "inbraak": 0.62,
    "uitgaan": 0.38,
    "winkel": 0.72,
    "evenement": 0.1,
    "overlast": 1.45,
    "online": 1.3,
}


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return (day - EPOCH).days


def day_of(number: int) -> date:
    """The date of a day number."""
    return EPOCH + timedelta(days=int(number))


def hour_weights(name: str) -> Floats:
    """Chance per hour of the day, summing to 1."""
    weights = np.array(_HOURS[name], dtype=np.float64)
    return weights / weights.sum()


@cache
def year_curve(seizoen: str, weekdag: str, year: int) -> Floats:
    """Relative intensity of every day of a year; the mean is 1, so that a class keeps its yearly level."""
    days = [date(year, 1, 1) + timedelta(days=offset) for offset in range((date(year + 1, 1, 1) - date(year, 1, 1)).days)]
    curve = np.array([_season(seizoen, day) * _WEEKDAYS[weekdag][day.weekday()] for day in days])
    return curve / curve.mean()


@cache
def level_curve(trend: str, corona: str, year: int) -> Floats:
    """Trend and corona factor of every day of a year; 1 in the middle of the reference year."""
    days = (date(year + 1, 1, 1) - date(year, 1, 1)).days
    position = year - REFERENCE_YEAR + np.arange(days) / days - 0.5
    factor = np.exp(np.log1p(_YEARLY_GROWTH[trend]) * position)
    first = max(0, day_number(CORONA_FIRST) - day_number(date(year, 1, 1)))
    last = min(days, day_number(CORONA_LAST) - day_number(date(year, 1, 1)) + 1)
    if first < last:
        factor[first:last] *= _CORONA[corona]
    return factor


def last_sunday(year: int, month: int) -> date:
    """Last Sunday of a month with 31 days: when summer time starts (March) or ends (October)."""
    end = date(year, month, 31)
    return end - timedelta(days=(end.weekday() + 1) % 7)


def _season(name: str, day: date) -> float:
    position = 2 * np.pi * (day.timetuple().tm_yday - 1) / 365.25
    winter = float(np.cos(position))  # 1 on 1 January, -1 early in July
    summer = float(np.cos(position - 2 * np.pi * 196 / 365.25))  # 1 in the middle of July
    weekend = day.weekday() >= 4
    if name == "donker":
        return 1 + 0.35 * winter
    if name == "inbraak":
        return (1 + 0.35 * winter) * (1.45 if _in_holidays(day) else 1.0)
    if name == "zomer":
        return 1 + 0.2 * summer
    if name == "zomerweekend":
        return 1 + (0.65 if weekend else 0.25) * summer
    if name == "fiets":
        return 1 + 0.18 * float(np.cos(position - 2 * np.pi * 265 / 365.25))
    if name == "december":
        return 1.3 if day.month == 12 else 1 + 0.05 * winter
    if name == "evenement":
        return (3.0 if weekend else 1.0) if 5 <= day.month <= 9 else 0.15
    if name == "oudejaar":
        return _fireworks(day)
    return 1.0


def _fireworks(day: date) -> float:
    peak = {(12, 28): 4, (12, 29): 9, (12, 30): 16, (12, 31): 55, (1, 1): 36, (1, 2): 4}.get((day.month, day.day))
    if peak is not None:
        return float(peak)
    return {11: 0.8, 12: 1.6, 1: 0.7}.get(day.month, 0.5)


def _in_holidays(day: date) -> bool:
    return any(first <= (day.month, day.day) <= last for first, last in SCHOOL_HOLIDAYS)
