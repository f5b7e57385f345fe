"""The models of the weekmonitor's tables. Columns, types, keys, Dutch descriptions and units; no computation."""

from __future__ import annotations

import ibis.expr.datatypes as dt

from ivz_assets.warehouse.model import MOMENT, column, table
from ivz_assets.weekmonitor.reference import fields

BUURT_BEPALINGEN = ("gemeten", "omgezet", "geschat", "onbekend")
STATUSSEN = ("incident", "quarantaine", "vervangen", "vastgehouden", "teruggetrokken")
DAGDELEN = ("nacht", "ochtend", "middag", "avond")
BUURT = r"^BU[0-9X]{8}$"
GEMEENTE = r"^GM[0-9X]{4}$"

_levering_id = column(
    dt.string, "Levering: week en begin van de sha256 van het bestand", pattern=r"^\d{4}-W\d{2}-[0-9a-f]{10}(-\d+)?$"
)
_rij = column(dt.int32, "Rijnummer op het blad, zoals Excel het toont", at_least=1)

RAW_WEEKMONITOR = table(
    "raw_weekmonitor",
    "Elke geleverde rij van de weekmonitor, letterlijk als tekst; x/y staat apart in raw_weekmonitor_xy.",
    {
        "levering_id": _levering_id,
        "blad": column(dt.string, "Naam van het werkblad"),
        "rij": _rij,
        **{
            field.kolom: column(dt.string, f"{field.kop}, letterlijk zoals geleverd", nullable=True)
            for field in fields()
            if field.kolom != "locatie_xy"
        },
        "xy_status": column(
            dt.string,
            "Of de rij een x/y had en of de klasse die mag hebben",
            allowed=("geen", "bewaard", "verwijderd"),
        ),
    },
    key=("levering_id", "rij"),
)

RAW_WEEKMONITOR_XY = table(
    "raw_weekmonitor_xy",
    "BEPERKT: x/y zoals geleverd, alleen voor klassen die deze mogen hebben. Verlaat deze tabel alleen als rastercel.",
    {
        "levering_id": _levering_id,
        "rij": _rij,
        "locatie_xy": column(dt.string, "x en y zoals geleverd"),
    },
    key=("levering_id", "rij"),
)

INCIDENTS = table(
    "incidents",
    "Geldende incidenten: één rij per geregistreerd incident, met gestandaardiseerde waarden en kenmerken.",
    {
        "incident_hash": column(dt.string, "SHA-256 van de gestandaardiseerde velden zonder x/y", pattern=r"^[0-9a-f]{64}$"),
        "volgnummer": column(dt.int32, "Hoeveelste gelijke rij binnen de levering", at_least=1),
        "levering_id": _levering_id,
        "rij": _rij,
        "maatschappelijke_klasse": column(dt.string, "Code van de maatschappelijke klasse (Bijlage 1A)"),
        "subcategorie": column(dt.string, "Subcategorie van de klasse"),
        "categorie": column(dt.string, "Hoofdcategorie van de klasse"),
        "soort": column(dt.string, "Misdrijf, of incident (klassen die met E of M beginnen)", allowed=("misdrijf", "incident")),
        "buurt_code": column(
            dt.string, "CBS-buurt in de nieuwste indeling; BU<gemeente>XXXX is onbekend in die gemeente", pattern=BUURT
        ),
        "buurt_bepaling": column(
            dt.string,
            "Hoe de buurt bekend is: gemeten (geleverd in de nieuwste indeling), omgezet (andere code), geschat (deel van een "
            "gesplitste buurt, of een code die vroeger een andere buurt was) of onbekend",
            allowed=BUURT_BEPALINGEN,
        ),
        "buurt_code_geleverd": column(dt.string, "Buurtcode zoals geleverd", nullable=True),
        "gemeente_code": column(dt.string, "CBS-gemeente; GMXXXX is gemeente onbekend", pattern=GEMEENTE),
        "binnen_regio": column(dt.boolean, "Telt mee in regionale totalen"),
        "datum_registratie": column(dt.date, "Datum aanmaak registratie"),
        "datum_kennisname": column(dt.date, "Datum kennisname voorval", nullable=True),
        "datum_voorval": column(dt.date, "Begindatum; ontbreekt die: datum kennisname, dan datum registratie"),
        "begin_tijdstip": column(MOMENT, "Begin, lokale tijd; leeg als de begintijd ontbreekt", nullable=True),
        "eind_tijdstip": column(MOMENT, "Einde, lokale tijd; leeg als datum of tijd ontbreekt", nullable=True),
        "dagdeel": column(dt.string, "Dagdeel volgens de begintijd, anders zoals geleverd", nullable=True, allowed=DAGDELEN),
        "aangifte": column(dt.boolean, "Aangifte gedaan; leeg is onbekend", nullable=True),
        "poging": column(dt.boolean, "Poging; leeg is onbekend", nullable=True),
        "projectcode": column(dt.string, "Projectcode", nullable=True),
        "kenmerken": column(dt.string, "Codes van de regels die de rij herstelden of markeerden, met spaties", nullable=True),
    },
    key=("incident_hash", "volgnummer"),
)

INCIDENT_LOCATIONS = table(
    "incident_locations",
    "BEPERKT: plaats van incidenten in de openbare ruimte, alleen voor klassen die x/y mogen hebben.",
    {
        "levering_id": _levering_id,
        "rij": _rij,
        "rd_x": column(dt.float64, "x in RD New (EPSG:28992)", unit="m"),
        "rd_y": column(dt.float64, "y in RD New (EPSG:28992)", unit="m"),
        "lengtegraad": column(dt.float64, "Lengtegraad WGS84", unit="graden"),
        "breedtegraad": column(dt.float64, "Breedtegraad WGS84", unit="graden"),
        "in_regio": column(dt.boolean, "Ligt binnen de rechthoek van de regio"),
    },
    key=("levering_id", "rij"),
)

INCIDENT_VERSIONS = table(
    "incident_versions",
    "Van welke levering tot welke levering een incident bekend was.",
    {
        "incident_hash": column(dt.string, "SHA-256 van de gestandaardiseerde velden zonder x/y"),
        "volgnummer": column(dt.int32, "Hoeveelste gelijke rij binnen de levering", at_least=1),
        "datum_registratie": column(dt.date, "Datum aanmaak registratie"),
        "bekend_van": column(MOMENT, "Moment waarop de levering werd aanvaard"),
        "levering_van": column(dt.string, "Levering waarmee het incident bekend werd"),
        "bekend_tot": column(MOMENT, "Moment waarop het verviel; leeg als het nog geldt", nullable=True),
        "levering_tot": column(dt.string, "Levering die het verving", nullable=True),
    },
    key=("incident_hash", "volgnummer", "bekend_van"),
)

QUARANTINE = table(
    "quarantine",
    "Afgekeurde rijen met alle redenen, om terug te sturen naar de leverancier.",
    {
        "levering_id": _levering_id,
        "blad": column(dt.string, "Naam van het werkblad"),
        "rij": _rij,
        "regels": column(dt.string, "Codes van alle regels die de rij afkeurden, met spaties", pattern=r"^[a-z_]+( [a-z_]+)*$"),
        **{field.kolom: column(dt.string, f"{field.kop}, letterlijk zoals geleverd", nullable=True) for field in fields()},
    },
    key=("levering_id", "rij"),
)

DELIVERY_ACCOUNTS = table(
    "delivery_accounts",
    "Per levering: elke geleverde rij heeft precies één status.",
    {
        "levering_id": _levering_id,
        "rijen": column(dt.int64, "Geleverde rijen", at_least=0, unit="rijen"),
        **{status: column(dt.int64, f"Rijen met status {status}", at_least=0, unit="rijen") for status in STATUSSEN},
    },
    key=("levering_id",),
)

RULE_COUNTS = table(
    "rule_counts",
    "Per levering en regel: hoeveel rijen de regel raakte.",
    {
        "levering_id": _levering_id,
        "regel": column(dt.string, "Code van de regel (rules.csv)"),
        "aantal": column(dt.int64, "Geraakte rijen", at_least=1, unit="rijen"),
    },
    key=("levering_id", "regel"),
)
