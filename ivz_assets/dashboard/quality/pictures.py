"""What the assets about quality show in the UI: freshness, and the rejected share per delivery. No computation of figures."""

from __future__ import annotations

from typing import Any

from ivz_assets.orchestration.metadata import bar_chart, markdown_table
from ivz_assets.warehouse.store import Store

NEWEST = 60
"""Deliveries in the chart: a year of weeks and some."""


def charts(store: Store) -> dict[str, dict[str, Any]]:
    """Metadata per table."""
    fresh = store.rows(
        "SELECT bron, gegevens_tot_en_met, laatst_ontvangen_op, verwacht_op, toestand::VARCHAR AS toestand "
        "FROM dashboard_quality ORDER BY bron_soort, bron DESC"
    )
    shares = store.rows(
        "SELECT week, 100 * aandeel_afgekeurd AS procent FROM dashboard_quality_deliveries "
        f"JOIN dim_levering USING (levering_id) WHERE dim_levering.stroom = 'weekmonitor' AND aandeel_afgekeurd IS NOT NULL "
        f"ORDER BY geleverd_op DESC, levering_id DESC LIMIT {NEWEST}"
    )[::-1]
    rules = store.rows(
        "SELECT ernst::VARCHAR AS ernst, regel, betekenis, sum(aantal)::BIGINT AS aantal, count(*) AS leveringen "
        "FROM dashboard_quality_rules GROUP BY ALL ORDER BY aantal DESC, regel LIMIT 40"
    )
    failed = store.rows(
        "SELECT tabel, controle, bevindingen, toelichting FROM dashboard_quality_checks WHERE NOT geslaagd ORDER BY ALL"
    )
    deliveries = store.rows(
        "SELECT stroom::VARCHAR AS stroom, status::VARCHAR AS status, count(*) AS leveringen, sum(rijen)::BIGINT AS rijen, "
        "min(van) AS van, max(tot_en_met) AS tot_en_met FROM dim_levering GROUP BY ALL ORDER BY ALL"
    )
    title = "Afgekeurd deel van elke levering, procent"
    shown: dict[str, dict[str, Any]] = {
        "dim_levering": {"leveringen": markdown_table(deliveries)},
        "dashboard_quality": {"versheid": markdown_table(fresh)},
        "dashboard_quality_rules": {"regels": markdown_table(rules)},
        "dashboard_quality_checks": {"niet_geslaagd": markdown_table(failed)},
        "dashboard_quality_deliveries": {},
    }
    if shares:
        chart = bar_chart([row["week"] for row in shares], {"afgekeurd": [row["procent"] for row in shares]}, title)
        shown["dashboard_quality_deliveries"]["afgekeurd"] = chart
    return shown
