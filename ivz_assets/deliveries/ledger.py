"""The ledger: what was delivered, what was refused, and what people decided. Append-only; nothing here reads a row.

Every kind of delivery has a stream of its own in it and sees only that; decisions and attempts are one log. ``deliveries``
holds facts that never change; ``decisions`` holds what was decided about them, and later entries win.
"""

from __future__ import annotations

import getpass
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

import ibis.expr.types as ir
import pyarrow

from ivz_assets.deliveries.precedence import Delivery
from ivz_assets.deliveries.streams import WEEKMONITOR
from ivz_assets.quality.verdicts import Allowance
from ivz_assets.warehouse.store import Store

_TABLES = """
CREATE TABLE IF NOT EXISTS deliveries (
    levering_id VARCHAR PRIMARY KEY, stroom VARCHAR NOT NULL, volgorde INTEGER NOT NULL, bestand VARCHAR NOT NULL,
    sha256 VARCHAR NOT NULL, bytes BIGINT NOT NULL, geleverd_op TIMESTAMP NOT NULL, ingelezen_op TIMESTAMP NOT NULL,
    soort VARCHAR NOT NULL, week VARCHAR NOT NULL, dekking_van DATE NOT NULL, dekking_tot DATE NOT NULL,
    rijen BIGINT NOT NULL, eerste_registratie DATE, laatste_registratie DATE, blad VARCHAR NOT NULL,
    overgeslagen VARCHAR NOT NULL, xy_verwijderd BIGINT NOT NULL, run_id VARCHAR NOT NULL
);
CREATE TABLE IF NOT EXISTS decisions (
    nummer BIGINT PRIMARY KEY, op TIMESTAMP NOT NULL, soort VARCHAR NOT NULL, onderwerp VARCHAR NOT NULL,
    wie VARCHAR NOT NULL, reden VARCHAR NOT NULL, tot DATE, cijfers VARCHAR NOT NULL
);
CREATE TABLE IF NOT EXISTS intake_attempts (
    op TIMESTAMP NOT NULL, bestand VARCHAR NOT NULL, sha256 VARCHAR NOT NULL, uitkomst VARCHAR NOT NULL,
    regel VARCHAR NOT NULL, melding VARCHAR NOT NULL, run_id VARCHAR NOT NULL
);
CREATE SEQUENCE IF NOT EXISTS decision_numbers;
-- A ledger from before there was a second stream.
ALTER TABLE deliveries ADD COLUMN IF NOT EXISTS stroom VARCHAR DEFAULT 'weekmonitor';
"""

HELD, ACCEPTED, WITHDRAWN, GATE = "vastgehouden", "geaccepteerd", "teruggetrokken", "poort"

LEDGER_SCHEMA = pyarrow.schema(
    [
        ("levering_id", pyarrow.string()),
        ("toestand", pyarrow.string()),
        ("rang", pyarrow.int64()),
        ("rijen", pyarrow.int64()),
        ("week", pyarrow.string()),
        ("geleverd_op", pyarrow.timestamp("us")),
        ("dekking_van", pyarrow.date32()),
        ("dekking_tot", pyarrow.date32()),
        ("actief_van", pyarrow.timestamp("us")),
        ("actief_tot", pyarrow.timestamp("us")),
    ]
)


@dataclass(frozen=True)
class DeliveryFacts:
    """The unchanging facts of a loaded delivery; a row of ``deliveries``."""

    levering_id: str
    volgorde: int
    bestand: str
    sha256: str
    bytes: int
    geleverd_op: datetime
    ingelezen_op: datetime
    soort: str
    week: str
    dekking_van: date
    dekking_tot: date
    rijen: int
    eerste_registratie: date | None
    laatste_registratie: date | None
    blad: str
    overgeslagen: str
    xy_verwijderd: int
    run_id: str


class UnknownSubject(Exception):
    """A decision names a delivery that is not in the ledger."""


class Ledger:
    """One stream's part of the ledger in the warehouse of ``store``: its own deliveries, and what was decided about them."""

    def __init__(self, store: Store, stroom: str = WEEKMONITOR) -> None:
        self.store = store
        self.stroom = stroom
        store.connection.execute(_TABLES)

    # What was delivered

    def deliveries(self) -> list[DeliveryFacts]:
        """All loaded deliveries, in the order of loading."""
        return self._facts("true", [])

    def by_sha256(self, sha256: str) -> DeliveryFacts | None:
        """The delivery that this very file became, unless it was withdrawn: then it may be delivered again."""
        withdrawn = {row["onderwerp"] for row in self.decisions() if row["soort"] == WITHDRAWN}
        standing = [facts for facts in self._facts("sha256 = ?", [sha256]) if facts.levering_id not in withdrawn]
        return standing[-1] if standing else None

    def _facts(self, condition: str, parameters: list[Any]) -> list[DeliveryFacts]:
        found = self.store.rows(
            f"SELECT * EXCLUDE (stroom) FROM deliveries WHERE stroom = ? AND {condition} ORDER BY volgorde",
            [self.stroom, *parameters],
        )
        return [DeliveryFacts(**row) for row in found]

    def new_id(self, moment: str, sha256: str) -> str:
        """An id for a delivery: its week or day and the begin of its hash, numbered when a withdrawn one comes again."""
        times = len(self._facts("sha256 = ?", [sha256]))
        return f"{moment}-{sha256[:10]}" + (f"-{times + 1}" if times else "")

    def add(self, facts: DeliveryFacts) -> None:
        """Writes a delivery; inside the transaction that loads its rows."""
        values = {**asdict(facts), "stroom": self.stroom}
        self.store.connection.execute(
            f"INSERT INTO deliveries ({', '.join(values)}) VALUES ({', '.join('?' * len(values))})",
            list(values.values()),
        )

    def add_attempt(self, at: datetime, file: str, sha256: str, outcome: str, rule: str, message: str, run_id: str) -> None:
        """Writes that a file was refused or its delivery failed a gate."""
        self.store.connection.execute(
            "INSERT INTO intake_attempts VALUES (?, ?, ?, ?, ?, ?, ?)",
            [at, file, sha256, outcome, rule, message, run_id],
        )

    # What was decided

    def decide(
        self, at: datetime, kind: str, subject: str, reason: str, *, who: str | None = None,
        until: date | None = None, figures: Mapping[str, Any] | None = None,
    ) -> None:  # fmt: skip
        """Appends a decision. Who is the system's user unless named.

        Raises:
            UnknownSubject: the decision is about nothing that is there, or could have no effect.
        """
        if kind == GATE:
            figures = {"cellen": self._stopped_cells(subject)}
        else:
            self._must_have_effect(kind, subject)
        self.store.connection.execute(
            "INSERT INTO decisions VALUES (nextval('decision_numbers'), ?, ?, ?, ?, ?, ?, ?)",
            [at, kind, subject, who or getpass.getuser(), reason, until, json.dumps(dict(figures or {}))],
        )

    def _must_have_effect(self, kind: str, subject: str) -> None:
        states = {delivery.levering_id: toestand(delivery) for delivery in self.state()}
        if subject not in states:
            known = ", ".join(list(states)[-5:])
            raise UnknownSubject(f"there is no delivery {subject}; the last ones are {known or 'none'} (see ivz status)")
        state = states[subject]
        if kind == ACCEPTED and state != HELD:
            again = "; deliver the file again to have it count" if state == WITHDRAWN else ""
            raise UnknownSubject(f"{subject} is not held but {state}: there is nothing to accept{again}")
        if kind == WITHDRAWN and state == WITHDRAWN:
            raise UnknownSubject(f"{subject} was withdrawn before")

    def _stopped_cells(self, expectation: str) -> list[dict[str, str]]:
        """The cells that this expectation stopped last: a person lets these through, not the expectation for ever."""
        for row in self.store.rows("SELECT bevindingen FROM gate_results WHERE NOT geslaagd ORDER BY versie DESC"):
            for finding in json.loads(row["bevindingen"]):
                if finding["verwachting"] == expectation and finding["cellen"]:
                    return [
                        {name: value for name, value in cell.items() if name != finding["kolom"]} for cell in finding["cellen"]
                    ]
        raise UnknownSubject(
            f"no gate has stopped on a cell of {expectation}; ivz status shows what did not hold in the last run"
        )

    def decisions(self) -> list[dict[str, Any]]:
        """All decisions about deliveries of every stream and about gates, oldest first: they are one log."""
        return self.store.rows("SELECT * FROM decisions ORDER BY nummer")

    def allowances(self, today: date) -> list[Allowance]:
        """The cells of expectations that people let through today."""
        return [
            Allowance(
                row["onderwerp"],
                json.loads(row["cijfers"])["cellen"],
                f"doorgelaten door {row['wie']} tot en met {row['tot']}: {row['reden']}",
            )
            for row in self.decisions()
            if row["soort"] == GATE and row["tot"] >= today
        ]

    # What follows from both

    def state(self, as_of: datetime | None = None) -> list[Delivery]:
        """The deliveries for ``precedence``; with ``as_of`` only what was loaded and decided by then.

        A delivery is active from the moment it was loaded, or, when it was held, from the moment it was accepted. It is
        held from its loading on, whenever that was written down; saying a thing twice does not move its moment.
        """
        moments: dict[str, dict[str, datetime]] = {}
        for row in self.decisions():
            if as_of is None or row["soort"] == HELD or row["op"] <= as_of:
                moments.setdefault(row["onderwerp"], {}).setdefault(row["soort"], row["op"])
        found = []
        for facts in self.deliveries():
            if as_of is not None and facts.ingelezen_op > as_of:
                continue
            decided = moments.get(facts.levering_id, {})
            active = decided.get(ACCEPTED) if HELD in decided else facts.ingelezen_op
            found.append(
                Delivery(
                    facts.levering_id, facts.volgorde, facts.geleverd_op, facts.dekking_van, facts.dekking_tot,
                    active, decided.get(WITHDRAWN),
                )
            )  # fmt: skip
        return found

    def table(self, name: str, as_of: datetime | None = None) -> ir.Table:
        """The state as a temporary table for joins: columns of ``LEDGER_SCHEMA``; ``rang`` is the order of precedence."""
        state = self.state(as_of)
        ranks = {delivery.levering_id: rank for rank, delivery in enumerate(sorted(state, key=lambda item: item.rank))}
        facts = {facts.levering_id: facts for facts in self.deliveries()}
        rows = [
            {
                "levering_id": delivery.levering_id,
                "toestand": toestand(delivery),
                "rang": ranks[delivery.levering_id],
                "rijen": facts[delivery.levering_id].rijen,
                "week": facts[delivery.levering_id].week,
                "geleverd_op": delivery.geleverd_op,
                "dekking_van": delivery.dekking_van,
                "dekking_tot": delivery.dekking_tot,
                "actief_van": delivery.actief_van,
                "actief_tot": delivery.actief_tot,
            }
            for delivery in state
        ]
        return self.store.keep_rows(name, rows, LEDGER_SCHEMA)


def toestand(delivery: Delivery) -> str:
    """State of a delivery: teruggetrokken, vastgehouden or geladen."""
    if delivery.actief_tot is not None:
        return WITHDRAWN
    return "geladen" if delivery.actief_van is not None else HELD
