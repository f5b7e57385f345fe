"""The agreed workbook of notes: names of its sheets, columns, roles and rules. Writing it is ``template``, reading ``notes``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from ivz_assets.dashboard.interpretation.codes import FOLDER
from ivz_assets.neighbourhoods.reference.user_lists import TEXT, read_list

FILE_NAME = "duiding.xlsx"
UITLEG, DUIDING, LIJSTEN = "Uitleg", "Duiding", "Lijsten"
LONGEST_TEXT = 500
"""Characters of a note: what fits beside a chart."""


@dataclass(frozen=True)
class Column:
    """A column of the sheet ``Duiding``: whether it must be filled, its width and its explanation."""

    kolom: str
    verplicht: bool
    breedte: int
    uitleg: str


@dataclass(frozen=True)
class Rule:
    """A rule with its Dutch texts, with ``{places}``."""

    regel: str
    tekst: str
    wat_te_doen: str


@cache
def columns() -> dict[str, Column]:
    """Columns of the sheet ``Duiding`` by name, in order."""
    shapes = {"kolom": TEXT, "verplicht": "true|false", "breedte": r"\d+", "uitleg": TEXT}
    rows = read_list(FOLDER / "kolommen.csv", shapes, key="kolom")
    return {row["kolom"]: Column(row["kolom"], row["verplicht"] == "true", int(row["breedte"]), row["uitleg"]) for row in rows}


@cache
def roles() -> tuple[str, ...]:
    """Roles that a note may be of; a role, never a person."""
    return tuple(row["rol"] for row in read_list(FOLDER / "rollen.csv", {"rol": r"[^@]+"}, key="rol"))


@cache
def rules() -> dict[str, Rule]:
    """Rules by name, in the order in which they are listed."""
    shapes = {"regel": r"[a-z_]+", "tekst": TEXT, "wat_te_doen": TEXT}
    return {row["regel"]: Rule(**row) for row in read_list(FOLDER / "regels.csv", shapes, key="regel")}
