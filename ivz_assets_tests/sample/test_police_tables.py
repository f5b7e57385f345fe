"""Whether the invented police tables have the shape of the real ones, and count what the sample delivers."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ivz_assets.dashboard.reconciliation.mapping import groups, open_codes
from ivz_assets.neighbourhoods.cbs.files import CbsFiles
from ivz_assets.open_police.transform import shape_of
from ivz_assets.sample import police_tables
from ivz_assets.sample.incidents import registered_in
from ivz_assets.sample.invented_areas import areas
from ivz_assets.sample.patterns import day_of
from ivz_assets.sample.police_tables import MONTHS, PLANTED, YEARS, tally, write_police_tables
from ivz_assets.sample.reference_data import gemeenten, klassen, police_offences

from .conftest import Sample

SEED = 20260323
COUNT = "GeregistreerdeMisdrijven_1"
Cells = dict[tuple[str, str, str], int | None]


def read(folder: Path, table: str) -> Cells:
    """Counts by municipality, period and code, without padding."""
    rows = json.loads((folder / table / "TypedDataSet.json").read_text(encoding="utf-8"))["value"]
    cells = {(row["WijkenEnBuurten"].strip(), row["Perioden"], row["SoortMisdrijf"].strip()): row[COUNT] for row in rows}
    assert len(cells) == len(rows)
    return cells


@pytest.fixture(scope="module")
def counted() -> list[Any]:
    """Everything registered from November 2025 up to the middle of March 2026, a part of it a month or so."""
    spans = [(date(2025, 11, 1), date(2025, 12, 31)), (date(2026, 1, 1), date(2026, 3, 15))]
    return [tally(rows, areas(SEED)) for rows in registered_in(SEED, 0.3, spans)]


def test_they_lie_in_the_sample_and_are_read_as_tables_of_the_host(small: Sample) -> None:
    names = {entry["name"] for entry in small.manifest["tables"]}
    assert {f"politie/{table}/TypedDataSet.json" for table in (MONTHS, YEARS)} <= names
    assert small.manifest["police_deviation"] == PLANTED._asdict()
    files = CbsFiles(small.folder / "politie")
    for table in (MONTHS, YEARS):
        assert files.table_entry(table).title.startswith("Geregistreerde misdrijven; soort misdrijf")
        shape = shape_of(files.columns(table), table)
        assert (shape.offence, shape.region, shape.period, shape.count) == ("SoortMisdrijf", "WijkenEnBuurten", "Perioden", COUNT)
        assert {member["Key"] for member in files.members(table, shape.offence)} >= {f"{code:6}" for code in open_codes()}
        assert len(files.regions(table, shape.region, [item.code for item in gemeenten()])) == 14
    assert {period for _, period, _ in read(small.folder / "politie", YEARS)} == {"2025JJ00"}
    months = sorted({period for _, period, _ in read(small.folder / "politie", MONTHS)})
    assert (months[0], months[-1], len(months)) == ("2025MM01", "2026MM02", 14)


def test_the_police_count_the_classes_that_we_compare_them_with() -> None:
    listed = {offence.code: set(offence.klassen) for offence in police_offences()}
    for group in groups():
        assert set().union(*(listed[code] for code in group.politie_codes)) == set(group.klassen)
    crimes = {klasse.code for klasse in klassen() if klasse.soort == "misdrijf"}
    assert set().union(*listed.values()) < crimes


def test_a_tally_is_the_rows_by_month_of_notice(counted: list[Any]) -> None:
    (rows,) = registered_in(SEED, 0.05, [(date(2026, 1, 5), date(2026, 1, 18))])
    where = areas(SEED)
    expected = Counter(
        (day_of(row["kennisname"]).strftime("%Y-%m"), where.gemeente_code[row["buurt"]], int(row["klasse"])) for row in rows
    )
    found = {
        (f"{1970 + month // 12}-{month % 12 + 1:02d}", police_tables.gemeenten_of(where)[place], klasse): number
        for month, place, klasse, number in tally(rows, where).tolist()
    }
    assert found == expected
    assert all(array.shape[1] == 4 for array in counted)


def test_differences_are_small_except_for_what_is_planted(
    counted: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, where = date(2025, 11, 1), areas(SEED)
    write_police_tables(tmp_path / "met", counted, first, where, SEED)
    monkeypatch.setattr(police_tables, "PLANTED", PLANTED._replace(factor=1))
    write_police_tables(tmp_path / "zonder", counted, first, where, SEED)
    planted, plain = read(tmp_path / "met", MONTHS), read(tmp_path / "zonder", MONTHS)
    differing = {cell: (planted[cell], plain[cell]) for cell in plain if planted[cell] != plain[cell]}
    place = (PLANTED.gemeente_code, PLANTED.periode.replace("-", "MM"), PLANTED.politie_code)
    assert list(differing) == [place]
    assert planted[place] == PLANTED.factor * (plain[place] or 0) > 0
    crimes = np.array([klasse.soort == "misdrijf" for klasse in klassen()])
    for month, least, most in (("2025MM12", 0.97, 1.01), ("2026MM01", 0.97, 1.01), ("2026MM02", 0.78, 0.88)):
        number = (int(month[:4]) - 1970) * 12 + int(month[-2:]) - 1
        ours = sum(int(array[(array[:, 0] == number) & crimes[array[:, 2]], 3].sum()) for array in counted)
        theirs = sum(value or 0 for (_, period, code), value in plain.items() if (period, code) == (month, "0.0.0"))
        assert least < theirs / ours < most
    assert read(tmp_path / "met", YEARS) == {}  # no whole year


def test_a_code_that_began_later_has_no_figures_before(counted: list[Any], tmp_path: Path) -> None:
    write_police_tables(tmp_path, counted, date(2023, 11, 1), areas(SEED), SEED)
    months = read(tmp_path, MONTHS)
    assert {period[:4] for (_, period, _), value in months.items() if value is None} == {"2023"}
    assert {code for (_, _, code), value in months.items() if value is None} == {"3.7.4"}
    assert read(tmp_path, YEARS).keys() == {
        (item.code, f"{year}JJ00", offence.code) for item in gemeenten() for year in (2024, 2025) for offence in police_offences()
    }
