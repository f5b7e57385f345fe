"""Neighbourhoods of the sample: CBS over loopback, the build, the crosswalk against what was planted, a supplier's workbook."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import duckdb

from bench import inputs
from bench.cbs_server import serving
from bench.figures import Figure
from bench.processes import measure

SINCE = 2026
"""Its tables are the same whichever year the incidents begin."""
ROUNDS = 3
SUM_TOLERANCE = 1e-9
WEIGHT_TOLERANCE = 0.01
"""Share of a neighbourhood that a weight may be off: the planted ones are of exact borders, the maps are in whole metres."""

Parts = dict[tuple[int, str], dict[str, tuple[float, str]]]
"""Per year and old neighbourhood the new ones, with weight and determination."""


def run() -> tuple[list[Figure], dict[str, Any]]:
    """Some rounds, each in a data folder of its own; the best of each step counts."""
    sample = inputs.sample(SINCE)
    manifest = inputs.manifest(sample)
    workbook = max((sample / "verrijking").glob("*.xlsx"), key=lambda path: path.stat().st_size)
    rounds: list[dict[str, dict[str, Any]]] = []
    asked: dict[str, list[str]] = {}
    with serving(sample / "cbs") as server:
        for number in range(ROUNDS):
            with tempfile.TemporaryDirectory() as folder:
                data = Path(folder)
                environment = _prepare(data, sample, manifest["today"], server.host)
                found = {}
                for way in ("load", "reload"):
                    server.asked.clear()
                    found[way] = measure("bench.neighbourhood_runs", "fetch", environment=environment)
                    asked[way] = list(server.asked)
                found["build"] = measure("bench.neighbourhood_runs", "build", environment=environment)
                delivered = data / "landing" / "verrijking" / workbook.name
                shutil.copyfile(workbook, delivered)
                found["enrichment"] = measure("bench.neighbourhood_runs", "enrichment", delivered, environment=environment)
                rounds.append(found)
                if number == 0:
                    tables = _tables(data / "warehouse" / "warehouse.duckdb")
    best = {way: min((once[way] for once in rounds), key=lambda once: once["seconds"]) for way in rounds[0]}
    load, reload, build, supplied = (best[way] for way in ("load", "reload", "build", "enrichment"))
    crosswalk, crosswalk_details = _crosswalk_figures(tables["crosswalk"], manifest["conversions"])
    name = f"first load of {load['years']} years ({load['rows']:,} rows)"
    figures = [
        Figure(f"neighbourhoods: {name}", load["seconds"], at_most=60, unit="s"),
        Figure("neighbourhoods: first load, requests", f"{load['requests']}"),
        Figure("neighbourhoods: reload, nothing changed", reload["seconds"], unit="s"),
        Figure("neighbourhoods: reload, requests", f"{reload['requests']}"),
        Figure("neighbourhoods: every year is as CBS has it", load["current"] == load["years"] == reload["current"]),
        Figure(
            "neighbourhoods: no request twice within a load", len(set(asked["load"])) == len(asked["load"]) == load["requests"]
        ),
        Figure("neighbourhoods: build with gates", build["seconds"], unit="s"),
        Figure("neighbourhoods: build, of which gates", build["gates"], unit="s"),
        Figure("neighbourhoods: build, most memory", build["peak_bytes"] / 1e6, unit="MB"),
        Figure("neighbourhoods: build, of which held before it began", build["before_bytes"] / 1e6, unit="MB"),
        *[_filled(row) for row in tables["filled"]],
        *crosswalk,
        Figure(f"neighbourhoods: intake of a workbook of {supplied['figures']:,} figures", supplied["seconds"], unit="s"),
    ]
    return figures, {"rounds": rounds, "filled": tables["filled"], "crosswalk": crosswalk_details, "asked": asked}


def _prepare(data: Path, sample: Path, today: str, host: str) -> dict[str, str]:
    """A data folder with the sample's lists and maps; the environment that reads CBS from the server."""
    (data / "reference").mkdir()
    shutil.copyfile(sample / "buurten.csv", data / "reference" / "buurten.csv")
    shutil.copytree(sample / "grenzen", data / "reference" / "grenzen")
    return {**inputs.surroundings(data, today), "IVZ_CBS_HOST": host, "IVZ_CBS_HTTPS": "false"}


def _tables(warehouse: Path) -> dict[str, list[dict[str, Any]]]:
    """What is told of the tables: cells and filled cells per year, and the crosswalk."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        queries = {
            "filled": "SELECT jaar, count(DISTINCT gebied_code) AS gebieden, count(DISTINCT indicator) AS indicatoren, "
            "count(*) AS cellen, count(waarde) AS gevuld, count(*) FILTER (waarde_jaar = jaar) AS van_dat_jaar "
            "FROM neighbourhood_indicators GROUP BY jaar ORDER BY jaar",
            "crosswalk": "SELECT van_jaar AS jaar, van_buurt_code, buurt_code, gewicht, bepaling::VARCHAR AS bepaling "
            "FROM area_crosswalk ORDER BY ALL",
        }
        return {name: connection.execute(query).to_arrow_table().to_pylist() for name, query in queries.items()}


def _filled(row: dict[str, Any]) -> Figure:
    """Share of the cells of a year that hold a figure, and the share that holds one of that very year."""
    name = f"neighbourhoods: indicator cells filled, {row['jaar']} ({row['gebieden']} areas, {row['indicatoren']} indicators)"
    return Figure(name, f"{row['gevuld'] / row['cellen']:.1%}, of that year {row['van_dat_jaar'] / row['cellen']:.1%}")


def _crosswalk_figures(rows: list[dict[str, Any]], planted: list[dict[str, Any]]) -> tuple[list[Figure], dict[str, Any]]:
    """Sums of weights, and old codes against the truth of the editions that the manifest speaks of."""
    found: Parts = defaultdict(dict)
    truth: Parts = defaultdict(dict)
    for row in rows:
        found[row["jaar"], row["van_buurt_code"]][row["buurt_code"]] = row["gewicht"], row["bepaling"]
    for row in planted:
        truth[row["jaar"], row["buurt_code_oud"]][row["buurt_code"]] = row["gewicht"], row["bepaling"]
    years = {row["jaar"] for row in planted}
    for year, code in found:
        # The manifest lists what is not as it was; every other neighbourhood of those years is
        if year in years:
            truth.setdefault((year, code), {code: (1.0, "ongewijzigd")})
    deviation = max(abs(1 - sum(weight for weight, _ in parts.values())) for parts in found.values())
    off = max(
        abs(found.get(old, {}).get(new, (0.0, ""))[0] - weight)
        for old, parts in truth.items()
        for new, (weight, _) in parts.items()
    )
    pairs = Counter((_determined(truth[old]), _determined(found.get(old, {}))) for old in truth)
    same_place = sum(found.get(old, {}).keys() == parts.keys() for old, parts in truth.items())
    figures = [
        Figure("neighbourhoods: crosswalk, old codes of all editions", f"{len(found):,}"),
        Figure("neighbourhoods: crosswalk, largest deviation of the sum of weights from 1", f"{deviation:.1e}"),
        Figure("neighbourhoods: crosswalk, every old code's weights add up to 1", deviation <= SUM_TOLERANCE),
        *[
            Figure(f"neighbourhoods: crosswalk, old codes {how}", 100 * count / len(found), unit="%")
            for how, count in sorted(Counter(_determined(parts) for parts in found.values()).items())
        ],
        Figure(
            "neighbourhoods: crosswalk, planted old codes led to the planted new ones", 100 * same_place / len(truth), unit="%"
        ),
        Figure("neighbourhoods: crosswalk, largest difference with a planted weight", f"{off:.1e}"),
        Figure(f"neighbourhoods: crosswalk, planted weights found within {WEIGHT_TOLERANCE:g}", off <= WEIGHT_TOLERANCE),
        *[
            Figure(f"neighbourhoods: crosswalk, planted as {planted_as}, found as {found_as}", f"{count:,}")
            for (planted_as, found_as), count in sorted(pairs.items())
        ],
    ]
    return figures, {"planted_and_found": [[*pair, count] for pair, count in sorted(pairs.items())], "weight_off": off}


def _determined(parts: dict[str, tuple[float, str]]) -> str:
    """The determination of an old code; of one whose parts differ, all of them."""
    return " en ".join(sorted({how for _, how in parts.values()})) or "niet gevonden"
