"""Gates on the hot spots: what the tables say follows from the counts and from themselves. The engine profiles, GX judges."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from ivz_assets.dashboard.hot_spots.neighbourhoods import COLD_FROM, LEVEL
from ivz_assets.dashboard.hot_spots.squares import MINIMUM
from ivz_assets.dashboard.hot_spots.transform import BASIS, SQUARE
from ivz_assets.dashboard.hot_spots.windows import KIND
from ivz_assets.quality.expectations_gate import Profile
from ivz_assets.quality.suites import between
from ivz_assets.settings import Settings

if TYPE_CHECKING:
    from great_expectations.expectations.expectation import Expectation

TOO_SHORT = "there are no twelve closed months yet"
NO_PLACES = "no class with x/y was registered in twelve closed months"
_MAP = ["periode", "klasse_sleutel"]


def totals(daily: ir.Table, levels: ir.Table, periods: ir.Table) -> ir.Table:
    """What the daily counts say per period of twelve months and class key: periode, klasse_sleutel, verwacht."""
    per_day = daily.filter(daily.datumbasis.cast(dt.string) == BASIS)
    per_day = per_day.group_by("datum", "maatschappelijke_klasse", "projectcode").aggregate(aantal=per_day.aantal.sum())
    by_key = per_day.join(levels, ["maatschappelijke_klasse", "projectcode"])
    by_key = by_key.group_by("datum", "klasse_sleutel").aggregate(aantal=by_key.aantal.sum())
    spans = periods.filter(periods.periode_soort.cast(dt.string) == KIND).select("periode", "periode_begin", "periode_eind")
    within = by_key.join(spans, [by_key.datum >= spans.periode_begin, by_key.datum <= spans.periode_eind])
    return within.group_by("periode", "klasse_sleutel").aggregate(verwacht=within.aantal.sum())


def profiles(
    spots: ir.Table, expected: ir.Table, dim_klasse: ir.Table, dim_periode: ir.Table, dim_gebied: ir.Table
) -> dict[str, Profile]:
    """Per map its total, its verdicts and its years against what they follow from; and keys that no dimension knows.

    Args:
        spots: ``DASHBOARD_HOT_SPOTS``.
        expected: output of ``totals``.
        dim_klasse: ``DIM_KLASSE``; the other dimensions likewise.
    """
    rows = _texts(spots)
    tested, striking = rows.p_waarde.notnull(), rows.oordeel.isin(["heet", "koud"])
    of_hot, of_cold = rows.oordeel.isin(["heet", "naast heet"]), rows.oordeel.isin(["koud", "naast koud"])
    own_high = rows.cijfer_afgevlakt.fill_null(0.0) > rows.cijfer_regio.fill_null(0.0)
    own_low = rows.cijfer_afgevlakt.fill_null(0.0) < rows.cijfer_regio.fill_null(0.0)
    earlier = ibis.window(group_by=["klasse_sleutel", "gebied_sleutel"], order_by="periode_begin", preceding=(None, 1))
    hot, score = rows.oordeel == "heet", rows.gi_z.fill_null(0.0)
    on_map = rows.aantal.sum(where=tested).over(ibis.window(group_by=_MAP))
    notable = (score > 0) | ((score < 0) & (on_map >= COLD_FROM * rows.getoetst))
    should = tested & (rows.q_waarde.fill_null(1.0) <= LEVEL) & notable
    rows = rows.mutate(
        getest=tested,
        p_fout=tested & ~((rows.p_waarde > 0) & (rows.p_waarde <= 1) & (rows.q_waarde.fill_null(-1.0) >= rows.p_waarde)),
        oordeel_fout=((of_hot | of_cold) != should) | (of_hot & (score <= 0)) | (of_cold & (score >= 0)),
        zelf_fout=(of_hot & (hot != (own_high & (rows.aantal > 0)))) | (of_cold & ((rows.oordeel == "koud") != own_low)),
        uitspraak_fout=((rows.oordeel == "geen uitspraak") == tested) | (rows.reden.isnull() != tested),
        heet=hot.cast(dt.int32),
        eerder=hot.cast(dt.int32).max().over(earlier).fill_null(0),
        eerder_beoordeeld=tested.cast(dt.int32).max().over(earlier).fill_null(0),
        opvallend_zelf=striking,
    )
    words = rows.ontwikkeling.fill_null("")
    said = ibis.cases(
        (~rows.getest, words == ""),
        ((rows.heet == 1) & (rows.eerder == 1), words.isin(["aanhoudend", "afnemend", "terugkerend"])),
        ((rows.heet == 1) & (rows.eerder_beoordeeld == 1), words == "nieuw"),
        (rows.heet == 1, words == "geen geschiedenis"),
        (rows.eerder == 1, words == "voormalig"),
        else_=words == "geen",
    )
    rows = rows.mutate(ontwikkeling_fout=~said)
    maps = rows.group_by(_MAP).aggregate(
        totaal=rows.aantal.sum(),
        p_buiten_grenzen=rows.p_fout.sum(),
        oordeel_niet_volgens_q=rows.oordeel_fout.sum(),
        oordeel_niet_van_zichzelf=rows.zelf_fout.sum(),
        uitspraak_zonder_toets=rows.uitspraak_fout.sum(),
        ontwikkeling_onjuist=rows.ontwikkeling_fout.sum(),
        getoetst_onjuist=(rows.getoetst.max() - rows.getest.sum()).abs()
        + (rows.getoetst.max() - rows.getoetst.min())
        + (rows.opvallend.max() - rows.opvallend_zelf.sum()).abs()
        + (rows.opvallend.max() - rows.opvallend.min()),
    )
    frame = _with_difference(maps, expected).order_by(_MAP).to_pandas()
    return {
        "kaarten": Profile(frame, tuple(_MAP), may_be_empty=TOO_SHORT),
        "sleutels": _orphans(
            rows,
            {
                "dim_klasse": ("klasse_sleutel", dim_klasse),
                "dim_periode": ("periode", dim_periode),
                "dim_gebied": ("gebied_sleutel", dim_gebied),
            },
        ),
    }


def suite() -> Mapping[str, list[Expectation]]:
    """The suite over ``profiles``; what follows from something else follows exactly, so the limits are zero and no setting."""
    return {
        "kaarten": [
            _zero("aantallen_gelijk", "Elke kaart telt op tot het aantal van de dagcijfers.", "verschil"),
            _zero("p_geldig", "p ligt boven 0 en hooguit op 1, en q ligt nooit onder p.", "p_buiten_grenzen"),
            _zero(
                "oordeel_volgt_q",
                f"Heet, koud of daarnaast is wie q hooguit {LEVEL:g} heeft, koud niet op dunne kaarten.",
                "oordeel_niet_volgens_q",
            ),
            _zero(
                "oordeel_van_zichzelf",
                "Heet is alleen wie zelf boven de regio ligt, en koud wie er zelf onder ligt; een ander ligt daarnaast.",
                "oordeel_niet_van_zichzelf",
            ),
            _zero("uitspraak_getoetst", "Er is een uitspraak waar getoetst is, en anders een reden.", "uitspraak_zonder_toets"),
            _zero(
                "ontwikkeling_volgt",
                "De ontwikkeling volgt uit de oordelen van deze en eerdere perioden.",
                "ontwikkeling_onjuist",
            ),
            _zero("getoetst_geteld", "Hoeveel er getoetst en opvallend zijn, is geteld op de kaart zelf.", "getoetst_onjuist"),
        ],
        "sleutels": [_zero("sleutels_bekend", "Elke sleutel staat in zijn dimensie.", "zonder_dimensie")],
    }


def grid_profiles(
    grid: ir.Table, expected: ir.Table, dim_klasse: ir.Table, dim_periode: ir.Table, settings: Settings
) -> dict[str, Profile]:
    """Per map its total, squares that are too small or say more than their middle, and their extent; and unknown keys.

    Args:
        grid: ``DASHBOARD_HOT_SPOT_GRID``.
        expected: output of ``totals``.
        dim_klasse: ``DIM_KLASSE``; ``dim_periode`` likewise.
        settings: the rectangle of the region.
    """
    rows = _texts(grid)
    square = rows.soort == "vlak"
    off_middle = ((rows.midden_rd_x % SQUARE) != SQUARE / 2) | ((rows.midden_rd_y % SQUARE) != SQUARE / 2)
    half = SQUARE / 2
    in_width = rows.midden_rd_x.between(settings.rd_x_min - half, settings.rd_x_max + half)
    in_height = rows.midden_rd_y.between(settings.rd_y_min - half, settings.rd_y_max + half)
    placed = rows.midden_rd_x.notnull() | rows.midden_lengtegraad.notnull()
    rows = rows.mutate(
        te_klein=square & (rows.aantal < MINIMUM),
        geen_midden=(square & off_middle.fill_null(True)) | (~square & placed),
        buiten=(square & ~(in_width & in_height)).fill_null(False),
    )
    maps = rows.group_by(_MAP).aggregate(
        totaal=rows.aantal.sum(),
        kleine_vlakken=rows.te_klein.sum(),
        niet_het_midden=rows.geen_midden.sum(),
        buiten_de_regio=rows.buiten.sum(),
    )
    return {
        "kaarten": Profile(_with_difference(maps, expected).order_by(_MAP).to_pandas(), tuple(_MAP), may_be_empty=NO_PLACES),
        "sleutels": _orphans(rows, {"dim_klasse": ("klasse_sleutel", dim_klasse), "dim_periode": ("periode", dim_periode)}),
    }


def grid_suite() -> Mapping[str, list[Expectation]]:
    """The suite over ``grid_profiles``."""
    return {
        "kaarten": [
            _zero(
                "vlakken_tellen_op", "Vlakken, verborgen en zonder plaats zijn samen het aantal van de dagcijfers.", "verschil"
            ),
            _zero("kleine_vlakken_verborgen", f"Geen vlak met minder dan {MINIMUM} registraties is te zien.", "kleine_vlakken"),
            _zero("alleen_het_midden", "Een plaats is het midden van een vlak, nooit die van een voorval.", "niet_het_midden"),
            _zero("binnen_de_regio", "Elk vlak ligt (op de rand na) in de rechthoek van de regio.", "buiten_de_regio"),
        ],
        "sleutels": [_zero("sleutels_bekend", "Elke sleutel staat in zijn dimensie.", "zonder_dimensie")],
    }


def _zero(identifier: str, meaning: str, column: str) -> Expectation:
    return between(identifier, meaning, column, low=0, high=0)


def _texts(table: ir.Table) -> ir.Table:
    """The table with its ENUM columns as plain texts, which compare with any text."""
    return table.cast({name: dt.string for name, kind in table.schema().items() if isinstance(kind, dt.String)})


def _with_difference(maps: ir.Table, expected: ir.Table) -> ir.Table:
    joined = maps.left_join(expected, _MAP)
    return joined.mutate(verschil=joined.totaal - joined.verwacht.fill_null(0)).drop(
        "verwacht", "totaal", "periode_right", "klasse_sleutel_right"
    )


def _orphans(rows: ir.Table, keys: Mapping[str, tuple[str, ir.Table]]) -> Profile:
    found = [
        rows.select(key)
        .distinct()
        .anti_join(dimension, key)
        .aggregate(zonder_dimensie=ibis._.count())
        .mutate(dimensie=ibis.literal(name))
        for name, (key, dimension) in keys.items()
    ]
    return Profile(ibis.union(*found).to_pandas(), ("dimensie",))
