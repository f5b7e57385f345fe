"""Decides which rows of a sheet carry a planted feature and how many; the features themselves are in ``defects``.

A row carries one planted feature at most, and every key equals the id of the rule that should find it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from ivz_assets.sample import defects
from ivz_assets.sample.defects import Planter
from ivz_assets.sample.invented_areas import Areas
from ivz_assets.sample.sheets import Sheet

REJECT = {
    "klasse_onbekend": 0.0006,
    "klasse_ontbreekt": 0.0005,
    "registratiedatum_ongeldig": 0.0005,
    "registratiedatum_ontbreekt": 0.0004,
    "begindatum_ongeldig": 0.0006,
    "registratie_in_toekomst": 0.0004,
    "begin_na_registratie": 0.0008,
}
REPAIR = {
    "buurtcode_vorm": 0.006,
    "datumvorm": 0.008,
    "tijdvorm": 0.006,
    "klasse_vorm": 0.004,
    "jn_vorm": 0.005,
    "xy_niet_toegestaan": 0.003,
    "zomertijd_bestaat_niet": 0.001,
}
FLAG = {
    "buurt_onbekend": 0.02,
    "plaats_onbekend": 0.002,
    "buiten_regio": 0.004,
    "eind_voor_begin": 0.002,
    "dagdeel_afwijkend": 0.004,
    "xy_buiten_regio": 0.001,
    "zomertijd_dubbel": 0.001,
    "aangifte_ongeldig": 0.002,
}
FEATURE = {"dubbele_rij": 0.002}
STRAY = "registratie_buiten_levering"
CORRECTED = ("gecorrigeerd_geherclassificeerd", "gecorrigeerd_verwijderd", "gecorrigeerd_toegevoegd")
NATURAL = ("begintijd_standaard", "begintijd_ontbreekt", "eindtijd_ontbreekt")
KEYS = (*REJECT, *REPAIR, *FLAG, STRAY, *FEATURE, *CORRECTED, *NATURAL)
"""Every key of ``planted`` in the manifest."""

ONCE_FROM = 500
"""Rows from which a weekly file gets every feature that fits at least once."""

_WITHOUT_REGISTRATION_DATE = ("registratiedatum_ongeldig", "registratiedatum_ontbreekt", "registratie_in_toekomst")
_SUMMER_TIME = ("zomertijd_bestaat_niet", "zomertijd_dubbel")
_UNKNOWN_AREA = ("buurt_onbekend", "plaats_onbekend")


@dataclass(frozen=True)
class Occasion:
    """What planting depends on: the delivery and the part of it that this sheet is."""

    seed: int
    first: date
    last: date
    delivered: date
    history: bool
    corrected_later: bool = False


def plant(sheet: Sheet, occasion: Occasion, where: Areas) -> Sheet:
    """Plants all features that fit; returns the sheet, longer by the double rows."""
    rng = np.random.default_rng([occasion.seed, 21, occasion.first.toordinal(), int(occasion.history)])
    planter = Planter(sheet, rng, where, occasion.delivered)
    counts = _counts(len(sheet), occasion, rng)
    for key, count in counts.items():
        if key in FEATURE:
            continue
        done = getattr(defects, key)(planter, count)
        sheet.planted[key] += done
        if key in REJECT:
            sheet.rejected += done
    return defects.dubbele_rij(planter, counts["dubbele_rij"])


def _counts(rows: int, occasion: Occasion, rng: np.random.Generator) -> dict[str, int]:
    """How many of each: its share with chance rounding, at least once a year or large week, small files spared."""
    rates = REJECT | REPAIR | FLAG | FEATURE
    counts: dict[str, int] = {}
    # A test sample of 25 rows a week must not exceed what the gates allow per delivery
    reject_left, unknown_left = int(0.02 * rows), int(0.06 * rows)
    due = {key for position, key in enumerate(rates) if occasion.first.month == position * 5 % 12 + 1}
    for key in sorted(rates, key=lambda key: key not in due):  # what is due in this month goes before the limits
        count = int(rates[key] * rows + rng.random())
        once = key in due if occasion.history else rows >= ONCE_FROM
        if key in _SUMMER_TIME:
            # The days of the clock change are reported over the next weeks: April and November hold most of them
            fits = occasion.history and occasion.first.month == (4 if key == "zomertijd_bestaat_niet" else 11)
            once, count = fits, count if fits else 0
        count = max(count, int(once))
        if occasion.corrected_later and key in _WITHOUT_REGISTRATION_DATE:
            count = 0  # every row of the first delivery must have a date that the correction speaks for
        if key in REJECT:
            count = min(count, reject_left)
            reject_left -= count
        if key in _UNKNOWN_AREA:
            count = min(count, unknown_left)
            unknown_left -= count
        counts[key] = count
    return counts
