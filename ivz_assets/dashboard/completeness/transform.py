"""Shares and bands per period and class from the delays. Arrays to columns; no store, no learning."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow

from ivz_assets.dashboard.completeness.delays import FEWEST_COUNTED, FEWEST_WEEKS, Delays, place_of
from ivz_assets.dashboard.completeness.lags import DEVELOPMENT_WEEKS
from ivz_assets.dashboard.completeness.schema import DASHBOARD_COMPLETENESS
from ivz_assets.dashboard.levels import class_key
from ivz_assets.dashboard.statistics.chain_ladder import Development, band, prediction_variance
from ivz_assets.warehouse.arrow import arrow_schema

Floats = npt.NDArray[np.float64]

LEAST_SHARE = 0.05
"""Share below which nothing is extrapolated: one registration would stand for more than twenty."""

ROUNDING = 1e-9
"""Share short of one that is the last digits of a sum, and no registration."""


@dataclass(frozen=True)
class Period:
    """A period of ``dim_periode``."""

    periode: str
    periode_soort: str
    periode_begin: date
    periode_eind: date


def recent(periods: Sequence[Period], up_to: date, weeks: int = DEVELOPMENT_WEEKS) -> list[Period]:
    """Periods that have begun and of which something may still come in: a day of it is younger than the longest delay seen."""
    return [
        period
        for period in periods
        if period.periode_begin <= up_to and (up_to - min(period.periode_eind, up_to)).days < 7 * (weeks - 1)
    ]


def estimated_on(classes: Sequence[Mapping[str, Any]], delays: Delays | None) -> dict[str, str | None]:
    """Class on which the delay of each class was measured: itself, or the category of a subcategory with too few counts."""
    measured = delays.place if delays else {}
    found: dict[str, str | None] = {}
    for row in classes:
        key, above = row["klasse_sleutel"], class_key("categorie", row["categorie"] or "")
        found[key] = key if key in measured else above if row["klasse_niveau"] == "subcategorie" and above in measured else None
    return found


def completeness(
    periods: Sequence[Period],
    classes: Sequence[Mapping[str, Any]],
    known: pyarrow.Table,
    delays: Delays | None,
    *,
    regio: str,
    up_to: date,
    blocks: int,
) -> pyarrow.Table:
    """Rows of ``DASHBOARD_COMPLETENESS``: every recent period with every class.

    The share is the mean over the days of the period, up to ``up_to``, of what is in by the age of the day, weighed with the
    number expected that day (of the class on which the delay was measured).

    Args:
        classes: rows of ``dim_klasse`` on the levels wanted.
        known: rows of ``lags.known_per_day``, at least from the first day of the oldest recent period.
        delays: as learned; None when the history is too short.
        blocks: weeks of history, for the reason that is given.
    """
    listed = recent(periods, up_to, delays.weeks) if delays else recent(periods, up_to)
    basis = estimated_on(classes, delays)
    counted = _known(listed, classes, known, up_to)
    columns: dict[str, Any] = {
        "periode_soort": _repeated([item.periode_soort for item in listed], classes),
        "periode": _repeated([item.periode for item in listed], classes),
        "periode_begin": _repeated([item.periode_begin for item in listed], classes),
        "klasse_niveau": [row["klasse_niveau"] for row in classes for _ in listed],
        "klasse_sleutel": [row["klasse_sleutel"] for row in classes for _ in listed],
        "aantal_bekend": counted.ravel(),
        "geschat_op": [basis[row["klasse_sleutel"]] for row in classes for _ in listed],
    }
    count = counted.size
    columns |= {"gebied_niveau": ["regio"] * count, "gebied_sleutel": [regio] * count, "gegevens_tot": [up_to] * count}
    figures, early = _figures(listed, classes, counted, basis, delays, up_to)
    columns |= {name: _filled(values.ravel()) for name, values in figures.items()}
    without = np.array([basis[row["klasse_sleutel"]] is None for row in classes for _ in listed], dtype=bool)
    columns["reden_geen_aandeel"] = [
        _no_class(blocks) if missing else TOO_EARLY if soon else None
        for missing, soon in zip(without, early.ravel(), strict=True)
    ]
    weeks = delays.weeks if delays else None
    columns["binnen_weken"] = [None if reason else weeks for reason in columns["reden_geen_aandeel"]]
    schema = arrow_schema(DASHBOARD_COMPLETENESS)
    return pyarrow.table({name: pyarrow.array(columns[name], schema.field(name).type) for name in schema.names}, schema=schema)


TOO_EARLY = f"Te vroeg: naar verwachting is nog minder dan {LEAST_SHARE:.0%} geregistreerd."


def _no_class(blocks: int) -> str:
    if blocks < FEWEST_WEEKS:
        return f"Te weinig geschiedenis: {max(blocks, 0)} hele weken, minstens {FEWEST_WEEKS} nodig om vertraging te meten."
    return f"Te weinig registraties: minstens {FEWEST_COUNTED} nodig om de vertraging van deze klasse te meten."


def _repeated(values: Sequence[Any], classes: Sequence[Any]) -> list[Any]:
    return list(values) * len(classes)


def _filled(values: Floats) -> list[float | None]:
    return [None if np.isnan(value) else float(value) for value in values]


def _ages(listed: Sequence[Period], up_to: date) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Age in days of the youngest day of each period, and one more than that of its oldest."""
    youngest = [max((up_to - period.periode_eind).days, 0) for period in listed]
    oldest = [(up_to - period.periode_begin).days + 1 for period in listed]
    return np.array(youngest, dtype=np.int64), np.array(oldest, dtype=np.int64)


def _known(
    listed: Sequence[Period], classes: Sequence[Mapping[str, Any]], known: pyarrow.Table, up_to: date
) -> npt.NDArray[np.int64]:
    """(classes, periods): what is known of the whole period."""
    last = max([up_to, *(period.periode_eind for period in listed)])
    first = min([up_to, *(period.periode_begin for period in listed)])
    days = (last - first).days + 1
    names = {row["klasse_sleutel"]: number for number, row in enumerate(classes)}
    at = place_of(known["klasse_sleutel"], names)
    day = known["datum"].to_numpy().astype("datetime64[D]").astype(np.int64) - np.datetime64(first, "D").astype(np.int64)
    wanted = (at >= 0) & (day >= 0) & (day < days)
    per_day = np.zeros((len(classes), days), dtype=np.int64)
    np.add.at(per_day, (at[wanted], day[wanted]), known["aantal"].to_numpy()[wanted])
    begin = np.array([(period.periode_begin - first).days for period in listed], dtype=np.int64)
    end = np.array([(period.periode_eind - first).days + 1 for period in listed], dtype=np.int64)
    return _between(per_day, begin, end)


def _between(per_day: npt.NDArray[Any], begin: npt.NDArray[np.int64], end: npt.NDArray[np.int64]) -> npt.NDArray[Any]:
    """Sums of the last axis over [begin, end)."""
    sums = np.concatenate([np.zeros_like(per_day[..., :1]), per_day.cumsum(axis=-1)], axis=-1)
    return np.asarray(sums[..., end] - sums[..., begin])


_FIGURES = (
    *("aandeel_binnen", "aandeel_laag", "aandeel_hoog", "aandeel_kennisgenomen", "aandeel_verwerkt"),
    *("verwacht_totaal", "verwacht_laag", "verwacht_hoog"),
)


def _figures(
    listed: Sequence[Period],
    classes: Sequence[Mapping[str, Any]],
    counted: npt.NDArray[np.int64],
    basis: Mapping[str, str | None],
    delays: Delays | None,
    up_to: date,
) -> tuple[dict[str, Floats], npt.NDArray[np.bool_]]:
    """(classes, periods) per figure, NaN where there is none, and where it is too early to say."""
    figures = {name: np.full(counted.shape, np.nan) for name in _FIGURES}
    early = np.zeros(counted.shape, dtype=bool)
    measured = [(number, on) for number, row in enumerate(classes) if (on := basis[row["klasse_sleutel"]]) is not None]
    if delays is None or not measured or not listed:
        return figures, early
    rows = np.array([number for number, _ in measured])
    made_of = np.zeros((len(measured), len(delays.place)))
    for row, (_, on) in enumerate(measured):
        made_of[row, list(delays.parts_of(on))] = 1
    youngest, oldest = (np.minimum(age, delays.in_yet.shape[1]) for age in _ages(listed, up_to))
    usual, in_yet, noticed = (
        made_of @ _between(per_day, youngest, oldest)
        for per_day in (delays.usual, delays.usual * delays.in_yet, delays.usual * delays.noticed)
    )
    soon = in_yet < LEAST_SHARE * usual
    # A sum of differences may exceed one by the last digit; what is too early is left empty below
    share = np.clip(in_yet / usual, LEAST_SHARE, 1.0)
    share[share > 1 - ROUNDING] = 1.0
    noticed = np.clip(noticed / usual, share, 1.0)
    known = counted[rows].astype(np.float64)
    # After a count of nought something may come too: the error is that of a count and a half
    somewhat = known + 0.5
    scale = somewhat / (share * usual)
    process, parameter = prediction_variance(_each(delays.weekly), _per_week_of_age(delays, youngest, oldest))
    low, high = band(somewhat * (1 / share - 1), scale * (made_of @ process) + scale**2 * (made_of @ parameter))
    made = {
        "aandeel_binnen": share,
        "aandeel_laag": np.minimum(somewhat / (somewhat + high), share),
        "aandeel_hoog": np.maximum(somewhat / (somewhat + low), share),
        "aandeel_kennisgenomen": noticed,
        "aandeel_verwerkt": share / noticed,
        "verwacht_totaal": known / share,
        "verwacht_laag": np.floor(np.minimum(known + low, known / share)),
        "verwacht_hoog": np.ceil(np.maximum(known + high, known / share)),
    }
    for name, values in made.items():
        figures[name][rows] = np.where(soon, np.nan, values)
    early[rows] = soon
    return figures, early


def _each(development: Development) -> Development:
    """The development with an axis for the periods."""
    return Development(*(values[:, None] for values in vars(development).values()))


def _per_week_of_age(delays: Delays, youngest: npt.NDArray[np.int64], oldest: npt.NDArray[np.int64]) -> Floats:
    """(classes, periods, weeks): usual occurrences of each period by the age of the day in whole weeks."""
    edges = np.clip(7 * np.arange(delays.weeks + 1)[:, None], youngest, oldest)
    return np.stack([_between(delays.usual, begin, end) for begin, end in pairwise(edges)], axis=-1)
