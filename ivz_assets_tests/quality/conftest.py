"""The region that several folders share, opened."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ivz_assets.settings import Settings
from ivz_assets_tests.quality.workshop import Workshop, opened
from ivz_assets_tests.warehouse.region import Region, after, before, in_empty, region, rows_of

__all__ = ["after", "before", "region"]


@pytest.fixture
def full(after: Settings) -> Iterator[Workshop]:
    """The region with every week, open."""
    with opened(after) as found:
        yield found


@pytest.fixture
def empty(region: Region, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workshop]:
    """A warehouse without anything, open."""
    with opened(in_empty(region, tmp_path, monkeypatch)) as found:
        yield found


@pytest.fixture
def good_rows(region: Region) -> list[dict[str, str]]:
    """The rows of the last week, without the few that the sample planted as wrong."""
    rows = [row for row in rows_of(region.last_file) if row["maatschappelijke_klasse"] and row["datum_registratie"]]
    return [row for row in rows if row["datum_registratie"][:2].isdigit() and len(row["datum_registratie"]) == 10]
