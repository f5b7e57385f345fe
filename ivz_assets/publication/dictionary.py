"""The data dictionary: every published table as a page in Markdown, made from its model. Nothing here is written by hand."""

from __future__ import annotations

import re
from collections.abc import Sequence

import ibis.expr.datatypes as dt
import pandera.ibis as pa

from ivz_assets.publication.release import NOTICE
from ivz_assets.warehouse.model import key_of, published_name

INDEX = "README.md"
HEAD = "<!-- Gemaakt met `python -m docs.dictionary`; wijzig het model en niet deze bladzijde. -->"

_TYPES = {
    dt.String: "tekst",
    dt.Int32: "geheel getal",
    dt.Int64: "geheel getal (groot)",
    dt.Float64: "getal",
    dt.Boolean: "waar of onwaar",
    dt.Date: "datum",
    dt.Timestamp: "datum en tijd",
    dt.Binary: "binair",
}
_DIMENSION = re.compile(r"\bdim_[a-z]+\b")


def pages(models: Sequence[pa.DataFrameSchema]) -> dict[str, str]:
    """File names and their Markdown: a page per table under its published name, and an index in the order of the models."""
    names = {published_name(model) for model in models}
    return {INDEX: _index(models), **{f"{published_name(model)}.md": _page(model, names) for model in models}}


def _index(models: Sequence[pa.DataFrameSchema]) -> str:
    lines = [
        HEAD,
        "",
        "# Gegevenswoordenboek",
        "",
        f"De tabellen van een uitgave, zoals Power BI, Tableau en Excel ze lezen. {NOTICE}",
        "",
        "| tabel | wat erin staat | een rij per |",
        "|---|---|---|",
    ]
    for model in models:
        name = published_name(model)
        key = ", ".join(f"`{column}`" for column in key_of(model))
        lines.append(f"| [{name}]({name}.md) | {_cell(_first_sentence(model.description or ''))} | {key} |")
    return "\n".join(lines) + "\n"


def _page(model: pa.DataFrameSchema, names: set[str]) -> str:
    name = published_name(model)
    lines = [
        HEAD,
        "",
        f"# {name}",
        "",
        _linked(model.description or "", name, names),
        "",
        f"- In de uitgave: tabel `{name}` van `ivz.duckdb`, en `parquet/{name}.parquet`",
        f"- In het magazijn en in Dagster: `{model.name}`",
        f"- Sleutel (komt maar een keer voor): {', '.join(f'`{column}`' for column in key_of(model))}",
        "",
        "| kolom | soort | eenheid | leeg | waarden | omschrijving |",
        "|---|---|---|---|---|---|",
    ]
    for column_name, column in model.columns.items():
        metadata = column.metadata or {}
        cells = (
            f"`{column_name}`",
            _TYPES[type(column.dtype.type)],
            metadata.get("eenheid") or "",
            "mag" if column.nullable else "",
            allowed_values(column),
            _linked(str(column.description), name, names),
        )
        lines.append("| " + " | ".join(_cell(cell) for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def allowed_values(column: pa.Column) -> str:
    """What a column may hold, in words; empty when the type says it all."""
    words = (column.metadata or {}).get("eigen_woorden")
    told = [_listed(words)] if words else []
    for check in column.checks:
        limits = check.statistics or {}
        if "allowed_values" in limits:
            told.append(_listed(limits["allowed_values"]))
        elif "min_value" in limits:
            told.append(f"minstens {limits['min_value']:g}")
        elif "pattern" in limits:
            told.append(f"vorm `{_pattern(limits['pattern'])}`")
    return "; ".join(told)


def _pattern(given: object) -> str:
    return given.pattern if isinstance(given, re.Pattern) else str(given)


def _listed(values: Sequence[object]) -> str:
    found = list(values)
    if len(found) > 2 and all(isinstance(value, int) for value in found) and found == list(range(found[0], found[-1] + 1)):  # type: ignore[call-overload,operator]
        return f"{found[0]} tot en met {found[-1]}"
    return ", ".join(f"`{value}`" for value in found)


def _linked(text: str, own: str, names: set[str]) -> str:
    """The text with the dimensions that it names as links to their pages."""
    return _DIMENSION.sub(lambda match: f"[{match[0]}]({match[0]}.md)" if match[0] in names - {own} else match[0], text)


def _first_sentence(text: str) -> str:
    return re.split(r"(?<=\.)\s", text, maxsplit=1)[0]


def _cell(text: str) -> str:
    """Text of a cell: a bar would begin the next cell."""
    return text.replace("|", "\\|").replace("\n", " ")
