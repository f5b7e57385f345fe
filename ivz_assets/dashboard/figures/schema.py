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
_RATIO_EMPTY = "niet volledig: per dag die binnen is. Leeg als dat 0 is of niet te vergelijken"
_DIFFERENCE = (
    "Over de hele periode en niet per dag: een kortere februari kan een verschil onder 0 en een verhouding boven 1 hebben. Leeg: "
    "de periode loopt nog, is niet volledig of niet te vergelijken"
)

DASHBOARD_FIGURES = table(
    "dashboard_figures",
    "Cijfers per gebied, periode en klasse, met grenzen, vergelijkingen en voorbehoud (ruwe BVH-registraties, alleen voor "
    "intern gebruik). Kies altijd één datumbasis, gebied_niveau, periode_soort en klasse_niveau. Vanaf gemeente gaan de "
    "perioden zo ver terug als de leveringen, maar drie jaar bij 12 maanden en bij weken van een losse klasse of op "
    "registratiedatum. Buurten en wijken gaan drie jaar terug, per maand 25 maanden, per jaar zo ver als de leveringen, en "
    "hebben van 12 maanden alleen de nieuwste; een losse klasse hebben zij alleen per jaar en 12 maanden. Op "
    "registratiedatum zijn er weken en maanden, vanaf gemeente en subcategorie. Een periode die voor de eerste levering "
    "begon staat er niet in. Wat erin hoort en geen rij heeft is nul; per maand en jaar, en bij 12 maanden van buurten en "
    "wijken, staat nul vanaf subcategorie als rij. Leeg is onbekend en nooit nul. Vergeleken wordt een periode die voorbij "
    "is met een die volledig is (98% of meer binnen), en nooit een week met oudjaar of nieuwjaar. Is zij zelf niet "
    "volledig, dan is het verschil leeg en rekenen verhouding en toets met het deel dat binnen is (volledigheid, zonder de "
    "onzekerheid daarvan); onder 80% of bij een onbekend deel zijn ook die leeg.",
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
            "Waarop de verhouding is berekend; verschillen de klassen eronder, dan inwoners (GEMENGD); geen: er is geen passende",
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
            "de grenzen overlappen verschillen vaak niet echt; leeg zonder registraties, zonder verhouding of met één gebied",
            nullable=True, at_least=1,
        ),
        "rang_van": column(
            dt.int32, "Aantal gebieden van dit niveau met een verhouding, ook die zonder registraties", nullable=True, at_least=0
        ),
        "aantal_vorige_periode": column(
            dt.int32, "Aantal in de periode ervoor; leeg: niet (geheel) geleverd", nullable=True, at_least=0, unit=_COUNT
        ),
        "verschil_vorige_periode": column(
            dt.int32, f"Aantal min dat van de periode ervoor. {_DIFFERENCE}", nullable=True, unit=_COUNT
        ),
        "verhouding_vorige_periode": column(
            dt.float64, f"Aantal {_RATIO} dat van de periode ervoor; {_RATIO_EMPTY}", nullable=True, at_least=0
        ),
        "toets_vorige_periode": column(
            dt.float64, f"Tegen de periode ervoor; seizoen telt mee: kijk voor verandering naar vorig jaar. {_TEST}",
            nullable=True, at_least=0,
        ),
        "aantal_vorig_jaar": column(
            dt.int32, "Aantal in dezelfde periode een jaar eerder; leeg: niet (geheel) geleverd", nullable=True, at_least=0,
            unit=_COUNT,
        ),
        "verschil_vorig_jaar": column(
            dt.int32, f"Aantal min dat van een jaar eerder. {_DIFFERENCE}", nullable=True, unit=_COUNT
        ),
        "verhouding_vorig_jaar": column(
            dt.float64, f"Aantal {_RATIO} dat van een jaar eerder; {_RATIO_EMPTY}", nullable=True, at_least=0
        ),
        "toets_vorig_jaar": column(dt.float64, f"Tegen een jaar eerder. {_TEST}", nullable=True, at_least=0),
        "gemiddelde_vijf_jaar": column(
            dt.float64,
            "Gemiddeld aantal in dezelfde periode van de vijf jaren ervoor, zonder uitgesloten perioden; leeg onder drie jaren",
            nullable=True, at_least=0, unit=_COUNT,
        ),
        "jaren_in_gemiddelde": column(dt.int32, "Van hoeveel van die vijf jaren er een cijfer meetelt", at_least=0, unit="jaren"),
        "verschil_gemiddelde": column(
            dt.float64, f"Aantal min het gemiddelde. {_DIFFERENCE}", nullable=True, unit=_COUNT
        ),
        "verhouding_gemiddelde": column(
            dt.float64, f"Aantal {_RATIO} het gemiddelde; {_RATIO_EMPTY}", nullable=True, at_least=0
        ),
        "toets_gemiddelde": column(dt.float64, f"Tegen die jaren samen. {_TEST}", nullable=True, at_least=0),
        "volledigheid": column(
            dt.float64,
            "Aandeel van de registraties dat naar verwachting binnen is, voor de hele regio (volledigheid); bij een klasse dat "
            "van haar subcategorie; 1 op registratiedatum; leeg is onbekend",
            nullable=True, at_least=0,
        ),
        "voorbehoud": column(
            dt.string,
            "Codes van wat men erbij moet weten, met spaties ertussen; wat zij betekenen staat in duiding (soort uitleg). Een "
            "lege tekst is niets",
        ),
    },
    key=("datumbasis", "gebied_sleutel", "periode", "klasse_sleutel"),
    published_as="cijfers",
)  # fmt: skip

PUBLISHED = (DASHBOARD_FIGURES,)
"""What a release holds of this topic."""
