"""A region of three neighbourhoods for the tests of the hot times: incidents, levels, and the transformation compiled once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import duckdb
import ibis.expr.types as ir
import pandas as pd
import pyarrow

from ivz_assets.dashboard.hot_times import periods, recompute
from ivz_assets.dashboard.hot_times.schema import PUBLISHED
from ivz_assets.dashboard.hot_times.transform import Levels, hot_times
from ivz_assets.warehouse.store import Store

KEY = ["gebied_sleutel", "periode", "seizoen", "klasse_sleutel"]

INCIDENTS = pyarrow.schema(
    [
        ("buurt_code", pyarrow.string()), ("binnen_regio", pyarrow.bool_()), ("maatschappelijke_klasse", pyarrow.string()),
        ("projectcode", pyarrow.string()), ("datum_voorval", pyarrow.date32()), ("begin_tijdstip", pyarrow.timestamp("us")),
        ("eind_tijdstip", pyarrow.timestamp("us")), ("kenmerken", pyarrow.string()),
    ]
)  # fmt: skip
_TEXTS = {
    "gebieden": ("buurt_code", "gebied_niveau", "gebied_sleutel"),
    "klassen": ("maatschappelijke_klasse", "projectcode", "klasse_niveau", "klasse_sleutel"),
}

AREAS = [
    {"buurt_code": buurt, "gebied_niveau": level, "gebied_sleutel": key}
    for buurt in ("BU01530101", "BU01530201", "BU0141XXXX")
    for level, key in (
        ("buurt", buurt), ("wijk", f"WK{buurt[2:8]}"), ("gemeente", f"GM{buurt[2:6]}"), ("basisteam", "Twente-Noord"),
        ("regio", "TWENTE"),
    )
]  # fmt: skip
_KEYS = {
    "A20": ("subcategorie: Woninginbraak", "categorie: Vermogensdelicten", "totaal: misdrijven"),
    "E35": ("subcategorie: Jeugdoverlast", "categorie: Overlast en vernieling", "totaal: incidenten"),
}
CLASSES = [
    {"maatschappelijke_klasse": code, "projectcode": project, "klasse_niveau": key.split(":")[0] if ":" in key else "klasse",
     "klasse_sleutel": key}
    for code, keys in _KEYS.items()
    for project in ("", "JEUGD")
    for key in (code, *keys, *(["thema: Jeugd", "thema: Woonoverlast"] if project or code == "E35" else []))
]  # fmt: skip
PERIODS = [
    {"periode": "2025", "periode_soort": "jaar", "periode_begin": date(2025, 1, 1), "periode_eind": date(2025, 12, 31),
     "volgnummer": 1, "afgesloten": True},
    {"periode": "2026", "periode_soort": "jaar", "periode_begin": date(2026, 1, 1), "periode_eind": date(2026, 12, 31),
     "volgnummer": 2, "afgesloten": False},
    {"periode": "2025-01 t/m 2025-12", "periode_soort": "12 maanden", "periode_begin": date(2025, 1, 1),
     "periode_eind": date(2025, 12, 31), "volgnummer": 1, "afgesloten": True},
    {"periode": "2025-03 t/m 2026-02", "periode_soort": "12 maanden", "periode_begin": date(2025, 3, 1),
     "periode_eind": date(2026, 2, 28), "volgnummer": 2, "afgesloten": True},
    {"periode": "2025-04 t/m 2026-03", "periode_soort": "12 maanden", "periode_begin": date(2025, 4, 1),
     "periode_eind": date(2026, 3, 31), "volgnummer": 3, "afgesloten": False},
    {"periode": "2026-02", "periode_soort": "maand", "periode_begin": date(2026, 2, 1), "periode_eind": date(2026, 2, 28),
     "volgnummer": 1, "afgesloten": True},
]  # fmt: skip


def incident(
    begin: datetime | None = datetime(2026, 1, 6, 22, 0), end: datetime | None = None, klasse: str = "A20",
    buurt: str = "BU01530101", project: str | None = None, flags: str | None = None, inside: bool = True,
    day: date | None = None,
) -> dict[str, Any]:  # fmt: skip
    """An incident as the dashboard sees it; ``day`` is needed without a begin."""
    return {
        "buurt_code": buurt, "binnen_regio": inside, "maatschappelijke_klasse": klasse, "projectcode": project,
        "datum_voorval": day or (begin.date() if begin else date(2026, 1, 6)), "begin_tijdstip": begin, "eind_tijdstip": end,
        "kenmerken": flags,
    }  # fmt: skip


class Region:
    """The transformation compiled once; the engine runs it again for each table of incidents."""

    def __init__(self) -> None:
        self.store = Store(duckdb.connect())
        self.levels = Levels(
            areas=self._texts("gebieden", AREAS),
            classes=self._texts("klassen", CLASSES),
            months=self.store.keep_rows("maanden", periods.months(PERIODS, date(2025, 1, 1)), recompute.MONTHS),
            grains=self.store.keep_rows("korrels", periods.grains(), recompute.GRAINS),
        )
        self.put([])
        self._kept: list[tuple[str, str]] = []
        self.incidents = self.store.ibis.table("incidenten", database=("temp", "main"))
        self.tables = hot_times(self.incidents, self.levels, self._keep)
        self._sql = [self.store.sql(table) for table in self.tables]

    def stage(self, incidents: Sequence[dict[str, Any]]) -> list[ir.Table]:
        """The tables of these incidents as the store stages them."""
        self(incidents)
        with self.store.transaction():
            return [self.store.stage(model, table) for model, table in zip(PUBLISHED, self.tables, strict=True)]

    def put(self, incidents: Sequence[dict[str, Any]]) -> None:
        """Replaces the incidents."""
        self.store.keep_rows("incidenten", incidents, INCIDENTS)

    def __call__(self, incidents: Sequence[dict[str, Any]]) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Weights and coverage of these incidents."""
        self.put(incidents)
        for name, sql in self._kept:
            self.store.connection.execute(f'CREATE OR REPLACE TEMP TABLE "{name}" AS {sql}')
        weights, coverage = (self.store.connection.execute(sql).df() for sql in self._sql)
        return weights, coverage

    def _texts(self, name: str, rows: Sequence[dict[str, str]]) -> ir.Table:
        return self.store.keep_rows(name, rows, pyarrow.schema([(column, pyarrow.string()) for column in _TEXTS[name]]))

    def _keep(self, name: str, expression: ir.Table) -> ir.Table:
        self._kept.append((name, self.store.sql(expression)))
        return self.store.keep(name, expression)
