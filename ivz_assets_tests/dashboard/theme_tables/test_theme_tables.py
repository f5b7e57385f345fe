"""The theme tables of a small region: what a theme counts and shows, a new theme from a file, and the gates."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import duckdb
import ibis
import ibis.expr.types as ir
import pytest

from ivz_assets.dashboard.area_profile import recompute as area_profile
from ivz_assets.dashboard.theme_tables import expectations, recompute, transform
from ivz_assets.dashboard.theme_tables.schema import DIM_THEMA, THEME_INDICATORS
from ivz_assets.dashboard.themes.catalogue import themes
from ivz_assets.quality.schema_gate import schema_gate
from ivz_assets.settings import Settings
from ivz_assets.warehouse.arrow import rows_of
from ivz_assets.warehouse.store import Store
from ivz_assets_tests.dashboard.area_profile import building

# What the fixtures of this page make is dear: one worker makes it once.
pytestmark = pytest.mark.xdist_group("theme_tables")

BRAAK = """
naam = "Braak"
omschrijving = "Inbraak in woningen, met de inwoners van de buurt"
klassen = ["A20"]
indicatoren = ["huisverboden", "halt_verwijzingen"]
kerncijfers = ["inwoners_15_tot_25"]
laagste_niveau = "buurt"
proefgemeenten = ["GM0141"]
eigenaar = "werkgroep braak"
mag_zien = ["analist", "wijkagent"]
gevoelig = false
"""
Rows = dict[tuple[str, str, str], dict[str, Any]]


class Made:
    """A store with the region and the theme tables that the stage makes of it, one theme of the user's among them."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.store = Store(duckdb.connect())
        settings.themes_folder.mkdir(parents=True)
        (settings.themes_folder / "braak.toml").write_text(BRAAK, encoding="utf-8")
        building.promoted(self.store, themes(settings))
        figure = building.figure
        rows = [
            figure("BU01410101", "halt_verwijzingen", "halfjaar", "2025-01-01", 5.0, uitsplitsing="diefstal"),
            figure("BU01410101", "halt_verwijzingen", "halfjaar", "2025-07-01", 6.0, uitsplitsing="diefstal"),
            figure("BU01410101", "huisverboden", "jaar", "2025-01-01", None, noemer="huishoudens", onderdrukt=True),
            figure("BU01680101", "huisverboden", "jaar", "2025-01-01", 9.0, noemer="huishoudens"),
        ]
        name = "municipal_enrichments"
        model = next(model for model, _ in building.made(themes(settings)) if model.name == name)
        self.store.connection.execute(f"INSERT INTO {name} BY NAME {self.store.sql(rows_of(self.store, model, rows))}")
        places = transform.theme_areas(themes(settings), self.store.rows("FROM dim_gebied"))
        self.shown = self.store.keep_rows("getoond", places, transform.AREAS)
        self.staged: dict[str, ir.Table] = {}
        for model, expression in recompute.tables(self.store, settings):
            with self.store.transaction():
                self.staged[str(model.name)] = self.store.keep(f"{model.name}_gemaakt", self.store.stage(model, expression))

    def rows(self, theme: str) -> Rows:
        """Rows of 2025 of a theme by area, kind and characteristic."""
        found = self.staged["theme_indicators"].to_pyarrow().to_pylist()
        return {
            (row["gebied_sleutel"], row["kenmerk_soort"], row["kenmerk"]): row
            for row in found
            if row["thema_sleutel"] == f"thema: {theme}" and row["jaar"] == 2025
        }


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    """The tables, of deliveries that speak for 2025."""
    with pytest.MonkeyPatch.context() as patched:
        for module in (area_profile, recompute):
            patched.setattr(module, "data_from", lambda _: date(2025, 1, 1))
            patched.setattr(module, "data_up_to", lambda _: date(2026, 3, 22))
        yield Made(Settings(data_dir=tmp_path_factory.mktemp("data"), today=date(2026, 3, 23)))


def test_a_new_theme_is_a_new_file_and_no_code(made: Made) -> None:
    defined = {row["naam"]: row for row in made.staged["dim_thema"].to_pyarrow().to_pylist()}
    assert len(defined) == 6
    own = defined["Braak"]
    assert (own["thema_sleutel"], own["klassen"], own["subcategorieen"]) == ("thema: Braak", "A20", None)
    assert (own["eigenaar"], own["mag_zien"], own["proefgemeenten"]) == ("werkgroep braak", "analist; wijkagent", "GM0141")
    rows = made.rows("Braak")
    assert rows["BU01410101", "registraties", "thema: Braak"]["aantal"] == 6
    assert rows["BU01410101", "registraties", "A20"]["waarde"] == 15.0  # 6 on 400 dwellings
    assert rows["BU01410101", "registraties", "A20"]["onderdeel_van"] == "thema: Braak"
    assert rows["GM0141", "registraties", "thema: Braak"]["aantal"] == 6
    assert rows["BU01410102", "registraties", "A20"]["aantal"] == 0
    assert rows["BU01410101", "cbs", "inwoners_15_tot_25"]["waarde_regio"] == 12.0
    assert rows["BU01410101", "leverancier", "halt_verwijzingen: diefstal"]["aantal"] == 11
    hidden = rows["BU01410101", "leverancier", "huisverboden"]
    assert (hidden["aantal"], hidden["waarde"], hidden["onderdrukt"]) == (None, None, True)


def test_a_pilot_is_shown_of_its_municipalities_only(made: Made) -> None:
    areas = {area for area, _, _ in made.rows("Braak")}
    assert areas == {
        "GM0141", "WK014101", "WK0141XX", "BU01410101", "BU01410102", "BU01410103", "BU0141XXXX",
    }  # fmt: skip
    assert {area for area, _, _ in made.rows("Woonoverlast")} == {"GM0168"}


def test_domestic_violence_is_known_by_its_project_code_and_stays_at_the_municipality(made: Made) -> None:
    rows = made.rows("Huiselijk geweld")
    whole = rows["GM0141", "registraties", "thema: Huiselijk geweld"]
    assert whole["aantal"] == 2  # of the 7 of F550 those with project code HG
    assert rows["GM0141", "registraties", "F550"]["aantal"] == 2
    # It is not the whole class, and its name says so; that of a class which belongs to a theme as such does not.
    assert rows["GM0141", "registraties", "F550"]["kenmerk_naam"].endswith("mishandeling (met projectcode van het thema)")
    assert "projectcode" not in made.rows("Braak")["GM0141", "registraties", "A20"]["kenmerk_naam"]
    assert {row["gebied_niveau"] for row in rows.values()} == {"gemeente", "basisteam", "regio"}
    assert ("GM0168", "registraties", "E12") not in rows  # a quarrel between neighbours


def test_nuisance_at_home_holds_confused_persons(made: Made) -> None:
    rows = made.rows("Woonoverlast")
    assert rows["GM0168", "registraties", "thema: Woonoverlast"]["aantal"] == 9  # 7 quarrels and 2 of E33
    assert rows["GM0168", "registraties", "E33"]["aantal"] == 2
    assert rows["GM0168", "registraties", "thema: Woonoverlast"]["waarde_regio"] == 4.0  # 12 on 3,000


def test_what_the_stage_makes_passes(made: Made) -> None:
    for model in (DIM_THEMA, THEME_INDICATORS):
        assert schema_gate(made.staged[str(model.name)], model).bevindingen == []
    assert [
        finding for verdict in recompute.judge(made.store, made.settings, made.staged) for finding in verdict.bevindingen
    ] == []


def _changed(area: str, characteristic: str, **columns: object) -> Callable[[ir.Table], ir.Table]:
    def change(table: ir.Table) -> ir.Table:
        here = (table.gebied_sleutel == area) & (table.kenmerk == characteristic) & (table.jaar == 2025)
        return table.mutate(**{name: ibis.ifelse(here, value, table[name]) for name, value in columns.items()})

    return change


def _more(change: Callable[[ir.Table], ir.Table], *more: Callable[[ir.Table], ir.Table]) -> Callable[[ir.Table], ir.Table]:
    def changed(table: ir.Table) -> ir.Table:
        for one in (change, *more):
            table = one(table)
        return table

    return changed


def _cbs_elsewhere(table: ir.Table) -> ir.Table:
    here = (table.thema_sleutel == "thema: Braak") & (table.kenmerk_soort == "cbs") & (table.gebied_sleutel == "GM0141")
    return table.mutate(gebied_sleutel=ibis.ifelse(here, "GM0168", table.gebied_sleutel))


def _no_role(table: ir.Table) -> ir.Table:
    return table.mutate(eigenaar=ibis.literal(""))


def _no_class(table: ir.Table) -> ir.Table:
    return table.mutate(**{name: ibis.null("string") for name in ("klassen", "subcategorieen", "projectcodes")})


@pytest.mark.parametrize(
    ("table", "corrupt", "gate"),
    [
        ("theme_indicators", _cbs_elsewhere, "niet_lager"),
        ("theme_indicators", _changed("BU01410101", "A20", aantal=7.0), "delen_zijn_geheel"),
        (
            "theme_indicators",
            _more(_changed("BU01410101", "A20", aantal=7.0), _changed("BU01410101", "thema: Braak", aantal=7.0)),
            "tellingen_gelijk",
        ),
        ("theme_indicators", _changed("BU01410101", "A20", kenmerk="A99"), "sleutels_bekend"),
        ("dim_thema", _no_role, "rollen_bekend"),
        ("dim_thema", _no_class, "telt_iets"),
    ],
)
def test_a_gate_stops_what_it_is_there_for(made: Made, table: str, corrupt: Callable[[ir.Table], ir.Table], gate: str) -> None:
    staged = made.staged | {table: made.store.keep("bedorven", corrupt(made.staged[table]))}
    inputs = {name: made.store.table(name) for name in recompute.INPUTS}
    profiles = expectations.profiles(staged["theme_indicators"], inputs, made.shown, no_registrations=False)
    of_themes = expectations.theme_profiles(staged["dim_thema"])
    found = building.broken(profiles, expectations.suite()) | building.broken(of_themes, expectations.theme_suite())
    assert found == {gate}
