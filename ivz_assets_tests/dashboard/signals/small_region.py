"""Two municipalities with eight years of quiet weeks and one neighbourhood where something is going on. No assertions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import duckdb
import numpy as np

from ivz_assets.dashboard.levels import area_levels, class_levels
from ivz_assets.dashboard.periods import dim_periode
from ivz_assets.dashboard.schema import AREA_LEVELS, CLASS_LEVELS, DAILY_COUNTS, DIM_GEBIED, DIM_KLASSE, DIM_PERIODE
from ivz_assets.deliveries.ledger import DeliveryFacts, Ledger
from ivz_assets.warehouse.arrow import rows_of
from ivz_assets.warehouse.store import Store
from ivz_assets.weekmonitor.reference import klassen

FIRST, LAST = date(2018, 1, 1), date(2026, 3, 22)
CORONA = (date(2020, 3, 15), date(2021, 5, 31))
MOMENT = datetime(2026, 3, 23, 6)

BUURTEN = ("BU01530101", "BU01530102", "BU0153XXXX", "BU01470001")
HOT = "BU01530102"
CLASSES = ("A20", "B70", "E33")
"""Woninginbraak, Straatroof and Verward persoon; of Straatroof there is none."""

THEME = "thema: Woonoverlast"
WEEKLY = {"A20": 2.0, "E33": 12.0}
"""Registrations a week to expect in every neighbourhood."""

PLANTED = {date(2026, 3, 9): 14, date(2026, 3, 16): 15}
"""Woninginbraak in the hot neighbourhood in the two newest weeks."""


def small_region(first: date = FIRST, weekly: dict[str, float] | None = None) -> Store:
    """A store with everything that the signals read, from a first day on."""
    store = Store(duckdb.connect())
    listed = {row["maatschappelijke_klasse"]: row for row in klassen()}
    levels = class_levels([(code, "") for code in CLASSES], klassen(), [])
    levels.append({"maatschappelijke_klasse": "E33", "projectcode": "", "klasse_niveau": "thema", "klasse_sleutel": THEME})
    filled = [
        (DAILY_COUNTS, list(_daily(first, weekly or WEEKLY))),
        (AREA_LEVELS, area_levels(BUURTEN, "TWENTE", {}, {"EIGEN1": [HOT]})),
        (CLASS_LEVELS, levels),
        (DIM_GEBIED, list(_areas())),
        (DIM_KLASSE, list(_classes(levels, listed))),
        (DIM_PERIODE, dim_periode(first, LAST + timedelta(days=1), (first, LAST), [CORONA])),
    ]
    with store.transaction():
        Ledger(store).add(_delivery(first))
        for model, rows in filled:
            store.stage(model, rows_of(store, model, rows))
            store.promote(model, store.next_version(), "proef", MOMENT, {})
    return store


def _daily(first: date, weekly: dict[str, float]) -> Iterator[dict[str, Any]]:
    random = np.random.default_rng(2)
    for week in range((LAST - first).days // 7 + 1):
        monday = first - timedelta(days=first.weekday()) + timedelta(days=7 * week)
        for buurt in BUURTEN:
            for klasse, mean in weekly.items():
                count = int(random.poisson(mean))
                if (klasse, buurt) == ("A20", HOT):
                    count = PLANTED.get(monday, count)
                day = monday + timedelta(days=int(random.integers(7)))
                if count and first <= day:
                    for basis in ("geregistreerd", "voorgevallen"):
                        yield _row(basis, day, buurt, klasse, count)


def _row(basis: str, day: date, buurt: str, klasse: str, count: int) -> dict[str, Any]:
    return {
        "datumbasis": basis, "datum": day, "buurt_code": buurt, "maatschappelijke_klasse": klasse, "projectcode": "",
        "aantal": count, "aantal_misdrijven": count, "aantal_incidenten": 0, "aantal_pogingen": 0, "aantal_aangiften": 0,
        "aantal_omgezet": 0,
    }  # fmt: skip


def _areas() -> Iterator[dict[str, Any]]:
    names = {"GM0153": "Enschede", "GM0147": "Borne"}
    rows = [
        ("TWENTE", "regio", "Twente", None, False), ("EIGEN1", "eigen gebied", "Torenflats", None, False),
        *((code, "gemeente", name, name, False) for code, name in names.items()),
        *((code, "buurt", f"Buurt {code[-2:]}", names[f"GM{code[2:6]}"], "X" in code) for code in BUURTEN),
        *((f"WK{code[2:8]}", "wijk", f"Wijk {code[6:8]}", names[f"GM{code[2:6]}"], "X" in code) for code in BUURTEN[1:]),
    ]  # fmt: skip
    for key, level, name, gemeente, unknown in rows:
        yield {
            "gebied_sleutel": key, "gebied_niveau": level, "gebied_naam": name, "gebied_label": f"{name} ({key})",
            "gemeente_naam": gemeente,
            "regio_naam": "Twente", "onbekend": unknown,
        }  # fmt: skip


def _classes(levels: list[dict[str, str]], listed: dict[str, dict[str, str]]) -> Iterator[dict[str, Any]]:
    for key in sorted({row["klasse_sleutel"] for row in levels}):
        row = next(row for row in levels if row["klasse_sleutel"] == key)
        theme = row["klasse_niveau"] in ("thema", "totaal")
        yield {
            "klasse_sleutel": key, "klasse_niveau": row["klasse_niveau"], "klasse_naam": key.split(": ")[-1],
            "laagste_niveau": "buurt",
            "categorie": None if theme else listed[row["maatschappelijke_klasse"]]["categorie"],
        }  # fmt: skip


def _delivery(first: date) -> DeliveryFacts:
    return DeliveryFacts(
        levering_id="2026-W12-0123456789", volgorde=1, bestand="proef.xlsx", sha256="0" * 64, bytes=1, geleverd_op=MOMENT,
        ingelezen_op=MOMENT, soort="window", week="2026-W12", dekking_van=first, dekking_tot=LAST, rijen=1,
        eerste_registratie=first, laatste_registratie=LAST, blad="Weekmonitor", overgeslagen="", xy_verwijderd=0,
        run_id="proef",
    )  # fmt: skip
