"""The invented region through the stage: the crosswalk finds what was planted, and no old code is lost."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from ivz_assets.neighbourhoods import areas as area_rows
from ivz_assets.neighbourhoods import recompute, stage
from ivz_assets.neighbourhoods.cbs.sources import service_of
from ivz_assets.sample import boundaries, cbs_tables, editions
from ivz_assets.sample.deliveries import SAMPLE_TODAY
from ivz_assets.sample.invented_areas import areas
from ivz_assets.settings import Settings
from ivz_assets.warehouse.store import Store

SEED = 20260323


def test_the_crosswalk_finds_what_was_planted(tmp_path: Path) -> None:
    where = areas(SEED)
    settings = Settings(data_dir=tmp_path, today=SAMPLE_TODAY, cbs_files=tmp_path / "cbs")
    cbs_tables.write_cbs_tables(tmp_path / "cbs", where, SEED)
    boundaries.write_boundaries(settings.boundaries_folder, where)
    store = Store(duckdb.connect())
    outcome, _ = stage.fetch(store, settings, "proef", service_of(settings), lambda _: None)
    assert outcome.passed
    found = recompute.Neighbourhoods(store, settings)
    rows = found.crosswalk(area_rows.editions(found.areas()))
    store.close()

    planted = {
        (row["jaar"], row["buurt_code_oud"], row["buurt_code"]): (row["bepaling"], row["gewicht"])
        for row in editions.planted_conversions(where)
    }
    years = {year for year, _, _ in planted}
    changed = {
        (row["van_jaar"], row["van_buurt_code"], row["buurt_code"]): (row["bepaling"], row["gewicht"])
        for row in rows
        if row["van_jaar"] in years and row["bepaling"] != "ongewijzigd"
    }
    assert changed.keys() == planted.keys()
    assert {key: how for key, (how, _) in changed.items()} == {key: how for key, (how, _) in planted.items()}
    for key, (_, weight) in planted.items():
        assert changed[key][1] == pytest.approx(weight, abs=1e-5), key

    sums: dict[tuple[int, str], float] = {}
    for row in rows:
        sums[row["van_jaar"], row["van_buurt_code"]] = sums.get((row["van_jaar"], row["van_buurt_code"]), 0) + row["gewicht"]
    old_codes = {(year, buurt.buurt_code) for year in range(2013, 2026) for buurt in editions.edition(year, where)}
    assert sums.keys() == old_codes
    assert all(total == pytest.approx(1, abs=1e-12) for total in sums.values())
