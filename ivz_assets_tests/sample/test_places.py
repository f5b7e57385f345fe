"""Whether incidents carry the code of their year's edition, and an x/y in their own neighbourhood but for a few."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from datetime import date
from typing import NamedTuple

import numpy as np
import pytest
import shapely

from ivz_assets.sample import cbs_tables, tables
from ivz_assets.sample.enrichment_workbooks import Enrichments
from ivz_assets.sample.generate import write_sample

from .conftest import Sample, load
from .recount import BOX, REGION, any_date

pytestmark = pytest.mark.xdist_group("sample_places")


class Edition(NamedTuple):
    """A map as published: names and polygons by code."""

    names: dict[str, str]
    shapes: dict[str, shapely.Geometry]


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    """Registrations from before the first planted change to after the last, without weeks and without CBS tables."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cbs_tables, "write_cbs_tables", lambda *_: [])
        patch.setattr(tables, "write_enrichments", lambda *_: Enrichments())
        return load(write_sample(tmp_path_factory.mktemp("oud"), since=2020, weeks=0, scale=0.02))


@pytest.fixture(scope="module")
def editions(old: Sample) -> dict[int, Edition]:
    """The maps that lie beside the deliveries; 2026 has the edition of 2025."""
    found = {}
    for path in sorted((old.folder / "grenzen").iterdir()):
        features = json.loads(path.read_text(encoding="utf-8"))["features"]
        properties = [feature["properties"] for feature in features]
        found[int(path.stem[-4:])] = Edition(
            {row["buurtcode"]: row["buurtnaam"] for row in properties},
            {
                row["buurtcode"]: shapely.from_geojson(json.dumps(feature["geometry"]))
                for row, feature in zip(properties, features, strict=True)
            },
        )
    return found | {2026: found[2025]}


def canonical(code: str) -> str:
    """A code as it was before it was spelled otherwise; empty when it is none of the region."""
    digits = re.sub(r"\D", "", code).zfill(8)
    return f"BU{digits}" if digits[:4] in REGION else ""


def year_of(row: dict[str, str], delivered: date) -> int | None:
    """Year of the edition that a row is from (what is older than the oldest map has its codes); None without a usable date."""
    day = any_date(row["datum_registratie"])
    return max(day.year, 2020) if day and day <= delivered else None


def test_code_and_name_are_those_of_the_year_of_registration(old: Sample, editions: dict[int, Edition]) -> None:
    seen: set[tuple[int, str]] = set()
    for file in old.manifest["files"]:
        for row in old.rows[file["name"]]:
            code, year = canonical(row["buurt_code"]), year_of(row, date.fromisoformat(file["delivered"]))
            if code and year:
                assert editions[year].names[code] == row["buurt_naam"]
                seen.add((year, code))
    for year in (2020, 2022, 2023):
        retired = editions[year].names.keys() - editions[2025].names.keys()
        # At a fiftieth of the size a small neighbourhood may have none
        assert len(retired & {code for when, code in seen if when == year}) >= len(retired) / 2


def test_the_manifest_counts_rows_of_an_older_edition(old: Sample) -> None:
    with (old.folder / "buurten.csv").open(encoding="utf-8", newline="") as handle:
        today = {row["buurt_code"] for row in csv.DictReader(handle)}
    counts = {}
    for file in old.manifest["files"]:
        codes = [canonical(row["buurt_code"]) for row in old.rows[file["name"]]]
        counts[file["name"]] = sum(code not in today for code in codes if code)
        assert file["older_edition"] == counts[file["name"]]
    assert old.manifest["older_edition"] == sum(counts.values())
    assert [count > 0 for count in counts.values()] == [True] * 4 + [False] * 3


def test_the_manifest_lists_every_changed_neighbourhood(old: Sample, editions: dict[int, Edition]) -> None:
    listed = old.manifest["conversions"]
    assert Counter((row["jaar"], row["bepaling"]) for row in listed) == {
        (2020, "hernummerd"): 6,
        (2020, "samengevoegd"): 5,
        (2020, "gesplitst"): 7,
        (2022, "samengevoegd"): 5,
        (2022, "gesplitst"): 7,
        (2023, "samengevoegd"): 1,
        (2023, "gesplitst"): 7,
    }
    for year in (2020, 2022, 2023):
        gone = editions[year].names.keys() - editions[2025].names.keys()
        assert gone < {row["buurt_code_oud"] for row in listed if row["jaar"] == year}


def test_points_lie_in_their_neighbourhood_but_for_a_planted_share(old: Sample, editions: dict[int, Edition]) -> None:
    located = elsewhere = 0
    places = set()
    for file in old.manifest["files"]:
        here = 0
        for row in old.rows[file["name"]]:
            code, year = canonical(row["buurt_code"]), year_of(row, date.fromisoformat(file["delivered"]))
            if not row["locatie_xy"] or not code:
                continue
            x, y = (int(part) for part in row["locatie_xy"].split(","))
            if not (BOX[0] <= x <= BOX[1] and BOX[2] <= y <= BOX[3]):
                continue
            located += 1
            places.add((x, y))
            # A row without a usable date still has the code of its own year, which the file's span holds
            shape = editions[year or date.fromisoformat(file["first"]).year].shapes[code]
            here += not shape.contains(shapely.points(x, y))
        assert file["xy_elsewhere"] == here, file["name"]
        elsewhere += here
    assert located > 500
    assert elsewhere / located == pytest.approx(0.02, abs=0.01)
    assert old.manifest["xy_elsewhere"] == elsewhere
    assert len(places) > 0.9 * located


def test_points_are_spread_over_the_neighbourhood(old: Sample, editions: dict[int, Edition]) -> None:
    distances = [
        shapely.distance(
            editions[2025].shapes[row["buurt_code"]].centroid, shapely.points(*map(int, row["locatie_xy"].split(",")))
        )
        for row in old.rows[old.file("2025-01-01_tm")["name"]]
        if row["locatie_xy"] and row["buurt_code"] in editions[2025].shapes
    ]
    assert 100 < np.median(distances) < 600
