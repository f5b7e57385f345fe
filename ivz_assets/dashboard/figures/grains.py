"""What the figures show: for which areas, periods and classes, how far back, and how many rows that may be. No counting."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ivz_assets.dashboard.schema import DATUMBASES, GEBIED_NIVEAUS, KLASSE_NIVEAUS, PERIODE_SOORTEN

FOLDER = Path(__file__).parent / "reference"


@dataclass(frozen=True)
class Grain:
    """Figures of one level each of everything.

    Attributes:
        nummer: its number, of (datumbasis, gebied_niveau, klasse_niveau); the same for every kind of period.
        perioden: how many of the newest periods are shown; None for all.
        nullen: whether what did not happen is a row as well.
        vulling: share of the cells (area x period x class) that may be rows.
    """

    nummer: int
    datumbasis: str
    periode_soort: str
    gebied_niveau: str
    klasse_niveau: str
    perioden: int | None
    nullen: bool
    vulling: float


@cache
def grains() -> tuple[Grain, ...]:
    """The lines of ``grains.csv``, one grain for each combination of the levels that a line names.

    Raises:
        ValueError: a line holds a word or a number that cannot be used, or a combination comes twice.
    """
    found: dict[tuple[str, str, str, str], Grain] = {}
    with (FOLDER / "grains.csv").open(encoding="utf-8", newline="") as file:
        for line, row in enumerate(csv.DictReader(file), 2):
            try:
                made = _grains(row)
            except (KeyError, ValueError) as wrong:
                raise ValueError(f"grains.csv, line {line}: {wrong}") from None
            for grain in made:
                key = (grain.datumbasis, grain.periode_soort, grain.gebied_niveau, grain.klasse_niveau)
                if key in found:
                    raise ValueError(f"grains.csv, line {line}: {', '.join(key)} was already named")
                found[key] = grain
    return tuple(found.values())


def _grains(row: dict[str, str]) -> list[Grain]:
    """The grains of a line."""
    basis, kind = _one_of(row["datumbasis"], DATUMBASES), _one_of(row["periode_soort"], PERIODE_SOORTEN)
    share = float(row["vulling_procent"]) / 100
    if not 0 < share <= 1:
        raise ValueError("vulling_procent is more than 0 and at most 100")
    return [
        Grain(
            nummer=_number(basis, area, klasse),
            datumbasis=basis,
            periode_soort=kind,
            gebied_niveau=area,
            klasse_niveau=klasse,
            perioden=int(row["perioden"]) if row["perioden"] else None,
            nullen=_one_of(row["nullen"], ("ja", "nee")) == "ja",
            vulling=share,
        )
        for area in (_one_of(word, GEBIED_NIVEAUS) for word in row["gebied_niveaus"].split("; "))
        for klasse in (_one_of(word, KLASSE_NIVEAUS) for word in row["klasse_niveaus"].split("; "))
    ]


def _number(basis: str, area: str, klasse: str) -> int:
    return DATUMBASES.index(basis) * 100 + GEBIED_NIVEAUS.index(area) * 10 + KLASSE_NIVEAUS.index(klasse)


def _one_of(word: str, known: tuple[str, ...]) -> str:
    if word not in known:
        raise ValueError(f"{word!r} is none of {', '.join(known)}")
    return word
