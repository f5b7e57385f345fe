"""What a real supplier sends and what must come of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from ivz_assets.weekmonitor.reading.reader import ReadDelivery

from .files import FIELDS, FIXTURES, HEAD, binary_workbook, protect, row, text_file, workbook

Read = Callable[..., ReadDelivery]
NOTHING_SKIPPED = {"lege_rijen": 0, "titelrijen": 0, "totaalrijen": 0}


def texts(delivery: ReadDelivery) -> list[list[str]]:
    """The 16 texts of every row, an empty cell as an empty text."""
    return [[record[name] or "" for name in FIELDS] for record in delivery.table.to_pylist()]


def row_numbers(delivery: ReadDelivery) -> list[int]:
    return list(delivery.table["rij"].to_pylist())


def test_plain_workbook(read: Read, tmp_path: Path) -> None:
    delivery = read(workbook(tmp_path / "week.xlsx"))
    assert (delivery.sheet, delivery.header_row, delivery.rows) == ("Weekmonitor", 1, 2)
    assert (delivery.skipped, delivery.ignored_sheets) == (NOTHING_SKIPPED, ())
    assert delivery.table.column_names == ["blad", "rij", *FIELDS]
    assert delivery.table.schema.types == [pa.string(), pa.int32(), *[pa.string()] * 16]
    assert delivery.table["blad"].to_pylist() == ["Weekmonitor"] * 2
    assert row_numbers(delivery) == [2, 3]
    assert texts(delivery) == [row(1), row(2)]
    assert delivery.table["projectcode"].null_count == 2


def test_texts_stay_as_they_are(read: Read, tmp_path: Path) -> None:
    odd = row(plaatsnaam="  Enschede ", projectcode="=1+1", buurt_naam="Café\n't Hoekje\x1f", dagdeel=" ", poging="#N/A")
    delivery = read(workbook(tmp_path / "week.xlsx", {"Blad1": [HEAD, odd]}))
    assert texts(delivery) == [odd]


def test_typed_cells_become_canonical_text(read: Read, tmp_path: Path) -> None:
    path = tmp_path / "week.xlsx"
    typed = row(
        buurt_code=1530101,
        projectcode=1.5,
        aangifte=True,
        poging=False,
        datum_registratie=date(2026, 1, 5),
        datum_kennisname=datetime(2026, 1, 5, 13, 45),
        begintijd=time(13, 45),
        eindtijd=timedelta(hours=25, minutes=30),
    )
    write_typed(path, [HEAD, row(1), typed, row(3)])
    record = read(path).table.to_pylist()[1]
    expected = {
        "buurt_code": "1530101",
        "projectcode": "1.5",
        "aangifte": "J",
        "poging": "N",
        "datum_registratie": "2026-01-05",
        "datum_kennisname": "2026-01-05 13:45:00",
        "begintijd": "13:45:00",
        "eindtijd": "25:30:00",
        "begindatum": "04-01-2026",
    }
    assert {name: record[name] for name in expected} == expected


def test_dates_of_the_1904_system(read: Read, tmp_path: Path) -> None:
    path = tmp_path / "mac.xlsx"
    write_typed(path, [HEAD, row(datum_registratie=date(2026, 1, 5), begintijd=time(13, 45))], date_1904=True)
    record = read(path).table.to_pylist()[0]
    assert (record["datum_registratie"], record["begintijd"]) == ("2026-01-05", "13:45:00")


def write_typed(path: Path, rows: list[list[Any]], date_1904: bool = False) -> None:
    """openpyxl gives each type the number format that Excel gives it."""
    import openpyxl
    from openpyxl.utils.datetime import CALENDAR_MAC_1904

    book = openpyxl.Workbook()
    if date_1904:
        book.epoch = CALENDAR_MAC_1904
    sheet = book.active
    assert sheet is not None
    for cells in rows:
        sheet.append(cells)
    book.save(path)


def test_other_spellings_and_order_of_the_header(read: Read, tmp_path: Path) -> None:
    spelled = [name.upper().replace(" ", "  ").replace("ö", "o") for name in HEAD]
    spelled[0], spelled[2], spelled[5] = "MK code", " buurtcode\n", "Registratiedatum"
    delivery = read(workbook(tmp_path / "week.xlsx", {"Blad1": [spelled[::-1], row(1)[::-1], row(2)[::-1]]}))
    assert texts(delivery) == [row(1), row(2)]


def test_x_and_y_in_two_columns(read: Read, tmp_path: Path) -> None:
    head = [*HEAD[:-1], "X coördinaat", "Y coördinaat"]
    rows = [
        [*row()[:-1], "257123", "471456"],
        [*row()[:-1], 257123.0, 471456.5],
        row()[:-1],
        [*row()[:-1], "257123", ""],
    ]
    delivery = read(workbook(tmp_path / "week.xlsx", {"Blad1": [head, *rows]}))
    assert delivery.table["locatie_xy"].to_pylist() == ["257123,471456", "257123,471456.5", None, "257123,"]


def test_titles_totals_and_empty_rows(read: Read, tmp_path: Path) -> None:
    rows = [
        ["Weekmonitor week 2"],
        [],
        ["Politie Oost-Nederland"],
        HEAD,
        row(1),
        [],
        [" ", "  "],
        row(2),
        ["Totaal:", "", 2],
    ]
    delivery = read(workbook(tmp_path / "week.xlsx", {"Blad1": rows}))
    assert (delivery.header_row, delivery.rows) == (4, 2)
    assert delivery.skipped == {"lege_rijen": 2, "titelrijen": 2, "totaalrijen": 1}
    assert row_numbers(delivery) == [5, 8]
    assert texts(delivery) == [row(1), row(2)]


def test_incomplete_rows_are_not_totals(read: Read, tmp_path: Path) -> None:
    rows = [row(plaatsnaam=""), row(plaatsnaam="Totaal", maatschappelijke_klasse=""), ["F111", "Diefstal"]]
    delivery = read(workbook(tmp_path / "week.xlsx", {"Blad1": [HEAD, *rows]}))
    assert (delivery.rows, delivery.skipped) == (3, NOTHING_SKIPPED)


def test_a_sheet_that_does_not_begin_at_a1(read: Read, tmp_path: Path) -> None:
    delivery = read(workbook(tmp_path / "week.xlsx", {"Blad1": [HEAD, row(1), row(2)]}, first=(4, 2)))
    assert (delivery.header_row, row_numbers(delivery)) == (5, [6, 7])
    assert texts(delivery) == [row(1), row(2)]


def test_one_of_several_sheets_has_the_data(read: Read, tmp_path: Path) -> None:
    legend = [["Veld", "Betekenis"], *[[name, "..."] for name in HEAD]]
    summary = [["Plaatsnaam", "Dagdeel", "Aantal"], ["Enschede", "nacht", "=SUM(1)"]]
    sheets = {"Uitleg": legend, "Leeg": [], "Gegevens": [HEAD, row(1)], "Draaitabel": summary, "Oud": [HEAD, row(9)]}
    delivery = read(workbook(tmp_path / "week.xlsx", sheets, hidden=["Oud"]))
    assert (delivery.sheet, texts(delivery)) == ("Gegevens", [row(1)])
    assert delivery.ignored_sheets == ("Uitleg", "Leeg", "Draaitabel", "Oud")


def test_hidden_data_sheet_when_no_visible_one_has_data(read: Read, tmp_path: Path) -> None:
    sheets = {"Data": [HEAD, row(1)], "Voorblad": [["Weekmonitor"]]}
    delivery = read(workbook(tmp_path / "week.xlsx", sheets, hidden=["Data"]))
    assert (delivery.sheet, delivery.ignored_sheets) == ("Data", ("Voorblad",))


def test_the_same_sheet_twice(read: Read, tmp_path: Path) -> None:
    sheets = {"Blad1": [HEAD, row(1), row(2)], "Kopie": [["Kopie"], HEAD, row(1), [], row(2)]}
    delivery = read(workbook(tmp_path / "week.xlsx", sheets))
    assert (delivery.sheet, delivery.rows, delivery.ignored_sheets) == ("Blad1", 2, ("Kopie",))


def test_formulas_outside_the_data(read: Read, tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for cells in (["=TODAY()"], HEAD, row(1), ["Totaal", "=COUNTA(A3:A3)"]):
        sheet.append(cells)
    book.create_sheet("Rekenblad").append(["=1+1"])
    book.save(tmp_path / "week.xlsx")
    assert texts(read(tmp_path / "week.xlsx")) == [row(1)]


def test_macro_workbook(read: Read, tmp_path: Path) -> None:
    assert texts(read(workbook(tmp_path / "week.xlsm"))) == [row(1), row(2)]


def test_the_contents_decide_not_the_name(read: Read, tmp_path: Path) -> None:
    path = tmp_path / "week.xls"
    path.write_bytes(workbook(tmp_path / "week.xlsx").read_bytes())
    assert texts(read(path)) == [row(1), row(2)]


def test_xls(read: Read) -> None:
    record = read(FIXTURES / "plain.xls").table.to_pylist()[1]
    assert (record["rij"], record["buurt_naam"]) == (3, "Buurt 2")
    assert (record["buurt_code"], record["datum_registratie"], record["begintijd"]) == (
        "1530101",
        "2026-01-05",
        "13:45:00",
    )


def test_xlsb(read: Read, tmp_path: Path) -> None:
    delivery = read(binary_workbook(tmp_path / "week.xlsb", [HEAD, row(1), row(2)]))
    assert (delivery.sheet, texts(delivery)) == ("Weekmonitor", [row(1), row(2)])


@pytest.mark.parametrize(
    ("delimiter", "encoding"), [(";", "utf-8"), (",", "utf-8-sig"), ("\t", "utf-16"), (";", "cp1252"), (",", "cp1252")]
)
def test_csv(read: Read, tmp_path: Path, delimiter: str, encoding: str) -> None:
    rows = [["Weekmonitor, week 2; concept"], HEAD, row(buurt_naam='Café "De Kei"; 2,5\n'), [], row(2)]
    delivery = read(text_file(tmp_path / "week.csv", rows, delimiter=delimiter, encoding=encoding))
    assert (texts(delivery), row_numbers(delivery)) == ([rows[2], rows[4]], [3, 5])
    assert delivery.skipped == {"lege_rijen": 1, "titelrijen": 1, "totaalrijen": 0}


def test_protected_workbook(read: Read, tmp_path: Path) -> None:
    path = protect(workbook(tmp_path / "plain.xlsx"), tmp_path / "week.xlsx", "geheim")
    assert texts(read(path, "geheim")) == [row(1), row(2)]


def test_protected_xls(read: Read) -> None:
    assert read(FIXTURES / "protected.xls", "geheim").rows == 2


def test_password_for_an_open_workbook(read: Read, tmp_path: Path) -> None:
    assert read(workbook(tmp_path / "week.xlsx"), "geheim").rows == 2


def test_the_table_outlives_the_file(read: Read, tmp_path: Path) -> None:
    path = workbook(tmp_path / "week.xlsx", {"Blad1": [HEAD, *[row(number) for number in range(3000)]]})
    delivery = read(path)
    path.unlink()
    assert list((tmp_path / "scratch").iterdir()) == []
    assert delivery.table["buurt_naam"].to_pylist() == [f"Buurt {number}" for number in range(3000)]
