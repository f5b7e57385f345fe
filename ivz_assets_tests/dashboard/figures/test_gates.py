"""Each gate on the figures stops what it is for, and nothing else does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import ibis
import pandas as pd
import pytest

from ivz_assets.dashboard.figures import expectations
from ivz_assets.dashboard.figures.expected import expected
from ivz_assets.dashboard.figures.schema import DASHBOARD_FIGURES
from ivz_assets.dashboard.schema import DAILY_COUNTS
from ivz_assets.quality.expectations_gate import expectations_gate
from ivz_assets.quality.schema_gate import schema_gate
from ivz_assets.warehouse.arrow import arrow_schema
from ivz_assets_tests.dashboard.figures.region import Region, happened

pytestmark = pytest.mark.xdist_group("figures")

ROWS = [
    happened(date(2026, 2, 3), times=6), happened(date(2025, 2, 3), times=12), happened(date(2026, 1, 3), "E35", "BU01410101"),
    happened(date(2024, 2, 29), "A40", "BU0153XXXX"), happened(date(2026, 2, 3), datumbasis="geregistreerd"),
    happened(date(2020, 12, 20)),
]  # fmt: skip
MONTH = "periode = '2026-02' AND klasse_sleutel = 'subcategorie: Woninginbraak' AND gebied_sleutel = 'BU01530101'"


@pytest.fixture(scope="module", autouse=True)
def wanted(region: Region) -> pd.DataFrame:
    """What the figures are to add up to; figures that do are in the table ``goed``."""
    region.put(ROWS)
    region.store.connection.execute(f"CREATE OR REPLACE TEMP TABLE goed AS {region.sql}")
    return expected(region.sources, region.pairs)


def judged(region: Region, wanted: pd.DataFrame, corrupt: str) -> set[str]:
    """Names of the expectations that stop the figures after a statement spoiled them."""
    region.store.connection.execute("CREATE OR REPLACE TEMP TABLE bedorven AS FROM goed")
    region.store.connection.execute(corrupt)
    table = region.store.ibis.table("bedorven", database=("temp", "main"))
    found = expectations.profiles(table, wanted, region.sources, region.pairs)
    verdict = expectations_gate("dashboard_figures", found, expectations.suite())
    return {finding.verwachting.removeprefix("dashboard_figures.") for finding in verdict.bevindingen}


def test_good_figures_pass(region: Region, wanted: pd.DataFrame) -> None:
    assert judged(region, wanted, "SELECT 1") == set()
    good = region.store.ibis.table("goed", database=("temp", "main"))
    assert schema_gate(_as_stored(good), DASHBOARD_FIGURES).passed


@pytest.mark.parametrize(
    ("corrupt", "stopped_by"),
    [
        # One more everywhere it belongs to by area, so that the areas still add up.
        ("UPDATE bedorven SET aantal = aantal + 1, aantal_hoog = aantal_hoog + 1 WHERE periode = '2026-02' AND aantal > 0 AND "
         "datumbasis = 'voorgevallen' AND klasse_sleutel = 'totaal: misdrijven'", {"totalen_gelijk"}),
        (f"UPDATE bedorven SET aantal_laag = aantal + 0.5 WHERE {MONTH}", {"grenzen_om_het_cijfer"}),
        (f"UPDATE bedorven SET per_1000_hoog = per_1000 - 0.5 WHERE {MONTH}", {"grenzen_om_het_cijfer"}),
        (f"UPDATE bedorven SET toets_vorig_jaar = 1.5 WHERE {MONTH}", {"toets_is_een_kans"}),
        (f"UPDATE bedorven SET verschil_vorig_jaar = -6 WHERE {MONTH}", {"onvolledig_geen_verschil"}),
        (f"UPDATE bedorven SET rang = 9 WHERE {MONTH}", {"rang_past"}),
        (f"DELETE FROM bedorven WHERE aantal = 0 AND {MONTH.replace('BU01530101', 'BU01410101')}", {"nullen_aanwezig"}),
        ("UPDATE bedorven SET aantal = if(gebied_sleutel = 'BU01530101', 5, 1), aantal_hoog = 14, aantal_laag = 0 "
         "WHERE periode = '2026-02' AND klasse_sleutel = 'subcategorie: Woninginbraak' AND datumbasis = 'voorgevallen' "
         "AND gebied_sleutel IN ('BU01530101', 'BU01410101')", {"gebieden_tellen_op"}),
        ("UPDATE bedorven SET aantal_vorige_periode = 0 WHERE periode = '2021-01' AND klasse_sleutel = 'totaal: misdrijven'",
         {"onbekend_is_leeg"}),
        (f"UPDATE bedorven SET klasse_sleutel = 'subcategorie: Woninginbrek' WHERE {MONTH.replace('BU01530101', 'WK015301')}",
         {"sleutels_bekend"}),
    ],
)  # fmt: skip
def test_each_gate_stops_what_it_is_for(region: Region, wanted: pd.DataFrame, corrupt: str, stopped_by: set[str]) -> None:
    assert judged(region, wanted, corrupt) == stopped_by


def test_more_rows_than_the_budget(region: Region, wanted: pd.DataFrame, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expectations, "FEWEST_JUDGED", 1)
    # Ten times as many rows of a bucket of what is unknown, which the zeros that are promised say nothing of.
    extra = "0 AS aantal, 0 AS aantal_laag, 'BU0153XXXX' AS gebied_sleutel"
    more = f"INSERT INTO bedorven SELECT goed.* REPLACE ({extra}) FROM goed, range(10)"
    assert judged(region, wanted, f"{more} WHERE gebied_sleutel = 'BU01530101' AND periode_soort = 'maand'") == {"rijenbudget"}


def test_a_neighbourhood_that_belongs_nowhere_is_missed(region: Region) -> None:
    lost = happened(date(2026, 2, 3), buurt="BU01530999")
    region.store.keep_rows("t_daily_counts", [*ROWS, lost], arrow_schema(DAILY_COUNTS))
    assert judged(region, expected(region.sources, region.pairs), "SELECT 1") == {"totalen_gelijk"}
    region.store.keep_rows("t_daily_counts", ROWS, arrow_schema(DAILY_COUNTS))


def _as_stored(table: Any) -> Any:
    cast: Callable[..., Any] = table.cast
    return cast({"periode_begin": ibis.expr.datatypes.date})
