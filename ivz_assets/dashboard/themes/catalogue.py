"""Reading and checking the theme files: the project's own and the user's. Which figures a theme has is decided in its tables.

A theme is a TOML file in ``reference`` beside this file or in ``reference/themas`` of the data folder; ``hennep_drugs.toml``
explains every key. A user's file whose ``naam`` is that of a theme of the project replaces it.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator, model_validator

from ivz_assets.enrichment.catalogue import NIVEAUS, catalogue
from ivz_assets.neighbourhoods.reference import GEMEENTE_CODE, gemeenten, indicators
from ivz_assets.neighbourhoods.reference.user_lists import WrongList
from ivz_assets.settings import Settings
from ivz_assets.weekmonitor.reference import klassen

FOLDER = Path(__file__).parent / "reference"

KEY_PREFIX = "thema: "
"""What a theme's key in ``dim_klasse`` begins with."""

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Role = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, pattern=r"^[^@]+$")]
"""A role or a group; an e-mail address would be of a person."""


class WrongTheme(WrongList):
    """A theme file that cannot be used; the message tells which file, key and value, and what to do."""


class Theme(BaseModel):
    """A theme: what it counts, which other figures go with it, how low it is shown, and to whom.

    ``klassen``, ``subcategorieen`` and ``projectcodes``: a registration belongs to the theme through any one of them.
    ``indicatoren`` are of the catalogue of municipalities and partners, ``kerncijfers`` are indicators of CBS.
    ``laagste_niveau`` is the lowest level shown; ``proefgemeenten`` the only municipalities it is shown of, all when empty.
    ``eigenaar`` and ``mag_zien`` are roles. ``gevoelig`` means that small counts are suppressed where it is published apart.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    naam: Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"[A-Za-z0-9]")]
    omschrijving: Text
    klassen: tuple[Text, ...] = ()
    subcategorieen: tuple[Text, ...] = ()
    projectcodes: tuple[Annotated[str, StringConstraints(strip_whitespace=True, to_upper=True, min_length=1)], ...] = ()
    indicatoren: tuple[Text, ...] = ()
    kerncijfers: tuple[Text, ...] = ()
    laagste_niveau: Literal["buurt", "wijk", "gemeente", "basisteam", "regio"]
    proefgemeenten: tuple[Annotated[str, StringConstraints(pattern=f"^{GEMEENTE_CODE}$")], ...] = ()
    eigenaar: Role
    mag_zien: tuple[Role, ...] = Field(min_length=1)
    gevoelig: bool

    @field_validator("klassen", "subcategorieen", "projectcodes", "indicatoren", "kerncijfers", "proefgemeenten", "mag_zien")
    @classmethod
    def _once(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        for value in given:
            if given.count(value) > 1:
                raise ValueError(f"{value!r} occurs twice; remove one")
        return given

    @field_validator("klassen")
    @classmethod
    def _known_classes(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        return _known(given, {row["maatschappelijke_klasse"] for row in klassen()}, "class of maatschappelijke_klassen.csv")

    @field_validator("subcategorieen")
    @classmethod
    def _known_subcategories(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        return _known(given, {row["subcategorie"] for row in klassen()}, "subcategory of maatschappelijke_klassen.csv")

    @field_validator("indicatoren")
    @classmethod
    def _known_indicators(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        return _known(given, catalogue(), "indicator of indicator_catalogue.csv; one of CBS goes under kerncijfers")

    @field_validator("kerncijfers")
    @classmethod
    def _known_cbs(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        known = {row["indicator"] for row in indicators()}
        return _known(given, known, "indicator of CBS (indicators.csv); one of a municipality or partner goes under indicatoren")

    @model_validator(mode="after")
    def _counts_something(self) -> Theme:
        if not (self.klassen or self.subcategorieen or self.projectcodes):
            raise ValueError("it counts nothing; name at least one of klassen, subcategorieen and projectcodes")
        return self

    @property
    def sleutel(self) -> str:
        """Key of the theme in ``dim_klasse`` and ``dim_thema``."""
        return f"{KEY_PREFIX}{self.naam}"

    @property
    def bestandsnaam(self) -> str:
        """The name as part of a file name: lower case letters, digits and underscores."""
        return re.sub(r"[^a-z0-9]+", "_", self.naam.lower()).strip("_")

    @property
    def niveaus(self) -> tuple[str, ...]:
        """The levels of CBS and the police on which it is shown, from low to high."""
        return NIVEAUS[NIVEAUS.index(self.laagste_niveau) :]

    def covers(self, maatschappelijke_klasse: str, projectcode: str | None, subcategorie: str | None) -> bool:
        """Whether a registration of this class and subcategory with this project code (None or empty: none) belongs to it."""
        return (
            maatschappelijke_klasse in self.klassen
            or subcategorie in self.subcategorieen
            or (projectcode or "").strip().upper() in self.projectcodes
        )

    def shown_in(self, gemeente_code: str | None) -> bool:
        """Whether areas of this municipality are shown; None is an area above the municipalities: only without a pilot."""
        return not self.proefgemeenten or gemeente_code in self.proefgemeenten


def themes(settings: Settings) -> list[Theme]:
    """All themes by name: those of the project, replaced and completed by the user's own.

    Raises:
        WrongTheme: a file cannot be used, or two files of one folder have the same name of a theme.
    """
    packaged = _read_folder(FOLDER)
    own = _read_folder(settings.themes_folder)
    region = {row["gemeente_code"] for row in gemeenten(settings)} if own else set()
    for path, theme in own.values():
        # A pilot of the project's own themes in another region shows nothing there, which is right; a user's is a slip.
        for place, code in enumerate(theme.proefgemeenten, 1):
            if code not in region:
                raise WrongTheme(
                    f"{path}: proefgemeenten[{place}]: {code!r} is no municipality of the region; "
                    f"choose one of {', '.join(sorted(region))}"
                )
    found = sorted(({**packaged, **own}).values(), key=lambda item: item[1].naam)
    files: dict[str, Path] = {}
    for path, theme in found:
        if (other := files.setdefault(theme.bestandsnaam, path)) != path:
            raise WrongTheme(
                f"{path}: naam: {theme.naam!r} gives the same file name {theme.bestandsnaam!r} as {other}; choose another name"
            )
    return [theme for _, theme in found]


def read_theme(path: Path) -> Theme:
    """One theme file.

    Raises:
        WrongTheme: it is not TOML, or a key is missing, unknown or does not fit; every mistake is named.
    """
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise WrongTheme(f"{path}: this is not TOML in UTF-8 ({error}); correct it") from None
    try:
        return Theme.model_validate(told)
    except ValidationError as error:
        lines = [f"{path}: {_key(mistake['loc'])}{_said(mistake)}" for mistake in error.errors(include_url=False)]
        raise WrongTheme("\n".join(lines)) from None


def _read_folder(folder: Path) -> dict[str, tuple[Path, Theme]]:
    """Files and themes by their name in small letters; none when there is no folder."""
    found: dict[str, tuple[Path, Theme]] = {}
    for path in sorted(folder.glob("*.toml")):
        theme = read_theme(path)
        other, _ = found.setdefault(theme.naam.casefold(), (path, theme))
        if other != path:
            raise WrongTheme(f"{path}: naam: {theme.naam!r} is the name in {other} as well; give one of them another name")
    return found


def _known(given: Sequence[str], known: Collection[str], kind: str) -> tuple[str, ...]:
    for value in given:
        if value not in known:
            close = difflib.get_close_matches(value, list(known), n=3) or sorted(known)[:3]
            raise ValueError(f"{value!r} is no {kind}; correct or remove it (close to it: {', '.join(map(repr, close))})")
    return tuple(given)


def _key(location: tuple[int | str, ...]) -> str:
    parts = [f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in location]
    return "".join(parts).lstrip(".") + ": " if parts else ""


def _said(mistake: Any) -> str:
    if mistake["type"] == "missing":
        return "is missing; add it (hennep_drugs.toml of the project explains every key)"
    if mistake["type"] == "extra_forbidden":
        return f"is not a key of a theme; remove it or correct its spelling ({', '.join(Theme.model_fields)})"
    if mistake["type"] == "value_error":
        return str(mistake["msg"]).removeprefix("Value error, ")
    if mistake["type"] == "string_pattern_mismatch" and mistake["loc"][0] in ("eigenaar", "mag_zien"):
        return f"{mistake['input']!r} is an e-mail address; name a role or a group, never a person"
    return f"{mistake['msg']} (given {mistake['input']!r}); correct it"
