"""What of the published tables a theme's own file holds, and what stays hidden in it. Files are written in ``themes``.

A table is left out unless it is known how it belongs to a theme. Of a sensitive theme only tables by year are held, because sums
over weeks, months and years of the same cells would give small counts away.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir
import numpy as np
import pandera.ibis as pa
import pyarrow

from ivz_assets.dashboard.area_profile.union import together
from ivz_assets.dashboard.theme_tables.transform import theme_areas
from ivz_assets.dashboard.themes.catalogue import Theme
from ivz_assets.publication.small_cells import Equation, hidden_cells, known_cells
from ivz_assets.warehouse.store import Store
from ivz_assets.weekmonitor.reference import klassen

SMALLEST_SHOWN = 5
"""Lowest count of registrations that a sensitive theme shows."""

SAME_FOR_ALL = ("dim_datum", "dim_periode", "dim_uur")
OF_AREAS = {"dim_gebied": "gebied_sleutel", "area_boundaries": "gebied_code"}
OF_INDICATORS = {"neighbourhood_indicators": "kerncijfers", "municipal_enrichments": "indicatoren"}
IN_SENSITIVE = {*SAME_FOR_ALL, *OF_AREAS, *OF_INDICATORS, "dim_klasse", "dim_thema", "theme_indicators"}

_AREA_COLUMNS = ("gebied_sleutel", "huidige_gebied_code", "gebied_code")
_CELLS = pyarrow.schema(
    [("gebied_sleutel", pyarrow.string()), ("jaar", pyarrow.int32()), ("kenmerk", pyarrow.string()), ("weg", pyarrow.bool_())]
)


@dataclass(frozen=True)
class Selection:
    """The tables of a theme's file: models with the rows that it holds, and how many cells are hidden in them."""

    theme: Theme
    tables: list[tuple[pa.DataFrameSchema, ir.Table]]
    hidden: int


def theme_selection(store: Store, theme: Theme, models: Sequence[pa.DataFrameSchema]) -> Selection:
    """What the theme's file holds of the published tables.

    Args:
        models: published models, those that only files of themes hold among them.

    Raises:
        CannotHide: a small count of a sensitive theme follows from what is shown.
    """
    places = visible_areas(store, theme)
    areas = _texts(store, "uitgave_gebieden", "gebied_sleutel", [row["gebied_sleutel"] for row in places])
    classes = _texts(store, "uitgave_klassen", "klasse_sleutel", whole_classes(theme))
    tables, hidden = [], 0
    for model in models:
        name = str(model.name)
        if theme.gevoelig and name not in IN_SENSITIVE:
            continue
        rows = _restricted(store, model, theme, areas, classes)
        if rows is None:
            continue
        if theme.gevoelig and name == "theme_indicators":
            cells = sensitive_cells(rows, places, own_areas(store))
            hidden = sum(cell["weg"] for cell in cells)
            rows = without_small_cells(rows, store.keep_rows("uitgave_cellen", cells, _CELLS))
        tables.append((model, store.keep(f"uitgave_{name}", rows)))
    return Selection(theme, tables, hidden)


def visible_areas(store: Store, theme: Theme) -> list[dict[str, Any]]:
    """The areas that the theme is shown of: gebied_sleutel, gebied_niveau, gemeente_code, wijk_code, basisteam."""
    places = store.rows("SELECT gebied_sleutel, gebied_niveau, gemeente_code, wijk_code, basisteam FROM dim_gebied ORDER BY ALL")
    shown = {row["gebied_sleutel"] for row in theme_areas([theme], places)}
    return [row for row in places if row["gebied_sleutel"] in shown]


def whole_classes(theme: Theme) -> list[str]:
    """Keys of the classes and subcategories of which every registration belongs to the theme, and of the theme itself."""
    codes = [
        row["maatschappelijke_klasse"]
        for row in klassen()
        if theme.covers(row["maatschappelijke_klasse"], None, row["subcategorie"])
    ]
    return [theme.sleutel, *codes, *(f"subcategorie: {name}" for name in theme.subcategorieen)]


def sensitive_cells(rows: ir.Table, places: Sequence[dict[str, Any]], of_own: dict[str, list[str]]) -> list[dict[str, Any]]:
    """Every cell of registrations of a theme: gebied_sleutel, jaar, kenmerk, and ``weg``: whether it must be hidden.

    Years do not add up to anything, so each is looked at by itself.

    Args:
        rows: ``THEME_INDICATORS`` of one theme.
        places: visible areas: gebied_sleutel, gebied_niveau, gemeente_code, wijk_code, basisteam.
        of_own: neighbourhoods per own area.
    """
    own = rows.filter((rows.kenmerk_soort == "registraties") & rows.aantal.notnull())
    own = own.select("gebied_sleutel", "jaar", "kenmerk", "onderdeel_van", "aantal").order_by("jaar", "gebied_sleutel", "kenmerk")
    found = own.to_pyarrow().to_pylist()
    sums = area_sums(places, of_own)
    cells = []
    for year in sorted({row["jaar"] for row in found}):
        mine = [row for row in found if row["jaar"] == year]
        equations = cell_sums(mine, sums)
        weg = hidden_cells(np.array([int(row["aantal"]) for row in mine], dtype=np.int64), equations, SMALLEST_SHOWN)
        cells += [
            {"gebied_sleutel": row["gebied_sleutel"], "jaar": year, "kenmerk": row["kenmerk"], "weg": bool(gone)}
            for row, gone in zip(mine, weg, strict=True)
        ]
    return cells


def area_sums(places: Sequence[dict[str, Any]], of_own: dict[str, list[str]]) -> dict[str, list[str]]:
    """Per visible area the visible areas that it consists of: those of the highest level below it."""
    there = {row["gebied_sleutel"] for row in places}
    region = next((row["gebied_sleutel"] for row in places if row["gebied_niveau"] == "regio"), None)
    sums: dict[str, list[str]] = {}
    for row in places:
        key, level = row["gebied_sleutel"], row["gebied_niveau"]
        above = {"buurt": [row["wijk_code"]], "wijk": [row["gemeente_code"]], "gemeente": [row["basisteam"], region]}.get(
            level, []
        )
        for parent in above:
            if parent in there:
                sums.setdefault(parent, []).append(key)
    for key, buurten in of_own.items():
        if key in there and all(code in there for code in buurten):
            sums[key] = list(buurten)
    return sums


def cell_sums(cells: Sequence[dict[str, Any]], sums: dict[str, list[str]]) -> list[Equation]:
    """What of one year's cells adds up to what: a theme to its classes, an area to the areas within it.

    Args:
        cells: gebied_sleutel, kenmerk, onderdeel_van.
        sums: ``area_sums``.
    """
    number = {(row["gebied_sleutel"], row["kenmerk"]): place for place, row in enumerate(cells)}
    parts: dict[tuple[str, str], list[int]] = {}
    for place, row in enumerate(cells):
        if row["onderdeel_van"] is not None:
            parts.setdefault((row["gebied_sleutel"], row["onderdeel_van"]), []).append(place)
    equations = [(number[whole], tuple(own)) for whole, own in parts.items() if whole in number]
    for kenmerk in dict.fromkeys(row["kenmerk"] for row in cells):
        for area, within in sums.items():
            if (area, kenmerk) in number:
                equations.append(
                    (number[area, kenmerk], tuple(number[key, kenmerk] for key in within if (key, kenmerk) in number))
                )
    return equations


def without_small_cells(rows: ir.Table, cells: ir.Table) -> ir.Table:
    """The rows with ``onderdrukt``, and no count, rate or reference that would give a hidden count away.

    Of registrations the median, rank and percentile are made from hidden counts of other areas as well, so they are left out; the
    region's rate stays where the region's own count is shown.

    Args:
        rows: ``THEME_INDICATORS`` of one theme.
        cells: ``sensitive_cells``.
    """
    keys = ["gebied_sleutel", "jaar", "kenmerk"]
    hidden = cells.filter(cells.weg)
    region = rows.filter((rows.gebied_niveau == "regio") & (rows.kenmerk_soort == "registraties"))
    region = region.select(*keys).anti_join(hidden, keys).select("jaar", "kenmerk", regio_getoond=ibis.literal(True))
    joined = rows.left_join(hidden, keys).drop(*(f"{key}_right" for key in keys))
    joined = joined.left_join(region, ["jaar", "kenmerk"]).drop("jaar_right", "kenmerk_right")
    counted = joined.kenmerk_soort == "registraties"
    gone = counted & joined.weg.fill_null(False)
    nothing = ibis.null(dt.float64)
    return joined.mutate(
        onderdrukt=joined.onderdrukt | gone,
        **{name: ibis.ifelse(gone, nothing, joined[name]) for name in ("aantal", "waarde")},
        **{name: ibis.ifelse(counted, nothing, joined[name]) for name in ("waarde_vergelijkbaar", "percentiel")},
        rang=ibis.ifelse(counted, ibis.null(dt.int32), joined.rang),
        waarde_regio=ibis.ifelse(counted & joined.regio_getoond.isnull(), nothing, joined.waarde_regio),
    ).select(*rows.columns)


def given_away(rows: Sequence[dict[str, Any]], places: Sequence[dict[str, Any]], of_own: dict[str, list[str]]) -> int:
    """Small counts of a written file that are shown, or follow from what is shown; judged by the true counts.

    Args:
        rows: registrations of a theme: gebied_sleutel, jaar, kenmerk, onderdeel_van, aantal (true), onderdrukt (as written).
        places, of_own: as in ``sensitive_cells``.
    """
    sums = area_sums(places, of_own)
    found = 0
    for year in sorted({row["jaar"] for row in rows}):
        mine = [row for row in rows if row["jaar"] == year]
        values = np.array([int(row["aantal"]) for row in mine], dtype=np.int64)
        hidden = np.array([bool(row["onderdrukt"]) for row in mine])
        small = (values > 0) & (values < SMALLEST_SHOWN)
        found += int((small & ~hidden).sum() + known_cells(values, cell_sums(mine, sums), hidden).sum())
    return found


def _restricted(store: Store, model: pa.DataFrameSchema, theme: Theme, areas: ir.Table, classes: ir.Table) -> ir.Table | None:
    """The rows of a table that belong to the theme; None for a table of which that is not known."""
    name, columns = str(model.name), list(model.columns)
    table = store.table(name).select(*columns)
    if name in SAME_FOR_ALL:
        return table
    if name in OF_INDICATORS:
        table = table.filter(table.indicator.isin([*getattr(theme, OF_INDICATORS[name]), ""]))
    elif name == "dim_klasse":
        held = store.table("theme_indicators").filter(ibis._.thema_sleutel == theme.sleutel).select(klasse_sleutel=ibis._.kenmerk)
        return table.semi_join(together([classes, held]).distinct(), "klasse_sleutel")
    elif "thema_sleutel" in columns:
        table = table.filter(table.thema_sleutel == theme.sleutel)
    elif "klasse_sleutel" in columns:
        table = table.semi_join(classes, "klasse_sleutel")
    elif name not in OF_AREAS:
        return None
    column = next((column for column in _AREA_COLUMNS if column in columns), None)
    return table if column is None else table.semi_join(areas.rename({column: "gebied_sleutel"}), column)


def _texts(store: Store, name: str, column: str, values: Collection[str]) -> ir.Table:
    return store.keep_rows(name, [{column: value} for value in sorted(values)], pyarrow.schema([(column, pyarrow.string())]))


def own_areas(store: Store) -> dict[str, list[str]]:
    """Neighbourhoods per own area."""
    found: dict[str, list[str]] = {}
    for row in store.rows("SELECT gebied_sleutel, buurt_code FROM area_levels WHERE gebied_niveau = 'eigen gebied' ORDER BY ALL"):
        found.setdefault(row["gebied_sleutel"], []).append(row["buurt_code"])
    return found
