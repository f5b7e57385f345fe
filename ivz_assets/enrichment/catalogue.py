"""The lists beside this file as checked objects: indicators, breakdowns, rules, supplier fields. No cell is judged here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ivz_assets.neighbourhoods.reference.user_lists import TEXT, WrongList, numbered_rows, read_list

FOLDER = Path(__file__).parent / "reference"

THEMAS = (
    "demografie", "vastgoed", "sociaal domein", "economie", "sociale cohesie", "partners", "hennep", "beleving", "maatregelen",
)  # fmt: skip
EENHEDEN = ("aantal", "procent", "duizend euro", "m2", "rapportcijfer")
NOEMERS = ("inwoners", "huishoudens", "woningen", "bedrijfsvestigingen", "geen")
PERIODE_SOORTEN = ("jaar", "halfjaar", "kwartaal", "maand", "peildatum", "looptijd")
NIVEAUS = ("buurt", "wijk", "gemeente", "basisteam", "regio")
"""From low to high."""
ERNSTEN = ("weigeren", "afkeuren", "herstellen", "markeren")

HIGHEST_MAXIMUM = 100_000_000
"""No figure has nine digits, so a number of nine digits that fits a citizen service number is never a figure."""

_NUMBER = r"-?\d+(\.\d+)?"
_INDICATOR_COLUMNS = {
    "indicator": r"[a-z][a-z0-9_]*",
    "naam": TEXT,
    "thema": "|".join(THEMAS),
    "omschrijving": TEXT,
    "eenheid": "|".join(EENHEDEN),
    "noemer": "|".join(NOEMERS),
    "periode_soort": "|".join(PERIODE_SOORTEN),
    "laagste_niveau": "buurt|wijk|gemeente",
    "uitsplitsing": r"[a-z][a-z0-9_]*",
    "met_marge": "true|false",
    "minimum": _NUMBER,
    "maximum": _NUMBER,
    "verwacht_van": TEXT,
    "kleinste_aantal": r"[2-9]|1\d",
    "deel_van": r"[a-z][a-z0-9_]*",
}

_MAY_BE_EMPTY = ("uitsplitsing", "kleinste_aantal", "deel_van")


@dataclass(frozen=True)
class Indicator:
    """A figure that suppliers may deliver: what it counts, in which unit, per what, how often and how low.

    ``uitsplitsing`` names a breakdown or is empty; ``minimum`` and ``maximum`` are what the value may be, in its unit.
    ``kleinste_aantal`` is the lowest count of people or premises that is shown, None when every value is; ``deel_van`` is the
    undivided indicator of which this is a breakdown, or empty.
    """

    indicator: str
    naam: str
    thema: str
    omschrijving: str
    eenheid: str
    noemer: str
    periode_soort: str
    laagste_niveau: str
    uitsplitsing: str
    met_marge: bool
    minimum: float
    maximum: float
    verwacht_van: str
    kleinste_aantal: int | None
    deel_van: str


@dataclass(frozen=True)
class Breakdown:
    """One value of a breakdown, such as ``woning`` of ``soort_pand``."""

    uitsplitsing: str
    waarde: str
    omschrijving: str


@dataclass(frozen=True)
class Rule:
    """A rule: what it does (weigeren: the whole file, afkeuren, herstellen, markeren) and its Dutch texts with ``{places}``."""

    regel: str
    ernst: str
    tekst: str
    wat_te_doen: str


@dataclass(frozen=True)
class SupplierField:
    """A line of the sheet ``Leverancier``: our name, the label, whether it must be filled, its kind and its explanation."""

    veld: str
    label: str
    verplicht: bool
    soort: str
    uitleg: str


def read_catalogue(path: Path, breakdowns: Mapping[str, tuple[Breakdown, ...]]) -> dict[str, Indicator]:
    """Indicators by name.

    Raises:
        WrongList: the list cannot be used; the message names file, line, value and what to do.
    """
    found = {}
    for line, row in numbered_rows(path, _INDICATOR_COLUMNS, optional=_MAY_BE_EMPTY, key="indicator"):
        minimum, maximum = float(row["minimum"]), float(row["maximum"])
        wrong = ""
        if row["uitsplitsing"] and row["uitsplitsing"] not in breakdowns:
            wrong = f"uitsplitsing {row['uitsplitsing']!r} has no values; add them to uitsplitsingen.csv"
        elif minimum >= maximum:
            wrong = f"minimum {row['minimum']} is not below maximum {row['maximum']}; correct one of the two"
        elif maximum >= HIGHEST_MAXIMUM:
            wrong = f"maximum {row['maximum']} has nine digits or more; choose a larger unit"
        elif row["eenheid"] == "procent" and maximum > 100:
            wrong = f"maximum {row['maximum']} is above 100 percent; lower it"
        elif row["kleinste_aantal"] and row["eenheid"] != EENHEDEN[0]:
            wrong = f"kleinste_aantal is for a count (aantal), not for {row['eenheid']}; leave it empty"
        elif row["deel_van"] and (row["deel_van"] not in found or not row["uitsplitsing"]):
            wrong = f"deel_van {row['deel_van']!r} is for a breakdown, of an indicator above it in the list; correct it"
        if wrong:
            raise WrongList(f"{path}, line {line}: {wrong}")
        found[row["indicator"]] = Indicator(
            row["indicator"], row["naam"], row["thema"], row["omschrijving"], row["eenheid"], row["noemer"],
            row["periode_soort"], row["laagste_niveau"], row["uitsplitsing"], row["met_marge"] == "true", minimum, maximum,
            row["verwacht_van"], int(row["kleinste_aantal"]) if row["kleinste_aantal"] else None, row["deel_van"] or "",
        )  # fmt: skip
    return found


def read_breakdowns(path: Path) -> dict[str, tuple[Breakdown, ...]]:
    """Values per breakdown, in the order of the list.

    Raises:
        WrongList: the list cannot be used, or a value stands in it twice.
    """
    columns = {"uitsplitsing": r"[a-z][a-z0-9_]*", "waarde": r"[a-z0-9][a-z0-9_]*", "omschrijving": TEXT}
    found: dict[str, tuple[Breakdown, ...]] = {}
    for line, row in numbered_rows(path, columns):
        known = found.get(row["uitsplitsing"], ())
        if any(other.waarde == row["waarde"] for other in known):
            raise WrongList(f"{path}, line {line}: {row['uitsplitsing']} {row['waarde']!r} occurs twice; remove one")
        found[row["uitsplitsing"]] = (*known, Breakdown(**row))
    return found


@cache
def breakdowns() -> dict[str, tuple[Breakdown, ...]]:
    """Values per breakdown of ``uitsplitsingen.csv``."""
    return read_breakdowns(FOLDER / "uitsplitsingen.csv")


@cache
def catalogue() -> dict[str, Indicator]:
    """Indicators of ``indicator_catalogue.csv`` by name, in its order."""
    return read_catalogue(FOLDER / "indicator_catalogue.csv", breakdowns())


def choices(indicator: Indicator) -> tuple[str, ...]:
    """The values that the indicator's breakdown may have; none when it has no breakdown."""
    return tuple(value.waarde for value in breakdowns().get(indicator.uitsplitsing, ()))


@cache
def rules() -> dict[str, Rule]:
    """Rules of ``regels.csv`` by name, in the order in which reports list them."""
    columns = {"regel": r"[a-z_]+", "ernst": "|".join(ERNSTEN), "tekst": TEXT, "wat_te_doen": TEXT}
    return {row["regel"]: Rule(**row) for row in read_list(FOLDER / "regels.csv", columns, key="regel")}


@cache
def supplier_fields() -> dict[str, SupplierField]:
    """Lines of the sheet ``Leverancier`` by our name, in order."""
    columns = {
        "veld": r"[a-z_]+",
        "label": TEXT,
        "verplicht": "true|false",
        "soort": "tekst|datum|functie_email|maanden",
        "uitleg": TEXT,
    }
    return {
        row["veld"]: SupplierField(row["veld"], row["label"], row["verplicht"] == "true", row["soort"], row["uitleg"])
        for row in read_list(FOLDER / "leveranciersvelden.csv", columns, key="veld")
    }


@cache
def function_words() -> tuple[str, ...]:
    """Words that tell an e-mail address of a team or function from a person's."""
    return tuple(row["woord"] for row in read_list(FOLDER / "functiewoorden.csv", {"woord": r"[a-z0-9&]+"}, key="woord"))


@cache
def forbidden_columns() -> tuple[tuple[re.Pattern[str], str, str], ...]:
    """Patterns of column names about a person or an address, each with what it is and its kind (persoon, adres)."""
    columns = {"patroon": TEXT, "reden": TEXT, "soort": "persoon|adres"}
    return tuple(
        (re.compile(row["patroon"]), row["reden"], row["soort"]) for row in read_list(FOLDER / "verboden_kolommen.csv", columns)
    )
