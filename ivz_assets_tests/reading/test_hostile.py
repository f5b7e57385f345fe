"""Files made to hurt: they cost a refusal, never the run, and leave nothing behind."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from ivz_assets.deliveries.reading import child, process
from ivz_assets.weekmonitor.reading.reader import SEARCH, ReadDelivery, RefusedDelivery

from .files import HEAD, far_cell, replace_part, row, workbook

Read = Callable[..., ReadDelivery]
Refused = Callable[..., RefusedDelivery]
SHEET_PART = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize("dimension", ["A1:XFD1048576", "A1:P3"])
def test_far_cell_in_a_small_file(refused: Refused, tmp_path: Path, dimension: str) -> None:
    path = far_cell(tmp_path / "week.xlsx", dimension=dimension)
    assert path.stat().st_size < 10_000
    refusal = refused("verre_cel", path)
    assert (refusal.sheet, refusal.cell) == ("Weekmonitor", "XFD1048576")


def test_far_cell_in_a_large_sheet_ends_only_the_child(refused: Refused, tmp_path: Path) -> None:
    rows = [HEAD, *[row(number) for number in range(9000)]]
    path = workbook(tmp_path / "week.xlsx", {"Weekmonitor": rows})
    cell = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    refusal = refused("te_groot_of_kapot", replace_part(path, SHEET_PART, b"</sheetData>", cell))
    assert "SIGABRT" in refusal.message


def test_a_false_dimension_does_no_harm(read: Read, tmp_path: Path) -> None:
    path = workbook(tmp_path / "week.xlsx")
    assert read(replace_part(path, SHEET_PART, b'ref="A1:P3"', b'ref="A1:XFD1048576"')).rows == 2


def test_far_cell_with_only_a_format_does_no_harm(read: Read, tmp_path: Path) -> None:
    path = workbook(tmp_path / "week.xlsx")
    cell = b'<row r="1048576"><c r="XFD1048576" s="0"/></row></sheetData>'
    assert read(replace_part(path, SHEET_PART, b"</sheetData>", cell)).rows == 2


def bomb(path: Path, size: int) -> Path:
    """A workbook whose sheet is mostly blanks."""
    workbook(path)
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, contents in parts.items():
            filling = b" " * size if name == SHEET_PART else b""
            package.writestr(name, contents.replace(b"<sheetData>", b"<sheetData>" + filling))
    return path


def test_zip_bomb(refused: Refused, tmp_path: Path) -> None:
    path = bomb(tmp_path / "week.xlsx", 150_000_000)
    assert path.stat().st_size < 300_000
    refused("te_groot_uitgepakt", path, max_unpacked_bytes=100_000_000)
    assert refused("verdachte_compressie", path).value == SHEET_PART


def test_zip_that_lies_about_its_size(refused: Refused, tmp_path: Path) -> None:
    path = bomb(tmp_path / "week.xlsx", 40_000_000)
    with zipfile.ZipFile(path) as package:
        size = package.getinfo(SHEET_PART).file_size.to_bytes(4, "little")
    path.write_bytes(path.read_bytes().replace(size, (5000).to_bytes(4, "little")))
    refused("beschadigd", path)


def test_document_type_is_not_unfolded(refused: Refused, tmp_path: Path) -> None:
    path = workbook(tmp_path / "week.xlsx")
    entity = b'<!DOCTYPE w [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>\n<workbook'
    refused("beschadigd", replace_part(path, "xl/workbook.xml", b"<workbook", entity))


def test_memory_limit(refused: Refused, tmp_path: Path) -> None:
    rows = [HEAD, *[row(number) for number in range(9000)]]
    path = workbook(tmp_path / "week.xlsx", {"Blad1": rows})
    cell = b'<row r="300000"><c r="GS300000"><v>1</v></c></row></sheetData>'
    replace_part(path, SHEET_PART, b"</sheetData>", cell)
    assert "1000000000 bytes" in refused("te_groot_of_kapot", path, memory_bytes=1_000_000_000).message


def test_timeout(refused: Refused, tmp_path: Path) -> None:
    before = time.monotonic()
    refusal = refused("te_traag", workbook(tmp_path / "week.xlsx"), timeout_seconds=0.01)
    assert time.monotonic() - before < 5
    assert "0.01 seconds" in refusal.message


def test_child_that_dies(refused: Refused, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "CHILD", "no_such_module")
    assert "exit status 1" in refused("te_groot_of_kapot", workbook(tmp_path / "week.xlsx")).message


def test_missing_file(read: Read, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read(tmp_path / "week.xlsx")


def test_interrupted_parent_leaves_nothing(read: Read, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(process, "open_answer", interrupt)
    with pytest.raises(KeyboardInterrupt):
        read(workbook(tmp_path / "week.xlsx"))


def test_killed_parent_is_swept_by_the_next_call(read: Read, tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    code = (
        "import os, signal; from pathlib import Path\n"
        "from ivz_assets.deliveries.reading.scratch import scratch_folder\n"
        f"with scratch_folder(Path({str(scratch)!r})) as folder:\n"
        "    (folder / 'decrypted.zip').write_text('secret'); os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=process.IMPORT_FOLDER)
    assert done.returncode == -signal.SIGKILL
    (left,) = scratch.iterdir()
    assert left.stat().st_mode & 0o077 == 0
    mine = scratch / f"reading-{os.getpid()}-other"
    mine.mkdir()
    assert read(workbook(tmp_path / "week.xlsx")).rows == 2
    assert list(scratch.iterdir()) == [mine]
    mine.rmdir()


def test_child_ends_with_its_parent(tmp_path: Path) -> None:
    running = subprocess.Popen([sys.executable, "-m", process.CHILD], stdin=subprocess.PIPE, cwd=process.IMPORT_FOLDER)
    assert running.stdin is not None
    fifo = tmp_path / "week.csv"
    os.mkfifo(fifo)  # reading it waits for ever
    limits = '{"max_bytes": 1, "max_unpacked_bytes": 1, "max_rows": 1, "memory_bytes": 3000000000, "timeout_seconds": 1}'
    job = f'{{"path": "{fifo}", "folder": "{tmp_path}", "limits": {limits}, "password": null, "search": "{SEARCH}"}}\n'
    running.stdin.write(job.encode())
    running.stdin.flush()
    with pytest.raises(subprocess.TimeoutExpired):
        running.wait(1)
    running.stdin.close()
    assert running.wait(10) == 3


def test_child_limits_itself(tmp_path: Path) -> None:
    code = (
        f"import resource; from {child.__name__} import limit_process; limit_process(123_000_000)\n"
        "print(resource.getrlimit(resource.RLIMIT_AS)[0], resource.getrlimit(resource.RLIMIT_CORE)[0])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=process.IMPORT_FOLDER, capture_output=True, text=True)
    assert done.stdout.split() == ["123000000", "0"]
    assert resource.getrlimit(resource.RLIMIT_AS)[0] != 123_000_000


def test_child_imports_little() -> None:
    heavy = ("pandas", "dagster", "pydantic", "pyarrow")
    code = f"import sys, {child.__name__}; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=process.IMPORT_FOLDER, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"
