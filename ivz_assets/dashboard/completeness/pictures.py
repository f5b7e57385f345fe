"""What the completeness assets show in the UI: the triangle as a heat map, the share per week with its band. No figures."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ivz_assets.orchestration.metadata import inline_picture, markdown_table
from ivz_assets.warehouse.store import Store

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SHOWN_CLASS = "totaal: misdrijven"
WEEKS, DELAYS = 20, 13
"""Newest weeks and shortest delays that a picture shows."""

INK, QUIET, COLOURS = "#222222", "#666666", ("#2c7fb8", "#d95f0e")


def charts(store: Store) -> dict[str, dict[str, Any]]:
    """Metadata per table: pictures and small tables."""
    newest = store.rows(
        "SELECT klasse_sleutel, periode, aantal_bekend, round(100 * aandeel_binnen, 1) AS procent_binnen, "
        "round(100 * aandeel_laag, 1) AS laag, round(100 * aandeel_hoog, 1) AS hoog, "
        "round(100 * aandeel_kennisgenomen, 1) AS procent_kennisgenomen, round(verwacht_totaal) AS verwacht_extrapolatie, "
        "reden_geen_aandeel FROM dashboard_completeness WHERE klasse_niveau IN ('totaal', 'categorie', 'thema') "
        "AND periode_soort IN ('week', 'maand') "
        "QUALIFY row_number() OVER (PARTITION BY klasse_sleutel, periode_soort ORDER BY periode_begin DESC) <= 2 "
        "ORDER BY klasse_niveau DESC, klasse_sleutel, periode_soort, periode_begin DESC"
    )
    weeks = store.rows(
        "SELECT klasse_sleutel, periode, aandeel_binnen, aandeel_laag, aandeel_hoog FROM dashboard_completeness "
        "WHERE klasse_niveau = 'totaal' AND periode_soort = 'week' AND aandeel_binnen IS NOT NULL ORDER BY periode_begin"
    )
    cells = store.rows(
        "SELECT d.periode, d.weken_later, d.aantal_tot_dan, v.verwacht_totaal AS verwacht FROM dashboard_reporting_triangle d "
        "LEFT JOIN dashboard_completeness v USING (periode, klasse_sleutel) WHERE klasse_sleutel = ? "
        f"AND d.weken_later < {DELAYS} ORDER BY d.periode_begin DESC, d.weken_later",
        [SHOWN_CLASS],
    )
    found: dict[str, dict[str, Any]] = {
        "dashboard_completeness": {"nieuwste_perioden": markdown_table(newest)},
        "dashboard_reporting_triangle": {},
    }
    if weeks:
        title = "Deel van de voorvallen dat al is geregistreerd, met band van 95%"
        found["dashboard_completeness"]["aandeel_per_week"] = inline_picture(share_picture(weeks, title), title)
    if cells:
        title = f"Meldingsdriehoek, {SHOWN_CLASS.removeprefix('totaal: ')}: geregistreerd tot en met zoveel weken later"
        found["dashboard_reporting_triangle"]["driehoek"] = inline_picture(triangle_picture(cells, title), title)
    return found


def share_picture(weeks: Sequence[dict[str, Any]], title: str) -> bytes:
    """The share per week of each class with its band, as PNG."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9.5, 4.2), dpi=120, facecolor="white", layout="constrained")
    axes = figure.add_subplot()
    labels = sorted({row["periode"] for row in weeks})[-WEEKS:]
    for colour, key in zip(COLOURS, sorted({row["klasse_sleutel"] for row in weeks}), strict=False):
        mine = [row for row in weeks if row["klasse_sleutel"] == key and row["periode"] in labels]
        at = [labels.index(row["periode"]) for row in mine]
        low, share, high = ([100 * row[name] for row in mine] for name in ("aandeel_laag", "aandeel_binnen", "aandeel_hoog"))
        axes.fill_between(at, low, high, color=colour, alpha=0.2, linewidth=0)
        axes.plot(at, share, color=colour, marker="o", markersize=3.5, label=key.removeprefix("totaal: "))
    axes.set_xticks(range(len(labels)), labels, rotation=60, fontsize=8)
    axes.set_ylim(0, 102)
    axes.set_ylabel("% geregistreerd", color=INK)
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_title(title, loc="left", fontsize=12, fontweight="bold", color=INK)
    axes.legend(frameon=False, loc="lower left")
    return _png(figure)


def triangle_picture(cells: Sequence[dict[str, Any]], title: str) -> bytes:
    """Counts registered by so many weeks later, newest week below; the shade is the share of what is expected in the end.

    Args:
        cells: periode, newest first, weken_later, aantal_tot_dan and verwacht, None when nothing is expected.
        title: what is shown.
    """
    from matplotlib.figure import Figure

    labels = list(dict.fromkeys(row["periode"] for row in cells))[:WEEKS][::-1]
    counts = np.full((len(labels), DELAYS), np.nan)
    for row in cells:
        if row["periode"] in labels:
            counts[labels.index(row["periode"]), row["weken_later"]] = row["aantal_tot_dan"]
    expected = {row["periode"]: row["verwacht"] for row in cells}
    final = np.array([max(expected[label] or 0, np.nanmax(counts[place]), 1) for place, label in enumerate(labels)])
    shade = counts / final[:, None]
    figure = Figure(figsize=(9.5, 0.3 * len(labels) + 1.6), dpi=120, facecolor="white", layout="constrained")
    axes = figure.add_subplot()
    axes.imshow(shade, cmap="YlGnBu", vmin=0, vmax=1, aspect="auto")
    for (week, delay), count in np.ndenumerate(counts):
        if not np.isnan(count):
            colour = "white" if shade[week, delay] > 0.6 else INK
            axes.text(delay, week, f"{count:.0f}", ha="center", va="center", fontsize=7.5, color=colour)
    axes.set_yticks(range(len(labels)), labels, fontsize=8)
    axes.set_xticks(range(DELAYS), [str(delay) for delay in range(DELAYS)], fontsize=8)
    axes.set_xlabel("weken na de week van het voorval", color=INK)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    axes.set_title(title, loc="left", fontsize=12, fontweight="bold", color=INK)
    figure.supxlabel(
        "Kleur: deel van het verwachte totaal (extrapolatie). Leeg: kan nog niet gekomen zijn.",
        fontsize=8,
        color=QUIET,
        x=0.01,
        ha="left",
    )
    return _png(figure)


def _png(figure: Figure) -> bytes:
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png")
    return buffer.getvalue()
