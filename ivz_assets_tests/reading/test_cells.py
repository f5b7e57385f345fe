"""Reading all cells of a small workbook: what is handed over, what is named instead, what is refused."""

from __future__ import annotations

import dataclasses
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.cell import Cell

from ivz_assets.deliveries.reading import sheets
from ivz_assets.deliveries.reading.limits import Limits
from ivz_assets.deliveries.reading.reader import LostCell, ReadCells, read_cells
from ivz_assets.deliveries.reading.refusal import RefusedDelivery
from ivz_assets_tests.reading.conftest import LIMITS


def reading(path: Path, **limits: Any) -> ReadCells:
    """Reads a file; nothing may stay behind."""
    scratch = path.parent / "scratch"
    try:
        return read_cells(path, limits=dataclasses.replace(LIMITS, **limits), scratch=scratch)
    finally:
        assert list(scratch.iterdir()) == []


def test_cells_stand_where_excel_shows_them_and_keep_their_types(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    first = book.active
    assert first is not None
    first.title = "Cijfers"
    for place, value in {
        "B2": "GM0153", "C2": 2025, "D2": 12.5, "E2": True, "B3": date(2025, 1, 1), "C3": datetime(2025, 1, 1, 12, 30),
        "D3": "=1+1", "B5": " ",
    }.items():  # fmt: skip
        first[place] = value
    error = first["E3"]
    assert isinstance(error, Cell)
    error.value, error.data_type = "#N/A", "e"
    book.create_sheet("Leeg")
    book.create_sheet("Oud")["A1"] = "verborgen"
    book["Oud"].sheet_state = "hidden"
    book.save(tmp_path / "cijfers.xlsx")
    assert reading(tmp_path / "cijfers.xlsx") == ReadCells(
        sheets={
            "Cijfers": [[], ["", "GM0153", 2025, 12.5, True], ["", date(2025, 1, 1), datetime(2025, 1, 1, 12, 30)]],
            "Leeg": [],
        },
        hidden=("Oud",),
        lost=(LostCell("Cijfers", "E3", "#N/A"), LostCell("Cijfers", "D3", "formule zonder waarde")),
    )


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_csv_is_one_sheet_of_texts(tmp_path: Path, delimiter: str) -> None:
    path = tmp_path / "cijfers.csv"
    path.write_bytes(f'\n"gebied{delimiter}code"{delimiter}waarde\nGM0153{delimiter}één{delimiter}\n'.encode("cp1252"))
    assert reading(path).sheets == {"csv": [[], [f"gebied{delimiter}code", "waarde"], ["GM0153", "één"]]}


def test_too_many_rows_are_refused_and_empty_ones_do_not_count(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (1, 2, 9):
        sheet.cell(row, 1).value = " " if row == 9 else "x"
    book.save(tmp_path / "cijfers.xlsx")
    assert reading(tmp_path / "cijfers.xlsx", max_rows=2).sheets == {"Sheet": [["x"], ["x"]]}
    with pytest.raises(RefusedDelivery) as refused:
        reading(tmp_path / "cijfers.xlsx", max_rows=1)
    assert (refused.value.rule, refused.value.sheet, refused.value.file) == ("te_veel_rijen", "Sheet", "cijfers.xlsx")


@pytest.fixture
def gather(monkeypatch: pytest.MonkeyPatch) -> sheets.Gather:
    """Room for three cells and ten characters."""
    monkeypatch.setattr(sheets, "MOST_CELLS", 3)
    return sheets.Gather(Limits(1, 10, 100, 1, 1))


def test_many_cells_are_refused(gather: sheets.Gather) -> None:
    gather.add("een", [["a", "", "b"]])
    with pytest.raises(RefusedDelivery, match=r"sheet 'twee', row 2: more than 3 filled cells"):
        gather.add("twee", [[""], ["c"]])


def test_long_texts_are_refused(gather: sheets.Gather) -> None:
    with pytest.raises(RefusedDelivery) as refused:
        gather.add("een", [["12345"], ["123456"]])
    assert refused.value.rule == "te_groot_uitgepakt"


def test_what_is_no_workbook_is_refused_by_the_same_guards(tmp_path: Path) -> None:
    path = tmp_path / "cijfers.xlsx"
    path.write_bytes(b"<html></html>")
    with pytest.raises(RefusedDelivery) as refused:
        reading(path)
    assert (refused.value.rule, refused.value.file) == ("geen_werkmap", "cijfers.xlsx")
