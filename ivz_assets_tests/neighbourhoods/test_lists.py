"""The lists that a region may write itself: what they mean, and what is said of a mistake."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivz_assets.neighbourhoods.reference import (
    basisteams,
    class_denominators,
    denominators,
    indicators,
    kwb_stems,
    local_crosswalk,
)
from ivz_assets.neighbourhoods.reference.user_lists import WrongList
from ivz_assets.settings import Settings
from ivz_assets.weekmonitor.reference import klassen
from ivz_assets_tests.neighbourhoods.building import Streek

TEAMS = "gemeente_code,basisteam\nGM0153,Enschede\nGM0147,Twente-Midden\n"
HEADER = "jaar,van_buurt_code,buurt_code,gewicht,toelichting\n"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Streek(tmp_path).settings()


def test_lists_that_are_not_there(settings: Settings) -> None:
    assert basisteams(settings) == {}
    assert local_crosswalk(settings) == {}


def test_basisteams_of_the_region(settings: Settings) -> None:
    settings.basisteams_csv.write_text(TEAMS.replace(",", ";") + "GM0363;Amsterdam\n", encoding="utf-8-sig")
    assert basisteams(settings) == {"GM0153": "Enschede", "GM0147": "Twente-Midden"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (TEAMS.replace("GM0147", "0147"), "line 3: gemeente_code '0147' is not well-formed"),
        (TEAMS.replace("Twente-Midden", " "), "line 3: basisteam '' is not well-formed"),
        (TEAMS + "GM0153,Twente\n", "line 4: gemeente_code 'GM0153' is also on line 2; remove one of the two"),
        (TEAMS.replace("basisteam", "team"), "line 1: there is no column basisteam, only gemeente_code, team"),
        ("gemeente_code,basisteam\nGM0153,Enschede\n", "no basisteam for GM0147; add a line for each municipality of the region"),
        ("gemeente_code,basisteam\n", "the list has no rows"),
    ],
)
def test_a_wrong_map_of_basisteams(settings: Settings, text: str, told: str) -> None:
    settings.basisteams_csv.write_text(text, encoding="utf-8")
    with pytest.raises(WrongList) as caught:
        basisteams(settings)
    assert str(caught.value).startswith(str(settings.basisteams_csv))
    assert told in str(caught.value)


def test_local_changes_of_codes(settings: Settings) -> None:
    settings.crosswalk_csv.write_text(
        HEADER.replace(",", ";")
        + "2022;BU01530102;BU01530103;0,6;Raadsbesluit\n2022;BU01530102;BU01530104;.4;Raadsbesluit\n"
        + "2023;BU01530201;BU01530202;1;Brief\n2023;BU01530202;BU01530203;1,00;Brief\n",
        encoding="utf-8",
    )
    assert local_crosswalk(settings) == {
        2022: {"BU01530102": [("BU01530103", 0.6, "Raadsbesluit"), ("BU01530104", 0.4, "Raadsbesluit")]},
        2023: {"BU01530201": [("BU01530202", 1.0, "Brief")], "BU01530202": [("BU01530203", 1.0, "Brief")]},
    }


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("22,BU01530102,BU01530103,1,x", "jaar '22' is not well-formed"),
        ("2022,BU0153010,BU01530103,1,x", "van_buurt_code 'BU0153010' is not well-formed"),
        ("2022,BU01530102,WK015301,1,x", "buurt_code 'WK015301' is not well-formed"),
        ("2022,BU01530102,BU01530103,60%,x", "gewicht '60%' is not well-formed"),
        ("2022,BU01530102,BU01530103,1.5,x", "gewicht '1.5' is not well-formed"),
        ("2022,BU01530102,BU01530103,-1,x", "gewicht '-1' is not well-formed"),
        ("2022,BU01530102,BU01530103,0,x", "gewicht '0' is not well-formed"),
        ("2022,BU01530102,BU01530103,0.0,x", "gewicht '0.0' is not well-formed"),
        ("2022,BU01530102,BU01530103,1,", "toelichting '' is not well-formed"),
        ("2022,BU01530102,BU01530103,0,6,x", "6 values for 5 columns ('x' is too many)"),
    ],
)
def test_a_wrong_line_is_named(settings: Settings, line: str, told: str) -> None:
    settings.crosswalk_csv.write_text(f"{HEADER}2022,BU01530101,BU01530101,1,goed\n{line}\n", encoding="utf-8")
    with pytest.raises(WrongList) as caught:
        local_crosswalk(settings)
    assert str(caught.value).startswith(f"{settings.crosswalk_csv}, line 3: {told}")


# The lists of the package


def test_every_indicator_has_a_stem_and_every_stem_an_indicator() -> None:
    names = [row["indicator"] for row in indicators()]
    assert len(set(names)) == len(names)
    assert {row["indicator"] for row in kwb_stems()} == set(names)
    assert all(row["omschrijving"] and row["eenheid"] and row["groep"] for row in indicators())


def test_every_class_has_one_denominator_and_a_reason() -> None:
    kinds = {row["noemer"]: row for row in denominators()}
    assert {row["indicator"] for row in kinds.values()} <= {row["indicator"] for row in indicators()}
    assert float(kinds["inwoners"]["ondergrens"]) == 100
    listed = [row["maatschappelijke_klasse"] for row in class_denominators()]
    assert sorted(listed) == sorted(row["maatschappelijke_klasse"] for row in klassen())
    assert {row["noemer"] for row in class_denominators()} == {*kinds, "geen"}
    assert all(row["reden"].strip() for row in [*class_denominators()])
    chosen = {row["maatschappelijke_klasse"]: row["noemer"] for row in class_denominators()}
    named = {row["maatschappelijke_klasse"]: row["subcategorie"] for row in klassen()}
    assert {chosen[code] for code, name in named.items() if name == "Woninginbraak"} == {"woningen"}
