"""The models of the hot spots: neighbourhoods and squares, with the Dutch names under which BI reads them. No computation."""

from __future__ import annotations

import ibis.expr.datatypes as dt

from ivz_assets.dashboard.hot_spots.development import ONTWIKKELINGEN
from ivz_assets.dashboard.hot_spots.neighbourhoods import COLD_FROM, LEVEL, OORDELEN, REDENEN
from ivz_assets.dashboard.hot_spots.squares import MINIMUM, SOORTEN
from ivz_assets.dashboard.schema import DATUMBASES, GEBIED_NIVEAUS, KLASSE_NIVEAUS, PERIODE_SOORTEN
from ivz_assets.neighbourhoods.schema import NOEMERS
from ivz_assets.warehouse.model import column, table

_kaart = {
    "datumbasis": column(dt.string, "Welke dag telt: die van het voorval", own_words=DATUMBASES),
    "periode_soort": column(dt.string, "Soort periode: 12 maanden", own_words=PERIODE_SOORTEN),
    "periode": column(dt.string, "Sleutel naar dim_periode: twaalf maanden, zonder overlap met de andere perioden"),
    "periode_begin": column(dt.date, "Eerste dag van de periode"),
    "nieuwste": column(dt.boolean, "Of dit de nieuwste afgesloten periode is"),
    "klasse_niveau": column(dt.string, "Niveau van de klasse", own_words=KLASSE_NIVEAUS),
    "klasse_sleutel": column(dt.string, "Sleutel naar dim_klasse"),
}
_per = "per 1.000 van de noemer"

DASHBOARD_HOT_SPOTS = table(
    "dashboard_hot_spots",
    "Aandachtsbuurten: waar een buurt en haar buren samen opvallend veel (heet) of weinig (koud) registraties per noemer hebben. "
    "Een kaart is een klasse of thema in twaalf maanden; elke buurt staat erop, ook met nul. Getis-Ord Gi* op cijfers die met "
    "empirical Bayes naar het regiogemiddelde zijn afgevlakt (Marshall 1991), buren delen een grens of een punt, p uit 99.999 "
    f"willekeurige verdelingen, gecorrigeerd voor het aantal buurten van de kaart (hooguit {LEVEL:.0%} van de gevonden "
    "buurten is toeval). Ruwe BVH-registraties, alleen voor intern gebruik; de laatste weken zijn nog niet compleet. Een hete "
    "buurt zegt waar hoge cijfers bij elkaar liggen, niet waarom, en voorspelt niets.",
    {
        **_kaart,
        "gebied_niveau": column(dt.string, "Niveau van het gebied: buurt", own_words=GEBIED_NIVEAUS),
        "gebied_sleutel": column(dt.string, "Sleutel naar dim_gebied: CBS-buurt, of onbekend in de gemeente"),
        "aantal": column(dt.int32, "Geregistreerde voorvallen", at_least=0, unit="registraties"),
        "noemer": column(
            dt.string, "Waarop de verhouding is berekend; inwoners waar de klassen verschillen of er geen passende is",
            own_words=NOEMERS,
        ),
        "noemer_waarde": column(dt.float64, "Waarde van de noemer; leeg is onbekend", nullable=True),
        "noemer_jaar": column(dt.int32, "Jaar waaruit de noemer komt", nullable=True),
        "cijfer": column(dt.float64, "Aantal naar verhouding; leeg onder de ondergrens", nullable=True, unit=_per),
        "cijfer_afgevlakt": column(
            dt.float64, "Cijfer, naar het regiogemiddelde getrokken voor zover toeval het verklaart", nullable=True,
            unit=_per,
        ),
        "cijfer_regio": column(
            dt.float64, "Gemiddelde van de buurten met een cijfer op deze kaart", nullable=True, unit=_per
        ),
        "rang": column(
            dt.int32, "Plaats in volgorde van het afgevlakte cijfer, 1 is het hoogst; niet getoetst", nullable=True, at_least=1
        ),
        "verhouding_buren": column(
            dt.float64,
            "Afgevlakt cijfer gedeeld door de mediaan van de buren die meetellen: 3 is drie keer zo hoog; niet getoetst. Hiermee "
            "is een hoge buurt tussen lage te vinden, want die is niet heet",
            nullable=True,
        ),
        "buren": column(dt.int32, "Buren die meetellen", nullable=True, unit="buurten"),
        "gi_z": column(
            dt.float64,
            "Gi*: hoeveel standaardafwijkingen de buurt met haar buren boven (of onder) het gemiddelde ligt; leeg als de kaart "
            "buiten toeval geen verschillen heeft",
            nullable=True,
        ),
        "p_waarde": column(dt.float64, "Kans op zo'n som of extremer als cijfers willekeurig lagen, tweezijdig", nullable=True),
        "q_waarde": column(dt.float64, "p, gecorrigeerd voor alle buurten van de kaart (Benjamini-Hochberg)", nullable=True),
        "oordeel": column(
            dt.string,
            f"Heet of koud (q hooguit {LEVEL:g}), geen van beide, of geen uitspraak. Het gaat om de buurt met haar buren: "
            "heet is wie ook zelf boven het cijfer van de regio ligt (afgevlakt), koud wie er ook zelf onder ligt. Naast heet "
            "(of koud) is wie dat alleen aan zijn buren dankt. Koud alleen op kaarten met gemiddeld "
            f"{COLD_FROM} registraties per buurt of meer: daaronder zegt een laag cijfer vooral hoeveel mensen er wonen",
            own_words=OORDELEN,
        ),
        "reden": column(
            dt.string, "Waarom er geen uitspraak is; zo'n buurt telt ook niet mee als buur", nullable=True, own_words=REDENEN
        ),
        "ontwikkeling": column(
            dt.string,
            "; ".join(f"{word}: {meaning}" for word, meaning in ONTWIKKELINGEN.items())
            + ". Hooguit vijf perioden terug; leeg zonder uitspraak",
            nullable=True, own_words=tuple(ONTWIKKELINGEN),
        ),
        "getoetst": column(dt.int32, "Buurten die op deze kaart zijn getoetst", unit="buurten"),
        "opvallend": column(dt.int32, "Daarvan heet of koud; wie ernaast ligt telt niet mee", unit="buurten"),
    },
    key=("periode", "klasse_sleutel", "gebied_sleutel"),
    published_as="aandachtsbuurten",
)  # fmt: skip

_alleen_vlak = "; alleen bij een vlak"

DASHBOARD_HOT_SPOT_GRID = table(
    "dashboard_hot_spot_grid",
    "Aandachtsvlakken: vierkanten van 500 m met de meeste registraties, voor de klassen die x/y mogen hebben. Een vlak met "
    f"minder dan {MINIMUM} staat er niet; hun totaal is een eigen rij, zoals wat geen bruikbare plaats heeft. Zo is elke kaart "
    "samen het aantal van de regio. Dit zijn aantallen, geen verhoudingen: van een vlak is niet bekend hoeveel mensen er komen, "
    "dus een druk centrum staat altijd bovenaan en er is niets getoetst. Ruwe BVH-registraties, alleen voor intern gebruik.",
    {
        **_kaart,
        "soort": column(dt.string, "Een vlak, wat in kleine vlakken verborgen is, of wat geen plaats heeft", own_words=SOORTEN),
        "vlak": column(
            dt.string, "Vierkant van 500 m zoals het CBS het noemt, naar de zuidwesthoek in RD New; of de soort",
            pattern=r"^(E\d{4}N\d{4}|verborgen|zonder plaats)$",
        ),
        "midden_rd_x": column(dt.float64, f"Midden van het vierkant, x in RD New{_alleen_vlak}", nullable=True, unit="m"),
        "midden_rd_y": column(dt.float64, f"Midden van het vierkant, y in RD New{_alleen_vlak}", nullable=True, unit="m"),
        "midden_lengtegraad": column(dt.float64, f"Midden van het vierkant, WGS84{_alleen_vlak}", nullable=True, unit="graden"),
        "midden_breedtegraad": column(dt.float64, f"Midden van het vierkant, WGS84{_alleen_vlak}", nullable=True, unit="graden"),
        "aantal": column(dt.int32, "Geregistreerde voorvallen", at_least=1, unit="registraties"),
        "aantal_laag": column(
            dt.float64, f"Ondergrens van het aantal, 95%, toeval volgens Poisson{_alleen_vlak}", nullable=True,
            unit="registraties",
        ),
        "aantal_hoog": column(
            dt.float64, f"Bovengrens van het aantal, 95%{_alleen_vlak}", nullable=True, unit="registraties"
        ),
        "aandeel": column(
            dt.float64, f"Deel van de registraties met een plaats op deze kaart{_alleen_vlak}", nullable=True
        ),
        "rang": column(
            dt.int32, f"Plaats in volgorde van aantal; gelijke aantallen delen die{_alleen_vlak}", nullable=True, at_least=1
        ),
    },
    key=("periode", "klasse_sleutel", "vlak"),
    published_as="aandachtsvlakken",
)  # fmt: skip

PUBLISHED = (DASHBOARD_HOT_SPOTS, DASHBOARD_HOT_SPOT_GRID)
"""What a release holds of this topic."""
