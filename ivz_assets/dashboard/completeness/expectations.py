"""Gates on completeness: the triangle adds up to the counts, shares are shares and fall towards now. The engine profiles."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

import ibis
import ibis.expr.types as ir

from ivz_assets.dashboard.completeness.schema import TRIANGLE_LEVELS
from ivz_assets.quality.expectations_gate import Profile
from ivz_assets.quality.suites import between

if TYPE_CHECKING:
    from great_expectations.expectations.expectation import Expectation

TOLERANCE = 0.05
"""So much more complete a newer period may be than the one before it: delay differs by weekday, and so does what occurs."""

_KEYS = {"dim_gebied": "gebied_sleutel", "dim_periode": "periode", "dim_klasse": "klasse_sleutel"}


def share_profiles(shares: ir.Table, dimensions: Mapping[str, ir.Table]) -> dict[str, Profile]:
    """Per kind of period and class what is wrong with its shares, and the keys that no dimension knows."""
    keys = ["periode_soort", "klasse_sleutel"]
    present = shares.filter(shares.aandeel_binnen.notnull())
    before = present.aandeel_binnen.lag().over(group_by=keys, order_by=present.periode_begin)
    steps = present.mutate(stap=(present.aandeel_binnen - before).fill_null(0.0))
    judged = (
        steps.group_by(keys)
        .aggregate(
            laagste=steps.aandeel_binnen.min(),
            hoogste=steps.aandeel_binnen.max(),
            buiten_band=(
                (steps.aandeel_laag > steps.aandeel_binnen)
                | (steps.aandeel_binnen > steps.aandeel_hoog)
                | (steps.aandeel_hoog > 1)
                | (steps.verwacht_laag > steps.verwacht_totaal)
                | (steps.verwacht_totaal > steps.verwacht_hoog)
            ).sum(),
            minder_dan_bekend=(steps.verwacht_laag < steps.aantal_bekend).sum(),
            splitsing=(steps.aandeel_kennisgenomen * steps.aandeel_verwerkt - steps.aandeel_binnen).abs().max(),
            grootste_stijging=steps.stap.max(),
        )
        .order_by(keys)
    )
    told = shares.aggregate(zonder_reden=(shares.aandeel_binnen.isnull() == shares.reden_geen_aandeel.isnull()).sum())
    return {
        "aandelen": Profile(
            judged.to_pandas(), ("periode_soort", "klasse_sleutel"), may_be_empty="te weinig geschiedenis voor een aandeel"
        ),
        "redenen": Profile(told.mutate(tabel=ibis.literal("volledigheid")).to_pandas(), ("tabel",)),
        "sleutels": Profile(_orphans(shares, dimensions).to_pandas(), ("dimensie",)),
    }


def share_suite() -> Mapping[str, list[Expectation]]:
    """The suite over ``share_profiles``."""
    return {
        "aandelen": [
            between("aandeel_positief", "Een aandeel ligt boven nul.", "laagste", low=1e-9),
            between("aandeel_hoogstens_een", "Een aandeel is hoogstens 1.", "hoogste", high=1),
            between("binnen_band", "Aandeel en verwacht totaal liggen binnen hun band.", "buiten_band", low=0, high=0),
            between("niet_onder_bekend", "Er wordt nooit minder verwacht dan bekend is.", "minder_dan_bekend", low=0, high=0),
            between("twee_vertragingen", "De twee vertragingen samen geven het aandeel.", "splitsing", high=1e-9),
            between(
                "nieuwer_is_onvollediger",
                "Een nieuwere periode is niet vollediger dan de vorige van haar soort.",
                "grootste_stijging",
                high=TOLERANCE,
            ),
        ],
        "redenen": [between("reden_gegeven", "Waar geen aandeel is, staat waarom; elders niet.", "zonder_reden", low=0, high=0)],
        "sleutels": [between("sleutels_bekend", "Elke sleutel staat in zijn dimensie.", "zonder_dimensie", low=0, high=0)],
    }


def triangle_profiles(
    triangle: ir.Table,
    daily_counts: ir.Table,
    incidents: ir.Table,
    class_levels: ir.Table,
    dimensions: Mapping[str, ir.Table],
    up_to: date,
) -> dict[str, Profile]:
    """Per week and class the sums of the triangle against the counts by day, and the keys that no dimension knows."""
    per_week = triangle.group_by("periode_begin", "klasse_sleutel").aggregate(
        kennisgenomen=triangle.aantal_kennisgenomen.sum(),
        geregistreerd=triangle.aantal_geregistreerd.sum(),
        tot_dan=triangle.aantal_tot_dan.max(),
    )
    occurred = daily_counts.filter(daily_counts.datumbasis == "voorgevallen").select(
        "datum", "maatschappelijke_klasse", "projectcode", "aantal"
    )
    # A stray row after the last day that a delivery speaks for is counted, but is no part of what can be known by that day
    stray = incidents.filter(incidents.binnen_regio & (incidents.datum_registratie > ibis.literal(up_to)))
    strays = stray.select(
        datum=stray.datum_voorval,
        maatschappelijke_klasse=stray.maatschappelijke_klasse,
        projectcode=stray.projectcode.fill_null(""),
        aantal=ibis.literal(-1, "int32"),
    )
    nullable = {"datum": "date", "maatschappelijke_klasse": "string", "projectcode": "string", "aantal": "int64"}
    counted = ibis.union(occurred.cast(nullable), strays.cast(nullable))
    levels = class_levels.filter(class_levels.klasse_niveau.isin(TRIANGLE_LEVELS))
    joined = counted.join(levels, ["maatschappelijke_klasse", "projectcode"])
    expected = joined.group_by(
        periode_begin=joined.datum.truncate("W").cast("date"), klasse_sleutel=joined.klasse_sleutel
    ).aggregate(bekend=joined.aantal.sum())
    weeks = per_week.select("periode_begin").distinct()
    compared = per_week.outer_join(expected.semi_join(weeks, "periode_begin"), ["periode_begin", "klasse_sleutel"])
    known = compared.bekend.fill_null(0)
    frame = compared.select(
        periode_begin=ibis.coalesce(compared.periode_begin, compared.periode_begin_right),
        klasse_sleutel=ibis.coalesce(compared.klasse_sleutel, compared.klasse_sleutel_right),
        verschil_geregistreerd=compared.geregistreerd.fill_null(0) - known,
        verschil_kennisgenomen=compared.kennisgenomen.fill_null(0) - known,
        verschil_tot_dan=compared.tot_dan.fill_null(0) - known,
    ).order_by("periode_begin", "klasse_sleutel")
    return {
        "sommen": Profile(frame.to_pandas(), ("periode_begin", "klasse_sleutel"), may_be_empty="nog geen hele week geleverd"),
        "sleutels": Profile(_orphans(triangle, dimensions).to_pandas(), ("dimensie",)),
    }


def triangle_suite() -> Mapping[str, list[Expectation]]:
    """The suite over ``triangle_profiles``; a sum is exact."""

    def zero(identifier: str, meaning: str, column: str) -> Expectation:
        return between(identifier, meaning, column, low=0, high=0)

    return {
        "sommen": [
            zero("geregistreerd_telt_op", "Geregistreerd telt op tot wat er van de week bekend is.", "verschil_geregistreerd"),
            zero("kennisgenomen_telt_op", "Kennisgenomen telt op tot wat er van de week bekend is.", "verschil_kennisgenomen"),
            zero("tot_dan_eindigt", "Tot en met de laatste week is wat er van de week bekend is.", "verschil_tot_dan"),
        ],
        "sleutels": [zero("sleutels_bekend", "Elke sleutel staat in zijn dimensie.", "zonder_dimensie")],
    }


def _orphans(facts: ir.Table, dimensions: Mapping[str, ir.Table]) -> ir.Table:
    return ibis.union(
        *[
            facts.select(_KEYS[name])
            .distinct()
            .anti_join(dimension, _KEYS[name])
            .aggregate(zonder_dimensie=ibis._.count())
            .mutate(dimensie=ibis.literal(name))
            for name, dimension in dimensions.items()
        ]
    )
