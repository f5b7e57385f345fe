"""Where to look: references to rows, for a finding. Never a row's values."""

from __future__ import annotations

from typing import Any

import ibis.expr.types as ir
import pandera.ibis as pa

from ivz_assets.warehouse.model import key_of

MAX_REFERENCES = 20

_REFERENCE_COLUMNS = ("levering_id", "rij", "regels")


def references(rows: ir.Table, model: pa.DataFrameSchema | None = None) -> list[dict[str, Any]]:
    """Up to 20 references to rows: delivery, row number and rule where the table has them, else the key."""
    columns = [column for column in _REFERENCE_COLUMNS if column in rows.columns]
    if not columns and model is not None:
        columns = [column for column in key_of(model) if column in rows.columns]
    if not columns:
        return []
    found = rows.select(*columns).limit(MAX_REFERENCES).to_pyarrow().to_pylist()
    return [{name: str(value) for name, value in row.items()} for row in found]
