"""The rules of the hot spots on small examples: windows, maps, verdicts, years, squares."""

from __future__ import annotations

import os
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from ivz_assets.dashboard.hot_spots.development import ONTWIKKELINGEN, declined, developments
from ivz_assets.dashboard.hot_spots.maps import listed_maps, wanted_maps
from ivz_assets.dashboard.hot_spots.neighbourhoods import Exposure, Judged, Orders, judge_map
from ivz_assets.dashboard.hot_spots.squares import HIDDEN, NO_PLACE, judged_squares, square_key
from ivz_assets.dashboard.hot_spots.windows import MOST, windows
from ivz_assets.dashboard.periods import dim_periode

SIDE = 8
CODES = [f"BU0153{row:02d}{column:02d}" for row in range(SIDE) for column in range(SIDE)]
ORDERS = Orders(permutations=19_999)


def board() -> dict[str, list[str]]:
    """Queen neighbours of a board of neighbourhoods."""
    places = {code: divmod(number, SIDE) for number, code in enumerate(CODES)}
    return {
        code: [o for o, (r, c) in places.items() if o != code and max(abs(r - row), abs(c - column)) == 1]
        for code, (row, column) in places.items()
    }


def judged(counts: dict[str, int], exposures: dict[str, Exposure] | None = None, **more: Any) -> dict[str, Judged]:
    """The board judged, by code."""
    known = {code: Exposure(1000.0, 2025, True) for code in CODES} | (exposures or {})
    codes = more.get("codes", CODES)
    rows = judge_map(counts, known, more.get("neighbours", board()), codes, ORDERS)
    assert [row.buurt_code for row in rows] == list(codes)
    return {row.buurt_code: row for row in rows}


def uneven(base: int) -> dict[str, int]:
    """Counts that differ, high and low turn and turn about, so that no neighbourhood and its neighbours stand out."""
    return {code: base + (base // 2 if (number // SIDE + number) % 2 else -base // 2) for number, code in enumerate(CODES)}


def test_windows_follow_each_other_and_begin_where_the_data_begin() -> None:
    """Of data since 15 May 2022 up to 22 March 2026 three windows are whole."""
    periods = dim_periode(date(2022, 5, 15), date(2026, 3, 22), (date(2022, 5, 15), date(2026, 3, 22)), [])
    found = windows(periods, date(2022, 5, 15))
    assert [window.periode for window in found] == ["2023-03 t/m 2024-02", "2024-03 t/m 2025-02", "2025-03 t/m 2026-02"]
    assert (found[-1].begin, found[-1].eind) == (date(2025, 3, 1), date(2026, 2, 28))


def test_windows_of_long_and_of_short_histories() -> None:
    """No more than five; none before there are twelve closed months."""
    long = dim_periode(date(2015, 1, 1), date(2026, 3, 22), (date(2015, 1, 1), date(2026, 3, 22)), [])
    assert len(windows(long, date(2015, 1, 1))) == MOST
    short = dim_periode(date(2025, 4, 1), date(2026, 3, 22), (date(2025, 4, 1), date(2026, 3, 22)), [])
    assert windows(short, date(2025, 4, 1)) == []
    assert windows(long, None) == []


def test_maps_are_those_of_the_list_with_a_denominator_that_fits() -> None:
    """Every category, themes shown per neighbourhood, named subcategories; inhabitants where no one denominator fits."""
    classes = [
        {"klasse_sleutel": f"{level}: {name}", "klasse_niveau": level, "klasse_naam": name, "noemer": noemer}
        for level, name, noemer in [
            ("categorie", "Geweldsdelicten", None),
            ("thema", "Huiselijk geweld", "inwoners"),
            ("thema", "Woonoverlast", "inwoners"),
            ("subcategorie", "Woninginbraak", "woningen"),
            ("subcategorie", "Zakkenrollerij", "geen"),
        ]
    ]
    listed = [
        {"klasse_niveau": "categorie", "klasse_naam": ""},
        {"klasse_niveau": "thema", "klasse_naam": ""},
        {"klasse_niveau": "subcategorie", "klasse_naam": "Woninginbraak"},
        {"klasse_niveau": "subcategorie", "klasse_naam": "Zakkenrollerij"},
    ]
    assert wanted_maps(classes, listed, {"thema: Huiselijk geweld"}) == {
        "categorie: Geweldsdelicten": ("categorie", "inwoners"),
        "thema: Woonoverlast": ("thema", "inwoners"),
        "subcategorie: Woninginbraak": ("subcategorie", "woningen"),
        "subcategorie: Zakkenrollerij": ("subcategorie", "inwoners"),
    }
    with pytest.raises(ValueError, match=r"maps.csv, row 2, klasse_naam: subcategorie 'Inbraak' is not in dim_klasse"):
        wanted_maps(classes, [{"klasse_niveau": "subcategorie", "klasse_naam": "Inbraak"}], set())
    assert {row["klasse_niveau"] for row in listed_maps()} == {"categorie", "thema", "subcategorie"}


def test_a_cluster_is_hot_and_the_rest_is_not() -> None:
    """Three by three neighbourhoods with three times the rate; figures are per 1,000 of the denominator."""
    counts = uneven(20)
    cluster = [CODES[row * SIDE + column] for row in (1, 2, 3) for column in (1, 2, 3)]
    counts |= dict.fromkeys(cluster, 90)
    rows = judged(counts)
    assert rows[cluster[4]].oordeel == "heet"
    assert rows[cluster[4]].cijfer == pytest.approx(90.0)
    assert rows[cluster[4]].cijfer_regio == pytest.approx(sum(counts.values()) / 64)
    assert (rows[cluster[4]].rang, rows[cluster[4]].buren) == (1, 8)
    hot = {code for code, row in rows.items() if row.oordeel == "heet"}
    assert {cluster[place] for place in (1, 3, 4, 5, 7)} <= hot
    assert not {code for code in hot if int(code[6:8]) > 4 or int(code[8:10]) > 4}
    assert all(row.q_waarde is not None and row.q_waarde <= 0.05 for row in rows.values() if row.oordeel == "heet")


def test_an_empty_neighbourhood_among_hot_ones_lies_beside_them() -> None:
    """Its neighbours make its sum high; nothing happened in it, so it is not hot itself. An empty corner likewise."""
    cluster = [CODES[row * SIDE + column] for row in (1, 2, 3) for column in (1, 2, 3)]
    rows = judged(uneven(20) | dict.fromkeys(cluster, 90) | {cluster[4]: 0})
    empty = rows[cluster[4]]
    assert (empty.aantal, empty.oordeel) == (0, "naast heet")
    assert empty.q_waarde is not None
    assert empty.q_waarde <= 0.05
    corner = [CODES[row * SIDE + column] for row in range(4) for column in range(4)]
    rows = judged(uneven(40) | dict.fromkeys(corner, 0) | {CODES[9]: 90})
    assert (rows[CODES[9]].oordeel, rows[CODES[10]].oordeel) == ("naast koud", "koud")


def test_one_high_neighbourhood_is_no_hot_spot_but_can_be_found() -> None:
    """It is the first by rank and far above its neighbours, and nothing is said to lie together."""
    rows = judged(uneven(20) | {CODES[27]: 120})
    assert {row.oordeel for row in rows.values()} == {"geen"}
    assert rows[CODES[27]].rang == 1
    assert (rows[CODES[27]].verhouding_buren or 0) > 3


def test_without_differences_beyond_chance_there_is_nothing_hot() -> None:
    """Every smoothed rate is the mean: p is 1 and there is no z."""
    rows = judged(dict.fromkeys(CODES, 10))
    assert {(row.p_waarde, row.gi_z, row.oordeel) for row in rows.values()} == {(1.0, None, "geen")}


def test_what_cannot_be_judged_has_its_count_and_its_reason() -> None:
    """An unknown neighbourhood, one that is too small, one without a figure and an island; none counts as a neighbour."""
    unknown, small, secret, island = "BU0153XXXX", CODES[0], CODES[1], CODES[63]
    neighbours = {code: [o for o in others if o != island] for code, others in board().items()} | {island: []}
    exposures = {small: Exposure(20.0, 2025, False), secret: Exposure(None, None, False)}
    counts = uneven(20) | {unknown: 7, small: 9}
    rows = judged(counts, exposures, codes=[*CODES, unknown], neighbours=neighbours)
    told = {code: (rows[code].aantal, rows[code].oordeel, rows[code].reden, rows[code].p_waarde) for code in (unknown, small)}
    assert told == {
        unknown: (7, "geen uitspraak", "buurt onbekend", None),
        small: (9, "geen uitspraak", "noemer te klein of onbekend", None),
    }
    assert (rows[secret].reden, rows[secret].cijfer) == ("noemer te klein of onbekend", None)
    assert (rows[island].reden, rows[island].buren) == ("geen buren", 0)
    assert rows[island].cijfer is not None
    # A corner's neighbours are 1, 8 and 9; without the two that have no figure 8 keeps three of its five.
    assert rows[CODES[8]].buren == 3
    assert sum(row.aantal for row in rows.values()) == sum(counts.values())


def test_a_thin_map_has_no_cold_spots() -> None:
    """One large empty corner: cold with 20 registrations a neighbourhood, not with 2, whatever q says."""
    corner = [CODES[row * SIDE + column] for row in range(4) for column in range(4)]
    dense = judged(uneven(40) | dict.fromkeys(corner, 0))
    assert dense[CODES[9]].oordeel == "koud"
    thin = judged(uneven(4) | dict.fromkeys(corner, 0), {code: Exposure(9000.0, 2025, True) for code in corner})
    assert thin[CODES[9]].q_waarde is not None
    assert thin[CODES[9]].q_waarde <= 0.05
    assert thin[CODES[9]].oordeel == "geen"


def test_without_a_pattern_few_maps_have_a_verdict() -> None:
    """Risks that differ without a pattern, large neighbourhoods together: at most a share q of the maps has a spot.

    On thin maps q alone would call large neighbourhoods cold on more maps than that: why thin maps have no cold spots.
    """
    runs = 600 if os.environ.get("IVZ_SIMULATE") else 60
    random = np.random.default_rng(13)
    people = np.exp(np.linspace(np.log(150), np.log(9000), 64))
    exposures = {code: Exposure(float(count), 2025, True) for code, count in zip(CODES, people, strict=True)}
    for total, thin in ((20, True), (4000, False)):
        spots = cold_by_q = 0
        for _ in range(runs):
            risk = people * random.gamma(1.0, 1.0, 64)
            drawn = random.poisson(total * risk / risk.sum())
            rows = judged(dict(zip(CODES, drawn.tolist(), strict=True)), exposures).values()
            spots += any(row.oordeel != "geen" for row in rows)
            cold_by_q += any((row.q_waarde or 1) <= 0.05 and (row.gi_z or 0) < 0 for row in rows)
        assert spots / runs <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / runs)
        assert (cold_by_q / runs > 0.15) == thin


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(0, 60), min_size=64, max_size=64))
def test_every_neighbourhood_is_on_the_map_once(counts: list[int]) -> None:
    """Counts add up, p lies in (0, 1], q is not below p, and a verdict follows from them."""
    rows = judged(dict(zip(CODES, counts, strict=True)))
    assert sum(row.aantal for row in rows.values()) == sum(counts)
    for row in rows.values():
        assert row.p_waarde is not None
        assert row.q_waarde is not None
        assert 0 < row.p_waarde <= row.q_waarde <= 1
        if row.oordeel != "geen":
            assert row.q_waarde <= 0.05
            assert row.gi_z is not None
            assert (row.gi_z > 0) == row.oordeel.endswith("heet")
            assert row.cijfer_afgevlakt is not None
            assert row.cijfer_regio is not None
            assert (row.oordeel == "heet") == (row.gi_z > 0 and row.cijfer_afgevlakt > row.cijfer_regio)


@pytest.mark.parametrize(
    ("hot", "fell", "words"),
    [
        ([True], [False], ["geen geschiedenis"]),
        ([False, True, True], [False] * 3, ["geen", "nieuw", "aanhoudend"]),
        ([True, True], [False, True], ["geen geschiedenis", "afnemend"]),
        ([True, False, True, False], [False] * 4, ["geen geschiedenis", "voormalig", "terugkerend", "voormalig"]),
        ([None, True], [False] * 2, [None, "geen geschiedenis"]),
        ([True, None, True], [False] * 3, ["geen geschiedenis", None, "terugkerend"]),
        ([False, None, False], [False] * 3, ["geen", None, "geen"]),
    ],
)
def test_years_are_told_in_words(hot: list[bool | None], fell: list[bool], words: list[str | None]) -> None:
    """A window is judged by itself and those before it."""
    assert developments(hot, fell) == words
    assert {word for word in words if word} <= set(ONTWIKKELINGEN)


def test_a_decline_is_more_than_chance_and_against_the_region() -> None:
    """20 after 40 where the region stayed the same: P(X <= 20 of 60, 1/2) = 0.0067; and no decline when the region halved too."""
    assert stats.binom.cdf(20, 60, 0.5) == pytest.approx(0.0067, abs=0.0001)
    assert declined(20, 40, 1000, 1000)
    assert not declined(20, 40, 500, 1000)
    assert not declined(35, 40, 1000, 1000)
    assert not declined(0, 0, 0, 0)


def test_a_square_has_the_name_that_cbs_gives_it() -> None:
    """After its south-west corner in units of 100 m."""
    assert square_key(506, 943) == "E2530N4715"
    assert square_key(0, 619) == "E0000N3095"


def test_small_squares_are_hidden_and_told_together() -> None:
    """5 is shown, 4 and 1 are 5 hidden, 3 have no place; exact limits of 5 by Garwood (1936): 1.62 to 11.67."""
    rows = judged_squares(
        [
            {"vlak_x": 506, "vlak_y": 943, "aantal": 5},
            {"vlak_x": 507, "vlak_y": 943, "aantal": 4},
            {"vlak_x": 508, "vlak_y": 943, "aantal": 1},
            {"vlak_x": None, "vlak_y": None, "aantal": 3},
        ]
    )
    assert [(row["vlak"], row["aantal"]) for row in rows] == [("E2530N4715", 5), (HIDDEN, 5), (NO_PLACE, 3)]
    square = rows[0]
    assert (square["midden_rd_x"], square["midden_rd_y"]) == (253_250.0, 471_750.0)
    assert (square["aantal_laag"], square["aantal_hoog"]) == pytest.approx((1.623, 11.668), abs=0.001)
    assert (square["aandeel"], square["rang"]) == (0.5, 1)
    assert (square["midden_lengtegraad"], square["midden_breedtegraad"]) == pytest.approx((6.825, 52.225), abs=0.005)


_squares = st.dictionaries(st.tuples(st.integers(440, 540), st.integers(910, 1000)), st.integers(1, 30), max_size=12)


@given(_squares, st.integers(0, 9))
def test_hidden_and_shown_add_up_to_all(counts: dict[tuple[int, int], int], nowhere: int) -> None:
    """Nothing is lost, no small square is shown, equal counts share their rank, and a place is the middle of a square."""
    given_rows = [{"vlak_x": x, "vlak_y": y, "aantal": count} for (x, y), count in counts.items()]
    given_rows += [{"vlak_x": None, "vlak_y": None, "aantal": nowhere}] if nowhere else []
    rows = judged_squares(given_rows)
    assert sum(row["aantal"] for row in rows) == sum(counts.values()) + nowhere
    shown = [row for row in rows if row["soort"] == "vlak"]
    assert sorted(row["aantal"] for row in shown) == sorted(count for count in counts.values() if count >= 5)
    assert len({row["vlak"] for row in rows}) == len(rows)
    for row in shown:
        assert row["rang"] == 1 + sum(other["aantal"] > row["aantal"] for other in shown)
        assert row["midden_rd_x"] % 500 == row["midden_rd_y"] % 500 == 250
