"""Building a stage: stage aside, judge, then promote or roll back, and remember the verdict either way. No Dagster, no domain."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path

import duckdb
import ibis.expr.types as ir
import pandera.ibis as pa

from ivz_assets.quality.schema_gate import schema_gate
from ivz_assets.quality.verdicts import Verdict
from ivz_assets.warehouse.store import Store


class GateFailed(Exception):
    """At least one gate did not hold; carries every verdict of the attempt."""

    def __init__(self, verdicts: Sequence[Verdict]) -> None:
        self.verdicts = list(verdicts)
        failed = [finding for verdict in verdicts for finding in verdict.bevindingen]
        super().__init__("; ".join(f"{item.verwachting}: {item.waargenomen} (grens: {item.grens})" for item in failed[:5]))


@dataclass(frozen=True)
class StageOutcome:
    """What became of an attempt to build a stage."""

    version: int
    passed: bool
    verdicts: list[Verdict]
    rows: dict[str, int]


def build_stage(
    store: Store,
    *,
    tables: Callable[[], Sequence[tuple[pa.DataFrameSchema, ir.Table]]],
    judge: Callable[[Mapping[str, ir.Table]], Sequence[Verdict]],
    inputs: Mapping[str, int],
    run_id: str,
    at: datetime,
    protected_folder: Path,
) -> StageOutcome:
    """Builds the tables of a stage in one transaction behind its gates.

    Args:
        tables: the models with the expressions that fill them, made inside the transaction.
        judge: the gates beside the schema gate, over the staged tables by name.
        inputs: versions of the tables that the stage read.
        protected_folder: where the values of failing rows are written; owner only.

    Returns:
        The outcome. When a gate failed, the tables are as they were before.
    """
    version = store.next_version()
    verdicts: list[Verdict] = []
    names: list[str] = []
    try:
        with store.transaction():
            staged = {}
            models = []
            for model, expression in tables():
                names.append(str(model.name))
                staged[str(model.name)] = store.stage(model, expression)
                models.append(model)
            verdicts = [schema_gate(staged[str(model.name)], model) for model in models]
            # A table of the wrong shape makes every other question about it meaningless.
            if all(verdict.passed for verdict in verdicts):
                verdicts += judge(staged)
            if not all(verdict.passed for verdict in verdicts):
                protect_values(staged, verdicts, protected_folder / run_id)
                raise GateFailed(verdicts)
            for model in models:
                store.promote(model, version, run_id, at, inputs)
            remember(store, verdicts, version, run_id, at)
    except GateFailed:
        with store.transaction():
            for name in names:
                store.remember_version(name, version, run_id, at, inputs, passed=False)
            remember(store, verdicts, version, run_id, at)
        return StageOutcome(version, False, verdicts, {})
    except Exception as error:
        # A crash leaves its mark as well: no check of before may seem to speak for this attempt.
        try:
            with store.transaction():
                for name in names:
                    store.remember_version(name, version, run_id, at, inputs, passed=False)
        except duckdb.Error as second:
            error.add_note(f"and the attempt could not be remembered: {second}")
        raise
    finally:
        store.forget_kept()
    rows = {name: store.version(name).rijen for name in names}
    return StageOutcome(version, True, verdicts, rows)


def remember(store: Store, verdicts: Sequence[Verdict], version: int, run_id: str, at: datetime) -> None:
    """Writes verdicts beside the version they judge."""
    for verdict in verdicts:
        store.connection.execute(
            "INSERT INTO gate_results VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                verdict.tabel, version, verdict.controle, verdict.passed, run_id, at,
                json.dumps(verdict.findings_as_dicts(), ensure_ascii=False, default=str),
            ],
        )  # fmt: skip


def protect_values(tables: Mapping[str, ir.Table], verdicts: Sequence[Verdict], folder: Path) -> None:
    """Writes the values of the rows that findings refer to, for the owner's eyes only."""
    for verdict in verdicts:
        rows = tables.get(verdict.tabel)
        wanted = {
            (reference["levering_id"], int(reference["rij"]))
            for finding in verdict.bevindingen
            for reference in finding.verwijzingen
            if reference.get("rij", "").isdigit()
        }
        if rows is None or not wanted or "rij" not in rows.columns:
            continue
        found = rows.filter(
            rows.levering_id.isin(sorted({name for name, _ in wanted})) & rows.rij.isin(sorted({n for _, n in wanted}))
        )
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder.parent.chmod(0o700)
        records = [row for row in found.to_pyarrow().to_pylist() if (row["levering_id"], row["rij"]) in wanted]
        # Several deliveries of a run may fail the same gate; none overwrites another's rows.
        names = (f"{verdict.tabel}_{verdict.controle}{'' if n == 1 else f'_{n}'}.csv" for n in count(1))
        path = next(folder / name for name in names if not (folder / name).exists())
        path.touch(mode=0o600)
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, fieldnames=rows.columns)
            writer.writeheader()
            writer.writerows(records)
