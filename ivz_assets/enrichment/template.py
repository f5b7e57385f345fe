"""Writes the empty workbook that suppliers fill in: explanation, terms, figures and indicators, in Dutch. Reading is not here."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from ivz_assets.enrichment.catalogue import NOEMERS, PERIODE_SOORTEN, breakdowns, catalogue, supplier_fields
from ivz_assets.enrichment.layout import (
    CIJFERS,
    CONFIRMED,
    INDICATOREN,
    LEVERANCIER,
    LIJSTEN,
    OWN_PREFIX,
    SUPPLIER_HEADER,
    UITLEG,
    columns,
)
from ivz_assets.enrichment.terms import INDICATOR_COLUMNS
from ivz_assets.enrichment.texts import EXAMPLE_ROWS, STEPS

LAST_ROW = 50_000
"""Drop-downs reach to here: the neighbourhoods of a region, ten years and a dozen indicators."""

_FONT = "Calibri"
_HEAD = PatternFill("solid", fgColor="1F4E79")
_INPUT = PatternFill("solid", fgColor="FFF8E1")
_LINE = Border(bottom=Side(style="thin", color="D0D0D0"))
_WRAPPED = Alignment(wrap_text=True, vertical="top")
_FORMATS = {"tekst": "@", "getal": "General", "datum": "dd-mm-yyyy"}
_INDICATOR_WIDTHS = {"naam": 34, "omschrijving": 60, "indicator": 34, "uitsplitsing": 20}


def write_template(path: Path, *, areas: Sequence[tuple[str, str, str]], supplier: str | None = None) -> None:
    """Writes the template.

    Args:
        path: the workbook to write.
        areas: code, name and level of the areas that suppliers may deliver figures of.
        supplier: fills in who delivers.
    """
    workbook = Workbook()
    sheet = workbook.active
    assert isinstance(sheet, Worksheet)
    _explanation(sheet)
    _supplier(workbook.create_sheet(LEVERANCIER), supplier)
    lists = workbook.create_sheet(LIJSTEN)
    ranges = _lists(lists, areas)
    _figures(workbook.create_sheet(CIJFERS, 2), ranges)
    _indicators(workbook.create_sheet(INDICATOREN, 3), ranges)
    lists.sheet_state = "hidden"
    workbook.active = 0
    for page in workbook.worksheets:
        page.page_setup.orientation = "landscape"
        page.page_setup.paperSize = page.PAPERSIZE_A4
        page.page_setup.fitToWidth = 1
        page.page_setup.fitToHeight = 0
        page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        page.oddFooter.center.text = "&A, bladzijde &P van &N"  # type: ignore[union-attr]
    workbook.save(path)


def _explanation(sheet: Worksheet) -> None:
    sheet.title = UITLEG
    sheet.sheet_view.showGridLines = False
    names = list(columns())
    for index, column in enumerate(columns().values(), 1):
        sheet.column_dimensions[get_column_letter(index)].width = max(column.breedte, 16)
    row = 1
    for kind, words in STEPS:
        cell = sheet.cell(row, 1, words)
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=6)
        cell.alignment = _WRAPPED
        if kind == "titel":
            cell.font = Font(name=_FONT, bold=True, size=16, color="1F4E79")
            sheet.row_dimensions[row].height = 26
        elif kind == "kop":
            cell.font = Font(name=_FONT, bold=True, size=12, color="1F4E79")
            sheet.row_dimensions[row].height = 22
        else:
            sheet.row_dimensions[row].height = 15.5 * (1 + len(words) // 120)
        row += 1
    _head(sheet, row, names)
    for example in EXAMPLE_ROWS:
        row += 1
        for index, name in enumerate(names, 1):
            cell = sheet.cell(row, index, example.get(name))
            cell.number_format = _FORMATS[columns()[name].soort]
            cell.border = _LINE
    row += 2
    _head(sheet, row, ["kolom", "uitleg"])
    for column in columns().values():
        row += 1
        named = sheet.cell(row, 1, column.kolom)
        named.font = Font(name=_FONT, bold=True)
        named.alignment = _WRAPPED
        explained = sheet.cell(row, 2, ("Verplicht. " if column.verplicht else "") + column.uitleg)
        sheet.merge_cells(start_row=row, end_row=row, start_column=2, end_column=6)
        explained.alignment = _WRAPPED
        sheet.row_dimensions[row].height = 15.5 * (1 + len(column.uitleg) // 95)
    sheet.print_area = f"A1:{get_column_letter(len(names))}{row}"


def _supplier(sheet: Worksheet, supplier: str | None) -> None:
    _head(sheet, 1, SUPPLIER_HEADER)
    for row, field in enumerate(supplier_fields().values(), 2):
        sheet.cell(row, 1, field.label + (" *" if field.verplicht else "")).font = Font(name=_FONT, bold=True)
        answer = sheet.cell(row, 2)
        if supplier and field.veld == "leverancier":
            _as_text(answer, supplier)
        answer.fill = _INPUT
        answer.number_format = {"datum": "dd-mm-yyyy", "maanden": "0"}.get(field.soort, "@")
        sheet.cell(row, 3, ("" if field.verplicht else "Mag leeg blijven. ") + field.uitleg)
        for index in range(1, 4):
            sheet.cell(row, index).alignment = _WRAPPED
            sheet.cell(row, index).border = _LINE
        sheet.row_dimensions[row].height = 34
        if field.soort == "datum":
            _validate(
                sheet,
                f"B{row}",
                DataValidation(type="date", operator="between", formula1="DATE(2000,1,1)", formula2="DATE(2099,12,31)"),
                "Vul een datum in als dd-mm-jjjj.",
            )
        elif field.soort == "maanden":
            limits = DataValidation(type="whole", operator="between", formula1="1", formula2="240")
            _validate(sheet, f"B{row}", limits, "Vul een heel aantal maanden in, van 1 tot en met 240.")
    for letter, width in zip("ABC", (30, 44, 90), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A2"


def _lists(sheet: Worksheet, areas: Sequence[tuple[str, str, str]]) -> dict[str, str]:
    """Fills the lists behind the drop-downs; the answer says per list where it stands."""
    values = {
        "indicator": list(catalogue()),
        "gebied_code": [code for code, _, _ in areas],
        "uitsplitsing": list(dict.fromkeys(value.waarde for found in breakdowns().values() for value in found)),
        "noemer": list(NOEMERS),
        "periode_soort": list(PERIODE_SOORTEN),
        "eenheid": list(dict.fromkeys(indicator.eenheid for indicator in catalogue().values())),
    }
    ranges = {}
    names = [*values, "gebied_naam", "niveau"]
    _head(sheet, 1, names)
    for index, (name, entries) in enumerate(values.items(), 1):
        for row, entry in enumerate(entries, 2):
            sheet.cell(row, index, entry)
        letter = get_column_letter(index)
        ranges[name] = f"{quote_sheetname(LIJSTEN)}!${letter}$2:${letter}${max(2, len(entries) + 1)}"
    for row, (_, name, level) in enumerate(areas, 2):
        _as_text(sheet.cell(row, len(values) + 1), name)
        sheet.cell(row, len(values) + 2, level)
    return ranges


def _figures(sheet: Worksheet, ranges: dict[str, str]) -> None:
    _head(sheet, 1, list(columns()))
    for index, column in enumerate(columns().values(), 1):
        letter = get_column_letter(index)
        # On the column, so that cells that do not exist yet have it: Excel must not turn 01530101 into a number.
        sheet.column_dimensions[letter].number_format = _FORMATS[column.soort]
        sheet.column_dimensions[letter].width = column.breedte
        cells = f"{letter}2:{letter}{LAST_ROW}"
        if column.kolom in ranges:
            chosen = DataValidation(type="list", formula1=ranges[column.kolom], allow_blank=True)
            _validate(sheet, cells, chosen, f"Kies {column.kolom} uit de lijst (het blad {INDICATOREN} legt uit).")
        elif column.soort == "datum":
            days = DataValidation(type="date", operator="between", formula1="DATE(2000,1,1)", formula2="DATE(2099,12,31)")
            _validate(sheet, cells, days, "Vul een datum in als dd-mm-jjjj.")
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns()))}1"
    sheet.print_title_rows = "1:1"


def _indicators(sheet: Worksheet, ranges: dict[str, str]) -> None:
    own = [OWN_PREFIX + name for name in CONFIRMED]
    names = [*INDICATOR_COLUMNS, *own]
    _head(sheet, 1, names)
    for row, indicator in enumerate(catalogue().values(), 2):
        for index, name in enumerate(names, 1):
            value = getattr(indicator, name.removeprefix(OWN_PREFIX))
            cell = sheet.cell(row, index, {True: "ja", False: "nee"}[value] if isinstance(value, bool) else value)
            cell.alignment = _WRAPPED
            cell.border = _LINE
            if name in own:
                cell.fill = _INPUT
        sheet.row_dimensions[row].height = 15.5 * max(1 + len(indicator.omschrijving) // 62, 1 + len(indicator.naam) // 34)
    last = len(catalogue()) + 1
    for index, name in enumerate(names, 1):
        letter = get_column_letter(index)
        sheet.column_dimensions[letter].width = _INDICATOR_WIDTHS.get(name, 16)
        if name in own:
            chosen = DataValidation(type="list", formula1=ranges[name.removeprefix(OWN_PREFIX)], allow_blank=True)
            _validate(sheet, f"{letter}2:{letter}{last}", chosen, "Kies uit de lijst.")
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(names))}{last}"
    sheet.print_title_rows = "1:1"


def _head(sheet: Worksheet, row: int, names: Sequence[str]) -> None:
    for index, name in enumerate(names, 1):
        cell = sheet.cell(row, index, name)
        cell.font = Font(name=_FONT, bold=True, color="FFFFFF")
        cell.fill = _HEAD
        cell.alignment = Alignment(vertical="center")
    sheet.row_dimensions[row].height = 20


def _validate(sheet: Worksheet, cells: str, validation: DataValidation, message: str) -> None:
    validation.showErrorMessage = True
    validation.errorTitle = "Niet zoals afgesproken"
    validation.error = message
    validation.add(cells)
    sheet.add_data_validation(validation)


def _as_text(cell: Cell | MergedCell, value: str) -> None:
    """A name that begins with ``=`` stays a text."""
    cell.value = value
    cell.data_type = "s"
