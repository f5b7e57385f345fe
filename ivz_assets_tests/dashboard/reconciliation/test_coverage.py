"""Which periods can be compared."""

from __future__ import annotations

from datetime import date
from typing import Any

from ivz_assets.dashboard.periods import dim_periode
from ivz_assets.dashboard.reconciliation.coverage import compared_periods

PERIODS: list[dict[str, Any]] = [
    row
    for row in dim_periode(date(2024, 1, 1), date(2025, 3, 20), (date(2024, 1, 1), date(2025, 3, 9)), [])
    if row["periode_soort"] in ("maand", "jaar")
]


def found(opened: dict[str, bool], *spans: tuple[date, date]) -> dict[str, tuple[bool, bool]]:
    return {row["periode"]: (row["volledig"], row["voorlopig"]) for row in compared_periods(PERIODS, opened, spans)}


def test_a_period_is_whole_when_every_day_was_delivered() -> None:
    opened = dict.fromkeys(("2024", "2024-12", "2025-01", "2025-02", "2025-03"), True)
    spans = ((date(2024, 1, 1), date(2024, 12, 31)), (date(2025, 1, 1), date(2025, 1, 30)), (date(2025, 2, 1), date(2025, 3, 9)))
    assert found(opened, *spans) == {
        "2024": (True, False),
        "2024-12": (True, False),
        "2025-01": (False, False),  # the 31st was never delivered
        "2025-02": (True, False),
        "2025-03": (False, True),
    }


def test_the_newest_month_with_figures_is_still_being_filled() -> None:
    span = (date(2024, 1, 1), date(2025, 3, 9))
    assert found({"2025-01": True, "2025-02": True, "2025-03": False}, span) == {
        "2025-01": (True, False), "2025-02": (True, True), "2025-03": (False, False),
    }  # fmt: skip
    # The table goes on where our deliveries stop: then the last month that we know is done.
    assert found({"2025-02": True, "2025-04": True}, span) == {"2025-02": (True, False)}


def test_what_only_one_side_has_is_no_comparison() -> None:
    assert found({"2023": True, "2023-12": True}, (date(2024, 1, 1), date(2025, 3, 9))) == {}
    assert found({"2024-05": True}, (date(2025, 1, 1), date(2025, 3, 9))) == {}
    assert found({}, (date(2024, 1, 1), date(2025, 3, 9))) == {}
    assert found({"2025-01": True}) == {}
