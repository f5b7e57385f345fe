"""Workbooks in a supplier's own shape, read through a mapping; and mapping files that are wrong."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ivz_assets.enrichment.catalogue import FOLDER
from ivz_assets.enrichment.mapping import MappingFile, WrongMapping, mapping_for, read_mapping, read_mappings
from ivz_assets.enrichment.workbook import Parsed, read_workbook

from .supplier_files import AREAS, TODAY, found

TERMS = """
[leverancier]
leverancier = "Gemeente Enschede"
eigenaar = "Gemeente Enschede"
grondslag = "Convenant"
doel = "Veiligheidsbeeld"
geldig_van = 2024-01-01
geldig_tot = 2025-12-31
contact = "cijfers@voorbeeld.example"
bewaartermijn_maanden = 60

[waarden]
decimaalteken = ","
onbekend = ["x"]
"""
WIDE = (
    """
vorm = "breed"
bestanden = ["Enschede_*.xlsx"]
gemeente = "GM0153"
kolommen_overslaan = ["Totaal*"]

[bladen]
patroon = 'Jaar (?P<jaar>20\\d\\d)'
kopregel = 3
overslaan = ["Toelichting"]

[gebied]
kolom = "Buurt"
soort = "naam"
niveau = "buurt"
overslaan = ["Totaal*", "Bron*"]

[periode]
waarde = "{jaar}"

[[kolommen]]
kolom = "Jeugdhulp (jongeren)"
indicator = "jeugdhulp"
eenheid = "aantal"
noemer = "inwoners"

[[kolommen]]
kolom = "Bijstand per 1 januari"
indicator = "bijstandsgerechtigden"
eenheid = "aantal"
noemer = "inwoners"
periode = "{jaar}-01-01"
"""
    + TERMS
)
LONG = (
    """
vorm = "lang"
bestanden = ["woz*.csv"]

[kolomnamen]
Buurtcode = "gebied_code"
Jaar = "periode"
WOZ = "waarde"

[[indicatoren]]
indicator = "gemiddelde_woz_waarde"
eenheid = "duizend euro"
noemer = "geen"
"""
    + TERMS
)
HEAD = ["Buurt", "Jeugdhulp (jongeren)", "Bijstand per 1 januari", "Totaal"]


def mapping(folder: Path, text: str) -> MappingFile:
    """The mapping of this text."""
    path = folder / "afspraak.toml"
    path.write_text(text, encoding="utf-8")
    return read_mapping(path)


def sheet(*rows: list[Any]) -> list[list[Any]]:
    """A sheet with a title, an empty row and the header."""
    return [["Sociaal domein"], [], HEAD, *rows]


def read(tmp_path: Path, sheets: dict[str, list[list[Any]]], text: str = WIDE) -> Parsed:
    """What is read of these sheets through the mapping."""
    return read_workbook(sheets, "enschede_2025.xlsx", AREAS, TODAY, mapping(tmp_path, text).mapping)


def test_years_as_sheets_and_names_for_codes(tmp_path: Path) -> None:
    parsed = read(
        tmp_path,
        {
            "Jaar 2024": sheet(["De Laares", 10.0, 21.0, 31.0]),
            "Jaar 2025": sheet(
                ["de laares", 12.0, "x", 12.0], ["City", "1.234", "", 0.0], [], ["Totaal Enschede", 1246.0, 0.0, 0.0]
            ),
            "Toelichting": [["De cijfers zijn van de gemeente."]],
        },
    )
    figures = [
        (one.blad, f"{one.kolom}{one.rij}", one.gebied_code, one.periode, one.indicator, one.waarde) for one in parsed.figures
    ]
    assert figures == [
        ("Jaar 2024", "B4", "BU01530103", "2024", "jeugdhulp", 10.0),
        ("Jaar 2024", "C4", "BU01530103", "2024-01-01", "bijstandsgerechtigden", 21.0),
        ("Jaar 2025", "B4", "BU01530103", "2025", "jeugdhulp", 12.0),
        ("Jaar 2025", "C4", "BU01530103", "2025-01-01", "bijstandsgerechtigden", None),
        ("Jaar 2025", "B5", "BU01530101", "2025", "jeugdhulp", 1234.0),
    ]
    assert found(parsed) == [("Jaar 2025", "C5", "lege_cellen")]
    assert (parsed.aangeleverd, parsed.lege_rijen, parsed.overgeslagen_rijen, parsed.refused) == (5, 1, 1, False)
    assert parsed.leverancier is not None
    assert parsed.leverancier.leverancier == "Gemeente Enschede"


def test_problems_are_at_their_true_cells(tmp_path: Path) -> None:
    parsed = read(
        tmp_path,
        {"Jaar 2025": sheet(["De Lares", 12.0, 3.0], ["Buitengebied", 1.0, ""], ["City", "n.n.b.", 2.5], ["", 4.0, ""],
                            ["Velve en Lindenhof", 5.0, 6.0], ["Velve & Lindenhof", 7.0, ""])},
    )  # fmt: skip
    assert found(parsed) == [
        ("Jaar 2025", "A4", "naam_onbekend"),
        ("Jaar 2025", "A5", "naam_meerduidig"),
        ("Jaar 2025", "C5", "lege_cellen"),
        ("Jaar 2025", "B6", "waarde_geen_getal"),
        ("Jaar 2025", "C6", "geen_geheel_getal"),
        ("Jaar 2025", "A7", "naam_ontbreekt"),
        ("Jaar 2025", "B8", "dubbel"),
        ("Jaar 2025", "B9", "dubbel"),
    ]
    assert "Bedoelt u De Laares (BU01530103)?" in parsed.problems[0].tekst
    assert "Buitengebied (BU01530301) en Buitengebied (BU01530302)" in parsed.problems[1].tekst
    assert "3 lege cellen" in parsed.problems[2].tekst
    assert [(one.rij, one.kolom) for one in parsed.figures] == [(8, "C")]
    assert [(one.rij, one.kolom, one.regels) for one in parsed.rejected[:2]] == [
        (4, "B", ("naam_onbekend",)),
        (4, "C", ("naam_onbekend",)),
    ]
    assert parsed.aangeleverd == len(parsed.figures) + len(parsed.rejected) == 9


@pytest.mark.parametrize(
    ("sheets", "expected"),
    [
        ({"Blad1": sheet(["City", 1.0, 2.0])}, [("", "", "blad_ontbreekt"), ("Blad1", "", "blad_onbekend")]),
        ({"Jaar 2025": [[], [], HEAD[:2], ["City", 1.0]]}, [("Jaar 2025", "", "kolom_ontbreekt")]),
        ({"Jaar 2025": [[], [], [*HEAD, "Wmo"], ["City", 1.0, 2.0]]}, [("Jaar 2025", "E3", "kolom_onbekend")]),
        ({"Jaar 2025": [[], [], [*HEAD, "Straat"], ["City", 1.0, 2.0]]}, [("Jaar 2025", "E3", "kolom_adres")]),
        ({"Jaar 2025": [[], [], [*HEAD, "Totaal BSN"], ["City", 1.0, 2.0]]}, [("Jaar 2025", "E3", "kolom_persoon")]),
        (
            {"Jaar 2025": sheet(["City", 1.0, 2.0]), "Toelichting": [["bel 06-12345678"]]},
            [("Toelichting", "A1", "waarde_persoon")],
        ),
        ({"Jaar 2025": sheet(["Totaal", 1.0, 2.0])}, [("", "", "geen_cijfers")]),
    ],
)
def test_wide_workbooks_that_are_refused(
    tmp_path: Path, sheets: dict[str, list[list[Any]]], expected: list[tuple[str, str, str]]
) -> None:
    parsed = read(tmp_path, sheets)
    assert found(parsed) == expected
    assert parsed.refused


def test_a_large_total_is_no_citizen_service_number(tmp_path: Path) -> None:
    assert read(tmp_path, {"Jaar 2025": sheet(["City", 1.0, 2.0, 111222333.0])}).problems == ()


def test_a_period_column_and_codes(tmp_path: Path) -> None:
    text = WIDE.replace('waarde = "{jaar}"', 'kolom = "Peiljaar"').replace('soort = "naam"', 'soort = "code"')
    text = text.replace("{jaar}-01-01", "{kolom}-01-01").replace("kopregel = 3", "kopregel = 1")
    head = ["Buurt", "Peiljaar", *HEAD[1:]]
    parsed = read(tmp_path, {"Jaar 2025": [head, [1530101.0, 2024.0, 5.0, 6.0], ["BU01530103", "ooit", 7.0, ""]]}, text)
    assert [(one.gebied_code, one.periode, one.waarde) for one in parsed.figures] == [
        ("BU01530101", "2024", 5.0),
        ("BU01530101", "2024-01-01", 6.0),
    ]
    assert found(parsed) == [
        ("Jaar 2025", "A2", "gebied_hersteld"),
        ("Jaar 2025", "B3", "periode_onleesbaar"),
        ("Jaar 2025", "D3", "lege_cellen"),
    ]


def test_a_period_in_a_columns_own_agreement_is_checked(tmp_path: Path) -> None:
    parsed = read(
        tmp_path, {"Jaar 2025": sheet(["City", 1.0, 2.0])}, WIDE.replace('periode = "{jaar}-01-01"', 'periode = "{jaar}"')
    )
    assert found(parsed) == [("Jaar 2025", "C3", "periode_andere_soort")]
    assert len(parsed.figures) == len(parsed.rejected) == 1


def test_a_text_file_through_a_mapping(tmp_path: Path) -> None:
    cells = [
        ["Buurtcode", "Jaar", "indicator", "WOZ"],
        ["BU01530101", "2025", "gemiddelde_woz_waarde", "1.234"],
        ["BU01530103", "2025", "gemiddelde_woz_waarde", "312,5"],
        ["BU01530103", "2025", "jeugdhulp", "x"],
    ]
    parsed = read(tmp_path, {"csv": cells}, LONG)
    assert [(one.gebied_code, one.rij, one.kolom, one.waarde) for one in parsed.figures] == [
        ("BU01530101", 2, "D", 1234.0),
        ("BU01530103", 3, "D", 312.5),
    ]
    assert found(parsed) == [("csv", "C4", "indicator_niet_bevestigd")]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (('indicator = "jeugdhulp"', 'indicator = "jeugdhulpp"'), "kolommen[1]: indicator 'jeugdhulpp' is not in the catalogue; "
         "choose one of 'jeugdhulp'"),
        (('eenheid = "aantal"', 'eenheid = "procent"'), "eenheid 'procent' of jeugdhulp is 'aantal' in the catalogue"),
        (('gemeente = "GM0153"', ""), "gemeente: is missing; add it"),
        (('gemeente = "GM0153"', 'gemeente = "Enschede"'), "gemeente: "),
        (("kopregel = 3", "kopregel = 0"), "bladen.kopregel: "),
        (("kopregel = 3", "koprij = 3"), "bladen.koprij: is not a key of a mapping"),
        (("(?P<jaar>20", "(?P<jaar20"), "is not a regular expression"),
        (('waarde = "{jaar}"', 'waarde = "{maand}"'), "{maand} is no named group of bladen.patroon; it has jaar"),
        (('waarde = "{jaar}"', 'waarde = "{jaar}"\nkolom = "Jaar"'), "periode: give either kolom or waarde"),
        (('kolom = "Bijstand per 1 januari"', 'kolom = "Jeugdhulp (jongeren)"'), "occurs twice"),
        (('kolom = "Bijstand', 'uitsplitsing = "woning"\nkolom = "Bijstand'), "uitsplitsing 'woning' does not fit"),
        (('doel = "Veiligheidsbeeld"\n', ""), "leverancier.doel is missing; add it"),
        (('doel = "Veiligheidsbeeld"', 'doell = "Veiligheidsbeeld"'), "leverancier.doell is not known"),
        (("geldig_tot = 2025", "geldig_tot = 2023"), "geldig_tot comes before geldig_van"),
        (('contact = "cijfers@', 'contact = "a.jansen@'), "leverancier.contact does not fit"),
        (('decimaalteken = ","', 'decimaalteken = ";"'), "waarden.decimaalteken: "),
        (('vorm = "breed"', ""), 'vorm is missing; add vorm = "breed"'),
        (('vorm = "breed"', 'vorm = "hoog"'), 'vorm is wrong; it is "breed" or "lang"'),
        (("[waarden]", "[waarden"), "this is not TOML in UTF-8"),
    ],
)  # fmt: skip
def test_wrong_mapping_files(tmp_path: Path, change: tuple[str, str], said: str) -> None:
    assert change[0] in WIDE
    with pytest.raises(WrongMapping) as error:
        mapping(tmp_path, WIDE.replace(*change, 1))
    assert said in str(error.value)
    assert "afspraak.toml: " in str(error.value)


def test_samples_and_measures_do_not_fit_in_one_column(tmp_path: Path) -> None:
    text = WIDE.replace('indicator = "jeugdhulp"\neenheid = "aantal"\nnoemer = "inwoners"',
                        'indicator = "onveiligheidsgevoel"\neenheid = "procent"\nnoemer = "geen"')  # fmt: skip
    with pytest.raises(WrongMapping, match="onveiligheidsgevoel needs limits or dates"):
        mapping(tmp_path, text)


def test_wrong_column_names_of_a_text_file(tmp_path: Path) -> None:
    with pytest.raises(WrongMapping, match="'gebied' is no column of the template"):
        mapping(tmp_path, LONG.replace('"gebied_code"', '"gebied"'))


def test_every_mistake_of_a_mapping_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(WrongMapping) as error:
        mapping(
            tmp_path, WIDE.replace("kopregel = 3", 'kopregel = "drie"').replace('indicator = "jeugdhulp"', 'indicator = "jeugd"')
        )
    assert len(str(error.value).splitlines()) == 2


def test_the_mapping_of_a_file_is_found_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(WIDE, encoding="utf-8")
    (tmp_path / "b.toml").write_text(LONG, encoding="utf-8")
    mappings = read_mappings(tmp_path)
    first = mapping_for("enschede_2025.xlsx", mappings)
    assert first is not None
    assert first.path.name == "a.toml"
    assert first.mapping.supplier.geldig_van == date(2024, 1, 1)
    assert mapping_for("cijfers.xlsx", mappings) is None
    (tmp_path / "c.toml").write_text(WIDE, encoding="utf-8")
    with pytest.raises(WrongMapping, match=r"a\.toml and .*c\.toml"):
        mapping_for("Enschede_2025.xlsx", read_mappings(tmp_path))
    assert read_mappings(tmp_path / "leeg") == []


def test_the_examples_are_correct() -> None:
    wide, long = (read_mapping(FOLDER / f"voorbeeld_{shape}.toml").mapping for shape in ("breed", "lang"))
    assert (wide.vorm, long.vorm) == ("breed", "lang")
