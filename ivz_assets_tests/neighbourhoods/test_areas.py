"""Areas per year: every level, parents, names of then and now, and no level that nobody set."""

from __future__ import annotations

from typing import Any

import pytest

from ivz_assets.neighbourhoods import areas
from ivz_assets.neighbourhoods.crosswalk import Buurt
from ivz_assets.neighbourhoods.schema import AREAS

REGION = ("TWENTE", "Twente")
TEAMS = {"GM0153": "Enschede", "GM0147": "Twente-Midden"}


def plain(year: int, code: str, name: str, change: int | None = 1) -> dict[str, Any]:
    level = {"BU": "buurt", "WK": "wijk", "GM": "gemeente"}[code[:2]]
    return {"jaar": year, "gebied_code": code, "niveau": level, "naam": name, "indelingswijziging": change}


ROWS = [
    *areas.from_kwb(
        [
            plain(2022, "GM0153", "Enschede", None), plain(2022, "WK015301", "Centrum"), plain(2022, "BU01530101", "Oude naam"),
            plain(2022, "BU01530102", "Weg"), plain(2022, "GM0147", "Borne", None),
        ],
        "85318NED",
    ),
    *areas.from_kwb(
        [
            plain(2023, "GM0153", "Enschede", None), plain(2023, "WK015301", "Centrum"),
            plain(2023, "BU01530101", "Nieuwe naam", 3), plain(2023, "GM0147", "Borne", None),
            plain(2023, "GM0363", "Amsterdam", None), plain(2023, "BU03630101", "Dam"),
        ],
        "85618NED",
    ),
]  # fmt: skip


def completed(**changes: Any) -> dict[tuple[int, str], dict[str, Any]]:
    """The areas by year and code."""
    told: dict[str, Any] = {"region": REGION, "gemeenten": ["GM0153", "GM0147"], "basisteams": {}, "labels": {}, **changes}
    rows = areas.complete(ROWS, **told)
    assert all(set(row) == set(AREAS.columns) for row in rows)
    found = {(row["jaar"], row["gebied_code"]): row for row in rows}
    assert len(found) == len(rows)
    return found


def test_every_area_has_its_parents() -> None:
    found = completed()
    parents = ("niveau", "wijk_code", "gemeente_code", "basisteam", "regio_code")
    assert {code: tuple(row[name] for name in parents) for (year, code), row in found.items() if year == 2023} == {
        "BU01530101": ("buurt", "WK015301", "GM0153", None, "TWENTE"),
        "WK015301": ("wijk", "WK015301", "GM0153", None, "TWENTE"),
        "GM0153": ("gemeente", None, "GM0153", None, "TWENTE"),
        "GM0147": ("gemeente", None, "GM0147", None, "TWENTE"),
        # Of the rest of the country, when that is asked for: no region.
        "GM0363": ("gemeente", None, "GM0363", None, None),
        "BU03630101": ("buurt", "WK036301", "GM0363", None, None),
        "TWENTE": ("regio", None, None, None, "TWENTE"),
    }


def test_names_are_those_of_then_and_of_now() -> None:
    found = completed()
    named = {key: (row["naam"], row["huidige_naam"]) for key, row in found.items() if row["niveau"] == "buurt"}
    assert named == {
        (2022, "BU01530101"): ("Oude naam", "Nieuwe naam"),
        (2023, "BU01530101"): ("Nieuwe naam", "Nieuwe naam"),
        (2022, "BU01530102"): ("Weg", None),
        (2023, "BU03630101"): ("Dam", "Dam"),
    }
    assert found[2022, "TWENTE"]["naam"] == found[2022, "TWENTE"]["huidige_naam"] == "Twente"
    assert found[2022, "BU01530101"]["bron"] == "85318NED"
    assert found[2023, "BU01530101"]["indelingswijziging"] == 3


def test_without_a_map_of_basisteams_there_is_no_such_level() -> None:
    found = completed()
    assert {row["niveau"] for row in found.values()} == {"buurt", "wijk", "gemeente", "regio"}
    assert {row["basisteam"] for row in found.values()} == {None}


def test_basisteams_in_every_year() -> None:
    found = completed(basisteams=TEAMS)
    teams = {key: (row["naam"], row["regio_code"]) for key, row in found.items() if row["niveau"] == "basisteam"}
    assert teams == {(year, team): (team, "TWENTE") for year in (2022, 2023) for team in TEAMS.values()}
    assert found[2022, "BU01530102"]["basisteam"] == found[2023, "GM0153"]["basisteam"] == "Enschede"
    assert found[2023, "GM0363"]["basisteam"] is None
    assert found[2023, "TWENTE"]["basisteam"] is None


def test_a_label_of_the_newest_map_is_not_given_to_a_code_that_is_gone() -> None:
    found = completed(labels={"BU01530101": (6.9, 52.2), "BU01530102": (6.8, 52.1)})
    points = {key: (row["label_lengtegraad"], row["label_breedtegraad"]) for key, row in found.items()}
    assert points[2022, "BU01530101"] == points[2023, "BU01530101"] == (6.9, 52.2)
    assert points[2022, "BU01530102"] == (None, None)
    assert points[2023, "TWENTE"] == (None, None)


@pytest.mark.parametrize("wijk_naam", ["Centrum", ""])
def test_from_the_lists_of_the_region(wijk_naam: str) -> None:
    listed = [{"buurt_code": "BU01530101", "buurt_naam": "Een", "wijk_code": "WK015301", "wijk_naam": wijk_naam}]
    rows = areas.from_lists(2024, listed, {"GM0153": "Enschede"}, ("buurten.csv", "gemeenten.csv"))
    assert [(row["jaar"], row["gebied_code"], row["niveau"], row["naam"], row["bron"]) for row in rows] == [
        (2024, "BU01530101", "buurt", "Een", "buurten.csv"),
        (2024, "WK015301", "wijk", wijk_naam or "WK015301", "buurten.csv"),
        (2024, "GM0153", "gemeente", "Enschede", "gemeenten.csv"),
    ]
    assert {row["indelingswijziging"] for row in rows} == {None}


def test_editions_hold_the_neighbourhoods_only() -> None:
    assert areas.editions(ROWS) == {
        2022: [Buurt("BU01530101", "Oude naam", 1), Buurt("BU01530102", "Weg", 1)],
        2023: [Buurt("BU01530101", "Nieuwe naam", 3), Buurt("BU03630101", "Dam", 1)],
    }
    assert areas.editions([]) == {}
    assert areas.complete([], region=REGION, gemeenten=[], basisteams={}, labels={}) == []
