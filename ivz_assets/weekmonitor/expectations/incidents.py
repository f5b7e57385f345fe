"""What is looked at in the incidents: profiles and their suite. How the figures of a week are made is in ``weeks``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING

import ibis
import ibis.expr.types as ir
import pandas as pd

from ivz_assets.quality.expectations_gate import Profile
from ivz_assets.quality.suites import between
from ivz_assets.settings import Settings
from ivz_assets.weekmonitor.expectations.chance import MINIMUM_EXPECTED, MINIMUM_JUMP, MINIMUM_LOCATED, MINIMUM_USUAL
from ivz_assets.weekmonitor.expectations.weeks import against_earlier_years, drops, jumps, per_week

if TYPE_CHECKING:
    from great_expectations.expectations.expectation import Expectation

JUDGED_WEEKS = 26
"""Newest complete registration weeks that are judged; what came before was judged when it was new."""

RECENT_DAYS = 91
"""Days in which every municipality must have had an incident."""


def incident_profiles(
    incidents: ir.Table, covered: ir.Table, gemeenten: ir.Table, today: date, minimum: int
) -> dict[str, Profile]:
    """Profiles of the incidents of the region: per week, per week against earlier years, per subcategory, per municipality.

    Args:
        incidents: ``schema.INCIDENTS``.
        covered: datum: the registration dates for which a delivery speaks.
        gemeenten: gemeente_code of the region.
        today: the current date; a week that is not over is not judged.
        minimum: rows that a share must stand for before it counts.
    """
    rows = incidents.filter(incidents.binnen_regio).mutate(
        week_maandag=incidents.datum_registratie.truncate("W").cast("date"),
        buurt_onbekend=incidents.buurt_code.endswith("XXXX"),
    )
    delivered_until = covered.datum.max().as_scalar().to_pyarrow().as_py() or today
    last_monday = min(today - timedelta(days=today.weekday() + 7), delivered_until - timedelta(days=delivered_until.weekday()))
    first_judged = last_monday - timedelta(weeks=JUDGED_WEEKS - 1)
    weeks = per_week(rows, covered, first_judged, last_monday, minimum)
    return {
        "week": Profile(weeks.to_pandas(), ("week_maandag",), rows),
        "volume": Profile(
            against_earlier_years(rows, covered, first_judged, last_monday).to_pandas(),
            ("week_maandag",),
            rows,
            may_be_empty=f"there is no earlier year with {MINIMUM_EXPECTED} incidents a week to compare with",
        ),
        "subcategorie": Profile(
            jumps(rows, covered, first_judged, last_monday).to_pandas(),
            ("week_maandag", "subcategorie"),
            rows,
            may_be_empty=f"no subcategory has {MINIMUM_JUMP} incidents in a judged week that an earlier year has too",
        ),
        "daling_gemeente": Profile(
            drops(rows, covered, "gemeente_code", first_judged, last_monday).to_pandas(),
            ("week_maandag", "gemeente_code"),
            may_be_empty=f"no municipality usually has {MINIMUM_USUAL} incidents a week",
        ),
        "daling_subcategorie": Profile(
            drops(rows, covered, "subcategorie", first_judged, last_monday).to_pandas(),
            ("week_maandag", "subcategorie"),
            may_be_empty=f"no subcategory usually has {MINIMUM_USUAL} incidents a week",
        ),
        "gemeente": Profile(_gemeenten(rows, gemeenten).to_pandas(), ("gemeente_code",), rows),
        "datum": Profile(_dates(incidents, today).to_pandas(), ("levering_id",), incidents),
    }


def incident_suite(settings: Settings) -> Mapping[str, list[Expectation]]:
    """The suite over ``incident_profiles``."""
    return {
        "week": [
            between(
                "geen_gat_in_registratieweken",
                "Elke dag tussen de eerste en de laatste geleverde dag is door een levering gedekt.",
                "ontbrekende_dagen",
                high=0,
            ),
            between(
                "aandeel_onbekende_buurt",
                "Weinig incidenten zonder bekende buurt; anders zeggen buurtcijfers te weinig.",
                "aandeel_buurt_onbekend",
                high=settings.max_share_unknown_buurt,
            ),
            between(
                "verdeling_dagdeel",
                "Geen dagdeel overheerst; anders zijn tijden op een standaardwaarde gezet.",
                "grootste_aandeel_dagdeel",
                high=settings.max_dagdeel_share,
            ),
        ],
        "volume": [
            between(
                "volume_zelfde_week",
                "Het aantal past bij dezelfde week (en de week ervoor en erna) in eerdere jaren.",
                "verhouding",
                low=settings.volume_low,
                high=settings.volume_high,
            )
        ],
        "subcategorie": [
            between(
                "sprong_in_klasse",
                "Geen subcategorie springt ver boven zijn eigen gemiddelde en dat van dezelfde week in eerdere jaren.",
                "sprong",
                high=settings.class_jump_high,
            )
        ],
        "daling_gemeente": [
            between(
                "gemeente_valt_niet_weg",
                "Geen gemeente valt in een week (bijna) weg; anders ontbreekt een deel van het bestand.",
                "daling",
                low=settings.drop_low,
            )
        ],
        "daling_subcategorie": [
            between(
                "subcategorie_valt_niet_weg",
                "Geen subcategorie valt in een week (bijna) weg; anders is een code veranderd of vergeten.",
                "daling",
                low=settings.drop_low,
            )
        ],
        "plaats": [
            between(
                "xy_in_buurt",
                "Een plaats ligt in de buurt waarin het incident is geregistreerd; anders zijn x en y verwisseld of is de "
                "indeling een andere.",
                "aandeel_in_buurt",
                low=settings.min_share_xy_in_buurt,
            )
        ],
        "gemeente": [between("elke_gemeente_aanwezig", "Elke gemeente heeft recente incidenten.", "recent", low=1)],
        "datum": [
            between("niet_in_toekomst", "Geen registratie of voorval in de toekomst.", "in_toekomst", high=0),
        ],
    }


def place_profile(placed: pd.DataFrame | None) -> Profile:
    """Per municipality the share of located incidents that lie in their own neighbourhood; of few it says nothing.

    Args:
        placed: gemeente_code, binnen; None without a map.
    """
    empty = pd.DataFrame({"gemeente_code": [], "aandeel_in_buurt": []})
    if placed is None:
        return Profile(empty, ("gemeente_code",), may_be_empty="there is no map of the neighbourhoods")
    shares = placed.groupby("gemeente_code")["binnen"].agg(["size", "mean"]).reset_index()
    shares = shares[shares["size"] >= MINIMUM_LOCATED].rename(columns={"mean": "aandeel_in_buurt"})
    frame = shares[["gemeente_code", "aandeel_in_buurt"]] if len(shares) else empty
    return Profile(frame, ("gemeente_code",), may_be_empty="too few incidents have a location")


def _gemeenten(rows: ir.Table, gemeenten: ir.Table) -> ir.Table:
    latest = rows.aggregate(laatste=rows.datum_registratie.max())
    recent = rows.cross_join(latest)
    recent = recent.filter(recent.datum_registratie > recent.laatste - ibis.interval(days=RECENT_DAYS))
    counted = recent.group_by("gemeente_code").aggregate(recent=recent.count())
    joined = gemeenten.left_join(counted, "gemeente_code")
    return joined.select("gemeente_code", recent=joined.recent.fill_null(0))


def _dates(incidents: ir.Table, today: date) -> ir.Table:
    late = (incidents.datum_registratie > today) | (incidents.datum_voorval > today)
    return incidents.group_by("levering_id").aggregate(in_toekomst=late.sum())
