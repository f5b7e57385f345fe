"""What arrives outside its own delivery: stray rows dated before it, and the redelivery that corrects an earlier week."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import numpy as np

from ivz_assets.sample import spellings
from ivz_assets.sample.incidents import registered_in
from ivz_assets.sample.invented_areas import Areas
from ivz_assets.sample.patterns import day_number
from ivz_assets.sample.planting import ONCE_FROM, STRAY
from ivz_assets.sample.reference_data import klassen
from ivz_assets.sample.sheets import Sheet, clean_sheet, joined

_STRAY, _ADDED = 1, 2
"""Purposes of ``registered_in``: incidents that no regular delivery holds."""

_STRAY_DAYS = 20
_EXTRA_SHARE = 0.2

RECLASSIFIED, REMOVED, ADDED, RESPELLED = 0.04, 0.02, 0.02, 0.10


def with_strays(sheet: Sheet, first: date, history: bool, corrected: tuple[date, date] | None, seed: int, where: Areas) -> Sheet:
    """The sheet with a few new incidents below it that were registered in the weeks before ``first``.

    Never in the week that is delivered again: its correction would speak for them.
    """
    rng = np.random.default_rng([seed, 23, first.toordinal()])
    count = 1 + min(len(sheet) // 2000, 20) if history else min(2, len(sheet) // ONCE_FROM)
    if count == 0:
        return sheet
    span = (first - timedelta(days=_STRAY_DAYS), first - timedelta(days=1))
    rows = next(registered_in(seed, _EXTRA_SHARE, [span], _STRAY))
    if corrected:
        inside = (rows["registratie"] >= day_number(corrected[0])) & (rows["registratie"] <= day_number(corrected[1]))
        rows = rows[~inside]
    strays = clean_sheet(rows[np.sort(rng.choice(len(rows), min(count, len(rows)), replace=False))], where)
    strays.used[:] = True
    strays.planted[STRAY] = len(strays)
    return joined([sheet, strays])


def corrected_sheet(original: Sheet, span: tuple[date, date], seed: int, scale: float, where: Areas) -> Sheet:
    """The week as the police deliver it again: some rows reclassified, removed, added, and dates spelled otherwise.

    Only rows without a planted feature change, so that the features of the first delivery come back in the same numbers.
    """
    rng = np.random.default_rng([seed, 24, day_number(span[0])])
    count = len(original)
    sheet = original.take(np.arange(count))
    shares = [max(1, round(share * count)) for share in (RECLASSIFIED, REMOVED, RESPELLED)]
    changed, removed, respelled, _ = np.split(rng.permutation(np.flatnonzero(~sheet.used)), np.cumsum(shares))
    for row in changed:
        _reclassify(sheet, int(row), rng)
    pairs = (("datum_registratie", "registratie"), ("datum_kennisname", "kennisname"), ("begindatum", "begin_dag"))
    for row in respelled:
        column, number = pairs[rng.integers(len(pairs))]
        sheet.cells[column][row] = spellings.other_date(int(sheet.rows[number][row]), rng)
    kept = sheet.take(np.setdiff1d(np.arange(count), removed))

    extra = next(registered_in(seed, _EXTRA_SHARE * max(scale, 1), [span], _ADDED))
    wanted = min(max(1, round(ADDED * count)), len(extra))
    added = clean_sheet(extra[np.sort(rng.choice(len(extra), wanted, replace=False))], where)
    result = joined([kept, added])
    result.planted += Counter(
        datumvorm=len(respelled),
        gecorrigeerd_geherclassificeerd=len(changed),
        gecorrigeerd_verwijderd=len(removed),
        gecorrigeerd_toegevoegd=len(added),
    )
    return result


def _reclassify(sheet: Sheet, row: int, rng: np.random.Generator) -> None:
    """Another class of the same category and kind; x/y goes where the new class may not carry it."""
    listed = klassen()
    old = listed[int(sheet.rows["klasse"][row])]
    others = [k for k in listed if (k.categorie, k.soort) == (old.categorie, old.soort) and k.code != old.code]
    levels = np.array([k.per_jaar for k in others])
    new = others[rng.choice(len(others), p=levels / levels.sum())]
    sheet.cells["maatschappelijke_klasse"][row] = new.code
    sheet.cells["maatschappelijke_klasse_omschrijving"][row] = new.omschrijving
    if not new.xy_toegestaan:
        sheet.cells["locatie_xy"][row] = ""
