"""A file per theme: what it holds, what it hides, and that a file which shows too much is not put in place."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ivz_assets.dashboard.area_profile import recompute as area_profile
from ivz_assets.dashboard.schema import DAILY_COUNTS, DIM_GEBIED, DIM_KLASSE
from ivz_assets.dashboard.theme_tables import recompute
from ivz_assets.dashboard.theme_tables.schema import DIM_THEMA, THEME_INDICATORS
from ivz_assets.dashboard.themes.catalogue import Theme, themes
from ivz_assets.enrichment.schema import MUNICIPAL_ENRICHMENTS
from ivz_assets.neighbourhoods.schema import DENOMINATORS, NEIGHBOURHOOD_INDICATORS
from ivz_assets.publication import theme_selection
from ivz_assets.publication.themes import publish_themes, theme_file
from ivz_assets.quality.verdicts import Verdict
from ivz_assets.settings import Settings
from ivz_assets.warehouse.arrow import rows_of
from ivz_assets.warehouse.store import Store
from ivz_assets_tests.dashboard.area_profile import building

# What the fixtures of this page make is dear: one worker makes it once.
pytestmark = pytest.mark.xdist_group("theme_files")

MODELS = (
    DIM_GEBIED, DIM_KLASSE, NEIGHBOURHOOD_INDICATORS, MUNICIPAL_ENRICHMENTS, DIM_THEMA, THEME_INDICATORS,
    DENOMINATORS,
)  # fmt: skip

LEFT_OUT = "Jeugdoverlast en -criminaliteit"
"""Its pilot municipalities do not lie in this small region."""

GEVOELIG = """
naam = "Proef"
omschrijving = "Mishandeling, bedreiging en woninginbraak, als proef van het onderdrukken"
klassen = ["A20", "F530", "F550"]
laagste_niveau = "buurt"
eigenaar = "werkgroep"
mag_zien = ["analist"]
gevoelig = true
"""

MORE = [
    ("BU01410101", "2025-03-02", "F550", "", 3),
    ("BU01410102", "2025-03-02", "A20", "", 8),
    ("BU01680101", "2025-03-02", "A20", "", 20),
    ("BU01680101", "2025-03-02", "F530", "", 30),
]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, list[Theme]]]:
    """A store with the tables of the themes, as stages that passed left them."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("data"), today=date(2026, 3, 23))
    settings.themes_folder.mkdir(parents=True)
    (settings.themes_folder / "proef.toml").write_text(GEVOELIG, encoding="utf-8")
    known = [theme for theme in themes(settings) if theme.naam not in ("Hennep/drugs", LEFT_OUT)]
    store = Store(duckdb.connect())
    building.promoted(store, known)
    more = rows_of(store, DAILY_COUNTS, [building.daily(*row) for row in MORE])
    store.connection.execute(f"INSERT INTO daily_counts BY NAME {store.sql(more)}")
    rows = [building.figure("GM0141", "huisverboden", "jaar", "2025-01-01", 9.0, noemer="huishoudens")]
    delivered = rows_of(store, MUNICIPAL_ENRICHMENTS, rows)
    store.connection.execute(f"INSERT INTO municipal_enrichments BY NAME {store.sql(delivered)}")
    with pytest.MonkeyPatch.context() as patched:
        for module in (area_profile, recompute):
            patched.setattr(module, "data_from", lambda _: date(2025, 1, 1))
            patched.setattr(module, "data_up_to", lambda _: date(2026, 3, 22))
        for model, expression in recompute.tables(store, settings):
            with store.transaction():
                store.stage(model, expression)
                store.promote(model, 2, "run", datetime(2026, 3, 23), {})
    yield store, known
    store.close()


def _publish(made: tuple[Store, list[Theme]], folder: Path, only: list[Theme] | None = None) -> list[Verdict]:
    store, known = made
    return publish_themes(
        store, known if only is None else only, MODELS, folder=folder, release_id="r1", at=datetime(2026, 3, 23, 6),
        data_up_to=date(2026, 3, 22),
    )  # fmt: skip


def _named(made: tuple[Store, list[Theme]], name: str) -> Theme:
    return next(theme for theme in made[1] if theme.naam == name)


def _rows(path: Path, sql: str) -> list[tuple[Any, ...]]:
    connection = duckdb.connect(str(path), read_only=True)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


@pytest.fixture(scope="module")
def folder(made: tuple[Store, list[Theme]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of all themes."""
    folder = tmp_path_factory.mktemp("themas")
    assert [verdict.bevindingen for verdict in _publish(made, folder)] == [[]] * 4
    return folder


def test_every_theme_has_its_own_folder_and_nothing_of_another(made: tuple[Store, list[Theme]], folder: Path) -> None:
    assert sorted(path.name for path in folder.iterdir()) == sorted(theme.bestandsnaam for theme in made[1])
    for theme in made[1]:
        path = theme_file(folder, theme)
        assert sorted(file.name for file in path.parent.iterdir()) == [path.name, "manifest.json"]
        assert _rows(path, "SELECT DISTINCT thema_sleutel FROM thema_kerncijfers") == [(theme.sleutel,)]
        assert _rows(path, "SELECT thema_sleutel FROM dim_thema") == [(theme.sleutel,)]
        tables = {name for (name,) in _rows(path, "SELECT table_name FROM duckdb_tables()")}
        # The denominators say nothing of a theme, so they are not in there.
        assert tables == {
            "dim_gebied", "dim_klasse", "kerncijfers", "gemeentelijke_cijfers", "dim_thema", "thema_kerncijfers",
        }  # fmt: skip


def test_a_file_holds_the_areas_and_indicators_of_its_theme(made: tuple[Store, list[Theme]], folder: Path) -> None:
    home = theme_file(folder, _named(made, "Woonoverlast"))
    assert _rows(home, "SELECT gebied_sleutel FROM dim_gebied") == [("GM0168",)]
    assert _rows(home, "SELECT DISTINCT gebied_code FROM kerncijfers") == [("GM0168",)]
    assert _rows(home, "SELECT count(*) FROM gemeentelijke_cijfers") == [(0,)]
    violence = theme_file(folder, _named(made, "Huiselijk geweld"))
    assert _rows(violence, "SELECT indicator, gebied_code FROM gemeentelijke_cijfers") == [("huisverboden", "GM0141")]
    assert {code for (code,) in _rows(violence, "SELECT klasse_sleutel FROM dim_klasse")} >= {"E13", "F95", "F550"}
    assert _rows(violence, "SELECT count(*) FROM dim_klasse WHERE klasse_sleutel IN ('E12', 'A20')") == [(0,)]
    manifest = json.loads((home.parent / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["mag_zien"] == ["veiligheidsmedewerker gemeente", "analist"]
    assert (manifest["release"], manifest["gegevens_tot_en_met"]) == ("r1", "2026-03-22")
    assert "intern gebruik" in manifest["let_op"]


def test_a_sensitive_theme_hides_what_is_small_and_what_gives_it_away(made: tuple[Store, list[Theme]], folder: Path) -> None:
    path = theme_file(folder, _named(made, "Proef"))
    found = {
        (area, kind): (count, rate, hidden)
        for area, kind, count, rate, hidden in _rows(
            path,
            "SELECT gebied_sleutel, kenmerk, aantal, waarde, onderdrukt FROM thema_kerncijfers "
            "WHERE kenmerk_soort = 'registraties' AND jaar = 2025",
        )
    }
    # Of F550 3 were registered in the first neighbourhood and 7 in the second: their wijk would give 10 - 7.
    assert found["BU01410101", "F550"] == found["BU01410102", "F550"] == (None, None, True)
    # The first neighbourhood has 9 of the theme, of which 6 are A20: 9 - 6 would give the 3.
    assert found["BU01410101", "A20"] == (None, None, True)
    assert found["WK014101", "F550"][0] == 10
    assert found["GM0168", "F530"] == (30, 30.0, False)
    assert found["BU01410103", "F550"] == (0, None, False)
    assert all(count is None or count == 0 or count >= 5 for count, _, _ in found.values())
    assert json.loads((path.parent / "manifest.json").read_text())["onderdrukte_cellen"] == sum(
        cell[2] for cell in found.values()
    )


def test_references_of_a_sensitive_theme_are_not_made_of_hidden_counts(made: tuple[Store, list[Theme]], folder: Path) -> None:
    path = theme_file(folder, _named(made, "Proef"))
    made_of_others = "waarde_vergelijkbaar IS NOT NULL OR rang IS NOT NULL OR percentiel IS NOT NULL"
    counted = f"kenmerk_soort = 'registraties' AND ({made_of_others})"
    assert _rows(path, f"SELECT count(*) FROM thema_kerncijfers WHERE {counted}") == [(0,)]
    # The region's own 10 of F550 are shown, so its rate may be.
    region = "SELECT waarde_regio FROM thema_kerncijfers WHERE gebied_sleutel = 'GM0168' AND kenmerk = 'F550' AND jaar = 2025"
    assert _rows(path, region)[0][0] == pytest.approx(10 / 3, abs=1e-5)
    # In a theme that is not sensitive everything stays.
    open_file = theme_file(folder, _named(made, "Cybercrime"))
    assert _rows(open_file, "SELECT count(*) > 0 FROM thema_kerncijfers WHERE rang IS NOT NULL") == [(True,)]


def test_a_file_that_shows_a_small_count_is_not_put_in_place(
    made: tuple[Store, list[Theme]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    theme = _named(made, "Proef")
    (verdict,) = _publish(made, tmp_path, [theme])
    before = theme_file(tmp_path, theme).read_bytes()
    monkeypatch.setattr(theme_selection, "hidden_cells", lambda values, _, threshold: (values > 0) & (values < threshold))
    (verdict,) = _publish(made, tmp_path, [theme])
    assert [finding.verwachting for finding in verdict.bevindingen] == ["thema.proef.kleine_aantallen"]
    assert "te zien of uit te rekenen" in verdict.bevindingen[0].waargenomen
    assert theme_file(tmp_path, theme).read_bytes() == before
    assert sorted(path.name for path in theme_file(tmp_path, theme).parent.iterdir()) == ["ivz_proef.duckdb", "manifest.json"]


def test_the_file_of_a_theme_that_is_no_more_goes(made: tuple[Store, list[Theme]], tmp_path: Path) -> None:
    cyber, home = _named(made, "Cybercrime"), _named(made, "Woonoverlast")
    _publish(made, tmp_path, [cyber, home])
    (tmp_path / "van iemand anders").mkdir()
    _publish(made, tmp_path, [cyber])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cybercrime", "van iemand anders"]
