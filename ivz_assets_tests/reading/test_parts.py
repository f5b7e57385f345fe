"""The parts that need no child process: cells, header names, rows, scans, and a round trip over random texts."""

from __future__ import annotations

import struct
import tempfile
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ivz_assets.deliveries.reading.cells import Cell, address, position, text
from ivz_assets.deliveries.reading.scan_binary import xls_sheet
from ivz_assets.weekmonitor.reading.columns import is_empty, text_columns, write_columns
from ivz_assets.weekmonitor.reading.header import known_names, normalise
from ivz_assets.weekmonitor.reading.reader import read_delivery
from ivz_assets.weekmonitor.reading.rows import text_table

from .conftest import LIMITS
from .files import FIELDS, HEAD, row, workbook


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("  x ", "  x "),
        ("", ""),
        (True, "J"),
        (False, "N"),
        (1530101.0, "1530101"),
        (0.0, "0"),
        (-3.0, "-3"),
        (0.1, "0.1"),
        (1e22, "10000000000000000000000"),
        (date(2026, 1, 5), "2026-01-05"),
        (datetime(2026, 1, 5), "2026-01-05"),
        (datetime(2026, 1, 5, 13, 44, 59, 999_600), "2026-01-05 13:45:00"),
        (datetime(2026, 1, 5, 23, 59, 59, 999_600), "2026-01-06"),
        (time(0, 0), "00:00:00"),
        (time(23, 59, 59, 999_600), "24:00:00"),
        (timedelta(hours=25, minutes=30), "25:30:00"),
        (timedelta(days=10), "240:00:00"),
        (timedelta(hours=-1), "-01:00:00"),
    ],
)
def test_text_of_a_cell(cell: Cell, expected: str) -> None:
    assert text(cell) == expected


@given(st.integers(1, 1_048_576), st.integers(0, 16_383))
def test_addresses(number: int, column: int) -> None:
    assert position(address(number, column)) == (number, column)


def test_addresses_that_excel_shows() -> None:
    assert [address(1, column) for column in (0, 25, 26, 701, 702, 16_383)] == [
        "A1",
        "Z1",
        "AA1",
        "ZZ1",
        "AAA1",
        "XFD1",
    ]


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("CBS- buurt (omschrijving)", "buurt_naam"),
        ("cbs buurt   OMSCHRIJVING", "buurt_naam"),
        ("MK code", "maatschappelijke_klasse"),
        ("Buurtcode", "buurt_code"),
        ("Woonplaats", "plaatsnaam"),
        ("Registratiedatum", "datum_registratie"),
        ("X coordinaat", "locatie_x"),
        ("Y-coördinaat", "locatie_y"),
        ("Locatieaanduiding x en y coordinaten", "locatie_xy"),
        ("Locatieaanduiding x en y coördinatoren *", "locatie_xy"),
        ("datum_registratie", "datum_registratie"),
        ("Adres", None),
        ("Datum", None),
    ],
)
def test_names_of_columns(name: str, field: str | None) -> None:
    assert known_names().get(normalise(name)) == field


def hand_over(rows: list[list[Cell]], width: int, folder: Path) -> Any:
    """Texts of these rows as they come out on the other side."""
    written = write_columns(text_columns(iter(rows), width, 10_000), folder / "sheet0", 1_000_000)
    return text_table({"file": "sheet0", **written}, folder)


def test_columns_of_texts_and_other_cells(tmp_path: Path) -> None:
    many: list[list[Cell]] = [["a", ""], ["é", 1.0]]
    table = hand_over([*many * 700, ["\x1f", "b\x1fc"], ["", ""]], 2, tmp_path)
    assert table["0"].to_pylist() == ["a", "é"] * 700 + ["\x1f", ""]
    assert table["1"].to_pylist() == ["", "1"] * 700 + ["b\x1fc", ""]


def test_no_rows_at_all(tmp_path: Path) -> None:
    assert hand_over([], 3, tmp_path).num_rows == 0


def test_empty_columns() -> None:
    assert is_empty(text_columns(iter([["", " "], ["\t", ""]]), 2, 10))
    assert not is_empty(text_columns(iter([["", " "], ["", "x"]]), 2, 10))


def test_errors_in_the_records_of_xls() -> None:
    def record(kind: int, body: bytes = b"") -> bytes:
        return struct.pack("<HH", kind, len(body)) + body

    boolean, error = struct.pack("<HHHBB", 4, 1, 0, 1, 0), struct.pack("<HHHBB", 6, 2, 0, 23, 1)
    chart = record(0x0809) + record(0x0006, bytes(20)) + record(0x000A)
    stream = record(0x0809) + record(0x0205, boolean) + chart + record(0x0205, error) + record(0x000A) + record(0x0006)
    findings = xls_sheet(stream, 0)
    assert (findings.formulas, findings.errors) == ([], [(7, 2, "#REF!")])


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Co")), max_size=12)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    rows=st.lists(st.none() | st.lists(TEXTS, min_size=16, max_size=16), min_size=1, max_size=20),
    titles=st.integers(0, 3),
    left=st.integers(0, 2),
    order=st.permutations(range(16)),
)
def test_round_trip(rows: list[list[str] | None], titles: int, left: int, order: list[int]) -> None:
    """The same texts in the same order under the same row numbers, and every row accounted for."""
    rows = [*rows, row()]
    written: list[list[str]] = [["Titel"] for _ in range(titles)]
    written += [[HEAD[place] for place in order]]
    written += [[cells[place] for place in order] if cells else [] for cells in rows]
    with tempfile.TemporaryDirectory() as folder:
        path = workbook(Path(folder) / "week.xlsx", {"Blad1": written}, first=(0, left))
        delivery = read_delivery(path, limits=LIMITS, scratch=Path(folder) / "scratch")
    expected = [(titles + 2 + index, cells) for index, cells in enumerate(rows) if cells and any(cell.strip() for cell in cells)]
    found = [(record["rij"], [record[name] or "" for name in FIELDS]) for record in delivery.table.to_pylist()]
    assert found == expected
    assert delivery.skipped["titelrijen"] == titles
    assert delivery.rows + sum(delivery.skipped.values()) - titles == len(rows)
