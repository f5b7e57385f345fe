"""What holds for any division of a square into neighbourhoods: weights, outlines, neighbours, points."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from ivz_assets.neighbourhoods.boundaries.geometry import simplified
from ivz_assets.neighbourhoods.boundaries.maps import BoundaryMap
from ivz_assets.neighbourhoods.boundaries.neighbours import neighbour_rows
from ivz_assets.neighbourhoods.boundaries.overlap import overlap
from ivz_assets.neighbourhoods.boundaries.points import buurt_of
from ivz_assets.neighbourhoods.boundaries.tiling import tiling_profile
from ivz_assets_tests.neighbourhoods.boundaries.squares import a_map, box

SIDE, WHOLE = 4, 2000.0


@st.composite
def divisions(draw: st.DrawFn) -> BoundaryMap:
    """A square cut at random places into 4 by 4 cells, which are given to a few neighbourhoods of two municipalities."""
    cuts = []
    for _ in range(2):
        widths = np.cumsum([0.0, *draw(st.lists(st.floats(50, 500), min_size=SIDE, max_size=SIDE))])
        cuts.append(np.round(widths / widths[-1] * WHOLE))
    owners = draw(st.lists(st.integers(0, 5), min_size=SIDE * SIDE, max_size=SIDE * SIDE))
    cells = defaultdict(list)
    for cell, owner in enumerate(owners):
        column, row = cell % SIDE, cell // SIDE
        code = f"BU000{1 + owner % 2}0{owner % 3}{owner:02d}"
        cells[code].append(box(cuts[0][column], cuts[1][row], cuts[0][column + 1], cuts[1][row + 1]))
    return a_map({code: shapely.union_all(parts) for code, parts in cells.items()})


@settings(max_examples=40, deadline=None)
@given(old=divisions(), new=divisions())
def test_weights_add_up_and_follow_the_surface(old: BoundaryMap, new: BoundaryMap) -> None:
    rows = overlap(old, new)
    total: dict[str, float] = defaultdict(float)
    for row in rows:
        assert 0 < row.gewicht <= 1
        total[row.van_buurt_code] += row.gewicht
    assert total == dict.fromkeys(old.buurten.codes, 1.0)
    assert len(rows) == len({row[:2] for row in rows})
    assert [row[:3] for row in overlap(old, old)] == [(code, code, 1.0) for code in old.buurten.codes]


@settings(max_examples=40, deadline=None)
@given(drawn=divisions())
def test_outlines_stay_a_coverage_on_every_level(drawn: BoundaryMap) -> None:
    outlines = simplified(drawn).geojson
    for letters in ("BU", "WK", "GM"):
        shapes = shapely.from_geojson([text for code, text in outlines.items() if code.startswith(letters)])
        assert shapely.is_valid(shapes).all()
        assert (shapely.area(shapes) > 0).all()
        assert shapely.area(shapely.union_all(shapes)) >= shapely.area(shapes).sum() * (1 - 1e-9)
    assert shapely.coverage_is_valid(shapely.from_geojson([outlines[code] for code in drawn.buurten.codes]))


@settings(max_examples=40, deadline=None)
@given(drawn=divisions())
def test_neighbours_know_each_other_and_borders_add_up(drawn: BoundaryMap) -> None:
    rows = neighbour_rows(drawn)
    metres = {(row["gebied_code"], row["buur_code"]): row["gedeelde_grens_m"] for row in rows}
    assert all(metres[other, one] == length for (one, other), length in metres.items())
    assert all(one != other for one, other in metres)
    # Every metre of an outline is shared with one neighbour or lies on the outside of the square.
    around = sum(shapely.length(drawn.buurten.shapes))
    shared = sum(length for (one, _), length in metres.items() if one.startswith("BU"))
    assert abs(around - shared - 4 * WHOLE) < 1e-6


@settings(max_examples=20, deadline=None)
@given(drawn=divisions(), seed=st.integers(0, 2**32 - 1))
def test_every_point_lies_somewhere_and_nothing_is_open_or_double(drawn: BoundaryMap, seed: int) -> None:
    x, y = np.random.default_rng(seed).uniform(0, WHOLE, (2, 200))
    codes = buurt_of(x + 250_000, y + 470_000, drawn.buurten)
    assert set(codes) <= set(drawn.buurten.codes)
    profile = tiling_profile(drawn)
    assert (profile.aandeel_niet_gedekt < 1e-6).all()
    assert (profile.aandeel_dubbel < 1e-6).all()
