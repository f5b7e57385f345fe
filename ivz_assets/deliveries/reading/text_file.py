"""The text and the records of a .csv delivery. Which delimiter it has is decided by who knows its columns."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from .refusal import RefusedDelivery

DELIMITERS = (";", ",", "\t")


def decode(path: Path) -> str:
    """The text of the file: UTF-8 where it is valid, UTF-16 when marked, else what Excel on Windows writes."""
    contents = path.read_bytes()
    marked = contents.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ["utf-16"] if marked else ["utf-8-sig", "cp1252"]:
        try:
            return contents.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise RefusedDelivery("geen_werkmap", value="text in an unknown encoding")


def records(contents: str, delimiter: str) -> Iterator[list[str]]:
    """The records; strict, because a lost quotation mark would swallow rows without a word."""
    reader = csv.reader(io.StringIO(contents, newline=""), delimiter=delimiter, strict=True)
    try:
        yield from reader
    except csv.Error as error:
        raise RefusedDelivery("beschadigd", value=f"line {reader.line_num}: {error}") from error
