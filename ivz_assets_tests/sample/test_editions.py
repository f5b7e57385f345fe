"""What is planted in the history of codes: how many of each change, where and when, and a truth that adds up."""

from __future__ import annotations

from collections import Counter, defaultdict

import pytest

from ivz_assets.sample import borders, editions
from ivz_assets.sample.invented_areas import areas

SEED = 20260323
YEARS = range(2013, 2026)


@pytest.fixture(scope="module")
def truth() -> list[editions.Conversion]:
    """The conversions of the sample's own seed."""
    return editions.truth(areas(SEED), borders.surfaces(borders.parts(areas(SEED))))


def test_number_of_neighbourhoods_per_edition() -> None:
    numbers = {year: len(editions.edition(year, areas(SEED))) for year in YEARS}
    assert numbers == dict.fromkeys(range(2013, 2023), 519) | {2023: 517, 2024: 520, 2025: 520}


def test_the_newest_edition_is_what_the_sample_lists() -> None:
    where = areas(SEED)
    listed = zip(where.buurt_code, where.buurt_naam, where.wijk_code, where.wijk_naam, where.gemeente_code, strict=True)
    assert [tuple(buurt) for buurt in editions.edition(2025, where)] == sorted(listed)


def test_names_and_wijken_are_unambiguous_in_every_edition() -> None:
    wijken = {(buurt.wijk_code, buurt.wijk_naam) for buurt in editions.edition(2025, areas(SEED))}
    for year in (2020, 2021, 2023):
        listed = editions.edition(year, areas(SEED))
        assert {(buurt.wijk_code, buurt.wijk_naam) for buurt in listed} == wijken
        assert all(buurt.buurt_code[2:6] == buurt.gemeente_code[2:] for buurt in listed)
        assert len({(buurt.gemeente_code, buurt.buurt_naam) for buurt in listed}) == len(listed)


def test_indelingswijziging_per_year_and_municipality() -> None:
    found: Counter[tuple[int, str, str]] = Counter()
    for year in range(2014, 2026):
        for code, change in editions.changes(year, areas(SEED)).items():
            if change != "1":
                found[year, code[2:6], change] += 1
    assert found == {(2021, "1700", "2"): 6, (2023, "1742", "3"): 2, (2024, "0183", "3"): 7}


def test_truth_counts_and_sums_to_one_per_old_code(truth: list[editions.Conversion]) -> None:
    sums: defaultdict[tuple[int, str], float] = defaultdict(float)
    for conversion in truth:
        sums[conversion.jaar, conversion.buurt_code_oud] += conversion.gewicht
        assert conversion.gewicht > 0.05
    assert sums.keys() == {(year, buurt.buurt_code) for year in YEARS for buurt in editions.edition(year, areas(SEED))}
    assert all(total == pytest.approx(1, abs=1e-12) for total in sums.values())
    counts = {year: Counter(row.bepaling for row in truth if row.jaar == year) for year in (2020, 2022, 2023, 2024)}
    # Two splits in five parts, and a border that moved: the giver is in two, the taker is joined with what it took.
    assert counts[2020] == {"ongewijzigd": 505, "hernummerd": 6, "samengevoegd": 5, "gesplitst": 7}
    assert counts[2022] == {"ongewijzigd": 511, "samengevoegd": 5, "gesplitst": 7}
    assert counts[2023] == {"ongewijzigd": 513, "samengevoegd": 1, "gesplitst": 7}
    assert counts[2024] == {"ongewijzigd": 520}


def test_one_old_code_is_another_neighbourhood_today_and_all_others_are_retired(truth: list[editions.Conversion]) -> None:
    today = {buurt.buurt_code for buurt in editions.edition(2025, areas(SEED))}
    recoded = [row for row in truth if row.jaar == 2020 and row.bepaling == "hernummerd"]
    (trap,) = [row for row in recoded if row.buurt_code_oud in today]
    assert trap.buurt_code_oud in {row.buurt_code for row in recoded}
    changed = {row.buurt_code_oud for row in truth if row.bepaling in ("samengevoegd", "gesplitst")}
    # Where only a border moved, both keep their code.
    assert today & changed == {"BU01830401", "BU01830402"}


def test_old_code_follows_the_parts(truth: list[editions.Conversion]) -> None:
    where = areas(SEED)
    merged = {row.buurt_code for row in truth if row.jaar == 2020 and row.bepaling == "samengevoegd"} - {"BU01830402"}
    for code in merged:
        halves = {editions.old_code(code, 2022, where), editions.old_code(code, 2022, where, part=1)}
        assert halves == {row.buurt_code_oud for row in truth if (row.jaar, row.buurt_code) == (2022, code)}
        assert editions.old_code(code, 2023, where) == editions.old_code(code, 2023, where, part=1) == code


def test_clones_have_one_edition() -> None:
    where = areas(SEED, 2)
    assert where.history.first_years == (2013,)
    assert len(editions.edition(2013, where)) == 2 * 520
