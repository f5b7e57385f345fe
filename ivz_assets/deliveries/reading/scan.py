"""Looks through a sheet's own records for what a reader hides: formulas, Excel errors, far cells. Judging comes later.

calamine gives the cached value of a formula and an empty text for an error, so both would pass unseen.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.parsers import expat

from .cells import address, position
from .parts import sheet_parts

CHUNK_BYTES = 1 << 20
SMALL_BYTES = 4_000_000
"""A sheet up to this size is parsed exactly before a reader opens it, in some tenths of a second."""
MAX_FINDINGS = 10_000
OVERLAP = 16
ERROR_MARKS = (b't="e"', b"t='e'")
FORMULA_ENDS = (b">", b" ", b"/", b"\t", b"\r", b"\n")


@dataclass
class Findings:
    """Cells of one sheet, in the order of the file; rows from 1, columns from 0."""

    formulas: list[tuple[int, int]] = field(default_factory=list)
    errors: list[tuple[int, int, str]] = field(default_factory=list)
    last_row: int = 0
    last_column: int = -1
    far: str = ""
    """The cell furthest to the right, or the lowest when all are in the first columns."""


def scan_small(package: zipfile.ZipFile, parts: dict[str, str]) -> dict[str, Findings]:
    """Exact findings of the sheets that are small, or say that they reach far."""
    return {
        sheet: parse(package, part)
        for sheet, part in parts.items()
        if package.getinfo(part).file_size <= SMALL_BYTES or declares_far_cell(package, part)
    }


def scan_large(path: Path, kind: str, known: dict[str, Findings]) -> dict[str, Findings]:
    """Findings of the other sheets: a cheap search first, and an exact pass only when it finds something."""
    found = dict(known)
    with zipfile.ZipFile(path) as package:
        for sheet, part in sheet_parts(package, kind).items():
            if sheet not in found:
                found[sheet] = parse(package, part) if has_marks(package, part) else Findings()
    return found


def declares_far_cell(package: zipfile.ZipFile, part: str) -> bool:
    """Does the sheet's own dimension go beyond some hundred columns? Some writers say so without such a cell."""
    with package.open(part) as source:
        start = source.read(4096)
    place = start.find(b"dimension")
    reference = start[place : place + 60].replace(b"'", b'"').split(b'"')
    last = reference[1].decode("ascii", "replace").rpartition(":")[2] if place >= 0 and len(reference) > 1 else "A1"
    try:
        return position(last.replace("$", ""))[1] > 255
    except ValueError:
        return False


def chunks(package: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """The unpacked part, piece by piece."""
    with package.open(part) as source:
        while chunk := source.read(CHUNK_BYTES):
            yield chunk


def has_marks(package: zipfile.ZipFile, part: str) -> bool:
    """Can the sheet hold a formula or an error? Searching bytes costs a tenth of reading the cells."""
    tail = b""
    formula = b""
    for chunk in chunks(package, part):
        # The cells of a sheet carry the prefix of its root: <x:worksheet> has <x:f>
        formula = formula or b"<" + chunk[: chunk.find(b"worksheet")].rpartition(b"<")[2] + b"f"
        text = tail + chunk
        if any(mark in text for mark in ERROR_MARKS):
            return True
        if formula in text and any(formula + end in text for end in FORMULA_ENDS):  # not <formula>, <formatCode>
            return True
        tail = text[-OVERLAP:]
    return False


class CellParser:
    """Follows rows and cells of a sheet in XML."""

    def __init__(self) -> None:
        self.findings = Findings()
        self.row = 0
        self.column = -1
        self.error: list[str] | None = None
        self.in_value = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name == "c":
            self.start_cell(attributes)
        elif name == "row":
            self.row = int(attributes.get("r", self.row + 1))
            self.column = -1
        elif name in ("v", "is", "f"):
            self.filled(name)

    def start_cell(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("r")
        if reference:
            self.row, self.column = position(reference)
        else:
            self.column += 1
        self.error = [] if attributes.get("t") == "e" else None

    def filled(self, name: str) -> None:
        findings = self.findings
        if name == "f" and len(findings.formulas) < MAX_FINDINGS:
            findings.formulas.append((self.row, self.column))
        if self.column > max(findings.last_column, 255) or (findings.last_column <= 255 and self.row > findings.last_row):
            findings.far = address(self.row, self.column)
        findings.last_row = max(findings.last_row, self.row)
        findings.last_column = max(findings.last_column, self.column)
        self.in_value = name == "v"

    def text(self, text: str) -> None:
        if self.in_value and self.error is not None:
            self.error.append(text)

    def end(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        if name == "v":
            self.in_value = False
        elif name == "c" and self.error is not None:
            if len(self.findings.errors) < MAX_FINDINGS:
                self.findings.errors.append((self.row, self.column, "".join(self.error)))
            self.error = None


def parse(package: zipfile.ZipFile, part: str) -> Findings:
    """Exact findings of one sheet."""
    cells = CellParser()
    parser: Any = expat.ParserCreate()
    parser.StartElementHandler = cells.start
    parser.EndElementHandler = cells.end
    parser.CharacterDataHandler = cells.text
    for chunk in chunks(package, part):
        parser.Parse(chunk)
    parser.Parse(b"", True)
    return cells.findings
