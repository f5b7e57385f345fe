"""Taking in suppliers' files: what loads, what is refused with which list, what is kept and what is destroyed."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from ivz_assets_tests.enrichment.delivering import BUURTEN, Region, counts


def kept_beside(region: Region) -> dict[str, Path]:
    """What lies in the folder of refused files, by the end of its name."""
    return {path.name.partition("_")[2]: path for path in region.settings.refused_folder.iterdir()}


def test_a_workbook_made_from_the_template_loads_and_each_figure_carries_its_source_and_age(region: Region) -> None:
    outcome = region.deliver(counts(2025))
    assert (outcome.uitkomst, outcome.melding, outcome.rijen) == ("geladen", "", 30)
    assert outcome.levering_id is not None
    assert outcome.levering_id.startswith("V2026-03-23-")
    (figure,) = region.rows("municipal_enrichments", "gebied_code = 'BU01530102'")
    assert figure == {
        "indicator": "jeugdhulp", "indicator_naam": "Jongeren met jeugdhulp", "thema": "sociaal domein", "uitsplitsing": "",
        "gebied_code": "BU01530102", "niveau": "buurt", "periode_soort": "jaar", "periode": "2025",
        "periode_begin": date(2025, 1, 1), "periode_eind": date(2025, 12, 31), "waarde": 41.0, "marge_onder": None,
        "marge_boven": None, "eenheid": "aantal", "noemer": "inwoners", "leverancier": "Gemeente Enschede",
        "eigenaar": "Kennispunt", "grondslag": "Convenant veiligheid", "doel": "Veiligheidsbeeld",
        "geldig_van": date(2024, 1, 1), "geldig_tot": date(2025, 12, 31),
        "bewaartermijn_maanden": 24, "bewaren_tot": date(2028, 3, 23),
        "levering_id": outcome.levering_id, "geleverd_op": datetime(2026, 3, 23, 12), "peildatum": date(2025, 12, 31),
        "ouderdom_dagen": 82, "buiten_geldigheid": False, "onderdrukt": False,
        "huidige_gebied_code": "BU01530102",
    }  # fmt: skip
    assert [path.name for path in region.settings.archive_folder.iterdir()] == [f"{outcome.levering_id}_cijfers_1.xlsx"]
    again = region.take_in(region.folder / "cijfers_1.xlsx")
    assert (again.uitkomst, again.levering_id) == ("al_geladen", outcome.levering_id)
    assert list(region.settings.enrichment_landing_folder.iterdir()) == []


def test_a_broken_workbook_is_refused_with_every_problem_and_its_cell(region: Region) -> None:
    rows = [
        {**counts()[0], "gebied_code": "BU01539999"},
        {**counts()[1], "waarde": "veel"},
        {**counts()[2], "periode": "2031"},
    ]
    outcome = region.deliver(rows, extra="wijkagent", contact="j.jansen@enschede.nl", bewaartermijn_maanden=999)
    assert outcome.uitkomst == "geweigerd"
    assert outcome.melding.startswith("cijfers_1.xlsx: ")
    kept = kept_beside(region)
    assert set(kept) == {"cijfers_1.xlsx", "cijfers_1.xlsx.reden.txt", "cijfers_1.xlsx.problemen.xlsx"}
    sheet = openpyxl.load_workbook(kept["cijfers_1.xlsx.problemen.xlsx"]).active
    assert sheet is not None
    listed = {(row[1], row[2]) for row in sheet.iter_rows(min_row=2, values_only=True)}
    places = {
        ("Leverancier", "B8"), ("Leverancier", "B9"), ("Cijfers", "L1"), ("Cijfers", "A2"), ("Cijfers", "F3"), ("Cijfers", "C4"),
    }  # fmt: skip
    assert listed == places
    for told in (outcome.melding, kept["cijfers_1.xlsx.reden.txt"].read_text(encoding="utf-8")):
        assert all(f"blad '{sheet}', cel {cell}: " in told for sheet, cell in places)
    assert region.store.rows("SELECT uitkomst, regel FROM intake_attempts") == [
        {"uitkomst": "geweigerd", "regel": "leverancier_ongeldig"}
    ]
    assert region.ledger.deliveries() == []


def test_a_column_about_persons_refuses_and_destroys_the_file(region: Region) -> None:
    outcome = region.deliver(counts(), extra="bsn")
    assert outcome.uitkomst == "geweigerd"
    assert "burgerservicenummer" in outcome.melding
    assert "was destroyed" in outcome.melding
    assert set(kept_beside(region)) == {"cijfers_1.xlsx.reden.txt", "cijfers_1.xlsx.problemen.xlsx"}
    assert list(region.settings.enrichment_landing_folder.iterdir()) == []


@pytest.mark.usefixtures("without_schema")
def test_what_cannot_be_used_is_rejected_and_told_and_the_rest_loads(region: Region) -> None:
    outcome = region.deliver([*counts(areas=BUURTEN[1:]), {**counts()[0], "waarde": "minder dan 5"}])
    assert outcome.uitkomst == "geladen"
    listed = region.settings.protected_folder / "quarantine" / f"problemen_{outcome.levering_id}.xlsx"
    assert outcome.melding == f"1 of 30 figures rejected; 1 problems listed in {listed}"
    assert listed.stat().st_mode & 0o077 == 0
    (rejected,) = region.rows("enrichment_quarantine")
    assert json.loads(rejected.pop("geleverd"))["waarde"] == "minder dan 5"
    assert rejected == {
        "levering_id": outcome.levering_id, "leverancier": "Gemeente Enschede", "blad": "Cijfers", "rij": 31, "cel": "F31",
        "regels": "waarde_geen_getal",
    }  # fmt: skip
    assert region.accounts() == {outcome.levering_id: {"rijen": 30, "cijfers": 29, "afgekeurd": 1}}
    assert region.rows("enrichment_rule_counts") == [
        {"levering_id": outcome.levering_id, "regel": "waarde_geen_getal", "ernst": "afkeuren", "aantal": 1}
    ]


def test_a_file_that_is_no_workbook_is_refused_by_the_guards(region: Region, tmp_path: Path) -> None:
    path = tmp_path / "cijfers.xlsx"
    path.write_bytes(b"PK\x03\x04 and no more")
    outcome = region.take_in(path)
    assert outcome.uitkomst == "geweigerd"
    assert "damaged or incomplete" in outcome.melding
    assert set(kept_beside(region)) == {"cijfers.xlsx", "cijfers.xlsx.reden.txt"}


@pytest.mark.usefixtures("without_schema")
def test_a_csv_waits_for_its_mapping_to_be_right_and_then_loads(region: Region, tmp_path: Path) -> None:
    path = tmp_path / "halfjaar.csv"
    lines = [f"{row['gebied_code']};2025;jeugdhulp;{row['waarde']}" for row in counts()]
    path.write_text("\n".join(["gebied_code;periode;indicator;waarde", *lines]), encoding="utf-8")
    folder = region.settings.mappings_folder
    folder.mkdir(parents=True)
    mapping = folder / "halfjaar.toml"
    mapping.write_text('vorm = "lang"\nbestanden = ["halfjaar*"]\n', encoding="utf-8")
    waits = region.take_in(path)
    assert waits.uitkomst == "wacht"
    assert f"{mapping}: leverancier: is missing" in waits.melding
    assert [item.name for item in region.settings.enrichment_landing_folder.iterdir()] == ["halfjaar.csv"]
    terms = {
        "leverancier": "Regio", "eigenaar": "Regio", "grondslag": "Convenant", "doel": "Beeld",
        "geldig_van": "2025-01-01", "geldig_tot": "2025-12-31", "contact": "data@regio.nl",
    }  # fmt: skip
    given = "\n".join(f'{name} = "{value}"' for name, value in terms.items())
    mapping.write_text(
        f'vorm = "lang"\nbestanden = ["halfjaar*"]\n[leverancier]\n{given}\nbewaartermijn_maanden = 12\n'
        '[waarden]\ndecimaalteken = ","\n[[indicatoren]]\nindicator = "jeugdhulp"\neenheid = "aantal"\nnoemer = "inwoners"\n',
        encoding="utf-8",
    )
    outcome = region.take_in(path)
    assert (outcome.uitkomst, outcome.rijen) == ("geladen", 30), outcome.melding
    assert [(facts.soort, facts.blad) for facts in region.ledger.deliveries()] == [("lang", "csv")]
