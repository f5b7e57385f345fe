"""What the assets of interpretation show in the UI: what rules found, the notes that stand and those that do not. No rules."""

from __future__ import annotations

from typing import Any

from ivz_assets.orchestration.metadata import bar_chart, markdown_table
from ivz_assets.warehouse.store import Store

SHOWN = 60


def charts(store: Store) -> dict[str, dict[str, Any]]:
    """Metadata per table."""
    counted = store.rows(
        "SELECT soort::VARCHAR AS soort, code, count(*) AS regels, count(DISTINCT gebied_sleutel) AS gebieden, "
        "count(DISTINCT klasse_sleutel) AS klassen, count(DISTINCT periode) AS perioden FROM dashboard_interpretation "
        "GROUP BY ALL ORDER BY soort, regels DESC, code"
    )
    found = store.rows(
        "SELECT code, coalesce(gebied_sleutel, 'alle') AS gebied, coalesce(klasse_sleutel, 'alle') AS klasse, "
        "coalesce(periode, 'alle') AS periode, tekst FROM dashboard_interpretation WHERE soort = 'regel' "
        f"ORDER BY periode_eind DESC NULLS LAST, code, duiding_id LIMIT {SHOWN}"
    )
    notes = store.rows(
        "SELECT coalesce(gebied_sleutel, 'alle') AS gebied, coalesce(klasse_sleutel, 'alle') AS klasse, "
        "coalesce(periode, 'alle') AS periode, rol, tekst, geldig_tot_en_met FROM dashboard_interpretation "
        f"WHERE soort = 'opmerking' ORDER BY geldig_tot_en_met, duiding_id LIMIT {SHOWN}"
    )
    problems = store.rows(
        f"SELECT blad, rij, kolom, waarde, tekst, wat_te_doen FROM interpretation_problems ORDER BY nummer LIMIT {SHOWN}"
    )
    said = [row for row in counted if row["soort"] != "uitleg"]
    codes = sorted({row["code"] for row in said})
    bars = {
        kind: [sum(row["regels"] for row in said if (row["soort"], row["code"]) == (kind, code)) for code in codes]
        for kind in ("regel", "opmerking")
    }
    return {
        "dashboard_interpretation": {
            "duiding": bar_chart(codes, bars, "Duiding per code: gevonden door een regel, of opgemerkt door een professional"),
            "per_code": markdown_table(counted),
            "gevonden_door_regels": markdown_table(found),
            "opmerkingen": markdown_table(notes),
        },
        "interpretation_problems": {"niet_getoond": markdown_table(problems)},
    }
