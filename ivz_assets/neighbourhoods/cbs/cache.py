"""Tables of CBS on disk as they were fetched, per source, table, scope and release. Which one is wanted is not decided here.

<folder>/<source>/<table>/<scope>/<Modified>/{meta.json,columns.json.gz,regions.json.gz,rows.json.gz}
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import re
import shutil
import zlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from ivz_assets.neighbourhoods.cbs.service import Column

KEPT = 2
"""Releases of a table that are kept: the newest, and the one before it to see what CBS changed."""

META = "meta.json"
COLUMNS, REGIONS, ROWS = "columns.json.gz", "regions.json.gz", "rows.json.gz"
UNFINISHED = ".new"

Say = Callable[[str], None]


@dataclass(frozen=True)
class Meta:
    """What is known of a kept table without unpacking it; ``fetched_at`` is local time.

    ``members`` is how many regions (or members of several dimensions) are kept beside the rows; None: one for each row.
    """

    table_id: str
    title: str
    modified: str
    fetched_at: datetime
    source: str
    dimension: str
    rows: int
    members: int | None = None


@dataclass(frozen=True)
class Kept:
    """A kept table: columns, regions and rows as they were served."""

    meta: Meta
    columns: list[Column]
    regions: list[dict[str, Any]]
    rows: list[dict[str, Any]]


def scope_of(gemeenten: Sequence[str] | None) -> str:
    """Name of what was fetched of each table: 'land', or a digest of the municipalities."""
    if gemeenten is None:
        return "land"
    return hashlib.sha256(",".join(sorted(set(gemeenten))).encode()).hexdigest()[:12]


class Cache:
    """Kept tables below a folder. A table that is not whole is as if it were not there, and that is said."""

    def __init__(self, folder: Path, say: Say) -> None:
        """The folder is made at the first table; ``say`` hears of what cannot be used."""
        self._folder = folder
        self._say = say
        self._told: set[Path] = set()

    def read(self, source: str, table_id: str, scope: str, modified: str) -> Kept | None:
        """That release of the table, or None."""
        return self._read(self._place(source, table_id, scope) / _name(modified))

    def newest(self, source: str | None, table_id: str, scope: str) -> Kept | None:
        """The release of the table that was fetched last and is whole, or None; source None: from whatever source."""
        for folder, _ in self._releases(source, _table(table_id), scope):
            if kept := self._read(folder):
                return kept
        return None

    def known(self, source: str | None, scope: str) -> list[Meta]:
        """Every kept release of every table, the one that was fetched last first."""
        return [meta for _, meta in self._releases(source, "*", scope)]

    def keep(self, table: Kept, scope: str) -> None:
        """Keeps a table, whole or not at all; then the oldest releases of it go."""
        meta = table.meta
        place = self._place(meta.source, meta.table_id, scope)
        place.mkdir(parents=True, exist_ok=True)
        for leftover in place.glob(f".*{UNFINISHED}"):
            shutil.rmtree(leftover)  # of a process that was killed; there is one writer at a time
        final = place / _name(meta.modified)
        building = place / f".{final.name}.{os.getpid()}{UNFINISHED}"
        building.mkdir()
        for name, value in _parts(table).items():
            (building / name).write_bytes(gzip.compress(_json(value), compresslevel=6, mtime=0))
        (building / META).write_bytes(_json({**asdict(meta), "fetched_at": meta.fetched_at.isoformat()}))
        if final.exists():
            shutil.rmtree(final)  # damaged, else it would not have been fetched again
        os.replace(building, final)
        others = [folder for folder, _ in self._releases(meta.source, _table(meta.table_id), scope) if folder != final]
        for old in others[KEPT - 1 :]:
            shutil.rmtree(old)

    def _place(self, source: str, table_id: str, scope: str) -> Path:
        return self._folder / _name(source) / _table(table_id) / scope

    def _releases(self, source: str | None, table: str, scope: str) -> list[tuple[Path, Meta]]:
        """Folders of releases, the one that was fetched last first."""
        pattern = f"{_name(source) if source else '*'}/{table}/{scope}/*/{META}"
        found = [(path.parent, self._meta(path)) for path in self._folder.glob(pattern) if not path.parent.name.startswith(".")]
        whole = [(folder, meta) for folder, meta in found if meta]
        return sorted(whole, key=lambda item: (item[1].fetched_at, item[1].modified), reverse=True)

    def _meta(self, path: Path) -> Meta | None:
        try:
            raw = json.loads(path.read_text(encoding="utf-8"))
            return Meta(**{**raw, "fetched_at": datetime.fromisoformat(raw["fetched_at"])})
        except (OSError, ValueError, KeyError, TypeError) as error:
            self._passed_over(path.parent, error)
            return None

    def _read(self, folder: Path) -> Kept | None:
        if not folder.exists() or (meta := self._meta(folder / META)) is None:
            return None
        try:
            columns, regions, rows = (
                json.loads(gzip.decompress((folder / name).read_bytes())) for name in (COLUMNS, REGIONS, ROWS)
            )
            expected = meta.rows if meta.members is None else meta.members
            if (len(rows), len(regions)) != (meta.rows, expected):
                raise ValueError(f"{len(rows)} rows and {len(regions)} regions instead of {meta.rows} and {expected}")
            return Kept(meta, [Column(**column) for column in columns], regions, rows)
        except (OSError, EOFError, zlib.error, ValueError, TypeError) as error:
            self._passed_over(folder, error)
            return None

    def _passed_over(self, folder: Path, error: Exception) -> None:
        if folder not in self._told:
            self._told.add(folder)
            self._say(f"{folder} is not a whole table of CBS ({type(error).__name__}) and is passed over until the next fetch")


def _parts(table: Kept) -> dict[str, Any]:
    columns = [asdict(column) for column in table.columns]
    return {COLUMNS: columns, REGIONS: table.regions, ROWS: table.rows}


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _name(text: str) -> str:
    """As the name of a folder on every system: hosts have a port, dates of change a time."""
    return re.sub(r"[^A-Za-z0-9.-]", "-", text)


def _table(table_id: str) -> str:
    """CBS does not tell capitals apart in the id of a table."""
    return _name(table_id).upper()
