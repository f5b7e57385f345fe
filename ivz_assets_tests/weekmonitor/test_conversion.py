"""Incidents in neighbourhoods of an older edition: where they are counted now, how that is known, and what stays the same."""

from __future__ import annotations

import hashlib
import math
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

import duckdb
import pyarrow
import pytest

from ivz_assets.dashboard.transform import dashboard_incident_counts
from ivz_assets.neighbourhoods.conversions import conversions
from ivz_assets.neighbourhoods.crosswalk import Buurt, crosswalk
from ivz_assets.neighbourhoods.schema import AREA_CROSSWALK
from ivz_assets.settings import Settings
from ivz_assets.warehouse.arrow import rows_of
from ivz_assets.warehouse.model import create_table
from ivz_assets.warehouse.store import Store
from ivz_assets.weekmonitor import recompute
from ivz_assets.weekmonitor.standardise import _fraction, _with_current_area
from ivz_assets_tests.weekmonitor.building import MONDAY, Tiny, empty_store, registered, rule_ids

# Compiling the standardisation takes seconds: one worker does so.
pytestmark = pytest.mark.xdist_group("rules")

SAME, RENUMBERED, SPLIT, VANISHED, MOVED, KEPT = (
    "BU01530101", "BU01530201", "BU01530102", "BU01530301", "BU01530401", "BU01530501",
)  # fmt: skip
NOW_RENUMBERED, PART_1, PART_2, PART_OF_KEPT = "BU01530202", "BU01530103", "BU01530104", "BU01530502"
MERGED, GROWN, SWALLOWED, NOW_MERGED = "BU01470001", "BU01470004", "BU01470005", "BU01470006"
# A municipality outside the region became part of one in it, and a neighbourhood of the region went to one outside it.
JOINED, NOW_JOINED, LEFT, NOW_LEFT = "BU00010101", "BU01530601", "BU01470007", "BU03630201"
# Until 2021 the first code was what the second one is now.
USED_AGAIN, NOW_FIRST, WAS_SECOND = "BU01530701", "BU01530702", "BU01530703"

EDITIONS = {
    2021: [
        *(Buurt(code, code, 1) for code in (SAME, SPLIT, MOVED, KEPT, MERGED, GROWN, SWALLOWED)),
        Buurt(RENUMBERED, "Zuid", 1),
        Buurt(VANISHED, "Weg", 1),
        Buurt(JOINED, "Erbij", 1),
        Buurt(LEFT, "Eraf", 1),
        Buurt(USED_AGAIN, "Eerste", 1),
        Buurt(WAS_SECOND, "Tweede", 1),
    ],
    2022: [
        Buurt(SAME, SAME, 1),
        Buurt(NOW_RENUMBERED, "Zuid", 2),
        *(Buurt(code, code, 3) for code in (PART_1, PART_2, MOVED, KEPT, PART_OF_KEPT, GROWN, NOW_MERGED)),
        Buurt(NOW_JOINED, "Erbij", 3),
        Buurt(NOW_LEFT, "Eraf", 3),
        Buurt(NOW_FIRST, "Eerste", 2),
        Buurt(USED_AGAIN, "Tweede", 2),
    ],
}
OVERLAPS = {
    (2021, 2022): {
        SPLIT: [(PART_1, 0.6, False), (PART_2, 0.4, False)],
        KEPT: [(KEPT, 0.75, False), (PART_OF_KEPT, 0.25, False)],
        GROWN: [(GROWN, 1.0, False)],
        SWALLOWED: [(GROWN, 1.0, False)],
        MERGED: [(NOW_MERGED, 1.0, True)],
        JOINED: [(NOW_JOINED, 1.0, True)],
        LEFT: [(NOW_LEFT, 1.0, True)],
    }
}
CROSSWALK = crosswalk(EDITIONS, OVERLAPS)


@pytest.fixture(scope="module")
def converting() -> Iterator[Store]:
    """A store in which the crosswalk has been built."""
    store = empty_store()
    for statement in create_table(AREA_CROSSWALK, "area_crosswalk"):
        store.connection.execute(statement)
    rows = rows_of(store, AREA_CROSSWALK, CROSSWALK)
    store.connection.execute(f"INSERT INTO area_crosswalk BY NAME {store.sql(rows)}")
    store.remember_version("area_crosswalk", 1, "proef", datetime(2026, 3, 23, 12), {}, passed=True)
    yield store
    store.close()


THEN, NOW = date(2021, 6, 1), date(2026, 1, 7)
CASES: list[tuple[date, str, set[str], str, str | None]] = [
    (NOW, SAME, {SAME}, "gemeten", None),
    (THEN, SAME, {SAME}, "gemeten", None),
    # An old code in a new delivery is as good as in an old one.
    (THEN, RENUMBERED, {NOW_RENUMBERED}, "omgezet", "buurt_omgezet"),
    (NOW, RENUMBERED, {NOW_RENUMBERED}, "omgezet", "buurt_omgezet"),
    (THEN, MERGED, {NOW_MERGED}, "omgezet", "buurt_omgezet"),
    (THEN, SWALLOWED, {GROWN}, "omgezet", "buurt_omgezet"),
    # What lay in a neighbourhood that only grew still lies in it.
    (THEN, GROWN, {GROWN}, "gemeten", None),
    (THEN, SPLIT, {PART_1, PART_2}, "geschat", "buurt_omgezet"),
    (NOW, SPLIT, {PART_1, PART_2}, "geschat", "buurt_omgezet"),
    # The same code before and after a split: the year tells which one is meant.
    (THEN, KEPT, {KEPT, PART_OF_KEPT}, "geschat", "buurt_omgezet"),
    (NOW, KEPT, {KEPT}, "gemeten", None),
    (THEN, MOVED, {MOVED}, "geschat", "buurt_omgezet"),
    (NOW, MOVED, {MOVED}, "gemeten", None),
    # The police may use a new code before CBS has it.
    (THEN, PART_OF_KEPT, {PART_OF_KEPT}, "gemeten", None),
    (THEN, VANISHED, {"BU0153XXXX"}, "onbekend", "buurt_onbekend"),
    # Of no edition at all.
    (NOW, "BU01539999", {"BU0153XXXX"}, "onbekend", "buurt_onbekend"),
    (NOW, "", {"BU0153XXXX"}, "onbekend", "buurt_onbekend"),
    (NOW, "BU03630101", {"BU03630101"}, "gemeten", "buiten_regio"),
]
AREA_RULES = {"buurt_omgezet", "buurt_onbekend", "plaats_onbekend", "buiten_regio"}


def delivered(cases: Sequence[tuple[Any, ...]] = CASES) -> list[dict[str, str]]:
    """A row per case, each with a project code of its own."""
    places = {"0001": "Erbij", "0153": "Enschede", "0147": "Borne", "0363": "Amsterdam", "": "Enschede"}
    return [
        registered(day, buurt_code=code, plaatsnaam=places[code[2:6]], projectcode=f"P{number}", locatie_xy="")
        for number, (day, code, *_) in enumerate(cases)
    ]


def test_where_each_incident_is_counted_now(converting: Store, ledger_settings: Settings) -> None:
    rows = Tiny(converting, ledger_settings).judged(delivered())
    assert len(rows) == len(CASES)
    for row, (day, code, expected, how, rule) in zip(rows, CASES, strict=True):
        told = (day.year, code, row["buurt_code"], row["buurt_bepaling"], rule_ids(row) & AREA_RULES)
        assert told == (day.year, code, row["buurt_code"] if row["buurt_code"] in expected else expected, how, {rule} - {None})
        assert row["gemeente_code"] == f"GM{row['buurt_code'][2:6]}"
        assert row["buurt_code_geleverd"] == code, "the code stays as it was delivered"


def test_the_region_is_that_of_today_after_the_conversion(converting: Store, ledger_settings: Settings) -> None:
    rows = Tiny(converting, ledger_settings).judged(delivered([(THEN, JOINED), (NOW, JOINED), (THEN, LEFT), (THEN, SAME)]))
    told = ("buurt_code", "gemeente_code", "binnen_regio", "buurt_bepaling")
    assert [(*(row[name] for name in told), rule_ids(row) & AREA_RULES) for row in rows] == [
        (NOW_JOINED, "GM0153", True, "omgezet", {"buurt_omgezet"}),
        (NOW_JOINED, "GM0153", True, "omgezet", {"buurt_omgezet"}),
        (NOW_LEFT, "GM0363", False, "omgezet", {"buurt_omgezet", "buiten_regio"}),
        (SAME, "GM0153", True, "gemeten", set()),
    ]


def test_a_code_that_was_used_again_is_never_certain(converting: Store, ledger_settings: Settings) -> None:
    rows = Tiny(converting, ledger_settings).judged(delivered([(THEN, USED_AGAIN), (NOW, USED_AGAIN), (THEN, WAS_SECOND)]))
    assert [(row["buurt_code"], row["buurt_bepaling"]) for row in rows] == [
        (NOW_FIRST, "geschat"), (USED_AGAIN, "geschat"), (USED_AGAIN, "omgezet")
    ]  # fmt: skip


def test_a_registration_without_a_date_is_read_as_of_the_last_year(converting: Store, ledger_settings: Settings) -> None:
    rows = [{**row, "datum_registratie": ""} for row in delivered([(NOW, KEPT), (NOW, RENUMBERED)])]
    found = Tiny(converting, ledger_settings).judged(rows)
    assert [(row["buurt_code"], row["buurt_bepaling"]) for row in found] == [(KEPT, "gemeten"), (NOW_RENUMBERED, "omgezet")]


def test_converting_does_not_make_another_incident(converting: Store, shared_store: Store, ledger_settings: Settings) -> None:
    converted = Tiny(converting, ledger_settings).judged(delivered())
    plain = Tiny(shared_store, ledger_settings).judged(delivered())
    assert [row["incident_hash"] for row in converted] == [row["incident_hash"] for row in plain]
    assert len({row["incident_hash"] for row in plain}) == len(CASES)
    assert {row["buurt_bepaling"] for row in plain} == {"gemeten", "onbekend"}, "without a crosswalk nothing is converted"


def test_every_row_is_counted_once_and_what_was_converted_is_told(converting: Store, ledger_settings: Settings) -> None:
    tiny = Tiny(converting, ledger_settings)
    inside = [case for case in CASES if case[0] == NOW]
    tiny.deliver("week", delivered(inside), van=MONDAY)
    assert tiny.statuses() == {"week": ["incident"] * len(inside)}
    incidents = converting.keep("incidenten", tiny.made("incidents"))
    assert incidents.count().execute() == len(inside)
    counts = tiny.fetch(dashboard_incident_counts(incidents, "TWENTE", converting.keep))
    year = {
        row["gebied_sleutel"]: (row["aantal"], row["aantal_omgezet"])
        for row in counts
        if (row["datumbasis"], row["periode"], row["klasse_niveau"]) == ("voorgevallen", "2026", "klasse")
        and row["gebied_niveau"] != "wijk"
    }
    part = next(code for code in (PART_1, PART_2) if code in year)
    # Renumbered and split were converted; Amsterdam does not count.
    assert year == {
        SAME: (1, 0), NOW_RENUMBERED: (1, 1), part: (1, 1), KEPT: (1, 0), MOVED: (1, 0), "BU0153XXXX": (2, 0),
        "GM0153": (7, 2), "TWENTE": (7, 2),
    }  # fmt: skip


# The draw

ROWS = pyarrow.schema(
    [
        ("incident_hash", pyarrow.string()), ("buurt_code", pyarrow.string()), ("gemeente_code", pyarrow.string()),
        ("buurt_herkend", pyarrow.bool_()), ("binnen_regio", pyarrow.bool_()), ("datum_registratie", pyarrow.date32()),
    ]
)  # fmt: skip
GEMEENTEN = pyarrow.schema([("gemeente_code", pyarrow.string())])


@pytest.fixture(scope="module")
def quick() -> Iterator[Store]:
    store = Store(duckdb.connect())
    yield store
    store.close()


def drawn(store: Store, hashes: Sequence[str], parts: Sequence[tuple[str, float]]) -> dict[str, str]:
    """The neighbourhood by hash, of incidents in a neighbourhood that was split in these parts."""
    editions = {2021: [Buurt(SPLIT, "x", 1)], 2022: [Buurt(code, code, 3) for code, _ in parts]}
    rows = crosswalk(editions, {(2021, 2022): {SPLIT: [(code, weight, False) for code, weight in parts]}})
    table = store.keep_rows(
        "rijen",
        [
            {
                "incident_hash": digest, "buurt_code": SPLIT, "gemeente_code": "GM0153", "buurt_herkend": True,
                "binnen_regio": True, "datum_registratie": date(2021, 1 + place % 12, 3),
            }
            for place, digest in enumerate(hashes)
        ],
        ROWS,
    )  # fmt: skip
    converted = store.keep_rows("omzettingen", conversions(rows, 2026), recompute._CONVERSIONS)
    region = store.keep_rows("gemeenten", [{"gemeente_code": "GM0153"}], GEMEENTEN)
    found = store.rows(store.sql(_with_current_area(table, converted, region)))
    assert len(found) == len(hashes)
    assert {row["buurt_bepaling"] for row in found} == {"geschat"}
    return {row["incident_hash"]: row["buurt_code"] for row in found}


def test_ten_thousand_incidents_are_divided_in_proportion_the_same_in_any_order(quick: Store) -> None:
    hashes = [hashlib.sha256(str(number).encode()).hexdigest() for number in range(10_000)]
    weights = {PART_1: 0.6, PART_2: 0.3, KEPT: 0.1}
    found = drawn(quick, hashes, list(weights.items()))
    counted = Counter(found.values())
    for code, weight in weights.items():
        # Five times the standard deviation of a binomial draw.
        assert abs(counted[code] - 10_000 * weight) < 5 * math.sqrt(10_000 * weight * (1 - weight))
    shuffled = random.Random(3).sample(hashes, len(hashes))
    assert drawn(quick, shuffled, list(reversed(weights.items()))) == found


def test_the_limits_of_a_share(quick: Store) -> None:
    hashes = {"000000": PART_1, "3fffff": PART_1, "400000": PART_2, "ffffff": PART_2}
    found = drawn(quick, [f"{digits}{'0' * 58}" for digits in hashes], [(PART_1, 0.25), (PART_2, 0.75)])
    assert {digest[:6]: code for digest, code in found.items()} == hashes


def test_the_fraction_is_that_of_the_first_six_digits(quick: Store) -> None:
    hashes = [hashlib.sha256(str(number).encode()).hexdigest() for number in range(500)]
    table = quick.keep_rows("hashes", [{"tekst": digest} for digest in hashes], pyarrow.schema([("tekst", pyarrow.string())]))
    rows = quick.rows(quick.sql(table.mutate(deel=_fraction(table.tekst))))
    assert {row["tekst"]: row["deel"] for row in rows} == {digest: int(digest[:6], 16) / 2**24 for digest in hashes}
