"""Which delivery speaks for which date: by hand, and against a search through all deliveries."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from ivz_assets.deliveries.precedence import Delivery, Speaker, per_day, speakers

W1, W2, W3 = date(2026, 1, 5), date(2026, 1, 12), date(2026, 1, 19)
WEEK = timedelta(days=6)


def at(day: int, hour: int = 8) -> datetime:
    """A moment in February 2026."""
    return datetime(2026, 2, day, hour)


def delivery(
    name: str,
    number: int,
    van: date,
    tot: date,
    delivered: datetime,
    active: datetime | None = None,
    until: datetime | None = None,
) -> Delivery:
    """A delivery that is active from its loading (here: its delivery) unless another moment is given."""
    return Delivery(name, number, delivered, van, tot, active or delivered, until)


def test_a_delivery_speaks_for_its_week_and_no_other_day() -> None:
    assert speakers([delivery("a", 1, W1, W1 + WEEK, at(1))]) == [Speaker(W1, W1 + WEEK, "a", at(1), None, None)]


def test_a_redelivery_takes_over_its_whole_cover() -> None:
    found = speakers([delivery("a", 1, W1, W1 + WEEK, at(1)), delivery("b", 2, W1, W1 + WEEK, at(3))])
    assert found == [
        Speaker(W1, W1 + WEEK, "a", at(1), at(3), "b"),
        Speaker(W1, W1 + WEEK, "b", at(3), None, None),
    ]


def test_a_window_over_three_weeks_leaves_the_newer_week_alone() -> None:
    # The window was delivered on the 2nd, the third week on the 5th, the first week on the 1st.
    found = speakers(
        [
            delivery("week1", 1, W1, W1 + WEEK, at(1)),
            delivery("venster", 2, W1, W3 + WEEK, at(2)),
            delivery("week3", 3, W3, W3 + WEEK, at(5)),
        ]
    )
    assert found == [
        Speaker(W1, W1 + WEEK, "week1", at(1), at(2), "venster"),
        Speaker(W1, W1 + WEEK, "venster", at(2), None, None),
        Speaker(W2, W2 + WEEK, "venster", at(2), None, None),
        Speaker(W3, W3 + WEEK, "venster", at(2), at(5), "week3"),
        Speaker(W3, W3 + WEEK, "week3", at(5), None, None),
    ]


def test_an_older_delivery_loaded_later_speaks_for_nothing() -> None:
    newer = delivery("b", 1, W1, W1 + WEEK, at(3), active=at(3))
    older = delivery("a", 2, W1, W1 + WEEK, at(1), active=at(9))
    assert speakers([newer, older]) == [Speaker(W1, W1 + WEEK, "b", at(3), None, None)]


def test_the_same_moment_of_delivery_goes_to_the_last_loaded() -> None:
    found = speakers([delivery("a", 1, W1, W1 + WEEK, at(1)), delivery("b", 2, W1, W1 + WEEK, at(1))])
    assert found == [Speaker(W1, W1 + WEEK, "b", at(1), None, None)]


def test_held_is_silent_and_accepted_speaks_from_then() -> None:
    first = delivery("a", 1, W1, W1 + WEEK, at(1))
    held = Delivery("b", 2, at(3), W1, W1 + WEEK, None)
    assert speakers([first, held]) == [Speaker(W1, W1 + WEEK, "a", at(1), None, None)]
    accepted = Delivery("b", 2, at(3), W1, W1 + WEEK, at(7))
    assert speakers([first, accepted]) == [
        Speaker(W1, W1 + WEEK, "a", at(1), at(7), "b"),
        Speaker(W1, W1 + WEEK, "b", at(7), None, None),
    ]


def test_withdrawn_gives_the_word_back() -> None:
    found = speakers([delivery("a", 1, W1, W1 + WEEK, at(1)), delivery("b", 2, W1, W1 + WEEK, at(3), until=at(4))])
    assert found == [
        Speaker(W1, W1 + WEEK, "a", at(1), at(3), "b"),
        Speaker(W1, W1 + WEEK, "b", at(3), at(4), "a"),
        Speaker(W1, W1 + WEEK, "a", at(4), None, None),
    ]


def test_withdrawn_without_another_leaves_silence() -> None:
    found = speakers([delivery("a", 1, W1, W1 + WEEK, at(1), until=at(2)), delivery("b", 2, W1, W1 + WEEK, at(5))])
    assert found == [
        Speaker(W1, W1 + WEEK, "a", at(1), at(2), None),
        Speaker(W1, W1 + WEEK, "b", at(5), None, None),
    ]


def test_weeks_between_two_deliveries_have_no_speaker() -> None:
    found = speakers([delivery("a", 1, W1, W1 + WEEK, at(1)), delivery("b", 2, W3, W3 + WEEK, at(3))])
    assert found == [Speaker(W1, W1 + WEEK, "a", at(1), None, None), Speaker(W3, W3 + WEEK, "b", at(3), None, None)]


def test_per_day_has_a_row_for_each_day() -> None:
    days = per_day(speakers([delivery("a", 1, W1, W1 + WEEK, at(1))]))
    assert [item["datum"] for item in days] == [W1 + timedelta(days=offset) for offset in range(7)]
    assert {item["levering_id"] for item in days} == {"a"}


@st.composite
def ledgers(draw: st.DrawFn) -> list[Delivery]:
    """A few deliveries over 20 days, with moments that often coincide."""
    found = []
    for number in range(draw(st.integers(1, 6))):
        van = W1 + timedelta(days=draw(st.integers(0, 19)))
        tot = van + timedelta(days=draw(st.integers(0, 12)))
        active = draw(st.none() | st.integers(1, 8).map(at))
        until = draw(st.none() | st.integers(1, 9).map(at))
        found.append(Delivery(f"d{number}", number, at(draw(st.integers(1, 5))), van, tot, active, until))
    return found


@hypothesis_settings(max_examples=150, deadline=None)
@given(known=ledgers())
def test_against_a_search_through_all_deliveries(known: list[Delivery]) -> None:
    turns = per_day(speakers(known))
    moments = [at(day, hour) for day in range(1, 11) for hour in (7, 8, 9)]
    for day in (W1 + timedelta(days=offset) for offset in range(-1, 33)):
        here = [turn for turn in turns if turn["datum"] == day]
        for moment in moments:
            speaking = [
                turn
                for turn in here
                if turn["geldig_van"] <= moment and (turn["geldig_tot"] is None or moment < turn["geldig_tot"])
            ]
            active = [item for item in known if item.dekking_van <= day <= item.dekking_tot and item.active_at(moment)]
            expected = [max(active, key=lambda item: (item.geleverd_op, item.volgorde)).levering_id] if active else []
            assert [turn["levering_id"] for turn in speaking] == expected
        for turn in here:  # a successor takes the word at the very moment
            if turn["opvolger"]:
                assert any(
                    after["levering_id"] == turn["opvolger"] and after["geldig_van"] == turn["geldig_tot"] for after in here
                )


@hypothesis_settings(max_examples=60, deadline=None)
@given(known=ledgers(), data=st.data())
def test_the_order_of_asking_means_nothing(known: list[Delivery], data: st.DataObject) -> None:
    assert speakers(data.draw(st.permutations(known))) == speakers(known)
