"""The models of completeness: the share of recent periods that is in yet, and the reporting triangle. No computation."""

from __future__ import annotations

import ibis.expr.datatypes as dt

from ivz_assets.dashboard.schema import GEBIED_NIVEAUS, KLASSE_NIVEAUS, PERIODE_SOORTEN
from ivz_assets.warehouse.model import column, table

LEVELS = ("subcategorie", "categorie", "thema", "totaal")
"""Class levels that have a share of their own or of the level above; a class takes that of its subcategory."""

TRIANGLE_LEVELS = ("categorie", "totaal")
"""Class levels of which the triangle itself is published."""

TRIANGLE_WEEKS = 104
"""Newest weeks of occurrence of which the triangle itself is published; delays are learned from more."""

_gebied_niveau = column(dt.string, "Niveau van het gebied: altijd de regio", own_words=GEBIED_NIVEAUS)
_gebied_sleutel = column(dt.string, "Sleutel naar dim_gebied: de regio; voor kleinere gebieden geldt hetzelfde aandeel")
_klasse_niveau = column(dt.string, "Niveau van de klasse", own_words=KLASSE_NIVEAUS)
_klasse_sleutel = column(dt.string, "Sleutel naar dim_klasse")
_gegevens_tot = column(dt.date, "Gegevens tot en met: laatste registratiedatum waarover leveringen spreken")

DASHBOARD_COMPLETENESS = table(
    "dashboard_completeness",
    "Hoe volledig een recente periode al is: welk deel van wat er voorviel naar verwachting al is geregistreerd (chain ladder, "
    "Mack 1993), met een band van 95%. Naar de dag van het voorval; geschat over de hele regio, want per gemeente zijn de "
    "aantallen te klein. Periodes die er niet staan, zijn volledig. Verwachte totalen zijn een extrapolatie en vervangen het "
    "aantal nooit.",
    {
        "gebied_niveau": _gebied_niveau,
        "gebied_sleutel": _gebied_sleutel,
        "periode_soort": column(dt.string, "Soort periode; een week is een ISO-week", own_words=PERIODE_SOORTEN),
        "periode": column(dt.string, "Sleutel naar dim_periode; naar de dag van het voorval"),
        "periode_begin": column(dt.date, "Eerste dag van de periode"),
        "klasse_niveau": _klasse_niveau,
        "klasse_sleutel": _klasse_sleutel,
        "gegevens_tot": _gegevens_tot,
        "aantal_bekend": column(dt.int32, "Voorvallen in de periode die al geregistreerd zijn", at_least=0, unit="registraties"),
        "aandeel_binnen": column(
            dt.float64,
            "Verwacht deel van de voorvallen (tot en met gegevens_tot) dat al is geregistreerd; leeg als niet te zeggen",
            nullable=True,
            unit="aandeel van 1",
        ),
        "aandeel_laag": column(dt.float64, "Ondergrens (95%) van dat deel", nullable=True, unit="aandeel van 1"),
        "aandeel_hoog": column(dt.float64, "Bovengrens (95%) van dat deel", nullable=True, unit="aandeel van 1"),
        "aandeel_kennisgenomen": column(
            dt.float64,
            "Verwacht deel waarvan de politie al kennis heeft genomen (eerste vertraging: voorval tot kennisname)",
            nullable=True,
            unit="aandeel van 1",
        ),
        "aandeel_verwerkt": column(
            dt.float64,
            "Deel daarvan dat al is geregistreerd (tweede vertraging: kennisname tot registratie); "
            "maal aandeel_kennisgenomen is het aandeel_binnen",
            nullable=True,
            unit="aandeel van 1",
        ),
        "verwacht_totaal": column(
            dt.float64,
            "EXTRAPOLATIE: aantal als alles binnen is (van de dagen tot en met gegevens_tot)",
            nullable=True,
            unit="registraties",
        ),
        "verwacht_laag": column(
            dt.float64, "EXTRAPOLATIE: ondergrens (95%), hele registraties", nullable=True, unit="registraties"
        ),
        "verwacht_hoog": column(
            dt.float64, "EXTRAPOLATIE: bovengrens (95%), hele registraties", nullable=True, unit="registraties"
        ),
        "binnen_weken": column(
            dt.int32,
            "Volledig is: binnen zoveel weken geregistreerd; wat later komt niet meegerekend. Kleiner bij korte geschiedenis",
            nullable=True,
            unit="weken",
            at_least=1,
        ),
        "geschat_op": column(
            dt.string,
            "Klasse waarvan de vertraging is gemeten: zij zelf (een totaal uit zijn categorieën), of bij te weinig de categorie",
            nullable=True,
        ),
        "reden_geen_aandeel": column(dt.string, "Waarom er geen aandeel is; leeg als het er is", nullable=True),
    },
    key=("gebied_sleutel", "periode", "klasse_sleutel"),
    published_as="volledigheid",
)

DASHBOARD_REPORTING_TRIANGLE = table(
    "dashboard_reporting_triangle",
    "Meldingsdriehoek: van wat in een week in de regio voorviel, hoeveel weken later daarvan kennis werd genomen en hoeveel "
    "weken later het werd geregistreerd. Beide aantallen tellen over de weken op tot wat er van die week bekend is. Een cel "
    "die nog niet gekomen kan zijn, staat er niet.",
    {
        "gebied_niveau": _gebied_niveau,
        "gebied_sleutel": _gebied_sleutel,
        "periode": column(dt.string, "ISO-week van het voorval: sleutel naar dim_periode"),
        "periode_begin": column(dt.date, "Maandag van die week"),
        "klasse_niveau": _klasse_niveau,
        "klasse_sleutel": _klasse_sleutel,
        "weken_later": column(dt.int32, "Weken na de week van het voorval; 52 is 52 of meer", unit="weken", allowed=range(53)),
        "aantal_kennisgenomen": column(
            dt.int32, "Waarvan in die week kennis is genomen (van wat nu geregistreerd is)", unit="registraties"
        ),
        "aantal_geregistreerd": column(dt.int32, "In die week geregistreerd", at_least=0, unit="registraties"),
        "aantal_tot_dan": column(dt.int32, "Tot en met die week geregistreerd; niet optelbaar", unit="registraties"),
    },
    key=("gebied_sleutel", "periode", "klasse_sleutel", "weken_later"),
    published_as="meldingsdriehoek",
)

PUBLISHED = (DASHBOARD_COMPLETENESS, DASHBOARD_REPORTING_TRIANGLE)
"""What a release holds."""
