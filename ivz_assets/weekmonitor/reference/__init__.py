"""Reading the code lists and rules that lie beside this file as CSV. The lists are the data; no rule is written here."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ivz_assets.neighbourhoods.reference import GEMEENTE_CODE
from ivz_assets.neighbourhoods.reference.user_lists import TEXT, WrongList, numbered_rows
from ivz_assets.settings import Settings

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Field:
    """A column of the weekly file: position (from 1), our name for it, and the header the police use."""

    positie: int
    kolom: str
    kop: str


@dataclass(frozen=True)
class Rule:
    """A rule for a row: what it looks at, what it does (afkeuren, herstellen, markeren) and its Dutch text."""

    regel: str
    veld: str
    ernst: str
    tekst: str


def _rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def fields() -> tuple[Field, ...]:
    """The 16 columns of the weekly file, in the order of Bijlage 1B."""
    return tuple(Field(int(row["positie"]), row["kolom"], row["kop"]) for row in _rows("fields.csv"))


@cache
def rules() -> tuple[Rule, ...]:
    """All row rules, in the order in which reports list them."""
    return tuple(Rule(row["regel"], row["veld"], row["ernst"], row["tekst"]) for row in _rows("rules.csv"))


@cache
def klassen() -> tuple[dict[str, str], ...]:
    """The 140 classes of Bijlage 1A: categorie, subcategorie, maatschappelijke_klasse, omschrijving, soort, xy_toegestaan."""
    return tuple(_rows("maatschappelijke_klassen.csv"))


def woonplaatsen(settings: Settings) -> list[dict[str, str]]:
    """Place names and the municipality each lies in (plaatsnaam, gemeente_code): the data folder's own list, else Twente's.

    Raises:
        WrongList: the data folder's own list cannot be used.
    """
    own = settings.data_dir / "reference" / "woonplaats_gemeente.csv"
    path = own if own.exists() else FOLDER / "woonplaats_gemeente.csv"
    rows = numbered_rows(path, {"plaatsnaam": TEXT, "gemeente_code": GEMEENTE_CODE})
    first: dict[str, tuple[int, str]] = {}
    for line, row in rows:
        earlier, gemeente = first.setdefault(_compared(row["plaatsnaam"]), (line, row["gemeente_code"]))
        # Two would double every row that names the place.
        if gemeente != row["gemeente_code"]:
            raise WrongList(
                f"{path}, lines {earlier} and {line}: {row['plaatsnaam']!r} lies in {gemeente} and in {row['gemeente_code']}; "
                "keep one, and let the other be known by its neighbourhood codes"
            )
    return [row for _, row in rows]


def _compared(place: str) -> str:
    """A place name as ``parsing.parsed_plaats`` compares it."""
    lower = " ".join(place.lower().split())
    return lower.translate(str.maketrans("áàäâéèëêíìïîóòöôúùüû", "aaaaeeeeiiiioooouuuu", "'."))


@cache
def file_name_patterns() -> tuple[tuple[str, str], ...]:
    """Kinds of delivery and the regular expressions that tell them from a file name."""
    return tuple((row["soort"], row["patroon"]) for row in _rows("file_names.csv"))
