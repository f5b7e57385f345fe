"""Which delivered values may be told outside the protected folders: those that cannot be about a person. Nothing is judged."""

from __future__ import annotations

import difflib
import re
from functools import cache, lru_cache

from ivz_assets.deliveries.reading.cells import Cell, text
from ivz_assets.enrichment.catalogue import (
    EENHEDEN,
    HIGHEST_MAXIMUM,
    NIVEAUS,
    NOEMERS,
    PERIODE_SOORTEN,
    breakdowns,
    catalogue,
    supplier_fields,
)
from ivz_assets.enrichment.layout import CIJFERS, INDICATOREN, LEVERANCIER, LIJSTEN, UITLEG, columns
from ivz_assets.enrichment.people import as_words
from ivz_assets.enrichment.values import Ambiguous, read_number, read_period

LETTERS_PER_SLIP = 8
"""A known name may be told with one slip per so many letters: ``waard`` is a surname, ``jeugdhlp`` is not."""

MOST_SLIPS = 2

_CODE = re.compile(r"(GM|WK|BU)\d{1,10}", re.IGNORECASE)


def harmless(cell: Cell) -> bool:
    """Whether a value looks like a code of an area, a figure or a period, or is (nearly) a name that we ourselves gave out."""
    given = text(cell).strip()
    return not given or bool(_CODE.fullmatch(given)) or read_period(cell) is not None or _is_figure(cell) or _is_known(given)


def _is_figure(cell: Cell) -> bool:
    try:
        number = read_number(cell)
    except Ambiguous:
        return True
    # Longer numbers are those of persons, telephones and files.
    return number is not None and abs(number) < HIGHEST_MAXIMUM and len(text(cell)) <= 12


@lru_cache(maxsize=4096)
def _is_known(given: str) -> bool:
    word = as_words(given)
    return any(_slips(word, known) <= min(len(known) // LETTERS_PER_SLIP, MOST_SLIPS) for known in _known_names())


@cache
def _known_names() -> frozenset[str]:
    names = [*catalogue(), *(one.naam for one in catalogue().values()), *columns(), *breakdowns()]
    names += [value.waarde for values in breakdowns().values() for value in values]
    names += [field.label for field in supplier_fields().values()]
    names += [*EENHEDEN, *NOEMERS, *PERIODE_SOORTEN, *NIVEAUS, CIJFERS, INDICATOREN, LEVERANCIER, LIJSTEN, UITLEG]
    return frozenset(as_words(name) for name in names)


def _slips(word: str, known: str) -> int:
    """Letters that one has and the other has not, at most; far apart when their lengths are."""
    longest = max(len(word), len(known))
    if abs(len(word) - len(known)) > MOST_SLIPS:
        return longest
    same = sum(block.size for block in difflib.SequenceMatcher(a=word, b=known, autojunk=False).get_matching_blocks())
    return longest - same
