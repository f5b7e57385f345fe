"""The settings that the demo writes: all of them in a new folder, only what is missing in that of an earlier version."""

from __future__ import annotations

from pathlib import Path

from ivz_assets.orchestration import demo
from ivz_assets.settings import Settings

LINES = ["IVZ_TODAY=2026-03-23", "IVZ_CBS_HOST=", "IVZ_POLITIE_HOST="]


def test_a_new_folder_gets_every_line(tmp_path: Path) -> None:
    demo._put_beside(Settings(data_dir=tmp_path), LINES)
    assert (tmp_path / "settings.env").read_text().splitlines() == [demo.MARKER, *LINES]


def test_an_earlier_demo_gets_what_it_lacks_and_keeps_what_people_wrote(tmp_path: Path) -> None:
    file = tmp_path / "settings.env"
    file.write_text(f"{demo.MARKER}\nIVZ_TODAY=2026-03-23\nIVZ_CBS_HOST=eigen.host\nIVZ_KEEP_RELEASES=5\n")
    demo._put_beside(Settings(data_dir=tmp_path), LINES)
    kept = [demo.MARKER, "IVZ_TODAY=2026-03-23", "IVZ_CBS_HOST=eigen.host", "IVZ_KEEP_RELEASES=5"]
    assert file.read_text().splitlines() == [*kept, "IVZ_POLITIE_HOST="]
    demo._put_beside(Settings(data_dir=tmp_path), LINES)
    assert file.read_text().splitlines() == [*kept, "IVZ_POLITIE_HOST="]
