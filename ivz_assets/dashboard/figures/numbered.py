"""Areas, classes and denominators by number, for joining and grouping millions of rows by long texts is slow. No counts."""

from __future__ import annotations

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from ivz_assets.weekmonitor.standardise import Keep

MIXED = "inwoners"
"""Denominator of a level whose classes differ in theirs: what people know, and it counts whoever is there to be a victim."""


def areas(area_levels: ir.Table, dim_gebied: ir.Table, keep: Keep) -> tuple[ir.Table, ir.Table]:
    """Neighbourhoods with the numbers of their areas (buurt_code, gebied_nr, gebied_niveau), and the areas by number.

    The areas have gebied_nr, gebied_niveau, gebied_sleutel, gebied_onbekend.
    """
    known = dim_gebied.select("gebied_sleutel", gebied_onbekend=dim_gebied.onbekend)
    numbered = _text(area_levels.join(known, "gebied_sleutel"))
    made = keep("cijfers_gebieden_van_buurten", numbered.mutate(gebied_nr=_number(numbered.gebied_sleutel)))
    listed = made.select("gebied_nr", "gebied_niveau", "gebied_sleutel", "gebied_onbekend").distinct()
    return made.select("buurt_code", "gebied_nr", "gebied_niveau"), keep("cijfers_gebieden", listed)


def classes(class_levels: ir.Table, dim_klasse: ir.Table, keep: Keep) -> tuple[ir.Table, ir.Table]:
    """Classes with project codes and the numbers of their levels, and the levels by number.

    The first has maatschappelijke_klasse, projectcode, paar_nr (of both together), klasse_nr, klasse_niveau; the second
    klasse_nr, klasse_niveau, klasse_sleutel, noemer (``MIXED`` where the classes below differ: gemengd) and volledigheid_van:
    the class whose completeness speaks for it, of a class its subcategory.
    """
    known = dim_klasse.select(
        "klasse_sleutel",
        noemer=dim_klasse.noemer.fill_null(MIXED),
        gemengd=dim_klasse.noemer.isnull(),
        volledigheid_van=ibis.ifelse(
            (dim_klasse.klasse_niveau.cast(dt.string) == "klasse") & dim_klasse.subcategorie.notnull(),
            ibis.literal("subcategorie: ") + dim_klasse.subcategorie,
            dim_klasse.klasse_sleutel,
        ),
    )
    numbered = _text(class_levels.join(known, "klasse_sleutel"))
    numbered = numbered.mutate(
        klasse_nr=_number(numbered.klasse_sleutel),
        paar_nr=_number([numbered.maatschappelijke_klasse, numbered.projectcode]),
    )
    made = keep("cijfers_niveaus_van_klassen", numbered)
    listed = made.select("klasse_nr", "klasse_niveau", "klasse_sleutel", "noemer", "gemengd", "volledigheid_van").distinct()
    pairs = made.select("maatschappelijke_klasse", "projectcode", "paar_nr", "klasse_nr", "klasse_niveau")
    return pairs, keep("cijfers_klassen", listed)


def rates(denominators: ir.Table, listed_areas: ir.Table, keep: Keep) -> ir.Table:
    """What a rate is computed over: gebied_nr, noemer_jaar, noemer, noemer_waarde, deelbaar (NULL where none may be), rang_van.

    ``rang_van`` is the number of areas of the level that have a rate at all, and so take part in the ranking.
    """
    usable = denominators.groot_genoeg & (denominators.waarde > 0)
    values = denominators.select(
        noemer=denominators.noemer.cast(dt.string),
        gebied_sleutel=denominators.gebied_code,
        noemer_jaar=denominators.jaar,
        noemer_waarde=denominators.waarde,
        deelbaar=ibis.ifelse(usable, denominators.waarde, ibis.null(dt.float64)),
    )
    of_areas = values.join(listed_areas.filter(~listed_areas.gebied_onbekend), "gebied_sleutel")
    level = ibis.window(group_by=["gebied_niveau", "noemer_jaar", "noemer"])
    ranked = of_areas.mutate(rang_van=of_areas.deelbaar.count().over(level).cast(dt.int32))
    return keep("cijfers_noemers", ranked.select("gebied_nr", "noemer_jaar", "noemer", "noemer_waarde", "deelbaar", "rang_van"))


def _number(key: ir.Value | list[ir.Value]) -> ir.IntegerValue:
    """A number per distinct key."""
    return ibis.dense_rank().over(order_by=key).cast(dt.int32)


def _text(table: ir.Table) -> ir.Table:
    """The table with levels as nullable text; how they are stored is not the same everywhere."""
    return table.cast({name: kind(nullable=True) for name, kind in table.schema().items()})
