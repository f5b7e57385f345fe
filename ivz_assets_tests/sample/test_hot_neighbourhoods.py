"""What is planted as hot: groups that adjoin, single ones apart from them, and a manifest that names them all."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from ivz_assets.sample import borders
from ivz_assets.sample.hot_neighbourhoods import AT_LEAST, FEWEST_PEOPLE, GROUPS, KINDS, LARGEST, SINGLES, planted
from ivz_assets.sample.invented_areas import WONEN, areas

from .conftest import Sample

SEED = 20260323


@pytest.mark.parametrize("seed", [SEED, 1, 2])
def test_a_group_is_one_piece_within_a_municipality(seed: int) -> None:
    where = areas(seed)
    shapes = borders.parts(where)
    for place in where.hot:
        own = shapes[list(place.members)].ravel()
        assert shapely.coverage_union_all(own[own != None]).geom_type == "Polygon"  # noqa: E711 (per element)
        assert len(set(where.gemeente_code[list(place.members)])) == 1
        assert len(place.members) == 1 or AT_LEAST <= len(place.members) <= LARGEST


@pytest.mark.parametrize("copies", [1, 2])
def test_every_kind_has_groups_and_single_ones_among_houses_in_every_copy(copies: int) -> None:
    where = areas(SEED, copies)
    members = [member for place in where.hot for member in place.members]
    assert len(members) == len(set(members))
    assert (where.soort[members] == WONEN).all()
    assert where.inwoners[members].min() >= FEWEST_PEOPLE
    first = [place for place in where.hot if place.members[0] < len(where.soort) // copies]
    assert first == list(areas(SEED).hot)
    for kind in KINDS:
        groups = [place for place in first if place.kind == kind and len(place.members) > 1]
        assert len(groups) == GROUPS
        assert len({where.gemeente_code[place.members[0]] for place in groups}) > 1
        assert len([place for place in first if place.kind == kind]) == GROUPS + SINGLES
    assert len(where.hot) == copies * len(first)


def test_where_little_fits_there_are_fewer() -> None:
    points = np.array([(float(number), 0.0) for number in range(14)])
    gemeente = np.array(["GM0001"] * 7 + ["GM0002"] * 7, dtype=object)
    nowhere = planted(gemeente, np.zeros(14, np.bool_), points, np.random.default_rng(1))
    assert nowhere == []
    suited = np.arange(14) < 5
    (only,) = planted(gemeente, suited, points, np.random.default_rng(1))
    assert sorted(only.members) == [0, 1, 2, 3, 4]


def test_the_manifest_names_them(small: Sample) -> None:
    where = areas(small.manifest["seed"])
    listed = small.manifest["hot_neighbourhoods"]
    assert [(entry["kind"], entry["buurten"]) for entry in listed] == [
        (place.kind, where.buurt_code[list(place.members)].tolist()) for place in where.hot
    ]
    for entry in listed:
        assert entry["spatial_patterns"] == list(KINDS[entry["kind"]])
        assert 2.5 <= entry["factor"] <= 5
