"""What a careful analyst looks at in the neighbourhood tables: profiles (computed by the engine) and suites (GX)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import ibis
import ibis.expr.types as ir
import pandas as pd

from ivz_assets.neighbourhoods.crosswalk import SUM_TOLERANCE
from ivz_assets.quality.expectations_gate import Profile
from ivz_assets.quality.suites import between
from ivz_assets.settings import Settings

if TYPE_CHECKING:
    from great_expectations.expectations.expectation import Expectation

NO_TABLES = "no CBS table has been fetched yet"
NO_MAP = "there is no map of the neighbourhoods"
NO_EDITIONS = "no edition of the neighbourhoods is known yet"

FEWEST_AREAS, MOST_AREAS = 0.8, 1.25
"""Areas of a year against the year before; a municipality that divides all its neighbourhoods anew stays within it."""

LEAST_GROWTH, MOST_GROWTH = 0.95, 1.05
"""Inhabitants of a municipality against the year before; the fastest growing one of the country grew 4%."""

OTHER_BORDER = 0.02
"""Change of a municipality's surface from which its border moved."""

JUDGED_YEARS = 2
"""Newest years in which growth is judged; what came before was judged when it was new, and does not change."""

ROUNDING = 0.05
"""Difference between a municipality's own inhabitants and those of its neighbourhoods: rounding to 5 and secrecy."""

SEX_ROUNDING = 15
"""Men and women apart are rounded to 5 as well, and so is their sum."""

FEWEST_FILLED = 0.9
"""Share of the areas with inhabitants in a year; CBS keeps only nearly empty neighbourhoods secret."""

MOST_UNKNOWN = 0.02
"""Share of an edition's neighbourhoods of which nobody knows what became of them."""


def indicator_profiles(indicators: ir.Table) -> dict[str, Profile]:
    """Areas and inhabitants per year, and per municipality and year its own figure against its neighbourhoods'."""
    people = indicators.filter((indicators.indicator == "inwoners") & (indicators.waarde_jaar.fill_null(0) == indicators.jaar))
    everywhere = indicators.filter(indicators.indicator == "inwoners")
    years = everywhere.group_by("jaar").aggregate(gebieden=everywhere.count(), aandeel_gevuld=everywhere.waarde.notnull().mean())
    in_order = ibis.window(order_by="jaar")
    years = years.mutate(
        groei_gebieden=(years.gebieden / years.gebieden.lag().over(in_order)).fill_null(1.0),
    ).order_by("jaar")
    own = everywhere.filter(everywhere.niveau == "gemeente").select("jaar", "waarde", gemeente_code=everywhere.gebied_code)
    buurten = people.filter(people.niveau == "buurt")
    summed = buurten.group_by("jaar", gemeente_code=ibis.literal("GM") + buurten.gebied_code.substr(2, 4)).aggregate(
        som=buurten.waarde.sum()
    )
    of_gemeenten = indicators.filter(indicators.niveau == "gemeente")
    of_gemeenten = of_gemeenten.group_by("jaar", gemeente_code=of_gemeenten.gebied_code).aggregate(
        samen=of_gemeenten.waarde.sum(where=of_gemeenten.indicator.isin(["mannen", "vrouwen"])),
        oppervlakte=of_gemeenten.waarde.max(where=of_gemeenten.indicator == "oppervlakte"),
    )
    joined = own.left_join(summed, ["jaar", "gemeente_code"]).left_join(of_gemeenten, ["jaar", "gemeente_code"])
    joined = joined.select("jaar", "gemeente_code", "waarde", "som", "samen", "oppervlakte")
    before = ibis.window(group_by="gemeente_code", order_by="jaar")
    joined = joined.mutate(
        groei=joined.waarde / joined.waarde.lag().over(before),
        jaren_later=joined.jaar - joined.jaar.lag().over(before),
        andere_grens=(joined.oppervlakte / joined.oppervlakte.lag().over(before) - 1).abs() > OTHER_BORDER,
        nieuwste=joined.jaar.max().over(ibis.window()),
    )
    # A gap makes it the growth of several years, and a municipality that took in another is another municipality.
    comparable = (joined.jaar > joined.nieuwste - JUDGED_YEARS) & (joined.jaren_later == 1)
    comparable = comparable & ~joined.andere_grens.fill_null(False)
    frame = joined.select(
        "jaar",
        "gemeente_code",
        groei=ibis.ifelse(comparable, joined.groei, 1.0).fill_null(1.0),
        # Without its own inhabitants a municipality differs entirely from its neighbourhoods.
        buurten_tegen_gemeente=(joined.som / joined.waarde - 1).abs().fill_null(1.0),
        mannen_en_vrouwen=(joined.samen - joined.waarde).abs().fill_null(0.0),
    ).order_by("jaar", "gemeente_code")
    return {
        "jaren": Profile(years.to_pandas(), ("jaar",), may_be_empty=NO_TABLES),
        "gemeenten": Profile(frame.to_pandas(), ("jaar", "gemeente_code"), may_be_empty=NO_TABLES),
    }


def indicator_suite() -> Mapping[str, list[Expectation]]:
    """The suite over ``indicator_profiles``."""
    return {
        "jaren": [
            between(
                "aantal_gebieden",
                "Een jaar heeft ongeveer zoveel gebieden als het jaar ervoor; anders is de tabel niet compleet.",
                "groei_gebieden",
                low=FEWEST_AREAS,
                high=MOST_AREAS,
            ),
            between(
                "inwoners_gevuld",
                "Bijna elk gebied heeft inwoners, elk jaar; leeg is onbekend of geheim.",
                "aandeel_gevuld",
                low=FEWEST_FILLED,
            ),
        ],
        "gemeenten": [
            between(
                "groei_inwoners",
                "Een gemeente groeit of krimpt geen twintigste in een jaar; anders is een kolom verwisseld.",
                "groei",
                low=LEAST_GROWTH,
                high=MOST_GROWTH,
            ),
            between(
                "buurten_tegen_gemeente",
                "De buurten samen hebben ongeveer zoveel inwoners als de gemeente zelf; anders ontbreken er buurten.",
                "buurten_tegen_gemeente",
                high=ROUNDING,
            ),
            between(
                "mannen_en_vrouwen",
                "Mannen en vrouwen zijn samen de inwoners; anders is een kolom verwisseld.",
                "mannen_en_vrouwen",
                high=SEX_ROUNDING,
            ),
        ],
    }


def crosswalk_profiles(crosswalk: ir.Table, areas: ir.Table) -> dict[str, Profile]:
    """Per edition: how far weights are from 1, targets that are not in the newest edition, and what is unknown."""
    newest = areas.filter((areas.jaar == areas.jaar.max()) & (areas.niveau == "buurt")).select(doel=areas.gebied_code)
    joined = crosswalk.left_join(newest, crosswalk.buurt_code == newest.doel)
    bucket = joined.buurt_code.endswith("XXXX")
    per_code = joined.group_by("van_jaar", "van_buurt_code").aggregate(
        som=joined.gewicht.sum(), zonder_doel=(joined.doel.isnull() & ~bucket).any(), onbekend=bucket.any()
    )
    frame = per_code.group_by("van_jaar").aggregate(
        afwijking_som=(per_code.som - 1).abs().max(),
        zonder_doel=per_code.zonder_doel.sum(),
        aandeel_onbekend=per_code.onbekend.mean(),
    )
    return {"indelingen": Profile(frame.order_by("van_jaar").to_pandas(), ("van_jaar",), may_be_empty=NO_EDITIONS)}


def crosswalk_suite() -> Mapping[str, list[Expectation]]:
    """The suite over ``crosswalk_profiles``."""
    return {
        "indelingen": [
            between(
                "gewichten_samen_een",
                "De gewichten van elke oude buurt zijn samen 1: er raakt geen incident zoek en geen telt dubbel.",
                "afwijking_som",
                high=SUM_TOLERANCE,
            ),
            between("doel_bestaat", "Elke omzetting leidt naar een buurt van de nieuwste indeling.", "zonder_doel", high=0),
            between(
                "weinig_onbekend",
                "Van bijna elke oude buurt is bekend waar zij bleef; vul anders buurt_omzetting.csv of de kaarten aan.",
                "aandeel_onbekend",
                high=MOST_UNKNOWN,
            ),
        ]
    }


def boundary_profiles(
    tiling: pd.DataFrame | None, boundaries: ir.Table, areas: ir.Table, *, of_this_edition: bool
) -> dict[str, Profile]:
    """How neighbourhoods fill their municipality, and which neighbourhoods have no border, per municipality.

    Args:
        tiling: output of ``tiling_profile``; None without a map.
        of_this_edition: whether the map is of the newest edition's year. CBS gives figures of a new year before its map, so
            that until then new codes have no border.
    """
    year = areas.jaar.max()
    wanted = areas.filter((areas.jaar == year) & areas.regio_code.notnull() & (areas.niveau == "buurt"))
    drawn = boundaries.select(getekend=boundaries.gebied_code)
    joined = wanted.left_join(drawn, wanted.gebied_code == drawn.getekend)
    missing = joined.group_by("gemeente_code").aggregate(aandeel_zonder_grens=joined.getekend.isnull().mean())
    frame = missing.order_by("gemeente_code").to_pandas()
    empty = pd.DataFrame({"gemeente_code": [], "aandeel_niet_gedekt": [], "aandeel_dubbel": []})
    return {
        "vulling": Profile(empty if tiling is None else tiling, ("gemeente_code",), may_be_empty=NO_MAP),
        "grenzen": Profile(frame if of_this_edition else frame.iloc[:0], ("gemeente_code",), may_be_empty=NO_MAP),
    }


def boundary_suite(settings: Settings) -> Mapping[str, list[Expectation]]:
    """The suite over ``boundary_profiles``."""
    return {
        "vulling": [
            between(
                "buurten_bedekken_gemeente",
                "De buurten bedekken hun gemeente; anders ontbreekt een buurt op de kaart.",
                "aandeel_niet_gedekt",
                high=settings.max_share_not_tiled,
            ),
            between(
                "buurten_overlappen_niet",
                "Geen plek ligt in twee buurten.",
                "aandeel_dubbel",
                high=settings.max_share_not_tiled,
            ),
        ],
        "grenzen": [
            between(
                "buurt_heeft_grens",
                "Bijna elke buurt van de nieuwste indeling staat op de kaart; anders is de kaart van een ander jaar.",
                "aandeel_zonder_grens",
                high=MOST_UNKNOWN,
            )
        ],
    }
