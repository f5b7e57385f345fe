"""The tiny region, fetched and built once. No assertions belong here."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from ivz_assets.neighbourhoods import stage
from ivz_assets.neighbourhoods.cbs.fetch import YearTable
from ivz_assets.neighbourhoods.cbs.service import CbsService
from ivz_assets.neighbourhoods.cbs.sources import service_of
from ivz_assets.quality.stage import StageOutcome
from ivz_assets.settings import Settings
from ivz_assets.warehouse.store import Store, open_store
from ivz_assets_tests.neighbourhoods.building import Streek


@dataclass
class Built:
    """A store with the settings of its region."""

    store: Store
    settings: Settings

    def fetch(self, service: CbsService | None) -> tuple[StageOutcome, list[YearTable], list[str]]:
        """Fetches as a run does; also what was said."""
        said: list[str] = []
        outcome, tables = stage.fetch(self.store, self.settings, "proef", service, said.append)
        return outcome, tables, said

    def run(self) -> StageOutcome:
        """Fetches from the files and builds."""
        outcome, _, _ = self.fetch(service_of(self.settings))
        assert outcome.passed
        return stage.build(self.store, self.settings, "proef")


@pytest.fixture(scope="session")
def region(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    """The tiny region, built; nothing of it is changed."""
    folder = tmp_path_factory.mktemp("streek")
    settings = Streek(folder).write()
    store = open_store(settings.warehouse_folder)
    made = Built(store, settings)
    made.run()
    yield made
    store.close()


@pytest.fixture
def built(region: Built, tmp_path: Path) -> Iterator[Built]:
    """A copy of the tiny region, to change."""
    region.store.connection.execute("CHECKPOINT")
    shutil.copytree(region.settings.data_dir.parent, tmp_path, dirs_exist_ok=True)
    settings = Streek(tmp_path).settings()
    store = open_store(settings.warehouse_folder)
    yield Built(store, settings)
    store.close()
