"""The area dimension takes its neighbourhoods from the newest edition, once there is one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import duckdb
import pytest

from ivz_assets.dashboard.dimensions import dim_gebied
from ivz_assets.dashboard.recompute import _newest_edition
from ivz_assets.neighbourhoods.schema import AREAS
from ivz_assets.warehouse.arrow import rows_of
from ivz_assets.warehouse.store import Store


@pytest.fixture
def store() -> Iterator[Store]:
    made = Store(duckdb.connect())
    yield made
    made.close()


def area(year: int, code: str, name: str, region: str | None = "TWENTE") -> dict[str, Any]:
    level = {"BU": "buurt", "WK": "wijk", "GM": "gemeente"}[code[:2]]
    wijk = f"WK{code[2:8]}" if level != "gemeente" else None
    return {"jaar": year, "gebied_code": code, "niveau": level, "naam": name, "wijk_code": wijk, "regio_code": region}


ROWS = [
    area(2022, "BU01530102", "Noord"), area(2022, "BU01530101", "Binnen"), area(2022, "WK015301", "Oud"),
    area(2023, "BU01530103", "Noord-West"), area(2023, "BU01530101", "Binnenstad"), area(2023, "WK015301", "Centrum"),
    area(2023, "GM0153", "Enschede"), area(2023, "BU01530201", "Zuid"), area(2023, "BU03630101", "Dam", region=None),
]  # fmt: skip


def test_the_neighbourhoods_of_the_newest_edition_with_their_names_of_now(store: Store) -> None:
    assert _newest_edition(store) == []
    store.connection.execute(f"CREATE TABLE areas AS {store.sql(rows_of(store, AREAS, ROWS))}")
    listed = _newest_edition(store)
    assert listed == [
        {"buurt_code": "BU01530101", "buurt_naam": "Binnenstad", "wijk_code": "WK015301", "wijk_naam": "Centrum"},
        {"buurt_code": "BU01530103", "buurt_naam": "Noord-West", "wijk_code": "WK015301", "wijk_naam": "Centrum"},
        # Its wijk is not in the table.
        {"buurt_code": "BU01530201", "buurt_naam": "Zuid", "wijk_code": "WK015302", "wijk_naam": None},
    ]
    # An incident that was converted brings the name of the neighbourhood that is gone.
    seen = [{"buurt_code": "BU01530103", "buurt_naam": "Noord"}]
    municipalities = [{"gemeente_code": "GM0153", "gemeente_naam": "Enschede"}]
    rows = dim_gebied(seen, listed, municipalities, "TWENTE", "Twente", {}, {})
    found = {row["gebied_sleutel"]: row["gebied_naam"] for row in rows}
    assert found["BU01530103"] == "Noord-West"
    assert (found["WK015301"], found["WK015302"]) == ("Centrum", "Wijk 02 Enschede")
    assert "BU01530102" not in found
