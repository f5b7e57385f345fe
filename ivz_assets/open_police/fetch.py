"""The open police tables: as they are now, else as they were fetched last, else absent, with the reason. No figure is read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ivz_assets.neighbourhoods.cbs.cache import Cache, Kept, Meta, scope_of
from ivz_assets.neighbourhoods.cbs.fetch import ACTUEEL, ONTBREEKT, VEROUDERD
from ivz_assets.neighbourhoods.cbs.service import CbsFault, CbsPermanent, CbsTransient, CbsUnreachable, TableEntry
from ivz_assets.open_police.schema import TABELLEN
from ivz_assets.open_police.service import PoliceService
from ivz_assets.open_police.transform import Shape, counts, period_of, shape_of, wanted_keys

NO_HOST = "no host of the open police tables is set"

Say = Callable[[str], None]


@dataclass(frozen=True)
class Wanted:
    """What is asked of each table: municipalities, codes, and the first year."""

    gemeenten: tuple[str, ...]
    codes: tuple[str, ...]
    since: int

    @property
    def scope(self) -> str:
        """Name of it on disk: another question is fetched anew."""
        return scope_of([*self.gemeenten, *self.codes, f"sinds {self.since}"])


@dataclass(frozen=True)
class PoliceTable:
    """A table and its state: 'actueel', 'verouderd' or 'ontbreekt'; ``melding`` says why. Without ``kept`` there is nothing."""

    table_id: str
    periode_soort: str
    toestand: str
    melding: str = ""
    kept: Kept | None = None


def fetch_tables(service: PoliceService | None, cache: Cache, wanted: Wanted, now: datetime, say: Say) -> list[PoliceTable]:
    """Both tables. No fault of the host is raised: it is in the state of the table, and said.

    Args:
        service: whom to ask; None: only what was fetched before.
        cache: what was fetched before; what is fetched now is kept there.
        wanted: to what it is limited.
        now: the moment, for the record.
        say: hears what was fetched and what not, a line each.
    """
    given_up = NO_HOST if service is None else ""
    found = []
    for table_id, soort in TABELLEN.items():
        if service is None or given_up:
            found.append(_fallback(None if service is None else service.source, cache, wanted, table_id, given_up, say))
            continue
        try:
            found.append(PoliceTable(table_id, soort, ACTUEEL, kept=_current(service, cache, wanted, table_id, now, say)))
        except CbsFault as fault:
            if isinstance(fault, CbsUnreachable):
                given_up = f"the host did not answer for another table, so this one was not asked for. {fault}"
            found.append(_fallback(service.source, cache, wanted, table_id, str(fault), say))
    return found


def _current(service: PoliceService, cache: Cache, wanted: Wanted, table_id: str, now: datetime, say: Say) -> Kept:
    entry = service.table_entry(table_id)
    if kept := cache.read(service.source, entry.table_id, wanted.scope, entry.modified):
        return kept
    kept = _fetched(service, entry, wanted, now)
    cache.keep(kept, wanted.scope)
    say(f"open police figures: fetched {entry.table_id} of {entry.modified}, {len(kept.rows)} rows")
    return kept


def _fallback(source: str | None, cache: Cache, wanted: Wanted, table_id: str, why: str, say: Say) -> PoliceTable:
    kept = cache.newest(source, table_id, wanted.scope)
    soort = TABELLEN[table_id]
    if kept is None:
        say(f"open police figures: {table_id} is absent. {why}")
        return PoliceTable(table_id, soort, ONTBREEKT, why)
    say(f"open police figures: {table_id} as fetched on {kept.meta.fetched_at:%Y-%m-%d} is used. {why}")
    return PoliceTable(table_id, soort, VEROUDERD, why, kept)


def _fetched(service: PoliceService, entry: TableEntry, wanted: Wanted, now: datetime) -> Kept:
    """The table, checked for what a lost page or a changed service would do to it.

    Raises:
        CbsFault: it cannot be had, or is not what was asked for.
    """
    where = f"{service.source}, {entry.table_id}"
    columns = service.columns(entry.table_id)
    shape = shape_of(columns, where)
    regions = service.regions(entry.table_id, shape.region, wanted.gemeenten)
    offences = service.members(entry.table_id, shape.offence)
    periods = service.members(entry.table_id, shape.period)
    soort = TABELLEN[entry.table_id.upper()]
    named = {
        shape.region: wanted_keys(regions, wanted.gemeenten),
        shape.offence: wanted_keys(offences, wanted.codes),
        shape.period: [key for key in (str(item["Key"]) for item in periods) if _is_wanted(key, soort, wanted.since)],
    }
    if missing := [column for column, keys in named.items() if not keys]:
        raise CbsPermanent(f"{where}: {', '.join(missing)} has nothing of what is asked for. Look whether it is the right table")
    rows = service.cells(entry.table_id, named)
    if any(not {*named, shape.count} <= row.keys() or not _is_count(row[shape.count]) for row in rows):
        raise CbsPermanent(f"{where}: a row has no {shape.count} that is a count. Look whether it is still the right table")
    seen = [tuple(str(row[column]) for column in named) for row in rows]
    if not rows or len(set(seen)) != len(seen):
        raise CbsTransient(
            f"{where}: {len(rows)} rows of which {len(set(seen))} differ, a page was lost or the table was just being changed. "
            "It may pass by itself, run again later"
        )
    members = [item for found in (regions, offences, periods) for item in found if str(item["Key"]) in _flat(named)]
    meta = Meta(entry.table_id, entry.title, entry.modified, now, service.source, shape.region, len(rows), len(members))
    return Kept(meta, columns, members, rows)


def _is_wanted(key: str, soort: str, since: int) -> bool:
    period = period_of(key, soort)
    return period is not None and int(period[:4]) >= since


def _is_count(value: Any) -> bool:
    return value is None or (isinstance(value, int) and value >= 0)


def _flat(named: dict[str, list[str]]) -> set[str]:
    return {key for keys in named.values() for key in keys}


def counts_of(table: PoliceTable, wanted: Wanted) -> list[dict[str, Any]]:
    """The counts of a table: columns of ``OPEN_POLICE_COUNTS``; none when it is absent."""
    if (kept := table.kept) is None:
        return []
    shape: Shape = shape_of(kept.columns, kept.meta.table_id)
    titles = {str(item["Key"]).strip(): str(item["Title"]).strip() for item in kept.regions}
    wanted_titles = {code: titles[code] for code in wanted.codes if code in titles}
    origin = {"tabel": table.table_id, "gewijzigd": kept.meta.modified, "opgehaald_op": kept.meta.fetched_at}
    return [{**row, **origin} for row in counts(kept.rows, shape, table.periode_soort, wanted_titles, wanted.gemeenten)]
