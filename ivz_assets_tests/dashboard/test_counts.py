"""Counts per area, period and class against plain pandas and against figures written out by hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import duckdb
import ibis
import ibis.expr.datatypes as dt
import pandas as pd
import pyarrow
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from ivz_assets.dashboard.schema import DASHBOARD_INCIDENT_COUNTS
from ivz_assets.dashboard.transform import dashboard_incident_counts
from ivz_assets.warehouse.store import Store
from ivz_assets.weekmonitor.reference import klassen

# What the fixtures of this page make is dear: one worker makes it once.
pytestmark = pytest.mark.xdist_group("counts")

MEASURES = ["aantal", "aantal_misdrijven", "aantal_incidenten", "aantal_pogingen", "aantal_aangiften", "aantal_omgezet"]
KEY = ["datumbasis", "gebied_sleutel", "periode", "klasse_sleutel"]
CLASSES = {item["maatschappelijke_klasse"]: item for item in klassen()}
COLUMNS = pyarrow.schema(
    [
        ("buurt_code", pyarrow.string()), ("gemeente_code", pyarrow.string()), ("binnen_regio", pyarrow.bool_()),
        ("maatschappelijke_klasse", pyarrow.string()), ("subcategorie", pyarrow.string()), ("categorie", pyarrow.string()),
        ("soort", pyarrow.string()), ("datum_voorval", pyarrow.date32()), ("datum_registratie", pyarrow.date32()),
        ("poging", pyarrow.bool_()), ("aangifte", pyarrow.bool_()), ("buurt_bepaling", pyarrow.string()),
    ]
)  # fmt: skip


class Counter:
    """The transformation, compiled once; the engine runs it again for each table of incidents."""

    def __init__(self) -> None:
        self.store = Store(duckdb.connect())
        self.put([])
        incidents = self.store.ibis.table("incidenten", database=("temp", "main"))
        self.kept: list[tuple[str, str]] = []

        def keep(name: str, expression: ibis.expr.types.Table) -> ibis.expr.types.Table:
            self.kept.append((name, self.store.sql(expression)))
            return self.store.keep(name, expression)

        counts = dashboard_incident_counts(incidents, "TWENTE", keep)
        assert {name: str(counts[name].type()) for name in MEASURES} == {name: str(dt.int32) for name in MEASURES}
        self.sql = self.store.sql(counts)

    def put(self, incidents: list[dict[str, Any]]) -> None:
        """Replaces the incidents."""
        self.store.keep_rows("incidenten", incidents, COLUMNS)

    def __call__(self, incidents: list[dict[str, Any]]) -> pd.DataFrame:
        self.put(incidents)
        for name, sql in self.kept:
            self.store.connection.execute(f'CREATE OR REPLACE TEMP TABLE "{name}" AS {sql}')
        return self.store.connection.execute(self.sql).df()


@pytest.fixture(scope="module")
def count() -> Iterator[Counter]:
    """The compiled transformation."""
    counter = Counter()
    yield counter
    counter.store.close()


def incident(
    klasse: str = "A20", buurt: str = "BU01530101", voorval: date = date(2026, 1, 6), registratie: date = date(2026, 1, 7),
    poging: bool | None = False, aangifte: bool | None = True, inside: bool = True, bepaling: str = "gemeten",
) -> dict[str, Any]:  # fmt: skip
    """An incident as the dashboard sees it."""
    facts = CLASSES[klasse]
    return {
        "buurt_code": buurt, "gemeente_code": f"GM{buurt[2:6]}", "binnen_regio": inside, "maatschappelijke_klasse": klasse,
        "subcategorie": facts["subcategorie"], "categorie": facts["categorie"], "soort": facts["soort"],
        "datum_voorval": voorval, "datum_registratie": registratie, "poging": poging, "aangifte": aangifte,
        "buurt_bepaling": bepaling,
    }  # fmt: skip


def figures(found: pd.DataFrame, **where: str) -> dict[str, int]:
    """From period to count, for one area, class and date basis."""
    chosen = found
    for name, value in {"datumbasis": "voorgevallen", "gebied_sleutel": "TWENTE", "klasse_sleutel": "A20", **where}.items():
        chosen = chosen[chosen[name] == value]
    return dict(zip(chosen["periode"], chosen["aantal"].astype(int), strict=True))


def brute_force(incidents: list[dict[str, Any]]) -> dict[tuple[str, ...], tuple[int, ...]]:
    """The same counts, an incident at a time."""
    found: dict[tuple[str, ...], list[int]] = {}
    for item in incidents:
        if not item["binnen_regio"]:
            continue
        buurt, gemeente = item["buurt_code"], item["gemeente_code"]
        areas = {"buurt": buurt, "wijk": f"WK{buurt[2:8]}", "gemeente": gemeente, "regio": "TWENTE"}
        classes = {
            "klasse": item["maatschappelijke_klasse"], "subcategorie": f"subcategorie: {item['subcategorie']}",
            "categorie": f"categorie: {item['categorie']}",
        }  # fmt: skip
        for basis, column in (("voorgevallen", "datum_voorval"), ("geregistreerd", "datum_registratie")):
            day = item[column]
            year, week, _ = day.isocalendar()
            monday = date.fromisocalendar(year, week, 1)
            periods = {
                "week": (f"{year}-W{week:02d}", monday), "maand": (f"{day:%Y-%m}", day.replace(day=1)),
                "jaar": (f"{day:%Y}", date(day.year, 1, 1)),
            }  # fmt: skip
            for level, area in areas.items():
                for kind, (period, begin) in periods.items():
                    for depth, key in classes.items():
                        cell = found.setdefault((basis, level, area, kind, period, begin.isoformat(), depth, key), [0] * 6)
                        for position, hit in enumerate(
                            (
                                True,
                                item["soort"] == "misdrijf",
                                item["soort"] == "incident",
                                item["poging"],
                                item["aangifte"],
                                item["buurt_bepaling"] in ("omgezet", "geschat"),
                            )
                        ):
                            cell[position] += bool(hit)
    return {key: tuple(cell) for key, cell in found.items()}


def as_cells(found: pd.DataFrame) -> dict[tuple[str, ...], tuple[int, ...]]:
    """The engine's counts in the same shape."""
    begin = pd.to_datetime(found["periode_begin"]).dt.strftime("%Y-%m-%d")
    columns = [found[name] for name in ("datumbasis", "gebied_niveau", "gebied_sleutel", "periode_soort", "periode")]
    keys = zip(*columns, begin, found["klasse_niveau"], found["klasse_sleutel"], strict=True)
    return dict(zip(keys, found[MEASURES].astype(int).itertuples(index=False, name=None), strict=True))


def test_weeks_belong_to_the_year_of_their_thursday(count: Counter) -> None:
    # 2020-W53: 28-12-2020 to 3-1-2021; 2025-W01 begins on 30-12-2024; 2026-W53 ends on 3-1-2027.
    days = [date(2020, 12, 31), date(2021, 1, 3), date(2021, 1, 4), date(2024, 12, 29), date(2024, 12, 30), date(2027, 1, 1)]
    found = count([incident(voorval=day, registratie=day) for day in days])
    weeks = found[found["periode_soort"] == "week"]
    assert figures(weeks) == {"2020-W53": 2, "2021-W01": 1, "2024-W52": 1, "2025-W01": 1, "2026-W53": 1}
    begins = dict(zip(weeks["periode"], pd.to_datetime(weeks["periode_begin"]).dt.date, strict=True))
    assert begins["2020-W53"] == date(2020, 12, 28)
    assert begins["2025-W01"] == date(2024, 12, 30)
    assert figures(found[found["periode_soort"] == "jaar"]) == {"2020": 1, "2021": 2, "2024": 2, "2027": 1}


def test_weeks_and_months_are_both_counted_from_days(count: Counter) -> None:
    # Saturday 31 January and Sunday 1 February 2026 are one week (W05) and two months.
    found = count([incident(voorval=date(2026, 1, 31)), incident(voorval=date(2026, 2, 1))])
    assert figures(found) == {"2026-W05": 2, "2026-01": 1, "2026-02": 1, "2026": 2}


def test_both_date_bases(count: Counter) -> None:
    found = count([incident(voorval=date(2025, 12, 31), registratie=date(2026, 1, 7))])
    assert figures(found) == {"2026-W01": 1, "2025-12": 1, "2025": 1}
    assert figures(found, datumbasis="geregistreerd") == {"2026-W02": 1, "2026-01": 1, "2026": 1}


def test_outside_the_region_is_not_counted(count: Counter) -> None:
    found = count([incident(), incident(buurt="BU03630101", inside=False)])
    assert figures(found)["2026"] == 1
    assert not found["gebied_sleutel"].str.contains("0363").any()
    assert count([incident(buurt="BU03630101", inside=False)]).empty


def test_unknown_neighbourhoods_count_in_their_municipality_and_the_region(count: Counter) -> None:
    found = count([incident(), incident(buurt="BU0153XXXX"), incident(buurt="BUXXXXXXXX")])
    counted = {area: figures(found, gebied_sleutel=area)["2026"] for area in found["gebied_sleutel"].unique()}
    assert counted == {
        "BU01530101": 1, "BU0153XXXX": 1, "BUXXXXXXXX": 1, "WK015301": 1, "WK0153XX": 1, "WKXXXXXX": 1, "GM0153": 2, "GMXXXX": 1,
        "TWENTE": 3,
    }  # fmt: skip


def test_crimes_and_incidents_are_apart(count: Counter) -> None:
    # A20 is a crime; E35 (nuisance by youth) and M0111 (waste of a drugs laboratory) are incidents.
    lab = incident("M0111", poging=True, aangifte=False, bepaling="geschat")
    found = count([incident(), incident("E35", poging=None, aangifte=None), lab])
    year = found[(found["gebied_sleutel"] == "TWENTE") & (found["periode"] == "2026") & (found["datumbasis"] == "voorgevallen")]
    cells = {row["klasse_sleutel"]: tuple(int(row[name]) for name in MEASURES) for _, row in year.iterrows()}
    # aantal, misdrijven, incidenten, pogingen, aangiften, omgezet; unknown is no attempt and no declaration
    assert cells["A20"] == (1, 1, 0, 0, 1, 0)
    assert cells["E35"] == (1, 0, 1, 0, 0, 0)
    assert cells["M0111"] == (1, 0, 1, 1, 0, 1)
    assert cells["categorie: Ondermijning"] == (1, 0, 1, 1, 0, 1)


def test_columns_and_key(count: Counter) -> None:
    found = count([incident(), incident("E35"), incident(buurt="BU01410101")])
    assert list(found.columns) == list(DASHBOARD_INCIDENT_COUNTS.columns)
    assert not found.duplicated(KEY).any()


DAYS = st.sampled_from(
    [date(2020, 12, 31), date(2021, 1, 1), date(2021, 1, 4), date(2024, 2, 29), date(2024, 12, 30), date(2026, 1, 31),
     date(2026, 2, 1), date(2026, 2, 2)]
)  # fmt: skip
INCIDENTS = st.builds(
    incident, st.sampled_from(["A20", "A30", "A40", "E35", "M0111", "F50"]),
    st.sampled_from(["BU01530101", "BU01530102", "BU01530201", "BU0153XXXX", "BU01410101", "BUXXXXXXXX"]), DAYS, DAYS,
    st.sampled_from([True, False, None]), st.sampled_from([True, False, None]), st.sampled_from([True, True, True, False]),
)  # fmt: skip
SOME = hypothesis_settings(max_examples=15, deadline=None)


@SOME
@given(incidents=st.lists(INCIDENTS, max_size=25))
def test_against_counting_one_by_one(count: Counter, incidents: list[dict[str, Any]]) -> None:
    assert as_cells(count(incidents)) == brute_force(incidents)


@SOME
@given(incidents=st.lists(INCIDENTS, max_size=15), one=INCIDENTS)
def test_one_incident_more_is_one_more_where_it_belongs(
    count: Counter, incidents: list[dict[str, Any]], one: dict[str, Any]
) -> None:
    before, after = as_cells(count(incidents)), as_cells(count([*incidents, one]))
    changed = {key for key in after if after[key] != before.get(key)}
    own = brute_force([one])
    assert changed == own.keys()
    assert before.keys() <= after.keys()
    nothing = (0,) * len(MEASURES)
    for key in changed:
        assert tuple(b - a for a, b in zip(before.get(key, nothing), after[key], strict=True)) == own[key]
    if one["binnen_regio"]:
        assert len(changed) == 2 * 4 * 3 * 3  # date bases x areas x periods x classes


@SOME
@given(incidents=st.lists(INCIDENTS, min_size=1, max_size=25))
def test_figures_add_up(count: Counter, incidents: list[dict[str, Any]]) -> None:
    found = count(incidents)
    total = sum(item["binnen_regio"] for item in incidents)
    sums = found.groupby(["datumbasis", "gebied_niveau", "periode_soort", "klasse_niveau"])["aantal"].sum()
    assert set(sums) <= {total}
    assert len(sums) == (72 if total else 0)
    assert (found["aantal_misdrijven"] + found["aantal_incidenten"] == found["aantal"]).all()
    assert (found["aantal_pogingen"] <= found["aantal"]).all()
    wijken = found[found["gebied_niveau"] == "wijk"].assign(gemeente=lambda frame: "GM" + frame["gebied_sleutel"].str[2:6])
    keys = ["datumbasis", "periode", "klasse_sleutel"]
    of_wijken = wijken.groupby([*keys, "gemeente"])["aantal"].sum()
    of_gemeenten = found[found["gebied_niveau"] == "gemeente"].set_index([*keys, "gebied_sleutel"])["aantal"]
    assert of_wijken.astype(int).to_dict() == of_gemeenten.astype(int).to_dict()
