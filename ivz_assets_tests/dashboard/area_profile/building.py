"""A region of two municipalities, written out by hand: the tables that the profile and the themes are made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import ibis.expr.types as ir
import pandera.ibis as pa

from ivz_assets.dashboard.dimensions import dim_gebied, dim_klasse
from ivz_assets.dashboard.levels import area_levels, class_levels
from ivz_assets.dashboard.schema import AREA_LEVELS, CLASS_LEVELS, DAILY_COUNTS, DIM_GEBIED, DIM_KLASSE
from ivz_assets.dashboard.themes.catalogue import Theme, themes
from ivz_assets.enrichment.schema import MUNICIPAL_ENRICHMENTS
from ivz_assets.neighbourhoods.reference import class_denominators, indicators
from ivz_assets.neighbourhoods.schema import DENOMINATORS, NEIGHBOURHOOD_INDICATORS
from ivz_assets.quality.expectations_gate import Profile
from ivz_assets.settings import Settings
from ivz_assets.warehouse.arrow import rows_of
from ivz_assets.warehouse.store import Store
from ivz_assets.weekmonitor.reference import klassen

GEMEENTEN = [
    {"gemeente_code": "GM0141", "gemeente_naam": "Almelo"},
    {"gemeente_code": "GM0168", "gemeente_naam": "Losser"},
]
BUURTEN = [
    {"buurt_code": code, "buurt_naam": code, "wijk_code": f"WK{code[2:8]}", "wijk_naam": f"Wijk {code[2:8]}"}
    for code in ("BU01410101", "BU01410102", "BU01410103", "BU01680101")
]
DRAWN, LISTED = "EG: Park", "EG: Flats"

OWN = {DRAWN: [DRAWN], LISTED: ["BU01410101", "BU01410103"], "EG: Grens": ["BU01410101", "BU01680101"]}

CBS: list[tuple[str, int, str, float | None, int | None]] = [
    # area, year, indicator, value, year of the value
    *((code, 2025, "stedelijkheid", 2.0, 2025) for code in ("BU01410101", "BU01410102", "BU01410103", "GM0141")),
    ("BU01680101", 2025, "stedelijkheid", 4.0, 2025),
    ("GM0168", 2025, "stedelijkheid", 4.0, 2025),
    ("BU01410101", 2025, "inwoners", 1000.0, 2025),
    ("BU01410102", 2025, "inwoners", 500.0, 2025),
    ("BU01410103", 2025, "inwoners", 95.0, 2025),
    ("BU01680101", 2025, "inwoners", None, None),
    ("GM0141", 2025, "inwoners", 2000.0, 2025),
    ("GM0168", 2025, "inwoners", 1000.0, 2025),
    ("BU01410101", 2025, "inwoners_15_tot_25", 150.0, 2025),
    ("BU01410102", 2025, "inwoners_15_tot_25", 50.0, 2025),
    ("BU01410103", 2025, "inwoners_15_tot_25", 10.0, 2025),
    ("BU01680101", 2025, "inwoners_15_tot_25", None, None),
    ("GM0141", 2025, "inwoners_15_tot_25", 300.0, 2025),
    ("GM0168", 2025, "inwoners_15_tot_25", 60.0, 2025),
    # Not filled in 2025: that of 2024, when there were 800 inhabitants.
    ("BU01410101", 2024, "inwoners", 800.0, 2024),
    ("BU01410101", 2024, "uitkeringen_bijstand", 40.0, 2024),
    ("BU01410101", 2025, "uitkeringen_bijstand", 40.0, 2024),
    ("GM0141", 2025, "huishoudens", 1000.0, 2025),
    ("GM0168", 2025, "huishoudens", 500.0, 2025),
    ("GM0141", 2025, "huishoudensgrootte", 2.0, 2025),
    ("GM0168", 2025, "huishoudensgrootte", 2.6, 2025),
    ("GM0141", 2025, "woningvoorraad", 1000.0, 2025),
    ("GM0168", 2025, "woningvoorraad", None, None),
]

REGISTERED: list[tuple[str, str, str, str, int]] = [
    # neighbourhood, day, class, project code, how many
    ("BU01410101", "2025-03-01", "A20", "", 6),
    ("BU01410101", "2025-12-31", "E33", "", 3),
    ("BU01410102", "2025-06-01", "F550", "HG", 2),
    ("BU01410102", "2025-06-01", "F550", "", 5),
    ("BU0141XXXX", "2025-06-02", "A50", "", 4),
    ("BU01680101", "2025-07-01", "E12", "", 7),
    ("BU01680101", "2025-07-02", "E33", "", 2),
    ("BU01680101", "2024-07-02", "E33", "", 8),
    ("BU01680101", "2026-01-02", "E33", "", 9),
    (DRAWN, "2025-07-01", "E35", "", 1),
]


def theme_list(folder: Any) -> list[Theme]:
    """The project's own themes."""
    return themes(Settings(data_dir=folder))


def inputs(store: Store, known: list[Theme]) -> dict[str, ir.Table]:
    """The tables by name, as temporary ones."""
    return {str(model.name): rows_of(store, model, rows) for model, rows in made(known)}


def promoted(store: Store, known: list[Theme]) -> None:
    """The tables in the store, as stages that passed left them."""
    with store.transaction():
        for model, rows in made(known):
            store.stage(model, rows_of(store, model, rows))
            store.connection.execute(f'DROP TABLE IF EXISTS "{model.name}"')
            store.connection.execute(f'ALTER TABLE "{model.name}__nieuw" RENAME TO "{model.name}"')
            store.remember_version(str(model.name), 1, "run", datetime(2026, 3, 23), {}, passed=True)


def made(known: list[Theme]) -> list[tuple[pa.DataFrameSchema, list[dict[str, Any]]]]:
    """The models with their rows."""
    areas = dim_gebied([], BUURTEN, GEMEENTEN, "TWENTE", "Twente", {"GM0141": "Team A", "GM0168": "Team A"}, {})
    empty = dict.fromkeys(DIM_GEBIED.columns)
    for key in OWN:
        facts = {
            "gebied_sleutel": key,
            "gebied_niveau": "eigen gebied",
            "gebied_naam": key[4:],
            "gebied_label": key,
            "regio_naam": "Twente",
        }
        areas.append({**empty, **facts, "onbekend": False})
    codes = [row["gebied_sleutel"] for row in areas if row["gebied_niveau"] == "buurt"]
    noemers = {row["maatschappelijke_klasse"]: (row["noemer"], row["reden"]) for row in class_denominators()}
    listed = [(row["maatschappelijke_klasse"], "") for row in klassen()]
    return [
        (DIM_GEBIED, areas),
        (DIM_KLASSE, dim_klasse(klassen(), noemers, ("Verkeer",), known)),
        (AREA_LEVELS, area_levels(codes, "TWENTE", {"GM0141": "Team A", "GM0168": "Team A"}, OWN)),
        (CLASS_LEVELS, class_levels([*listed, *((row[2], row[3]) for row in REGISTERED)], klassen(), known)),
        (DAILY_COUNTS, [daily(*row) for row in REGISTERED]),
        (NEIGHBOURHOOD_INDICATORS, [cbs(*row) for row in CBS]),
        (
            DENOMINATORS,
            [
                denominator("BU01410101", "inwoners", 1000.0),
                denominator("BU01410101", "woningen", 400.0),
                denominator("BU01410102", "inwoners", 500.0),
                denominator("BU01410103", "inwoners", 95.0, large=False),
                denominator("GM0141", "inwoners", 2000.0),
                denominator("GM0168", "inwoners", 1000.0),
                denominator("TWENTE", "inwoners", 3000.0),
            ],
        ),
        (MUNICIPAL_ENRICHMENTS, []),
    ]


def broken(profiles: Mapping[str, Profile], suite: Mapping[str, Sequence[Any]]) -> set[str]:
    """Expectations that do not hold, by name. All limits of these suites are nought, so no engine is needed to judge them."""
    for expectation in (one for expectations in suite.values() for one in expectations):
        assert (expectation.min_value, expectation.max_value) == (0, 0)
    return {
        expectation.meta["id"]
        for name, expectations in suite.items()
        for expectation in expectations
        if (profiles[name].frame[expectation.column] != 0).any()
    }


def daily(buurt: str, day: str, klasse: str, project: str, count: int, basis: str = "voorgevallen") -> dict[str, Any]:
    """A row of daily counts."""
    measures = dict.fromkeys((name for name in DAILY_COUNTS.columns if name.startswith("aantal")), 0)
    return {
        **measures, "datumbasis": basis, "datum": date.fromisoformat(day), "buurt_code": buurt,
        "maatschappelijke_klasse": klasse, "projectcode": project, "aantal": count,
    }  # fmt: skip


def cbs(area: str, year: int, indicator: str, value: float | None, of_year: int | None) -> dict[str, Any]:
    """A figure of CBS."""
    level = {"BU": "buurt", "WK": "wijk", "GM": "gemeente"}[area[:2]]
    unit = next(row["eenheid"] for row in indicators() if row["indicator"] == indicator)
    return {
        "gebied_code": area, "niveau": level, "jaar": year, "indicator": indicator, "waarde": value, "eenheid": unit,
        "waarde_jaar": of_year, "bron_tabel": "86165NED", "bron_kolom": "x",
        "bron_gewijzigd": "2025", "opgehaald_op": datetime(2026, 1, 5),
    }  # fmt: skip


def denominator(area: str, kind: str, value: float, *, large: bool = True) -> dict[str, Any]:
    """A denominator of 2025."""
    level = {"BU": "buurt", "GM": "gemeente", "TW": "regio"}[area[:2]]
    return {
        "gebied_code": area, "niveau": level, "jaar": 2025, "waarde_jaar": 2025, "noemer": kind,
        "waarde": value, "eenheid": kind, "omgezet": False,
        "groot_genoeg": large,
    }  # fmt: skip


def figure(area: str, indicator: str, kind: str, begin: str, value: float | None, **more: Any) -> dict[str, Any]:
    """A figure of a supplier."""
    facts: dict[str, Any] = {
        "indicator": indicator, "uitsplitsing": "", "gebied_code": area, "periode_soort": kind, "periode": begin,
        "periode_begin": date.fromisoformat(begin), "periode_eind": date.fromisoformat(begin), "waarde": value,
        "eenheid": "aantal", "noemer": "inwoners", "indicator_naam": indicator, "leverancier": "Gemeente",
        "geleverd_op": datetime(2026, 1, 5), "bewaren_tot": date(2030, 1, 1), "onderdrukt": False, "huidige_gebied_code": area,
        "niveau": {"BU": "buurt", "WK": "wijk", "GM": "gemeente"}[area[:2]], "eigenaar": "Gemeente", "grondslag": "Convenant",
        "doel": "Veiligheidsbeeld", "geldig_van": date(2024, 1, 1), "geldig_tot": date(2026, 12, 31), "bewaartermijn_maanden": 60,
        "levering_id": "V2026-01-05-0123456789", "peildatum": date.fromisoformat(begin), "ouderdom_dagen": 1,
        "buiten_geldigheid": False,
    }  # fmt: skip
    return facts | more
