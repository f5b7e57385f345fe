"""The models of the dashboard tables: dimensions and counts, with the Dutch names under which BI reads them. No computation."""

from __future__ import annotations

import ibis.expr.datatypes as dt

from ivz_assets.neighbourhoods.schema import NOEMERS
from ivz_assets.warehouse.model import column, table

GEBIED_NIVEAUS = ("buurt", "wijk", "gemeente", "regio")
PERIODE_SOORTEN = ("week", "maand", "jaar")
KLASSE_NIVEAUS = ("klasse", "subcategorie", "categorie")
DATUMBASES = ("voorgevallen", "geregistreerd")

_sleutel_gebied = column(dt.string, "Sleutel naar dim_gebied: BU-, WK- of GM-code of de regio")
_niveau_gebied = column(dt.string, "Niveau van het gebied", own_words=GEBIED_NIVEAUS)
_sleutel_klasse = column(dt.string, "Sleutel naar dim_klasse: code, subcategorie of categorie, met het niveau ervoor")
_niveau_klasse = column(dt.string, "Niveau van de klasse", own_words=KLASSE_NIVEAUS)

DIM_GEBIED = table(
    "dim_gebied",
    "Gebieden op elk niveau, met de gebieden waarin ze liggen.",
    {
        "gebied_sleutel": _sleutel_gebied,
        "gebied_niveau": _niveau_gebied,
        "gebied_naam": column(dt.string, "Naam van het gebied"),
        "wijk_code": column(dt.string, "CBS-wijk waarin het ligt", nullable=True),
        "wijk_naam": column(dt.string, "Naam van de wijk", nullable=True),
        "gemeente_code": column(dt.string, "CBS-gemeente waarin het ligt", nullable=True),
        "gemeente_naam": column(dt.string, "Naam van de gemeente", nullable=True),
        "onbekend": column(dt.boolean, "Verzamelt incidenten waarvan de buurt (of gemeente) onbekend is"),
    },
    key=("gebied_sleutel",),
    published_as="dim_gebied",
)

DIM_DATUM = table(
    "dim_datum",
    "Kalender: een rij per dag.",
    {
        "datum": column(dt.date, "Dag"),
        "jaar": column(dt.int32, "Kalenderjaar"),
        "kwartaal": column(dt.int32, "Kwartaal van het jaar"),
        "maand": column(dt.int32, "Maand van het jaar"),
        "iso_jaar": column(dt.int32, "Jaar waartoe de ISO-week hoort"),
        "iso_week": column(dt.int32, "ISO-week, 1 tot en met 53"),
        "weekdag": column(dt.int32, "Dag van de week; maandag is 1"),
        "week_sleutel": column(dt.string, "Periode in incident_aantallen: ISO-week", pattern=r"^\d{4}-W\d{2}$"),
        "maand_sleutel": column(dt.string, "Periode in incident_aantallen: maand", pattern=r"^\d{4}-\d{2}$"),
        "jaar_sleutel": column(dt.string, "Periode in incident_aantallen: jaar", pattern=r"^\d{4}$"),
    },
    key=("datum",),
    published_as="dim_datum",
)

DIM_KLASSE = table(
    "dim_klasse",
    "Maatschappelijke klassen, subcategorieën en categorieën (Bijlage 1A; Verkeer bestaat en heeft nog geen klassen).",
    {
        "klasse_sleutel": _sleutel_klasse,
        "klasse_niveau": _niveau_klasse,
        "klasse_naam": column(dt.string, "Omschrijving van de klasse, of naam van de (sub)categorie"),
        "maatschappelijke_klasse": column(dt.string, "Code van de maatschappelijke klasse", nullable=True),
        "subcategorie": column(dt.string, "Subcategorie", nullable=True),
        "categorie": column(dt.string, "Hoofdcategorie"),
        "noemer": column(
            dt.string,
            "Waarop een verhouding wordt berekend (noemers); geen: er is geen passende; leeg: de klassen eronder verschillen",
            nullable=True,
            allowed=(*NOEMERS, "geen"),
        ),
        "noemer_reden": column(dt.string, "Waarom die noemer; alleen bij een klasse", nullable=True),
        "soort": column(
            dt.string,
            "Misdrijf of incident (E- en M-klassen); alleen bij een klasse",
            nullable=True,
            allowed=("misdrijf", "incident"),
        ),
    },
    key=("klasse_sleutel",),
    published_as="dim_klasse",
)

DASHBOARD_INCIDENT_COUNTS = table(
    "dashboard_incident_counts",
    "Aantallen geregistreerde incidenten per gebied, periode en klasse (ruwe BVH-registraties, alleen voor intern gebruik). "
    "Kies altijd één niveau of soort van elk; wat er niet staat is nul. Buiten de regio telt niet mee.",
    {
        "datumbasis": column(dt.string, "Of de dag van het voorval of die van de registratie telt", own_words=DATUMBASES),
        "gebied_niveau": _niveau_gebied,
        "gebied_sleutel": _sleutel_gebied,
        "periode_soort": column(dt.string, "Soort periode; een week is een ISO-week", own_words=PERIODE_SOORTEN),
        "periode": column(dt.string, "Periode: 2026-W05, 2026-02 of 2026; sleutels van dim_datum"),
        "periode_begin": column(dt.date, "Eerste dag van de periode"),
        "klasse_niveau": _niveau_klasse,
        "klasse_sleutel": _sleutel_klasse,
        "aantal": column(dt.int32, "Geregistreerde incidenten, misdrijven en overige samen", at_least=1, unit="registraties"),
        "aantal_misdrijven": column(dt.int32, "Waarvan misdrijven", at_least=0, unit="registraties"),
        "aantal_incidenten": column(
            dt.int32, "Waarvan incidenten die geen misdrijf zijn (E en M)", at_least=0, unit="registraties"
        ),
        "aantal_pogingen": column(dt.int32, "Waarvan pogingen", at_least=0, unit="registraties"),
        "aantal_aangiften": column(dt.int32, "Waarvan met aangifte", at_least=0, unit="registraties"),
        "aantal_omgezet": column(
            dt.int32,
            "Waarvan in een buurt van een oudere indeling, omgezet naar de nieuwste; 0 is alles gemeten",
            at_least=0,
            unit="registraties",
        ),
    },
    key=("datumbasis", "gebied_sleutel", "periode", "klasse_sleutel"),
    published_as="incident_aantallen",
)

PUBLISHED = (DIM_GEBIED, DIM_DATUM, DIM_KLASSE, DASHBOARD_INCIDENT_COUNTS)
"""What a release holds."""
