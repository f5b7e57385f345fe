"""From judged series to the rows of the tables: which are kept, with their keys, families and sentences. No statistics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow

from ivz_assets.dashboard.signals.families import Q, corrected, families, lasting
from ivz_assets.dashboard.signals.history import Calendar
from ivz_assets.dashboard.signals.judging import Judged, Series, judge
from ivz_assets.dashboard.signals.schema import DASHBOARD_SIGNALS, GEMENGD, TE_WEINIG, THEMES, TREND_EN_SEIZOEN
from ivz_assets.dashboard.signals.sentences import Signal, explain, holds, told
from ivz_assets.dashboard.statistics import exceedance
from ivz_assets.warehouse.arrow import arrow_schema

WORTH_SHOWING = 1.0
"""Registrations to expect from which a comparison of the newest period is shown though nothing came in."""


@dataclass(frozen=True)
class Named:
    """Keys and names of the areas and classes, in the order of their numbers: rows of ``dim_gebied`` and ``dim_klasse``."""

    areas: Sequence[Mapping[str, Any]]
    classes: Sequence[Mapping[str, Any]]

    @property
    def family_of_class(self) -> list[str]:
        """Family of every class: its category, or that of the themes."""
        return [THEMES if row["klasse_niveau"] == "thema" else row["categorie"] for row in self.classes]


@dataclass(frozen=True)
class Outcome:
    """What one kind of period yields."""

    signals: pyarrow.Table
    families: list[dict[str, Any]]


def outcome(series: Series, named: Named) -> Outcome:
    """Judges the series and gives the rows of ``DASHBOARD_SIGNALS`` and ``DASHBOARD_SIGNAL_FAMILIES``."""
    periods = series.periods
    found = families(named.family_of_class, series.levels)
    judged, bases = judge(series, found)
    adjusted = [corrected(item.kans, found) for item in judged]
    signals = np.array([values <= Q for values in adjusted], dtype=bool).reshape(len(judged), series.classes, series.levels.size)
    lasted = lasting(signals, [item.position for item in judged])
    family_rows = []
    for position, basis in bases.items():
        place = next((place for place, item in enumerate(judged) if item.position == position), None)
        for (level, family), (classes, areas) in found.items():
            tests = classes.size * areas.size if place is not None else 0
            standing_out = int(signals[place][np.ix_(classes, areas)].sum()) if place is not None else 0
            large = judged[place].farrington[np.ix_(classes, areas)] if place is not None else np.zeros(1, dtype=bool)
            family_rows.append(
                {
                    **_period(periods, position),
                    "gebied_niveau": level,
                    "familie": family,
                    "vergelijkingen": tests,
                    "signalen": standing_out,
                    "q": Q,
                    "basis": family_basis(basis, large),
                    "toelichting": _family_sentence(tests, standing_out, basis),
                }
            )
    ever = np.asarray(signals.any(axis=0), dtype=bool)
    told_of = {
        (row["periode"], row["gebied_niveau"], row["familie"]): (row["signalen"], row["vergelijkingen"]) for row in family_rows
    }
    tables = [
        _rows(series, named, item, adjusted[place], signals[place], lasted[place], ever, told_of, place)
        for place, item in enumerate(judged)
    ]
    empty = arrow_schema(DASHBOARD_SIGNALS).empty_table()
    return Outcome(pyarrow.concat_tables([empty, *tables]), family_rows)


def family_basis(basis: str, large: npt.NDArray[np.bool_]) -> str:
    """What a family was compared with: ``basis``, but trend and season where counts are ``large``, and mixed where some are."""
    if large.all():
        return TREND_EN_SEIZOEN
    return GEMENGD if large.any() else basis


def _rows(
    series: Series,
    named: Named,
    judged: Judged,
    adjusted: npt.NDArray[np.float64],
    signals: npt.NDArray[np.bool_],
    lasted: npt.NDArray[np.int64],
    ever: npt.NDArray[np.bool_],
    told_of: Mapping[tuple[str, str, str], tuple[int, int]],
    place: int,
) -> pyarrow.Table:
    """Rows of ``DASHBOARD_SIGNALS`` of one period."""
    period = _period(series.periods, judged.position)
    shown = ever | ((judged.aantal > 0) | (judged.verwacht >= WORTH_SHOWING)) if period["nieuwste"] else ever
    classes, areas = np.nonzero(shown)
    at = (classes, areas)
    low, high = exceedance.band(judged.verwacht[at], judged.variance[at])
    family_of_class = named.family_of_class
    basis = np.where(judged.farrington[at], TREND_EN_SEIZOEN, judged.basis)
    columns: dict[str, Any] = {
        **{name: [value] * classes.size for name, value in period.items()},
        "gebied_niveau": [named.areas[area]["gebied_niveau"] for area in areas.tolist()],
        "gebied_sleutel": [named.areas[area]["gebied_sleutel"] for area in areas.tolist()],
        "klasse_niveau": [named.classes[number]["klasse_niveau"] for number in classes.tolist()],
        "klasse_sleutel": [named.classes[number]["klasse_sleutel"] for number in classes.tolist()],
        "familie": [family_of_class[number] for number in classes.tolist()],
        "aantal": judged.aantal[at],
        "verwacht": judged.verwacht[at],
        "band_laag": low.astype(np.int64),
        "band_hoog": high.astype(np.int64),
        "kans": judged.kans[at],
        "kans_gecorrigeerd": adjusted[at],
        "signaal": signals[at],
        "duur": lasted[at],
        "methode": np.where(judged.farrington[at], "farrington", "gamma-poisson"),
        "basis": basis,
        "historie_perioden": judged.historie[at],
        "spreiding": judged.spreiding[at],
        "zin": [None] * classes.size,
    }
    sentences: list[str | None] = columns["zin"]
    for row in np.flatnonzero(columns["signaal"]):
        area, klasse = named.areas[areas[row]], named.classes[classes[row]]
        level = area["gebied_niveau"]
        key = (period["periode"], level, columns["familie"][row])
        sentences[row] = explain(
            Signal(
                period["periode_soort"], series.periods.names[judged.position], level, area["gebied_naam"],
                area["gemeente_naam"] if level in ("buurt", "wijk") else None, klasse["klasse_niveau"], klasse["klasse_naam"],
                holds(klasse["toelichting"]) if klasse["klasse_niveau"] == "categorie" else None,
                int(columns["aantal"][row]), float(columns["verwacht"][row]), int(low[row]), int(high[row]),
                float(columns["kans"][row]), str(basis[row]), *told_of[key], Q, int(columns["duur"][row]),
                duur_minstens=int(columns["duur"][row]) == place + 1, eerder_bekend=place > 0,
            )
        )  # fmt: skip
    return pyarrow.table(columns, schema=arrow_schema(DASHBOARD_SIGNALS))


def _period(periods: Calendar, position: int) -> dict[str, Any]:
    return {
        "periode_soort": periods.kind,
        "periode": periods.keys[position],
        "periode_begin": periods.begins[position],
        "nieuwste": position == len(periods.keys) - 1,
    }


def _family_sentence(tests: int, signals: int, basis: str) -> str:
    if basis == TE_WEINIG:
        return "Er is te weinig historie, of de periode telt niet mee: er is niets vergeleken."
    text = told(signals, tests, Q)
    return f"{text[0].upper()}{text[1:]}."
