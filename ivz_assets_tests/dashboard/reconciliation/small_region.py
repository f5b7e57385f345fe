"""Two municipalities, a month and a year in the open tables, and what was registered. No assertions belong here."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import duckdb

from ivz_assets.dashboard.levels import area_levels
from ivz_assets.dashboard.periods import dim_periode
from ivz_assets.dashboard.schema import AREA_LEVELS, DAILY_COUNTS, DIM_GEBIED, DIM_PERIODE
from ivz_assets.deliveries.ledger import DeliveryFacts, Ledger
from ivz_assets.open_police.schema import OPEN_POLICE_COUNTS, OPEN_POLICE_TABLES
from ivz_assets.warehouse.arrow import rows_of
from ivz_assets.warehouse.store import Store

ENSCHEDE, BORNE = "GM0153", "GM0147"
NAMES = {ENSCHEDE: "Enschede", BORNE: "Borne", "GMXXXX": "Gemeente onbekend"}
BUURTEN = ("BU01530101", "BU0153XXXX", "BU01470001", "BUXXXXXXXX")
COVERED = (date(2024, 1, 1), date(2025, 2, 28))
MOMENT = datetime(2025, 3, 17, 6)

REGISTERED = [
    # datumbasis, day, neighbourhood, class, project code, crimes, incidents
    ("geregistreerd", date(2025, 1, 10), "BU01530101", "A20", "", 3, 0),
    ("geregistreerd", date(2025, 1, 10), "BU01530101", "A20", "XYZ", 1, 0),
    ("geregistreerd", date(2025, 1, 31), "BU0153XXXX", "B20", "", 1, 0),
    ("geregistreerd", date(2025, 1, 1), "BU01470001", "A30", "", 2, 0),
    ("geregistreerd", date(2025, 1, 5), "BUXXXXXXXX", "A20", "", 1, 0),
    ("voorgevallen", date(2025, 1, 5), "BU01530101", "A20", "", 100, 0),
    ("geregistreerd", date(2025, 2, 1), "BU01530101", "A20", "", 6, 0),
    ("geregistreerd", date(2024, 12, 31), "BU01530101", "A20", "", 40, 0),
    ("geregistreerd", date(2024, 6, 1), "BU01530101", "A20", "", 400, 0),
    ("geregistreerd", date(2025, 1, 12), "BU01530101", "F550", "", 4, 0),
    ("geregistreerd", date(2025, 1, 12), "BU01530101", "E10", "", 0, 50),
    ("geregistreerd", date(2025, 1, 13), "BU01530101", "A23", "", 1, 0),
    ("geregistreerd", date(2025, 1, 13), "BU01530101", "A24", "", 1, 0),
    ("geregistreerd", date(2025, 1, 14), "BU01470001", "F540", "", 1, 0),
    ("geregistreerd", date(2025, 1, 14), "BU01470001", "F524", "", 1, 0),
    ("geregistreerd", date(2025, 1, 14), "BU01470001", "F94", "", 9, 0),
]  # fmt: skip
OPEN = {
    # municipality, period, code: Enschede then Borne
    ("2025-01", "1.1.1"): (5, 30), ("2025-02", "1.1.1"): (9, 9), ("2024-12", "1.1.1"): (41, 0), ("2024", "1.1.1"): (900, 0),
    ("2025-01", "1.4.5"): (9, 0), ("2025-01", "2.5.1"): (2, 0), ("2025-01", "1.4.2"): (0, 1),
    ("2025-01", "3.1.2"): (0, 1), ("2025-01", "1.6.3"): (None, 1), ("2025-01", "1.2.3"): (0, 0),
}  # fmt: skip


def small_region(store: Store | None = None, *, with_open_tables: bool = True) -> Store:
    """A store with everything that the reconciliation reads."""
    store = store or Store(duckdb.connect())
    filled = [
        (DAILY_COUNTS, list(_daily())),
        (AREA_LEVELS, area_levels(BUURTEN, "TWENTE", {}, {})),
        (DIM_GEBIED, list(_areas())),
        (DIM_PERIODE, dim_periode(date(2024, 1, 1), date(2025, 3, 17), COVERED, [])),
    ]
    if with_open_tables:
        filled += [(OPEN_POLICE_TABLES, list(_tables())), (OPEN_POLICE_COUNTS, list(_opened()))]
    ledger = Ledger(store)
    with store.transaction():
        ledger.add(_delivery())
        for model, rows in filled:
            store.stage(model, rows_of(store, model, rows))
            store.promote(model, store.next_version(), "proef", MOMENT, {})
    return store


def _daily() -> Iterator[dict[str, Any]]:
    for basis, day, buurt, klasse, project, crimes, incidents in REGISTERED:
        yield {
            "datumbasis": basis, "datum": day, "buurt_code": buurt, "maatschappelijke_klasse": klasse, "projectcode": project,
            "aantal": crimes + incidents, "aantal_misdrijven": crimes, "aantal_incidenten": incidents,
            "aantal_pogingen": 0, "aantal_aangiften": 0, "aantal_omgezet": 0,
        }  # fmt: skip


def _areas() -> Iterator[dict[str, Any]]:
    rows = [("TWENTE", "regio", "Twente"), *((code, "gemeente", name) for code, name in NAMES.items())]
    for code, level, name in rows:
        yield {
            "gebied_sleutel": code, "gebied_niveau": level, "gebied_naam": name, "gebied_label": name, "regio_naam": "Twente",
            "onbekend": "XXXX" in code,
        }  # fmt: skip


def _tables() -> Iterator[dict[str, Any]]:
    for table, kind in {"47022NED": "maand", "47018NED": "jaar"}.items():
        yield {
            "tabel": table, "periode_soort": kind, "titel": table, "gewijzigd": "2025-03-15", "opgehaald_op": MOMENT,
            "bron": "proef", "toestand": "actueel", "cijfers": 9, "niet_gevonden": "",
        }  # fmt: skip


def _opened() -> Iterator[dict[str, Any]]:
    for (period, code), counts in OPEN.items():
        monthly = "-" in period
        for gemeente, count in zip((ENSCHEDE, BORNE), counts, strict=True):
            yield {
                "gemeente_code": gemeente, "periode_soort": "maand" if monthly else "jaar", "periode": period,
                "politie_code": code, "politie_titel": code, "aantal": count, "tabel": "47022NED" if monthly else "47018NED",
                "gewijzigd": "2025-03-15", "opgehaald_op": MOMENT,
            }  # fmt: skip


def _delivery() -> DeliveryFacts:
    return DeliveryFacts(
        levering_id="2025-W09-0123456789", volgorde=1, bestand="proef.xlsx", sha256="0" * 64, bytes=1, geleverd_op=MOMENT,
        ingelezen_op=MOMENT, soort="window", week="2025-W09", dekking_van=COVERED[0], dekking_tot=COVERED[1], rijen=1,
        eerste_registratie=COVERED[0], laatste_registratie=COVERED[1], blad="Weekmonitor", overgeslagen="", xy_verwijderd=0,
        run_id="proef",
    )  # fmt: skip
