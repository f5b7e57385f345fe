"""The models of the open police figures: which tables were fetched, and the counts in them. No computation."""

from __future__ import annotations

import ibis.expr.datatypes as dt

from ivz_assets.neighbourhoods.schema import TOESTANDEN
from ivz_assets.warehouse.model import MOMENT, column, table

TABELLEN = {"47022NED": "maand", "47018NED": "jaar"}
"""Geregistreerde misdrijven; soort misdrijf, wijk, buurt: the table of months and that of years."""

PERIODE_SOORTEN = tuple(TABELLEN.values())

_tabel = column(dt.string, "Open tabel van de politie", allowed=tuple(TABELLEN))
_soort = column(dt.string, "Soort periode van de tabel", own_words=PERIODE_SOORTEN)

OPEN_POLICE_TABLES = table(
    "open_police_tables",
    "Open tabellen van de politie waarmee de weekmonitor wordt vergeleken, met de toestand ervan.",
    {
        "tabel": _tabel,
        "periode_soort": _soort,
        "titel": column(dt.string, "Titel van de tabel", nullable=True),
        "gewijzigd": column(dt.string, "Datum waarop de tabel het laatst is gewijzigd", nullable=True),
        "opgehaald_op": column(MOMENT, "Moment waarop de tabel is opgehaald, lokale tijd", nullable=True),
        "bron": column(dt.string, "Waar de tabel vandaan komt", nullable=True),
        "toestand": column(dt.string, "Actueel, verouderd (eerder opgehaald) of ontbreekt", own_words=TOESTANDEN),
        "cijfers": column(dt.int64, "Opgehaalde cijfers", at_least=0, unit="cijfers"),
        "eerste_periode": column(dt.string, "Eerste periode met een cijfer", nullable=True),
        "laatste_periode": column(dt.string, "Laatste periode met een cijfer", nullable=True),
        "niet_gevonden": column(dt.string, "Codes die wij vergelijken en die de tabel niet heeft; met spaties"),
    },
    key=("tabel",),
    published_as="politie_tabellen",
)

OPEN_POLICE_COUNTS = table(
    "open_police_counts",
    "Geregistreerde misdrijven zoals de politie die openbaar maakt, per gemeente van de regio, periode en soort misdrijf; alleen "
    "de soorten waarmee de weekmonitor wordt vergeleken. Leeg is niet gegeven, nooit nul.",
    {
        "gemeente_code": column(dt.string, "CBS-gemeente", pattern=r"^GM\d{4}$"),
        "periode_soort": _soort,
        "periode": column(dt.string, "Periode: 2026-02 of 2025; sleutel naar dim_periode", pattern=r"^\d{4}(-\d{2})?$"),
        "politie_code": column(dt.string, "Soort misdrijf in de indeling van de politie", pattern=r"^\d+\.\d+\.\d+$"),
        "politie_titel": column(dt.string, "Naam van die soort in de tabel"),
        "aantal": column(dt.int32, "Misdrijven; leeg is niet gegeven", nullable=True, at_least=0, unit="misdrijven"),
        "tabel": _tabel,
        "gewijzigd": column(dt.string, "Datum waarop de tabel het laatst is gewijzigd"),
        "opgehaald_op": column(MOMENT, "Moment waarop de tabel is opgehaald, lokale tijd"),
    },
    key=("gemeente_code", "periode", "politie_code"),
    published_as="politie_open_data",
)

PUBLISHED = (OPEN_POLICE_TABLES, OPEN_POLICE_COUNTS)
"""What a release holds of this stage."""
