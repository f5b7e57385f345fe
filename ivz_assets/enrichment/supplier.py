"""Who supplies a file and on which terms: from the lines of the sheet ``Leverancier``, or from a mapping file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from ivz_assets.deliveries.reading.cells import Cell, text
from ivz_assets.enrichment.catalogue import SupplierField
from ivz_assets.enrichment.people import is_persons_email
from ivz_assets.enrichment.values import read_date, read_number

LONGEST_RETENTION = 240
"""Months."""


@dataclass(frozen=True)
class Supplier:
    """The terms of a delivery. ``geldig_van`` and ``geldig_tot`` are the first and last day that the figures are about."""

    leverancier: str
    eigenaar: str
    grondslag: str
    doel: str
    geldig_van: date
    geldig_tot: date
    contact: str
    bewaartermijn_maanden: int
    opmerking: str = ""


def read_field(field: SupplierField, cell: Cell) -> str | date | int | None:
    """The value of a filled cell for this line; None when it does not fit."""
    if field.soort == "datum":
        return read_date(cell)
    if field.soort == "maanden":
        try:
            months = read_number(cell)
        except ValueError:
            return None
        return int(months) if months and months == months // 1 and 1 <= months <= LONGEST_RETENTION else None
    given = " ".join(text(cell).split())
    if field.soort == "functie_email":
        parts = given.split("@")
        fits = len(parts) == 2 and all(parts) and "." in parts[1] and " " not in given and not is_persons_email(given)
        return given if fits else None
    return given


def made(values: Mapping[str, str | date | int]) -> Supplier:
    """The supplier from the values of all lines that must be filled, by our names."""
    return Supplier(**values)  # type: ignore[arg-type]
