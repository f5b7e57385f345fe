"""Gates on the hot times: weights are what was counted, and counted and left out are what was registered. GX judges."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from ivz_assets.dashboard.hot_times.periods import YEARS
from ivz_assets.dashboard.hot_times.transform import Levels
from ivz_assets.quality.expectations_gate import Profile
from ivz_assets.quality.suites import between

if TYPE_CHECKING:
    from great_expectations.expectations.expectation import Expectation

NOTHING_COUNTED = "no incident of the region could be placed in the week"
NOTHING_REGISTERED = "no incident of the region has been registered"

ROUNDING = 1e-9
"""Share by which the weights of a group may differ from its incidents: the rounding of a sum of floating-point numbers."""

ALWAYS_ONCE = {
    "gebied_niveau": ("buurt", "wijk", "gemeente", "regio"),
    "klasse_niveau": ("klasse", "subcategorie", "categorie", "totaal"),
}
"""Levels on which every incident of the region counts exactly once; it may lie in no basisteam or theme, and in several areas
that the region defined itself."""

_GROUP = ["gebied_sleutel", "periode", "seizoen", "klasse_sleutel"]
_LEVELS = ["periode_soort", "gebied_niveau", "klasse_niveau"]


def weight_profiles(weights: ir.Table, coverage: ir.Table, dimensions: Mapping[str, ir.Table]) -> dict[str, Profile]:
    """Per combination of levels the largest difference between weights and counted incidents, and keys without a dimension.

    Args:
        dimensions: dim_gebied, dim_klasse, dim_periode and dim_uur under ``gebied``, ``klasse``, ``periode`` and ``uur``.
    """
    weighed = weights.group_by(**{f"g_{name}": weights[name] for name in _GROUP}).aggregate(
        gewicht=weights.gewicht.sum(),
        kleinste=weights.gewicht.min(),
        uren=weights.count(),
        ja_seizoen=weights.voldoende.sum(),
        ja_periode=weights.voldoende_periode.sum(),
    )
    joined = coverage.outer_join(weighed, [(name, f"g_{name}") for name in _GROUP])
    expected = joined.aantal_meegeteld.fill_null(0)
    # Every hour says what its coverage says: all of them yes, or all of them no.
    other = [
        joined[hours] != ibis.ifelse(joined[column], joined.uren, 0)
        for hours, column in (("ja_seizoen", "voldoende"), ("ja_periode", "voldoende_periode"))
    ]
    joined = joined.mutate(
        afwijking=(joined.gewicht.fill_null(0.0) - expected).abs() / ibis.greatest(expected, 1),
        ander_oordeel=(other[0] | other[1]).fill_null(False),
    )
    unknown = ibis.literal("zonder dekking")
    frame = joined.group_by([ibis.coalesce(joined[name].cast(dt.string), unknown).name(name) for name in _LEVELS]).aggregate(
        grootste_afwijking=joined.afwijking.max(),
        kleinste_gewicht=joined.kleinste.min().fill_null(1.0),
        ander_oordeel=joined.ander_oordeel.sum(),
    )
    keys = {"gebied": "gebied_sleutel", "klasse": "klasse_sleutel", "periode": "periode", "uur": "uur"}
    return {
        "gewichten": Profile(frame.order_by(_LEVELS).to_pandas(), tuple(_LEVELS), may_be_empty=NOTHING_COUNTED),
        "sleutels": Profile(_orphans(weights, dimensions, keys).to_pandas(), ("dimensie",)),
    }


def weight_suite() -> Mapping[str, list[Expectation]]:
    """The suite over ``weight_profiles``; the limits are exact and no setting."""
    return {
        "gewichten": [
            between(
                "gewichten_zijn_aantallen",
                "De gewichten van een week zijn samen het aantal meegetelde registraties.",
                "grootste_afwijking",
                high=ROUNDING,
            ),
            between(
                "geen_lege_uren",
                "Een uur dat er staat heeft gewicht: minstens een minuut van een week.",
                "kleinste_gewicht",
                low=1 / 10_080 * (1 - ROUNDING),
            ),
            _zero("oordeel_gelijk", "Of er genoeg is meegeteld, staat overal gelijk.", "ander_oordeel"),
        ],
        "sleutels": [_zero("sleutels_bekend", "Elke sleutel staat in zijn dimensie.", "zonder_dimensie")],
    }


def coverage_profiles(
    coverage: ir.Table, daily_counts: ir.Table, levels: Levels, dimensions: Mapping[str, ir.Table]
) -> dict[str, Profile]:
    """Per combination of levels and year or twelve months the incidents against the daily counts, and keys without a dimension.

    What is expected comes from the days on which incidents happened. Every incident of a year that is shown is expected once in
    it and on each of ``ALWAYS_ONCE``, whatever the levels say, so that what no level knows is missed; on the others as often as
    they say.
    """
    happened = daily_counts.filter(daily_counts.datumbasis == "voorgevallen")
    monthly = happened.group_by(
        buurt_code=happened.buurt_code.cast(dt.string),
        maatschappelijke_klasse=happened.maatschappelijke_klasse.cast(dt.string),
        projectcode=happened.projectcode.cast(dt.string),
        maand=(happened.datum.year() * 12 + happened.datum.month() - 1).cast(dt.int32),
    ).aggregate(aantal=happened.aantal.sum().cast(dt.int64))
    months = levels.months
    rolling = months.filter(months.periode_soort == "12 maanden").select("maand", "periode_soort", "periode")
    newest = (months.maand // 12).max().as_scalar()
    # Years that began before the first delivered day are not shown; of those from the oldest that is, none may be missing.
    oldest = months.filter(months.periode_soort == "jaar").maand.min().as_scalar()
    years = monthly.filter((monthly.maand // 12 > newest - YEARS) & (monthly.maand >= oldest)).select("maand").distinct()
    years = years.mutate(periode_soort=ibis.literal("jaar"), periode=(years.maand // 12).cast(dt.string))
    spans = _nullable(years).union(_nullable(rolling))
    areas = _multiplicity(monthly, levels.areas, ["buurt_code"], "gebied_niveau")
    classes = _multiplicity(monthly, levels.classes, ["maatschappelijke_klasse", "projectcode"], "klasse_niveau")
    per_area = monthly.join(spans, "maand").join(areas, "buurt_code")
    per_area = per_area.group_by(
        "periode_soort", "periode", "gebied_niveau", "maatschappelijke_klasse", "projectcode"
    ).aggregate(aantal=(per_area.aantal * per_area.keer).sum())  # fmt: skip
    joined = per_area.join(classes, ["maatschappelijke_klasse", "projectcode"])
    joined = joined.join(levels.grains.select(*_LEVELS), _LEVELS)
    expected = joined.group_by(
        v_soort=joined.periode_soort, v_periode=joined.periode, v_gebied=joined.gebied_niveau, v_klasse=joined.klasse_niveau
    ).aggregate(verwacht=(joined.aantal * joined.keer).sum())
    left_out = coverage.aantal_te_lang + coverage.aantal_zonder_tijd
    found = coverage.group_by(
        periode_soort=coverage.periode_soort.cast(dt.string), periode=coverage.periode,
        gebied_niveau=coverage.gebied_niveau.cast(dt.string), klasse_niveau=coverage.klasse_niveau.cast(dt.string),
    ).aggregate(gevonden=coverage.aantal.sum(), gesplitst=(coverage.aantal_meegeteld + left_out).sum())  # fmt: skip
    both = found.outer_join(
        expected,
        [
            ("periode_soort", "v_soort"), ("periode", "v_periode"), ("gebied_niveau", "v_gebied"), ("klasse_niveau", "v_klasse"),
        ],
    )  # fmt: skip
    frame = both.select(
        periode_soort=ibis.coalesce(both.periode_soort, both.v_soort),
        periode=ibis.coalesce(both.periode, both.v_periode),
        gebied_niveau=ibis.coalesce(both.gebied_niveau, both.v_gebied),
        klasse_niveau=ibis.coalesce(both.klasse_niveau, both.v_klasse),
        verschil_met_incidenten=both.gevonden.fill_null(0) - both.verwacht.fill_null(0),
        verschil_met_delen=both.gevonden.fill_null(0) - both.gesplitst.fill_null(0),
    )
    cells = ["periode_soort", "periode", "gebied_niveau", "klasse_niveau"]
    keys = {"gebied": "gebied_sleutel", "klasse": "klasse_sleutel", "periode": "periode"}
    return {
        "aantallen": Profile(frame.order_by(cells).to_pandas(), tuple(cells), may_be_empty=NOTHING_REGISTERED),
        "sleutels": Profile(_orphans(coverage, dimensions, keys).to_pandas(), ("dimensie",)),
    }


def coverage_suite() -> Mapping[str, list[Expectation]]:
    """The suite over ``coverage_profiles``."""
    return {
        "aantallen": [
            _zero(
                "alles_geteld",
                "Elk niveau telt op tot de registraties van de regio waarvan het voorval in de periode begon.",
                "verschil_met_incidenten",
            ),
            _zero("meegeteld_en_weggelaten", "Meegeteld en weggelaten zijn samen het aantal.", "verschil_met_delen"),
        ],
        "sleutels": [_zero("sleutels_bekend", "Elke sleutel staat in zijn dimensie.", "zonder_dimensie")],
    }


def _multiplicity(monthly: ir.Table, levels: ir.Table, key: list[str], level: str) -> ir.Table:
    """How many areas (or classes) of each level what has this key belongs to: the key, the level and ``keer``."""
    seen = monthly.select(*key).distinct()
    once = [seen.mutate(**{level: ibis.literal(name)}, keer=ibis.literal(1, dt.int64)) for name in ALWAYS_ONCE[level]]
    others = levels.mutate(**{level: levels[level].cast(dt.string)})
    others = others.filter(~others[level].isin(ALWAYS_ONCE[level])).group_by([*key, level]).aggregate(keer=ibis._.count())
    return ibis.union(*(_nullable(table) for table in (*once, others)))


def _nullable(table: ir.Table) -> ir.Table:
    """The table with types that say nothing about NULL; ibis will not union a NOT NULL column with a computed one."""
    return table.cast({name: kind(nullable=True) for name, kind in table.schema().items()})


def _zero(identifier: str, meaning: str, column: str) -> Expectation:
    return between(identifier, meaning, column, low=0, high=0)


def _orphans(facts: ir.Table, dimensions: Mapping[str, ir.Table], keys: Mapping[str, str]) -> ir.Table:
    """Per dimension the keys of the facts that it does not know: zonder_dimensie, dimensie."""
    found = []
    for name, column in keys.items():
        used = facts.select(column).distinct()
        known = dimensions[name].select(column).distinct()
        missing = used.anti_join(known, column).aggregate(zonder_dimensie=ibis._.count())
        found.append(missing.mutate(dimensie=ibis.literal(f"dim_{name}")))
    return ibis.union(*found)
