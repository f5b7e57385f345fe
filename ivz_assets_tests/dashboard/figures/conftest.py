"""One compiled region for all tests of the figures: making it is dear."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ivz_assets_tests.dashboard.figures.region import Region


@pytest.fixture(scope="session")
def region() -> Iterator[Region]:
    """The region; whoever uses it puts in its own counts."""
    made = Region()
    yield made
    made.store.close()
