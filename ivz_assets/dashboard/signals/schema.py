"""The models of the signals, their families and what the tests can tell apart. No computation."""

from __future__ import annotations

import ibis.expr.datatypes as dt

from ivz_assets.warehouse.model import column, table

GEBIED_NIVEAUS = ("buurt", "wijk", "gemeente", "basisteam", "regio")
PERIODE_SOORTEN = ("week", "maand")
KLASSE_NIVEAUS = ("subcategorie", "categorie", "thema")
METHODEN = ("gamma-poisson", "farrington")

ZELFDE_PERIODEN = "dezelfde perioden in eerdere jaren"
TREND_EN_SEIZOEN = "eerdere jaren met trend en seizoen"
ERVOOR = "de perioden ervoor"
TE_WEINIG = "te weinig historie"
THEMES = "thema's"
"""The family of all themes: one comparison of its own per theme and region would be let through one time in twenty."""

BASES = (ZELFDE_PERIODEN, TREND_EN_SEIZOEN, ERVOOR, TE_WEINIG)
"""What a count is compared with."""

GEMENGD = "gemengd"
FAMILIE_BASES = (*BASES, GEMENGD)
"""What the counts of a family are compared with; mixed when large counts have trend and season, and small ones do not."""

_periode_soort = column(dt.string, "Soort periode; een week is een ISO-week", own_words=PERIODE_SOORTEN)
_periode = column(dt.string, "Sleutel naar dim_periode: 2026-W05 of 2026-02; alleen afgesloten perioden")
_periode_begin = column(dt.date, "Eerste dag van de periode")
_nieuwste = column(dt.boolean, "Of dit de nieuwste afgesloten week of maand is")
_gebied_niveau = column(dt.string, "Niveau van het gebied", own_words=GEBIED_NIVEAUS)
_familie = column(
    dt.string, "Waarbinnen is gecorrigeerd voor veel vergelijken: de hoofdcategorie, of thema's voor alle thema's samen"
)

DASHBOARD_SIGNALS = table(
    "dashboard_signals",
    "Wat opvalt: een aantal tegen wat de historie laat verwachten, per gebied, klasse en periode. Alleen stijgingen. Geteld op "
    "de dag van registratie, zodat een afgesloten periode compleet is. Van de nieuwste week en maand staat er elke vergelijking "
    "met een registratie of een verwachting van minstens 1; van de twaalf perioden ervoor alleen de reeksen die in een van de "
    "dertien opvallen. Onbekende buurten en gemeenten worden niet vergeleken. Ruwe cijfers, alleen voor intern gebruik.",
    {
        "periode_soort": _periode_soort,
        "periode": _periode,
        "periode_begin": _periode_begin,
        "nieuwste": _nieuwste,
        "gebied_niveau": _gebied_niveau,
        "gebied_sleutel": column(dt.string, "Sleutel naar dim_gebied"),
        "klasse_niveau": column(dt.string, "Niveau van de klasse", own_words=KLASSE_NIVEAUS),
        "klasse_sleutel": column(dt.string, "Sleutel naar dim_klasse: subcategorie, categorie of thema"),
        "familie": _familie,
        "aantal": column(dt.int32, "Geregistreerd in de periode", at_least=0, unit="registraties"),
        "verwacht": column(dt.float64, "Te verwachten als er niets veranderde", at_least=0, unit="registraties"),
        "band_laag": column(dt.int32, "Ondergrens van 95% van wat dan te verwachten is", at_least=0, unit="registraties"),
        "band_hoog": column(dt.int32, "Bovengrens van 95% van wat dan te verwachten is", at_least=0, unit="registraties"),
        "kans": column(
            dt.float64,
            "Kans op zoveel of meer als er niets veranderde; een telling is een geheel getal, zodat een grens van 5% in feite "
            "strenger is (zie signaal_onderscheid)",
            at_least=0,
        ),
        "kans_gecorrigeerd": column(
            dt.float64, "Kans na correctie voor veel vergelijken (Benjamini-Hochberg) binnen de familie", at_least=0
        ),
        "signaal": column(dt.boolean, "Of het opvalt: gecorrigeerde kans hoogstens q (zie signaal_families)"),
        "duur": column(
            dt.int32, "Hoeveel perioden achtereen het opvalt, deze meegeteld; 0 als het niet opvalt, hoogstens 13", at_least=0
        ),
        "methode": column(
            dt.string,
            "gamma-poisson: kleine aantallen, negatief-binomiaal met geschatte spreiding; farrington: grote aantallen per week, "
            "Farrington-flexible (Noufaily 2012), behalve in een week die in eerdere jaren een piek is (jaarwisseling)",
            own_words=METHODEN,
        ),
        "basis": column(
            dt.string,
            "Waarmee is vergeleken: dezelfde week (met die ervoor en erna) of maand van hoogstens vijf eerdere jaren, geschaald "
            "met trend en seizoen van de regio; alle weken van drie tot vijf eerdere jaren met trend en seizoen; of, bij minder "
            "dan twee bruikbare jaren, de weken 5 tot en met 26 ervoor, geschaald met de regio van de laatste vier (maanden en "
            "oud en nieuw worden dan niet vergeleken). Een eerder jaar is bruikbaar als ook het half jaar voor diezelfde periode "
            "bekend is, want daaruit volgt de trend. Bijzondere perioden (corona) tellen nooit mee",
            own_words=BASES,
        ),
        "historie_perioden": column(dt.float64, "Lengte van de historie in perioden als deze", at_least=0, unit="perioden"),
        "spreiding": column(dt.float64, "Variantie ten opzichte van toeval alleen (Poisson), geschat; 1 of meer", at_least=1),
        "zin": column(dt.string, "Het signaal in een zin; leeg als het niet opvalt", nullable=True),
    },
    key=("periode", "gebied_sleutel", "klasse_sleutel"),
    published_as="signalen",
)  # fmt: skip

DASHBOARD_SIGNAL_FAMILIES = table(
    "dashboard_signal_families",
    "Hoeveel vergelijkingen er zijn gedaan en hoeveel er opvallen, per periode, gebiedsniveau en familie. Een familie is een "
    "categorie met haar subcategorieën, of alle thema's samen, in elk bekend gebied. Een klasse die in de hele "
    "historie niet in de regio voorkomt wordt niet vergeleken.",
    {
        "periode_soort": _periode_soort,
        "periode": _periode,
        "periode_begin": _periode_begin,
        "nieuwste": _nieuwste,
        "gebied_niveau": _gebied_niveau,
        "familie": _familie,
        "vergelijkingen": column(dt.int32, "Hoeveel vergelijkingen er zijn gedaan (m)", at_least=0, unit="vergelijkingen"),
        "signalen": column(dt.int32, "Hoeveel daarvan opvallen (k)", at_least=0, unit="vergelijkingen"),
        "q": column(dt.float64, "Van wat opvalt is gemiddeld hoogstens dit deel toeval", at_least=0),
        "basis": column(
            dt.string,
            "Waarmee is vergeleken (zie signalen); gemengd als dat binnen de familie verschilt. Bij te weinig historie is er "
            "niet vergeleken: een periode heeft twee eerdere jaren nodig waarvan ook het half jaar ervoor bekend is",
            own_words=FAMILIE_BASES,
        ),
        "toelichting": column(dt.string, "In een zin: k van de m vergelijkingen vallen op bij q"),
    },
    key=("periode", "gebied_niveau", "familie"),
    published_as="signaal_families",
)

DASHBOARD_SIGNAL_POWER = table(
    "dashboard_signal_power",
    "Wat de vergelijkingen kunnen onderscheiden: de kans dat een stijging wordt gevonden, per verwacht aantal en omvang. "
    "Berekend, niet geschat, voor gamma-poisson met twaalf vergelijkbare perioden als historie en een bekende spreiding.",
    {
        "verwacht": column(dt.int32, "Te verwachten aantal in de periode", at_least=1, unit="registraties"),
        "stijging": column(dt.float64, "Werkelijk gemiddelde ten opzichte van het verwachte; 1 is geen stijging", at_least=1),
        "vergelijkingen": column(
            dt.int32, "Omvang van de familie waarin deze stijging als enige opvalt", at_least=1, unit="vergelijkingen"
        ),
        "spreiding": column(dt.float64, "Variantie ten opzichte van toeval alleen (Poisson)", at_least=1),
        "kans_gevonden": column(
            dt.float64,
            "Kans dat het opvalt bij q = 5%; bij stijging 1 is dat de werkelijke kans op een vals signaal, nominaal 5% gedeeld "
            "door het aantal vergelijkingen",
            at_least=0,
        ),
    },
    key=("verwacht", "stijging", "vergelijkingen", "spreiding"),
    published_as="signaal_onderscheid",
)  # fmt: skip

PUBLISHED = (DASHBOARD_SIGNALS, DASHBOARD_SIGNAL_FAMILIES, DASHBOARD_SIGNAL_POWER)
