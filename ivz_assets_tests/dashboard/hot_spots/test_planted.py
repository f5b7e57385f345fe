"""Whether the method finds what the sample plants: groups of hot neighbourhoods on maps of a drawn year, and nothing far off."""

from __future__ import annotations

from collections import defaultdict
from functools import cache

import numpy as np
import pytest
import shapely
from numpy.typing import NDArray

from ivz_assets.dashboard.hot_spots.maps import listed_maps
from ivz_assets.dashboard.hot_spots.neighbourhoods import Exposure, Judged, Orders, judge_map
from ivz_assets.sample import borders
from ivz_assets.sample.hot_neighbourhoods import GROUPS, KINDS, Hot
from ivz_assets.sample.incidents import began_in
from ivz_assets.sample.invented_areas import areas
from ivz_assets.sample.reference_data import klassen

pytestmark = pytest.mark.xdist_group("planted_hot_spots")

SEED = 20260323
MAPS = {
    "bezit": ("subcategorie: Woninginbraak", "subcategorie: Auto-inbraak", "categorie: Vermogensdelicten"),
    "geweld": ("categorie: Geweldsdelicten",),
    "overlast": ("subcategorie: Vernieling", "subcategorie: Jeugdoverlast", "categorie: Huiselijk geweld"),
}
"""Maps that get their incidents mostly from the patterns of a kind."""


@cache
def neighbours() -> dict[str, list[str]]:
    """Neighbourhoods that share a border or a corner."""
    where = areas(SEED)
    shapes = np.array([shapely.coverage_union_all([p for p in own if p is not None]) for own in borders.parts(where)])
    left, right = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    found = defaultdict(list)
    for one, other in zip(left.tolist(), right.tolist(), strict=True):
        if one != other:
            found[where.buurt_code[one]].append(where.buurt_code[other])
    return found


@cache
def drawn_year() -> NDArray[np.int64]:
    """Incidents that began in 2025, by class and neighbourhood."""
    found = np.zeros((len(klassen()), len(areas(SEED).buurt_code)), np.int64)
    for month in range(1, 13):
        rows = began_in(SEED, 1.0, 2025, month)
        np.add.at(found, (rows["klasse"], rows["buurt"]), 1)
    return found


@cache
def judged(key: str) -> dict[str, Judged]:
    """A map of the drawn year over inhabitants, by code."""
    where = areas(SEED)
    level, name = key.split(": ")
    counts = drawn_year()[[getattr(klasse, level) == name for klasse in klassen()]].sum(axis=0)
    codes = where.buurt_code.tolist()
    exposures = {
        code: Exposure(float(people), 2025, bool(people >= 100)) for code, people in zip(codes, where.inwoners, strict=True)
    }
    rows = judge_map(dict(zip(codes, counts.tolist(), strict=True)), exposures, neighbours(), codes, Orders(permutations=49_999))
    return {row.buurt_code: row for row in rows}


def hot_on(key: str) -> set[str]:
    """Neighbourhoods that are hot on a map."""
    return {code for code, row in judged(key).items() if row.oordeel == "heet"}


def codes_of(place: Hot) -> set[str]:
    """The neighbourhoods of a planted place."""
    return {areas(SEED).buurt_code[member] for member in place.members}


def groups(kind: str) -> list[Hot]:
    """The planted groups of a kind."""
    return [place for place in areas(SEED).hot if place.kind == kind and len(place.members) > 1]


def test_the_maps_are_on_the_dashboard() -> None:
    on_it = {(row["klasse_niveau"], row["klasse_naam"]) for row in listed_maps()}
    for level, name in (key.split(": ") for keys in MAPS.values() for key in keys):
        assert {(level, name), (level, "")} & on_it


@pytest.mark.parametrize("kind", KINDS)
def test_every_planted_group_is_hot_on_a_map_of_its_kind(kind: str) -> None:
    # Half of it: who lies at the edge of a group has more neighbours outside than inside
    assert len(groups(kind)) == GROUPS
    for place in groups(kind):
        shares = [len(codes_of(place) & hot_on(key)) / len(place.members) for key in MAPS[kind]]
        assert max(shares) >= 0.5


def test_most_groups_are_hot_on_most_maps_of_their_kind() -> None:
    pairs = [(place, key) for kind, keys in MAPS.items() for place in groups(kind) for key in keys]
    found = sum(2 * len(codes_of(place) & hot_on(key)) >= len(place.members) for place, key in pairs)
    assert (found, len(pairs)) == (17, 21)


def test_hardly_anything_else_is_hot() -> None:
    other = total = 0
    for kind, keys in MAPS.items():
        planted = {code for place in areas(SEED).hot if place.kind == kind for code in codes_of(place)}
        other += sum(len(hot_on(key) - planted) for key in keys)
        total += sum(len(hot_on(key)) for key in keys)
    assert total > 90
    assert other <= 0.1 * total


def test_a_single_one_stands_out_against_its_neighbours_and_is_no_hot_spot() -> None:
    singles = [place for place in areas(SEED).hot if len(place.members) == 1]
    ratios = []
    for place in singles:
        (code,) = codes_of(place)
        assert not any(code in hot_on(key) for key in MAPS[place.kind])
        ratios.append(max(judged(key)[code].verhouding_buren or 0.0 for key in MAPS[place.kind]))
    assert np.mean(np.array(ratios) >= 2) >= 0.75
