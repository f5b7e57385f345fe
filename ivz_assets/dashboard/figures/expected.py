"""What the figures are to add up to and how many rows they may have, computed another way: from days by date. For the gates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from ivz_assets.dashboard.figures.grains import Grain
from ivz_assets.dashboard.figures.inputs import Sources
from ivz_assets.dashboard.figures.periods import Period
from ivz_assets.dashboard.schema import GEBIED_NIVEAUS, KLASSE_NIVEAUS

LEVELS = ["datumbasis", "periode_soort", "gebied_niveau", "klasse_niveau"]

_DAY = timedelta(days=1)

_BASE = 1000
"""More than the areas of a level that a neighbourhood may be in, or the themes of a class."""


def expected(sources: Sources, pairs: Sequence[tuple[Grain, Period]]) -> pd.DataFrame:
    """Per shown combination of levels: verwacht (registrations), beloofd (rows promised, 0: none are), cellen and vulling."""
    running, first = _per_day(sources)
    areas, known_areas = _keys(sources, "gebied"), _keys(sources, "gebied", known=True)
    classes = _keys(sources, "klasse")
    shown: dict[tuple[str, str, str, str], tuple[Grain, list[Period]]] = {}
    for grain, period in pairs:
        key = (grain.datumbasis, grain.periode_soort, grain.gebied_niveau, grain.klasse_niveau)
        shown.setdefault(key, (grain, []))[1].append(period)
    rows = []
    for key, (grain, periods) in shown.items():
        days = running[grain.datumbasis]
        begins = [_place(days, first, period.row["periode_begin"]) for period in periods]
        ends = [_place(days, first, period.row["periode_eind"] + _DAY) for period in periods]
        counts = days[:, GEBIED_NIVEAUS.index(grain.gebied_niveau), KLASSE_NIVEAUS.index(grain.klasse_niveau)]
        per_period = classes.get(grain.klasse_niveau, 0) * len(periods)
        rows.append(
            {
                **dict(zip(LEVELS, key, strict=True)),
                "verwacht": int((counts[ends] - counts[begins]).sum()),
                "beloofd": known_areas.get(grain.gebied_niveau, 0) * per_period if grain.nullen else 0,
                "cellen": areas.get(grain.gebied_niveau, 0) * per_period,
                "vulling": grain.vulling,
            }
        )
    return pd.DataFrame(rows, columns=[*LEVELS, "verwacht", "beloofd", "cellen", "vulling"])


def _place(days: np.ndarray, first: date, day: date) -> int:
    return min(max((day - first).days, 0), len(days) - 1)


def _per_day(sources: Sources) -> tuple[dict[str, np.ndarray], date]:
    """Registrations before each day, per date basis an array of day x level of area x level of class; and the first day.

    Neighbourhoods in as many areas of each level count alike, and so do classes: only how often each level counts matters.
    """
    daily = sources.daily_counts
    areas = _shapes(sources.area_levels, ["buurt_code"], "gebied_niveau", GEBIED_NIVEAUS)
    classes = _shapes(sources.class_levels, ["maatschappelijke_klasse", "projectcode"], "klasse_niveau", KLASSE_NIVEAUS)
    joined = daily.left_join(areas, "buurt_code").left_join(classes, ["maatschappelijke_klasse", "projectcode"])
    # What belongs to no area or no class is expected at the lowest level all the same, so that its loss is seen.
    keys = {"gebieden": joined.vorm_gebied_niveau.fill_null(1), "klassen": joined.vorm_klasse_niveau.fill_null(1)}
    summed = joined.group_by(datumbasis=joined.datumbasis.cast(dt.string), datum=joined.datum, **keys).aggregate(
        aantal=joined.aantal.sum().cast(dt.int64)
    )
    frame = summed.to_pandas()
    found = pd.to_datetime(frame.datum).dt.date
    first = found.min() if len(frame) else date(2015, 1, 1)
    last = found.max() if len(frame) else first
    running = {}
    for basis in ("voorgevallen", "geregistreerd"):
        days = np.zeros(((last - first).days + 2, len(GEBIED_NIVEAUS), len(KLASSE_NIVEAUS)), dtype=np.int64)
        mine = frame.datumbasis == basis
        places = np.array([(day - first).days + 1 for day in found[mine]], dtype=np.int64)
        areas_in = _times(frame.gebieden[mine], len(GEBIED_NIVEAUS))[:, :, None]
        classes_in = _times(frame.klassen[mine], len(KLASSE_NIVEAUS))[:, None, :]
        np.add.at(days, places, areas_in * classes_in * frame.aantal[mine].to_numpy()[:, None, None])
        running[basis] = days.cumsum(axis=0)
    return running, first


def _shapes(levels: ir.Table, keys: list[str], level: str, names: Sequence[str]) -> ir.Table:
    """How often each level counts, as the digits of one number."""
    digit = levels[level].cast(dt.string).cases(*((name, _BASE**place) for place, name in enumerate(names)), else_=0)
    return levels.group_by(keys).aggregate(**{f"vorm_{level}": digit.cast(dt.int64).sum().cast(dt.int64)})


def _times(shapes: pd.Series, places: int) -> np.ndarray:
    return np.stack([shapes.to_numpy().astype(np.int64) // _BASE**place % _BASE for place in range(places)], axis=1)


def _keys(sources: Sources, of: str, *, known: bool = False) -> dict[str, int]:
    """Number of areas (``known``: without the buckets of what is unknown) or classes per level."""
    levels = sources.area_levels if of == "gebied" else sources.class_levels
    distinct = levels.select(
        niveau=levels[f"{of}_niveau"].cast(dt.string), **{f"{of}_sleutel": levels[f"{of}_sleutel"]}
    ).distinct()
    if known:
        buckets = sources.dim_gebied.filter(sources.dim_gebied.onbekend)
        distinct = distinct.anti_join(buckets, "gebied_sleutel")
    counted = distinct.group_by("niveau").aggregate(aantal=ibis._.count()).to_pyarrow().to_pylist()
    return {row["niveau"]: row["aantal"] for row in counted}
