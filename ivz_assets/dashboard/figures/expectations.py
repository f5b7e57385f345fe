"""Gates on the figures: they add up to the counts per day, and what is promised is there. The engine profiles, GX judges."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir
import pandas as pd

from ivz_assets.dashboard.figures.caveats import COMPLETE
from ivz_assets.dashboard.figures.expected import LEVELS
from ivz_assets.dashboard.figures.grains import Grain
from ivz_assets.dashboard.figures.inputs import Sources
from ivz_assets.dashboard.figures.periods import Period
from ivz_assets.quality.expectations_gate import Profile
from ivz_assets.quality.suites import between

if TYPE_CHECKING:
    from great_expectations.expectations.expectation import Expectation

FEWEST_JUDGED = 100_000
"""Rows of a grain from which its budget is judged: a few busy neighbourhoods are fuller, and few rows anyhow."""

_ROLL_UPS = {"gemeente": "buurt", "regio": "gemeente"}
"""Levels whose figures are the sum of those below, and which level that is."""


def profiles(
    figures: ir.Table, wanted: pd.DataFrame, sources: Sources, pairs: Sequence[tuple[Grain, Period]]
) -> dict[str, Profile]:
    """Per combination of levels what is there against what is to be there; the sums over areas; and keys no dimension knows.

    Args:
        figures: the staged figures.
        wanted: what ``expected`` says they add up to.
        sources: what they were made from.
        pairs: the periods that each grain shows.
    """
    figures = _text(figures)
    return {
        "greinen": Profile(_grains(figures, wanted, sources.dim_gebied), tuple(LEVELS)),
        "optelling": Profile(
            pd.concat([_added_up(figures, sources.dim_gebied, pairs, above) for above in _ROLL_UPS], ignore_index=True),
            ("gebied_niveau", "periode_soort"),
        ),
        "onbekend": Profile(_unknown(figures, pairs), ("periode_soort",)),
        "sleutels": Profile(_orphans(figures, sources), ("dimensie",)),
    }


def suite() -> Mapping[str, list[Expectation]]:
    """The suite over ``profiles``; all of it is exact, so the limits are zero and no setting."""

    def zero(identifier: str, meaning: str, column: str) -> Expectation:
        return between(identifier, meaning, column, low=0, high=0)

    return {
        "greinen": [
            zero("totalen_gelijk", "Elke combinatie telt op tot de aantallen per dag over de getoonde perioden.", "verschil"),
            zero("grenzen_om_het_cijfer", "Aantal en verhouding liggen tussen hun grenzen.", "buiten_grenzen"),
            zero("toets_is_een_kans", "Een toets ligt tussen 0 en 1.", "geen_kans"),
            zero("onvolledig_geen_verschil", "Waar niet alles binnen is, staat geen verschil.", "onvolledig_vergeleken"),
            zero("rang_past", "Niemand staat lager dan het aantal gebieden dat meetelt.", "rang_te_hoog"),
            zero("nullen_aanwezig", "Waar nullen beloofd zijn heeft elke combinatie een rij.", "ontbrekend"),
            zero("rijenbudget", "Niet meer rijen dan er van deze combinatie mogen zijn.", "rijen_te_veel"),
        ],
        "optelling": [
            zero("gebieden_tellen_op", "Een gemeente is de som van haar buurten, de regio van de gemeenten.", "ongelijk")
        ],
        "onbekend": [
            zero(
                "onbekend_is_leeg",
                "Wat niet geleverd is, is leeg en niet nul.",
                "gevuld",
            )
        ],
        "sleutels": [zero("sleutels_bekend", "Elke sleutel staat in zijn dimensie.", "zonder_dimensie")],
    }


def _grains(figures: ir.Table, wanted: pd.DataFrame, dim_gebied: ir.Table) -> pd.DataFrame:
    """A row per shown combination of levels, with what is wrong with it."""
    areas = dim_gebied.select("gebied_sleutel", gebied_onbekend=dim_gebied.onbekend)
    known = figures.left_join(areas, "gebied_sleutel")
    outside = (known.aantal < known.aantal_laag) | (known.aantal > known.aantal_hoog)
    outside_rate = (known.per_1000 < known.per_1000_laag) | (known.per_1000 > known.per_1000_hoog)
    compared = [known[name].notnull() for name in ("verschil_vorige_periode", "verschil_vorig_jaar", "verschil_gemiddelde")]
    incomplete = (known.volledigheid < COMPLETE).fill_null(True) & (compared[0] | compared[1] | compared[2])
    no_chance = [known[name] > 1 for name in ("toets_vorige_periode", "toets_vorig_jaar", "toets_gemiddelde")]
    seen = known.group_by(LEVELS).aggregate(
        rijen=known.count(),
        rijen_bekend=(~known.gebied_onbekend.fill_null(False)).sum(),
        totaal=known.aantal.sum().cast(dt.int64),
        buiten_grenzen=(outside | outside_rate.fill_null(False)).sum(),
        geen_kans=sum((wrong.fill_null(False).sum() for wrong in no_chance[1:]), no_chance[0].fill_null(False).sum()),
        onvolledig_vergeleken=incomplete.sum(),
        rang_te_hoog=(known.rang > known.rang_van).fill_null(False).sum(),
    )
    frame = wanted.merge(seen.to_pandas(), on=LEVELS, how="outer")
    counted = frame.columns.difference([*LEVELS, "vulling"])
    frame[counted] = frame[counted].fillna(0)
    frame["verschil"] = frame.totaal - frame.verwacht
    frame["ontbrekend"] = (frame.beloofd - frame.rijen_bekend).where(frame.beloofd > 0, 0)
    over = frame.rijen - frame.vulling.fillna(0) * frame.cellen
    frame["rijen_te_veel"] = over.where((over > 0) & (frame.rijen >= FEWEST_JUDGED), 0)
    return frame.sort_values(LEVELS, ignore_index=True)


def _added_up(figures: ir.Table, dim_gebied: ir.Table, pairs: Sequence[tuple[Grain, Period]], above: str) -> pd.DataFrame:
    """Cells of a level that are not the sum of those below, per kind of period, where both levels are shown."""
    below = _ROLL_UPS[above]
    levels = {(g.datumbasis, p.row["periode"], g.klasse_niveau, g.gebied_niveau) for g, p in pairs}
    both = sorted({key[:3] for key in levels if key[3] == below and (*key[:3], above) in levels})
    kinds = sorted({p.row["periode_soort"] for _, p in pairs})
    shared = pd.DataFrame(both, columns=["datumbasis", "periode", "klasse_niveau"])
    parts = figures.filter(figures.gebied_niveau.isin([above, below]))
    parents = dim_gebied.select(
        "gebied_sleutel", ouder=dim_gebied.gemeente_code if above == "gemeente" else dim_gebied.regio_naam
    )
    parts = parts.join(parents, "gebied_sleutel")
    signed = ibis.ifelse(parts.gebied_niveau == above, parts.aantal, -parts.aantal)
    cells = parts.group_by(["datumbasis", "periode_soort", "periode", "klasse_niveau", "klasse_sleutel", "ouder"]).aggregate(
        verschil=signed.sum().cast(dt.int64)
    )
    wrong = cells.filter(cells.verschil != 0).group_by(["datumbasis", "periode_soort", "periode", "klasse_niveau"])
    frame = wrong.aggregate(cellen=ibis._.count()).to_pandas().merge(shared, how="inner")
    counts = frame.groupby("periode_soort").cellen.sum()
    return pd.DataFrame(
        {"gebied_niveau": above, "periode_soort": kinds, "ongelijk": [int(counts.get(kind, 0)) for kind in kinds]}
    )


def _unknown(figures: ir.Table, pairs: Sequence[tuple[Grain, Period]]) -> pd.DataFrame:
    """Comparisons that are filled although what they compare with was not delivered, per kind of period."""
    columns = ("aantal_vorige_periode", "aantal_vorig_jaar", "gemiddelde_vijf_jaar")
    filled = figures.group_by(["periode_soort", "periode"]).aggregate(**{name: figures[name].count() for name in columns})
    frame = filled.to_pandas().set_index("periode")
    shown = {period.row["periode"]: period for _, period in pairs}
    frame["gevuld"] = 0
    for name, known in zip(columns, ("vorige", "vorig_jaar", "has_baseline"), strict=True):
        missing = [period not in shown or not getattr(shown[period], known) for period in frame.index]
        frame["gevuld"] += frame[name].where(missing, 0)
    return frame.groupby("periode_soort", as_index=False).gevuld.sum()


def _orphans(figures: ir.Table, sources: Sources) -> pd.DataFrame:
    dimensions = {
        "gebied_sleutel": sources.dim_gebied,
        "periode": sources.dim_periode,
        "klasse_sleutel": sources.dim_klasse,
    }
    found = [
        {
            "dimensie": key,
            "zonder_dimensie": int(figures.select(key).distinct().anti_join(table, key).count().to_pyarrow().as_py()),
        }
        for key, table in dimensions.items()
    ]
    return pd.DataFrame(found)


def _text(table: ir.Table) -> ir.Table:
    """The table with levels as text, so that they compare with those of other tables."""
    return table.cast({name: dt.string for name in table.columns if table[name].type().is_string()})
