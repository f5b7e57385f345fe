"""``ivz`` as people and programs use it: what it says, how it ends, and what it never does."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from ivz_assets.cli import main
from ivz_assets.deliveries.ledger import Ledger
from ivz_assets.publication.tables import PUBLISHED
from ivz_assets.settings import Settings
from ivz_assets.warehouse.lock import writer_lock
from ivz_assets.warehouse.model import published_name
from ivz_assets.warehouse.store import open_store
from ivz_assets_tests.sample.only_weeks import leave_out_tables
from ivz_assets_tests.warehouse.region import (
    LAST_FILE,
    PROJECT,
    Region,
    figures,
    in_empty,
    manifest,
    python,
    rows_of,
    write_rows,
)

COMMANDS = [
    "demo",
    "deliver",
    "refresh",
    "status",
    "sample",
    "ui",
    "accept",
    "withdraw",
    "quarantine",
    "incidents",
    "template",
    "notes",
]
DELIVERY_KEYS = {"id", "file", "week", "rows", "incidents", "quarantined", "superseded", "held", "withdrawn"}


def ivz(*arguments: str) -> Result:
    """A command in this process; whatever goes wrong must be told in words."""
    result = CliRunner().invoke(main, list(arguments), env={"COLUMNS": "200"})
    assert result.exception is None or isinstance(result.exception, SystemExit), repr(result.exception)
    return result


def ended(arguments: Sequence[str], settings: Settings | None = None, **environment: str) -> tuple[int, str, str]:
    """A command in a process of its own: exit code and what it said; never a traceback."""
    process = python(["-m", "ivz_assets.cli", *arguments], settings, **environment)
    out, err = process.communicate(timeout=600)
    assert "Traceback" not in out + err, err
    return process.returncode, out, err


def test_help_names_every_command() -> None:
    said = ivz("--help")
    assert said.exit_code == 0
    assert set(main.commands) == set(COMMANDS)
    assert all(name in said.output for name in COMMANDS)
    assert "Exit codes: 0 done, 1 something was refused" in said.output


@pytest.mark.parametrize("command", [[name] for name in COMMANDS] + [["quarantine", "export"]], ids=" ".join)
def test_every_command_has_help(command: list[str]) -> None:
    said = ivz(*command, "--help")
    assert said.exit_code == 0
    assert said.output.startswith("Usage: ")
    assert len(said.output.splitlines()) >= 5


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["deliver"],
        ["deliver", "/there/is/no/such.xlsx"],
        ["deliver", str(PROJECT / "pyproject.toml"), "--from", "2026-01-01"],
        ["deliver", str(PROJECT / "pyproject.toml"), "--kind", "maand"],
        ["accept", "incidents.volume_zelfde_week"],
        ["accept", "incidents.volume_zelfde_week", "--reason", "staking"],
        ["accept", "incidents.volume_zelfde_week", "--reason", "staking", "--until", "gisteren"],
        ["withdraw", "2026-W12-0123456789"],
        ["incidents"],
        ["sample", "x", "--since", "1999"],
        ["demo", "--scale", "veel"],
    ],
    ids=" ".join,
)
def test_wrong_use_ends_with_2(arguments: list[str], before: Settings) -> None:
    said = ivz(*arguments)
    assert said.exit_code == 2
    assert "Error" in said.output


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["accept", "2026-W12-0123456789", "--reason", "goed"], "there is no delivery 2026-W12-0123456789"),
        (["withdraw", "2026-W12-0123456789", "--reason", "fout"], "there is no delivery 2026-W12-0123456789"),
        (["withdraw", "zomaar", "--reason", "fout"], "there is no delivery zomaar"),
        (["sample", "nergens", "--scale", "0"], "scale above 0"),
        (["demo", "--scale", "-1"], "scale above 0"),
    ],
    ids=lambda item: " ".join(item) if isinstance(item, list) else "",
)
def test_a_mistake_is_told_in_words_and_ends_with_1(
    arguments: list[str], told: str, before: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    said = ivz(*arguments)
    assert said.exit_code == 1
    assert told in " ".join(said.stderr.split())


@pytest.mark.parametrize(
    "arguments",
    [
        ["accept", "2026-W12-0123456789", "--reason", "goed"],
        ["withdraw", "2026-W12-0123456789", "--reason", "goed"],
        ["quarantine", "export"],
        ["incidents", "--as-of", "2026-03-01"],
    ],
    ids=" ".join,
)
def test_without_a_warehouse_the_next_step_is_told(
    arguments: list[str], region: Region, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_empty(region, tmp_path, monkeypatch)
    said = ivz(*arguments)
    assert said.exit_code == 1
    assert "deliver a file first" in said.stderr
    assert ivz("status").exit_code == 0


def test_status_as_json_has_the_keys_that_programs_read(after: Settings) -> None:
    told = json.loads(ivz("status", "--json").stdout)
    assert {"deliveries", "checks", "release"} <= set(told)
    assert len(told["deliveries"]) == 7
    for item in told["deliveries"]:
        assert set(item) >= DELIVERY_KEYS
        assert item["rows"] == sum(item[name] for name in DELIVERY_KEYS - {"id", "file", "week", "rows"})
    assert set(told["checks"]) == {"passed", "failed"}
    assert "incidents.expectations" in told["checks"]["passed"]
    assert told["checks"]["failed"] == []
    assert set(told["release"]) == {"id", "path", "data_up_to", "tables"}
    assert set(told["release"]["tables"]) == {published_name(model) for model in PUBLISHED}
    assert all(isinstance(rows, int) for rows in told["release"]["tables"].values())


def test_status_as_json_is_complete_before_anything_happened(
    region: Region, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = in_empty(region, tmp_path, monkeypatch)
    told = json.loads(ivz("status", "--json").stdout)
    nothing = {"deliveries": [], "refused": [], "cbs": [], "checks": {"passed": [], "failed": []}}
    assert told == {**nothing, "release": None, "busy": None}
    with writer_lock(settings.warehouse_folder, "the very first run", 1):
        open_store(settings.warehouse_folder).close()
        busy = json.loads(ivz("status", "--json").stdout)
    assert set(busy) == set(told)
    assert busy["checks"] == {"passed": [], "failed": []}
    assert "the very first run" in busy["busy"]


def test_while_another_run_holds_the_warehouse_people_are_told_who(after: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    leave_out_tables(monkeypatch)
    monkeypatch.setenv("IVZ_LOCK_TIMEOUT_SECONDS", "0.2")
    with writer_lock(after.warehouse_folder, "another run", 1):
        for arguments in (
            ["refresh"],
            ["withdraw", "x", "--reason", "y"],
            ["quarantine", "export"],
            ["demo", "--since", "2026", "--scale", "0.05"],
        ):
            said = ivz(*arguments)
            assert said.exit_code == 1, arguments
            assert "another run" in " ".join(said.stderr.split()), arguments
        shown = ivz("status")
    assert shown.exit_code == 0
    assert "another run" in shown.stderr


def test_a_wrong_setting_names_its_variable(after: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IVZ_KEEP_RELEASES", "veel")
    said = ivz("status")
    assert said.exit_code == 1
    assert "IVZ_KEEP_RELEASES" in said.stderr
    assert "IVZ_KEEP_RELEASES" in ended(["refresh"])[2]


def test_a_data_folder_that_is_a_file_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, region: Region) -> None:
    (tmp_path / "data").write_text("")
    monkeypatch.setenv("IVZ_DATA_DIR", str(tmp_path / "data"))
    code, _, err = ended(["deliver", str(region.last_file)])
    assert code == 1
    assert str(tmp_path / "data") in err


def test_the_demo_does_not_mix_with_other_deliveries(
    before: Settings, region: Region, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave_out_tables(monkeypatch)
    with_own = write_rows(tmp_path / LAST_FILE, rows_of(region.last_file)[:-1])
    from ivz_assets_tests.quality.workshop import opened

    with opened(before) as shop:
        assert shop.take_in(with_own).uitkomst == "geladen"
    said = ivz("demo", "--since", "2026", "--scale", "0.05")
    assert said.exit_code == 1
    assert "holds deliveries that are not of this demo" in " ".join(said.stderr.split())


@pytest.mark.parametrize("name", ["settings.env", "reference/buurten.csv"])
def test_the_demo_overwrites_nothing_that_people_wrote(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    leave_out_tables(monkeypatch)
    data = tmp_path / "data"
    (data / "reference").mkdir(parents=True)
    (data / name).write_text("IVZ_KEEP_RELEASES=3\n")
    monkeypatch.setenv("IVZ_DATA_DIR", str(data))
    said = ivz("demo", "--since", "2026", "--scale", "0.05")
    assert said.exit_code == 1
    assert "is not of the demo and would be overwritten" in " ".join(said.stderr.split())
    assert (data / name).read_text() == "IVZ_KEEP_RELEASES=3\n"
    assert {path.name for path in data.iterdir()} == {"sample", "reference", name.split("/")[0]}


# Deliveries


def test_a_good_file_an_early_one_the_same_again_and_a_held_one(
    region: Region, before: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    own = tmp_path / "[concept] week 12"
    own.mkdir()
    shutil.copyfile(region.last_file, own / f"[a]{LAST_FILE}")
    early = write_rows(
        tmp_path / "weekmonitor_2026-W13_geleverd_2026-03-23.xlsx",
        [{**row, "datum_registratie": "23-03-2026"} for row in rows_of(region.last_file)],
    )
    said = ivz("deliver", str(own / f"[a]{LAST_FILE}"), str(early))
    assert said.exit_code == 0, said.output
    assert f"{early.name}: waits for its week to be over" in " ".join(said.stderr.split())
    assert (before.landing_folder / early.name).exists()
    assert f"[a]{LAST_FILE}" in said.stdout
    assert "geladen" in said.stdout
    assert (own / f"[a]{LAST_FILE}").exists(), "people's own files are copied, not moved"
    known = figures(before)

    monkeypatch.setenv("IVZ_MAX_SHARE_QUARANTINED", "0.2")
    half = write_rows(tmp_path / "weekmonitor_2026-W12_nogmaals_geleverd_2026-03-23.xlsx", rows_of(region.last_file)[::2])
    held = ivz("deliver", str(own / f"[a]{LAST_FILE}"), str(half))
    assert held.exit_code == 3, held.output
    assert "geladen" in held.stdout, "the same file again is the delivery that it was"
    told = json.loads(ivz("status", "--json").stdout)
    (found,) = [item for item in told["deliveries"] if item["state"] == "vastgehouden"]
    assert (found["held"], found["rows"], found["incidents"]) == (27, 27, 0)
    assert f"ivz accept {found['id']}" in " ".join(held.stderr.split())
    assert figures(before)["incidents"] == known["incidents"]
    (decision,) = manifest(before)["besluiten"]
    assert (decision["soort"], decision["onderwerp"]) == ("vastgehouden", found["id"])


def test_only_a_refused_file_ends_with_1_and_says_why(before: Settings, tmp_path: Path) -> None:
    broken = tmp_path / "weekmonitor_2026-W12.xlsx"
    broken.write_bytes(b"no workbook")
    release = manifest(before)["release"]
    said = ivz("deliver", str(broken))
    assert said.exit_code == 1
    assert "weekmonitor_2026-W12.xlsx" in said.stderr
    assert "run " in said.stderr
    assert manifest(before)["release"] == release


def test_a_check_of_the_first_delivery_can_be_let_through(
    region: Region, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = in_empty(region, tmp_path, monkeypatch)
    from ivz_assets_tests.quality.workshop import opened

    bad = write_rows(tmp_path / LAST_FILE, [{**row, "buurt_code": "x"} for row in rows_of(region.last_file)])
    with opened(settings) as shop:
        assert shop.take_in(bad).uitkomst == "mislukt"
    said = ivz(
        "accept", "raw_weekmonitor.buurt_herkend", "--reason", "nieuwe [indeling]", "--until", "2026-03-31", "--who", "analist"
    )
    assert said.exit_code == 0, said.stderr
    assert "It takes effect with the next run" in said.stdout
    with opened(settings) as shop:
        (decision,) = Ledger(shop.store).decisions()
        assert (decision["wie"], decision["reden"], str(decision["tot"])) == ("analist", "nieuwe [indeling]", "2026-03-31")
        assert shop.take_in(bad).uitkomst == "geladen"


def test_a_decision_makes_what_was_published_outdated(after: Settings) -> None:
    identifier = json.loads(ivz("status", "--json").stdout)["deliveries"][-1]["id"]
    said = ivz("withdraw", identifier, "--reason", "verkeerd bestand", "--who", "analist")
    assert said.exit_code == 0
    from ivz_assets.publication.release import LineageBroken, check_lineage
    from ivz_assets_tests.quality.workshop import opened

    with opened(after) as shop, pytest.raises(LineageBroken, match="run the whole chain again"):
        check_lineage(shop.store, ["dashboard_incident_counts"])


def test_quarantine_and_incidents_are_written_for_their_owner(after: Settings, tmp_path: Path) -> None:
    assert ivz("quarantine", "export").exit_code == 0
    (written,) = (after.protected_folder / "quarantine").iterdir()
    assert written.stat().st_mode & 0o777 == 0o600
    assert written.parent.stat().st_mode & 0o777 == 0o700
    said = ivz("quarantine", "export", "--delivery", "nonsense", "--output", str(tmp_path / "leeg.xlsx"))
    assert said.exit_code == 1
    assert "there is no delivery nonsense" in said.stderr
    assert not (tmp_path / "leeg.xlsx").exists()
    said = ivz("incidents", "--as-of", "2026-03-10", "--output", str(tmp_path / "toen.csv"))
    assert said.exit_code == 0
    assert "Incidents known on 10-03-2026" in said.stdout
    assert (tmp_path / "toen.csv").stat().st_mode & 0o777 == 0o600


GUARD = """
import socket

_connect, _resolve = socket.socket.connect, socket.getaddrinfo


def _local(address):
    return not isinstance(address, tuple) or str(address[0]) in ("127.0.0.1", "::1", "localhost")


def connect(self, address):
    if not _local(address):
        raise SystemExit(f"NETWORK: {address}")
    return _connect(self, address)


def resolve(host, *rest, **more):
    if host not in (None, "127.0.0.1", "::1", "localhost"):
        raise SystemExit(f"NETWORK: {host}")
    return _resolve(host, *rest, **more)


socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo = connect, connect, resolve
"""


def test_the_demo_from_nothing_without_a_network_and_again(tmp_path: Path) -> None:
    (tmp_path / "guard").mkdir()
    (tmp_path / "guard" / "sitecustomize.py").write_text(GUARD)
    environment: dict[str, Any] = {
        "PYTHONPATH": f"{tmp_path / 'guard'}{os.pathsep}{PROJECT}",
        "IVZ_DATA_DIR": str(tmp_path / "elders"),
        "DAGSTER_HOME": "",
        "IVZ_TODAY": "2026-03-23",
    }
    guarded = python(["-c", "import socket; socket.create_connection(('192.0.2.1', 80), 0.1)"], **environment)
    assert "NETWORK: 192.0.2.1" in guarded.communicate(timeout=20)[1] + "", "the guard works"
    code, out, err = ended(["demo", "--since", "2026", "--scale", "0.05"], **environment)
    assert code == 0, err
    assert "NETWORK" not in err
    assert "checks passed" in out
    assert re.search(r"published\W+\d+ tables", out)
    assert str(tmp_path / "elders") in out
    told = (tmp_path / "elders" / "published" / "manifest.json").read_bytes()
    with (tmp_path / "elders" / "settings.env").open("a") as added:
        added.write("IVZ_KEEP_RELEASES=5\n")
    assert (tmp_path / "elders" / "dagster" / "dagster.yaml").read_text() == (PROJECT / "dagster.yaml").read_text()
    again, shown, said = ended(["demo", "--since", "2026", "--scale", "0.05"], **environment)
    assert again == 0, said
    assert "nothing to do" in said
    assert shown == out
    assert (tmp_path / "elders" / "published" / "manifest.json").read_bytes() == told
    assert (tmp_path / "elders" / "settings.env").read_text().endswith("IVZ_KEEP_RELEASES=5\n")
