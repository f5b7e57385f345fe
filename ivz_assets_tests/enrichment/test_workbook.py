"""Every rule for the template: what breaks it, in which cell that is said, and what still loads."""

from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivz_assets.enrichment.catalogue import catalogue, rules
from ivz_assets.enrichment.editions import Editions
from ivz_assets.enrichment.layout import CIJFERS, INDICATOREN, LEVERANCIER, columns
from ivz_assets.enrichment.names import Areas
from ivz_assets.enrichment.values import is_empty
from ivz_assets.enrichment.workbook import read_workbook

from .supplier_files import AREAS, FILE, TODAY, figures_sheet, found, indicator_sheet, read, row, sheets, supplier_sheet

SAFETY: dict[str, Any] = {
    "gebied_code": "GM0153", "periode": "2025", "indicator": "onveiligheidsgevoel", "waarde": 31.4, "marge_onder": 29.1,
    "marge_boven": 33.7,
}  # fmt: skip
MEASURE: dict[str, Any] = {
    "gebied_code": "BU01530101", "indicator": "maatregelen", "uitsplitsing": "cameratoezicht", "waarde": 1.0,
    "begindatum": datetime(2025, 3, 1), "einddatum": datetime(2025, 8, 31),
}  # fmt: skip
HENNEP: dict[str, Any] = {
    "gebied_code": "BU01530101", "periode": "2025-K3", "indicator": "hennepkwekerijen_pand", "uitsplitsing": "woning",
    "waarde": 2.0,
}  # fmt: skip


def test_a_row_becomes_a_figure() -> None:
    parsed = read(row(), SAFETY, MEASURE, HENNEP)
    assert parsed.problems == ()
    care, safety, measure, hennep = parsed.figures
    assert (care.blad, care.rij, care.kolom, care.gebied_code, care.niveau) == (CIJFERS, 2, "F", "BU01530103", "buurt")
    assert (care.periode_soort, care.periode, care.periode_begin, care.periode_eind) == (
        "jaar", "2025", date(2025, 1, 1), date(2025, 12, 31),
    )  # fmt: skip
    assert (care.indicator, care.uitsplitsing, care.waarde, care.marge_onder, care.marge_boven) == (
        "jeugdhulp",
        "",
        34.0,
        None,
        None,
    )
    assert (safety.niveau, safety.waarde, safety.marge_onder, safety.marge_boven) == ("gemeente", 31.4, 29.1, 33.7)
    assert (measure.periode, measure.periode_begin, measure.periode_eind) == (
        "2025-03-01/2025-08-31", date(2025, 3, 1), date(2025, 8, 31),
    )  # fmt: skip
    assert (hennep.uitsplitsing, hennep.periode) == ("woning", "2025-K3")
    assert parsed.leverancier is not None
    assert parsed.leverancier.geldig_tot == date(2025, 12, 31)
    assert parsed.leverancier.bewaartermijn_maanden == 60


def test_unknown_is_a_figure_without_a_value() -> None:
    parsed = read(row(waarde="onbekend"), row(gebied_code="BU01530101", waarde="."), {**SAFETY, "waarde": "onbekend",
                  "marge_onder": "", "marge_boven": ""})  # fmt: skip
    assert [figure.waarde for figure in parsed.figures] == [None, None, None]
    assert parsed.problems == ()


def test_a_running_measure_has_no_end() -> None:
    (figure,) = read({**MEASURE, "einddatum": ""}).figures
    assert (figure.periode, figure.periode_eind) == ("2025-03-01/..", None)


def test_an_explanation_is_not_kept() -> None:
    parsed = read(row(toelichting="zie de brief", waarde="veel"))
    assert "zie de brief" not in repr(parsed)


ROWS: list[tuple[dict[str, Any], list[tuple[str, str]]]] = [
    (row(gebied_code=""), [("A2", "gebied_ontbreekt")]),
    (row(gebied_code="De Laares"), [("A2", "gebied_ongeldig")]),
    (row(gebied_code="BU01530104"), [("A2", "gebied_onbekend")]),
    (row(gebied_code="BU03630104"), [("A2", "gebied_buiten_regio")]),
    (row(indicator=""), [("D2", "indicator_ontbreekt")]),
    (row(indicator="jeugdhulpp"), [("D2", "indicator_onbekend")]),
    (row(indicator="jeugdhulpp", periode="ooit", waarde="veel"),
     [("C2", "periode_onleesbaar"), ("D2", "indicator_onbekend"), ("F2", "waarde_geen_getal")]),
    (row(indicator="", waarde=""), [("D2", "indicator_ontbreekt"), ("F2", "waarde_ontbreekt")]),
    (row(uitsplitsing="woning"), [("E2", "uitsplitsing_te_veel")]),
    ({**HENNEP, "uitsplitsing": ""}, [("E2", "uitsplitsing_ontbreekt")]),
    ({**HENNEP, "uitsplitsing": "Woning"}, [("E2", "uitsplitsing_onbekend")]),
    (row(periode=""), [("C2", "periode_ontbreekt")]),
    (row(periode="ooit"), [("C2", "periode_onleesbaar")]),
    (row(periode="2025-K3"), [("C2", "periode_andere_soort")]),
    (row(periode="2027"), [("C2", "periode_toekomst")]),
    ({**MEASURE, "begindatum": ""}, [("I2", "begindatum_ontbreekt")]),
    ({**MEASURE, "begindatum": "31-2-2025"}, [("I2", "datum_onleesbaar")]),
    ({**MEASURE, "einddatum": "ooit"}, [("J2", "datum_onleesbaar")]),
    ({**MEASURE, "einddatum": "28-02-2025"}, [("J2", "datums_omgekeerd")]),
    (row(waarde=""), [("F2", "waarde_ontbreekt")]),
    (row(waarde="veel"), [("F2", "waarde_geen_getal")]),
    (row(waarde="<5"), [("F2", "waarde_geen_getal")]),
    (row(waarde=datetime(2025, 3, 1)), [("F2", "waarde_geen_getal")]),
    (row(waarde="1.234"), [("F2", "waarde_dubbelzinnig")]),
    (row(waarde=3.5), [("F2", "geen_geheel_getal")]),
    (row(waarde=-1.0), [("F2", "te_laag")]),
    (row(waarde=50001.0), [("F2", "te_hoog")]),
    ({**SAFETY, "waarde": 101.0, "marge_boven": 102.0}, [("F2", "percentage_te_hoog")]),
    ({**SAFETY, "waarde": 0.314, "marge_onder": 0.29, "marge_boven": 0.33}, [("F2", "te_laag")]),
    ({**SAFETY, "marge_onder": ""}, [("G2", "marge_ontbreekt")]),
    ({**SAFETY, "marge_onder": "", "marge_boven": ""}, [("G2", "marge_ontbreekt"), ("H2", "marge_ontbreekt")]),
    ({**SAFETY, "marge_boven": "laag"}, [("H2", "waarde_geen_getal")]),
    ({**SAFETY, "marge_onder": 33.7, "marge_boven": 29.1}, [("F2", "marge_omgekeerd")]),
    ({**SAFETY, "gebied_code": "BU01530101"}, [("A2", "niveau_te_laag")]),
    (row(gebied_code="BU01539999", periode="2025-K1", waarde="n.v.t."),
     [("A2", "gebied_onbekend"), ("C2", "periode_andere_soort"), ("F2", "waarde_geen_getal")]),
]  # fmt: skip


@pytest.mark.parametrize(("cells", "expected"), ROWS)
def test_rows_that_are_rejected(cells: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    parsed = read(cells, row(gebied_code="BU01530101"))
    assert found(parsed) == [(CIJFERS, cell, rule) for cell, rule in expected]
    assert {problem.ernst for problem in parsed.problems} == {"afkeuren"}
    assert [figure.gebied_code for figure in parsed.figures] == ["BU01530101"]
    (rejected,) = parsed.rejected
    assert (rejected.rij, rejected.kolom) == (2, "F")
    assert sorted(set(rejected.regels)) == sorted({rule for _, rule in expected})
    assert parsed.aangeleverd == 2


LOADED: list[tuple[dict[str, Any], list[tuple[str, str, str]]]] = [
    (row(gebied_code=1530103.0), [("A2", "gebied_hersteld", "herstellen")]),
    (row(gebied_code="bu01530103"), [("A2", "gebied_hersteld", "herstellen")]),
    (row(gebied_naam="City"), [("B2", "gebied_andere_naam", "markeren")]),
    (row(waarde="1.234,0"), [("F2", "waarde_hersteld", "herstellen")]),
    (row(periode="2023"), [("C2", "periode_buiten_levering", "markeren")]),
    (row(begindatum=datetime(2025, 1, 1)), [("I2", "datum_niet_verwacht", "markeren")]),
    (row(marge_onder=1.0), [("G2", "marge_niet_verwacht", "markeren")]),
    (row(indicator="jongerenwerk_meldingen", periode=datetime(2025, 3, 1)), [("C2", "periode_hersteld", "herstellen")]),
]


@pytest.mark.parametrize(("cells", "expected"), LOADED)
def test_rows_that_are_repaired_or_flagged(cells: dict[str, Any], expected: list[tuple[str, str, str]]) -> None:
    parsed = read(cells)
    assert [(problem.cel, problem.regel, problem.ernst) for problem in parsed.problems] == expected
    (figure,) = parsed.figures
    assert figure.gebied_code == "BU01530103"
    assert figure.waarde == (1234.0 if "waarde_hersteld" in expected[0] else 34.0)
    assert figure.marge_onder is None
    if expected[0][1] == "periode_hersteld":
        assert figure.periode == "2025-03"


def test_the_texts_say_what_is_wrong_and_what_to_do() -> None:
    texts = {problem.regel: problem for problem in read(row(gebied_code="BU01530104", indicator="jeugdhulpp")).problems}
    assert texts["indicator_onbekend"].tekst == "De indicator 'jeugdhulpp' staat niet in de lijst. Bedoelt u jeugdhulp?"
    assert "BU01530103 (De Laares)" in texts["gebied_onbekend"].tekst
    assert texts["gebied_onbekend"].bestand == FILE
    assert texts["gebied_onbekend"].kolom == "gebied_code"
    assert texts["gebied_onbekend"].waarde == "BU01530104"


def test_both_of_a_duplicate_are_rejected() -> None:
    parsed = read(row(), row(gebied_code="BU01530101"), row(waarde=35.0))
    assert found(parsed) == [(CIJFERS, "F2", "dubbel"), (CIJFERS, "F4", "dubbel")]
    assert "Cijfers F4" in parsed.problems[0].tekst
    assert [figure.gebied_code for figure in parsed.figures] == ["BU01530101"]
    assert [rejected.regels for rejected in parsed.rejected] == [("dubbel",), ("dubbel",)]
    assert parsed.rejected[1].ruw["waarde"] == "35"


def test_another_breakdown_or_period_is_no_duplicate() -> None:
    parsed = read(HENNEP, {**HENNEP, "uitsplitsing": "schuur"}, {**HENNEP, "periode": "2025-K4"})
    assert (len(parsed.figures), parsed.problems) == (3, ())


def test_blank_rows_are_skipped_and_counted() -> None:
    parsed = read(row(), {}, row(gebied_code="BU01530101"), {"toelichting": "  "})
    assert [figure.rij for figure in parsed.figures] == [2, 4]
    assert (parsed.lege_rijen, parsed.aangeleverd, parsed.problems) == (2, 2, ())


def test_a_unit_other_than_agreed_rejects_the_indicator() -> None:
    parsed = read(
        row(indicator="gemiddelde_woz_waarde", waarde=310.0), row(),
        **{INDICATOREN: indicator_sheet(gemiddelde_woz_waarde={"eenheid": "euro"})},
    )  # fmt: skip
    line = 2 + list(catalogue()).index("gemiddelde_woz_waarde")
    assert found(parsed) == [(INDICATOREN, f"C{line}", "indicator_afwijkend")]
    assert "'euro', de afspraak is 'duizend euro'" in parsed.problems[0].tekst
    assert [figure.indicator for figure in parsed.figures] == ["jeugdhulp"]
    assert parsed.rejected[0].regels == ("indicator_afwijkend",)


def test_an_indicator_that_is_not_confirmed() -> None:
    statements = [cells if cells[0] != "jeugdhulp" else [*cells[:3], "", cells[4]] for cells in indicator_sheet()]
    parsed = read(row(), row(indicator="wmo_voorzieningen"), **{INDICATOREN: statements})
    assert found(parsed) == [(CIJFERS, "D2", "indicator_niet_bevestigd")]
    assert [figure.indicator for figure in parsed.figures] == ["wmo_voorzieningen"]


REFUSALS: list[tuple[dict[str, Any], list[tuple[str, str, str]]]] = [
    ({CIJFERS: None}, [(CIJFERS, "", "blad_ontbreekt")]),
    ({LEVERANCIER: None}, [(LEVERANCIER, "", "blad_ontbreekt")]),
    ({"Blad1": [["", "", ""], ["", "iets"]]}, [("Blad1", "", "blad_onbekend")]),
    ({"Blad1": [["Naam"], ["7555 VV"]]}, [("Blad1", "", "blad_onbekend"), ("Blad1", "A2", "waarde_persoon")]),
    ({CIJFERS: [["van alles"], [1.0]]}, [(CIJFERS, "", "kop_ontbreekt")]),
    ({CIJFERS: [["gebied_code", "periode", "indicator"], ["BU01530103", "2025", "jeugdhulp"]]},
     [(CIJFERS, "", "kolom_ontbreekt")]),
    ({CIJFERS: [[*figures_sheet()[0], "kleur"]]}, [(CIJFERS, "L1", "kolom_onbekend")]),
    ({CIJFERS: [[*figures_sheet()[0], "Achternaam", "huisnummer"]]},
     [(CIJFERS, "L1", "kolom_persoon"), (CIJFERS, "M1", "kolom_adres")]),
    ({CIJFERS: [[*figures_sheet()[0], "waarde"]]}, [(CIJFERS, "L1", "kolom_dubbel")]),
    ({CIJFERS: [figures_sheet()[0], [*figures_sheet(row())[1], "", "x"]]}, [(CIJFERS, "M2", "kolom_zonder_kop")]),
    ({CIJFERS: figures_sheet(row(toelichting="zie 111222333"))}, [(CIJFERS, "K2", "waarde_persoon")]),
    ({CIJFERS: figures_sheet(row(toelichting=111222333.0))}, [(CIJFERS, "K2", "waarde_persoon")]),
    ({CIJFERS: figures_sheet(row(indicator="a.jansen@voorbeeld.example"))},
     [(CIJFERS, "D2", "waarde_persoon"), (CIJFERS, "D2", "indicator_onbekend")]),
    ({CIJFERS: figures_sheet()}, [(CIJFERS, "", "geen_cijfers")]),
    ({LEVERANCIER: supplier_sheet(Doel=""), CIJFERS: figures_sheet()},
     [(LEVERANCIER, "B5", "leverancier_ontbreekt"), (CIJFERS, "", "geen_cijfers")]),
    ({LEVERANCIER: supplier_sheet(Doel=None)}, [(LEVERANCIER, "", "leverancier_ontbreekt")]),
    ({LEVERANCIER: supplier_sheet(Contact="a.jansen@voorbeeld.example")}, [(LEVERANCIER, "B8", "leverancier_ongeldig")]),
    ({LEVERANCIER: supplier_sheet(Contact="06-12345678")},
     [(LEVERANCIER, "B8", "waarde_persoon"), (LEVERANCIER, "B8", "leverancier_ongeldig")]),
    ({LEVERANCIER: supplier_sheet(Opmerking="bel a@voorbeeld.example")}, [(LEVERANCIER, "B10", "waarde_persoon")]),
    ({LEVERANCIER: supplier_sheet(Geldig_van="morgen")}, [(LEVERANCIER, "B6", "leverancier_ongeldig")]),
    ({LEVERANCIER: [*supplier_sheet(), ["Bewaartermijn (maanden)", 12.0]]}, [(LEVERANCIER, "A11", "leverancier_dubbel")]),
    ({LEVERANCIER: supplier_sheet(Geldig_van=date(2026, 1, 1))}, [(LEVERANCIER, "B7", "leverancier_datums_omgekeerd")]),
    ({INDICATOREN: [["indicator", "eenheid"], ["jeugdhulp", "aantal"]]},
     [(INDICATOREN, "", "kolom_ontbreekt")] * 3 + [(CIJFERS, "D2", "indicator_niet_bevestigd")]),
    ({INDICATOREN: [["iets"]]}, [(INDICATOREN, "", "kop_ontbreekt"), (CIJFERS, "D2", "indicator_niet_bevestigd")]),
]  # fmt: skip


@pytest.mark.parametrize(("parts", "expected"), REFUSALS)
def test_files_that_are_refused_whole(parts: dict[str, Any], expected: list[tuple[str, str, str]]) -> None:
    parsed = read(row(), **parts)
    assert sorted(found(parsed)) == sorted(expected)
    assert parsed.refused
    assert (parsed.figures, parsed.rejected) == ((), ())


def test_retention_is_a_whole_number_of_months() -> None:
    wrong = [
        read(row(), **{LEVERANCIER: [*supplier_sheet()[:8], ["Bewaartermijn (maanden)", cell]]})
        for cell in (0.0, 2.5, "lang", 241)
    ]
    assert [found(parsed) for parsed in wrong] == [[(LEVERANCIER, "B9", "leverancier_ongeldig")]] * 4


def test_a_line_of_the_suppliers_own_is_flagged() -> None:
    parsed = read(row(), **{LEVERANCIER: [*supplier_sheet(), ["Kleur", "rood"]]})
    assert found(parsed) == [(LEVERANCIER, "A11", "leverancier_onbekend")]
    assert not parsed.refused
    assert len(parsed.figures) == 1


def test_personal_values_are_in_no_message() -> None:
    parsed = read(row(indicator="a.jansen@voorbeeld.example", toelichting="111222333"), **{"Blad1": [["7555 VV"]]})
    assert not any(value in repr(parsed) for value in ("jansen", "111222333", "7555"))


def test_hidden_sheets_that_nobody_agreed_on_refuse_the_file() -> None:
    parsed = read_workbook(sheets(row()), FILE, AREAS, TODAY, hidden=("Lijsten", "Bron"))
    assert found(parsed) == [("Bron", "", "blad_verborgen")]
    assert parsed.refused


def test_every_problem_of_a_file_is_listed_in_order() -> None:
    parsed = read(
        row(gebied_code="BU01539999"), row(waarde="veel", periode="2025-K1"), row(toelichting="06-12345678"),
        **{LEVERANCIER: supplier_sheet(Doel="", Contact="iemand")},
    )  # fmt: skip
    assert found(parsed) == [
        (LEVERANCIER, "B5", "leverancier_ontbreekt"),
        (LEVERANCIER, "B8", "leverancier_ongeldig"),
        (CIJFERS, "A2", "gebied_onbekend"),
        (CIJFERS, "C3", "periode_andere_soort"),
        (CIJFERS, "F3", "waarde_geen_getal"),
        (CIJFERS, "K4", "waarde_persoon"),
    ]
    assert parsed.aangeleverd == 3


def test_a_title_above_the_header_moves_the_addresses() -> None:
    parsed = read(**{CIJFERS: [["Levering van maart"], *figures_sheet(row(), row(waarde="veel"))]})
    assert [(figure.rij, figure.kolom) for figure in parsed.figures] == [(3, "F")]
    assert found(parsed) == [(CIJFERS, "F4", "waarde_geen_getal")]


def test_columns_may_stand_in_another_order_and_the_optional_ones_be_left_out() -> None:
    header = ["Waarde", "Indicator", "Periode", "Gebied code"]
    parsed = read(
        **{CIJFERS: [header, [34.0, "jeugdhulp", "2025", "BU01530103"], [31.0, "onveiligheidsgevoel", "2025", "GM0153"]]}
    )
    assert [(figure.rij, figure.kolom, figure.waarde) for figure in parsed.figures] == [(2, "A", 34.0)]
    assert found(parsed) == [(CIJFERS, "A3", "marge_ontbreekt"), (CIJFERS, "A3", "marge_ontbreekt")]


CELLS = st.one_of(
    st.sampled_from(["", "BU01530103", "BU01530101", "GM0153", "2025", "2025-K3", "jeugdhulp", "hennepkwekerijen_pand", "woning",
                     "maatregelen", "onveiligheidsgevoel", "onbekend", "1.234", "<5"]),
    st.floats(), st.integers(-5, 3000), st.booleans(), st.text(max_size=8), st.datetimes(), st.dates(), st.timedeltas(),
)  # fmt: skip


@given(st.lists(st.dictionaries(st.sampled_from(list(columns())), CELLS), max_size=8))
@settings(max_examples=60, deadline=None)
def test_whatever_is_in_the_cells_every_row_has_one_status(rows: list[dict[str, Any]]) -> None:
    parsed = read(row(), *rows)
    blank = sum(all(is_empty(cell) for cell in cells.values()) for cells in rows)
    assert (parsed.lege_rijen, parsed.aangeleverd) == (blank, 1 + len(rows) - blank)
    if not parsed.refused:
        places = [(one.blad, one.rij) for one in (*parsed.figures, *parsed.rejected)]
        assert len(places) == len(set(places)) == parsed.aangeleverd
        assert all(one.regels for one in parsed.rejected)
    assert len({one.key for one in parsed.figures}) == len(parsed.figures)
    assert all(problem.cel for problem in parsed.problems)


def test_a_figure_of_an_area_that_was_no_longer_there_is_marked_with_what_it_became() -> None:
    crosswalk = [(2024, "BU01530101", "BU01530101"), (2024, "BU01530103", "BU01530101"), (2024, "BU01530103", "BU01530102"),
                 (2025, "BU01530101", "BU01530101"), (2025, "BU01530102", "BU01530102")]  # fmt: skip
    areas = Areas(AREAS.by_code.values(), Editions.of(crosswalk))
    rows = (row(periode="2024"), row(), row(gebied_code="BU01530101"), {**MEASURE, "gebied_code": "BU01530103"})
    parsed = read_workbook(sheets(*rows), FILE, areas, TODAY)
    assert found(parsed) == [(CIJFERS, "A3", "gebied_oud")]
    assert "is nu BU01530101 (City) en BU01530102 (Lasonder, Zeggelt)" in parsed.problems[0].gemeld
    assert len(parsed.figures) == 4


def test_a_measure_with_the_same_begin_and_another_end_is_there_twice() -> None:
    parsed = read(MEASURE, {**MEASURE, "einddatum": ""}, {**MEASURE, "begindatum": datetime(2025, 4, 1)})
    assert found(parsed) == [(CIJFERS, "F2", "dubbel"), (CIJFERS, "F3", "dubbel")]
    assert [figure.periode_begin for figure in parsed.figures] == [date(2025, 4, 1)]


def test_every_rule_is_tested() -> None:
    """A rule that no test names is one that nobody saw at work."""
    sources = [path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_w*.py")]
    named = {name for source in sources for name in re.findall(r'"([a-z_]+)"', source)}
    assert set(rules()) - named == set()
