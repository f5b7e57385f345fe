"""The interpretation put together: rules over counts and ledger, notes from the workbook, and the store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import ibis.expr.types as ir
import pandera.ibis as pa

from ivz_assets.dashboard.calendar import excluded_periods
from ivz_assets.dashboard.horizon import horizon
from ivz_assets.dashboard.interpretation import effects, expectations, rules, schema
from ivz_assets.dashboard.interpretation.codes import NOTE, codes
from ivz_assets.dashboard.interpretation.lines import Line, line
from ivz_assets.dashboard.interpretation.notes import Note
from ivz_assets.dashboard.interpretation.workbook import notes_of
from ivz_assets.deliveries.ledger import Ledger, toestand
from ivz_assets.quality.expectations_gate import expectations_gate
from ivz_assets.quality.verdicts import Verdict
from ivz_assets.settings import Settings
from ivz_assets.warehouse.arrow import rows_of
from ivz_assets.warehouse.store import Store
from ivz_assets.weekmonitor.reference import klassen

INPUTS = (
    *("incidents", "daily_counts", "dim_gebied", "dim_klasse", "dim_periode", "area_crosswalk", "dashboard_completeness"),
    *("delivery_accounts", "rule_counts"),
)


def tables(store: Store, settings: Settings) -> list[tuple[pa.DataFrameSchema, ir.Table]]:
    """The tables of the topic with the expressions that fill them."""
    read = notes_of(store, settings, settings.current_date())
    days = {row["periode"]: (row["periode_begin"], row["periode_eind"]) for row in _periods(store)}
    lines = [*rule_lines(store, settings), *(note_line(note, days) for note in read.notes)]
    problems = [{"nummer": number, **asdict(item)} for number, item in enumerate(read.problems, 1)]
    return [
        (schema.DASHBOARD_INTERPRETATION, rows_of(store, schema.DASHBOARD_INTERPRETATION, lines)),
        (schema.INTERPRETATION_PROBLEMS, rows_of(store, schema.INTERPRETATION_PROBLEMS, problems)),
    ]


def judge(store: Store, settings: Settings, staged: Mapping[str, ir.Table]) -> list[Verdict]:
    """It speaks of what exists; the limits are exact, so nobody can let anything through."""
    profiles = expectations.profiles(
        staged["dashboard_interpretation"],
        store.table("dim_gebied"),
        store.table("dim_klasse"),
        store.table("dim_periode"),
        codes(),
        settings.current_date(),
    )
    problems = expectations.problem_profiles(staged["interpretation_problems"])
    return [
        expectations_gate("dashboard_interpretation", profiles, expectations.suite()),
        expectations_gate("interpretation_problems", problems, expectations.problem_suite()),
    ]


def rule_lines(store: Store, settings: Settings) -> list[Line]:
    """Everything that rules say, in the order of the codes."""
    spoken = horizon(store)
    found = [*rules.general_lines(), *rules.excluded_lines(excluded_periods())]
    if spoken is None:
        return found
    periods = _periods(store)
    areas = {
        row["gebied_sleutel"]: (row["niveau"], row["gebied_naam"])
        for row in store.rows("SELECT gebied_sleutel, gebied_niveau::VARCHAR AS niveau, gebied_naam FROM dim_gebied")
    }
    classes = {row["maatschappelijke_klasse"]: row["omschrijving"] for row in klassen()}
    days = store.keep("geregistreerde_dagen", effects.registered_days(store.table("incidents")))
    found += rules.first_day_lines(spoken.first)
    found += rules.running_lines(periods, spoken.last)
    found += rules.incomplete_lines(periods, _totals(store), spoken.last)
    found += rules.boundary_lines(_changes(store), areas)
    found += rules.unknown_class_lines(_unknown_classes(store))
    found += rules.class_change_lines(_rows(effects.class_spans(store.table("daily_counts"))), classes, spoken.first, spoken.last)
    found += rules.backlog_lines(_rows(effects.backlog_days(days, settings.regio_code)), areas)
    found += rules.delay_lines(_rows(effects.late_months(days)))
    return found


def note_line(note: Note, days: Mapping[str, tuple[Any, Any]]) -> Line:
    """A note as a row; the days are those of its period."""
    begin, eind = days[note.periode] if note.periode else (None, None)
    return line(
        "opmerking", NOTE, note.tekst,
        gebied=(note.gebied.niveau, note.gebied.sleutel) if note.gebied else None,
        klasse=(note.klasse.niveau, note.klasse.sleutel) if note.klasse else None,
        periode=note.periode, begin=begin, eind=eind, rol=note.rol, geldig_tot_en_met=note.geldig_tot_en_met,
    )  # fmt: skip


def _periods(store: Store) -> list[dict[str, Any]]:
    return store.rows(
        "SELECT periode, periode_naam, periode_begin, periode_eind, afgesloten FROM dim_periode "
        "ORDER BY periode_soort, volgnummer"
    )


def _totals(store: Store) -> list[dict[str, Any]]:
    """What is in of recent periods, of crimes and of other incidents; nothing when completeness has not been made."""
    if not store.exists("dashboard_completeness"):
        return []
    return store.rows(
        "SELECT periode, klasse_niveau::VARCHAR AS klasse_niveau, klasse_sleutel, aandeel_binnen, aandeel_laag, aandeel_hoog "
        "FROM dashboard_completeness WHERE klasse_niveau = 'totaal' ORDER BY periode, klasse_sleutel"
    )


def _changes(store: Store) -> list[dict[str, Any]]:
    if not store.exists("area_crosswalk"):
        return []
    return store.rows(
        "SELECT van_jaar, van_buurt_code, buurt_code, bepaling::VARCHAR AS bepaling FROM area_crosswalk "
        "WHERE bepaling <> 'ongewijzigd' AND gewicht > 0 ORDER BY ALL"
    )


def _unknown_classes(store: Store) -> list[dict[str, Any]]:
    """Deliveries that count with their rows of an unknown class: van, tot_en_met, rijen, onbekend."""
    ledger = Ledger(store)
    standing = {delivery.levering_id for delivery in ledger.state() if toestand(delivery) == "geladen"}
    # Of a delivery that was replaced as a whole the rejected rows no longer matter to any figure.
    counted = {
        row["levering_id"]: row["aantal"]
        for row in store.rows(
            "SELECT levering_id, aantal FROM rule_counts JOIN delivery_accounts USING (levering_id) "
            "WHERE regel = 'klasse_onbekend' AND quarantaine > 0"
        )
    }
    return [
        {"van": facts.dekking_van, "tot_en_met": facts.dekking_tot, "rijen": facts.rijen, "onbekend": counted[facts.levering_id]}
        for facts in ledger.deliveries()
        if facts.levering_id in standing and facts.levering_id in counted
    ]


def _rows(table: ir.Table) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = table.to_pyarrow().to_pylist()
    return found
