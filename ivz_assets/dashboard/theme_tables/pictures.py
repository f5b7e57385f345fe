"""What the theme tables show in the UI: per theme its definition and its registrations, of all its municipalities together."""

from __future__ import annotations

from typing import Any

from ivz_assets.orchestration.metadata import bar_chart, markdown_table
from ivz_assets.warehouse.store import Store


def charts(store: Store) -> dict[str, dict[str, Any]]:
    """Metadata per table. A theme that is shown of pilot municipalities only is drawn of those."""
    defined = store.rows(
        "SELECT naam, laagste_niveau, proefgemeenten, eigenaar, mag_zien, gevoelig, klassen, subcategorieen, projectcodes "
        "FROM dim_thema ORDER BY naam"
    )
    filled = store.rows(
        "SELECT thema_sleutel, kenmerk_soort, count(DISTINCT gebied_sleutel) AS gebieden, count(DISTINCT kenmerk) AS kenmerken, "
        "min(jaar) AS van, max(jaar) AS tot_en_met, count(*) AS rijen, count(aantal) AS met_aantal, "
        "count(*) FILTER (onderdrukt) AS onderdrukt FROM theme_indicators GROUP BY ALL ORDER BY ALL"
    )
    yearly = store.rows(
        "SELECT thema_sleutel, jaar, sum(aantal) AS aantal FROM theme_indicators WHERE gebied_niveau = 'gemeente' "
        "AND kenmerk_soort = 'registraties' AND onderdeel_van IS NULL GROUP BY ALL ORDER BY ALL"
    )
    figures: dict[str, Any] = {"rijen_per_thema": markdown_table(filled)}
    if yearly:
        years = sorted({row["jaar"] for row in yearly})
        counted = {(row["thema_sleutel"], row["jaar"]): row["aantal"] for row in yearly}
        series = {
            key.removeprefix("thema: "): [counted.get((key, year), 0.0) for year in years]
            for key in sorted({row["thema_sleutel"] for row in yearly})
        }
        # An incident may belong to several themes, so bars on top of each other would count it more than once.
        for name, values in series.items():
            title = f"{name}: registraties per jaar van voorval, gemeenten waarvan het wordt getoond"
            figures[f"per_jaar: {name}"] = bar_chart([str(year) for year in years], {name: values}, title)
    return {"dim_thema": {"themas": markdown_table(defined)}, "theme_indicators": figures}
