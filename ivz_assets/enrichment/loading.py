"""Loading what was read of one supplier's file, in one transaction behind its gates. Reading and refusing are ``intake``'s."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import ibis
import ibis.expr.types as ir
import pandas as pd
import pandera.ibis as pa

from ivz_assets.deliveries.intake import stop_unless_passed
from ivz_assets.deliveries.ledger import HELD, DeliveryFacts, Ledger
from ivz_assets.enrichment import areas, expectations, recompute, schema
from ivz_assets.enrichment.catalogue import catalogue
from ivz_assets.enrichment.names import compared
from ivz_assets.enrichment.workbook import Parsed
from ivz_assets.quality.expectations_gate import expectations_gate
from ivz_assets.quality.schema_gate import schema_gate
from ivz_assets.quality.stage import remember
from ivz_assets.quality.verdicts import Finding, Verdict
from ivz_assets.settings import Settings
from ivz_assets.warehouse.model import create_table
from ivz_assets.warehouse.store import Store

TABLE = "raw_enrichments"
SUPPLIER = "the supplier"


def prepare(store: Store, settings: Settings, run_id: str) -> None:
    """Makes the empty raw tables the first time, so that a region without such deliveries has tables without rows."""
    if store.exists(TABLE):
        return
    with store.transaction():
        version = store.next_version()
        for model in schema.RAW:
            for statement in create_table(model, str(model.name)):
                store.connection.execute(statement)
            store.remember_version(str(model.name), version, run_id, settings.now(), {}, passed=True)


def load(
    store: Store, settings: Settings, ledger: Ledger, facts: DeliveryFacts, parsed: Parsed
) -> tuple[list[Verdict], str | None]:
    """Loads what was read in one transaction behind its gates; returns the verdicts, and why the delivery is held if it is.

    Raises:
        GateFailed: a gate did not hold; nothing was loaded.
    """
    with store.transaction():
        tables = handed_over(store, facts, parsed)
        raw = {TABLE: tables[TABLE]}
        verdicts = [schema_gate(tables[str(model.name)], model) for model in schema.RAW]
        stop_unless_passed(verdicts, raw, settings, facts.run_id)
        insert(ledger, facts, tables)
        placed = recompute.placed_rows(store, ledger, settings)
        verdicts.append(_rows_conserved(store, facts))
        profiles = expectations.delivery_profiles(
            placed, areas.current_areas(store, settings), recompute.indicators(store), facts.levering_id
        )
        allowed = ledger.allowances(settings.current_date())
        verdicts.append(expectations_gate(TABLE, profiles, expectations.delivery_suite(), allowed))
        stop_unless_passed(verdicts, raw, settings, facts.run_id)
        held = _changes_too_much(store, settings, ledger, facts)
        version = store.next_version()
        for name in tables:
            store.remember_version(name, version, facts.run_id, settings.now(), {}, passed=True)
        remember(store, verdicts, version, facts.run_id, settings.now())
    return verdicts, held


def handed_over(store: Store, facts: DeliveryFacts, parsed: Parsed) -> dict[str, ir.Table]:
    """What was read as temporary tables of the shape of the raw tables, by their names."""
    return {str(model.name): _kept(store, model, rows) for model, rows in _rows(facts, parsed)}


def insert(ledger: Ledger, facts: DeliveryFacts, tables: Mapping[str, ir.Table]) -> None:
    """Adds the delivery to the raw tables and to the ledger; whether it may stay is for the gates to say."""
    for name, rows in tables.items():
        ledger.store.connection.execute(f'INSERT INTO "{name}" BY NAME {ledger.store.sql(rows)}')
    ledger.add(facts)


def _kept(store: Store, model: pa.DataFrameSchema, rows: list[dict[str, Any]]) -> ir.Table:
    columns = ibis.schema({name: column.dtype.type for name, column in model.columns.items()})
    return store.keep_rows(f"geleverd_{model.name}", rows, columns.to_pyarrow())


def _rows(facts: DeliveryFacts, parsed: Parsed) -> list[tuple[pa.DataFrameSchema, list[dict[str, Any]]]]:
    """The rows of the three raw tables."""
    own = {"levering_id": facts.levering_id}
    terms = asdict(parsed.leverancier) if parsed.leverancier else {}
    kept_until = pd.Timestamp(facts.geleverd_op.date()) + pd.DateOffset(months=int(terms["bewaartermijn_maanden"]))
    figures = [
        {
            **own, **asdict(figure),
            "eenheid": catalogue()[figure.indicator].eenheid, "noemer": catalogue()[figure.indicator].noemer,
        }
        for figure in parsed.figures
    ]  # fmt: skip
    rejected = [
        {
            **own, "blad": item.blad, "rij": item.rij, "kolom": item.kolom, "regels": " ".join(item.regels),
            "geleverd": json.dumps(dict(item.ruw), ensure_ascii=False),
        }
        for item in parsed.rejected
    ]  # fmt: skip
    problems = [
        {
            **own, "nummer": number, "blad": item.blad, "cel": item.cel or None, "regel": item.regel, "ernst": item.ernst,
            "tekst": item.gemeld, "wat_te_doen": item.wat_te_doen,
        }
        for number, item in enumerate(parsed.problems, 1)
    ]  # fmt: skip
    supplier = {
        **own, **terms, "leverancier_sleutel": compared(terms["leverancier"]), "bewaren_tot": kept_until.date(),
        "opmerking": terms["opmerking"] or None,
    }  # fmt: skip
    return [
        (schema.RAW_ENRICHMENTS, figures + rejected),
        (schema.RAW_ENRICHMENT_TERMS, [supplier]),
        (schema.RAW_ENRICHMENT_PROBLEMS, problems),
    ]


def _rows_conserved(store: Store, facts: DeliveryFacts) -> Verdict:
    found = store.rows(f"SELECT count(*) AS rijen FROM {TABLE} WHERE levering_id = ?", [facts.levering_id])[0]["rijen"]
    findings = []
    if found != facts.rijen:
        findings.append(
            Finding(
                f"{TABLE}.rijen_behouden",
                "Elk geleverd cijfer is geladen of afgekeurd.",
                None,
                f"{found} cijfers geladen",
                f"{facts.rijen} cijfers geleverd",
            )
        )
    return Verdict(TABLE, "row_conservation", 1, findings)


def _changes_too_much(store: Store, settings: Settings, ledger: Ledger, facts: DeliveryFacts) -> str | None:
    """Holds the delivery when it gives too many of the supplier's known figures another value, or none; returns why.

    A figure that it does not name keeps standing, so a correction of three neighbourhoods is no reason to hold.
    """
    known, changed = recompute.changed_by(store, ledger, settings, facts.levering_id)
    if known < settings.hold_minimum or changed <= settings.hold_share * known:
        return None
    why = (
        f"{changed} of the {known} figures that this supplier delivered before and delivers again have another value or none "
        f"({changed / known:.0%}; limit {settings.hold_share:.0%}). Look at it with {SUPPLIER}, then "
        f"ivz accept {facts.levering_id} --reason ... or ivz withdraw {facts.levering_id} --reason ..."
    )
    ledger.decide(settings.now(), HELD, facts.levering_id, why, who="ivz", figures={"bekend": known, "gewijzigd": changed})
    return why
