"""The gate on places: incidents lie in the neighbourhood they were registered in, or the stage of the weekmonitor stops."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

import pandas as pd
import pyarrow
import pytest

from ivz_assets.deliveries.ledger import Ledger
from ivz_assets.neighbourhoods.reference import gemeenten
from ivz_assets.quality.verdicts import Finding
from ivz_assets.warehouse.arrow import rows_of
from ivz_assets.weekmonitor import stage
from ivz_assets.weekmonitor.expectations.incidents import place_profile
from ivz_assets.weekmonitor.schema import DELIVERY_ACCOUNTS, INCIDENT_LOCATIONS, INCIDENTS, STATUSSEN
from ivz_assets_tests.neighbourhoods.boundaries.squares import X, Y
from ivz_assets_tests.neighbourhoods.building import BORNE, WEST
from ivz_assets_tests.neighbourhoods.conftest import Built

# Great Expectations takes seconds to import: one worker does so.
pytestmark = pytest.mark.xdist_group("gates")

MONDAY = date(2024, 2, 19)
INSIDE = {WEST: (X + 1300, Y + 500), BORNE: (X + 2500, Y + 500)}
"""A point of each: the one is 600 m wide and begins at 1000, the other 1000 m and begins at 2000."""

Place = tuple[str, float, float, str]


@pytest.fixture
def shop(region: Built) -> Iterator[Built]:
    """The tiny region with the lists that a run of the weekmonitor makes; what is made here is undone."""
    store, settings = region.store, region.settings
    Ledger(store)
    days = [{"datum": MONDAY + timedelta(days=day), "geldig_tot": None} for day in range(7)]
    store.keep_rows("beurten", days, pyarrow.schema([("datum", pyarrow.date32()), ("geldig_tot", pyarrow.timestamp("us"))]))
    store.keep_rows("lijst_gemeenten", gemeenten(settings), pyarrow.schema([("gemeente_code", pyarrow.string())]))
    yield region
    store.forget_kept()


def judged(shop: Built, places: Sequence[Place]) -> list[Finding]:
    """What the gates of the weekmonitor find in incidents at these places: code, x, y and how the code is known."""
    store = shop.store
    moments = ("nacht", "ochtend", "middag", "avond")
    incidents: list[dict[str, Any]] = [
        {
            "levering_id": "2024-W08-0123456789", "rij": number, "incident_hash": f"{number:064}", "volgnummer": 1,
            "maatschappelijke_klasse": "A40", "subcategorie": "Zakkenrollerij", "buurt_code": code, "buurt_bepaling": how,
            "gemeente_code": f"GM{code[2:6]}", "binnen_regio": True, "datum_registratie": MONDAY + timedelta(days=number % 7),
            "datum_voorval": MONDAY, "dagdeel": moments[number % 4],
        }
        for number, (code, _, _, how) in enumerate(places)
    ]  # fmt: skip
    locations = [
        {"levering_id": "2024-W08-0123456789", "rij": number, "rd_x": x, "rd_y": y, "in_regio": True}
        for number, (_, x, y, _) in enumerate(places)
    ]
    account = {"levering_id": "2024-W08-0123456789", "rijen": len(places), **dict.fromkeys(STATUSSEN, 0), "incident": len(places)}
    staged = {
        "incidents": rows_of(store, INCIDENTS, incidents),
        "incident_locations": rows_of(store, INCIDENT_LOCATIONS, locations),
        "delivery_accounts": rows_of(store, DELIVERY_ACCOUNTS, [account]),
    }
    return [finding for verdict in stage.judge(store, Ledger(store), shop.settings, staged) for finding in verdict.bevindingen]


def at_home(number: int = 100) -> list[Place]:
    """Incidents in the middle of their own neighbourhood."""
    return [(code, x, y, "gemeten") for code, (x, y) in INSIDE.items() for _ in range(number)]


def test_incidents_in_their_own_neighbourhood_pass(shop: Built) -> None:
    # One in ten may lie elsewhere, and within 50 metres of the border a point is as good as inside.
    places = at_home(90) + [(WEST, X + 960, Y + 500, "gemeten")] * 100 + [(BORNE, X + 10, Y + 10, "gemeten")] * 10
    assert judged(shop, places) == []


def test_places_in_another_neighbourhood_stop_the_stage_and_no_other_gate_does(shop: Built) -> None:
    (finding,) = judged(shop, [*at_home(85), *[(BORNE, X + 10, Y + 10, "gemeten")] * 15])
    assert finding.verwachting == "incidents.xy_in_buurt"
    assert finding.cellen == [{"gemeente_code": "GM0147", "aandeel_in_buurt": "0.85"}]
    assert finding.grens == "minstens 0.9"


def test_what_was_converted_says_nothing_about_its_place(shop: Built) -> None:
    converted: list[Place] = [(BORNE, X + 10, Y + 10, how) for how in ("geschat", "omgezet", "onbekend") for _ in range(20)]
    assert judged(shop, [*at_home(), *converted]) == []


def test_few_located_incidents_say_nothing() -> None:
    placed = pd.DataFrame({"gemeente_code": ["GM0147"] * 99 + ["GM0153"] * 100, "binnen": [False] * 99 + [True, False] * 50})
    assert place_profile(placed).frame.to_dict("records") == [{"gemeente_code": "GM0153", "aandeel_in_buurt": 0.5}]
    few = place_profile(placed[:99])
    assert (few.frame.empty, few.may_be_empty) == (True, "too few incidents have a location")


def test_without_a_map_nothing_is_judged() -> None:
    profile = place_profile(None)
    assert profile.frame.empty
    assert profile.may_be_empty == "there is no map of the neighbourhoods"
