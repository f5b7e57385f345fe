"""What stands when several deliveries speak of the same figures, and that none is lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ivz_assets.deliveries.ledger import ACCEPTED, LEDGER_SCHEMA, WITHDRAWN
from ivz_assets.enrichment import recompute, transform
from ivz_assets.enrichment.names import compared
from ivz_assets.warehouse.store import Store
from ivz_assets_tests.enrichment.delivering import BUURTEN, TODAY, Region, counts, measure, opened
from ivz_assets_tests.weekmonitor.building import QuickStore


def test_without_any_delivery_the_tables_are_empty_and_pass(region: Region) -> None:
    outcome = region.build()
    assert outcome.passed
    assert set(outcome.rows.values()) == {0}


def test_the_newest_delivery_of_a_supplier_counts_until_it_is_withdrawn(region: Region) -> None:
    first = region.put(counts())
    second = region.put(counts(areas=BUURTEN[:3], factor=1.1), leverancier="gemeente  Enschede")
    assert region.figures()[:4] == [
        ("BU01530101", "2025", 44.0), ("BU01530102", "2025", 45.0), ("BU01530103", "2025", 46.0), ("BU01530104", "2025", 43.0),
    ]  # fmt: skip
    assert region.accounts() == {first: {"rijen": 30, "cijfers": 27, "vervangen": 3}, second: {"rijen": 3, "cijfers": 3}}
    region.decide(WITHDRAWN, second)
    assert region.figures()[:1] == [("BU01530101", "2025", 40.0)]
    assert region.accounts() == {first: {"rijen": 30, "cijfers": 30}, second: {"rijen": 3, "teruggetrokken": 3}}


def test_two_suppliers_of_the_same_figure_both_stand_under_their_name(region: Region) -> None:
    region.put(counts())
    region.put(counts(factor=1.5), leverancier="Woningcorporatie")
    assert region.figures("leverancier, waarde", "gebied_code = 'BU01530101'") == [
        ("Gemeente Enschede", 40.0), ("Woningcorporatie", 60.0),
    ]  # fmt: skip


@pytest.mark.usefixtures("without_schema")
def test_a_delivery_that_changes_much_is_held_until_a_person_accepts_it(region: Region) -> None:
    first = region.put(counts())
    few = region.put([*counts(areas=BUURTEN[:23]), *counts(factor=1.2)[23:]])
    recompute.placed_rows(region.store, region.ledger, region.settings)
    assert recompute.changed_by(region.store, region.ledger, region.settings, few) == (30, 7)
    region.decide(WITHDRAWN, few)
    second, held = region.load([*counts(areas=BUURTEN[:22]), *counts(factor=1.2)[22:]])
    assert held is not None
    assert held.startswith("8 of the 30 figures that this supplier delivered before and delivers again have another value")
    assert region.accounts()[second] == {"rijen": 30, "vastgehouden": 30}
    assert region.figures("waarde", "gebied_code = 'BU01530130'") == [(69.0,)]
    region.decide(ACCEPTED, second)
    assert region.accounts()[first] == {"rijen": 30, "vervangen": 30}
    assert region.figures("waarde", "gebied_code = 'BU01530130'") == [(83.0,)]


def test_a_figure_that_has_become_unknown_stands_as_unknown(region: Region) -> None:
    region.put(counts())
    region.put([{**counts()[0], "waarde": "onbekend"}])
    assert region.figures("waarde", "gebied_code = 'BU01530101'") == [(None,)]


def test_a_measure_that_runs_is_of_the_day_of_delivery_and_ends_by_a_later_delivery(region: Region) -> None:
    region.put([measure(date(2025, 3, 1)), measure(date(2024, 1, 1), date(2024, 6, 30))])
    shown = "periode, peildatum, ouderdom_dagen"
    assert region.figures(shown) == [
        ("2024-01-01/2024-06-30", date(2024, 6, 30), 631), ("2025-03-01/..", TODAY, 0),
    ]  # fmt: skip
    region.put([measure(date(2025, 3, 1), date(2025, 12, 31))])
    assert region.figures(shown)[1:] == [("2025-03-01/2025-12-31", date(2025, 12, 31), 82)]


def test_a_figure_outside_the_days_of_its_delivery_is_marked(region: Region) -> None:
    region.put([*counts(2025), *counts(2023)])
    assert region.figures("DISTINCT periode, buiten_geldigheid") == [("2023", True), ("2025", False)]


def test_what_may_no_longer_be_kept_does_not_count(tmp_path: Path) -> None:
    with opened(tmp_path) as region:
        kept = region.put(counts(2024), bewaartermijn_maanden=12)
        gone = region.put(counts(2025), bewaartermijn_maanden=1)
    with opened(tmp_path, date(2026, 4, 23)) as region:
        assert region.accounts() == {kept: {"rijen": 30, "cijfers": 30}, gone: {"rijen": 30, "cijfers": 30}}
    with opened(tmp_path, date(2026, 4, 24)) as region:
        assert region.accounts() == {kept: {"rijen": 30, "cijfers": 30}, gone: {"rijen": 30, "verlopen": 30}}
        assert region.figures("DISTINCT periode") == [("2024",)]


# Any ledger: what stands is what a few lines of Python say, and nothing is lost

_RAW = pyarrow.schema(
    [(name, pyarrow.string()) for name in ("levering_id", "indicator", "uitsplitsing", "gebied_code", "periode_soort", "regels")]
    + [("rij", pyarrow.int32()), ("periode_begin", pyarrow.date32()), ("waarde", pyarrow.float64())]
)
_TERMS = pyarrow.schema(
    [("levering_id", pyarrow.string()), ("leverancier", pyarrow.string()), ("leverancier_sleutel", pyarrow.string()),
     ("bewaren_tot", pyarrow.date32())]
)  # fmt: skip

figures = st.lists(
    st.tuples(st.sampled_from(BUURTEN[:3]), st.sampled_from((2024, 2025)), st.integers(0, 9), st.booleans()),
    max_size=5, unique_by=lambda figure: figure[:2],
)  # fmt: skip
deliveries = st.lists(
    st.tuples(
        st.sampled_from(("A", "a ", "B")), st.sampled_from(("geladen", "geladen", "vastgehouden", "teruggetrokken")),
        st.booleans(), figures,
    ),
    max_size=5,
)  # fmt: skip


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    """One store for all examples, which compiles the same expression once."""
    found = QuickStore(duckdb.connect())
    yield found
    found.close()


@given(delivered=deliveries)
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
def test_no_figure_is_lost_and_the_newest_stands(
    store: Store, delivered: list[tuple[str, str, bool, list[tuple[str, int, int, bool]]]]
) -> None:
    """Status by status: who replaced whom is told by a few lines of Python over the same deliveries."""
    raw: list[dict[str, Any]] = []
    terms: list[dict[str, Any]] = []
    state: list[dict[str, Any]] = []
    expected: dict[tuple[str, str, int], tuple[str, float]] = {}
    for rank, (supplier, toestand, expired, rows) in enumerate(delivered):
        name = f"V{rank}"
        terms.append(
            {"levering_id": name, "leverancier": supplier, "leverancier_sleutel": compared(supplier),
             "bewaren_tot": date(2020, 1, 1) if expired else TODAY}
        )  # fmt: skip
        state.append(
            {"levering_id": name, "toestand": toestand, "rang": rank, "rijen": len(rows), "geleverd_op": datetime(2026, 1, 1)}
        )
        for number, (area, year, value, rejected) in enumerate(rows, 1):
            raw.append(
                {"levering_id": name, "indicator": "i", "uitsplitsing": "", "gebied_code": area, "periode_soort": "jaar",
                 "regels": "fout" if rejected else None, "rij": number, "periode_begin": date(year, 1, 1),
                 "waarde": float(value)}
            )  # fmt: skip
            if toestand == "geladen" and not expired and not rejected:
                expected[compared(supplier), area, year] = (name, float(value))
    rows_of = transform.with_status(
        store.keep_rows("ruw", raw, _RAW), store.keep_rows("wie", terms, _TERMS),
        store.keep_rows("stand", state, LEDGER_SCHEMA), TODAY,
    )  # fmt: skip
    placed = store.keep("geplaatst", rows_of)
    found = store.rows("SELECT * FROM geplaatst WHERE status = 'cijfers'")
    assert {
        (row["leverancier_sleutel"], row["gebied_code"], row["periode_begin"].year): (row["levering_id"], row["waarde"])
        for row in found
    } == expected
    assert len(found) == len(expected)
    wie = store.ibis.table("wie", database=("temp", "main"))
    weg = store.keep_rows("weg", [], pyarrow.schema([("levering_id", pyarrow.string()), ("vernietigd", pyarrow.int64())]))
    stand = store.ibis.table("stand", database=("temp", "main"))
    accounts = store.keep("rekening", transform.accounts(placed, wie, stand, weg))
    assert int(accounts.count().execute()) == len(delivered)
    for row in store.rows("SELECT * EXCLUDE (levering_id, leverancier) FROM rekening"):
        assert row.pop("rijen") == sum(row.values())
