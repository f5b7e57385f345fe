"""Small tables to build, and the region that several folders share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ivz_assets.warehouse.store import Store, open_store


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the warehouse lies."""
    return tmp_path / "warehouse"


@pytest.fixture
def store(folder: Path) -> Iterator[Store]:
    """An open, empty warehouse."""
    found = open_store(folder)
    yield found
    found.close()
