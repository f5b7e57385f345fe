"""The dashboard tables beside the dimensions and counts: which topic makes which table, from what. No computation.

A topic is a folder with the same files: ``schema``, ``transform``, ``expectations``, ``recompute``, ``pictures``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Topic:
    """A topic of the dashboard: its folder, its tables with what they hold, and the tables it is made from.

    Attributes:
        notices: checks that inform and block nothing, made by the function of that name in the topic's ``notices``: the table
            they speak of, and what they ask.
    """

    name: str
    tables: Mapping[str, str]
    deps: tuple[str, ...]
    notices: Mapping[str, tuple[str, str]] = field(default_factory=dict)


_STAR = ("daily_counts", "area_levels", "class_levels", "dim_gebied", "dim_klasse", "dim_periode")

_PROFILE = (
    *("neighbourhood_indicators", "municipal_enrichments", "denominators"),
    *("daily_counts", "area_levels", "class_levels", "dim_gebied", "dim_klasse"),
)

_FIRST = (
    Topic(
        "completeness",
        {
            "dashboard_completeness": "Share of a recent period's incidents that is expected to be in yet, with a band.",
            "dashboard_reporting_triangle": "Per week of occurrence and weeks of delay what was noticed and registered.",
        },
        deps=("incidents", "daily_counts", "class_levels", "dim_klasse", "dim_periode", "dim_gebied"),
    ),
    Topic(
        "figures",
        {
            "dashboard_figures": "Counts and rates per area, period and class, with limits, tested comparisons, rank, caveats.",
        },
        deps=(*_STAR, "drawn_area_counts", "denominators", "dashboard_completeness"),
    ),
    Topic(
        "hot_times",
        {
            "dashboard_hot_times": "Aoristic weight per area, class, weekday and hour.",
            "dashboard_hot_times_coverage": "How many incidents the weights speak for, and how many are left out.",
        },
        deps=(*_STAR, "incidents", "dim_uur"),
    ),
    Topic(
        "hot_spots",
        {
            "dashboard_hot_spots": "Neighbourhoods where high or low rates lie together (Gi*), and since when.",
            "dashboard_hot_spot_grid": "Squares of 500 m with the most registrations, for classes that may carry x/y.",
        },
        deps=(
            *("dim_gebied", "dim_klasse", "dim_periode", "daily_counts", "class_levels", "denominators", "area_neighbours"),
            *("incidents", "incident_locations"),
        ),
    ),
    Topic(
        "signals",
        {
            "dashboard_signals": "What stands out this week and month per area and class, with expectation, band and sentence.",
            "dashboard_signal_families": "How many comparisons were made and how many stand out, per family.",
            "dashboard_signal_power": "Chance that a rise is found, by expected count and rise.",
        },
        deps=_STAR,
    ),
    Topic(
        "area_profile",
        {"dashboard_area_profile": "Indicators and figures per area and year beside the region and similar areas."},
        deps=_PROFILE,
    ),
    Topic(
        "theme_tables",
        {
            "dim_thema": "Themes: what they count, how low they are shown, who owns them and who may see them.",
            "theme_indicators": "Per theme its own figures: registrations, CBS, municipalities and partners.",
        },
        deps=_PROFILE,
    ),
    Topic(
        "reconciliation",
        {"dashboard_reconciliation": "Our crimes beside the open figures of the police, with a band and a verdict."},
        deps=("daily_counts", "area_levels", "dim_gebied", "dim_periode", "open_police_tables", "open_police_counts"),
        notices={"deviations": ("dashboard_reconciliation", "Our crimes agree with the open figures of the police.")},
    ),
    Topic(
        "interpretation",
        {
            "dashboard_interpretation": "Caveats made by rule and notes by professionals, with what they speak of.",
            "interpretation_problems": "Notes that could not be shown, with the cell and what to do.",
        },
        deps=(*_STAR, "incidents", "area_crosswalk", "dashboard_completeness", "delivery_accounts", "rule_counts"),
    ),
)

_QUALITY = Topic(
    "quality",
    {
        "dim_levering": "Deliveries of both streams, with what became of their rows.",
        "dashboard_quality": "Per source up to which day it goes, and whether it is up to date.",
        "dashboard_quality_deliveries": "Per delivery the rows, what became of them, and by whose decision.",
        "dashboard_quality_rules": "Per delivery and rule how many rows the rule touched.",
        "dashboard_quality_checks": "Per table what its gates found of the newest version.",
    },
    deps=(
        *("delivery_accounts", "rule_counts", "enrichment_accounts", "enrichment_rule_counts", "cbs_tables", "area_boundaries"),
        *("municipal_enrichments", "open_police_tables", "dashboard_incident_counts"),
        *(name for topic in _FIRST for name in topic.tables),
    ),
)
"""Comes last: it tells of every other table's gates."""

TOPICS: tuple[Topic, ...] = (*_FIRST, _QUALITY)
