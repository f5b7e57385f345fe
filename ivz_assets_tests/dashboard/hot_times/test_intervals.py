"""Which incidents are placed in the week and which are left out, a rule at a time."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from ivz_assets.dashboard.hot_times.intervals import timed_incidents
from ivz_assets_tests.dashboard.hot_times.small_region import INCIDENTS, Region, incident

pytestmark = pytest.mark.xdist_group("hot_times")

TUESDAY = datetime(2026, 1, 6, 22, 0)


def placed(region: Region, item: dict[str, Any]) -> dict[str, Any]:
    """The incident with its place in the week."""
    table = region.store.keep_rows("een_incident", [item], INCIDENTS)
    return timed_incidents(table).to_pyarrow().to_pylist()[0]


def labels(row: dict[str, Any]) -> set[str]:
    return {name for name, value in row.items() if value is True}


@pytest.mark.parametrize(
    ("item", "expected", "length"),
    [
        (incident(TUESDAY, datetime(2026, 1, 7, 2, 0)), {"meegeteld"}, 240),
        (incident(TUESDAY, datetime(2026, 1, 6, 23, 0)), {"meegeteld", "exact"}, 60),
        (incident(TUESDAY, TUESDAY), {"meegeteld", "exact"}, 0),
        (incident(TUESDAY, datetime(2026, 1, 6, 23, 1)), {"meegeteld"}, 61),
        (incident(TUESDAY, None, flags="eindtijd_ontbreekt"), {"meegeteld", "zonder_einde"}, 0),
        (incident(TUESDAY, datetime(2026, 1, 6, 21, 0), flags="datumvorm eind_voor_begin"), {"meegeteld", "eind_voor_begin"}, 0),
        # The end has no time, but its day lies before the begin.
        (incident(TUESDAY, None, flags="eindtijd_ontbreekt eind_voor_begin"), {"meegeteld", "eind_voor_begin"}, 0),
        (incident(TUESDAY, datetime(2026, 1, 13, 21, 59)), {"meegeteld"}, 10_079),
        (incident(TUESDAY, datetime(2026, 1, 13, 22, 0)), {"te_lang"}, 10_080),
        (incident(TUESDAY, datetime(2026, 3, 1)), {"te_lang"}, 76_440),
        (incident(None, None, day=date(2026, 1, 6), flags="begintijd_ontbreekt"), {"zonder_tijd"}, 0),
        # A begin that is not known says nothing, however long it lasted.
        (incident(datetime(2026, 1, 6), datetime(2026, 2, 6), flags="begintijd_standaard"), {"zonder_tijd"}, 44_640),
        # 24:00 was written: midnight was meant, and no rule takes it for a default.
        (incident(datetime(2026, 1, 7), None, flags="tijdvorm eindtijd_ontbreekt"), {"meegeteld", "zonder_einde"}, 0),
        # The hour that comes twice: 02:50 to 02:10 is no fault there.
        (
            incident(datetime(2025, 10, 26, 2, 50), datetime(2025, 10, 26, 2, 10), flags="zomertijd_dubbel"),
            {"meegeteld", "dubbel_uur"},
            0,
        ),
        # A rule whose name holds that of another is another rule.
        (incident(TUESDAY, TUESDAY, flags="niet_begintijd_standaard"), {"meegeteld", "exact"}, 0),
    ],
)
def test_rules(region: Region, item: dict[str, Any], expected: set[str], length: int) -> None:
    row = placed(region, item)
    assert labels(row) == expected
    assert row["duur"] == length


def test_minutes_are_those_of_the_clock(region: Region) -> None:
    # The night of 29 March 2026 has no hour from two to three; by the clock 01:30 to 03:30 is still two hours.
    row = placed(region, incident(datetime(2026, 3, 29, 1, 30), datetime(2026, 3, 29, 3, 30)))
    assert (row["begin_minuut"], row["duur"]) == (6 * 1440 + 90, 120)
    assert placed(region, incident(datetime(2026, 1, 5)))["begin_minuut"] == 0  # a Monday


def test_the_month_is_that_of_the_begin(region: Region) -> None:
    row = placed(region, incident(datetime(2025, 12, 31, 23, 0), datetime(2026, 1, 1, 3, 0)))
    assert divmod(row["maand"], 12) == (2025, 11)


def test_outside_the_region_is_left_out(region: Region) -> None:
    table = region.store.keep_rows("een_incident", [incident(inside=False)], INCIDENTS)
    assert timed_incidents(table).count().to_pyarrow().as_py() == 0
