"""Registrations per area, calendar year and class, with an explicit nought, per 1,000 of the denominator that fits. Pure Ibis."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import reduce
from operator import or_

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from ivz_assets.dashboard.area_profile.cbs import DIGITS
from ivz_assets.dashboard.area_profile.reference_data import floor_of
from ivz_assets.dashboard.area_profile.schema import FIGURE_COLUMNS
from ivz_assets.dashboard.area_profile.union import together
from ivz_assets.dashboard.schema import GEBIED_NIVEAUS
from ivz_assets.neighbourhoods.reference import denominators as listed_denominators
from ivz_assets.neighbourhoods.transform import MOST_YEARS_OLD

MOST_YEARS = 5
"""Last whole calendar years: five is what baselines use."""

PER = 1000
SHOWN_LEVELS: Mapping[str, Sequence[str]] = {
    "totaal": GEBIED_NIVEAUS,
    "categorie": GEBIED_NIVEAUS,
    # Fewer than one a year in most neighbourhoods: a rank among them would be chance.
    "subcategorie": ("gemeente", "basisteam", "regio", "eigen gebied"),
}
"""Of each level of class the levels of area of which the profile has registrations."""


def whole_years(first: date | None, last: date | None) -> list[int]:
    """The last whole calendar years for which the deliveries speak, at most ``MOST_YEARS``, from early to late."""
    if first is None or last is None:
        return []
    begin = first.year if first == date(first.year, 1, 1) else first.year + 1
    end = last.year if last == date(last.year, 12, 31) else last.year - 1
    return list(range(begin, end + 1))[-MOST_YEARS:]


def own_area_bases(denominators: ir.Table, area_levels: ir.Table) -> ir.Table:
    """What a rate of an area of whole neighbourhoods may be computed over: gebied_sleutel, jaar, noemer, basis.

    The sum of its neighbourhoods, when all are known, together reach the floor, and none is older than a denominator may be.

    Args:
        denominators: ``denominators``.
        area_levels: a drawn area is a neighbourhood of its own there, which has no denominator.
    """
    own = area_levels.filter(area_levels.gebied_niveau == "eigen gebied").select("buurt_code", "gebied_sleutel")
    sizes = own.group_by("gebied_sleutel").aggregate(leden=own.count())
    young = denominators.waarde_jaar >= denominators.jaar - MOST_YEARS_OLD
    usable = denominators.filter(denominators.waarde.notnull() & young)
    usable = usable.select("jaar", "waarde", buurt_code=usable.gebied_code, noemer=usable.noemer.cast(dt.string))
    joined = own.join(usable, "buurt_code").join(sizes, "gebied_sleutel")
    summed = joined.group_by("gebied_sleutel", "jaar", "noemer").aggregate(
        basis=joined.waarde.sum(), bekend=joined.count(), leden=joined.leden.max()
    )
    floors = [(summed.noemer == row["noemer"]) & (summed.basis >= float(row["ondergrens"])) for row in listed_denominators()]
    enough = summed.filter((summed.bekend == summed.leden) & reduce(or_, floors))
    return enough.select("gebied_sleutel", "jaar", "noemer", "basis")


def bases(denominators: ir.Table, households: ir.Table, area_levels: ir.Table) -> ir.Table:
    """What a rate may be computed over: gebied_sleutel, jaar, noemer, basis.

    Args:
        denominators: ``denominators``; those that are too small are left out.
        households: ``FIGURE_COLUMNS`` of CBS, of which households are used; they have the floor of dwellings.
        area_levels: ``area_levels``, for areas of the region's own.
    """
    large = denominators.filter(denominators.groot_genoeg & denominators.waarde.notnull())
    own = households.filter((households.kenmerk == "huishoudens") & (households.waarde >= floor_of("huishoudens")))
    listed = large.select("jaar", "noemer", gebied_sleutel=large.gebied_code, basis=large.waarde)
    listed = listed.mutate(noemer=listed.noemer.cast(dt.string))
    own = own.select("jaar", gebied_sleutel=own.gebied_sleutel, noemer=ibis.literal("huishoudens"), basis=own.waarde)
    of_own = own_area_bases(denominators, area_levels)
    return together([part.select("gebied_sleutel", "jaar", "noemer", "basis") for part in (listed, own, of_own)])


def year_of(day: ir.DateValue) -> ir.IntegerValue:
    """Calendar year as int32; DuckDB gives a BIGINT where ibis believes in an int32, so that a plain cast would do nothing."""
    return day.year().cast(dt.int64).cast(dt.int32)


def rated(found: ir.Table, based: ir.Table, unit: str) -> ir.Table:
    """Adds ``waarde`` and ``eenheid``: per 1,000 of ``noemer``; with noemer ``geen`` the count itself, in ``unit``.

    Args:
        found: gebied_sleutel, jaar, aantal, noemer.
        based: ``bases``.
    """
    keys = ["gebied_sleutel", "jaar", "noemer"]
    joined = found.left_join(based, keys).drop(*(f"{key}_right" for key in keys))
    plain = joined.noemer == "geen"
    rate = (PER * joined.aantal / ibis.ifelse(joined.basis > 0, joined.basis, ibis.null(dt.float64))).round(DIGITS)
    return joined.mutate(
        waarde=ibis.ifelse(plain, joined.aantal, rate).cast(dt.float64),
        eenheid=ibis.ifelse(plain, ibis.literal(unit), ibis.literal("per 1.000 ") + joined.noemer),
    )


def finest_counts(daily: ir.Table, years: ir.Table) -> ir.Table:
    """Registrations by the date they occurred: buurt_code, maatschappelijke_klasse, projectcode, jaar, aantal.

    Args:
        daily: ``daily_counts``.
        years: jaar.
    """
    counted = daily.filter(daily.datumbasis == "voorgevallen").mutate(jaar=year_of(daily.datum)).semi_join(years, "jaar")
    keys = ["buurt_code", "maatschappelijke_klasse", "projectcode", "jaar"]
    return counted.group_by(keys).aggregate(aantal=counted.aantal.sum())


def yearly_counts(daily: ir.Table, area_levels: ir.Table, class_levels: ir.Table, years: ir.Table) -> ir.Table:
    """Registrations by the date they occurred: gebied_sleutel, klasse_sleutel, jaar, geteld; what is not there is nought.

    Args:
        daily, area_levels, class_levels: the tables of those names.
        years: jaar.
    """
    joined = finest_counts(daily, years).join(area_levels.select("buurt_code", "gebied_sleutel"), "buurt_code")
    levels = class_levels.select("maatschappelijke_klasse", "projectcode", "klasse_sleutel")
    joined = joined.join(levels, ["maatschappelijke_klasse", "projectcode"])
    return joined.group_by("gebied_sleutel", "klasse_sleutel", "jaar").aggregate(geteld=joined.aantal.sum())


def countable(areas: ir.Table, area_levels: ir.Table) -> ir.Table:
    """Areas of which every registration is known; a drawn area is none: it has only what was given a place, so nought is unknown.

    Args:
        areas: ``dim_gebied``.
        area_levels: a drawn area is a neighbourhood of its own there.
    """
    own = area_levels.filter(area_levels.gebied_niveau == "eigen gebied")
    drawn = own.filter(own.buurt_code == own.gebied_sleutel).select("gebied_sleutel")
    return areas.anti_join(drawn, "gebied_sleutel")


def registration_figures(
    counts: ir.Table, areas: ir.Table, classes: ir.Table, years: ir.Table, based: ir.Table,
    shown: Mapping[str, Iterable[str]] = SHOWN_LEVELS,
) -> ir.Table:  # fmt: skip
    """Columns ``FIGURE_COLUMNS``: every area by every class and year of the levels shown, nought where nothing was registered.

    A class above the classes whose denominators differ has inhabitants for its denominator. A category without any class has no
    figures: that it counted nothing is not known. A class without a denominator that fits (``geen``) has its count alone: set
    beside each other, counts would rank areas by how many people come there.

    Args:
        counts: ``yearly_counts``.
        areas: ``countable``.
        classes: ``dim_klasse``.
        years: jaar.
        based: ``bases``.
        shown: of each level of class the levels of area.
    """
    filled = classes.filter(classes.klasse_niveau == "klasse").select("categorie").distinct()
    categories = classes.filter(classes.klasse_niveau == "categorie").semi_join(filled, "categorie")
    usable = together([classes.filter(classes.klasse_niveau != "categorie"), categories])
    named = usable.rename(kenmerk="klasse_sleutel", kenmerk_naam="klasse_naam")
    usable = named.select("klasse_niveau", "kenmerk", "kenmerk_naam", noemer=named.noemer.fill_null("inwoners"))
    grid = areas.select("gebied_niveau", "gebied_sleutel").cross_join(usable).cross_join(years)
    wanted = [
        (grid.klasse_niveau == level) & grid.gebied_niveau.cast(dt.string).isin(list(among)) for level, among in shown.items()
    ]
    grid = grid.filter(reduce(or_, wanted))
    found = grid.left_join(counts.rename(kenmerk="klasse_sleutel"), ["gebied_sleutel", "kenmerk", "jaar"])
    found = found.drop("gebied_sleutel_right", "kenmerk_right", "jaar_right")
    found = rated(found.mutate(aantal=found.geteld.fill_null(0).cast(dt.float64)), based, "registraties")
    return found.mutate(
        waarde=ibis.ifelse(found.noemer == "geen", ibis.null(dt.float64), found.waarde),
        gebied_niveau=found.gebied_niveau.cast(dt.string),
        kenmerk_soort=ibis.literal("registraties"),
        waarde_jaar=found.jaar,
        onderdrukt=ibis.literal(False),
        bron=ibis.literal("weekmonitor"),
        bewaren_tot=ibis.null(dt.date),
    ).select(*FIGURE_COLUMNS)
