"""Which of our subcategories compare with which codes of the open police tables. Data, not counts."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import NamedTuple

from ivz_assets.weekmonitor.reference import klassen

REFERENCE = Path(__file__).parent / "reference" / "mk_to_politie_open.csv"

AANSLUITBAAR = ("ja", "deels", "nee")
NIVEAUS = ("gemeente", "regio")


class Line(NamedTuple):
    """A subcategory: the codes it is compared with together, how well, from which level on, and our classes that count."""

    subcategorie: str
    politie_codes: tuple[str, ...]
    politie_titel: str
    aansluitbaar: str
    klassen: tuple[str, ...]
    laagste_niveau: str
    toelichting: str


class Group(NamedTuple):
    """What is compared as one: subcategories that share their codes. ``politie_code`` names it: '2.5.1', '3.1.2+1.6.3'."""

    politie_code: str
    politie_titel: str
    politie_codes: tuple[str, ...]
    subcategorieen: tuple[str, ...]
    klassen: tuple[str, ...]
    aansluitbaar: str
    laagste_niveau: str
    toelichting: str


@cache
def lines() -> tuple[Line, ...]:
    """Every subcategory once; one that cannot be compared has no codes and no classes."""
    with REFERENCE.open(encoding="utf-8", newline="") as file:
        return tuple(_line(row) for row in csv.DictReader(file))


@cache
def groups() -> tuple[Group, ...]:
    """The comparisons, in the order of the list; of several subcategories the least comparable one decides."""
    found: dict[tuple[str, ...], list[Line]] = {}
    for line in lines():
        if line.politie_codes:
            found.setdefault(line.politie_codes, []).append(line)
    return tuple(
        Group(
            politie_code="+".join(codes),
            politie_titel=members[0].politie_titel,
            politie_codes=codes,
            subcategorieen=tuple(line.subcategorie for line in members),
            klassen=tuple(sorted(code for line in members for code in line.klassen)),
            aansluitbaar=max((line.aansluitbaar for line in members), key=AANSLUITBAAR.index),
            laagste_niveau=max((line.laagste_niveau for line in members), key=NIVEAUS.index),
            toelichting="; ".join(line.toelichting for line in members if line.toelichting),
        )
        for codes, members in found.items()
    )


def open_codes() -> list[str]:
    """Every single code of the open tables that is compared with anything."""
    return sorted({code for line in lines() for code in line.politie_codes})


def _line(row: dict[str, str]) -> Line:
    crimes = [
        klasse["maatschappelijke_klasse"]
        for klasse in klassen()
        if klasse["subcategorie"] == row["subcategorie"] and klasse["soort"] == "misdrijf"
    ]
    codes = tuple(row["politie_code"].split("+")) if row["politie_code"] else ()
    named = tuple(row["klassen"].split())
    return Line(
        subcategorie=row["subcategorie"],
        politie_codes=codes,
        politie_titel=row["politie_titel"],
        aansluitbaar=row["aansluitbaar"],
        klassen=(named or tuple(crimes)) if codes else (),
        laagste_niveau=row["laagste_niveau"],
        toelichting=row["toelichting"],
    )
