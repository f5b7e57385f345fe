"""The dashboard tables beside the dimensions and counts: which topic makes which table, from what. No computation.

A topic is a folder with the same files: ``schema``, ``transform``, ``expectations``, ``recompute``, ``pictures``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Topic:
    """A topic of the dashboard: its folder, its tables with what they hold, and the tables it is made from."""

    name: str
    tables: Mapping[str, str]
    deps: tuple[str, ...]
    goes_on: bool = field(default=False)


TOPICS: tuple[Topic, ...] = ()
