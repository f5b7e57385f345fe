"""What an asset shows in the UI: rows, columns, a chart and a preview of aggregates. Never a row of police data."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dagster import MetadataValue

if TYPE_CHECKING:
    import pandera.ibis as pa
    from matplotlib.axes import Axes


def table_metadata(model: pa.DataFrameSchema, rows: int, version: int) -> dict[str, Any]:
    """Dagster's standard metadata of a table: name, rows, columns with Dutch descriptions, and our version."""
    from ivz_assets.warehouse.model import dagster_column_schema

    return {
        "dagster/table_name": str(model.name),
        "dagster/row_count": rows,
        "dagster/column_schema": dagster_column_schema(model),
        "versie": version,
    }


def markdown_table(rows: Sequence[Mapping[str, Any]]) -> MetadataValue:
    """Aggregated rows as a table."""
    if not rows:
        return MetadataValue.md("_leeg_")
    names = list(rows[0])
    lines = ["| " + " | ".join(names) + " |", "|" + "---|" * len(names)]
    lines += ["| " + " | ".join("" if row[name] is None else str(row[name]) for name in names) + " |" for row in rows]
    return MetadataValue.md("\n".join(lines))


def bar_chart(labels: Sequence[str], series: Mapping[str, Sequence[float]], title: str) -> MetadataValue:
    """Stacked bars as an inline picture; no host is asked for it."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 3.2), dpi=110, layout="constrained")
    axes: Axes = figure.subplots()
    base = [0.0] * len(labels)
    for name, values in series.items():
        axes.bar(range(len(labels)), values, bottom=base, width=0.85, label=name)
        base = [low + high for low, high in zip(base, values, strict=True)]
    step = max(1, len(labels) // 12)
    axes.set_xticks(range(0, len(labels), step), [labels[position] for position in range(0, len(labels), step)], fontsize=8)
    axes.set_title(title, fontsize=10, loc="left")
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_ylim(bottom=0)
    if len(series) > 1:
        figure.legend(fontsize=8, frameon=False, ncols=len(series), loc="outside lower left")
    return _picture(figure, title)


def _picture(figure: Any, title: str) -> MetadataValue:
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png")
    return inline_picture(buffer.getvalue(), title)


def inline_picture(png: bytes, title: str) -> MetadataValue:
    """A PNG in the page itself."""
    return MetadataValue.md(f"![{title}](data:image/png;base64,{base64.b64encode(png).decode()})")
