"""The landing folder: names, who may look, and when kept files are destroyed."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from ivz_assets.deliveries import landing
from ivz_assets.deliveries.reading.scratch import scratch_folder
from ivz_assets.settings import Settings
from ivz_assets.weekmonitor.delivery import SIDECAR


def written(path: Path, text: str, days_ago: int = 0) -> Path:
    """A file, in real time so many days old."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    at = (datetime.now() - timedelta(days=days_ago)).timestamp()
    os.utime(path, (at, at))
    return path


def test_two_files_of_one_name_both_wait(settings: Settings, tmp_path: Path) -> None:
    landing.prepare(settings)
    sources = [written(tmp_path / folder / "week.xlsx", folder, 1) for folder in ("een", "twee", "een")]
    put = [landing.put(source, settings.landing_folder, message) for source, message in zip(sources, "abc", strict=True)]
    second = f"week_{landing.sha256_of(sources[1])[:8]}.xlsx"
    assert [path.name for path in put] == ["week.xlsx", second, "week.xlsx"]
    assert [path.read_text(encoding="utf-8") for path in put] == ["een", "twee", "een"]
    assert put[1].with_name(second + SIDECAR).read_text(encoding="utf-8") == "b"
    # A file that lies there already is left as it is.
    assert landing.put(put[1], settings.landing_folder, None) == put[1]
    assert len(landing.waiting(settings)) == 2


@pytest.mark.parametrize("today", [date(2020, 1, 1), date(2040, 1, 1), None])
def test_kept_files_go_when_their_time_has_passed_by_the_projects_clock(data_dir: Path, today: date | None) -> None:
    settings = Settings(data_dir=data_dir, today=today)
    landing.prepare(settings)
    loaded = landing.put(written(data_dir / "a.xlsx", "a"), settings.landing_folder, "{}")
    refused = landing.put(written(data_dir / "b.xlsx", "b"), settings.landing_folder, "{}")
    landing.archive(loaded, settings, "2026-W02-0")
    landing.refuse(refused, settings, settings.now(), "why")
    now = settings.current_date()
    assert landing.sweep(settings, now + timedelta(days=14)) == []
    gone = landing.sweep(settings, now + timedelta(days=15))
    assert len(gone) == 5
    assert f"2026-W02-0_a.xlsx{SIDECAR}" in gone
    assert not [*settings.refused_folder.iterdir(), *settings.archive_folder.iterdir()]


def test_protected_rows_go_too_and_no_folder_stops_it(settings: Settings) -> None:
    landing.prepare(settings)
    old = written(settings.protected_folder / "gates" / "oud" / "rows.csv", "x", 16)
    half = written(settings.protected_folder / "gates" / "half" / "rows.csv", "x", 16)
    written(half.with_name("new.csv"), "x")
    workbook = written(settings.protected_folder / "quarantine" / "oud.xlsx", "x", 16)
    recent = written(settings.protected_folder / "quarantine" / "nieuw.xlsx", "x", 13)
    read = written(settings.protected_folder / "reading" / "reading-1-x" / "sheet", "x", 400)
    (settings.refused_folder / "map").mkdir()
    assert landing.sweep(settings, settings.current_date()) == ["oud", "oud.xlsx"]
    assert [path.exists() for path in (old.parent, half, workbook, recent, read)] == [False, True, False, True, True]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no mode bits")
def test_folders_with_police_rows_are_for_their_owner_only(settings: Settings) -> None:
    settings.protected_folder.mkdir(parents=True, mode=0o755)  # made before by something less careful
    settings.protected_folder.chmod(0o755)
    landing.prepare(settings)
    folders = (settings.protected_folder, settings.warehouse_folder, settings.landing_folder, settings.landing_folder.parent)
    assert {folder.stat().st_mode & 0o777 for folder in folders} == {0o700}
    # BI reads what is published beside them.
    assert settings.data_dir.stat().st_mode & 0o777 == 0o777 & ~_umask()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no mode bits")
def test_a_reading_makes_its_folders_private(tmp_path: Path) -> None:
    with scratch_folder(tmp_path / "protected" / "reading") as folder:
        made = (folder, folder.parent, folder.parent.parent)
        assert {path.stat().st_mode & 0o777 for path in made} == {0o700}


def _umask() -> int:
    """The umask, asked of another process because asking changes it."""
    shown = subprocess.run([sys.executable, "-c", "import os; print(os.umask(0))"], capture_output=True, text=True, check=True)
    return int(shown.stdout)
