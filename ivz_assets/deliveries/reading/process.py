"""The reading process as its parent sees it: start it, wait for it, tell what it died of. Start here.

A workbook can be broken or hostile; a file of some kilobytes can end the process that opens it: a child does.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from .limits import Limits
from .look import look_at_size
from .refusal import RefusedDelivery, rebuild
from .scratch import scratch_folder

CHILD = "ivz_assets.deliveries.reading.child"
IMPORT_FOLDER = Path(__file__).resolve().parents[3]
CHILD_ENVIRONMENT = {
    # An allocator that reserves address space far ahead would hit the memory limit without using any memory.
    "MALLOC_ARENA_MAX": "2",
}


@contextmanager
def searched(
    path: Path, search: str, *, limits: Limits, scratch: Path, password: str | None = None
) -> Iterator[tuple[dict[str, Any], Path]]:
    """What the module ``search`` found in a file, and the folder with what it wrote; nothing stays behind in ``scratch``.

    Raises:
        RefusedDelivery: the file is refused, also when whoever uses the answer refuses it.
    """
    path = Path(path).resolve()
    try:
        look_at_size(path, limits)
        with scratch_folder(Path(scratch).resolve()) as folder:
            job = {
                "path": str(path), "folder": str(folder), "limits": asdict(limits), "password": password, "search": search,
            }  # fmt: skip
            yield run_child(job, folder, limits), folder
    except RefusedDelivery as refusal:
        # Only here the name is known: the child may have read a decrypted copy
        raise rebuild(path.name, refusal.as_dict()) from None


def run_child(job: dict[str, Any], folder: Path, limits: Limits) -> dict[str, Any]:
    """The child's result; its refusal, death or silence is raised."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("IVZ_")} | CHILD_ENVIRONMENT
    child = subprocess.Popen(
        [sys.executable, "-m", CHILD],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,  # a traceback may quote cells
        cwd=IMPORT_FOLDER,
        env=environment,
    )
    try:
        assert child.stdin is not None
        try:
            child.stdin.write(json.dumps(job).encode() + b"\n")
            child.stdin.flush()
        except BrokenPipeError:
            pass  # it died at once; how is said below
        status = child.wait(limits.timeout_seconds)
    except subprocess.TimeoutExpired:
        raise RefusedDelivery("te_traag", limit=f"{limits.timeout_seconds:g}") from None
    finally:
        child.kill()
        child.wait()
        if child.stdin:
            child.stdin.close()
    answer = folder / "answer.json"
    if status != 0 or not answer.exists():
        raise RefusedDelivery("te_groot_of_kapot", value=cause_of_death(status), limit=limits.memory_bytes)
    return open_answer(json.loads(answer.read_text(encoding="utf-8")), limits)


def open_answer(answer: dict[str, Any], limits: Limits) -> dict[str, Any]:
    """The result in an answer, or what else it says."""
    if "refusal" in answer:
        raise rebuild("", answer["refusal"])
    if "crash" in answer:
        raise RefusedDelivery("te_groot_of_kapot", value=answer["crash"], limit=limits.memory_bytes)
    result: dict[str, Any] = answer["result"]
    return result


def cause_of_death(status: int) -> str:
    """The signal or the exit status of a process."""
    if status < 0:
        try:
            return signal.Signals(-status).name
        except ValueError:
            return f"signal {-status}"
    return f"exit status {status}"
