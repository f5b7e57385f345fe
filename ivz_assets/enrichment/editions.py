"""Codes of areas through the editions: which are of a former one, and to which code of the newest they lead. No store here."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

_LENGTH = {"BU": 8, "WK": 6, "GM": 4}
"""Digits of a code; those of a wijk and a gemeente are the first of its neighbourhoods'."""

_COMPLETE = re.compile(r"\d+")


@dataclass
class Editions:
    """The codes of each edition with the codes of the newest edition to which their neighbourhoods lead."""

    newest: dict[tuple[str, int], set[str]] = field(default_factory=dict)
    years: dict[str, set[int]] = field(default_factory=dict)
    all_years: set[int] = field(default_factory=set)

    @classmethod
    def of(cls, crosswalk: Iterable[tuple[int, str, str]]) -> Editions:
        """From the rows of ``area_crosswalk``: van_jaar, van_buurt_code, buurt_code."""
        found = cls()
        for year, old, new in crosswalk:
            found.all_years.add(year)
            for level, length in _LENGTH.items():
                code = level + old[2 : 2 + length]
                found.years.setdefault(code, set()).add(year)
                # BU0153XXXX is a neighbourhood that is not known: only its municipality is.
                found.newest.setdefault((code, year), set()).add(level + new[2 : 2 + length])
        return found

    def edition_of(self, day: date) -> int | None:
        """The edition of a day: that of its year, else the one before it, else the first; None when there are no editions."""
        first = min(self.all_years, default=None)
        return max((year for year in self.all_years if year <= day.year), default=first)

    def is_former(self, code: str, day: date) -> bool:
        """Whether the code was of an edition and is no longer of that of the day."""
        edition = self.edition_of(day)
        return edition is not None and code in self.years and max(self.years[code]) < edition

    def now(self, code: str, day: date) -> tuple[str, ...]:
        """The codes of the newest edition to which this code leads, as it was on the day or else when it was last there."""
        years = self.years.get(code, set())
        edition = self.edition_of(day)
        if not years or edition is None:
            return ()
        found = self.newest[code, edition if edition in years else max(years)]
        return tuple(sorted(found)) if all(_COMPLETE.fullmatch(new[2:]) for new in found) else ()
