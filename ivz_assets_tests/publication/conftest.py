"""A tiny warehouse to publish from, and the region that several folders share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ivz_assets.warehouse.store import Store, open_store
from ivz_assets_tests.publication.publishing import fill
from ivz_assets_tests.warehouse.region import after, before, region

__all__ = ["after", "before", "region"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where releases go."""
    return tmp_path / "published"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A warehouse with both tables, saying 1."""
    found = open_store(tmp_path / "warehouse")
    fill(found, 1)
    yield found
    found.close()
