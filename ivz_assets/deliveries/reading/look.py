"""A look at a file before any reader opens it: what it is, how large it would become. Its cells are not read here."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path

from .limits import Limits
from .refusal import RefusedDelivery

SUFFIXES = (".xlsx", ".xlsm", ".xls", ".xlsb", ".csv")
ZIP_START = b"PK\x03\x04"
OLE_START = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MAX_PARTS = 10_000
MAX_RATIO = 250
"""The sample's sheets pack 9 times, the most repetitive real ones some 60 times; a bomb of zeros 1000 times."""
RATIO_FROM_BYTES = 50_000_000
"""Small parts may pack as well as they like: they cannot hurt."""
DAMAGE = (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, ValueError, RuntimeError)


def look_at_size(path: Path, limits: Limits) -> None:
    """Refuse by name and size alone."""
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise RefusedDelivery("bestandstype", value=suffix or "?")
    size = path.stat().st_size
    if size == 0:
        raise RefusedDelivery("leeg_bestand")
    if size > limits.max_bytes:
        raise RefusedDelivery("te_groot_bestand", size=size, limit=limits.max_bytes)


def kind_of(path: Path, suffix: str) -> str:
    """``zip``, ``ole`` or ``csv``: the first bytes decide, because a name can say anything."""
    with path.open("rb") as source:
        start = source.read(8)
    if start.startswith(ZIP_START):
        return "zip"
    if start == OLE_START:
        return "ole"
    if suffix == ".csv":
        return "csv"
    if start.startswith((ZIP_START[:2], OLE_START[: len(start)])):
        raise RefusedDelivery("beschadigd", value="the container of the workbook does not open")
    what = "text or a web page" if start.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"<" else "unknown contents"
    raise RefusedDelivery("geen_werkmap", value=what)


def look_into_zip(path: Path, limits: Limits) -> str:
    """Refuse a package that is damaged or would unpack too large; the answer is ``xlsx`` or ``xlsb``."""
    try:
        with zipfile.ZipFile(path) as package:
            parts = package.infolist()
    except DAMAGE as error:
        raise RefusedDelivery("beschadigd", value="the zip container does not open") from error
    names = {part.filename.lower() for part in parts}
    if len(parts) > MAX_PARTS:
        raise RefusedDelivery("geen_werkmap", value=f"a package of {len(parts)} parts")
    unpacked = sum(part.file_size for part in parts)
    if unpacked > limits.max_unpacked_bytes:
        raise RefusedDelivery("te_groot_uitgepakt", size=unpacked, limit=limits.max_unpacked_bytes)
    for part in parts:
        if part.flag_bits & 1:
            raise RefusedDelivery("versleuteld")
        ratio = part.file_size // max(part.compress_size, 1)
        if part.file_size > RATIO_FROM_BYTES and ratio > MAX_RATIO:
            raise RefusedDelivery("verdachte_compressie", value=part.filename, ratio=ratio, limit=MAX_RATIO)
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "xl/workbook.bin" in names:
        return "xlsb"
    raise RefusedDelivery("geen_werkmap", value="a zip file of another kind")
