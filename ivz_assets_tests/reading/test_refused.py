"""Every refusal: its rule, and that file, sheet, cell and remedy are named. The fixture checks that nothing is left."""

from __future__ import annotations

import csv
import io
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from ivz_assets.deliveries.reading import refusal as refusals
from ivz_assets.weekmonitor.reading import reader
from ivz_assets.weekmonitor.reading.reader import RefusedDelivery

from .files import FIXTURES, HEAD, binary_workbook, protect, replace_part, row, text_file, workbook

Refused = Callable[..., RefusedDelivery]
SHEET_PART = "xl/worksheets/sheet1.xml"


def sheet(path: Path, *rows: list[Any]) -> Path:
    """A workbook with one sheet ``Blad1``."""
    return workbook(path, {"Blad1": rows})


def test_missing_columns_are_named(refused: Refused, tmp_path: Path) -> None:
    rows = [[*cells[:2], *cells[3:12], *cells[13:]] for cells in (HEAD, row())]
    refusal = refused("ontbrekende_kolom", sheet(tmp_path / "week.xlsx", ["Titel"], *rows))
    assert (refusal.sheet, refusal.cell) == ("Blad1", "A2:N2")
    assert "missing 'CBS-buurt (code)', 'Aangifte (J/N)'." in refusal.message
    assert "niet gevonden 'CBS-buurt (code)', 'Aangifte (J/N)'." in refusal.bericht


def test_missing_most_columns(refused: Refused, tmp_path: Path) -> None:
    refusal = refused("ontbrekende_kolom", sheet(tmp_path / "week.xlsx", HEAD[:4], row()[:4]))
    assert "'Plaatsnaam'" in refusal.message


def test_missing_y_column(refused: Refused, tmp_path: Path) -> None:
    refusal = refused("ontbrekende_kolom", sheet(tmp_path / "week.xlsx", [*HEAD[:-1], "X coördinaat"], row()))
    assert "missing locatie_y" in refusal.message.replace("'", "")


def test_extra_column_is_named(refused: Refused, tmp_path: Path) -> None:
    rows = [[*HEAD[:3], "Adres", *HEAD[3:], "Naam"], [*row()[:3], "Dorpsstraat 1", *row()[3:], "Jansen"]]
    refusal = refused("extra_kolom", sheet(tmp_path / "week.xlsx", *rows))
    assert (refusal.sheet, refusal.cell, refusal.value) == ("Blad1", "D1", "Adres")
    assert "'Naam' in R1" in refusal.message
    assert "Dorpsstraat" not in refusal.message + refusal.bericht


def test_extra_column_with_a_name_and_no_values(refused: Refused, tmp_path: Path) -> None:
    assert refused("extra_kolom", sheet(tmp_path / "week.xlsx", [*HEAD, "Straat"], row())).cell == "Q1"


def test_values_in_a_column_without_a_name(refused: Refused, tmp_path: Path) -> None:
    rows = [HEAD, row(), [], [*row(), "", "Dorpsstraat 1"]]
    refusal = refused("kolom_zonder_kop", workbook(tmp_path / "week.xlsx", {"Blad1": rows}, first=(1, 1)))
    assert (refusal.sheet, refusal.cell, refusal.value) == ("Blad1", "S5", None)
    assert "Dorpsstraat" not in refusal.message + refusal.bericht


@pytest.mark.parametrize(("extra", "first"), [("woonplaats", "E1"), ("Locatie X", "P1")])
def test_doubled_column(refused: Refused, tmp_path: Path, extra: str, first: str) -> None:
    refusal = refused("dubbele_kolom", sheet(tmp_path / "week.xlsx", [*HEAD, extra], [*row(), "1"]))
    assert refusal.cell == "Q1"
    assert f"first in {first}" in refusal.message


def test_no_header(refused: Refused, tmp_path: Path) -> None:
    refusal = refused("geen_kop", workbook(tmp_path / "week.xlsx", {"Blad1": [row()], "Blad2": []}))
    assert "Blad1, Blad2" in refusal.message


def test_header_too_far_down(refused: Refused, tmp_path: Path) -> None:
    refused("geen_kop", sheet(tmp_path / "week.xlsx", *[["x"]] * 50, HEAD, row()))


def test_no_rows(refused: Refused, tmp_path: Path) -> None:
    refusal = refused("geen_rijen", sheet(tmp_path / "week.xlsx", HEAD, ["", " "], ["Totaal", "0"]))
    assert refusal.sheet == "Blad1"
    assert "row 1" in refusal.message


def test_two_data_sheets_that_differ(refused: Refused, tmp_path: Path) -> None:
    sheets = {"Blad1": [HEAD, row(1)], "Blad2": [HEAD, row(2)]}
    refusal = refused("twee_gegevensbladen", workbook(tmp_path / "week.xlsx", sheets))
    assert (refusal.sheet, refusal.value) == ("Blad1", "Blad2")


def test_second_data_sheet_with_an_address(refused: Refused, tmp_path: Path) -> None:
    sheets = {"Blad1": [HEAD, row(1)], "Blad2": [[*HEAD, "Adres"], row(1)]}
    refusal = refused("extra_kolom", workbook(tmp_path / "week.xlsx", sheets))
    assert (refusal.sheet, refusal.cell) == ("Blad2", "Q1")


@pytest.mark.parametrize("cached", [True, False])
def test_formula_among_the_data(refused: Refused, tmp_path: Path, cached: bool) -> None:
    path = sheet(tmp_path / "week.xlsx", HEAD, row(), row(buurt_code=1))
    value = b"<v>1</v>" if cached else b""
    replace_part(path, SHEET_PART, b'<c r="C3"><v>1</v></c>', b'<c r="C3"><f>0+1</f>' + value + b"</c>")
    refusal = refused("formule", path)
    assert (refusal.sheet, refusal.cell) == ("Blad1", "C3")


def test_nothing_but_formulas(refused: Refused, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(HEAD)
    book.active.append([f'="{cell}"' for cell in row()])
    book.save(tmp_path / "week.xlsx")
    assert refused("formule", tmp_path / "week.xlsx").cell == "A2"


def test_formula_in_a_large_sheet(refused: Refused, tmp_path: Path) -> None:
    many = [row(number) for number in range(9000)]
    path = sheet(tmp_path / "week.xlsx", HEAD, *many, row(buurt_code=1))
    replace_part(path, SHEET_PART, b'<c r="C9002"><v>1</v>', b'<c r="C9002"><f t="shared" si="0"/><v>1</v>')
    assert refused("formule", path).cell == "C9002"


def test_formula_with_a_namespace_prefix(refused: Refused, tmp_path: Path) -> None:
    path = sheet(tmp_path / "week.xlsx", HEAD, row(buurt_code=1), *[row(number) for number in range(9000)])
    with zipfile.ZipFile(path) as package:
        plain = package.read(SHEET_PART)
    marked = plain.replace(b'<c r="C2"><v>', b'<c r="C2"><f>0+1</f><v>')
    prefixed = marked.replace(b"</", b"</x:").replace(b"<", b"<x:").replace(b"<x:/x:", b"</x:").replace(b"<x:?", b"<?")
    prefixed = prefixed.replace(b" xmlns=", b" xmlns:x=")
    assert len(prefixed) > 4_000_000
    refusal = refused("formule", replace_part(path, SHEET_PART, plain, prefixed))
    assert refusal.cell == "C2"


def test_error_value_among_the_data(refused: Refused, tmp_path: Path) -> None:
    path = sheet(tmp_path / "week.xlsx", HEAD, row(), row(buurt_code=1))
    replace_part(path, SHEET_PART, b'<c r="C3"><v>1</v></c>', b'<c r="C3" t="e"><v>#N/A</v></c>')
    refusal = refused("foutwaarde", path)
    assert (refusal.sheet, refusal.cell, refusal.value) == ("Blad1", "C3", "#N/A")


def test_formula_and_error_in_xlsb(refused: Refused, tmp_path: Path) -> None:
    path = binary_workbook(tmp_path / "week.xlsb", [HEAD, row(), row()], formula=(2, 2))
    assert refused("formule", path).cell == "C3"
    path = binary_workbook(tmp_path / "week.xlsb", [HEAD, row(), row(plaatsnaam="#N/A")])
    refusal = refused("foutwaarde", path)
    assert (refusal.cell, refusal.value) == ("E3", "#N/A")


def test_formula_in_xls(refused: Refused) -> None:
    refusal = refused("formule", FIXTURES / "formula.xls")
    assert (refusal.sheet, refusal.cell) == ("Weekmonitor", "C3")


def test_password(refused: Refused, tmp_path: Path) -> None:
    path = protect(workbook(tmp_path / "plain.xlsx"), tmp_path / "week.xlsx", "geheim")
    assert "IVZ_WORKBOOK_PASSWORD" in refused("versleuteld", path).message
    for wrong in ("Geheim", "x" * 300):
        assert wrong not in refused("wachtwoord_onjuist", path, wrong).message


def test_password_of_xls(refused: Refused) -> None:
    refused("versleuteld", FIXTURES / "protected.xls")
    refused("wachtwoord_onjuist", FIXTURES / "protected.xls", "Geheim")


@pytest.mark.parametrize("name", ["week.ods", "week.pdf", "week", "week.xlsx.exe"])
def test_file_types(refused: Refused, tmp_path: Path, name: str) -> None:
    refused("bestandstype", workbook(tmp_path / "week.xlsx").rename(tmp_path / name))


def other_zip() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        # Its moment is fixed: every worker must collect a test of the same name.
        package.writestr(zipfile.ZipInfo("word/document.xml"), "<document/>")
    return target.getvalue()


@pytest.mark.parametrize(
    ("contents", "what"),
    [(b"<html><table/></html>", "web page"), (b"%PDF-1.7", "unknown"), (other_zip(), "another kind"), (b"a;b\n", "")],
)
def test_not_a_workbook(refused: Refused, tmp_path: Path, contents: bytes, what: str) -> None:
    path = tmp_path / "week.xlsx"
    path.write_bytes(contents)
    assert what in refused("geen_werkmap", path).message


def test_empty_file(refused: Refused, tmp_path: Path) -> None:
    (tmp_path / "week.xlsx").touch()
    refused("leeg_bestand", tmp_path / "week.xlsx")


@pytest.mark.parametrize("share", [0.001, 0.3, 0.9, 0.99])
def test_truncated_workbook(refused: Refused, tmp_path: Path, share: float) -> None:
    path = workbook(tmp_path / "week.xlsx")
    whole = path.read_bytes()
    path.write_bytes(whole[: max(int(len(whole) * share), 3)])
    refused("beschadigd", path)


@pytest.mark.parametrize("name", ["plain.xls", "protected.xls"])
def test_truncated_xls(refused: Refused, tmp_path: Path, name: str) -> None:
    path = tmp_path / "week.xls"
    path.write_bytes((FIXTURES / name).read_bytes()[:700])
    refused("beschadigd", path, "geheim")


def test_damaged_sheet(refused: Refused, tmp_path: Path) -> None:
    path = workbook(tmp_path / "week.xlsx")
    refused("beschadigd", replace_part(path, SHEET_PART, b"</row>", b"</rij>"))


def test_damaged_bytes(refused: Refused, tmp_path: Path) -> None:
    path = workbook(tmp_path / "week.xlsx", {"Blad1": [HEAD, *[row(number) for number in range(300)]]})
    contents = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as package:
        start = package.getinfo(SHEET_PART).header_offset + 200
    contents[start : start + 200] = bytes(200)
    path.write_bytes(contents)
    refused("beschadigd", path)


def test_csv_with_a_lost_quotation_mark(refused: Refused, tmp_path: Path) -> None:
    path = text_file(tmp_path / "week.csv", [HEAD, row(), row()])
    path.write_bytes(path.read_bytes()[:-30])
    assert "line" in refused("beschadigd", path).message


def test_csv_with_a_longer_row(refused: Refused, tmp_path: Path) -> None:
    rows = [HEAD, *[row()] * 60, [*row(), "Dorpsstraat 1"]]
    refusal = refused("beschadigd", text_file(tmp_path / "week.csv", rows))
    assert "record 62" in refusal.message
    assert "Dorpsstraat" not in refusal.message


def test_too_large(refused: Refused, tmp_path: Path) -> None:
    path = workbook(tmp_path / "week.xlsx", {"Blad1": [HEAD, *[row(number) for number in range(40)]]})
    size = path.stat().st_size
    assert f"{size} bytes" in refused("te_groot_bestand", path, max_bytes=size - 1).message
    assert "9000 bytes" in refused("te_groot_uitgepakt", path, max_unpacked_bytes=9000).message
    refusal = refused("te_veel_rijen", path, max_rows=39)
    assert (refusal.sheet, "39 rows (from row 41 on)" in refusal.message) == ("Blad1", True)


def test_texts_are_complete() -> None:
    with refusals.TEXTS.open(encoding="utf-8", newline="") as source:
        rows = list(csv.DictReader(source))
    assert len({text["rule"] for text in rows}) == len(rows)
    for text in rows:
        assert all(text[name].strip() for name in ("rule", "message", "remedy", "bericht", "wat_te_doen"))


def test_every_rule_in_the_code_has_a_text() -> None:
    import re

    folders = (Path(refusals.__file__).parent, Path(reader.__file__).parent)
    files = [file for folder in folders for file in folder.glob("*.py")]
    used = {rule for file in files for rule in re.findall(r'RefusedDelivery\(\s*"(\w+)"', file.read_text())}
    assert used == set(refusals.refusal_texts())


def test_a_refusal_survives_another_process() -> None:
    refusal = RefusedDelivery("extra_kolom", "week.xlsx", sheet="Blad1", cell="D1", value="A\x1b[31m" * 90, columns="{x}")
    copy = pickle.loads(pickle.dumps(refusal))
    assert (copy.message, copy.bericht, copy.as_dict()) == (refusal.message, refusal.bericht, refusal.as_dict())
    assert len(refusal.value or "") == 80
    assert "\x1b" not in refusal.message


def test_a_text_file_that_was_cut_off_in_a_record(refused: Refused, tmp_path: Path) -> None:
    whole = ["A20", "Inbraak", "BU01530101", "Stad", "Enschede", *["05-01-2026"] * 3, "10:00", "", "", "", "J", "N", "", ""]
    line = ";".join(whole)
    path = tmp_path / "afgebroken.csv"
    path.write_text(f"{';'.join(HEAD)}\n{line}\n{line[:40]}", encoding="utf-8")
    refusal = refused("beschadigd", path)
    assert "record 3" in refusal.message
