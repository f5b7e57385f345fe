"""The models of the tables about quality, with the Dutch names under which BI reads them. No computation."""

from __future__ import annotations

import ibis.expr.datatypes as dt

from ivz_assets.deliveries.ledger import HELD, WITHDRAWN
from ivz_assets.deliveries.streams import STREAMS
from ivz_assets.neighbourhoods.schema import TOESTANDEN
from ivz_assets.warehouse.model import MOMENT, column, table

STATUSSEN = ("geladen", HELD, WITHDRAWN)
ERNSTEN = ("weigeren", "afkeuren", "herstellen", "markeren")
REKENING = ("geldend", "afgekeurd", "vervangen", "vastgehouden", "teruggetrokken", "verlopen")
"""What became of a delivered row or figure; exactly one of these."""
BRON_SOORTEN = ("weekmonitor", "CBS-kerncijfers", "kaart", "leverancier", "open politiecijfers")

_levering = column(dt.string, "Sleutel naar dim_levering")
_stroom = column(dt.string, "Soort gegevens: weekmonitor of verrijking (cijfers van gemeenten en partners)", own_words=STREAMS)
_WORDEN = {
    "geldend": "die tellen",
    "afgekeurd": "die niet deugen, met de reden in kwaliteit_regels",
    "vervangen": "waarvoor een latere levering in de plaats kwam",
    "vastgehouden": "van een levering die op een besluit wacht",
    "teruggetrokken": "van een levering die is teruggetrokken",
    "verlopen": "waarvan de bewaartermijn voorbij is (alleen verrijking)",
}

DIM_LEVERING = table(
    "dim_levering",
    "Leveringen die zijn ingelezen, ook die niet (meer) tellen: een rij per bestand.",
    {
        "levering_id": column(dt.string, "Sleutel: week of dag van levering en begin van de sha256 van het bestand"),
        "stroom": _stroom,
        "bestand": column(dt.string, "Naam van het bestand"),
        "soort": column(dt.string, "Soort levering, zoals week of historie; bij verrijking de vorm van het bestand"),
        "week": column(dt.string, "ISO-week van de levering"),
        "van": column(dt.date, "Eerste dag waarover de levering gaat"),
        "tot_en_met": column(dt.date, "Laatste dag waarover de levering gaat"),
        "geleverd_op": column(MOMENT, "Moment van levering, lokale tijd"),
        "status": column(dt.string, "Geladen, vastgehouden (telt niet tot een besluit) of teruggetrokken", own_words=STATUSSEN),
        "rijen": column(dt.int64, "Geleverde rijen of cijfers", at_least=0, unit="rijen"),
    },
    key=("levering_id",),
    published_as="dim_levering",
)

DASHBOARD_QUALITY = table(
    "dashboard_quality",
    "Per bron: tot en met welke dag er gegevens zijn, wanneer er voor het laatst iets kwam en of dat actueel is.",
    {
        "bron_soort": column(dt.string, "Soort bron", own_words=BRON_SOORTEN),
        "bron": column(dt.string, "Naam van de bron: weekmonitor, tabel van CBS of politie, kaart, of leverancier"),
        "gegevens_van": column(dt.date, "Eerste dag waarover er gegevens zijn", nullable=True),
        "gegevens_tot_en_met": column(
            dt.date, "Laatste dag waarover er gegevens zijn; bij een leverancier nooit na de levering", nullable=True
        ),
        "laatst_ontvangen_op": column(MOMENT, "Moment van de laatste levering of het laatste ophalen", nullable=True),
        "verwacht_op": column(dt.date, "Dag waarop de volgende levering wordt verwacht; leeg als dat niet te zeggen is",
                              nullable=True),
        "toestand": column(dt.string, "Actueel, verouderd of ontbreekt", own_words=TOESTANDEN),
        "leveringen": column(dt.int64, "Leveringen die tellen", at_least=0),
        "vastgehouden": column(dt.int64, "Leveringen die op een besluit wachten", at_least=0),
        "toelichting": column(dt.string, "Hetzelfde in één zin"),
    },
    key=("bron_soort", "bron"),
    published_as="kwaliteit",
)  # fmt: skip

DASHBOARD_QUALITY_DELIVERIES = table(
    "dashboard_quality_deliveries",
    "Per levering wat er van elke rij (of elk cijfer) is geworden: samen zijn het de geleverde rijen.",
    {
        "levering_id": _levering,
        "stroom": _stroom,
        "rijen": column(dt.int64, "Geleverde rijen of cijfers", at_least=0, unit="rijen"),
        **{name: column(dt.int64, f"Rijen {_WORDEN[name]}", at_least=0, unit="rijen") for name in REKENING},
        "aandeel_afgekeurd": column(dt.float64, "Afgekeurd deel van de rijen; leeg zonder rijen", nullable=True, at_least=0),
        "xy_verwijderd": column(dt.int64, "Rijen waarvan de x/y is verwijderd omdat de klasse die niet mag hebben", at_least=0),
        "eerste_registratie": column(dt.date, "Vroegste registratiedatum in het bestand", nullable=True),
        "laatste_registratie": column(dt.date, "Laatste registratiedatum in het bestand", nullable=True),
    },
    key=("levering_id",),
    published_as="kwaliteit_leveringen",
)

DASHBOARD_QUALITY_RULES = table(
    "dashboard_quality_rules",
    "Per levering en regel hoeveel rijen de regel raakte, met wat de regel betekent.",
    {
        "levering_id": _levering,
        "regel": column(dt.string, "Code van de regel"),
        "stroom": _stroom,
        "ernst": column(dt.string, "Wat de regel doet met wat hij raakt", own_words=ERNSTEN),
        "veld": column(dt.string, "Kolom waar de regel naar kijkt; leeg bij verrijking", nullable=True),
        "betekenis": column(dt.string, "Wat er is; op de plaats van ... stond iets uit het bestand"),
        "aantal": column(dt.int64, "Geraakte rijen; bij verrijking keren", at_least=1),
        "aandeel": column(dt.float64, "Deel van de geleverde rijen; alleen bij de weekmonitor", nullable=True, at_least=0),
    },
    key=("levering_id", "regel"),
    published_as="kwaliteit_regels",
)

DASHBOARD_QUALITY_CHECKS = table(
    "dashboard_quality_checks",
    "Laatste uitkomst van elke controle van elke tabel waarop deze uitgave rust.",
    {
        "tabel": column(dt.string, "Tabel in het magazijn"),
        "gepubliceerd_als": column(dt.string, "Naam van die tabel in de uitgave; leeg als zij daar niet in staat", nullable=True),
        "controle": column(dt.string, "Controle: schema, expectations, row_conservation en dergelijke"),
        "geslaagd": column(dt.boolean, "Of de controle de laatste keer slaagde"),
        "bevindingen": column(dt.int64, "Aantal dingen dat niet klopte", at_least=0),
        "toelichting": column(dt.string, "Wat er werd verwacht en niet klopte; leeg als alles klopt", nullable=True),
        "rijen": column(dt.int64, "Rijen van de versie die geldt; leeg als er geen is", nullable=True, at_least=0),
    },
    key=("tabel", "controle"),
    published_as="kwaliteit_controles",
)

PUBLISHED = (
    DIM_LEVERING, DASHBOARD_QUALITY, DASHBOARD_QUALITY_DELIVERIES, DASHBOARD_QUALITY_RULES, DASHBOARD_QUALITY_CHECKS,
)  # fmt: skip
"""What a release holds of this topic."""
