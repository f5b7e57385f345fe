"""Expectations that every suite uses, with the id and the Dutch explanation that a finding shows. No limits of any stage."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from great_expectations.expectations.expectation import Expectation


def between(identifier: str, meaning: str, column: str, *, low: float | None = None, high: float | None = None) -> Expectation:
    """Every cell of the column lies between the limits, both included."""
    import great_expectations.expectations as gxe

    return gxe.ExpectColumnValuesToBeBetween(
        column=column, min_value=low, max_value=high, meta={"id": identifier, "uitleg": meaning}
    )
