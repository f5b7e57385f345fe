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


def source(year: int, indicator: str, of: int | None = None, niveau: str | None = None) -> dict[str, Any]:
    """Where a year's values come from; on every level, unless one is given."""
    of = of or year
    return {
        "jaar": year, "indicator": indicator, "niveau": niveau, "waarde_jaar": of, "bron_tabel": f"{of}NED",
        "bron_kolom": f"{indicator}_{of}", "bron_gewijzigd": f"{of + 1}-03-26", "opgehaald_op": FETCHED,
    }  # fmt: skip


def indicators(engine: Engine, values: list[dict[str, Any]], sources: list[dict[str, Any]]) -> list[dict[str, Any]]:
    tables = (
        engine.put("waarden", kwb.VALUES, values),
        engine.put(
            "bronnen",
            kwb.SOURCES,
            [
                {**row, "niveau": level}
                for row in sources
                for level in ([row["niveau"]] if row["niveau"] else ["buurt", "wijk", "gemeente"])
            ],
        ),
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


def test_each_level_has_its_own_last_filled_year(engine: Engine) -> None:
    # In 2023 the dwellings are filled for municipalities only.
    rows = indicators(
        engine,
        [
            value(A, 2022, woningvoorraad=3), value("GM0153", 2022, woningvoorraad=50),
            value(A, 2023), value("GM0153", 2023, woningvoorraad=60),
        ],
        [
            source(2022, "woningvoorraad"),
            source(2023, "woningvoorraad", niveau="gemeente"), source(2023, "woningvoorraad", 2022, niveau="buurt"),
        ],
    )  # fmt: skip
    assert figures(rows) == {
        (A, 2022, "woningvoorraad"): (3.0, 2022),
        (A, 2023, "woningvoorraad"): (3.0, 2022),
        ("GM0153", 2022, "woningvoorraad"): (50.0, 2022),
        ("GM0153", 2023, "woningvoorraad"): (60.0, 2023),
    }


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
    # CBS has filled 2023, for all but Hengelo: what it does not tell is not guessed from the year before, and there is no sum.
    assert {code: found[code, 2023][:2] for code in ("GM0153", "GM0164", "GM0147", "T1", "T2", "TWENTE")} == {
        "GM0153": (1010.0, 2023), "GM0164": (None, None), "GM0147": (210.0, 2023), "T1": (1010.0, 2023), "T2": (None, None),
        "TWENTE": (None, None),
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


# A municipality that has changed since. GM0001 (9,000) became part of GM0002 (1,000) in 2023.

GONE, GONE_NOW, STAYED = "BU00010101", "BU00020201", "BU00020101"
MERGER = [cross(2022, GONE, GONE_NOW, 1.0, "hernummerd"), cross(2022, STAYED, STAYED)] + [
    cross(2023, code, code) for code in (GONE_NOW, STAYED)
]
PLACES = [
    *(area(code, team="T1") for code in (STAYED, GONE_NOW, "WK000201", "WK000202", "GM0002")),
    area("T1", team="T1"), area("TWENTE"), area("GM0001", 2022), area("WK000101", 2022),
]  # fmt: skip


def of_both_years(gone: float | None = 9000) -> Rows:
    """Own figures of every level in 2022 and 2023; of GM0001's only neighbourhood in 2022 as told."""
    return [
        figure(GONE, 2022, gone), figure("WK000101", 2022, 9000), figure("GM0001", 2022, 9000), figure(STAYED, 2022, 1000),
        figure("WK000201", 2022, 1005), figure("GM0002", 2022, 1005), figure(GONE_NOW, 2023, 9100), figure(STAYED, 2023, 1100),
        figure("WK000201", 2023, 1110), figure("WK000202", 2023, 9090), figure("GM0002", 2023, 10210),
    ]  # fmt: skip


def test_a_municipality_that_swallowed_another_has_the_inhabitants_of_both(engine: Engine) -> None:
    found = denominators(engine, of_both_years(), PLACES, MERGER, (2022, 2023))
    converted = ("GM0002", "T1", "TWENTE")
    assert {code: found[code, 2022] for code in converted} == dict.fromkeys(converted, (10000.0, 2022, True, True, "2022NED"))
    # A wijk that did not change keeps its own figure; one with a new code has that of its neighbourhoods.
    assert found["WK000201", 2022] == (1005.0, 2022, False, True, "2022NED")
    assert found["WK000202", 2022] == (9000.0, 2022, True, True, "2022NED")
    now = {"GM0002": 10210.0, "T1": 10210.0, "TWENTE": 10210.0, "WK000201": 1110.0, "WK000202": 9090.0}
    assert {code: found[code, 2023] for code in now} == {
        code: (amount, 2023, False, True, "2023NED") for code, amount in now.items()
    }


def test_a_changed_municipality_with_an_unknown_part_is_unknown(engine: Engine) -> None:
    found = denominators(engine, of_both_years(gone=None), PLACES, MERGER, (2022,))
    assert {code for code, _ in found if found[code, 2022] != UNKNOWN} == {STAYED, "WK000201"}


def test_a_municipality_that_lost_a_part_is_what_it_kept(engine: Engine) -> None:
    # A quarter of B went from GM0153 to GM0147 in 2023, and a whole neighbourhood between two wijken of GM0153.
    other, moved, moved_now = "BU01470101", "BU01530201", "BU01530199"
    found = denominators(
        engine,
        [
            figure(B, 2022, 400), figure(moved, 2022, 60), figure(other, 2022, 500), figure("GM0153", 2022, 470),
            figure("GM0147", 2022, 510), figure("WK015301", 2022, 410), figure("WK014701", 2022, 510),
        ],
        [area(code) for code in (B, moved_now, other, "GM0153", "GM0147", "WK015301", "WK014701", "TWENTE")],
        [
            cross(2022, B, B, 0.75, "gesplitst"), cross(2022, B, other, 0.25, "gesplitst"),
            cross(2022, other, other, 1.0, "samengevoegd"), cross(2022, moved, moved_now, 1.0, "hernummerd"),
        ],
        (2022,),
    )  # fmt: skip
    assert {code: found[code, 2022][:3] for code, _ in found} == {
        B: (300.0, 2022, True), other: (600.0, 2022, True), moved_now: (60.0, 2022, True),
        "WK015301": (360.0, 2022, True), "WK014701": (600.0, 2022, True),
        "GM0153": (360.0, 2022, True), "GM0147": (600.0, 2022, True), "TWENTE": (960.0, 2022, True),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "wijk", "gemeente"),
    [
        # Split and merged within the wijk: the same incidents, so its own figure.
        ([cross(2022, A, B, 0.5, "gesplitst"), cross(2022, A, C, 0.5, "gesplitst")], (990.0, False), (995.0, False)),
        # Where the border went nobody knows: the own figure, and it says so.
        ([cross(2022, A, A, 1.0, "geschat")], (990.0, True), (995.0, True)),
        # What vanished is counted in the municipality and in no wijk.
        ([cross(2022, A, "BU0153XXXX", 1.0, "onbekend"), cross(2022, B, B)], (400.0, True), (995.0, True)),
    ],
    ids=["within", "guessed", "vanished"],
)
def test_an_area_has_its_own_figure_as_long_as_it_holds_the_same_incidents(
    engine: Engine, rows: Rows, wijk: tuple[float, bool], gemeente: tuple[float, bool]
) -> None:
    figures = [figure(A, 2022, 600), figure(B, 2022, 400), figure("WK015301", 2022, 990), figure("GM0153", 2022, 995)]
    found = denominators(engine, figures, [area(code) for code in (B, "WK015301", "GM0153")], rows, (2022,))
    assert (found["WK015301", 2022][0], found["WK015301", 2022][2]) == wijk
    assert (found["GM0153", 2022][0], found["GM0153", 2022][2]) == gemeente


# Old and secret figures


def test_what_is_secret_in_a_filled_year_is_not_taken_from_the_year_before(engine: Engine) -> None:
    # 2023 is filled for B and secret for A; 2024 is filled for nobody.
    found = denominators(
        engine,
        [figure(A, 2022, 300), figure(B, 2022, 200), figure(A, 2023, None), figure(B, 2023, 210)],
        [area(A), area(B)],
        [cross(year, code, code) for year in (2022, 2023) for code in (A, B)],
        (2022, 2023, 2024),
    )
    assert {year: found[A, year][:4] for year in (2022, 2023, 2024)} == {
        2022: (300.0, 2022, False, True), 2023: (None, None, False, False), 2024: (None, None, False, False),
    }  # fmt: skip
    assert found[B, 2024] == (210.0, 2023, False, True, "2023NED")


def test_a_figure_of_more_than_three_years_ago_carries_no_rate(engine: Engine) -> None:
    found = denominators(engine, [figure(A, 2020, 300)], [area(A, 2020)], [cross(2020, A, A)], range(2020, 2026))
    assert {year: found[A, year] for year in range(2020, 2026)} == {
        year: (300.0, 2020, False, year <= 2023, "2020NED") for year in range(2020, 2026)
    }


def test_a_year_filled_for_municipalities_is_not_filled_for_neighbourhoods(engine: Engine) -> None:
    found = denominators(
        engine,
        [figure(A, 2022, 300), figure("GM0153", 2022, 310), figure(A, 2023, 300, of=2022), figure("GM0153", 2023, 320)],
        [area(A), area("GM0153"), area("TWENTE")],
        [cross(2022, A, A), cross(2023, A, A)],
        (2023,),
    )
    assert {code: found[code, 2023][:2] for code in (A, "GM0153", "TWENTE")} == {
        A: (300.0, 2022), "GM0153": (320.0, 2023), "TWENTE": (320.0, 2023)
    }  # fmt: skip


@pytest.mark.parametrize(
    ("known", "secret", "expected"),
    [
        (1.0, 0.02, 5000.0),
        (1.0, 0.05, 5000.0),
        (1.0, 0.06, None),
        # A new neighbourhood of which half is unknown, however small the shares.
        (0.03, 0.03, None),
        (0.57, 0.03, 2850.0),
    ],
)
def test_a_strip_of_a_secret_neighbourhood_hides_nothing(
    engine: Engine, known: float, secret: float, expected: float | None
) -> None:
    rows = [cross(2022, A, C, known, "samengevoegd"), cross(2022, B, C, secret, "gesplitst")]
    found = denominators(engine, [figure(A, 2022, 5000), figure(B, 2022, None)], [area(C)], rows, (2022,))
    amount, year, converted, enough, _ = found[C, 2022]
    assert amount == (None if expected is None else pytest.approx(expected))
    assert (year, converted, enough) == ((None, False, False) if expected is None else (2022, True, True))
