"""From the settings and the list in reference/ to what is asked, and of whom. Nothing is fetched here."""

from __future__ import annotations

import csv
from functools import cache

from ivz_assets.neighbourhoods.cbs.files import CbsFiles
from ivz_assets.neighbourhoods.cbs.odata import CbsOData
from ivz_assets.neighbourhoods.cbs.service import CbsService
from ivz_assets.neighbourhoods.reference import FOLDER
from ivz_assets.settings import Settings


@cache
def listed_tables() -> dict[int, str]:
    """Table of Kerncijfers wijken en buurten per year, as far as they were known; newer ones are found in the catalogue."""
    with (FOLDER / "kwb_tables.csv").open(encoding="utf-8", newline="") as file:
        return {int(row["jaar"]): row["tabel_id"] for row in csv.DictReader(file)}


def service_of(settings: Settings) -> CbsService | None:
    """Files when a folder of them is set, else the host; None when that is empty."""
    if settings.cbs_files:
        return CbsFiles(settings.cbs_files)
    if not settings.cbs_host:
        return None
    return CbsOData(
        settings.cbs_host, settings.cbs_https, settings.cbs_timeout_seconds, settings.cbs_attempts, settings.cbs_pause_seconds
    )
