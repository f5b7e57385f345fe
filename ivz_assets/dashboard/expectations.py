"""Gates on the dashboard tables: totals in two places agree, every key has its dimension. The engine profiles, GX judges."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import ibis
import ibis.expr.types as ir

from ivz_assets.quality.expectations_gate import Profile
from ivz_assets.quality.suites import between

if TYPE_CHECKING:
    from great_expectations.expectations.expectation import Expectation


def profiles(counts: ir.Table, incidents: ir.Table, dim_gebied: ir.Table, dim_klasse: ir.Table) -> dict[str, Profile]:
    """Per combination of levels the total against the incidents, and the keys that no dimension knows."""
    levels = ["datumbasis", "gebied_niveau", "periode_soort", "klasse_niveau"]
    totals = counts.group_by(levels).aggregate(
        totaal=counts.aantal.sum(),
        gesplitst=counts.aantal_misdrijven.sum() + counts.aantal_incidenten.sum(),
        pogingen_te_veel=(counts.aantal_pogingen > counts.aantal).sum(),
    )
    expected = incidents.filter(incidents.binnen_regio).aggregate(verwacht=ibis._.count())
    compared = totals.cross_join(expected)
    frame = compared.select(
        *levels,
        verschil_met_incidenten=compared.totaal - compared.verwacht,
        verschil_misdrijf_incident=compared.totaal - compared.gesplitst,
        pogingen_te_veel=compared.pogingen_te_veel,
    ).order_by(levels)
    return {
        "totalen": Profile(frame.to_pandas(), tuple(levels)),
        "sleutels": Profile(_orphans(counts, dim_gebied, dim_klasse).to_pandas(), ("dimensie",)),
    }


def suite() -> Mapping[str, list[Expectation]]:
    """The suite over ``profiles``; a total is exact, so the limits are zero and no setting."""
    import great_expectations.expectations as gxe

    def zero(identifier: str, meaning: str, column: str) -> Expectation:
        return between(identifier, meaning, column, low=0, high=0)

    return {
        "totalen": [
            gxe.ExpectTableRowCountToEqual(
                value=72,
                meta={
                    "id": "alle_niveaus",
                    "uitleg": "Elke combinatie van datumbasis, gebied, periode en klasse bestaat.",
                },
            ),
            zero(
                "totalen_gelijk",
                "Elk niveau telt op tot hetzelfde aantal incidenten van de regio.",
                "verschil_met_incidenten",
            ),
            zero("misdrijf_en_incident", "Misdrijven en incidenten zijn samen het aantal.", "verschil_misdrijf_incident"),
            zero("pogingen", "Nooit meer pogingen dan registraties.", "pogingen_te_veel"),
        ],
        "sleutels": [zero("sleutels_bekend", "Elke sleutel staat in zijn dimensie.", "zonder_dimensie")],
    }


def _orphans(counts: ir.Table, dim_gebied: ir.Table, dim_klasse: ir.Table) -> ir.Table:
    found = []
    for name, key, dimension in (
        ("dim_gebied", "gebied_sleutel", dim_gebied),
        ("dim_klasse", "klasse_sleutel", dim_klasse),
    ):
        used = counts.select(key).distinct()
        found.append(used.anti_join(dimension, key).aggregate(zonder_dimensie=ibis._.count()).mutate(dimensie=ibis.literal(name)))
    return ibis.union(*found)
