"""What the figures show in the UI: a trend, a funnel plot and the rows per grain. No computation of figures."""

from __future__ import annotations

from typing import Any

from ivz_assets.dashboard.figures.drawing import funnel_picture, trend_picture
from ivz_assets.orchestration.metadata import inline_picture, markdown_table
from ivz_assets.warehouse.store import Store

FUNNEL_OF = "subcategorie: Woninginbraak"
"""Frequent enough for a funnel, with a denominator of its own, and reported at once."""

MONTHS = 36
"""Months of the trend."""


def charts(store: Store) -> dict[str, dict[str, Any]]:
    """Metadata per table."""
    rows = store.rows(
        "SELECT datumbasis, periode_soort, gebied_niveau, count(*) AS rijen, count(*) FILTER (aantal = 0) AS nullen "
        "FROM dashboard_figures GROUP BY ALL ORDER BY ALL"
    )
    return {"dashboard_figures": {**_trend(store), **_funnel(store), "rijen_per_niveau": markdown_table(rows)}}


def _trend(store: Store) -> dict[str, Any]:
    """All crimes of the region per month."""
    months = store.rows(
        "SELECT periode, aantal, aantal_laag, aantal_hoog, aantal_vorig_jaar, voorbehoud FROM dashboard_figures "
        "WHERE datumbasis = 'voorgevallen' AND gebied_niveau = 'regio' AND periode_soort = 'maand' "
        "AND klasse_sleutel = 'totaal: misdrijven' ORDER BY periode_begin DESC LIMIT ?",
        [MONTHS],
    )
    if not months:
        return {}
    up_to = store.rows("SELECT max(periode_eind) AS dag FROM dim_periode WHERE periode_soort = 'jaar tot nu'")[0]["dag"]
    told = "onbekend" if up_to is None else f"{up_to:%d-%m-%Y}"
    title = "Alle misdrijven in de regio, per maand van voorval"
    return {"trend": inline_picture(trend_picture(months[::-1], title, told), title)}


def _funnel(store: Store) -> dict[str, Any]:
    """The newest twelve months of one subcategory: municipalities and neighbourhoods against the region."""
    whole = store.rows(
        "SELECT f.periode, p.periode_naam, f.aantal, f.noemer, f.noemer_waarde "
        "FROM dashboard_figures f JOIN dim_periode p USING (periode) "
        "WHERE f.datumbasis = 'voorgevallen' AND f.gebied_niveau = 'regio' AND f.periode_soort = '12 maanden' "
        "AND f.klasse_sleutel = ? AND f.per_1000 > 0 ORDER BY f.periode_begin DESC LIMIT 1",
        [FUNNEL_OF],
    )
    if not whole:
        return {}
    region = whole[0]
    # An area without a row had none: it is nought, not absent.
    found = store.rows(
        "SELECT g.gebied_niveau, g.gebied_naam, n.waarde AS noemer_waarde, coalesce(f.aantal, 0) AS aantal FROM denominators n "
        "JOIN dim_gebied g ON g.gebied_sleutel = n.gebied_code AND g.gebied_niveau IN ('gemeente', 'buurt') "
        "LEFT JOIN (FROM dashboard_figures WHERE datumbasis = 'voorgevallen' AND periode = ? AND klasse_sleutel = ?) f "
        "ON f.gebied_sleutel = n.gebied_code "
        "WHERE n.noemer = ? AND n.groot_genoeg AND n.waarde > 0 AND n.jaar = (SELECT max(jaar) FROM denominators) "
        "ORDER BY g.gebied_sleutel",
        [region["periode"], FUNNEL_OF, region["noemer"]],
    )
    levels = {level: [row for row in found if row["gebied_niveau"] == level] for level in ("buurt", "gemeente")}
    areas = {level: rows for level, rows in levels.items() if rows}
    if not areas:
        return {}
    title = f"{FUNNEL_OF.removeprefix('subcategorie: ')}, {region['periode_naam']}"
    picture = funnel_picture(areas, region["aantal"] / region["noemer_waarde"], title, region["noemer"])
    return {"trechter": inline_picture(picture, title)}
