"""A figure with its target, how it is shown and where it is kept. Nothing is measured here."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

RESULTS = Path(__file__).resolve().parent / "results"
CACHE = RESULTS / "cache"


@dataclass(frozen=True)
class Figure:
    """One measured figure; without a target it is only shown."""

    name: str
    measured: float | bool | str
    at_least: float | None = None
    at_most: float | None = None
    unit: str = "x"

    @property
    def target(self) -> str:
        """The target in words."""
        if self.at_least is not None:
            return f">= {self.at_least:g} {self.unit}"
        if self.at_most is not None:
            return f"<= {self.at_most:g} {self.unit}"
        return "yes" if isinstance(self.measured, bool) else ""

    @property
    def met(self) -> bool | None:
        """Whether the target was met; None when there is none."""
        if isinstance(self.measured, bool):
            return self.measured
        if isinstance(self.measured, str):
            return None
        if self.at_least is not None:
            return self.measured >= self.at_least
        if self.at_most is not None:
            return self.measured <= self.at_most
        return None

    @property
    def shown(self) -> str:
        """The measured value as text."""
        if isinstance(self.measured, bool):
            return "yes" if self.measured else "no"
        return self.measured if isinstance(self.measured, str) else f"{self.measured:,.2f} {self.unit}"


def show(figures: Sequence[Figure]) -> None:
    """Prints the figures; a missed target is said, not hidden."""
    table = Table(title="Measured side by side on this machine")
    for name, side in (("figure", "left"), ("target", "right"), ("measured", "right"), ("met", "left")):
        table.add_column(name, justify=side)  # type: ignore[arg-type]
    marks = {None: "", True: "[green]yes[/green]", False: "[bold red]no[/bold red]"}
    for figure in figures:
        table.add_row(figure.name, figure.target, figure.shown, marks[figure.met])
    Console().print(table)


def keep(figures: Sequence[Figure], details: Mapping[str, Any]) -> Path:
    """Writes figures and details; a later part of the same day is added to the file."""
    now = datetime.now()
    RESULTS.mkdir(parents=True, exist_ok=True)
    path = RESULTS / f"{now:%Y-%m-%d}.json"
    before = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    machine = {"processors": os.cpu_count(), "load": os.getloadavg(), "python": platform.python_version()}
    for part, found in details.items():
        mine = [asdict(item) | {"target": item.target, "met": item.met} for item in figures if item.name.startswith(part)]
        before[part] = {"at": now.isoformat("T", "seconds"), "machine": machine, "figures": mine, "details": found}
    path.write_text(json.dumps(before, indent=2, default=str, ensure_ascii=False), encoding="utf-8")
    return path
