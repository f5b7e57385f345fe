"""What must hold of interpretation: it speaks of what exists, in codes that are explained, and of nothing that has expired."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import TYPE_CHECKING

import ibis
import ibis.expr.types as ir

from ivz_assets.quality.expectations_gate import Profile
from ivz_assets.quality.suites import between

if TYPE_CHECKING:
    from great_expectations.expectations.expectation import Expectation

NOTHING_WRONG = "every note in the workbook is as agreed"
WITHOUT_VALUE = ("tekst_persoon", "tekst_ontbreekt", "tekst_te_lang", "rol_onbekend")
"""Rules about cells that may hold something about a person: what stood there must not be repeated."""


def profiles(
    lines: ir.Table, areas: ir.Table, classes: ir.Table, periods: ir.Table, codes: Collection[str], today: date
) -> dict[str, Profile]:
    """Per code the lines whose key is in no dimension, that have expired, that are not explained or whose days are turned.

    Args:
        lines: ``dashboard_interpretation``.
        areas, classes, periods: the dimensions.
        codes: the codes that have an explanation.
    """
    joined = lines.left_join(areas.select(bekend_gebied="gebied_sleutel"), [("gebied_sleutel", "bekend_gebied")])
    joined = joined.left_join(classes.select(bekende_klasse="klasse_sleutel"), [("klasse_sleutel", "bekende_klasse")])
    joined = joined.left_join(periods.select(bekende_periode="periode"), [("periode", "bekende_periode")])
    frame = joined.group_by("code").aggregate(
        zonder_gebied=(joined.gebied_sleutel.notnull() & joined.bekend_gebied.isnull()).sum(),
        zonder_klasse=(joined.klasse_sleutel.notnull() & joined.bekende_klasse.isnull()).sum(),
        zonder_periode=(joined.periode.notnull() & joined.bekende_periode.isnull()).sum(),
        verlopen=(joined.geldig_tot_en_met < ibis.literal(today)).fill_null(False).sum(),
        omgekeerd=(joined.periode_eind < joined.periode_begin).fill_null(False).sum(),
    )
    frame = frame.mutate(zonder_uitleg=(~frame.code.isin(sorted(codes))).cast("int64"))
    return {"codes": Profile(frame.order_by("code").to_pandas(), ("code",))}


def suite() -> Mapping[str, list[Expectation]]:
    """The suite over ``profiles``."""
    return {
        "codes": [
            between("gebied_bestaat", "Elk gebied waarover duiding gaat staat in dim_gebied.", "zonder_gebied", high=0),
            between("klasse_bestaat", "Elke klasse waarover duiding gaat staat in dim_klasse.", "zonder_klasse", high=0),
            between("periode_bestaat", "Elke periode waarover duiding gaat staat in dim_periode.", "zonder_periode", high=0),
            between("niets_verlopen", "Een opmerking wordt na haar einddatum niet getoond.", "verlopen", high=0),
            between("dagen_op_volgorde", "De eerste dag waarover duiding gaat ligt niet na de laatste.", "omgekeerd", high=0),
            between("code_uitgelegd", "Elke code heeft een uitleg.", "zonder_uitleg", high=0),
        ]
    }


def problem_profiles(problems: ir.Table) -> dict[str, Profile]:
    """Per rule the problems that repeat what may be about a person, and those that do not say where they are.

    Args:
        problems: ``interpretation_problems``.
    """
    repeated = problems.waarde.notnull() & problems.regel.isin(list(WITHOUT_VALUE))
    nowhere = problems.blad.isnull() & (problems.regel != "bestand_onleesbaar")
    frame = problems.group_by("regel").aggregate(
        herhaald=repeated.cast("int64").sum().cast("int64"), zonder_plaats=nowhere.cast("int64").sum().cast("int64")
    )
    return {"problemen": Profile(frame.order_by("regel").to_pandas(), ("regel",), may_be_empty=NOTHING_WRONG)}


def problem_suite() -> Mapping[str, list[Expectation]]:
    """The suite over ``problem_profiles``."""
    return {
        "problemen": [
            between("niets_over_personen", "Van wat over een persoon kan gaan wordt niets herhaald.", "herhaald", high=0),
            between("plaats_bekend", "Elk probleem zegt op welk blad het is.", "zonder_plaats", high=0),
        ]
    }
