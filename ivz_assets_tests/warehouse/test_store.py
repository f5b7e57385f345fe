"""The transactional store: what is staged stays unseen, what fails leaves the old version, and everything is remembered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import ibis
import ibis.expr.types as ir
import pyarrow
import pytest

from ivz_assets.warehouse.store import STAGED, NotPassed, Store, open_store
from ivz_assets_tests.warehouse.counters import AT, COUNTERS, build, counters


def rows_in(store: Store) -> int:
    """Rows of the version that later stages read."""
    return int(store.table("counters").count().execute())


def staged_tables(store: Store) -> list[str]:
    """Tables that should not be there once a transaction has ended."""
    return [row["table_name"] for row in store.rows("SELECT table_name FROM duckdb_tables()") if STAGED in row["table_name"]]


def test_nothing_is_readable_before_it_passed(store: Store) -> None:
    with pytest.raises(NotPassed, match="counters has no version that passed"):
        store.table("counters")


def test_a_passed_version_is_readable_and_remembered(store: Store, folder: Path) -> None:
    outcome = build(store, counters(3), folder, run_id="eerste")
    assert outcome.passed
    assert outcome.rows == {"counters": 3}
    version = store.version("counters")
    assert (version.versie, version.run_id, version.goedgekeurd, version.rijen, version.gemaakt_op) == (
        outcome.version, "eerste", True, 3, AT,
    )  # fmt: skip
    results = store.rows("SELECT tabel, versie, controle, geslaagd, run_id FROM gate_results")
    assert results == [
        {
            "tabel": "counters",
            "versie": outcome.version,
            "controle": "schema",
            "geslaagd": True,
            "run_id": "eerste",
        }
    ]


def test_inputs_are_remembered(store: Store) -> None:
    with store.transaction():
        store.stage(COUNTERS, counters(2))
        store.promote(COUNTERS, store.next_version(), "run", AT, {"raw": 12, "other": 7})
    assert store.version("counters").invoer == {"raw": 12, "other": 7}


def test_a_failed_version_leaves_the_old_one_and_its_verdict(store: Store, folder: Path) -> None:
    good = build(store, counters(3), folder)
    bad = build(store, counters(5, naam="drie"), folder, run_id="tweede")
    assert not bad.passed
    assert bad.rows == {}
    assert rows_in(store) == 3
    assert store.version("counters").versie == good.version
    assert [(version.versie, version.goedgekeurd, version.rijen) for version in store.versions()] == [
        (good.version, True, 3),
        (bad.version, False, 0),
    ]
    assert staged_tables(store) == []
    (finding,) = bad.verdicts[0].bevindingen
    assert (finding.verwachting, finding.waargenomen, finding.grens) == ("counters.naam.isin", "5 rijen voldoen niet", "0 rijen")


def test_a_missing_value_is_a_finding_of_the_schema_gate(store: Store, folder: Path) -> None:
    build(store, counters(3), folder)
    empty = counters(4).mutate(naam=ibis.null("string"))
    outcome = build(store, empty, folder)
    assert not outcome.passed
    assert [finding.kolom for verdict in outcome.verdicts for finding in verdict.bevindingen] == ["naam"]
    assert outcome.verdicts[0].bevindingen[0].waargenomen == "4 rijen voldoen niet"
    assert rows_in(store) == 3


def test_a_promoted_table_has_the_constraints_and_comments_of_its_model(store: Store, folder: Path) -> None:
    build(store, counters(3), folder)
    found = store.rows("SELECT column_name, is_nullable, comment FROM duckdb_columns() WHERE table_name = 'counters'")
    assert [(row["column_name"], row["is_nullable"]) for row in found] == [
        ("nummer", False), ("naam", False), ("lengte", True), ("code", True),
    ]  # fmt: skip
    assert found[2]["comment"] == "Lengte van de teller [m]"


def test_a_repeated_key_is_a_finding_with_references(store: Store, folder: Path) -> None:
    twice = ibis.union(counters(2), counters(2))
    outcome = build(store, twice, folder)
    (finding,) = outcome.verdicts[0].bevindingen
    assert not outcome.passed
    assert finding.waargenomen == "4 rijen delen een sleutel"
    assert sorted(item["nummer"] for item in finding.verwijzingen) == ["1", "1", "2", "2"]


@pytest.mark.parametrize("moment", ["staged", "promoted"])
def test_an_exception_rolls_everything_back(store: Store, folder: Path, moment: str) -> None:
    good = build(store, counters(3), folder)

    def halfway() -> None:
        with store.transaction():
            store.stage(COUNTERS, counters(9))
            if moment == "promoted":
                store.promote(COUNTERS, store.next_version(), "run", AT, {})
            raise RuntimeError("halfway")

    with pytest.raises(RuntimeError, match="halfway"):
        halfway()
    assert rows_in(store) == 3
    assert store.version("counters").versie == good.version
    assert staged_tables(store) == []
    assert build(store, counters(4), folder).passed
    assert rows_in(store) == 4


def test_an_error_of_the_engine_rolls_back_too(store: Store, folder: Path) -> None:
    build(store, counters(3), folder)
    with pytest.raises(duckdb.Error):
        build(store, counters(3).mutate(nummer=ibis.literal("geen getal")), folder)
    assert rows_in(store) == 3
    assert staged_tables(store) == []


def test_staging_outside_a_transaction_is_refused(store: Store) -> None:
    with pytest.raises(RuntimeError, match=r"inside Store\.transaction"):
        store.stage(COUNTERS, counters(1))
    with pytest.raises(RuntimeError, match=r"inside Store\.transaction"):
        store.promote(COUNTERS, 1, "run", AT, {})


def test_a_staged_table_is_never_seen_by_a_reader(store: Store, folder: Path) -> None:
    build(store, counters(3), folder)
    other = store.connection.cursor()
    with store.transaction():
        store.stage(COUNTERS, counters(8))
        store.promote(COUNTERS, store.next_version(), "run", AT, {})
        assert other.execute("SELECT count(*) FROM counters").fetchone() == (3,)
        seen = {row[0] for row in other.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
        assert f"counters{STAGED}" not in seen
    assert other.execute("SELECT count(*) FROM counters").fetchone() == (8,)


def test_columns_go_by_name_not_by_place(store: Store, folder: Path) -> None:
    turned = counters(2).mutate(code=ibis.literal("B2")).select("code", "lengte", "naam", "nummer")
    assert build(store, turned, folder).passed
    assert store.table("counters").columns == ("nummer", "naam", "lengte", "code")
    assert store.rows("SELECT * FROM counters ORDER BY nummer")[1] == {"nummer": 2, "naam": "een", "lengte": 1.0, "code": "B2"}


def test_an_extra_column_does_not_get_in(store: Store, folder: Path) -> None:
    build(store, counters(3), folder)
    with pytest.raises(duckdb.Error, match="adres"):
        build(store, counters(4).mutate(adres=ibis.literal("Dorpsstraat 1")), folder)
    assert rows_in(store) == 3


def test_an_absent_nullable_column_is_empty_and_an_absent_required_one_is_a_finding(store: Store, folder: Path) -> None:
    assert build(store, counters(2).drop("lengte"), folder).passed
    assert store.rows("SELECT count(lengte) AS gevuld FROM counters") == [{"gevuld": 0}]
    outcome = build(store, counters(2).drop("naam"), folder)
    assert [finding.kolom for finding in outcome.verdicts[0].bevindingen] == ["naam"]


def test_an_empty_frame_replaces_nothing_unless_its_gates_pass(store: Store, folder: Path) -> None:
    build(store, counters(3), folder)
    none = counters(3).filter(ibis.literal(False))
    refused = build(store, none, folder, needs_rows=True)
    assert not refused.passed
    assert rows_in(store) == 3
    assert build(store, none, folder).passed
    assert rows_in(store) == 0
    assert store.table("counters").columns == ("nummer", "naam", "lengte", "code")


def test_running_again_equals_running_once(store: Store, folder: Path) -> None:
    first = build(store, counters(5), folder)
    before = store.rows("SELECT * FROM counters ORDER BY nummer")
    second = build(store, counters(5), folder)
    assert store.rows("SELECT * FROM counters ORDER BY nummer") == before
    assert second.version > first.version
    assert [version.rijen for version in store.versions()] == [5, 5]


def test_version_numbers_are_never_used_twice_also_after_reopening(folder: Path) -> None:
    store = open_store(folder)
    first = build(store, counters(1), folder).version
    failed = build(store, counters(1, naam="drie"), folder).version
    store.close()
    again = open_store(folder)
    assert again.version("counters").versie == first
    assert build(again, counters(1), folder).version > failed
    again.close()


def _double(store: Store) -> Callable[[Callable[[str, ir.Table], ir.Table]], ir.Table]:
    def plan(keep: Callable[[str, ir.Table], ir.Table]) -> ir.Table:
        source = store.ibis.table("bron", database=("temp", "main"))
        doubled = keep("verdubbeld", source.mutate(n=source.n * 2))
        return keep("opgeteld", doubled.aggregate(som=doubled.n.sum()))

    return plan


def test_replayed_gives_the_same_as_the_first_time_on_what_the_tables_hold_now(store: Store) -> None:
    calls = []

    def plan(keep: Callable[[str, ir.Table], ir.Table]) -> ir.Table:
        calls.append(1)
        return _double(store)(keep)

    store.connection.execute("CREATE TEMP TABLE bron AS SELECT range AS n FROM range(4)")
    assert store.replayed("plan", plan).to_pyarrow().to_pylist() == [{"som": 12}]
    assert store.replayed("plan", plan).to_pyarrow().to_pylist() == [{"som": 12}]
    store.connection.execute("CREATE OR REPLACE TEMP TABLE bron AS SELECT range AS n FROM range(5)")
    replayed = store.replayed("plan", plan).to_pyarrow().to_pylist()
    assert replayed == [{"som": 20}]
    assert len(calls) == 1
    fresh = store.replayed("other plan", plan).to_pyarrow().to_pylist()
    assert fresh == replayed


def test_a_plan_that_failed_is_not_replayed(store: Store) -> None:
    def broken(keep: Callable[[str, ir.Table], ir.Table]) -> ir.Table:
        keep("half", counters(1))
        raise RuntimeError("broken")

    with pytest.raises(RuntimeError, match="broken"):
        store.replayed("plan", broken)
    whole = store.replayed("plan", lambda keep: keep("geheel", counters(3)))
    assert int(whole.count().execute()) == 3


def test_kept_rows_are_typed_and_gone_with_the_connection(folder: Path) -> None:
    store = open_store(folder)
    schema = pyarrow.schema([("dag", pyarrow.date32()), ("tekst", pyarrow.string())])
    kept = store.keep_rows("lijst", [{"dag": date(2026, 3, 29), "tekst": None}], schema)
    assert kept.to_pyarrow().to_pylist() == [{"dag": date(2026, 3, 29), "tekst": None}]
    assert store.keep_rows("lijst", [], schema).count().execute() == 0
    store.close()
    again = open_store(folder)
    assert not again.exists("lijst")
    again.close()


def test_the_folder_is_for_its_owner_only(store: Store, folder: Path) -> None:
    assert folder.stat().st_mode & 0o777 == 0o700
