"""The caveats that a figure may carry, as codes with an explanation, and their combinations as text. No figures."""

from __future__ import annotations

import csv
from functools import cache
from itertools import compress, product

from ivz_assets.dashboard.figures.grains import FOLDER

FEW = 10
"""Registrations below which a count is small: its limits lie more than half of it away."""

COMPLETE = 0.98
"""Share of the registrations from which a period counts as complete: 2% is less than the chance in any count below 2,500."""


@cache
def caveats() -> dict[str, str]:
    """Explanation per code, in the order in which codes are written behind a figure."""
    with (FOLDER / "caveats.csv").open(encoding="utf-8", newline="") as file:
        return {row["code"]: row["betekenis"] for row in csv.DictReader(file)}


def bit(code: str) -> int:
    """The number that stands for a code; the numbers of several codes add up to that of their combination."""
    return 1 << list(caveats()).index(code)


def combinations(codes: tuple[str, ...]) -> list[dict[str, int | str]]:
    """Every combination of the codes: bits and voorbehoud, the codes with spaces between them."""
    rows: list[dict[str, int | str]] = []
    for chosen in product((False, True), repeat=len(codes)):
        present = list(compress(codes, chosen))
        ordered = [code for code in caveats() if code in present]
        rows.append({"bits": sum(map(bit, present)), "voorbehoud": " ".join(ordered)})
    return rows
