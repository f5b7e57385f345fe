"""The signals put together: the daily counts and the dimensions meet the pure functions and the store."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import ibis.expr.types as ir
import numpy as np
import pandera.ibis as pa
import pyarrow

from ivz_assets.dashboard.horizon import data_from
from ivz_assets.dashboard.signals import expectations, power, schema
from ivz_assets.dashboard.signals.history import Calendar, calendar, without_empty
from ivz_assets.dashboard.signals.judging import Series
from ivz_assets.dashboard.signals.stored import Named, Outcome, outcome
from ivz_assets.dashboard.signals.transform import period_counts
from ivz_assets.quality.expectations_gate import expectations_gate
from ivz_assets.quality.verdicts import Verdict
from ivz_assets.settings import Settings
from ivz_assets.warehouse.arrow import arrow_schema, rows_of
from ivz_assets.warehouse.store import Store

INPUTS = ("daily_counts", "area_levels", "class_levels", "dim_gebied", "dim_periode", "dim_klasse")


def tables(store: Store, settings: Settings) -> list[tuple[pa.DataFrameSchema, ir.Table]]:
    """The tables of the topic with the expressions that fill them."""
    outcomes = [_outcome(store, periods) for periods in _calendars(store) if periods.keys]
    signals = [found.signals for found in outcomes] or [arrow_schema(schema.DASHBOARD_SIGNALS).empty_table()]
    return [
        (schema.DASHBOARD_SIGNALS, store.keep_arrow("rijen_signalen", pyarrow.concat_tables(signals))),
        (
            schema.DASHBOARD_SIGNAL_FAMILIES,
            rows_of(store, schema.DASHBOARD_SIGNAL_FAMILIES, [row for found in outcomes for row in found.families]),
        ),
        (schema.DASHBOARD_SIGNAL_POWER, rows_of(store, schema.DASHBOARD_SIGNAL_POWER, power.stored_rows())),
    ]


def judge(store: Store, settings: Settings, staged: Mapping[str, ir.Table]) -> list[Verdict]:
    """The suites over the staged tables; their limits are exact, so nobody can let anything through."""
    profiles = expectations.profiles(
        {name: store.table(name) for name in INPUTS}, {name: staged[name] for name in expectations.TABLES}, store.keep
    )
    suites = expectations.suite()
    return [expectations_gate(name, profiles[name], suites[name]) for name in expectations.TABLES]


def _calendars(store: Store) -> list[Calendar]:
    known_from = data_from(store)
    if known_from is None:
        return []
    periods = store.table("dim_periode")
    kinds = periods.filter(periods.periode_soort.cast("string").isin(schema.PERIODE_SOORTEN))
    rows = kinds.to_pyarrow().to_pylist()
    return [calendar(kind, rows, known_from) for kind in schema.PERIODE_SOORTEN]


def _outcome(store: Store, periods: Calendar) -> Outcome:
    named, regio = _named(store)
    last = periods.begins[-1] + timedelta(days=int(periods.days[-1]) - 1)
    counted = period_counts(
        store.table("daily_counts"), *_numbers(store, named), periods.kind, periods.begins[0], last, store.keep
    )
    counts = counted.order_by("klasse_nr").to_pyarrow()
    place = {begin: position for position, begin in enumerate(periods.begins)}
    # DuckDB cuts a date off to a timestamp, whatever the expression says.
    begins = counts["periode_begin"].cast(pyarrow.date32()).combine_chunks().dictionary_encode()
    positions = np.array([place[begin] for begin in begins.dictionary.to_pylist()], dtype=np.int32)
    # A class that the region never has is not compared; the others keep their order.
    seen, numbers = np.unique(counts["klasse_nr"].to_numpy(), return_inverse=True)
    columns = {
        "klasse": numbers.astype(np.int32),
        "gebied": counts["gebied_nr"].to_numpy(),
        "periode": positions[begins.indices.to_numpy()] if positions.size else np.empty(0, dtype=np.int32),
        "aantal": counts["aantal"].to_numpy(),
    }
    levels = np.array([row["gebied_niveau"] for row in named.areas])
    series = Series(periods, levels, regio, seen.size, **columns)
    series = Series(without_empty(periods, series.region()), levels, regio, seen.size, **columns)
    return outcome(series, Named(named.areas, [named.classes[number] for number in seen]))


def _named(store: Store) -> tuple[Named, int]:
    """The areas and classes that are compared, and the place of the region among the areas."""
    areas, classes = store.table("dim_gebied"), store.table("dim_klasse")
    known = areas.filter(~areas.onbekend & areas.gebied_niveau.cast("string").isin(schema.GEBIED_NIVEAUS))
    wanted = classes.filter(classes.klasse_niveau.cast("string").isin(schema.KLASSE_NIVEAUS))
    area_rows = known.select("gebied_sleutel", "gebied_niveau", "gebied_naam", "gemeente_naam").order_by("gebied_sleutel")
    class_rows = wanted.select("klasse_sleutel", "klasse_niveau", "klasse_naam", "categorie", "toelichting").order_by(
        "klasse_sleutel"
    )
    named = Named(area_rows.to_pyarrow().to_pylist(), class_rows.to_pyarrow().to_pylist())
    return named, next(place for place, row in enumerate(named.areas) if row["gebied_niveau"] == "regio")


def _numbers(store: Store, named: Named) -> tuple[ir.Table, ir.Table]:
    """Which neighbourhood belongs to which numbered area, and which class to which numbered class."""
    kept = {
        kind: store.keep_rows(
            f"nummers_{kind}",
            [{f"{kind}_sleutel": row[f"{kind}_sleutel"], f"{kind}_nr": place} for place, row in enumerate(rows)],
            pyarrow.schema([(f"{kind}_sleutel", pyarrow.string()), (f"{kind}_nr", pyarrow.int32())]),
        )
        for kind, rows in (("gebied", named.areas), ("klasse", named.classes))
    }
    areas = store.table("area_levels").join(kept["gebied"], "gebied_sleutel").select("buurt_code", "gebied_nr")
    classes = store.table("class_levels").join(kept["klasse"], "klasse_sleutel")
    return areas, classes.select("maatschappelijke_klasse", "projectcode", "klasse_nr")
