"""Recognising columns and values about persons and addresses. Refusing the file is the caller's."""

from __future__ import annotations

import re
import unicodedata

from ivz_assets.deliveries.reading.cells import Cell
from ivz_assets.enrichment.catalogue import forbidden_columns, function_words

_BSN = re.compile(r"(?<![\w.,-])(\d{4})[. ]?(\d{2})[. ]?(\d{3})(?![\w,-]|\.\d)")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.\w+")
_PHONE = re.compile(
    r"(?<![\w.,])(?:(?:\+|00)31[ -]?(?:\(0\)[ -]?)?|0)[1-9](?:[ -]{0,3}\d){8}(?![\w,]|\.\d)"
    r"|(?<![\w.,])06[. -]{1,3}\d(?:[. -]?\d){7}(?!\w)"
)
_IBAN = re.compile(r"\bNL\d{2} ?[A-Z]{4} ?\d{4} ?\d{4} ?\d{2}\b")
# With a blank only in capitals: "2024 en" and "5000 of" are words beside a number.
_POSTCODE = re.compile(r"(?<![\w.,-])[1-9]\d{3}(?: ?(?!SA|SD|SS)[A-Z]{2}|[a-z]{2})(?!\w)")
SHORTEST_PART = 4
"""Letters from which a function word may be part of a longer word (``zorgloket``); a shorter one stands alone."""


def forbidden_column(name: str) -> tuple[str, str] | None:
    """What a column with this name is about and its kind (persoon, adres); None when it may be there."""
    words = as_words(name)
    return next(((reason, kind) for pattern, reason, kind in forbidden_columns() if pattern.search(words)), None)


def personal_value(cell: Cell) -> str | None:
    """What a cell seems to hold that is about a person or an address, in Dutch; None when it holds nothing of the kind.

    A number is only seen as a citizen service number: it has nine digits and passes its test.
    """
    if isinstance(cell, bool):
        return None
    if isinstance(cell, (int, float)):
        return "een burgerservicenummer" if 1e8 <= cell < 1e9 and cell == cell // 1 and is_bsn(str(int(cell))) else None
    if not isinstance(cell, str):
        return None
    if _EMAIL.search(cell):
        return "een e-mailadres"
    if any(is_bsn("".join(found)) for found in _BSN.findall(cell)):
        return "een burgerservicenummer"
    if _PHONE.search(cell):
        return "een telefoonnummer"
    if _IBAN.search(cell):
        return "een rekeningnummer"
    if _POSTCODE.search(cell):
        return "een postcode van zes tekens"
    return None


def is_bsn(digits: str) -> bool:
    """Whether nine digits pass the test of a citizen service number: 9a+8b+...+2h-i is a multiple of 11."""
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    total = sum(weight * int(digit) for weight, digit in zip(weights, digits, strict=True))
    return total % 11 == 0 and digits != "000000000"


def is_persons_email(address: str) -> bool:
    """Whether an e-mail address looks like a person's: initials or names parted by points, and no word of a function.

    ``a.jansen@``, ``jan_jansen@`` and ``jansen.j@`` do; ``team.data@``, ``cijfers@`` and ``o&s@`` do not. Of one word nothing
    can be said: it may be a surname or an abbreviation.
    """
    parts = [part for part in re.split(r"[^a-z0-9&]+", as_plain(address.strip().partition("@")[0])) if part]
    return len(parts) > 1 and not any(_is_function(part) for part in parts)


def _is_function(part: str) -> bool:
    return any(part == word or (len(word) >= SHORTEST_PART and word in part) for word in function_words())


def as_words(name: str) -> str:
    """A column name in small letters without diacritics, its words parted by one blank."""
    return " ".join(re.sub(r"[^a-z0-9]+", " ", as_plain(name)).split())


def as_plain(name: str) -> str:
    """A text in small letters without diacritics."""
    return "".join(
        character for character in unicodedata.normalize("NFKD", name).casefold() if not unicodedata.combining(character)
    )
