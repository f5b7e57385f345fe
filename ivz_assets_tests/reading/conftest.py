"""Reading a file in a test, and being refused."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ivz_assets.weekmonitor.reading.reader import Limits, ReadDelivery, RefusedDelivery, read_delivery

LIMITS = Limits(
    max_bytes=20_000_000,
    max_unpacked_bytes=200_000_000,
    max_rows=1_000_000,
    memory_bytes=3_000_000_000,
    timeout_seconds=60,
)


@pytest.fixture
def read(tmp_path: Path) -> Iterator[Callable[..., ReadDelivery]]:
    """Read a file; whatever comes of it, the scratch folder must be empty afterwards."""
    scratch = tmp_path / "scratch"

    def reading(path: Path, password: str | None = None, **limits: Any) -> ReadDelivery:
        return read_delivery(path, limits=dataclasses.replace(LIMITS, **limits), scratch=scratch, password=password)

    yield reading
    assert not scratch.exists() or list(scratch.iterdir()) == []


@pytest.fixture
def refused(read: Callable[..., ReadDelivery]) -> Callable[..., RefusedDelivery]:
    """Read a file that must be refused for this rule; both texts must name the file and the place."""

    def refusing(rule: str, path: Path, password: str | None = None, **limits: Any) -> RefusedDelivery:
        with pytest.raises(RefusedDelivery) as caught:
            read(path, password, **limits)
        refusal = caught.value
        assert (refusal.rule, refusal.file) == (rule, path.name), refusal.message
        for told in (refusal.message, refusal.bericht):
            assert "{" not in told
            assert "\n" in told
            for part in (path.name, refusal.sheet, refusal.cell):
                assert part is None or part in told
        return refusal

    return refusing
