"""One line of interpretation as a row, with its key. What is said is decided elsewhere."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import Any

Line = dict[str, Any]

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "'")
"""What a spreadsheet takes as the begin of a formula (OWASP, CSV injection); with our own mark, so that no two texts meet."""


def line(
    soort: str, code: str, tekst: str, *, gebied: tuple[str, str] | None = None, klasse: tuple[str, str] | None = None,
    datumbasis: str | None = None, periode: str | None = None, begin: date | None = None, eind: date | None = None,
    rol: str | None = None, geldig_tot_en_met: date | None = None,
) -> Line:  # fmt: skip
    """A row of ``DASHBOARD_INTERPRETATION``.

    Args:
        gebied: level and key of the area; None is every area.
        klasse: level and key of the class; None is every class.
        periode: key of a period; with it ``begin`` and ``eind`` are its days. Without it they bound the days it speaks of.
    """
    facts: Line = {
        "soort": soort,
        "code": code,
        "gebied_sleutel": gebied[1] if gebied else None,
        "gebied_niveau": gebied[0] if gebied else None,
        "klasse_sleutel": klasse[1] if klasse else None,
        "klasse_niveau": klasse[0] if klasse else None,
        "datumbasis": datumbasis,
        "periode": periode,
        "periode_begin": begin,
        "periode_eind": eind,
        "rol": rol,
        "tekst": harmless(tekst),
        "geldig_tot_en_met": geldig_tot_en_met,
    }
    told = json.dumps(facts, default=str, sort_keys=True, ensure_ascii=False)
    return {"duiding_id": f"{code}-{hashlib.sha256(told.encode()).hexdigest()[:12]}", **facts}


def harmless(text: str) -> str:
    """The text with an apostrophe before it when a spreadsheet would read its begin as a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text
