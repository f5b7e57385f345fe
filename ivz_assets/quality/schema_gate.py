"""From a pandera schema to a verdict with findings. No Dagster, no table of any stage by name."""

from __future__ import annotations

from copy import copy
from functools import reduce
from operator import or_
from typing import Any

import ibis.expr.types as ir
import pandera.ibis as pa
from pandera.errors import SchemaErrors

from ivz_assets.quality.references import references
from ivz_assets.quality.verdicts import Finding, Verdict
from ivz_assets.warehouse.model import key_of


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
    asked = copy(model)
    asked.unique = None
    # pandera asks a query per column and per check; one query over all of them tells which columns it must look at. Of the
    # rest it judges presence and type, which takes no query.
    suspect = _suspect_columns(rows, model)
    asked.columns = {
        key: column if key in suspect else pa.Column(column.dtype, nullable=True, name=key)
        for key, column in model.columns.items()
    }
    findings = []
    try:
        asked.validate(rows, lazy=True)
    except SchemaErrors as errors:
        findings = [_schema_finding(rows, model, error) for error in _distinct(errors)]
    if keyed and set(key_of(model)) <= set(rows.columns):
        findings += _key_findings(rows, model)
    return Verdict(name, "schema", checks, findings)


def _suspect_columns(rows: ir.Table, model: pa.DataFrameSchema) -> set[str]:
    """The columns of which pandera must judge the values, because one may be wrong or because only pandera can tell."""
    suspect = set()
    questions = {"rows": rows.count()}
    for name, column in model.columns.items():
        faults = _faults(rows[name], column) if name in rows.columns else None
        if faults is None:
            suspect.add(name)
        elif faults:
            questions[f"wrong_{name}"] = reduce(or_, faults).any()
    (answer,) = rows.aggregate(**questions).to_pyarrow().to_pylist()
    if not answer["rows"]:
        # On this backend pandera fails every check of values on a table without rows; no row of it can be wrong.
        return set()
    return suspect | {question.removeprefix("wrong_") for question, found in answer.items() if question != "rows" and found}


def _faults(values: ir.Column, column: pa.Column) -> list[ir.BooleanValue] | None:
    """What would be wrong with a value of a column; None when that cannot be asked."""
    if values.type().copy(nullable=True) != column.dtype.type:
        return None
    faults = [_fails(values, check) for check in column.checks]
    if not column.nullable:
        faults.append(values.isnull())
        if values.type().is_floating():
            faults.append(values.isnan())
    return None if any(fault is None for fault in faults) else faults


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
        fails = _fails(rows[column], error.check)
        return rows.filter(fails) if fails is not None else None
    return None


def _fails(values: ir.Value, check: pa.Check) -> ir.BooleanValue | None:
    """Whether a value does not pass a check that models make (see ``warehouse.model.column``); None for any other check."""
    statistics = check.statistics or {}
    if "allowed_values" in statistics:
        return values.notnull() & values.notin(list(statistics["allowed_values"]))
    if "min_value" in statistics:
        return values < statistics["min_value"]
    if "pattern" in statistics:
        pattern = statistics["pattern"]
        return ~values.re_search(getattr(pattern, "pattern", pattern))
    return None
