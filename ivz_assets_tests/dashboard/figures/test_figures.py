"""The figures of a small region against figures written out, and against counting incident by incident."""

from __future__ import annotations

from datetime import date
from itertools import product
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from ivz_assets.dashboard.figures.schema import DASHBOARD_FIGURES
from ivz_assets.dashboard.statistics.two_counts import e_test
from ivz_assets_tests.dashboard.figures.region import (
    BUURTEN,
    CLASSES,
    FIRST,
    KEY,
    Region,
    happened,
    levels_of,
    period_rows,
)  # fmt: skip

# What the fixture of this page makes is dear: one worker makes it once.
pytestmark = pytest.mark.xdist_group("figures")

BURGLARY = "subcategorie: Woninginbraak"


def figure(found: pd.DataFrame, area: str, period: str, klasse: str, basis: str = "voorgevallen") -> dict[str, Any]:
    """The one row of a key; missing values are None."""
    rows = found[(found[KEY] == [basis, area, period, klasse]).all(axis=1)]
    assert len(rows) == 1, (area, period, klasse)
    return {name: None if pd.isna(value) else value for name, value in rows.iloc[0].to_dict().items()}


def test_columns_and_key(region: Region) -> None:
    found = region([happened(date(2026, 1, 6))])
    assert list(found.columns) == list(DASHBOARD_FIGURES.columns)
    assert not found.duplicated(KEY).any()


def test_a_figure_written_out(region: Region) -> None:
    found = region([
        happened(date(2026, 2, 3), times=6), happened(date(2026, 1, 31), times=4), happened(date(2025, 2, 28), times=2),
        happened(date(2024, 2, 29), times=1), happened(date(2023, 2, 1), times=3), happened(date(2021, 2, 1), times=50),
        happened(date(2026, 2, 4), buurt="BU01530102", times=1, aantal_omgezet=1),
    ])  # fmt: skip
    seen = figure(found, "BU01530101", "2026-02", BURGLARY)
    assert seen["aantal"] == 6
    # Exact limits of 6 (Garwood 1936): 2.202-13.059. 2,000 people are 1,000 dwellings here, of 2025, the last year there is.
    assert (seen["aantal_laag"], seen["aantal_hoog"]) == pytest.approx((2.2019, 13.0595), abs=2e-4)
    assert (seen["noemer"], seen["noemer_waarde"], seen["per_1000"]) == ("woningen", 1000.0, 6.0)
    assert (seen["per_1000_laag"], seen["per_1000_hoog"]) == pytest.approx((2.2019, 13.0595), abs=2e-4)
    assert (seen["rang"], seen["rang_van"]) == (1, 2)  # the neighbourhood of 50 people has no rate
    # January: 4 in 31 days against 6 in nine tenths of 28. Of what is not all in there is no difference.
    assert (seen["aantal_vorige_periode"], seen["verschil_vorige_periode"]) == (4, None)
    assert seen["verhouding_vorige_periode"] == round(6 / (28 * 0.9) / (4 / 31), 4)
    assert (seen["aantal_vorig_jaar"], seen["verschil_vorig_jaar"], seen["verhouding_vorig_jaar"]) == (2, None, 3.3333)
    assert seen["toets_vorig_jaar"] == round(float(e_test(6, 2, 0.9)), 6) < 0.17487
    # 2021 and 2022 fall in corona: 2025, 2024 and 2023 are left, 2 + 1 + 3 in 28 + 29 + 28 days.
    assert (seen["jaren_in_gemiddelde"], seen["gemiddelde_vijf_jaar"], seen["verschil_gemiddelde"]) == (3, 2.0, None)
    assert seen["verhouding_gemiddelde"] == round(6 / (28 * 0.9) / (6 / 85), 4)
    assert seen["volledigheid"] == 0.9
    assert seen["voorbehoud"] == "KLEIN ONVOLLEDIG"
    small = figure(found, "BU01530102", "2026-02", BURGLARY)
    assert (small["aantal"], small["aantal_omgezet"], small["per_1000"], small["rang"]) == (1, 1, None, None)
    assert small["noemer_waarde"] == 25.0
    assert small["voorbehoud"] == "KLEIN ONVOLLEDIG GRENS NOEMER"
    assert figure(found, "GM0153", "2026-02", "totaal: misdrijven")["aantal"] == 7
    assert figure(found, "GM0153", "2026-02", "totaal: misdrijven")["noemer"] == "inwoners"
    assert figure(found, "GM0153", "2026-02", BURGLARY)["voorbehoud"] == "KLEIN ONVOLLEDIG GRENS"
    assert figure(found, "TWENTE", "2026-02", BURGLARY)["voorbehoud"] == "KLEIN ONVOLLEDIG"


def test_nought_is_a_row_and_unknown_is_empty(region: Region) -> None:
    found = region([happened(date(2026, 2, 3)), happened(date(2021, 1, 2)), happened(date(2020, 12, 20))])
    nought = figure(found, "BU01410101", "2026-02", BURGLARY)
    assert (nought["aantal"], nought["per_1000"], nought["rang"], nought["aantal_laag"]) == (0, 0.0, None, 0.0)
    # On the map of twelve months nought is a row, and the only region is not the first of one.
    assert figure(found, "BU01410101", "2025-03 t/m 2026-02", BURGLARY)["aantal"] == 0
    region_wide = figure(found, "TWENTE", "2026-02", BURGLARY)
    assert (region_wide["rang"], region_wide["rang_van"]) == (None, 1)
    assert (nought["aantal_vorig_jaar"], nought["toets_vorig_jaar"], nought["verhouding_vorig_jaar"]) == (0, 1.0, None)
    # The deliveries begin in 2021: what was before is not known, and the year before has no row.
    earliest = figure(found, "TWENTE", "2021-01", BURGLARY)
    assert earliest["aantal"] == 1
    for name in (
        "aantal_vorige_periode",
        "verschil_vorige_periode",
        "toets_vorige_periode",
        "aantal_vorig_jaar",
        "gemiddelde_vijf_jaar",
    ):
        assert earliest[name] is None
    assert earliest["jaren_in_gemiddelde"] == 0
    assert found.periode_begin.min() == pd.Timestamp(FIRST)
    assert not found.periode.isin(["2020-12", "2020", "2020-W51", "2020-W53"]).any()
    # No row for nought where none is promised: in a week, for a class, in the bucket of what is unknown.
    assert not ((found.periode == "2026-W10") | (found.gebied_sleutel == "BU0153XXXX")).any()
    assert (found[found.klasse_niveau == "klasse"].aantal > 0).all()


def test_a_running_period_is_not_compared(region: Region) -> None:
    found = region([happened(date(2026, 3, 3), times=12), happened(date(2025, 3, 3), times=30)])
    running = figure(found, "TWENTE", "2026-03", BURGLARY)
    assert (running["aantal"], running["aantal_vorig_jaar"]) == (12, 30)
    assert (running["verschil_vorig_jaar"], running["verhouding_vorig_jaar"], running["toets_vorig_jaar"]) == (None, None, None)
    assert running["voorbehoud"] == "LOPEND"


def test_what_is_not_all_in_is_no_drop(region: Region) -> None:
    found = region([
        happened(date(2026, 3, 17), times=45), happened(date(2026, 3, 10), times=100), happened(date(2025, 3, 18), times=100),
        happened(date(2026, 1, 6), times=30), happened(date(2025, 12, 30), times=30), happened(date(2025, 1, 7), times=40),
        happened(date(2026, 3, 17), "E35", times=20), happened(date(2025, 3, 18), "E35", times=20),
    ])  # fmt: skip
    empty = dict.fromkeys(("verschil_vorig_jaar", "verhouding_vorig_jaar", "toets_vorig_jaar"))

    def seen(period: str, klasse: str) -> dict[str, Any]:
        row = figure(found, "TWENTE", period, klasse)
        return {name: row[name] for name in (*empty, "aantal", "aantal_vorig_jaar", "volledigheid", "voorbehoud")}

    # Of the week 45% is in: too little to hold against a whole one.
    told = {"aantal": 45, "aantal_vorig_jaar": 100, "volledigheid": 0.45, "voorbehoud": "ONVOLLEDIG"}
    assert seen("2026-W12", BURGLARY) == {**empty, **told}
    # The year to date: 45 + 100 + 30 in 95% of 81 days, against 40 + 100 in 81.
    ratio, p_value = round(175 / 0.95 / 140, 4), round(float(e_test(175, 140, 0.95)), 6)
    assert seen("2026 t/m 03-22", BURGLARY) == {
        "verschil_vorig_jaar": None, "verhouding_vorig_jaar": ratio, "toets_vorig_jaar": p_value,
        "aantal": 175, "aantal_vorig_jaar": 140, "volledigheid": 0.95, "voorbehoud": "ONVOLLEDIG",
    }  # fmt: skip
    # Of the total 79% is in; of the other subcategory it is not known.
    assert {name: seen("2026 t/m 03-22", "totaal: misdrijven")[name] for name in empty} == empty
    unknown = seen("2026 t/m 03-22", "subcategorie: Overlast jeugd")
    assert (unknown["volledigheid"], {name: unknown[name] for name in empty}) == (None, empty)
    # The first week of January is as good as in, but holds New Year; the week after it is compared with a year ago alone.
    assert {name: seen("2026-W01", BURGLARY)[name] for name in empty} == empty
    assert figure(found, "TWENTE", "2026-W01", BURGLARY)["voorbehoud"] == "JAARWISSELING"
    after = figure(found, "TWENTE", "2026-W02", BURGLARY)
    assert (after["aantal_vorige_periode"], after["verschil_vorige_periode"], after["toets_vorige_periode"]) == (30, None, None)
    assert (after["verschil_vorig_jaar"], after["verhouding_vorig_jaar"]) == (-10, 0.75)


def test_caveats_of_the_period(region: Region) -> None:
    found = region(
        [happened(date(2021, 5, 3), times=20), happened(date(2023, 2, 1), times=20), happened(date(2024, 5, 1), times=20)]
    )
    voorbehoud = {period: figure(found, "TWENTE", period, BURGLARY)["voorbehoud"] for period in ("2021-05", "2023-02", "2024-05")}
    assert voorbehoud == {"2021-05": "UITGESLOTEN", "2023-02": "UITGESLOTEN", "2024-05": ""}
    # Burglary is told by dwelling, and together with shoplifting by person, which fits neither.
    assert figure(found, "TWENTE", "2024-05", "totaal: misdrijven")["voorbehoud"] == "GEMENGD"
    # There is no denominator that fits shoplifting.
    shop = figure(region([happened(date(2024, 5, 1), "A40", times=20)]), "TWENTE", "2024-05", "subcategorie: Winkeldiefstal")
    assert (shop["noemer"], shop["per_1000"], shop["voorbehoud"]) == ("geen", None, "NOEMER")


def test_by_registration_is_complete_and_only_shown_where_promised(region: Region) -> None:
    found = region([happened(date(2026, 2, 3), datumbasis="geregistreerd")])
    mine = found[(found.datumbasis == "geregistreerd")]
    assert set(mine.gebied_niveau) == {"gemeente", "regio"}
    assert set(mine.periode_soort) == {"week", "maand"}
    assert figure(found, "TWENTE", "2026-02", BURGLARY, "geregistreerd")["volledigheid"] == 1.0


DAYS = st.sampled_from(
    [date(2020, 12, 30), date(2021, 1, 1), date(2021, 12, 31), date(2023, 1, 1), date(2024, 2, 29), date(2024, 12, 30),
     date(2025, 3, 22), date(2025, 3, 23), date(2026, 1, 31), date(2026, 2, 1), date(2026, 3, 22)]
)  # fmt: skip
HAPPENED = st.builds(
    lambda pair, day, buurt, basis: happened(day, pair[0], buurt, pair[1], datumbasis=basis),
    st.sampled_from(sorted(CLASSES)), DAYS, st.sampled_from(BUURTEN),
    st.sampled_from(["voorgevallen", "voorgevallen", "geregistreerd"]),
)  # fmt: skip
SOME = hypothesis_settings(max_examples=5, deadline=None)
PERIODS = {row["periode"]: row for row in period_rows()}


Counts = dict[tuple[str, ...], int]


def one_by_one(rows: list[dict[str, Any]], shown: set[tuple[str, ...]] | None = None) -> Counts:
    """Every count above nought, an incident at a time; of the shown combinations only, or of all."""
    found: Counts = {}
    for row in rows:
        buurt, basis = row["buurt_code"], row["datumbasis"]
        areas = {"buurt": buurt, "wijk": f"WK{buurt[2:8]}", "gemeente": f"GM{buurt[2:6]}", "regio": "TWENTE"}
        inside = [key for key, period in PERIODS.items() if period["periode_begin"] <= row["datum"] <= period["periode_eind"]]
        classes = levels_of(row["maatschappelijke_klasse"], row["projectcode"])
        for (level, area), period, (klasse_niveau, klasse) in product(areas.items(), inside, classes.items()):
            if shown is None or (basis, level, period, klasse_niveau) in shown:
                key = (basis, area, period, klasse)
                found[key] = found.get(key, 0) + row["aantal"]
    return found


def shown_of(region: Region) -> set[tuple[str, ...]]:
    """The combinations of levels that are shown, per period."""
    return {(g.datumbasis, g.gebied_niveau, p.row["periode"], g.klasse_niveau) for g, p in region.pairs}


def compared_with(period: dict[str, Any]) -> tuple[str | None, str | None, list[str]]:
    """The period before, the same one a year ago, and those of the mean; None where it was not delivered."""
    whole = {key: other for key, other in PERIODS.items() if other["periode_begin"] >= FIRST}
    links = [period[name] if period[name] in whole else None for name in ("vorige_periode", "vorig_jaar_periode")]
    alike = [
        key for key, other in whole.items()
        if other["periode_soort"] == period["periode_soort"] and other["volgorde_in_jaar"] == period["volgorde_in_jaar"]
        and 1 <= period["jaar"] - other["jaar"] <= 5 and not other["uitgesloten"]
    ]  # fmt: skip
    return links[0], links[1], alike


def as_cells(found: pd.DataFrame, column: str = "aantal") -> dict[tuple[str, ...], int]:
    """Values above nought by key."""
    filled = found[found[column].fillna(0) > 0]
    return dict(zip(filled[KEY].itertuples(index=False, name=None), filled[column].astype(int), strict=True))


@SOME
@given(rows=st.lists(HAPPENED, max_size=12))
def test_against_counting_one_by_one(region: Region, rows: list[dict[str, Any]]) -> None:
    found = region(rows)
    assert as_cells(found) == one_by_one(rows, shown_of(region))
    assert not found.duplicated(KEY).any()
    # Every comparison is the count of the period it names, nought when there is none, and empty when that was not delivered.
    every = one_by_one(rows)
    others = {key: compared_with(PERIODS[key]) for key in found.periode.unique()}
    names = [*KEY, "aantal_vorige_periode", "aantal_vorig_jaar", "jaren_in_gemiddelde", "gemiddelde_vijf_jaar"]
    for basis, area, period, klasse, *seen in found[names].itertuples(index=False, name=None):
        before, year_ago, alike = others[period]
        counts = [None if other is None else every.get((basis, area, other, klasse), 0) for other in (before, year_ago)]
        total = sum(every.get((basis, area, other, klasse), 0) for other in alike)
        mean = round(total / len(alike), 4) if len(alike) >= 3 else None
        assert [None if pd.isna(value) else value for value in seen] == [*counts, len(alike), mean]


@SOME
@given(rows=st.lists(HAPPENED, max_size=10), one=HAPPENED)
def test_one_incident_more_changes_exactly_the_figures_it_belongs_to(
    region: Region, rows: list[dict[str, Any]], one: dict[str, Any]
) -> None:
    before, after = as_cells(region(rows)), as_cells(region([*rows, one]))
    assert {key: after[key] - before.get(key, 0) for key in after if after[key] != before.get(key)} == one_by_one(
        [one], shown_of(region)
    )
    assert before.keys() <= after.keys()


@SOME
@given(rows=st.lists(HAPPENED, min_size=1, max_size=12), order=st.randoms())
def test_the_order_of_rows_changes_nothing_and_figures_add_up(region: Region, rows: list[dict[str, Any]], order: Any) -> None:
    found = region(rows).sort_values(KEY, ignore_index=True)
    order.shuffle(rows)
    pd.testing.assert_frame_equal(found, region(rows).sort_values(KEY, ignore_index=True))
    month = found[(found.periode_soort == "maand") & (found.datumbasis == "voorgevallen")]

    def sums(level: str, klasse: str, chosen: pd.DataFrame) -> dict[str, int]:
        part = chosen[(chosen.gebied_niveau == level) & (chosen.klasse_niveau == klasse)]
        return {key: int(total) for key, total in part.groupby("periode").aantal.sum().items() if total}

    whole = sums("regio", "totaal", month)
    assert sums("gemeente", "totaal", month) == whole == sums("regio", "subcategorie", month) == sums("regio", "categorie", month)
    recent = month[month.periode.isin(month[month.gebied_niveau == "buurt"].periode)]
    assert sums("buurt", "subcategorie", recent) == sums("wijk", "totaal", recent) == sums("regio", "totaal", recent)
    # Months make the quarters and the years.
    years = found[(found.periode_soort == "jaar") & (found.datumbasis == "voorgevallen")]
    of_months = pd.Series(whole, dtype=int).groupby(lambda key: key[:4]).sum()
    assert sums("regio", "totaal", years) == {year: int(total) for year, total in of_months.items()}
