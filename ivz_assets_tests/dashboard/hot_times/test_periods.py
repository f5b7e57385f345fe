"""Months, seasons and the combinations of levels that are published."""

from __future__ import annotations

from datetime import date

from ivz_assets.dashboard.hot_times import periods
from ivz_assets.dashboard.hot_times.schema import PERIODE_SOORTEN, SEIZOENEN
from ivz_assets.dashboard.schema import GEBIED_NIVEAUS, KLASSE_NIVEAUS
from ivz_assets_tests.dashboard.hot_times.small_region import PERIODS


def test_meteorological_seasons() -> None:
    found = [periods.season(month) for month in range(1, 13)]
    assert found == ["winter"] * 2 + ["lente"] * 3 + ["zomer"] * 3 + ["herfst"] * 3 + ["winter"]


KNOWN_FROM = date(2025, 1, 1)


def test_years_and_the_newest_closed_twelve_months() -> None:
    rows = periods.months(PERIODS, KNOWN_FROM)
    assert {row["periode"] for row in rows} == {"2025", "2026", "2025-03 t/m 2026-02"}
    rolling = [row for row in rows if row["periode_soort"] == "12 maanden"]
    assert [divmod(row["maand"], 12) for row in rolling] == [(2025, month) for month in range(2, 12)] + [(2026, 0), (2026, 1)]
    # December belongs to the winter of its own period.
    winter = [row["maand"] % 12 + 1 for row in rows if (row["periode"], row["seizoen"]) == ("2025", "winter")]
    assert winter == [1, 2, 12]


def test_a_year_before_the_first_delivered_day_is_left_out_unless_there_is_no_other() -> None:
    """Deliveries since 2 January 2025 say less than a year of 2025; since 2 January 2026 there is no whole year at all."""
    years = [row["periode"] for row in periods.months(PERIODS, date(2025, 1, 2)) if row["periode_soort"] == "jaar"]
    assert set(years) == {"2026"}
    years = [row["periode"] for row in periods.months(PERIODS, date(2026, 1, 2)) if row["periode_soort"] == "jaar"]
    assert set(years) == {"2026"}


def test_a_number_names_one_season_of_one_period() -> None:
    rows = periods.months(PERIODS, KNOWN_FROM)
    named = {row["periode_nr"]: (row["periode"], row["seizoen"]) for row in rows}
    assert all(named[row["periode_nr"]] == (row["periode"], row["seizoen"]) for row in rows)
    assert len(named) == 3 * 4
    assert {number // len(SEIZOENEN): period for number, (period, _) in named.items()} == {
        0: "2025", 1: "2026", 2: "2025-03 t/m 2026-02",
    }  # fmt: skip


def test_without_twelve_closed_months_there_are_only_years() -> None:
    assert {row["periode_soort"] for row in periods.months(PERIODS[:2], KNOWN_FROM)} == {"jaar"}
    assert periods.months([], KNOWN_FROM) == []


def test_grains_name_levels_that_exist() -> None:
    listed = [(row["periode_soort"], row["gebied_niveau"], row["klasse_niveau"]) for row in periods.grains()]
    assert len(set(listed)) == len(listed)
    assert {row[0] for row in listed} == set(PERIODE_SOORTEN)
    assert {row[1] for row in listed} == set(GEBIED_NIVEAUS)
    assert {row[2] for row in listed} == set(KLASSE_NIVEAUS)
    # Below the municipality only by category, theme and subcategory: a class in a neighbourhood is noise.
    small = {row[2] for row in listed if row[1] in ("buurt", "wijk", "eigen gebied")}
    assert small == {"categorie", "thema", "subcategorie"}
