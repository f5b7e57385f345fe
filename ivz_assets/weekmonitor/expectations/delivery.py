"""What is looked at in one delivery before it may stay: how much of it can be read. The incidents are those of ``incidents``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import ibis
import ibis.expr.types as ir

from ivz_assets.quality.expectations_gate import Profile
from ivz_assets.quality.suites import between
from ivz_assets.settings import Settings
from ivz_assets.weekmonitor.expectations.chance import MINIMUM_USUAL, share
from ivz_assets.weekmonitor.rules import hit

if TYPE_CHECKING:
    from great_expectations.expectations.expectation import Expectation


def delivery_profiles(rows: ir.Table, minimum: int) -> dict[str, Profile]:
    """Shares of a delivery's rows that can be read, in one cell per delivery.

    Args:
        rows: the delivery's rows after ``rules.with_rules``.
        minimum: rows that a share must stand for before it counts.
    """
    covered_days = (rows.dekking_tot.delta(rows.dekking_van, unit="day") + 1).max()
    in_cover = rows.datum_registratie.between(rows.dekking_van, rows.dekking_tot).fill_null(False)
    frame = rows.group_by("levering_id").aggregate(
        rijen=rows.count(),
        lege_dagen=ibis.ifelse(
            rows.count() >= MINIMUM_USUAL * covered_days, covered_days - rows.datum_registratie.nunique(where=in_cover), 0
        ),
        aandeel_registratiedatum=1 - share(rows.datum_registratie.isnull(), minimum),
        aandeel_in_dekking=1 - share(~in_cover, minimum),
        aandeel_klasse_bekend=1 - share(hit(rows, "klasse_onbekend", "klasse_ontbreekt"), minimum),
        aandeel_begindatum=1 - share(rows.begindatum.isnull(), minimum),
        aandeel_buurt_herkend=1 - share(~rows.buurt_herkend.fill_null(False), minimum),
        aandeel_afgekeurd=share(rows.afgekeurd, minimum),
    )
    suspicious = rows.filter(rows.afgekeurd).select("levering_id", "rij", regels=rows.redenen)
    return {"levering": Profile(frame.to_pandas(), ("levering_id",), suspicious)}


def delivery_suite(settings: Settings) -> Mapping[str, list[Expectation]]:
    """The suite over ``delivery_profiles``."""
    return {
        "levering": [
            between(
                "geen_lege_dagen",
                "Elke dag die de levering dekt heeft registraties; anders is het bestand afgebroken of te vroeg gemaakt.",
                "lege_dagen",
                high=0,
            ),
            between(
                "registratiedatum_leesbaar",
                "Bijna elke rij heeft een leesbare datum aanmaak registratie; anders is de datumvorm van het bestand veranderd.",
                "aandeel_registratiedatum",
                low=settings.min_share_readable,
            ),
            between(
                "registratie_in_dekking",
                "De registratiedata liggen in de periode die de levering zegt te dekken.",
                "aandeel_in_dekking",
                low=settings.min_share_in_cover,
            ),
            between(
                "klasse_bekend",
                "Bijna elke klasse staat in Bijlage 1A; anders is de codelijst van de politie veranderd.",
                "aandeel_klasse_bekend",
                low=settings.min_share_readable,
            ),
            between(
                "begindatum_leesbaar",
                "Bijna elke rij heeft een begindatum.",
                "aandeel_begindatum",
                low=settings.min_share_readable,
            ),
            between(
                "buurt_herkend",
                "De meeste buurtcodes zijn te herkennen; anders is de kolom verschoven of van een andere indeling.",
                "aandeel_buurt_herkend",
                low=1 - settings.max_share_unknown_delivery,
            ),
            between(
                "aandeel_afgekeurd",
                "Er gaan weinig rijen naar quarantaine.",
                "aandeel_afgekeurd",
                high=settings.max_share_quarantined,
            ),
        ]
    }
