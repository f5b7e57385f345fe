"""What the signals show in the UI: the newest as a table, the strongest with their band. No computation of figures."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

from ivz_assets.orchestration.metadata import inline_picture, markdown_table
from ivz_assets.warehouse.store import Store

SHOWN, DRAWN = 25, 2


def charts(store: Store) -> dict[str, dict[str, Any]]:
    """Metadata per table."""
    tables = {
        f"signalen_{name}": markdown_table(_signals(store, kind))
        for kind, name in (("week", "van_de_week"), ("maand", "van_de_maand"))
    }
    drawn = {}
    for place, series in enumerate(_strongest(store), 1):
        title = f"{series[-1]['klasse_naam']}, {series[-1]['gebied_naam']}: geregistreerd per week en wat te verwachten was"
        drawn[f"sterkste_{place}"] = inline_picture(series_picture(series, title), title)
    families = store.rows(
        "SELECT periode, gebied_niveau, sum(vergelijkingen) AS vergelijkingen, sum(signalen) AS signalen, any_value(q) AS q, "
        "CASE WHEN count(DISTINCT basis) = 1 THEN any_value(basis)::VARCHAR ELSE 'gemengd' END AS basis "
        "FROM dashboard_signal_families WHERE nieuwste GROUP BY ALL ORDER BY periode, gebied_niveau"
    )
    found = store.rows(
        "PIVOT (SELECT verwacht, 'stijging ' || stijging AS stijging, round(kans_gevonden, 3) AS kans "
        "FROM dashboard_signal_power WHERE vergelijkingen = 15 AND spreiding = 1) "
        "ON stijging USING any_value(kans) ORDER BY verwacht"
    )
    return {
        "dashboard_signals": {**tables, **drawn},
        "dashboard_signal_families": {"vergelijkingen_en_signalen": markdown_table(families)},
        "dashboard_signal_power": {"kans_dat_een_stijging_opvalt_bij_15_vergelijkingen": markdown_table(found)},
    }


def series_picture(series: Sequence[Mapping[str, Any]], title: str) -> bytes:
    """One series with its band, as PNG: rows of ``signalen`` of one area and class, oldest first."""
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    figure = Figure(figsize=(9, 3.4), dpi=110, layout="constrained")
    axes = figure.subplots()
    places = range(len(series))
    axes.fill_between(
        places, [row["band_laag"] for row in series], [row["band_hoog"] for row in series],
        color="#a1dab4", alpha=0.6, linewidth=0, label="95% van wat te verwachten is",
    )  # fmt: skip
    axes.plot(places, [row["verwacht"] for row in series], color="#2c7fb8", linestyle="--", linewidth=1.2, label="verwacht")
    axes.plot(places, [row["aantal"] for row in series], color="#222222", marker="o", markersize=4, label="geregistreerd")
    standing_out = [place for place in places if series[place]["signaal"]]
    axes.scatter(
        standing_out, [series[place]["aantal"] for place in standing_out], s=60, color="#d7301f", zorder=3, label="valt op"
    )
    axes.set_xticks(list(places), [row["periode"] for row in series], fontsize=8, rotation=45, ha="right")
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_ylim(bottom=0)
    axes.set_ylabel("registraties", fontsize=8)
    axes.set_title(title, fontsize=10, loc="left")
    axes.spines[["top", "right"]].set_visible(False)
    figure.legend(fontsize=8, frameon=False, ncols=4, loc="outside lower left")
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png")
    return buffer.getvalue()


def _signals(store: Store, kind: str) -> list[dict[str, Any]]:
    return store.rows(
        "SELECT g.gebied_naam AS gebied, s.gebied_niveau AS niveau, k.klasse_naam AS klasse, s.aantal, "
        "round(s.verwacht, 1) AS verwacht, s.band_laag || ' tot ' || s.band_hoog AS band, s.duur, s.zin FROM dashboard_signals s "
        "JOIN dim_gebied g USING (gebied_sleutel) JOIN dim_klasse k USING (klasse_sleutel) "
        "WHERE s.nieuwste AND s.signaal AND s.periode_soort = ? ORDER BY s.kans_gecorrigeerd, s.kans, s.gebied_sleutel, "
        f"s.klasse_sleutel LIMIT {SHOWN}",
        [kind],
    )


def _strongest(store: Store) -> list[list[dict[str, Any]]]:
    """The series that stood out by week last and most, each over the weeks that are kept; a category says what its parts say."""
    keys = store.rows(
        "SELECT gebied_sleutel, klasse_sleutel FROM dashboard_signals WHERE signaal AND periode_soort = 'week' "
        "AND klasse_niveau <> 'categorie' GROUP BY ALL "
        f"ORDER BY max(periode_begin) DESC, min(kans), gebied_sleutel, klasse_sleutel LIMIT {DRAWN}"
    )
    return [
        store.rows(
            "SELECT s.periode, s.aantal, s.verwacht, s.band_laag, s.band_hoog, s.signaal, g.gebied_naam, k.klasse_naam "
            "FROM dashboard_signals s JOIN dim_gebied g USING (gebied_sleutel) JOIN dim_klasse k USING (klasse_sleutel) "
            "WHERE s.periode_soort = 'week' AND s.gebied_sleutel = ? AND s.klasse_sleutel = ? ORDER BY s.periode_begin",
            [key["gebied_sleutel"], key["klasse_sleutel"]],
        )
        for key in keys
    ]
