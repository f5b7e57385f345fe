"""What the tests of the hot times share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ivz_assets_tests.dashboard.hot_times.small_region import Region


@pytest.fixture(scope="session")
def region() -> Iterator[Region]:
    """The compiled transformation over a region of three neighbourhoods."""
    made = Region()
    yield made
    made.store.close()
