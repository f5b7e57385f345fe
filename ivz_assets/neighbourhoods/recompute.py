"""The neighbourhood stage put together: CBS tables, maps and the region's own lists meet the pure functions and the store."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import ibis.expr.types as ir
import pandera.ibis as pa
import pyarrow

from ivz_assets.neighbourhoods import areas, crosswalk, kwb, schema, transform
from ivz_assets.neighbourhoods.boundaries.geometry import boundary_rows
from ivz_assets.neighbourhoods.boundaries.maps import BoundaryMap
from ivz_assets.neighbourhoods.boundaries.neighbours import neighbour_rows
from ivz_assets.neighbourhoods.boundaries.overlap import overlap
from ivz_assets.neighbourhoods.boundaries.reading import find_maps, read_map
from ivz_assets.neighbourhoods.cbs.cache import Cache, scope_of
from ivz_assets.neighbourhoods.cbs.fetch import YearTable, fetch_tables, year_table_of
from ivz_assets.neighbourhoods.cbs.service import CbsService
from ivz_assets.neighbourhoods.cbs.sources import listed_tables
from ivz_assets.neighbourhoods.reference import (
    basisteams,
    buurten,
    denominators,
    gemeenten,
    indicators,
    local_crosswalk,
)
from ivz_assets.settings import Settings
from ivz_assets.warehouse.arrow import rows_of
from ivz_assets.warehouse.store import Store

_KINDS = pyarrow.schema(
    [
        ("noemer", pyarrow.string()),
        ("indicator", pyarrow.string()),
        ("eenheid", pyarrow.string()),
        ("ondergrens", pyarrow.float64()),
    ]
)


def scope(settings: Settings) -> list[str] | None:
    """The municipalities whose areas are wanted of CBS; None for the whole country."""
    return None if settings.cbs_whole_country else sorted(row["gemeente_code"] for row in gemeenten(settings))


def fetched(settings: Settings, service: CbsService | None, say: Callable[[str], None]) -> list[YearTable]:
    """The CBS table of every year: asked for where it changed, else as it was fetched before."""
    return fetch_tables(service, Cache(settings.cbs_folder, say), listed_tables(), scope(settings), settings.now(), say)


def as_fetched(store: Store, settings: Settings) -> list[YearTable]:
    """The tables that ``cbs_tables`` speaks of, as they were kept; no host is asked.

    Raises:
        NotPassed: nothing has been fetched yet, not even in vain.
        FileNotFoundError: a table has gone from the cache since.
    """
    store.version("cbs_tables")
    said: list[str] = []
    cache, wanted = Cache(settings.cbs_folder, said.append), scope_of(scope(settings))
    found = []
    for row in store.rows("SELECT jaar, tabel_id, gewijzigd, bron, toestand FROM cbs_tables WHERE gebieden > 0 ORDER BY jaar"):
        kept = cache.read(row["bron"], row["tabel_id"], wanted, row["gewijzigd"])
        if kept is None:
            raise FileNotFoundError(
                f"{row['tabel_id']} of {row['gewijzigd']} is no longer whole in {settings.cbs_folder}; "
                f"run again, so that it is fetched. {' '.join(said)}"
            )
        found.append(year_table_of(row["jaar"], kept, row["toestand"], ""))
    return found


def cbs_tables(store: Store, tables: Sequence[YearTable]) -> list[tuple[pa.DataFrameSchema, ir.Table]]:
    """What is there per year, and in which state."""
    rows = []
    for table in tables:
        resolved = kwb.resolve(table.columns)
        rows.append(
            {
                "jaar": table.jaar,
                "tabel_id": table.table_id,
                "titel": table.title or None,
                "gewijzigd": table.modified or None,
                "opgehaald_op": table.opgehaald_op,
                "bron": table.source or None,
                "toestand": table.toestand,
                "gebieden": len(table.rows),
                "indicatoren": len(resolved.columns),
                "niet_gevonden": " ".join(resolved.missing) if table.rows else "",
            }
        )
    return [(schema.CBS_TABLES, rows_of(store, schema.CBS_TABLES, rows))]


class Neighbourhoods:
    """What one recompute has read, so that its tables and its gates look at the same."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self.store = store
        self.settings = settings
        self.gemeenten = {row["gemeente_code"]: row["gemeente_naam"] for row in gemeenten(settings)}
        resolved = [(table, kwb.resolve(table.columns)) for table in as_fetched(store, settings)]
        self.kwb = [(table, columns, kwb.values(table, columns)) for table, columns in resolved]
        self._maps = find_maps(settings.boundaries_folder)
        self._read: dict[int, BoundaryMap] = {}

    def map_of(self, year: int) -> BoundaryMap | None:
        """The map of a year, read once; None when there is none."""
        if year in self._maps and year not in self._read:
            self._read[year] = read_map(self._maps[year], year, scope(self.settings))
        return self._read.get(year)

    def newest_edition(self) -> int | None:
        """Year of the newest edition; None when no area is known."""
        return max((row["jaar"] for row in self.areas()), default=None)

    def newest_map(self) -> BoundaryMap | None:
        """The newest map that is not newer than the newest edition."""
        newest = self.newest_edition()
        years = [year for year in self._maps if newest is None or year <= newest or not self.kwb]
        return self.map_of(max(years)) if years else None

    def areas(self) -> list[dict[str, Any]]:
        """Areas per year without parents; from the region's own lists for as long as CBS has not been fetched."""
        if self.kwb:
            return [row for table, _, values in self.kwb for row in areas.from_kwb(_slim(values), table.table_id)]
        sources = (self.settings.buurten_csv.name, self.settings.gemeenten_csv.name)
        return areas.from_lists(self.settings.current_date().year, buurten(self.settings), self.gemeenten, sources)

    def crosswalk(self, editions: Mapping[int, Sequence[crosswalk.Buurt]]) -> list[dict[str, Any]]:
        """Every edition to the newest; maps are read only where CBS does not say that nothing changed."""
        if not editions:
            return []
        overlaps = {}
        for old, new in pairwise(sorted(editions)):
            needed = not crosswalk.tells_all(editions[old], editions[new], old, new)
            before, after = (self.map_of(old), self.map_of(new)) if needed else (None, None)
            if before is not None and after is not None:
                surfaces: dict[str, list[tuple[str, float, bool]]] = {}
                for part in overlap(before, after):
                    surfaces.setdefault(part.van_buurt_code, []).append((part.buurt_code, part.gewicht, part.gelijk))
                overlaps[old, new] = surfaces
        try:
            return crosswalk.crosswalk(editions, overlaps, local_crosswalk(self.settings))
        except crosswalk.WrongCrosswalk as wrong:
            raise crosswalk.WrongCrosswalk(f"{self.settings.crosswalk_csv}: {wrong}") from None

    def tables(self) -> list[tuple[pa.DataFrameSchema, ir.Table]]:
        """The tables of the stage with the expressions that fill them."""
        store = self.store
        plain = self.areas()
        found_map = self.newest_map()
        names = {row["gebied_code"]: row["naam"] for row in plain}
        borders = boundary_rows(found_map, names) if found_map else []
        complete = areas.complete(
            plain,
            region=(self.settings.regio_code, self.settings.regio_naam),
            gemeenten=self.gemeenten,
            basisteams=basisteams(self.settings),
            labels={row["gebied_code"]: (row["label_lengtegraad"], row["label_breedtegraad"]) for row in borders},
        )
        area_rows = rows_of(store, schema.AREAS, complete)
        crossed = rows_of(store, schema.AREA_CROSSWALK, self.crosswalk(areas.editions(plain)))
        values = store.keep_arrow(
            "kwb_waarden", pyarrow.concat_tables([*(item[2] for item in self.kwb), kwb.VALUES.empty_table()])
        )
        sources = store.keep_arrow("kwb_bronnen", pyarrow.Table.from_pylist(kwb.sources(self.kwb), kwb.SOURCES))
        units = store.keep_arrow("eenheden", _texts(indicators(), ("indicator", "eenheid")))
        figures = store.keep("kerncijfers", transform.neighbourhood_indicators(values, sources, units, kwb.NAMES))
        first = min((row["jaar"] for row in plain), default=self.settings.current_date().year)
        years = [{"jaar": year} for year in range(first, self.settings.current_date().year + 1)]
        all_years = store.keep_rows("noemer_jaren", years, pyarrow.schema([("jaar", pyarrow.int32())]))
        listed = [{**row, "ondergrens": float(row["ondergrens"])} for row in denominators()]
        kinds = store.keep_rows("noemersoorten", listed, _KINDS)
        return [
            (schema.AREAS, area_rows),
            (schema.NEIGHBOURHOOD_INDICATORS, figures),
            (schema.NEIGHBOURHOOD_PROFILES, transform.neighbourhood_profiles(figures, kwb.NAMES)),
            (schema.AREA_CROSSWALK, crossed),
            (schema.AREA_BOUNDARIES, rows_of(store, schema.AREA_BOUNDARIES, borders)),
            (schema.AREA_NEIGHBOURS, rows_of(store, schema.AREA_NEIGHBOURS, neighbour_rows(found_map) if found_map else [])),
            (schema.DENOMINATORS, transform.denominators(figures, area_rows, crossed, kinds, all_years)),
        ]


def _slim(values: pyarrow.Table) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = values.select(["jaar", "gebied_code", "niveau", "naam", "indelingswijziging"]).to_pylist()
    return rows


def _texts(rows: Sequence[Mapping[str, str]], columns: Sequence[str]) -> pyarrow.Table:
    return pyarrow.Table.from_pylist(list(rows), pyarrow.schema([(name, pyarrow.string()) for name in columns]))
