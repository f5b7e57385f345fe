"""The whole job on a small region: good weeks, bad deliveries, failed gates, held deliveries, and runs that are killed."""

from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path
from typing import Any

import ibis
import pytest
from click.testing import CliRunner

from ivz_assets.cli import main
from ivz_assets.dashboard.topics import TOPICS
from ivz_assets.definitions import defs
from ivz_assets.neighbourhoods import stage as neighbourhoods
from ivz_assets.orchestration.status import read_status
from ivz_assets.quality.verdicts import Finding, Verdict
from ivz_assets.settings import Settings
from ivz_assets.warehouse.store import open_store
from ivz_assets.weekmonitor import transform
from ivz_assets_tests.warehouse.region import (
    LAST_FILE,
    Region,
    figures,
    in_empty,
    manifest,
    passed_version,
    python,
    rows_of,
    run_chain,
    wait_for,
    write_rows,
)

MARK = "GEHEIM7F3A"
EXECUTABLE = defs.resolve_job_def("weekly_refresh").asset_layer.executable_asset_keys
WITHOUT_HOSTS = {
    *("cbs_tables.up_to_date", "area_boundaries.map_year"),
    *("open_police_tables.up_to_date", "dashboard_reconciliation.deviations"),
}
"""What warns in the tests, where no host of CBS or the police is set and no map is put in place."""
POLICE = {"raw_weekmonitor", "weekmonitor_stage", "dashboard_stage", "published_release", "theme_releases"} | {
    f"{topic.name}_stage" for topic in TOPICS
}
STAGES = sorted(POLICE | {"cbs_tables", "neighbourhoods_stage", "raw_enrichments", "enrichment_stage", "open_police_stage"})
BASE = [name for name in STAGES if name not in {"theme_releases", *(f"{topic.name}_stage" for topic in TOPICS)}]
"""What runs that go on from ``before`` have: everything but the topics of the dashboard (see ``region``)."""
MADE = {spec.key.to_user_string() for spec in defs.resolve_all_asset_specs() if spec.key in EXECUTABLE}


def deliver(settings: Settings, file: Path, name: str = LAST_FILE) -> None:
    """Drops a file in the landing folder, long enough ago to have been written whole."""
    target = settings.landing_folder / name
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, target)
    os.utime(target, (1_700_000_000, 1_700_000_000))


def released(settings: Settings) -> dict[str, bytes]:
    """Every file in place."""
    folder = settings.published_folder
    files = [folder / "ivz.duckdb", folder / "manifest.json", *(folder / "parquet").iterdir()]
    return {path.name: path.read_bytes() for path in files}


@pytest.mark.parametrize("which", ["before", "after"])
def test_a_good_run_passes_every_check_and_publishes(region: Region, which: str) -> None:
    outcome = region.outcomes[which]
    assert outcome["success"], outcome["failures"]
    assert outcome["started"] == {"before": BASE, "after": STAGES}[which]
    made = MADE if which == "after" else MADE - {"theme_releases", *(name for topic in TOPICS for name in topic.tables)}
    # Before the last week came, the run of that week says so, and stops nothing.
    # No host of CBS or the police is set in the tests, so nothing of them is there, and that is said.
    warned = {"before": ["raw_weekmonitor.week_delivered"], "after": []}[which]
    told = [name for name, check in outcome["checks"].items() if not check["passed"]]
    assert [name for name in told if name not in WITHOUT_HOSTS] == warned
    assert set(outcome["materialized"]) == made
    assert {name.split(".")[0] for name in outcome["checks"]} == made
    for name in set(outcome["materialized"]) - {"published_release", "theme_releases"}:
        assert {"dagster/column_schema", "dagster/row_count", "dagster/table_name"} <= set(outcome["metadata"][name]), name


def test_the_release_of_a_good_run_is_in_place(after: Settings) -> None:
    told = read_status(after)
    assert told["release"]["data_up_to"] == "2026-03-22"
    assert told["checks"]["failed"] == []
    assert Path(told["release"]["path"]).exists()


def test_a_bad_delivery_and_bad_neighbourhoods_do_not_stop_the_others(
    region: Region, before: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    finding = Finding("area_crosswalk.proef", "Een proef.", None, "fout", "goed")
    monkeypatch.setattr(neighbourhoods, "judge", lambda *_: [Verdict("area_crosswalk", "expectations", 1, [finding])])
    crosswalk = passed_version(before, "area_crosswalk")
    bad = [{**row, "buurt_code": "wijk 3"} for row in rows_of(region.last_file)]
    deliver(before, write_rows(tmp_path / "bad.xlsx", bad), "weekmonitor_2026-W12_geleverd_2026-03-22.xlsx")
    deliver(before, region.last_file)
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(b"PK\x03\x04 not a workbook")
    deliver(before, broken, "weekmonitor_2026-W11_geleverd_2026-03-21.xlsx")
    outcome = run_chain(before)
    assert outcome["success"], outcome["failures"]
    check = outcome["checks"]["raw_weekmonitor.deliveries"]
    assert (check["passed"], check["severity"]) == (False, "WARN")
    assert check["description"] == "2 of 3 waiting files were refused, failed or held"
    assert "buurt_herkend" in check["metadata"]["bestanden"]
    assert outcome["checks"]["raw_weekmonitor.expectations"]["severity"] == "WARN"
    assert outcome["started"] == BASE
    check = outcome["checks"]["area_crosswalk.expectations"]
    assert (check["passed"], check["severity"]) == (False, "WARN")
    assert passed_version(before, "area_crosswalk") == crosswalk, "the neighbourhoods of before stand"
    assert "gebleven" in outcome["metadata"]["area_crosswalk"]
    told = read_status(before)
    assert [item["file"] for item in told["deliveries"] if item["week"] == "2026-W12"] == [LAST_FILE]
    assert sorted(item["outcome"] for item in told["refused"]) == ["geweigerd", "mislukt"]
    assert told["release"]["data_up_to"] == "2026-03-22"
    assert figures(before)["incidents"] == figures_of_region(region, "incidents")


def figures_of_region(region: Region, table: str) -> list[int]:
    """The same of the region with every week."""
    from ivz_assets_tests.warehouse.region import fingerprint

    store = open_store(region.after / "warehouse")
    try:
        return fingerprint(store.connection, table)
    finally:
        store.close()


def test_a_run_of_which_no_delivery_stands_is_red_and_goes_no_further(
    region: Region, before: Settings, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    bad = [{**row, "buurt_code": "wijk 3", "projectcode": MARK, "plaatsnaam": MARK} for row in rows_of(region.last_file)]
    deliver(before, write_rows(tmp_path / "bad.xlsx", bad))
    files, version = released(before), passed_version(before, "raw_weekmonitor")
    outcome = run_chain(before)
    assert not outcome["success"]
    # The neighbourhoods and the suppliers do not depend on the police; nothing of the police goes further.
    assert (outcome["failed"], set(outcome["started"]) & POLICE) == (["raw_weekmonitor"], {"raw_weekmonitor"})
    assert not set(outcome["materialized"]) & {"raw_weekmonitor", "incidents", "published_release"}
    check = outcome["checks"]["raw_weekmonitor.expectations"]
    assert (check["passed"], check["severity"], check["blocking"]) == (False, "ERROR", True)
    assert "buurt_herkend" in check["description"]
    assert "buurt_herkend" in outcome["failures"][0]
    assert released(before) == files
    assert passed_version(before, "raw_weekmonitor") == version
    no_values_anywhere(before, outcome, capfd)


def no_values_anywhere(settings: Settings, outcome: dict[str, Any], capfd: pytest.CaptureFixture[str]) -> None:
    """Row values are in the protected folder and nowhere that people or programs look."""
    said = capfd.readouterr()
    assert MARK not in said.out + said.err
    assert MARK not in outcome["log"]
    assert len(outcome["log"]) > 1000
    for folder in (settings.quality_folder, settings.published_folder, Path(os.environ["DAGSTER_HOME"])):
        files = [path for path in folder.rglob("*") if path.is_file()]
        assert files
        for path in files:
            assert MARK.encode() not in path.read_bytes(), path
    protected = [
        path for path in (settings.protected_folder / "gates").rglob("*.csv") if MARK in path.read_text(encoding="utf-8")
    ]
    assert protected
    assert {stat.S_IMODE(path.stat().st_mode) for path in protected} == {0o600}
    assert {stat.S_IMODE(path.parent.stat().st_mode) for path in protected} == {0o700}
    assert stat.S_IMODE((settings.protected_folder / "gates").stat().st_mode) == 0o700


def test_a_failed_gate_stops_the_run_and_keeps_the_last_good_release(
    region: Region, after: Settings, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    whole = transform.incidents

    def spoiled(rows: Any) -> Any:
        found = whole(rows)
        march = found.datum_registratie >= ibis.date("2026-03-09")
        return found.mutate(
            buurt_code=ibis.ifelse(march, ibis.literal("BU") + found.gemeente_code.substr(2) + "XXXX", found.buurt_code),
            projectcode=ibis.literal(MARK),
        )

    monkeypatch.setattr(transform, "incidents", spoiled)
    files, version = released(after), passed_version(after, "incidents")
    outcome = run_chain(after)
    assert not outcome["success"]
    assert set(outcome["started"]) & POLICE == {"raw_weekmonitor", "weekmonitor_stage"}
    assert outcome["failed"] == ["weekmonitor_stage"]
    assert not set(outcome["materialized"]) & {"incidents", "dashboard_incident_counts", "published_release"}
    check = outcome["checks"]["incidents.expectations"]
    assert (check["passed"], check["severity"], check["blocking"]) == (False, "ERROR", True)
    assert check["description"] == (
        "incidents.aandeel_onbekende_buurt: 1 (week_maandag 2026-03-09), 1 (week_maandag 2026-03-16) in 2 van 26 cellen; "
        "grens: hoogstens 0.08"
    )
    assert check["metadata"]["waar_te_kijken"].count("rij: levering_id") == 20
    told = [name for name, item in outcome["checks"].items() if not item["passed"]]
    assert [name for name in told if name not in WITHOUT_HOSTS] == ["incidents.expectations"]
    assert "ivz accept incidents.aandeel_onbekende_buurt" in outcome["failures"][0]
    assert Path(check["metadata"]["pagina"]).read_text(encoding="utf-8").count("niet geslaagd") == 1
    assert "http" not in Path(check["metadata"]["pagina"]).read_text(encoding="utf-8")
    assert released(after) == files
    assert passed_version(after, "incidents") == version
    told = read_status(after)
    assert [item["name"] for item in told["checks"]["failed"]] == ["incidents.expectations"]
    no_values_anywhere(after, outcome, capfd)


def test_an_empty_warehouse_is_told_in_words(region: Region, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = in_empty(region, tmp_path, monkeypatch)
    outcome = run_chain(settings)
    assert not outcome["success"]
    assert "nothing has been delivered yet: drop a workbook in" in outcome["failures"][0]
    assert read_status(settings)["deliveries"] == []


# Killed, and started again at once


MOMENTS = ("rule_counts:",) + (
    ("weekmonitor_2026-W12", "incidents:", "dim_gebied:", "dim_klasse:", "dashboard_incident_counts:")
    if "IVZ_SOAK_KILLS" in os.environ
    else ()
)
"""What a run says just before it is killed; the soak takes more of them."""


def test_runs_killed_at_several_moments_and_started_again_end_the_same(region: Region, before: Settings) -> None:
    deliver(before, region.last_file)
    release = manifest(before)["release"]
    for moment in MOMENTS:
        run = python(["-c", STARTED], before)
        wait_for(run, moment)
        if moment == "rule_counts:":
            told = read_status(before)
            assert "in use by Dagster run" in told["busy"]
            assert f"process {run.pid}" in told["busy"]
            assert told["release"]["id"] == release
            assert set(told["checks"]) == {"passed", "failed"}
        run.kill()
        assert run.wait(20) == -9
        assert manifest(before)["release"] == release
    last = CliRunner().invoke(main, ["refresh"])
    assert last.exit_code == 0, last.output
    assert {name: item for name, item in figures(before).items() if name != "incident_versions"} == {
        name: figures_of_region(region, name) for name in figures(before) if name != "incident_versions"
    }
    assert read_status(before)["checks"]["failed"] == []
    assert manifest(before)["gegevens_tot_en_met"] == "2026-03-22"
    assert [path.name for path in before.published_folder.rglob(".*")] == []


STARTED = "import sys; sys.stderr = sys.stdout; sys.argv = ['ivz', 'refresh']; from ivz_assets.cli import main; main()"
"""``ivz refresh`` of which everything said can be read in one place."""
