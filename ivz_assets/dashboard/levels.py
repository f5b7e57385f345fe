"""To which areas a neighbourhood belongs and to which classes an incident belongs, as plain rows. Levels are data, not code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ivz_assets.dashboard.themes.catalogue import Theme

TOTALS = {"misdrijf": "totaal: misdrijven", "incident": "totaal: incidenten"}
"""Crimes and other incidents (classes with E or M) are never added up to one figure."""


def class_key(niveau: str, name: str) -> str:
    """Key of a class: its code, or the level and the name, because a category and a subcategory may share a name."""
    return name if niveau == "klasse" else f"{niveau}: {name}"


def area_levels(
    buurten: Iterable[str], regio: str, basisteams: Mapping[str, str], own_areas: Mapping[str, Sequence[str]]
) -> list[dict[str, str]]:
    """Rows of ``AREA_LEVELS``.

    Args:
        buurten: codes of neighbourhoods, those of unknown neighbourhoods (BU0153XXXX) included.
        regio: key of the region.
        basisteams: basisteam per municipality; empty when the region has not set them.
        own_areas: neighbourhoods per key of an area that the region defined itself.
    """
    rows = []
    for code in sorted(set(buurten)):
        gemeente = f"GM{code[2:6]}"
        keys = {"buurt": code, "wijk": f"WK{code[2:8]}", "gemeente": gemeente, "regio": regio}
        if gemeente in basisteams:
            keys["basisteam"] = basisteams[gemeente]
        rows += [{"buurt_code": code, "gebied_niveau": level, "gebied_sleutel": key} for level, key in keys.items()]
    for key, codes in own_areas.items():
        rows += [{"buurt_code": code, "gebied_niveau": "eigen gebied", "gebied_sleutel": key} for code in sorted(set(codes))]
    return rows


def class_levels(
    pairs: Iterable[tuple[str, str]], klassen: Sequence[Mapping[str, str]], themes: Sequence[Theme]
) -> list[dict[str, str]]:
    """Rows of ``CLASS_LEVELS``.

    Args:
        pairs: class and project code ('' when there is none) as incidents have them.
        klassen: the code list.
        themes: the themes; an incident may belong to several or to none.
    """
    listed = {row["maatschappelijke_klasse"]: row for row in klassen}
    rows = []
    for code, project in sorted(set(pairs)):
        facts = listed[code]
        keys = [
            ("klasse", code),
            ("subcategorie", class_key("subcategorie", facts["subcategorie"])),
            ("categorie", class_key("categorie", facts["categorie"])),
            ("totaal", TOTALS[facts["soort"]]),
            *(("thema", theme.sleutel) for theme in themes if theme.covers(code, project, facts["subcategorie"])),
        ]
        rows += [
            {"maatschappelijke_klasse": code, "projectcode": project, "klasse_niveau": level, "klasse_sleutel": key}
            for level, key in keys
        ]
    return rows
