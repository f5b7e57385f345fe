"""The theme files: what a registration belongs to, what a user may add, and what is said of a wrong file."""

from pathlib import Path

import pytest

from ivz_assets.dashboard.themes.catalogue import Theme, WrongTheme, themes
from ivz_assets.settings import Settings

OWN = """
naam = "Fietsen"
omschrijving = "Diefstal van fietsen"
klassen = ["A72"]
laagste_niveau = "wijk"
eigenaar = "werkgroep fietsen"
mag_zien = ["analist"]
gevoelig = false
"""


def _settings(tmp_path: Path, **files: str) -> Settings:
    settings = Settings(data_dir=tmp_path)
    settings.themes_folder.mkdir(parents=True)
    for name, text in files.items():
        (settings.themes_folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return settings


def _by_name(settings: Settings) -> dict[str, Theme]:
    return {theme.naam: theme for theme in themes(settings)}


def test_the_five_themes_of_the_plan_of_action(tmp_path: Path) -> None:
    assert list(_by_name(Settings(data_dir=tmp_path))) == [
        "Cybercrime", "Hennep/drugs", "Huiselijk geweld", "Jeugdoverlast en -criminaliteit", "Woonoverlast",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("naam", "klasse", "projectcode", "subcategorie", "covered"),
    [
        # Domestic violence is known by its project code, not by the category of that name (S0, Bijlage 1A).
        ("Huiselijk geweld", "F550", "HG", "Mishandeling", True),
        ("Huiselijk geweld", "F550", "", "Mishandeling", False),
        ("Huiselijk geweld", "E12", "", "Burengerucht", False),
        ("Huiselijk geweld", "E321", None, "Burengerucht", False),
        ("Huiselijk geweld", "F95", "", "Burengerucht", True),
        ("Woonoverlast", "E33", "", "Verward persoon", True),
        ("Woonoverlast", "E13", "WOA", "Burengerucht", True),
        ("Woonoverlast", "M061", "", "Horeca", False),
        ("Hennep/drugs", "F45", "", "Drugshandel", True),
        ("Hennep/drugs", "E38", "", "Drugs- en drankoverlast", False),
        ("Jeugdoverlast en -criminaliteit", "E35", "", "Jeugdoverlast", True),
        ("Jeugdoverlast en -criminaliteit", "A50", "jeugd ", "Winkeldiefstal", True),
        ("Cybercrime", "F600", "CYBER", "Fraude", True),
        ("Cybercrime", "F600", "", "Fraude", False),
    ],
)
def test_what_a_registration_belongs_to(
    tmp_path: Path, naam: str, klasse: str, projectcode: str | None, subcategorie: str, covered: bool
) -> None:
    assert _by_name(Settings(data_dir=tmp_path))[naam].covers(klasse, projectcode, subcategorie) is covered


def test_sensitive_themes_stay_at_the_municipality(tmp_path: Path) -> None:
    found = _by_name(Settings(data_dir=tmp_path))
    assert found["Huiselijk geweld"].niveaus == found["Woonoverlast"].niveaus == ("gemeente", "basisteam", "regio")
    assert found["Woonoverlast"].proefgemeenten == ("GM0168",)
    assert found["Woonoverlast"].shown_in("GM0168")
    assert not found["Woonoverlast"].shown_in("GM0141")
    assert not found["Woonoverlast"].shown_in(None)
    assert found["Huiselijk geweld"].shown_in(None)


def test_a_new_theme_is_a_new_file(tmp_path: Path) -> None:
    own = _by_name(_settings(tmp_path, fietsen=OWN))["Fietsen"]
    assert own.sleutel == "thema: Fietsen"
    assert own.bestandsnaam == "fietsen"
    assert own.covers("A72", None, None)


def test_an_own_file_replaces_the_theme_of_that_name(tmp_path: Path) -> None:
    found = themes(_settings(tmp_path, eigen=OWN.replace('"Fietsen"', '"cybercrime"')))
    assert len(found) == 5
    assert next(theme for theme in found if theme.naam == "cybercrime").klassen == ("A72",)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('["A72"]', '["A72", "A999"]', "klassen: 'A999' is no class of maatschappelijke_klassen.csv; correct or remove it"),
        ('klassen = ["A72"]', 'subcategorieen = ["Fietsen"]', "subcategorieen: 'Fietsen' is no subcategory"),
        ('"wijk"', '"straat"', "laagste_niveau: Input should be 'buurt', 'wijk', 'gemeente', 'basisteam' or 'regio'"),
        ("gevoelig = false", "", "gevoelig: is missing; add it"),
        ("gevoelig = false", "gevoelig = false\nkleur = 1", "kleur: is not a key of a theme; remove it"),
        ("gevoelig = false", 'gevoelig = false\nindicatoren = ["halt"]', "indicatoren: 'halt' is no indicator of indicator_"),
        (
            "gevoelig = false",
            'gevoelig = false\nkerncijfers = ["huisverboden"]',
            "kerncijfers: 'huisverboden' is no indicator of",
        ),
        ("gevoelig = false", 'gevoelig = false\nproefgemeenten = ["GM9999"]', "proefgemeenten[1]: 'GM9999' is no municipality"),
        ("werkgroep fietsen", "a.b@voorbeeld.example", "eigenaar: 'a.b@voorbeeld.example' is an e-mail address; name a role"),
        ('["A72"]', "[]", "it counts nothing; name at least one of klassen"),
        ('["A72"]', '["A72", "A72"]', "klassen: 'A72' occurs twice; remove one"),
        ('["analist"]', "[]", "mag_zien:"),
        ("naam =", "naam ", "this is not TOML in UTF-8"),
    ],
)
def test_a_wrong_file_is_told_with_file_key_value_and_remedy(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(WrongTheme) as wrong:
        themes(_settings(tmp_path, fietsen=OWN.replace(old, new)))
    assert said in str(wrong.value)
    assert "fietsen.toml" in str(wrong.value)


def test_two_own_files_with_one_name(tmp_path: Path) -> None:
    with pytest.raises(WrongTheme, match=r"twee\.toml: naam: 'Fietsen' is the name in .*een\.toml as well"):
        themes(_settings(tmp_path, een=OWN, twee=OWN))


def test_two_themes_that_would_share_a_file(tmp_path: Path) -> None:
    with pytest.raises(WrongTheme, match="gives the same file name 'fietsen'"):
        themes(_settings(tmp_path, een=OWN, twee=OWN.replace('"Fietsen"', '"(Fietsen)"')))
