"""Dimensions: one row per key, every name and parent, and every key of the counts in its dimension."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from ivz_assets.dashboard.calendar import calendar_rows
from ivz_assets.dashboard.dimensions import dim_gebied, dim_klasse, dim_uur
from ivz_assets.dashboard.recompute import CATEGORIES_WITHOUT_CLASSES
from ivz_assets.dashboard.schema import DIM_DATUM, DIM_GEBIED, DIM_KLASSE
from ivz_assets.dashboard.themes.catalogue import themes
from ivz_assets.neighbourhoods.reference import class_denominators, gemeenten
from ivz_assets.settings import Settings
from ivz_assets.weekmonitor.reference import klassen

GEMEENTEN = [{"gemeente_code": "GM0153", "gemeente_naam": "Enschede"}, {"gemeente_code": "GM0141", "gemeente_naam": "Almelo"}]
LISTED = [
    {"buurt_code": "BU01530101", "buurt_naam": "Een", "wijk_code": "WK015301", "wijk_naam": "Binnen", "gemeente_code": "GM0153"}
]


def areas(seen: list[dict[str, str]], listed: list[dict[str, str]]) -> dict[str, dict[str, Any]]:
    """The area dimension by key; fails on a key that comes twice."""
    rows = dim_gebied(
        seen, listed, GEMEENTEN, "TWENTE", "Twente", {"GM0153": "Basisteam Zuid"}, {"GM0153": {"oppervlakte_ha": 14275.0}}
    )
    found = {str(row["gebied_sleutel"]): row for row in rows}
    assert len(found) == len(rows)
    assert all(set(row) == set(DIM_GEBIED.columns) for row in rows)
    assert len({(row["gebied_niveau"], row["gebied_label"]) for row in rows}) == len(rows)
    return found


def test_areas_that_are_listed_and_seen() -> None:
    seen = [{"buurt_code": "BU01530101", "buurt_naam": "EEN"}, {"buurt_code": "BU01530203", "buurt_naam": "Drie"}]
    found = areas(seen, LISTED)
    assert sorted(found) == sorted(
        ["BU01530101", "BU01530203", "BU0153XXXX", "BU0141XXXX", "BUXXXXXXXX", "WK015301", "WK015302", "WK0153XX", "WK0141XX",
         "WKXXXXXX", "GM0153", "GM0141", "GMXXXX", "Basisteam Zuid", "TWENTE"]
    )  # fmt: skip
    assert found["BU01530101"]["gebied_naam"] == "Een"  # the list's name goes before the delivered one
    assert found["BU01530101"]["wijk_naam"] == "Binnen"
    assert (found["BU01530101"]["gebied_label"], found["GM0153"]["gebied_label"]) == ("Een (Enschede)", "Enschede")
    assert found["BU01530203"]["wijk_naam"] == found["WK015302"]["gebied_naam"] == "Wijk 02 Enschede"
    assert found["BU01530203"]["gemeente_naam"] == "Enschede"
    assert {key for key, row in found.items() if row["onbekend"]} == {
        "BU0153XXXX", "BU0141XXXX", "BUXXXXXXXX", "WK0153XX", "WK0141XX", "WKXXXXXX", "GMXXXX"
    }  # fmt: skip
    assert found["BU0153XXXX"]["gebied_naam"] == found["WK0153XX"]["gebied_naam"] == "Onbekend (Enschede)"
    assert found["GMXXXX"]["gebied_naam"] == "Gemeente onbekend"
    assert found["TWENTE"]["gebied_niveau"] == "regio"
    assert {key for key, row in found.items() if row["basisteam"]} == {
        "BU01530101", "BU01530203", "BU0153XXXX", "WK015301", "WK015302", "WK0153XX", "GM0153", "Basisteam Zuid"
    }  # fmt: skip
    assert (found["GM0153"]["oppervlakte_ha"], found["GM0141"]["oppervlakte_ha"]) == (14275.0, None)


def test_the_region_of_twente_has_its_fourteen_municipalities(tmp_path: Path) -> None:
    listed = gemeenten(Settings(data_dir=tmp_path))
    rows = dim_gebied([], [], listed, "TWENTE", "Twente", {}, {})
    named = [row["gebied_naam"] for row in rows if row["gebied_niveau"] == "gemeente" and not row["onbekend"]]
    # DOMAIN.md: the 14 municipalities
    assert sorted(map(str, named)) == [
        "Almelo", "Borne", "Dinkelland", "Enschede", "Haaksbergen", "Hellendoorn", "Hengelo", "Hof van Twente", "Losser",
        "Oldenzaal", "Rijssen-Holten", "Tubbergen", "Twenterand", "Wierden",
    ]  # fmt: skip


def test_classes(tmp_path: Path) -> None:
    noemers = {row["maatschappelijke_klasse"]: (row["noemer"], row["reden"]) for row in class_denominators()}
    rows = dim_klasse(klassen(), noemers, CATEGORIES_WITHOUT_CLASSES, themes(Settings(data_dir=tmp_path)), {"E33"})
    found = {row["klasse_sleutel"]: row for row in rows}
    assert len(found) == len(rows)
    assert all(set(row) == set(DIM_KLASSE.columns) for row in rows)
    # DOMAIN.md: 140 codes, 46 subcategories, 5 categories, and Verkeer without codes; 20 codes begin with E or M
    per_level = {level: sum(row["klasse_niveau"] == level for row in rows) for level in ("klasse", "subcategorie", "categorie")}
    assert per_level == {"klasse": 140, "subcategorie": 46, "categorie": 6}
    assert found["categorie: Verkeer"]["categorie"] == "Verkeer"
    incidents = {row["klasse_sleutel"] for row in rows if row["soort"] == "incident" and row["klasse_niveau"] == "klasse"}
    assert len(incidents) == 20
    assert {str(key)[0] for key in incidents} == {"E", "M"}
    assert found["A20"]["subcategorie"] == "Woninginbraak"
    assert (found["A20"]["noemer"], found["subcategorie: Woninginbraak"]["noemer"]) == ("woningen", "woningen")
    assert found["A40"]["noemer"] == "geen"
    assert found["categorie: Vermogensdelicten"]["noemer"] is None  # its classes differ
    assert found["subcategorie: Woninginbraak"]["categorie"] == "Vermogensdelicten"
    # Bijlage 1A: E33 is overspannen persoon; S1 puts it with Woonoverlast. 15 of the 140 may carry x/y.
    assert found["E33"]["themas"] == "Woonoverlast"
    assert found["thema: Woonoverlast"]["klasse_naam"] == "Woonoverlast"
    assert (found["E33"]["laagste_niveau"], found["E35"]["laagste_niveau"]) == ("gemeente", "buurt")
    assert str(found["categorie: Huiselijk geweld"]["toelichting"]).startswith("Burengerucht")
    assert found["totaal: misdrijven"]["soort"] == "misdrijf"
    assert sum(row["xy_toegestaan"] is True for row in rows) == 15


@pytest.fixture(scope="module")
def calendar() -> dict[date, dict[str, Any]]:
    """The days around a year with 53 weeks."""
    rows = calendar_rows(date(2020, 12, 27), date(2021, 1, 5))
    assert all(set(row) == set(DIM_DATUM.columns) for row in rows)
    return {row["datum"]: row for row in rows}


def test_hours() -> None:
    assert [row["uur"] for row in dim_uur()] == list(range(24))
    # The weekmonitor's parts of the day: night until six, morning until noon, afternoon until six in the evening
    assert {row["uur"]: row["dagdeel"] for row in dim_uur() if row["uur"] % 6 == 5} == {
        5: "nacht",
        11: "ochtend",
        17: "middag",
        23: "avond",
    }
    assert dim_uur()[23]["uur_naam"] == "23:00-00:00"


def test_calendar_has_each_day_once(calendar: dict[date, dict[str, Any]]) -> None:
    assert sorted(calendar) == [date(2020, 12, 27) + timedelta(days=offset) for offset in range(10)]


def test_calendar_agrees_with_python(calendar: dict[date, dict[str, Any]]) -> None:
    for day, row in calendar.items():
        year, week, weekday = day.isocalendar()
        assert (row["iso_jaar"], row["iso_week"], row["weekdag"]) == (year, week, weekday)
        assert (row["jaar"], row["kwartaal"], row["maand"]) == (day.year, (day.month + 2) // 3, day.month)
        assert (row["week_sleutel"], row["maand_sleutel"], row["jaar_sleutel"]) == (
            f"{year}-W{week:02d}", f"{day:%Y-%m}", f"{day:%Y}"
        )  # fmt: skip
    assert calendar[date(2021, 1, 3)]["week_sleutel"] == "2020-W53"
