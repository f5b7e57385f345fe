"""Tables on disk: what was fetched comes back as it was, and a table that is not whole is not there."""

from __future__ import annotations

import gzip
import os
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from ivz_assets.neighbourhoods.cbs.cache import COLUMNS, META, REGIONS, ROWS, Cache, Kept, Meta, scope_of
from ivz_assets.neighbourhoods.cbs.service import Column

ID = "84799NED"
SOURCE = "opendata.cbs.nl"
SCOPE = scope_of(["GM0153"])
FETCHED = datetime(2026, 3, 23, 6)
TABLE = Kept(
    Meta(ID, "Kerncijfers wijken en buurten 2020", "2021-03-26T02:00:00", FETCHED, SOURCE, "WijkenEnBuurten", 2),
    [
        Column("WijkenEnBuurten", "GeoDetail", "Wijken en buurten", "", ""),
        Column("Wmo_89", "Topic", "Cliënten", "aantal", "Long"),
    ],
    [{"Key": "GM0153    ", "Title": "Enschede"}, {"Key": "BU01530102", "Title": "’t Zeggelt"}],
    [
        {"WijkenEnBuurten": "GM0153    ", "Wmo_89": 12.5, "Omschrijving": "         ."},
        {"WijkenEnBuurten": "BU01530102", "Wmo_89": None, "Omschrijving": "één"},
    ],
)


def release(modified: str, days: int) -> Kept:
    """The table as CBS changed it, fetched that many days later."""
    return replace(TABLE, meta=replace(TABLE.meta, modified=modified, fetched_at=FETCHED + timedelta(days=days)))


def read(cache: Cache, modified: str = "2021-03-26T02:00:00") -> Kept | None:
    return cache.read(SOURCE, ID, SCOPE, modified)


def place(folder: Path) -> Path:
    """Where the table of these tests lies."""
    return folder / SOURCE / ID / SCOPE / "2021-03-26T02-00-00"


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def cache(tmp_path: Path, said: list[str]) -> Cache:
    return Cache(tmp_path, said.append)


def test_a_table_comes_back_as_it_was(cache: Cache, said: list[str]) -> None:
    assert read(cache) is None
    assert cache.newest(SOURCE, ID, SCOPE) is None
    cache.keep(TABLE, SCOPE)
    assert read(cache) == cache.newest(SOURCE, ID, SCOPE) == cache.newest(None, ID.lower(), SCOPE) == TABLE
    assert cache.known(SOURCE, SCOPE) == [TABLE.meta]
    assert said == []


def test_another_release_source_or_scope_is_another_table(cache: Cache) -> None:
    cache.keep(TABLE, SCOPE)
    assert read(cache, "2021-03-26T02:00:01") is None
    assert cache.read("127.0.0.1:80", ID, SCOPE, TABLE.meta.modified) is None
    assert cache.newest("127.0.0.1:80", ID, SCOPE) is None
    assert cache.newest(SOURCE, ID, scope_of(None)) is None


def test_scope() -> None:
    assert scope_of(None) == "land"
    assert scope_of(["GM0153", "GM0147"]) == scope_of(["GM0147", "GM0153", "GM0153"]) != scope_of(["GM0153"])


@pytest.mark.parametrize("name", [META, COLUMNS, REGIONS, ROWS])
@pytest.mark.parametrize("damage", ["gone", "half", "other"])
def test_a_table_that_is_not_whole_is_not_there(tmp_path: Path, cache: Cache, said: list[str], name: str, damage: str) -> None:
    cache.keep(TABLE, SCOPE)
    path = place(tmp_path) / name
    if damage == "gone":
        path.unlink()
    elif damage == "half":
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    else:
        path.write_bytes(b"[]" if name == META else gzip.compress(b'{"Key": 1}'))
    assert read(cache) is None
    assert cache.newest(SOURCE, ID, SCOPE) is None
    assert len(said) == 1, "said once"
    assert str(place(tmp_path)) in said[0]
    cache.keep(TABLE, SCOPE)
    assert read(cache) == TABLE


def test_bytes_that_are_no_gzip_stream_are_not_there(tmp_path: Path, cache: Cache, said: list[str]) -> None:
    cache.keep(TABLE, SCOPE)
    path = place(tmp_path) / ROWS
    whole = path.read_bytes()
    path.write_bytes(whole[:12] + bytes(byte ^ 255 for byte in whole[12:-8]) + whole[-8:])
    assert read(cache) is None
    assert len(said) == 1


@pytest.mark.parametrize("files", range(4))
def test_killed_between_two_files(tmp_path: Path, cache: Cache, monkeypatch: pytest.MonkeyPatch, files: int) -> None:
    write, left = Path.write_bytes, files

    def dying(path: Path, data: bytes) -> int:
        nonlocal left
        left -= 1
        if left < 0:
            raise KeyboardInterrupt
        return write(path, data)

    cache.keep(release("2020-01-01T02:00:00", -1), SCOPE)
    monkeypatch.setattr(Path, "write_bytes", dying)
    with pytest.raises(KeyboardInterrupt):
        cache.keep(TABLE, SCOPE)
    monkeypatch.undo()
    assert read(cache) is None
    assert [meta.modified for meta in cache.known(SOURCE, SCOPE)] == ["2020-01-01T02:00:00"]
    cache.keep(TABLE, SCOPE)
    assert read(cache) == TABLE
    assert [path.name for path in place(tmp_path).parent.glob(".*")] == []


def test_an_older_release_goes_only_when_a_newer_one_is_whole(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    for day in (1, 2):
        cache.keep(release(f"2021-0{day}-01", day), SCOPE)

    def failing(source: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", failing)
    with pytest.raises(OSError, match="No space"):
        cache.keep(release("2021-03-01", 3), SCOPE)
    monkeypatch.undo()
    assert [meta.modified for meta in cache.known(SOURCE, SCOPE)] == ["2021-02-01", "2021-01-01"]
    cache.keep(release("2021-03-01", 3), SCOPE)
    assert [meta.modified for meta in cache.known(SOURCE, SCOPE)] == ["2021-03-01", "2021-02-01"]


def test_what_was_just_fetched_stays_whatever_the_clock_says(cache: Cache) -> None:
    for day in (5, 6):
        cache.keep(release(f"2021-0{day}-01", day), SCOPE)
    cache.keep(release("2021-01-01", -9), SCOPE)
    assert {meta.modified for meta in cache.known(SOURCE, SCOPE)} == {"2021-01-01", "2021-06-01"}
