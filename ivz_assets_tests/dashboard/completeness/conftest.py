"""What the tests of completeness share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ivz_assets_tests.dashboard.completeness.small_region import Region


@pytest.fixture(scope="session")
def region() -> Iterator[Region]:
    """The compiled queries over a region with two classes."""
    made = Region()
    yield made
    made.store.close()
