"""Destroying what may be kept no longer: figures past the supplier's term, and rejected texts. Files are ``landing``'s.

The terms, the account and the log keep that it was there: who delivered how many figures, and when they were destroyed.
"""

from __future__ import annotations

import json
from datetime import timedelta

import ibis.expr.types as ir
import pyarrow

from ivz_assets.deliveries import landing
from ivz_assets.deliveries.ledger import Ledger
from ivz_assets.settings import Settings
from ivz_assets.warehouse.store import Store

DESTROYED = "vernietigd"
"""Kind of the decision that remembers how many figures of a delivery were destroyed."""

_SCHEMA = pyarrow.schema([("levering_id", pyarrow.string()), ("vernietigd", pyarrow.int64())])


def destroy(store: Store, ledger: Ledger, settings: Settings, run_id: str) -> list[str]:
    """Destroys what is past its term today, and writes the numbers to the ledger; returns lines for the log.

    Of a delivery past ``bewaren_tot`` the figures, problems, remark and files go; of any delivery the texts of rejected
    figures go ``protected_days`` after it was loaded, as the list that was made of them for the supplier does.
    """
    today = settings.current_date()
    gone = {row["levering_id"] for row in _decisions(ledger)}
    past = [
        row["levering_id"]
        for row in store.rows("SELECT levering_id FROM raw_enrichment_terms WHERE bewaren_tot < ? ORDER BY 1", [today])
        if row["levering_id"] not in gone
    ]
    last = today - timedelta(days=settings.protected_days)
    rejected = "geleverd IS NOT NULL AND levering_id IN (SELECT levering_id FROM deliveries WHERE CAST(ingelezen_op AS DATE) < ?)"
    texts = store.rows(f"SELECT count(*) AS aantal FROM raw_enrichments WHERE {rejected}", [last])[0]["aantal"]
    if not past and not texts:
        return []
    with store.transaction():
        told = [_destroy_delivery(store, ledger, settings, levering_id) for levering_id in past]
        store.connection.execute(f"UPDATE raw_enrichments SET geleverd = NULL WHERE {rejected}", [last])
        version = store.next_version()
        for name in ("raw_enrichments", "raw_enrichment_problems", "raw_enrichment_terms"):
            store.remember_version(name, version, run_id, settings.now(), {}, passed=True)
    for levering_id in past:
        landing.destroy_loaded(settings, levering_id)
    if texts:
        told.append(f"destroyed the texts of {texts} rejected figures, of deliveries loaded before {last}")
    return told


def destroyed(store: Store, ledger: Ledger) -> ir.Table:
    """Per delivery how many figures were destroyed, as a temporary table: levering_id, vernietigd."""
    return store.keep_rows("vernietigde_cijfers", _decisions(ledger), _SCHEMA)


def _decisions(ledger: Ledger) -> list[dict[str, object]]:
    return [
        {"levering_id": row["onderwerp"], "vernietigd": json.loads(row["cijfers"])["cijfers"]}
        for row in ledger.decisions()
        if row["soort"] == DESTROYED
    ]


def _destroy_delivery(store: Store, ledger: Ledger, settings: Settings, levering_id: str) -> str:
    own = [levering_id]
    figures = store.rows("SELECT count(*) AS aantal FROM raw_enrichments WHERE levering_id = ?", own)[0]["aantal"]
    for name in ("raw_enrichments", "raw_enrichment_problems"):
        store.connection.execute(f"DELETE FROM {name} WHERE levering_id = ?", own)
    store.connection.execute("UPDATE raw_enrichment_terms SET opmerking = NULL WHERE levering_id = ?", own)
    ledger.decide(
        settings.now(), DESTROYED, levering_id, "the term for which the supplier allows them to be kept is over",
        who="ivz", figures={"cijfers": figures},
    )  # fmt: skip
    return f"destroyed {figures} figures of {levering_id}: the supplier's term is over"
