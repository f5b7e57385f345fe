"""Whether the invented borders tile the region without a gap in every edition and hold the points of their neighbourhoods."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
import shapely
from numpy.typing import NDArray

from ivz_assets.sample import borders, editions
from ivz_assets.sample.boundaries import write_boundaries
from ivz_assets.sample.code_history import MERGED_IN, SPLIT_IN
from ivz_assets.sample.invented_areas import areas

pytestmark = pytest.mark.xdist_group("sample_boundaries")

SEED = 20260323
BOX = (217_000, 453_000, 272_000, 502_000)


class Map(NamedTuple):
    """One file: properties and polygons in the same order."""

    properties: list[dict[str, str]]
    shapes: NDArray[np.object_]

    def shape(self, code: str) -> shapely.Geometry:
        """The polygon of a neighbourhood."""
        return self.shapes[[row["buurtcode"] for row in self.properties].index(code)]


@pytest.fixture(scope="module")
def maps(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Map]:
    """Every written file, read as plain GeoJSON."""
    found = {}
    for path in write_boundaries(tmp_path_factory.mktemp("grenzen"), areas(SEED)):
        content = json.loads(path.read_text(encoding="utf-8"))
        assert content["crs"]["properties"]["name"].endswith("EPSG::28992")
        shapes = np.array([shapely.from_geojson(json.dumps(feature["geometry"])) for feature in content["features"]])
        found[int(path.stem.removeprefix("wijkenbuurten_"))] = Map([row["properties"] for row in content["features"]], shapes)
    return found


def test_years_names_and_properties(maps: dict[int, Map]) -> None:
    assert sorted(maps) == [2020, 2021, 2022, 2023, 2024, 2025]
    for year, found in maps.items():
        listed = [
            (row["buurtcode"], row["buurtnaam"], row["wijkcode"], row["gemeentecode"], row["water"]) for row in found.properties
        ]
        wanted = [(b.buurt_code, b.buurt_naam, b.wijk_code, b.gemeente_code, "NEE") for b in editions.edition(year, areas(SEED))]
        assert listed == wanted
    assert {row["gemeentenaam"] for row in maps[2025].properties} == set(areas(SEED).gemeente_naam)


def test_every_edition_is_a_coverage_on_whole_metres_of_the_same_region(maps: dict[int, Map]) -> None:
    region = shapely.union_all(maps[2025].shapes)
    assert region.geom_type == "Polygon"
    assert not region.interiors
    assert shapely.box(*BOX).covers(region)
    for found in maps.values():
        corners = shapely.get_coordinates(found.shapes)
        assert (corners == corners.round()).all()
        assert {shape.geom_type for shape in found.shapes} == {"Polygon"}
        assert shapely.is_valid(found.shapes).all()
        assert shapely.coverage_is_valid(found.shapes)
        assert shapely.area(found.shapes).sum() == region.area


@pytest.mark.parametrize("seed", [SEED, 1, 2])
def test_every_municipality_and_every_old_neighbourhood_is_one_polygon(seed: int) -> None:
    where = areas(seed)
    shapes = borders.parts(where)
    for gemeente in dict.fromkeys(where.gemeente_code.tolist()):
        own = shapes[where.gemeente_code == gemeente].ravel()
        assert shapely.coverage_union_all(own[own != None]).geom_type == "Polygon", gemeente  # noqa: E711 (per element)
    for year in (2020, 2023):
        for code, parts in editions.parts_by_code(year, where).items():
            assert shapely.coverage_union_all([shapes[part] for part in parts]).geom_type == "Polygon", code


def test_points_with_their_reach_lie_inside(maps: dict[int, Map]) -> None:
    where = areas(SEED)
    for index, code in enumerate(where.buurt_code):
        around = shapely.buffer(shapely.points(where.rd_x[index], where.rd_y[index]), where.reach[index])
        assert maps[2025].shape(code).contains(around), code
    assert where.reach.min() > 20


def test_true_weights_are_those_of_the_overlap(maps: dict[int, Map]) -> None:
    where = areas(SEED)
    truth = editions.truth(where, borders.surfaces(borders.parts(where)))
    changed = [row for row in truth if row.jaar in maps and row.bepaling != "ongewijzigd"]
    assert len(changed) == 18 + 2 * 12 + 8
    for row in changed:
        old = maps[row.jaar].shape(row.buurt_code_oud)
        assert shapely.intersection(old, maps[2025].shape(row.buurt_code)).area / old.area == pytest.approx(row.gewicht, abs=1e-9)


def test_only_the_planted_municipalities_change_shape(maps: dict[int, Map]) -> None:
    def shapes(year: int) -> set[tuple[str, bytes]]:
        pairs = zip(maps[year].properties, maps[year].shapes, strict=True)
        return {(row["gemeentecode"], shapely.to_wkb(shapely.normalize(shape))) for row, shape in pairs}

    assert shapes(2020) == shapes(2021) == shapes(2022)
    assert {gemeente for gemeente, _ in shapes(2022) ^ shapes(2023)} == {MERGED_IN}
    assert {gemeente for gemeente, _ in shapes(2023) ^ shapes(2024)} == {SPLIT_IN}
    assert shapes(2024) == shapes(2025)


def test_same_bytes_again(tmp_path: Path) -> None:
    first, second = (write_boundaries(tmp_path / name, areas(SEED)) for name in ("een", "twee"))
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]
