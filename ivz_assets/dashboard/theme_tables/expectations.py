"""Gates on the theme tables: parts add up, counts agree with the daily counts, nothing is shown where it may not be."""

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

NO_WHOLE_YEAR = "the deliveries do not speak for a whole calendar year yet"
NO_PILOT = "every theme is a pilot in municipalities of another region"

_KEYS = ["thema_sleutel", "gebied_niveau", "jaar"]


def theme_profiles(dim_thema: ir.Table) -> dict[str, Profile]:
    """Per theme whether it has an owner, readers, and something to count."""
    counts = dim_thema.klassen.notnull() | dim_thema.subcategorieen.notnull() | dim_thema.projectcodes.notnull()
    frame = dim_thema.select(
        "thema_sleutel",
        zonder_rol=((dim_thema.eigenaar.length() == 0) | (dim_thema.mag_zien.length() == 0)).cast(dt.int32),
        telt_niets=(~counts).cast(dt.int32),
    ).order_by("thema_sleutel")
    return {"themas": Profile(frame.to_pandas(), ("thema_sleutel",))}


def theme_suite() -> Mapping[str, list[Expectation]]:
    """The suite over ``theme_profiles``."""
    return {
        "themas": [
            between("rollen_bekend", "Elk thema heeft een eigenaar en rollen die het mogen zien.", "zonder_rol", low=0, high=0),
            between("telt_iets", "Elk thema telt een klasse, subcategorie of projectcode.", "telt_niets", low=0, high=0),
        ]
    }


def profiles(figures: ir.Table, inputs: Mapping[str, ir.Table], shown: ir.Table, *, no_registrations: bool) -> dict[str, Profile]:
    """Per theme what is shown where it may not be, and per level and year its registrations against parts and daily counts.

    Args:
        figures: ``THEME_INDICATORS``.
        inputs: the tables of ``recompute.INPUTS``.
        shown: ``transform.theme_areas``.
        no_registrations: whether there is no whole calendar year of registrations yet.
    """
    outside = figures.anti_join(shown, ["thema_sleutel", "gebied_sleutel"]).select("thema_sleutel", "gebied_sleutel")
    outside = outside.mutate(buiten=ibis.literal(1)).drop("gebied_sleutel")
    inside = figures.select("thema_sleutel", buiten=ibis.literal(0))
    placed = ibis.union(outside.select(*inside.columns), inside)
    frame = placed.group_by("thema_sleutel").aggregate(buiten=placed.buiten.sum()).order_by("thema_sleutel")
    return {
        "getoond": Profile(frame.to_pandas(), ("thema_sleutel",), may_be_empty=NO_PILOT),
        "registraties": Profile(
            _registrations(figures, inputs, shown).to_pandas(),
            tuple(_KEYS),
            may_be_empty=NO_WHOLE_YEAR if no_registrations else NO_PILOT,
        ),
        "sleutels": Profile(_orphans(figures, inputs).to_pandas(), ("dimensie",)),
    }


def suite() -> Mapping[str, list[Expectation]]:
    """The suite over ``profiles``."""

    def zero(identifier: str, meaning: str, column: str) -> Expectation:
        return between(identifier, meaning, column, low=0, high=0)

    return {
        "getoond": [zero("niet_lager", "Geen thema wordt lager of van andere gemeenten getoond dan het mag.", "buiten")],
        "registraties": [
            zero("delen_zijn_geheel", "De klassen van een thema zijn samen het thema.", "verschil_delen"),
            zero("tellingen_gelijk", "De registraties van een thema zijn die van de dagtellingen.", "verschil_dagtellingen"),
        ],
        "sleutels": [zero("sleutels_bekend", "Elke sleutel staat in zijn dimensie.", "zonder_dimensie")],
    }


def _registrations(figures: ir.Table, inputs: Mapping[str, ir.Table], shown: ir.Table) -> ir.Table:
    own = figures.filter(figures.kenmerk_soort == "registraties")
    own = own.mutate(gebied_niveau=own.gebied_niveau.cast(dt.string))
    nothing = ibis.literal(0.0)
    counted = own.group_by(_KEYS).aggregate(
        geheel=ibis.ifelse(own.onderdeel_van.isnull(), own.aantal, nothing).sum(),
        delen=ibis.ifelse(own.onderdeel_van.isnull(), nothing, own.aantal).sum(),
    )
    years = own.select("jaar").distinct()
    expected = yearly_counts(inputs["daily_counts"], inputs["area_levels"], inputs["class_levels"], years)
    expected = expected.rename(thema_sleutel="klasse_sleutel").semi_join(shown, ["thema_sleutel", "gebied_sleutel"])
    places = countable(inputs["dim_gebied"], inputs["area_levels"])
    places = places.select("gebied_sleutel", gebied_niveau=places.gebied_niveau.cast(dt.string))
    expected = expected.join(places, "gebied_sleutel").group_by(_KEYS).aggregate(verwacht=ibis._.geteld.sum())
    compared = counted.left_join(expected, _KEYS)
    return compared.select(
        *_KEYS,
        verschil_delen=(compared.geheel - compared.delen).abs(),
        verschil_dagtellingen=(compared.geheel - compared.verwacht.fill_null(0)).abs(),
    ).order_by(_KEYS)


def _orphans(figures: ir.Table, inputs: Mapping[str, ir.Table]) -> ir.Table:
    classes = figures.filter(figures.kenmerk_soort == "registraties").select(klasse_sleutel=ibis._.kenmerk)
    themes = figures.select(klasse_sleutel=figures.thema_sleutel)
    found = []
    for name, key, used in (
        ("dim_gebied", "dim_gebied", figures.select("gebied_sleutel")),
        ("dim_klasse", "dim_klasse", classes),
        ("dim_klasse", "dim_klasse (thema)", themes),
    ):
        unknown = used.distinct().anti_join(inputs[name], used.columns[0])
        found.append(unknown.aggregate(zonder_dimensie=ibis._.count()).mutate(dimensie=ibis.literal(key)))
    return ibis.union(*found)
