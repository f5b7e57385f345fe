"""Ages and delays in weeks against dates written out by hand."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from ivz_assets.dashboard.completeness.lags import DEVELOPMENT_WEEKS, HISTORY_WEEKS, first_day
from ivz_assets.dashboard.completeness.triangle import triangle
from ivz_assets_tests.dashboard.completeness.small_region import CLASSES, SUNDAY, Region, incident

pytestmark = pytest.mark.xdist_group("completeness")

FIRST = date(2025, 3, 3)
KEY = "subcategorie: Woninginbraak"


def found(region: Region, *incidents: dict[str, object], anchor: date = SUNDAY) -> list[tuple[int, int, int, int]]:
    """Age, weeks to notice, weeks to registration and number, of the subcategory."""
    region.put(list(incidents))
    rows = region.lags(FIRST, anchor, min(anchor, SUNDAY)).to_pylist()
    names = ("dagen_geleden", "kennisname_weken", "registratie_weken", "aantal")
    return sorted(tuple(row[name] for name in names) for row in rows if row["klasse_sleutel"] == KEY)  # type: ignore[misc]


def test_a_delay_counts_from_the_end_of_the_week_of_occurrence(region: Region) -> None:
    """Monday 2 March: registered on Sunday the 8th is the week itself, on Monday the 9th one later, on the 16th two later."""
    monday = date(2026, 3, 2)
    assert found(region, *(incident(monday, 0, days) for days in (0, 6, 7, 13, 14))) == [
        (20, 0, 0, 2), (20, 0, 1, 2), (20, 0, 2, 1),
    ]  # fmt: skip


def test_deliveries_that_end_on_a_thursday_have_weeks_that_end_on_a_thursday(region: Region) -> None:
    thursday = date(2026, 3, 19)
    assert found(region, incident(date(2026, 3, 12), 0, 0), incident(date(2026, 3, 12), 0, 1), anchor=thursday) == [
        (7, 0, 0, 1), (7, 0, 1, 1),
    ]  # fmt: skip


def test_two_delays_and_an_unknown_date_of_notice(region: Region) -> None:
    happened = date(2026, 3, 1)
    assert found(region, incident(happened, 7, 7), incident(happened, None, 14)) == [(21, 1, 2, 1), (21, 2, 2, 1)]


def test_what_is_not_known_by_then_or_outside_does_not_count(region: Region) -> None:
    late, outside = incident(SUNDAY, 0, 1), incident(SUNDAY, inside=False)
    assert found(region, incident(SUNDAY), late, outside, incident(FIRST - timedelta(days=1))) == [(0, 0, 0, 1)]


def test_a_year_later_is_the_tail(region: Region) -> None:
    assert found(region, incident(FIRST, 363, 0)) == [(384, 51, 51, 1)]
    assert found(region, incident(FIRST, 371, 0)) == [(384, DEVELOPMENT_WEEKS, DEVELOPMENT_WEEKS, 1)]


def test_history_begins_with_a_whole_week_that_is_known_from_its_first_day() -> None:
    assert first_day(date(2026, 1, 1), SUNDAY) == date(2026, 1, 5)
    assert first_day(SUNDAY - timedelta(days=6), SUNDAY) == SUNDAY - timedelta(days=6)
    assert first_day(date(2015, 1, 1), SUNDAY) == SUNDAY - timedelta(days=7 * HISTORY_WEEKS - 1)
    assert first_day(SUNDAY, SUNDAY) == SUNDAY + timedelta(days=1)


def test_the_triangle_has_every_cell_that_can_be_there_and_no_other(region: Region) -> None:
    """Two weeks: three cells per class; in the week of 9 March two registered at once and one a week later."""
    region.put([incident(date(2026, 3, 9)), incident(date(2026, 3, 15)), incident(date(2026, 3, 15), 0, 7)])
    rows = triangle(region.lags(FIRST, SUNDAY, SUNDAY), CLASSES, regio="TWENTE", sunday=SUNDAY, blocks=2).to_pylist()
    mine = [row for row in rows if row["klasse_sleutel"] == KEY]
    names = ("periode", "weken_later", "aantal_kennisgenomen", "aantal_geregistreerd", "aantal_tot_dan")
    assert sorted(tuple(row[name] for name in names) for row in mine) == [
        ("2026-W11", 0, 3, 2, 2), ("2026-W11", 1, 0, 1, 3), ("2026-W12", 0, 0, 0, 0),
    ]  # fmt: skip
    assert len(rows) == 3 * len(CLASSES)
