"""The heat map: drawn from the tables, in Dutch, and left out when there is nothing to show."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pytest

from ivz_assets.dashboard.hot_times import pictures
from ivz_assets.dashboard.hot_times.schema import PUBLISHED
from ivz_assets_tests.dashboard.hot_times.small_region import Region, incident

pytestmark = pytest.mark.xdist_group("hot_times")

PNG = b"\x89PNG\r\n"


def shown(region: Region, number: int) -> dict[str, dict[str, object]]:
    """What the pictures are for so many incidents of the newest twelve months."""
    region.stage([incident(datetime(2026, 1, 6, 12 + place % 3, 0)) for place in range(number)])
    with region.store.transaction():
        for model in PUBLISHED:
            region.store.promote(model, 1, "run", datetime(2026, 3, 23), {})
    return pictures.charts(region.store)


def test_a_category_with_enough_incidents_is_drawn(region: Region) -> None:
    found = shown(region, 30)
    assert found.keys() == {"dashboard_hot_times", "dashboard_hot_times_coverage"}
    assert "data:image/png;base64," in str(found["dashboard_hot_times"]["drukke_uren"])
    assert "| 2025-03 t/m 2026-02 | Vermogensdelicten | 30 | 30 |" in str(found["dashboard_hot_times_coverage"]["weggelaten"])


def test_too_few_are_not_drawn(region: Region) -> None:
    assert shown(region, 29).keys() == {"dashboard_hot_times_coverage"}
    assert "_leeg_" in str(shown(region, 0)["dashboard_hot_times_coverage"]["weggelaten"])


def test_an_odd_number_of_panels_and_an_empty_one() -> None:
    weeks = {"a": np.ones((7, 24)), "b": np.zeros((7, 24)), "c": np.eye(7, 24)}
    assert pictures.week_picture(weeks, dict.fromkeys(weeks, "Paneel"), "Drukke uren").startswith(PNG)
