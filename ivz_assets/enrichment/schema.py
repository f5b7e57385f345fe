"""The models of the enrichment's tables. Columns, types, keys, Dutch descriptions and units; no computation."""

from __future__ import annotations

import ibis.expr.datatypes as dt

from ivz_assets.enrichment.catalogue import EENHEDEN, ERNSTEN, NIVEAUS, NOEMERS, PERIODE_SOORTEN
from ivz_assets.warehouse.model import MOMENT, column, table

STATUSSEN = ("cijfers", "afgekeurd", "vervangen", "vastgehouden", "teruggetrokken", "verlopen")
"""What became of a delivered figure. Withdrawn and held go before expired, those before rejected, and that before superseded."""

_levering_id = column(
    dt.string, "Levering: V, dag van levering en begin van de sha256", pattern=r"^V\d{4}-\d{2}-\d{2}-[0-9a-f]{10}(-\d+)?$"
)
_blad = column(dt.string, "Naam van het werkblad")
_rij = column(dt.int32, "Rijnummer op het blad, zoals Excel het toont", at_least=1)
_kolom = column(dt.string, "Kolom van de waarde, zoals Excel haar toont", pattern=r"^[A-Z]{1,3}$")
_regels = r"^[a-z_]+( [a-z_]+)*$"

_TERMS = {
    "leverancier": column(dt.string, "Organisatie die het cijfer leverde"),
    "eigenaar": column(dt.string, "Organisatie die over het cijfer gaat"),
    "grondslag": column(dt.string, "Wet, convenant of licentie waarop het is geleverd"),
    "doel": column(dt.string, "Waarvoor het gebruikt mag worden"),
    "geldig_van": column(dt.date, "Eerste dag waarover de levering gaat"),
    "geldig_tot": column(dt.date, "Laatste dag waarover de levering gaat"),
    "bewaartermijn_maanden": column(dt.int32, "Zo lang na levering mag het bewaard worden", unit="maanden", at_least=1),
    "bewaren_tot": column(dt.date, "Laatste dag waarop het gebruikt mag worden"),
}
# Free words of a supplier go no further than the terms: nobody can vouch for what stands in them.
_OWN_WORDS = {
    "contact": column(dt.string, "E-mailadres van het team of de afdeling van de leverancier"),
    "opmerking": column(dt.string, "Wat de leverancier erbij zegt", nullable=True),
}


def _figure(nullable: bool) -> dict[str, object]:
    """Columns of a figure; a rejected one may lack any of them."""
    return {
        "indicator": column(dt.string, "Indicator (indicator_catalogue.csv)", nullable=nullable),
        "uitsplitsing": column(dt.string, "Waarde van de uitsplitsing; leeg als de indicator er geen heeft", nullable=nullable),
        "gebied_code": column(dt.string, "CBS-code van het gebied, zoals geleverd", nullable=nullable),
        "niveau": column(dt.string, "Niveau van het gebied", nullable=nullable, allowed=NIVEAUS),
        "periode_soort": column(dt.string, "Soort periode", nullable=nullable, allowed=PERIODE_SOORTEN),
        "periode": column(dt.string, "Periode, zoals 2025, 2025-K3 of 2025-01-01", nullable=nullable),
        "periode_begin": column(dt.date, "Eerste dag van de periode", nullable=nullable),
        "periode_eind": column(dt.date, "Laatste dag van de periode; leeg als een maatregel nog loopt", nullable=True),
        "waarde": column(dt.float64, "Waarde in de eenheid; leeg is niet bekend of onderdrukt, nooit nul", nullable=True),
        "marge_onder": column(dt.float64, "Ondergrens van het interval van 95 procent", nullable=True),
        "marge_boven": column(dt.float64, "Bovengrens van het interval van 95 procent", nullable=True),
        "eenheid": column(dt.string, "Eenheid van de waarde", nullable=nullable, allowed=EENHEDEN),
        "noemer": column(dt.string, "Waarvan het een deel of waarop het een verhouding is", nullable=nullable, allowed=NOEMERS),
    }


RAW_ENRICHMENTS = table(
    "raw_enrichments",
    "Elk geleverd cijfer zoals het bij het inlezen is gelezen, of waarom het is afgekeurd, met zijn plaats in het bestand.",
    {
        "levering_id": _levering_id,
        "blad": _blad,
        "rij": _rij,
        "kolom": _kolom,
        "regels": column(dt.string, "Regels die het afkeurden, met spaties; leeg als het deugt", nullable=True, pattern=_regels),
        "geleverd": column(
            dt.string,
            "Van een afgekeurd cijfer: de teksten van zijn cellen, als JSON, zolang zij bewaard mogen worden",
            nullable=True,
        ),
        **_figure(nullable=True),
    },
    key=("levering_id", "blad", "rij", "kolom"),
)

RAW_ENRICHMENT_TERMS = table(
    "raw_enrichment_terms",
    "Per levering wie haar leverde en op welke voorwaarden.",
    {
        "levering_id": _levering_id,
        "leverancier_sleutel": column(dt.string, "Naam van de leverancier zonder hoofdletters, leestekens en spaties"),
        **_TERMS,
        **_OWN_WORDS,
    },
    key=("levering_id",),
)

RAW_ENRICHMENT_PROBLEMS = table(
    "raw_enrichment_problems",
    "Alles wat bij het inlezen van een levering opviel: wat werd afgekeurd, hersteld of gemarkeerd.",
    {
        "levering_id": _levering_id,
        "nummer": column(dt.int32, "Volgorde in het bestand", at_least=1),
        "blad": _blad,
        "cel": column(dt.string, "Cel zoals Excel haar toont; leeg als het over het hele blad gaat", nullable=True),
        "regel": column(dt.string, "Code van de regel (regels.csv)"),
        "ernst": column(dt.string, "Wat de regel doet", allowed=ERNSTEN),
        "tekst": column(dt.string, "Wat er is, zonder wat over een persoon kan gaan"),
        "wat_te_doen": column(dt.string, "Wat de leverancier kan doen"),
    },
    key=("levering_id", "nummer"),
)

RAW = (RAW_ENRICHMENTS, RAW_ENRICHMENT_TERMS, RAW_ENRICHMENT_PROBLEMS)

MUNICIPAL_ENRICHMENTS = table(
    "municipal_enrichments",
    "Geldende cijfers van gemeenten en partners, elk met bron, voorwaarden en leeftijd. Van één leverancier geldt het laatst "
    "geleverde cijfer; leveren twee hetzelfde, dan staan beide er.",
    {
        **_figure(nullable=False),
        "indicator_naam": column(dt.string, "Naam van de indicator"),
        "thema": column(dt.string, "Thema van de indicator", nullable=True),
        **_TERMS,
        "levering_id": _levering_id,
        "geleverd_op": column(MOMENT, "Moment van levering, lokale tijd"),
        "peildatum": column(dt.date, "Eind van de periode; van wat nog loopt de dag van levering"),
        "ouderdom_dagen": column(dt.int32, "Dagen sinds de peildatum; 0 als de periode nog loopt", unit="dagen", at_least=0),
        "buiten_geldigheid": column(dt.boolean, "Of de periode buiten de dagen ligt waarover de levering zegt te gaan"),
        "onderdrukt": column(
            dt.boolean,
            "Of de waarde niet wordt getoond: zij is kleiner dan het kleinste aantal van de indicator, of met haar was zo'n "
            "aantal uit te rekenen. Nul wordt wel getoond: die gaat over niemand",
        ),
        "huidige_gebied_code": column(
            dt.string,
            "Code in de nieuwste indeling; leeg als het gebied van toen in meer gebieden is opgegaan of niet is terug te vinden",
            nullable=True,
        ),
    },
    key=("leverancier", "indicator", "uitsplitsing", "gebied_code", "periode_soort", "periode_begin"),
    published_as="gemeentelijke_cijfers",
)

ENRICHMENT_QUARANTINE = table(
    "enrichment_quarantine",
    "Afgekeurde cijfers van gemeenten en partners met alle redenen, om terug te sturen.",
    {
        "levering_id": _levering_id,
        "leverancier": _TERMS["leverancier"],
        "blad": _blad,
        "rij": _rij,
        "cel": column(dt.string, "Cel van de waarde, zoals Excel haar toont"),
        "regels": column(dt.string, "Regels die het afkeurden, met spaties", pattern=_regels),
        "geleverd": column(
            dt.string, "De teksten van zijn cellen, als JSON; leeg als de tijd om haar terug te sturen voorbij is", nullable=True
        ),
    },
    key=("levering_id", "blad", "cel"),
)

ENRICHMENT_ACCOUNTS = table(
    "enrichment_accounts",
    "Per levering: van elk geleverd cijfer is precies één ding geworden.",
    {
        "levering_id": _levering_id,
        "leverancier": _TERMS["leverancier"],
        "rijen": column(dt.int64, "Geleverde cijfers", at_least=0, unit="cijfers"),
        **{status: column(dt.int64, f"Cijfers met status {status}", at_least=0, unit="cijfers") for status in STATUSSEN},
    },
    key=("levering_id",),
)

ENRICHMENT_RULE_COUNTS = table(
    "enrichment_rule_counts",
    "Per levering en regel: hoe vaak de regel iets vond.",
    {
        "levering_id": _levering_id,
        "regel": column(dt.string, "Code van de regel (regels.csv)"),
        "ernst": column(dt.string, "Wat de regel doet", allowed=ERNSTEN),
        "aantal": column(dt.int64, "Keren", at_least=1),
    },
    key=("levering_id", "regel"),
)

PUBLISHED = (MUNICIPAL_ENRICHMENTS,)
"""What a release holds of this stage."""
