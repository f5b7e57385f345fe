"""What a gate says: findings, the verdict they make, and what a person let through. How a gate judges is not here.

A finding names the expectation, the observed value and the limit, and refers to rows (delivery, row number, rule); it
never holds a row's values.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Finding:
    """What did not hold: which expectation, on which column, what was seen, what was allowed, where to look."""

    verwachting: str
    uitleg: str
    kolom: str | None
    waargenomen: str
    grens: str
    cellen: list[dict[str, Any]] = field(default_factory=list)
    verwijzingen: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Allowance:
    """What a person let through: these cells of this expectation, and what to tell of it (who, why, until when)."""

    verwachting: str
    cellen: list[dict[str, str]]
    tekst: str


@dataclass(frozen=True)
class Verdict:
    """The outcome of one gate on one table."""

    tabel: str
    controle: str
    beoordeeld: int
    bevindingen: list[Finding]
    doorgelaten: list[str] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        """Whether the table may be used."""
        return not self.bevindingen

    def findings_as_dicts(self) -> list[dict[str, Any]]:
        """The findings for storing as JSON."""
        return [asdict(finding) for finding in self.bevindingen]
