"""The stage as Dagster runs it: a host that fails is a warning, and the run goes on."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest

from ivz_assets.open_police.assets import open_police_stage, police_open_data
from ivz_assets.warehouse.resource import WarehouseResource
from ivz_assets_tests.neighbourhoods.cbs.standin import serving
from ivz_assets_tests.open_police.building import both

# Dagster takes seconds to start: the worker that runs the other tests of it does so.
pytestmark = pytest.mark.xdist_group("gates")


def run() -> tuple[dict[str, tuple[bool, str]], dict[str, int]]:
    """The checks that inform, and the rows per table."""
    made = dg.materialize([police_open_data, open_police_stage], resources={"warehouse": WarehouseResource()})
    assert made.success
    found = {item.check_name: item for item in made.get_asset_check_evaluations() if item.check_name != "schema"}
    assert {item.severity for item in found.values()} == {dg.AssetCheckSeverity.WARN}
    rows = {
        event.asset_key.to_user_string(): int(str(event.materialization.metadata["dagster/row_count"].value))
        for event in made.get_asset_materialization_events()
        if event.asset_key
    }
    return {name: (item.passed, item.description or "") for name, item in found.items()}, rows


def test_fetched_then_an_outage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IVZ_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("IVZ_TODAY", "2025-03-17")
    monkeypatch.setenv("IVZ_CBS_HTTPS", "false")
    monkeypatch.setenv("IVZ_CBS_ATTEMPTS", "1")
    (tmp_path / "reference").mkdir()
    (tmp_path / "reference" / "gemeenten.csv").write_text("gemeente_code,gemeente_naam\nGM0153,Enschede\nGM0147,Borne\n")
    with serving(both()) as server:
        monkeypatch.setenv("IVZ_POLITIE_HOST", server.host)
        checks, rows = run()
    assert checks["up_to_date"] == (True, "both tables are as the police have them now")
    assert checks["codes_found"][0] is False
    assert checks["codes_found"][1].startswith("47018NED has no 1.1.2 1.2.1 ")
    assert rows == {"open_police_tables": 2, "open_police_counts": 12}
    # The server is gone: what was fetched stands, and the run goes on.
    checks, rows = run()
    assert checks["up_to_date"] == (False, "47022NED verouderd, 47018NED verouderd")
    assert rows == {"open_police_tables": 2, "open_police_counts": 12}
