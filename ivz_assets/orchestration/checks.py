"""The gates as Dagster declares them: names, what each asks, and that it blocks. What they compute is in ``quality``."""

from collections.abc import Mapping, Sequence
from typing import Any

import dagster as dg

_MEANINGS = {
    "schema": "Every row fits the table's pandera model: columns, types, nullability, allowed values, unique key.",
    "expectations": "A Great Expectations suite over profiles: what a careful analyst would look at before using the figures.",
    "row_conservation": "No delivered row is lost or counted twice: per delivery the statuses add up to the rows delivered.",
    "themes": "Every theme's file holds what belongs to the theme, and its hidden counts cannot be worked out.",
    "read_back": "The built files, read back, hold exactly the warehouse's rows.",
}


def gate(asset: str, name: str) -> dg.AssetCheckSpec:
    """A blocking check of an asset, made in the asset's own step so that it cannot be selected out of a run."""
    return dg.AssetCheckSpec(name, asset=asset, description=_MEANINGS[name], blocking=True)


def warning(
    asset: str, name: str, *, told: str, fine: str, rows: Sequence[Mapping[str, Any]] = (), shown_as: str = "rijen"
) -> dg.AssetCheckResult:
    """The result of a check that informs and blocks nothing.

    Args:
        asset: the asset it speaks of.
        name: the check.
        told: what is the matter; empty when nothing is.
        fine: what to say then.
        rows: aggregates to show beside it.
        shown_as: what those are.
    """
    from ivz_assets.orchestration.metadata import markdown_table

    return dg.AssetCheckResult(
        passed=not told,
        check_name=name,
        asset_key=dg.AssetKey(asset),
        severity=dg.AssetCheckSeverity.WARN,
        description=told or fine,
        metadata={shown_as: markdown_table(rows[:50])} if rows else {},
    )
