"""What taking in a file has in common for every kind of delivery: its outcome, and what did not get in. Nothing is read here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import ibis.expr.types as ir

from ivz_assets.deliveries import landing
from ivz_assets.deliveries.ledger import DeliveryFacts, Ledger
from ivz_assets.deliveries.streams import RAW_TABLES
from ivz_assets.quality.stage import GateFailed, protect_values, remember
from ivz_assets.quality.verdicts import Verdict
from ivz_assets.settings import Settings

TOLD_PROBLEMS = 20
"""Problems that a message names: more do not fit on a screen."""


@dataclass(frozen=True)
class Outcome:
    """What became of a waiting file: geladen, vastgehouden, al_geladen, geweigerd, mislukt or wacht."""

    bestand: str
    uitkomst: str
    melding: str = ""
    levering_id: str | None = None
    week: str | None = None
    rijen: int = 0
    verdicts: list[Verdict] = field(default_factory=list)

    @property
    def stands(self) -> bool:
        """Whether the file's rows are in the warehouse and count (or will, once a person decides)."""
        return self.uitkomst in ("geladen", "vastgehouden", "al_geladen", "wacht")


def loaded_before(path: Path, settings: Settings, ledger: Ledger, sha256: str) -> Outcome | None:
    """The outcome for a file whose very bytes were loaded before; it goes to the archive without being read."""
    known = ledger.by_sha256(sha256)
    if known is None:
        return None
    landing.archive(path, settings, known.levering_id)
    return Outcome(path.name, "al_geladen", f"this file was loaded before as {known.levering_id}", known.levering_id, known.week)


def stop_unless_passed(verdicts: Sequence[Verdict], raw: Mapping[str, ir.Table], settings: Settings, run_id: str) -> None:
    """Leaves the transaction that loads a delivery when a gate did not hold; the failing rows are kept for their owner.

    Raises:
        GateFailed: at least one gate did not hold.
    """
    if not all(verdict.passed for verdict in verdicts):
        protect_values(raw, verdicts, settings.protected_folder / "gates" / run_id)
        raise GateFailed(verdicts)


def refused(
    path: Path, settings: Settings, ledger: Ledger, sha256: str, run_id: str, *, rule: str, message: str, reason: str,
    keep: bool = True, beside: Callable[[Path], None] | None = None,
) -> Outcome:  # fmt: skip
    """Keeps a refused file beside its reason, and remembers that it was tried.

    Args:
        rule: the rule by which it was refused.
        message: what the operator is told.
        reason: what is written beside the file, for the supplier.
        keep: False destroys the file: it holds what may not be kept.
        beside: writes more beside the file, whose place it gets.
    """
    away = landing.refuse if keep else landing.destroy
    kept = away(path, settings, settings.now(), reason)
    if beside is not None:
        beside(kept)
    with ledger.store.transaction():
        ledger.add_attempt(settings.now(), path.name, sha256, "geweigerd", rule, message, run_id)
    where = f"The file is kept in {kept}, with the reason beside it."
    if not keep:
        where = f"The file was destroyed; the reason is in {kept.parent}."
    return Outcome(path.name, "geweigerd", f"{message}\n{where}")


def failed(
    path: Path, settings: Settings, ledger: Ledger, facts: DeliveryFacts, failure: GateFailed, *, supplier: str,
    problems: Sequence[str] = (), beside: Callable[[Path], None] | None = None,
) -> Outcome:  # fmt: skip
    """Keeps a file that did not pass its gates beside what did not hold, and remembers the verdicts.

    Args:
        supplier: whom to look at it with.
        problems: what is wrong, a line each: the first are told, all are written beside the file.
        beside: writes more beside the file, whose place it gets.
    """
    findings = [item for verdict in failure.verdicts for item in verdict.bevindingen]
    lines = [f"{item.verwachting}: {item.uitleg} Waargenomen: {item.waargenomen}. Grens: {item.grens}." for item in findings]
    found = "\n".join([f"{path.name} did not pass its gate and was not loaded:", *lines, *shown(problems)])
    remedy = _remedy(failure, supplier)
    message = f"{found}\n{remedy}"
    kept = landing.refuse(path, settings, settings.now(), "\n".join([message, *problems[TOLD_PROBLEMS:]]))
    if beside is not None:
        beside(kept)
    store = ledger.store
    with store.transaction():
        version = store.next_version()
        store.remember_version(RAW_TABLES[ledger.stroom], version, facts.run_id, settings.now(), {}, passed=False)
        remember(store, failure.verdicts, version, facts.run_id, settings.now())
        ledger.add_attempt(settings.now(), path.name, facts.sha256, "mislukt", findings[0].verwachting, message, facts.run_id)
    told = f"{found}\nThe file is kept in {kept}, with the reason beside it.\n{remedy}"
    return Outcome(path.name, "mislukt", told, facts.levering_id, facts.week, facts.rijen, list(failure.verdicts))


def shown(problems: Sequence[str]) -> list[str]:
    """As many problems as fit on a screen, and how many more there are."""
    more = len(problems) - TOLD_PROBLEMS
    return [*problems[:TOLD_PROBLEMS], *([f"... and {more} more, listed beside the file"] if more > 0 else [])]


def _remedy(failure: GateFailed, supplier: str) -> str:
    """What to do about a delivery that failed; only an expectation can be let through, never a schema or a lost row."""
    judged = [verdict for verdict in failure.verdicts if verdict.controle == "expectations"]
    first = next((item.verwachting for verdict in judged for item in verdict.bevindingen), None)
    if first is None:
        return f"Look at it with {supplier}, and deliver the corrected file."
    return (
        f"Look at it with {supplier}. If it is a true outlier: "
        f"ivz accept {first} --reason ... --until JJJJ-MM-DD, and then deliver the file again."
    )
