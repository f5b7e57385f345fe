"""Gates on the reconciliation: our side is what the daily counts say, keys are known, bands and verdicts agree with each other.

A deviation between the two sources is information and no gate: see ``notices``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import ibis
import ibis.expr.types as ir

from ivz_assets.dashboard.reconciliation.mapping import groups
from ivz_assets.dashboard.reconciliation.schema import NIET_TE_VERGELIJKEN, SLUIT_AAN, WIJKT_AF
from ivz_assets.quality.expectations_gate import Profile
from ivz_assets.quality.suites import between

if TYPE_CHECKING:
    from great_expectations.expectations.expectation import Expectation

NO_OPEN_TABLE = "there is no open table of the police, or none of a period that was delivered"


def profiles(
    found: ir.Table, daily: ir.Table, classes: ir.Table, dim_gebied: ir.Table, dim_periode: ir.Table
) -> dict[str, Profile]:
    """Totals against the daily counts, keys without a dimension, and bands and verdicts that contradict each other.

    Args:
        found: ``dashboard_reconciliation``.
        daily: ``daily_counts``.
        classes: maatschappelijke_klasse and the politie_code it is counted in.
        dim_gebied: areas.
        dim_periode: periods.
    """
    return {
        "totalen": Profile(
            _totals(found, daily, classes, dim_periode).to_pandas(), ("gebied_niveau", "politie_code"), may_be_empty=NO_OPEN_TABLE
        ),
        "sleutels": Profile(_orphans(found, dim_gebied, dim_periode).to_pandas(), ("dimensie",)),
        "banden": Profile(_bands(found).to_pandas(), ("gebied_niveau", "aansluitbaar"), may_be_empty=NO_OPEN_TABLE),
        "oordelen": Profile(_verdicts(found).to_pandas(), ("oordeel",), may_be_empty=NO_OPEN_TABLE),
    }


def suite() -> Mapping[str, list[Expectation]]:
    """The suite over ``profiles``; all of it is exact, so the limits are zero and no setting."""

    def zero(identifier: str, meaning: str, column: str) -> Expectation:
        return between(identifier, meaning, column, low=0, high=0)

    return {
        "totalen": [
            zero("totalen_gelijk", "Onze aantallen tellen op tot de misdrijven van de dagtellingen.", "verschil_met_dagen")
        ],
        "sleutels": [zero("sleutels_bekend", "Elk gebied, elke periode en elke soort misdrijf is bekend.", "onbekend")],
        "banden": [zero("band_om_eigen_aantal", "Ons eigen aantal ligt in de band; die loopt van laag naar hoog.", "fouten")],
        "oordelen": [zero("oordeel_volgt", "Het oordeel en de reden volgen uit de aantallen en de band.", "fouten")],
    }


def _totals(found: ir.Table, daily: ir.Table, classes: ir.Table, dim_periode: ir.Table) -> ir.Table:
    """Per level and group the months of the table against those of the daily counts, and its years; another way about."""
    table = found.group_by("gebied_niveau", "politie_code").aggregate(ons=found.aantal_weekmonitor.sum())
    used = found.select("periode").distinct().join(dim_periode.select("periode", "periode_begin", "periode_soort"), "periode")
    crimes = daily.filter(daily.datumbasis == "geregistreerd").join(classes, "maatschappelijke_klasse")
    per_day = crimes.group_by("politie_code", "datum").aggregate(
        regio=crimes.aantal_misdrijven.sum(),
        gemeente=crimes.aantal_misdrijven.sum(where=crimes.buurt_code.substr(2, 4) != "XXXX").fill_null(0),
    )
    per_kind = [
        per_day.select(
            "politie_code", "regio", "gemeente", periode_begin=per_day.datum.truncate(unit), periode_soort=ibis.literal(kind)
        )
        for kind, unit in (("maand", "M"), ("jaar", "Y"))
    ]
    spread = ibis.union(*per_kind)
    begins = used.select("periode_begin", periode_soort=used.periode_soort.cast("string"))
    summed = spread.join(begins, ["periode_begin", "periode_soort"]).group_by("politie_code")
    sums = summed.aggregate(regio=ibis._.regio.sum(), gemeente=ibis._.gemeente.sum())
    joined = table.left_join(sums, "politie_code")
    expected = ibis.ifelse(joined.gebied_niveau == "regio", joined.regio, joined.gemeente).fill_null(0)
    return joined.select("gebied_niveau", "politie_code", verschil_met_dagen=(joined.ons - expected).cast("float64")).order_by(
        "gebied_niveau", "politie_code"
    )


def _orphans(found: ir.Table, dim_gebied: ir.Table, dim_periode: ir.Table) -> ir.Table:
    known = [group.politie_code for group in groups()]
    without = {
        "dim_gebied": found.select("gebied_sleutel").distinct().anti_join(dim_gebied, "gebied_sleutel"),
        "dim_periode": found.select("periode").distinct().anti_join(dim_periode, "periode"),
        "mk_to_politie_open": found.filter(~found.politie_code.isin(known)).select("politie_code").distinct(),
    }
    counted = [rows.aggregate(onbekend=ibis._.count()).mutate(dimensie=ibis.literal(name)) for name, rows in without.items()]
    return ibis.union(*counted)


def _bands(found: ir.Table) -> ir.Table:
    wrong = (found.band_laag > found.aantal_weekmonitor) | (found.band_hoog < found.aantal_weekmonitor)
    return found.group_by("gebied_niveau", "aansluitbaar").aggregate(fouten=wrong.sum()).order_by("gebied_niveau", "aansluitbaar")


def _verdicts(found: ir.Table) -> ir.Table:
    given = found.aantal_open.notnull()
    within = (found.aantal_open >= found.band_laag) & (found.aantal_open <= found.band_hoog)
    right = ibis.cases(
        (found.oordeel == SLUIT_AAN, given & found.reden.isnull() & within),
        (found.oordeel == WIJKT_AF, given & found.reden.isnull() & ~within),
        (found.oordeel == NIET_TE_VERGELIJKEN, found.reden.notnull()),
        else_=False,
    ).fill_null(False)
    right = right & (found.verschil.isnull() == found.aantal_open.isnull())
    right = right & (found.verschil.fill_null(0) == (found.aantal_weekmonitor - found.aantal_open).fill_null(0))
    return found.group_by("oordeel").aggregate(fouten=(~right).sum()).order_by("oordeel")
