"""One function per planted feature, named after the rule that should find it; each returns how many it planted.

A function changes cells only, of rows that carry nothing else, in such a way that no other rule is touched.
"""

from __future__ import annotations

from datetime import date

import numpy as np
from numpy.typing import NDArray

from ivz_assets.sample import incidents, patterns, spellings
from ivz_assets.sample.invented_areas import Areas
from ivz_assets.sample.patterns import day_number, day_of
from ivz_assets.sample.reference_data import klassen
from ivz_assets.sample.sheets import PARTS_OF_DAY, Sheet, date_texts, point_texts

Mask = NDArray[np.bool_]
Index = NDArray[np.int64]

UNKNOWN_CLASSES = (
    ("X99", "Nog in te delen"),
    ("A99", "Diefstal overig (nieuw)"),
    ("F5299", "Overige zeden digitaal"),
    ("F630", "Phishing"),
    ("E999", "Overige melding"),
    ("V10", "Verkeersongeval"),
)
UNKNOWN_PLACES = ("Onbekend", "", "n.n.b.", "Buitenland", "Gronau")
OUTSIDE = (
    ("BU03630101", "Kop Zeedijk", "Amsterdam"),
    ("BU02140101", "Buren binnenstad", "Buren"),
    ("BU01930101", "Binnenstad-Zuid", "Zwolle"),
    ("BU01500101", "Binnenstad Deventer", "Deventer"),
    ("BU01600101", "Hardenberg-Centrum", "Hardenberg"),
    ("BU18590101", "Borculo-Kern", "Borculo"),
)
POINTS_OUTSIDE = ("121000,487000", "155000,463000", "92500,437500", "471456,256123", "203100,502900")
IMPOSSIBLE_DATES = ("31-02-{year}", "onbekend", "00-00-0000", "32-01-{year}", "n.b.")


class Planter:
    """A sheet with the questions that most features ask of its rows."""

    def __init__(self, sheet: Sheet, rng: np.random.Generator, where: Areas, delivered: date) -> None:
        self.sheet, self.rng, self.where, self.delivered = sheet, rng, where, delivered
        self.rows, self.cells = sheet.rows, sheet.cells
        begin, end = self.rows["begin_minuut"], self.rows["eind_minuut"]
        self.timed: Mask = begin > 0  # a begin time that is neither blank nor the default 00:00
        self.ended: Mask = end >= 0
        # Moving such a row to another date could land it in the hour of a clock change
        self.movable: Mask = (begin // 60 != 2) & (end // 60 != 2)
        self.located: Mask = self.rows["rd_x"] >= 0
        self.xy_allowed: Mask = np.array([k.xy_toegestaan for k in klassen()])[self.rows["klasse"]]
        # Rejected rows stay apart from what is counted by nature (blank and default times)
        self.ordinary: Mask = self.timed & self.ended & self.movable & ~self.located

    def pick(self, fits: Mask, count: int) -> Index:
        """Some unused rows that fit, now used; fewer when there are not enough."""
        if count == 0:
            return np.empty(0, np.int64)
        candidates = np.flatnonzero(fits & ~self.sheet.used)
        found = np.sort(self.rng.choice(candidates, min(count, len(candidates)), replace=False))
        self.sheet.used[found] = True
        return found

    def put(self, column: str, index: Index, values: list[str]) -> None:
        """Writes one text per row."""
        self.cells[column][index] = values

    def some(self, options: tuple[str, ...], index: Index) -> list[str]:
        """One option per row."""
        return [options[i] for i in self.rng.integers(len(options), size=len(index))]


# Reject


def klasse_onbekend(p: Planter, count: int) -> int:
    """A class code that is not in the list, with a description."""
    index = p.pick(p.ordinary, count)
    chosen = [UNKNOWN_CLASSES[i] for i in p.rng.integers(len(UNKNOWN_CLASSES), size=len(index))]
    p.put("maatschappelijke_klasse", index, [code for code, _ in chosen])
    p.put("maatschappelijke_klasse_omschrijving", index, [text for _, text in chosen])
    return len(index)


def klasse_ontbreekt(p: Planter, count: int) -> int:
    """No class code; the description is still there."""
    index = p.pick(p.ordinary, count)
    p.put("maatschappelijke_klasse", index, [""] * len(index))
    return len(index)


def registratiedatum_ongeldig(p: Planter, count: int) -> int:
    """A registration date that is no date."""
    return _impossible(p, "datum_registratie", "registratie", count)


def registratiedatum_ontbreekt(p: Planter, count: int) -> int:
    """No registration date."""
    index = p.pick(p.ordinary, count)
    p.put("datum_registratie", index, [""] * len(index))
    return len(index)


def begindatum_ongeldig(p: Planter, count: int) -> int:
    """A begin date that is no date."""
    return _impossible(p, "begindatum", "begin_dag", count)


def registratie_in_toekomst(p: Planter, count: int) -> int:
    """A registration date one to three years after the delivery."""
    index = p.pick(p.ordinary, count)
    later = day_number(p.delivered) + p.rng.integers(365, 3 * 365, len(index))
    p.put("datum_registratie", index, date_texts(later).tolist())
    return len(index)


def begin_na_registratie(p: Planter, count: int) -> int:
    """Begin (and end, which stays after it) moved past the registration date."""
    index = p.pick(p.ordinary, count)
    shift = p.rows["registratie"][index] - p.rows["begin_dag"][index] + p.rng.integers(1, 11, len(index))
    p.put("begindatum", index, date_texts(p.rows["begin_dag"][index] + shift).tolist())
    p.put("einddatum", index, date_texts(p.rows["eind_dag"][index] + shift).tolist())
    return len(index)


def _impossible(p: Planter, column: str, number: str, count: int) -> int:
    index = p.pick(p.ordinary, count)
    years = [day_of(n).year for n in p.rows[number][index]]
    texts = p.some(IMPOSSIBLE_DATES, index)
    p.put(column, index, [text.format(year=year) for text, year in zip(texts, years, strict=True)])
    return len(index)


# Repair


def buurtcode_vorm(p: Planter, count: int) -> int:
    """A neighbourhood code in another shape."""
    index = p.pick(np.ones(len(p.rows), np.bool_), count)
    p.put("buurt_code", index, [spellings.other_buurt(code, p.rng) for code in p.cells["buurt_code"][index]])
    return len(index)


def datumvorm(p: Planter, count: int) -> int:
    """One of the four dates in another shape."""
    index = p.pick(p.ended, count)
    pairs = (
        ("datum_registratie", "registratie"),
        ("datum_kennisname", "kennisname"),
        ("begindatum", "begin_dag"),
        ("einddatum", "eind_dag"),
    )
    for row in index:
        column, number = pairs[p.rng.integers(len(pairs))]
        p.cells[column][row] = spellings.other_date(int(p.rows[number][row]), p.rng)
    return len(index)


def tijdvorm(p: Planter, count: int) -> int:
    """One of the two times in another shape, one in four as ``24:00`` (of the begin: the next day, before it was noticed)."""
    at_end = p.pick(p.ended & (p.rows["eind_dag"] < p.rows["kennisname"]), (count + 4) // 8)
    p.put("eindtijd", at_end, ["24:00"] * len(at_end))
    at_begin = p.pick(p.timed & ~p.ended & (p.rows["begin_dag"] < p.rows["kennisname"]), (count + 4) // 8)
    p.put("begintijd", at_begin, ["24:00"] * len(at_begin))
    p.put("dagdeel", at_begin, ["nacht"] * len(at_begin))
    index = p.pick(p.timed & p.ended, count - len(at_end) - len(at_begin))
    for row in index:
        name = ("begin", "eind")[p.rng.integers(2)]
        p.cells[f"{name}tijd"][row] = spellings.other_time(int(p.rows[f"{name}_minuut"][row]), p.rng)
    return len(at_end) + len(at_begin) + len(index)


def klasse_vorm(p: Planter, count: int) -> int:
    """A class code in lower case or with blanks."""
    index = p.pick(np.ones(len(p.rows), np.bool_), count)
    texts = [spellings.other_klasse(code, p.rng) for code in p.cells["maatschappelijke_klasse"][index]]
    p.put("maatschappelijke_klasse", index, texts)
    return len(index)


def jn_vorm(p: Planter, count: int) -> int:
    """Declaration or attempt spelled otherwise than J or N."""
    index = p.pick(np.ones(len(p.rows), np.bool_), count)
    for row in index:
        column = ("aangifte", "poging")[p.rng.integers(2)]
        p.cells[column][row] = spellings.other_yes_no(p.cells[column][row], p.rng)
    return len(index)


def xy_niet_toegestaan(p: Planter, count: int) -> int:
    """x/y on a class that may not carry it."""
    index = p.pick(~p.xy_allowed, count)
    x, y = incidents.location(p.rows["buurt"][index], p.where, p.rng)
    p.put("locatie_xy", index, point_texts(x, y).tolist())
    return len(index)


def zomertijd_bestaat_niet(p: Planter, count: int) -> int:
    """Begins at 02:30 on the day that has no such time."""
    return _clock_change(p, 3, count)


# Flag


def zomertijd_dubbel(p: Planter, count: int) -> int:
    """Begins at 02:30 on the day that has this time twice."""
    return _clock_change(p, 10, count)


def _clock_change(p: Planter, month: int, count: int) -> int:
    if not count or not len(p.rows):
        return 0
    sunday = day_number(patterns.last_sunday(day_of(p.rows["registratie"][0]).year, month))
    soon = (p.rows["registratie"] > sunday) & (p.rows["registratie"] <= sunday + 14)
    index = p.pick(soon & p.timed, count)
    p.put("begindatum", index, date_texts(np.full(len(index), sunday)).tolist())
    p.put("begintijd", index, ["02:30"] * len(index))
    p.put("dagdeel", index, ["nacht"] * len(index))
    p.put("datum_kennisname", index, date_texts(np.maximum(p.rows["kennisname"][index], sunday)).tolist())
    p.put("einddatum", index, [""] * len(index))
    p.put("eindtijd", index, [""] * len(index))
    return len(index)


def buurt_onbekend(p: Planter, count: int) -> int:
    """No usable neighbourhood code; the place name is known."""
    index = p.pick(np.ones(len(p.rows), np.bool_), count)
    p.put("buurt_code", index, p.some(("", "", "", "Onbekend", "BU00000000"), index))
    p.put("buurt_naam", index, p.some(("", "Onbekend"), index))
    return len(index)


def plaats_onbekend(p: Planter, count: int) -> int:
    """No neighbourhood code, and a place name that is in no municipality of the region."""
    index = p.pick(~p.located, count)
    p.put("buurt_code", index, [""] * len(index))
    p.put("buurt_naam", index, [""] * len(index))
    p.put("plaatsnaam", index, p.some(UNKNOWN_PLACES, index))
    return len(index)


def buiten_regio(p: Planter, count: int) -> int:
    """A proper neighbourhood of another region."""
    index = p.pick(~p.located, count)
    chosen = [OUTSIDE[i] for i in p.rng.integers(len(OUTSIDE), size=len(index))]
    for position, column in enumerate(("buurt_code", "buurt_naam", "plaatsnaam")):
        p.put(column, index, [where[position] for where in chosen])
    return len(index)


def eind_voor_begin(p: Planter, count: int) -> int:
    """Ends one to three days before it begins."""
    index = p.pick(p.timed & p.ended & p.movable, count)
    p.put("einddatum", index, date_texts(p.rows["begin_dag"][index] - p.rng.integers(1, 4, len(index))).tolist())
    return len(index)


def dagdeel_afwijkend(p: Planter, count: int) -> int:
    """A part of the day that the begin time contradicts."""
    index = p.pick(p.timed, count)
    other = (p.rows["begin_minuut"][index] // 360 + p.rng.integers(1, 4, len(index))) % 4
    p.put("dagdeel", index, [PARTS_OF_DAY[i] for i in other])
    return len(index)


def xy_buiten_regio(p: Planter, count: int) -> int:
    """x/y, on a class that may carry it, outside the rectangle of the region (or x and y exchanged)."""
    index = p.pick(p.located, count)
    p.put("locatie_xy", index, p.some(POINTS_OUTSIDE, index))
    return len(index)


def aangifte_ongeldig(p: Planter, count: int) -> int:
    """A declaration that is neither yes nor no."""
    index = p.pick(np.ones(len(p.rows), np.bool_), count)
    p.put("aangifte", index, ["?"] * len(index))
    return len(index)


# Features that are right


def dubbele_rij(p: Planter, count: int) -> Sheet:
    """Pairs of identical rows that are two incidents; returns the sheet with the second of each pair below the first."""
    index = p.pick(np.ones(len(p.rows), np.bool_), count)
    longer = p.sheet.take(np.sort(np.concatenate([np.arange(len(p.sheet)), index])))
    longer.planted["dubbele_rij"] += len(index)
    return longer
