"""The one status of every row and what was known when, on ledgers small enough to follow by hand."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from ivz_assets.deliveries.ledger import UnknownSubject
from ivz_assets.settings import Settings
from ivz_assets.warehouse.store import Store
from ivz_assets_tests.weekmonitor.building import Tiny, registered, row

W2, W3, W4 = date(2026, 1, 5), date(2026, 1, 12), date(2026, 1, 19)
"""Mondays of the weeks 2026-W02, W03 and W04."""


def day(week: date, weekday: int) -> date:
    """A day of a week; Monday is 0."""
    return week + timedelta(days=weekday)


def on(month: int, number: int, hour: int = 8) -> datetime:
    """A moment in 2026."""
    return datetime(2026, month, number, hour)


@pytest.fixture
def tiny(shared_store: Store, ledger_settings: Settings) -> Tiny:
    """An empty ledger."""
    return Tiny(shared_store, ledger_settings)


def test_two_weeks_stand_side_by_side(tiny: Tiny) -> None:
    tiny.deliver("w2", [registered(day(W2, 0)), registered(day(W2, 6))], van=W2)
    tiny.deliver("w3", [registered(day(W3, 0))], van=W3)
    assert tiny.statuses() == {"w2": ["incident", "incident"], "w3": ["incident"]}


def test_the_newest_delivery_of_a_week_wins_whole(tiny: Tiny) -> None:
    tiny.deliver("eerst", [registered(day(W2, 0)), registered(day(W2, 1)), registered(day(W2, 2), poging="J")], van=W2)
    # One row comes back, one changed, one is gone.
    tiny.deliver("later", [registered(day(W2, 0)), registered(day(W2, 2))], van=W2, delivered=on(2, 2))
    assert tiny.statuses() == {"eerst": ["vervangen"] * 3, "later": ["incident"] * 2}


def test_a_window_supersedes_the_weeks_it_covers_and_a_later_week_takes_its_own_back(tiny: Tiny) -> None:
    tiny.deliver("w2", [registered(day(W2, 1))], van=W2)
    tiny.deliver("venster", [registered(day(W, 2)) for W in (W2, W3, W4)], van=W2, tot=day(W4, 6), delivered=on(1, 27))
    tiny.deliver("w4", [registered(day(W4, 3))], van=W4, delivered=on(1, 28))
    assert tiny.statuses() == {"w2": ["vervangen"], "venster": ["incident", "incident", "vervangen"], "w4": ["incident"]}


def test_a_snapshot_speaks_for_everything(tiny: Tiny) -> None:
    tiny.deliver("w2", [registered(day(W2, 1))], van=W2)
    tiny.deliver("w3", [registered(day(W3, 1))], van=W3)
    tiny.deliver("stand", [registered(day(W3, 4))], van=date(2015, 1, 1), tot=day(W3, 6), delivered=on(1, 20), kind="stand")
    assert tiny.statuses() == {"w2": ["vervangen"], "w3": ["vervangen"], "stand": ["incident"]}


def test_a_stray_row_is_an_incident_and_supersedes_nothing(tiny: Tiny) -> None:
    tiny.deliver("w2", [registered(day(W2, 1)), registered(day(W2, 2))], van=W2)
    tiny.deliver("w3", [registered(day(W3, 1)), registered(day(W2, 1), poging="J")], van=W3)
    assert tiny.statuses() == {"w2": ["incident", "incident"], "w3": ["incident", "incident"]}


def test_a_stray_row_of_a_day_without_a_delivery_is_an_incident(tiny: Tiny) -> None:
    tiny.deliver("w3", [registered(day(W3, 1)), registered(date(2025, 11, 3))], van=W3)
    assert tiny.statuses() == {"w3": ["incident", "incident"]}


def test_a_stray_row_is_superseded_when_its_day_is_delivered_later(tiny: Tiny) -> None:
    tiny.deliver("w3", [registered(day(W3, 1)), registered(day(W2, 1), poging="J")], van=W3)
    tiny.deliver("w2", [registered(day(W2, 1))], van=W2, delivered=on(2, 2))
    assert tiny.statuses() == {"w3": ["incident", "vervangen"], "w2": ["incident"]}


def test_a_stray_row_is_superseded_by_the_same_incident_of_who_speaks(tiny: Tiny) -> None:
    same = registered(day(W2, 1))
    tiny.deliver("w2", [same], van=W2)
    # The same incident, spelled otherwise; and once more: a second identical registration is another incident.
    tiny.deliver("w3", [{**same, "datum_registratie": "2026-01-06"}, same], van=W3)
    assert tiny.statuses() == {"w2": ["incident"], "w3": ["vervangen", "incident"]}


def test_a_stray_row_that_comes_twice_counts_once_from_the_newest(tiny: Tiny) -> None:
    stray = registered(day(W2, 1))
    tiny.deliver("w3", [stray], van=W3)
    tiny.deliver("w4", [stray], van=W4)
    assert tiny.statuses() == {"w3": ["vervangen"], "w4": ["incident"]}


def test_a_rejected_row_of_who_speaks_does_not_supersede_a_stray(tiny: Tiny) -> None:
    # The same texts cannot be rejected in one and good in the other, so the rejected one is another identity.
    tiny.deliver("w2", [registered(day(W2, 1), begindatum="31-02-2026")], van=W2)
    tiny.deliver("w3", [registered(day(W2, 1))], van=W3)
    assert tiny.statuses() == {"w2": ["quarantaine"], "w3": ["incident"]}


def test_an_older_delivery_loaded_later_is_superseded(tiny: Tiny) -> None:
    tiny.deliver("nieuw", [registered(day(W2, 1))], van=W2, delivered=on(2, 2), loaded=on(2, 2))
    tiny.deliver("oud", [registered(day(W2, 2))], van=W2, delivered=on(1, 12), loaded=on(2, 9))
    assert tiny.statuses() == {"nieuw": ["incident"], "oud": ["vervangen"]}


def test_at_the_same_moment_of_delivery_the_last_loaded_wins(tiny: Tiny) -> None:
    tiny.deliver("een", [registered(day(W2, 1))], van=W2, delivered=on(1, 12))
    tiny.deliver("twee", [registered(day(W2, 2))], van=W2, delivered=on(1, 12))
    assert tiny.statuses() == {"een": ["vervangen"], "twee": ["incident"]}


def test_held_accepted_withdrawn(tiny: Tiny) -> None:
    tiny.deliver("eerst", [registered(day(W2, 1))], van=W2)
    tiny.deliver("later", [registered(day(W2, 2)), registered(day(W2, 3), begindatum="x")], van=W2, delivered=on(1, 20))
    tiny.hold("later", on(1, 20))
    # Held goes before superseded and before rejected.
    assert tiny.statuses() == {"eerst": ["incident"], "later": ["vastgehouden", "vastgehouden"]}
    tiny.accept("later", on(1, 22))
    assert tiny.statuses() == {"eerst": ["vervangen"], "later": ["incident", "quarantaine"]}
    tiny.withdraw("later", on(1, 25))
    assert tiny.statuses() == {"eerst": ["incident"], "later": ["teruggetrokken", "teruggetrokken"]}


def test_withdrawn_while_held(tiny: Tiny) -> None:
    tiny.deliver("eerst", [registered(day(W2, 1))], van=W2)
    tiny.deliver("later", [registered(day(W2, 2))], van=W2, delivered=on(1, 20))
    tiny.hold("later", on(1, 20))
    tiny.withdraw("later", on(1, 21))
    assert tiny.statuses() == {"eerst": ["incident"], "later": ["teruggetrokken"]}
    assert [item["levering_van"] for item in tiny.versions()] == ["eerst"]


def test_rows_without_a_date_belong_to_the_whole_cover(tiny: Tiny) -> None:
    blank, wrong = row(datum_registratie=""), row(datum_registratie="31-02-2026")
    tiny.deliver("venster", [blank, registered(day(W2, 1)), registered(day(W3, 1))], van=W2, tot=day(W3, 6))
    tiny.deliver("w3", [wrong, registered(day(W3, 2))], van=W3, delivered=on(1, 27))
    # The window still speaks for W02, so its row without a date stands: rejected, because there is no date.
    assert tiny.statuses() == {"venster": ["quarantaine", "incident", "vervangen"], "w3": ["quarantaine", "incident"]}
    tiny.deliver("w2", [registered(day(W2, 2))], van=W2, delivered=on(1, 28))
    assert tiny.statuses()["venster"] == ["vervangen", "vervangen", "vervangen"]


def test_accounts_add_up_per_delivery(tiny: Tiny) -> None:
    tiny.deliver("eerst", [registered(day(W2, 1)), registered(day(W2, 2), begindatum="x")], van=W2)
    tiny.deliver(
        "later", [registered(day(W2, 2)), registered(day(W2, 2)), row(datum_registratie="")], van=W2, delivered=on(1, 20)
    )
    tiny.deliver("vast", [registered(day(W3, 2))], van=W3)
    tiny.hold("vast", on(1, 20))
    found = {item["levering_id"]: item for item in tiny.fetch(tiny.made("delivery_accounts"))}
    counts = {name: [found[levering_id][key] for key in ("rijen", "incident", "quarantaine", "vervangen", "vastgehouden",
              "teruggetrokken")] for name, levering_id in tiny.names.items()}  # fmt: skip
    assert counts == {"eerst": [2, 0, 0, 2, 0, 0], "later": [3, 2, 1, 0, 0, 0], "vast": [1, 0, 0, 0, 1, 0]}


def test_quarantine_has_all_sixteen_fields_and_all_reasons(tiny: Tiny) -> None:
    # x/y of a class that may carry it is in the restricted raw table, and goes back with the row.
    bad = registered(day(W2, 1), begindatum="31-02-2026", buurt_naam=" zoals geleverd ")
    worse = registered(day(W2, 1), maatschappelijke_klasse="X1", begindatum="31-02-2026")
    tiny.deliver("w2", [bad, worse, registered(day(W2, 1))], van=W2)
    found = tiny.fetch(tiny.made("quarantine"), "rij")
    assert [(item["rij"], item["regels"]) for item in found] == [
        (2, "begindatum_ongeldig"),
        (3, "klasse_onbekend begindatum_ongeldig"),
    ]
    assert {name: found[0][name] for name in bad} == bad
    assert {name: found[1][name] for name in worse} == {**worse, "locatie_xy": None}  # denied: the class is not known


# What was known when


def known(tiny: Tiny) -> list[tuple[str, datetime, str | None, datetime | None]]:
    """The versions as (from delivery, from, until delivery, until), in order of time."""
    found = [(item["levering_van"], item["bekend_van"], item["levering_tot"], item["bekend_tot"]) for item in tiny.versions()]
    return sorted(found, key=lambda item: (item[1], item[0], item[3] or datetime.max))


def test_versions_of_a_corrected_week(tiny: Tiny) -> None:
    tiny.deliver("eerst", [registered(day(W2, 1)), registered(day(W2, 2))], van=W2, delivered=on(1, 12))
    tiny.deliver("later", [registered(day(W2, 2)), registered(day(W2, 3))], van=W2, delivered=on(1, 20))
    # The first was known until the correction, the second stays (one interval), the third came with the correction.
    assert known(tiny) == [
        ("eerst", on(1, 12), "later", on(1, 20)),
        ("eerst", on(1, 12), None, None),
        ("later", on(1, 20), None, None),
    ]
    assert len(tiny.known_at(on(1, 12))) == 2
    assert tiny.known_at(on(1, 11)) == set()


def test_versions_of_an_incident_that_goes_and_comes_back(tiny: Tiny) -> None:
    same = registered(day(W2, 1))
    tiny.deliver("een", [same], van=W2, delivered=on(1, 12))
    tiny.deliver("twee", [registered(day(W2, 2))], van=W2, delivered=on(1, 20))
    tiny.withdraw("twee", on(1, 25))
    assert known(tiny) == [
        ("een", on(1, 12), "twee", on(1, 20)),
        ("twee", on(1, 20), "een", on(1, 25)),
        ("een", on(1, 25), None, None),
    ]


def test_versions_of_a_stray_whose_speaker_is_withdrawn_again(tiny: Tiny) -> None:
    stray = registered(day(W2, 1), poging="J")
    tiny.deliver("w3", [stray], van=W3, delivered=on(1, 19))
    tiny.deliver("w2", [registered(day(W2, 3))], van=W2, delivered=on(1, 26))
    tiny.withdraw("w2", on(2, 2))
    assert tiny.statuses() == {"w3": ["incident"], "w2": ["teruggetrokken"]}
    assert known(tiny) == [
        ("w3", on(1, 19), "w2", on(1, 26)),
        ("w2", on(1, 26), None, on(2, 2)),
        ("w3", on(2, 2), None, None),
    ]
    tiny.deliver("w2 weer", [registered(day(W2, 3))], van=W2, delivered=on(2, 9))
    assert ("w3", on(2, 2), "w2 weer", on(2, 9)) in known(tiny)


def test_versions_of_a_stray_that_was_loaded_after_its_speaker_was_withdrawn(tiny: Tiny) -> None:
    tiny.deliver("w2", [registered(day(W2, 3))], van=W2, delivered=on(1, 26))
    tiny.withdraw("w2", on(2, 2))
    tiny.deliver("w3", [registered(day(W2, 1))], van=W3, delivered=on(1, 19), loaded=on(2, 9))
    assert known(tiny) == [("w2", on(1, 26), None, on(2, 2)), ("w3", on(2, 9), None, None)]


def test_versions_of_a_stray_that_its_speaker_holds_too_are_one(tiny: Tiny) -> None:
    same = registered(day(W2, 1))
    tiny.deliver("w2", [same], van=W2, delivered=on(1, 12))
    tiny.deliver("w3", [same], van=W3, delivered=on(1, 19))
    assert known(tiny) == [("w2", on(1, 12), None, None)]


def test_held_was_never_known_until_it_was_accepted(tiny: Tiny) -> None:
    # Under a simulated clock a delivery is loaded when it was delivered, and its hold is written down later.
    tiny.deliver("w2", [registered(day(W2, 1))], van=W2, delivered=on(1, 12))
    tiny.hold("w2", on(3, 23))
    assert tiny.known_at(on(2, 1)) == set()
    tiny.accept("w2", on(3, 24))
    assert tiny.known_at(on(3, 23, 23)) == set()
    assert len(tiny.known_at(on(3, 24))) == 1
    assert known(tiny) == [("w2", on(3, 24), None, None)]


def test_saying_it_twice_changes_nothing(tiny: Tiny) -> None:
    tiny.deliver("w2", [registered(day(W2, 1))], van=W2, delivered=on(1, 12))
    tiny.hold("w2", on(1, 12))
    tiny.accept("w2", on(1, 13))
    with pytest.raises(UnknownSubject, match="not held but geladen"):
        tiny.accept("w2", on(1, 14))
    tiny.withdraw("w2", on(1, 20))
    with pytest.raises(UnknownSubject, match="was withdrawn before"):
        tiny.withdraw("w2", on(1, 21))
    assert known(tiny) == [("w2", on(1, 13), None, on(1, 20))]
