"""The model of the figures, with the Dutch name under which BI reads them. No computation."""

from __future__ import annotations

import ibis.expr.datatypes as dt

from ivz_assets.dashboard.schema import DATUMBASES, GEBIED_NIVEAUS, KLASSE_NIVEAUS, PERIODE_SOORTEN
from ivz_assets.neighbourhoods.schema import NOEMERS
from ivz_assets.warehouse.model import column, table

_COUNT = "registraties"
_TEST = (
    "Kans op minstens zo'n verschil als er niets is veranderd, in beide richtingen (E-toets); leeg: niet te vergelijken. Van "
    "twintig vergelijkingen is er gemiddeld een onder 0,05 door toeval; 0 is kleiner dan een miljoenste"
)
_RATIO = "per dag gedeeld door"

DASHBOARD_FIGURES = table(
    "dashboard_figures",
    "Cijfers per gebied, periode en klasse, met grenzen, vergelijkingen en voorbehoud (ruwe BVH-registraties, alleen voor "
    "intern gebruik). Kies altijd één datumbasis, gebied_niveau, periode_soort en klasse_niveau. Welke combinaties erin staan en "
    "hoe ver terug zegt grains.csv. Een combinatie die erin hoort en geen rij heeft is nul; per maand en jaar, vanaf "
    "subcategorie, staat nul er als rij. Leeg is onbekend en nooit nul.",
    {
        "datumbasis": column(dt.string, "Of de dag van het voorval of die van de registratie telt", own_words=DATUMBASES),
        "gebied_niveau": column(dt.string, "Niveau van het gebied", own_words=GEBIED_NIVEAUS),
        "gebied_sleutel": column(dt.string, "Sleutel naar dim_gebied"),
        "periode_soort": column(dt.string, "Soort periode; een week is een ISO-week", own_words=PERIODE_SOORTEN),
        "periode": column(dt.string, "Sleutel naar dim_periode"),
        "periode_begin": column(dt.date, "Eerste dag van de periode"),
        "klasse_niveau": column(dt.string, "Niveau van de klasse", own_words=KLASSE_NIVEAUS),
        "klasse_sleutel": column(dt.string, "Sleutel naar dim_klasse"),
        "aantal": column(dt.int32, "Geregistreerde incidenten", at_least=0, unit=_COUNT),
        "aantal_laag": column(
            dt.float64, "Ondergrens: het gemiddelde erachter ligt met 95% zekerheid tussen laag en hoog", at_least=0, unit=_COUNT
        ),
        "aantal_hoog": column(dt.float64, "Bovengrens, zie aantal_laag; onder 10 exact, vanaf 10 volgens Byar", unit=_COUNT),
        "aantal_omgezet": column(
            dt.int32, "Waarvan in een buurt van een oudere indeling, omgezet naar de nieuwste", at_least=0, unit=_COUNT
        ),
        "noemer": column(
            dt.string,
            "Waarop de verhouding is berekend; verschillen de klassen eronder, dan inwoners; geen: er is geen passende",
            own_words=(*NOEMERS, "geen"),
        ),
        "noemer_waarde": column(
            dt.float64,
            "Waarde van de noemer in het jaar van de periode, of het laatste jaar dat er is; leeg is onbekend",
            nullable=True, at_least=0,
        ),
        "per_1000": column(
            dt.float64,
            "Registraties per 1.000 van de noemer, in deze periode (niet herleid tot een jaar); leeg als de noemer ontbreekt of "
            "te klein is",
            nullable=True, at_least=0, unit="per 1.000",
        ),
        "per_1000_laag": column(dt.float64, "Ondergrens daarvan (95%)", nullable=True, at_least=0, unit="per 1.000"),
        "per_1000_hoog": column(dt.float64, "Bovengrens daarvan (95%)", nullable=True, at_least=0, unit="per 1.000"),
        "rang": column(
            dt.int32,
            "Plaats naar per_1000 onder de gebieden van dit niveau; 1 is het hoogst, gelijken delen een plaats. Gebieden waarvan "
            "de grenzen overlappen verschillen vaak niet echt",
            nullable=True, at_least=1,
        ),
        "rang_van": column(
            dt.int32, "Aantal gebieden van dit niveau met een verhouding, ook die zonder registraties", nullable=True, at_least=0
        ),
        "vorige_periode": column(
            dt.int32, "Aantal in de periode ervoor; leeg: niet (geheel) geleverd", nullable=True, at_least=0, unit=_COUNT
        ),
        "verschil_vorige_periode": column(
            dt.int32, "Aantal min dat van de periode ervoor; leeg zolang de periode loopt", nullable=True, unit=_COUNT
        ),
        "verhouding_vorige_periode": column(
            dt.float64, f"Aantal {_RATIO} dat van de periode ervoor; leeg als dat 0 is", nullable=True, at_least=0
        ),
        "toets_vorige_periode": column(dt.float64, f"Tegen de periode ervoor. {_TEST}", nullable=True, at_least=0),
        "zelfde_periode_vorig_jaar": column(
            dt.int32, "Aantal in dezelfde periode een jaar eerder; leeg: niet (geheel) geleverd", nullable=True, at_least=0,
            unit=_COUNT,
        ),
        "verschil_vorig_jaar": column(
            dt.int32, "Aantal min dat van een jaar eerder; leeg zolang de periode loopt", nullable=True, unit=_COUNT
        ),
        "verhouding_vorig_jaar": column(
            dt.float64, f"Aantal {_RATIO} dat van een jaar eerder; leeg als dat 0 is", nullable=True, at_least=0
        ),
        "toets_vorig_jaar": column(dt.float64, f"Tegen een jaar eerder. {_TEST}", nullable=True, at_least=0),
        "gemiddelde_vijf_jaar": column(
            dt.float64,
            "Gemiddeld aantal in dezelfde periode van de vijf jaren ervoor, zonder uitgesloten perioden; leeg onder drie jaren",
            nullable=True, at_least=0, unit=_COUNT,
        ),
        "jaren_in_gemiddelde": column(dt.int32, "Van hoeveel van die vijf jaren er een cijfer meetelt", at_least=0, unit="jaren"),
        "verschil_gemiddelde": column(
            dt.float64, "Aantal min het gemiddelde; leeg zolang de periode loopt", nullable=True, unit=_COUNT
        ),
        "verhouding_gemiddelde": column(
            dt.float64, f"Aantal {_RATIO} het gemiddelde; leeg als dat 0 is", nullable=True, at_least=0
        ),
        "toets_gemiddelde": column(dt.float64, f"Tegen die jaren samen. {_TEST}", nullable=True, at_least=0),
        "volledigheid": column(
            dt.float64,
            "Aandeel van de registraties dat naar verwachting binnen is, voor de hele regio (volledigheid); bij een klasse dat "
            "van haar subcategorie; 1 op registratiedatum; leeg is onbekend",
            nullable=True, at_least=0,
        ),
        "voorbehoud": column(
            dt.string, "Codes van wat men erbij moet weten, met spaties ertussen (caveats.csv); een lege tekst is niets"
        ),
    },
    key=("datumbasis", "gebied_sleutel", "periode", "klasse_sleutel"),
    published_as="cijfers",
)  # fmt: skip

PUBLISHED = (DASHBOARD_FIGURES,)
"""What a release holds of this topic."""
