"""What the general release holds of a table: no figures of themes, and of sensitive classes none below a level. No files here.

Themes have files of their own, because access differs per theme. With a sensitive class goes what would tell it as a remainder:
the other classes of its subcategory, and a second subcategory where it would be the only one missing from its category.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandera.ibis as pa

from ivz_assets.dashboard.dimensions import kept_back
from ivz_assets.dashboard.themes.catalogue import Theme
from ivz_assets.neighbourhoods.schema import NIVEAUS

BELOW = ("buurt", "wijk", "eigen gebied")
"""Levels on which the classes of ``kept_back`` are not shown."""


class GeneralRelease:
    """What is shown of each table, given the themes; their indicators of sensitive ones stay within the theme below its level."""

    def __init__(self, themes: Sequence[Theme] = ()) -> None:
        self._indicators: dict[str, set[str]] = {}
        for theme in themes:
            if theme.gevoelig:
                below = NIVEAUS[: NIVEAUS.index(theme.laagste_niveau)] if not theme.proefgemeenten else NIVEAUS
                for level in below:
                    self._indicators.setdefault(level, set()).update(theme.indicatoren)

    def source(self, model: pa.DataFrameSchema) -> str:
        """The rows of a table that the release holds, to select from."""
        columns = set(model.columns)
        held: list[str] = []
        if "klasse_niveau" in columns:
            held.append("klasse_niveau = 'thema'")
        if {"klasse_sleutel", "gebied_niveau"} <= columns:
            held.append(f"(klasse_sleutel IN ({_listed(kept_back())}) AND gebied_niveau IN ({_listed(BELOW)}))")
        for kind, level in (("kenmerk", "gebied_niveau"), ("indicator", "niveau")):
            if {kind, level} <= columns:
                held += [f"({kind} IN ({_listed(names)}) AND {level} = '{below}')" for below, names in self._indicators.items()]
        if {"kenmerk", "gebied_niveau"} <= columns:
            held.append(f"(kenmerk IN ({_listed(kept_back())}) AND gebied_niveau IN ({_listed(BELOW)}))")
        condition = f" WHERE ({' OR '.join(held)}) IS NOT TRUE" if held else ""
        return f'(SELECT * FROM "{model.name}"{condition})'


def _listed(values: Iterable[str]) -> str:
    return ", ".join("'" + value.replace("'", "''") + "'" for value in sorted(values)) or "NULL"
