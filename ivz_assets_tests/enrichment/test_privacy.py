"""What a supplier typed in a cell stays in the list for the supplier: no log, screen or table tells it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import pytest

from ivz_assets.deliveries.checks import deliveries_check
from ivz_assets.deliveries.intake import Outcome
from ivz_assets.enrichment.masking import harmless
from ivz_assets.enrichment.schema import MUNICIPAL_ENRICHMENTS
from ivz_assets_tests.enrichment.delivering import SUPPLIER, TODAY, Region, Row, counts, workbook

NAME, STREET = "Pietersma", "Zandpad"
TYPED: list[Row] = [
    {**counts()[0], "gebied_code": f"{NAME} 12"},
    {**counts()[1], "waarde": f"mevrouw {NAME}"},
    {**counts()[2], "periode": f"{STREET} 4"},
    {**counts()[3], "indicator": f"jeugdhulp {NAME}"},
    {**counts()[4], "gebied_naam": f"{STREET} 5"},
    {**counts()[5], "uitsplitsing": NAME},
]


def told(region: Region, outcome: Outcome) -> str:
    """All that a run tells of a file: its log, the metadata of its check, and what the warehouse keeps of it."""
    check = deliveries_check("raw_enrichments", [outcome])
    attempts = region.store.rows("SELECT * FROM intake_attempts")
    kept = region.store.rows("SELECT * FROM raw_enrichment_problems")
    reasons = [path.read_text(encoding="utf-8") for path in region.settings.refused_folder.glob("*.reden.txt")]
    return repr((outcome, check, attempts, kept, reasons))


def listed(path: Path) -> str:
    """The texts of a list of problems."""
    sheet = openpyxl.load_workbook(path).active
    assert sheet is not None
    return repr(list(sheet.values))


@pytest.mark.usefixtures("without_schema")
def test_what_was_typed_in_the_cells_of_a_loaded_file_is_only_in_its_list(region: Region) -> None:
    outcome = region.deliver([*counts()[6:], *TYPED])
    assert outcome.uitkomst == "geladen", outcome.melding
    known = told(region, outcome)
    assert (NAME in known, STREET in known) == (False, False)
    assert "'(verborgen)' is geen getal." in known
    shown = listed(region.settings.protected_folder / "quarantine" / f"problemen_{outcome.levering_id}.xlsx")
    assert (NAME in shown, STREET in shown) == (True, True)


@pytest.mark.usefixtures("without_schema")
def test_what_was_typed_is_not_told_of_a_file_that_fails_its_gate(region: Region) -> None:
    outcome = region.deliver(TYPED)
    assert outcome.uitkomst == "mislukt"
    known = told(region, outcome)
    assert (NAME in known, STREET in known) == (False, False)
    assert "blad 'Cijfers', cel A2: '(verborgen)' is geen CBS-code" in known
    (path,) = region.settings.refused_folder.glob("*.problemen.xlsx")
    assert NAME in listed(path)


def test_what_was_typed_is_not_told_of_a_refused_file_and_the_list_is_named(region: Region) -> None:
    outcome = region.deliver(TYPED, extra=f"bij {NAME}", contact=f"jan.{NAME}@enschede.nl")
    assert outcome.uitkomst == "geweigerd"
    known = told(region, outcome)
    assert NAME.casefold() not in known.casefold()
    assert "De lijst met cellen: cijfers_1.xlsx.problemen.xlsx" in known
    (path,) = region.settings.refused_folder.glob("*.problemen.xlsx")
    assert NAME in listed(path)


def test_a_hidden_sheet_refuses_and_destroys_the_file_and_nothing_of_it_is_left(region: Region) -> None:
    path = workbook(region.folder / "cijfers.xlsx", TYPED)
    book = openpyxl.load_workbook(path)
    hidden = book.create_sheet("Clienten")
    hidden["A1"], hidden.sheet_state = NAME, "hidden"
    book.save(path)
    outcome = region.take_in(path)
    assert outcome.uitkomst == "geweigerd"
    assert "Het blad 'Clienten' is verborgen" in outcome.melding
    assert "was destroyed" in outcome.melding
    kept = sorted(item.name.partition("_")[2] for item in region.settings.refused_folder.iterdir())
    assert kept == ["cijfers.xlsx.problemen.xlsx", "cijfers.xlsx.reden.txt"]
    assert list(region.settings.enrichment_landing_folder.iterdir()) == []
    (problems,) = region.settings.refused_folder.glob("*.problemen.xlsx")
    assert NAME not in listed(problems)


@pytest.mark.usefixtures("without_schema")
def test_free_words_and_the_address_of_a_supplier_are_not_published(region: Region) -> None:
    delivery = region.put(counts(), opmerking=f"Vraag {NAME}")
    assert {"contact", "opmerking"}.isdisjoint(MUNICIPAL_ENRICHMENTS.columns)
    assert NAME not in repr(region.rows("municipal_enrichments"))
    terms = region.store.rows("SELECT levering_id, contact, opmerking FROM raw_enrichment_terms")
    assert terms == [{"levering_id": delivery, "contact": SUPPLIER["contact"], "opmerking": f"Vraag {NAME}"}]


@pytest.mark.parametrize(
    "cell",
    ["", "BU01539999", "wk015301", "GM0153", "2025", "Q3 2025", "2025-01-01", TODAY, date(2025, 1, 1), 12.5, "1.234", "-3,5",
     "jeugdhulp", "jeugdhlp", "onveiligheids gevoel", "Gebiedcode", "woning", "procent"],
)  # fmt: skip
def test_values_that_cannot_be_about_a_person(cell: str | float | date) -> None:
    assert harmless(cell)


@pytest.mark.parametrize(
    "cell",
    ["Pietersma", "de Waard", "Zandpad 4", "jeugdhulp Pietersma", "BU01530101 Pietersma", "612345678", 612345678.0,
     "minder dan 5", "zaak 12", True],
)  # fmt: skip
def test_values_that_may_be_about_a_person(cell: str | float | bool) -> None:
    assert not harmless(cell)
