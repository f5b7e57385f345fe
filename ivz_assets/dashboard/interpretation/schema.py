"""The models of interpretation, with the Dutch names under which BI reads them. No computation."""

from __future__ import annotations

import ibis.expr.datatypes as dt

from ivz_assets.dashboard.interpretation.codes import codes
from ivz_assets.dashboard.interpretation.layout import rules
from ivz_assets.dashboard.schema import DATUMBASES, GEBIED_NIVEAUS, KLASSE_NIVEAUS
from ivz_assets.warehouse.model import column, table

SOORTEN = ("uitleg", "regel", "opmerking")
"""What a code means in general, what a rule found, and what a professional remarked."""

DASHBOARD_INTERPRETATION = table(
    "dashboard_interpretation",
    "Wat een lezer van een cijfer moet weten (duiding). Een regel gaat over elk cijfer dat past bij gebied, klasse, datumbasis "
    "en periode; wat daarvan leeg is, geldt voor alle. Bij een cijfer kunnen er meer horen: toon ze als lijst en tel ze niet.",
    {
        "duiding_id": column(
            dt.string, "Sleutel: de code met het begin van een hash van de regel", pattern=r"^[A-Z]+-[0-9a-f]{12}$"
        ),
        "soort": column(
            dt.string, "Uitleg van een code, gevonden door een regel, of opmerking van een professional", own_words=SOORTEN
        ),
        "code": column(dt.string, "Voorbehoud zoals het achter een cijfer staat, of een code van de duiding",
                       allowed=tuple(codes())),
        "gebied_sleutel": column(dt.string, "Sleutel naar dim_gebied; leeg is elk gebied", nullable=True),
        "gebied_niveau": column(dt.string, "Niveau van het gebied; leeg is elk niveau", nullable=True, own_words=GEBIED_NIVEAUS),
        "klasse_sleutel": column(dt.string, "Sleutel naar dim_klasse; leeg is elke klasse", nullable=True),
        "klasse_niveau": column(dt.string, "Niveau van de klasse; leeg is elk niveau", nullable=True, own_words=KLASSE_NIVEAUS),
        "datumbasis": column(dt.string, "Dag waarnaar wordt geteld; leeg is beide", nullable=True, own_words=DATUMBASES),
        "periode": column(dt.string, "Sleutel naar dim_periode als het over een periode gaat", nullable=True),
        "periode_begin": column(dt.date, "Eerste dag waarover het gaat; leeg is vanaf het begin", nullable=True),
        "periode_eind": column(dt.date, "Laatste dag waarover het gaat; leeg is zonder einde", nullable=True),
        "rol": column(dt.string, "Rol van wie de opmerking maakte", nullable=True),
        "tekst": column(
            dt.string,
            "Wat er te weten is. Begint de tekst met een teken dat een rekenblad als formule leest, dan staat er een "
            "aanhalingsteken voor",
        ),
        "geldig_tot_en_met": column(dt.date, "Laatste dag waarop een opmerking wordt getoond", nullable=True),
    },
    key=("duiding_id",),
    published_as="duiding",
)  # fmt: skip

INTERPRETATION_PROBLEMS = table(
    "interpretation_problems",
    "Opmerkingen uit de werkmap die niet worden getoond, met de reden en wat eraan te doen is.",
    {
        "nummer": column(dt.int32, "Volgorde in de werkmap", at_least=1),
        "bestand": column(dt.string, "Naam van de werkmap"),
        "blad": column(dt.string, "Naam van het werkblad; leeg als het over het bestand gaat", nullable=True),
        "rij": column(dt.int32, "Regel op het blad, zoals Excel haar toont", nullable=True, at_least=1),
        "kolom": column(dt.string, "Kolom zoals het sjabloon haar noemt", nullable=True),
        "waarde": column(dt.string, "Wat er stond, als dat niet over een persoon kan gaan", nullable=True),
        "regel": column(dt.string, "Regel waaraan het niet voldoet", allowed=tuple(rules())),
        "tekst": column(dt.string, "Wat er is"),
        "wat_te_doen": column(dt.string, "Wat eraan te doen is"),
    },
    key=("nummer",),
)

PUBLISHED = (DASHBOARD_INTERPRETATION,)
"""What a release holds of this topic."""
