"""Reading what a supplier states beside the figures: the sheets ``Leverancier`` and ``Indicatoren`` of the template."""

from __future__ import annotations

from datetime import date

from ivz_assets.deliveries.reading.cells import address, text
from ivz_assets.enrichment.catalogue import catalogue, supplier_fields
from ivz_assets.enrichment.grid import Rows, find_header, read_header
from ivz_assets.enrichment.layout import CONFIRMED, OWN_PREFIX, SUPPLIER_HEADER
from ivz_assets.enrichment.people import as_words
from ivz_assets.enrichment.problems import Problems
from ivz_assets.enrichment.supplier import Supplier, made, read_field
from ivz_assets.enrichment.values import is_empty

INDICATOR_COLUMNS = (
    "indicator", "naam", "thema", "omschrijving", "eenheid", "noemer", "periode_soort", "laagste_niveau", "uitsplitsing",
    "met_marge", "minimum", "maximum",
)  # fmt: skip
"""What the sheet ``Indicatoren`` shows of the catalogue."""


def contact_rows(rows: Rows) -> set[int]:
    """Rows (from 1) of the sheet ``Leverancier`` in which an e-mail address belongs."""
    label = as_words(supplier_fields()["contact"].label)
    return {number for number, row in enumerate(rows, 1) if row and as_words(text(row[0])) in (label, "contact")}


def read_supplier(blad: str, rows: Rows, problems: Problems) -> Supplier | None:
    """The terms on the sheet ``Leverancier``; None when something that must be there is missing or wrong."""
    fields = supplier_fields()
    by_label = {as_words(name): field.veld for field in fields.values() for name in (field.label, field.veld)}
    values: dict[str, str | date | int] = {}
    places: dict[str, int] = {}
    wrong = False
    for number, row in enumerate(rows, 1):
        if not row or is_empty(row[0]) or as_words(text(row[0])) == as_words(SUPPLIER_HEADER[0]):
            continue
        veld = by_label.get(as_words(text(row[0])))
        if veld is None:
            problems.add("leverancier_onbekend", blad, (number, 0), waarde=row[0])
            continue
        field = fields[veld]
        if veld in places:
            first = address(places[veld], 1)
            problems.add("leverancier_dubbel", blad, (number, 0), kolom=field.label, kolom_naam=field.label, eerste=first)
            wrong = True
            continue
        places[veld] = number
        cell = row[1] if len(row) > 1 else ""
        if is_empty(cell):
            continue
        value = read_field(field, cell)
        if value is None:
            problems.add(
                "leverancier_ongeldig", blad, (number, 1),
                kolom=field.label, waarde=cell, kolom_naam=field.label, uitleg=field.uitleg,
            )  # fmt: skip
            wrong = True
        else:
            values[veld] = value
    for veld, field in fields.items():
        unfilled = veld in places and (len(rows[places[veld] - 1]) < 2 or is_empty(rows[places[veld] - 1][1]))
        if field.verplicht and (unfilled or veld not in places):
            place = (places[veld], 1) if veld in places else None
            problems.add("leverancier_ontbreekt", blad, place, kolom=field.label, kolom_naam=field.label, uitleg=field.uitleg)
            wrong = True
    van, tot = values.get("geldig_van"), values.get("geldig_tot")
    if isinstance(van, date) and isinstance(tot, date) and tot < van:
        label = fields["geldig_tot"].label
        problems.add("leverancier_datums_omgekeerd", blad, (places["geldig_tot"], 1), kolom=label, waarde=tot)
        wrong = True
    return None if wrong else made(values)


def read_statements(blad: str, rows: Rows, problems: Problems) -> dict[str, str | None]:
    """Per indicator that the supplier confirmed None, and for one with another unit, denominator or kind of period the rule.

    An indicator that is not there, or not filled, is not in the answer: only its figures are then rejected.
    """
    own = [OWN_PREFIX + name for name in CONFIRMED]
    names = [*INDICATOR_COLUMNS, *own]
    row = find_header(rows, names)
    if not row:
        problems.add("kop_ontbreekt", blad, verwacht=", ".join(names))
        return {}
    header = read_header(blad, rows, row, {name: name for name in names}, ("indicator", *own), problems)
    if not {"indicator", *own} <= header.columns.keys():
        return {}
    stated: dict[str, str | None] = {}
    for number, cells in enumerate(rows[row:], row + 1):
        filled = {name: cells[index] for name, index in header.columns.items() if index < len(cells)}
        indicator = catalogue().get(text(filled.get("indicator", "")).strip())
        if indicator is None or any(is_empty(filled.get(name)) for name in own):
            continue
        stated.setdefault(indicator.indicator, None)
        for name in CONFIRMED:
            said = filled[OWN_PREFIX + name]
            agreed = getattr(indicator, name)
            if text(said).strip().casefold() != agreed:
                stated[indicator.indicator] = "indicator_afwijkend"
                problems.add(
                    "indicator_afwijkend", blad, (number, header.columns[OWN_PREFIX + name]), kolom=OWN_PREFIX + name,
                    waarde=said, onderdeel=name, indicator=indicator.indicator, afspraak=agreed,
                )  # fmt: skip
    return stated
