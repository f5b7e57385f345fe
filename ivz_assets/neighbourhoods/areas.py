"""Areas per year on every level, with the names of then and now: rows of ``AREAS``. Pure Python, no store."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from ivz_assets.neighbourhoods.crosswalk import Buurt

Point = tuple[float, float]


def from_kwb(rows: Iterable[Mapping[str, Any]], source: str) -> list[dict[str, Any]]:
    """Areas of one year in a CBS table: what ``complete`` needs.

    Args:
        rows: jaar, gebied_code, niveau, naam, indelingswijziging.
        source: the CBS table.
    """
    return [
        {
            "jaar": row["jaar"],
            "gebied_code": row["gebied_code"],
            "niveau": row["niveau"],
            "naam": row["naam"],
            "indelingswijziging": row["indelingswijziging"],
            "bron": source,
        }
        for row in rows
    ]


def from_lists(
    year: int, buurten: Sequence[Mapping[str, str]], gemeenten: Mapping[str, str], sources: tuple[str, str]
) -> list[dict[str, Any]]:
    """Areas of this year from the region's own lists, for as long as there is no CBS table.

    Args:
        sources: what the neighbourhoods and the municipalities come from.
    """
    wijken = {row["wijk_code"]: row["wijk_naam"] or row["wijk_code"] for row in buurten}
    levels = (
        ("buurt", {row["buurt_code"]: row["buurt_naam"] for row in buurten}, sources[0]),
        ("wijk", wijken, sources[0]),
        ("gemeente", gemeenten, sources[1]),
    )
    return [
        {"jaar": year, "gebied_code": code, "niveau": level, "naam": name, "indelingswijziging": None, "bron": source}
        for level, named, source in levels
        for code, name in named.items()
    ]


def complete(
    areas: Sequence[Mapping[str, Any]],
    *,
    region: tuple[str, str],
    gemeenten: Collection[str],
    basisteams: Mapping[str, str],
    labels: Mapping[str, Point],
) -> list[dict[str, Any]]:
    """The areas with parents, current names and label points, and per year the levels above the municipality.

    Args:
        areas: output of ``from_kwb`` or ``from_lists`` for all years.
        region: code and name of the region.
        gemeenten: codes of the region's municipalities.
        basisteams: basisteam per municipality; empty when the map is not set, and then there is no such level.
        labels: longitude and latitude per area of the newest map.
    """
    newest = max((row["jaar"] for row in areas), default=None)
    names_now = {row["gebied_code"]: row["naam"] for row in areas if row["jaar"] == newest}
    found = []
    for row in areas:
        code = row["gebied_code"]
        gemeente = f"GM{code[2:6]}"
        point = labels.get(code) if code in names_now else None
        found.append(
            {
                **row,
                "huidige_naam": names_now.get(code),
                "wijk_code": f"WK{code[2:8]}" if row["niveau"] in ("buurt", "wijk") else None,
                "gemeente_code": gemeente,
                "basisteam": basisteams.get(gemeente),
                "regio_code": region[0] if gemeente in gemeenten else None,
                "label_lengtegraad": point[0] if point else None,
                "label_breedtegraad": point[1] if point else None,
            }
        )
    for year in sorted({row["jaar"] for row in areas}):
        teams = {row["basisteam"] for row in found if row["jaar"] == year and row["niveau"] == "gemeente"} - {None}
        found += [_above(year, "basisteam", team, team, team, region[0]) for team in sorted(teams)]
        found.append(_above(year, "regio", region[0], region[1], None, region[0]))
    return found


def _above(year: int, level: str, code: str, name: str, team: str | None, region: str) -> dict[str, Any]:
    return {
        "jaar": year,
        "gebied_code": code,
        "niveau": level,
        "naam": name,
        "huidige_naam": name,
        "wijk_code": None,
        "gemeente_code": None,
        "basisteam": team,
        "regio_code": region,
        "indelingswijziging": None,
        "label_lengtegraad": None,
        "label_breedtegraad": None,
        "bron": "instellingen van de regio",
    }


def editions(areas: Sequence[Mapping[str, Any]]) -> dict[int, list[Buurt]]:
    """The neighbourhoods per year, for the crosswalk."""
    found: dict[int, list[Buurt]] = {}
    for row in areas:
        if row["niveau"] == "buurt":
            found.setdefault(row["jaar"], []).append(Buurt(row["gebied_code"], row["naam"], row["indelingswijziging"]))
    return found
