"""CBS tables from files as they were served: the sample region, or tables that someone brought along. No network.

<folder>/Tables.json                                                       the catalogue
<folder>/<table>/{TableInfos,DataProperties,<dimension>,TypedDataSet}.json  its resources, each ``{"value": [...]}``
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ivz_assets.neighbourhoods.cbs.service import CbsPermanent, Column, TableEntry, columns_of, entries_of, entry_of, prefixes


class CbsFiles:
    """A ``CbsService`` over a folder."""

    requests = 0
    """Nothing is asked of anyone."""

    def __init__(self, folder: Path, setting: str = "cbs_files") -> None:
        """``setting`` is the setting that names the folder, for messages. Nothing is read yet."""
        self._folder = folder
        self._setting = setting

    @property
    def source(self) -> str:
        """The folder's own name: its place differs per machine."""
        return self._folder.name

    def catalogue(self) -> list[TableEntry]:
        """Every table in the folder's catalogue."""
        return entries_of(self._value("Tables.json"))

    def table_entry(self, table_id: str) -> TableEntry:
        """What the table tells of itself."""
        found = self._value(table_id, "TableInfos.json")
        return entry_of(found[0] if found else {}, str(self._folder / table_id / "TableInfos.json"))

    def columns(self, table_id: str) -> list[Column]:
        """Columns of a table."""
        return columns_of(self._value(table_id, "DataProperties.json"))

    def regions(self, table_id: str, dimension: str, gemeenten: Sequence[str] | None) -> list[dict[str, Any]]:
        """Regions of a table, as Key and Title."""
        found = _within(self._value(table_id, f"{dimension}.json"), "Key", gemeenten)
        return [{name: region.get(name) for name in ("Key", "Title")} for region in found]

    def rows(self, table_id: str, dimension: str, gemeenten: Sequence[str] | None) -> list[dict[str, Any]]:
        """Rows of a table with all its columns."""
        return _within(self._value(table_id, "TypedDataSet.json"), dimension, gemeenten)

    def members(self, table_id: str, dimension: str) -> list[dict[str, Any]]:
        """Members of a dimension that is not the region, as Key and Title."""
        return [{name: member.get(name) for name in ("Key", "Title")} for member in self._value(table_id, f"{dimension}.json")]

    def cells(self, table_id: str, wanted: Mapping[str, Sequence[str]]) -> list[dict[str, Any]]:
        """Rows of a table with these keys (as served, padding included) in these dimensions."""
        keys = {column: set(found) for column, found in wanted.items()}
        rows = self._value(table_id, "TypedDataSet.json")
        return [row for row in rows if all(row.get(column) in found for column, found in keys.items())]

    def _value(self, *parts: str) -> list[dict[str, Any]]:
        path = self._folder.joinpath(*parts)
        try:
            value = json.loads(path.read_text(encoding="utf-8"))["value"]
        except FileNotFoundError:
            raise CbsPermanent(f"{path} does not exist. Put the table there, or look at the setting {self._setting}") from None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise CbsPermanent(f"{path} cannot be read as a table of CBS ({type(error).__name__}). Put it there anew") from None
        return list(value)


def _within(found: list[dict[str, Any]], column: str, gemeenten: Sequence[str] | None) -> list[dict[str, Any]]:
    if gemeenten is None:
        return found
    wanted = tuple(prefix for gemeente in gemeenten for prefix in prefixes(gemeente))
    return [row for row in found if str(row.get(column)).startswith(wanted)]
