"""Surfaces, labels, outlines, neighbours, overlap, tiling, points: rectangles with the answers worked out by hand."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
import shapely

from ivz_assets.neighbourhoods.boundaries import geometry
from ivz_assets.neighbourhoods.boundaries.neighbours import neighbour_rows
from ivz_assets.neighbourhoods.boundaries.overlap import Overlap, overlap
from ivz_assets.neighbourhoods.boundaries.points import buurt_of, inside_own, share_inside
from ivz_assets.neighbourhoods.boundaries.tiling import tiling_profile
from ivz_assets.neighbourhoods.schema import AREA_BOUNDARIES, AREA_NEIGHBOURS
from ivz_assets_tests.neighbourhoods.boundaries.squares import X, Y, a_map, areas, box, four

A, B, C, D = four()


# Rows of boundaries


def test_rows_of_three_levels() -> None:
    lower = box(0, 0, 2000, 1000)
    rows = geometry.boundary_rows(a_map(four(), {"GM0001": lower}), {"GM0002": "Boven", "WK000101": "Rechts"})
    assert [list(row) for row in rows] == [list(AREA_BOUNDARIES.columns)] * len(rows)
    by_code = {row["gebied_code"]: row for row in rows}
    assert {code: (row["niveau"], row["naam"], row["oppervlakte_ha"], row["bron"]) for code, row in by_code.items()} == {
        **{code: ("buurt", f"naam {code}", 100.0, "kaart.gpkg") for code in (A, B, C, D)},
        "WK000100": ("wijk", "WK000100", 100.0, "kaart.gpkg (vereniging van de buurten)"),
        "WK000101": ("wijk", "Rechts", 100.0, "kaart.gpkg (vereniging van de buurten)"),
        "WK000200": ("wijk", "WK000200", 200.0, "kaart.gpkg (vereniging van de buurten)"),
        "GM0001": ("gemeente", "naam GM0001", 200.0, "kaart.gpkg"),
        "GM0002": ("gemeente", "Boven", 200.0, "kaart.gpkg (vereniging van de buurten)"),
    }
    assert shapely.from_wkb(by_code["GM0001"]["geometrie_wkb"]).equals(lower)
    assert {row["jaar"] for row in rows} == {2024}
    assert (by_code[A]["label_rd_x"], by_code[A]["label_rd_y"]) == pytest.approx((X + 500, Y + 500), abs=1)


def test_a_label_lies_inside_whatever_the_form() -> None:
    horseshoe = box(0, 0, 1000, 1000).difference(box(200, 200, 800, 1000))
    ring = box(0, 0, 1000, 1000).difference(box(100, 100, 900, 900))
    islands = shapely.union(box(0, 0, 100, 100), box(500, 500, 1000, 1000))
    splinter = box(0, 0, 5000, 0.001)
    shapes = np.array([horseshoe, ring, islands, splinter], dtype=object)
    labels = geometry.label_points(shapes)
    assert shapely.contains_properly(shapes, shapely.points(labels)).all()
    assert labels[2] == pytest.approx([X + 750, Y + 750], abs=1)


def test_rd_new_to_wgs84_at_the_church_of_amersfoort() -> None:
    # The place that RD New is hung up on, as the Kadaster gives it; without its correction grid half a metre may be lost.
    longitude, latitude = geometry.to_wgs84(155_000, 463_000)
    assert (longitude, latitude) == pytest.approx((5.38720621, 52.15517440), abs=7e-6)


def test_outlines_have_five_decimals_turn_counterclockwise_and_fit() -> None:
    outlines = geometry.simplified(a_map(four())).geojson
    ring = json.loads(outlines[A])["coordinates"][0]
    assert len(ring) == 5
    assert all(number == round(number, 5) for point in ring for number in point)
    assert shapely.LinearRing(ring).is_ccw
    whole = shapely.from_geojson(outlines["GM0002"])
    parts = shapely.from_geojson([outlines[C], outlines[D]])
    assert shapely.equals(shapely.union_all(parts), whole)
    assert shapely.from_geojson(outlines["GM0001"]).intersection(whole).area == 0


def _wavy(top: float) -> Any:
    """A strip with a bottom of 100 waves (60 m deep) and a straight top."""
    waves = [(X + i, Y + (30 if i % 100 == 0 else -30)) for i in range(0, 10_001, 50)]
    return shapely.Polygon([*waves, (X + 10_000, Y + top), (X, Y + top)])


def test_simplifying_goes_on_until_it_is_small_and_keeps_neighbours_together() -> None:
    upper = _wavy(2000)
    lower = box(0, -2000, 10_000, 1000).difference(upper)
    drawn = a_map({A: shapely.get_parts(lower)[np.argmax(shapely.area(shapely.get_parts(lower)))], B: upper})
    fine = geometry.simplified(drawn, limit=10_000_000)
    assert fine.tolerance_metres == geometry.FIRST_TOLERANCE
    coarse = geometry.simplified(drawn, limit=1000)
    assert coarse.tolerance_metres > geometry.FIRST_TOLERANCE
    assert coarse.buurten_bytes == sum(len(coarse.geojson[code]) for code in (A, B)) < 1000
    assert shapely.coverage_is_valid(shapely.from_geojson([coarse.geojson[A], coarse.geojson[B]]))
    impossible = geometry.simplified(drawn, limit=10)
    assert impossible.tolerance_metres == geometry.LAST_TOLERANCE


def test_slivers_are_closed_before_simplifying() -> None:
    apart = a_map({A: box(0, 0, 1000, 1000), B: box(999.5, 0, 2000, 1000)})
    outlines = geometry.simplified(apart).geojson
    assert shapely.coverage_is_valid(shapely.from_geojson([outlines[A], outlines[B]]))
    covered = {A: box(0, 0, 1000, 1000), B: box(100, 100, 200, 200)}
    assert not shapely.is_empty(shapely.from_geojson(list(geometry.simplified(a_map(covered)).geojson.values()))).any()


# Neighbours


def lengths(rows: list[dict[str, Any]], niveau: str) -> dict[tuple[str, str], float]:
    return {(r["gebied_code"], r["buur_code"]): r["gedeelde_grens_m"] for r in rows if r["niveau"] == niveau}


def test_neighbours_share_a_border_or_a_corner() -> None:
    rows = neighbour_rows(a_map({**four(), "BU00030001": box(9000, 9000, 9100, 9100)}))
    assert all(list(row) == list(AREA_NEIGHBOURS.columns) for row in rows)
    sides, corners = [(A, B), (A, C), (B, D), (C, D)], [(A, D), (B, C)]
    expected = dict.fromkeys(sides, 1000.0) | dict.fromkeys(corners, 0.0)
    assert lengths(rows, "buurt") == expected | {(b, a): metres for (a, b), metres in expected.items()}
    assert lengths(rows, "gemeente") == {("GM0001", "GM0002"): 2000.0, ("GM0002", "GM0001"): 2000.0}
    assert lengths(rows, "wijk")["WK000100", "WK000200"] == 1000.0
    assert len(rows) == 12 + 6 + 2


@pytest.mark.parametrize("gap", [0.5, -0.5])
def test_neighbours_drawn_with_a_sliver_between_them(gap: float) -> None:
    shapes = {A: box(0, 0, 1000, 1000), B: box(1000 + gap, 0, 2000, 1000), C: box(1000 + gap, 1000, 2000, 2000)}
    found = lengths(neighbour_rows(a_map(shapes)), "buurt")
    assert found[A, B] == pytest.approx(1000, abs=3)
    assert found[A, C] == pytest.approx(0, abs=1)
    assert found[B, C] == pytest.approx(1000, abs=3)
    assert lengths(neighbour_rows(a_map({A: shapes[A], B: box(1001.5, 0, 2000, 1000)})), "buurt") == {}


# Overlap


def test_weights_of_a_neighbourhood_that_was_split_and_of_others_that_were_merged() -> None:
    new = {
        "BU00010002": box(0, 0, 250, 1000),
        "BU00010003": box(250, 0, 1000, 1000),
        B: box(1000, 0, 2000, 1000),
        "BU00020009": box(0, 1000, 2000, 2000),
    }
    assert overlap(a_map(four()), a_map(new)) == [
        Overlap(A, "BU00010002", 0.25, False),
        Overlap(A, "BU00010003", 0.75, False),
        Overlap(B, B, 1.0, True),
        Overlap(C, "BU00020009", 1.0, False),
        Overlap(D, "BU00020009", 1.0, False),
    ]


def test_a_border_drawn_anew_is_no_change_and_a_new_code_is_seen_as_the_same_surface() -> None:
    new = {"BU00010077": box(0, 0, 1004, 1000), B: box(1004, 0, 2000, 1000)}
    old = {A: box(0, 0, 1000, 1000), B: box(1000, 0, 2000, 1000)}
    assert overlap(a_map(old), a_map(new)) == [Overlap(A, "BU00010077", 1.0, True), Overlap(B, B, 1.0, True)]


def test_slivers_are_left_out_and_the_rest_is_scaled_up() -> None:
    new = {A: box(0, 0, 500, 1000), B: box(500, 0, 995, 1000), C: box(995, 0, 2000, 1000)}
    rows = overlap(a_map({A: box(0, 0, 1000, 1000)}), a_map(new))
    assert [(row.buurt_code, row.gewicht) for row in rows] == [
        (A, pytest.approx(500 / 995, abs=1e-6)),
        (B, pytest.approx(495 / 995, abs=1e-6)),
    ]
    assert sum(row.gewicht for row in rows) == 1


def test_what_lies_outside_the_new_map_does_not_count() -> None:
    half = a_map({A: box(500, 0, 1000, 1000)})
    assert overlap(a_map({A: box(0, 0, 1000, 1000), B: box(5000, 0, 6000, 1000)}), half) == [Overlap(A, A, 1.0, False)]
    splinter = a_map({A: box(999, 0, 1500, 1000), B: box(1000, 1000, 2000, 2000)})
    assert overlap(a_map({C: box(0, 0, 1000, 1000)}), splinter) == [Overlap(C, A, 1.0, False)]


# Tiling


def shares(drawn: Any) -> dict[str, tuple[float, float]]:
    frame = tiling_profile(drawn)
    assert list(frame.columns) == ["gemeente_code", "aandeel_niet_gedekt", "aandeel_dubbel"]
    return {code: (pytest.approx(open_), pytest.approx(double)) for code, open_, double in frame.itertuples(index=False)}


def test_neighbourhoods_that_tile_their_municipality() -> None:
    assert shares(a_map(four())) == {"GM0001": (0, 0), "GM0002": (0, 0)}


def test_open_and_double_surface_against_the_municipality() -> None:
    shapes = {A: box(0, 0, 1000, 1000), B: box(900, 0, 1500, 1000)}
    given = {"GM0001": box(0, 0, 2000, 1000), "GM0003": box(5000, 0, 6000, 1000)}
    assert shares(a_map(shapes, given)) == {"GM0001": (0.25, 0.05), "GM0003": (1, 0)}


def test_without_an_outline_holes_are_open_unless_something_else_fills_them() -> None:
    around = box(0, 0, 1000, 1000).difference(box(100, 100, 300, 300))
    assert shares(a_map({A: around})) == {"GM0001": (0.04, 0)}
    assert shares(a_map({A: around, C: box(100, 100, 200, 300)})) == {"GM0001": (0.02, 0), "GM0002": (0, 0)}
    assert shares(a_map({A: around}, water=box(100, 100, 300, 300))) == {"GM0001": (0, 0)}


# Points


def test_points_and_their_neighbourhood() -> None:
    buurten = areas(four())
    x = np.array([X + 500, X + 1010, X + 1030, X + 500, np.nan, X + 500])
    y = np.array([Y + 500, Y + 500, Y + 500, Y + 500, Y, Y + 500])
    own = np.array([A, A, A, B, A, "BU99999999"], dtype=object)
    assert inside_own(x, y, own, buurten, 25).tolist() == [True, True, False, False, False, False]
    assert inside_own(x, y, own, buurten, 0).tolist() == [True, False, False, False, False, False]
    assert share_inside(x[:4], y[:4], own[:4], buurten, 25) == 0.5
    assert share_inside([], [], [], buurten, 25) is None
    assert buurt_of(x, y, buurten).tolist() == [A, B, B, A, None, A]


def test_a_point_on_a_border_or_outside() -> None:
    buurten = areas(four())
    assert buurt_of([X + 1000, X - 1], [Y + 1000, Y], buurten).tolist() == [A, None]
