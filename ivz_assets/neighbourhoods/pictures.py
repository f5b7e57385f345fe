"""What the neighbourhood assets show in the UI: a map, an age structure, and small tables. No computation of figures."""

from __future__ import annotations

from typing import Any

from ivz_assets.neighbourhoods import areas
from ivz_assets.neighbourhoods.boundaries.maps import BoundaryMap
from ivz_assets.neighbourhoods.boundaries.picture import map_picture, pyramid_picture
from ivz_assets.neighbourhoods.boundaries.stored import stored_areas
from ivz_assets.neighbourhoods.crosswalk import waiting
from ivz_assets.neighbourhoods.reference import local_crosswalk
from ivz_assets.orchestration.metadata import inline_picture, markdown_table
from ivz_assets.settings import Settings
from ivz_assets.warehouse.store import Store

AGE_GROUPS = {
    "inwoners_0_tot_15": "0 tot 15",
    "inwoners_15_tot_25": "15 tot 25",
    "inwoners_25_tot_45": "25 tot 45",
    "inwoners_45_tot_65": "45 tot 65",
    "inwoners_65_en_ouder": "65 en ouder",
}


def shown(store: Store, settings: Settings) -> dict[str, dict[str, Any]]:
    """Metadata per table."""
    levels = store.rows(
        "SELECT jaar, count(*) FILTER (niveau = 'gemeente') AS gemeenten, count(*) FILTER (niveau = 'wijk') AS wijken, "
        "count(*) FILTER (niveau = 'buurt') AS buurten, count(*) FILTER (indelingswijziging IN (2, 3) AND niveau = 'buurt') "
        "AS gewijzigde_buurten FROM areas GROUP BY jaar ORDER BY jaar DESC"
    )
    filled = store.rows(
        "SELECT jaar, count(*) AS cellen, round(100.0 * count(waarde) / count(*), 1) AS gevuld_procent, "
        "round(100.0 * count(*) FILTER (waarde_jaar = jaar) / count(*), 1) AS uit_het_jaar_zelf_procent "
        "FROM neighbourhood_indicators GROUP BY jaar ORDER BY jaar DESC"
    )
    converted = store.rows(
        "SELECT van_jaar, bepaling, count(DISTINCT van_buurt_code) AS oude_buurten, round(sum(gewicht), 6) AS gewicht "
        "FROM area_crosswalk GROUP BY ALL ORDER BY van_jaar DESC, bepaling"
    )
    changed = store.rows(
        "SELECT DISTINCT van_buurt_code, buurt_code, round(gewicht, 3) AS gewicht, bepaling, toelichting FROM area_crosswalk "
        "WHERE bepaling <> 'ongewijzigd' ORDER BY ALL LIMIT 40"
    )
    large = store.rows(
        "SELECT noemer, jaar, count(*) AS gebieden, count(waarde) AS gevuld, count(*) FILTER (groot_genoeg) AS groot_genoeg, "
        "count(*) FILTER (omgezet) AS omgezet FROM denominators WHERE niveau = 'buurt' "
        "AND jaar >= (SELECT max(jaar) - 2 FROM denominators) GROUP BY ALL ORDER BY ALL"
    )
    metadata: dict[str, dict[str, Any]] = {
        "areas": {"gebieden_per_jaar": markdown_table(levels)},
        "neighbourhood_indicators": {"gevulde_cellen": markdown_table(filled)},
        "area_crosswalk": {
            "per_indeling": markdown_table(converted),
            "gewijzigd": markdown_table(changed),
            "regels_die_wachten": markdown_table(_waiting(store, settings)),
        },
        "denominators": {"noemers": markdown_table(large)},
    }
    metadata["neighbourhood_profiles"] = _pyramid(store, settings)
    metadata["area_boundaries"] = _map(store)
    return metadata


def _waiting(store: Store, settings: Settings) -> list[dict[str, Any]]:
    """Lines of the local list for a year of which CBS has no table yet: they have no effect until then."""
    rows = store.rows("SELECT jaar, gebied_code, niveau, naam, indelingswijziging FROM areas WHERE niveau = 'buurt'")
    waits = waiting(areas.editions(rows), local_crosswalk(settings)) if rows else []
    return [{"jaar": year, "van_buurt_code": code} for year, code in waits]


def _map(store: Store) -> dict[str, Any]:
    """Inhabitants per km² of land on the map; nothing without a map or figures."""
    buurten, gemeenten = stored_areas(store, "buurt"), stored_areas(store, "gemeente")
    if buurten is None:
        return {}
    origin = store.rows("SELECT max(jaar) AS jaar, max(bron) AS bron FROM area_boundaries WHERE niveau = 'buurt'")[0]
    drawn = BoundaryMap(origin["jaar"], origin["bron"], buurten, None, gemeenten)
    density = store.rows(
        "SELECT gebied_code, jaar, bevolkingsdichtheid FROM neighbourhood_profiles WHERE niveau = 'buurt' "
        "AND jaar = (SELECT max(jaar) FROM neighbourhood_profiles)"
    )
    year = density[0]["jaar"] if density else drawn.jaar
    picture = map_picture(
        drawn,
        {row["gebied_code"]: row["bevolkingsdichtheid"] for row in density},
        f"Inwoners per vierkante kilometer, {year}",
        "inwoners per km²",
    )
    return {"kaart": inline_picture(picture, "Bevolkingsdichtheid per buurt")}


def _pyramid(store: Store, settings: Settings) -> dict[str, Any]:
    """Age structure of the municipality with the largest share of people of 65 and older, beside the region."""
    groups = ", ".join(AGE_GROUPS)
    known = " AND ".join(f"{name} IS NOT NULL" for name in AGE_GROUPS)
    rows = store.rows(
        f"SELECT gebied_code, naam, p.jaar, {groups} FROM neighbourhood_profiles p "
        "JOIN areas a USING (gebied_code, jaar) WHERE p.niveau = 'gemeente' AND a.regio_code IS NOT NULL "
        f"AND p.jaar = (SELECT max(jaar) FROM neighbourhood_profiles) AND {known}"
    )
    if not rows:
        return {}
    oldest = max(rows, key=lambda row: _shares(row)[-1])
    picture = pyramid_picture(
        _shares(oldest),
        _shares({name: sum(row[name] for row in rows) for name in AGE_GROUPS}),
        list(AGE_GROUPS.values()),
        f"{oldest['naam']}, de meest vergrijsde gemeente, {oldest['jaar']}",
        left_name=oldest["naam"],
        right_name=settings.regio_naam,
        source="CBS, kerncijfers wijken en buurten",
    )
    return {"leeftijdsopbouw": inline_picture(picture, f"Leeftijdsopbouw van {oldest['naam']}")}


def _shares(row: dict[str, Any]) -> list[float]:
    """Per cent of the inhabitants in each age group."""
    total = sum(row[name] for name in AGE_GROUPS)
    return [100 * row[name] / total for name in AGE_GROUPS]
