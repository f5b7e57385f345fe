"""The manifest and the tables beside the deliveries: what was made, what was planted, what the chain should find."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from ivz_assets.sample import planting, reference_data, writing
from ivz_assets.sample.deliveries import SAMPLE_TODAY, Delivery
from ivz_assets.sample.invented_areas import Areas

NAME = "manifest.json"
BUURTEN = "buurten.csv"
GEMEENTEN = "gemeenten.csv"
WOONPLAATSEN = "woonplaats_gemeente.csv"


def record(path: Path, file: Delivery, rows: int, rejected: int, superseded: int, planted: Counter[str]) -> dict[str, Any]:
    """What the manifest says of one delivery; ``superseded`` goes before ``quarantined``, as in the chain."""
    quarantined = 0 if superseded else rejected
    return {
        "name": file.name,
        "kind": file.kind,
        "week": file.week,
        "first": file.first.isoformat(),
        "last": file.last.isoformat(),
        "delivered": file.delivered.isoformat(),
        "correction": file.corrects,
        "rows": rows,
        "rejected": rejected,
        "expected": {
            "rows": rows,
            "incidents": rows - quarantined - superseded,
            "quarantined": quarantined,
            "superseded": superseded,
        },
        "planted": {key: planted[key] for key in planting.KEYS},
        "bytes": path.stat().st_size,
        "sha256": writing.sha256_of(path),
    }


def write(folder: Path, parameters: dict[str, Any], files: list[dict[str, Any]], tables: list[Path]) -> Path:
    """Writes the manifest, which makes the sample complete; returns its path."""
    totals: Counter[str] = Counter()
    planted: Counter[str] = Counter()
    for file in files:
        totals.update(file["expected"])
        planted.update(file["planted"])
    content = {
        "seed": parameters["seed"],
        "today": SAMPLE_TODAY.isoformat(),
        "parameters": parameters,
        "generator": reference_data.generator_fingerprint(),
        "totals": {**totals, "files": len(files)},
        "planted_totals": {key: planted[key] for key in planting.KEYS},
        "files": files,
        "tables": [{"name": path.name, "bytes": path.stat().st_size, "sha256": writing.sha256_of(path)} for path in tables],
    }
    path = folder / NAME
    with writing.atomically(path) as temporary:
        temporary.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def is_complete(folder: Path, parameters: dict[str, Any]) -> bool:
    """Whether the folder holds exactly this sample, made by this generator, unharmed."""
    content = _read(folder)
    if (
        not content
        or content.get("parameters") != parameters
        or content.get("generator") != reference_data.generator_fingerprint()
    ):
        return False
    for entry in content["files"] + content["tables"]:
        path = folder / entry["name"]
        if not path.is_file() or path.stat().st_size != entry["bytes"] or writing.sha256_of(path) != entry["sha256"]:
            return False
    return True


def remove_previous(folder: Path) -> None:
    """Removes what an earlier manifest lists, so that files of another sample do not stay behind; nothing else."""
    content = _read(folder)
    for entry in content.get("files", []) + content.get("tables", []):
        name = str(entry.get("name", ""))
        if name and Path(name).name == name:
            (folder / name).unlink(missing_ok=True)
    (folder / NAME).unlink(missing_ok=True)
    for half_written in folder.glob(".*.deel"):  # left by a run that was killed
        half_written.unlink(missing_ok=True)


def write_tables(folder: Path, where: Areas, copies: int) -> list[Path]:
    """The invented neighbourhoods; with clones also the list of municipalities and the places that belong to them."""
    columns = (
        where.buurt_code,
        where.buurt_naam,
        where.wijk_code,
        where.wijk_naam,
        where.gemeente_code,
        where.inwoners,
    )
    header = ["buurt_code", "buurt_naam", "wijk_code", "wijk_naam", "gemeente_code", "inwoners"]
    writing.write_csv(folder / BUURTEN, header, zip(*(column.tolist() for column in columns), strict=True))
    paths = [folder / BUURTEN]
    if copies > 1:
        gemeenten: dict[tuple[str, str], list[int]] = {}
        for code, naam, inwoners in zip(where.gemeente_code, where.gemeente_naam, where.inwoners, strict=True):
            gemeenten.setdefault((code, naam), []).append(int(inwoners))
        header = ["gemeente_code", "gemeente_naam", "inwoners_2020", "aantal_buurten_2020"]
        rows = ((*key, sum(people), len(people)) for key, people in gemeenten.items())
        writing.write_csv(folder / GEMEENTEN, header, rows)
        places = sorted(
            set(zip(where.plaatsnaam.tolist(), where.gemeente_code.tolist(), strict=True)), key=lambda pair: pair[::-1]
        )
        writing.write_csv(folder / WOONPLAATSEN, ["plaatsnaam", "gemeente_code"], places)
        paths += [folder / GEMEENTEN, folder / WOONPLAATSEN]
    return paths


def _read(folder: Path) -> dict[str, Any]:
    try:
        content = json.loads((folder / NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}
