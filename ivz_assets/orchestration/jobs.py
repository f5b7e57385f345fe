"""Jobs, schedule and sensor: what runs together, and when. All on the in-process executor, because a run holds one connection."""

from __future__ import annotations

import dagster as dg

from ivz_assets.orchestration.instance import close_dead_runs
from ivz_assets.orchestration.partitions import weekly_partitions
from ivz_assets.settings import load_settings

_weeks = weekly_partitions(load_settings())

weekly_refresh = dg.define_asset_job(
    "weekly_refresh",
    selection=dg.AssetSelection.all(),
    partitions_def=_weeks,
    description="The whole chain for a week: intake, incidents, dashboard tables, release, with every gate.",
    tags={"chain": "weekly"},
)

intake = dg.define_asset_job(
    "intake",
    selection=dg.AssetSelection.assets("raw_weekmonitor"),
    partitions_def=_weeks,
    description="Takes in the waiting files up to a week, and nothing else: for backfills.",
)

weekly_schedule = dg.build_schedule_from_partitioned_job(
    weekly_refresh,
    name="weekly_refresh_schedule",
    hour_of_day=6,
    minute_of_hour=0,
    day_of_week=1,
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Monday 06:00 in Amsterdam, for the week that has just ended.",
)


@dg.sensor(
    minimum_interval_seconds=60,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Ends runs whose process died, so that they do not block the queue and the Monday run.",
)
def dead_runs_sensor(context: dg.SensorEvaluationContext) -> dg.SkipReason:
    """Asks for no run; Dagster's own monitoring cannot tell whether a local process is still there."""
    closed = close_dead_runs(context.instance, load_settings())
    return dg.SkipReason(f"ended {', '.join(closed)}" if closed else "no dead runs")
