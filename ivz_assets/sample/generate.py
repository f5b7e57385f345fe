"""Entrance of the sample: writes the deliveries, the tables beside them and the manifest. How rows come about is elsewhere."""

from __future__ import annotations

import multiprocessing
import os
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from ivz_assets.sample import editions, hot_neighbourhoods, late_arrivals, manifest, planting, police_tables, tables, writing
from ivz_assets.sample.deliveries import SAMPLE_TODAY, Delivery, deliveries
from ivz_assets.sample.incidents import Ints, Rows, registered_in
from ivz_assets.sample.invented_areas import Areas, areas, copies
from ivz_assets.sample.sheets import Sheet, clean_sheet, joined, natural_features, place_features

__all__ = ["SAMPLE_TODAY", "write_sample"]

Progress = Callable[[str, int, int], None]
Written = tuple[dict[str, Any], Ints]

MOST_WORKERS = 4
ROWS_WORTH_A_WORKER = 30_000
"""Below this many rows in all, starting processes takes longer than writing."""


@dataclass(frozen=True)
class Task:
    """What one worker writes: one history file, or all weeks (a correction needs the first delivery of its week)."""

    folder: Path
    seed: int
    scale: float
    files: tuple[Delivery, ...]
    corrected: tuple[date, date] | None


def write_sample(
    folder: Path,
    *,
    since: int = 2023,
    weeks: int = 12,
    seed: int = 20260323,
    scale: float = 1.0,
    progress: Progress | None = None,
) -> Path:
    """Writes the sample into ``folder`` and returns the path of its manifest.

    ``since``: first year of the history. ``weeks``: weekly deliveries up to ``SAMPLE_TODAY``. ``scale``: 1 is Twente
    (60,000 incidents a year); below 1 fewer incidents in the same neighbourhoods; above 1 clones of the region as well,
    and Parquet instead of workbooks. ``progress`` is called with a file name, files done and files in all. A sample that
    is already there with the same parameters is left as it is.
    """
    if since < 2015 or since > SAMPLE_TODAY.year or weeks < 0 or weeks > 52 or scale <= 0:
        raise ValueError("since must lie in 2015..2026, weeks in 0..52 and scale above 0")
    folder.mkdir(parents=True, exist_ok=True)
    parameters = {"since": since, "weeks": weeks, "seed": seed, "scale": scale}
    if manifest.is_complete(folder, parameters):
        return folder / manifest.NAME
    manifest.remove_previous(folder)
    planned = deliveries(since, weeks, "parquet" if scale > 1 else "xlsx")
    corrected = next(((file.first, file.last) for file in planned if file.corrects), None)
    weekly = tuple(file for file in planned if not file.history)
    groups = [(file,) for file in planned if file.history] + ([weekly] if weekly else [])
    records: dict[str, dict[str, Any]] = {}
    tallies = []
    for record, tally in _run([Task(folder, seed, scale, files, corrected) for files in groups]):
        records[record["name"]] = record
        tallies.append(tally)
        if progress:
            progress(record["name"], len(records), len(planned))
    where = areas(seed, copies(scale))
    written = tables.write_tables(folder, where, copies(scale), seed)
    if copies(scale) == 1:
        first = min(file.first for file in planned)
        written += police_tables.write_police_tables(folder / manifest.POLITIE, tallies, first, where, seed)
    conversions = editions.planted_conversions(where) if copies(scale) == 1 else []
    hot = hot_neighbourhoods.listed(where.hot, where.buurt_code)
    return manifest.write(folder, parameters, [records[file.name] for file in planned], written, conversions, hot)


def _run(tasks: list[Task]) -> Iterator[Written]:
    workers = min(MOST_WORKERS, len(tasks), _processors())
    days = sum((file.last - file.first).days + 1 for task in tasks for file in task.files)
    if workers < 2 or days * 165 * tasks[0].scale < ROWS_WORTH_A_WORKER:
        for task in tasks:
            yield from perform(task)
        return
    # A fork would copy the locks of the caller's threads (Dagster has several); spawn works on Windows too
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        for future in as_completed([pool.submit(perform, task) for task in tasks]):
            yield from future.result()


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def perform(task: Task) -> list[Written]:
    """Writes the files of one task and returns their manifest records, each with its incidents by ``police_tables.tally``."""
    records = []
    kept: Sheet | None = None
    for file, sheets in drawn(task):
        if file.corrects:
            assert kept is not None
            assert task.corrected is not None
            sheets = iter([late_arrivals.corrected_sheet(kept, task.corrected, task.seed, task.scale, _areas(task))])
        elif _is_corrected_later(file, task):
            kept = joined(list(sheets))
            sheets = iter([kept])
        records.append(_write(task, file, sheets))
    return records


def drawn(task: Task) -> Iterator[tuple[Delivery, Iterator[Sheet]]]:
    """Every file with its sheets, a month or a week at a time, to be read in order; a correction comes without sheets."""
    regular = [file for file in task.files if not file.corrects]
    # One stream for all files: the incidents of a year back are drawn once, not again per week
    stream = registered_in(task.seed, task.scale, [part for file in regular for part in file.parts()])
    for file in task.files:
        yield file, iter(()) if file.corrects else _sheets(task, file, stream)


def _sheets(task: Task, file: Delivery, stream: Iterator[Rows]) -> Iterator[Sheet]:
    later = _is_corrected_later(file, task)
    for first, last in file.parts():
        occasion = planting.Occasion(task.seed, first, last, file.delivered, file.history, later)
        sheet = planting.plant(clean_sheet(next(stream), _areas(task)), occasion, _areas(task))
        if first == file.first and not later:
            sheet = late_arrivals.with_strays(sheet, first, file.history, task.corrected, task.seed, _areas(task))
        yield sheet


def _is_corrected_later(file: Delivery, task: Task) -> bool:
    return not file.history and not file.corrects and (file.first, file.last) == task.corrected


def _areas(task: Task) -> Areas:
    return areas(task.seed, copies(task.scale))


def _write(task: Task, file: Delivery, sheets: Iterator[Sheet]) -> Written:
    rows = rejected = 0
    planted: Counter[str] = Counter()
    found: Counter[str] = Counter()
    tallies: list[Ints] = []

    def counted() -> Iterator[Sheet]:
        nonlocal rows, rejected
        for sheet in sheets:
            rows += len(sheet)
            rejected += sheet.rejected
            planted.update(sheet.planted)
            planted.update(natural_features(sheet))
            found.update(place_features(sheet, _areas(task)))
            if not _is_corrected_later(file, task):
                tallies.append(police_tables.tally(sheet.rows, _areas(task)))
            yield sheet

    path = task.folder / file.name
    (writing.write_parquet if path.suffix == ".parquet" else writing.write_workbook)(path, counted())
    superseded = rows if _is_corrected_later(file, task) else 0
    tally = np.concatenate([np.empty((0, 4), np.int64), *tallies])
    return manifest.record(path, file, rows, rejected, superseded, planted, found), tally
