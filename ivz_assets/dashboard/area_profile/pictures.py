"""What the area profile shows in the UI: one municipality and one neighbourhood beside the region and similar areas."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from matplotlib.figure import Figure

from ivz_assets.orchestration.metadata import inline_picture, markdown_table
from ivz_assets.warehouse.store import Store

SHOWN = (
    "inwoners_15_tot_25", "inwoners_65_en_ouder", "eenpersoonshuishoudens", "huishoudens_met_kinderen", "huurwoningen",
    "woz_waarde", "inkomen_per_inwoner", "uitkeringen_bijstand", "totaal: misdrijven",
    "categorie: Vermogensdelicten", "categorie: Geweldsdelicten", "categorie: Overlast en vernieling", "categorie: Ondermijning",
)  # fmt: skip

INK, QUIET, OWN, PEERS = "#222222", "#888888", "#253494", "#d95f0e"


def charts(store: Store) -> dict[str, dict[str, Any]]:
    """Metadata of the table: two profiles as pictures, and how many rows of each kind are filled."""
    filled = store.rows(
        "SELECT kenmerk_soort, gebied_niveau, min(jaar) AS van, max(jaar) AS tot_en_met, count(*) AS rijen, "
        "round(100.0 * count(waarde) / count(*), 1) AS met_waarde_procent, "
        "round(100.0 * count(percentiel) / count(*), 1) AS met_percentiel_procent "
        "FROM dashboard_area_profile GROUP BY ALL ORDER BY ALL"
    )
    shown: dict[str, Any] = {"gevulde_rijen": markdown_table(filled)}
    for level, label in (("gemeente", "profiel_gemeente"), ("buurt", "profiel_buurt")):
        place = _busiest(store, level)
        if place:
            title = f"{place['gebied_naam']} naast de regio en vergelijkbare gebieden, {place['jaar']}"
            picture = profile_picture(_rows(store, place["gebied_sleutel"], place["jaar"]), title)
            shown[label] = inline_picture(picture, title)
    return {"dashboard_area_profile": shown}


def profile_picture(rows: Sequence[dict[str, Any]], title: str) -> bytes:
    """A line per characteristic: the area and the median of similar areas as an index, the region being 100. PNG.

    Args:
        rows: kenmerk_naam, eenheid, waarde, waarde_regio, waarde_vergelijkbaar; without a value or a region there is no dot.
        title: the area and the year.
    """
    figure = Figure(figsize=(9, 1.4 + 0.34 * len(rows)), dpi=110, facecolor="white", layout="constrained")
    axes = figure.subplots()
    for place, row in enumerate(rows):
        region = row["waarde_regio"]
        for column, colour, marker in (("waarde_vergelijkbaar", PEERS, "D"), ("waarde", OWN, "o")):
            if row[column] is not None and region:
                axes.plot(100 * row[column] / region, place, marker, color=colour, markersize=7)
        if row["waarde"] is None or not region:
            axes.text(101, place, "onbekend", fontsize=8, color=QUIET, va="center")
    axes.axvline(100, color=INK, linewidth=1)
    axes.set_yticks(range(len(rows)), [f"{row['kenmerk_naam']} ({row['eenheid']})" for row in rows], fontsize=8)
    axes.invert_yaxis()
    axes.grid(axis="x", color="#dddddd", linewidth=0.6)
    axes.set_xlabel("index, regio = 100", fontsize=9)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.set_title(title, loc="left", fontsize=10, color=INK)
    handles = [
        axes.plot([], [], "o", color=OWN, label="dit gebied")[0],
        axes.plot([], [], "D", color=PEERS, label="mediaan van vergelijkbare gebieden (zelfde stedelijkheid)")[0],
    ]
    figure.legend(handles=handles, fontsize=8, frameon=False, ncols=2, loc="outside lower left")
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png")
    return buffer.getvalue()


def _busiest(store: Store, level: str) -> dict[str, Any] | None:
    """The area of the level with most crimes in the last whole year of which its rate is known."""
    found = store.rows(
        "SELECT p.gebied_sleutel, g.gebied_naam, p.jaar FROM dashboard_area_profile p JOIN dim_gebied g USING (gebied_sleutel) "
        "WHERE p.kenmerk = 'totaal: misdrijven' AND p.kenmerk_soort = 'registraties' AND p.gebied_niveau = ? "
        "AND p.waarde IS NOT NULL ORDER BY p.jaar DESC, p.aantal DESC, p.gebied_sleutel LIMIT 1",
        [level],
    )
    return found[0] if found else None


def _rows(store: Store, area: str, year: int) -> list[dict[str, Any]]:
    wanted = ", ".join("?" for _ in SHOWN)
    found = store.rows(
        "SELECT kenmerk, kenmerk_naam, eenheid, waarde, waarde_regio, waarde_vergelijkbaar FROM dashboard_area_profile "
        f"WHERE gebied_sleutel = ? AND jaar = ? AND kenmerk_soort <> 'leverancier' AND kenmerk IN ({wanted})",
        [area, year, *SHOWN],
    )
    return sorted(found, key=lambda row: SHOWN.index(row["kenmerk"]))
