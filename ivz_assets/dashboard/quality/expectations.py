"""What must hold of the tables about quality: nothing of the ledger is missing, and sums are those of the accounts."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

import ibis.expr.types as ir
import pandas as pd

from ivz_assets.dashboard.quality.schema import REKENING
from ivz_assets.quality.expectations_gate import Profile
from ivz_assets.quality.suites import between

if TYPE_CHECKING:
    from great_expectations.expectations.expectation import Expectation

NO_DELIVERIES = "nothing has been delivered yet"
NO_RULES = "no rule has touched a row yet"


def profiles(
    staged: Mapping[str, ir.Table], ledger: Mapping[str, int], accounts: Mapping[str, int], wanted: Collection[str]
) -> dict[str, Profile]:
    """Per delivery what the ledger, the accounts and the tables say of it; per kind of source whether it is told of.

    Args:
        staged: the tables of the topic.
        ledger: delivered rows per delivery of the ledger.
        accounts: rows per delivery of the accounts of the stages.
        wanted: kinds of source that must have a row.
    """
    dim = staged["dim_levering"].select("levering_id", "rijen").to_pandas().set_index("levering_id").rijen
    told = staged["dashboard_quality_deliveries"]
    told = told.select("levering_id", som=sum((told[name] for name in REKENING[1:]), told[REKENING[0]]))
    sums = told.to_pandas().set_index("levering_id").som
    names = sorted({*ledger, *dim.index, *sums.index})
    frame = pd.DataFrame({"levering_id": names})
    frame["verschil_grootboek"] = [_difference(ledger.get(name), dim.get(name)) for name in names]
    frame["verschil_rekening"] = [_difference(accounts.get(name), sums.get(name)) for name in names]
    counts = staged["dashboard_quality_rules"]
    counts = counts.group_by("levering_id").aggregate(aantal=counts.aantal.sum())
    ruled = counts.to_pandas()
    ruled["onbekend"] = [int(name not in ledger) for name in ruled.levering_id]
    kinds = set(staged["dashboard_quality"].bron_soort.cast("string").to_pyarrow().to_pylist())
    sources = pd.DataFrame({"bron_soort": sorted(wanted), "rijen": [int(kind in kinds) for kind in sorted(wanted)]})
    checks = staged["dashboard_quality_checks"]
    mixed = checks.filter(checks.geslaagd == (checks.bevindingen > 0)).count().to_pyarrow().as_py()
    return {
        "leveringen": Profile(frame[["levering_id", "verschil_grootboek"]], ("levering_id",), may_be_empty=NO_DELIVERIES),
        "rekening": Profile(frame[["levering_id", "verschil_rekening"]], ("levering_id",), may_be_empty=NO_DELIVERIES),
        "regels": Profile(ruled, ("levering_id",), may_be_empty=NO_RULES),
        "bronnen": Profile(sources, ("bron_soort",)),
        "controles": Profile(pd.DataFrame({"deel": ["alle"], "tegenstrijdig": [mixed]}), ("deel",)),
    }


def suites() -> dict[str, Mapping[str, list[Expectation]]]:
    """Per table the suite over its part of ``profiles``."""
    return {
        "dim_levering": {
            "leveringen": [
                between(
                    "elke_levering_met_haar_rijen",
                    "Elke levering van het grootboek staat er een keer in, met haar eigen aantal rijen.",
                    "verschil_grootboek",
                    high=0,
                )
            ]
        },
        "dashboard_quality": {
            "bronnen": [
                between("elke_soort_bron_heeft_een_rij", "Elke soort bron staat er in, ook als zij ontbreekt.", "rijen", low=1)
            ]
        },
        "dashboard_quality_deliveries": {
            "rekening": [
                between(
                    "rekening_klopt",
                    "Van elke levering zijn de rijen samen die van haar rekening: elke rij is precies een ding geworden.",
                    "verschil_rekening",
                    high=0,
                )
            ]
        },
        "dashboard_quality_rules": {
            "regels": [between("levering_bestaat", "Elke levering met een regel staat in het grootboek.", "onbekend", high=0)]
        },
        "dashboard_quality_checks": {
            "controles": [
                between(
                    "geslaagd_zonder_bevindingen",
                    "Een controle is geslaagd als er niets niet klopte, en anders niet.",
                    "tegenstrijdig",
                    high=0,
                )
            ]
        },
    }


def _difference(one: float | None, other: float | None) -> float:
    """How far two counts of the same are apart; what only one of them knows differs at least by one."""
    if one is None or other is None:
        return max(1.0, float(one or other or 0))
    return abs(float(one) - float(other))
