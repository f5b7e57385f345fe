"""From one cell to a number, a date or a period. None of these judges the value for an indicator; that is ``figures``."""

from __future__ import annotations

import math
import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime

from ivz_assets.deliveries.reading.cells import Cell, text

UNKNOWN = (".", "onbekend")
"""With these a supplier says that there is a figure and that it is not known."""

EXAMPLES = {
    "jaar": "2025",
    "halfjaar": "2025-H1",
    "kwartaal": "2025-K3",
    "maand": "2025-03",
    "peildatum": "2025-01-01",
    "looptijd": "begindatum en einddatum in hun eigen kolommen",
}
"""Per kind of period how it is written."""

MONTHS = (
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
)
_MONTH = "|".join(f"{month}|{month[:3]}" for month in MONTHS) + "|mrt"
_YEAR = r"(?P<jaar>20\d\d)"
_SPACE = r"[ _-]*"
_FORMS = (
    ("jaar", rf"{_YEAR}"),
    ("kwartaal", rf"{_YEAR}{_SPACE}[kq](?P<deel>[1-4])"),
    ("kwartaal", rf"[kq](?P<deel>[1-4]){_SPACE}{_YEAR}"),
    ("kwartaal", rf"(?P<deel>[1-4])e?{_SPACE}kwartaal{_SPACE}{_YEAR}"),
    ("kwartaal", rf"kwartaal{_SPACE}(?P<deel>[1-4]){_SPACE}{_YEAR}"),
    ("halfjaar", rf"{_YEAR}{_SPACE}h(?P<deel>[12])"),
    ("halfjaar", rf"h(?P<deel>[12]){_SPACE}{_YEAR}"),
    ("halfjaar", rf"(?P<deel>[12])e?{_SPACE}half{_SPACE}jaar{_SPACE}{_YEAR}"),
    ("maand", rf"{_YEAR}-(?P<deel>0?[1-9]|1[0-2])"),
    ("maand", rf"(?P<deel>0?[1-9]|1[0-2])[-/]{_YEAR}"),
    ("maand", rf"(?P<naam>{_MONTH})\.?{_SPACE}{_YEAR}"),
)
_FORMS_COMPILED = tuple((kind, re.compile(form, re.ASCII)) for kind, form in _FORMS)
_MONTHS_OF = {"kwartaal": 3, "halfjaar": 6, "maand": 1, "jaar": 12}

_GROUPED = {
    ",": re.compile(r"-?[1-9]\d{0,2}(\.\d{3})+(,\d+)?", re.ASCII),
    ".": re.compile(r"-?[1-9]\d{0,2}(,\d{3})+(\.\d+)?", re.ASCII),
}
_PLAIN = {",": re.compile(r"-?\d+(,\d+)?", re.ASCII), ".": re.compile(r"-?\d+(\.\d+)?", re.ASCII)}
_TWO_WAYS = re.compile(r"-?[1-9]\d{0,2}[.,]\d{3}", re.ASCII)


class Ambiguous(ValueError):
    """A text such as ``1.234`` that is a thousand to one and a decimal number to another."""


@dataclass(frozen=True)
class Period:
    """A period: its kind, its label (``2025``, ``2025-K3``, ``2025-01-01``) and its first and last day.

    ``eind`` is the last day itself, and NULL when a duration has not ended.
    """

    soort: str
    label: str
    begin: date
    eind: date | None


def is_empty(cell: object) -> bool:
    """Whether nothing stands in the cell; calamine gives '' for an empty cell and for a formula that failed."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def is_unknown(cell: Cell, unknown: tuple[str, ...] = UNKNOWN) -> bool:
    """Whether the cell says that the figure is not known."""
    return isinstance(cell, str) and cell.strip().casefold() in {word.casefold() for word in unknown}


def read_number(cell: Cell, decimaalteken: str | None = None) -> float | None:
    """The number in a cell; None when there is none.

    Args:
        cell: a number, or a text such as ``1.234,5``.
        decimaalteken: what parts the decimals in a text; without it the text itself must leave no doubt.

    Raises:
        Ambiguous: ``1.234`` or ``1,234`` in a text of which the decimal sign is not said.
    """
    if isinstance(cell, bool):
        return None
    if isinstance(cell, (int, float)):
        return float(cell) if math.isfinite(cell) else None
    if not isinstance(cell, str):
        return None
    plain = re.sub(r"\s", "", cell)
    if decimaalteken is None and _TWO_WAYS.fullmatch(plain):
        raise Ambiguous(plain)
    for sign in (decimaalteken,) if decimaalteken else (",", "."):
        if _PLAIN[sign].fullmatch(plain) or _GROUPED[sign].fullmatch(plain):
            digits = plain.replace("." if sign == "," else ",", "").replace(",", ".")
            return float(digits) if math.isfinite(float(digits)) else None
    return None


def read_date(cell: Cell) -> date | None:
    """The day in a cell: a date cell, ``dd-mm-jjjj`` (also with / or .) or ISO; None when it is no day from 2000 to 2099."""
    if isinstance(cell, datetime):
        found = cell.date()
    elif isinstance(cell, date):
        found = cell
    else:
        given = text(cell).strip() if isinstance(cell, str) else ""
        match = re.fullmatch(r"(?P<d>\d{1,2})[-/.](?P<m>\d{1,2})[-/.](?P<j>\d{4})", given, re.ASCII) or re.fullmatch(
            r"(?P<j>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})([ T]00:00(:00)?)?", given, re.ASCII
        )
        if not match:
            return None
        try:
            found = date(int(match["j"]), int(match["m"]), int(match["d"]))
        except ValueError:
            return None
    return found if 2000 <= found.year <= 2099 else None


def read_period(cell: Cell) -> Period | None:
    """The period that a cell says by its form; None when it says none. A duration has two dates: see ``duration``."""
    day = read_date(cell)
    if day:
        return Period("peildatum", day.isoformat(), day, day)
    if isinstance(cell, bool) or not isinstance(cell, (str, int, float)):
        return None
    given = " ".join(text(cell).casefold().split())
    for kind, form in _FORMS_COMPILED:
        match = form.fullmatch(given)
        if match:
            parts = match.groupdict()
            part = _month_number(parts["naam"]) if "naam" in parts else int(parts.get("deel") or 1)
            return period(kind, int(match["jaar"]), part)
    return None


def period(kind: str, year: int, part: int = 1) -> Period:
    """A period of a year: quarter 3 of 2025 is ``period("kwartaal", 2025, 3)``."""
    months = _MONTHS_OF[kind]
    last_month = part * months
    last = date(year, last_month, monthrange(year, last_month)[1])
    label = {"jaar": f"{year}", "kwartaal": f"{year}-K{part}", "halfjaar": f"{year}-H{part}", "maand": f"{year}-{part:02d}"}[kind]
    return Period(kind, label, date(year, last_month - months + 1, 1), last)


def duration(begin: date, eind: date | None) -> Period:
    """The period of a measure, labelled ``2025-03-01/2025-08-31``, or ``2025-03-01/..`` while it runs."""
    return Period("looptijd", f"{begin.isoformat()}/{eind.isoformat() if eind else '..'}", begin, eind)


def month_of(day: Period) -> Period | None:
    """The month that Excel turned into its first day (``2025-03`` becomes 1 March); None for another day."""
    return period("maand", day.begin.year, day.begin.month) if day.begin.day == 1 else None


def _month_number(name: str) -> int:
    return 3 if name == "mrt" else next(number for number, month in enumerate(MONTHS, 1) if month.startswith(name[:3]))
