"""The refusal of a delivered file and its texts in two languages. When to refuse is decided elsewhere."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import Any

TEXTS = Path(__file__).resolve().parent / "reference" / "refusals.csv"
LONGEST_VALUE = 80
LONGEST_LIST = 600


class RefusedDelivery(Exception):
    """A file that is not loaded: the rule, the place in it, what to do (``message`` English, ``bericht`` Dutch)."""

    def __init__(
        self,
        rule: str,
        file: str = "",
        *,
        sheet: str | None = None,
        cell: str | None = None,
        value: str | None = None,
        **details: Any,
    ) -> None:
        self.rule = rule
        self.file = file
        self.sheet = sheet
        self.cell = cell
        self.value = None if value is None else shorten(value, LONGEST_VALUE)
        self.details = {key: shorten(str(detail), LONGEST_LIST) for key, detail in details.items()}
        texts = refusal_texts()[rule]
        places = {"file": file, "sheet": sheet or "", "cell": cell or "", "value": self.value or "", **self.details}
        self.message = f"{texts['message']}\n{texts['remedy']}".format_map(places)
        self.bericht = f"{texts['bericht']}\n{texts['wat_te_doen']}".format_map(places)
        super().__init__(self.message)

    def __reduce__(self) -> tuple[Any, ...]:
        # Keyword arguments do not survive the pickling of an exception, and runs hand errors from process to process.
        return rebuild, (self.file, self.as_dict())

    def as_dict(self) -> dict[str, Any]:
        """What another process needs to raise the same refusal; it knows the file name itself."""
        return {"rule": self.rule, "sheet": self.sheet, "cell": self.cell, "value": self.value, **self.details}


def rebuild(file: str, fields: dict[str, Any]) -> RefusedDelivery:
    """The refusal that ``as_dict`` described, for the file of this name."""
    return RefusedDelivery(file=file, **fields)


@cache
def refusal_texts() -> dict[str, dict[str, str]]:
    """Texts per rule."""
    with TEXTS.open(encoding="utf-8", newline="") as source:
        return {row["rule"]: row for row in csv.DictReader(source)}


def shorten(text: str, longest: int) -> str:
    """One line of readable text: a message must not carry a whole cell, nor control characters into a log."""
    line = " ".join("".join(character if character.isprintable() else " " for character in text).split())
    return line if len(line) <= longest else line[: longest - 1] + "…"
