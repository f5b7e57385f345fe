"""The template as suppliers get it, filled in and read again; and the list of problems that they get back."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from rich.console import Console

from ivz_assets.enrichment.catalogue import catalogue, supplier_fields
from ivz_assets.enrichment.feedback import SHOWN, problem_table, write_problems
from ivz_assets.enrichment.layout import CIJFERS, INDICATOREN, LEVERANCIER, LIJSTEN, UITLEG, columns
from ivz_assets.enrichment.problems import Problem
from ivz_assets.enrichment.template import write_template
from ivz_assets.enrichment.texts import EXAMPLE_ROWS
from ivz_assets.enrichment.workbook import Parsed, read_workbook

from .supplier_files import AREAS, TERMS, TODAY, cells_of, found

HIDDEN = (LIJSTEN,)


@pytest.fixture
def template(tmp_path: Path) -> Path:
    """The template of the tests' region."""
    path = tmp_path / "sjabloon.xlsx"
    areas = [(area.code, area.naam, area.niveau) for area in AREAS.by_code.values()]
    write_template(path, areas=areas, supplier="GGD (voorbeeld)")
    return path


def fill(path: Path, rows: Sequence[Sequence[Any]]) -> Parsed:
    """What is read of the template with the terms and these rows filled in."""
    workbook = openpyxl.load_workbook(path)
    for number, value in enumerate(list(TERMS.values())[1:], 3):
        workbook[LEVERANCIER].cell(number, 2, value or None)
    for number, row in enumerate(rows, 2):
        for index, value in enumerate(row, 1):
            workbook[CIJFERS].cell(number, index, value)
    workbook.save(path)
    sheets = {name: cells for name, cells in cells_of(path).items() if name not in HIDDEN}
    return read_workbook(sheets, path.name, AREAS, TODAY, hidden=HIDDEN)


def test_a_filled_template_is_read_without_problems(template: Path) -> None:
    parsed = fill(
        template,
        [
            ["BU01530103", "De Laares", "2025", "jeugdhulp", None, 34],
            ["BU01530101", None, "2025-01-01", "bijstandsgerechtigden", None, "onbekend"],
            ["BU01530101", None, "2025-K3", "hennepkwekerijen_pand", "woning", 2],
            ["GM0153", None, "2025", "onveiligheidsgevoel", None, 31.4, 29.1, 33.7],
            ["BU01530101", None, None, "maatregelen", "buurt_whatsappgroep", 1, None, None, date(2025, 3, 1), date(2025, 11, 30)],
        ],
    )  # fmt: skip
    assert parsed.problems == ()
    assert [(one.rij, one.indicator, one.periode, one.waarde) for one in parsed.figures] == [
        (2, "jeugdhulp", "2025", 34.0),
        (3, "bijstandsgerechtigden", "2025-01-01", None),
        (4, "hennepkwekerijen_pand", "2025-K3", 2.0),
        (5, "onveiligheidsgevoel", "2025", 31.4),
        (6, "maatregelen", "2025-03-01/2025-11-30", 1.0),
    ]
    assert parsed.leverancier is not None
    assert (parsed.leverancier.leverancier, parsed.leverancier.geldig_van) == ("GGD (voorbeeld)", date(2024, 1, 1))


def test_an_empty_template_says_what_must_be_filled(template: Path) -> None:
    parsed = read_workbook(cells_of(template), template.name, AREAS, TODAY)
    unfilled = [(LEVERANCIER, f"B{row}", "leverancier_ontbreekt") for row in range(3, 10)]
    assert found(parsed) == [*unfilled, (CIJFERS, "", "geen_cijfers")]


def test_what_the_template_offers(template: Path) -> None:
    workbook = openpyxl.load_workbook(template)
    assert workbook.sheetnames == [UITLEG, LEVERANCIER, CIJFERS, INDICATOREN, LIJSTEN]
    assert workbook[LIJSTEN].sheet_state == "hidden"
    figures = workbook[CIJFERS]
    assert [cell.value for cell in figures[1]] == list(columns())
    assert figures.max_row == 1
    assert (figures.freeze_panes, figures.auto_filter.ref) == ("A2", "A1:K1")
    assert figures.column_dimensions["A"].number_format == figures.column_dimensions["C"].number_format == "@"
    assert figures.column_dimensions["I"].number_format == "dd-mm-yyyy"
    lists = {str(one.sqref): str(one.formula1) for one in figures.data_validations.dataValidation if one.type == "list"}
    assert lists.keys() == {"A2:A50000", "D2:D50000", "E2:E50000"}
    for cells, expected in (("A2:A50000", list(AREAS.by_code)), ("D2:D50000", list(catalogue()))):
        place = lists[cells].split("!")[1].replace("$", "")
        assert [cell.value for (cell,) in workbook[LIJSTEN][place]] == expected
    assert len(workbook[INDICATOREN].data_validations.dataValidation) == 3
    assert [cell.value for cell in workbook[LEVERANCIER]["A"]][1:3] == ["Leverancier *", "Eigenaar van de gegevens *"]
    assert workbook[LEVERANCIER].max_row == len(supplier_fields()) + 1


def test_the_example_in_the_explanation_is_itself_correct(template: Path) -> None:
    texts = [cell for row in cells_of(template)[UITLEG] for cell in row]
    for example in EXAMPLE_ROWS:
        assert example["gebied_code"] in texts
        assert example["indicator"] in catalogue()


def test_an_area_name_is_never_a_formula(tmp_path: Path) -> None:
    path = tmp_path / "sjabloon.xlsx"
    write_template(path, areas=[("BU01530101", "=1+1", "buurt")])
    values = [cell for row in openpyxl.load_workbook(path)[LIJSTEN] for cell in row if cell.value == "=1+1"]
    assert [cell.data_type for cell in values] == ["s"]


def problem(**changes: str) -> Problem:
    """A problem of a cell."""
    parts = {"bestand": "a.xlsx", "blad": CIJFERS, "cel": "F2", "kolom": "waarde", "waarde": "veel", "regel": "waarde_geen_getal",
             "ernst": "afkeuren", "tekst": "'veel' is geen getal.", "wat_te_doen": "Vul een getal in.",
             "gemeld": "'(verborgen)' is geen getal."}  # fmt: skip
    return Problem(**{**parts, **changes})


def test_the_list_of_problems_for_the_supplier(tmp_path: Path) -> None:
    path = tmp_path / "problemen.xlsx"
    write_problems(path, [problem(), problem(cel="A3", waarde="=cmd()\x07", tekst="[b]'=cmd()' is geen getal.")])
    sheet = openpyxl.load_workbook(path).active
    assert sheet is not None
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0][:6] == ["Bestand", "Blad", "Cel", "Kolom", "Waarde", "Gevolg"]
    assert rows[1] == [
        "a.xlsx",
        CIJFERS,
        "F2",
        "waarde",
        "veel",
        "cijfer afgekeurd",
        "'veel' is geen getal.",
        "Vul een getal in.",
    ]
    assert rows[2][4] == "=cmd() "
    assert sheet["E3"].data_type == "s"
    assert path.stat().st_mode & 0o077 == 0


def test_the_list_of_a_destroyed_file_shows_no_value(tmp_path: Path) -> None:
    path = tmp_path / "problemen.xlsx"
    write_problems(path, [problem(kolom="Jan")], values=False)
    sheet = openpyxl.load_workbook(path).active
    assert sheet is not None
    assert [sheet.cell(2, column).value for column in range(3, 8)] == [
        "F2", "", "", "cijfer afgekeurd", "'(verborgen)' is geen getal.",
    ]  # fmt: skip


def test_the_problems_on_one_screen() -> None:
    console = Console(width=100, record=True, file=io.StringIO())
    problems = [problem(cel=f"F{row}") for row in range(2, 32)] + [
        problem(cel="B5", ernst="weigeren", gemeld="[b]Doel ontbreekt.")
    ]
    console.print(problem_table(problems))
    shown = console.export_text()
    assert "31 problemen" in shown
    assert "[b]Doel ontbreekt." in shown
    assert shown.index("B5") < shown.index("F2")
    assert f"en nog {31 - SHOWN}" in shown
    assert ("F20" in shown, "F21" in shown) == (True, False)
