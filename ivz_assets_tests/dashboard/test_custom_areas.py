"""Areas of the region's own: which files are read, what they count, and what is said of a wrong one."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow
import pytest
import shapely

from ivz_assets.dashboard import custom_areas
from ivz_assets.dashboard.custom_area_files import OwnArea, WrongArea, folder, read_own_areas
from ivz_assets.neighbourhoods.boundaries.geometry import to_wgs84
from ivz_assets.neighbourhoods.boundaries.maps import Areas
from ivz_assets.neighbourhoods.reference.user_lists import WrongList
from ivz_assets.settings import Settings
from ivz_assets.warehouse.store import Store

SQUARE = shapely.box(250_000, 470_000, 251_000, 471_000)
"""One square kilometre of Twente in RD New: 100 ha."""

HOLE = SQUARE.difference(shapely.box(250_400, 470_400, 250_600, 470_600))


def _settings(tmp_path: Path, **files: str) -> Settings:
    settings = Settings(data_dir=tmp_path)
    folder(settings).mkdir(parents=True)
    for name, text in files.items():
        kind = "csv" if text.startswith("buurt") else "geojson"
        (folder(settings) / f"{name}.{kind}").write_text(text, encoding="utf-8")
    return settings


def _geojson(*shapes: Any, naam: str | None = "Flats", crs: str | None = None) -> str:
    features = [
        {
            "type": "Feature",
            "properties": {} if naam is None else {"naam": naam + (f" {number}" if number else "")},
            "geometry": json.loads(shapely.to_geojson(shape)),
        }
        for number, shape in enumerate(shapes)
    ]
    told: dict[str, Any] = {"type": "FeatureCollection", "features": features}
    return json.dumps(told | ({"crs": {"type": "name", "properties": {"name": crs}}} if crs else {}))


def test_without_a_folder_there_are_none(tmp_path: Path) -> None:
    assert read_own_areas(Settings(data_dir=tmp_path), ["BU01530101"]) == []


def test_a_list_of_neighbourhoods(tmp_path: Path) -> None:
    settings = _settings(tmp_path, torenflats_en_omgeving="buurt_code;toelichting\nBU01530102;x\nBU01530101;y\n")
    (area,) = read_own_areas(settings, ["BU01530101", "BU01530102"])
    assert area.sleutel == "EG: torenflats en omgeving"
    assert custom_areas.neighbourhoods_of([area]) == {"EG: torenflats en omgeving": ("BU01530101", "BU01530102")}
    (row,) = custom_areas.dim_rows([area], "Twente", {"GM0153": "Enschede"}, None)
    assert (row["gebied_niveau"], row["gemeente_naam"], row["grens_geojson"]) == ("eigen gebied", "Enschede", None)
    outlines = Areas(
        ("BU01530101", "BU01530102"),
        ("a", "b"),
        shapely.box([250_000, 251_000], [470_000] * 2, [251_000, 252_000], [471_000] * 2),
    )
    (row,) = custom_areas.dim_rows([area], "Twente", {"GM0153": "Enschede"}, outlines)
    assert row["oppervlakte_ha"] == 200


def test_a_drawn_area_in_either_system_is_the_same(tmp_path: Path) -> None:
    degrees = shapely.transform(SQUARE, lambda p: shapely.get_coordinates(shapely.points(*to_wgs84(p[:, 0], p[:, 1]))))
    settings = _settings(
        tmp_path,
        rd=_geojson(SQUARE, naam="rd", crs="urn:ogc:def:crs:EPSG::28992"),
        graden=_geojson(degrees, naam="graden"),
        naamloos=_geojson(SQUARE, naam=None),
    )
    areas = {area.naam: area for area in read_own_areas(settings, [])}
    assert set(areas) == {"rd", "graden", "naamloos"}
    assert shapely.symmetric_difference(areas["rd"].shape, areas["graden"].shape).area < 100  # of 1,000,000 m2
    (row,) = custom_areas.dim_rows([areas["rd"]], "Twente", {}, None)
    assert row["oppervlakte_ha"] == 100
    assert "alleen registraties met een locatie" in row["toelichting"]
    assert shapely.from_geojson(row["grens_geojson"]).contains(shapely.Point(row["lengtegraad"], row["breedtegraad"]))
    assert custom_areas.neighbourhoods_of([areas["rd"]]) == {"EG: rd": ("EG: rd",)}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("buurt_code\nBU99999999\n", "buurt_code 'BU99999999' is no neighbourhood of today; correct it, or give the codes into"),
        ("buurt_code\n1530101\n", "line 2: buurt_code '1530101' is not well-formed"),
        ("buurt\nBU01530101\n", "there is no column buurt_code"),
        ("{", "this is not GeoJSON in UTF-8"),
        (_geojson(), "there is no area in it; draw one"),
        (_geojson(shapely.Point(250_000, 470_000)), "feature 1: it is no polygon; draw the outline"),
        (_geojson(SQUARE, SQUARE, naam=None), "feature 1: it has no property naam, and there are more areas in the file"),
        (_geojson(SQUARE, naam=" "), "an area has no name"),
        (_geojson(shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])), "its outline is drawn wrongly (Self-intersection"),
        (_geojson(shapely.box(100_000, 400_000, 101_000, 401_000)), "it lies outside the region"),
        (_geojson(shapely.box(52.2, 6.8, 52.3, 6.9)), "it lies outside the region"),  # latitude first
        (_geojson(shapely.box(250_000, 470_000, 250_100, 470_100)), "it is 1.0 ha, less than 10 ha: figures of so small"),
    ],
)
def test_a_wrong_file_is_told_with_its_remedy(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(WrongList) as wrong:
        read_own_areas(_settings(tmp_path, fout=text), ["BU01530101"])
    assert said in str(wrong.value)
    assert "fout." in str(wrong.value)


def test_two_areas_of_one_name(tmp_path: Path) -> None:
    settings = _settings(tmp_path, flats="buurt_code\nBU01530101\n", getekend=_geojson(SQUARE))
    with pytest.raises(WrongArea, match=r"getekend\.geojson: 'Flats' is the name of the area in .*flats\.csv as well"):
        read_own_areas(settings, [])


def test_a_drawn_area_counts_only_what_lies_in_it() -> None:
    store = Store(duckdb.connect())
    incidents = [
        # x/y classes E35 (an incident) and F12 (a crime); the last two have no place.
        ("L1", 1, "E35", None, date(2026, 1, 5)),
        ("L1", 2, "F12", "HG", date(2026, 1, 5)),
        ("L1", 3, "E35", None, date(2026, 1, 5)),
        ("L1", 4, "A20", None, date(2026, 1, 5)),
        ("L1", 5, "E35", None, date(2026, 1, 5)),
    ]
    rows = [
        {
            "levering_id": delivery, "rij": row, "maatschappelijke_klasse": klasse, "projectcode": code, "datum_voorval": day,
            "datum_registratie": day, "soort": "misdrijf" if klasse == "F12" else "incident", "buurt_code": "BU01530101",
            "binnen_regio": True, "poging": False, "aangifte": None, "buurt_bepaling": "gemeten",
        }
        for delivery, row, klasse, code, day in incidents
    ]  # fmt: skip
    texts = ("levering_id", "maatschappelijke_klasse", "projectcode", "soort", "buurt_code", "buurt_bepaling")
    columns = [(name, pyarrow.string()) for name in texts] + [("rij", pyarrow.int32())]
    columns += [("datum_voorval", pyarrow.date32()), ("datum_registratie", pyarrow.date32())]
    columns += [(name, pyarrow.bool_()) for name in ("binnen_regio", "poging", "aangifte")]
    kept = store.keep_rows("incidenten", rows, pyarrow.schema(columns))
    points = [
        {"levering_id": "L1", "rij": 1, "rd_x": 250_010.0, "rd_y": 470_010.0},  # inside
        {"levering_id": "L1", "rij": 2, "rd_x": 250_000.0, "rd_y": 470_500.0},  # on the border
        {"levering_id": "L1", "rij": 3, "rd_x": 250_500.0, "rd_y": 470_500.0},  # in the hole of the one, inside the other
    ]
    places = pyarrow.schema(
        [("levering_id", pyarrow.string()), ("rij", pyarrow.int32()), ("rd_x", pyarrow.float64()), ("rd_y", pyarrow.float64())]
    )
    locations = store.keep_rows("plaatsen", points, places)
    areas = [
        OwnArea("gat", Path("a"), shape=HOLE), OwnArea("vol", Path("b"), shape=SQUARE),
        OwnArea("lijst", Path("c"), ("BU01530101",)),
    ]  # fmt: skip
    found = custom_areas.points_in(custom_areas.located_points(locations, areas), areas)
    placed = store.keep_arrow("in_gebied", found)
    counted = custom_areas.located_daily_counts(kept, placed).to_pyarrow().to_pylist()
    occurred = {
        (row["buurt_code"], row["maatschappelijke_klasse"], row["projectcode"]): row["aantal"]
        for row in counted
        if row["datumbasis"] == "voorgevallen"
    }
    assert occurred == {
        ("EG: gat", "E35", ""): 1, ("EG: gat", "F12", "HG"): 1, ("EG: vol", "E35", ""): 2, ("EG: vol", "F12", "HG"): 1,
    }  # fmt: skip


def test_without_drawn_areas_no_place_is_asked() -> None:
    store = Store(duckdb.connect())
    schema = pyarrow.schema(
        [("levering_id", pyarrow.string()), ("rij", pyarrow.int32()), ("rd_x", pyarrow.float64()), ("rd_y", pyarrow.float64())]
    )
    rows = [{"levering_id": "L1", "rij": 1, "rd_x": 1.0, "rd_y": 1.0}]
    locations = store.keep_rows("plaatsen", rows, schema)
    listed = [OwnArea("lijst", Path("c"), ("BU01530101",))]
    assert len(custom_areas.located_points(locations, listed)) == 0
    assert custom_areas.points_in(locations.to_pyarrow(), listed).schema == custom_areas.PLACED
