"""A release is whole, says where it came from, can be opened by whoever needs it, and is refused when it should be."""

from __future__ import annotations

import json
import shutil
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from ivz_assets.publication import release as publication
from ivz_assets.publication.general import GeneralRelease
from ivz_assets.publication.release import LineageBroken, check_lineage, current, publish
from ivz_assets.publication.tables import PUBLISHED
from ivz_assets.settings import Settings
from ivz_assets.warehouse.model import published_name
from ivz_assets.warehouse.store import NotPassed, Store
from ivz_assets.weekmonitor import schema as weekmonitor
from ivz_assets_tests.publication.publishing import (
    AREAS,
    MODELS,
    ROWS,
    fill,
    hashes_in,
    in_place,
    numbers_in_place,
    release,
)
from ivz_assets_tests.warehouse.counters import AT, COUNTERS, counters
from ivz_assets_tests.warehouse.region import manifest


def leftovers(folder: Path) -> list[str]:
    """What should never lie in a published folder."""
    return [str(path) for path in folder.rglob("*") if path.name.endswith((".new", ".wal", ".tmp")) or path.name.startswith(".")]


def test_a_release_is_in_place_with_its_manifest(store: Store, folder: Path) -> None:
    made, verdicts = release(store, folder, data_up_to=date(2026, 3, 22), decisions=[{"soort": "poort", "reden": "waar"}])
    assert made is not None
    assert all(verdict.passed for verdict in verdicts)
    assert sorted({verdict.controle for verdict in verdicts}) == ["read_back", "schema"]
    assert numbers_in_place(folder) == {"tellers": (ROWS, 1.0, 1.0), "gebieden": (ROWS, 1.0, 1.0)}
    assert hashes_in(folder / "manifest.json") == in_place(folder)
    told = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    version = store.version("counters").versie
    assert told["release"] == made.id == f"20260323T120000-v{version}"
    assert told["gegevens_tot_en_met"] == "2026-03-22"
    assert told["tabellen"]["tellers"].pop("vingerafdruk").isdigit()
    assert told["tabellen"]["tellers"] == {"rijen": ROWS, "omschrijving": COUNTERS.description}
    assert told["herkomst"]["areas"] == {"versie": version, "invoer": {"counters": version}}
    assert told["besluiten"] == [{"soort": "poort", "reden": "waar"}]
    assert "wijken af van gepubliceerde politiecijfers" in told["let_op"]
    assert leftovers(folder) == []
    found = current(folder)
    assert found is not None
    assert found.id == made.id
    assert (found.folder / "ivz.duckdb").exists()


def test_nothing_is_in_place_before_the_first_release(folder: Path) -> None:
    assert current(folder) is None


def test_publishing_again_the_same_moment_is_the_same_release(store: Store, folder: Path) -> None:
    first, _ = release(store, folder)
    again, _ = release(store, folder)
    assert first is not None
    assert again is not None
    assert first.id == again.id
    assert [path.name for path in (folder / "releases").iterdir()] == [first.id]
    assert hashes_in(folder / "manifest.json") == in_place(folder)


def test_what_never_passed_is_not_published(store: Store, folder: Path) -> None:
    with store.transaction():
        store.remember_version("never", 99, "run", AT, {}, passed=False)
        store.remember_version("areas", store.next_version(), "run", AT, {"never": 99}, passed=True)
    with pytest.raises(NotPassed, match="never has no version that passed"):
        release(store, folder)
    assert not folder.exists()


def test_a_newer_input_breaks_the_lineage(store: Store, folder: Path) -> None:
    release(store, folder)
    before = in_place(folder)
    with store.transaction():
        store.stage(COUNTERS, counters(5))
        store.promote(COUNTERS, store.next_version(), "run", AT, {})
    with pytest.raises(LineageBroken, match=r"areas was made from version \d+ of counters, but version \d+ passed last"):
        release(store, folder)
    assert in_place(folder) == before


def test_an_input_far_down_breaks_the_lineage_too(store: Store) -> None:
    with store.transaction():
        for number, (name, inputs) in enumerate([("raw", {}), ("middle", {"raw": 101}), ("areas", {"middle": 102})], 101):
            store.connection.execute(f"CREATE TABLE IF NOT EXISTS {name} (x INTEGER)")
            store.remember_version(name, number, "run", AT, inputs, passed=True)
    assert {name: item.versie for name, item in check_lineage(store, ["areas"]).items()} == {
        "areas": 103,
        "middle": 102,
        "raw": 101,
    }
    store.remember_version("raw", 104, "run", AT, {}, passed=True)
    with pytest.raises(LineageBroken, match="middle was made from version 101 of raw"):
        check_lineage(store, ["areas"])


def test_a_newer_failed_attempt_does_not_break_the_lineage(store: Store, folder: Path) -> None:
    store.remember_version("counters", store.next_version(), "run", AT, {}, passed=False)
    made, _ = release(store, folder)
    assert made is not None


def test_a_restricted_table_has_no_way_out(store: Store, folder: Path) -> None:
    with store.transaction():
        for model in (weekmonitor.INCIDENT_LOCATIONS,):
            store.connection.execute(f'CREATE TABLE "{model.name}" (x INTEGER)')
            store.remember_version(str(model.name), store.next_version(), "run", AT, {}, passed=True)
    with pytest.raises(ValueError, match="not meant to leave the warehouse"):
        publish(
            store,
            [weekmonitor.INCIDENT_LOCATIONS],
            folder=folder,
            at=AT,
            data_up_to=None,
            decisions=[],
            keep=3,
            general=GeneralRelease(),
        )
    assert leftovers(folder) == []
    made, _ = release(store, folder)
    assert made is not None, "the connection is as it was"


def test_a_difference_when_reading_back_keeps_the_old_release(
    store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    release(store, folder)
    before, told = in_place(folder), (folder / "manifest.json").read_bytes()
    fill(store, 2)
    whole = publication._build

    def corrupt(*arguments: object) -> None:
        whole(*arguments)  # type: ignore[arg-type]
        connection = duckdb.connect(str(arguments[2] / "ivz.duckdb"))  # type: ignore[operator]
        connection.execute("UPDATE tellers SET lengte = 7 WHERE nummer = 3")
        connection.close()

    monkeypatch.setattr(publication, "_build", corrupt)
    made, verdicts = release(store, folder)
    assert made is None
    (failed,) = [verdict for verdict in verdicts if not verdict.passed]
    assert (failed.tabel, failed.controle) == ("counters", "read_back")
    assert failed.bevindingen[0].waargenomen.startswith("ivz.duckdb: ")
    assert (in_place(folder), (folder / "manifest.json").read_bytes()) == (before, told)
    assert leftovers(folder) == []
    assert len(list((folder / "releases").iterdir())) == 1


def test_a_wrong_parquet_file_keeps_the_old_release(store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    release(store, folder)
    before = in_place(folder)
    fill(store, 2)
    whole = publication._build

    def corrupt(*arguments: object) -> None:
        whole(*arguments)  # type: ignore[arg-type]
        shutil.copyfile(folder / "parquet" / "gebieden.parquet", arguments[2] / "gebieden.parquet")  # type: ignore[operator]

    monkeypatch.setattr(publication, "_build", corrupt)
    made, verdicts = release(store, folder)
    assert made is None
    assert [item.bevindingen[0].waargenomen.split(":")[0] for item in verdicts if not item.passed] == ["gebieden.parquet"]
    assert in_place(folder) == before


def test_rows_that_do_not_fit_the_model_keep_the_old_release(store: Store, folder: Path) -> None:
    release(store, folder)
    before = in_place(folder)
    store.connection.execute("UPDATE counters SET naam = 'drie' WHERE nummer = 5")
    made, verdicts = release(store, folder)
    assert made is None
    assert [(item.tabel, item.controle) for item in verdicts if not item.passed] == [("counters", "schema")]
    assert in_place(folder) == before


def test_an_error_while_building_is_told_as_it_is_and_leaves_the_connection_usable(
    store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    release(store, folder)
    before = in_place(folder)

    def broken(model: object, name: str) -> list[str]:
        return [f"CREATE TABLE {name} (x GEENTYPE)"]

    monkeypatch.setattr(publication, "create_table", broken)
    with pytest.raises(duckdb.CatalogException, match="GEENTYPE"):
        release(store, folder)
    monkeypatch.undo()
    assert in_place(folder) == before
    assert store.rows("SELECT current_database() AS hier, count(*) AS rijen FROM counters GROUP BY 1")[0]["hier"] == "warehouse"
    fill(store, 2)
    made, _ = release(store, folder)
    assert made is not None
    assert numbers_in_place(folder)["tellers"] == (ROWS, 2.0, 2.0)


def test_as_many_releases_are_kept_as_the_setting_says(store: Store, folder: Path) -> None:
    made = []
    for number in range(2, 7):
        fill(store, number)
        found, _ = release(store, folder, keep=3, at=AT + timedelta(minutes=number))
        assert found is not None
        made.append(found.id)
    assert sorted(path.name for path in (folder / "releases").iterdir()) == sorted(made[-3:])
    assert hashes_in(folder / "releases" / made[-2] / "manifest.json")["ivz.duckdb"] != in_place(folder)["ivz.duckdb"]


def test_a_stale_write_ahead_log_is_removed_before_the_new_file_comes(store: Store, folder: Path) -> None:
    release(store, folder)
    writer = duckdb.connect(str(folder / "ivz.duckdb"))
    writer.execute("SET wal_autocheckpoint = '1TB'; UPDATE tellers SET lengte = 666")
    log = (folder / "ivz.duckdb.wal").read_bytes()
    writer.close()
    (folder / "ivz.duckdb.wal").write_bytes(log)
    fill(store, 2)
    release(store, folder)
    assert not (folder / "ivz.duckdb.wal").exists()
    assert numbers_in_place(folder)["tellers"] == (ROWS, 2.0, 2.0)


def test_leftovers_of_a_killed_run_are_swept(store: Store, folder: Path) -> None:
    release(store, folder)
    (folder / "releases" / ".20260101T000000-v1.4.new").mkdir()
    (folder / "releases" / ".20260101T000000-v1.4.new" / "ivz.duckdb").write_text("half")
    (folder / ".ivz.duckdb.4.new").write_text("half")
    (folder / "parquet" / ".tellers.parquet.4.new").write_text("half")
    release(store, folder)
    assert leftovers(folder) == []


def test_a_reader_keeps_its_release_until_it_connects_again(store: Store, folder: Path) -> None:
    release(store, folder)
    reader = duckdb.connect(str(folder / "ivz.duckdb"), read_only=True)
    assert reader.execute("SELECT max(lengte) FROM tellers").fetchone() == (1.0,)
    fill(store, 2)
    made, _ = release(store, folder)
    assert made is not None
    assert reader.execute("SELECT count(*), min(lengte), max(lengte) FROM gebieden").fetchone() == (ROWS, 1.0, 1.0)
    reader.close()
    assert numbers_in_place(folder)["gebieden"] == (ROWS, 2.0, 2.0)


# The release of the region, as a BI tool finds it


def test_the_file_is_in_the_storage_format_that_every_client_opens(after: Settings) -> None:
    connection = duckdb.connect()
    connection.execute(f"ATTACH '{after.published_folder / 'ivz.duckdb'}' AS u (READ_ONLY)")
    tags = connection.execute("SELECT tags FROM duckdb_databases() WHERE database_name = 'u'").fetchone()
    assert tags is not None
    assert tags[0]["storage_version"].startswith("v1.0.0"), tags


def test_only_the_star_is_published_and_no_row_of_police_data(after: Settings) -> None:
    connection = duckdb.connect(str(after.published_folder / "ivz.duckdb"), read_only=True)
    tables = {row[0] for row in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    columns = {row[0] for row in connection.execute("SELECT column_name FROM duckdb_columns()").fetchall()}
    assert tables == {published_name(model) for model in PUBLISHED}
    assert connection.execute("SELECT count(*) FROM duckdb_views() WHERE NOT internal").fetchone() == (0,)
    assert not columns & {"rij", "incident_hash", "rd_x", "rd_y", "locatie_xy", "begin_tijdstip", "eind_tijdstip", "projectcode"}
    # A point of an area and a number of a period; none of an incident.
    told = "SELECT DISTINCT table_name FROM duckdb_columns() WHERE column_name IN ('lengtegraad', 'breedtegraad', 'volgnummer')"
    assert {name for (name,) in connection.execute(told).fetchall()} == {"dim_gebied", "dim_periode"}
    folder = after.published_folder
    files = {path.name for path in folder.rglob("*") if path.is_file() and folder / "themas" not in path.parents}
    assert files == {*(f"{name}.parquet" for name in tables), "ivz.duckdb", "manifest.json"}


def test_every_published_table_and_column_has_a_dutch_comment(after: Settings) -> None:
    connection = duckdb.connect(str(after.published_folder / "ivz.duckdb"), read_only=True)
    tables = dict(connection.execute("SELECT table_name, comment FROM duckdb_tables()").fetchall())
    columns = connection.execute("SELECT table_name, column_name, comment FROM duckdb_columns() WHERE NOT internal").fetchall()
    assert all(tables.values())
    assert all(comment for _, _, comment in columns)
    assert "alleen voor intern gebruik" in tables["incident_aantallen"]
    assert ("incident_aantallen", "aantal_pogingen", "Waarvan pogingen [registraties]") in columns


def test_the_parquet_files_read_in_pandas_and_equal_the_database(after: Settings) -> None:
    connection = duckdb.connect(str(after.published_folder / "ivz.duckdb"), read_only=True)
    for name, item in manifest(after)["tabellen"].items():
        frame = pd.read_parquet(after.published_folder / "parquet" / f"{name}.parquet")
        assert len(frame) == item["rijen"] == connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0]  # type: ignore[index]
        assert list(frame.columns) == [row[0] for row in connection.execute(f"DESCRIBE {name}").fetchall()]


def test_the_manifest_of_the_region_tells_its_lineage_down_to_raw(after: Settings) -> None:
    told = manifest(after)
    inside = {
        *("raw_weekmonitor", "incidents", "incident_locations", "delivery_accounts", "rule_counts"),
        *("raw_enrichments", "enrichment_accounts", "enrichment_rule_counts"),
        *("area_levels", "class_levels", "daily_counts", "drawn_area_counts"),
    }
    assert set(told["herkomst"]) == {str(model.name) for model in PUBLISHED} | inside
    made_of = {name: told["herkomst"][name]["versie"] for name in ("raw_weekmonitor", "area_crosswalk", "area_boundaries")}
    assert told["herkomst"]["incidents"]["invoer"] == made_of
    assert told["gegevens_tot_en_met"] == "2026-03-22"
    assert told["gemaakt_op"] == datetime(2026, 3, 23, 12).isoformat()
    assert hashes_in(after.published_folder / "manifest.json") == in_place(after.published_folder)


def test_both_models_are_published_by_their_own_name() -> None:
    assert [model.name for model in MODELS] == ["counters", "areas"]
    assert AREAS.metadata == {"gepubliceerd_als": "gebieden"}
