"""The same search as ``scan`` for the binary formats .xlsb and .xls. Judging the findings comes later."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

from .parts import binary_records, sheet_parts
from .scan import MAX_FINDINGS, Findings

XLSB_ROW = 0
XLSB_CELL_ERROR = 3
XLSB_FORMULAS = (8, 9, 10, 11)
XLS_FORMULA = 0x0006
XLS_BOOL_OR_ERROR = 0x0205
XLS_SHEET = 0x0085
XLS_END = 0x000A
ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}


def scan_xlsb(path: Path) -> dict[str, Findings]:
    """Findings of every sheet of an .xlsb."""
    with zipfile.ZipFile(path) as package:
        return {sheet: xlsb_sheet(package.read(part)) for sheet, part in sheet_parts(package, "xlsb").items()}


def xlsb_sheet(contents: bytes) -> Findings:
    """Findings of one sheet of an .xlsb."""
    findings, row = Findings(), 0
    for record, body in binary_records(contents):
        if record == XLSB_ROW:
            row = int.from_bytes(body[:4], "little") + 1
        elif record in XLSB_FORMULAS and len(findings.formulas) < MAX_FINDINGS:
            findings.formulas.append((row, int.from_bytes(body[:4], "little")))
        elif record == XLSB_CELL_ERROR and len(findings.errors) < MAX_FINDINGS:
            findings.errors.append((row, int.from_bytes(body[:4], "little"), ERRORS.get(body[8], "#N/A")))
    return findings


def scan_xls(path: Path) -> dict[str, Findings]:
    """Findings of every sheet of an .xls; an older stream than Excel 97 is not searched."""
    import olefile

    with olefile.OleFileIO(str(path)) as container:
        if not container.exists("Workbook"):
            return {}
        stream = container.openstream("Workbook").read()
    sheets = {}
    place = 0
    while place + 4 <= len(stream):
        record, size = struct.unpack_from("<HH", stream, place)
        if record == XLS_SHEET:
            start, _, length, wide = struct.unpack_from("<IHBB", stream, place + 4)
            raw = stream[place + 12 : place + 12 + length * (2 if wide & 1 else 1)]
            sheets[raw.decode("utf-16-le" if wide & 1 else "latin-1")] = start
        elif record == XLS_END:
            break
        place += 4 + size
    return {sheet: xls_sheet(stream, start) for sheet, start in sheets.items()}


def xls_sheet(stream: bytes, place: int) -> Findings:
    """Findings of the sheet that begins at this place in the stream."""
    findings = Findings()
    depth = 0
    while place + 4 <= len(stream):
        record, size = struct.unpack_from("<HH", stream, place)
        if record == 0x0809:  # charts inside a sheet begin and end like the sheet itself
            depth += 1
        elif record == XLS_END:
            depth -= 1
            if depth == 0:
                break
        elif record in (XLS_FORMULA, XLS_BOOL_OR_ERROR) and depth == 1:
            row, column = struct.unpack_from("<HH", stream, place + 4)
            if record == XLS_FORMULA and len(findings.formulas) < MAX_FINDINGS:
                findings.formulas.append((row + 1, column))
            elif record == XLS_BOOL_OR_ERROR and stream[place + 11] == 1 and len(findings.errors) < MAX_FINDINGS:
                findings.errors.append((row + 1, column, ERRORS.get(stream[place + 10], "#N/A")))
        place += 4 + size
    return findings
