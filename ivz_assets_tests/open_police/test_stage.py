"""The stage in a store: what the tables hold in every state, and the gate before them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ivz_assets.dashboard.reconciliation.mapping import open_codes
from ivz_assets.neighbourhoods.reference import gemeenten
from ivz_assets.open_police import stage
from ivz_assets.settings import Settings
from ivz_assets.warehouse.store import Store
from ivz_assets_tests.neighbourhoods.cbs.standin import serving
from ivz_assets_tests.open_police.building import BORNE, ENSCHEDE, MONTHS, YEARS, both, client


def region(folder: Path) -> Settings:
    """Enschede and Borne."""
    settings = Settings(data_dir=folder, today=date(2025, 3, 17))
    settings.gemeenten_csv.parent.mkdir(parents=True)
    settings.gemeenten_csv.write_text("gemeente_code,gemeente_naam\nGM0153,Enschede\nGM0147,Borne\n")
    return settings


def told(store: Store) -> dict[str, dict[str, Any]]:
    return {row["tabel"]: row for row in store.rows("SELECT * FROM open_police_tables")}


def test_what_is_asked_for(tmp_path: Path) -> None:
    wanted = stage.wanted_of(Settings(data_dir=tmp_path))
    assert len(wanted.gemeenten) == len(gemeenten(Settings(data_dir=tmp_path))) == 14
    assert wanted.codes == tuple(open_codes())
    assert wanted.since == 2015


def test_the_tables_and_their_state(tmp_path: Path) -> None:
    store, settings = Store(duckdb.connect()), region(tmp_path)
    with serving(both()) as server:
        outcome, _ = stage.fetch(store, settings, "een", client(server), print)
        assert outcome.passed
        assert outcome.rows == {"open_police_tables": 2, "open_police_counts": 8 + 4}
        months = told(store)[MONTHS]
        assert (months["toestand"], months["periode_soort"], months["cijfers"]) == ("actueel", "maand", 8)
        assert (months["eerste_periode"], months["laatste_periode"], months["bron"]) == ("2025-01", "2025-02", server.host)
        assert set(months["niet_gevonden"].split()) == set(open_codes()) - {"1.1.1", "1.2.3"}
        server.faults[f"{YEARS}/TableInfos"] = ["503"]
        outcome, _ = stage.fetch(store, settings, "twee", client(server), print)
    assert outcome.rows["open_police_counts"] == 8 + 4
    assert {name: row["toestand"] for name, row in told(store).items()} == {MONTHS: "actueel", YEARS: "verouderd"}
    assert store.rows("SELECT DISTINCT gemeente_code FROM open_police_counts ORDER BY ALL") == [
        {"gemeente_code": BORNE}, {"gemeente_code": ENSCHEDE},
    ]  # fmt: skip


def test_nothing_at_all_is_a_table_without_rows(tmp_path: Path) -> None:
    store = Store(duckdb.connect())
    outcome, _ = stage.fetch(store, region(tmp_path), "een", None, print)
    assert outcome.passed
    assert outcome.rows == {"open_police_tables": 2, "open_police_counts": 0}
    assert {row["toestand"] for row in told(store).values()} == {"ontbreekt"}
    assert {row["niet_gevonden"] for row in told(store).values()} == {""}


def test_a_row_that_does_not_fit_stops_the_new_version_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store, settings = Store(duckdb.connect()), region(tmp_path)
    harms = {"aantal": -1, "gemeente_code": "0153", "periode": "2025MM01", "politie_code": "1.1", "tabel": "83765NED"}
    with serving(both()) as server:
        stage.fetch(store, settings, "een", client(server), print)
    before = store.version("open_police_counts").versie
    real = stage.counts_of
    # A harm per row, each in another one, so that each must be found.
    monkeypatch.setattr(
        stage,
        "counts_of",
        lambda *given: [{**row, **dict([harm])} for row, harm in zip(real(*given), harms.items(), strict=False)],
    )
    outcome, _ = stage.fetch(store, settings, "twee", None, print)
    stopped = {f"{item.tabel}.{item.controle}": item.bevindingen for item in outcome.verdicts if not item.passed}
    assert list(stopped) == ["open_police_counts.schema"]
    assert {finding.kolom for finding in stopped["open_police_counts.schema"]} >= set(harms)
    assert store.version("open_police_counts").versie == before
