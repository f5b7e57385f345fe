"""Mapping files: how the files of one supplier, in the supplier's own shape, are to be read. Reading them is done elsewhere.

A mapping file is TOML in ``reference/verrijking`` of the data folder. ``vorm = "breed"`` has indicators as columns, ``vorm =
"lang"`` has the columns of the template (a CSV file), under other names if need be. ``reference/voorbeeld_*.toml`` beside
this file are examples with every key explained.
"""

from __future__ import annotations

import difflib
import re
import string
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatch
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from ivz_assets.enrichment.catalogue import catalogue, choices, supplier_fields
from ivz_assets.enrichment.layout import columns
from ivz_assets.enrichment.supplier import Supplier, made, read_field
from ivz_assets.enrichment.values import UNKNOWN
from ivz_assets.neighbourhoods.reference import GEMEENTE_CODE
from ivz_assets.neighbourhoods.reference.user_lists import WrongList


class WrongMapping(WrongList):
    """A mapping file that cannot be used; the message tells which file, which key and what to do."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=False)


class Sheets(_Part):
    """Which sheets hold figures: a regular expression for their names, whose named groups a period may use."""

    patroon: str
    kopregel: int = Field(1, ge=1)
    overslaan: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _checked(self) -> Self:
        try:
            re.compile(self.patroon)
        except re.error as error:
            raise ValueError(f"patroon {self.patroon!r} is not a regular expression ({error}); correct it") from None
        return self


class AreaColumn(_Part):
    """Which column says the area, by code or by name; ``overslaan``: patterns of rows that are no area (``Totaal*``)."""

    kolom: str
    soort: Literal["code", "naam"]
    niveau: Literal["buurt", "wijk", "gemeente"] = "buurt"
    overslaan: tuple[str, ...] = ()


class PeriodText(_Part):
    """Where the period comes from: a column, or a text with groups of the sheet's name in braces (``{jaar}-01-01``)."""

    kolom: str = ""
    waarde: str = ""

    @model_validator(mode="after")
    def _one(self) -> Self:
        if bool(self.kolom) == bool(self.waarde):
            raise ValueError("give either kolom or waarde")
        return self


class Values(_Part):
    """How numbers stand in texts, and what means that a figure is not known."""

    decimaalteken: Literal[",", "."]
    onbekend: tuple[str, ...] = UNKNOWN


class Stated(_Part):
    """An indicator with the unit and denominator that the supplier delivers it in; they must be those of the catalogue."""

    indicator: str
    eenheid: str
    noemer: str

    @model_validator(mode="after")
    def _as_agreed(self) -> Self:
        known = catalogue().get(self.indicator)
        if known is None:
            near = difflib.get_close_matches(self.indicator, catalogue(), 3)
            raise ValueError(f"indicator {self.indicator!r} is not in the catalogue; {_choose(near)}")
        for name in ("eenheid", "noemer"):
            if getattr(self, name) != getattr(known, name):
                raise ValueError(
                    f"{name} {getattr(self, name)!r} of {self.indicator} is {getattr(known, name)!r} in the catalogue; "
                    "have the supplier convert the figures, or add an indicator"
                )
        return self


class FigureColumn(Stated):
    """A column of figures: its name in the file, its indicator and breakdown, and its own period when it has one."""

    kolom: str
    uitsplitsing: str = ""
    periode: str = ""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        known = catalogue()[self.indicator]
        allowed = choices(known)
        if self.uitsplitsing not in (allowed or ("",)):
            raise ValueError(
                f"uitsplitsing {self.uitsplitsing!r} does not fit {self.indicator}; {_choose(list(allowed) or [''])}"
            )
        if known.met_marge or known.periode_soort == "looptijd":
            raise ValueError(f"{self.indicator} needs limits or dates, which one column cannot hold; deliver it in the template")
        return self


class _Mapping(_Part):
    bestanden: tuple[str, ...] = Field(min_length=1)
    leverancier: dict[str, str | int | date]
    waarden: Values

    @model_validator(mode="after")
    def _supplier(self) -> Self:
        self.supplier  # noqa: B018
        return self

    @property
    def supplier(self) -> Supplier:
        """The terms of the delivery."""
        known = supplier_fields()
        values: dict[str, str | date | int] = {}
        for name, given in self.leverancier.items():
            if name not in known:
                raise ValueError(f"leverancier.{name} is not known; {_choose(list(known))}")
            value = read_field(known[name], given)
            if value is None or value == "":
                raise ValueError(f"leverancier.{name} does not fit: {known[name].uitleg}")
            values[name] = value
        for name, field in known.items():
            if field.verplicht and name not in values:
                raise ValueError(f"leverancier.{name} is missing; add it: {field.uitleg}")
        supplier = made(values)
        if supplier.geldig_tot < supplier.geldig_van:
            raise ValueError("leverancier.geldig_tot comes before geldig_van; correct one of the two")
        return supplier


class WideMapping(_Mapping):
    """How a workbook with indicators as columns is read."""

    vorm: Literal["breed"]
    gemeente: str = Field(pattern=GEMEENTE_CODE)
    bladen: Sheets
    gebied: AreaColumn
    periode: PeriodText
    kolommen: tuple[FigureColumn, ...] = Field(min_length=1)
    kolommen_overslaan: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _together(self) -> Self:
        groups = set(re.compile(self.bladen.patroon).groupindex) | ({"kolom"} if self.periode.kolom else set())
        for template in (self.periode.waarde, *(column.periode for column in self.kolommen)):
            for _, name, _, _ in string.Formatter().parse(template):
                if name is not None and name not in groups:
                    known = f"it has {', '.join(sorted(groups))}" if groups else "it has none"
                    raise ValueError(f"period {template!r}: {{{name}}} is no named group of bladen.patroon; {known}")
        names = [self.gebied.kolom, *filter(None, [self.periode.kolom]), *(column.kolom for column in self.kolommen)]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"column {name!r} occurs twice; remove one")
        return self


class LongMapping(_Mapping):
    """How a file in the columns of the template is read that has no sheets beside it."""

    vorm: Literal["lang"]
    indicatoren: tuple[Stated, ...] = Field(min_length=1)
    kolomnamen: dict[str, str] = Field(default_factory=dict)
    """Names in the file, each with the name in the template, where they differ."""

    @model_validator(mode="after")
    def _names(self) -> Self:
        for name, own in self.kolomnamen.items():
            if own not in columns():
                raise ValueError(f"kolomnamen {name!r}: {own!r} is no column of the template; {_choose(list(columns()))}")
        return self


AnyMapping = Annotated[WideMapping | LongMapping, Field(discriminator="vorm")]


@dataclass(frozen=True)
class MappingFile:
    """A mapping and the file it was read from."""

    path: Path
    mapping: WideMapping | LongMapping


def read_mapping(path: Path) -> MappingFile:
    """One mapping file.

    Raises:
        WrongMapping: it is not TOML, or a key is missing, unknown or does not fit; every mistake is named.
    """
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise WrongMapping(f"{path}: this is not TOML in UTF-8 ({error}); correct it") from None
    try:
        return MappingFile(path, TypeAdapter[Any](AnyMapping).validate_python(told))
    except ValidationError as error:
        lines = [f"{path}: {_key(mistake['loc'])}{_said(mistake)}" for mistake in error.errors(include_url=False)]
        raise WrongMapping("\n".join(lines)) from None


def read_mappings(folder: Path) -> list[MappingFile]:
    """All mapping files of a folder, by name; none when there is no folder.

    Raises:
        WrongMapping: one of them cannot be used.
    """
    return [read_mapping(path) for path in sorted(folder.glob("*.toml"))]


def mapping_for(bestand: str, mappings: Sequence[MappingFile]) -> MappingFile | None:
    """The mapping for a file of this name; None when there is none, so that it must be the template.

    Raises:
        WrongMapping: more than one is for it.
    """
    found = [one for one in mappings if any(fnmatch(bestand.casefold(), pattern.casefold()) for pattern in one.mapping.bestanden)]
    if len(found) > 1:
        names = " and ".join(str(one.path) for one in found)
        raise WrongMapping(f"{names}: bestanden of both fit {bestand}; make one of them narrower")
    return found[0] if found else None


def _key(location: tuple[int | str, ...]) -> str:
    parts = [f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in location if part not in ("breed", "lang")]
    return "".join(parts).lstrip(".") + ": " if parts else ""


def _said(mistake: Any) -> str:
    return {
        "missing": "is missing; add it",
        "extra_forbidden": "is not a key of a mapping; remove it or correct its spelling",
        "union_tag_not_found": "vorm is missing; add vorm = \"breed\" or vorm = \"lang\"",
        "union_tag_invalid": "vorm is wrong; it is \"breed\" or \"lang\"",
    }.get(mistake["type"], f"{mistake['msg'].removeprefix('Value error, ')} (given {_short(mistake['input'])})"
          if mistake["type"] != "value_error" else mistake["msg"].removeprefix("Value error, "))  # fmt: skip


def _short(given: object) -> str:
    return repr(given) if len(repr(given)) <= 60 else repr(given)[:59] + "…"


def _choose(names: Sequence[str]) -> str:
    return f"choose one of {', '.join(repr(name) for name in names)}" if names else "see indicator_catalogue.csv"
