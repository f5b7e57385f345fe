"""A region of three neighbourhoods with four classes, and the figures of it, compiled once. No tests."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import duckdb
import pandas as pd

from ivz_assets.dashboard.figures import transform
from ivz_assets.dashboard.figures.grains import grains
from ivz_assets.dashboard.figures.inputs import Sources, inputs
from ivz_assets.dashboard.figures.periods import periods, shown
from ivz_assets.dashboard.figures.tested import with_limits, with_tests
from ivz_assets.dashboard.levels import area_levels
from ivz_assets.dashboard.periods import dim_periode
from ivz_assets.dashboard.schema import AREA_LEVELS, CLASS_LEVELS, DAILY_COUNTS, DIM_GEBIED, DIM_KLASSE, DIM_PERIODE
from ivz_assets.neighbourhoods.schema import DENOMINATORS
from ivz_assets.warehouse.arrow import arrow_schema
from ivz_assets.warehouse.store import Store

FIRST, UP_TO = date(2021, 1, 1), date(2026, 3, 22)
CORONA = (date(2020, 3, 12), date(2022, 2, 25))
BUURTEN = ("BU01530101", "BU01530102", "BU01410101", "BU0153XXXX")
# Class, project code: subcategory, category, denominator of the class, total, theme.
CLASSES = {
    ("A20", ""): ("Woninginbraak", "Vermogensdelicten", "woningen", "totaal: misdrijven", None),
    ("A40", ""): ("Winkeldiefstal", "Vermogensdelicten", "geen", "totaal: misdrijven", None),
    ("E35", ""): ("Overlast jeugd", "Overlast", "inwoners", "totaal: incidenten", "thema: Jeugd"),
    ("A20", "JEUGD"): ("Woninginbraak", "Vermogensdelicten", "woningen", "totaal: misdrijven", "thema: Jeugd"),
}
PEOPLE = {
    "BU01530101": 2000.0, "BU01530102": 50.0, "WK015301": 2050.0, "GM0153": 2050.0,
    "BU01410101": 1000.0, "WK014101": 1000.0, "GM0141": 1000.0, "TWENTE": 3050.0,
}  # fmt: skip
COMPLETE = [
    {"klasse_sleutel": key, "periode_soort": kind, "periode": period, "periode_begin": begin, "aandeel_binnen": share}
    for key, kind, period, begin, share in (
        ("subcategorie: Woninginbraak", "maand", "2026-01", date(2026, 1, 1), 0.99),
        ("subcategorie: Woninginbraak", "maand", "2026-02", date(2026, 2, 1), 0.9),
        ("subcategorie: Woninginbraak", "maand", "2026-03", date(2026, 3, 1), None),
        ("subcategorie: Woninginbraak", "jaar tot nu", "2026 t/m 03-22", date(2026, 1, 1), 0.95),
        ("totaal: misdrijven", "jaar tot nu", "2026 t/m 03-22", date(2026, 1, 1), 0.79),
        ("subcategorie: Woninginbraak", "week", "2025-W50", date(2025, 12, 8), 0.99),
        ("subcategorie: Woninginbraak", "week", "2025-W51", date(2025, 12, 15), 0.99),
        ("subcategorie: Woninginbraak", "week", "2025-W52", date(2025, 12, 22), 0.99),
        ("subcategorie: Woninginbraak", "week", "2026-W01", date(2025, 12, 29), 0.99),
        ("subcategorie: Woninginbraak", "week", "2026-W02", date(2026, 1, 5), 0.99),
        ("subcategorie: Woninginbraak", "week", "2026-W03", date(2026, 1, 12), 0.99),
        ("subcategorie: Woninginbraak", "week", "2026-W12", date(2026, 3, 16), 0.45),
    )
]  # fmt: skip

KEY = ["datumbasis", "gebied_sleutel", "periode", "klasse_sleutel"]


def levels_of(code: str, project: str) -> dict[str, str]:
    """Keys per level of class."""
    sub, category, _, total, theme = CLASSES[code, project]
    keys = {"klasse": code, "subcategorie": f"subcategorie: {sub}", "categorie": f"categorie: {category}", "totaal": total}
    return keys | ({"thema": theme} if theme else {})


def happened(
    day: date, code: str = "A20", buurt: str = "BU01530101", project: str = "", times: int = 1, **more: Any
) -> dict[str, Any]:
    """A row of ``daily_counts``."""
    zeros = {name: 0 for name in DAILY_COUNTS.columns if name.startswith("aantal_")}
    keys = {"datumbasis": "voorgevallen", "datum": day, "buurt_code": buurt, "maatschappelijke_klasse": code}
    return {**keys, "projectcode": project, **zeros, "aantal": times, **more}


def period_rows() -> list[dict[str, Any]]:
    """Rows of ``dim_periode``; two weeks before the deliveries begin are listed too, for registrations may be late."""
    return dim_periode(FIRST - timedelta(days=14), UP_TO + timedelta(days=1), (FIRST, UP_TO), [CORONA])


class Region:
    """The figures of the region for any counts per day: the expressions are compiled once and run again."""

    def __init__(self) -> None:
        self.store = Store(duckdb.connect(config={"threads": 1}))
        self.kept: list[tuple[str, str]] = []
        self.sources = self._sources()
        self.pairs = shown(periods(period_rows(), FIRST), grains(), UP_TO)
        made = inputs(self.store, self.sources, grains(), FIRST, UP_TO, COMPLETE)
        cells = transform.rated(transform.compared(transform.counted(made, self._keep), made, self._keep), made, self._keep)
        self.counts_sql = self.store.sql(cells.select("aantal").distinct())
        self.triples_sql = self.store.sql(transform.triples(cells, made))
        limits, tests = self._statistics()
        self.figures = transform.figures(cells, limits, tests, made)
        self.sql = self.store.sql(self.figures)

    def __call__(self, rows: Iterable[dict[str, Any]]) -> pd.DataFrame:
        """The figures of these rows of ``daily_counts``."""
        self.put(rows)
        return self.store.connection.execute(self.sql).df()

    def put(self, rows: Iterable[dict[str, Any]]) -> None:
        """Replaces the counts per day and makes what the figures are made from."""
        self.store.keep_rows("t_daily_counts", list(rows), arrow_schema(DAILY_COUNTS))
        for name, sql in self.kept:
            self.store.connection.execute(f'CREATE OR REPLACE TEMP TABLE "{name}" AS {sql}')
        self._statistics()

    def _keep(self, name: str, expression: Any) -> Any:
        self.kept.append((name, self.store.sql(expression)))
        return self.store.keep(name, expression)

    def _statistics(self) -> tuple[Any, Any]:
        run = self.store.connection.execute
        limits = self.store.keep_arrow("t_grenzen", with_limits(run(self.counts_sql).to_arrow_table()))
        return limits, self.store.keep_arrow("t_toetsen", with_tests(run(self.triples_sql).to_arrow_table()))

    def _sources(self) -> Sources:
        areas = area_levels(BUURTEN, "TWENTE", {}, {})
        listed = {row["gebied_sleutel"]: row["gebied_niveau"] for row in areas}
        gebieden = [
            {
                "gebied_sleutel": key, "gebied_niveau": level, "gebied_naam": key, "regio_naam": "Twente",
                "gemeente_code": None if level == "regio" else f"GM{key[2:6]}", "onbekend": "X" in key[2:] and level != "regio",
            }
            for key, level in listed.items()
        ]  # fmt: skip
        classed = [
            {"maatschappelijke_klasse": code, "projectcode": project, "klasse_niveau": level, "klasse_sleutel": key}
            for code, project in CLASSES
            for level, key in levels_of(code, project).items()
        ]
        klassen = {
            key: {
                "klasse_sleutel": key, "klasse_niveau": level, "klasse_naam": key, "subcategorie": CLASSES[pair][0],
                "categorie": CLASSES[pair][1], "noemer": CLASSES[pair][2] if level in ("klasse", "subcategorie") else None,
            }
            for pair in CLASSES
            for level, key in levels_of(*pair).items()
        }  # fmt: skip
        noemers = [
            {
                "gebied_code": code, "niveau": "buurt", "jaar": year, "noemer": kind, "waarde": value * share, "eenheid": "x",
                "waarde_jaar": year, "omgezet": False, "groot_genoeg": value >= 100, "bron": None,
            }
            for code, value in PEOPLE.items()
            for year in range(2021, 2026)
            for kind, share in (("inwoners", 1.0), ("woningen", 0.5))
        ]  # fmt: skip
        made = {
            "daily_counts": (DAILY_COUNTS, []), "area_levels": (AREA_LEVELS, areas), "class_levels": (CLASS_LEVELS, classed),
            "dim_gebied": (DIM_GEBIED, gebieden), "dim_klasse": (DIM_KLASSE, list(klassen.values())),
            "dim_periode": (DIM_PERIODE, period_rows()), "denominators": (DENOMINATORS, noemers),
        }  # fmt: skip
        return Sources(
            **{name: self.store.keep_rows(f"t_{name}", rows, arrow_schema(model)) for name, (model, rows) in made.items()}
        )
