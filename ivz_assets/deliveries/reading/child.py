"""The reading process: looks, opens, writes texts and a JSON answer. It imports little and trusts nothing.

The job comes as one line of JSON on standard input, which stays open: when it closes, the parent is gone. It names the
module that knows what to look for in what was opened: ``search_workbook`` and ``search_text`` of that module do so.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import sys
import threading
import zipfile
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeAlias, cast

from .limits import Limits
from .look import DAMAGE, kind_of, look_into_zip
from .refusal import RefusedDelivery

Search: TypeAlias = Callable[[Any, Path, Limits, "Future[Any]"], dict[str, Any]]

CELL_BYTES = 32
"""Memory of one cell in calamine's dense grid, from the first row and column to the last."""
EXTENSIONS = {"xlsx": (".xlsx", ".xlsm"), "xlsb": (".xlsb",), "xls": (".xls",)}


def limit_process(memory_bytes: int) -> None:
    """Limit the address space, and leave no memory image behind: it would hold the data."""
    try:
        import resource
    except ImportError:  # not on Windows; the timeout still holds
        return
    for limit, value in ((resource.RLIMIT_CORE, 0), (resource.RLIMIT_AS, memory_bytes)):
        try:
            hard = resource.getrlimit(limit)[1]
            resource.setrlimit(limit, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))
        except (ValueError, OSError):
            continue  # macOS knows the limit by name only


def stop_with_parent() -> None:
    """End as soon as the parent has gone, whatever it died of."""
    sys.stdin.buffer.read()
    os._exit(3)


def read(job: dict[str, Any]) -> dict[str, Any]:
    """Read the file of a job; the answer is what the job's module says of it."""
    path, folder = Path(job["path"]), Path(job["folder"])
    limits = Limits(**job["limits"])
    kind = kind_of(path, path.suffix.lower())
    if kind == "ole":
        from .protected import open_ole

        kind, path = open_ole(path, folder, job["password"])
    if kind == "zip":
        kind = look_into_zip(path, limits)
    search = importlib.import_module(job["search"])
    if kind == "csv":
        return cast(dict[str, Any], search.search_text(path, folder, limits))
    return read_workbook(path, kind, folder, limits, search.search_workbook)


def read_workbook(path: Path, kind: str, folder: Path, limits: Limits, search: Search) -> dict[str, Any]:
    """Read a workbook while a second thread searches it: reading and unpacking both run outside Python's lock."""
    known: dict[str, Any] = {}
    if kind == "xlsx":
        known = scan_first(path, limits)
    with ThreadPoolExecutor(1) as pool:
        scan = pool.submit(scan_rest, path, kind, known)
        return open_workbook(path, kind, lambda workbook: search(workbook, folder, limits, scan))


def scan_first(path: Path, limits: Limits) -> dict[str, Any]:
    """Search the small sheets before anything opens them: a far cell would end this process without a message."""
    from .parts import sheet_parts
    from .scan import scan_small

    try:
        with zipfile.ZipFile(path) as package:
            found = scan_small(package, sheet_parts(package, "xlsx"))
    except Exception as error:  # damaged XML shows itself in many ways
        raise RefusedDelivery("beschadigd", value="a part of the workbook does not open") from error
    for sheet, findings in found.items():
        if findings.last_row * (findings.last_column + 1) * CELL_BYTES > limits.memory_bytes // 2:
            raise RefusedDelivery("verre_cel", sheet=sheet, cell=findings.far)
    return found


def scan_rest(path: Path, kind: str, known: dict[str, Any]) -> dict[str, Any]:
    """Search what is left while the reader works."""
    if kind == "xlsx":
        from .scan import scan_large

        return scan_large(path, kind, known)
    from .scan_binary import scan_xls, scan_xlsb

    return scan_xlsb(path) if kind == "xlsb" else scan_xls(path)


def open_workbook(path: Path, kind: str, search: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
    """Open the workbook and let it be searched; it shows only then what is damaged."""
    import python_calamine as calamine

    try:
        # By its path calamine chooses the format by the name, from bytes by the contents
        if path.suffix.lower() in EXTENSIONS[kind]:
            workbook = calamine.CalamineWorkbook.from_path(path)
        else:
            with path.open("rb") as source:
                workbook = calamine.CalamineWorkbook.from_filelike(source)
        return search(workbook)
    except calamine.PasswordError as error:
        raise RefusedDelivery("versleuteld") from error
    except (calamine.CalamineError, *DAMAGE) as error:
        raise RefusedDelivery("beschadigd", value="a part of the workbook does not open") from error


def main() -> None:
    """Answer one job."""
    os.umask(0o077)
    gc.disable()  # millions of cells and no cycles: collecting would take as long as reading
    job = json.loads(sys.stdin.buffer.readline())
    limit_process(job["limits"]["memory_bytes"])
    threading.Thread(target=stop_with_parent, daemon=True).start()
    try:
        answer: dict[str, Any] = {"result": read(job)}
    except RefusedDelivery as refusal:
        answer = {"refusal": refusal.as_dict()}
    except BaseException as error:  # also a panic of the reader, which is no Exception
        answer = {"crash": type(error).__name__}
    (Path(job["folder"]) / "answer.json").write_text(json.dumps(answer), encoding="utf-8")
    sys.stdout.flush()
    os._exit(0)  # nothing left to do, and freeing a large sheet cell by cell takes a while


if __name__ == "__main__":
    main()
