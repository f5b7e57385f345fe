"""What ``ivz`` does for suppliers' files: the template, and what it says of a loaded one. Commands are defined in ``cli``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ivz_assets.settings import Settings

if TYPE_CHECKING:
    from ivz_assets.warehouse.store import Store


class UnknownMunicipality(Exception):
    """A template is asked for a municipality that is not in the region."""


def write_supplier_template(
    path: Path, settings: Settings, store: Store | None, supplier: str | None, gemeente: str | None
) -> int:
    """Writes the empty workbook with the areas of the region, or of one municipality; returns how many areas it lists.

    Args:
        store: the warehouse, when there is one: its areas go before the lists of the data folder.

    Raises:
        UnknownMunicipality: it is not one of the region.
        WrongList: a list of the data folder cannot be used.
    """
    from ivz_assets.enrichment.areas import newest_areas
    from ivz_assets.enrichment.template import write_template

    found = newest_areas(store, settings)
    known = sorted({area["gemeente_code"] for area in found})
    if gemeente and gemeente not in known:
        raise UnknownMunicipality(f"{gemeente} is not a municipality of this region; choose one of {', '.join(known)}")
    areas = [
        (area["gebied_code"], area["naam"], area["niveau"])
        for area in found
        if gemeente is None or area["gemeente_code"] == gemeente
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    write_template(path, areas=areas, supplier=supplier)
    return len(areas)


def rejected_figures(store: Store, levering_id: str) -> int:
    """How many figures of a delivery were rejected."""
    if not store.exists("enrichment_accounts"):
        return 0
    rows = store.rows("SELECT afgekeurd FROM enrichment_accounts WHERE levering_id = ?", [levering_id])
    return int(rows[0]["afgekeurd"]) if rows else 0


def problems_file(settings: Settings, levering_id: str) -> Path:
    """Where the list of problems of a loaded delivery is, to send back to the supplier."""
    return settings.protected_folder / "quarantine" / f"problemen_{levering_id}.xlsx"
