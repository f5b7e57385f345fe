"""The tables about quality put together: ledger, accounts, gates and sources meet the pure functions and the store."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ibis.expr.types as ir
import pandera.ibis as pa

from ivz_assets.dashboard.horizon import horizon
from ivz_assets.dashboard.quality import expectations, schema, sources, transform
from ivz_assets.dashboard.theme_tables.schema import PER_THEME
from ivz_assets.deliveries.ledger import HELD, Ledger, toestand
from ivz_assets.deliveries.streams import ENRICHMENT, STREAMS, WEEKMONITOR
from ivz_assets.enrichment.catalogue import rules as enrichment_rules
from ivz_assets.publication.tables import PUBLISHED
from ivz_assets.quality.expectations_gate import expectations_gate
from ivz_assets.quality.verdicts import Verdict
from ivz_assets.settings import Settings
from ivz_assets.warehouse.arrow import rows_of
from ivz_assets.warehouse.model import published_name
from ivz_assets.warehouse.store import Store
from ivz_assets.weekmonitor.reference import rules as weekmonitor_rules

INPUTS = ("raw_weekmonitor", "incidents", "delivery_accounts", "rule_counts", "enrichment_accounts", "enrichment_rule_counts")
"""Tables that it reads for counts. It tells of the gates of every other table as well, so it is made after all of them."""

ACCOUNTS = {WEEKMONITOR: "delivery_accounts", ENRICHMENT: "enrichment_accounts"}
RULE_COUNTS = {WEEKMONITOR: "rule_counts", ENRICHMENT: "enrichment_rule_counts"}

MADE_AFTER = (*(str(model.name) for model in schema.PUBLISHED), "published_release", "theme_releases")


def tables(store: Store, settings: Settings) -> list[tuple[pa.DataFrameSchema, ir.Table]]:
    """The tables of the topic with the expressions that fill them."""
    deliveries: list[dict[str, Any]] = []
    accounts: list[dict[str, Any]] = []
    counts: list[dict[str, Any]] = []
    for stream in STREAMS:
        ledger = Ledger(store, stream)
        facts = ledger.deliveries()
        states = {delivery.levering_id: toestand(delivery) for delivery in ledger.state()}
        deliveries += transform.dim_levering(stream, facts, states)
        accounts += transform.delivery_rows(stream, facts, _all(store, ACCOUNTS[stream]))
        # A rule of the weekly file touches a row once; one of an enrichment may find several things in a row.
        rows_of_delivery = {item.levering_id: item.rijen for item in facts} if stream == WEEKMONITOR else {}
        counts += transform.rule_rows(stream, _all(store, RULE_COUNTS[stream]), _rules(stream), rows_of_delivery)
    published = {str(model.name): published_name(model) for model in (*PUBLISHED, *PER_THEME)}
    checks = transform.check_rows(_all(store, "gate_results"), _all(store, "table_versions"), MADE_AFTER, published)
    return [
        (schema.DIM_LEVERING, rows_of(store, schema.DIM_LEVERING, deliveries)),
        (schema.DASHBOARD_QUALITY, rows_of(store, schema.DASHBOARD_QUALITY, _sources(store, settings, deliveries))),
        (schema.DASHBOARD_QUALITY_DELIVERIES, rows_of(store, schema.DASHBOARD_QUALITY_DELIVERIES, accounts)),
        (schema.DASHBOARD_QUALITY_RULES, rows_of(store, schema.DASHBOARD_QUALITY_RULES, counts)),
        (schema.DASHBOARD_QUALITY_CHECKS, rows_of(store, schema.DASHBOARD_QUALITY_CHECKS, checks)),
    ]


def judge(store: Store, settings: Settings, staged: Mapping[str, ir.Table]) -> list[Verdict]:
    """Nothing is lost between the ledger and what is told of it; the limits are exact, so nobody lets anything through."""
    ledger = {stream: Ledger(store, stream).deliveries() for stream in STREAMS}
    known = {facts.levering_id: facts.rijen for found in ledger.values() for facts in found}
    accounted = {row["levering_id"]: row["rijen"] for table in ACCOUNTS.values() for row in _all(store, table)}
    wanted = {"weekmonitor", "CBS-kerncijfers", "kaart"} | ({"leverancier"} if ledger[ENRICHMENT] else set())
    wanted |= {"open politiecijfers"} if _all(store, "open_police_tables", "tabel") else set()
    profiles = expectations.profiles(staged, known, accounted, wanted)
    return [
        expectations_gate(table, {name: profiles[name] for name in suite}, suite)
        for table, suite in expectations.suites().items()
    ]


def _sources(store: Store, settings: Settings, deliveries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    today = settings.current_date()
    spoken = horizon(store)
    of_police = _counted([row for row in deliveries if row["stroom"] == WEEKMONITOR])
    first, last = (spoken.first, spoken.last) if spoken else (None, None)
    found = [sources.weekmonitor_row(first, last, of_police, today)]
    found += sources.cbs_rows(sorted(_all(store, "cbs_tables"), key=lambda row: row["jaar"]))
    found += sources.open_police_rows(sorted(_all(store, "open_police_tables"), key=lambda row: row["tabel"]))
    maps = [row["jaar"] for row in _all(store, "area_boundaries", "jaar")]
    editions = [row["jaar"] for row in _all(store, "areas", "jaar")]
    found.append(sources.map_row(max(maps, default=None), max(editions, default=None)))
    suppliers: dict[str, list[dict[str, Any]]] = {}
    terms = {row["levering_id"]: row["leverancier"] for row in _all(store, "raw_enrichment_terms", "levering_id, leverancier")}
    for row in deliveries:
        if row["levering_id"] in terms:
            suppliers.setdefault(terms[row["levering_id"]], []).append(row)
    figures = _all(
        store, "municipal_enrichments",
        "leverancier, periode_soort, min(periode_begin) AS van, max(peildatum) AS tot_en_met", "GROUP BY 1, 2 ORDER BY 1, 2",
    )  # fmt: skip
    found += sources.supplier_rows({name: _counted(rows) for name, rows in suppliers.items()}, figures, today)
    return found


def _counted(deliveries: list[dict[str, Any]]) -> sources.Counted:
    standing = [row["geleverd_op"] for row in deliveries if row["status"] == "geladen"]
    held = sum(row["status"] == HELD for row in deliveries)
    return sources.Counted(len(standing), held, max(standing, default=None))


def _rules(stream: str) -> dict[str, tuple[str, str | None, str]]:
    """Severity, field and text per rule."""
    if stream == WEEKMONITOR:
        return {rule.regel: (rule.ernst, rule.veld, rule.tekst) for rule in weekmonitor_rules()}
    return {name: (rule.ernst, None, rule.tekst) for name, rule in enrichment_rules().items()}


def _all(store: Store, table: str, columns: str = "*", rest: str = "") -> list[dict[str, Any]]:
    """Rows of a small table; none when it has not been made."""
    return store.rows(f"SELECT {columns} FROM {table} {rest}") if store.exists(table) else []
