"""Columns of CBS tables and what they hold: resolved by stem and unit, values typed, the last filled year speaks."""

from __future__ import annotations

import re
from typing import Any

import pytest

from ivz_assets.neighbourhoods import kwb
from ivz_assets.neighbourhoods.cbs.fetch import YearTable
from ivz_assets.neighbourhoods.cbs.service import Column
from ivz_assets.neighbourhoods.reference import kwb_stems
from ivz_assets_tests.neighbourhoods.building import column, year_table


def found(*columns: Column) -> dict[str, str]:
    """Key of the column per indicator that was found."""
    return {name: taken.key for name, taken in kwb.resolve(columns).columns.items()}


# Resolving


@pytest.mark.parametrize(
    "key", ["AantalInwoners_5", "AantalInwoners_105", "aantalinwoners_6", "AANTALINWONERS", " AantalInwoners_5 "]
)
def test_a_column_is_found_by_its_stem_in_any_case_and_with_any_number(key: str) -> None:
    assert found(column(key)) == {"inwoners": key}


def test_a_stem_that_only_begins_alike_is_another() -> None:
    assert found(column("AantalInwonersPerWijk_5"), column("k_0Tot15Jaar_8")) == {"inwoners_0_tot_15": "k_0Tot15Jaar_8"}


@pytest.mark.parametrize(
    ("indicator", "old", "new", "unit"),
    [
        ("woz_waarde", "GemiddeldeWoningwaarde_35", "GemiddeldeWOZWaardeVanWoningen_39", "x 1 000 euro"),
        ("uitkeringen_bijstand", "PersonenMetEenWWBUitkeringTotaal_80", "PersonenPerSoortUitkeringBijstand_83", "aantal"),
    ],
)
def test_a_renamed_stem_is_found_under_both_names_and_the_new_one_goes_first(
    indicator: str, old: str, new: str, unit: str
) -> None:
    assert found(column(old, unit)) == {indicator: old}
    assert found(column(new, unit)) == {indicator: new}
    assert found(column(old, unit), column(new, unit)) == {indicator: new}


def test_a_repeated_stem_is_told_apart_by_its_unit() -> None:
    percent, number = column("Koopwoningen_40", "%"), column("Koopwoningen_57", "kWh")
    assert found(number, percent) == found(percent, number) == {"koopwoningen": "Koopwoningen_40"}


def test_the_unit_is_compared_without_case_and_spacing() -> None:
    assert found(column("GemiddeldeWoningwaarde_35", " X 1  000 Euro ")) == {"woz_waarde": "GemiddeldeWoningwaarde_35"}


def test_a_column_of_another_unit_is_not_taken() -> None:
    assert found(column("GemiddeldeWoningwaarde_35", "euro"), column("AantalInwoners_5", "x 1 000")) == {}


def test_two_columns_that_cannot_be_told_apart_are_not_guessed_between() -> None:
    assert found(column("Mannen_6"), column("Mannen_60"), column("Vrouwen_7")) == {"vrouwen": "Vrouwen_7"}


def test_what_no_column_holds_is_reported_and_nothing_is_lost() -> None:
    resolved = kwb.resolve([column("AantalInwoners_5")])
    assert resolved.missing == (*(name for name in kwb.NAMES if name != "inwoners"), "indelingswijziging")
    columns = [column(f"{row['stam']}_{place}", row["eenheid_cbs"]) for place, row in enumerate(kwb_stems())]
    everything = kwb.resolve([*columns, column("IndelingswijzigingWijkenEnBuurten_4", "")])
    assert set(everything.columns) == set(kwb.NAMES)
    assert everything.missing == ()
    # Without the yearly change every conversion is less certain: that is told like an indicator.
    assert kwb.resolve(columns).missing == ("indelingswijziging",)


# Values


def rows_of(table: YearTable) -> list[dict[str, Any]]:
    """The areas with what is filled in."""
    made = kwb.values(table, kwb.resolve(table.columns))
    assert made.schema == kwb.VALUES
    return [{name: value for name, value in row.items() if value is not None} for row in made.to_pylist()]


def test_codes_names_and_figures_come_without_padding_and_the_country_is_left_out() -> None:
    rows: dict[str, dict[str, Any]] = {
        "NL00": {"AantalInwoners_5": 17_000_000},
        "GM0153": {"AantalInwoners_5": 159640, "Mannen_6": 80000.0},
        "WK015301": {"AantalInwoners_5": " 1600 ", "Mannen_6": "800.5"},
        "BU01530101": {"AantalInwoners_5": 0, "Mannen_6": None},
    }
    table = year_table(
        2020, [column("AantalInwoners_5"), column("Mannen_6")], rows, {"GM0153": "Enschede", "WK015301": "Wijk 01"}
    )
    assert rows_of(table) == [
        {
            "jaar": 2020,
            "gebied_code": "GM0153",
            "niveau": "gemeente",
            "naam": "Enschede",
            "inwoners": 159640.0,
            "mannen": 80000.0,
        },
        {"jaar": 2020, "gebied_code": "WK015301", "niveau": "wijk", "naam": "Wijk 01", "inwoners": 1600.0, "mannen": 800.5},
        # None is none; nought is nought.
        {"jaar": 2020, "gebied_code": "BU01530101", "niveau": "buurt", "naam": "BU01530101", "inwoners": 0.0},
    ]


@pytest.mark.parametrize("nothing", [None, ".", "         .", "", "   "])
def test_what_cbs_leaves_open_is_null(nothing: str | None) -> None:
    table = year_table(2020, [column("AantalInwoners_5")], {"BU01530101": {"AantalInwoners_5": nothing}})
    assert "inwoners" not in rows_of(table)[0]


def test_a_value_that_is_no_number_names_table_area_column_and_value() -> None:
    table = year_table(2020, [column("Mannen_6")], {"BU01530101": {"Mannen_6": "12,5"}})
    with pytest.raises(ValueError, match=re.escape("CBS table 2020NED (2020), BU01530101, column Mannen_6: '12,5' is no number")):
        rows_of(table)


@pytest.mark.parametrize(
    "key",
    ["IndelingswijzigingWijkenEnBuurten_4", "IndelingswijzigingGemeenteWijkBuurt_4", "indelingswijzigingwijkenenbuurten_122"],
)
@pytest.mark.parametrize(("told", "change"), [("1", 1), ("2  ", 2), (3, 3), (".", None), (None, None), ("9", None)])
def test_the_yearly_change_under_both_its_names(key: str, told: Any, change: int | None) -> None:
    table = year_table(2020, [column(key, "")], {"BU01530101": {key: told}})
    assert rows_of(table)[0].get("indelingswijziging") == change


# Sources


def spoken(*tables: YearTable, level: str = "buurt") -> dict[tuple[int, str], tuple[int, str, str]]:
    """Per year and indicator the year, table and column of its value on a level."""
    resolved = [(table, kwb.resolve(table.columns)) for table in tables]
    rows = kwb.sources([(table, columns, kwb.values(table, columns)) for table, columns in resolved])
    assert all(set(row) == set(kwb.SOURCES.names) for row in rows)
    assert all(row["bron_gewijzigd"] == f"{row['waarde_jaar'] + 1}-03-26" for row in rows)
    return {
        (row["jaar"], row["indicator"]): (row["waarde_jaar"], row["bron_tabel"], row["bron_kolom"])
        for row in rows
        if row["niveau"] == level
    }


def of_year(year: int, **figures: float | None) -> YearTable:
    """One neighbourhood with these figures."""
    return year_table(year, [column(key) for key in figures], {"BU01530101": figures})


def test_a_present_but_empty_column_falls_back_to_the_last_filled_year() -> None:
    tables = [
        of_year(2022, AantalInwoners_7=5, Woningvoorraad_36=None),
        of_year(2020, AantalInwoners_5=5, Woningvoorraad_34=2),
        of_year(2021, AantalInwoners_6=5, Woningvoorraad_35=None),
        of_year(2023, AantalInwoners_8=5, Woningvoorraad_37=3),
    ]
    found = spoken(*tables)
    assert {year: found[year, "woningvoorraad"] for year in (2020, 2021, 2022, 2023)} == {
        2020: (2020, "2020NED", "Woningvoorraad_34"),
        2021: (2020, "2020NED", "Woningvoorraad_34"),
        2022: (2020, "2020NED", "Woningvoorraad_34"),
        2023: (2023, "2023NED", "Woningvoorraad_37"),
    }
    assert found[2022, "inwoners"] == (2022, "2022NED", "AantalInwoners_7")


def test_an_absent_column_speaks_for_nothing_and_the_first_empty_one_for_itself() -> None:
    found = spoken(of_year(2020, Woningvoorraad_34=None), of_year(2021, Mannen_6=1), of_year(2022, Woningvoorraad_34=None))
    assert found == {
        (2020, "woningvoorraad"): (2020, "2020NED", "Woningvoorraad_34"),
        (2021, "mannen"): (2021, "2021NED", "Mannen_6"),
        (2022, "woningvoorraad"): (2022, "2022NED", "Woningvoorraad_34"),
    }


def test_a_column_that_is_filled_for_municipalities_only_is_not_filled_for_neighbourhoods() -> None:
    columns = [column("AantalInwoners_5"), column("Woningvoorraad_34")]

    def table(year: int, buurt: int | None, gemeente: int) -> YearTable:
        rows = {
            "BU01530101": {"AantalInwoners_5": 5, "Woningvoorraad_34": buurt},
            "GM0153": {"AantalInwoners_5": 5, "Woningvoorraad_34": gemeente},
        }
        return year_table(year, columns, rows)

    tables = (table(2022, 2, 2), table(2023, None, 3))
    assert spoken(*tables)[2023, "woningvoorraad"] == (2022, "2022NED", "Woningvoorraad_34")
    assert spoken(*tables, level="gemeente")[2023, "woningvoorraad"] == (2023, "2023NED", "Woningvoorraad_34")
    assert spoken(*tables, level="wijk") == {}, "there is no wijk in the table"


@pytest.mark.parametrize(
    ("people", "dwellings", "filled"),
    [
        ((10, 10, 10), (3, 3, None), True),
        ((10, 10), (3, None), True),
        ((10, 10, 10), (3, None, None), False),
        # Of those without inhabitants nothing is expected; of those that may have some it is.
        ((10, 0, 0), (3, None, None), True),
        ((10, 0, 0), (None, 3, 3), False),
        ((10, None, None), (3, None, None), False),
        ((0, 0), (3, None), True),
    ],
)
def test_a_column_is_filled_when_half_of_the_inhabited_areas_have_a_value(
    people: tuple[int | None, ...], dwellings: tuple[int | None, ...], filled: bool
) -> None:
    before = of_year(2022, AantalInwoners_5=5, Woningvoorraad_34=2)
    rows = {
        f"BU0153010{place}": {"AantalInwoners_5": one, "Woningvoorraad_34": other}
        for place, (one, other) in enumerate(zip(people, dwellings, strict=True))
    }
    now = year_table(2023, [column("AantalInwoners_5"), column("Woningvoorraad_34")], rows)
    assert spoken(before, now)[2023, "woningvoorraad"][0] == (2023 if filled else 2022)
