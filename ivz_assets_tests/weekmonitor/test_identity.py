"""The identity of an incident: the same for every spelling of the same values, another for every other value."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from ivz_assets.settings import Settings
from ivz_assets.warehouse.store import Store
from ivz_assets_tests.weekmonitor.building import CLEAN, Tiny, row

SAME = [
    {"maatschappelijke_klasse": " a 40"}, {"buurt_code": "1530101"}, {"buurt_code": "bu 0153 0101"}, {"plaatsnaam": " ENSCHEDE "},
    {"datum_registratie": "2026-01-07"}, {"datum_registratie": "46029"}, {"datum_kennisname": "6-1-2026"},
    {"begindatum": "20260106"}, {"begindatum": "06-01-2026 00:00:00"}, {"begintijd": "1315"}, {"begintijd": "0.552083333333333"},
    {"einddatum": "06/01/2026"}, {"eindtijd": "14:00:00"}, {"aangifte": "ja"}, {"poging": "n "}, {"projectcode": " p1 "},
    # What follows from the other fields, or may be taken away for privacy.
    {"maatschappelijke_klasse_omschrijving": "iets anders"}, {"buurt_naam": "anders"}, {"dagdeel": "avond"}, {"locatie_xy": ""},
    {"locatie_xy": "258000,471000"},
]  # fmt: skip
OTHER = [
    {"maatschappelijke_klasse": "B40"}, {"maatschappelijke_klasse": ""}, {"buurt_code": "BU01530102"}, {"buurt_code": ""},
    {"plaatsnaam": "Glanerbrug"}, {"plaatsnaam": ""}, {"datum_registratie": "08-01-2026"}, {"datum_registratie": ""},
    {"datum_kennisname": "07-01-2026"}, {"datum_kennisname": ""}, {"begindatum": "05-01-2026"}, {"begindatum": ""},
    {"begintijd": "13:16"}, {"begintijd": ""}, {"einddatum": "07-01-2026"}, {"einddatum": ""}, {"eindtijd": "14:01"},
    {"eindtijd": ""}, {"aangifte": "N"}, {"aangifte": ""}, {"poging": "J"}, {"poging": ""}, {"projectcode": "P2"},
    {"projectcode": ""},
    # Texts that cannot be read count as they are, and are no value.
    {"aangifte": "?"}, {"aangifte": "true"}, {"begintijd": "onbekend"}, {"begintijd": "795"}, {"einddatum": "31-02-2026"},
    {"begindatum": "x"}, {"datum_kennisname": "x"},
    # A time without its date, and a part of day without its time, are values too.
    {"begindatum": "", "begintijd": "13:16"}, {"einddatum": "", "eindtijd": "14:01"}, {"begintijd": "", "dagdeel": "avond"},
    {"einddatum": "", "eindtijd": ""}, {"begindatum": "", "begintijd": "", "dagdeel": ""},
]  # fmt: skip


def hashes(store: Store, settings: Settings, rows: list[dict[str, str]]) -> list[str]:
    """The hash of each row of one delivery."""
    return [item["incident_hash"] for item in Tiny(store, settings).judged(rows)]


def test_another_spelling_is_the_same_incident(shared_store: Store, ledger_settings: Settings) -> None:
    first, *others = hashes(shared_store, ledger_settings, [row(), *(row(**changes) for changes in SAME)])
    assert [changes for changes, other in zip(SAME, others, strict=True) if other != first] == []


def test_another_value_is_another_incident(shared_store: Store, ledger_settings: Settings) -> None:
    found = hashes(shared_store, ledger_settings, [row(), *(row(**changes) for changes in OTHER)])
    assert len(set(found)) == 1 + len(OTHER)


def test_every_placeholder_for_a_neighbourhood_is_none(shared_store: Store, ledger_settings: Settings) -> None:
    found = hashes(shared_store, ledger_settings, [row(buurt_code=text) for text in ("", "Onbekend", "BU00000000", " ")])
    assert len(set(found)) == 1


def test_equal_rows_are_numbered(shared_store: Store, ledger_settings: Settings) -> None:
    rows = [row(), row(poging="J"), row(), row(datum_registratie="7-1-2026")]
    found = Tiny(shared_store, ledger_settings).judged(rows)
    assert [item["volgnummer"] for item in found] == [1, 1, 2, 3]  # by row number; the last one is only spelled otherwise
    assert len({item["incident_hash"] for item in found}) == 2


def test_each_delivery_numbers_its_own(shared_store: Store, ledger_settings: Settings) -> None:
    tiny = Tiny(shared_store, ledger_settings)
    tiny.deliver("een", [row(), row()])
    tiny.deliver("twee", [row()], van=date(2026, 1, 12))
    found = tiny.fetch(tiny.placed().select("levering_id", "rij", "volgnummer"), "levering_id, rij")
    assert [item["volgnummer"] for item in found if item["levering_id"] == tiny.names["een"]] == [1, 2]
    assert [item["volgnummer"] for item in found if item["levering_id"] == tiny.names["twee"]] == [1]


def test_fields_do_not_run_into_each_other(shared_store: Store, ledger_settings: Settings) -> None:
    # Every pair has the same texts one after another; only the length before each tells them apart.
    rows = [
        row(maatschappelijke_klasse="A4", plaatsnaam="0x"), row(maatschappelijke_klasse="A40", plaatsnaam="x"),
        row(aangifte="ab", poging="c"), row(aangifte="a", poging="bc"),
        row(aangifte="-", poging=""), row(aangifte="", poging="-"),
        row(poging="2:ab", projectcode=""), row(poging="", projectcode="2:ab"),
        row(poging="x-2", projectcode=""), row(poging="x", projectcode="-2"),
        row(aangifte="1:?", poging=""), row(aangifte="?", poging="1:"),
    ]  # fmt: skip
    assert len(set(hashes(shared_store, ledger_settings, rows))) == len(rows)


PIECES = st.lists(st.sampled_from(["", "-", "1", ":", "?", "a", "ab", "1:a", "2:ab", "--"]), min_size=3, max_size=3)


@hypothesis_settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(PIECES, min_size=40, max_size=120, unique_by=tuple))
def test_no_two_splits_are_one_incident(shared_store: Store, ledger_settings: Settings, texts: list[list[str]]) -> None:
    rows = [row(plaatsnaam="Borne", aangifte=a, poging=b, projectcode=c) for a, b, c in texts]
    # The project code is compared in capitals; these pieces stay different in capitals.
    assert len(set(hashes(shared_store, ledger_settings, rows))) == len(rows)


@pytest.mark.parametrize("column", sorted(CLEAN))
def test_a_missing_value_never_hides_the_row(shared_store: Store, ledger_settings: Settings, column: str) -> None:
    (found,) = Tiny(shared_store, ledger_settings).judged([row(**{column: ""})])
    assert len(found["incident_hash"]) == 64
    assert found["volgnummer"] == 1
