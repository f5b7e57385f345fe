"""Every rule of rules.csv on a minimal row that it hits and on a neighbouring row that it does not."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

import pytest

from ivz_assets.settings import Settings
from ivz_assets.warehouse.store import Store
from ivz_assets.weekmonitor import recompute, rules
from ivz_assets_tests.weekmonitor.building import Tiny, row, rule_ids

# What the fixtures of this page make is dear: one worker makes it once.
pytestmark = pytest.mark.xdist_group("rules")


class Case(NamedTuple):
    """A row that a rule hits, the other rules that must then hit too (and why), and a neighbour that it does not hit."""

    rule: str
    hit: dict[str, str]
    missed: dict[str, str]
    also: frozenset[str] = frozenset()
    also_missed: frozenset[str] = frozenset()


def also(*names: str) -> frozenset[str]:
    """Rules that cannot but hit the same row."""
    return frozenset(names)


# The delivery covers 5 to 11 January 2026 and was delivered on 12 January.
CASES = [
    # An empty or unknown class may carry no x/y, so the cases leave it out.
    Case("klasse_ontbreekt", row(maatschappelijke_klasse=" ", locatie_xy=""), row(locatie_xy="")),
    Case("klasse_onbekend", row(maatschappelijke_klasse="A99", locatie_xy=""), row(maatschappelijke_klasse="A20", locatie_xy="")),
    Case("registratiedatum_ontbreekt", row(datum_registratie=""), row()),
    Case("registratiedatum_ongeldig", row(datum_registratie="31-02-2026"), row()),
    # The day of delivery itself is not in the future, but it lies after the week.
    Case(
        "registratie_in_toekomst", row(datum_registratie="13-01-2026"), row(datum_registratie="12-01-2026"),
        also_missed=also("registratie_buiten_levering"),
    ),
    Case("begindatum_ongeldig", row(begindatum="32-01-2026"), row()),
    Case(
        "begin_na_registratie", row(begindatum="08-01-2026", einddatum="08-01-2026"),
        row(begindatum="07-01-2026", einddatum="07-01-2026"),
    ),
    Case("klasse_vorm", row(maatschappelijke_klasse="a 40"), row()),
    Case("buurtcode_vorm", row(buurt_code="1530101"), row()),
    Case("datumvorm", row(datum_kennisname="2026-01-06"), row()),
    Case("tijdvorm", row(eindtijd="1400"), row()),
    Case("jn_vorm", row(poging="nee"), row(poging="J")),
    Case("xy_niet_toegestaan", row(maatschappelijke_klasse="A20"), row(maatschappelijke_klasse="A20", locatie_xy=" ")),
    # Begin date and time are blank together with what is computed from them: the begin time is then missing too.
    Case("begindatum_ontbreekt", row(begindatum=""), row()),
    Case("buurt_onbekend", row(buurt_code=""), row()),
    Case("plaats_onbekend", row(buurt_code="", plaatsnaam="Gronau"), row(plaatsnaam="Gronau")),
    Case("buiten_regio", row(buurt_code="BU03630101", plaatsnaam="Amsterdam"), row(plaatsnaam="Amsterdam")),
    Case(
        "registratie_buiten_levering", row(datum_registratie="04-01-2026", datum_kennisname="04-01-2026", begindatum="03-01-2026",
        einddatum="03-01-2026"),
        row(datum_registratie="05-01-2026", datum_kennisname="04-01-2026", begindatum="03-01-2026", einddatum="03-01-2026"),
    ),
    Case("kennisnamedatum_ongeldig", row(datum_kennisname="onbekend"), row(datum_kennisname="")),
    Case(
        "einddatum_ongeldig", row(einddatum="31-12-9999"), row(einddatum=""),
        also_missed=also("eindtijd_ontbreekt"),
    ),
    Case("tijd_ongeldig", row(eindtijd="24:01"), row(eindtijd="23:59")),
    Case("begintijd_ontbreekt", row(begintijd="", dagdeel="middag"), row()),
    Case("begintijd_standaard", row(begintijd="00:00", dagdeel="nacht"), row(begintijd="00:01", dagdeel="nacht")),
    Case("eindtijd_ontbreekt", row(eindtijd=""), row()),
    Case("eind_voor_begin", row(eindtijd="13:14"), row(eindtijd="13:15")),
    Case("dagdeel_afwijkend", row(dagdeel="avond"), row(dagdeel="Middag (12:00-18:00)")),
    Case("aangifte_ongeldig", row(aangifte="?"), row(aangifte="")),
    Case("xy_onleesbaar", row(locatie_xy="Marktstraat"), row(locatie_xy="")),
    Case("xy_buiten_regio", row(locatie_xy="121000,487000"), row(locatie_xy="217000,453000")),
]  # fmt: skip

# Rows registered soon after the change of the clock: their delivery covers a week of 2025.
SUMMER = {
    "datum_registratie": "31-03-2025", "datum_kennisname": "30-03-2025", "begindatum": "30-03-2025", "einddatum": "30-03-2025",
    "dagdeel": "nacht", "eindtijd": "05:00",
}  # fmt: skip
WINTER = {
    "datum_registratie": "27-10-2025", "datum_kennisname": "26-10-2025", "begindatum": "26-10-2025", "einddatum": "26-10-2025",
    "dagdeel": "nacht", "eindtijd": "05:00",
}  # fmt: skip


@pytest.fixture(scope="module")
def judged(shared_store: Store, ledger_settings: Settings) -> dict[str, tuple[set[str], set[str]]]:
    """Per rule the rules that hit its case and those that hit the neighbour; all rows are judged at once."""
    rows = [row() for _ in range(1)] + [item for case in CASES for item in (case.hit, case.missed)]
    found = Tiny(shared_store, ledger_settings).judged(rows)
    assert rule_ids(found[0]) == set()  # the clean row is clean
    return {case.rule: (rule_ids(found[1 + 2 * number]), rule_ids(found[2 + 2 * number])) for number, case in enumerate(CASES)}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule)
def test_rule(judged: Mapping[str, tuple[set[str], set[str]]], case: Case) -> None:
    hit, missed = judged[case.rule]
    assert hit == {case.rule} | case.also
    assert missed == set(case.also_missed)


def test_every_rule_has_a_case() -> None:
    # The change of the clock has its own tests below; a code of an older edition has its own in test_conversion.
    tried = {case.rule for case in CASES} | {"zomertijd_bestaat_niet", "zomertijd_dubbel", "buurt_omgezet"}
    assert tried == {rule.regel for rule in rules.rules()}


def test_a_rejected_row_has_all_its_reasons(shared_store: Store, ledger_settings: Settings) -> None:
    (found,) = Tiny(shared_store, ledger_settings).judged(
        [row(maatschappelijke_klasse="", datum_registratie="x", begindatum="y", locatie_xy="", dagdeel="nacht", poging="j")]
    )
    assert found["redenen"] == "klasse_ontbreekt registratiedatum_ongeldig begindatum_ongeldig"
    assert found["kenmerken"] == "jn_vorm"  # without a readable begin no part of day can differ from it
    assert found["afgekeurd"]


def clock(shared_store: Store, ledger_settings: Settings, monday: date, *rows: dict[str, str]) -> list[dict[str, Any]]:
    """Rows of a delivery of the week that begins on this Monday."""
    tiny = Tiny(shared_store, ledger_settings)
    tiny.deliver("enige", rows, van=monday)
    return tiny.fetch(recompute.judged_rows(shared_store, tiny.ledger, ledger_settings), "rij")


def test_the_hour_that_summer_time_skips(shared_store: Store, ledger_settings: Settings) -> None:
    # The last Sunday of March: 30-03-2025 and 29-03-2026. Between 02:00 and 03:00 there is no time.
    found = clock(
        shared_store, ledger_settings, date(2025, 3, 31),
        row(**{**SUMMER, "begintijd": "02:30"}), row(**{**SUMMER, "begintijd": "01:59"}), row(**{**SUMMER, "begintijd": "03:00"}),
        row(**{**SUMMER, "begintijd": "02:30", "begindatum": "23-03-2025"}),
        row(**{**SUMMER, "begintijd": "01:30", "eindtijd": "02:00"}),
        row(**{**SUMMER, "begintijd": "02:30", "begindatum": "26-10-2024"}),
    )  # fmt: skip
    assert [rule_ids(item) for item in found] == [
        {"zomertijd_bestaat_niet"}, set(), set(), set(), {"zomertijd_bestaat_niet"}, set()
    ]  # fmt: skip
    assert [item["begin_tijdstip"] for item in found[:4]] == [
        datetime(2025, 3, 30, 3, 30), datetime(2025, 3, 30, 1, 59), datetime(2025, 3, 30, 3, 0), datetime(2025, 3, 23, 2, 30)
    ]  # fmt: skip
    assert found[4]["eind_tijdstip"] == datetime(2025, 3, 30, 3, 0)


def test_the_hour_that_comes_twice(shared_store: Store, ledger_settings: Settings) -> None:
    # The last Sunday of October: 26-10-2025. 02:30 comes twice; which one is not known, and nothing is moved.
    found = clock(
        shared_store, ledger_settings, date(2025, 10, 27),
        row(**{**WINTER, "begintijd": "02:30"}), row(**{**WINTER, "begintijd": "02:00"}), row(**{**WINTER, "begintijd": "03:00"}),
        row(**{**WINTER, "begintijd": "02:30", "begindatum": "19-10-2025"}),
    )  # fmt: skip
    assert [rule_ids(item) for item in found] == [{"zomertijd_dubbel"}, {"zomertijd_dubbel"}, set(), set()]
    assert found[0]["begin_tijdstip"] == datetime(2025, 10, 26, 2, 30)


def test_moments_and_parts_of_the_day(shared_store: Store, ledger_settings: Settings) -> None:
    times = {"00:01": "nacht", "05:59": "nacht", "06:00": "ochtend", "11:59": "ochtend", "12:00": "middag", "17:59": "middag",
             "18:00": "avond", "23:59": "avond", "24:00": "nacht"}  # fmt: skip
    rows = [row(begintijd=time, einddatum="07-01-2026", dagdeel="") for time in times]
    found = Tiny(shared_store, ledger_settings).judged(rows)
    assert [item["dagdeel"] for item in found] == list(times.values())
    # 24:00 is 00:00 of the next day, and the incident occurred on that day.
    assert found[-1]["begin_tijdstip"] == datetime(2026, 1, 7, 0, 0)
    assert found[-1]["datum_voorval"] == date(2026, 1, 7)
    assert rule_ids(found[-1]) == {"tijdvorm"}  # not the default 00:00


def test_what_day_it_occurred(shared_store: Store, ledger_settings: Settings) -> None:
    found = Tiny(shared_store, ledger_settings).judged(
        [
            row(begintijd=""),
            row(begindatum=""),
            row(begindatum="", datum_kennisname=""),
            row(begintijd="", dagdeel=""),
        ]
    )
    assert [item["datum_voorval"] for item in found] == [date(2026, 1, 6), date(2026, 1, 6), date(2026, 1, 7), date(2026, 1, 6)]
    assert [item["dagdeel"] for item in found] == ["middag", "middag", "middag", None]  # as delivered when it cannot be computed


def test_area_from_code_and_place(shared_store: Store, ledger_settings: Settings) -> None:
    cases = {
        ("1530101", "Enschede"): ("BU01530101", "GM0153", True, {"buurtcode_vorm"}),
        ("", "ENSCHEDE"): ("BU0153XXXX", "GM0153", True, {"buurt_onbekend"}),
        ("BU00000000", "Glanerbrug"): ("BU0153XXXX", "GM0153", True, {"buurt_onbekend"}),
        ("Onbekend", "St Isidorushoeve"): ("BU0158XXXX", "GM0158", True, {"buurt_onbekend"}),
        ("", "Gronau"): ("BUXXXXXXXX", "GMXXXX", True, {"plaats_onbekend"}),
        ("", ""): ("BUXXXXXXXX", "GMXXXX", True, {"plaats_onbekend"}),
        # The code goes before the place.
        ("BU03630101", "Enschede"): ("BU03630101", "GM0363", False, {"buiten_regio"}),
        ("BU01410101", "Enschede"): ("BU01410101", "GM0141", True, set()),
    }
    found = Tiny(shared_store, ledger_settings).judged([row(buurt_code=code, plaatsnaam=place) for code, place in cases])
    assert [
        (item["buurt_code"], item["gemeente_code"], item["binnen_regio"], rule_ids(item)) for item in found
    ] == list(cases.values())  # fmt: skip
