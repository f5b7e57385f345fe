"""The weeks: one partition per ISO week that a delivery can report on, Monday to Sunday in Amsterdam time."""

from __future__ import annotations

from datetime import date, timedelta

from dagster import WeeklyPartitionsDefinition

from ivz_assets.settings import TIMEZONE, Settings


def weekly_partitions(settings: Settings) -> WeeklyPartitionsDefinition:
    """Weeks from the start of the history; up to the simulated date when one is set, else to the last closed week."""
    return WeeklyPartitionsDefinition(
        start_date=monday(settings.first_date).isoformat(),
        end_date=monday(settings.today).isoformat() if settings.today else None,
        day_offset=1,
        timezone=TIMEZONE,
    )


def monday(day: date) -> date:
    """Monday of the ISO week of a day."""
    return day - timedelta(days=day.weekday())


def last_closed_week(today: date) -> date:
    """Monday of the last week that was over at the beginning of ``today``; the partition of a weekly refresh."""
    return monday(today) - timedelta(weeks=1)
