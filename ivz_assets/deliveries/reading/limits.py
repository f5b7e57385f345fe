"""The limits that one reading may use. Their values and reasons belong in the settings, not here."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """What one file may cost; passing any of them refuses the file and never ends the run."""

    max_bytes: int
    max_unpacked_bytes: int
    max_rows: int
    memory_bytes: int
    timeout_seconds: float
