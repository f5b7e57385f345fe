"""The region's municipalities and, when known, its neighbourhoods. The lists are data: here, or in the data folder of a user."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

from ivz_assets.neighbourhoods.reference.user_lists import TEXT, WrongList, numbered_rows, read_list
from ivz_assets.settings import Settings

FOLDER = Path(__file__).parent

GEMEENTE_CODE = r"GM\d{4}"

_GEMEENTE_COLUMNS = {"gemeente_code": GEMEENTE_CODE, "gemeente_naam": TEXT}
_BUURT_COLUMNS = {
    "buurt_code": r"BU\d{8}",
    "buurt_naam": TEXT,
    "wijk_code": r"WK\d{6}",
    "wijk_naam": TEXT,
    "gemeente_code": GEMEENTE_CODE,
}


def _packaged(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def indicators() -> list[dict[str, str]]:
    """Our indicators: indicator, groep, omschrijving, eenheid."""
    return _packaged("indicators.csv")


@cache
def kwb_stems() -> list[dict[str, str]]:
    """Stems of the columns that hold an indicator, with the unit of CBS: indicator, stam, eenheid_cbs; the first match wins."""
    return _packaged("kwb_stems.csv")


@cache
def denominators() -> list[dict[str, str]]:
    """What a rate is computed over: noemer, indicator, eenheid, per, ondergrens, reden_ondergrens."""
    return _packaged("denominators.csv")


@cache
def class_denominators() -> list[dict[str, str]]:
    """Which denominator fits a class, and why: maatschappelijke_klasse, noemer (or ``geen``), reden."""
    return _packaged("class_denominators.csv")


def gemeenten(settings: Settings) -> list[dict[str, str]]:
    """Municipalities of the region (gemeente_code, gemeente_naam): the data folder's own list, else Twente's 14.

    Raises:
        WrongList: the data folder's own list cannot be used.
    """
    own = settings.gemeenten_csv
    return read_list(own if own.exists() else FOLDER / "gemeenten.csv", _GEMEENTE_COLUMNS, key="gemeente_code")


def buurten(settings: Settings) -> list[dict[str, str]]:
    """Neighbourhoods of the region (buurt_code, buurt_naam, wijk_code, wijk_naam, gemeente_code); empty when there is no list.

    Without a list every well-formed code of a municipality of the region counts as a neighbourhood. A list of the whole
    country will do: neighbourhoods of other municipalities are left out.

    Raises:
        WrongList: the list cannot be used.
    """
    path = settings.buurten_csv
    if not path.exists():
        return []
    region = {row["gemeente_code"] for row in gemeenten(settings)}
    found = []
    optional = ("wijk_code", "wijk_naam", "gemeente_code")
    for line, row in numbered_rows(path, _BUURT_COLUMNS, optional=optional, key="buurt_code"):
        digits = row["buurt_code"][2:]
        row["wijk_code"] = row["wijk_code"] or f"WK{digits[:6]}"
        row["gemeente_code"] = row["gemeente_code"] or f"GM{digits[:4]}"
        # A neighbourhood's code begins with its municipality; the incidents are placed by it.
        if row["gemeente_code"] != f"GM{digits[:4]}":
            raise WrongList(
                f"{path}, line {line}: {row['buurt_code']} does not lie in gemeente_code {row['gemeente_code']!r}; "
                "correct one of the two"
            )
        if row["gemeente_code"] in region:
            found.append(row)
    if not found:
        raise WrongList(
            f"{path}: none of its neighbourhoods lies in a municipality of the region ({', '.join(sorted(region))}); "
            "give the list of this region, or remove the file to do without"
        )
    return found


def basisteams(settings: Settings) -> dict[str, str]:
    """Basisteam of the police per municipality of the region; empty when the map is not set: then there is no such level.

    Raises:
        WrongList: the map cannot be used, or leaves a municipality of the region out.
    """
    path = settings.basisteams_csv
    if not path.exists():
        return {}
    found = {
        row["gemeente_code"]: row["basisteam"]
        for row in read_list(path, {"gemeente_code": GEMEENTE_CODE, "basisteam": TEXT}, key="gemeente_code")
    }
    region = {row["gemeente_code"] for row in gemeenten(settings)}
    if left_out := sorted(region - found.keys()):
        raise WrongList(f"{path}: no basisteam for {', '.join(left_out)}; add a line for each municipality of the region")
    return {code: team for code, team in found.items() if code in region}


def local_crosswalk(settings: Settings) -> dict[int, dict[str, list[tuple[str, float, str]]]]:
    """What is known locally of changed codes: per first year of the new code, per old code the new ones, weight and note.

    Raises:
        WrongList: the list cannot be used.
    """
    path = settings.crosswalk_csv
    if not path.exists():
        return {}
    columns = {
        "jaar": r"20\d{2}",
        "van_buurt_code": r"BU\d{8}",
        "buurt_code": r"BU\d{8}",
        "gewicht": r"0?[.,]0*[1-9]\d*|1([.,]0*)?",
        "toelichting": TEXT,
    }
    found: dict[int, dict[str, list[tuple[str, float, str]]]] = {}
    for row in read_list(path, columns):
        parts = found.setdefault(int(row["jaar"]), {}).setdefault(row["van_buurt_code"], [])
        parts.append((row["buurt_code"], float(row["gewicht"].replace(",", ".")), row["toelichting"]))
    return found
