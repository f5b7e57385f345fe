"""What the general release keeps back: figures of themes, sensitive classes below the municipality, and their remainders."""

from __future__ import annotations

from collections import defaultdict

import duckdb
import ibis.expr.datatypes as dt
import pytest

from ivz_assets.dashboard.dimensions import kept_back
from ivz_assets.dashboard.levels import class_key
from ivz_assets.dashboard.themes.catalogue import Theme
from ivz_assets.publication.general import GeneralRelease
from ivz_assets.warehouse.model import column, table
from ivz_assets.weekmonitor.reference import klassen

# DOMAIN.md: sensitive classes, never below the municipality. F53x is so only where it is domestic, and then it is in the theme.
SENSITIVE = {
    "E33", "F50", "F520", "F521", "F522", "F523", "F524", "F525", "F526", "F527", "F5291", "F5292", "F5293", "F5294", "F5296",
    "F540", "F541", "F542", "F543", "F544", "F561", "F95",
}  # fmt: skip


def test_every_sensitive_class_is_kept_back_with_what_would_tell_it() -> None:
    kept = set(kept_back())
    assert kept >= SENSITIVE
    classes, subcategories = defaultdict(set), defaultdict(set)
    for row in klassen():
        classes[row["subcategorie"]].add(row["maatschappelijke_klasse"])
        subcategories[row["categorie"]].add(row["subcategorie"])
    for subcategory, codes in classes.items():
        if codes & SENSITIVE:
            # A subcategory less its other classes would be the sensitive one.
            assert codes <= kept, subcategory
        assert (codes <= SENSITIVE) <= (class_key("subcategorie", subcategory) in kept)
    for category, names in subcategories.items():
        hidden = [name for name in names if class_key("subcategorie", name) in kept]
        assert len(hidden) != 1, f"{category} less its other subcategories is {hidden}"


FIGURES = table(
    "figures",
    "proef",
    {name: column(dt.string, name) for name in ("gebied_niveau", "klasse_niveau", "klasse_sleutel")},
    key=("klasse_sleutel",),
)
PROFILE = table("profile", "proef", {name: column(dt.string, name) for name in ("gebied_niveau", "kenmerk")}, key=("kenmerk",))
SUPPLIED = table("supplied", "proef", {name: column(dt.string, name) for name in ("niveau", "indicator")}, key=("indicator",))
PLAIN = table("plain", "proef", {"niveau": column(dt.string, "niveau")}, key=("niveau",))


def theme(lowest: str, *pilots: str) -> Theme:
    return Theme(
        naam="Proef", omschrijving="Proef", klassen=("E33",), indicatoren=("huisverboden",), laagste_niveau=lowest,  # type: ignore[arg-type]
        proefgemeenten=pilots, eigenaar="rol", mag_zien=("rol",), gevoelig=True,
    )  # fmt: skip


@pytest.fixture
def engine() -> duckdb.DuckDBPyConnection:
    made = duckdb.connect()
    levels = "(VALUES ('buurt'), ('wijk'), ('gemeente'), ('regio')) n(niveau)"
    made.execute(
        f"CREATE TABLE figures AS SELECT niveau AS gebied_niveau, klasse_niveau, klasse_sleutel FROM {levels}, "
        "(VALUES ('klasse', 'E33'), ('klasse', 'A20'), ('thema', 'thema: Woonoverlast')) k(klasse_niveau, klasse_sleutel)"
    )
    made.execute(
        f"CREATE TABLE profile AS SELECT niveau AS gebied_niveau, kenmerk FROM {levels}, "
        "(VALUES ('huisverboden'), ('inwoners')) k(kenmerk)"
    )
    made.execute("CREATE TABLE supplied AS SELECT gebied_niveau AS niveau, kenmerk AS indicator FROM profile")
    made.execute(f"CREATE TABLE plain AS FROM {levels}")
    return made


def rows(engine: duckdb.DuckDBPyConnection, source: str) -> set[tuple[str, ...]]:
    return set(engine.execute(f"FROM {source}").fetchall())


def test_themes_and_sensitive_classes_stay_out(engine: duckdb.DuckDBPyConnection) -> None:
    found = rows(engine, GeneralRelease().source(FIGURES))
    assert found == {(level, "klasse", "A20") for level in ("buurt", "wijk", "gemeente", "regio")} | {
        (level, "klasse", "E33") for level in ("gemeente", "regio")
    }


def test_indicators_of_a_sensitive_theme_keep_to_its_level_and_pilots(engine: duckdb.DuckDBPyConnection) -> None:
    everywhere = {(level, "inwoners") for level in ("buurt", "wijk", "gemeente", "regio")}
    for model in (PROFILE, SUPPLIED):
        assert rows(engine, GeneralRelease([theme("gemeente")]).source(model)) == everywhere | {
            (level, "huisverboden") for level in ("gemeente", "regio")
        }
        # Of a theme for pilots only, the indicators are in its own file.
        assert rows(engine, GeneralRelease([theme("buurt", "GM0153")]).source(model)) == everywhere


def test_a_table_without_classes_is_whole(engine: duckdb.DuckDBPyConnection) -> None:
    assert GeneralRelease([theme("gemeente")]).source(PLAIN) == '(SELECT * FROM "plain")'
