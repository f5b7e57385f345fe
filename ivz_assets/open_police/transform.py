"""From a table as served to counts per municipality, period and code. Pure; nothing is fetched and nothing compared."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ivz_assets.neighbourhoods.cbs.service import CbsPermanent, Column

TOPIC = "geregistreerdemisdrijven"
"""Stem of the column with the counts; the host adds a number to it."""

_PERIODS = {"maand": re.compile(r"^(\d{4})MM(\d{2})$"), "jaar": re.compile(r"^(\d{4})JJ00$")}


@dataclass(frozen=True)
class Shape:
    """The columns of a table by what they hold."""

    region: str
    period: str
    offence: str
    count: str


def shape_of(columns: Iterable[Column], where: str) -> Shape:
    """The columns of a table by their kind; names and numbers behind them may change.

    Raises:
        CbsPermanent: one of them is not there exactly once.
    """
    kinds: dict[str, list[str]] = {"region": [], "period": [], "offence": [], "count": []}
    for column in columns:
        if column.type.startswith("Geo"):
            kinds["region"].append(column.key)
        elif column.type == "TimeDimension":
            kinds["period"].append(column.key)
        elif column.type == "Dimension":
            kinds["offence"].append(column.key)
        elif column.type == "Topic" and re.sub(r"_\d+$", "", column.key).casefold() == TOPIC:
            kinds["count"].append(column.key)
    if wrong := [f"{name}: {', '.join(found) or 'none'}" for name, found in kinds.items() if len(found) != 1]:
        raise CbsPermanent(f"{where}: not one column each for {'; '.join(wrong)}. Look whether it is still the right table")
    return Shape(**{name: found[0] for name, found in kinds.items()})


def period_of(key: str, soort: str) -> str | None:
    """Our key of a period as served: '2026MM02' is '2026-02', '2025JJ00' is '2025'; None for one of another kind."""
    found = _PERIODS[soort].match(key.strip())
    return "-".join(found.groups()) if found else None


def wanted_keys(members: Iterable[Mapping[str, Any]], wanted: Iterable[str]) -> list[str]:
    """The keys as served, with their padding, of the members that are wanted."""
    plain = set(wanted)
    return [str(member["Key"]) for member in members if str(member["Key"]).strip() in plain]


def counts(
    rows: Iterable[Mapping[str, Any]], shape: Shape, soort: str, titles: Mapping[str, str], gemeenten: Sequence[str]
) -> list[dict[str, Any]]:
    """Gemeente_code, periode_soort, periode, politie_code, politie_titel and aantal of every row that was asked for.

    Args:
        rows: as served; what is null stays None.
        shape: which column holds what.
        soort: kind of period, 'maand' or 'jaar'.
        titles: title per code that is wanted, both without padding.
        gemeenten: municipalities that are wanted.
    """
    found = []
    for row in rows:
        gemeente, code = str(row[shape.region]).strip(), str(row[shape.offence]).strip()
        period = period_of(str(row[shape.period]), soort)
        if period is not None and gemeente in gemeenten and code in titles:
            count = row[shape.count]
            found.append(
                {
                    "gemeente_code": gemeente,
                    "periode_soort": soort,
                    "periode": period,
                    "politie_code": code,
                    "politie_titel": titles[code],
                    "aantal": None if count is None else int(count),
                }
            )
    return sorted(found, key=lambda item: (item["gemeente_code"], item["periode"], item["politie_code"]))
