"""From a pandera schema or a Great Expectations suite to a verdict with findings. No Dagster, no table of any stage by name.

A finding names the expectation, the observed value and the limit, and refers to rows (delivery, row number, rule); it
never holds a row's values.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import asdict, dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

import ibis.expr.types as ir
import pandera.ibis as pa
from pandera.errors import SchemaErrors

from ivz_assets.warehouse.model import key_of

if TYPE_CHECKING:
    import pandas as pd
    from great_expectations.expectations.expectation import Expectation

MAX_REFERENCES = 20
TOLD_CELLS = 3
"""Failing cells that the one line of a finding names."""

_REFERENCE_COLUMNS = ("levering_id", "rij", "regels")


@dataclass(frozen=True)
class Finding:
    """What did not hold: which expectation, on which column, what was seen, what was allowed, where to look."""

    verwachting: str
    uitleg: str
    kolom: str | None
    waargenomen: str
    grens: str
    cellen: list[dict[str, Any]] = field(default_factory=list)
    verwijzingen: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Allowance:
    """What a person let through: these cells of this expectation, and what to tell of it (who, why, until when)."""

    verwachting: str
    cellen: list[dict[str, str]]
    tekst: str


@dataclass(frozen=True)
class Verdict:
    """The outcome of one gate on one table."""

    tabel: str
    controle: str
    beoordeeld: int
    bevindingen: list[Finding]
    doorgelaten: list[str] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        """Whether the table may be used."""
        return not self.bevindingen

    def findings_as_dicts(self) -> list[dict[str, Any]]:
        """The findings for storing as JSON."""
        return [asdict(finding) for finding in self.bevindingen]


def schema_gate(rows: ir.Table, model: pa.DataFrameSchema, *, keyed: bool = True) -> Verdict:
    """Every row against the table's pandera model, inside the engine.

    Args:
        rows: the table.
        model: its model.
        keyed: whether the key is checked too; not for a copy whose rows are compared with the original anyway.
    """
    name = str(model.name)
    checks = int(keyed) + sum(1 + len(column.checks) for column in model.columns.values())
    # pandera counts every row in a window to find a repeated key; grouping finds it in a quarter of the time.
    columns_only = copy(model)
    columns_only.unique = None
    findings = []
    try:
        columns_only.validate(rows, lazy=True)
    except SchemaErrors as errors:
        found = _distinct(errors)
        if any(_judges_rows(error) for error in found) and int(rows.count().execute()) == 0:
            # On this backend pandera fails every check of values on a table without rows; no row of it can be wrong.
            found = [error for error in found if not _judges_rows(error)]
        findings = [_schema_finding(rows, model, error) for error in found]
    if keyed and set(key_of(model)) <= set(rows.columns):
        findings += _key_findings(rows, model)
    return Verdict(name, "schema", checks, findings)


def _key_findings(rows: ir.Table, model: pa.DataFrameSchema) -> list[Finding]:
    key = key_of(model)
    repeated = rows.group_by(key).having(rows.count() > 1).aggregate(keer=rows.count())
    total = int(repeated.keer.sum().fill_null(0).execute())
    if not total:
        return []
    return [
        Finding(
            verwachting=f"{model.name}.sleutel_uniek",
            uitleg=f"De sleutel ({', '.join(key)}) komt één keer voor.",
            kolom=None,
            waargenomen=f"{total} rijen delen een sleutel",
            grens="0 rijen",
            verwijzingen=references(rows.semi_join(repeated, key), model),
        )
    ]


def _judges_rows(error: Any) -> bool:
    return error.reason_code.name in ("DATAFRAME_CHECK", "SERIES_CONTAINS_NULLS")


def _distinct(errors: SchemaErrors) -> list[Any]:
    seen: dict[tuple[str, str], Any] = {}
    for error in errors.schema_errors:
        column = getattr(error.schema, "name", None)
        seen.setdefault((str(column), str(error.check)), error)
    return list(seen.values())


def _schema_finding(rows: ir.Table, model: pa.DataFrameSchema, error: Any) -> Finding:
    """One failed check of pandera, without the values that its own message would show."""
    column = getattr(error.schema, "name", None)
    column = column if column in model.columns else None
    # pandera writes a check as "<Check isin: isin(['een', 'twee'])>".
    check = str(error.check).split(": ")[-1].rstrip(">") if error.check is not None else error.reason_code.name.lower()
    failing = _failing_rows(rows, model, column, error)
    total = int(failing.count().execute()) if failing is not None else 0
    return Finding(
        verwachting=f"{model.name}.{column or 'tabel'}.{check.split('(')[0]}",
        uitleg=f"pandera: {check}" + (f" ({model.columns[column].description})" if column else ""),
        kolom=column,
        waargenomen=f"{total} rijen voldoen niet" if failing is not None else error.reason_code.name.lower(),
        grens="0 rijen",
        verwijzingen=references(failing, model) if failing is not None else [],
    )


def _failing_rows(rows: ir.Table, model: pa.DataFrameSchema, column: str | None, error: Any) -> ir.Table | None:
    """The rows that a failed check speaks of, found again with the engine; None when the shape itself is wrong."""
    reason = error.reason_code.name
    if reason == "SERIES_CONTAINS_NULLS" and column in rows.columns:
        return rows.filter(rows[column].isnull())
    if reason == "DATAFRAME_CHECK" and column in rows.columns and error.check is not None:
        statistics = error.check.statistics
        if "allowed_values" in statistics:
            return rows.filter(rows[column].notnull() & rows[column].notin(list(statistics["allowed_values"])))
        if "min_value" in statistics:
            return rows.filter(rows[column] < statistics["min_value"])
        if "pattern" in statistics:
            pattern = statistics["pattern"]
            return rows.filter(~rows[column].re_search(getattr(pattern, "pattern", pattern)))
    return None


def references(rows: ir.Table, model: pa.DataFrameSchema | None = None) -> list[dict[str, Any]]:
    """Up to 20 references to rows: delivery, row number and rule where the table has them, else the key."""
    columns = [column for column in _REFERENCE_COLUMNS if column in rows.columns]
    if not columns and model is not None:
        columns = [column for column in key_of(model) if column in rows.columns]
    if not columns:
        return []
    found = rows.select(*columns).limit(MAX_REFERENCES).to_pyarrow().to_pylist()
    return [{name: str(value) for name, value in row.items()} for row in found]


@dataclass(frozen=True)
class Profile:
    """A compact frame that the engine computed, as an analyst would look at it.

    Attributes:
        frame: one row per cell (a week, an area, a class, a delivery).
        key: the columns that name a cell.
        rows: the rows behind the cells, with the key's columns, to find references; None when there are none.
        may_be_empty: why an empty frame is no fault (too little history to compare with, say); None when it is one.
    """

    frame: pd.DataFrame
    key: tuple[str, ...]
    rows: ir.Table | None = None
    may_be_empty: str | None = None


def expectations_gate(
    table: str,
    profiles: Mapping[str, Profile],
    suite: Mapping[str, Sequence[Expectation]],
    allowed: Sequence[Allowance] = (),
) -> Verdict:
    """A Great Expectations suite over profiles.

    Args:
        table: the table that the profiles describe.
        profiles: the frames, by name.
        suite: per profile the expectations; each has ``meta`` with ``id`` and ``uitleg``.
        allowed: what people let through: cells of an expectation, never the expectation itself.

    Raises:
        ValueError: the suite is empty, or a profile has no expectations: such a gate could not fail.
    """
    if not suite or any(not expectations for expectations in suite.values()) or suite.keys() != profiles.keys():
        raise ValueError(f"the suite of {table} does not cover its profiles: {sorted(suite)} against {sorted(profiles)}")
    findings: list[Finding] = []
    passed_by: list[str] = []
    evaluated = 0
    for name, expectations in suite.items():
        profile = profiles[name]
        if profile.frame.empty:
            if profile.may_be_empty is None:
                findings.append(_empty(table, name))
            continue
        for result in _validate(name, profile.frame, expectations, profile.key):
            evaluated += 1
            if result.success:
                continue
            finding, let_through = _expectation_finding(table, profile, result, allowed)
            passed_by.extend(let_through)
            if finding is not None:
                findings.append(finding)
    return Verdict(table, "expectations", evaluated, findings, passed_by)


@cache
def _context() -> Any:
    """One context for the process: making one costs more than judging a profile."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations as gx

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    return context


@cache
def _batch_definition(name: str) -> Any:
    return _context().data_sources.add_pandas(name).add_dataframe_asset(name).add_batch_definition_whole_dataframe(name)


def _validate(name: str, frame: pd.DataFrame, expectations: Sequence[Expectation], key: tuple[str, ...]) -> list[Any]:
    _context()
    import great_expectations as gx
    import great_expectations.expectations as gxe

    suite = gx.ExpectationSuite(name=name)
    for expectation in expectations:
        suite.add_expectation(expectation)
    # A column of nothing but NULL passes every expectation of GX; one that is judged must be filled.
    judged = {column for expectation in expectations if (column := getattr(expectation, "column", None))}
    for column in sorted(judged):
        suite.add_expectation(
            gxe.ExpectColumnValuesToNotBeNull(
                column=column, meta={"id": f"{name}.{column}_gevuld", "uitleg": f"{column} is in elke cel gevuld"}
            )
        )
    outcome = (
        _batch_definition(name)
        .get_batch(batch_parameters={"dataframe": frame})
        .validate(
            suite,
            result_format={
                "result_format": "COMPLETE",
                "unexpected_index_column_names": list(key),
                "partial_unexpected_count": 0,
            },
        )
    )
    return list(outcome.results)


def _expectation_finding(
    table: str, profile: Profile, result: Any, allowed: Sequence[Allowance]
) -> tuple[Finding | None, list[str]]:
    """What is left of a failed expectation after what people let through, and what they let through."""
    config = result.expectation_config
    meta = config.meta or {}
    column = config.kwargs.get("column")
    name = f"{table}.{meta['id']}"
    if raised := _raised(result.exception_info):
        raise RuntimeError(f"{table}: expectation {meta['id']} could not be evaluated: {raised}")
    cells = result.result.get("unexpected_index_list") or []
    let_through = []
    for allowance in allowed:
        if allowance.verwachting == name:
            covered = [cell for cell in cells if _named(profile, cell) in allowance.cellen]
            let_through += [f"{name}, {_told(_named(profile, cell))}: {allowance.tekst}" for cell in covered]
            cells = [cell for cell in cells if cell not in covered]
    if let_through and not cells:
        return None, let_through
    observed = result.result.get("observed_value")
    if cells:
        seen = ", ".join(f"{_rounded(cell.get(column))} ({_told(_named(profile, cell))})" for cell in cells[:TOLD_CELLS])
        more = " ..." if len(cells) > TOLD_CELLS else ""
        observed = f"{seen}{more} in {len(cells)} van {len(profile.frame)} cellen"
    finding = Finding(
        verwachting=name,
        uitleg=str(meta["uitleg"]),
        kolom=column,
        waargenomen=str(observed),
        grens=_limit(config.kwargs),
        cellen=[{**_named(profile, cell), str(column): _rounded(cell.get(column))} for cell in cells[:MAX_REFERENCES]],
        verwijzingen=_behind(profile, cells),
    )
    return finding, let_through


def _named(profile: Profile, cell: Mapping[str, Any]) -> dict[str, str]:
    """The key of a cell as texts."""
    return {name: str(value.date() if hasattr(value := cell[name], "date") else value) for name in profile.key}


def _told(cell: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {value}" for name, value in cell.items())


def _raised(exception_info: Any) -> str | None:
    """Why GX could not evaluate an expectation; it tells so flat, or once per metric."""
    told = exception_info or {}
    parts = [told, *(part for part in told.values() if isinstance(part, dict))]
    return next((str(part.get("exception_message")) for part in parts if part.get("raised_exception")), None)


def _behind(profile: Profile, cells: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """References to rows behind the failing cells, found with the engine."""
    if profile.rows is None or not cells:
        return []
    found: list[dict[str, Any]] = []
    for cell in cells[:MAX_REFERENCES]:
        rows = profile.rows
        for name in profile.key:
            value = cell[name]
            rows = rows.filter(rows[name] == (value.to_pydatetime() if hasattr(value, "to_pydatetime") else value))
        found.extend(references(rows))
        if len(found) >= MAX_REFERENCES:
            break
    return found[:MAX_REFERENCES]


def _limit(kwargs: Mapping[str, Any]) -> str:
    low, high = kwargs.get("min_value"), kwargs.get("max_value")
    if low is not None and high is not None:
        return f"{low:g} tot en met {high:g}"
    if low is not None:
        return f"minstens {low:g}"
    if high is not None:
        return f"hoogstens {high:g}"
    return "geen lege waarde"


def _rounded(value: Any) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def _empty(table: str, profile: str) -> Finding:
    return Finding(
        verwachting=f"{table}.{profile}.gevuld",
        uitleg="Er is niets om te beoordelen; een lege tabel is geen goede tabel.",
        kolom=None,
        waargenomen="0 rijen",
        grens="minstens 1 rij",
    )
