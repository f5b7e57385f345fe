"""From themes and figures to the theme tables: which figures and areas a theme has. How a figure comes about is the profile's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir
import pyarrow

from ivz_assets.dashboard.area_profile.compare import compared
from ivz_assets.dashboard.area_profile.registrations import finest_counts, registration_figures
from ivz_assets.dashboard.area_profile.transform import Figures, Keep
from ivz_assets.dashboard.area_profile.union import together
from ivz_assets.dashboard.schema import GEBIED_NIVEAUS
from ivz_assets.dashboard.theme_tables.schema import THEME_INDICATORS
from ivz_assets.dashboard.themes.catalogue import Theme
from ivz_assets.enrichment.catalogue import catalogue, choices

WITHIN = "|"
"""Between a theme's key and a class's while a class is counted within several themes."""

WITH_PROJECT_CODE = " (met projectcode van het thema)"
"""After the name of a class of which a theme has only part: its count is not that of the whole class."""

AREAS = pyarrow.schema([("thema_sleutel", pyarrow.string()), ("gebied_sleutel", pyarrow.string())])
CHARACTERISTICS = pyarrow.schema(
    [(name, pyarrow.string()) for name in ("thema_sleutel", "kenmerk_soort", "kenmerk", "onderdeel_van")]
)


def dim_thema(themes: Iterable[Theme]) -> list[dict[str, Any]]:
    """Rows of ``DIM_THEMA``."""
    lists = ("klassen", "subcategorieen", "projectcodes", "indicatoren", "kerncijfers", "proefgemeenten", "mag_zien")
    plain = ("naam", "omschrijving", "laagste_niveau", "eigenaar", "gevoelig")
    return [
        {
            "thema_sleutel": theme.sleutel,
            **{name: getattr(theme, name) for name in plain},
            **{name: "; ".join(getattr(theme, name)) or None for name in lists},
        }
        for theme in themes
    ]


def theme_areas(themes: Iterable[Theme], areas: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """The areas of which each theme is shown: thema_sleutel, gebied_sleutel.

    An area of the region's own is made of neighbourhoods or drawn, so it is shown where neighbourhoods are.

    Args:
        areas: gebied_sleutel, gebied_niveau, gemeente_code.
    """
    return [
        {"thema_sleutel": theme.sleutel, "gebied_sleutel": area["gebied_sleutel"]}
        for theme in themes
        for area in areas
        if ("buurt" if area["gebied_niveau"] == "eigen gebied" else area["gebied_niveau"]) in theme.niveaus
        and theme.shown_in(area["gemeente_code"])
    ]


def theme_characteristics(themes: Iterable[Theme]) -> list[dict[str, str | None]]:
    """The figures beside the registrations that each theme names: thema_sleutel, kenmerk_soort, kenmerk, onderdeel_van."""
    rows: list[dict[str, str | None]] = []
    for theme in themes:
        named: list[tuple[str, str, str | None]] = [("cbs", name, None) for name in theme.kerncijfers]
        for name in theme.indicatoren:
            indicator = catalogue()[name]
            above = indicator.deel_van or None
            named += [("leverancier", f"{name}: {value}", above) for value in choices(indicator)]
            if not indicator.uitsplitsing:
                named.append(("leverancier", name, above))
        rows += [
            {"thema_sleutel": theme.sleutel, "kenmerk_soort": kind, "kenmerk": name, "onderdeel_van": above}
            for kind, name, above in named
        ]
    return rows


def classes_in_themes(class_levels: ir.Table, classes: ir.Table) -> ir.Table:
    """Every class of which a registration can belong to a theme: thema_sleutel, maatschappelijke_klasse, and ``dim_klasse``'s
    klasse_niveau, klasse_sleutel (of the class within the theme), klasse_naam, categorie and noemer. The name says so when only
    registrations with a project code of the theme belong to it.
    """
    pairs = class_levels.filter(class_levels.klasse_niveau == "thema")
    pairs = pairs.select("maatschappelijke_klasse", thema_sleutel=pairs.klasse_sleutel).distinct()
    own = classes.filter(classes.klasse_niveau == "klasse")
    own = own.select("maatschappelijke_klasse", "klasse_niveau", "klasse_naam", "categorie", "noemer", "themas")
    joined = pairs.join(own, "maatschappelijke_klasse")
    wholly = (ibis.literal("; ") + joined.themas.fill_null("") + "; ").contains(
        joined.thema_sleutel.replace("thema: ", "; ") + "; "
    )
    return joined.mutate(
        klasse_sleutel=joined.thema_sleutel + WITHIN + joined.maatschappelijke_klasse,
        klasse_naam=ibis.ifelse(wholly, joined.klasse_naam, joined.klasse_naam + WITH_PROJECT_CODE),
    ).drop("themas")


def counts_in_themes(daily: ir.Table, area_levels: ir.Table, class_levels: ir.Table, years: ir.Table) -> ir.Table:
    """Registrations of each theme per class: gebied_sleutel, klasse_sleutel (of the class within the theme), jaar, geteld."""
    themed = class_levels.filter(class_levels.klasse_niveau == "thema")
    themed = themed.select("maatschappelijke_klasse", "projectcode", thema_sleutel=themed.klasse_sleutel)
    finest = finest_counts(daily, years).join(themed, ["maatschappelijke_klasse", "projectcode"])
    finest = finest.mutate(klasse_sleutel=finest.thema_sleutel + WITHIN + finest.maatschappelijke_klasse)
    joined = finest.join(area_levels.select("buurt_code", "gebied_sleutel"), "buurt_code")
    return joined.group_by("gebied_sleutel", "klasse_sleutel", "jaar").aggregate(geteld=joined.aantal.sum())


def theme_indicators(
    found: Figures, tables: Mapping[str, ir.Table], urban: ir.Table, shown_areas: ir.Table, named: ir.Table, keep: Keep
) -> ir.Table:
    """Columns of ``THEME_INDICATORS``. The references are of all areas, also where the theme is shown of a few.

    Args:
        found: the figures; of registrations those of themes.
        tables: daily_counts, area_levels, class_levels, dim_klasse.
        urban: ``compare.urbanity``.
        shown_areas: ``theme_areas``.
        named: ``theme_characteristics``.
        keep: computes an expression once.
    """
    counts = keep(
        "thema_tellingen",
        counts_in_themes(tables["daily_counts"], tables["area_levels"], tables["class_levels"], found.whole_years),
    )
    # A class that a theme nowhere counts in these years would be a page of noughts.
    counted = counts.filter(counts.geteld > 0).select("klasse_sleutel").distinct()
    classes = classes_in_themes(tables["class_levels"], tables["dim_klasse"]).semi_join(counted, "klasse_sleutel")
    classes = keep("thema_klassen", classes)
    everywhere = {"klasse": GEBIED_NIVEAUS}
    per_class = registration_figures(counts, found.places, classes, found.whole_years, found.based, everywhere)
    figures = keep("thema_cijfers", together([found.all(), per_class]))
    every = keep("thema_vergeleken", compared(figures, urban))
    wholes = every.filter(every.kenmerk_soort == "registraties").select("kenmerk").distinct()
    wholes = wholes.semi_join(classes.select(kenmerk=classes.thema_sleutel), "kenmerk")
    registered = ibis.literal("registraties")
    listed = together(
        [
            named.mutate(gezien=named.kenmerk),
            wholes.select(
                thema_sleutel=wholes.kenmerk, kenmerk_soort=registered, kenmerk=wholes.kenmerk,
                onderdeel_van=ibis.null(dt.string), gezien=wholes.kenmerk,
            ),
            classes.select(
                "thema_sleutel", kenmerk_soort=registered, kenmerk=classes.klasse_sleutel,
                onderdeel_van=classes.thema_sleutel, gezien=classes.maatschappelijke_klasse,
            ),
        ]
    )  # fmt: skip
    joined = every.join(keep("thema_kenmerken", listed), ["kenmerk_soort", "kenmerk"])
    joined = joined.semi_join(shown_areas, ["thema_sleutel", "gebied_sleutel"]).drop("kenmerk").rename(kenmerk="gezien")
    return joined.select(*THEME_INDICATORS.columns).order_by(
        "thema_sleutel", "kenmerk_soort", "kenmerk", "gebied_sleutel", "jaar"
    )
