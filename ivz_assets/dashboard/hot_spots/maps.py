"""Which class keys get a map of neighbourhoods (``reference/maps.csv``). No counts, no statistics."""

from __future__ import annotations

import csv
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "reference" / "maps.csv"

FALLBACK = "inwoners"
"""Denominator of a map whose classes have different denominators or none: the only one that means something for all."""


@cache
def listed_maps() -> tuple[Mapping[str, str], ...]:
    """Rows of maps.csv: klasse_niveau, klasse_naam (empty: every one of that level), reden."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def wanted_maps(
    classes: Sequence[Mapping[str, Any]], listed: Sequence[Mapping[str, str]], too_coarse: Collection[str]
) -> dict[str, tuple[str, str]]:
    """Level and denominator per class key that gets a map, in the order of the list.

    Args:
        classes: klasse_sleutel, klasse_niveau, klasse_naam, noemer of ``dim_klasse``.
        listed: output of ``listed_maps``.
        too_coarse: keys of themes that are shown from a higher level on only.

    Raises:
        ValueError: the list names a class that ``dim_klasse`` does not know.
    """
    found: dict[str, tuple[str, str]] = {}
    for number, row in enumerate(listed, 2):
        level, name = row["klasse_niveau"], row["klasse_naam"]
        hits = [item for item in classes if item["klasse_niveau"] == level and name in ("", item["klasse_naam"])]
        # A region may have removed every theme; a class that is named must be there.
        if name and not hits:
            raise ValueError(
                f"{FILE.name}, row {number}, klasse_naam: {level} {name!r} is not in dim_klasse; correct it or remove the row"
            )
        for item in sorted(hits, key=lambda item: item["klasse_sleutel"]):
            if item["klasse_sleutel"] not in too_coarse:
                fits = item["noemer"] not in (None, "geen")
                found[item["klasse_sleutel"]] = (level, item["noemer"] if fits else FALLBACK)
    return found
