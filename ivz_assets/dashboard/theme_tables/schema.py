"""The models of the theme tables. Columns, types, keys, Dutch descriptions and units; no computation."""

from __future__ import annotations

import ibis.expr.datatypes as dt

from ivz_assets.dashboard.area_profile.schema import FIGURE_COLUMNS, REFERENCE_COLUMNS
from ivz_assets.enrichment.catalogue import NIVEAUS
from ivz_assets.warehouse.model import column, table

_sleutel = column(dt.string, "Sleutel van het thema: thema: en de naam; ook in dim_klasse", pattern=r"^thema: ")

DIM_THEMA = table(
    "dim_thema",
    "Thema's: wat zij tellen, hoe laag zij worden getoond, wie erover gaat en wie ze mag zien. Lijsten staan met puntkomma's.",
    {
        "thema_sleutel": _sleutel,
        "naam": column(dt.string, "Naam van het thema"),
        "omschrijving": column(dt.string, "Waar het over gaat"),
        "klassen": column(dt.string, "Maatschappelijke klassen waarvan elke registratie meetelt", nullable=True),
        "subcategorieen": column(dt.string, "Subcategorieën waarvan elke registratie meetelt", nullable=True),
        "projectcodes": column(dt.string, "Projectcodes waarmee een registratie van elke klasse meetelt", nullable=True),
        "indicatoren": column(dt.string, "Indicatoren van gemeenten en partners die erbij horen", nullable=True),
        "kerncijfers": column(dt.string, "Indicatoren van het CBS die erbij horen", nullable=True),
        "laagste_niveau": column(dt.string, "Lager wordt het thema niet getoond", allowed=NIVEAUS),
        "proefgemeenten": column(dt.string, "Gemeenten waarvan het alleen wordt getoond; leeg is alle", nullable=True),
        "eigenaar": column(dt.string, "Rol die erover gaat"),
        "mag_zien": column(dt.string, "Rollen die het mogen zien"),
        "gevoelig": column(dt.boolean, "Of kleine aantallen in een uitgave worden onderdrukt"),
    },
    key=("thema_sleutel",),
    published_as="dim_thema",
)

THEME_INDICATORS = table(
    "theme_indicators",
    "Per thema zijn eigen cijfers per gebied en jaar: registraties van het thema (samen en per klasse), cijfers van gemeenten en "
    "partners en kerncijfers, naast de regio en vergelijkbare gebieden. Niet lager dan het laagste niveau van het thema, en "
    "alleen van de proefgemeenten als het die heeft. Registraties: de laatste vijf hele kalenderjaren; nul is nul. Een klasse "
    "die het thema in die jaren nergens telt, staat er niet; van een klasse waar (met projectcode van het thema) achter staat, "
    "telt alleen dat deel.",
    {
        "thema_sleutel": _sleutel,
        **FIGURE_COLUMNS,
        "onderdeel_van": column(
            dt.string, "Kenmerk waarvan dit een deel is; leeg als het zelf het geheel is. Tel een deel en zijn geheel niet samen",
            nullable=True,
        ),
        **REFERENCE_COLUMNS,
    },
    key=("thema_sleutel", "gebied_sleutel", "jaar", "kenmerk_soort", "kenmerk"),
    published_as="thema_kerncijfers",
)  # fmt: skip

PUBLISHED = (DIM_THEMA,)
"""What the release for everybody holds."""

PER_THEME = (THEME_INDICATORS,)
"""What only the file of a theme holds, because who may see it differs per theme (``publication.themes``)."""
