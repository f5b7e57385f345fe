"""The models of the neighbourhood tables: areas, indicators, crosswalk, boundaries, denominators. No computation."""

from __future__ import annotations

import ibis.expr.datatypes as dt

from ivz_assets.neighbourhoods.reference import denominators, indicators
from ivz_assets.warehouse.model import MOMENT, column, table

NIVEAUS = ("buurt", "wijk", "gemeente", "basisteam", "regio")
GRENS_NIVEAUS = ("buurt", "wijk", "gemeente")
BEPALINGEN = ("ongewijzigd", "hernummerd", "samengevoegd", "gesplitst", "geschat", "onbekend")
"""How a conversion is known, from certain to not at all; of several steps the least certain one counts."""
NOEMERS = tuple(row["noemer"] for row in denominators())
TOESTANDEN = ("actueel", "verouderd", "ontbreekt")

BUURT = r"^BU\d{8}$"

_niveau = column(dt.string, "Niveau van het gebied", own_words=NIVEAUS)
_gebied = column(dt.string, "CBS-code (BU, WK of GM), naam van het basisteam of code van de regio")
_jaar = column(dt.int32, "Jaar van de indeling en van de CBS-tabel; peildatum 1 januari", at_least=2013)

CBS_TABLES = table(
    "cbs_tables",
    "Tabellen van het CBS waarop de kerncijfers rusten: een rij per jaar, met de toestand ervan.",
    {
        "jaar": _jaar,
        "tabel_id": column(dt.string, "CBS-tabel"),
        "titel": column(dt.string, "Titel van de tabel", nullable=True),
        "gewijzigd": column(dt.string, "Datum waarop het CBS de tabel het laatst wijzigde", nullable=True),
        "opgehaald_op": column(MOMENT, "Moment waarop de tabel is opgehaald, lokale tijd", nullable=True),
        "bron": column(dt.string, "Waar de tabel vandaan komt", nullable=True),
        "toestand": column(dt.string, "Actueel, verouderd (eerder opgehaald) of ontbreekt", own_words=TOESTANDEN),
        "gebieden": column(dt.int64, "Opgehaalde gebieden", at_least=0, unit="gebieden"),
        "indicatoren": column(dt.int64, "Indicatoren waarvan de kolom is gevonden", at_least=0, unit="indicatoren"),
        "niet_gevonden": column(dt.string, "Indicatoren zonder kolom, en indelingswijziging als die er niet is; met spaties"),
    },
    key=("jaar",),
    published_as="cbs_tabellen",
)  # fmt: skip

AREAS = table(
    "areas",
    "Gebieden per jaar, met de naam en de indeling van dat jaar en met de naam die zij nu hebben.",
    {
        "jaar": _jaar,
        "gebied_code": _gebied,
        "niveau": _niveau,
        "naam": column(dt.string, "Naam in dat jaar"),
        "huidige_naam": column(dt.string, "Naam in de nieuwste indeling; leeg als de code er niet meer in staat", nullable=True),
        "wijk_code": column(dt.string, "CBS-wijk waarin het ligt", nullable=True),
        "gemeente_code": column(dt.string, "CBS-gemeente waarin het ligt", nullable=True),
        "basisteam": column(dt.string, "Basisteam van de politie; leeg als de indeling niet is ingesteld", nullable=True),
        "regio_code": column(dt.string, "Regio; leeg buiten de regio", nullable=True),
        "indelingswijziging": column(
            dt.int32, "CBS, tegenover een jaar eerder: 1 ongewijzigd, 2 code gewijzigd, 3 grens gewijzigd", nullable=True,
            allowed=(1, 2, 3),
        ),
        "label_lengtegraad": column(dt.float64, "Punt voor een label in het gebied, WGS84", nullable=True, unit="graden"),
        "label_breedtegraad": column(dt.float64, "Punt voor een label in het gebied, WGS84", nullable=True, unit="graden"),
        "bron": column(dt.string, "CBS-tabel waaruit de regel komt"),
    },
    key=("jaar", "gebied_code"),
    published_as="gebieden_per_jaar",
)  # fmt: skip

NEIGHBOURHOOD_INDICATORS = table(
    "neighbourhood_indicators",
    "Kerncijfers wijken en buurten van het CBS per gebied en jaar. Leeg is onbekend of geheim, nooit nul; een gemeente heeft "
    "haar eigen cijfer van het CBS en niet de som van haar buurten.",
    {
        "gebied_code": _gebied,
        "niveau": column(dt.string, "Niveau van het gebied", own_words=GRENS_NIVEAUS),
        "jaar": _jaar,
        "indicator": column(dt.string, "Indicator (indicators.csv)", allowed=[row["indicator"] for row in indicators()]),
        "waarde": column(dt.float64, "Waarde; leeg is onbekend of geheim", nullable=True),
        "eenheid": column(dt.string, "Eenheid van de waarde"),
        "waarde_jaar": column(
            dt.int32, "Jaar waaruit de waarde komt; eerder dan het jaar als het CBS dat nog niet heeft gevuld", nullable=True
        ),
        "bron_tabel": column(dt.string, "CBS-tabel waaruit de waarde komt"),
        "bron_kolom": column(dt.string, "Kolom van die tabel"),
        "bron_gewijzigd": column(dt.string, "Datum waarop het CBS die tabel het laatst wijzigde"),
        "opgehaald_op": column(MOMENT, "Moment waarop de tabel is opgehaald, lokale tijd"),
    },
    key=("gebied_code", "jaar", "indicator"),
    published_as="kerncijfers",
)

NEIGHBOURHOOD_PROFILES = table(
    "neighbourhood_profiles",
    "Profiel per gebied en jaar: de kerncijfers als kolommen. Leeg is onbekend of geheim, nooit nul.",
    {
        "gebied_code": _gebied,
        "niveau": column(dt.string, "Niveau van het gebied", own_words=GRENS_NIVEAUS),
        "jaar": _jaar,
        **{row["indicator"]: column(dt.float64, row["omschrijving"], nullable=True, unit=row["eenheid"]) for row in indicators()},
        "ouder_cijfer": column(
            dt.string, "Cijfers die van een eerder jaar zijn omdat het CBS ze nog niet heeft gevuld, met dat jaar", nullable=True
        ),
    },
    key=("gebied_code", "jaar"),
    published_as="gebiedsprofielen",
)

AREA_CROSSWALK = table(
    "area_crosswalk",
    "Omzetting van de buurten van elke indeling naar de nieuwste. De gewichten van een oude buurt zijn samen 1.",
    {
        "van_jaar": column(dt.int32, "Jaar van de oude indeling", at_least=2013),
        "van_buurt_code": column(dt.string, "CBS-buurt in die indeling", pattern=BUURT),
        "buurt_code": column(
            dt.string,
            "CBS-buurt in de nieuwste indeling; BU<gemeente>XXXX is onbekend in die gemeente",
            pattern=r"^BU(\d{8}|\d{4}XXXX)$",
        ),
        "naar_jaar": column(dt.int32, "Jaar van de nieuwste indeling", at_least=2013),
        "gewicht": column(dt.float64, "Aandeel van de oude buurt dat in de nieuwste ligt", at_least=0),
        "bepaling": column(dt.string, "Hoe de omzetting bekend is", own_words=BEPALINGEN),
        "toelichting": column(dt.string, "Bron van de omzetting in woorden"),
    },
    key=("van_jaar", "van_buurt_code", "buurt_code"),
    published_as="omzetting_buurten",
)

AREA_BOUNDARIES = table(
    "area_boundaries",
    "Grenzen van de nieuwste indeling. De GeoJSON is vereenvoudigd, zo dat buren een grens blijven delen.",
    {
        "gebied_code": _gebied,
        "niveau": column(dt.string, "Niveau van het gebied", own_words=GRENS_NIVEAUS),
        "naam": column(dt.string, "Naam van het gebied"),
        "jaar": column(dt.int32, "Jaar van de kaart", at_least=2013),
        "geometrie_wkb": column(dt.binary, "Grens als WKB in RD New (EPSG:28992), zoals geleverd"),
        "geometrie_geojson": column(dt.string, "Vereenvoudigde grens als GeoJSON in WGS84"),
        "oppervlakte_ha": column(dt.float64, "Oppervlakte binnen de grens, land en water", unit="ha", at_least=0),
        "label_rd_x": column(dt.float64, "Punt voor een label in het gebied, x in RD New", unit="m"),
        "label_rd_y": column(dt.float64, "Punt voor een label in het gebied, y in RD New", unit="m"),
        "label_lengtegraad": column(dt.float64, "Punt voor een label in het gebied, WGS84", unit="graden"),
        "label_breedtegraad": column(dt.float64, "Punt voor een label in het gebied, WGS84", unit="graden"),
        "bron": column(dt.string, "Bestand waaruit de grens komt"),
    },
    key=("gebied_code",),
    published_as="gebied_grenzen",
)

AREA_NEIGHBOURS = table(
    "area_neighbours",
    "Gebieden die aan elkaar grenzen, ook in een enkel punt (queen); elk paar staat er in beide richtingen in.",
    {
        "gebied_code": _gebied,
        "niveau": column(dt.string, "Niveau van beide gebieden", own_words=GRENS_NIVEAUS),
        "buur_code": column(dt.string, "Code van het buurgebied"),
        "gedeelde_grens_m": column(dt.float64, "Lengte van de gedeelde grens; 0 is een gedeeld punt", unit="m", at_least=0),
    },
    key=("gebied_code", "buur_code"),
    published_as="gebied_buren",
)

DENOMINATORS = table(
    "denominators",
    "Noemers voor cijfers naar verhouding, per gebied en jaar. Een noemer die te klein is geeft geen verhouding.",
    {
        "gebied_code": _gebied,
        "niveau": _niveau,
        "jaar": column(dt.int32, "Jaar waarvoor de noemer geldt", at_least=2013),
        "noemer": column(dt.string, "Waar een verhouding op wordt berekend", own_words=NOEMERS),
        "waarde": column(dt.float64, "Waarde; leeg is onbekend", nullable=True, at_least=0),
        "eenheid": column(dt.string, "Eenheid van de waarde"),
        "waarde_jaar": column(dt.int32, "Jaar waaruit de waarde komt", nullable=True),
        "omgezet": column(dt.boolean, "Of de waarde is omgezet uit een oudere indeling van de buurten"),
        "groot_genoeg": column(
            dt.boolean,
            "Of er een verhouding op mag worden berekend: niet onder de ondergrens (denominators.csv) en hooguit drie jaar oud",
        ),
        "bron": column(dt.string, "CBS-tabel waaruit de waarde komt", nullable=True),
    },
    key=("gebied_code", "jaar", "noemer"),
    published_as="noemers",
)

PUBLISHED = (
    CBS_TABLES,
    AREAS, NEIGHBOURHOOD_INDICATORS, NEIGHBOURHOOD_PROFILES, AREA_CROSSWALK, AREA_BOUNDARIES, AREA_NEIGHBOURS, DENOMINATORS,
)  # fmt: skip
"""What a release holds of this stage."""
