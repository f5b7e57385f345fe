"""The gates on the profile: each is stopped by the data that it is there for, and by nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import duckdb
import ibis
import ibis.expr.types as ir
import pytest

from ivz_assets.dashboard.area_profile import expectations, recompute
from ivz_assets.dashboard.area_profile.schema import DASHBOARD_AREA_PROFILE
from ivz_assets.quality.schema_gate import schema_gate
from ivz_assets.settings import Settings
from ivz_assets.warehouse.store import Store
from ivz_assets_tests.dashboard.area_profile import building


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, Settings, ir.Table]]:
    """A store with the region, and the profile that the stage makes of it."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("data"), today=date(2026, 3, 23))
    store = Store(duckdb.connect())
    building.promoted(store, building.theme_list(settings.data_dir))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(recompute, "data_from", lambda _: date(2025, 1, 1))
        patched.setattr(recompute, "data_up_to", lambda _: date(2026, 3, 22))
        ((model, expression),) = recompute.tables(store, settings)
        with store.transaction():
            staged = store.stage(model, expression)
        yield store, settings, store.keep("profiel", staged)
    store.close()


def _where(table: ir.Table, area: str, characteristic: str) -> ir.BooleanValue:
    return (table.gebied_sleutel == area) & (table.kenmerk == characteristic) & (table.jaar == 2025)


def _changed(area: str, characteristic: str, **columns: object) -> Callable[[ir.Table], ir.Table]:
    def change(table: ir.Table) -> ir.Table:
        here = _where(table, area, characteristic)
        return table.mutate(**{name: ibis.ifelse(here, value, table[name]) for name, value in columns.items()})

    return change


def test_what_the_stage_makes_passes(built: tuple[Store, Settings, ir.Table]) -> None:
    store, settings, profile = built
    assert schema_gate(profile, DASHBOARD_AREA_PROFILE).bevindingen == []
    (verdict,) = recompute.judge(store, settings, {"dashboard_area_profile": profile})
    assert verdict.bevindingen == []


@pytest.mark.parametrize(
    ("corrupt", "gate"),
    [
        (_changed("GM0141", "inwoners", waarde_regio=2999.0), "regio_gelijk"),
        (_changed("GM0141", "inwoners", waarde_regio=ibis.null("float64")), "regio_gelijk"),
        (_changed("BU01410101", "inwoners", rang=4), "rang_mogelijk"),
        (_changed("BU01410101", "inwoners", percentiel=101.0), "percentiel_mogelijk"),
        (_changed("GM0141", "inwoners", onderdrukt=True), "onderdrukt_leeg"),
        (_changed("BU01680101", "inwoners", aantal=0.0, waarde=0.0), "onbekend_blijft_leeg"),
        (_changed("GM0141", "inwoners", aantal=2001.0), "bekend_blijft_bekend"),
        (_changed("GM0141", "categorie: Vermogensdelicten", aantal=11.0), "tellingen_gelijk"),
        (_changed("GM0141", "inwoners", gebied_sleutel="GM9999"), "sleutels_bekend"),
    ],
)
def test_a_gate_stops_what_it_is_there_for(
    built: tuple[Store, Settings, ir.Table], corrupt: Callable[[ir.Table], ir.Table], gate: str
) -> None:
    store, _, profile = built
    inputs = {name: store.table(name) for name in recompute.INPUTS}
    profiles = expectations.profiles(store.keep("bedorven", corrupt(profile)), inputs, no_registrations=False)
    assert building.broken(profiles, expectations.suite()) == {gate}


def test_what_is_broken_stops_the_stage(built: tuple[Store, Settings, ir.Table]) -> None:
    store, settings, profile = built
    wrong = _changed("GM0141", "inwoners", waarde_regio=2999.0)(profile)
    (verdict,) = recompute.judge(store, settings, {"dashboard_area_profile": store.keep("bedorven", wrong)})
    assert [finding.verwachting for finding in verdict.bevindingen] == ["dashboard_area_profile.regio_gelijk"]


def test_a_profile_without_registrations_of_a_whole_year(built: tuple[Store, Settings, ir.Table]) -> None:
    store, settings, profile = built
    gone = {"dashboard_area_profile": store.keep("zonder", profile.filter(profile.kenmerk_soort != "registraties"))}
    (verdict,) = recompute.judge(store, settings, gone)
    assert {finding.verwachting for finding in verdict.bevindingen} == {"dashboard_area_profile.registraties.gevuld"}
