"""The tiny region that the tests deliver figures to. No assertions belong here."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ivz_assets.enrichment import loading
from ivz_assets.quality import stage
from ivz_assets.quality.verdicts import Verdict
from ivz_assets_tests.enrichment.delivering import Region, opened


@pytest.fixture
def region(tmp_path: Path) -> Iterator[Region]:
    """An empty warehouse of a region with thirty neighbourhoods."""
    with opened(tmp_path) as found:
        yield found


@pytest.fixture
def without_schema(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leaves out the schema gates, which take longer than all the rest; the tests of them do not."""
    for module in (loading, stage):
        monkeypatch.setattr(module, "schema_gate", lambda rows, model: Verdict(str(model.name), "schema", 1, []))
