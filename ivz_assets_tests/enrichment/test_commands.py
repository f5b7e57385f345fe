"""``ivz`` for suppliers' files: the template, what it says of a delivery and with which exit code, decisions, status."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from ivz_assets.cli import main, running
from ivz_assets.deliveries import landing
from ivz_assets.deliveries.streams import ENRICHMENT
from ivz_assets.enrichment import intake
from ivz_assets.orchestration.instance import RunOutcome
from ivz_assets.orchestration.status import read_status
from ivz_assets.settings import Settings, load_settings
from ivz_assets.warehouse.store import open_store
from ivz_assets_tests.enrichment.delivering import Region, counts, opened, workbook

Run = Callable[..., Result]


@pytest.fixture
def ivz(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """The command line on the tiny region; a run takes in what waits and makes the figures, and nothing of the police's."""
    with opened(tmp_path):
        pass
    monkeypatch.setenv("IVZ_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("IVZ_TODAY", "2026-03-23")
    monkeypatch.setenv("COLUMNS", "300")

    def run(settings: Settings) -> RunOutcome:
        store = open_store(settings.warehouse_folder)
        try:
            for path in landing.waiting(settings, ENRICHMENT):
                intake.take_in(path, store, settings, "run")
            for name in ("enrichment_accounts", "municipal_enrichments"):
                source = Region(store, settings, tmp_path).made(name)
                store.connection.execute(f"CREATE OR REPLACE TABLE {name} AS {source}")
        finally:
            store.close()
        return RunOutcome(True, "run", [])

    monkeypatch.setattr(running, "_run", run)

    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(main, list(arguments))

    return invoke


def test_the_template_lists_the_areas_of_a_municipality(ivz: Run, tmp_path: Path) -> None:
    path = tmp_path / "sjabloon.xlsx"
    assert ivz("template", str(path), "--supplier", "GGD", "--gemeente", "GM0153").exit_code == 0
    book = openpyxl.load_workbook(path)
    assert book["Leverancier"]["B2"].value == "GGD"
    listed = {cell for row in book["Lijsten"].iter_rows(values_only=True) for cell in row if isinstance(cell, str)}
    assert {"GM0153", "WK015301", "BU01530101", "BU01530130"} <= listed
    assert ivz("template", str(path), "--gemeente", "GM0001").exit_code == 1
    assert ivz("template", str(tmp_path / "sjabloon.ods")).exit_code == 2


def test_a_supplier_is_not_asked_what_only_the_police_say(ivz: Run, tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", counts())
    assert ivz("deliver", "--enrichment", "--kind", "week", str(path)).exit_code == 2


@pytest.mark.usefixtures("without_schema")
def test_deliver_says_what_became_of_each_file_and_a_decision_reaches_it(ivz: Run, tmp_path: Path) -> None:
    rejected = {**counts()[0], "waarde": "veel"}
    path = workbook(tmp_path / "goed.xlsx", [*counts()[1:], rejected])
    loaded = ivz("deliver", "--enrichment", str(path))
    assert loaded.exit_code == 0, loaded.output
    (delivery,) = read_status(load_settings())["deliveries"]
    said = " ".join(loaded.output.split())
    assert f"goed.xlsx: 30 rows as {delivery['id']} (sjabloon 2026-W13), geladen" in said
    assert (
        f"rejected: 1 of its figures; send the supplier {tmp_path}/data/protected/quarantine/problemen_{delivery['id']}" in said
    )
    assert {name: delivery[name] for name in ("stream", "kind", "state", "rows", "incidents", "quarantined", "superseded")} == {
        "stream": "verrijking", "kind": "sjabloon", "state": "geladen", "rows": 30, "incidents": 29, "quarantined": 1,
        "superseded": 0,
    }  # fmt: skip
    withdrawn = ivz("withdraw", delivery["id"], "--reason", "verkeerd bestand")
    assert withdrawn.exit_code == 0, withdrawn.output
    (delivery,) = read_status(load_settings())["deliveries"]
    assert delivery["state"] == "teruggetrokken"
    assert ivz("accept", delivery["id"], "--reason", "toch goed").exit_code == 1


def test_a_refused_file_is_told_with_its_problems_and_exit_code_1(ivz: Run, tmp_path: Path) -> None:
    path = workbook(tmp_path / "fout.xlsx", counts(), {})
    refusal = ivz("deliver", "--enrichment", str(path))
    assert refusal.exit_code == 1
    assert "fout.xlsx: 8 problems" in " ".join(refusal.output.split())
    assert "blad 'Leverancier', cel B2" in refusal.output
    (refused,) = read_status(load_settings())["refused"]
    assert (refused["file"], refused["rule"]) == ("fout.xlsx", "leverancier_ontbreekt")
