"""From every edition to the newest, and how a delivered code is read: each determination by hand, then for any history."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivz_assets.neighbourhoods.conversions import conversions
from ivz_assets.neighbourhoods.crosswalk import (
    SUM_TOLERANCE,
    Buurt,
    LocalStep,
    Surfaces,
    WrongCrosswalk,
    crosswalk,
    tells_all,
    unknown,
    waiting,
)

A, B, C, D = "BU01530101", "BU01530102", "BU01530103", "BU01530104"
ELSEWHERE = "BU01470001"


def edition(**wijzigingen: int | None) -> list[Buurt]:
    """Neighbourhoods A to D by letter with what CBS says of each; every one has its code's letter as name."""
    return [Buurt({"A": A, "B": B, "C": C, "D": D}[letter], letter, change) for letter, change in wijzigingen.items()]


def led(
    editions: Mapping[int, Sequence[Buurt]],
    overlaps: Mapping[tuple[int, int], Surfaces] | None = None,
    local: Mapping[int, LocalStep] | None = None,
    year: int | None = None,
) -> dict[str, list[tuple[str, float, str]]]:
    """Per old code of a year (the oldest, unless told otherwise) target, weight and determination."""
    found = defaultdict(list)
    for row in crosswalk(editions, overlaps, local):
        assert row["naar_jaar"] == max(editions)
        if row["van_jaar"] == (year or min(editions)):
            found[row["van_buurt_code"]].append((row["buurt_code"], row["gewicht"], row["bepaling"]))
    return dict(found)


def reasons(rows: Sequence[Mapping[str, Any]], year: int, code: str) -> list[str]:
    return [row["toelichting"] for row in rows if (row["van_jaar"], row["van_buurt_code"]) == (year, code)]


# One step, by CBS alone


def test_the_newest_edition_leads_to_itself() -> None:
    rows = crosswalk({2023: edition(A=3, B=None)})
    assert rows == [
        {
            "van_jaar": 2023, "van_buurt_code": code, "buurt_code": code, "naar_jaar": 2023, "gewicht": 1.0,
            "bepaling": "ongewijzigd", "toelichting": "nieuwste indeling",
        }
        for code in (A, B)
    ]  # fmt: skip


def test_what_cbs_calls_unchanged_is_unchanged() -> None:
    editions = {2022: edition(A=1), 2023: edition(A=1)}
    assert led(editions) == {A: [(A, 1.0, "ongewijzigd")]}
    assert reasons(crosswalk(editions), 2022, A) == ["CBS: geen wijziging in 2023"]


def test_another_code_with_the_same_name_is_renumbered() -> None:
    editions = {2022: [Buurt(A, "Zuid", 1)], 2023: [Buurt(B, "ZUID", 2)]}
    assert led(editions) == {A: [(B, 1.0, "hernummerd")]}
    assert reasons(crosswalk(editions), 2022, A) == ["CBS: andere code in 2023; zelfde naam"]


def test_codes_that_were_exchanged_follow_their_names() -> None:
    editions = {2022: [Buurt(A, "Noord", 1), Buurt(B, "Zuid", 1)], 2023: [Buurt(A, "Zuid", 2), Buurt(B, "Noord", 2)]}
    assert led(editions) == {A: [(B, 1.0, "hernummerd")], B: [(A, 1.0, "hernummerd")]}


def test_a_new_code_of_the_same_name_that_cbs_does_not_call_renumbered_is_an_estimate() -> None:
    editions = {2022: [Buurt(A, "Zuid", 1)], 2023: [Buurt(B, "Zuid", 3)]}
    assert led(editions) == {A: [(B, 1.0, "geschat")]}
    assert reasons(crosswalk(editions), 2022, A) == ["zelfde naam in 2023; geen kaarten"]


@pytest.mark.parametrize(
    "after",
    [
        [Buurt(B, "Anders", 2)],
        [Buurt("BU01470009", "Zuid", 2)],  # of that name, in another municipality
        [Buurt(B, "Zuid", 2), Buurt(C, "Zuid", 2)],  # two of that name
    ],
    ids=["other name", "other municipality", "two"],
)
def test_a_code_that_vanished_without_a_trace_is_unknown(after: list[Buurt]) -> None:
    editions = {2022: [Buurt(A, "Zuid", 1)], 2023: after}
    assert led(editions) == {A: [("BU0153XXXX", 1.0, "onbekend")]}
    assert unknown(A) == "BU0153XXXX"


def test_of_two_old_namesakes_neither_is_guessed() -> None:
    editions = {2022: [Buurt(A, "Zuid", 1), Buurt(B, "Zuid", 1)], 2023: [Buurt(C, "Zuid", 2)]}
    assert led(editions) == {code: [("BU0153XXXX", 1.0, "onbekend")] for code in (A, B)}


@pytest.mark.parametrize(
    ("change", "why"),
    [(3, "CBS: grens gewijzigd in 2023"), (None, "tussen 2022 en 2023 onbekend")],
)
def test_a_moved_border_without_maps_is_an_estimate(change: int | None, why: str) -> None:
    editions = {2022: edition(A=1, B=1), 2023: edition(A=change, B=1)}
    assert led(editions) == {A: [(A, 1.0, "geschat")], B: [(B, 1.0, "ongewijzigd")]}
    assert reasons(crosswalk(editions), 2022, A) == [f"{why}; geen kaarten, dezelfde code"]


# Where CBS cannot be heard


@pytest.mark.parametrize("change", [1, None])
def test_over_a_gap_of_a_year_the_same_code_and_name_is_unchanged_and_says_so(change: int | None) -> None:
    editions = {2020: edition(A=1, B=1), 2021: edition(A=1, B=1), 2023: edition(A=change, B=1)}
    assert led(editions) == {A: [(A, 1.0, "ongewijzigd")], B: [(B, 1.0, "ongewijzigd")]}
    told = "zelfde code en naam; de indelingen tussen 2021 en 2023 ontbreken"
    assert reasons(crosswalk(editions), 2021, A) == [told]
    # The history before the gap rests on it as well.
    assert reasons(crosswalk(editions), 2020, A) == [told]
    # Maps of both sides go before it.
    split = {(2021, 2023): {A: [(A, 0.9, False), (B, 0.1, False)]}}
    assert led(editions, split)[A] == [(A, 0.9, "gesplitst"), (B, 0.1, "gesplitst")]


@pytest.mark.parametrize("after", [Buurt(A, "Anders", 1), Buurt(A, "A", 3)], ids=["other name", "border moved"])
def test_over_a_gap_what_does_not_look_the_same_is_an_estimate(after: Buurt) -> None:
    assert led({2021: edition(A=1), 2023: [after]}) == {A: [(A, 1.0, "geschat")]}


def test_without_any_word_of_changes_the_same_code_and_name_is_unchanged_and_says_so() -> None:
    editions = {2022: edition(A=1, B=1), 2023: [Buurt(A, "A", None), Buurt(B, "Anders", None)]}
    assert led(editions) == {A: [(A, 1.0, "ongewijzigd")], B: [(B, 1.0, "geschat")]}
    assert reasons(crosswalk(editions), 2022, A) == ["zelfde code en naam; het CBS zegt niet of de grens in 2023 wijzigde"]
    assert led(editions, {(2022, 2023): {A: [(B, 1.0, True)]}})[A] == [(B, 1.0, "hernummerd")]


@pytest.mark.parametrize(
    ("new", "year", "expected"),
    [
        (edition(A=1, B=1), 2023, True),
        (edition(A=1, B=1, C=3), 2023, True),
        (edition(A=1, B=3), 2023, False),
        (edition(A=1, B=None), 2023, False),
        (edition(A=1), 2023, False),
        (edition(A=1, B=1), 2024, False),
    ],
    ids=["unchanged", "one more", "moved", "not told", "gone", "gap"],
)
def test_maps_are_wanted_unless_cbs_calls_every_neighbourhood_unchanged(new: list[Buurt], year: int, expected: bool) -> None:
    assert tells_all(edition(A=1, B=1), new, 2022, year) is expected


# One step, with maps


@pytest.mark.parametrize(
    ("surfaces", "expected"),
    [
        ({A: [(A, 1.0, True)]}, {A: [(A, 1.0, "ongewijzigd")]}),
        ({A: [(C, 1.0, True)]}, {A: [(C, 1.0, "hernummerd")]}),
        ({A: [(C, 0.7, False), (D, 0.3, False)]}, {A: [(C, 0.7, "gesplitst"), (D, 0.3, "gesplitst")]}),
        (
            {A: [(C, 1.0, False)], B: [(C, 1.0, False)]},
            {A: [(C, 1.0, "samengevoegd")], B: [(C, 1.0, "samengevoegd")]},
        ),
        # B grew: it holds all it was, and a part of A.
        (
            {A: [(C, 0.7, False), (D, 0.3, False)], B: [(D, 1.0, False)]},
            {A: [(C, 0.7, "gesplitst"), (D, 0.3, "gesplitst")], B: [(D, 1.0, "samengevoegd")]},
        ),
    ],
    ids=["same", "renumbered", "split", "merged", "grown"],
)
def test_by_surface(surfaces: Surfaces, expected: dict[str, Any]) -> None:
    editions = {2022: edition(**{letter: 1 for letter, code in {"A": A, "B": B}.items() if code in surfaces})}
    editions[2023] = edition(A=3, C=3, D=3)
    assert led(editions, {(2022, 2023): surfaces}) == expected
    assert reasons(crosswalk(editions, {(2022, 2023): surfaces}), 2022, A)[0] == "kaarten van 2022 en 2023"


def test_what_cbs_calls_unchanged_goes_before_the_maps() -> None:
    editions = {2022: edition(A=1), 2023: edition(A=1, B=3)}
    assert led(editions, {(2022, 2023): {A: [(A, 0.9, False), (B, 0.1, False)]}}) == {A: [(A, 1.0, "ongewijzigd")]}


def test_a_neighbourhood_that_is_not_on_the_map_is_found_by_its_name() -> None:
    editions = {2022: [Buurt(A, "Zuid", 1)], 2023: [Buurt(B, "Zuid", 2)]}
    assert led(editions, {(2022, 2023): {}}) == {A: [(B, 1.0, "hernummerd")]}


# The local list


@pytest.mark.parametrize(
    ("local", "expected"),
    [
        ({A: [(B, 1.0, "raad")]}, [(B, 1.0, "hernummerd")]),
        ({A: [(A, 1.0, "raad")]}, [(A, 1.0, "ongewijzigd")]),
        ({A: [(A, 0.25, "raad"), (B, 0.75, "raad")]}, [(A, 0.25, "gesplitst"), (B, 0.75, "gesplitst")]),
    ],
    ids=["renumbered", "unchanged", "split"],
)
def test_the_local_list_goes_before_cbs_and_maps(local: LocalStep, expected: list[Any]) -> None:
    editions = {2022: edition(A=1), 2023: edition(A=1, B=3)}
    assert led(editions, {(2022, 2023): {A: [(A, 1.0, True)]}}, {2023: local})[A] == expected
    assert reasons(crosswalk(editions, None, {2023: local}), 2022, A)[0] == "lokaal: raad"


def test_two_that_the_local_list_leads_to_one_are_merged() -> None:
    editions = {2022: edition(A=1, B=1), 2023: edition(C=3)}
    local = {A: [(C, 1.0, "raad")], B: [(C, 1.0, "raad")]}
    assert led(editions, None, {2023: local}) == {code: [(C, 1.0, "samengevoegd")] for code in (A, B)}


def test_local_weights_that_nearly_add_up_are_made_to() -> None:
    editions = {2022: edition(A=1), 2023: edition(B=3, C=3, D=3)}
    local = {A: [(code, 0.3333333, "raad") for code in (B, C, D)]}
    assert [weight for _, weight, _ in led(editions, None, {2023: local})[A]] == pytest.approx([1 / 3] * 3, abs=1e-12)


@pytest.mark.parametrize(
    ("local", "message"),
    [
        ({B: [(A, 1.0, "x")]}, f"{B} is no neighbourhood of the edition before 2023; correct the code or the year"),
        ({A: [(B, 1.0, "x")]}, f"{B} (from {A}) is no neighbourhood of 2023; correct the code or the year"),
        ({A: [(A, 0.5, "x"), (C, 0.4, "x")]}, f"the weights of {A} in 2023 add up to 0.9; make them 1"),
        ({A: [(A, 1.0, "x"), (C, 0.4, "x")]}, f"the weights of {A} in 2023 add up to 1.4; make them 1"),
    ],
)
def test_a_wrong_local_list_says_what_is_wrong(local: LocalStep, message: str) -> None:
    with pytest.raises(WrongCrosswalk) as caught:
        crosswalk({2022: edition(A=1), 2023: edition(A=1, C=3)}, None, {2023: local})
    assert str(caught.value) == message


LOCAL: LocalStep = {B: [(A, 1.0, "x")], A: [(A, 1.0, "x")]}


def test_a_local_line_for_a_year_without_edition_says_which_years_there_are() -> None:
    editions = {2020: edition(A=1, B=1), 2022: edition(A=1, B=1), 2024: edition(A=1, B=1)}
    with pytest.raises(WrongCrosswalk) as caught:
        crosswalk(editions, None, {2023: LOCAL})
    assert str(caught.value) == (
        f"{A}, {B} in 2023: there is no edition of that year; give the first year of the new code, one of 2022, 2024"
    )


def test_local_lines_for_editions_that_are_not_known_wait() -> None:
    editions = {2020: edition(A=1, B=1), 2022: edition(A=1, B=1)}
    local = {2023: LOCAL, 2022: {A: [(B, 1.0, "x")]}, 2020: LOCAL, 2015: {C: [(D, 1.0, "x")]}}
    assert waiting(editions, local) == [(2015, C), (2020, A), (2020, B), (2023, A), (2023, B)]
    assert led(editions, None, local) == {A: [(B, 1.0, "hernummerd")], B: [(B, 1.0, "ongewijzigd")]}


# Several steps


def test_split_and_then_merged() -> None:
    # A is split into B (0.6) and C (0.4); a year later C is joined with D.
    editions = {2021: edition(A=1, D=1), 2022: edition(B=3, C=3, D=1), 2023: edition(B=1, D=3)}
    overlaps = {
        (2021, 2022): {A: [(B, 0.6, False), (C, 0.4, False)]},
        (2022, 2023): {C: [(D, 1.0, False)], D: [(D, 1.0, False)]},
    }
    assert led(editions, overlaps) == {
        A: [(B, 0.6, "gesplitst"), (D, 0.4, "gesplitst")],
        D: [(D, 1.0, "samengevoegd")],
    }
    assert led(editions, overlaps, year=2022) == {
        B: [(B, 1.0, "ongewijzigd")],
        C: [(D, 1.0, "samengevoegd")],
        D: [(D, 1.0, "samengevoegd")],
    }
    assert reasons(crosswalk(editions, overlaps), 2021, A) == [
        "kaarten van 2021 en 2022",
        "kaarten van 2021 en 2022; kaarten van 2022 en 2023",
    ]


def test_weights_of_two_splits_multiply_and_shares_that_meet_again_are_added() -> None:
    # A becomes A (0.5) and B (0.5); then A becomes C (0.8) and D (0.2), and B becomes D whole.
    editions = {2021: edition(A=1), 2022: edition(A=3, B=3), 2023: edition(C=3, D=3)}
    overlaps = {
        (2021, 2022): {A: [(A, 0.5, False), (B, 0.5, False)]},
        (2022, 2023): {A: [(C, 0.8, False), (D, 0.2, False)], B: [(D, 1.0, False)]},
    }
    found = {code: (round(weight, 12), how) for code, weight, how in led(editions, overlaps)[A]}
    assert found == {C: (0.4, "gesplitst"), D: (0.6, "gesplitst")}


def test_what_was_split_and_joined_again_is_whole() -> None:
    editions = {2021: edition(A=1), 2022: edition(B=3, C=3, D=3), 2023: edition(A=3)}
    overlaps = {
        (2021, 2022): {A: [(B, 0.1, False), (C, 0.2, False), (D, 0.7, False)]},
        (2022, 2023): {code: [(A, 1.0, False)] for code in (B, C, D)},
    }
    assert led(editions, overlaps)[A] == [(A, 1.0, "gesplitst")]


def test_of_several_steps_the_least_certain_counts() -> None:
    editions = {2021: [Buurt(A, "Zuid", 1)], 2022: [Buurt(B, "Zuid", 2)], 2023: [Buurt(B, "Zuid", 3)]}
    assert led(editions) == {A: [(B, 1.0, "geschat")]}
    editions[2023] = [Buurt(C, "Anders", 3)]
    assert led(editions) == {A: [("BU0153XXXX", 1.0, "onbekend")]}
    assert reasons(crosswalk(editions), 2021, A) == [
        "CBS: andere code in 2022; zelfde naam; verdwenen in 2023; geen kaarten en geen buurt van die naam"
    ]


def test_what_is_unknown_stays_so() -> None:
    editions = {2021: [Buurt(A, "Zuid", 1)], 2022: [Buurt(B, "Anders", 3)], 2023: [Buurt(B, "Anders", 1)]}
    assert led(editions) == {A: [("BU0153XXXX", 1.0, "onbekend")]}


# Any history

CODES = [A, B, C, D, ELSEWHERE]


@st.composite
def histories(draw: st.DrawFn) -> tuple[dict[int, list[Buurt]], dict[tuple[int, int], Surfaces], dict[int, LocalStep]]:
    """Three to five editions (perhaps with a gap), maps between some, a local list for some codes."""
    years = sorted(draw(st.sets(st.integers(2015, 2022), min_size=1, max_size=5)))
    editions = {}
    for year in years:
        codes = draw(st.lists(st.sampled_from(CODES), min_size=1, max_size=5, unique=True))
        editions[year] = [
            Buurt(code, draw(st.sampled_from(["Noord", "Zuid", code])), draw(st.sampled_from([1, 2, 3, None]))) for code in codes
        ]
    overlaps: dict[tuple[int, int], Surfaces] = {}
    local: dict[int, LocalStep] = {}

    def shares(after: list[Buurt]) -> list[tuple[str, float]]:
        targets = draw(st.lists(st.sampled_from([item.code for item in after]), min_size=1, max_size=3, unique=True))
        sizes = [draw(st.integers(1, 1000)) for _ in targets]
        return [(code, size / sum(sizes)) for code, size in zip(targets, sizes, strict=True)]

    for old, new in pairwise(years):
        if draw(st.booleans()):
            overlaps[old, new] = {
                item.code: [(code, weight, False) for code, weight in shares(editions[new])]
                for item in editions[old]
                if draw(st.booleans())
            }
        if draw(st.booleans()):
            told = draw(st.sampled_from(editions[old])).code
            local[new] = {told: [(code, weight, "raad") for code, weight in shares(editions[new])]}
    return editions, overlaps, local


@settings(max_examples=150, deadline=None)
@given(history=histories(), later=st.integers(0, 2))
def test_any_history_loses_nothing(history: Any, later: int) -> None:
    editions, overlaps, local = history
    rows = crosswalk(editions, overlaps, local)
    newest = max(editions)
    total: dict[tuple[int, str], float] = defaultdict(float)
    targets = {item.code for item in editions[newest]}
    for row in rows:
        total[row["van_jaar"], row["van_buurt_code"]] += row["gewicht"]
        assert row["gewicht"] > 0
        assert row["buurt_code"] in targets or (row["buurt_code"].endswith("XXXX") and row["bepaling"] == "onbekend")
        if row["van_jaar"] == newest:
            assert (row["buurt_code"], row["gewicht"], row["bepaling"]) == (row["van_buurt_code"], 1.0, "ongewijzigd")
    assert set(total) == {(year, item.code) for year, items in editions.items() for item in items}
    assert max(abs(weight - 1) for weight in total.values()) <= SUM_TOLERANCE
    assert len({(row["van_jaar"], row["van_buurt_code"], row["buurt_code"]) for row in rows}) == len(rows)
    # Whatever is drawn from 0 up to 1, an incident gets exactly one place.
    per_year: dict[tuple[str, int], list[tuple[float, float]]] = defaultdict(list)
    for item in conversions(rows, newest + later):
        per_year[item["van_buurt_code"], item["jaar"]].append((item["laag"], item["hoog"]))
    for parts in per_year.values():
        parts.sort()
        assert (parts[0][0], parts[-1][1]) == (0.0, 1.0)
        assert all(left[1] == right[0] for left, right in pairwise(parts))
    assert {year for _, year in per_year} in (set(), set(range(min(editions), newest + later + 1)))


# How a delivered code is read


def read(rows: Sequence[Mapping[str, Any]], code: str, year: int, last_year: int = 2025) -> list[tuple[str, float, float, str]]:
    return [
        (item["buurt_code"], item["laag"], item["hoog"], item["bepaling"])
        for item in conversions(rows, last_year)
        if (item["van_buurt_code"], item["jaar"]) == (code, year)
    ]


def test_codes_that_stand_for_themselves_are_not_converted() -> None:
    assert conversions(crosswalk({2021: edition(A=1), 2022: edition(A=1), 2023: edition(A=1, B=3)}), 2025) == []


def test_the_edition_of_the_year_of_registration_counts() -> None:
    # A keeps its code when it is split in 2023: what was registered before in A may lie in B.
    editions = {2022: edition(A=1), 2023: edition(A=3, B=3)}
    rows = crosswalk(editions, {(2022, 2023): {A: [(B, 0.25, False), (A, 0.75, False)]}})
    split = [(A, 0.0, 0.75, "gesplitst"), (B, 0.75, 1.0, "gesplitst")]
    assert read(rows, A, 2022) == split
    assert read(rows, A, 2023) == read(rows, A, 2025) == [(A, 0.0, 1.0, "ongewijzigd")]
    # B is new: it stands for itself in any year.
    assert read(rows, B, 2022) == []


def test_an_old_code_that_is_used_late_is_read_as_in_its_last_edition() -> None:
    editions = {2021: [Buurt(A, "Zuid", 1)], 2022: [Buurt(B, "Zuid", 2)], 2023: [Buurt(B, "Zuid", 1)]}
    rows = crosswalk(editions)
    for year in (2021, 2022, 2025):
        assert read(rows, A, year) == [(B, 0.0, 1.0, "hernummerd")]


def test_a_new_code_that_is_used_early_is_read_as_in_its_first_edition() -> None:
    # B exists from 2022 and was renumbered to C in 2023; a delivery of 2021 already names it.
    editions = {
        2021: [Buurt(A, "Zuid", 1)],
        2022: [Buurt(A, "Zuid", 1), Buurt(B, "Noord", 3)],
        2023: [Buurt(A, "Zuid", 1), Buurt(C, "Noord", 2)],
    }
    assert read(crosswalk(editions), B, 2021) == [(C, 0.0, 1.0, "hernummerd")]


def test_shares_of_three_are_a_partition_in_the_order_of_their_codes() -> None:
    editions = {2022: edition(A=1), 2023: edition(B=3, C=3, D=3)}
    rows = crosswalk(editions, {(2022, 2023): {A: [(D, 0.5, False), (C, 0.3, False), (B, 0.2, False)]}})
    assert read(rows, A, 2022) == [(B, 0.0, 0.2, "gesplitst"), (C, 0.2, 0.5, "gesplitst"), (D, 0.5, 1.0, "gesplitst")]
    assert conversions([], 2025) == []


def test_a_code_that_was_used_again_is_an_estimate_in_every_year() -> None:
    # Until 2022 A was what B is now; the neighbourhood that is A now was D.
    editions = {
        2021: [Buurt(A, "Zuid", 1), Buurt(D, "Noord", 1)],
        2022: [Buurt(B, "Zuid", 2), Buurt(A, "Noord", 2)],
    }
    rows = crosswalk(editions)
    assert led(editions) == {A: [(B, 1.0, "hernummerd")], D: [(A, 1.0, "hernummerd")]}
    assert read(rows, A, 2021) == [(B, 0.0, 1.0, "geschat")]
    for year in (2022, 2025):
        assert read(rows, A, year) == [(A, 0.0, 1.0, "geschat")]
    # The other codes stood for one neighbourhood only.
    assert read(rows, D, 2021) == read(rows, D, 2025) == [(A, 0.0, 1.0, "hernummerd")]
    assert read(rows, B, 2021) == []


def test_a_code_that_vanished_and_was_used_again_stays_unknown_before() -> None:
    editions = {2021: [Buurt(A, "Zuid", 1)], 2022: [Buurt(B, "Noord", 3)], 2023: [Buurt(A, "West", 3), Buurt(B, "Noord", 1)]}
    rows = crosswalk(editions)
    assert read(rows, A, 2022) == [("BU0153XXXX", 0.0, 1.0, "onbekend")]
    assert read(rows, A, 2023) == [(A, 0.0, 1.0, "geschat")]
