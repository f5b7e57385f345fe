"""The agreed workbook: names of its sheets and columns. Writing it is ``template``, reading it ``workbook``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from ivz_assets.enrichment.catalogue import FOLDER
from ivz_assets.neighbourhoods.reference.user_lists import TEXT, read_list

UITLEG = "Uitleg"
LEVERANCIER = "Leverancier"
CIJFERS = "Cijfers"
INDICATOREN = "Indicatoren"
LIJSTEN = "Lijsten"
CSV_SHEET = "csv"
"""Name under which a CSV file comes as a sheet."""

SUPPLIER_HEADER = ("Onderdeel", "Uw antwoord", "Uitleg")

OWN_PREFIX = "uw_"
CONFIRMED = ("eenheid", "noemer", "periode_soort")
"""What a supplier confirms per indicator, each in a column with ``uw_`` before it."""


@dataclass(frozen=True)
class Column:
    """A column of the sheet ``Cijfers``: whether it must be there, its kind (tekst, getal, datum), width and explanation."""

    kolom: str
    verplicht: bool
    soort: str
    breedte: int
    uitleg: str


@cache
def columns() -> dict[str, Column]:
    """Columns of the sheet ``Cijfers`` by name, in order."""
    shapes = {"kolom": TEXT, "verplicht": "true|false", "soort": "tekst|getal|datum", "breedte": r"\d+", "uitleg": TEXT}
    return {
        row["kolom"]: Column(row["kolom"], row["verplicht"] == "true", row["soort"], int(row["breedte"]), row["uitleg"])
        for row in read_list(FOLDER / "kolommen.csv", shapes, key="kolom")
    }
