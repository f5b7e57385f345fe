"""The lists hold what the agreements ask for, and a wrong list is refused with its line."""

from __future__ import annotations

import string
from pathlib import Path

import pytest

from ivz_assets.enrichment import catalogue as lists
from ivz_assets.enrichment.catalogue import breakdowns, catalogue, choices, read_breakdowns, read_catalogue, rules
from ivz_assets.neighbourhoods.reference.user_lists import WrongList

HEADER = (
    "indicator,naam,thema,omschrijving,eenheid,noemer,periode_soort,laagste_niveau,uitsplitsing,met_marge,minimum,maximum,"
    "verwacht_van,kleinste_aantal,deel_van\n"
)
GOOD = "honden,Honden,sociale cohesie,Honden,aantal,geen,jaar,buurt,,false,0,10,gemeente\n"


COUNTED = "honden,Honden,sociale cohesie,Honden,aantal,geen,jaar,buurt,,false,0,10,gemeente,{},{}\n"


def test_what_the_documents_ask_for_is_there() -> None:
    asked = {
        "inwoners_naar_leeftijd", "gezinnen_met_kinderen", "alleenwonenden", "gemiddelde_woz_waarde",
        "gemiddelde_woonoppervlakte",
        "huisverboden", "jeugdhulp", "wmo_voorzieningen", "schuldhulpverlening", "bijstandsgerechtigden",
        "langdurig_bijstandsgerechtigden", "uitkeringsfraude", "bedrijfsvestigingen", "zelfstandigen_zonder_personeel",
        "buurt_whatsappgroepen", "overlastmeldingen_corporatie", "buurtbemiddeling_aanmeldingen", "halt_verwijzingen",
        "basta_inzet", "jongerenwerk_meldingen", "veilig_thuis_meldingen", "goed_ervaren_gezondheid", "onveiligheidsgevoel",
        "hennepkwekerijen", "hennepkwekerijen_omvang", "hennepkwekerijen_pand", "hennepkwekerijen_eigendom",
        "hennepkwekerijen_aanleiding", "hondenbezitters", "preventieadviezen", "maatregelen",
    }  # fmt: skip
    assert asked <= catalogue().keys()
    assert {one.thema for one in catalogue().values()} == set(lists.THEMAS)


def test_samples_have_margins_and_measures_have_durations() -> None:
    assert catalogue()["onveiligheidsgevoel"].met_marge
    assert catalogue()["onveiligheidsgevoel"].laagste_niveau == "gemeente"
    assert catalogue()["maatregelen"].periode_soort == "looptijd"
    assert choices(catalogue()["hennepkwekerijen_pand"])[:3] == ("woning", "bedrijfspand", "schuur")
    assert choices(catalogue()["jeugdhulp"]) == ()


def test_counts_of_people_and_premises_have_a_smallest_number_and_others_have_none() -> None:
    without = {one.indicator for one in catalogue().values() if one.kleinste_aantal is None and one.eenheid == "aantal"}
    assert without == {"bedrijfsvestigingen", "buurt_whatsappgroepen", "maatregelen"}
    parts = {one.indicator for one in catalogue().values() if one.deel_van == "hennepkwekerijen"}
    assert parts == {f"hennepkwekerijen_{name}" for name in ("omvang", "pand", "eigendom", "aanleiding")}


def test_every_breakdown_is_used() -> None:
    assert set(breakdowns()) == {one.uitsplitsing for one in catalogue().values()} - {""}


def test_every_rule_has_texts_that_can_be_filled() -> None:
    for rule in rules().values():
        names = [name for text in (rule.tekst, rule.wat_te_doen) for _, name, _, _ in string.Formatter().parse(text)]
        assert all(name is None or name.isidentifier() for name in names), rule.regel


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (GOOD.replace("sociale cohesie", "honden"), "line 2: thema 'honden'"),
        (GOOD.replace(",,false", ",kleur,false"), "line 2: uitsplitsing 'kleur' has no values"),
        (GOOD.replace("0,10", "10,10"), "line 2: minimum 10 is not below maximum 10"),
        (GOOD.replace("0,10", "0,100000000"), "nine digits"),
        (GOOD.replace("aantal", "procent").replace("0,10", "0,101"), "above 100 percent"),
        (COUNTED.format("1", ""), "line 2: kleinste_aantal '1'"),
        (COUNTED.format("5", "").replace("aantal", "procent"), "line 2: kleinste_aantal is for a count"),
        (COUNTED.format("", "katten"), "line 2: deel_van 'katten' is for a breakdown"),
        (GOOD + GOOD, "line 3: indicator 'honden' is also on line 2"),
    ],
)
def test_wrong_lists_are_refused(tmp_path: Path, row: str, said: str) -> None:
    path = tmp_path / "lijst.csv"
    path.write_text(HEADER + row, encoding="utf-8")
    with pytest.raises(WrongList, match=said):
        read_catalogue(path, {})


def test_a_good_list_is_read(tmp_path: Path) -> None:
    path = tmp_path / "lijst.csv"
    path.write_text(HEADER + GOOD, encoding="utf-8")
    honden = read_catalogue(path, {})["honden"]
    assert (honden.eenheid, honden.met_marge, honden.minimum, honden.maximum) == ("aantal", False, 0.0, 10.0)


def test_a_breakdown_value_occurs_once(tmp_path: Path) -> None:
    path = tmp_path / "lijst.csv"
    path.write_text("uitsplitsing,waarde,omschrijving\nkleur,rood,Rood\nkleur,rood,Rood\n", encoding="utf-8")
    with pytest.raises(WrongList, match="line 3: kleur 'rood' occurs twice"):
        read_breakdowns(path)
