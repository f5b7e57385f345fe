"""The lists beside this file: how an indicator is compared between areas and put together for a level above. No figures."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow

from ivz_assets.enrichment.catalogue import PERIODE_SOORTEN, catalogue
from ivz_assets.neighbourhoods.reference import denominators, indicators

FOLDER = Path(__file__).parent / "reference"

PARTS = {"jaar": 1, "halfjaar": 2, "kwartaal": 4, "maand": 12}
"""Periods that make a year."""

CBS_KINDS = pyarrow.schema(
    [
        ("indicator", pyarrow.string()), ("kenmerk_naam", pyarrow.string()), ("eenheid_cbs", pyarrow.string()),
        ("eenheid_verhouding", pyarrow.string()), ("verhouding_van", pyarrow.string()), ("per", pyarrow.float64()),
        ("ondergrens", pyarrow.float64()), ("samenstelling", pyarrow.string()), ("gewicht", pyarrow.string()),
        ("telt", pyarrow.bool_()),
    ]
)  # fmt: skip

SUPPLIER_KINDS = pyarrow.schema(
    [
        ("indicator", pyarrow.string()),
        ("periode_soort", pyarrow.string()),
        ("delen", pyarrow.int32()),
        ("wijze", pyarrow.string()),
    ]
)


@cache
def floor_of(indicator: str) -> float:
    """Lowest value of a base on which a ratio says something (``denominators.csv``); households have that of dwellings."""
    floors = {row["indicator"]: float(row["ondergrens"]) for row in denominators()}
    return floors["woningvoorraad" if indicator == "huishoudens" else indicator]


def cbs_kinds() -> list[dict[str, Any]]:
    """Per indicator of CBS its name, units, base of a ratio with its floor, and how areas above are put together.

    ``samenstelling``: som (of the municipalities), gewogen (mean by ``gewicht``) or geen. ``telt``: it is a count.
    """
    listed = {row["indicator"]: row for row in indicators()}
    found = []
    with (FOLDER / "cbs_indicators.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            base, facts = row["verhouding_van"], listed[row["indicator"]]
            per = float(row["per"] or 1)
            shown = "% van de" if per == 100 else f"per {f'{per:,.0f}'.replace(',', '.')}"
            found.append(
                {
                    "indicator": row["indicator"], "kenmerk_naam": facts["omschrijving"], "eenheid_cbs": facts["eenheid"],
                    "eenheid_verhouding": f"{shown} {base}" if base else facts["eenheid"], "verhouding_van": base, "per": per,
                    "ondergrens": floor_of(base) if base else 0.0, "samenstelling": row["samenstelling"],
                    "gewicht": row["gewicht"], "telt": row["samenstelling"] == "som",
                }
            )  # fmt: skip
    return found


def supplier_kinds() -> list[dict[str, Any]]:
    """Per indicator and kind of period how a year's figure comes about.

    ``wijze``: delen (the sum of ``delen`` periods, all of them), laatste (the last period or day of the year) or looptijd
    (what ran in the year).
    """
    with (FOLDER / "supplier_indicators.csv").open(encoding="utf-8", newline="") as file:
        own = {row["indicator"]: row["in_een_jaar"] for row in csv.DictReader(file)}
    usual = {"peildatum": "laatste", "looptijd": "looptijd"}
    return [
        {
            "indicator": name, "periode_soort": kind, "delen": PARTS.get(kind, 1),
            "wijze": own.get(name, usual.get(kind, "delen")),
        }
        for name in catalogue()
        for kind in PERIODE_SOORTEN
    ]  # fmt: skip
