"""Builders of tiny tables: a clean row, a ledger of a few deliveries, and the tables that follow from them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import duckdb
import ibis.expr.types as ir
import pyarrow

from ivz_assets.deliveries.ledger import ACCEPTED, HELD, WITHDRAWN, DeliveryFacts, Ledger
from ivz_assets.deliveries.precedence import per_day, speakers
from ivz_assets.settings import Settings
from ivz_assets.warehouse.model import create_table
from ivz_assets.warehouse.store import Store
from ivz_assets.weekmonitor import parsing, recompute, transform
from ivz_assets.weekmonitor.delivery import iso_week
from ivz_assets.weekmonitor.reference import fields, klassen
from ivz_assets.weekmonitor.schema import RAW_WEEKMONITOR, RAW_WEEKMONITOR_XY

TODAY = date(2026, 3, 23)
MONDAY = date(2026, 1, 5)
"""Monday of 2026-W02, the week that a test's first delivery covers unless it says otherwise."""

CLEAN: Mapping[str, str] = {
    "maatschappelijke_klasse": "A40",
    "maatschappelijke_klasse_omschrijving": "Zakkenrollerij / tassenrollerij (zonder geweld)",
    "buurt_code": "BU01530101",
    "buurt_naam": "Buurt een",
    "plaatsnaam": "Enschede",
    "datum_registratie": "07-01-2026",
    "datum_kennisname": "06-01-2026",
    "begindatum": "06-01-2026",
    "begintijd": "13:15",
    "einddatum": "06-01-2026",
    "eindtijd": "14:00",
    "dagdeel": "middag",
    "aangifte": "J",
    "poging": "N",
    "projectcode": "P1",
    "locatie_xy": "257000,471000",
}
"""A row that no rule touches: A40 may carry x/y, the point lies in Enschede, Wednesday 7 January 2026 lies in W02."""

TEXTS = [field.kolom for field in fields()]
MAY_CARRY = {row["maatschappelijke_klasse"] for row in klassen() if row["xy_toegestaan"] == "true"}


def row(**changes: str) -> dict[str, str]:
    """The clean row with some texts changed."""
    assert changes.keys() <= CLEAN.keys()
    return {**CLEAN, **changes}


def dutch(day: date) -> str:
    """A date as the police write it."""
    return f"{day:%d-%m-%Y}"


def registered(day: date, **changes: str) -> dict[str, str]:
    """A clean row registered, noticed and begun on this day."""
    text = dutch(day)
    return row(**{"datum_registratie": text, "datum_kennisname": text, "begindatum": text, "einddatum": text, **changes})


class QuickStore(Store):
    """A store that compiles an expression over the same tables once; a hundred tiny ledgers ask for the same ones."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        super().__init__(connection)
        self.compiled: dict[Any, str] = {}

    def sql(self, expression: ir.Table) -> str:
        """The expression in DuckDB's SQL."""
        key = expression.op()
        if key not in self.compiled:
            self.compiled[key] = super().sql(expression)
        return self.compiled[key]


def empty_store() -> Store:
    """A store in memory with empty raw tables and a ledger."""
    store = QuickStore(duckdb.connect())
    for model in (RAW_WEEKMONITOR, RAW_WEEKMONITOR_XY):
        for statement in create_table(model, str(model.name)):
            store.connection.execute(statement)
    Ledger(store)
    return store


@dataclass
class Tiny:
    """A tiny ledger with its raw rows, put into a store that is emptied first."""

    store: Store
    settings: Settings
    names: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for table in ("raw_weekmonitor", "raw_weekmonitor_xy", "deliveries", "decisions"):
            self.store.connection.execute(f"DELETE FROM {table}")
        self.ledger = Ledger(self.store)
        self.count = 0

    def deliver(
        self,
        name: str,
        rows: Sequence[Mapping[str, str]],
        van: date = MONDAY,
        tot: date | None = None,
        delivered: datetime | None = None,
        loaded: datetime | None = None,
        kind: str = "week",
    ) -> str:
        """Loads rows as a delivery; delivered on the morning after its cover, and loaded at once, unless told otherwise."""
        tot = tot or van + timedelta(days=6)
        delivered = delivered or datetime.combine(tot + timedelta(days=1), datetime.min.time()).replace(hour=8)
        sha256 = hashlib.sha256(f"{name} {self.count}".encode()).hexdigest()
        levering_id = f"{iso_week(tot)}-{sha256[:10]}"
        self.count += 1
        self.names[name] = levering_id
        xy_status = [
            "geen" if not item["locatie_xy"].strip() else
            "bewaard" if item["maatschappelijke_klasse"].replace(" ", "").upper() in MAY_CARRY else "verwijderd"
            for item in rows
        ]  # fmt: skip
        raw = [
            {"levering_id": levering_id, "blad": "Weekmonitor", "rij": number, "xy_status": status, **item}
            for number, (item, status) in enumerate(zip(rows, xy_status, strict=True), 2)
        ]
        self._insert("raw_weekmonitor", [{k: v for k, v in item.items() if k != "locatie_xy"} for item in raw])
        self._insert(
            "raw_weekmonitor_xy",
            [{k: item[k] for k in ("levering_id", "rij", "locatie_xy")} for item in raw if item["xy_status"] == "bewaard"],
        )
        self.ledger.add(
            DeliveryFacts(
                levering_id=levering_id, volgorde=self.count, bestand=f"{name}.xlsx", sha256=sha256, bytes=1,
                geleverd_op=delivered, ingelezen_op=loaded or delivered, soort=kind, week=iso_week(tot), dekking_van=van,
                dekking_tot=tot, rijen=len(raw), eerste_registratie=None, laatste_registratie=None, blad="Weekmonitor",
                overgeslagen="{}", xy_verwijderd=xy_status.count("verwijderd"), run_id="test",
            )
        )  # fmt: skip
        return levering_id

    def _insert(self, table: str, rows: list[dict[str, Any]]) -> None:
        if rows:
            self.store.connection.register("te_laden", pyarrow.Table.from_pylist(rows))
            self.store.connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM te_laden")
            self.store.connection.unregister("te_laden")

    def hold(self, name: str, at: datetime) -> None:
        """Writes that a delivery is held."""
        self.ledger.decide(at, HELD, self.names[name], "replaces too much", who="ivz")

    def accept(self, name: str, at: datetime) -> None:
        """Writes that a person accepted a delivery."""
        self.ledger.decide(at, ACCEPTED, self.names[name], "it is right", who="analist")

    def withdraw(self, name: str, at: datetime) -> None:
        """Writes that a person withdrew a delivery."""
        self.ledger.decide(at, WITHDRAWN, self.names[name], "it was wrong", who="analist")

    # What follows

    def placed(self, as_of: datetime | None = None) -> ir.Table:
        """Every row with its status."""
        return recompute.placed_rows(self.store, self.ledger, self.settings, as_of=as_of)

    def made(self, name: str) -> ir.Table:
        """A table of the stage, as the stage would fill it."""
        return next(
            expression for model, expression in recompute.tables(self.store, self.ledger, self.settings) if model.name == name
        )

    def statuses(self) -> dict[str, list[str]]:
        """Per delivery the status of each of its rows, in the order of the sheet."""
        found: dict[str, list[str]] = {name: [] for name in self.names}
        by_id = {levering_id: name for name, levering_id in self.names.items()}
        for item in self.fetch(self.placed().select("levering_id", "rij", "status"), "levering_id, rij"):
            found[by_id[item["levering_id"]]].append(item["status"])
        return found

    def fetch(self, expression: ir.Table, order: str = "ALL") -> list[dict[str, Any]]:
        """Rows of an expression in a fixed order."""
        return self.store.rows(f"SELECT * FROM ({self.store.sql(expression)}) ORDER BY {order}")

    def versions(self) -> list[dict[str, Any]]:
        """Rows of ``incident_versions`` with the names of this test's deliveries."""
        by_id = {levering_id: name for name, levering_id in self.names.items()}
        found = self.fetch(self.made("incident_versions"), "incident_hash, volgnummer, bekend_van")
        return [
            {**item, "levering_van": by_id[item["levering_van"]], "levering_tot": by_id.get(item["levering_tot"])}
            for item in found
        ]

    def known_at(self, moment: datetime) -> set[tuple[str, int]]:
        """Identities of the incidents as they were known at a moment."""
        if not self.ledger.state(moment):
            return set()
        rows = self.fetch(transform.incidents(self.placed(moment)).select("incident_hash", "volgnummer"))
        return {(item["incident_hash"], item["volgnummer"]) for item in rows}

    def judged(self, rows: Sequence[Mapping[str, str]]) -> list[dict[str, Any]]:
        """Rows of a single delivery of W02, standardised and with their rules, in order."""
        self.deliver("enige", rows)
        judged = recompute.judged_rows(self.store, self.ledger, self.settings)
        return self.fetch(judged, "rij")

    def speaking(self) -> list[dict[str, object]]:
        """Who speaks now, per day."""
        return [item for item in per_day(speakers(self.ledger.state())) if item["geldig_tot"] is None]


def rule_ids(judged: Mapping[str, Any]) -> set[str]:
    """The rules that hit a judged row."""
    return set(f"{judged['redenen'] or ''} {judged['kenmerken'] or ''}".split())


def parsed(store: Store, function: Any, texts: Sequence[str | None]) -> list[Any]:
    """What a parsing function makes of each text, through the engine."""
    table = store.keep_rows(
        "teksten",
        [{"nummer": number, "tekst": text} for number, text in enumerate(texts)],
        pyarrow.schema([("nummer", pyarrow.int32()), ("tekst", pyarrow.string())]),
    )
    found = table.select("nummer", waarde=function(table.tekst))
    return [item["waarde"] for item in store.rows(f"SELECT * FROM ({store.sql(found)}) ORDER BY nummer")]


def parsed_points(store: Store, texts: Sequence[str | None]) -> list[tuple[float | None, float | None]]:
    """x and y of each text."""
    x = parsed(store, lambda text: parsing.parsed_coordinates(text)[0], texts)
    y = parsed(store, lambda text: parsing.parsed_coordinates(text)[1], texts)
    return list(zip(x, y, strict=True))
