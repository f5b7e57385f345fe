"""The areas of the region by code and by name: exact after normalising, with suggestions for a near miss, never a guess."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from ivz_assets.deliveries.reading.cells import Cell, text
from ivz_assets.enrichment.editions import Editions

CODE = re.compile(r"BU\d{8}|WK\d{6}|GM\d{4}")
MOST_SUGGESTIONS = 3
CUTOFF = 0.75
"""Likeness (difflib, 0 to 1) from which a name is worth suggesting: one or two letters of a neighbourhood's name."""

_LEVEL_OF = {"BU": "buurt", "WK": "wijk", "GM": "gemeente"}


@dataclass(frozen=True)
class Area:
    """An area of the region. ``vroegere_namen``: names it had in earlier years, which suppliers may still use."""

    code: str
    naam: str
    niveau: str
    gemeente_code: str
    vroegere_namen: tuple[str, ...] = ()


@dataclass(frozen=True)
class Match:
    """What was found for a name: the one area, or the candidates of an ambiguous name, or suggestions."""

    area: Area | None = None
    candidates: tuple[Area, ...] = ()
    suggestions: tuple[Area, ...] = ()


class Areas:
    """The areas of the region, for looking up. Codes are unique; without editions no code is a former one."""

    def __init__(self, areas: Iterable[Area], editions: Editions | None = None) -> None:
        self.editions = editions or Editions()
        self.by_code = {area.code: area for area in areas}
        self.gemeenten = {area.gemeente_code for area in self.by_code.values()}
        self._by_name: dict[tuple[str, str], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        for area in self.by_code.values():
            for name in (area.naam, *area.vroegere_namen):
                self._by_name[area.gemeente_code, area.niveau][compared(name)].add(area.code)

    def name_of(self, code: str) -> str:
        """Name of an area, or its code when it has none here."""
        return self.by_code[code].naam if code in self.by_code else code

    def find_code(self, cell: Cell) -> tuple[str, Area | None]:
        """The code that was meant and its area; the code is empty when the cell holds no code.

        Excel drops letters and leading zeros when a code becomes a number: 1530101 is BU01530101, but only when that exists.
        """
        given = text(cell).strip().upper().replace(" ", "")
        if CODE.fullmatch(given):
            return given, self.by_code.get(given)
        if re.fullmatch(r"\d{3,8}", given):
            width, prefix = (4, "GM") if len(given) <= 4 else (6, "WK") if len(given) <= 6 else (8, "BU")
            code = prefix + given.zfill(width)
            if code in self.by_code:
                return code, self.by_code[code]
        return "", None

    def find_name(self, name: str, gemeente_code: str, niveau: str) -> Match:
        """The area of this level in this municipality with exactly this name, after normalising."""
        names = self._by_name.get((gemeente_code, niveau), {})
        codes = sorted(names.get(compared(name), ()))
        if len(codes) == 1:
            return Match(area=self.by_code[codes[0]])
        if codes:
            return Match(candidates=tuple(self.by_code[code] for code in codes))
        near = close_matches(compared(name), tuple(names), CUTOFF)
        # Two near names may be of the same area, such as its present and its former one.
        found = dict.fromkeys(code for close in near for code in sorted(names[close]))
        return Match(suggestions=tuple(self.by_code[code] for code in list(found)[:MOST_SUGGESTIONS]))

    def has_name(self, area: Area, name: str) -> bool:
        """Whether this is a present or former name of the area, after normalising."""
        return compared(name) in {compared(known) for known in (area.naam, *area.vroegere_namen)}


@lru_cache(maxsize=4096)
def close_matches(word: str, options: tuple[str, ...], cutoff: float) -> list[str]:
    """The options most like a word, best first; the same slip is often in many rows."""
    return difflib.get_close_matches(word, options, MOST_SUGGESTIONS, cutoff)


def level_of(code: str) -> str:
    """Level that a well-formed code says."""
    return _LEVEL_OF[code[:2]]


def compared(name: str) -> str:
    """A name as it is compared: without case, diacritics, blanks, hyphens and points; ``&`` and ``en`` are the same."""
    plain = "".join(
        character for character in unicodedata.normalize("NFKD", name).casefold() if not unicodedata.combining(character)
    )
    words = re.sub(r"[^a-z0-9]+", " ", plain.replace("&", " en ").replace("'", "").replace("’", "")).split()
    return "".join(words)
