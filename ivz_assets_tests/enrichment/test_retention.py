"""What may be kept no longer is destroyed, and the accounts still add up."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ivz_assets.deliveries.ledger import WITHDRAWN
from ivz_assets.enrichment import retention
from ivz_assets_tests.enrichment.delivering import Region, counts, opened

pytestmark = pytest.mark.usefixtures("without_schema")


def destroy(region: Region) -> list[str]:
    """What a run of the stage destroys; returns its lines for the log."""
    return retention.destroy(region.store, region.ledger, region.settings, "proef")


def number(region: Region, what: str, source: str = "raw_enrichments") -> int:
    """A number of rows."""
    return int(region.store.rows(f"SELECT count({what}) AS n FROM {source}")[0]["n"])


def test_figures_past_the_term_of_their_supplier_are_destroyed_and_stay_in_the_accounts(tmp_path: Path) -> None:
    with opened(tmp_path) as region:
        kept = region.put(counts(2024), bewaartermijn_maanden=12)
        wrong = {**counts()[0], "waarde": "veel"}
        gone = region.put([*counts(2025)[1:], wrong], bewaartermijn_maanden=1, opmerking="Let op")
        withdrawn = region.put(counts(2023), bewaartermijn_maanden=1)
        region.decide(WITHDRAWN, withdrawn)
        for folder in (region.settings.archive_folder, region.settings.protected_folder / "quarantine"):
            folder.mkdir(exist_ok=True)
        (region.settings.archive_folder / f"{gone}_cijfers.xlsx").touch()
        (region.settings.archive_folder / f"{kept}_cijfers.xlsx").touch()
        (region.settings.protected_folder / "quarantine" / f"problemen_{gone}.xlsx").touch()
    with opened(tmp_path, date(2026, 4, 24)) as region:
        assert destroy(region)[:2] == [
            f"destroyed 30 figures of {name}: the supplier's term is over" for name in sorted((gone, withdrawn))
        ]
        accounts = {
            kept: {"rijen": 30, "cijfers": 30}, gone: {"rijen": 30, "verlopen": 30},
            withdrawn: {"rijen": 30, "teruggetrokken": 30},
        }  # fmt: skip
        assert region.accounts() == accounts
        assert region.store.rows("SELECT DISTINCT levering_id FROM raw_enrichments") == [{"levering_id": kept}]
        assert number(region, "*", "raw_enrichment_problems") == 0
        terms = region.store.rows("SELECT opmerking FROM raw_enrichment_terms WHERE levering_id = ?", [gone])
        assert terms == [{"opmerking": None}]
        assert [path.name for path in region.settings.archive_folder.iterdir()] == [f"{kept}_cijfers.xlsx"]
        assert list((region.settings.protected_folder / "quarantine").iterdir()) == []
        assert region.store.version("raw_enrichments").rijen == 30
        outcome = region.build()
        assert outcome.passed, outcome.verdicts
        assert destroy(region) == []


def test_the_texts_of_rejected_figures_go_when_the_supplier_had_the_time_to_look(tmp_path: Path) -> None:
    with opened(tmp_path) as region:
        delivery = region.put([*counts()[1:], {**counts()[0], "waarde": "veel"}])
    with opened(tmp_path, date(2026, 4, 6)) as region:
        assert destroy(region) == []
        assert number(region, "geleverd") == 1
    with opened(tmp_path, date(2026, 4, 7)) as region:
        assert destroy(region) == ["destroyed the texts of 1 rejected figures, of deliveries loaded before 2026-03-24"]
        assert number(region, "geleverd") == 0
        assert region.accounts() == {delivery: {"rijen": 30, "cijfers": 29, "afgekeurd": 1}}
        (rejected,) = region.rows("enrichment_quarantine")
        assert (rejected["cel"], rejected["geleverd"]) == ("F31", None)
