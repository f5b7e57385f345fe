"""The models of the dashboard tables: dimensions and counts, with the Dutch names under which BI reads them. No computation."""

from __future__ import annotations

import ibis.expr.datatypes as dt

from ivz_assets.neighbourhoods.schema import NOEMERS
from ivz_assets.warehouse.model import column, table
from ivz_assets.weekmonitor.schema import DAGDELEN

GEBIED_NIVEAUS = ("buurt", "wijk", "gemeente", "basisteam", "regio", "eigen gebied")
PERIODE_SOORTEN = ("week", "maand", "kwartaal", "halfjaar", "jaar", "12 maanden", "jaar tot nu")
KLASSE_NIVEAUS = ("klasse", "subcategorie", "categorie", "thema", "totaal")
DATUMBASES = ("voorgevallen", "geregistreerd")

_MATEN = {
    "aantal": "Geregistreerde incidenten, misdrijven en overige samen",
    "aantal_misdrijven": "Waarvan misdrijven",
    "aantal_incidenten": "Waarvan incidenten die geen misdrijf zijn (E en M)",
    "aantal_pogingen": "Waarvan pogingen",
    "aantal_aangiften": "Waarvan met aangifte",
    "aantal_omgezet": "Waarvan in een buurt van een oudere indeling, omgezet naar de nieuwste; 0 is alles gemeten",
}

_sleutel_gebied = column(dt.string, "Sleutel naar dim_gebied: BU-, WK- of GM-code, basisteam, regio of eigen gebied")
_niveau_gebied = column(dt.string, "Niveau van het gebied", own_words=GEBIED_NIVEAUS)
_sleutel_klasse = column(dt.string, "Sleutel naar dim_klasse: code, of het niveau met de naam (subcategorie: Woninginbraak)")
_niveau_klasse = column(dt.string, "Niveau van de klasse", own_words=KLASSE_NIVEAUS)

DIM_GEBIED = table(
    "dim_gebied",
    "Gebieden op elk niveau, met de gebieden waarin ze liggen.",
    {
        "gebied_sleutel": _sleutel_gebied,
        "gebied_niveau": _niveau_gebied,
        "gebied_naam": column(dt.string, "Naam van het gebied; niet uniek"),
        "gebied_label": column(dt.string, "Naam met waar het ligt, uniek binnen het niveau: Centrum (Enschede)"),
        "wijk_code": column(dt.string, "CBS-wijk waarin het ligt", nullable=True),
        "wijk_naam": column(dt.string, "Naam van de wijk", nullable=True),
        "gemeente_code": column(dt.string, "CBS-gemeente waarin het ligt", nullable=True),
        "gemeente_naam": column(dt.string, "Naam van de gemeente", nullable=True),
        "basisteam": column(dt.string, "Basisteam van de politie; leeg als de indeling niet is ingesteld", nullable=True),
        "regio_naam": column(dt.string, "Naam van de regio"),
        "oppervlakte_ha": column(dt.float64, "Oppervlakte; leeg zonder kaart", nullable=True, unit="ha", at_least=0),
        "lengtegraad": column(dt.float64, "Punt voor een label in het gebied, WGS84", nullable=True, unit="graden"),
        "breedtegraad": column(dt.float64, "Punt voor een label in het gebied, WGS84", nullable=True, unit="graden"),
        "grens_geojson": column(dt.string, "Vereenvoudigde grens als GeoJSON in WGS84; leeg zonder kaart", nullable=True),
        "toelichting": column(dt.string, "Wat men bij dit gebied moet weten", nullable=True),
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
        "halfjaar": column(dt.int32, "Halfjaar van het jaar"),
        "kwartaal": column(dt.int32, "Kwartaal van het jaar"),
        "maand": column(dt.int32, "Maand van het jaar"),
        "maand_naam": column(dt.string, "Naam van de maand"),
        "iso_jaar": column(dt.int32, "Jaar waartoe de ISO-week hoort"),
        "iso_week": column(dt.int32, "ISO-week, 1 tot en met 53"),
        "weekdag": column(dt.int32, "Dag van de week; maandag is 1"),
        "weekdag_naam": column(dt.string, "Naam van de dag"),
        "dag_in_jaar": column(dt.int32, "Hoeveelste dag van het jaar"),
        "feestdag": column(dt.string, "Officiële feestdag", nullable=True),
        "schoolvakantie": column(dt.string, "Schoolvakantie in regio Noord", nullable=True),
        "schoolvakantie_bekend": column(dt.boolean, "Of bekend is wanneer het dat schooljaar vakantie was"),
        "corona": column(dt.boolean, "Valt in een bijzondere periode (corona) die niets zegt over een gewoon jaar"),
        "week_sleutel": column(
            dt.string,
            "Periode waarin de dag valt: ISO-week; niet om te koppelen",
            pattern=r"^\d{4}-W\d{2}$",
        ),
        "maand_sleutel": column(
            dt.string,
            "Periode waarin de dag valt: maand; niet om te koppelen",
            pattern=r"^\d{4}-\d{2}$",
        ),
        "kwartaal_sleutel": column(
            dt.string,
            "Periode waarin de dag valt: kwartaal; niet om te koppelen",
            pattern=r"^\d{4}-K[1-4]$",
        ),
        "halfjaar_sleutel": column(
            dt.string,
            "Periode waarin de dag valt: halfjaar; niet om te koppelen",
            pattern=r"^\d{4}-H[12]$",
        ),
        "jaar_sleutel": column(
            dt.string,
            "Periode waarin de dag valt: jaar; niet om te koppelen",
            pattern=r"^\d{4}$",
        ),
    },
    key=("datum",),
    published_as="dim_datum",
)

DIM_KLASSE = table(
    "dim_klasse",
    "Maatschappelijke klassen, subcategorieën en categorieën (Bijlage 1A; Verkeer bestaat en heeft nog geen klassen), thema's en "
    "de totalen van misdrijven en van overige incidenten.",
    {
        "klasse_sleutel": _sleutel_klasse,
        "klasse_niveau": _niveau_klasse,
        "klasse_naam": column(dt.string, "Omschrijving van de klasse, of naam van de (sub)categorie"),
        "maatschappelijke_klasse": column(dt.string, "Code van de maatschappelijke klasse", nullable=True),
        "subcategorie": column(dt.string, "Subcategorie", nullable=True),
        "categorie": column(dt.string, "Hoofdcategorie; leeg bij een thema of totaal", nullable=True),
        "themas": column(
            dt.string,
            "Thema's waartoe alle registraties van de klasse horen (wat op projectcode hoort niet), met puntkomma's",
            nullable=True,
        ),
        "toelichting": column(dt.string, "Wat men bij deze klasse moet weten", nullable=True),
        "laagste_niveau": column(
            dt.string,
            "Laagste niveau in de algemene uitgave; daaronder is niets vermeld, en dat is geen nul",
            allowed=("buurt", "gemeente"),
        ),
        "xy_toegestaan": column(dt.boolean, "Of de klasse x/y mag hebben; alleen bij een klasse", nullable=True),
        "noemer": column(
            dt.string,
            "Waarop een verhouding wordt berekend (noemers); geen: er is geen passende; leeg: de klassen eronder verschillen",
            nullable=True,
            allowed=(*NOEMERS, "geen"),
        ),
        "noemer_reden": column(dt.string, "Waarom die noemer; alleen bij een klasse", nullable=True),
        "soort": column(
            dt.string,
            "Misdrijf of incident (E- en M-klassen); alleen bij een klasse of totaal",
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
        **{name: column(dt.int32, text, at_least=int(name == "aantal"), unit="registraties") for name, text in _MATEN.items()},
    },
    key=("datumbasis", "gebied_sleutel", "periode", "klasse_sleutel"),
    published_as="incident_aantallen",
)

DIM_PERIODE = table(
    "dim_periode",
    "Perioden waarover cijfers gaan, met de perioden waarmee zij worden vergeleken.",
    {
        "periode": column(dt.string, "Sleutel: 2026-W05, 2026-02, 2026-K1, 2026-H1, 2026, 2025-03 t/m 2026-02, 2026 t/m 03-22"),
        "periode_soort": column(dt.string, "Soort periode; een week is een ISO-week", own_words=PERIODE_SOORTEN),
        "periode_naam": column(dt.string, "Naam in woorden"),
        "periode_begin": column(dt.date, "Eerste dag"),
        "periode_eind": column(dt.date, "Laatste dag"),
        "dagen": column(dt.int32, "Lengte", unit="dagen", at_least=1),
        "jaar": column(dt.int32, "Jaar waartoe de periode hoort; bij 12 maanden dat van de laatste dag"),
        "volgorde_in_jaar": column(dt.int32, "Hoeveelste van dat jaar: week 5; bij 12 maanden de laatste maand", at_least=1),
        "volgnummer": column(dt.int32, "Hoeveelste periode van deze soort", at_least=1),
        "vorige_periode": column(
            dt.string, "Periode ervoor; bij 12 maanden en jaar tot nu die van een jaar eerder", nullable=True
        ),
        "vorig_jaar_periode": column(dt.string, "Zelfde periode een jaar eerder; week 53 heeft die meestal niet", nullable=True),
        "afgesloten": column(dt.boolean, "Of de leveringen de hele periode beslaan: niet ervoor begonnen en niet erna voorbij"),
        "uitgesloten": column(dt.boolean, "Ligt minstens half in een bijzondere tijd (corona): zegt niets over een gewoon jaar"),
    },
    key=("periode",),
    published_as="dim_periode",
)  # fmt: skip

DIM_UUR = table(
    "dim_uur",
    "Uren van de dag, lokale tijd.",
    {
        "uur": column(dt.int32, "Uur, 0 tot en met 23", at_least=0),
        "uur_naam": column(dt.string, "Uur in woorden: 22:00-23:00"),
        "dagdeel": column(dt.string, "Dagdeel", allowed=DAGDELEN),
    },
    key=("uur",),
    published_as="dim_uur",
)

_DAGTELLING = {
    "datumbasis": column(dt.string, "Of de dag van het voorval of die van de registratie telt", own_words=DATUMBASES),
    "datum": column(dt.date, "Dag"),
    "buurt_code": column(dt.string, "CBS-buurt in de nieuwste indeling, of onbekend in de gemeente"),
    "maatschappelijke_klasse": column(dt.string, "Code van de maatschappelijke klasse"),
    "projectcode": column(dt.string, "Projectcode; een lege tekst als die er niet is"),
    **{name: column(dt.int32, text, at_least=0, unit="registraties") for name, text in _MATEN.items()},
}
_DAGTELLING_SLEUTEL = ("datumbasis", "datum", "buurt_code", "maatschappelijke_klasse", "projectcode")

DAILY_COUNTS = table(
    "daily_counts",
    "Aantallen per dag, buurt, klasse en projectcode, binnen de regio: waaruit de dashboardtabellen worden opgeteld.",
    _DAGTELLING,
    key=_DAGTELLING_SLEUTEL,
)

DRAWN_AREA_COUNTS = table(
    "drawn_area_counts",
    "Als daily_counts, voor getekende eigen gebieden. Dezelfde registraties staan ook in hun buurt: nooit optellen.",
    {**_DAGTELLING, "buurt_code": column(dt.string, "Sleutel van het eigen gebied, dat als buurt telt")},
    key=_DAGTELLING_SLEUTEL,
)

AREA_LEVELS = table(
    "area_levels",
    "Bij welke gebieden een buurt hoort.",
    {
        "buurt_code": column(dt.string, "CBS-buurt in de nieuwste indeling, of onbekend in de gemeente"),
        "gebied_niveau": _niveau_gebied,
        "gebied_sleutel": _sleutel_gebied,
    },
    key=("buurt_code", "gebied_sleutel"),
)

CLASS_LEVELS = table(
    "class_levels",
    "Bij welke klasse, subcategorie, categorie, thema's en totaal een registratie hoort.",
    {
        "maatschappelijke_klasse": column(dt.string, "Code van de maatschappelijke klasse"),
        "projectcode": column(dt.string, "Projectcode; een lege tekst als die er niet is"),
        "klasse_niveau": _niveau_klasse,
        "klasse_sleutel": _sleutel_klasse,
    },
    key=("maatschappelijke_klasse", "projectcode", "klasse_sleutel"),
)

PUBLISHED = (DIM_GEBIED, DIM_DATUM, DIM_PERIODE, DIM_UUR, DIM_KLASSE, DASHBOARD_INCIDENT_COUNTS)
"""What a release holds."""
