"""Map files: both formats, the names CBS has used, water, and every refusal with its place and remedy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import shapely

from ivz_assets.neighbourhoods.boundaries.maps import WrongMap
from ivz_assets.neighbourhoods.boundaries.reading import find_maps, read_map
from ivz_assets_tests.neighbourhoods.boundaries.squares import RD, X, Y, box, four, geojson, geopackage

ONE = box(0, 0, 1000, 1000)
NAMED = {"buurtcode": "BU00010001", "buurtnaam": "Een"}


def refusal(path: Path, gemeenten: list[str] | None = None) -> str:
    with pytest.raises(WrongMap) as caught:
        read_map(path, 2024, gemeenten)
    return str(caught.value)


# Finding


def test_the_year_comes_from_the_name_and_other_files_are_left_alone(tmp_path: Path) -> None:
    for name in ("wijkenbuurten_2024_v1.gpkg", "WijkBuurtkaart2023.geojson", "leesmij 2022.txt", "x_2024.gpkg-wal"):
        (tmp_path / name).touch()
    assert find_maps(tmp_path) == {
        2023: tmp_path / "WijkBuurtkaart2023.geojson",
        2024: tmp_path / "wijkenbuurten_2024_v1.gpkg",
    }
    assert find_maps(tmp_path / "absent") == {}


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (
            ["buurten.gpkg"],
            "the name has no year; name it after the year of the map, such as wijkenbuurten_2024.gpkg",
        ),
        (["kaart_120245.json"], "no year"),
        (["2023_geleverd_2024.gpkg"], "more than one year"),
        (["a_2024.gpkg", "b_2024.geojson"], "b_2024.geojson: a_2024.gpkg is a map of 2024 as well; remove one of the two"),
    ],
)
def test_a_folder_that_is_not_clear_is_refused(tmp_path: Path, names: list[str], message: str) -> None:
    for name in names:
        (tmp_path / name).touch()
    with pytest.raises(WrongMap) as caught:
        find_maps(tmp_path)
    assert message in str(caught.value)


# Reading


def test_a_geopackage_of_pdok_with_three_levels(tmp_path: Path) -> None:
    shapes = four()
    upper = box(0, 1000, 2000, 2000)
    path = geopackage(
        tmp_path / "wijkenbuurten_2024.gpkg",
        {
            "buurten": (list(shapes.values()), {"buurtcode": list(shapes), "buurtnaam": list("abcd"), "water": ["NEE"] * 4}),
            "wijken": ([upper], {"wijkcode": ["WK000200"], "wijknaam": ["Wijk"], "gemeentecode": ["GM0002"]}),
            "gemeenten": ([upper], {"gemeentecode": ["GM0002"], "gemeentenaam": ["Boven"]}),
        },
    )
    everything = read_map(path, 2024, None)
    assert everything.buurten.codes == tuple(sorted(shapes))
    assert everything.buurten.names == ("a", "b", "c", "d")
    assert (everything.jaar, everything.bestand, everything.repaired, everything.water) == (2024, path.name, 0, None)
    assert shapely.equals(everything.buurten.shapes[0], shapes["BU00010001"])
    lower = read_map(path, 2024, ["GM0001"])
    assert lower.buurten.codes == ("BU00010001", "BU00010101")
    assert (lower.wijken, lower.gemeenten) == (None, None)
    both = read_map(path, 2024, {"GM0002"})
    assert both.wijken is not None
    assert (both.wijken.codes, both.wijken.names) == (("WK000200",), ("Wijk",))
    assert both.gemeenten is not None
    assert both.gemeenten.names == ("Boven",)


@pytest.mark.parametrize(
    ("code", "name", "water"), [("BU_CODE", "BU_NAAM", "H2O"), ("bu_code", "bu_naam", "WATER"), ("statcode", "statnaam", None)]
)
def test_columns_as_cbs_named_them_before(tmp_path: Path, code: str, name: str, water: str | None) -> None:
    properties = {code: " BU00010001 ", name: "Een", **({water: "NEE"} if water else {})}
    read = read_map(geojson(tmp_path / "k.geojson", [(ONE, properties)]), 2014, ["GM0001"])
    assert (read.buurten.codes, read.buurten.names) == (("BU00010001",), ("Een",))


def test_levels_by_code_and_layers_about_something_else(tmp_path: Path) -> None:
    path = geopackage(
        tmp_path / "gebiedsindelingen.gpkg",
        {
            "provincie": ([ONE], {"statcode": ["PV20"], "statnaam": ["Groningen"]}),
            "adressen": ([ONE], {"straat": ["Dorpsstraat"]}),
            "alles": ([ONE, ONE], {"statcode": ["BU00010001", "GM0001"], "statnaam": ["Een", "Onder"]}),
        },
    )
    read = read_map(path, 2024, None)
    assert read.buurten.names == ("Een",)
    assert read.gemeenten is not None
    assert read.gemeenten.names == ("Onder",)


@pytest.mark.parametrize("crs", [None, {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::7415"}}])
def test_rd_new_that_is_not_said_or_comes_with_heights(tmp_path: Path, crs: dict[str, Any] | None) -> None:
    assert read_map(geojson(tmp_path / "k.geojson", [(ONE, NAMED)], crs), 2024, None).buurten.shapes[0].area == 1_000_000


def test_water_joins_its_neighbourhood_and_water_of_nobody_is_kept_apart(tmp_path: Path) -> None:
    def row(code: str, name: str | None, water: str) -> dict[str, Any]:
        return {"statcode": code, "statnaam": name, "water": water}

    path = geojson(
        tmp_path / "k.geojson",
        [
            (ONE, row("BU00010001", "Een", "NEE")),
            (box(1000, 0, 1100, 1000), row("BU00010001", None, "JA")),
            (box(1100, 0, 1300, 1000), row("BU00019997", None, "JA")),
            (box(5000, 0, 5100, 1000), row("BU09980001", "Baarle-Hertog", "B")),
            (ONE, row("GM0001", "Onder", "NEE")),
            (box(1000, 0, 1300, 1000), row("GM0001", None, "JA")),
        ],
    )
    read = read_map(path, 2024, None)
    assert read.buurten.codes == ("BU00010001",)
    assert read.buurten.shapes[0].area == 1_100_000
    assert read.water.area == 200_000
    assert read.gemeenten is not None
    assert read.gemeenten.shapes[0].area == 1_100_000


def test_parts_of_one_neighbourhood_become_one_shape(tmp_path: Path) -> None:
    path = geojson(tmp_path / "k.geojson", [(ONE, NAMED), (box(3000, 0, 4000, 1000), NAMED)])
    (shape,) = read_map(path, 2024, None).buurten.shapes
    assert (shape.geom_type, shape.area) == ("MultiPolygon", 2_000_000)


def test_harmless_flaws_are_repaired_and_counted(tmp_path: Path) -> None:
    spike = shapely.Polygon([(X, Y), (X + 1000, Y), (X + 1500, Y), (X + 1000, Y), (X + 1000, Y + 1000), (X, Y + 1000)])
    stray = shapely.GeometryCollection([box(2000, 0, 3000, 1000), shapely.LineString([(X, Y), (X + 5, Y)])])
    path = geojson(tmp_path / "k.geojson", [(spike, NAMED), (stray, {"buurtcode": "BU00010002", "buurtnaam": "Twee"})])
    read = read_map(path, 2024, None)
    assert read.repaired == 2
    assert shapely.is_valid(read.buurten.shapes).all()
    assert list(shapely.area(read.buurten.shapes)) == [1_000_000, 1_000_000]


# Refusing


EIGHT = shapely.Polygon([(X, Y), (X + 1000, Y + 1000), (X + 1000, Y), (X, Y + 1000)])


@pytest.mark.parametrize(
    ("shape", "properties", "message"),
    [
        (ONE, {**NAMED, "buurtcode": "BU0001001"}, "feature 1 (BU0001001): buurtcode is not BU and 8 digits; correct the code"),
        (ONE, {**NAMED, "buurtcode": None}, "feature 1 (no code): buurtcode is not BU and 8 digits"),
        (ONE, {**NAMED, "buurtcode": "WK000100"}, "feature 1 (WK000100): buurtcode is not BU and 8 digits"),
        (ONE, {"buurtcode": "BU00010001", "buurtnaam": "Twee"}, "feature 1 (BU00010001): the code is of 'Een' and of 'Twee'"),
        (ONE, {"buurtcode": "BU00010002", "buurtnaam": " "}, "feature 1 (BU00010002): it has no name; fill it in"),
        (ONE, {**NAMED, "water": "misschien"}, "feature 1 (BU00010001): water is 'misschien'; it is JA, NEE or B"),
        (None, NAMED, "feature 1 (BU00010001): it has no outline, or one that cannot be read"),
        (shapely.Point(X, Y), NAMED, "feature 1 (BU00010001): it is a Point and not a surface"),
        (EIGHT, NAMED, "feature 1 (BU00010001): its outline is drawn wrongly (Self-intersection"),
        ({"type": "Polygon", "coordinates": [[[X, Y], [X, Y + 1]]]}, NAMED, "it has no outline, or one that cannot be read"),
    ],
)
@pytest.mark.parametrize("gemeenten", [None, ["GM0001"]])
def test_a_wrong_feature_is_named(
    tmp_path: Path, shape: Any, properties: dict[str, Any], message: str, gemeenten: list[str] | None
) -> None:
    path = geojson(tmp_path / "kaart_2024.geojson", [(ONE, NAMED), (shape, properties)])
    said = refusal(path, gemeenten)
    assert said.startswith("kaart_2024.geojson, layer kaart_2024, ")
    assert message in said


def test_a_wrong_feature_of_a_geopackage_is_named_with_its_layer(tmp_path: Path) -> None:
    path = geopackage(tmp_path / "k.gpkg", {"buurten": ([ONE], {"BU_CODE": ["BU1"], "BU_NAAM": ["Een"]})})
    assert refusal(path, ["GM0001"]).startswith("k.gpkg, layer buurten, feature 1 (BU1): BU_CODE is not BU and 8 digits")


DEGREES = shapely.box(6.8, 52.2, 6.9, 52.3)


@pytest.mark.parametrize(
    ("shape", "crs", "system"),
    [
        (DEGREES, None, "WGS 84"),
        (DEGREES, RD, "Amersfoort / RD New"),
        (ONE, {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::28991"}}, "Amersfoort / RD Old"),
    ],
)
def test_another_coordinate_system_is_refused(tmp_path: Path, shape: Any, crs: dict[str, Any] | None, system: str) -> None:
    said = refusal(geojson(tmp_path / "k.geojson", [(shape, NAMED)], crs))
    assert f"; {system}) are not RD New (EPSG:28992); choose the download in RD New" in said


@pytest.mark.filterwarnings("ignore:.crs. was not provided")
def test_a_geopackage_without_a_coordinate_system_is_judged_by_its_coordinates(tmp_path: Path) -> None:
    columns = {"buurtcode": ["BU00010001"], "buurtnaam": ["Een"]}
    assert len(read_map(geopackage(tmp_path / "rd.gpkg", {"b": ([ONE], columns)}, None), 2024, None).buurten) == 1
    assert "are not RD New" in refusal(geopackage(tmp_path / "wgs.gpkg", {"b": ([DEGREES], columns)}, None))


def test_layers_that_cannot_be_used(tmp_path: Path) -> None:
    nameless = geojson(tmp_path / "a.geojson", [(ONE, {"buurtcode": "BU00010001"})])
    assert "beside buurtcode there is no column with names (buurtnaam or bu_naam); add it" in refusal(nameless)
    numbers = geojson(tmp_path / "b.geojson", [(ONE, {"buurtcode": 10001, "buurtnaam": "Een"})])
    assert "column buurtcode holds numbers; codes are text such as BU01410203" in refusal(numbers)
    columns = {"buurtcode": ["BU00010001"], "buurtnaam": ["Een"]}
    twice = geopackage(tmp_path / "c.gpkg", {"grof": ([ONE], columns), "fijn": ([ONE], columns)})
    assert "layers grof and fijn both hold areas of level buurt; remove the one that is not meant" in refusal(twice)


def test_a_map_without_neighbourhoods_of_the_region(tmp_path: Path) -> None:
    path = geojson(tmp_path / "k.geojson", [(ONE, NAMED)])
    assert "there are no neighbourhoods of GM0009 in it" in refusal(path, ["GM0009"])
    assert "there are no neighbourhoods in it" in refusal(geojson(tmp_path / "leeg.geojson", []))


def test_broken_and_foreign_files(tmp_path: Path) -> None:
    whole = geopackage(tmp_path / "k.gpkg", {"buurten": ([ONE], {"buurtcode": ["BU00010001"], "buurtnaam": ["Een"]})})
    (tmp_path / "half.gpkg").write_bytes(whole.read_bytes()[:40_000])
    (tmp_path / "half.geojson").write_text('{"type": "FeatureCollection", "features": [{"type": "Fea', encoding="utf-8")
    (tmp_path / "other.json").write_text('{"a": 1}', encoding="utf-8")
    for name in ("half.gpkg", "half.geojson", "other.json"):
        said = refusal(tmp_path / name)
        assert said.startswith(f"{name}: the file is broken or incomplete (")
        assert said.endswith("download or export it again")
    # GDAL would take this for a list of other files to open.
    (tmp_path / "list.geojson").write_text("<OGRVRTDataSource></OGRVRTDataSource>", encoding="utf-8")
    (tmp_path / "empty.gpkg").touch()
    for name in ("list.geojson", "empty.gpkg"):
        assert refusal(tmp_path / name).startswith(f"{name}: this is not a GeoPackage (.gpkg) or GeoJSON file")
