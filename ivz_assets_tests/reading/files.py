"""Makes the files that the tests deliver: workbooks of every kind, whole, odd and hostile. No assertions here."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter
from msoffcrypto.format.ooxml import OOXMLFile

from ivz_assets.weekmonitor.reading.header import fields

HEAD = list(fields().values())
FIELDS = list(fields())
FIXTURES = Path(__file__).parent / "fixtures"


def row(number: int = 1, **changes: Any) -> list[Any]:
    """One registration, all text."""
    values: dict[str, Any] = dict.fromkeys(FIELDS, "")
    values |= {
        "maatschappelijke_klasse": "F111",
        "maatschappelijke_klasse_omschrijving": "Diefstal uit woning",
        "buurt_code": "BU01530101",
        "buurt_naam": f"Buurt {number}",
        "plaatsnaam": "Enschede",
        "datum_registratie": "05-01-2026",
        "datum_kennisname": "05-01-2026",
        "begindatum": "04-01-2026",
        "begintijd": "23:10",
        "einddatum": "05-01-2026",
        "eindtijd": "07:30",
        "dagdeel": "nacht",
        "aangifte": "J",
        "poging": "N",
        "locatie_xy": "257123,471456",
    }
    return list((values | changes).values())


def workbook(
    path: Path,
    sheets: Mapping[str, Sequence[Sequence[Any]]] | None = None,
    *,
    hidden: Sequence[str] = (),
    first: tuple[int, int] = (0, 0),
    date_1904: bool = False,
) -> Path:
    """An .xlsx with these rows per sheet, texts as texts; ``first`` is where the rows begin."""
    options = {"strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(str(path), {**options, "date_1904": date_1904})
    for name, rows in (sheets or {"Weekmonitor": [HEAD, row(1), row(2)]}).items():
        sheet = book.add_worksheet(name)
        if name in hidden:
            sheet.hide()
        for number, cells in enumerate(rows, first[0]):
            for column, cell in enumerate(cells, first[1]):
                if isinstance(cell, str):
                    if cell:
                        sheet.write_string(number, column, cell)
                else:
                    sheet.write(number, column, cell)
    shown = next(sheet for sheet in book.worksheets() if sheet.get_name() not in hidden)
    shown.activate()
    book.close()
    return path


def text_file(path: Path, rows: Sequence[Sequence[str]], *, delimiter: str = ";", encoding: str = "utf-8") -> Path:
    """A .csv with every cell in quotation marks."""
    lines = [delimiter.join('"' + cell.replace('"', '""') + '"' for cell in cells) for cells in rows]
    path.write_bytes("".join(line + "\r\n" for line in lines).encode(encoding))
    return path


def protect(plain: Path, path: Path, password: str) -> Path:
    """The workbook with a password."""
    target = io.BytesIO()
    with plain.open("rb") as source:
        OOXMLFile(source).encrypt(password, target)
    path.write_bytes(target.getvalue())
    return path


def replace_part(path: Path, part: str, old: bytes, new: bytes) -> Path:
    """Change bytes in one part of a workbook."""
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    assert old in parts[part]
    parts[part] = parts[part].replace(old, new, 1)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, contents in parts.items():
            package.writestr(name, contents)
    return path


def record(kind: int, body: bytes = b"") -> bytes:
    """One record of an .xlsb part."""
    head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size = len(body)
    length = b""
    while True:
        size, low = size >> 7, size & 0x7F
        length += bytes([low | (0x80 if size else 0)])
        if not size:
            return head + length + body


def wide(text: str) -> bytes:
    """A counted text of an .xlsb part."""
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def binary_workbook(path: Path, rows: Sequence[Sequence[str]], *, formula: tuple[int, int] | None = None) -> Path:
    """An .xlsb of texts, written record by record; ``formula`` is the row and column (from 0) of a cell with a formula.

    A cell with the text ``#N/A`` becomes the error of that name.
    """
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    link = '<Relationship Id="{}" Type="' + relations + '/{}" Target="{}"/>'
    links = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
    sheet = record(129) + record(148, struct.pack("<IIII", 0, len(rows) - 1, 0, len(rows[0]) - 1)) + record(145)
    for number, cells in enumerate(rows):
        sheet += record(0, struct.pack("<IIHHBI", number, 0, 300, 0, 0, 0))
        for column, cell in enumerate(cells):
            place = struct.pack("<II", column, 0)
            if (number, column) == formula:
                sheet += record(8, place + wide(cell) + struct.pack("<HII", 0, 0, 0))
            elif cell == "#N/A":
                sheet += record(3, place + bytes([42]))
            elif cell:
                sheet += record(6, place + wide(cell))
    sheet += record(146) + record(130)
    bundle = struct.pack("<II", 0, 1) + wide("rId1") + wide("Weekmonitor")
    book = record(131) + record(143) + record(156, bundle) + record(144) + record(132)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("_rels/.rels", links.format(link.format("rId1", "officeDocument", "xl/workbook.bin")))
        package.writestr("xl/_rels/workbook.bin.rels", links.format(link.format("rId1", "worksheet", "worksheets/s.bin")))
        package.writestr("xl/workbook.bin", book)
        package.writestr("xl/worksheets/s.bin", sheet)
    return path


def far_cell(path: Path, *, dimension: str = "A1:XFD1048576") -> Path:
    """A workbook of some kilobytes with one filled cell in the last corner of the sheet."""
    workbook(path)
    cell = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    replace_part(path, "xl/worksheets/sheet1.xml", b"</sheetData>", cell)
    return replace_part(path, "xl/worksheets/sheet1.xml", b'ref="A1:P3"', f'ref="{dimension}"'.encode())
