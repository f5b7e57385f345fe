"""To which code of the newest edition an older one leads, and that each figure says so."""

from __future__ import annotations

from datetime import date

import pytest

from ivz_assets.enrichment.editions import Editions
from ivz_assets_tests.enrichment.delivering import Region, counts

CROSSWALK = [
    (2023, "BU01530101", "BU01530101"), (2023, "BU01530102", "BU01530103"), (2023, "BU01530104", "BU01530101"),
    (2023, "BU01530104", "BU01530103"), (2023, "BU01530105", "BU0153XXXX"), (2023, "BU01640100", "BU01530200"),
    (2025, "BU01530101", "BU01530101"), (2025, "BU01530103", "BU01530103"), (2025, "BU01530200", "BU01530200"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "now", "former"),
    [
        ("BU01530101", ("BU01530101",), False),
        ("BU01530102", ("BU01530103",), True),
        ("BU01530104", ("BU01530101", "BU01530103"), True),
        ("BU01530105", (), True),
        ("WK016401", ("WK015302",), True),
        ("GM0164", ("GM0153",), True),
        ("GM0153", ("GM0153",), False),
        ("BU09990101", (), False),
    ],
)
def test_where_a_code_leads(code: str, now: tuple[str, ...], former: bool) -> None:
    editions = Editions.of(CROSSWALK)
    assert editions.now(code, date(2025, 1, 1)) == now
    assert editions.is_former(code, date(2025, 1, 1)) is former
    assert not editions.is_former(code, date(2023, 1, 1))


def test_the_edition_of_a_day_is_that_of_its_year_or_the_one_before_it() -> None:
    editions = Editions.of(CROSSWALK)
    assert [editions.edition_of(date(year, 7, 1)) for year in (2020, 2023, 2024, 2025, 2027)] == [2023, 2023, 2023, 2025, 2025]
    assert Editions().edition_of(date(2025, 1, 1)) is None
    assert Editions().now("BU01530101", date(2025, 1, 1)) == ()


def test_each_figure_says_its_newest_code(region: Region) -> None:
    region.put([*counts(2023)[:5], *counts(2025)[:5]])
    region.store.connection.execute(
        "CREATE TABLE area_crosswalk (van_jaar INTEGER, van_buurt_code VARCHAR, buurt_code VARCHAR, gewicht DOUBLE)"
    )
    region.store.connection.executemany("INSERT INTO area_crosswalk VALUES (?, ?, ?, 1)", CROSSWALK)
    found = region.figures("gebied_code, periode, huidige_gebied_code")
    assert found == [
        ("BU01530101", "2023", "BU01530101"), ("BU01530101", "2025", "BU01530101"), ("BU01530102", "2023", "BU01530103"),
        ("BU01530102", "2025", "BU01530103"), ("BU01530103", "2023", "BU01530103"), ("BU01530103", "2025", "BU01530103"),
        ("BU01530104", "2023", None), ("BU01530104", "2025", None), ("BU01530105", "2023", None), ("BU01530105", "2025", None),
    ]  # fmt: skip
