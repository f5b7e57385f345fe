"""Killed while publishing: what is in place always opens and is of one release, and the next publication puts all in order."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ivz_assets.publication import release as publication
from ivz_assets.warehouse.store import Store, open_store
from ivz_assets_tests.publication.publishing import ROWS, fill, hashes_in, in_place, numbers_in_place, release
from ivz_assets_tests.warehouse.region import PROJECT

KILLS = int(os.environ.get("IVZ_SOAK_KILLS", "8"))
FILES = 4
"""Files that are put in place: the database, two Parquet files, the manifest."""


def whole(folder: Path) -> float:
    """Checks that the database in place opens and is of one release; returns the number it says."""
    found = numbers_in_place(folder)
    assert found["tellers"][0] == found["gebieden"][0] == ROWS
    assert found["tellers"] == found["gebieden"]
    assert found["tellers"][1] == found["tellers"][2], "rows of two releases in one file"
    assert not (folder / "ivz.duckdb.wal").exists()
    return float(found["tellers"][1])


def kept_hashes(folder: Path) -> list[dict[str, str]]:
    """The hashes of every whole release that is kept."""
    return [hashes_in(path) for path in (folder / "releases").glob("2*/manifest.json")]


def test_killed_over_and_over_at_random_moments(tmp_path: Path) -> None:
    warehouse, folder = tmp_path / "warehouse", tmp_path / "published"
    store = open_store(warehouse)
    fill(store, 1)
    release(store, folder)
    store.close()
    program = subprocess.Popen(
        [sys.executable, "-m", "ivz_assets_tests.publication.publishing", str(warehouse), str(folder), str(KILLS), "7"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=PROJECT,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
    )  # fmt: skip
    assert program.stdin is not None
    assert program.stdout is not None
    seen = []
    for _ in range(KILLS):
        assert program.stdout.readline().strip() == "killed"
        seen.append(whole(folder))
        database = in_place(folder)["ivz.duckdb"]
        told = hashes_in(folder / "manifest.json")
        assert any(item["ivz.duckdb"] == database for item in kept_hashes(folder)), "the file in place is of no release"
        if told != in_place(folder):
            # Killed between two renames: the files are of the release after the one that the manifest tells.
            assert told in kept_hashes(folder)
        program.stdin.write("\n")
        program.stdin.flush()
    program.stdin.close()
    assert program.wait(20) == 0
    assert seen == sorted(seen), "an older release came back"
    assert seen[-1] > KILLS, "nothing was published between the kills"
    store = open_store(warehouse)
    fill(store, 1000)
    made, _ = release(store, folder)
    store.close()
    assert made is not None
    assert whole(folder) == 1000
    assert hashes_in(folder / "manifest.json") == in_place(folder)
    assert list(folder.rglob(".*")) == []
    assert len(list((folder / "releases").iterdir())) <= 3


class Killed(BaseException):
    """Stands for the end of the process at a chosen moment."""


@pytest.mark.parametrize("renames", range(FILES + 1))
def test_killed_before_each_rename(store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch, renames: int) -> None:
    release(store, folder)
    fill(store, 2)
    rename, done = os.replace, []

    def counted(source: Path, target: Path) -> None:
        if len(done) == renames:
            raise Killed
        done.append(target)
        rename(source, target)

    monkeypatch.setattr(publication.os, "replace", counted)
    with pytest.raises(Killed):
        release(store, folder)
    monkeypatch.undo()
    # The release itself comes first; then the database, then the rest, then the manifest.
    assert whole(folder) == (2 if renames >= 2 else 1)
    assert (hashes_in(folder / "manifest.json") == in_place(folder)) is (renames < 2)
    made, _ = release(store, folder)
    assert made is not None
    assert whole(folder) == 2
    assert hashes_in(folder / "manifest.json") == in_place(folder)
    found = publication.current(folder)
    assert found is not None
    assert found.id == made.id


def test_a_full_disk_keeps_the_old_release(store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    release(store, folder)
    before, told = in_place(folder), (folder / "manifest.json").read_bytes()
    fill(store, 2)

    def full(source: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(publication.shutil, "copyfile", full)
    with pytest.raises(OSError, match="No space left"):
        release(store, folder)
    assert (in_place(folder), (folder / "manifest.json").read_bytes()) == (before, told)
    assert list(folder.rglob(".*")) == []
