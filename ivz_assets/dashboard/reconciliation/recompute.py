"""The reconciliation put together: daily counts, open figures and the mapping meet the pure functions and the store."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ibis.expr.types as ir
import pandera.ibis as pa
import pyarrow

from ivz_assets.dashboard.reconciliation import expectations, transform
from ivz_assets.dashboard.reconciliation.bands import SLACK, tolerance_band
from ivz_assets.dashboard.reconciliation.coverage import compared_periods
from ivz_assets.dashboard.reconciliation.mapping import groups
from ivz_assets.dashboard.reconciliation.schema import DASHBOARD_RECONCILIATION
from ivz_assets.deliveries.ledger import Ledger
from ivz_assets.deliveries.precedence import speakers
from ivz_assets.open_police.schema import OPEN_POLICE_COUNTS, OPEN_POLICE_TABLES, TABELLEN
from ivz_assets.quality.expectations_gate import expectations_gate
from ivz_assets.quality.verdicts import Verdict
from ivz_assets.settings import Settings
from ivz_assets.warehouse.arrow import rows_of
from ivz_assets.warehouse.store import Store

INPUTS = ("daily_counts", "area_levels", "dim_gebied", "dim_periode", "open_police_tables", "open_police_counts")

_TEXT, _COUNT = pyarrow.string(), pyarrow.int64()
_CLASSES = pyarrow.schema([("maatschappelijke_klasse", _TEXT), ("politie_code", _TEXT)])
_CODES = pyarrow.schema([("politie_code", _TEXT), ("enkele_code", _TEXT), ("aantal_codes", _COUNT)])
_GROUPS = pyarrow.schema(
    [(name, _TEXT) for name in ("politie_code", "politie_titel", "subcategorieen", "aansluitbaar", "laagste_niveau", "opmerking")]
)
_AREAS = pyarrow.schema([(name, _TEXT) for name in ("gebied_niveau", "gebied_sleutel", "gebied_naam")])
_PERIODS = pyarrow.schema(
    [(name, _TEXT) for name in ("periode_soort", "periode", "periode_naam", "tabel", "gewijzigd")]
    + [("periode_begin", pyarrow.date32()), ("volledig", pyarrow.bool_()), ("voorlopig", pyarrow.bool_())]
)
_BANDS = pyarrow.schema(
    [
        ("aantal_weekmonitor", pyarrow.int32()),
        ("aansluitbaar", _TEXT),
        ("band_laag", pyarrow.int32()),
        ("band_hoog", pyarrow.int32()),
    ]
)


def tables(store: Store, settings: Settings) -> list[tuple[pa.DataFrameSchema, ir.Table]]:
    """The comparison; empty when there is no open table, or none of a period that was delivered."""
    areas = store.rows(
        "SELECT gebied_niveau, gebied_sleutel, gebied_naam FROM dim_gebied "
        "WHERE gebied_niveau = 'regio' OR (gebied_niveau = 'gemeente' AND NOT onbekend) ORDER BY ALL"
    )
    opened = transform.open_counts(
        _opened(store, OPEN_POLICE_COUNTS),
        store.keep_rows("politie_codes", _codes(), _CODES),
        settings.regio_code,
        sum(row["gebied_niveau"] == "gemeente" for row in areas),
    )
    found = transform.cells(
        store.keep_rows("vergeleken_gebieden", areas, _AREAS),
        store.keep_rows("vergeleken_perioden", _periods(store), _PERIODS),
        store.keep_rows("vergeleken_soorten", _groups(), _GROUPS),
        store.keep(
            "onze_misdrijven", transform.our_counts(store.table("daily_counts"), store.table("area_levels"), _classes(store))
        ),
        store.keep("open_misdrijven", opened),
    )
    found = store.keep("vergelijkingen", found)
    bands = store.keep_rows("banden", _bands(found), _BANDS)
    return [(DASHBOARD_RECONCILIATION, transform.dashboard_reconciliation(found, bands))]


def judge(store: Store, settings: Settings, staged: Mapping[str, ir.Table]) -> list[Verdict]:
    """The suite over the staged table; its limits are exact, so nobody can let anything through."""
    profiles = expectations.profiles(
        staged["dashboard_reconciliation"],
        store.table("daily_counts"),
        _classes(store),
        store.table("dim_gebied"),
        store.table("dim_periode"),
    )
    return [expectations_gate("dashboard_reconciliation", profiles, expectations.suite())]


def _opened(store: Store, model: pa.DataFrameSchema) -> ir.Table:
    """A table of open figures; without rows when none has ever passed its gate, for that is no reason to stop."""
    name = str(model.name)
    return store.table(name) if store.exists(name) else rows_of(store, model, [])


def _classes(store: Store) -> ir.Table:
    rows = [{"maatschappelijke_klasse": code, "politie_code": group.politie_code} for group in groups() for code in group.klassen]
    return store.keep_rows("vergeleken_klassen", rows, _CLASSES)


def _codes() -> list[dict[str, Any]]:
    return [
        {"politie_code": group.politie_code, "enkele_code": code, "aantal_codes": len(group.politie_codes)}
        for group in groups()
        for code in group.politie_codes
    ]


def _groups() -> list[dict[str, str]]:
    return [
        {**group._asdict(), "subcategorieen": "; ".join(group.subcategorieen), "opmerking": group.toelichting}
        for group in groups()
    ]


def _periods(store: Store) -> list[dict[str, Any]]:
    """Periods that both sides know, each with the open table it is of."""
    counts = _opened(store, OPEN_POLICE_COUNTS)
    opened = counts.group_by("periode").aggregate(gevuld=counts.aantal.notnull().any()).to_pyarrow().to_pylist()
    releases = {row["periode_soort"]: row for row in _opened(store, OPEN_POLICE_TABLES).to_pyarrow().to_pylist()}
    kinds = ", ".join(f"'{kind}'" for kind in TABELLEN.values())
    periods = store.rows(f"SELECT * FROM dim_periode WHERE periode_soort IN ({kinds}) ORDER BY periode")
    spans = [(item.van, item.tot) for item in speakers(Ledger(store).state()) if item.geldig_tot is None]
    compared = compared_periods(periods, {row["periode"]: row["gevuld"] for row in opened}, spans)
    return [{**row, **{name: releases[row["periode_soort"]][name] for name in ("tabel", "gewijzigd")}} for row in compared]


def _bands(found: ir.Table) -> list[dict[str, Any]]:
    """The band of every count that occurs, computed once."""
    rows = found.select("aantal_weekmonitor", "aansluitbaar").distinct().order_by("aantal_weekmonitor", "aansluitbaar")
    counted = rows.to_pyarrow().to_pylist()
    low, high = tolerance_band([row["aantal_weekmonitor"] for row in counted], [SLACK[row["aansluitbaar"]] for row in counted])
    return [
        {**row, "band_laag": int(below), "band_hoog": int(above)} for row, below, above in zip(counted, low, high, strict=True)
    ]
