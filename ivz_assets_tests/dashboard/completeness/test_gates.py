"""Each gate on completeness is broken once, and it alone speaks."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow
import pytest

from ivz_assets.dashboard.completeness import expectations, pictures
from ivz_assets.dashboard.completeness.schema import PUBLISHED
from ivz_assets.dashboard.completeness.triangle import triangle
from ivz_assets.quality.expectations_gate import expectations_gate
from ivz_assets.quality.schema_gate import schema_gate
from ivz_assets.warehouse.model import create_table
from ivz_assets_tests.dashboard.completeness.small_region import (
    CLASSES,
    SUNDAY,
    Region,
    drawn,
    stage_dimensions,
)  # fmt: skip

pytestmark = pytest.mark.xdist_group("completeness")

FIRST = date(2024, 3, 4)
SHARES, CELLS = (str(model.name) for model in PUBLISHED)
NEWEST = "periode = '2026-W12' AND klasse_sleutel = 'totaal: misdrijven'"


@pytest.fixture(scope="module")
def filled(region: Region) -> Region:
    """Both tables as made from two years, and the dimensions."""
    rng = np.random.default_rng(3)
    region.put(pyarrow.concat_tables([drawn(rng, 749, 6, "A20", 1.6), drawn(rng, 749, 3, "F80", 12)]))
    blocks = ((SUNDAY - FIRST).days + 1) // 7
    shown = [row for row in CLASSES if row["klasse_niveau"] != "subcategorie"]
    rows = region.lags(FIRST, SUNDAY, SUNDAY)
    made: dict[str, Any] = {
        SHARES: pyarrow.Table.from_pylist(region.completeness(FIRST, SUNDAY)),
        CELLS: triangle(rows, shown, regio="TWENTE", sunday=SUNDAY, blocks=blocks),
    }
    for model in PUBLISHED:
        # Empty from the model first, as a stage does: types and words are those of the warehouse
        for statement in create_table(model, f"{model.name}_goed", not_null=False):
            region.store.connection.execute(statement)
        region.store.keep_arrow("gemaakt", made[str(model.name)])
        region.store.connection.execute(f'INSERT INTO "{model.name}_goed" BY NAME FROM gemaakt')
    stage_dimensions(region.store, FIRST, SUNDAY)
    # The counts hold what deliveries hold, strays registered after the last day that they speak for too
    region.lags(FIRST, SUNDAY, SUNDAY + timedelta(days=365))
    return region


def stopped(filled: Region, table: str, *changes: str) -> str:
    """The expectations on a table that do not hold after these changes."""
    store = filled.store
    for name in (SHARES, CELLS):
        store.connection.execute(f'CREATE OR REPLACE TEMP TABLE "{name}" AS FROM "{name}_goed"')
    for change in changes:
        store.connection.execute(change)
    named = {
        name: store.ibis.table(name, database=("temp", "main"))
        for name in (table, "dim_gebied", "dim_periode", "dim_klasse", "incidents", "daily_counts")
    }
    dimensions = {name: named[name] for name in ("dim_gebied", "dim_periode", "dim_klasse")}
    if table == SHARES:
        profiles, suite = expectations.share_profiles(named[table], dimensions), expectations.share_suite()
    else:
        counts = named["daily_counts"], named["incidents"], filled.class_levels
        profiles, suite = expectations.triangle_profiles(named[table], *counts, dimensions, SUNDAY), expectations.triangle_suite()
    verdict = expectations_gate(table, profiles, suite)
    return " ".join(sorted({finding.verwachting.split(".", 1)[1] for finding in verdict.bevindingen}))


def test_what_was_made_passes(filled: Region) -> None:
    """Of the incidents some are registered after the last day: strays, which are counted nowhere here."""
    assert (stopped(filled, SHARES), stopped(filled, CELLS)) == ("", "")
    for model in PUBLISHED:
        staged = filled.store.ibis.table(str(model.name), database=("temp", "main"))
        assert schema_gate(staged, model).passed


@pytest.mark.parametrize(
    ("change", "speaks"),
    [
        (
            f"UPDATE {SHARES} SET aandeel_binnen = 0, aandeel_kennisgenomen = 0, aandeel_laag = 0 WHERE {NEWEST}",
            "aandeel_positief",
        ),
        (
            f"UPDATE {SHARES} SET aandeel_binnen = 1.01, aandeel_hoog = 1, aandeel_kennisgenomen = 1.01, aandeel_verwerkt = 1 "
            "WHERE periode = '2025-K2'",
            "aandeel_hoogstens_een binnen_band",
        ),
        (f"UPDATE {SHARES} SET aandeel_hoog = aandeel_binnen - 0.01 WHERE {NEWEST}", "binnen_band"),
        (f"UPDATE {SHARES} SET verwacht_laag = aantal_bekend - 1 WHERE {NEWEST}", "niet_onder_bekend"),
        (f"UPDATE {SHARES} SET aandeel_verwerkt = aandeel_verwerkt / 2 WHERE {NEWEST}", "twee_vertragingen"),
        (
            f"UPDATE {SHARES} SET aandeel_binnen = 1, aandeel_hoog = 1, aandeel_kennisgenomen = 1, aandeel_verwerkt = 1 "
            f"WHERE {NEWEST}",
            "nieuwer_is_onvollediger",
        ),
        (f"UPDATE {SHARES} SET reden_geen_aandeel = 'zomaar' WHERE {NEWEST}", "reden_gegeven"),
        (f"UPDATE {SHARES} SET klasse_sleutel = 'totaal: iets' WHERE {NEWEST}", "sleutels_bekend"),
        (f"UPDATE {CELLS} SET aantal_geregistreerd = aantal_geregistreerd + 1 WHERE {NEWEST}", "geregistreerd_telt_op"),
        (f"UPDATE {CELLS} SET aantal_kennisgenomen = aantal_kennisgenomen + 1 WHERE {NEWEST}", "kennisgenomen_telt_op"),
        (f"UPDATE {CELLS} SET aantal_tot_dan = aantal_tot_dan + 1 WHERE {NEWEST}", "tot_dan_eindigt"),
        (f"UPDATE {CELLS} SET gebied_sleutel = 'ELDERS' WHERE {NEWEST}", "sleutels_bekend"),
    ],
)
def test_each_gate_speaks_alone(filled: Region, change: str, speaks: str) -> None:
    assert stopped(filled, SHARES if SHARES in change else CELLS, change) == speaks


def test_a_week_that_is_not_in_the_triangle_is_seen(filled: Region) -> None:
    gone = stopped(filled, CELLS, f"DELETE FROM {CELLS} WHERE {NEWEST}")
    assert gone == "geregistreerd_telt_op kennisgenomen_telt_op tot_dan_eindigt"


def test_the_pictures_are_drawn_and_without_shares_only_the_triangle(filled: Region) -> None:
    assert stopped(filled, CELLS) == ""
    found = pictures.charts(filled.store)
    assert "data:image/png;base64," in str(found[SHARES]["aandeel_per_week"])
    assert "data:image/png;base64," in str(found[CELLS]["driehoek"])
    filled.store.connection.execute(f"UPDATE {SHARES} SET aandeel_binnen = NULL, verwacht_totaal = NULL")
    found = pictures.charts(filled.store)
    assert found[SHARES].keys() == {"nieuwste_perioden"}
    assert found[CELLS].keys() == {"driehoek"}
