"""Gates on the signals: counts agree with the daily counts, families add up. The engine profiles, GX judges."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import ibis
import ibis.expr.types as ir

from ivz_assets.dashboard.signals.families import Q
from ivz_assets.dashboard.signals.schema import GEMENGD, THEMES
from ivz_assets.dashboard.signals.transform import recounted
from ivz_assets.quality.expectations_gate import Profile
from ivz_assets.quality.suites import between
from ivz_assets.weekmonitor.standardise import Keep

if TYPE_CHECKING:
    from great_expectations.expectations.expectation import Expectation

TABLES = ("dashboard_signals", "dashboard_signal_families", "dashboard_signal_power")

NO_SIGNALS = "there is too little history to compare anything with"
NO_PERIODS = "no week or month is closed yet"

_FAMILY = ("periode_soort", "periode", "gebied_niveau", "familie")


def profiles(inputs: Mapping[str, ir.Table], staged: Mapping[str, ir.Table], keep: Keep) -> dict[str, dict[str, Profile]]:
    """Per table its profiles.

    Args:
        inputs: daily_counts, area_levels, class_levels and the dimensions.
        staged: the tables of ``TABLES``.
    """
    signals, families, power = (staged[name] for name in TABLES)
    return {
        "dashboard_signals": {
            "aantallen": _counts(signals, inputs, keep),
            "kansen": _chances(signals),
            "sleutels": Profile(_orphans(signals, inputs).to_pandas(), ("dimensie", "kolom")),
        },
        "dashboard_signal_families": {"families": _families(families, signals)},
        "dashboard_signal_power": {"onderscheid": _power(power)},
    }


def suite() -> Mapping[str, Mapping[str, list[Expectation]]]:
    """Per table the suite over its ``profiles``; a count of mistakes is nought, so the limits are no setting."""

    def none(identifier: str, meaning: str) -> Expectation:
        return between(identifier, meaning, identifier, low=0, high=0)

    return {
        "dashboard_signals": {
            "aantallen": [none("anders_geteld", "Elk aantal is dat van de dagtellingen, opnieuw opgeteld.")],
            "kansen": [
                none("geen_kans", "Een kans ligt boven 0 en is hoogstens 1."),
                none("gecorrigeerd_lager", "Een gecorrigeerde kans is niet kleiner dan de kans zelf."),
                none("band_omgekeerd", "De ondergrens van een band ligt niet boven de bovengrens."),
                none("zonder_zin", "Elk signaal heeft een zin, en niets anders."),
                none("zonder_duur", "Elk signaal duurt minstens een periode, en niets anders."),
            ],
            "sleutels": [none("zonder_dimensie", "Elke sleutel staat in zijn dimensie.")],
        },
        "dashboard_signal_families": {
            "families": [
                none("meer_signalen_dan_vergelijkingen", "Er vallen niet meer vergelijkingen op dan er zijn gedaan."),
                none("andere_signalen", "Het aantal signalen van een familie is dat van de tabel met signalen."),
                none("andere_basis", "De basis van een familie is die van haar signalen, of gemengd."),
                none("verkeerd_gemerkt", "Opvallen is een gecorrigeerde kans van hoogstens de q van de familie."),
            ]
        },
        "dashboard_signal_power": {
            "onderscheid": [
                none("kans_daalt", "Een grotere stijging wordt niet minder vaak gevonden."),
                none("te_vaak_vals", "Zonder stijging is een signaal niet vaker vals dan q over het aantal vergelijkingen."),
            ]
        },
    }


def _counts(signals: ir.Table, inputs: Mapping[str, ir.Table], keep: Keep) -> Profile:
    again = recounted(signals, inputs["daily_counts"], inputs["area_levels"], inputs["class_levels"], keep)
    key = ("periode_soort", "gebied_niveau", "klasse_niveau")
    frame = again.group_by(key).aggregate(anders_geteld=(again.aantal != again.geteld).sum())
    return Profile(frame.order_by(key).to_pandas(), key, may_be_empty=NO_SIGNALS)


def _chances(signals: ir.Table) -> Profile:
    key = ("periode_soort", "gebied_niveau")
    frame = signals.group_by(key).aggregate(
        geen_kans=(~((signals.kans > 0) & (signals.kans <= 1) & (signals.kans_gecorrigeerd <= 1))).sum(),
        gecorrigeerd_lager=(signals.kans_gecorrigeerd < signals.kans).sum(),
        band_omgekeerd=(signals.band_laag > signals.band_hoog).sum(),
        zonder_zin=(signals.signaal != signals.zin.notnull()).sum(),
        zonder_duur=(signals.signaal != (signals.duur > 0)).sum(),
    )
    return Profile(frame.order_by(key).to_pandas(), key, may_be_empty=NO_SIGNALS)


def _orphans(signals: ir.Table, inputs: Mapping[str, ir.Table]) -> ir.Table:
    found = []
    for name, own, theirs in (
        ("dim_gebied", "gebied_sleutel", "gebied_sleutel"),
        ("dim_periode", "periode", "periode"),
        ("dim_klasse", "klasse_sleutel", "klasse_sleutel"),
        ("dim_klasse", "familie", "categorie"),
    ):
        used = signals.select(sleutel=signals[own]).distinct()
        known = inputs[name].select(sleutel=inputs[name][theirs]).distinct()
        missing = used.filter(used.sleutel != THEMES).anti_join(known, "sleutel")
        found.append(
            missing.aggregate(zonder_dimensie=missing.count()).mutate(dimensie=ibis.literal(name), kolom=ibis.literal(own))
        )
    return ibis.union(*found)


def _families(families: ir.Table, signals: ir.Table) -> Profile:
    counted = signals.group_by(*_FAMILY).aggregate(gevonden=signals.signaal.sum())
    joined = families.left_join(counted, list(_FAMILY))
    compared = joined.select(*families.columns, gevonden=joined.gevonden.fill_null(0))
    limits = families.select(*_FAMILY, "q", familie_basis=families.basis.cast("string"))
    marked = signals.join(limits, list(_FAMILY))
    wrong = marked.group_by("periode_soort", "gebied_niveau").aggregate(
        verkeerd_gemerkt=(marked.signaal != (marked.kans_gecorrigeerd <= marked.q)).sum(),
        andere_basis=((marked.basis.cast("string") != marked.familie_basis) & (marked.familie_basis != GEMENGD)).sum(),
    )
    key = ("periode_soort", "gebied_niveau")
    frame = compared.group_by(key).aggregate(
        meer_signalen_dan_vergelijkingen=(compared.signalen > compared.vergelijkingen).sum(),
        andere_signalen=(compared.signalen != compared.gevonden).sum(),
    )
    frame = frame.left_join(wrong, list(key))
    frame = frame.select(
        *key,
        "meer_signalen_dan_vergelijkingen",
        "andere_signalen",
        verkeerd_gemerkt=frame.verkeerd_gemerkt.fill_null(0),
        andere_basis=frame.andere_basis.fill_null(0),
    )
    return Profile(frame.order_by(key).to_pandas(), key, may_be_empty=NO_PERIODS)


def _power(power: ir.Table) -> Profile:
    key = ("verwacht", "vergelijkingen", "spreiding")
    rising = ibis.window(group_by=key, order_by="stijging")
    compared = power.mutate(vorige=power.kans_gevonden.lag().over(rising))
    frame = compared.group_by(key).aggregate(
        kans_daalt=(compared.kans_gevonden < compared.vorige.fill_null(0.0)).sum(),
        te_vaak_vals=((compared.stijging == 1) & (compared.kans_gevonden * compared.vergelijkingen > Q)).sum(),
    )
    return Profile(frame.order_by(key).to_pandas(), key)
