"""A store with the region in it, and deliveries to break. No assertions belong here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ivz_assets.deliveries import landing
from ivz_assets.quality.verdicts import Finding, Verdict
from ivz_assets.settings import Settings
from ivz_assets.warehouse.store import Store, open_store
from ivz_assets.weekmonitor import intake
from ivz_assets_tests.warehouse.region import WEEK

SUNDAY = WEEK.replace(day=22)


@dataclass(frozen=True)
class Workshop:
    """An open store with its settings."""

    store: Store
    settings: Settings

    def take_in(self, path: Path, run_id: str = "proef") -> intake.Outcome:
        """Takes in a copy of a file as a run of the last closed week would."""
        landing.prepare(self.settings)
        waiting = landing.put(path, self.settings.landing_folder, None)
        return intake.take_in(waiting, self.store, self.settings, run_id, up_to=SUNDAY)

    def loaded(self) -> int:
        """Rows in the raw table."""
        if not self.store.exists("raw_weekmonitor"):
            return 0
        return int(self.store.rows("SELECT count(*) AS n FROM raw_weekmonitor")[0]["n"])


@contextmanager
def opened(settings: Settings) -> Iterator[Workshop]:
    """A workshop on these settings."""
    store = open_store(settings.warehouse_folder)
    try:
        yield Workshop(store, settings)
    finally:
        store.close()


def failed(verdicts: list[Verdict]) -> dict[str, list[Finding]]:
    """The findings by gate, of the gates that did not hold."""
    return {f"{item.tabel}.{item.controle}": item.bevindingen for item in verdicts if not item.passed}


def names(verdicts: list[Verdict]) -> list[str]:
    """The expectations that did not hold."""
    return [finding.verwachting for item in verdicts for finding in item.bevindingen]
