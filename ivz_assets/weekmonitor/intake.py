"""Taking in one delivered file: read, load whole behind its gates, hold what replaces too much, or refuse with a reason."""

from __future__ import annotations

import glob
import json
from datetime import date, datetime
from pathlib import Path

import duckdb
import ibis.expr.types as ir

from ivz_assets.deliveries import landing
from ivz_assets.deliveries.intake import Outcome, failed, loaded_before, refused, stop_unless_passed
from ivz_assets.deliveries.ledger import HELD, DeliveryFacts, Ledger
from ivz_assets.quality.expectations_gate import expectations_gate
from ivz_assets.quality.schema_gate import schema_gate
from ivz_assets.quality.stage import GateFailed, remember
from ivz_assets.quality.verdicts import Finding, Verdict
from ivz_assets.settings import Settings
from ivz_assets.warehouse.model import create_table
from ivz_assets.warehouse.store import Store
from ivz_assets.weekmonitor import parsing, recompute
from ivz_assets.weekmonitor.delivery import Cover, Unclear, cover, said_by_message, said_by_name
from ivz_assets.weekmonitor.expectations.delivery import delivery_profiles, delivery_suite
from ivz_assets.weekmonitor.reading.reader import Limits, RefusedDelivery, read_delivery
from ivz_assets.weekmonitor.reference import fields, klassen
from ivz_assets.weekmonitor.schema import RAW_WEEKMONITOR, RAW_WEEKMONITOR_XY

TABLE = "raw_weekmonitor"


def take_in(path: Path, store: Store, settings: Settings, run_id: str, *, up_to: date) -> Outcome:
    """Takes in one file of the landing folder: whole, or not at all.

    A file that was loaded before is recognised by its bytes. A file that covers days after ``up_to`` stays where it is,
    for the run of its own week. Whatever is wrong with this file is the outcome, so that the next one is still taken in.
    """
    ledger = Ledger(store)
    at = settings.now()
    sha256 = landing.sha256_of(path)
    if known := loaded_before(path, settings, ledger, sha256):
        return known
    try:
        sheet, skipped = _read(path, store, settings)
        said = said_by_message(path).or_else(said_by_name(path.name))
        if said.geleverd_op and said.geleverd_op.date() > settings.current_date():
            raise Unclear(
                f"it says it was delivered on {said.geleverd_op:%d-%m-%Y}, which has yet to come; correct the name or option"
            )
        covered = cover(said, _rows_per_day(store), settings.first_date)
    except RefusedDelivery as refusal:
        reason = f"{refusal.bericht}\n\n{refusal.message}"
        return refused(path, settings, ledger, sha256, run_id, rule=refusal.rule, message=refusal.message, reason=reason)
    except Unclear as unclear:
        message = f"{path.name}: {unclear}"
        rule = "dekking_onduidelijk"
        return refused(path, settings, ledger, sha256, run_id, rule=rule, message=message, reason=f"{message}\n\n{message}")
    if covered.tot > up_to:
        waits = f"it reports on {covered.week}, which is not over on {up_to:%d-%m-%Y}; it waits in {path.parent}"
        return Outcome(path.name, "wacht", waits, week=covered.week, rijen=_delivered_rows(store))
    facts = _facts(path, store, settings, sha256, covered, said.geleverd_op or at, sheet, skipped, run_id)
    try:
        verdicts, held = _load(store, settings, facts)
    except GateFailed as failure:
        return failed(path, settings, ledger, facts, failure, supplier="the police")
    landing.archive(path, settings, facts.levering_id)
    outcome = "vastgehouden" if held else "geladen"
    return Outcome(path.name, outcome, held or "", facts.levering_id, facts.week, facts.rijen, verdicts)


# Reading


def _read(path: Path, store: Store, settings: Settings) -> tuple[str, dict[str, int]]:
    """Puts the delivered rows in the temporary table ``geleverd``; returns the sheet and what was skipped."""
    if landing.is_bulk(path):
        _read_bulk(path, store)
        return "parquet", {}
    limits = Limits(
        max_bytes=settings.workbook_max_bytes,
        max_unpacked_bytes=settings.workbook_max_unpacked_bytes,
        max_rows=settings.workbook_max_rows,
        memory_bytes=settings.reading_memory_bytes,
        timeout_seconds=settings.reading_timeout_seconds,
    )
    password = settings.workbook_password.get_secret_value() if settings.workbook_password else None
    read = read_delivery(path, limits=limits, scratch=settings.protected_folder / "reading", password=password)
    store.connection.register("gelezen", read.table)
    store.connection.execute("CREATE OR REPLACE TEMP TABLE geleverd AS FROM gelezen")
    store.connection.unregister("gelezen")
    return read.sheet, read.skipped


def _read_bulk(path: Path, store: Store) -> None:
    """A Parquet file with exactly the 16 text columns; the row number is that of a sheet with one header row.

    The engine reads it straight into the table, so that memory does not grow with the file.
    """
    import pyarrow
    import pyarrow.parquet

    try:
        schema = pyarrow.parquet.read_schema(path)
    except (pyarrow.ArrowException, OSError) as error:
        raise _unreadable(path, error) from None
    expected = [field.kolom for field in fields()]
    if sorted(schema.names) != sorted(expected):
        raise Unclear(
            f"{path.name} must have exactly the 16 columns {', '.join(expected)}; "
            f"missing {sorted(set(expected) - set(schema.names))}, extra {sorted(set(schema.names) - set(expected))}"
        )
    if nested := [column.name for column in schema if pyarrow.types.is_nested(column.type)]:
        raise Unclear(f"{path.name} must have text columns; {', '.join(nested)} holds lists or structures")
    file = glob.escape(str(path)).replace("'", "''")
    texts = ", ".join(f'CAST("{name}" AS VARCHAR) AS "{name}"' for name in expected)
    try:
        store.connection.execute(
            f"CREATE OR REPLACE TEMP TABLE geleverd AS SELECT 'parquet' AS blad, (file_row_number + 2)::INTEGER AS rij, {texts} "
            f"FROM read_parquet('{file}', file_row_number = true, binary_as_string = true, hive_partitioning = false)"
        )
    except duckdb.Error as error:
        raise _unreadable(path, error) from None


def _unreadable(path: Path, error: Exception) -> Unclear:
    """Only the kind of error is told: its text may quote a value of the file."""
    return Unclear(f"{path.name} cannot be read as Parquet ({type(error).__name__}); write it again with 16 text columns")


def _delivered_rows(store: Store) -> int:
    return int(store.rows("SELECT count(*) AS rijen FROM geleverd")[0]["rijen"])


def _rows_per_day(store: Store) -> dict[date, int]:
    delivered = store.ibis.table("geleverd", database=("temp", "main"))
    texts = delivered.group_by("datum_registratie").aggregate(aantal=delivered.count())
    days = texts.select(dag=parsing.parsed_date(texts.datum_registratie), aantal=texts.aantal)
    days = days.filter(days.dag.notnull()).group_by("dag").aggregate(aantal=days.aantal.sum())
    return {row["dag"]: row["aantal"] for row in days.to_pyarrow().to_pylist()}


def _facts(
    path: Path, store: Store, settings: Settings, sha256: str, covered: Cover, delivered_at: datetime,
    sheet: str, skipped: dict[str, int], run_id: str,
) -> DeliveryFacts:  # fmt: skip
    days = _rows_per_day(store)
    return DeliveryFacts(
        levering_id=Ledger(store).new_id(covered.week, sha256),
        volgorde=len(Ledger(store).deliveries()) + 1,
        bestand=path.name,
        sha256=sha256,
        bytes=path.stat().st_size,
        geleverd_op=delivered_at,
        # Under a simulated clock a delivery is accepted when it was delivered, so that history can be replayed.
        ingelezen_op=min(delivered_at, settings.now()) if settings.today else settings.now(),
        soort=covered.soort,
        week=covered.week,
        dekking_van=covered.van,
        dekking_tot=covered.tot,
        rijen=_delivered_rows(store),
        eerste_registratie=min(days, default=None),
        laatste_registratie=max(days, default=None),
        blad=sheet,
        overgeslagen=json.dumps(skipped),
        xy_verwijderd=0,
        run_id=run_id,
    )


# Loading


def _load(store: Store, settings: Settings, facts: DeliveryFacts) -> tuple[list[Verdict], str | None]:
    """Loads the delivered rows in one transaction behind their gates.

    Returns:
        The verdicts, and why the delivery is held if it is.

    Raises:
        GateFailed: a gate did not hold; nothing was loaded.
    """
    ledger = Ledger(store)
    allowed = ledger.allowances(settings.current_date())
    with store.transaction():
        for model in (RAW_WEEKMONITOR, RAW_WEEKMONITOR_XY):
            if not store.exists(str(model.name)):
                for statement in create_table(model, str(model.name)):
                    store.connection.execute(statement)
        raw, xy, removed = _split(store, facts)
        verdicts = [schema_gate(raw, RAW_WEEKMONITOR), schema_gate(xy, RAW_WEEKMONITOR_XY)]
        stop_unless_passed(verdicts, {TABLE: raw}, settings, facts.run_id)
        for model, rows in ((RAW_WEEKMONITOR, raw), (RAW_WEEKMONITOR_XY, xy)):
            store.connection.execute(f'INSERT INTO "{model.name}" BY NAME {store.sql(rows)}')
        ledger.add(DeliveryFacts(**{**facts.__dict__, "xy_verwijderd": removed}))
        judged = recompute.judged_rows(store, ledger, settings, deliveries=[facts.levering_id])
        verdicts.append(_rows_conserved(store, facts))
        profiles = delivery_profiles(judged, settings.minimum_counted)
        verdicts.append(expectations_gate(TABLE, profiles, delivery_suite(settings), allowed))
        stop_unless_passed(verdicts, {TABLE: raw}, settings, facts.run_id)
        held = _replaces_too_much(store, settings, facts)
        version = store.next_version()
        for name in (TABLE, str(RAW_WEEKMONITOR_XY.name)):
            store.remember_version(name, version, facts.run_id, settings.now(), {}, passed=True)
        remember(store, verdicts, version, facts.run_id, settings.now())
    return verdicts, held


def _split(store: Store, facts: DeliveryFacts) -> tuple[ir.Table, ir.Table, int]:
    """The delivered rows as the two raw tables: x/y apart, and only where the standardised class may carry it."""
    delivered = store.ibis.table("geleverd", database=("temp", "main"))
    may_carry = [row["maatschappelijke_klasse"] for row in klassen() if row["xy_toegestaan"] == "true"]
    allowed = parsing.parsed_klasse(delivered.maatschappelijke_klasse).isin(may_carry).fill_null(False)
    given = parsing.trimmed(delivered.locatie_xy).notnull()
    import ibis

    status = ibis.cases((~given, "geen"), (allowed, "bewaard"), else_="verwijderd")
    rows = store.keep("geleverd_gesplitst", delivered.mutate(levering_id=ibis.literal(facts.levering_id), xy_status=status))
    raw = rows.select(*RAW_WEEKMONITOR.columns)
    xy = rows.filter(rows.xy_status == "bewaard").select(*RAW_WEEKMONITOR_XY.columns)
    removed = int(rows.filter(rows.xy_status == "verwijderd").count().execute())
    store.connection.execute("DROP TABLE geleverd")
    return raw, xy, removed


def _rows_conserved(store: Store, facts: DeliveryFacts) -> Verdict:
    found = store.rows("SELECT count(*) AS rijen FROM raw_weekmonitor WHERE levering_id = ?", [facts.levering_id])[0]["rijen"]
    findings = []
    if found != facts.rijen:
        findings.append(
            Finding(
                f"{TABLE}.rijen_behouden",
                "Elke gelezen rij is geladen.",
                None,
                f"{found} rijen geladen",
                f"{facts.rijen} rijen gelezen",
            )
        )
    return Verdict(TABLE, "row_conservation", 1, findings)


def _replaces_too_much(store: Store, settings: Settings, facts: DeliveryFacts) -> str | None:
    """Holds the delivery when too many of the incidents known for its span are not in it; returns why."""
    known, gone = recompute.confirmed_by(store, Ledger(store), settings, facts.levering_id)
    if known < settings.hold_minimum or gone <= settings.hold_share * known:
        return None
    why = (
        f"{gone} of the {known} incidents known for {facts.dekking_van:%d-%m-%Y} to {facts.dekking_tot:%d-%m-%Y} are not in it "
        f"({gone / known:.0%}; limit {settings.hold_share:.0%}). Look at it with the police, then "
        f"ivz accept {facts.levering_id} --reason ... or ivz withdraw {facts.levering_id} --reason ..."
    )
    Ledger(store).decide(
        settings.now(), HELD, facts.levering_id, why, who="ivz", figures={"bekend": known, "niet_bevestigd": gone}
    )
    return why
