"""The table of every year: as CBS has it now, else as it was fetched last, else absent, with the reason. No figure is read."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ivz_assets.neighbourhoods.cbs.cache import Cache, Kept, Meta, scope_of
from ivz_assets.neighbourhoods.cbs.service import (
    CbsFault,
    CbsPermanent,
    CbsService,
    CbsTransient,
    CbsUnreachable,
    Column,
    TableEntry,
)

TITLE = re.compile(r"^kerncijfers\s+wijken\s+en\s+buurten[\s;,:]+(\d{4})\s*(\*|\(.*\))?\s*$", re.IGNORECASE)
"""However CBS writes it that year (a semicolon, an asterisk or brackets for provisional); not of several years."""

ACTUEEL = "actueel"
VEROUDERD = "verouderd"
ONTBREEKT = "ontbreekt"

ENOUGH = 2
"""Tables in a row without an answer after which the others are not waited for: each costs all its attempts."""

Say = Callable[[str], None]


@dataclass(frozen=True)
class YearTable:
    """The table of one year; empty when it is absent.

    ``toestand`` is 'actueel' (as CBS has it now), 'verouderd' (fetched before; CBS may have changed it since) or 'ontbreekt';
    ``melding`` says why. ``opgehaald_op`` is local time; ``dimension`` is the column that holds the region.
    """

    jaar: int
    table_id: str
    toestand: str
    melding: str = ""
    title: str = ""
    modified: str = ""
    opgehaald_op: datetime | None = None
    source: str = ""
    dimension: str = ""
    columns: list[Column] = field(default_factory=list)
    regions: list[dict[str, Any]] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)


def fetch_tables(
    service: CbsService | None,
    cache: Cache,
    listed: Mapping[int, str],
    gemeenten: Sequence[str] | None,
    now: datetime,
    say: Say,
) -> list[YearTable]:
    """Tables of all years, the oldest year first. No fault of CBS is raised: it is in the state of the year, and said.

    Args:
        service: whom to ask; None: only what was fetched before.
        cache: what was fetched before; what is fetched now is kept there.
        listed: table per year; goes before the catalogue, which adds the years after the first listed one.
        gemeenten: municipalities to which it is limited; None: the whole country.
        now: the moment, for the record.
        say: hears what was fetched and what not, a line each.
    """
    round_ = _Round(service, cache, scope_of(gemeenten), gemeenten, now, say)
    entries = round_.catalogue()
    source = service.source if service else None
    seen: list[TableEntry | Meta] = [*entries.values(), *cache.known(source, round_.scope)]
    years = {**_years(seen, since=min(listed, default=0)), **listed}
    # The newest year first: it matters most when the host gives up halfway.
    found = [round_.year_table(year, years[year], entries.get(years[year].upper())) for year in sorted(years, reverse=True)]
    return found[::-1]


def _years(seen: Sequence[TableEntry | Meta], since: int) -> dict[int, str]:
    """Years by the titles of tables; of two tables for a year the one that was changed last."""
    titled = [(TITLE.match(item.title), item) for item in sorted(seen, key=lambda item: item.modified)]
    years = {int(title[1]): item.table_id for title, item in titled if title}
    return {year: table_id for year, table_id in years.items() if year > since}


@dataclass
class _Round:
    """One round along the tables; remembers whether the host still answers."""

    service: CbsService | None
    cache: Cache
    scope: str
    gemeenten: Sequence[str] | None
    now: datetime
    say: Say
    silent: int = 0
    given_up: str = ""

    def catalogue(self) -> dict[str, TableEntry]:
        """Entries by table id; when they cannot be had, no table is asked for either."""
        if self.service is None:
            self.given_up = "no host of CBS is set"
            return {}
        try:
            return {entry.table_id.upper(): entry for entry in self.service.catalogue()}
        except CbsFault as fault:
            self.given_up = str(fault)
            self.say(f"The catalogue of CBS could not be read, so what was fetched before is used. {fault}")
            return {}

    def year_table(self, year: int, table_id: str, entry: TableEntry | None) -> YearTable:
        if self.service is None or self.given_up:
            return self._fallback(year, table_id, self.given_up)
        try:
            kept = self._current(self.service, year, entry or self.service.table_entry(table_id))
        except CbsFault as fault:
            self._count_silence(fault)
            return self._fallback(year, table_id, str(fault))
        return year_table_of(year, kept, ACTUEEL, "")

    def _count_silence(self, fault: CbsFault) -> None:
        self.silent = self.silent + 1 if isinstance(fault, CbsUnreachable) else 0
        if self.silent == ENOUGH:
            self.given_up = f"{ENOUGH} tables in a row had no answer, so this one was not asked for. {fault}"

    def _current(self, service: CbsService, year: int, entry: TableEntry) -> Kept:
        if kept := self.cache.read(service.source, entry.table_id, self.scope, entry.modified):
            return kept
        kept = _fetched(service, entry, self.gemeenten, self.now)
        self.silent = 0
        self.cache.keep(kept, self.scope)
        self.say(f"CBS {year}: fetched {entry.table_id} of {entry.modified}, {len(kept.rows)} rows")
        return kept

    def _fallback(self, year: int, table_id: str, why: str) -> YearTable:
        source = self.service.source if self.service else None
        if kept := self.cache.newest(source, table_id, self.scope):
            meta = kept.meta
            told = f"{table_id} of {meta.modified}, fetched on {meta.fetched_at:%d-%m-%Y}, is used: {why}"
            found = year_table_of(year, kept, VEROUDERD, told)
        else:
            told = f"{table_id} was never fetched: {why}"
            found = YearTable(year, table_id, ONTBREEKT, told)
        if self.service is not None:
            self.say(f"CBS {year}: {told}")
        return found


def _fetched(service: CbsService, entry: TableEntry, gemeenten: Sequence[str] | None, now: datetime) -> Kept:
    """The table as it is served now, in three resources.

    Raises:
        CbsTransient, CbsPermanent: it could not be had, or not whole.
    """
    columns = service.columns(entry.table_id)
    where = f"{service.source}, {entry.table_id}"
    dimensions = [column.key for column in columns if column.type.startswith("Geo")]
    if len(dimensions) != 1:
        raise CbsPermanent(f"{where}: {len(dimensions)} columns hold a region, not one. Look whether it is the right table")
    dimension = dimensions[0]
    regions = service.regions(entry.table_id, dimension, gemeenten)
    rows = service.rows(entry.table_id, dimension, gemeenten)
    if not rows and not regions:
        raise CbsPermanent(f"{where}: it holds none of the municipalities. Look at the list of municipalities of the region")
    named = sorted(str(region.get("Key")).strip() for region in regions)
    filled = sorted(str(row.get(dimension)).strip() for row in rows)
    if named != filled:
        differing = sorted(set(named) ^ set(filled)) or ["a region that occurs twice"]
        raise CbsTransient(
            f"{where}: {len(rows)} rows for {len(regions)} regions ({', '.join(differing[:3])}), a page was lost or CBS was "
            "just changing it. It may pass by itself, run again later"
        )
    meta = Meta(entry.table_id, entry.title, entry.modified, now, service.source, dimension, len(rows))
    return Kept(meta, columns, regions, rows)


def year_table_of(year: int, kept: Kept, toestand: str, melding: str) -> YearTable:
    """A table that was kept, as that of a year."""
    meta = kept.meta
    return YearTable(
        jaar=year,
        table_id=meta.table_id,
        toestand=toestand,
        melding=melding,
        title=meta.title,
        modified=meta.modified,
        opgehaald_op=meta.fetched_at,
        source=meta.source,
        dimension=meta.dimension,
        columns=kept.columns,
        regions=kept.regions,
        rows=kept.rows,
    )
