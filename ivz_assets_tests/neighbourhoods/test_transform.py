"""Indicators, profiles and denominators from tiny tables, with every expected value written out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

import duckdb
import ibis.expr.types as ir
import pyarrow
import pytest

from ivz_assets.neighbourhoods import kwb, schema, transform
from ivz_assets.warehouse.arrow import arrow_schema
from ivz_assets.warehouse.store import Store

NAMES = ["inwoners", "woningvoorraad"]
KINDS = pyarrow.schema(
    [
        ("noemer", pyarrow.string()),
        ("indicator", pyarrow.string()),
        ("eenheid", pyarrow.string()),
        ("ondergrens", pyarrow.float64()),
    ]
)
UNITS = pyarrow.schema([("indicator", pyarrow.string()), ("eenheid", pyarrow.string())])
YEARS = pyarrow.schema([("jaar", pyarrow.int32())])
Rows = list[dict[str, Any]]
FETCHED = datetime(2024, 3, 1, 12)
A, B, C = "BU01530101", "BU01530102", "BU01530103"


class Engine:
    """Transformations compiled once; the engine runs them again for each set of tiny tables."""

    def __init__(self) -> None:
        self.store = Store(duckdb.connect())
        self.compiled: dict[str, str] = {}

    def put(self, name: str, columns: pyarrow.Schema, rows: Sequence[dict[str, Any]]) -> ir.Table:
        return self.store.keep_rows(name, rows, columns)

    def run(self, name: str, expression: Callable[[], ir.Table]) -> list[dict[str, Any]]:
        if name not in self.compiled:
            self.compiled[name] = self.store.sql(expression())
        return self.store.rows(f"SELECT * FROM ({self.compiled[name]}) ORDER BY ALL")


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    made = Engine()
    yield made
    made.store.close()


# Indicators


def value(code: str, year: int, change: int | None = 1, **figures: float | None) -> dict[str, Any]:
    level = {"BU": "buurt", "WK": "wijk", "GM": "gemeente"}[code[:2]]
    return {"jaar": year, "gebied_code": code, "niveau": level, "naam": code, "indelingswijziging": change, **figures}


def source(year: int, indicator: str, of: int | None = None) -> dict[str, Any]:
    of = of or year
    return {
        "jaar": year, "indicator": indicator, "waarde_jaar": of, "bron_tabel": f"{of}NED", "bron_kolom": f"{indicator}_{of}",
        "bron_gewijzigd": f"{of + 1}-03-26", "opgehaald_op": FETCHED,
    }  # fmt: skip


def indicators(engine: Engine, values: list[dict[str, Any]], sources: list[dict[str, Any]]) -> list[dict[str, Any]]:
    tables = (
        engine.put("waarden", kwb.VALUES, values),
        engine.put("bronnen", kwb.SOURCES, sources),
        engine.put("eenheden", UNITS, [{"indicator": name, "eenheid": f"eenheid van {name}"} for name in NAMES]),
    )
    rows = engine.run("indicators", lambda: transform.neighbourhood_indicators(*tables, NAMES))
    assert all(list(row) == list(schema.NEIGHBOURHOOD_INDICATORS.columns) for row in rows)
    return rows


def figures(rows: list[dict[str, Any]]) -> dict[tuple[str, int, str], tuple[float | None, int | None]]:
    """Value and its year by area, year and indicator."""
    found = {(row["gebied_code"], row["jaar"], row["indicator"]): (row["waarde"], row["waarde_jaar"]) for row in rows}
    assert len(found) == len(rows)
    return found


def test_a_row_per_area_year_and_indicator_that_the_table_has(engine: Engine) -> None:
    rows = indicators(
        engine,
        [value("GM0153", 2022, inwoners=1000), value(A, 2022, inwoners=5), value(A, 2023, inwoners=10, woningvoorraad=3)],
        [source(2022, "inwoners"), source(2023, "inwoners"), source(2023, "woningvoorraad")],
    )
    assert rows[0] == {
        "gebied_code": A, "niveau": "buurt", "jaar": 2022, "indicator": "inwoners", "waarde": 5.0,
        "eenheid": "eenheid van inwoners", "waarde_jaar": 2022, "bron_tabel": "2022NED", "bron_kolom": "inwoners_2022",
        "bron_gewijzigd": "2023-03-26", "opgehaald_op": FETCHED,
    }  # fmt: skip
    assert figures(rows) == {
        (A, 2022, "inwoners"): (5.0, 2022),
        (A, 2023, "inwoners"): (10.0, 2023),
        (A, 2023, "woningvoorraad"): (3.0, 2023),
        # The municipality's own row, whatever its neighbourhoods add up to.
        ("GM0153", 2022, "inwoners"): (1000.0, 2022),
    }


def test_null_stays_null_beside_a_filled_column_and_nought_stays_nought(engine: Engine) -> None:
    rows = indicators(
        engine,
        [value(A, 2022, inwoners=5), value(A, 2023), value(B, 2023, inwoners=0)],
        [source(2022, "inwoners"), source(2023, "inwoners")],
    )
    assert figures(rows) == {
        (A, 2022, "inwoners"): (5.0, 2022),
        (A, 2023, "inwoners"): (None, None),
        (B, 2023, "inwoners"): (0.0, 2023),
    }


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ((1, 1), (3.0, 2021)),
        ((None, None), (3.0, 2021)),
        ((3, 1), (None, None)),
        ((2, 1), (None, None)),
        ((1, 3), (None, None)),
    ],
    ids=["unchanged", "not told", "border moved", "renumbered", "moved later"],
)
def test_the_last_filled_year_speaks_unless_the_area_changed_since(
    engine: Engine, changes: tuple[int | None, int | None], expected: tuple[float | None, int | None]
) -> None:
    # 2021 is filled, 2022 and 2023 are not; the border of 2021 itself had just moved, which is no obstacle.
    rows = indicators(
        engine,
        [value(A, 2021, 3, woningvoorraad=3), value(A, 2022, changes[0]), value(A, 2023, changes[1]), value(B, 2023)],
        [source(2021, "woningvoorraad"), source(2022, "woningvoorraad", 2021), source(2023, "woningvoorraad", 2021)],
    )
    found = figures(rows)
    assert found[A, 2023, "woningvoorraad"] == expected
    assert found[B, 2023, "woningvoorraad"] == (None, None)
    assert {row["bron_tabel"] for row in rows} == {"2021NED"}


# Profiles


def test_a_profile_has_the_indicators_as_columns_and_tells_what_is_older(engine: Engine) -> None:
    rows = indicators(
        engine,
        [value(A, 2022, inwoners=5, woningvoorraad=3), value(A, 2023, inwoners=10), value("GM0153", 2023, inwoners=1000)],
        [
            source(2022, "inwoners"),
            source(2022, "woningvoorraad"),
            source(2023, "inwoners"),
            source(2023, "woningvoorraad", 2022),
        ],
    )
    table = engine.put("lang", arrow_schema(schema.NEIGHBOURHOOD_INDICATORS), rows)
    found = engine.run("profiles", lambda: transform.neighbourhood_profiles(table, kwb.NAMES))
    assert all(list(row) == list(schema.NEIGHBOURHOOD_PROFILES.columns) for row in found)
    told = ("gebied_code", "niveau", "jaar", "inwoners", "woningvoorraad", "mannen", "ouder_cijfer")
    assert [tuple(row[name] for name in told) for row in found] == [
        (A, "buurt", 2022, 5.0, 3.0, None, None),
        (A, "buurt", 2023, 10.0, 3.0, None, "woningvoorraad 2022"),
        ("GM0153", "gemeente", 2023, 1000.0, None, None, None),
    ]


def test_older_figures_are_told_in_the_order_of_their_names(engine: Engine) -> None:
    rows = indicators(
        engine,
        [value(A, 2021, inwoners=4), value(A, 2022, woningvoorraad=3), value(A, 2023)],
        [
            source(2021, "inwoners"), source(2022, "woningvoorraad"),
            source(2023, "woningvoorraad", 2022), source(2023, "inwoners", 2021),
        ],
    )  # fmt: skip
    table = engine.put("lang", arrow_schema(schema.NEIGHBOURHOOD_INDICATORS), rows)
    found = engine.run("profiles", lambda: transform.neighbourhood_profiles(table, kwb.NAMES))
    assert [row["ouder_cijfer"] for row in found] == [None, None, "inwoners 2021; woningvoorraad 2022"]


# Denominators


def area(code: str, year: int = 2023, team: str | None = None, region: str | None = "TWENTE") -> dict[str, Any]:
    level = {"BU": "buurt", "WK": "wijk", "GM": "gemeente"}.get(code[:2], "regio" if code == "TWENTE" else "basisteam")
    return {"jaar": year, "gebied_code": code, "niveau": level, "basisteam": team, "regio_code": region}


def figure(code: str, year: int, amount: float | None, indicator: str = "inwoners", of: int | None = None) -> dict[str, Any]:
    level = {"BU": "buurt", "WK": "wijk", "GM": "gemeente"}[code[:2]]
    of = (of or year) if amount is not None else None
    return {
        "gebied_code": code, "niveau": level, "jaar": year, "indicator": indicator, "waarde": amount, "waarde_jaar": of,
        "bron_tabel": f"{of or year}NED",
    }  # fmt: skip


def cross(year: int, old: str, new: str, weight: float = 1.0, how: str = "ongewijzigd") -> dict[str, Any]:
    return {"van_jaar": year, "van_buurt_code": old, "buurt_code": new, "naar_jaar": 2023, "gewicht": weight, "bepaling": how}


def denominators(
    engine: Engine, figures: Rows, areas: Rows, crosswalk: Rows, years: Sequence[int]
) -> dict[tuple[str, int], tuple[float | None, int | None, bool, bool, str | None]]:
    """By area and year: value, its year, converted, large enough, source; of the inhabitants, floor 100."""
    kinds = [{"noemer": "inwoners", "indicator": "inwoners", "eenheid": "inwoners", "ondergrens": 100.0}]
    tables = (
        engine.put("cijfers", arrow_schema(schema.NEIGHBOURHOOD_INDICATORS), figures),
        engine.put("gebieden", arrow_schema(schema.AREAS), areas),
        engine.put("omzetting", arrow_schema(schema.AREA_CROSSWALK), crosswalk),
        engine.put("soorten", KINDS, kinds),
        engine.put("jaren", YEARS, [{"jaar": year} for year in years]),
    )
    rows = engine.run("denominators", lambda: transform.denominators(*tables))
    assert all(list(row) == list(schema.DENOMINATORS.columns) for row in rows)
    assert {(row["noemer"], row["eenheid"]) for row in rows} <= {("inwoners", "inwoners")}
    told = ("waarde", "waarde_jaar", "omgezet", "groot_genoeg", "bron")
    found = {(row["gebied_code"], row["jaar"]): tuple(row[name] for name in told) for row in rows}
    assert len(found) == len(rows)
    return found  # type: ignore[return-value]


UNKNOWN = (None, None, False, False, None)


def test_figures_of_then_for_the_neighbourhoods_of_now(engine: Engine) -> None:
    # In 2022 A was split into B (0.25) and C (0.75); C also has all of D.
    old, other = "BU01530201", "BU01530202"
    found = denominators(
        engine,
        [figure(old, 2022, 400), figure(other, 2022, 50), figure(B, 2023, 95), figure(C, 2023, 355)],
        [area(B), area(C), area(old, 2022)],
        [
            cross(2022, old, B, 0.25, "gesplitst"), cross(2022, old, C, 0.75, "gesplitst"),
            cross(2022, other, C, 1.0, "samengevoegd"), cross(2023, B, B), cross(2023, C, C),
        ],
        (2021, 2022, 2023),
    )  # fmt: skip
    assert found == {
        (B, 2021): UNKNOWN,
        (C, 2021): UNKNOWN,
        (B, 2022): (100.0, 2022, True, True, "2022NED"),
        (C, 2022): (350.0, 2022, True, True, "2022NED"),
        (B, 2023): (95.0, 2023, False, False, "2023NED"),
        (C, 2023): (355.0, 2023, False, True, "2023NED"),
    }


def test_with_an_unknown_part_the_whole_is_unknown(engine: Engine) -> None:
    found = denominators(
        engine,
        [figure(A, 2022, 400), figure(B, 2022, None), figure(C, 2023, 500)],
        [area(C)],
        [cross(2022, A, C, 1.0, "samengevoegd"), cross(2022, B, C, 1.0, "samengevoegd"), cross(2023, C, C)],
        (2022, 2023),
    )
    assert found == {(C, 2022): UNKNOWN, (C, 2023): (500.0, 2023, False, True, "2023NED")}


def test_the_last_known_year_is_carried_forward_and_labelled_never_back(engine: Engine) -> None:
    found = denominators(
        engine,
        # What the indicators themselves carried forward (2023) is of 2022, and is counted once.
        [figure(A, 2021, None), figure(A, 2022, 300), figure(A, 2023, 300, of=2022)],
        [area(A)],
        [cross(year, A, A) for year in (2021, 2022, 2023)],
        (2021, 2022, 2023, 2024),
    )
    assert found == {
        (A, 2021): UNKNOWN,
        **{(A, year): (300.0, 2022, False, True, "2022NED") for year in (2022, 2023, 2024)},
    }


@pytest.mark.parametrize(("amount", "enough"), [(0, False), (99.99, False), (100, True)])
def test_the_floor(engine: Engine, amount: float, enough: bool) -> None:
    found = denominators(engine, [figure(A, 2023, amount)], [area(A)], [cross(2023, A, A)], (2023,))
    assert found[A, 2023] == (amount, 2023, False, enough, "2023NED")


def test_levels_above_are_the_municipalities_own_figures(engine: Engine) -> None:
    # The neighbourhood says 999; Enschede itself 1000; Hengelo has no figure in 2023.
    places = [
        area(A, team="T1"), area("WK015301", team="T1"), area("GM0153", team="T1"), area("GM0164", team="T2"),
        area("GM0147", team="T2"), area("T1", team="T1"), area("T2", team="T2"), area("TWENTE"),
    ]  # fmt: skip
    found = denominators(
        engine,
        [
            figure(A, 2022, 999), figure("WK015301", 2022, 998), figure("GM0153", 2022, 1000), figure("GM0164", 2022, 500),
            figure("GM0147", 2022, 200), figure("GM0153", 2023, 1010), figure("GM0164", 2023, None), figure("GM0147", 2023, 210),
        ],
        places,
        [cross(2022, A, A), cross(2023, A, A)],
        (2022, 2023),
    )  # fmt: skip
    assert {code: found[code, 2022][:2] for code in ("WK015301", "GM0153", "T1", "T2", "TWENTE")} == {
        "WK015301": (998.0, 2022), "GM0153": (1000.0, 2022), "T1": (1000.0, 2022), "T2": (700.0, 2022), "TWENTE": (1700.0, 2022),
    }  # fmt: skip
    # Without Hengelo there is no sum: its year is that in which all were there.
    assert {code: found[code, 2023][:2] for code in ("GM0153", "GM0164", "GM0147", "T1", "T2", "TWENTE")} == {
        "GM0153": (1010.0, 2023), "GM0164": (500.0, 2022), "GM0147": (210.0, 2023), "T1": (1010.0, 2023), "T2": (700.0, 2022),
        "TWENTE": (1700.0, 2022),
    }  # fmt: skip
    assert not any(converted for _, _, converted, _, _ in found.values())


def test_areas_of_the_newest_edition_in_the_region_only(engine: Engine) -> None:
    found = denominators(
        engine,
        [figure(A, 2023, 300), figure("BU03630101", 2023, 300), figure("GM0153", 2023, 300), figure("GM0363", 2023, 900)],
        [area(A), area(B, 2022), area("BU03630101", region=None), area("GM0363", region=None), area("GM0153"), area("TWENTE")],
        [cross(2023, A, A), cross(2023, "BU03630101", "BU03630101"), cross(2022, B, "BU0153XXXX", 1.0, "onbekend")],
        (2023,),
    )
    assert {code for code, _ in found} == {A, "GM0153", "TWENTE"}
    assert found["TWENTE", 2023][0] == 300.0
