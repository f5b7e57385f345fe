"""Reading one delivered weekmonitor: the reading process finds its data sheet, here its rows are judged. Start here."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from ivz_assets.deliveries.reading.limits import Limits
from ivz_assets.deliveries.reading.process import searched
from ivz_assets.deliveries.reading.refusal import RefusedDelivery

from .rows import choose, judge

__all__ = ["Limits", "ReadDelivery", "RefusedDelivery", "read_delivery"]

SEARCH = "ivz_assets.weekmonitor.reading.workbook"


@dataclass(frozen=True)
class ReadDelivery:
    """The data sheet of a delivered file; ``table`` has ``blad``, ``rij`` and the 16 texts."""

    sheet: str
    header_row: int
    rows: int
    skipped: dict[str, int]
    ignored_sheets: tuple[str, ...]
    table: pa.Table


def read_delivery(path: Path, *, limits: Limits, scratch: Path, password: str | None = None) -> ReadDelivery:
    """Read a delivered file, or raise ``RefusedDelivery``. Nothing stays behind in ``scratch``."""
    with searched(path, SEARCH, limits=limits, scratch=scratch, password=password) as (result, folder):
        chosen = choose([judge(sheet, folder, limits.max_rows) for sheet in result["found"]])
    return ReadDelivery(
        sheet=chosen.sheet,
        header_row=chosen.header.row,
        rows=chosen.table.num_rows,
        skipped=chosen.skipped,
        ignored_sheets=tuple(sheet for sheet in result["sheets"] if sheet != chosen.sheet),
        table=chosen.table,
    )
