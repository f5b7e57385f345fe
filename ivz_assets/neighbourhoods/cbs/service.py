"""What the project asks of CBS, whichever service answers, and what may go wrong. How it is asked is not told here.

A service of another version than the present one (v3) is another class with these methods.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol


class CbsFault(Exception):
    """What was asked is not there; the message tells in one line where, what was seen and what to do."""


class CbsTransient(CbsFault):
    """A fault that may pass by itself; every attempt has been used."""


class CbsUnreachable(CbsTransient):
    """There was no answer at all, or none in time: other tables on that host are likely to fare the same."""


class CbsPermanent(CbsFault):
    """A fault that does not pass by itself; it was tried once."""


@dataclass(frozen=True)
class TableEntry:
    """A table in the catalogue; ``modified`` is the text CBS gives, and another text is another release."""

    table_id: str
    title: str
    modified: str


@dataclass(frozen=True)
class Column:
    """A column of a table; ``type`` tells a region (GeoDetail, GeoDimension) from a figure (Topic). Empty text: not given."""

    key: str
    type: str
    title: str
    unit: str
    datatype: str


class CbsService(Protocol):
    """Reads tables of CBS. Values are as served: codes and texts keep their padding, missing figures are None.

    Every method raises ``CbsTransient`` or ``CbsPermanent``.
    """

    @property
    def source(self) -> str:
        """What answers, for the record: a host or a folder of files."""

    @property
    def requests(self) -> int:
        """Requests sent so far, repeated ones included."""

    def catalogue(self) -> list[TableEntry]:
        """Every table there is."""

    def table_entry(self, table_id: str) -> TableEntry:
        """What the catalogue would tell of one table."""

    def columns(self, table_id: str) -> list[Column]:
        """Columns of a table, the region among them, in its own order."""

    def regions(self, table_id: str, dimension: str, gemeenten: Sequence[str] | None) -> list[dict[str, Any]]:
        """Regions of a table, as Key and Title.

        Args:
            table_id: the table.
            dimension: key of the column that holds the region.
            gemeenten: municipalities (GM and four digits) to which it is limited, with their wijken and buurten; None: no limit.
        """

    def rows(self, table_id: str, dimension: str, gemeenten: Sequence[str] | None) -> list[dict[str, Any]]:
        """Rows of a table with all its columns; arguments as in ``regions``."""


def entry_of(raw: Mapping[str, Any], where: str) -> TableEntry:
    """A catalogue's record or a table's own description as an entry.

    Raises:
        CbsPermanent: a table without a name or a date of change cannot be told from its earlier releases.
    """
    if missing := [name for name in ("Identifier", "Title", "Modified") if not raw.get(name)]:
        raise CbsPermanent(f"{where}: {', '.join(missing)} is missing. Look whether CBS changed its service")
    return TableEntry(str(raw["Identifier"]).strip(), str(raw["Title"]).strip(), str(raw["Modified"]).strip())


def entries_of(records: Iterable[Mapping[str, Any]]) -> list[TableEntry]:
    """The records of a catalogue that name their table and its date of change; of the thousands of others nothing is asked."""
    complete = (record for record in records if all(record.get(name) for name in ("Identifier", "Title", "Modified")))
    return [entry_of(record, "catalogue") for record in complete]


def columns_of(raw: Iterable[Mapping[str, Any]]) -> list[Column]:
    """The records of DataProperties that are columns; the others are headings above them."""
    names = ("Key", "Type", "Title", "Unit", "Datatype")
    return [Column(*(str(record.get(name) or "") for name in names)) for record in raw if record.get("Key")]


def prefixes(gemeente: str) -> tuple[str, str, str]:
    """How the codes begin of a municipality, its wijken and its buurten."""
    digits = gemeente[2:]
    return f"GM{digits}", f"WK{digits}", f"BU{digits}"
