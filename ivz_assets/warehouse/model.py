"""From a table's pandera model to everything else that must agree with it: DDL, comments, Dagster's column schema.

A model is a ``pandera.ibis.DataFrameSchema``; it is the only place that says columns, types, nullability, allowed values,
Dutch description and unit. The models themselves live in each stage's ``schema.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import ibis.expr.datatypes as dt
import pandera.ibis as pa

if TYPE_CHECKING:
    from dagster import TableSchema

FAILURE_CASES = 20
"""Failing values pandera may collect per check; without a limit a million bad rows cost minutes and gigabytes."""

MOMENT = dt.Timestamp(scale=6)
"""Local wall-clock time in microseconds, the precision that DuckDB keeps."""

_DUCKDB_TYPES = {
    dt.String: "VARCHAR",
    dt.Int32: "INTEGER",
    dt.Int64: "BIGINT",
    dt.Float64: "DOUBLE",
    dt.Boolean: "BOOLEAN",
    dt.Date: "DATE",
    dt.Timestamp: "TIMESTAMP",
    dt.Binary: "BLOB",
}


def column(
    data_type: dt.DataType,
    description: str,
    *,
    nullable: bool = False,
    unit: str | None = None,
    allowed: Sequence[Any] | None = None,
    at_least: float | None = None,
    pattern: str | None = None,
    own_words: Sequence[str] | None = None,
) -> pa.Column:
    """A column of a model: type, Dutch description, nullability, unit and the values it may hold.

    ``own_words`` are texts that the project itself writes (the name of a level): stored as ENUM, which every client reads as
    text and which halves the cost of writing millions of them. The type itself lets no other text in, so no check asks again. Not
    for anything that comes from outside: there the gate must be able to see a wrong value.
    """
    checks = []
    if allowed is not None:
        checks.append(pa.Check.isin(list(allowed), n_failure_cases=FAILURE_CASES))
    if at_least is not None:
        checks.append(pa.Check.ge(at_least, n_failure_cases=FAILURE_CASES))
    if pattern is not None:
        checks.append(pa.Check.str_matches(pattern, n_failure_cases=FAILURE_CASES))
    return pa.Column(
        data_type(nullable=True),
        checks,
        nullable=nullable,
        description=description,
        metadata={"eenheid": unit, "eigen_woorden": own_words},
    )


def table(
    name: str,
    description: str,
    columns: dict[str, pa.Column],
    *,
    key: Sequence[str],
    published_as: str | None = None,
) -> pa.DataFrameSchema:
    """A table's model: unique key and, for what BI reads, the Dutch name under which it is published."""
    return pa.DataFrameSchema(
        columns,
        name=name,
        description=description,
        unique=list(key),
        strict=True,
        metadata={"gepubliceerd_als": published_as},
    )


def key_of(model: pa.DataFrameSchema) -> list[str]:
    """The columns that identify a row."""
    return list(model.unique or [])


def published_name(model: pa.DataFrameSchema) -> str:
    """Dutch name of the table in the published database.

    Raises:
        ValueError: the table is not meant to be published.
    """
    name = (model.metadata or {}).get("gepubliceerd_als")
    if not name:
        raise ValueError(f"{model.name} has no published name: it is not meant to leave the warehouse")
    return str(name)


def is_enum(column_model: pa.Column) -> bool:
    """Whether DuckDB stores the column's texts as numbers."""
    return (column_model.metadata or {}).get("eigen_woorden") is not None


def duckdb_type(column_model: pa.Column) -> str:
    """DuckDB's name for the type of a column."""
    if words := (column_model.metadata or {}).get("eigen_woorden"):
        return f"ENUM ({', '.join(map(_quoted, words))})"
    return _DUCKDB_TYPES[type(column_model.dtype.type)]


def create_table(model: pa.DataFrameSchema, name: str, *, not_null: bool = True) -> list[str]:
    """The statements that make an empty table ``name`` of this model, with its comments.

    The key has no index: the schema gate checks it, and an index would double the time of a load. Without ``not_null``
    it takes empty values, so that the schema gate finds them and says where.
    """
    columns = ", ".join(
        f'"{column_name}" {duckdb_type(column_model)}{" NOT NULL" if not_null and not column_model.nullable else ""}'
        for column_name, column_model in model.columns.items()
    )
    comments = [
        f'COMMENT ON COLUMN "{name}"."{column_name}" IS {_quoted(described(column_model))}'
        for column_name, column_model in model.columns.items()
    ]
    return [
        f'CREATE TABLE "{name}" ({columns})',
        f'COMMENT ON TABLE "{name}" IS {_quoted(model.description or "")}',
        *comments,
    ]


def described(column_model: pa.Column) -> str:
    """Dutch description of a column with its unit."""
    unit = (column_model.metadata or {}).get("eenheid")
    return f"{column_model.description} [{unit}]" if unit else str(column_model.description)


def dagster_column_schema(model: pa.DataFrameSchema) -> TableSchema:
    """The model as Dagster shows it beside an asset."""
    from dagster import TableColumn, TableColumnConstraints, TableSchema

    return TableSchema(
        columns=[
            TableColumn(
                column_name,
                type=duckdb_type(column_model),
                description=described(column_model),
                constraints=TableColumnConstraints(nullable=column_model.nullable),
            )
            for column_name, column_model in model.columns.items()
        ]
    )


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
