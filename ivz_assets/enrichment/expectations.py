"""What a careful analyst looks at in delivered figures: profiles (computed by the engine) and suites (Great Expectations).

A delivery is judged when it comes in, together with what its supplier delivered before, so that a wrong file stops only
itself. Great Expectations is imported inside the functions: it takes seconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import ibis
import ibis.expr.types as ir

from ivz_assets.quality.expectations_gate import Profile
from ivz_assets.quality.suites import between

if TYPE_CHECKING:
    from great_expectations.expectations.expectation import Expectation

MAX_SHARE_REJECTED = 0.2
"""Share of a delivery's figures that may be rejected; above it the file is another than agreed, and is better sent again."""

MINIMUM_REJECTED = 3
"""Rejected figures below which the share says nothing, unless it is all of them: a small workbook may have a slip of the pen."""

MIN_SHARE_OF_AREAS = 0.5
"""Share of the areas that must have a figure; below it half of a sheet was left out."""

LOWEST_RATIO, HIGHEST_RATIO = 0.33, 3.0
"""How far the median area may differ from the period before; further, and the unit or the column is another."""

MINIMUM_PAIRS = 10
"""Areas with a figure in both periods below which their median says nothing."""

MINIMUM_VALUE = 5
"""Value in the period before from which a ratio is more than chance."""

MAX_YEARS_OLD = 5
"""Years from the end of the newest period to the delivery; older, and the period is mistyped or the figures are of no use."""

_DAYS_PER_YEAR = 365.25


def delivery_profiles(rows: ir.Table, areas: ir.Table, indicators: ir.Table, levering_id: str) -> dict[str, Profile]:
    """A delivery, its indicators beside what the same supplier delivered before, and its periods against those before.

    Args:
        rows: every delivered figure with its status (``transform.with_status``); the delivery counts as loaded.
        areas: areas as they are now: gebied_code, niveau, gemeente_code.
        indicators: indicator, minimum, maximum.
        levering_id: the delivery.
    """
    own = rows.filter(rows.levering_id == levering_id)
    suspicious = own.filter(own.regels.notnull()).select("levering_id", "leverancier", "rij", "regels")
    rejected = own.regels.notnull().sum()
    enough = (rejected >= MINIMUM_REJECTED) | (rejected == own.count())
    delivery = own.group_by("leverancier").aggregate(aandeel_afgekeurd=ibis.ifelse(enough, own.regels.notnull().mean(), 0.0))
    # What the supplier has in force of the indicators of this delivery, under the name that it bears in this one.
    named = own.filter(own.status == "cijfers").select("leverancier_sleutel", "indicator", "leverancier").distinct()
    standing = rows.filter(rows.status == "cijfers").drop("leverancier").join(named, ["leverancier_sleutel", "indicator"])
    return {
        "levering": Profile(delivery.to_pandas(), ("leverancier",), suspicious),
        "indicatoren": Profile(
            _indicators(standing, indicators, standing.levering_id == levering_id).to_pandas(),
            ("leverancier", "indicator"),
            may_be_empty="de levering heeft geen enkel bruikbaar cijfer; daarover gaat de andere verwachting",
        ),
        "gebieden": Profile(
            _coverage(standing, own, areas).to_pandas(),
            ("leverancier", "indicator", "niveau", "periode"),
            may_be_empty="van een maatregel wordt niet elk gebied verwacht",
        ),
        "perioden": Profile(
            _against_before(standing, own).to_pandas(),
            ("leverancier", "indicator", "periode"),
            may_be_empty="er is geen eerdere periode met genoeg cijfers om mee te vergelijken",
        ),
    }


def delivery_suite() -> Mapping[str, list[Expectation]]:
    """The suite over ``delivery_profiles``."""
    return {
        "levering": [
            between(
                "aandeel_afgekeurd",
                "Er worden weinig cijfers afgekeurd; anders is het bestand niet zoals afgesproken.",
                "aandeel_afgekeurd",
                high=MAX_SHARE_REJECTED,
            )
        ],
        "indicatoren": [
            _in_range(),
            between(
                "ouderdom",
                "Het nieuwste cijfer van een indicator is niet oud; anders is de periode verkeerd ingevuld.",
                "ouderdom_jaren",
                high=MAX_YEARS_OLD,
            ),
        ],
        "gebieden": [
            between(
                "aandeel_gebieden",
                "De meeste gebieden van de gemeenten waarover het gaat hebben een cijfer. Van een aantal hoeft niet elk gebied "
                "er te staan: dat wordt vergeleken met de periode ervoor.",
                "aandeel_gebieden",
                low=MIN_SHARE_OF_AREAS,
            )
        ],
        "perioden": [
            between(
                "verhouding",
                "De cijfers lijken op die van dezelfde leverancier over de periode ervoor; anders is de eenheid een andere.",
                "verhouding",
                low=LOWEST_RATIO,
                high=HIGHEST_RATIO,
            )
        ],
    }


def figure_profiles(figures: ir.Table, indicators: ir.Table) -> dict[str, Profile]:
    """The figures in force, per supplier and indicator.

    Args:
        figures: ``schema.MUNICIPAL_ENRICHMENTS``.
        indicators: indicator, minimum, maximum.
    """
    return {
        "cijfers": Profile(
            _indicators(figures, indicators, ibis.literal(True)).to_pandas(),
            ("leverancier", "indicator"),
            may_be_empty="er is nog niets geleverd, of niets ervan geldt",
        )
    }


def figure_suite() -> Mapping[str, list[Expectation]]:
    """The suite over ``figure_profiles``. What is only old does not stop a run: that is told, not gated."""
    return {"cijfers": [_in_range()]}


def _in_range() -> Expectation:
    return between(
        "binnen_bereik",
        "Elke waarde ligt binnen wat de indicator kan zijn; een percentage ligt tussen 0 en 100.",
        "aandeel_buiten_bereik",
        high=0,
    )


def _indicators(figures: ir.Table, indicators: ir.Table, judged: ir.BooleanValue) -> ir.Table:
    """Per supplier and indicator the share of the judged figures that is out of range, and the age of the newest of all."""
    limits = indicators.select("indicator", "minimum", "maximum")
    rows = figures.mutate(beoordeeld=judged).left_join(limits, "indicator")
    low = ibis.ifelse(rows.eenheid == "procent", ibis.greatest(rows.minimum, 0.0), rows.minimum)
    high = ibis.ifelse(rows.eenheid == "procent", ibis.least(rows.maximum, 100.0), rows.maximum)
    outside = ((rows.waarde < low) | (rows.waarde > high)).fill_null(False)
    last = rows.periode_eind.fill_null(rows.geleverd_op.date()).max()
    return rows.group_by(["leverancier", "indicator"]).aggregate(
        aandeel_buiten_bereik=outside.mean(where=rows.beoordeeld),
        ouderdom_jaren=rows.geleverd_op.date().max().delta(last, unit="day") / _DAYS_PER_YEAR,
    )


def _counted(standing: ir.Table) -> ir.Table:
    """Areas with a figure per period, and in the period before it that the supplier has figures of."""
    rows = standing.filter(standing.periode_soort != "looptijd")
    counted = rows.group_by(["leverancier", "indicator", "niveau", "periode", "periode_begin", "eenheid"]).aggregate(
        gebieden=rows.gebied_code.nunique()
    )
    before = ibis.window(group_by=["leverancier", "indicator", "niveau"], order_by="periode_begin")
    return counted.mutate(gebieden_ervoor=counted.gebieden.lag().over(before))


def _coverage(standing: ir.Table, own: ir.Table, areas: ir.Table) -> ir.Table:
    """Share of the areas with a figure, of the periods in the delivery."""
    concerned = standing.mutate(gemeente=ibis.literal("GM") + standing.gebied_code.substr(2, 4))
    municipalities = concerned.select("leverancier", "indicator", "niveau", "gemeente").distinct()
    expected = municipalities.join(areas, [municipalities.niveau == areas.niveau, municipalities.gemeente == areas.gemeente_code])
    expected = expected.group_by(["leverancier", "indicator", "niveau"]).aggregate(verwacht=expected.gebied_code.nunique())
    delivered = own.filter(own.status == "cijfers").select("indicator", "niveau", "periode").distinct()
    found = _counted(standing).join(delivered, ["indicator", "niveau", "periode"])
    found = found.left_join(expected, ["leverancier", "indicator", "niveau"])
    # Of what is rare a supplier may list only the areas that had any, so that their number says nothing.
    listed_all = found.gebieden_ervoor >= MIN_SHARE_OF_AREAS * found.verwacht
    of_a_count = ibis.ifelse(listed_all.fill_null(False), found.gebieden_ervoor, found.gebieden)
    whole = ibis.ifelse(found.eenheid == "aantal", of_a_count, found.verwacht)
    return found.select(
        "leverancier", "indicator", "niveau", "periode",
        aandeel_gebieden=ibis.least(found.gebieden / whole.fill_null(found.gebieden), 1.0),
    )  # fmt: skip


def _against_before(standing: ir.Table, own: ir.Table) -> ir.Table:
    """Median ratio to the period before, over the areas that have both, of the periods in the delivery."""
    rows = standing.filter((standing.periode_soort != "looptijd") & standing.waarde.notnull())
    before = ibis.window(group_by=["leverancier", "indicator", "uitsplitsing", "gebied_code"], order_by="periode_begin")
    compared = rows.mutate(ervoor=rows.waarde.lag().over(before))
    compared = compared.filter(compared.ervoor >= MINIMUM_VALUE)
    ratios = compared.group_by(["leverancier", "indicator", "periode"]).aggregate(
        verhouding=(compared.waarde / compared.ervoor).median(), paren=compared.count()
    )
    delivered = own.filter(own.status == "cijfers").select("indicator", "periode").distinct()
    found = ratios.filter(ratios.paren >= MINIMUM_PAIRS).join(delivered, ["indicator", "periode"])
    return found.select("leverancier", "indicator", "periode", "verhouding")
