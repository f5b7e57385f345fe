"""The dimensions of areas, classes and hours as plain rows. Days are in ``calendar``, periods in ``periods``."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from ivz_assets.dashboard.levels import TOTALS, class_key
from ivz_assets.dashboard.themes.catalogue import Theme
from ivz_assets.weekmonitor.schema import DAGDELEN

Row = dict[str, Any]

NOTES = Path(__file__).parent / "reference" / "class_notes.csv"
KEPT_BACK = Path(__file__).parent / "reference" / "kept_back.csv"

LOWEST_LEVEL = "gemeente"
"""Lowest level on which the classes of ``kept_back.csv`` are shown; a proposal until the privacy officer decides."""


def dim_klasse(
    klassen: Sequence[Mapping[str, str]],
    noemers: Mapping[str, tuple[str, str]],
    without_classes: Sequence[str],
    themes: Sequence[Theme] = (),
    not_below_gemeente: Collection[str] = (),
) -> list[Row]:
    """Rows of ``DIM_KLASSE`` for classes, subcategories, categories, themes and the totals of crimes and other incidents.

    Args:
        klassen: the code list.
        noemers: denominator and reason per class; a level above has one when all its classes have the same.
        without_classes: categories with no codes yet.
        themes: the themes.
        not_below_gemeente: keys that the general release does not show below the municipality.
    """
    rows: dict[str, Row] = {}
    below: dict[str, set[str]] = {}

    def add(key: str, level: str, name: str, *, sub: str | None = None, category: str | None = None, **more: Any) -> None:
        empty = dict.fromkeys(("maatschappelijke_klasse", "themas", "xy_toegestaan", "noemer", "noemer_reden", "soort"))
        rows[key] = {
            "klasse_sleutel": key, "klasse_niveau": level, "klasse_naam": name, "subcategorie": sub, "categorie": category,
            **empty, **more,
        }  # fmt: skip

    for row in klassen:
        sub, category, code = row["subcategorie"], row["categorie"], row["maatschappelijke_klasse"]
        whole = [theme for theme in themes if theme.covers(code, "", sub)]
        add(
            code, "klasse", row["omschrijving"], sub=sub, category=category, maatschappelijke_klasse=code,
            themas="; ".join(theme.naam for theme in whole) or None, xy_toegestaan=row["xy_toegestaan"] == "true",
            noemer=noemers[code][0], noemer_reden=noemers[code][1], soort=row["soort"],
        )  # fmt: skip
        add(class_key("subcategorie", sub), "subcategorie", sub, sub=sub, category=category)
        add(class_key("categorie", category), "categorie", category, category=category)
        above = [class_key("subcategorie", sub), class_key("categorie", category), TOTALS[row["soort"]]]
        for key in (*above, *(theme.sleutel for theme in whole)):
            below.setdefault(key, set()).add(noemers[code][0])
    for category in without_classes:
        add(class_key("categorie", category), "categorie", category, category=category)
    for soort, key in TOTALS.items():
        add(
            key,
            "totaal",
            {"misdrijf": "Alle misdrijven", "incident": "Alle incidenten die geen misdrijf zijn"}[soort],
            soort=soort,
        )
    for theme in themes:
        add(theme.sleutel, "thema", theme.naam)
    for key, found in below.items():
        rows[key]["noemer"] = found.pop() if len(found) == 1 else None
    notes = class_notes()
    for key, row in rows.items():
        row["toelichting"] = notes.get(key)
        row["laagste_niveau"] = LOWEST_LEVEL if key in not_below_gemeente else "buurt"
    return list(rows.values())


@cache
def class_notes() -> dict[str, str]:
    """What a reader must know of a class, by key."""
    with NOTES.open(encoding="utf-8", newline="") as file:
        return {row["klasse_sleutel"]: row["toelichting"] for row in csv.DictReader(file)}


@cache
def kept_back() -> dict[str, str]:
    """Keys that the general release does not show below ``LOWEST_LEVEL``, with the reason."""
    with KEPT_BACK.open(encoding="utf-8", newline="") as file:
        return {row["klasse_sleutel"]: row["reden"] for row in csv.DictReader(file)}


def dim_gebied(
    seen: Sequence[Mapping[str, str]],
    listed: Sequence[Mapping[str, str]],
    gemeenten: Sequence[Mapping[str, str]],
    regio_code: str,
    regio_naam: str,
    basisteams: Mapping[str, str],
    borders: Mapping[str, Mapping[str, Any]],
) -> list[Row]:
    """Rows of ``DIM_GEBIED``: listed neighbourhoods, those that incidents name, wijken, municipalities, basisteams, the region.

    Args:
        seen: buurt_code and buurt_naam as incidents of the region have them.
        listed: buurt_code, buurt_naam, wijk_code, wijk_naam of the region's list; may be empty.
        gemeenten: gemeente_code, gemeente_naam of the region.
        basisteams: basisteam per municipality; may be empty.
        borders: per area oppervlakte_ha, lengtegraad, breedtegraad, grens_geojson; may be empty.
    """
    names = {row["gemeente_code"]: row["gemeente_naam"] for row in gemeenten} | {"GMXXXX": "Gemeente onbekend"}
    wijk_names = {row["wijk_code"]: row["wijk_naam"] for row in listed}
    buurt_names = {row["buurt_code"]: row["buurt_naam"] for row in seen} | {
        row["buurt_code"]: row["buurt_naam"] for row in listed
    }
    buurt_names |= {f"BU{code[2:]}XXXX": f"Onbekend ({name})" for code, name in names.items()}
    rows: list[Row] = []

    def add(key: str, level: str, name: str, wijk: str | None, gemeente: str | None) -> None:
        drawn = borders.get(key, {})
        rows.append(
            {
                "gebied_sleutel": key, "gebied_niveau": level, "gebied_naam": name, "wijk_code": wijk,
                "wijk_naam": _wijk_name(wijk, wijk_names, names) if wijk else None, "gemeente_code": gemeente,
                "gemeente_naam": names[gemeente] if gemeente else None,
                "basisteam": key if level == "basisteam" else basisteams.get(gemeente or ""), "regio_naam": regio_naam,
                **{column: drawn.get(column) for column in ("oppervlakte_ha", "lengtegraad", "breedtegraad", "grens_geojson")},
                "toelichting": None, "onbekend": "X" in key[2:] and level in ("buurt", "wijk", "gemeente"),
            }
        )  # fmt: skip

    wijken: dict[str, str] = {}
    for code, name in sorted(buurt_names.items()):
        gemeente = f"GM{code[2:6]}"
        wijken[f"WK{code[2:8]}"] = gemeente
        add(code, "buurt", name, f"WK{code[2:8]}", gemeente)
    for wijk, gemeente in wijken.items():
        add(wijk, "wijk", _wijk_name(wijk, wijk_names, names), wijk, gemeente)
    for gemeente, name in sorted(names.items()):
        add(gemeente, "gemeente", name, None, gemeente)
    for team in sorted(set(basisteams.values())):
        add(team, "basisteam", team, None, None)
    add(regio_code, "regio", regio_naam, None, None)
    return labelled(rows)


def labelled(rows: Sequence[Row]) -> list[Row]:
    """The rows with ``gebied_label``: below the municipality its name is added, and the code where that is not enough."""
    told = [
        f"{row['gebied_naam']} ({row['gemeente_naam']})"
        if row["gebied_niveau"] in ("buurt", "wijk") and not row["onbekend"]
        else row["gebied_naam"]
        for row in rows
    ]
    times = Counter((row["gebied_niveau"], label) for row, label in zip(rows, told, strict=True))
    return [
        {**row, "gebied_label": label if times[row["gebied_niveau"], label] == 1 else f"{label} {row['gebied_sleutel']}"}
        for row, label in zip(rows, told, strict=True)
    ]


def dim_uur() -> list[Row]:
    """Rows of ``DIM_UUR``."""
    # The parts of the day are six hours each, from midnight on, as in the weekmonitor.
    return [
        {"uur": hour, "uur_naam": f"{hour:02d}:00-{(hour + 1) % 24:02d}:00", "dagdeel": DAGDELEN[hour // 6]} for hour in range(24)
    ]


def _wijk_name(wijk: str, known: Mapping[str, str], gemeenten: Mapping[str, str]) -> str:
    gemeente = gemeenten[f"GM{wijk[2:6]}"]
    return known.get(wijk) or (f"Onbekend ({gemeente})" if wijk.endswith("XX") else f"Wijk {wijk[6:8]} {gemeente}")
