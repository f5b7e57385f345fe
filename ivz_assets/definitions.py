"""The code location: everything Dagster knows of this project, on one page."""

import dagster as dg

from ivz_assets.dashboard.assets import dashboard_stage, topic_stages
from ivz_assets.enrichment.assets import enrichment_stage, enrichment_workbooks, raw_enrichments
from ivz_assets.neighbourhoods.assets import boundary_maps, cbs_statline, cbs_tables, neighbourhoods_stage
from ivz_assets.open_police.assets import open_police_stage, police_open_data
from ivz_assets.orchestration.instance import terminal_logger
from ivz_assets.orchestration.jobs import dead_runs_sensor, intake, weekly_refresh, weekly_schedule
from ivz_assets.publication.assets import published_release, theme_releases
from ivz_assets.warehouse.resource import WarehouseResource
from ivz_assets.weekmonitor.assets import raw_weekmonitor, weekmonitor_stage, weekmonitor_workbooks

defs = dg.Definitions(
    assets=[
        *(cbs_statline, boundary_maps, cbs_tables, neighbourhoods_stage),
        *(enrichment_workbooks, raw_enrichments, enrichment_stage),
        *(weekmonitor_workbooks, raw_weekmonitor, weekmonitor_stage),
        *(police_open_data, open_police_stage),
        *(dashboard_stage, *topic_stages, published_release, theme_releases),
    ],
    jobs=[weekly_refresh, intake],
    schedules=[weekly_schedule],
    sensors=[dead_runs_sensor],
    resources={"warehouse": WarehouseResource()},
    executor=dg.in_process_executor,
    loggers={"console": dg.colored_console_logger, "terminal": terminal_logger},
)
