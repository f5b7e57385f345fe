"""Columns and values about persons and addresses are recognised, and those that only resemble them are not."""

from __future__ import annotations

import pytest

from ivz_assets.enrichment.catalogue import catalogue, supplier_fields
from ivz_assets.enrichment.layout import columns
from ivz_assets.enrichment.people import forbidden_column, is_bsn, is_persons_email, personal_value


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Naam", "persoon"), ("naam cliënt", "persoon"), ("Voornaam", "persoon"), ("achter_naam", "persoon"), ("BSN", "persoon"),
        ("bsn-nummer", "persoon"), ("Burgerservicenummer", "persoon"), ("Geboortedatum", "persoon"), ("geb. datum", "persoon"),
        ("E-mail", "persoon"), ("emailadres", "persoon"), ("Telefoonnummer", "persoon"), ("Mobiel", "persoon"),
        ("Kenteken", "persoon"), ("IBAN", "persoon"), ("Dossiernummer", "persoon"), ("zaak-id", "persoon"),
        ("BVH nummer", "persoon"), ("Client ID", "persoon"), ("Adres", "adres"), ("woonadres", "adres"), ("Straat", "adres"),
        ("straatnaam", "adres"), ("Huisnr.", "adres"), ("huisnummertoevoeging", "adres"), ("Postcode", "adres"), ("PC6", "adres"),
        ("X-coördinaat", "adres"), ("y", "adres"), ("RD X", "adres"), ("Latitude", "adres"), ("BAG-id", "adres"),
    ],
)  # fmt: skip
def test_forbidden_columns(name: str, kind: str) -> None:
    found = forbidden_column(name)
    assert found is not None
    assert found[1] == kind


@pytest.mark.parametrize(
    "name",
    ["Buurt", "Buurtnaam", "wijknaam", "Gemeente", "Straatroof", "Postcode 4", "pc4", "Postcode (4 cijfers)", "Jaar", "Totaal",
     "Hennep per jaar", "Adressendichtheid", "Aantal personen", "Gemiddelde WOZ"],
)  # fmt: skip
def test_allowed_columns(name: str) -> None:
    assert forbidden_column(name) is None


def test_no_column_of_the_template_is_forbidden() -> None:
    names = [*columns(), *(one.naam for one in catalogue().values()), *(one.label for one in supplier_fields().values())]
    assert [name for name in names if forbidden_column(name)] == []


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("111222333", "een burgerservicenummer"), ("bsn 1112.22.333 van", "een burgerservicenummer"),
        (111222333.0, "een burgerservicenummer"), (123456782, "een burgerservicenummer"),
        ("a.jansen@voorbeeld.example", "een e-mailadres"), ("06-12345678", "een telefoonnummer"),
        ("06 12 34 56 78", "een telefoonnummer"), ("+31 6 12345678", "een telefoonnummer"), ("053-4815600", "een telefoonnummer"),
        ("7555VV", "een postcode van zes tekens"), ("Dorpsstraat, 7555 VV Hengelo", "een postcode van zes tekens"),
        ("7555vv", "een postcode van zes tekens"), ("NL91ABNA0417164300", "een rekeningnummer"),
    ],
)  # fmt: skip
def test_personal_values(cell: str | float, reason: str) -> None:
    assert personal_value(cell) == reason


@pytest.mark.parametrize(
    "cell",
    ["BU01530101", "WK015301", "7555", "2024 en 2025", "5000 of meer", "2025-01-01", "01-01-2025", "1.234.567,5", "0,123456789",
     "0.123456789", "111222334", 111222334.0, 1112223.0, 0.5, True, "", "50_tot_200_planten", "2025-K3", "1000 m2",
     "Kamer 12, tel. centrale"],
)  # fmt: skip
def test_harmless_values(cell: str | float | bool) -> None:
    assert personal_value(cell) is None


def test_the_test_of_a_citizen_service_number() -> None:
    # 9*1+8*1+7*1+6*2+5*2+4*2+3*3+2*3-3 = 66 = 6 x 11
    assert is_bsn("111222333")
    assert not is_bsn("111222334")
    assert not is_bsn("000000000")


def test_a_teams_address_and_a_persons() -> None:
    persons = ["a.jansen", "J.P.de.vries", "voornaam.achternaam", "jan_jansen", "jansen-j", "j.van.wijk"]
    teams = ["cijfers", "o&s", "sociaal.domein", "team-data", "zorgloket.noord", "info.wmo"]
    assert [is_persons_email(f"{name}@voorbeeld.example") for name in persons] == [True] * len(persons)
    assert [is_persons_email(f"{name}@voorbeeld.example") for name in teams] == [False] * len(teams)
