"""Samples that several tests look at, written once. No assertions belong here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from python_calamine import CalamineWorkbook

from ivz_assets.sample.generate import write_sample
from ivz_assets.sample.reference_data import columns, headers
from ivz_assets_tests.sample.only_weeks import leave_out_tables


class Sample(NamedTuple):
    """A written sample: where it lies, its manifest, and the texts of every workbook in it."""

    folder: Path
    manifest: dict[str, Any]
    rows: dict[str, list[dict[str, str]]]

    def file(self, part: str) -> dict[str, Any]:
        """The manifest record of the one file whose name contains this."""
        (found,) = [file for file in self.manifest["files"] if part in file["name"]]
        return found


def read_texts(path: Path) -> list[dict[str, str]]:
    """The rows of a workbook by column name; fails when a cell is no text or the headers differ."""
    page = CalamineWorkbook.from_path(str(path)).get_sheet_by_name("Weekmonitor").to_python()
    assert tuple(page[0]) == headers()
    assert all(isinstance(cell, str) for row in page for cell in row)
    return [dict(zip(columns(), map(str, row), strict=True)) for row in page[1:]]


def load(manifest: Path) -> Sample:
    """Everything of a sample of workbooks."""
    content = json.loads(manifest.read_text(encoding="utf-8"))
    folder = manifest.parent
    return Sample(folder, content, {file["name"]: read_texts(folder / file["name"]) for file in content["files"]})


@pytest.fixture
def without_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    """The weekly files alone."""
    leave_out_tables(monkeypatch)


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    """A year of history and all twelve weeks, at a fifth of the size, weekly files alone."""
    with pytest.MonkeyPatch.context() as patch:
        leave_out_tables(patch)
        return load(write_sample(tmp_path_factory.mktemp("sample"), since=2025, scale=0.2))


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    """The smallest sample that other tests use."""
    return load(write_sample(tmp_path_factory.mktemp("small"), since=2025, weeks=3, scale=0.02))
