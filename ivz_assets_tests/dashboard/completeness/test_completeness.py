"""Shares per period: by hand, what holds for any delays, and whether bands hold what came in when the ledger is cut."""

from __future__ import annotations

import os
from datetime import date, timedelta

import numpy as np
import pyarrow
import pyarrow.compute
import pytest

from ivz_assets.dashboard.completeness.delays import FEWEST_COUNTED
from ivz_assets.dashboard.completeness.transform import TOO_EARLY, Period, recent
from ivz_assets_tests.dashboard.completeness.small_region import SUNDAY, Region, drawn, incident, periods

pytestmark = pytest.mark.xdist_group("completeness")

FIRST = date(2024, 3, 4)
CLASS = "subcategorie: Woninginbraak"
CODES = {
    CLASS: ["A20"],
    "subcategorie: Fraude": ["F80"],
    "categorie: Vermogensdelicten": ["A20", "F80"],
    "totaal: misdrijven": ["A20", "F80"],
}


def regular(weeks: int, registered: tuple[int, ...], up_to: date = SUNDAY) -> list[dict[str, object]]:
    """Every Monday one incident per delay, in whole weeks."""
    mondays = [up_to - timedelta(days=7 * week + 6) for week in range(weeks)]
    return [incident(monday, 0, 7 * delay) for monday in mondays for delay in registered]


def test_shares_of_weeks_by_hand(region: Region) -> None:
    """Of every four, two come in at once, one a week later and one three weeks later: 2/4, 3/4, 3/4, then all."""
    region.put(regular(107, (0, 0, 1, 3)))
    rows = {row["periode"]: row for row in region.completeness(FIRST, SUNDAY) if row["klasse_sleutel"] == CLASS}
    shares = [rows[f"2026-W{week:02d}"]["aandeel_binnen"] for week in (12, 11, 10, 9, 8)]
    assert shares == pytest.approx([0.5, 0.75, 0.75, 1.0, 1.0])
    newest = rows["2026-W12"]
    assert (newest["aantal_bekend"], newest["verwacht_totaal"]) == (2, pytest.approx(4))
    assert newest["aandeel_laag"] < 0.5 < newest["aandeel_hoog"]
    assert (newest["geschat_op"], newest["binnen_weken"], newest["reden_geen_aandeel"]) == (CLASS, 52, None)


def test_a_month_weighs_its_days(region: Region) -> None:
    """March until the 22nd holds the Mondays of 1/2, 3/4 and 3/4, of equal weight: two thirds."""
    region.put(regular(107, (0, 0, 1, 3)))
    rows = {row["periode"]: row for row in region.completeness(FIRST, SUNDAY) if row["klasse_sleutel"] == CLASS}
    assert rows["2026-03"]["aandeel_binnen"] == pytest.approx(2 / 3, abs=0.005)
    assert rows["2026-03"]["aantal_bekend"] == 8
    assert rows["2026 t/m 03-22"]["verwacht_totaal"] == pytest.approx(4 * 11, rel=0.01)


def test_the_two_delays(region: Region) -> None:
    """Half is noticed and registered at once; a quarter noticed at once and registered a week later; a quarter noticed then."""
    mondays = [SUNDAY - timedelta(days=7 * week + 6) for week in range(107)]
    region.put([incident(day, *delays) for day in mondays for delays in ((0, 0), (0, 0), (0, 7), (7, 0))])
    newest = next(
        row for row in region.completeness(FIRST, SUNDAY) if (row["periode"], row["klasse_sleutel"]) == ("2026-W12", CLASS)
    )
    assert newest["aandeel_kennisgenomen"] == pytest.approx(0.75)
    assert newest["aandeel_verwerkt"] == pytest.approx(0.5 / 0.75)


def test_too_short_a_history_is_told_and_is_not_complete(region: Region) -> None:
    region.put(regular(25, (0,) * 20))
    rows = region.completeness(SUNDAY - timedelta(days=7 * 25 - 1), SUNDAY)
    assert {row["aandeel_binnen"] for row in rows} == {None}
    assert {row["reden_geen_aandeel"] for row in rows} == {
        "Te weinig geschiedenis: 25 hele weken, minstens 26 nodig om vertraging te meten."
    }
    assert {row["aantal_bekend"] for row in rows if row["periode"] == "2026-W12" and row["klasse_sleutel"] == CLASS} == {20}


def test_a_short_history_says_how_far_it_looks(region: Region) -> None:
    region.put(regular(30, (0,) * 20))
    rows = region.completeness(SUNDAY - timedelta(days=7 * 30 - 1), SUNDAY)
    assert {row["binnen_weken"] for row in rows if row["aandeel_binnen"] is not None} == {22}


def test_a_subcategory_with_few_counts_takes_the_delay_of_its_category(region: Region) -> None:
    few = [incident(SUNDAY - timedelta(days=day), 0, 0, "F80") for day in range(20)]
    region.put([*regular(107, (0, 0, 1, 3)), *few])
    on = {row["klasse_sleutel"]: row["geschat_op"] for row in region.completeness(FIRST, SUNDAY)}
    assert on["subcategorie: Fraude"] == "categorie: Vermogensdelicten"
    region.put(few)
    told = {row["reden_geen_aandeel"] for row in region.completeness(FIRST, SUNDAY)}
    assert told == {f"Te weinig registraties: minstens {FEWEST_COUNTED} nodig om de vertraging van deze klasse te meten."}


def test_without_incidents_or_history_every_class_is_told(region: Region) -> None:
    region.put([])
    assert {row["aandeel_binnen"] for row in region.completeness(FIRST, SUNDAY)} == {None}
    rows = region.completeness(SUNDAY, SUNDAY)
    assert {(row["aantal_bekend"], row["binnen_weken"]) for row in rows} == {(0, None)}


def test_where_next_to_nothing_is_in_nothing_is_extrapolated(region: Region) -> None:
    region.put(regular(107, (1, 1, 1, 1)))
    newest = next(
        row for row in region.completeness(FIRST, SUNDAY) if (row["periode"], row["klasse_sleutel"]) == ("2026-W12", CLASS)
    )
    assert (newest["aandeel_binnen"], newest["verwacht_totaal"], newest["reden_geen_aandeel"]) == (None, None, TOO_EARLY)


def test_periods_of_which_nothing_more_comes_are_not_listed() -> None:
    names = ("2026-W13", "2026-W12", "2025-W14", "2025-W13")
    weeks = [date(2026, 3, 23), date(2026, 3, 16), date(2025, 3, 31), date(2025, 3, 24)]
    listed = [Period(name, "week", day, day + timedelta(days=6)) for name, day in zip(names, weeks, strict=True)]
    assert [item.periode for item in recent(listed, SUNDAY)] == ["2026-W12", "2025-W14"]


def test_order_changes_nothing_and_a_total_follows_its_mix(region: Region) -> None:
    rng = np.random.default_rng(7)
    table = pyarrow.concat_tables([drawn(rng, 735, 4, "A20", 0.5), drawn(rng, 735, 2, "F80", 20)])
    region.put(table)
    before = region.completeness(FIRST, SUNDAY)
    region.put(table.take(pyarrow.array(rng.permutation(len(table)))))
    assert region.completeness(FIRST, SUNDAY) == before
    # Bounds are whole registrations, rounded outwards: never inside what is expected.
    bounds = [(row["verwacht_laag"], row["verwacht_totaal"], row["verwacht_hoog"]) for row in before if row["verwacht_totaal"]]
    assert all(low == int(low) and high == int(high) and low <= whole <= high for low, whole, high in bounds)
    newest = {row["klasse_sleutel"]: row["aandeel_binnen"] for row in before if row["periode"] == "2026-W12"}
    assert newest["subcategorie: Fraude"] < newest["totaal: misdrijven"] < newest["subcategorie: Woninginbraak"]


def test_bands_hold_what_came_in_when_the_ledger_is_cut(region: Region) -> None:
    """Weeks, months and the year as of a day a year back, against what is known of them now: 95% bands hold at least 93%."""
    runs = 400 if os.environ.get("IVZ_SIMULATE") else 12
    rng = np.random.default_rng(20260323)
    cut = SUNDAY - timedelta(days=364)
    first = SUNDAY - timedelta(days=1099 - 7)
    held, wide = [], []
    for _ in range(runs):
        table = pyarrow.concat_tables([drawn(rng, 1099, 20, "A20", 1.6), drawn(rng, 1099, 3, "F80", 40)])
        region.put(table)
        days = {
            key: (table.filter(pyarrow.compute.is_in(table["maatschappelijke_klasse"], pyarrow.array(codes))))[
                "datum_voorval"
            ].to_numpy()
            for key, codes in CODES.items()
        }
        spans = {period.periode: (period.periode_begin, min(period.periode_eind, cut)) for period in periods(first, cut)}
        for row in region.completeness(first, cut):
            if row["periode_begin"] < first or row["aandeel_binnen"] is None or row["aandeel_binnen"] > 0.995:
                continue
            begin, end = (np.datetime64(day) for day in spans[row["periode"]])
            happened = days[row["klasse_sleutel"]]
            final = ((happened >= begin) & (happened <= end)).sum()
            held.append(row["verwacht_laag"] <= final <= row["verwacht_hoog"])
            if (row["periode_soort"], row["klasse_sleutel"]) == ("maand", "totaal: misdrijven"):
                wide.append((row["verwacht_hoog"] - row["verwacht_laag"]) / row["verwacht_totaal"])
    assert np.mean(held) >= 0.93
    assert max(wide) < 0.25
