"""The tables of the hot spots made from a small region, and each gate stopping the fault that it is for, and only that."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from ivz_assets.dashboard.hot_spots.pictures import charts
from ivz_assets.quality.verdicts import Verdict
from ivz_assets_tests.dashboard.hot_spots.small_region import (
    BOTTOM,
    CLUSTER,
    CODES,
    LEFT,
    NEWER,
    OLDER,
    SMALL,
    UNKNOWN,
    Region,
)

# What the fixture of this page makes is dear: one worker makes it once.
pytestmark = pytest.mark.xdist_group("hot_spots")

BURGLARY, YOUTH = "subcategorie: Woninginbraak", "subcategorie: Jeugdoverlast"


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Region]:
    """The region with its tables, built behind their gates."""
    made = Region(tmp_path_factory.mktemp("hot_spots"))
    outcome = made.build(permutations=99_999)
    assert outcome.passed, [verdict.findings_as_dicts() for verdict in outcome.verdicts]
    yield made
    made.store.close()


def rows_of(region: Region, key: str, window: str) -> dict[str, dict[str, Any]]:
    """Rows of one map by neighbourhood."""
    found = region.store.rows("SELECT * FROM dashboard_hot_spots WHERE klasse_sleutel = ? AND periode = ?", [key, window])
    return {row["gebied_sleutel"]: row for row in found}


def test_the_planted_cluster_is_hot_and_new(region: Region) -> None:
    """Burglaries rose to 60 in a corner of nine neighbourhoods in the newer year."""
    rows = rows_of(region, BURGLARY, NEWER)
    assert set(rows) == {*CODES, UNKNOWN}
    hot = {code for code, row in rows.items() if row["oordeel"] == "heet"}
    assert CLUSTER[4] in hot
    assert not hot & set(CODES[24:])
    assert {rows[code]["ontwikkeling"] for code in hot} == {"nieuw"}
    assert {row["oordeel"] for row in rows_of(region, BURGLARY, OLDER).values()} == {"geen", "geen uitspraak"}
    middle = rows[CLUSTER[4]]
    assert (middle["aantal"], middle["noemer"], middle["noemer_jaar"], middle["cijfer"]) == (60, "woningen", 2024, 60.0)
    assert (middle["nieuwste"], middle["getoetst"], middle["opvallend"]) == (True, 35, len(hot))


def test_what_cannot_be_judged_stays_on_the_map(region: Region) -> None:
    """The unknown neighbourhood and the one with 40 houses have their counts and their reasons."""
    rows = rows_of(region, BURGLARY, NEWER)
    told = {code: (rows[code]["aantal"], rows[code]["reden"], rows[code]["ontwikkeling"]) for code in (UNKNOWN, SMALL)}
    assert told == {UNKNOWN: (3, "buurt onbekend", None), SMALL: (6, "noemer te klein of onbekend", None)}


def test_only_maps_with_registrations_are_made(region: Region) -> None:
    """A theme shown from a higher level on has none, nor has a class of which nothing was registered."""
    found = {row["klasse_sleutel"] for row in region.store.rows("SELECT DISTINCT klasse_sleutel FROM dashboard_hot_spots")}
    assert found == {
        "categorie: Vermogensdelicten",
        "categorie: Overlast en vernieling",
        BURGLARY,
        YOUTH,
        "thema: Jeugdoverlast en -criminaliteit",
    }


def test_squares_tell_where_without_telling_the_place(region: Region) -> None:
    """7 in one square, 4 hidden, one without a place and one outside the rectangle; never the place that was given."""
    rows = region.store.rows("SELECT * FROM dashboard_hot_spot_grid ORDER BY aantal DESC, vlak")
    assert [(row["klasse_sleutel"], row["vlak"], row["aantal"]) for row in rows] == [
        ("E35", "E2550N4700", 7),
        ("E35", "verborgen", 4),
        ("E35", "zonder plaats", 2),
    ]
    assert (rows[0]["midden_rd_x"], rows[0]["midden_rd_y"]) == (LEFT + 250.0, BOTTOM + 250.0)
    assert rows[0]["aandeel"] == pytest.approx(7 / 11)


def test_a_rerun_gives_the_same(region: Region, tmp_path: Path) -> None:
    """The permutations are the same each time, and the order of what is read changes nothing."""
    again = Region(tmp_path)
    again.store.connection.execute("CREATE OR REPLACE TABLE daily_counts AS FROM daily_counts ORDER BY hash(buurt_code, datum)")
    again.store.connection.execute("CREATE OR REPLACE TABLE area_neighbours AS FROM area_neighbours ORDER BY hash(buur_code)")
    assert again.build(permutations=99_999).passed
    for name in ("dashboard_hot_spots", "dashboard_hot_spot_grid"):
        query = f"SELECT * FROM {name} ORDER BY ALL"
        assert again.store.rows(query) == region.store.rows(query)
    again.store.close()


def test_without_a_map_nothing_is_judged_and_without_a_year_there_is_nothing(tmp_path: Path) -> None:
    """No neighbours known: counts and rates are there, a verdict is not. A region that has just begun: no rows, and no fault."""
    bare = Region(tmp_path)
    bare.store.connection.execute("DELETE FROM area_neighbours")
    assert bare.build().passed
    rows = rows_of(bare, BURGLARY, NEWER)
    assert {row["reden"] for row in rows.values()} == {"geen buren", "buurt onbekend", "noemer te klein of onbekend"}
    assert rows[CLUSTER[4]]["cijfer"] == 60.0
    bare.store.connection.execute("DELETE FROM dim_periode WHERE periode_soort = '12 maanden'")
    outcome = bare.build()
    assert outcome.passed
    assert set(outcome.rows.values()) == {0}
    bare.store.close()


def test_the_pictures_are_drawn(region: Region) -> None:
    """A map and tables for both."""
    shown = charts(region.store)
    assert {name: sorted(parts) for name, parts in shown.items()} == {
        "dashboard_hot_spots": ["hete_buurten", "kaart", "kaarten"],
        "dashboard_hot_spot_grid": ["kaart", "kaarten"],
    }
    for parts in shown.values():
        assert "data:image/png;base64," in parts["kaart"].value
    assert "nieuw" in shown["dashboard_hot_spots"]["hete_buurten"].value


def at(key: str, window: str, code: str) -> str:
    """A row of a map."""
    return f"klasse_sleutel = '{key}' AND periode = '{window}' AND gebied_sleutel = '{code}'"


HOT, CALM = CLUSTER[4], CODES[27]
PROPERTY, NUISANCE, YOUNG = (
    "categorie: Vermogensdelicten",
    "categorie: Overlast en vernieling",
    "thema: Jeugdoverlast en -criminaliteit",
)
FAULTS = [
    # What is made wrong on which map, and the one expectation that must find that map and no other.
    (
        ("aantallen_gelijk", YOUNG, NEWER, CALM, "aantal = aantal + 1"),
        ("p_geldig", YOUTH, NEWER, CALM, "p_waarde = 0"),
        ("oordeel_volgt_q", BURGLARY, NEWER, HOT, "q_waarde = 0.06"),
        ("uitspraak_getoetst", NUISANCE, NEWER, CALM, "reden = 'geen buren'"),
        ("ontwikkeling_volgt", PROPERTY, NEWER, HOT, "ontwikkeling = 'aanhoudend'"),
        ("getoetst_geteld", BURGLARY, OLDER, CALM, "getoetst = 520"),
    ),
    (
        ("aantallen_gelijk", PROPERTY, OLDER, SMALL, "aantal = aantal - 1"),
        ("p_geldig", YOUTH, NEWER, CALM, "q_waarde = p_waarde / 2"),
        ("oordeel_volgt_q", BURGLARY, NEWER, HOT, "gi_z = -gi_z"),
        ("uitspraak_getoetst", NUISANCE, NEWER, SMALL, "reden = NULL"),
        ("ontwikkeling_volgt", PROPERTY, NEWER, CALM, "ontwikkeling = 'voormalig'"),
        ("getoetst_geteld", BURGLARY, OLDER, CALM, "opvallend = 3"),
    ),
    (("oordeel_van_zichzelf", BURGLARY, NEWER, HOT, "cijfer_afgevlakt = cijfer_regio"),),
    (("oordeel_van_zichzelf", PROPERTY, NEWER, HOT, "cijfer_afgevlakt = cijfer_regio / 2"),),
]


@pytest.mark.parametrize("faults", FAULTS)
def test_each_gate_stops_its_fault_on_its_map_and_no_other(region: Region, faults: tuple[tuple[str, ...], ...]) -> None:
    """Maps of whole tables are made wrong, each in its own way; each expectation names one of them."""
    statements = [f"UPDATE dashboard_hot_spots SET {change} WHERE {at(*place)}" for _, *place, change in faults]
    spots, grid = judged_with(region, statements)
    found = {finding.verwachting.split(".")[1]: finding.cellen for finding in spots.bevindingen}
    assert {name: [(cell["klasse_sleutel"], cell["periode"]) for cell in cells] for name, cells in found.items()} == {
        name: [(key, window)] for name, key, window, _, _ in faults
    }
    assert grid.passed


@pytest.mark.parametrize(
    ("fault", "stopped_by"),
    [
        ("SET aantal = aantal + 1 WHERE soort = 'verborgen'", "vlakken_tellen_op"),
        ("SET aantal = CASE soort WHEN 'vlak' THEN 4 ELSE 7 END WHERE soort <> 'zonder plaats'", "kleine_vlakken_verborgen"),
        (f"SET midden_rd_x = {LEFT + 120.5} WHERE soort = 'vlak'", "alleen_het_midden"),
        ("SET midden_lengtegraad = 6.85 WHERE soort = 'verborgen'", "alleen_het_midden"),
        ("SET midden_rd_y = 600250 WHERE soort = 'vlak'", "binnen_de_regio"),
    ],
)
def test_each_gate_of_the_squares_stops_its_fault_and_no_other(region: Region, fault: str, stopped_by: str) -> None:
    """The table is whole, one thing is made wrong, and exactly one expectation says so."""
    region.store.connection.execute("BEGIN")
    try:
        region.store.connection.execute(f"UPDATE dashboard_hot_spot_grid {fault}")
        found = [finding.verwachting for finding in region.judge_grid().bevindingen]
    finally:
        region.store.connection.execute("ROLLBACK")
    assert found == [f"dashboard_hot_spot_grid.{stopped_by}"]


def test_a_key_without_its_dimension_is_found(region: Region) -> None:
    """A neighbourhood that nobody knows, and a class that has gone."""
    change = f"UPDATE dashboard_hot_spots SET gebied_sleutel = 'BU99999999' WHERE {at(BURGLARY, OLDER, CALM)}"
    spots, grid = judged_with(region, [change, "DELETE FROM dim_klasse WHERE klasse_sleutel = 'E35'"])
    assert [(item.verwachting, item.cellen[0]["dimensie"]) for item in (*spots.bevindingen, *grid.bevindingen)] == [
        ("dashboard_hot_spots.sleutels_bekend", "dim_gebied"),
        ("dashboard_hot_spot_grid.sleutels_bekend", "dim_klasse"),
    ]


def judged_with(region: Region, statements: Sequence[str]) -> list[Verdict]:
    """The verdicts while these statements hold; each of them changes something."""
    region.store.connection.execute("BEGIN")
    try:
        for statement in statements:
            assert region.store.connection.execute(statement).fetchall() != [(0,)], statement
        return region.judge()
    finally:
        region.store.connection.execute("ROLLBACK")
