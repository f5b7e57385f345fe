"""Python rows as a table of a model, in the engine. No domain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import ibis.expr.datatypes as dt
import ibis.expr.types as ir
import pandera.ibis as pa
import pyarrow

from ivz_assets.warehouse.store import Store

_ARROW_TYPES = {
    dt.String: pyarrow.string(),
    dt.Int32: pyarrow.int32(),
    dt.Int64: pyarrow.int64(),
    dt.Float64: pyarrow.float64(),
    dt.Boolean: pyarrow.bool_(),
    dt.Date: pyarrow.date32(),
    dt.Timestamp: pyarrow.timestamp("us"),
    dt.Binary: pyarrow.binary(),
}


def arrow_schema(model: pa.DataFrameSchema) -> pyarrow.Schema:
    """The columns of a model as Arrow types."""
    return pyarrow.schema([(name, _ARROW_TYPES[type(column.dtype.type)]) for name, column in model.columns.items()])


def rows_of(store: Store, model: pa.DataFrameSchema, rows: Sequence[Mapping[str, Any]]) -> ir.Table:
    """The rows as a temporary table with the model's columns; what a row does not name is NULL."""
    return store.keep_rows(f"rijen_{model.name}", rows, arrow_schema(model))
