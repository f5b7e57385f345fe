"""The whole stage on a tiny region through three years: what is built, again, without CBS, and behind each gate."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ivz_assets.neighbourhoods import areas, expectations, pictures, recompute, schema, stage
from ivz_assets.neighbourhoods.boundaries.maps import BoundaryMap
from ivz_assets.neighbourhoods.boundaries.reading import read_map
from ivz_assets.neighbourhoods.boundaries.tiling import tiling_profile
from ivz_assets.neighbourhoods.cbs.files import CbsFiles
from ivz_assets.neighbourhoods.cbs.service import CbsUnreachable, TableEntry
from ivz_assets.neighbourhoods.cbs.sources import service_of
from ivz_assets.neighbourhoods.reference import kwb_stems
from ivz_assets.quality.verdicts import Verdict
from ivz_assets.warehouse.store import NotPassed, Store
from ivz_assets_tests.neighbourhoods.boundaries.squares import box
from ivz_assets_tests.neighbourhoods.building import (
    BINNEN,
    BORNE,
    NIEUW,
    NOORD,
    OOST,
    OUD,
    STEMS,
    TABLES,
    WEST,
    ZUID,
    ZUID_NU,
    Streek,
)  # fmt: skip
from ivz_assets_tests.neighbourhoods.conftest import Built
from ivz_assets_tests.quality.workshop import names

# Great Expectations takes seconds to import: one worker does so.
pytestmark = pytest.mark.xdist_group("gates")

BUILT = [model.name for model in schema.PUBLISHED if model.name != "cbs_tables"]


class Silent(CbsFiles):
    """CBS that does not answer."""

    def catalogue(self) -> list[TableEntry]:
        raise CbsUnreachable("opendata.cbs.nl gave no answer in 30 seconds; run again later")


def content(store: Store, table: str) -> list[dict[str, Any]]:
    return store.rows(f"SELECT * FROM {table} ORDER BY ALL")


# What is built


def test_every_table_is_filled_and_passes(region: Built) -> None:
    versions = {name: region.store.version(name) for name in BUILT}
    # 10 areas a year and the region above them
    assert {name: version.rijen for name, version in versions.items()} == {
        "areas": 33,
        "neighbourhood_indicators": 30 * len(STEMS),
        "neighbourhood_profiles": 30,
        "area_crosswalk": 16,
        "area_boundaries": 5 + 3 + 2,
        "area_neighbours": len(content(region.store, "area_neighbours")),
        "denominators": (10 + 1) * 4 * 4,
    }
    assert {version.versie for version in versions.values()} == {versions["areas"].versie}
    # A release of CBS that does not pass must not bar the publication of figures made from the one before.
    assert versions["areas"].invoer == {}


def test_what_was_fetched_is_told_per_year(region: Built) -> None:
    rows = {row["jaar"]: row for row in content(region.store, "cbs_tables")}
    assert set(rows) == set(range(2013, 2026))
    assert {year: (row["tabel_id"], row["toestand"], row["gebieden"]) for year, row in rows.items() if row["gebieden"]} == {
        year: (table, "actueel", 10) for year, table in TABLES.items()
    }
    assert rows[2022]["titel"] == "Kerncijfers wijken en buurten 2022"
    assert rows[2022]["gewijzigd"] == "2023-03-26T02:00:00"
    assert rows[2022]["indicatoren"] == len(STEMS)
    absent = {row["indicator"] for row in kwb_stems() if row["stam"] not in STEMS} - {
        row["indicator"] for row in kwb_stems() if row["stam"] in STEMS
    }
    assert set(rows[2022]["niet_gevonden"].split()) == absent
    assert (rows[2019]["toestand"], rows[2019]["niet_gevonden"], rows[2019]["opgehaald_op"]) == ("ontbreekt", "", None)


def test_the_crosswalk_of_the_tiny_region(region: Built) -> None:
    rows = content(region.store, "area_crosswalk")
    found = {(row["van_jaar"], row["van_buurt_code"], row["buurt_code"]): (row["gewicht"], row["bepaling"]) for row in rows}
    kept = {(year, code, code): (1.0, "ongewijzigd") for year in (2022, 2023) for code in (BINNEN, WEST, OOST, ZUID_NU, BORNE)}
    assert found == kept | {
        (2021, BINNEN, BINNEN): (1.0, "ongewijzigd"),
        (2021, NOORD, WEST): (pytest.approx(0.6, abs=1e-6), "gesplitst"),
        (2021, NOORD, OOST): (pytest.approx(0.4, abs=1e-6), "gesplitst"),
        (2021, ZUID, ZUID_NU): (1.0, "hernummerd"),
        (2021, OUD, BORNE): (1.0, "samengevoegd"),
        (2021, NIEUW, BORNE): (1.0, "samengevoegd"),
    }
    told = {row["van_buurt_code"]: row["toelichting"] for row in rows if row["van_jaar"] == 2021}
    assert told[BINNEN] == "CBS: geen wijziging in 2022"
    assert told[NOORD] == told[OUD] == "kaarten van 2021 en 2022"


def test_denominators_of_the_tiny_region(region: Built) -> None:
    rows = region.store.rows(
        "SELECT gebied_code, jaar, noemer, waarde, waarde_jaar, omgezet, groot_genoeg, bron FROM denominators"
    )
    found = {(row["noemer"], row["gebied_code"], row["jaar"]): tuple(row.values())[3:] for row in rows}
    people = {code: found["inwoners", code, 2021][0] for code in (BINNEN, WEST, OOST, ZUID_NU, BORNE, "GM0153", "TWENTE")}
    assert people == {
        BINNEN: 1000, WEST: pytest.approx(360, abs=0.01), OOST: pytest.approx(240, abs=0.01), ZUID_NU: 400, BORNE: 800,
        # The municipality says 2010, its neighbourhoods 2000.
        "GM0153": 2010, "TWENTE": 2810,
    }  # fmt: skip
    assert found["inwoners", BORNE, 2021][1:] == (2021, True, True, "85039NED")
    assert found["inwoners", BORNE, 2024] == (810, 2023, False, True, "85618NED")
    # CBS has not filled the dwellings of 2023; businesses of a small neighbourhood are too few.
    assert found["woningen", BORNE, 2023] == (405, 2022, False, True, "85318NED")
    assert found["bedrijfsvestigingen", OOST, 2023] == (26, 2023, False, False, "85618NED")


def test_profiles_and_areas_of_the_tiny_region(region: Built) -> None:
    (profile,) = region.store.rows(f"SELECT * FROM neighbourhood_profiles WHERE gebied_code = '{BORNE}' AND jaar = 2023")
    assert (profile["inwoners"], profile["mannen"], profile["woningvoorraad"], profile["woz_waarde"]) == (810, 405, 405, None)
    assert profile["ouder_cijfer"] == "woningvoorraad 2022"
    (area,) = region.store.rows(f"SELECT * FROM areas WHERE gebied_code = '{ZUID_NU}' AND jaar = 2023")
    assert (area["wijk_code"], area["gemeente_code"], area["regio_code"]) == ("WK015302", "GM0153", "TWENTE")
    assert 6 < area["label_lengtegraad"] < 7.5
    (gone,) = region.store.rows(f"SELECT * FROM areas WHERE gebied_code = '{ZUID}'")
    assert (gone["jaar"], gone["naam"], gone["huidige_naam"], gone["label_lengtegraad"]) == (2021, "Zuid", None, None)


def test_maps_are_read_of_years_with_a_change_only(region: Built, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []

    def reading(path: Path, year: int, gemeenten: list[str]) -> BoundaryMap:
        read.append(year)
        return read_map(path, year, gemeenten)

    monkeypatch.setattr(recompute, "read_map", reading)
    found = recompute.Neighbourhoods(region.store, region.settings)
    found.crosswalk(areas.editions(found.areas()))
    # There is a map of 2023 as well, and CBS says that nothing changed in that year.
    assert sorted(read) == [2021, 2022]


def test_what_the_assets_show(region: Built) -> None:
    shown = pictures.shown(region.store, region.settings)
    assert set(shown) == {
        "areas", "neighbourhood_indicators", "neighbourhood_profiles", "area_crosswalk", "area_boundaries", "denominators"
    }  # fmt: skip
    assert "data:image/png" in str(shown["area_boundaries"]["kaart"])
    assert "data:image/png" in str(shown["neighbourhood_profiles"]["leeftijdsopbouw"])
    assert "gesplitst" in str(shown["area_crosswalk"]["gewijzigd"])
    assert "2023" in str(shown["neighbourhood_indicators"]["gevulde_cellen"])


# Again, and without CBS


def test_a_rerun_equals_a_run_with_and_without_cbs(built: Built) -> None:
    first = {name: content(built.store, name) for name in [*BUILT, "cbs_tables"]}
    service = service_of(built.settings)
    assert built.fetch(service)[0].passed
    assert content(built.store, "cbs_tables") == first.pop("cbs_tables")

    assert built.settings.cbs_files is not None
    outcome, _, said = built.fetch(Silent(built.settings.cbs_files))
    assert outcome.passed
    states = {row["jaar"]: row["toestand"] for row in content(built.store, "cbs_tables")}
    assert {year for year, state in states.items() if state == "verouderd"} == set(TABLES)
    assert {state for year, state in states.items() if year not in TABLES} == {"ontbreekt"}
    assert any("85618NED of 2024-03-26T02:00:00, fetched on 01-03-2024, is used" in line for line in said)

    before = built.store.version("areas").versie
    assert stage.build(built.store, built.settings, "storing").passed
    assert built.store.version("areas").versie > before
    assert {name: content(built.store, name) for name in BUILT} == first


def test_without_any_source_the_tables_are_empty_and_pass(tmp_path: Path) -> None:
    store = Store(duckdb.connect())
    built = Built(store, Streek(tmp_path).settings())
    with pytest.raises(NotPassed, match="cbs_tables has no version"):
        stage.build(store, built.settings, "te vroeg")
    outcome, tables, _ = built.fetch(None)
    assert outcome.passed
    assert {table.toestand for table in tables} == {"ontbreekt"}
    outcome = stage.build(store, built.settings, "proef")
    assert names(outcome.verdicts) == []
    # Two municipalities and the region of the settings, each with four denominators that nobody knows.
    assert outcome.rows == {**dict.fromkeys(BUILT, 0), "areas": 3, "denominators": 12}
    assert store.rows("SELECT DISTINCT jaar, waarde, groot_genoeg FROM denominators") == [
        {"jaar": 2024, "waarde": None, "groot_genoeg": False}
    ]
    assert pictures.shown(store, built.settings)["area_boundaries"] == {}
    store.close()


def test_a_table_that_has_gone_from_the_cache_is_named(built: Built) -> None:
    shutil.rmtree(built.settings.cbs_folder)
    outcome = stage.build(built.store, built.settings, "proef")
    assert not outcome.passed
    (finding,) = outcome.verdicts[0].bevindingen
    assert "85039NED of 2022-03-26T02:00:00 is no longer whole in" in finding.uitleg
    assert "run again" in finding.uitleg


HEADER = "jaar,van_buurt_code,buurt_code,gewicht,toelichting\n"


def test_the_local_list_goes_first(built: Built) -> None:
    lines = f"2022,{NOORD},{WEST},1,Raadsbesluit\n2022,{OUD},{BORNE},1,Raadsbesluit\n"
    built.settings.crosswalk_csv.write_text(HEADER + lines, encoding="utf-8")
    found = recompute.Neighbourhoods(built.store, built.settings)
    rows = found.crosswalk(areas.editions(found.areas()))
    local = {
        (row["van_buurt_code"], row["buurt_code"], row["gewicht"], row["bepaling"])
        for row in rows
        if row["toelichting"] == "lokaal: Raadsbesluit"
    }
    assert local == {(NOORD, WEST, 1.0, "hernummerd"), (OUD, BORNE, 1.0, "hernummerd")}


def test_a_wrong_local_list_is_named_with_its_file_and_changes_nothing(built: Built) -> None:
    before = built.store.version("area_crosswalk")
    built.settings.crosswalk_csv.write_text(f"{HEADER}2022,{ZUID},BU01539999,1,x\n", encoding="utf-8")
    outcome = stage.build(built.store, built.settings, "fout")
    assert names(outcome.verdicts) == ["areas.invoer"]
    told = outcome.verdicts[0].bevindingen[0].uitleg
    assert told.startswith(f"{built.settings.crosswalk_csv}: BU01539999 (from {ZUID}) is no neighbourhood of 2022")
    assert built.store.version("area_crosswalk") == before


# The gates: the data are broken once, and what is broken speaks alone


def test_a_table_of_cbs_with_a_shifted_column_stops_the_stage_and_the_old_version_stays(built: Built) -> None:
    before = {name: built.store.version(name) for name in BUILT}
    streek = Streek(built.settings.data_dir.parent, modified={2023: "2025-01-01T02:00:00"})
    streek.other[2023, "GM0147"] = {"Vrouwen": 800}
    streek.write()
    outcome = built.run()
    assert not outcome.passed
    assert names(outcome.verdicts) == ["neighbourhood_indicators.mannen_en_vrouwen"]
    assert {name: built.store.version(name) for name in BUILT} == before
    assert built.store.rows("SELECT DISTINCT waarde FROM neighbourhood_indicators WHERE gebied_code = 'GM0147' "
                            "AND jaar = 2023 AND indicator = 'vrouwen'") == [{"waarde": 405.0}]  # fmt: skip


COPIED = ("neighbourhood_indicators", "area_crosswalk", "area_boundaries", "areas")


def judged(region: Built, found: recompute.Neighbourhoods, *changes: str) -> list[Verdict]:
    """What the gates find after these changes to copies of the tables."""
    store = region.store
    for name in COPIED:
        store.connection.execute(f"CREATE OR REPLACE TEMP TABLE kopie_{name} AS FROM {name}")
    for change in changes:
        store.connection.execute(change)
    staged = {name: store.ibis.table(f"kopie_{name}", database=("temp", "main")) for name in COPIED}
    return stage.judge(store, region.settings, found, staged)


@pytest.fixture(scope="module")
def found(region: Built) -> recompute.Neighbourhoods:
    return recompute.Neighbourhoods(region.store, region.settings)


def test_the_unchanged_tables_pass_with_every_expectation_judged(region: Built, found: recompute.Neighbourhoods) -> None:
    verdicts = judged(region, found)
    assert names(verdicts) == []
    # Each expectation, and that the column it looks at is filled.
    assert {verdict.tabel: verdict.beoordeeld for verdict in verdicts} == {
        "neighbourhood_indicators": 10, "area_crosswalk": 6, "area_boundaries": 6
    }  # fmt: skip


LAST = "UPDATE kopie_neighbourhood_indicators SET waarde = {} WHERE jaar = 2023 AND {}"


@pytest.mark.parametrize(
    ("expected", "change"),
    [
        (
            "neighbourhood_indicators.aantal_gebieden",
            "DELETE FROM kopie_neighbourhood_indicators WHERE jaar = 2023 AND niveau = 'wijk'",
        ),
        ("neighbourhood_indicators.inwoners_gevuld", LAST.format("NULL", "niveau = 'wijk' AND indicator = 'inwoners'")),
        ("neighbourhood_indicators.groei_inwoners", LAST.format("waarde * 1.06", "gebied_code[3:6] = '0147'")),
        (
            "neighbourhood_indicators.buurten_tegen_gemeente",
            LAST.format("waarde - 50", f"gebied_code = '{BORNE}' AND indicator = 'inwoners'"),
        ),
        (
            "neighbourhood_indicators.mannen_en_vrouwen",
            LAST.format("waarde + 20", "gebied_code = 'GM0153' AND indicator = 'mannen'"),
        ),
        (
            "area_crosswalk.gewichten_samen_een",
            f"UPDATE kopie_area_crosswalk SET gewicht = 0.6 WHERE buurt_code = '{OOST}' AND van_jaar = 2021",
        ),
        ("area_crosswalk.doel_bestaat", f"UPDATE kopie_area_crosswalk SET buurt_code = '{OUD}' WHERE van_buurt_code = '{OUD}'"),
        (
            "area_crosswalk.weinig_onbekend",
            f"UPDATE kopie_area_crosswalk SET buurt_code = 'BU0147XXXX' WHERE van_buurt_code = '{OUD}'",
        ),
        ("area_boundaries.buurt_heeft_grens", f"DELETE FROM kopie_area_boundaries WHERE gebied_code = '{OOST}'"),
    ],
)
def test_a_gate_stops_what_it_is_there_for_and_no_other_does(
    region: Built, found: recompute.Neighbourhoods, expected: str, change: str
) -> None:
    assert names(judged(region, found, change)) == [expected]


@pytest.mark.parametrize(
    ("expected", "shape"),
    [
        ("buurten_bedekken_gemeente", {BORNE: box(2000, 0, 3000, 1900)}),
        ("buurten_overlappen_niet", {OOST: box(1500, 0, 2000, 1000)}),
    ],
)
def test_a_map_with_a_hole_or_an_overlap(
    region: Built,
    found: recompute.Neighbourhoods,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    expected: str,
    shape: dict[str, Any],
) -> None:
    streek = Streek(tmp_path, outlines={"GM0147": box(2000, 0, 3000, 2000), "GM0153": box(0, 0, 2000, 2000)})
    streek.maps[2023] |= shape
    changed = read_map(streek.write().boundaries_folder / "grenzen_2023.geojson", 2023, None)
    monkeypatch.setattr(found, "newest_map", lambda: changed)
    assert names(judged(region, found)) == [f"area_boundaries.{expected}"]


def test_figures_of_a_year_before_its_map_do_not_stop_the_run(region: Built, found: recompute.Neighbourhoods) -> None:
    # CBS gives a year's figures before its map: a new code without a border is told by map_year, and blocks nothing.
    newest = found.newest_map()
    assert newest is not None
    profiles = expectations.boundary_profiles(
        tiling_profile(newest), region.store.table("area_boundaries").limit(0), region.store.table("areas"), of_this_edition=False
    )
    assert profiles["grenzen"].frame.empty
    assert not profiles["vulling"].frame.empty
