"""What the reconciliation shows in the UI: the largest deviations, both counts per municipality, and the mapping. No verdicts."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.figure import Figure

from ivz_assets.dashboard.reconciliation.mapping import lines
from ivz_assets.dashboard.reconciliation.notices import largest
from ivz_assets.orchestration.metadata import inline_picture, markdown_table
from ivz_assets.warehouse.store import Store

LARGEST = 15


def charts(store: Store) -> dict[str, dict[str, Any]]:
    """Metadata of ``dashboard_reconciliation``."""
    verdicts = store.rows(
        "SELECT periode_soort, oordeel, reden, count(*) AS vergelijkingen FROM dashboard_reconciliation GROUP BY ALL ORDER BY ALL"
    )
    mapped = [
        {**line._asdict(), "politie_codes": "+".join(line.politie_codes), "klassen": " ".join(line.klassen)} for line in lines()
    ]
    shown: dict[str, Any] = {
        "oordelen": markdown_table(verdicts),
        "grootste_afwijkingen": markdown_table(largest(store, LARGEST)),
        "aansluiting_van_subcategorieen": markdown_table(mapped),
    }
    when, rows = per_gemeente(store)
    if rows:
        title = f"Misdrijven in {when}, weekmonitor en open politiecijfers, soorten die goed aansluiten"
        shown["per_gemeente"] = inline_picture(dot_chart(rows, title), title)
    return {"dashboard_reconciliation": shown}


def per_gemeente(store: Store) -> tuple[str, list[dict[str, Any]]]:
    """Both counts per municipality over what compares well, in the newest year (else month) that can be compared."""
    comparable = "aansluitbaar = 'ja' AND gebied_niveau = 'gemeente' AND oordeel <> 'niet te vergelijken'"
    newest = store.rows(
        "SELECT periode, periode_naam FROM dim_periode WHERE periode IN "
        f"(SELECT periode FROM dashboard_reconciliation WHERE {comparable}) "
        "ORDER BY periode_soort = 'jaar' DESC, periode DESC LIMIT 1"
    )
    if not newest:
        return "", []
    rows = store.rows(
        "SELECT gebied_naam, sum(aantal_weekmonitor)::INTEGER AS weekmonitor, sum(aantal_open)::INTEGER AS open "
        f"FROM (FROM dashboard_reconciliation WHERE {comparable} AND periode = ?) "
        "JOIN (SELECT gebied_sleutel, gebied_naam FROM dim_gebied) USING (gebied_sleutel) "
        "GROUP BY gebied_naam ORDER BY weekmonitor, gebied_naam",
        [newest[0]["periode"]],
    )
    return newest[0]["periode_naam"], rows


def dot_chart(rows: Sequence[Mapping[str, Any]], title: str) -> bytes:
    """A line per municipality with a dot for each count (gebied_naam, weekmonitor, open), as a PNG."""
    figure = Figure(figsize=(7.5, 0.8 + 0.28 * len(rows)), dpi=110, layout="constrained")
    axes = figure.subplots()
    places = range(len(rows))
    ours, opened = [row["weekmonitor"] for row in rows], [row["open"] for row in rows]
    axes.hlines(
        places, [min(pair) for pair in zip(ours, opened, strict=True)], [max(pair) for pair in zip(ours, opened, strict=True)]
    )
    axes.plot(opened, places, "o", markersize=8, fillstyle="none", color="tab:orange", label="open cijfers van de politie")
    axes.plot(ours, places, "o", markersize=4, color="tab:blue", label="weekmonitor")
    axes.set_yticks(places, [row["gebied_naam"] for row in rows], fontsize=8)
    axes.set_xlim(left=0)
    axes.tick_params(axis="x", labelsize=8)
    axes.grid(axis="x", linewidth=0.4)
    axes.set_title(title, fontsize=9, loc="left")
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(fontsize=8, frameon=False, loc="lower right")
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", metadata={"Software": None})
    return buffer.getvalue()
