"""The chain over a small sample region: what it finds is exactly what was planted."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ivz_assets.dashboard import stage as dashboard_stage
from ivz_assets.deliveries import landing
from ivz_assets.deliveries.ledger import Ledger
from ivz_assets.quality.stage import StageOutcome
from ivz_assets.sample.generate import write_sample
from ivz_assets.settings import Settings
from ivz_assets.warehouse.store import Store
from ivz_assets.weekmonitor import intake, recompute
from ivz_assets.weekmonitor import stage as weekmonitor_stage
from ivz_assets.weekmonitor.reference import klassen, rules
from ivz_assets_tests.sample.only_weeks import leave_out_tables

# What the fixtures of this page make is dear: one worker makes it once.
pytestmark = pytest.mark.xdist_group("chain")

TODAY = date(2026, 3, 23)


@dataclass
class Chain:
    """A sample that went through the chain, with what came of it."""

    store: Store
    settings: Settings
    manifest: dict[str, Any]
    outcomes: dict[str, intake.Outcome]
    weekmonitor: StageOutcome
    dashboard: StageOutcome


@pytest.fixture(scope="session")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chain]:
    """A year of history, six weeks and a correction, at a twentieth of the size: about 3,800 rows."""
    data_dir = tmp_path_factory.mktemp("chain")
    # A week has about 60 rows here: one part of the day, or a few unknown neighbourhoods, easily pass the shares that are
    # meant for a thousand rows. The shares that this test is about (rejected rows, volume) keep their defaults.
    settings = Settings(data_dir=data_dir, today=TODAY, max_dagdeel_share=0.8, max_share_unknown_buurt=0.15)
    with pytest.MonkeyPatch.context() as patch:
        leave_out_tables(patch)
        manifest = write_sample(settings.sample_folder, since=2025, weeks=6, scale=0.05)
    settings.buurten_csv.parent.mkdir(parents=True)
    shutil.copy(settings.sample_folder / "buurten.csv", settings.buurten_csv)
    landing.prepare(settings)
    content = json.loads(manifest.read_text(encoding="utf-8"))
    store = Store(duckdb.connect())
    outcomes = {}
    for file in content["files"]:
        path = landing.put(settings.sample_folder / file["name"], settings.landing_folder, None)
        outcomes[file["name"]] = intake.take_in(path, store, settings, "test", up_to=TODAY)
    weekmonitor = weekmonitor_stage.build(store, settings, "test")
    dashboard = dashboard_stage.build(store, settings, "test")
    yield Chain(store, settings, content, outcomes, weekmonitor, dashboard)
    store.close()


def test_every_file_is_loaded_and_every_gate_holds(chain: Chain) -> None:
    assert {name: (outcome.uitkomst, outcome.melding) for name, outcome in chain.outcomes.items()} == {
        file["name"]: ("geladen", "") for file in chain.manifest["files"]
    }
    assert [finding for verdict in chain.weekmonitor.verdicts for finding in verdict.bevindingen] == []
    assert [finding for verdict in chain.dashboard.verdicts for finding in verdict.bevindingen] == []
    assert chain.weekmonitor.passed
    assert chain.dashboard.passed


def test_every_rule_found_what_was_planted(chain: Chain) -> None:
    found = {
        (row["bestand"], row["regel"]): row["aantal"]
        for row in chain.store.rows("SELECT bestand, regel, aantal FROM rule_counts JOIN deliveries USING (levering_id)")
    }
    # What is planted without being a rule (double rows, corrections) is not counted by one.
    known = {rule.regel for rule in rules()}
    planted = {
        (file["name"], rule): count
        for file in chain.manifest["files"]
        for rule, count in file["planted"].items()
        if count and rule in known
    }
    assert found == planted
    assert len({rule for _, rule in planted}) > 20  # the sample is not empty of defects


def test_accounts_are_as_the_manifest_says(chain: Chain) -> None:
    found = {
        row["bestand"]: {"rows": row["rijen"], "incidents": row["incident"], "quarantined": row["quarantaine"],
                         "superseded": row["vervangen"], "held": row["vastgehouden"], "withdrawn": row["teruggetrokken"]}
        for row in chain.store.rows("SELECT bestand, a.* FROM delivery_accounts a JOIN deliveries USING (levering_id)")
    }  # fmt: skip
    assert found == {file["name"]: {**file["expected"], "held": 0, "withdrawn": 0} for file in chain.manifest["files"]}


def test_facts_in_the_ledger(chain: Chain) -> None:
    facts = {item.bestand: item for item in Ledger(chain.store).deliveries()}
    for file in chain.manifest["files"]:
        item = facts[file["name"]]
        assert item.sha256 == file["sha256"]
        assert item.rijen == file["rows"]
        assert (item.dekking_van.isoformat(), item.dekking_tot.isoformat()) == (file["first"], file["last"])
        assert item.geleverd_op.date().isoformat() == file["delivered"]
        assert item.soort == {"week": "week", "window": "venster"}[file["kind"]]
        assert item.xy_verwijderd == file["planted"]["xy_niet_toegestaan"]


def test_coordinates_of_no_other_class(chain: Chain) -> None:
    may = {row["maatschappelijke_klasse"] for row in klassen() if row["xy_toegestaan"] == "true"}
    assert len(may) == 15
    kept = chain.store.rows(
        "SELECT DISTINCT upper(replace(maatschappelijke_klasse, ' ', '')) AS klasse FROM raw_weekmonitor_xy JOIN raw_weekmonitor "
        "USING (levering_id, rij)"
    )
    assert {row["klasse"] for row in kept} <= may
    located = chain.store.rows(
        "SELECT DISTINCT maatschappelijke_klasse FROM incidents JOIN incident_locations USING (levering_id, rij)"
    )
    assert {row["maatschappelijke_klasse"] for row in located} <= may
    assert kept
    assert located


def test_locations_are_in_overijssel(chain: Chain) -> None:
    (bounds,) = chain.store.rows(
        "SELECT min(lengtegraad) AS w, max(lengtegraad) AS o, min(breedtegraad) AS z, max(breedtegraad) AS n "
        "FROM incident_locations WHERE in_regio"
    )
    assert 6.3 < bounds["w"] < bounds["o"] < 7.2  # Twente lies between Nijverdal and Losser,
    assert 52.0 < bounds["z"] < bounds["n"] < 52.6  # and between Haaksbergen and Vriezenveen


def test_versions_end_with_what_stands(chain: Chain) -> None:
    still = chain.store.rows("SELECT incident_hash, volgnummer FROM incident_versions WHERE bekend_tot IS NULL ORDER BY ALL")
    standing = chain.store.rows("SELECT incident_hash, volgnummer FROM incidents ORDER BY ALL")
    assert still == standing
    correction = next(file for file in chain.manifest["files"] if file["correction"])
    (ended,) = chain.store.rows(
        "SELECT count(*) AS aantal FROM incident_versions JOIN deliveries ON levering_tot = levering_id WHERE bestand = ?",
        [correction["name"]],
    )
    planted = correction["planted"]
    # A reclassified or removed row is no longer known; one that is only spelled otherwise stays.
    assert ended["aantal"] == planted["gecorrigeerd_geherclassificeerd"] + planted["gecorrigeerd_verwijderd"]


def test_known_before_the_correction(chain: Chain) -> None:
    correction = next(file for file in chain.manifest["files"] if file["correction"])
    facts = next(item for item in Ledger(chain.store).deliveries() if item.bestand == correction["name"])
    for moment in (facts.geleverd_op.replace(hour=7), facts.geleverd_op):
        known = recompute.incidents_as_of(chain.store, chain.settings, moment)
        valid = chain.store.rows(
            "SELECT incident_hash, volgnummer FROM incident_versions "
            "WHERE bekend_van <= ? AND (bekend_tot IS NULL OR bekend_tot > ?)",
            [moment, moment],
        )
        assert set(zip(known["incident_hash"], known["volgnummer"], strict=True)) == {
            (row["incident_hash"], row["volgnummer"]) for row in valid
        }


def test_dashboard_totals(chain: Chain) -> None:
    (expected,) = chain.store.rows("SELECT count(*) AS aantal FROM incidents WHERE binnen_regio")
    totals = chain.store.rows("SELECT DISTINCT totaal FROM (SELECT sum(aantal)::BIGINT AS totaal FROM dashboard_incident_counts "
                              "GROUP BY datumbasis, gebied_niveau, periode_soort, klasse_niveau)")  # fmt: skip
    assert [row["totaal"] for row in totals] == [expected["aantal"]]


def test_every_period_is_in_the_calendar(chain: Chain) -> None:
    orphans = chain.store.rows(
        "SELECT DISTINCT periode FROM dashboard_incident_counts ANTI JOIN (SELECT week_sleutel AS periode FROM dim_datum "
        "UNION SELECT maand_sleutel FROM dim_datum UNION SELECT jaar_sleutel FROM dim_datum) USING (periode)"
    )
    assert orphans == []


def test_again_is_the_same(chain: Chain) -> None:
    def contents() -> dict[str, list[dict[str, Any]]]:
        tables = ("incidents", "incident_versions", "quarantine", "delivery_accounts", "rule_counts")
        return {name: chain.store.rows(f"SELECT * FROM {name} ORDER BY ALL") for name in tables}

    before = contents()
    assert weekmonitor_stage.build(chain.store, chain.settings, "again").passed
    assert contents() == before


def test_a_file_that_comes_again_is_one_delivery(chain: Chain, tmp_path: Path) -> None:
    file = chain.manifest["files"][-1]
    renamed = tmp_path / "nog eens.xlsx"
    shutil.copy(chain.settings.sample_folder / file["name"], renamed)
    before = len(Ledger(chain.store).deliveries())
    for source in (chain.settings.sample_folder / file["name"], renamed):
        path = landing.put(source, chain.settings.landing_folder, None)
        outcome = intake.take_in(path, chain.store, chain.settings, "again", up_to=TODAY)
        assert outcome.uitkomst == "al_geladen"
        assert outcome.levering_id == chain.outcomes[file["name"]].levering_id
    assert len(Ledger(chain.store).deliveries()) == before
