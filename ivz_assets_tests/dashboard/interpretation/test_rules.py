"""The lines that rules make, against hand-made counts; and what the register did, against hand-made incidents."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import duckdb
import pyarrow
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivz_assets.dashboard.interpretation import effects, rules
from ivz_assets.dashboard.interpretation.codes import codes
from ivz_assets.dashboard.interpretation.lines import harmless, line
from ivz_assets.warehouse.store import Store

WEEK = {
    "periode": "2026-W12", "periode_naam": "week 12 van 2026", "periode_begin": date(2026, 3, 16),
    "periode_eind": date(2026, 3, 22), "afgesloten": True,
}  # fmt: skip
MONTH = {
    "periode": "2026-03", "periode_naam": "maart 2026", "periode_begin": date(2026, 3, 1), "periode_eind": date(2026, 3, 31),
    "afgesloten": False,
}  # fmt: skip


def test_each_code_is_explained_once() -> None:
    found = [item["code"] for item in rules.general_lines()]
    assert found == [code for code in codes() if code != "NOTITIE"]
    assert {"KLEIN", "GRENS", "ONVOLLEDIG", "KLASSENLIJST", "REGISTRATIE"} <= set(found)


def test_a_period_that_has_begun_and_not_ended_runs() -> None:
    later = {**MONTH, "periode": "2026-04", "periode_begin": date(2026, 4, 1), "periode_eind": date(2026, 4, 30)}
    found = rules.running_lines([WEEK, MONTH, later], date(2026, 3, 22))
    assert [(item["periode"], item["tekst"]) for item in found] == [
        ("2026-03", "Maart 2026 loopt nog: er zijn gegevens tot en met 22-03-2026.")
    ]


def test_a_period_is_incomplete_below_98_percent() -> None:
    def row(klasse: str, share: float | None) -> dict[str, Any]:
        return {
            "periode": "2026-W12", "klasse_niveau": "totaal", "klasse_sleutel": klasse, "aandeel_binnen": share,
            "aandeel_laag": 0.6, "aandeel_hoog": 0.71,
        }  # fmt: skip

    of_old = {**row("totaal: misdrijven", 0.5), "periode": "1999-W01"}
    completeness = [row("totaal: misdrijven", 0.654), row("totaal: incidenten", 0.98), row("totaal: incidenten", None), of_old]
    found = rules.incomplete_lines([WEEK], completeness, date(2026, 3, 22))
    assert len(found) == 1
    assert found[0]["tekst"] == (
        "Van de misdrijven van week 12 van 2026 is naar verwachting 65 procent (60 tot 71) geregistreerd: het aantal komt nog "
        "hoger uit."
    )
    assert (found[0]["klasse_sleutel"], found[0]["datumbasis"], found[0]["periode_eind"]) == (
        "totaal: misdrijven", "voorgevallen", date(2026, 3, 22),
    )  # fmt: skip


def test_a_running_period_says_up_to_when_and_shares_are_rounded_down() -> None:
    """Of 0.9799 it is not said that 98 per cent is in, for that is complete; of a quarter it is "het"."""
    quarter = {
        "periode": "2026-K1", "periode_naam": "1e kwartaal van 2026", "periode_begin": date(2026, 1, 1),
        "periode_eind": date(2026, 3, 31), "afgesloten": False,
    }  # fmt: skip
    row = {
        "periode": "2026-K1", "klasse_niveau": "totaal", "klasse_sleutel": "totaal: misdrijven", "aandeel_binnen": 0.9799,
        "aandeel_laag": None, "aandeel_hoog": None,
    }  # fmt: skip
    assert [item["tekst"] for item in rules.incomplete_lines([quarter], [row], date(2026, 3, 22))] == [
        "Van de misdrijven van het 1e kwartaal van 2026 tot en met 22-03-2026 is naar verwachting 97 procent geregistreerd: het "
        "aantal komt nog hoger uit."
    ]
    assert rules.running_lines([quarter], date(2026, 3, 22))[0]["tekst"].startswith("Het 1e kwartaal van 2026 loopt nog: ")


def test_where_the_data_begin_is_said_and_what_began_before_does_not_run() -> None:
    (found,) = rules.first_day_lines(date(2023, 1, 1))
    assert found["tekst"] == "De gegevens beginnen op 01-01-2023; van eerdere perioden is maar een deel bekend."
    assert (found["code"], found["periode_begin"], found["periode_eind"]) == ("ONVOLLEDIG", None, date(2022, 12, 31))
    assert rules.running_lines([{**WEEK, "afgesloten": False}], date(2026, 3, 22)) == []


def test_a_border_changed_where_neighbourhoods_merged_split_or_came_from_elsewhere() -> None:
    names = {
        "BU00010101": ("buurt", "Kom"), "BU00010102": ("buurt", "Rand"), "BU00010201": ("buurt", "Veld"),
        "WK000102": ("wijk", "Wijk 2"), "GM0001": ("gemeente", "Dorp"),
    }  # fmt: skip

    def row(jaar: int, old: str, new: str, bepaling: str) -> dict[str, Any]:
        return {"van_jaar": jaar, "van_buurt_code": old, "buurt_code": new, "bepaling": bepaling}

    crosswalk = [
        row(2019, "BU00010103", "BU00010101", "samengevoegd"),
        row(2022, "BU00010103", "BU00010101", "samengevoegd"),
        row(2022, "BU00010199", "BU00010102", "hernummerd"),  # another code, the same border
        row(2020, "BU00010105", "BU00010201", "hernummerd"),  # the same neighbourhood in another wijk
        row(2021, "BU00020101", "BU00010201", "geschat"),  # from another gemeente
        row(2021, "BU00010101", "BU00990101", "gesplitst"),  # no figures of it
    ]
    found = {item["gebied_sleutel"]: (item["periode_eind"], item["tekst"]) for item in rules.boundary_lines(crosswalk, names)}
    assert found["BU00010101"] == (
        date(2022, 12, 31),
        "Kom (buurt) is na 2022 samengevoegd uit andere buurten. Cijfers tot en met 2022 zijn omgezet naar de nieuwste indeling.",
    )
    assert {key: end.year for key, (end, _) in found.items()} == {
        "BU00010101": 2022, "BU00010201": 2021, "WK000102": 2021, "GM0001": 2021,
    }  # fmt: skip
    assert "geschat" in found["BU00010201"][1]
    assert "gewijzigd doordat er een buurt bij kwam" in found["GM0001"][1]


def test_more_than_a_few_unknown_classes_are_said() -> None:
    delivery = {"van": date(2026, 3, 16), "tot_en_met": date(2026, 3, 22), "rijen": 1300, "onbekend": 5}
    assert len(rules.unknown_class_lines([delivery, {**delivery, "onbekend": 4}])) == 1


def test_a_class_that_begins_or_ends_while_the_deliveries_run() -> None:
    first, last = date(2020, 1, 1), date(2025, 12, 31)

    def row(code: str, eerste: date, laatste: date, begin: int, eind: int) -> dict[str, Any]:
        return {
            "maatschappelijke_klasse": code, "eerste": eerste, "laatste": laatste, "begin_aantal": begin, "eind_aantal": eind,
        }  # fmt: skip

    classes = [
        row("A10", first, last, 900, 900),
        row("A20", date(2021, 6, 1), last, 24, 300),
        row("A30", date(2021, 6, 1), last, 23, 20),  # rare: that it was absent may be chance
        row("A40", first, date(2025, 6, 30), 300, 24),
        row("A50", first, date(2025, 7, 31), 300, 300),  # five months is not yet half a year
    ]
    found = rules.class_change_lines(classes, {"A20": "Nieuw"}, first, last)
    assert [(item["klasse_sleutel"], item["periode_begin"], item["periode_eind"]) for item in found] == [
        ("A20", None, date(2021, 5, 31)),
        ("A40", date(2025, 7, 1), None),
    ]
    assert found[0]["tekst"].startswith("Klasse A20 (Nieuw) komt pas sinds 01-06-2021 voor")


def registered(rows: list[tuple[str, date, date, int]]) -> Any:
    """Days of registration of incidents of one subcategory: gemeente, registered, occurred, how many."""
    records = [
        {
            "gemeente_code": gemeente, "subcategorie": "Woninginbraak", "categorie": "Vermogensdelicten", "binnen_regio": True,
            "datum_registratie": registered, "datum_voorval": occurred,
        }
        for gemeente, registered, occurred, number in rows
        for _ in range(number)
    ]  # fmt: skip
    outside = {**records[0], "binnen_regio": False}
    store = Store(duckdb.connect())
    return effects.registered_days(store.keep_arrow("proef", pyarrow.Table.from_pylist([*records, *[outside] * 500])))


def test_a_backlog_entered_on_one_day_is_told_and_a_peak_of_events_is_not() -> None:
    day, fair = date(2025, 3, 12), date(2025, 5, 3)
    found = effects.backlog_days(
        registered(
            [
                ("GM0001", day, day - timedelta(days=60), 25),
                ("GM0001", date(2025, 3, 3), date(2025, 3, 2), 40),
                ("GM0001", fair, fair, 80),  # a bad day, registered at once
                ("GM0002", day, day - timedelta(days=60), 19),  # one fewer than is said
                ("GM0002", date(2025, 4, 3), date(2025, 2, 2), 20),
                ("GM0002", date(2025, 4, 4), date(2025, 4, 4), 60),  # a quarter is not more than a quarter
            ]
        ),
        "REGIO",
    )
    rows = [tuple(row.values()) for row in found.to_pyarrow().to_pylist()]
    assert rows == [
        ("GM0001", "Woninginbraak", date(2025, 3, 1), day, 25, 65),
        ("REGIO", "Woninginbraak", date(2025, 3, 1), day, 44, 84),
    ]
    line_of_region = rules.backlog_lines(
        found.to_pyarrow().to_pylist(), {"GM0001": ("gemeente", "Dorp"), "REGIO": ("regio", "Streek")}
    )
    assert line_of_region[1]["tekst"] == (
        "Woninginbraak in Streek: van de 84 registraties van maart 2025 zijn er 44 op 12-03-2025 ingevoerd die meer dan een week "
        "eerder voorvielen. Dat is inhalen in het register."
    )
    assert (line_of_region[0]["periode"], line_of_region[0]["periode_eind"]) == ("2025-03", date(2025, 3, 31))


def test_a_jump_in_late_registrations_is_told() -> None:
    months = [date(2024, month, 15) for month in range(1, 13)]
    usual = [("GM0001", month, month, 95) for month in months] + [
        ("GM0001", month, month - timedelta(days=31), 5) for month in months
    ]
    january = date(2025, 1, 20)
    jump = [("GM0001", january, january, 80), ("GM0001", january, january - timedelta(days=31), 20)]
    found = effects.late_months(registered(usual + jump)).to_pyarrow().to_pylist()
    assert [(row["maand"], row["aandeel"], row["gewoon"]) for row in found] == [(date(2025, 1, 1), 0.2, 0.05)]
    # Thirty days is not late yet, and nine points are no jump.
    on_time = [("GM0001", january, january, 86), ("GM0001", january, january - timedelta(days=31), 14)]
    assert effects.late_months(registered(usual + on_time)).count().to_pyarrow().as_py() == 0
    told = rules.delay_lines(found)[0]
    assert told["tekst"] == (
        "Vermogensdelicten: in januari 2025 viel 20 procent van de registraties meer dan 30 dagen eerder voor; in de twaalf "
        "maanden ervoor 5 procent. Er is anders geregistreerd."
    )
    assert (told["klasse_sleutel"], told["periode_eind"]) == ("categorie: Vermogensdelicten", date(2025, 1, 31))


def test_the_span_of_a_class_is_of_registration() -> None:
    first, last = date(2020, 1, 1), date(2025, 6, 1)
    rows = [
        {"datumbasis": basis, "datum": day, "maatschappelijke_klasse": "A10", "aantal": number}
        for basis, day, number in (
            ("voorgevallen", date(2019, 1, 1), 9), ("geregistreerd", first, 3), ("geregistreerd", date(2020, 12, 30), 4),
            ("geregistreerd", date(2020, 12, 31), 5), ("geregistreerd", last, 7),
        )
    ]  # fmt: skip
    found = effects.class_spans(Store(duckdb.connect()).keep_arrow("proef", pyarrow.Table.from_pylist(rows)))
    assert found.to_pyarrow().to_pylist() == [
        # 2020 has 366 days: 30 December is the 365th after the first of January.
        {"maatschappelijke_klasse": "A10", "eerste": first, "laatste": last, "begin_aantal": 7, "eind_aantal": 7}
    ]


@pytest.mark.parametrize("text", ["=1+1", "+31", "-5", "@som(A1)", "\tx", "'al beschermd"])
def test_a_text_that_a_spreadsheet_would_compute_gets_an_apostrophe(text: str) -> None:
    assert line("opmerking", "NOTITIE", text)["tekst"] == f"'{text}"


@given(st.text(max_size=20), st.text(max_size=20))
def test_no_text_begins_as_a_formula_and_no_two_become_the_same(one: str, other: str) -> None:
    assert not harmless(one).startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert (harmless(one) == harmless(other)) == (one == other)


def test_the_key_is_of_what_the_line_says() -> None:
    one = line("regel", "GRENS", "a", gebied=("buurt", "BU00010101"))
    assert one["duiding_id"] == line("regel", "GRENS", "a", gebied=("buurt", "BU00010101"))["duiding_id"]
    assert one["duiding_id"] != line("regel", "GRENS", "a", gebied=("buurt", "BU00010102"))["duiding_id"]
