"""Turns drawn incidents into the 16 text columns of a delivery, spelled cleanly. Nothing wrong is planted here."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ivz_assets.sample import places
from ivz_assets.sample.incidents import Rows
from ivz_assets.sample.invented_areas import Areas
from ivz_assets.sample.patterns import EPOCH
from ivz_assets.sample.reference_data import columns, klassen

Texts = NDArray[np.object_]
_LAST_DAY_NUMBER = 23_741  # 2034-12-31

PARTS_OF_DAY = ("nacht", "ochtend", "middag", "avond")
"""Six hours each, from midnight."""


@dataclass
class Sheet:
    """Rows of a delivery: the numbers they were drawn from, the cells as delivered, and what was planted in them."""

    rows: Rows
    cells: dict[str, Texts]
    used: NDArray[np.bool_]
    """Rows that carry a planted feature; a row carries one at most, so that features can be counted apart."""
    planted: Counter[str] = field(default_factory=Counter)
    rejected: int = 0

    def __len__(self) -> int:
        return len(self.rows)

    def take(self, index: NDArray[Any]) -> Sheet:
        """The rows at these positions, in that order; what was planted is the caller's to account for."""
        cells = {name: values[index] for name, values in self.cells.items()}
        return Sheet(self.rows[index], cells, self.used[index], Counter(self.planted), self.rejected)


def clean_sheet(rows: Rows, where: Areas) -> Sheet:
    """The cells of clean incidents: dates ``dd-mm-jjjj``, times ``uu:mm``, codes in capitals, blanks as empty texts.

    Code and name of the neighbourhood are those of the edition of the year of registration.
    """
    listed = _class_texts()
    klasse, buurt = rows["klasse"], rows["buurt"]
    known_as = (where.history.edition_of(years_of(rows["registratie"])), buurt, rows["deel"])
    begin = rows["begin_minuut"]
    cells = {
        "maatschappelijke_klasse": listed["code"][klasse],
        "maatschappelijke_klasse_omschrijving": listed["omschrijving"][klasse],
        "buurt_code": where.history.codes[known_as],
        "buurt_naam": where.history.names[known_as],
        "plaatsnaam": where.plaatsnaam[buurt],
        "datum_registratie": date_texts(rows["registratie"]),
        "datum_kennisname": date_texts(rows["kennisname"]),
        "begindatum": date_texts(rows["begin_dag"]),
        "begintijd": time_texts(begin),
        "einddatum": date_texts(rows["eind_dag"]),
        "eindtijd": time_texts(rows["eind_minuut"]),
        "dagdeel": np.where(begin >= 0, np.array(PARTS_OF_DAY, dtype=object)[np.maximum(begin, 0) // 360], ""),
        "aangifte": np.where(rows["aangifte"], "J", "N").astype(object),
        "poging": np.where(rows["poging"], "J", "N").astype(object),
        "projectcode": np.where(rows["project"], listed["projectcode"][klasse], ""),
        "locatie_xy": point_texts(rows["rd_x"], rows["rd_y"]),
    }
    return Sheet(rows, {name: cells[name] for name in columns()}, np.zeros(len(rows), np.bool_))


def joined(sheets: list[Sheet]) -> Sheet:
    """Several sheets under each other."""
    cells = {name: np.concatenate([sheet.cells[name] for sheet in sheets]) for name in columns()}
    planted = sum((sheet.planted for sheet in sheets), Counter())
    rows = np.concatenate([sheet.rows for sheet in sheets])
    return Sheet(rows, cells, np.concatenate([s.used for s in sheets]), planted, sum(s.rejected for s in sheets))


def years_of(day_numbers: NDArray[Any]) -> NDArray[np.int64]:
    """The calendar year of every day number."""
    return day_numbers.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + EPOCH.year


def date_texts(day_numbers: NDArray[Any]) -> Texts:
    """``dd-mm-jjjj`` per day number; a negative one is blank."""
    return np.where(day_numbers >= 0, _all_dates()[np.maximum(day_numbers, 0)], "")


def time_texts(minutes: NDArray[Any]) -> Texts:
    """``uu:mm`` per minute of the day; a negative one is blank."""
    return np.where(minutes >= 0, _all_times()[np.maximum(minutes, 0)], "")


def point_texts(x: NDArray[Any], y: NDArray[Any]) -> Texts:
    """``x,y`` in one text; a negative one is blank."""
    found = np.full(len(x), "", dtype=object)
    located = np.flatnonzero(x >= 0)
    found[located] = [f"{a},{b}" for a, b in zip(x[located].tolist(), y[located].tolist(), strict=True)]
    return found


def natural_features(sheet: Sheet) -> dict[str, int]:
    """What is blank or a default by nature, counted from the cells as delivered (rejected rows included)."""
    begin, end = sheet.cells["begintijd"], sheet.cells["eindtijd"]
    return {
        "begintijd_standaard": int((begin == "00:00").sum()),
        "begintijd_ontbreekt": int((begin == "").sum()),
        "eindtijd_ontbreekt": int(((end == "") & (sheet.cells["einddatum"] == "")).sum()),
    }


def place_features(sheet: Sheet, where: Areas) -> dict[str, int]:
    """How many rows carry a code that no neighbourhood has today, and how many an x/y in another neighbourhood than their own.

    Counted from the cells as delivered, rejected rows included. Points outside the region are not counted.
    """
    spelled, row = np.unique(sheet.cells["buurt_code"].astype(str), return_inverse=True)
    code = np.array([f"BU{re.sub('[^0-9]', '', text).zfill(8)}" for text in spelled.tolist()], dtype=object)
    older = np.isin(code, np.setdiff1d(where.history.codes.astype(str), where.buurt_code.astype(str)))
    return {"older_edition": int(older[row].sum()), "xy_elsewhere": _elsewhere(sheet, code[row], where)}


def _elsewhere(sheet: Sheet, code: Texts, where: Areas) -> int:
    if len(where.history.first_years) == 1:  # clones have no borders
        return 0
    located = np.flatnonzero((sheet.cells["locatie_xy"] != "") & np.isin(code.astype(str), where.history.codes.astype(str)))
    points = np.array([text.split(",") for text in sheet.cells["locatie_xy"][located]], np.float64).reshape(-1, 2)
    west, south, east, north = places.box()
    inside = (points >= (west, south)).all(axis=1) & (points <= (east, north)).all(axis=1)
    located, points = located[inside], points[inside]
    lies_in = places.nearest_of(points, np.column_stack([where.rd_x, where.rd_y]))
    part = where.history.part_of(lies_in, *points.T)
    edition = where.history.edition_of(years_of(sheet.rows["registratie"][located]))
    return int((where.history.codes[edition, lies_in, part] != code[located]).sum())


@cache
def _class_texts() -> dict[str, Texts]:
    listed = klassen()
    return {
        "code": np.array([k.code for k in listed], dtype=object),
        "omschrijving": np.array([k.omschrijving for k in listed], dtype=object),
        "projectcode": np.array([k.projectcode for k in listed], dtype=object),
    }


@cache
def _all_dates() -> Texts:
    return np.array([f"{EPOCH + timedelta(days=n):%d-%m-%Y}" for n in range(_LAST_DAY_NUMBER)], dtype=object)


@cache
def _all_times() -> Texts:
    return np.array([f"{m // 60:02d}:{m % 60:02d}" for m in range(1440)], dtype=object)
