"""From a fetched CBS table to typed values per area: which column holds which indicator. No network, no store."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ivz_assets.neighbourhoods.cbs.fetch import YearTable
from ivz_assets.neighbourhoods.cbs.service import Column
from ivz_assets.neighbourhoods.reference import indicators, kwb_stems

CHANGE_STEMS = ("IndelingswijzigingWijkenEnBuurten", "IndelingswijzigingGemeenteWijkBuurt")
"""The yearly change indicator, under the name it had until 2021 and the one it has now."""

CHANGE = "indelingswijziging"
"""What the change indicator is called here; without it nobody says which codes and borders changed."""

FILLED_FROM = 0.5
"""Share of the areas of a level from which CBS counts as having filled a column; what it keeps secret is a few per cent, and
before it fills a column for neighbourhoods it may do so for municipalities."""

_SUFFIX = re.compile(r"_\d+$")
_LEVELS = {"BU": "buurt", "WK": "wijk", "GM": "gemeente"}

NAMES = [row["indicator"] for row in indicators()]
VALUES = pa.schema(
    [
        ("jaar", pa.int32()),
        ("gebied_code", pa.string()),
        ("niveau", pa.string()),
        ("naam", pa.string()),
        ("indelingswijziging", pa.int32()),
        *((name, pa.float64()) for name in NAMES),
    ]
)
"""A row per area and year, a column per indicator; NULL is unknown or secret."""

SOURCES = pa.schema(
    [
        ("jaar", pa.int32()),
        ("indicator", pa.string()),
        ("niveau", pa.string()),
        ("waarde_jaar", pa.int32()),
        ("bron_tabel", pa.string()),
        ("bron_kolom", pa.string()),
        ("bron_gewijzigd", pa.string()),
        ("opgehaald_op", pa.timestamp("us")),
    ]
)
"""Where the value of an indicator comes from in each year, on each level."""


@dataclass(frozen=True)
class Resolved:
    """The columns of one table that hold our indicators, the one that holds the yearly change, and what no column holds."""

    columns: Mapping[str, Column]
    change: Column | None
    missing: tuple[str, ...]


def stem(key: str) -> str:
    """Name of a column without the number behind it, which changes from year to year and from release to release."""
    return _SUFFIX.sub("", key.strip())


def resolve(columns: Sequence[Column]) -> Resolved:
    """Finds each indicator's column by its stem, in any case, and its unit; of several stems the first in the list wins.

    A stem that occurs more than once (an apartment has a use of power and of gas) is told apart by the unit. A column whose
    unit is another than the list says is not taken: its values would be of another size. The yearly change is looked for
    as well: a table without it is read with less certainty, and that must be known.
    """
    by_name: dict[tuple[str, str], list[Column]] = {}
    for column in columns:
        by_name.setdefault((stem(column.key).casefold(), _unit(column.unit)), []).append(column)
    found: dict[str, Column] = {}
    for row in kwb_stems():
        candidates = by_name.get((row["stam"].casefold(), _unit(row["eenheid_cbs"])), [])
        # Two columns of one name and unit cannot be told apart; a guess would be worse than nothing.
        if row["indicator"] not in found and len(candidates) == 1:
            found[row["indicator"]] = candidates[0]
    wanted = [name.casefold() for name in CHANGE_STEMS]
    change = next((column for column in columns if stem(column.key).casefold() in wanted), None)
    missing = tuple(name for name in NAMES if name not in found)
    return Resolved(found, change, missing if change else (*missing, CHANGE))


def _unit(unit: str | None) -> str:
    return " ".join((unit or "").casefold().split())


def values(table: YearTable, resolved: Resolved) -> pa.Table:
    """The table's areas with the values of the resolved columns: columns of ``VALUES``, codes and names without padding.

    Raises:
        ValueError: a value is no number; the message names table, area, column and value.
    """
    names = {str(region["Key"]).strip(): str(region["Title"]).strip() for region in table.regions}
    rows = []
    for row in table.rows:
        code = str(row[table.dimension]).strip()
        level = _LEVELS.get(code[:2])
        if level is None:
            continue  # the country's own row
        found: dict[str, Any] = {
            "jaar": table.jaar,
            "gebied_code": code,
            "niveau": level,
            "naam": names.get(code, code),
            "indelingswijziging": _change(row.get(resolved.change.key)) if resolved.change else None,
        }
        for name, column in resolved.columns.items():
            found[name] = _number(row.get(column.key), table, code, column.key)
        rows.append(found)
    return pa.Table.from_pylist(rows, schema=VALUES)


def _change(value: Any) -> int | None:
    text = str(value or "").strip()
    return int(text) if text in ("1", "2", "3") else None


def _number(value: Any, table: YearTable, code: str, key: str) -> float | None:
    if value is None or (isinstance(value, str) and value.strip() in ("", ".")):
        return None
    try:
        return float(value)
    except (TypeError, ValueError):
        raise ValueError(
            f"CBS table {table.table_id} ({table.jaar}), {code}, column {key}: {value!r} is no number; "
            "see whether the column still means what kwb_stems.csv says"
        ) from None


def sources(tables: Iterable[tuple[YearTable, Resolved, pa.Table]]) -> list[dict[str, Any]]:
    """Where each indicator of each year comes from: rows of ``SOURCES``.

    A column that is present but empty on a level has not been filled by CBS yet: the last year that was filled on that level
    speaks for it. A column that is not there speaks for nothing.
    """
    found = []
    filled: dict[tuple[str, str], tuple[YearTable, Column]] = {}
    for table, resolved, rows in sorted(tables, key=lambda item: item[0].jaar):
        for level in _LEVELS.values():
            own = rows.filter(pc.field("niveau") == level)
            for name, column in resolved.columns.items() if own.num_rows else ():
                if _is_filled(own, name):
                    filled[name, level] = (table, column)
                source, origin = filled.get((name, level), (table, column))
                found.append(
                    {
                        "jaar": table.jaar,
                        "indicator": name,
                        "niveau": level,
                        "waarde_jaar": source.jaar,
                        "bron_tabel": source.table_id,
                        "bron_kolom": origin.key,
                        "bron_gewijzigd": source.modified,
                        "opgehaald_op": source.opgehaald_op,
                    }
                )
    return found


def _is_filled(areas: pa.Table, name: str) -> bool:
    """Whether CBS has filled a column for these areas; those that are known to be uninhabited are not asked, if others are."""
    inhabited = areas.filter(pc.field("inwoners").is_null() | (pc.field("inwoners") > 0))
    asked = inhabited if inhabited.num_rows else areas
    return bool(asked.num_rows - asked.column(name).null_count >= FILLED_FROM * asked.num_rows)
