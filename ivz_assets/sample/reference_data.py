"""The code lists and profiles the sample is drawn from, read once. No random numbers and no computation belong here."""

from __future__ import annotations

import csv
import hashlib
from functools import cache
from pathlib import Path
from typing import NamedTuple

_HERE = Path(__file__).resolve().parent
_PACKAGE = _HERE.parent
_WEEKMONITOR = _PACKAGE / "weekmonitor" / "reference"
_NEIGHBOURHOODS = _PACKAGE / "neighbourhoods" / "reference"


class Klasse(NamedTuple):
    """One maatschappelijke klasse: what the code list says and how the sample draws it."""

    code: str
    omschrijving: str
    categorie: str
    subcategorie: str
    soort: str
    xy_toegestaan: bool
    per_jaar: float
    seizoen: str
    weekdag: str
    uur: str
    trend: str
    corona: str
    ruimte: str
    duur: str
    melding: str
    aangifte: float
    poging: float
    eind_leeg: float
    projectcode: str
    project_aandeel: float


class Gemeente(NamedTuple):
    """One real municipality of the region, with the rough place and size of its main town."""

    code: str
    naam: str
    inwoners: int
    buurten: int
    plaatsen: tuple[str, ...]
    rd_x: int
    rd_y: int
    straal: int
    stedelijkheid: float
    centrumbuurten: int


class KwbColumn(NamedTuple):
    """One column of the kerncijfers wijken en buurten in the years ``van`` to ``tot``; their order in the list is CBS's order."""

    stam: str
    titel: str
    eenheid: str
    datatype: str
    decimalen: int
    onderwerp: tuple[str, ...]
    van: int
    tot: int
    leeg_vanaf: int
    cijfer: str
    afronding: float
    geheim_onder: int


class Offence(NamedTuple):
    """One kind of crime in the open tables of the police, and the classes that are counted in it."""

    code: str
    titel: str
    klassen: tuple[str, ...]


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


@cache
def klassen() -> tuple[Klasse, ...]:
    """The 140 classes in the order of the code list, joined to their profile."""
    profiles = {row["maatschappelijke_klasse"]: row for row in _rows(_HERE / "reference" / "class_profiles.csv")}
    return tuple(
        _klasse(row, profiles[row["maatschappelijke_klasse"]]) for row in _rows(_WEEKMONITOR / "maatschappelijke_klassen.csv")
    )


def _klasse(listed: dict[str, str], profile: dict[str, str]) -> Klasse:
    return Klasse(
        code=listed["maatschappelijke_klasse"],
        omschrijving=listed["omschrijving"],
        categorie=listed["categorie"],
        subcategorie=listed["subcategorie"],
        soort=listed["soort"],
        xy_toegestaan=listed["xy_toegestaan"].strip().lower() == "true",
        per_jaar=float(profile["per_jaar"]),
        seizoen=profile["seizoen"],
        weekdag=profile["weekdag"],
        uur=profile["uur"],
        trend=profile["trend"],
        corona=profile["corona"],
        ruimte=profile["ruimte"],
        duur=profile["duur"],
        melding=profile["melding"],
        aangifte=float(profile["aangifte"]),
        poging=float(profile["poging"]),
        eind_leeg=float(profile["eind_leeg"]),
        projectcode=profile["projectcode"],
        project_aandeel=float(profile["project_aandeel"]),
    )


@cache
def gemeenten() -> tuple[Gemeente, ...]:
    """The municipalities of the region; the main town is the first of ``plaatsen``."""
    profiles = {row["gemeente_code"]: row for row in _rows(_HERE / "reference" / "gemeente_profiles.csv")}
    found = []
    for row in _rows(_NEIGHBOURHOODS / "gemeenten.csv"):
        profile = profiles[row["gemeente_code"]]
        main = profile["hoofdplaats"]
        found.append(
            Gemeente(
                code=row["gemeente_code"],
                naam=row["gemeente_naam"],
                inwoners=int(row["inwoners_2020"]),
                buurten=int(row["aantal_buurten_2020"]),
                plaatsen=(main, *(plaats for plaats in _plaatsen(row["gemeente_code"]) if plaats != main)),
                rd_x=int(profile["rd_x"]),
                rd_y=int(profile["rd_y"]),
                straal=int(profile["straal"]),
                stedelijkheid=float(profile["stedelijkheid"]),
                centrumbuurten=int(profile["centrumbuurten"]),
            )
        )
    return tuple(found)


@cache
def kwb_columns() -> tuple[KwbColumn, ...]:
    """The columns of the CBS tables: stem, title, unit, years, from when on empty, which figure, rounding and secrecy."""
    return tuple(
        KwbColumn(
            stam=row["stam"],
            titel=row["titel"],
            eenheid=row["eenheid"],
            datatype=row["datatype"],
            decimalen=int(row["decimalen"]),
            onderwerp=tuple(row["onderwerp"].split("/")),
            van=int(row["van"]),
            tot=int(row["tot"]),
            leeg_vanaf=int(row["leeg_vanaf"] or 9999),
            cijfer=row["cijfer"],
            afronding=float(row["afronding"] or 0),
            geheim_onder=int(row["geheim_onder"] or 0),
        )
        for row in _rows(_HERE / "reference" / "kwb_columns.csv")
    )


@cache
def kwb_tables() -> dict[int, tuple[str, str]]:
    """Identifier and date of change of the CBS table per year."""
    changed = {row["jaar"]: row["gewijzigd"] for row in _rows(_HERE / "reference" / "kwb_changes.csv")}
    listed = _rows(_NEIGHBOURHOODS / "kwb_tables.csv")
    return {int(row["jaar"]): (row["tabel_id"], changed[row["jaar"]]) for row in listed if row["jaar"] in changed}


@cache
def police_offences() -> tuple[Offence, ...]:
    """The kinds of crime that the invented police tables have, the total first."""
    rows = _rows(_HERE / "reference" / "police_offences.csv")
    return tuple(Offence(row["politie_code"], row["titel"], tuple(row["klassen"].split())) for row in rows)


def _plaatsen(gemeente_code: str) -> list[str]:
    """Places of a municipality; other spellings of one place (``Hengelo (O)``, ``Hengelo Ov``) are left out."""
    listed = [
        row["plaatsnaam"] for row in _rows(_WEEKMONITOR / "woonplaats_gemeente.csv") if row["gemeente_code"] == gemeente_code
    ]
    return [plaats for plaats in listed if plaats not in ("Hengelo (O)", "Hengelo Ov")]


@cache
def columns() -> tuple[str, ...]:
    """The 16 column names in the order of the weekmonitor."""
    return tuple(row["kolom"] for row in _rows(_WEEKMONITOR / "fields.csv"))


@cache
def headers() -> tuple[str, ...]:
    """The 16 header texts exactly as the police write them."""
    return tuple(row["kop"] for row in _rows(_WEEKMONITOR / "fields.csv"))


@cache
def generator_fingerprint() -> str:
    """Digest of the code and lists a sample depends on: an old sample is not reused after one of them changed."""
    digest = hashlib.sha256()
    lists = [
        _WEEKMONITOR / "maatschappelijke_klassen.csv",
        _WEEKMONITOR / "woonplaats_gemeente.csv",
        _WEEKMONITOR / "fields.csv",
    ]
    for path in [
        *sorted(_HERE.glob("*.py")),
        *sorted((_HERE / "reference").glob("*.csv")),
        *lists,
        _NEIGHBOURHOODS / "gemeenten.csv",
        _NEIGHBOURHOODS / "kwb_tables.csv",
    ]:
        digest.update(path.name.encode())
        digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()[:16]
