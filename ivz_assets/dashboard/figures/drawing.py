"""The two pictures of the figures as PNG: a trend with last year's and its band, and a funnel plot. No store."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ivz_assets.dashboard.figures.funnel import control_limits

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK, QUIET, MAIN, OTHER = "#222222", "#666666", "#0b5394", "#9aa5b1"
_SOURCE = "Ruwe BVH-registraties, alleen voor intern gebruik."

Row = Mapping[str, Any]


def trend_picture(months: Sequence[Row], title: str, up_to: str) -> bytes:
    """A line of counts with its 95% band and last year's, as PNG.

    Args:
        months: in order; periode, aantal, aantal_laag, aantal_hoog, aantal_vorig_jaar (None: unknown), voorbehoud.
        title: what is shown.
        up_to: the last day the data speak for, in words.
    """
    figure, axes = _sheet((9.5, 4.2))
    places = np.arange(len(months))
    low, high = (np.array([row[name] for row in months], dtype=float) for name in ("aantal_laag", "aantal_hoog"))
    axes.fill_between(places, low, high, color=MAIN, alpha=0.18, linewidth=0, label="95%-band")
    before = np.array([np.nan if row["aantal_vorig_jaar"] is None else row["aantal_vorig_jaar"] for row in months])
    axes.plot(places, before.astype(float), color=OTHER, linewidth=1.6, linestyle="--", label="een jaar eerder")
    counts = np.array([row["aantal"] for row in months], dtype=float)
    axes.plot(places, counts, color=MAIN, linewidth=2, label="aantal")
    open_marks = [place for place, row in enumerate(months) if {"ONVOLLEDIG", "LOPEND"} & set(row["voorbehoud"].split())]
    if open_marks:
        axes.plot(
            open_marks,
            counts[open_marks],
            "o",
            markersize=7,
            markerfacecolor="white",
            markeredgecolor=MAIN,
            label="nog niet alles binnen",
        )
    step = max(1, len(months) // 12)
    axes.set_xticks(places[::step], [row["periode"] for row in months[::step]], fontsize=9, rotation=30, ha="right")
    axes.set_ylim(bottom=0)
    axes.set_ylabel("registraties per maand")
    return _finished(figure, axes, title, f"{_SOURCE} Gegevens tot en met {up_to}. Band: 95%-grenzen van het aantal zelf.")


def funnel_picture(areas: Mapping[str, Sequence[Row]], rate: float, title: str, unit: str) -> bytes:
    """Rates against their denominators with what chance alone would give, as PNG.

    Args:
        areas: per level rows of gebied_naam, aantal and noemer_waarde.
        rate: the region's registrations per one of the denominator.
        title: what is shown and of when.
        unit: name of the denominator.
    """
    from matplotlib.ticker import FuncFormatter

    figure, axes = _sheet((9.5, 5.2))
    sizes = [row["noemer_waarde"] for rows in areas.values() for row in rows]
    grid = np.geomspace(min(sizes) * 0.9, max(sizes) * 1.1, 400)
    for confidence, style, label in ((0.95, "--", "95% bij toeval"), (0.998, "-", "99,8% bij toeval")):
        for limit in control_limits(rate * grid, confidence):
            axes.plot(grid, 1000 * limit / grid, color=QUIET, linewidth=1, linestyle=style, label=label)
            label = "_"
    axes.axhline(1000 * rate, color=INK, linewidth=1, label="hele regio")
    tallest = 0.0
    for (level, rows), colour, marker in zip(areas.items(), (MAIN, "#e69138"), ("o", "D"), strict=False):
        size = np.array([row["noemer_waarde"] for row in rows], dtype=float)
        rates = 1000 * np.array([row["aantal"] for row in rows], dtype=float) / size
        axes.plot(size, rates, marker, color=colour, alpha=0.6, markersize=5, markeredgewidth=0, label=f"{level} ({len(rows)})")
        tallest = max(tallest, float(rates.max(initial=0)))
        above = control_limits(rate * size, 0.998)[1] * 1000 / size
        farthest = [place for place in np.argsort(above - rates)[:5] if rates[place] > above[place]]
        for place in farthest:
            told = (float(size[place]), float(rates[place]))
            axes.annotate(rows[place]["gebied_naam"], told, xytext=(5, 4), textcoords="offset points", fontsize=8, color=INK)
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter(FuncFormatter(lambda size, _: f"{size:,.0f}".replace(",", ".")))
    axes.set_ylim(0, max(tallest * 1.08, 2000 * rate))
    axes.set_xlabel(f"{unit} (logaritmisch)")
    axes.set_ylabel(f"per 1.000 {unit}")
    note = f"{_SOURCE} Buiten 99,8% komt een gebied door toeval alleen eens in de 500 keer (Spiegelhalter 2005)."
    return _finished(figure, axes, title, note)


def _sheet(size: tuple[float, float]) -> tuple[Figure, Axes]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=size, dpi=110, facecolor="white", layout="constrained")
    return figure, figure.add_subplot()


def _finished(figure: Figure, axes: Axes, title: str, note: str) -> bytes:
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_title(title, loc="left", fontsize=13, fontweight="bold", color=INK)
    figure.legend(loc="outside right upper", frameon=False, fontsize=9)
    figure.supxlabel(note, fontsize=8, color=QUIET, x=0.01, ha="left")
    file = io.BytesIO()
    figure.savefig(file, format="png", metadata={"Software": None})
    return file.getvalue()
