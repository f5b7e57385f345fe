"""The state of the platform in one dictionary: deliveries, checks, release. The same for people, programs and the UI."""

from __future__ import annotations

import json
import os
from typing import Any

from ivz_assets.deliveries.ledger import Ledger, toestand
from ivz_assets.deliveries.streams import ENRICHMENT, STREAMS, WEEKMONITOR
from ivz_assets.publication.release import current
from ivz_assets.settings import Settings
from ivz_assets.warehouse.lock import WarehouseBusy, writer_lock
from ivz_assets.warehouse.store import FILE_NAME, Store, open_store
from ivz_assets.weekmonitor.schema import STATUSSEN

SNAPSHOT = "status.json"
STATUSES = ("incidents", "quarantined", "superseded", "held", "withdrawn")
ACCOUNTS = {
    WEEKMONITOR: ("delivery_accounts", STATUSSEN),
    ENRICHMENT: ("enrichment_accounts", ("cijfers", "afgekeurd", *STATUSSEN[2:])),
}
"""Per stream the table with what became of its rows, and its statuses in the order of ``STATUSES``."""


def status(store: Store, settings: Settings) -> dict[str, Any]:
    """Deliveries with their rows by status, the CBS tables, the last outcome of every check, and the release in place."""
    return {
        "deliveries": [item for stream in STREAMS for item in _deliveries(store, Ledger(store, stream))],
        "refused": _refused(store),
        "cbs": _cbs(store),
        "checks": _checks(store),
        "release": _release(settings),
    }


def read_status(settings: Settings) -> dict[str, Any]:
    """The status now; while a run holds the warehouse, as the run before left it, with ``busy`` saying so."""
    if not (settings.warehouse_folder / FILE_NAME).exists():
        return {**_nothing(), "release": _release(settings), "busy": None}
    try:
        with writer_lock(settings.warehouse_folder, "ivz status", timeout_seconds=0.5):
            store = open_store(settings.warehouse_folder)
            try:
                return {**status(store, settings), "busy": None}
            finally:
                store.close()
    except WarehouseBusy as busy:
        snapshot = settings.warehouse_folder / SNAPSHOT
        before = json.loads(snapshot.read_text(encoding="utf-8")) if snapshot.exists() else _nothing()
        return {**before, "release": _release(settings), "busy": str(busy)}


def _nothing() -> dict[str, Any]:
    return {"deliveries": [], "refused": [], "cbs": [], "checks": {"passed": [], "failed": []}}


def write_snapshot(store: Store, settings: Settings) -> None:
    """Keeps the status for whoever asks while the next run holds the warehouse."""
    target = settings.warehouse_folder / SNAPSHOT
    draft = target.with_name(f".{SNAPSHOT}.{os.getpid()}")
    draft.write_text(json.dumps(status(store, settings), default=str, ensure_ascii=False), encoding="utf-8")
    os.replace(draft, target)


def _deliveries(store: Store, ledger: Ledger) -> list[dict[str, Any]]:
    table, statuses = ACCOUNTS[ledger.stroom]
    accounts = {}
    if store.exists(table):
        accounts = {row["levering_id"]: row for row in store.rows(f"SELECT * FROM {table}")}
    states = {delivery.levering_id: toestand(delivery) for delivery in ledger.state()}
    found = []
    for facts in ledger.deliveries():
        counted = accounts.get(facts.levering_id)
        found.append(
            {
                "id": facts.levering_id,
                "stream": ledger.stroom,
                "file": facts.bestand,
                "kind": facts.soort,
                "week": facts.week,
                "delivered_at": facts.geleverd_op.isoformat(),
                "covers": [facts.dekking_van.isoformat(), facts.dekking_tot.isoformat()],
                "state": states[facts.levering_id],
                "rows": facts.rijen,
                **{english: (counted[dutch] if counted else None) for dutch, english in zip(statuses, STATUSES, strict=True)},
            }
        )
    return found


def _cbs(store: Store) -> list[dict[str, Any]]:
    """The CBS table of each year, newest first, and whether it is as CBS has it now (actueel, verouderd, ontbreekt)."""
    if not store.exists("cbs_tables"):
        return []
    rows = store.rows("SELECT jaar, tabel_id, gewijzigd, toestand, gebieden FROM cbs_tables ORDER BY jaar DESC")
    names = {"jaar": "year", "tabel_id": "table", "gewijzigd": "modified", "toestand": "state", "gebieden": "areas"}
    return [{names[name]: value for name, value in row.items()} for row in rows]


def _refused(store: Store) -> list[dict[str, Any]]:
    rows = store.rows("SELECT op, bestand, uitkomst, regel FROM intake_attempts ORDER BY op")
    return [
        {"at": row["op"].isoformat(), "file": row["bestand"], "outcome": row["uitkomst"], "rule": row["regel"]} for row in rows
    ]


def _checks(store: Store) -> dict[str, Any]:
    """The last outcome of each check of each table, and what failed in it."""
    last = store.rows(
        "SELECT tabel, controle, geslaagd, tijdstip, bevindingen FROM gate_results "
        "QUALIFY row_number() OVER (PARTITION BY tabel, controle ORDER BY versie DESC) = 1 ORDER BY tabel, controle"
    )
    failed = [
        {
            "name": f"{row['tabel']}.{row['controle']}",
            "findings": [
                {"expectation": item["verwachting"], "observed": item["waargenomen"], "limit": item["grens"]}
                for item in json.loads(row["bevindingen"])
            ],
        }
        for row in last
        if not row["geslaagd"]
    ]
    return {"passed": [f"{row['tabel']}.{row['controle']}" for row in last if row["geslaagd"]], "failed": failed}


def _release(settings: Settings) -> dict[str, Any] | None:
    release = current(settings.published_folder)
    if release is None:
        return None
    return {
        "id": release.id,
        "path": str(settings.published_folder / "ivz.duckdb"),
        "data_up_to": release.manifest["gegevens_tot_en_met"],
        "tables": {name: table["rijen"] for name, table in release.manifest["tabellen"].items()},
    }
