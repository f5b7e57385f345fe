"""The workbook of notes: written, filled in, read again, and every mistake told with its place and what to do."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest

from ivz_assets.dashboard.interpretation import commands, expectations, schema
from ivz_assets.dashboard.interpretation.codes import codes
from ivz_assets.dashboard.interpretation.layout import DUIDING, LIJSTEN, columns, rules
from ivz_assets.dashboard.interpretation.lines import line
from ivz_assets.dashboard.interpretation.notes import Choice, Choices, NotesRead, period_key, read_notes
from ivz_assets.dashboard.interpretation.recompute import note_line
from ivz_assets.dashboard.interpretation.template import write_notes_template
from ivz_assets.dashboard.interpretation.workbook import choices, notes_of, notes_path
from ivz_assets.quality.expectations_gate import expectations_gate
from ivz_assets.quality.schema_gate import schema_gate
from ivz_assets.settings import Settings
from ivz_assets.warehouse.arrow import rows_of
from ivz_assets.warehouse.store import Store

TODAY = date(2026, 3, 23)
AREAS = [
    Choice("TWENTE", "regio", "Twente"),
    Choice("GM0153", "gemeente", "Enschede"),
    Choice("BU01530101", "buurt", "Centrum"),
    Choice("BU01410101", "buurt", "Centrum"),
]
CLASSES = [
    Choice("thema: Woonoverlast", "thema", "Woonoverlast"),
    Choice("subcategorie: Woninginbraak", "subcategorie", "Woninginbraak"),
    Choice("A10", "klasse", "Diefstal"),
]
PERIODS = ["2026-02", "2026-W05", "2026"]
GOOD: dict[str, Any] = {
    "gebied": "Enschede (GM0153)", "klasse_of_thema": "subcategorie: Woninginbraak", "periode": "2026-02", "rol": "analist",
    "tekst": "Een dadergroep is aangehouden.", "geldig_tot_en_met": date(2026, 12, 31),
}  # fmt: skip


def read(*rows: dict[str, Any], today: date = TODAY) -> NotesRead:
    """What is read of these rows of the sheet."""
    cells = [list(columns()), *([row.get(name, "") for name in columns()] for row in rows)]
    return read_notes({DUIDING: cells}, "duiding.xlsx", Choices(AREAS), Choices(CLASSES), PERIODS, today)


def test_a_note_is_of_an_area_a_class_and_a_period() -> None:
    found = read(GOOD)
    assert found.problems == ()
    note = found.notes[0]
    assert (note.rij, note.gebied, note.klasse, note.periode) == (2, AREAS[1], CLASSES[1], "2026-02")
    days = {"2026-02": (date(2026, 2, 1), date(2026, 2, 28))}
    told = note_line(note, days)
    assert (told["gebied_niveau"], told["klasse_niveau"], told["periode_eind"], told["rol"]) == (
        "gemeente", "subcategorie", date(2026, 2, 28), "analist",
    )  # fmt: skip


def test_what_is_left_empty_holds_for_all_and_empty_rows_are_nothing() -> None:
    found = read({}, {**GOOD, "gebied": "", "klasse_of_thema": " ", "periode": ""})
    assert found.problems == ()
    assert (found.notes[0].rij, found.notes[0].gebied, found.notes[0].klasse, found.notes[0].periode) == (3, None, None, None)


@pytest.mark.parametrize("area", ["gm0153", "Enschede", "enschede (GM0153)"])
def test_an_area_may_be_named_by_code_by_name_or_as_in_the_list(area: str) -> None:
    assert read({**GOOD, "gebied": area}).notes[0].gebied == AREAS[1]


@pytest.mark.parametrize(
    ("column", "value", "rule", "shown"),
    [
        ("gebied", "Enschde", "gebied_onbekend", "Enschde"),
        ("gebied", "Centrum", "gebied_meerduidig", "Centrum"),
        ("klasse_of_thema", "Inbraken", "klasse_onbekend", "Inbraken"),
        ("periode", "vorige week", "periode_onleesbaar", "vorige week"),
        ("periode", "2026-02-17", "periode_onleesbaar", "2026-02-17"),
        ("periode", "2014", "periode_onbekend", "2014"),
        ("rol", "", "rol_ontbreekt", None),
        ("rol", "Jan Jansen", "rol_onbekend", None),
        ("tekst", " ", "tekst_ontbreekt", None),
        ("tekst", "x" * 501, "tekst_te_lang", None),
        ("tekst", "Bel 06-12345678", "tekst_persoon", None),
        ("gebied", "jan@voorbeeld.nl", "tekst_persoon", None),
        ("geldig_tot_en_met", "", "datum_ontbreekt", None),
        ("geldig_tot_en_met", "31-02-2026", "datum_onleesbaar", "31-02-2026"),
        ("geldig_tot_en_met", date(2026, 3, 22), "verlopen", None),
    ],
)
def test_a_broken_note_is_told_and_left_out_and_the_others_stand(column: str, value: Any, rule: str, shown: str | None) -> None:
    found = read({**GOOD, column: value}, {**GOOD, "tekst": "De tweede."})
    assert [note.rij for note in found.notes] == [3]
    told = found.problems[0]
    assert len(found.problems) == 1
    assert (told.bestand, told.blad, told.rij, told.kolom, told.regel) == ("duiding.xlsx", DUIDING, 2, column, rule)
    assert told.waarde == shown
    assert told.wat_te_doen == rules()[rule].wat_te_doen
    assert "{" not in told.tekst
    for secret in ("Jansen", "12345678", "voorbeeld.nl"):
        assert secret not in f"{told.tekst} {told.waarde}"


def test_every_mistake_of_a_row_is_told() -> None:
    found = read({**GOOD, "gebied": "Nergens", "rol": "", "geldig_tot_en_met": "morgen"})
    assert [item.regel for item in found.problems] == ["gebied_onbekend", "rol_ontbreekt", "datum_onleesbaar"]


def test_a_note_holds_on_its_last_day_and_not_the_day_after() -> None:
    note = {**GOOD, "geldig_tot_en_met": "23-03-2026"}
    assert len(read(note).notes) == 1
    after = read(note, today=date(2026, 3, 24))
    assert (after.notes, [item.regel for item in after.problems]) == ((), ["verlopen"])
    assert after.problems[0].tekst == "De opmerking gold tot en met 23-03-2026 en wordt niet meer getoond."


def test_the_same_note_twice_counts_once() -> None:
    found = read(GOOD, GOOD)
    assert [note.rij for note in found.notes] == [2]
    assert (found.problems[0].regel, found.problems[0].tekst) == ("dubbel", "Deze opmerking staat er ook in regel 2.")


def test_a_workbook_of_another_shape_is_told() -> None:
    other = read_notes({"Blad1": []}, "duiding.xlsx", Choices([]), Choices([]), [], TODAY)
    assert [item.regel for item in other.problems] == ["blad_ontbreekt"]
    short = read_notes({DUIDING: [["gebied", "rol"]]}, "duiding.xlsx", Choices([]), Choices([]), [], TODAY)
    assert [item.kolom for item in short.problems] == ["klasse_of_thema", "periode", "tekst", "geldig_tot_en_met"]


@pytest.mark.parametrize(
    ("cell", "key"),
    [
        ("2026-W05", "2026-W05"), ("2026-w5", "2026-W05"), ("2026-W54", None), ("2026-02", "2026-02"), (2026, "2026"),
        ("2026-K1", "2026-K1"), ("1e kwartaal 2026", "2026-K1"), ("2026-H2", "2026-H2"), ("februari 2026", "2026-02"),
        (datetime(2026, 2, 1), "2026-02"), (datetime(2026, 2, 2), None), ("straks", None),
    ],
)  # fmt: skip
def test_a_period_as_people_write_it(cell: Any, key: str | None) -> None:
    assert period_key(cell) == key


@pytest.fixture
def store() -> Store:
    """A warehouse with the dimensions of the choices above."""
    store = Store(duckdb.connect())
    execute = store.connection.execute
    execute("CREATE TABLE dim_gebied (gebied_sleutel VARCHAR, gebied_niveau VARCHAR, gebied_naam VARCHAR, gemeente_naam VARCHAR)")
    execute("CREATE TABLE dim_klasse (klasse_sleutel VARCHAR, klasse_niveau VARCHAR, klasse_naam VARCHAR)")
    execute("CREATE TABLE dim_periode (periode VARCHAR)")
    for area in AREAS:
        execute("INSERT INTO dim_gebied VALUES (?, ?, ?, NULL)", [area.sleutel, area.niveau, area.naam])
    for item in CLASSES:
        execute("INSERT INTO dim_klasse VALUES (?, ?, ?)", [item.sleutel, item.niveau, item.naam])
    for period in PERIODS:
        execute("INSERT INTO dim_periode VALUES (?)", [period])
    for name in ("dim_gebied", "dim_klasse", "dim_periode"):
        store.remember_version(name, store.next_version(), "r", datetime(2026, 3, 23), {}, passed=True)
    return store


def test_the_template_filled_in_and_read_again(store: Store, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, today=TODAY)
    path = notes_path(settings)
    assert notes_of(store, settings, TODAY) == NotesRead((), ())  # no workbook is no fault
    assert commands.write_notes_workbook(path, store) == len(AREAS)
    workbook = openpyxl.load_workbook(path)
    assert workbook[LIJSTEN].sheet_state == "hidden"
    assert [cell.value for cell in workbook[DUIDING][1]] == list(columns())
    chosen = {str(item.sqref).split("2:")[0]: item.type for item in workbook[DUIDING].data_validations.dataValidation}
    assert chosen == {"A": "list", "B": "list", "D": "list", "E": "textLength", "F": "date"}
    for index, name in enumerate(columns(), 1):
        workbook[DUIDING].cell(2, index, GOOD[name])
        workbook[DUIDING].cell(3, index, {**GOOD, "gebied": "Nergens"}[name])
        workbook[DUIDING].cell(4, index, GOOD[name])
    workbook[DUIDING].cell(4, 5, "=A1")
    workbook.save(path)
    before = path.read_bytes()
    found = notes_of(store, settings, TODAY)
    assert [(note.rij, note.tekst, note.geldig_tot_en_met) for note in found.notes] == [(2, GOOD["tekst"], date(2026, 12, 31))]
    assert [(item.rij, item.kolom, item.regel) for item in found.problems] == [
        (3, "gebied", "gebied_onbekend"), (4, "tekst", "cel_zonder_waarde"),
    ]  # fmt: skip
    assert path.read_bytes() == before
    with pytest.raises(commands.WorkbookExists, match="not overwritten"):
        commands.write_notes_workbook(path, store)


def test_a_file_that_is_no_workbook_is_told_and_stops_nothing(store: Store, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, today=TODAY)
    notes_path(settings).parent.mkdir()
    notes_path(settings).write_text("geen werkmap", encoding="utf-8")
    found = notes_of(store, settings, TODAY)
    assert found.notes == ()
    assert [item.regel for item in found.problems] == ["bestand_onleesbaar"]
    assert "duiding.xlsx" in found.problems[0].tekst


def test_a_name_that_begins_as_a_formula_stays_a_text_in_the_lists(tmp_path: Path) -> None:
    path = tmp_path / "duiding.xlsx"
    write_notes_template(path, areas=[Choice("BU00010101", "buurt", "=1+1")], classes=CLASSES)
    cell = openpyxl.load_workbook(path)[LIJSTEN]["A2"]
    assert (cell.value, cell.data_type) == ("=1+1 (BU00010101)", "s")


LINES = [
    line("uitleg", "KLEIN", "Klein."),
    line("regel", "GRENS", "Grens.", gebied=("gemeente", "GM0153"), eind=date(2020, 12, 31)),
    line("opmerking", "NOTITIE", "Let op.", klasse=("klasse", "A10"), periode="2026-02", rol="analist", geldig_tot_en_met=TODAY),
]


def verdict(store: Store, lines: list[dict[str, Any]]) -> list[str]:
    """What the gate finds in the lines."""
    staged = rows_of(store, schema.DASHBOARD_INTERPRETATION, lines)
    dims = (store.ibis.table(name) for name in ("dim_gebied", "dim_klasse", "dim_periode"))
    profiles = expectations.profiles(staged, *dims, codes(), TODAY)
    judged = expectations_gate("dashboard_interpretation", profiles, expectations.suite())
    return [finding.verwachting.removeprefix("dashboard_interpretation.") for finding in judged.bevindingen]


@pytest.mark.parametrize(
    ("position", "change", "stopped"),
    [
        (1, {}, []),
        (1, {"gebied_sleutel": "GM9999"}, ["gebied_bestaat"]),
        (2, {"klasse_sleutel": "Z99"}, ["klasse_bestaat"]),
        (2, {"periode": "2014"}, ["periode_bestaat"]),
        (2, {"geldig_tot_en_met": date(2026, 3, 22)}, ["niets_verlopen"]),
        (1, {"periode_begin": date(2021, 1, 1)}, ["dagen_op_volgorde"]),
        (0, {"code": "GEHEIM"}, ["code_uitgelegd"]),
    ],
)
def test_a_gate_stops_what_does_not_hold_and_only_that(
    store: Store, position: int, change: dict[str, Any], stopped: list[str]
) -> None:
    lines = [dict(item) for item in LINES]
    lines[position] |= change
    assert verdict(store, lines) == stopped


@pytest.mark.parametrize(
    ("change", "stopped"),
    [({}, []), ({"waarde": "06-12345678"}, ["niets_over_personen"]), ({"blad": None}, ["plaats_bekend"])],
)
def test_a_problem_repeats_nothing_about_a_person_and_says_where(
    store: Store, change: dict[str, Any], stopped: list[str]
) -> None:
    found = read({**GOOD, "tekst": "Bel 06-12345678"}, {**GOOD, "gebied": "Nergens"})
    rows = [{"nummer": number, **vars(item)} for number, item in enumerate(found.problems, 1)]
    rows[0] |= change
    profiles = expectations.problem_profiles(rows_of(store, schema.INTERPRETATION_PROBLEMS, rows))
    judged = expectations_gate("interpretation_problems", profiles, expectations.problem_suite())
    assert [finding.verwachting.removeprefix("interpretation_problems.") for finding in judged.bevindingen] == stopped


def test_the_lines_and_the_problems_are_of_their_models(store: Store) -> None:
    assert schema_gate(rows_of(store, schema.DASHBOARD_INTERPRETATION, LINES), schema.DASHBOARD_INTERPRETATION).passed
    problems = [{"nummer": 1, **vars(read({**GOOD, "rol": ""}).problems[0])}]
    assert schema_gate(rows_of(store, schema.INTERPRETATION_PROBLEMS, problems), schema.INTERPRETATION_PROBLEMS).passed
    areas, classes = choices(store)
    assert {item.sleutel for item in areas} == {item.sleutel for item in AREAS}
    assert {item.label for item in classes} == {"thema: Woonoverlast", "subcategorie: Woninginbraak", "Diefstal (A10)"}
