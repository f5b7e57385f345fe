"""Where the time of a process goes: exclusive seconds per kind of work, imports apart. Needs only the standard library."""

from __future__ import annotations

import functools
import importlib
import resource
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

REST = "rest"
IMPORTS = "imports"


class Clock:
    """Every moment of the main thread belongs to the innermost kind of work that is going on."""

    def __init__(self) -> None:
        self.seconds: Counter[str] = Counter()
        self.missing: list[str] = []
        self._kinds = [REST]
        self._since = time.perf_counter()
        self._thread = threading.get_ident()

    @contextmanager
    def kind(self, name: str) -> Iterator[None]:
        """Time inside belongs to ``name``, but for what names itself further in."""
        if threading.get_ident() != self._thread:
            yield
            return
        self._turn()
        self._kinds.append(name)
        try:
            yield
        finally:
            self._turn()
            self._kinds.pop()

    def read(self) -> dict[str, float]:
        """Seconds per kind up to now."""
        self._turn()
        return dict(self.seconds)

    def _turn(self) -> None:
        now = time.perf_counter()
        self.seconds[self._kinds[-1]] += now - self._since
        self._since = now

    def time_imports(self) -> None:
        """Counts the loading of modules, wherever it happens, as imports; one already loaded costs nothing."""
        bootstrap: Any = sys.modules["_frozen_importlib"]
        load = bootstrap._find_and_load

        def timed(*arguments: Any) -> Any:
            with self.kind(IMPORTS):
                return load(*arguments)

        bootstrap._find_and_load = timed

    def time_function(self, module: str, name: str, kind: str, package: str) -> None:
        """Times ``module.name`` (also ``Class.method``), under every name that modules of ``package`` imported it as."""
        owner: Any = importlib.import_module(module)
        *path, last = name.split(".")
        for part in path:
            owner = getattr(owner, part, None)
        function = getattr(owner, last, None)
        if function is None:
            # A benchmark outlives a renamed function; its report says that this one was not told apart
            self.missing.append(f"{module}.{name}")
            return
        timed = self._timed(function, kind)
        setattr(owner, last, timed)
        for loaded in list(sys.modules.values()):
            if getattr(loaded, "__name__", "").startswith(package) and getattr(loaded, last, None) is function:
                setattr(loaded, last, timed)

    def _timed(self, function: Callable[..., Any], kind: str) -> Callable[..., Any]:
        @functools.wraps(function)
        def timed(*arguments: Any, **options: Any) -> Any:
            with self.kind(kind):
                return function(*arguments, **options)

        return timed


def peak_bytes() -> int:
    """Most memory that this process and the largest of its children held; their sum, so rather too much than too little."""
    unit = 1 if sys.platform == "darwin" else 1024
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
    status = Path("/proc/self/status")
    if status.exists():
        # Linux counts in ru_maxrss what the parent held when it forked; this line is of this program alone
        own = int(next(line for line in status.read_text().splitlines() if line.startswith("VmHWM")).split()[1]) * 1024
    return own + resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * unit
