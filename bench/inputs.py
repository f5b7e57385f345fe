"""The workbooks and warehouses that are measured with, made once and kept. Nothing is measured here."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb

from bench.figures import CACHE
from bench.processes import PROJECT, measure

ROWS = 200_000
SHAPES = ("**/schema.py", "warehouse/*.py", "deliveries/ledger.py", "**/reference/*.csv", "sample/*.py")
"""Files of the package on which a kept warehouse depends; anything else may change under it."""


def sample(since: int) -> Path:
    """The sample region from a year on."""
    from ivz_assets.sample.generate import write_sample

    return write_sample(CACHE / f"sample_{since}", since=since).parent


def manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a sample."""
    found: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return found


def large_workbook() -> Path:
    """One sheet with the rows of the sample's years, as often as it takes to fill it; shared strings, all text."""
    target = CACHE / f"weekmonitor_{ROWS}.xlsx"
    if not target.exists():
        # In a process of its own: a child's peak memory begins at what its parent holds
        program = "import sys, pathlib; from bench.inputs import write_large; write_large(pathlib.Path(sys.argv[1]))"
        subprocess.run([sys.executable, "-c", program, target], cwd=PROJECT, check=True)
    return target


def write_large(target: Path) -> None:
    """Writes the large workbook."""
    import python_calamine
    import xlsxwriter

    folder = sample(2023)
    rows: list[list[Any]] = []
    header: list[Any] = []
    for file in manifest(folder)["files"]:
        header, *found = python_calamine.CalamineWorkbook.from_path(str(folder / file["name"])).get_sheet_by_index(0).to_python()
        rows += found
    draft = target.with_suffix(".new.xlsx")
    book = xlsxwriter.Workbook(str(draft), {"strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False})
    page = book.add_worksheet("Weekmonitor")
    for number in range(ROWS + 1):
        for column, cell in enumerate(rows[(number - 1) % len(rows)] if number else header):
            if cell != "":
                page.write_string(number, column, str(cell))
    book.close()
    os.replace(draft, target)


def last_delivery(folder: Path) -> tuple[Path, str]:
    """The newest weekly workbook of a sample and the Monday it begins with."""
    newest = max((file for file in manifest(folder)["files"] if file["kind"] == "week"), key=lambda file: file["first"])
    return folder / newest["name"], newest["first"]


def prepared_base(folder: Path) -> Path:
    """A data folder with everything loaded but the last week, as the run of the week before left it."""
    base = CACHE / f"before_{_fingerprint(folder)}"
    if (base / "complete").exists():
        return base
    for old in CACHE.glob("before_*"):
        shutil.rmtree(old)
    last, monday = last_delivery(folder)
    (base / "landing" / "weekmonitor").mkdir(parents=True)
    (base / "reference").mkdir()
    for name in ("buurten.csv", "gemeenten.csv", "woonplaats_gemeente.csv"):
        if (folder / name).exists():
            shutil.copyfile(folder / name, base / "reference" / name)
    for file in manifest(folder)["files"]:
        if file["name"] != last.name:
            shutil.copyfile(folder / file["name"], base / "landing" / "weekmonitor" / file["name"])
    from datetime import date

    before = date.fromisoformat(monday)
    measure("bench.our_refresh", before - timedelta(weeks=1), environment=surroundings(base, monday))
    with duckdb.connect(str(base / "warehouse" / "warehouse.duckdb"), read_only=True) as connection:
        connection.execute(
            "COPY (SELECT r.* EXCLUDE (xy_status), x.locatie_xy, r.xy_status FROM raw_weekmonitor r "
            f"LEFT JOIN raw_weekmonitor_xy x USING (levering_id, rij)) TO '{base / 'raw.parquet'}'"
        )
        connection.execute(
            "COPY (SELECT levering_id, volgorde::BIGINT AS volgorde, geleverd_op, dekking_van::TIMESTAMP AS dekking_van, "
            f"dekking_tot::TIMESTAMP AS dekking_tot, rijen FROM deliveries) TO '{base / 'deliveries.parquet'}'"
        )
    shutil.rmtree(base / "landing")
    (base / "complete").touch()
    return base


def surroundings(data: Path, today: str) -> dict[str, str]:
    """The environment in which this project works in ``data`` on a day; no host of CBS is asked."""
    return {
        "IVZ_DATA_DIR": str(data), "IVZ_TODAY": today, "IVZ_CBS_HOST": "", "IVZ_POLITIE_HOST": "",
        "DAGSTER_HOME": str(data / "dagster"),
        "GX_ANALYTICS_ENABLED": "false",
    }  # fmt: skip


def _fingerprint(folder: Path) -> str:
    digest = hashlib.sha256((folder / "manifest.json").read_bytes())
    package = PROJECT / "ivz_assets"
    for path in sorted({path for shape in SHAPES for path in package.glob(shape)}):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
