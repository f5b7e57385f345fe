"""Counts of people and premises that are too small to show, and those with which they could be computed."""

from __future__ import annotations

from collections.abc import Sequence

from ivz_assets_tests.enrichment.delivering import BUURTEN, Region, Row, counts

SIZES = ("tot_50_planten", "50_tot_200_planten", "200_tot_500_planten", "500_planten_of_meer")


def farms(area: str, values: Sequence[int]) -> list[Row]:
    """Cannabis farms in one neighbourhood and quarter: by size, and all together."""
    row = {"gebied_code": area, "periode": "2025-K3"}
    of_sizes: list[Row] = [
        {**row, "indicator": "hennepkwekerijen_omvang", "uitsplitsing": size, "waarde": value}
        for size, value in zip(SIZES, values, strict=True)
    ]
    return [*of_sizes, {**row, "indicator": "hennepkwekerijen", "waarde": sum(values)}]


def test_a_small_count_is_hidden_nought_is_not_and_raw_keeps_it(region: Region) -> None:
    values = (0, 1, 4, 5, "onbekend")
    region.put([{**row, "waarde": value} for row, value in zip(counts(), values, strict=False)])
    assert region.figures("waarde, onderdrukt") == [(0, False), (5, False), (None, False), (None, True), (None, True)]
    raw = region.store.connection.execute("SELECT waarde FROM raw_enrichments ORDER BY rij").fetchall()
    assert raw == [(0,), (1,), (4,), (5,), (None,)]


def test_what_is_not_about_people_is_shown(region: Region) -> None:
    rows = counts(areas=BUURTEN[:2], indicator="buurt_whatsappgroepen")
    region.put([{**row, "periode": "2025-01-01", "waarde": 2} for row in rows])
    assert region.figures("DISTINCT waarde, onderdrukt") == [(2.0, False)]


def test_a_hidden_count_cannot_be_computed_from_the_rest_of_its_breakdown(region: Region) -> None:
    cases: list[tuple[tuple[int, ...], tuple[float | None, ...]]] = [
        ((3, 9, 7, 0), (None, 9, None, 0)),  # 19 - 9 - 7 would leave 3: the smallest other one goes, too
        ((3, 2, 9, 0), (None, None, 9, 0)),  # together 5: 1 and 4, or 2 and 3
        ((1, 1, 9, 8), (None, None, 9, None)),  # together 2: each must be 1
        ((4, 4, 9, 8), (None, None, 9, None)),  # together 8: each must be 4
        ((6, 9, 7, 0), (6, 9, 7, 0)),
        ((3, 0, 0, 0), (None, 0, 0, 0)),  # nothing else to hide; the total of 3 is hidden itself
    ]
    areas = BUURTEN[: len(cases)]
    region.put([row for area, (values, _) in zip(areas, cases, strict=True) for row in farms(area, values)])
    shown = {
        (area, breakdown): (value, hidden)
        for area, breakdown, value, hidden in region.figures("gebied_code, uitsplitsing, waarde, onderdrukt")
    }
    for area, (values, expected) in zip(areas, cases, strict=True):
        assert [shown[area, size] for size in SIZES] == [(value, value is None) for value in expected]
        assert shown[area, ""] == ((None, True) if sum(values) < 5 else (sum(values), False))


def test_a_breakdown_without_an_undivided_indicator_hides_no_more_than_is_small(region: Region) -> None:
    row = {"gebied_code": BUURTEN[0], "periode": "2025-H1", "indicator": "halt_verwijzingen"}
    region.put([{**row, "uitsplitsing": name, "waarde": value} for name, value in (("diefstal", 3), ("vuurwerk", 9))])
    found = region.figures("uitsplitsing, waarde, onderdrukt")
    assert found == [("diefstal", None, True), ("vuurwerk", 9.0, False)]
