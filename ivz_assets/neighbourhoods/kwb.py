"""From a fetched CBS table to typed values per area: which column holds which indicator. No network, no store."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from ivz_assets.neighbourhoods.cbs.fetch import YearTable
from ivz_assets.neighbourhoods.cbs.service import Column
from ivz_assets.neighbourhoods.reference import indicators, kwb_stems

CHANGE_STEMS = ("IndelingswijzigingWijkenEnBuurten", "IndelingswijzigingGemeenteWijkBuurt")
"""The yearly change indicator, under the name it had until 2021 and the one it has now."""

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
        ("waarde_jaar", pa.int32()),
        ("bron_tabel", pa.string()),
        ("bron_kolom", pa.string()),
        ("bron_gewijzigd", pa.string()),
        ("opgehaald_op", pa.timestamp("us")),
    ]
)
"""Where the value of an indicator comes from in each year."""


@dataclass(frozen=True)
class Resolved:
    """The columns of one table that hold our indicators, and the indicators that none holds."""

    columns: Mapping[str, Column]
    missing: tuple[str, ...]


def stem(key: str) -> str:
    """Name of a column without the number behind it, which changes from year to year and from release to release."""
    return _SUFFIX.sub("", key.strip())


def resolve(columns: Sequence[Column]) -> Resolved:
    """Finds each indicator's column by its stem, in any case, and its unit; of several stems the first in the list wins.

    A stem that occurs more than once (an apartment has a use of power and of gas) is told apart by the unit. A column whose
    unit is another than the list says is not taken: its values would be of another size.
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
    return Resolved(found, tuple(name for name in NAMES if name not in found))


def _unit(unit: str | None) -> str:
    return " ".join((unit or "").casefold().split())


def values(table: YearTable, resolved: Resolved) -> pa.Table:
    """The table's areas with the values of the resolved columns: columns of ``VALUES``, codes and names without padding.

    Raises:
        ValueError: a value is no number; the message names table, area, column and value.
    """
    names = {str(region["Key"]).strip(): str(region["Title"]).strip() for region in table.regions}
    wanted = [name.casefold() for name in CHANGE_STEMS]
    change = next((column.key for column in table.columns if stem(column.key).casefold() in wanted), None)
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
            "indelingswijziging": _change(row.get(change)) if change else None,
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

    A column that is present but empty has not been filled by CBS yet: the last year that was filled speaks for it. A column
    that is not there speaks for nothing.
    """
    found = []
    filled: dict[str, tuple[YearTable, Column]] = {}
    for table, resolved, rows in sorted(tables, key=lambda item: item[0].jaar):
        for name, column in resolved.columns.items():
            if rows.column(name).null_count < rows.num_rows:
                filled[name] = (table, column)
            source, origin = filled.get(name, (table, column))
            found.append(
                {
                    "jaar": table.jaar,
                    "indicator": name,
                    "waarde_jaar": source.jaar,
                    "bron_tabel": source.table_id,
                    "bron_kolom": origin.key,
                    "bron_gewijzigd": source.modified,
                    "opgehaald_op": source.opgehaald_op,
                }
            )
    return found
