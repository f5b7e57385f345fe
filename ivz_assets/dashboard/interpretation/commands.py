"""What ``ivz`` does for notes: the empty workbook. Commands are defined in ``cli``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ivz_assets.warehouse.store import Store


class WorkbookExists(Exception):
    """There is a file in that place, and notes that people typed are never overwritten."""


def write_notes_workbook(path: Path, store: Store) -> int:
    """Writes the empty workbook with the areas, classes and themes of the warehouse; returns how many areas it lists.

    Raises:
        WorkbookExists: there is a file in that place.
        NotPassed: the dimensions have not been made yet.
    """
    from ivz_assets.dashboard.interpretation.template import write_notes_template
    from ivz_assets.dashboard.interpretation.workbook import choices

    if path.exists():
        raise WorkbookExists(f"{path} is there already; choose another place, or move it first: its notes are not overwritten")
    areas, classes = choices(store)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_notes_template(path, areas=areas, classes=classes)
    return len(areas)
