"""Which part of a workbook package holds which sheet. What is in the part is not looked at here."""

from __future__ import annotations

import posixpath
import struct
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree

MAX_INDEX_BYTES = 20_000_000
BUNDLE_SHEET = 156


def sheet_parts(package: zipfile.ZipFile, kind: str) -> dict[str, str]:
    """Part name of every sheet name; sheets without a part in the package are left out."""
    names = {part.lower(): part for part in package.namelist()}
    book = f"xl/workbook.{'bin' if kind == 'xlsb' else 'xml'}"
    index = f"xl/_rels/workbook.{'bin' if kind == 'xlsb' else 'xml'}.rels"
    targets = {
        link.get("Id", ""): posixpath.normpath(posixpath.join("/xl", link.get("Target", ""))).lstrip("/")
        for link in ElementTree.fromstring(small_part(package, names.get(index, index)))
    }
    contents = small_part(package, names.get(book, book))
    sheets = binary_sheets(contents) if kind == "xlsb" else xml_sheets(contents)
    found = {sheet: names.get(targets.get(link, "").lower()) for sheet, link in sheets}
    return {sheet: part for sheet, part in found.items() if part}


def small_part(package: zipfile.ZipFile, name: str) -> bytes:
    """A part that is small in every real workbook. A document type is never needed, and could unfold without end."""
    with package.open(name) as part:
        contents = part.read(MAX_INDEX_BYTES)
    if b"<!DOCTYPE" in contents:
        raise ValueError("document type in a workbook part")
    return contents


def xml_sheets(contents: bytes) -> Iterator[tuple[str, str]]:
    """Sheet name and link of every sheet in workbook.xml."""
    for element in ElementTree.fromstring(contents).iter():
        if local_name(element.tag) == "sheet":
            link = next((value for key, value in element.attrib.items() if local_name(key) == "id"), "")
            yield element.get("name", ""), link


def binary_sheets(contents: bytes) -> Iterator[tuple[str, str]]:
    """Sheet name and link of every sheet in workbook.bin."""
    for record, body in binary_records(contents):
        if record == BUNDLE_SHEET:
            link, rest = wide_text(body[8:])
            yield wide_text(rest)[0], link


def wide_text(body: bytes) -> tuple[str, bytes]:
    """A counted UTF-16 text and what follows it."""
    (length,) = struct.unpack_from("<I", body)
    end = 4 + 2 * length
    return body[4:end].decode("utf-16-le"), body[end:]


def binary_records(contents: bytes) -> Iterator[tuple[int, bytes]]:
    """Record type and body of every record in an .xlsb part: both counts are in groups of seven bits."""
    place = 0
    while place < len(contents):
        record = contents[place]
        place += 1
        if record & 0x80:
            record = (record & 0x7F) | (contents[place] & 0x7F) << 7
            place += 1
        size = 0
        for shift in (0, 7, 14, 21):
            byte = contents[place]
            place += 1
            size |= (byte & 0x7F) << shift
            if not byte & 0x80:
                break
        yield record, contents[place : place + size]
        place += size


def local_name(tag: str) -> str:
    """A tag or attribute without its namespace."""
    return tag.rpartition("}")[2]
