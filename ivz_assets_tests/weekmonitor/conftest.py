"""Stores and settings that several tests share. No assertions belong here."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest

from ivz_assets.settings import Settings
from ivz_assets.warehouse.store import Store
from ivz_assets_tests.weekmonitor.building import TODAY, empty_store


@pytest.fixture(scope="session")
def parsing_store() -> Iterator[Store]:
    """A store for pure expressions over texts."""
    store = Store(duckdb.connect())
    yield store
    store.close()


@pytest.fixture(scope="session")
def ledger_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings without neighbourhood list, so that every well-formed code of the region counts."""
    return Settings(data_dir=tmp_path_factory.mktemp("ledger"), today=TODAY)


@pytest.fixture(scope="session")
def shared_store() -> Iterator[Store]:
    """One store for all tiny ledgers, because compiling the standardisation takes a second; ``Tiny`` empties it."""
    store = empty_store()
    yield store
    store.close()


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """A data folder of its own for tests that take in files."""
    return tmp_path / "data"


@pytest.fixture
def settings(data_dir: Path) -> Settings:
    """Settings for taking in small files: two rows say little, so a share may be large before a gate or a hold stops it."""
    return Settings(data_dir=data_dir, today=date(2026, 3, 23), max_share_quarantined=0.5, max_share_unknown_delivery=0.9)
