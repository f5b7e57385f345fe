"""The files as such: the same bytes every time, left alone when complete, workbooks of texts, Parquet above scale 1."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from datetime import date
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq  # type: ignore[import-untyped]
import pytest

from ivz_assets.sample import generate, manifest, tables
from ivz_assets.sample.deliveries import deliveries
from ivz_assets.sample.enrichment_workbooks import Enrichments
from ivz_assets.sample.generate import SAMPLE_TODAY, write_sample
from ivz_assets.sample.reference_data import columns, gemeenten, headers

from .conftest import Sample, read_texts


def _bytes(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_same_seed_same_bytes_also_from_worker_processes(small: Sample, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generate, "ROWS_WORTH_A_WORKER", 0)
    seen: list[tuple[str, int, int]] = []
    write_sample(tmp_path, since=2025, weeks=3, scale=0.02, progress=lambda *step: seen.append(step))
    assert _bytes(tmp_path) == _bytes(small.folder)
    assert [step[1:] for step in seen] == [(done, 6) for done in range(1, 7)]


@pytest.mark.usefixtures("without_tables")
def test_another_seed_gives_other_rows(small: Sample, tmp_path: Path) -> None:
    write_sample(tmp_path, since=2025, weeks=3, scale=0.02, seed=1)
    (name,) = [name for name in small.rows if "2025-01-01_tm" in name]
    assert read_texts(tmp_path / name) != small.rows[name]


@pytest.mark.usefixtures("without_tables")
def test_a_year_is_the_same_whatever_the_first_year_is(small: Sample, tmp_path: Path) -> None:
    write_sample(tmp_path, since=2024, weeks=3, scale=0.02)
    for name in small.rows:
        assert (tmp_path / name).read_bytes() == (small.folder / name).read_bytes()


@pytest.mark.usefixtures("without_tables")
def test_a_complete_sample_is_left_alone_and_a_harmed_one_made_again(tmp_path: Path) -> None:
    def write(weeks: int) -> dict[str, int]:
        write_sample(tmp_path, since=2026, weeks=weeks, scale=0.01)
        return {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()}

    (tmp_path / "eigen bestand.xlsx").write_text("blijft")
    first = write(2)
    assert write(2) == first
    workbook = tmp_path / "weekmonitor_2026-W12_geleverd_2026-03-23.xlsx"
    good = workbook.read_bytes()
    workbook.write_bytes(good[:-1])
    write(2)
    assert workbook.read_bytes() == good
    assert "weekmonitor_2026-W11_geleverd_2026-03-16.xlsx" in first
    later = write(1)
    assert "weekmonitor_2026-W11_geleverd_2026-03-16.xlsx" not in later
    assert "eigen bestand.xlsx" in later


def test_tables_and_borders_lie_in_folders_of_their_own(small: Sample) -> None:
    names = {entry["name"] for entry in small.manifest["tables"]}
    assert {"buurten.csv", "cbs/Tables.json", "cbs/84799NED/TypedDataSet.json", "grenzen/wijkenbuurten_2025.geojson"} <= names
    suppliers = [name for name in names if name.startswith("verrijking/")]
    assert sorted({Path(name).suffix for name in suppliers}) == [".toml", ".xlsx"]
    assert len(names) - len(suppliers) == 1 + 1 + 13 * 4 + 6 + 2 * 6
    assert all((small.folder / name).is_file() for name in names)


def test_a_harmed_table_is_made_again_and_clones_have_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Suppliers' workbooks take most of the time of a sample and are no tables.
    monkeypatch.setattr(tables, "write_enrichments", lambda *_: Enrichments())
    write_sample(tmp_path, since=2026, weeks=1, scale=0.01)
    harmed = tmp_path / "cbs" / "84799NED" / "TypedDataSet.json"
    good = harmed.read_bytes()
    harmed.write_bytes(good[:-1])
    own = tmp_path / "cbs" / "eigen.txt"
    own.write_text("blijft")
    write_sample(tmp_path, since=2026, weeks=1, scale=0.01)
    assert harmed.read_bytes() == good
    assert own.read_text() == "blijft"
    own.unlink()
    write_sample(tmp_path, since=2026, weeks=0, scale=1.6)
    assert not (tmp_path / "cbs").exists()
    assert not (tmp_path / "grenzen").exists()


def test_nothing_outside_the_sample_is_removed_whatever_a_manifest_says(tmp_path: Path) -> None:
    folder, outside = tmp_path / "sample", tmp_path / "elders"
    (folder / "cbs").mkdir(parents=True)
    (folder / "eigen").mkdir()
    outside.mkdir()
    (folder / "grenzen").symlink_to(outside, target_is_directory=True)
    kept = [outside / "a.txt", outside / "b.txt", folder / "eigen" / "c.txt", tmp_path / "d.txt"]
    gone = [folder / "cbs" / "e.json", folder / "f.csv"]
    for path in kept + gone:
        path.write_text("x")
    names = [
        "grenzen/a.txt",
        str(outside / "b.txt"),
        "eigen/c.txt",
        "../d.txt",
        "cbs/../../d.txt",
        "cbs",
        ".",
        "cbs/e.json",
        "f.csv",
    ]
    (folder / manifest.NAME).write_text(json.dumps({"tables": [{"name": name} for name in names]}), encoding="utf-8")
    manifest.remove_previous(folder)
    assert all(path.is_file() for path in kept)
    assert not any(path.exists() for path in gone)


def test_workbooks_hold_one_sheet_of_string_cells(small: Sample) -> None:
    path = small.folder / "weekmonitor_2026-W12_geleverd_2026-03-23.xlsx"
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["Weekmonitor"]
    cells = [cell for row in book["Weekmonitor"].iter_rows() for cell in row]
    assert {cell.data_type for cell in cells if cell.value is not None} == {"s"}
    assert tuple(cell.value for cell in book["Weekmonitor"][1]) == headers()


def test_names_spans_and_days_of_delivery() -> None:
    found = deliveries(2023, 12, "xlsx")
    assert len(found) == 16
    assert found[0].name == "weekmonitor_2023-01-01_tm_2023-12-31_geleverd_2026-01-02.xlsx"
    assert found[2].last == date(2025, 12, 28)
    assert (found[3].name, found[3].first) == ("weekmonitor_2026-W01_geleverd_2026-01-05.xlsx", date(2025, 12, 29))
    assert (found[14].name, found[14].delivered) == ("weekmonitor_2026-W12_geleverd_2026-03-23.xlsx", SAMPLE_TODAY)
    assert (found[15].name, found[15].corrects) == ("weekmonitor_2026-W05_geleverd_2026-02-23.xlsx", True)
    assert [file.first.year for file in deliveries(2015, 0, "xlsx")] == list(range(2015, 2027))


def test_buurten_are_invented_but_add_up_to_the_real_municipalities(small: Sample) -> None:
    with (small.folder / "buurten.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    assert list(rows[0]) == ["buurt_code", "buurt_naam", "wijk_code", "wijk_naam", "gemeente_code", "inwoners"]
    for gemeente in gemeenten():
        own = [row for row in rows if row["gemeente_code"] == gemeente.code]
        assert len({row["buurt_code"] for row in own}) == len({row["buurt_naam"] for row in own}) == gemeente.buurten
        assert len({row["wijk_code"] for row in own}) == len({row["wijk_naam"] for row in own}) > 2
        assert sum(int(row["inwoners"]) for row in own) == gemeente.inwoners
        assert all(re.fullmatch(rf"BU{gemeente.code[2:]}\d{{4}}", row["buurt_code"]) for row in own)
        assert all(row["wijk_code"] == "WK" + row["buurt_code"][2:8] for row in own)
    sizes = sorted(int(row["inwoners"]) for row in rows)
    assert len(rows) == 520
    assert 10 <= sizes[20] < 100 < sizes[260] < 2_000 < sizes[-1]


def test_above_scale_one_parquet_with_clones_of_the_region(tmp_path: Path) -> None:
    content = json.loads(write_sample(tmp_path, since=2026, weeks=2, scale=1.6).read_text(encoding="utf-8"))
    for file in content["files"]:
        table = pq.read_table(tmp_path / file["name"])
        assert tuple(table.column_names) == columns()
        assert {str(kind) for kind in table.schema.types} == {"string"}
        assert table.num_rows == file["rows"]
    codes = Counter(code[2:4] == "90" for code in table.column("buurt_code").to_pylist() if code and len(code) == 10)
    assert codes[True] == pytest.approx(codes[False], rel=0.2)
    assert len((tmp_path / "buurten.csv").read_text(encoding="utf-8").splitlines()) == 1 + 2 * 520
    assert len((tmp_path / "gemeenten.csv").read_text(encoding="utf-8").splitlines()) == 1 + 2 * 14
    assert "Hengelo 2,GM90" in (tmp_path / "woonplaats_gemeente.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize("wrong", [{"since": 2014}, {"since": 2027}, {"weeks": -1}, {"scale": 0}])
def test_impossible_parameters_are_refused(wrong: dict[str, int], tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="since"):
        write_sample(tmp_path, **wrong)  # type: ignore[arg-type]
    assert not list(tmp_path.iterdir())
