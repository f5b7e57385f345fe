"""Writes the empty workbook of notes that professionals fill in, in Dutch. Reading it is ``notes``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from ivz_assets.dashboard.interpretation.layout import DUIDING, FILE_NAME, LIJSTEN, LONGEST_TEXT, UITLEG, columns, roles
from ivz_assets.dashboard.interpretation.notes import Choice
from ivz_assets.dashboard.interpretation.workbook import MOST_ROWS

_HEAD = PatternFill("solid", fgColor="1F4E79")
_WRAPPED = Alignment(wrap_text=True, vertical="top")
_WORDS = (
    "Opmerkingen bij de cijfers (duiding)",
    "Elke regel op het blad Duiding is een opmerking die bij de cijfers wordt getoond tot en met de einddatum die u invult. "
    f"Bewaar het bestand als {FILE_NAME} in de map reference van de gegevens; bij de volgende verversing staat het erbij.",
    "Schrijf nooit iets over een persoon, een adres of een los geval, en vul bij rol nooit een naam in. Een regel die niet klopt "
    "wordt niet getoond; de beheerder ziet welke regel het is en wat eraan te doen is. Dit bestand wordt nooit gewijzigd.",
)


def write_notes_template(path: Path, *, areas: Sequence[Choice], classes: Sequence[Choice]) -> None:
    """Writes the template.

    Args:
        path: the workbook to write.
        areas: the areas of the first drop-down.
        classes: the classes and themes of the second.
    """
    workbook = Workbook()
    sheet = workbook.active
    assert isinstance(sheet, Worksheet)
    _explanation(sheet)
    notes, lists = workbook.create_sheet(DUIDING), workbook.create_sheet(LIJSTEN)
    values = {
        "gebied": [choice.label for choice in areas],
        "klasse_of_thema": [choice.label for choice in classes],
        "rol": list(roles()),
    }
    _notes(notes, _lists(lists, values))
    lists.sheet_state = "hidden"
    workbook.active = 1
    workbook.save(path)


def _explanation(sheet: Worksheet) -> None:
    sheet.title = UITLEG
    sheet.sheet_view.showGridLines = False
    sheet.column_dimensions["A"].width = 24
    sheet.column_dimensions["B"].width = 110
    for row, words in enumerate(_WORDS, 1):
        cell = sheet.cell(row, 1, words)
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=2)
        cell.alignment = _WRAPPED
        sheet.row_dimensions[row].height = 26 if row == 1 else 36
    sheet["A1"].font = Font(bold=True, size=16, color="1F4E79")
    first = len(_WORDS) + 2
    for row, column in enumerate(columns().values(), first):
        sheet.cell(row, 1, column.kolom).font = Font(bold=True)
        sheet.cell(row, 2, ("Verplicht. " if column.verplicht else "") + column.uitleg).alignment = _WRAPPED


def _lists(sheet: Worksheet, values: dict[str, list[str]]) -> dict[str, str]:
    """Fills the lists behind the drop-downs; the answer says per column where its list stands."""
    ranges = {}
    for index, (name, entries) in enumerate(values.items(), 1):
        sheet.cell(1, index, name)
        for row, entry in enumerate(entries, 2):
            cell = sheet.cell(row, index)
            # A name that begins with = stays a text.
            cell.value, cell.data_type = entry, "s"
        letter = get_column_letter(index)
        ranges[name] = f"{quote_sheetname(LIJSTEN)}!${letter}$2:${letter}${max(2, len(entries) + 1)}"
    return ranges


def _notes(sheet: Worksheet, ranges: dict[str, str]) -> None:
    for index, column in enumerate(columns().values(), 1):
        letter = get_column_letter(index)
        head = sheet.cell(1, index, column.kolom)
        head.font, head.fill = Font(bold=True, color="FFFFFF"), _HEAD
        sheet.column_dimensions[letter].width = column.breedte
        # On the column, so that Excel does not turn 2026-02 into a date in a cell that does not exist yet.
        sheet.column_dimensions[letter].number_format = "dd-mm-yyyy" if column.kolom == "geldig_tot_en_met" else "@"
        sheet.column_dimensions[letter].alignment = _WRAPPED
        cells = f"{letter}2:{letter}{MOST_ROWS}"
        if column.kolom in ranges:
            _validate(
                sheet, cells, DataValidation(type="list", formula1=ranges[column.kolom], allow_blank=True), "Kies uit de lijst."
            )
        elif column.kolom == "geldig_tot_en_met":
            days = DataValidation(type="date", operator="between", formula1="DATE(2000,1,1)", formula2="DATE(2099,12,31)")
            _validate(sheet, cells, days, "Vul een datum in als dd-mm-jjjj.")
        elif column.kolom == "tekst":
            length = DataValidation(type="textLength", operator="between", formula1="1", formula2=str(LONGEST_TEXT))
            _validate(sheet, cells, length, f"Gebruik hooguit {LONGEST_TEXT} tekens.")
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns()))}1"


def _validate(sheet: Worksheet, cells: str, validation: DataValidation, message: str) -> None:
    validation.showErrorMessage = True
    validation.errorTitle = "Niet zoals afgesproken"
    validation.error = message
    validation.add(cells)
    sheet.add_data_validation(validation)
