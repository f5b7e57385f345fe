"""The manifest: what was made, what was planted, what the chain should find; and whether all of it is still there."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from ivz_assets.sample import planting, police_tables, reference_data, writing
from ivz_assets.sample.deliveries import SAMPLE_TODAY, Delivery

NAME = "manifest.json"
CBS, GRENZEN, VERRIJKING, POLITIE = FOLDERS = ("cbs", "grenzen", "verrijking", "politie")
"""Folders of the sample beside its files."""

PLACE_KEYS = ("older_edition", "xy_elsewhere")
"""Rows with a code that no neighbourhood has today; rows with an x/y in another neighbourhood than their own."""


def record(
    path: Path, file: Delivery, rows: int, rejected: int, superseded: int, planted: Counter[str], found: Counter[str]
) -> dict[str, Any]:
    """What the manifest says of one delivery; ``superseded`` goes before ``quarantined``, as in the chain.

    ``found``: the counts of ``PLACE_KEYS``.
    """
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
        **{key: found[key] for key in PLACE_KEYS},
        "bytes": path.stat().st_size,
        "sha256": writing.sha256_of(path),
    }


def write(
    folder: Path,
    parameters: dict[str, Any],
    files: list[dict[str, Any]],
    tables: list[Path],
    conversions: list[dict[str, Any]],
    hot: list[dict[str, Any]],
) -> Path:
    """Writes the manifest, which makes the sample complete; returns its path.

    ``conversions``: the true conversion of every neighbourhood of an older edition that is not as it was. ``hot``: output of
    ``hot_neighbourhoods.listed``.
    """
    totals: Counter[str] = Counter()
    planted: Counter[str] = Counter()
    found: Counter[str] = Counter()
    for file in files:
        totals.update(file["expected"])
        planted.update(file["planted"])
        found.update({key: file[key] for key in PLACE_KEYS})
    content = {
        "seed": parameters["seed"],
        "today": SAMPLE_TODAY.isoformat(),
        "parameters": parameters,
        "generator": reference_data.generator_fingerprint(),
        "totals": {**totals, "files": len(files)},
        "planted_totals": {key: planted[key] for key in planting.KEYS},
        **{key: found[key] for key in PLACE_KEYS},
        "conversions": conversions,
        "hot_neighbourhoods": hot,
        "police_deviation": police_tables.PLANTED._asdict(),
        "files": files,
        "tables": [
            {"name": path.relative_to(folder).as_posix(), "bytes": path.stat().st_size, "sha256": writing.sha256_of(path)}
            for path in tables
        ],
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
    """Removes what an earlier manifest lists and the sample's folders that are empty then: no other sample stays behind."""
    content = _read(folder)
    for entry in content.get("files", []) + content.get("tables", []):
        path = _inside(folder, str(entry.get("name", "")))
        if path is not None:
            path.unlink(missing_ok=True)
    (folder / NAME).unlink(missing_ok=True)
    ours = [folder / name for name in FOLDERS if not (folder / name).is_symlink()]
    ours += [path for top in ours for path in top.glob("*") if path.is_dir() and not path.is_symlink()]
    for subfolder in (folder, *ours):
        for half_written in subfolder.glob(".*.deel"):  # left by a run that was killed
            half_written.unlink(missing_ok=True)
    for subfolder in reversed(ours):
        if subfolder.is_dir() and not any(subfolder.iterdir()):
            subfolder.rmdir()


def _inside(folder: Path, name: str) -> Path | None:
    """The file of this name, when it lies in the folder or one of ``FOLDERS``; a manifest from elsewhere may say anything."""
    path = folder / name
    real = path.parent.resolve()
    own = folder.resolve()
    allowed = real == own or any(own / known == real or own / known in real.parents for known in FOLDERS)
    return path if allowed and path.name and not path.is_dir() else None


def _read(folder: Path) -> dict[str, Any]:
    try:
        content = json.loads((folder / NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}
