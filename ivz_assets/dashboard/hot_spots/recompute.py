"""The hot spots put together: counts, denominators and neighbours from the store meet the statistics."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import ibis.expr.datatypes as dt
import ibis.expr.types as ir
import pandera.ibis as pa

from ivz_assets.dashboard.horizon import data_from
from ivz_assets.dashboard.hot_spots import expectations, schema, transform
from ivz_assets.dashboard.hot_spots.development import declined, developments
from ivz_assets.dashboard.hot_spots.maps import listed_maps, wanted_maps
from ivz_assets.dashboard.hot_spots.neighbourhoods import Exposure, Judged, Orders, judge_map
from ivz_assets.dashboard.hot_spots.squares import judged_squares
from ivz_assets.dashboard.hot_spots.windows import KIND, Window, windows
from ivz_assets.dashboard.themes.catalogue import themes
from ivz_assets.quality.expectations_gate import expectations_gate
from ivz_assets.quality.verdicts import Verdict
from ivz_assets.settings import Settings
from ivz_assets.warehouse.arrow import rows_of
from ivz_assets.warehouse.store import Store

INPUTS = (
    "dim_gebied",
    "dim_klasse",
    "dim_periode",
    "daily_counts",
    "class_levels",
    "denominators",
    "area_neighbours",
    "incidents",
    "incident_locations",
)
Row = dict[str, Any]


def tables(store: Store, settings: Settings) -> list[tuple[pa.DataFrameSchema, ir.Table]]:
    """The tables of the topic with the expressions that fill them; empty until there are twelve closed months."""
    found = _windows(store)
    classes = _rows(store.table("dim_klasse").select(*_CLASS_COLUMNS))
    squares = _square_rows(store, found, [row["klasse_sleutel"] for row in classes if row["xy_toegestaan"]]) if found else []
    spots = _neighbourhood_rows(store, settings, found, classes)
    return [
        (schema.DASHBOARD_HOT_SPOTS, rows_of(store, schema.DASHBOARD_HOT_SPOTS, spots)),
        (schema.DASHBOARD_HOT_SPOT_GRID, rows_of(store, schema.DASHBOARD_HOT_SPOT_GRID, squares)),
    ]


def judge(store: Store, settings: Settings, staged: Mapping[str, ir.Table]) -> list[Verdict]:
    """Totals agree with the daily counts, verdicts follow from q, years follow from each other, small squares are hidden."""
    daily, levels = store.table("daily_counts"), store.table("class_levels")
    classes, periods, areas = (store.table(name) for name in ("dim_klasse", "dim_periode", "dim_gebied"))
    totals = expectations.totals(daily, levels, periods)
    spots, grid = staged["dashboard_hot_spots"], staged["dashboard_hot_spot_grid"]
    of_grid = expectations.grid_profiles(grid, totals, classes, periods, settings)
    of_spots = expectations.profiles(spots, totals, classes, periods, areas)
    return [
        expectations_gate("dashboard_hot_spots", of_spots, expectations.suite()),
        expectations_gate("dashboard_hot_spot_grid", of_grid, expectations.grid_suite()),
    ]


_CLASS_COLUMNS = ("klasse_sleutel", "klasse_niveau", "klasse_naam", "noemer", "xy_toegestaan")


def _windows(store: Store) -> list[Window]:
    periods = store.table("dim_periode")
    columns = ("periode", "periode_soort", "periode_begin", "periode_eind", "volgnummer", "afgesloten")
    return windows(_rows(periods.select(*columns)), data_from(store))


def _neighbourhood_rows(store: Store, settings: Settings, found: Sequence[Window], classes: Sequence[Row]) -> list[Row]:
    """Rows of ``DASHBOARD_HOT_SPOTS``: a map per class key and window in which anything was registered."""
    if not found:
        return []
    coarse = {theme.sleutel for theme in themes(settings) if "buurt" not in theme.niveaus}
    maps = wanted_maps(classes, listed_maps(), coarse)
    counts: dict[tuple[str, int], dict[str, int]] = defaultdict(dict)
    counted = transform.neighbourhood_counts(store.table("daily_counts"), store.table("class_levels"), found, list(maps))
    for row in _rows(counted):
        counts[row["klasse_sleutel"], row["venster"]][row["buurt_code"]] = row["aantal"]
    areas = store.table("dim_gebied")
    buurten = _rows(areas.filter(areas.gebied_niveau.cast(dt.string) == "buurt").select("gebied_sleutel", "onbekend"))
    listed = sorted(row["gebied_sleutel"] for row in buurten if not row["onbekend"])
    exposures, neighbours, orders = _exposures(store, found, listed), _neighbours(store), Orders()
    rows: list[Row] = []
    for key, (level, noemer) in maps.items():
        judged: dict[int, list[Judged]] = {}
        for number in range(len(found)):
            if of_map := counts.get((key, number)):
                codes = [*listed, *sorted(of_map.keys() - set(listed))]
                judged[number] = judge_map(of_map, exposures[noemer, number], neighbours, codes, orders)
        words = _words(judged)
        for number, map_rows in judged.items():
            tested = sum(row.p_waarde is not None for row in map_rows)
            striking = sum(row.oordeel in ("heet", "koud") for row in map_rows)
            about = {
                **_about(found, number, level, key),
                "gebied_niveau": "buurt",
                "noemer": noemer,
                "getoetst": tested,
                "opvallend": striking,
            }
            for judgement in map_rows:
                code = judgement.buurt_code
                rows.append(about | vars(judgement) | {"gebied_sleutel": code, "ontwikkeling": words[code][number]})
    return rows


def _words(judged: Mapping[int, Sequence[Judged]]) -> dict[str, dict[int, str | None]]:
    """Per neighbourhood and window what became of it; a window without a map says nothing."""
    totals = {number: sum(row.aantal for row in rows) for number, rows in judged.items()}
    of_area: dict[str, dict[int, Judged]] = defaultdict(dict)
    for number, rows in judged.items():
        for row in rows:
            of_area[row.buurt_code][number] = row
    span = range(max(judged, default=-1) + 1)
    found = {}
    for code, seen in of_area.items():
        hot: list[bool | None] = []
        fell = []
        for number in span:
            now, before = seen.get(number), seen.get(number - 1)
            hot.append(None if now is None or now.oordeel == "geen uitspraak" else now.oordeel == "heet")
            # Only of what was hot twice is it asked whether it declined.
            twice = now is not None and before is not None and now.oordeel == before.oordeel == "heet"
            fell.append(
                bool(twice) and now is not None and before is not None
                and declined(now.aantal, before.aantal, totals[number], totals[number - 1])
            )  # fmt: skip
        found[code] = dict(zip(span, developments(hot, fell), strict=True))
    return found


def _square_rows(store: Store, found: Sequence[Window], classes: Sequence[str]) -> list[Row]:
    """Rows of ``DASHBOARD_HOT_SPOT_GRID``."""
    counted = transform.square_counts(store.table("incidents"), store.table("incident_locations"), found, classes)
    maps: dict[tuple[str, int], list[Row]] = defaultdict(list)
    for row in _rows(counted):
        maps[row["maatschappelijke_klasse"], row["venster"]].append(row)
    return [
        {**_about(found, number, "klasse", key), **row}
        for (key, number), of_map in sorted(maps.items())
        for row in judged_squares(of_map)
    ]


def _about(found: Sequence[Window], number: int, level: str, key: str) -> Row:
    """The columns that both tables have of a map."""
    return {
        "datumbasis": transform.BASIS,
        "periode_soort": KIND,
        "periode": found[number].periode,
        "periode_begin": found[number].begin,
        "nieuwste": number == len(found) - 1,
        "klasse_niveau": level,
        "klasse_sleutel": key,
    }


def _exposures(store: Store, found: Sequence[Window], listed: Sequence[str]) -> dict[tuple[str, int], dict[str, Exposure]]:
    """Per denominator and window that of every listed neighbourhood, of the year in which the window ends."""
    unknown = {code: Exposure(None, None, False) for code in listed}
    exposures: dict[tuple[str, int], dict[str, Exposure]] = defaultdict(lambda: dict(unknown))
    if not store.exists("denominators"):
        return exposures
    kept = store.table("denominators")
    years = {window.eind.year for window in found}
    of_buurten = kept.filter((kept.niveau.cast(dt.string) == "buurt") & kept.jaar.isin(sorted(years)))
    for row in _rows(of_buurten.select("gebied_code", "jaar", "noemer", "waarde", "waarde_jaar", "groot_genoeg")):
        for number, window in enumerate(found):
            if window.eind.year == row["jaar"] and row["gebied_code"] in unknown:
                exposure = Exposure(row["waarde"], row["waarde_jaar"], row["groot_genoeg"])
                exposures[row["noemer"], number][row["gebied_code"]] = exposure
    return exposures


def _neighbours(store: Store) -> dict[str, list[str]]:
    """Queen neighbours per neighbourhood; none without a map."""
    neighbours: dict[str, list[str]] = defaultdict(list)
    if store.exists("area_neighbours"):
        kept = store.table("area_neighbours")
        pairs = kept.filter(kept.niveau.cast(dt.string) == "buurt").select("gebied_code", "buur_code")
        for row in _rows(pairs.order_by("gebied_code", "buur_code")):
            neighbours[row["gebied_code"]].append(row["buur_code"])
    return dict(neighbours)


def _rows(table: ir.Table) -> list[Row]:
    rows: list[Row] = table.to_pyarrow().to_pylist()
    return rows
