"""Weights and coverage on every level, against figures written out by hand and against dividing incidents one by one."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from ivz_assets.dashboard.hot_times import periods
from ivz_assets.dashboard.hot_times.schema import DASHBOARD_HOT_TIMES, DASHBOARD_HOT_TIMES_COVERAGE, FEWEST
from ivz_assets_tests.dashboard.hot_times.small_region import AREAS, CLASSES, KEY, PERIODS, Region, incident

pytestmark = pytest.mark.xdist_group("hot_times")

ROLLING = "2025-03 t/m 2026-02"
NIGHT = incident(datetime(2026, 1, 6, 22, 0), datetime(2026, 1, 7, 2, 0))
"""Tuesday 22:00 to Wednesday 02:00."""


def week(weights: pd.DataFrame, **where: str) -> dict[tuple[int, int], float]:
    """From weekday and hour to weight, for one area, period, season and class."""
    chosen = weights
    defaults = {"gebied_sleutel": "TWENTE", "periode": "2026", "seizoen": "winter", "klasse_sleutel": "A20"}
    for name, value in {**defaults, **where}.items():
        chosen = chosen[chosen[name] == value]
    return {(int(day), int(hour)): weight for day, hour, weight in chosen[["weekdag", "uur", "gewicht"]].to_numpy()}


def counts(coverage: pd.DataFrame, *columns: str, **where: str) -> tuple[Any, ...]:
    """Columns of the one row of coverage."""
    chosen = coverage
    defaults = {"gebied_sleutel": "TWENTE", "periode": "2026", "seizoen": "winter", "klasse_sleutel": "A20"}
    for name, value in {**defaults, **where}.items():
        chosen = chosen[chosen[name] == value]
    assert len(chosen) == 1
    return tuple(chosen.iloc[0][list(columns)])


def one_by_one(incidents: list[dict[str, Any]]) -> dict[tuple[str, ...], np.ndarray]:
    """Weights of shape (7, 24) per cell of the levels, an incident and a minute at a time."""
    grains = {(row["periode_soort"], row["gebied_niveau"], row["klasse_niveau"]) for row in periods.grains()}
    found: dict[tuple[str, ...], np.ndarray] = defaultdict(lambda: np.zeros((7, 24)))
    wanted = [period for period in PERIODS if period["periode"] in ("2025", "2026", ROLLING)]
    for item in incidents:
        begin, end = item["begin_tijdstip"], item["eind_tijdstip"]
        if not item["binnen_regio"] or begin is None or "begintijd_standaard" in (item["kenmerken"] or ""):
            continue
        length = max(0, int(((end or begin) - begin).total_seconds()) // 60)
        if length >= 7 * 24 * 60:
            continue
        own = np.zeros((7, 24))
        for minute in range(max(length, 1)):
            moment = begin + timedelta(minutes=minute)
            own[moment.weekday(), moment.hour] += 1 / max(length, 1)
        for period in wanted:
            if not period["periode_begin"] <= begin.date() <= period["periode_eind"]:
                continue
            for area in (row for row in AREAS if row["buurt_code"] == item["buurt_code"]):
                for named in CLASSES:
                    same = (named["maatschappelijke_klasse"], named["projectcode"]) == (
                        item["maatschappelijke_klasse"], item["projectcode"] or "",
                    )  # fmt: skip
                    if same and (period["periode_soort"], area["gebied_niveau"], named["klasse_niveau"]) in grains:
                        key = (
                            area["gebied_sleutel"], period["periode"], periods.season(begin.month), named["klasse_sleutel"],
                        )  # fmt: skip
                        found[key] += own
    return dict(found)


def as_weeks(weights: pd.DataFrame) -> dict[tuple[str, ...], np.ndarray]:
    """The engine's weights in the same shape."""
    found: dict[tuple[str, ...], np.ndarray] = {}
    for row in weights.itertuples():
        key = (row.gebied_sleutel, row.periode, row.seizoen, row.klasse_sleutel)
        found.setdefault(key, np.zeros((7, 24)))[row.weekdag - 1, row.uur] = row.gewicht
    return found


def test_a_quarter_each_on_every_level(region: Region) -> None:
    weights, _ = region([NIGHT])
    quarters = dict.fromkeys([(2, 22), (2, 23), (3, 0), (3, 1)], 0.25)
    assert week(weights) == quarters
    levels = weights.groupby(["periode_soort", "gebied_niveau"], observed=True)["klasse_niveau"].agg(lambda names: set(names))
    every = {"klasse", "subcategorie", "categorie", "totaal"}
    assert levels.to_dict() == {
        ("jaar", "regio"): every, ("jaar", "basisteam"): every, ("jaar", "gemeente"): every,
        ("12 maanden", "regio"): every - {"klasse"}, ("12 maanden", "basisteam"): every - {"klasse"},
        ("12 maanden", "gemeente"): every - {"klasse"}, ("12 maanden", "wijk"): every - {"klasse", "totaal"},
        ("12 maanden", "buurt"): every - {"klasse", "totaal"},
    }  # fmt: skip
    assert week(weights, gebied_sleutel="BU01530101", periode=ROLLING, klasse_sleutel="subcategorie: Woninginbraak") == quarters


def test_the_period_is_that_of_the_begin(region: Region) -> None:
    weights, _ = region([incident(datetime(2025, 12, 31, 23, 0), datetime(2026, 1, 1, 1, 0))])
    # Wednesday 31 December 23:00 and Thursday 1 January 00:00, both in 2025; December is winter of its own year.
    assert week(weights, periode="2025") == {(3, 23): 0.5, (4, 0): 0.5}
    assert week(weights, periode="2026") == {}


def test_what_is_left_out_is_counted_apart(region: Region) -> None:
    midnight = datetime(2026, 1, 6)
    weights, coverage = region(
        [
            NIGHT,
            incident(datetime(2026, 1, 6, 10, 0), datetime(2026, 1, 6, 10, 30)),
            incident(datetime(2026, 1, 6), datetime(2026, 1, 6, 6, 0), flags="begintijd_standaard"),
            incident(None, day=midnight.date(), flags="begintijd_ontbreekt eindtijd_ontbreekt"),
            incident(datetime(2026, 1, 6, 9, 0), datetime(2026, 1, 20, 9, 0)),
        ]
    )
    columns = ("aantal", "aantal_meegeteld", "aantal_te_lang", "aantal_zonder_tijd", "aantal_exact")
    assert counts(coverage, *columns) == (5, 2, 1, 2, 1)
    assert counts(coverage, "aandeel_weggelaten", "aandeel_exact") == (0.6, 0.5)
    assert week(weights) == {(2, 10): 1.0, (2, 22): 0.25, (2, 23): 0.25, (3, 0): 0.25, (3, 1): 0.25}


def test_all_left_out_leaves_coverage_without_weights(region: Region) -> None:
    weights, coverage = region([incident(None, flags="begintijd_ontbreekt")])
    assert weights.empty
    assert counts(coverage, "aantal", "aantal_meegeteld", "aandeel_weggelaten") == (1, 0, 1.0)
    assert pd.isna(counts(coverage, "aandeel_exact")[0])


def test_flags_are_counted(region: Region) -> None:
    _, coverage = region(
        [
            incident(datetime(2025, 10, 26, 2, 30), datetime(2025, 10, 26, 2, 40), flags="zomertijd_dubbel"),
            incident(datetime(2025, 10, 26, 2, 30), datetime(2025, 10, 26, 1, 40), flags="eind_voor_begin"),
            incident(datetime(2025, 10, 26, 3, 30), flags="eindtijd_ontbreekt"),
        ]
    )
    columns = ("aantal_dubbel_uur", "aantal_eind_voor_begin", "aantal_zonder_einde", "aantal_exact")
    assert counts(coverage, *columns, periode="2025", seizoen="herfst") == (1, 1, 1, 1)


def test_a_project_code_decides_the_theme(region: Region) -> None:
    weights, _ = region([NIGHT, incident(datetime(2026, 1, 8, 12, 0), project="JEUGD")])
    assert week(weights, klasse_sleutel="thema: Jeugd") == {(4, 12): 1.0}
    assert week(weights, klasse_sleutel="thema: Woonoverlast") == {(4, 12): 1.0}
    assert sum(week(weights, klasse_sleutel="A20").values()) == 2.0


def test_few_incidents_are_not_enough(region: Region) -> None:
    winter = [incident(datetime(2026, 1, 5, 12, 0))] * (FEWEST - 1)
    flags = ("voldoende", "voldoende_periode")
    weights, coverage = region(winter)
    assert counts(coverage, *flags) == (False, False)
    # One in spring: enough in the year, not in any season.
    weights, coverage = region([*winter, incident(datetime(2026, 4, 6, 12, 0))])
    assert counts(coverage, *flags) == (False, True)
    assert counts(coverage, *flags, periode=ROLLING, klasse_sleutel="totaal: misdrijven") == (False, False)
    of_year = weights[(weights["periode"] == "2026") & (weights["klasse_sleutel"] == "A20")]
    assert not of_year["voldoende"].any()
    assert of_year["voldoende_periode"].all()
    # What was left out does not carry an hour.
    left_out = [incident(None, flags="begintijd_ontbreekt")] * 5
    assert counts(region([*winter, *left_out])[1], *flags) == (False, False)
    assert counts(region([*winter, NIGHT])[1], *flags) == (True, True)


def test_columns_and_keys(region: Region) -> None:
    weights, coverage = region([NIGHT, incident(klasse="E35", buurt="BU0141XXXX", project="ONBEKEND"), incident(inside=False)])
    assert list(weights.columns) == list(DASHBOARD_HOT_TIMES.columns)
    assert list(coverage.columns) == list(DASHBOARD_HOT_TIMES_COVERAGE.columns)
    assert not weights.duplicated([*KEY, "weekdag", "uur"]).any()
    assert not coverage.duplicated(KEY).any()


BEGINS = st.datetimes(datetime(2025, 1, 1), datetime(2026, 6, 30)).map(lambda moment: moment.replace(second=0, microsecond=0))


@st.composite
def incidents(draw: st.DrawFn) -> dict[str, Any]:
    begin = draw(BEGINS)
    length = draw(st.one_of(st.none(), st.integers(-90, 300), st.integers(0, 8 * 1440)))
    item = incident(
        begin, None if length is None else begin + timedelta(minutes=length), draw(st.sampled_from(["A20", "E35"])),
        draw(st.sampled_from([row["buurt_code"] for row in AREAS])), draw(st.sampled_from([None, "JEUGD"])),
        draw(st.sampled_from([None, None, "begintijd_standaard", "datumvorm"])), draw(st.sampled_from([True, True, True, False])),
    )  # fmt: skip
    return item if draw(st.integers(0, 9)) else {**item, "begin_tijdstip": None, "eind_tijdstip": None}


SOME = hypothesis_settings(max_examples=6, deadline=None)


@SOME
@given(items=st.lists(incidents(), max_size=8))
def test_against_one_by_one(region: Region, items: list[dict[str, Any]]) -> None:
    weights, coverage = region(items)
    found, expected = as_weeks(weights), one_by_one(items)
    assert found.keys() == expected.keys()
    for key, expected_week in expected.items():
        np.testing.assert_allclose(found[key], expected_week, rtol=0, atol=1e-7)
        assert ((found[key] > 0) == (expected_week > 0)).all()
    sums = weights.groupby(KEY, observed=True)["gewicht"].sum()
    counted = coverage[coverage["aantal_meegeteld"] > 0].set_index(KEY)["aantal_meegeteld"]
    assert sums.index.sort_values().equals(counted.index.sort_values())
    np.testing.assert_allclose(sums.sort_index(), counted.sort_index(), rtol=1e-9)
    parts = coverage[["aantal_meegeteld", "aantal_te_lang", "aantal_zonder_tijd"]].sum(axis=1)
    assert (parts == coverage["aantal"]).all()


@SOME
@given(items=st.lists(incidents(), max_size=8), data=st.data())
def test_order_changes_nothing_and_one_more_changes_only_its_own(
    region: Region, items: list[dict[str, Any]], data: st.DataObject
) -> None:
    weights, coverage = region(items)
    shuffled, covered = region(data.draw(st.permutations(items)))
    # To the last bit, for weights are whole numbers until the end.
    assert _rows(weights) == _rows(shuffled)
    pd.testing.assert_frame_equal(coverage, covered)
    more, _ = region([*items, NIGHT])
    own = one_by_one([NIGHT])
    before, after = as_weeks(weights), as_weeks(more)
    assert after.keys() == before.keys() | own.keys()
    for key, found in after.items():
        np.testing.assert_allclose(found - before.get(key, 0.0), own.get(key, np.zeros((7, 24))), atol=1e-7)


def _rows(table: pd.DataFrame) -> list[tuple[Any, ...]]:
    return sorted(table.itertuples(index=False, name=None))


def test_seasons_add_up_to_the_year(region: Region) -> None:
    days = [date(2025, month, 15) for month in range(1, 13)]
    weights, coverage = region([incident(datetime(day.year, day.month, day.day, 20, 30)) for day in days])
    of_year = coverage[(coverage["periode"] == "2025") & (coverage["gebied_niveau"] == "regio")]
    for key, rows in of_year.groupby("klasse_sleutel"):
        assert rows.set_index("seizoen")["aantal"].to_dict() == dict.fromkeys(["winter", "lente", "zomer", "herfst"], 3), key
    assert weights[weights["klasse_sleutel"] == "A20"]["gewicht"].sum() == pytest.approx(12 * 3)  # regio, basisteam, gemeente
