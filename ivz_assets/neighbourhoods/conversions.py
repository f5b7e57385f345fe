"""How a delivered code is read in a year of registration, from the crosswalk. Pure Python; the incidents draw a part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

from ivz_assets.neighbourhoods.schema import BEPALINGEN


def conversions(rows: Sequence[Mapping[str, Any]], last_year: int) -> list[dict[str, Any]]:
    """How a delivered code is read in a year of registration; only codes that do not simply stand for themselves.

    The edition is that of the year, or the last one before it that had the code, or else the first one after it: the police
    may take over a new edition early or late. Of several new neighbourhoods each gets the share ``laag`` to ``hoog`` of the
    incidents.

    A code that stood for one neighbourhood in one edition and for quite another in a later one (CBS used it again) is read
    in the same way, but always as an estimate: a year of registration does not prove which edition the police used, and a
    wrong one puts the incidents elsewhere without a trace. A neighbourhood that was split and kept its code is not meant:
    both readings overlap.

    Args:
        rows: output of ``crosswalk``.
        last_year: last year of registration.

    Returns:
        van_buurt_code, jaar (from the first edition to ``last_year``), buurt_code, laag, hoog, bepaling.
    """
    by_code: dict[str, dict[int, list[Mapping[str, Any]]]] = {}
    for row in rows:
        by_code.setdefault(row["van_buurt_code"], {}).setdefault(row["van_jaar"], []).append(row)
    found: list[dict[str, Any]] = []
    first_year = min((row["van_jaar"] for row in rows), default=last_year)
    for code, editions in by_code.items():
        if all(parts[0]["buurt_code"] == code and parts[0]["bepaling"] == "ongewijzigd" for parts in editions.values()):
            continue
        least = "geschat" if _used_again(editions) else "ongewijzigd"
        for year in range(first_year, last_year + 1):
            known = [edition for edition in editions if edition <= year]
            parts = editions[max(known) if known else min(editions)]
            low = 0.0
            for position, part in enumerate(sorted(parts, key=lambda item: item["buurt_code"])):
                high = 1.0 if position == len(parts) - 1 else low + part["gewicht"]
                found.append(
                    {
                        "van_buurt_code": code,
                        "jaar": year,
                        "buurt_code": part["buurt_code"],
                        "laag": low,
                        "hoog": high,
                        "bepaling": max(part["bepaling"], least, key=BEPALINGEN.index),
                    }
                )
                low = high
    return found


def _used_again(editions: Mapping[int, Sequence[Mapping[str, Any]]]) -> bool:
    """Whether a code leads to neighbourhoods in one edition and to quite others in another."""
    targets = [{part["buurt_code"] for part in parts} for parts in editions.values()]
    return any(one.isdisjoint(other) for one, other in combinations(targets, 2))
