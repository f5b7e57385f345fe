"""What the hot spots show in the UI: a map of verdicts, a map of squares, and short tables. No computation of figures."""

from __future__ import annotations

from typing import Any

from ivz_assets.dashboard.hot_spots.neighbourhoods import LEVEL
from ivz_assets.dashboard.hot_spots.picture import square_picture, verdict_picture
from ivz_assets.dashboard.hot_spots.squares import MINIMUM
from ivz_assets.neighbourhoods.boundaries.maps import BoundaryMap
from ivz_assets.neighbourhoods.boundaries.stored import stored_areas
from ivz_assets.orchestration.metadata import inline_picture, markdown_table
from ivz_assets.warehouse.store import Store

RAW = "Ruwe BVH-registraties, alleen voor intern gebruik."


def charts(store: Store) -> dict[str, dict[str, Any]]:
    """Metadata per table: of the newest window the map with the most hot spots, and the squares of the most frequent class."""
    maps = store.rows(
        "SELECT klasse_sleutel, any_value(periode) AS periode, sum(aantal)::INTEGER AS registraties, "
        "any_value(getoetst) AS getoetst, count(*) FILTER (oordeel = 'heet') AS heet, count(*) FILTER (oordeel = 'koud') AS koud "
        "FROM dashboard_hot_spots WHERE nieuwste GROUP BY 1 ORDER BY heet DESC, registraties DESC, 1"
    )
    hot = store.rows(
        "SELECT g.gemeente_naam, g.gebied_naam AS buurt, klasse_sleutel, ontwikkeling, aantal, round(cijfer_afgevlakt, 1) AS "
        "cijfer_afgevlakt, round(cijfer_regio, 1) AS cijfer_regio, round(gi_z, 1) AS gi_z, round(q_waarde, 4) AS q_waarde "
        "FROM dashboard_hot_spots JOIN dim_gebied g USING (gebied_sleutel) WHERE nieuwste AND oordeel = 'heet' "
        "ORDER BY klasse_sleutel, gi_z DESC LIMIT 40"
    )
    squares = store.rows(
        "SELECT klasse_sleutel, any_value(periode) AS periode, count(*) FILTER (soort = 'vlak') AS vlakken, "
        "sum(aantal) FILTER (soort = 'vlak')::INTEGER AS getoond, "
        "sum(aantal) FILTER (soort = 'verborgen')::INTEGER AS verborgen, "
        "sum(aantal) FILTER (soort = 'zonder plaats')::INTEGER AS zonder_plaats "
        "FROM dashboard_hot_spot_grid WHERE nieuwste GROUP BY 1 ORDER BY getoond DESC NULLS LAST, 1"
    )
    drawn = _map(store)
    of_areas = {"kaarten": markdown_table(maps), "hete_buurten": markdown_table(hot)}
    of_squares = {"kaarten": markdown_table(squares)}
    if drawn is not None and maps:
        of_areas["kaart"] = _verdicts(store, drawn, maps[0])
    if drawn is not None and squares and squares[0]["vlakken"]:
        of_squares["kaart"] = _squares(store, drawn, squares[0])
    return {"dashboard_hot_spots": of_areas, "dashboard_hot_spot_grid": of_squares}


def _map(store: Store) -> BoundaryMap | None:
    buurten = stored_areas(store, "buurt")
    if buurten is None:
        return None
    origin = store.rows("SELECT max(jaar) AS jaar, max(bron) AS bron FROM area_boundaries WHERE niveau = 'buurt'")[0]
    return BoundaryMap(origin["jaar"], origin["bron"], buurten, None, stored_areas(store, "gemeente"))


def _verdicts(store: Store, drawn: BoundaryMap, of_map: dict[str, Any]) -> Any:
    rows = store.rows(
        "SELECT gebied_sleutel, oordeel FROM dashboard_hot_spots WHERE nieuwste AND klasse_sleutel = ?",
        [of_map["klasse_sleutel"]],
    )
    title = f"Aandachtsbuurten, {of_map['klasse_sleutel']}, {of_map['periode']}"
    about = store.rows("SELECT toelichting FROM dim_klasse WHERE klasse_sleutel = ?", [of_map["klasse_sleutel"]])
    said = f"\n{about[0]['toelichting']}" if about and about[0]["toelichting"] else ""
    level = f"{LEVEL:g}".replace(".", ",")
    note = f"Getis-Ord Gi* op afgevlakte cijfers, {of_map['getoetst']} buurten getoetst, q hooguit {level}. {RAW}{said}"
    picture = verdict_picture(drawn, {row["gebied_sleutel"]: str(row["oordeel"]) for row in rows}, title, note)
    return inline_picture(picture, title)


def _squares(store: Store, drawn: BoundaryMap, of_map: dict[str, Any]) -> Any:
    rows = store.rows(
        "SELECT midden_rd_x, midden_rd_y, aantal FROM dashboard_hot_spot_grid WHERE nieuwste AND soort = 'vlak' "
        "AND klasse_sleutel = ? ORDER BY vlak",
        [of_map["klasse_sleutel"]],
    )
    name = store.rows("SELECT klasse_naam FROM dim_klasse WHERE klasse_sleutel = ?", [of_map["klasse_sleutel"]])[0]["klasse_naam"]
    title = f"Aandachtsvlakken, {of_map['klasse_sleutel']} {name}, {of_map['periode']}"
    note = (
        f"Vierkanten van 500 m met {MINIMUM} of meer; {of_map['verborgen'] or 0} in kleinere vlakken verborgen, "
        f"{of_map['zonder_plaats'] or 0} zonder plaats. Aantallen, geen verhoudingen. {RAW}"
    )
    return inline_picture(square_picture(drawn, rows, title, note), title)
