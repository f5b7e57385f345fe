"""The profile of a small region against figures worked out by hand, and the percentile against scipy's."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from statistics import median
from typing import Any

import duckdb
import ibis.expr.types as ir
import pyarrow
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from scipy.stats import percentileofscore

from ivz_assets.dashboard.area_profile import reference_data
from ivz_assets.dashboard.area_profile.compare import FEWEST_SIMILAR, compared
from ivz_assets.dashboard.area_profile.registrations import whole_years
from ivz_assets.dashboard.area_profile.schema import DASHBOARD_AREA_PROFILE, FIGURE_COLUMNS
from ivz_assets.dashboard.area_profile.suppliers import supplier_figures
from ivz_assets.dashboard.area_profile.transform import area_profile, figures
from ivz_assets.enrichment.catalogue import catalogue
from ivz_assets.enrichment.schema import MUNICIPAL_ENRICHMENTS
from ivz_assets.neighbourhoods.reference import indicators
from ivz_assets.warehouse.arrow import arrow_schema, rows_of
from ivz_assets.warehouse.store import Store
from ivz_assets_tests.dashboard.area_profile import building

YEARS = pyarrow.schema([("jaar", pyarrow.int32())])
Profile = dict[tuple[str, str, int], dict[str, Any]]


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    """A warehouse in memory."""
    store = Store(duckdb.connect())
    yield store
    store.close()


@pytest.fixture(scope="module")
def tables(store: Store, tmp_path_factory: pytest.TempPathFactory) -> dict[str, ir.Table]:
    """The hand-made region."""
    return building.inputs(store, building.theme_list(tmp_path_factory.mktemp("data")))


@pytest.fixture(scope="module")
def profile(store: Store, tables: dict[str, ir.Table]) -> Profile:
    """The profile by area, characteristic and year."""
    found = figures(
        tables,
        store.keep_rows("cbs_soorten", reference_data.cbs_kinds(), reference_data.CBS_KINDS),
        _supplier_kinds(store),
        store.keep_rows("hele_jaren", [{"jaar": 2025}], YEARS),
        store.keep_rows("looptijd_jaren", [{"jaar": 2024}, {"jaar": 2025}], YEARS),
        store.keep,
    )
    made = area_profile(store.keep("cijfers", found.all()), tables["neighbourhood_indicators"], store.keep)
    assert list(made.columns) == list(DASHBOARD_AREA_PROFILE.columns)
    rows = made.to_pyarrow().to_pylist()
    assert len({(row["gebied_sleutel"], row["jaar"], row["kenmerk_soort"], row["kenmerk"]) for row in rows}) == len(rows)
    return {(row["gebied_sleutel"], row["kenmerk"], row["jaar"]): row for row in rows}


def _supplier_kinds(store: Store) -> ir.Table:
    return store.keep_rows("leverancier_soorten", reference_data.supplier_kinds(), reference_data.SUPPLIER_KINDS)


def test_every_indicator_of_cbs_has_its_line() -> None:
    kinds = {row["indicator"]: row for row in reference_data.cbs_kinds()}
    assert list(kinds) == [row["indicator"] for row in indicators()]
    assert {row["samenstelling"] for row in kinds.values()} == {"som", "gewogen", "geen"}
    assert all((row["samenstelling"] == "gewogen") == bool(row["gewicht"]) for row in kinds.values())
    assert kinds["inwoners_15_tot_25"]["eenheid_verhouding"] == "% van de inwoners"
    assert kinds["uitkeringen_bijstand"]["eenheid_verhouding"] == "per 1.000 inwoners"
    assert {row["indicator"] for row in reference_data.supplier_kinds()} == set(catalogue())


def test_a_figure_of_cbs_naar_verhouding(profile: Profile) -> None:
    young = "inwoners_15_tot_25"
    assert profile["BU01410101", young, 2025]["waarde"] == 15.0  # 150 of 1,000
    assert profile["BU01410101", young, 2025]["aantal"] == 150
    # 95 inhabitants are fewer than the floor of 100: the count stands, a share does not.
    assert (profile["BU01410103", young, 2025]["aantal"], profile["BU01410103", young, 2025]["waarde"]) == (10, None)
    assert (profile["BU01680101", young, 2025]["aantal"], profile["BU01680101", young, 2025]["waarde"]) == (None, None)


def test_what_is_carried_forward_is_set_against_its_own_year(profile: Profile) -> None:
    row = profile["BU01410101", "uitkeringen_bijstand", 2025]
    assert (row["waarde"], row["waarde_jaar"]) == (50.0, 2024)  # 40 of the 800 of 2024, not of the 1,000 of 2025


@pytest.mark.parametrize("area", ["TWENTE", "Team A"])
def test_the_region_is_put_together_from_its_municipalities(profile: Profile, area: str) -> None:
    assert profile[area, "inwoners", 2025]["waarde"] == 3000
    assert profile[area, "inwoners_15_tot_25", 2025]["waarde"] == 12.0  # 360 of 3,000
    assert profile[area, "huishoudensgrootte", 2025]["waarde"] == 2.2  # (2.0 x 1000 + 2.6 x 500) / 1500
    assert profile[area, "huishoudensgrootte", 2025]["aantal"] is None
    # Of one municipality the dwellings are unknown, and so are those of the region: never a sum of the rest.
    assert profile[area, "woningvoorraad", 2025]["waarde"] is None
    assert profile[area, "stedelijkheid", 2025]["waarde"] is None


def test_registrations_have_an_explicit_nought_and_their_rate(profile: Profile) -> None:
    crimes = "totaal: misdrijven"
    assert (profile["BU01410101", crimes, 2025]["aantal"], profile["BU01410101", crimes, 2025]["waarde"]) == (6, 6.0)
    assert (profile["BU01410102", crimes, 2025]["aantal"], profile["BU01410102", crimes, 2025]["waarde"]) == (7, 14.0)
    # Nothing was registered, but 95 inhabitants are too few for a rate, even one of nought.
    assert (profile["BU01410103", crimes, 2025]["aantal"], profile["BU01410103", crimes, 2025]["waarde"]) == (0, None)
    # 6 + 7, and 4 of which the neighbourhood is unknown.
    assert (profile["GM0141", crimes, 2025]["aantal"], profile["GM0141", crimes, 2025]["waarde"]) == (17, 8.5)
    assert profile["BU0141XXXX", crimes, 2025]["aantal"] == 4
    assert profile["TWENTE", "totaal: incidenten", 2025]["aantal"] == 12
    assert profile["TWENTE", "totaal: incidenten", 2025]["waarde"] == 4.0
    # The denominators of shoplifting are visitors, who are not counted: there is a count, and nothing to compare.
    shops = profile["GM0141", "subcategorie: Winkeldiefstal", 2025]
    assert (shops["aantal"], shops["waarde"], shops["eenheid"]) == (4, None, "registraties")
    assert (shops["waarde_regio"], shops["rang"], shops["percentiel"]) == (None, None, None)


def test_an_area_of_whole_neighbourhoods_has_the_sum_of_their_denominators(profile: Profile) -> None:
    # 6 crimes on 1,000 + 95 inhabitants; the 95 are too few by themselves, not together.
    flats = profile[building.LISTED, "totaal: misdrijven", 2025]
    assert (flats["aantal"], flats["waarde"]) == (6, pytest.approx(6000 / 1095, abs=1e-5))
    # Of one of the two neighbourhoods the inhabitants are unknown.
    border = profile["EG: Grens", "totaal: misdrijven", 2025]
    assert (border["aantal"], border["waarde"]) == (6, None)


def test_what_is_not_known_is_not_nought(profile: Profile) -> None:
    assert ("TWENTE", "categorie: Verkeer", 2025) not in profile  # no class, so nobody knows
    assert ("BU01410101", "subcategorie: Woninginbraak", 2025) not in profile
    assert ("TWENTE", "totaal: misdrijven", 2024) not in profile  # no whole year
    assert not [key for key in profile if key[0] == building.DRAWN]
    assert not [key for key in profile if key[1].startswith("thema:")]


def test_the_reference_is_the_region_and_alike_areas(profile: Profile) -> None:
    row = profile["BU01410101", "inwoners", 2025]
    assert row["waarde_regio"] == 3000
    # Three neighbourhoods of class 2: 95, 500 and 1,000.
    assert (row["stedelijkheid"], row["vergelijkbare_gebieden"], row["waarde_vergelijkbaar"], row["rang"]) == (2, 3, 500, 1)
    assert row["percentiel"] == pytest.approx(100 * 2.5 / 3, abs=1e-5)
    # Of crimes only two rates are known: too few for a median or a rank.
    row = profile["BU01410101", "totaal: misdrijven", 2025]
    assert (row["vergelijkbare_gebieden"], row["waarde_vergelijkbaar"], row["rang"], row["percentiel"]) == (2, None, None, None)
    assert row["waarde_regio"] == pytest.approx(17 / 3, abs=1e-5)
    # A value that is unknown has no rank; what it could be compared with is there.
    row = profile["BU01680101", "inwoners", 2025]
    assert (row["waarde"], row["rang"], row["vergelijkbare_gebieden"]) == (None, None, 0)


@pytest.mark.parametrize(
    ("first", "last", "years"),
    [
        (date(2015, 1, 1), date(2026, 3, 22), [2021, 2022, 2023, 2024, 2025]),
        (date(2024, 1, 2), date(2025, 12, 31), [2025]),
        (date(2025, 1, 1), date(2025, 12, 30), []),
        (None, None, []),
    ],
)
def test_whole_years(first: date | None, last: date | None, years: list[int]) -> None:
    assert whole_years(first, last) == years


def _suppliers(store: Store, tables: dict[str, ir.Table], rows: list[dict[str, Any]]) -> Profile:
    based = store.keep_rows(
        "noemers",
        [{"gebied_sleutel": "BU01410101", "jaar": 2025, "noemer": "inwoners", "basis": 1000.0}],
        pyarrow.schema(
            [
                ("gebied_sleutel", pyarrow.string()), ("jaar", pyarrow.int32()), ("noemer", pyarrow.string()),
                ("basis", pyarrow.float64()),
            ]
        ),
    )  # fmt: skip
    years = store.keep_rows("looptijd", [{"jaar": year} for year in (2024, 2025, 2026)], YEARS)
    enrichments = rows_of(store, MUNICIPAL_ENRICHMENTS, rows)
    found = supplier_figures(enrichments, _supplier_kinds(store), tables["dim_gebied"], years, based).to_pyarrow().to_pylist()
    return {(row["gebied_sleutel"], row["kenmerk"], row["jaar"]): row for row in found}


def test_a_year_of_a_supplier(store: Store, tables: dict[str, ir.Table]) -> None:
    quarters = ("2025-01-01", "2025-04-01", "2025-07-01", "2025-10-01")
    figure = building.figure
    rows = [
        # Four quarters make a year; three do not; a suppressed one hides the year.
        *(figure("BU01410101", "basta_inzet", "kwartaal", day, 5.0, bewaren_tot=date(2029, 1, 1)) for day in quarters),
        *(figure("BU01410102", "basta_inzet", "kwartaal", day, 5.0) for day in quarters[:3]),
        *(figure("BU01410103", "basta_inzet", "kwartaal", day, 5.0) for day in quarters[:3]),
        figure("BU01410103", "basta_inzet", "kwartaal", quarters[3], None, onderdrukt=True),
        # A youngster may be reached in every quarter: the last quarter, not the sum.
        *(figure("BU01410101", "jongerenwerk_bereik", "kwartaal", day, float(9 - n)) for n, day in enumerate(quarters)),
        # The last day on which it was counted.
        figure("BU01410101", "bijstandsgerechtigden", "peildatum", "2025-01-01", 20.0),
        figure("BU01410101", "bijstandsgerechtigden", "peildatum", "2025-07-01", 30.0),
        # A measure runs from its begin to its end, or is still running.
        figure("BU01410101", "maatregelen", "looptijd", "2024-05-01", 2.0, periode_eind=date(2025, 2, 1), noemer="geen"),
        figure("BU01410101", "maatregelen", "looptijd", "2025-05-01", 1.0, periode_eind=None, noemer="geen"),
        # The last delivery speaks.
        figure("BU01410101", "huisverboden", "jaar", "2025-01-01", 6.0, leverancier="A", noemer="huishoudens"),
        figure("BU01410101", "huisverboden", "jaar", "2025-01-01", 7.0, leverancier="B", noemer="huishoudens",
               geleverd_op=datetime(2026, 2, 1)),
        # Two areas of then in one of today; an area that is no more.
        figure("BU09999999", "uitkeringsfraude", "jaar", "2025-01-01", 6.0, huidige_gebied_code="BU01410101"),
        figure("BU09999998", "uitkeringsfraude", "jaar", "2025-01-01", 6.0, huidige_gebied_code="BU01410101"),
        figure("BU09999997", "jeugdhulp", "jaar", "2025-01-01", 6.0, huidige_gebied_code=None),
        # Both municipalities know it; of the other only one does; a share is never added up.
        figure("GM0141", "jeugdhulp", "jaar", "2025-01-01", 60.0),
        figure("GM0168", "jeugdhulp", "jaar", "2025-01-01", 40.0),
        figure("GM0141", "wmo_voorzieningen", "jaar", "2025-01-01", 60.0),
        figure("GM0168", "wmo_voorzieningen", "jaar", "2025-01-01", None, onderdrukt=True),
        figure("GM0141", "eenzaamheid", "jaar", "2025-01-01", 40.0, eenheid="procent", noemer="geen"),
        figure("GM0168", "eenzaamheid", "jaar", "2025-01-01", 30.0, eenheid="procent", noemer="geen"),
    ]  # fmt: skip
    found = _suppliers(store, tables, rows)
    year = found["BU01410101", "basta_inzet", 2025]
    assert (year["aantal"], year["waarde"], year["eenheid"]) == (20, 20.0, "per 1.000 inwoners")
    assert year["bewaren_tot"] == date(2029, 1, 1)
    assert (found["BU01410102", "basta_inzet", 2025]["aantal"], found["BU01410102", "basta_inzet", 2025]["onderdrukt"]) == (
        None,
        False,
    )
    assert (found["BU01410103", "basta_inzet", 2025]["aantal"], found["BU01410103", "basta_inzet", 2025]["onderdrukt"]) == (
        None,
        True,
    )
    assert found["BU01410101", "jongerenwerk_bereik", 2025]["aantal"] == 6
    assert found["BU01410101", "bijstandsgerechtigden", 2025]["aantal"] == 30
    running = [found["BU01410101", "maatregelen", year]["waarde"] for year in (2024, 2025, 2026)]
    assert running == [2, 3, 1]
    homes = found["BU01410101", "huisverboden", 2025]
    assert (homes["aantal"], homes["bron"], homes["waarde"]) == (7, "B", None)  # households are not in the denominators
    assert found["BU01410101", "uitkeringsfraude", 2025]["aantal"] is None
    assert ("BU01410101", "jeugdhulp", 2025) not in found
    assert found["TWENTE", "jeugdhulp", 2025]["aantal"] == found["Team A", "jeugdhulp", 2025]["aantal"] == 100
    assert ("TWENTE", "wmo_voorzieningen", 2025) not in found
    assert ("TWENTE", "eenzaamheid", 2025) not in found
    lonely = found["GM0141", "eenzaamheid", 2025]
    assert (lonely["aantal"], lonely["waarde"], lonely["eenheid"]) == (None, 40, "procent")


class Comparison:
    """``compared``, compiled once; the engine runs it again for each list of values."""

    def __init__(self) -> None:
        self.store = Store(duckdb.connect())
        self.put([1.0])
        self.sql = self.store.sql(
            compared(*(self.store.ibis.table(name, database=("temp", "main")) for name in ("cijfers", "klassen")))
        )

    def put(self, values: list[float | None]) -> None:
        """Areas of one class with these values."""
        areas = [f"BU{place:08}" for place in range(len(values))]
        rows = [
            {
                "gebied_niveau": "buurt", "gebied_sleutel": area, "jaar": 2025, "kenmerk_soort": "cbs", "kenmerk": "x",
                "waarde": value,
            }
            for area, value in zip(areas, values, strict=True)
        ]  # fmt: skip
        full = arrow_schema(DASHBOARD_AREA_PROFILE)
        self.store.keep_rows("cijfers", rows, pyarrow.schema([full.field(name) for name in FIGURE_COLUMNS]))
        classes = [{"gebied_sleutel": area, "jaar": 2025, "stedelijkheid": 3} for area in areas]
        schema = pyarrow.schema(
            [("gebied_sleutel", pyarrow.string()), ("jaar", pyarrow.int32()), ("stedelijkheid", pyarrow.int32())]
        )
        self.store.keep_rows("klassen", classes, schema)

    def __call__(self, values: list[float | None]) -> list[dict[str, Any]]:
        self.put(values)
        return sorted(self.store.rows(self.sql), key=lambda row: row["gebied_sleutel"])


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    """The compiled comparison."""
    return Comparison()


@hypothesis_settings(max_examples=25, deadline=None)
@given(values=st.lists(st.none() | st.integers(0, 6).map(float), min_size=1, max_size=12))
def test_median_rank_and_percentile_are_those_of_scipy(comparison: Comparison, values: list[float | None]) -> None:
    known = [value for value in values if value is not None]
    for row, value in zip(comparison(values), values, strict=True):
        assert row["waarde"] == value
        assert row["vergelijkbare_gebieden"] == (len(known) if value is not None or known else 0)
        if len(known) < FEWEST_SIMILAR:
            assert row["waarde_vergelijkbaar"] is row["rang"] is row["percentiel"] is None
            continue
        assert row["waarde_vergelijkbaar"] == median(known)
        if value is None:
            assert row["rang"] is row["percentiel"] is None
        else:
            assert row["rang"] == 1 + sum(other > value for other in known)
            assert row["percentiel"] == pytest.approx(percentileofscore(known, value, kind="mean"), abs=1e-5)


def test_who_counts_nothing_has_no_rank() -> None:
    """Four alike: 2, 1, 0 and 0 registrations. The two with nothing share no third place; where they lie is still known."""
    store = Store(duckdb.connect())
    rows = [
        {
            "gebied_niveau": "gemeente", "gebied_sleutel": f"GM000{number}", "jaar": 2025, "kenmerk_soort": "registraties",
            "kenmerk": "totaal: misdrijven", "kenmerk_naam": "misdrijven", "eenheid": "per 1.000 inwoners",
            "aantal": float(count), "waarde": float(count), "onderdrukt": False,
        }
        for number, count in enumerate((2, 1, 0, 0))
    ]  # fmt: skip
    figures = rows_of(store, DASHBOARD_AREA_PROFILE, rows).select(*FIGURE_COLUMNS)
    kinds = pyarrow.schema([("gebied_sleutel", pyarrow.string()), ("jaar", pyarrow.int32()), ("stedelijkheid", pyarrow.int32())])
    urban = [{"gebied_sleutel": row["gebied_sleutel"], "jaar": 2025, "stedelijkheid": 3} for row in rows]
    found = compared(figures, store.keep_rows("stedelijkheid", urban, kinds)).order_by("gebied_sleutel").to_pyarrow().to_pylist()
    assert [(row["rang"], row["percentiel"]) for row in found] == [(1, 87.5), (2, 62.5), (None, 25.0), (None, 25.0)]
    store.close()
