"""The areas that suppliers may name: from the store's table of areas, else from the lists. Matching a name is ``names``."""

from __future__ import annotations

from typing import Any

import ibis.expr.types as ir
import pyarrow

from ivz_assets.enrichment.editions import Editions
from ivz_assets.enrichment.names import Area, Areas
from ivz_assets.neighbourhoods.reference import buurten, gemeenten
from ivz_assets.settings import Settings
from ivz_assets.warehouse.store import Store

LEVELS = ("buurt", "wijk", "gemeente")

_CURRENT = pyarrow.schema([(name, pyarrow.string()) for name in ("gebied_code", "niveau", "gemeente_code")])

_NEWEST = pyarrow.schema(
    [("gebied_code", pyarrow.string()), ("periode_begin", pyarrow.date32()), ("huidige_gebied_code", pyarrow.string())]
)


def newest_areas(store: Store | None, settings: Settings) -> list[dict[str, Any]]:
    """The areas of the newest year (gebied_code, naam, niveau, gemeente_code), gemeente before wijk before buurt."""
    rows = _rows(store, settings)
    newest = max((row["jaar"] for row in rows), default=0)
    found = [row for row in rows if row["jaar"] == newest]
    return sorted(found, key=lambda row: (-LEVELS.index(row["niveau"]), row["gebied_code"]))


def known_areas(store: Store, settings: Settings) -> Areas:
    """Every area that has been, under its newest name, with the names it had before."""
    names: dict[str, list[Area]] = {}
    for row in _rows(store, settings):  # newest year first
        area = Area(row["gebied_code"], row["naam"], row["niveau"], row["gemeente_code"])
        names.setdefault(area.code, []).append(area)
    known = (Area(code, found[0].naam, found[0].niveau, found[0].gemeente_code, _former(found)) for code, found in names.items())
    return Areas(known, editions(store))


def editions(store: Store) -> Editions:
    """The codes through the editions; none when the store does not have them (yet)."""
    if not store.exists("area_crosswalk"):
        return Editions()
    rows = store.rows("SELECT van_jaar, van_buurt_code, buurt_code FROM area_crosswalk WHERE gewicht > 0")
    return Editions.of((row["van_jaar"], row["van_buurt_code"], row["buurt_code"]) for row in rows)


def newest_codes(store: Store, settings: Settings, name: str) -> ir.Table:
    """Of every delivered area and begin of a period the one newest code, as a temporary table.

    Returns:
        gebied_code, periode_begin, huidige_gebied_code: of an area that is not in the editions itself when it is known now;
        NULL when it leads to more than one or to none that is known.
    """
    known, now = editions(store), {row["gebied_code"] for row in newest_areas(store, settings)}
    rows = []
    for row in store.rows("SELECT DISTINCT gebied_code, periode_begin FROM raw_enrichments WHERE regels IS NULL"):
        code = row["gebied_code"]
        codes = known.now(code, row["periode_begin"]) if code in known.years else (code,) * (code in now)
        rows.append({**row, "huidige_gebied_code": codes[0] if len(codes) == 1 else None})
    return store.keep_rows(name, rows, _NEWEST)


def current_areas(store: Store, settings: Settings) -> ir.Table:
    """The areas of the newest year as a temporary table: gebied_code, niveau, gemeente_code."""
    found = [{name: row[name] for name in _CURRENT.names} for row in newest_areas(store, settings)]
    return store.keep_rows("gebieden_nu", found, _CURRENT)


def _former(found: list[Area]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(area.naam for area in found if area.naam != found[0].naam))


def _rows(store: Store | None, settings: Settings) -> list[dict[str, Any]]:
    """jaar, gebied_code, naam, niveau, gemeente_code; newest year first."""
    if store is not None and store.exists("areas"):
        return store.rows(
            "SELECT jaar, gebied_code, naam, niveau::VARCHAR AS niveau, gemeente_code FROM areas "
            f"WHERE niveau IN {LEVELS} AND gemeente_code IS NOT NULL ORDER BY jaar DESC, gebied_code"
        )
    listed = buurten(settings)
    wijken = {row["wijk_code"]: (row["wijk_naam"] or row["wijk_code"], row["gemeente_code"]) for row in listed}
    found = [(row["gemeente_code"], row["gemeente_naam"], "gemeente", row["gemeente_code"]) for row in gemeenten(settings)]
    found += [(code, name, "wijk", gemeente) for code, (name, gemeente) in wijken.items()]
    found += [(row["buurt_code"], row["buurt_naam"], "buurt", row["gemeente_code"]) for row in listed]
    return [
        {"jaar": 0, "gebied_code": code, "naam": name, "niveau": level, "gemeente_code": gemeente}
        for code, name, level, gemeente in found
    ]
