"""Whom to ask for the open police tables: they lie on another host and answer as CBS does. Nothing is fetched here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from ivz_assets.neighbourhoods.cbs.files import CbsFiles
from ivz_assets.neighbourhoods.cbs.odata import CbsOData
from ivz_assets.neighbourhoods.cbs.service import Column, TableEntry
from ivz_assets.settings import Settings


class PoliceService(Protocol):
    """Reads tables with several dimensions. Values are as served; every method raises a ``CbsFault``."""

    @property
    def source(self) -> str:
        """What answers, for the record: a host or a folder of files."""

    @property
    def requests(self) -> int:
        """Requests sent so far, repeated ones included."""

    def table_entry(self, table_id: str) -> TableEntry:
        """What the table tells of itself."""

    def columns(self, table_id: str) -> list[Column]:
        """Columns of a table, its dimensions among them."""

    def regions(self, table_id: str, dimension: str, gemeenten: Sequence[str] | None) -> list[dict[str, Any]]:
        """Regions of a table within the municipalities, as Key and Title."""

    def members(self, table_id: str, dimension: str) -> list[dict[str, Any]]:
        """Members of another dimension, as Key and Title."""

    def cells(self, table_id: str, wanted: Mapping[str, Sequence[str]]) -> list[dict[str, Any]]:
        """Rows of a table with these keys, as served, in these dimensions."""


def service_of(settings: Settings) -> PoliceService | None:
    """Files when a folder of them is set, else the host; None when that is empty."""
    if settings.politie_files:
        return CbsFiles(settings.politie_files, "politie_files")
    if not settings.politie_host:
        return None
    return CbsOData(
        settings.politie_host,
        settings.cbs_https,
        settings.cbs_timeout_seconds,
        settings.cbs_attempts,
        settings.cbs_pause_seconds,
        "politie_host",
    )
