"""What the hot times show in the UI: a week as a heat map per category, and what could not be placed. No figures are computed."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ivz_assets.orchestration.metadata import inline_picture, markdown_table
from ivz_assets.warehouse.store import Store

WEEK = ("ma", "di", "wo", "do", "vr", "za", "zo")
COLUMNS = 2
INK, QUIET = "#222222", "#666666"


def charts(store: Store) -> dict[str, dict[str, Any]]:
    """Metadata per table: the region's newest twelve months, or nothing when there are no twelve yet."""
    shown = "gebied_niveau = 'regio' AND periode_soort = '12 maanden' AND klasse_niveau = 'categorie'"
    counted = store.rows(
        "SELECT periode, replace(klasse_sleutel, 'categorie: ', '') AS categorie, sum(aantal)::BIGINT AS aantal, "
        "sum(aantal_meegeteld)::BIGINT AS meegeteld, sum(aantal_te_lang)::BIGINT AS te_lang, "
        "sum(aantal_zonder_tijd)::BIGINT AS zonder_tijd, "
        "round(100.0 * sum(aantal_te_lang + aantal_zonder_tijd) / sum(aantal), 1) AS weggelaten_procent, "
        "round(100.0 * sum(aantal_exact) / nullif(sum(aantal_meegeteld), 0), 1) AS op_een_uur_bekend_procent, "
        "bool_and(voldoende_periode) AS voldoende "
        f"FROM dashboard_hot_times_coverage WHERE {shown} GROUP BY periode, klasse_sleutel ORDER BY categorie"
    )
    weighed = store.rows(
        "SELECT replace(klasse_sleutel, 'categorie: ', '') AS categorie, weekdag, uur, sum(gewicht) AS gewicht "
        f"FROM dashboard_hot_times WHERE {shown} GROUP BY klasse_sleutel, weekdag, uur"
    )
    metadata: dict[str, dict[str, Any]] = {"dashboard_hot_times_coverage": {"weggelaten": markdown_table(counted)}}
    enough = [row for row in counted if row["voldoende"]]
    if enough:
        weeks = {row["categorie"]: np.zeros((7, 24)) for row in enough}
        for row in weighed:
            if row["categorie"] in weeks:
                weeks[row["categorie"]][row["weekdag"] - 1, row["uur"]] = row["gewicht"]
        picture = week_picture(weeks, _labels(enough), f"Drukke uren in de regio, {enough[0]['periode']}")
        metadata["dashboard_hot_times"] = {"drukke_uren": inline_picture(picture, "Drukke uren per categorie")}
    return metadata


def week_picture(weeks: Mapping[str, np.ndarray], labels: Mapping[str, str], title: str) -> bytes:
    """Weekday by hour per panel as PNG; colour is how many times an average hour of the same panel.

    Args:
        weeks: weights of shape (7, 24) per panel, Monday first; a panel without weight is drawn empty.
        labels: what stands above each panel.
        title: what is shown and of when.
    """
    from matplotlib.figure import Figure

    times = {name: week / week.mean() if week.sum() > 0 else week for name, week in weeks.items()}
    rows = -(-len(weeks) // COLUMNS)
    figure = Figure(figsize=(12, 0.9 + 2.3 * rows), dpi=110, facecolor="white", layout="constrained")
    panels = figure.subplots(rows, COLUMNS, squeeze=False).ravel()
    most = max(2.0, *(float(week.max()) for week in times.values()))
    image = None
    for axes, (name, week) in zip(panels, times.items(), strict=False):
        # One scale for all panels: a flat week must look flat.
        image = axes.imshow(week, cmap="YlGnBu", vmin=0, vmax=most, aspect="auto")
        axes.set_title(labels[name], fontsize=9, loc="left", color=INK)
        axes.set_yticks(range(7), WEEK, fontsize=8)
        axes.set_xticks(np.arange(0, 25, 3) - 0.5, [str(hour) for hour in range(0, 25, 3)], fontsize=8)
        axes.tick_params(length=0, colors=QUIET)
        axes.spines[:].set_visible(False)
    for axes in panels[len(weeks) :]:
        axes.set_axis_off()
    figure.suptitle(title, fontsize=11, x=0.01, ha="left", color=INK)
    if image is not None:
        bar = figure.colorbar(image, ax=panels.tolist(), shrink=0.8, pad=0.01)
        bar.set_label("keer het gemiddelde uur", fontsize=8, color=QUIET)
        bar.ax.tick_params(labelsize=8, colors=QUIET)
        bar.outline.set_visible(False)
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png")
    return buffer.getvalue()


def _labels(counted: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    return {
        row["categorie"]: f"{row['categorie']} ({row['meegeteld']} meegeteld, {_comma(row['weggelaten_procent'])}% weggelaten)"
        for row in counted
    }


def _comma(number: float) -> str:
    return f"{number:.1f}".replace(".", ",")
