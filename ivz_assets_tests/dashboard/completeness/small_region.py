"""A region with delays that are known, for the tests of completeness. No assertions belong here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import duckdb
import numpy as np
import pyarrow

from ivz_assets.dashboard.completeness import lags, transform
from ivz_assets.dashboard.completeness.delays import Delays, estimate
from ivz_assets.dashboard.periods import dim_periode
from ivz_assets.dashboard.schema import DIM_KLASSE, DIM_PERIODE
from ivz_assets.warehouse.arrow import arrow_schema
from ivz_assets.warehouse.store import Store

SUNDAY = date(2026, 3, 22)

INCIDENTS = pyarrow.schema(
    [
        ("binnen_regio", pyarrow.bool_()), ("maatschappelijke_klasse", pyarrow.string()), ("projectcode", pyarrow.string()),
        ("datum_voorval", pyarrow.date32()), ("datum_kennisname", pyarrow.date32()), ("datum_registratie", pyarrow.date32()),
    ]
)  # fmt: skip
DAILY = pyarrow.schema(
    [
        ("datumbasis", pyarrow.string()), ("datum", pyarrow.date32()), ("maatschappelijke_klasse", pyarrow.string()),
        ("projectcode", pyarrow.string()), ("aantal", pyarrow.int32()),
    ]
)  # fmt: skip
_LEVELS = pyarrow.schema(
    [(name, pyarrow.string()) for name in ("maatschappelijke_klasse", "projectcode", "klasse_niveau", "klasse_sleutel")]
)
_KEYS = {
    "A20": ("subcategorie: Woninginbraak", "categorie: Vermogensdelicten", "totaal: misdrijven"),
    "F80": ("subcategorie: Fraude", "categorie: Vermogensdelicten", "totaal: misdrijven"),
}
CLASSES = [
    {"klasse_niveau": key.split(":")[0], "klasse_sleutel": key, "categorie": None if "totaal" in key else "Vermogensdelicten"}
    for key in sorted({key for keys in _KEYS.values() for key in keys})
]


def incident(
    happened: date, noticed: int | None = 0, registered: int = 0, klasse: str = "A20", inside: bool = True
) -> dict[str, Any]:
    """An incident noticed so many days after it happened, and registered so many days after that."""
    return {
        "binnen_regio": inside, "maatschappelijke_klasse": klasse, "projectcode": None, "datum_voorval": happened,
        "datum_kennisname": None if noticed is None else happened + timedelta(days=noticed),
        "datum_registratie": happened + timedelta(days=(noticed or 0) + registered),
    }  # fmt: skip


def drawn(rng: np.random.Generator, days: int, rate: float, klasse: str, mean: float, end: date = SUNDAY) -> pyarrow.Table:
    """Incidents of so many days up to ``end`` with delays as people have them; half of what is for Sunday waits until Monday."""
    busy = np.repeat(rng.gamma(40, 1 / 40, days // 7 + 1), 7)[:days]
    happened = np.repeat(np.arange(days), rng.poisson(rate * busy))
    noticed = happened + np.minimum(rng.exponential(mean, len(happened)), 330).astype(int)
    registered = noticed + np.minimum(rng.exponential(1.7, len(happened)), 14).astype(int)
    # Day ``days - 1`` is a Sunday
    registered += ((registered - (days - 1)) % 7 == 0) & (rng.random(len(happened)) < 0.5)
    start = np.datetime64(end) - (days - 1)
    return pyarrow.table(
        {
            "binnen_regio": np.ones(len(happened), bool),
            "maatschappelijke_klasse": np.full(len(happened), klasse),
            "projectcode": pyarrow.nulls(len(happened), pyarrow.string()),
            "datum_voorval": start + happened,
            "datum_kennisname": start + noticed,
            "datum_registratie": start + registered,
        },
        schema=INCIDENTS,
    )


class Region:
    """The queries compiled once; the engine runs them again for each table of incidents."""

    def __init__(self) -> None:
        self.store = Store(duckdb.connect())
        rows = [
            {"maatschappelijke_klasse": code, "projectcode": "", "klasse_niveau": key.split(":")[0], "klasse_sleutel": key}
            for code, keys in _KEYS.items()
            for key in keys
        ]
        self.class_levels = self.store.keep_rows("class_levels", rows, _LEVELS)
        self.store.keep_rows("incidents", [], INCIDENTS)
        self.store.keep_rows("daily_counts", [], DAILY)
        self._queries: dict[tuple[date, date, date], tuple[str, str]] = {}

    def put(self, incidents: Sequence[dict[str, Any]] | pyarrow.Table) -> None:
        """Replaces the incidents."""
        table = incidents if isinstance(incidents, pyarrow.Table) else pyarrow.Table.from_pylist(list(incidents), INCIDENTS)
        self.store.keep_arrow("incidents", table)

    def lags(self, first: date, anchor: date, up_to: date) -> pyarrow.Table:
        """Counts by age and delay of what is registered by ``up_to``; the counts per day are those too."""
        self.store.connection.execute(
            "CREATE OR REPLACE TEMP TABLE daily_counts AS SELECT 'voorgevallen' AS datumbasis, datum_voorval AS datum, "
            "maatschappelijke_klasse, '' AS projectcode, count(*)::INTEGER AS aantal FROM incidents "
            "WHERE datum_registratie <= ? GROUP BY ALL",
            [up_to],
        )
        return self.store.connection.execute(self._sql(first, anchor, up_to)[0]).to_arrow_table()

    def _sql(self, first: date, anchor: date, up_to: date) -> tuple[str, str]:
        if (first, anchor, up_to) not in self._queries:
            tables = {name: self.store.ibis.table(name, database=("temp", "main")) for name in ("incidents", "daily_counts")}
            self._queries[first, anchor, up_to] = (
                self.store.sql(lags.lags(tables["incidents"], self.class_levels, first, anchor, up_to)),
                self.store.sql(lags.known_per_day(tables["daily_counts"], self.class_levels, first)),
            )
        return self._queries[first, anchor, up_to]

    def completeness(self, first: date, up_to: date) -> list[dict[str, Any]]:
        """The rows of the table as of a day, from the first day that can be known."""
        start = lags.first_day(first, up_to)
        blocks = ((up_to - start).days + 1) // 7
        learned = estimate(self.lags(start, up_to, up_to), blocks)
        known = self.store.connection.execute(self._sql(start, up_to, up_to)[1]).to_arrow_table()
        made = transform.completeness(periods(first, up_to), CLASSES, known, learned, regio="TWENTE", up_to=up_to, blocks=blocks)
        return list(made.to_pylist())

    def delays(self, first: date, up_to: date) -> Delays | None:
        """What is learned as of a day."""
        start = lags.first_day(first, up_to)
        return estimate(self.lags(start, up_to, up_to), ((up_to - start).days + 1) // 7)


def periods(first: date, up_to: date) -> list[transform.Period]:
    """The periods that the dimension has."""
    names = transform.Period.__dataclass_fields__
    return [transform.Period(**{name: row[name] for name in names}) for row in dim_periode(first, up_to, (first, up_to), [])]  # type: ignore[arg-type]


def stage_dimensions(store: Store, first: date, up_to: date) -> dict[str, Any]:
    """The dimensions that the gates ask for."""
    classes = [{name: row.get(name) for name in DIM_KLASSE.columns} for row in CLASSES]
    return {
        "dim_gebied": store.keep_rows(
            "dim_gebied", [{"gebied_sleutel": "TWENTE"}], pyarrow.schema([("gebied_sleutel", pyarrow.string())])
        ),
        "dim_periode": store.keep_rows("dim_periode", dim_periode(first, up_to, (first, up_to), []), arrow_schema(DIM_PERIODE)),
        "dim_klasse": store.keep_rows("dim_klasse", classes, arrow_schema(DIM_KLASSE)),
    }
