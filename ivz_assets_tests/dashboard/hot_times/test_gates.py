"""The gates of the hot times: what is whole passes, and each fault stops at its own expectation and at no other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import ibis
import ibis.expr.types as ir
import pyarrow
import pytest

from ivz_assets.dashboard.hot_times import expectations
from ivz_assets.dashboard.hot_times.schema import DASHBOARD_HOT_TIMES, DASHBOARD_HOT_TIMES_COVERAGE
from ivz_assets.quality.expectations_gate import expectations_gate
from ivz_assets.quality.schema_gate import schema_gate
from ivz_assets_tests.dashboard.hot_times.small_region import AREAS, CLASSES, PERIODS, Region, incident

pytestmark = pytest.mark.xdist_group("hot_times")

ITEMS = [
    incident(datetime(2026, 1, 6, 22, 0), datetime(2026, 1, 7, 2, 0)),
    incident(datetime(2026, 1, 8, 12, 0), klasse="E35", project="JEUGD"),
    incident(datetime(2025, 7, 8, 12, 0), datetime(2025, 7, 8, 14, 20), buurt="BU0141XXXX"),
    incident(None, day=date(2026, 1, 6), flags="begintijd_ontbreekt"),
    incident(datetime(2026, 1, 6, 9, 0), datetime(2026, 1, 20, 9, 0)),
]


class Staged:
    """Tables as they are staged, with what the gates compare them with."""

    def __init__(self, region: Region) -> None:
        self.region = region
        store = region.store
        staged = region.stage(ITEMS)
        self.weights, self.coverage = (store.keep(f"heel_{place}", table) for place, table in enumerate(staged))
        self.dimensions = {
            "gebied": self._keys("gebied_sleutel", {row["gebied_sleutel"] for row in AREAS}),
            "klasse": self._keys("klasse_sleutel", {row["klasse_sleutel"] for row in CLASSES}),
            "periode": self._keys("periode", {row["periode"] for row in PERIODS}),
            "uur": store.keep_rows("dim_uur", [{"uur": hour} for hour in range(24)], pyarrow.schema([("uur", pyarrow.int32())])),
        }
        self.daily = store.keep("dagtellingen", _daily(region.incidents))

    def failed(self, weights: ir.Table | None = None, coverage: ir.Table | None = None) -> set[str]:
        """The expectations that do not hold with these in the place of the tables; only gates that look at them are asked."""
        whole = weights is None and coverage is None
        given = self.coverage if coverage is None else coverage
        verdicts = []
        if whole or weights is not None:
            verdicts.append(schema_gate(self.weights if weights is None else weights, DASHBOARD_HOT_TIMES))
        profiles = expectations.weight_profiles(self.weights if weights is None else weights, given, self.dimensions)
        verdicts.append(expectations_gate("dashboard_hot_times", profiles, expectations.weight_suite()))
        if whole or coverage is not None:
            verdicts.append(schema_gate(given, DASHBOARD_HOT_TIMES_COVERAGE))
            profiles = expectations.coverage_profiles(given, self.daily, self.region.levels, self.dimensions)
            verdicts.append(expectations_gate("dashboard_hot_times_coverage", profiles, expectations.coverage_suite()))
        return {finding.verwachting for verdict in verdicts for finding in verdict.bevindingen}

    def _keys(self, column: str, keys: set[str]) -> ir.Table:
        rows = [{column: key} for key in sorted(keys)]
        return self.region.store.keep_rows(f"sleutels_{column}", rows, pyarrow.schema([(column, pyarrow.string())]))


def _daily(incidents: ir.Table) -> ir.Table:
    keys = {
        "buurt_code": incidents.buurt_code, "maatschappelijke_klasse": incidents.maatschappelijke_klasse,
        "projectcode": incidents.projectcode.fill_null(""), "datum": incidents.datum_voorval,
    }  # fmt: skip
    return incidents.group_by(datumbasis=ibis.literal("voorgevallen"), **keys).aggregate(aantal=incidents.count())


@pytest.fixture(scope="module")
def staged(region: Region) -> Staged:
    """The tables of five incidents."""
    return Staged(region)


def test_what_is_whole_passes(staged: Staged) -> None:
    assert staged.failed() == set()


def test_no_incidents_is_no_fault(staged: Staged) -> None:
    nothing = expectations.weight_profiles(staged.weights.limit(0), staged.coverage.limit(0), staged.dimensions)
    assert expectations_gate("dashboard_hot_times", nothing, expectations.weight_suite()).passed


def _first(table: ir.Table) -> ir.BooleanValue:
    """The cell of the region in winter 2026 for everything that is a crime, at one hour where it has one."""
    found = (table.gebied_sleutel == "TWENTE") & (table.klasse_sleutel == "totaal: misdrijven") & (table.periode == "2026")
    return found & (table.weekdag == 2) & (table.uur == 22) if "uur" in table.columns else found


CORRUPTIONS: dict[str, tuple[str, Callable[[ir.Table], ir.Table]]] = {
    "dashboard_hot_times.gewichten_zijn_aantallen": (
        "weights",
        lambda table: table.mutate(gewicht=ibis.ifelse(_first(table), table.gewicht * (1 + 1e-7), table.gewicht)),
    ),
    "dashboard_hot_times.geen_lege_uren": (
        "weights",
        lambda table: table.union(table.filter(_first(table)).mutate(uur=ibis.literal(5, "int32"), gewicht=1e-12)),
    ),
    "dashboard_hot_times.oordeel_gelijk": (
        "weights", lambda table: table.mutate(voldoende=table.voldoende | _first(table)),
    ),
    "dashboard_hot_times.uur.isin": (
        "weights", lambda table: table.mutate(uur=ibis.ifelse(_first(table), 24, table.uur).cast("int32")),
    ),
    "dashboard_hot_times.weekdag.isin": (
        "weights", lambda table: table.mutate(weekdag=ibis.ifelse(_first(table), 0, table.weekdag).cast("int32")),
    ),
    "dashboard_hot_times.sleutel_uniek": (
        "weights",
        # Two halves of an hour have the weight of the hour.
        lambda table: table.mutate(gewicht=ibis.ifelse(_first(table), table.gewicht / 2, table.gewicht)).union(
            table.filter(_first(table)).mutate(gewicht=table.gewicht / 2)
        ),
    ),
    "dashboard_hot_times_coverage.alles_geteld": (
        "coverage",
        lambda table: table.mutate(
            aantal=(table.aantal + _first(table).cast("int32")).cast("int32"),
            aantal_te_lang=(table.aantal_te_lang + _first(table).cast("int32")).cast("int32"),
        ),
    ),
    "dashboard_hot_times_coverage.meegeteld_en_weggelaten": (
        "coverage",
        lambda table: table.mutate(aantal_zonder_tijd=(table.aantal_zonder_tijd + _first(table).cast("int32")).cast("int32")),
    ),
}  # fmt: skip


@pytest.mark.parametrize("expectation", sorted(CORRUPTIONS))
def test_each_gate_stops_its_own_fault(staged: Staged, expectation: str) -> None:
    which, corrupt = CORRUPTIONS[expectation]
    original = staged.weights if which == "weights" else staged.coverage
    assert staged.failed(**{which: staged.region.store.keep("verdorven", corrupt(original))}) - _told_too(expectation) == {
        expectation
    }


def _told_too(expectation: str) -> set[str]:
    """An hour that does not exist is no key of dim_uur either."""
    return {"dashboard_hot_times.sleutels_bekend"} if expectation == "dashboard_hot_times.uur.isin" else set()


def test_a_key_without_a_dimension(staged: Staged) -> None:
    known = staged.dimensions["gebied"]
    staged.dimensions["gebied"] = known.filter(known.gebied_sleutel != "BU01530101")
    try:
        assert staged.failed() == {"dashboard_hot_times.sleutels_bekend", "dashboard_hot_times_coverage.sleutels_bekend"}
    finally:
        staged.dimensions["gebied"] = known


def test_a_lost_incident_is_seen(staged: Staged) -> None:
    # A neighbourhood of which no level is known takes its incidents along, weights and all; the daily counts still have them.
    lost = staged.weights.periode == "2025"
    weights = staged.region.store.keep("zonder_weights", staged.weights.filter(~lost))
    coverage = staged.region.store.keep("zonder_coverage", staged.coverage.filter(staged.coverage.periode != "2025"))
    assert staged.failed(weights, coverage) == {"dashboard_hot_times_coverage.alles_geteld"}
