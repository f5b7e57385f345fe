"""Gates on the area profile: references are what they say, unknown stays unknown, counts agree with the daily counts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from ivz_assets.dashboard.area_profile.registrations import countable, yearly_counts
from ivz_assets.quality.expectations_gate import Profile
from ivz_assets.quality.suites import between

if TYPE_CHECKING:
    from great_expectations.expectations.expectation import Expectation

NO_CBS = "no CBS table has been fetched yet"
NO_WHOLE_YEAR = "the deliveries do not speak for a whole calendar year yet"


def profiles(profile: ir.Table, inputs: Mapping[str, ir.Table], *, no_registrations: bool) -> dict[str, Profile]:
    """Per kind of figure its references and its unknowns, the keys, and per level the registrations against daily counts.

    Args:
        profile: ``DASHBOARD_AREA_PROFILE``.
        inputs: the tables of ``recompute.INPUTS``.
        no_registrations: whether there is no whole calendar year of registrations yet.
    """
    return {
        "referenties": Profile(_references(profile).to_pandas(), ("kenmerk_soort",), may_be_empty=NO_WHOLE_YEAR),
        "onbekend": Profile(
            _filled_in(profile, inputs["neighbourhood_indicators"]).to_pandas(), ("kenmerk_soort",), may_be_empty=NO_CBS
        ),
        "sleutels": Profile(_orphans(profile, inputs).to_pandas(), ("dimensie",)),
        "registraties": Profile(
            _totals(profile, inputs).to_pandas(),
            ("gebied_niveau", "klasse_niveau", "jaar"),
            may_be_empty=NO_WHOLE_YEAR if no_registrations else None,
        ),
    }


def suite() -> Mapping[str, list[Expectation]]:
    """The suite over ``profiles``."""

    def zero(identifier: str, meaning: str, column: str) -> Expectation:
        return between(identifier, meaning, column, low=0, high=0)

    return {
        "referenties": [
            zero("regio_gelijk", "De referentie van de regio is het eigen cijfer van de regio.", "andere_regio"),
            zero("rang_mogelijk", "De rang is hooguit het aantal vergelijkbare gebieden.", "rang_te_hoog"),
            zero("percentiel_mogelijk", "Een percentiel ligt van 0 tot en met 100.", "percentiel_buiten"),
            zero("onderdrukt_leeg", "Een onderdrukt cijfer heeft geen aantal en geen waarde.", "onderdrukt_getoond"),
        ],
        "onbekend": [
            zero("onbekend_blijft_leeg", "Wat het CBS niet geeft is leeg, nooit nul.", "ingevuld"),
            zero("bekend_blijft_bekend", "Een aantal dat het CBS geeft is hier hetzelfde.", "anders"),
        ],
        "sleutels": [zero("sleutels_bekend", "Elke sleutel staat in zijn dimensie.", "zonder_dimensie")],
        "registraties": [
            zero("tellingen_gelijk", "De registraties van een niveau zijn die van de dagtellingen.", "verschil"),
        ],
    }


def _references(profile: ir.Table) -> ir.Table:
    region = profile.filter(profile.gebied_niveau == "regio")
    region = region.select("jaar", "kenmerk_soort", "kenmerk", eigen_regio=region.waarde)
    joined = profile.left_join(region, ["jaar", "kenmerk_soort", "kenmerk"])
    joined = joined.drop("jaar_right", "kenmerk_soort_right", "kenmerk_right")
    shown = joined.aantal.notnull() | joined.waarde.notnull()
    return joined.group_by(joined.kenmerk_soort.cast(dt.string).name("kenmerk_soort")).aggregate(
        andere_regio=(~joined.waarde_regio.identical_to(joined.eigen_regio)).sum(),
        rang_te_hoog=(joined.rang > joined.vergelijkbare_gebieden).fill_null(False).sum(),
        percentiel_buiten=(~joined.percentiel.between(0, 100)).fill_null(False).sum(),
        onderdrukt_getoond=(joined.onderdrukt & shown).sum(),
    )


def _filled_in(profile: ir.Table, indicators: ir.Table) -> ir.Table:
    """Rows of CBS whose figure differs from the source: one filled in where it is unknown, one changed where it is known."""
    source = indicators.rename(kenmerk="indicator", gebied_sleutel="gebied_code", bij_cbs="waarde")
    source = source.select("gebied_sleutel", "jaar", "kenmerk", "bij_cbs")
    own = profile.filter(profile.kenmerk_soort == "cbs")
    joined = own.join(source, ["gebied_sleutel", "jaar", "kenmerk"])
    there = joined.aantal.notnull() | joined.waarde.notnull()
    return joined.group_by(joined.kenmerk_soort.cast(dt.string).name("kenmerk_soort")).aggregate(
        ingevuld=(joined.bij_cbs.isnull() & there).sum(),
        anders=(joined.aantal != joined.bij_cbs).fill_null(False).sum(),
    )


def _orphans(profile: ir.Table, inputs: Mapping[str, ir.Table]) -> ir.Table:
    classes = profile.filter(profile.kenmerk_soort == "registraties").select(klasse_sleutel=ibis._.kenmerk)
    found = []
    for name, used in (("dim_gebied", profile.select("gebied_sleutel")), ("dim_klasse", classes)):
        unknown = used.distinct().anti_join(inputs[name], used.columns[0])
        found.append(unknown.aggregate(zonder_dimensie=ibis._.count()).mutate(dimensie=ibis.literal(name)))
    return ibis.union(*found)


def _totals(profile: ir.Table, inputs: Mapping[str, ir.Table]) -> ir.Table:
    """Per level of area and class and year what the profile has against the daily counts."""
    own = profile.filter(profile.kenmerk_soort == "registraties")
    levels = inputs["dim_klasse"].select(kenmerk=ibis._.klasse_sleutel, klasse_niveau=ibis._.klasse_niveau.cast(dt.string))
    own = own.join(levels, "kenmerk")
    own = own.mutate(gebied_niveau=own.gebied_niveau.cast(dt.string))
    keys = ["gebied_niveau", "klasse_niveau", "jaar"]
    counted = own.group_by(keys).aggregate(geteld=own.aantal.sum())
    expected = yearly_counts(
        inputs["daily_counts"], inputs["area_levels"], inputs["class_levels"], own.select("jaar").distinct()
    ).rename(kenmerk="klasse_sleutel")
    expected = expected.join(levels, "kenmerk")
    places = countable(inputs["dim_gebied"], inputs["area_levels"])
    places = places.select("gebied_sleutel", gebied_niveau=places.gebied_niveau.cast(dt.string))
    expected = expected.join(places, "gebied_sleutel")
    expected = expected.group_by(keys).aggregate(verwacht=expected.geteld.sum())
    compared = counted.left_join(expected, keys)
    return compared.select(*keys, verschil=(compared.geteld - compared.verwacht.fill_null(0)).abs()).order_by(keys)
