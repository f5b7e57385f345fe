"""The gates as Dagster declares them: names, what each asks, and that it blocks. What they compute is in ``quality``."""

import dagster as dg

_MEANINGS = {
    "schema": "Every row fits the table's pandera model: columns, types, nullability, allowed values, unique key.",
    "expectations": "A Great Expectations suite over profiles: what a careful analyst would look at before using the figures.",
    "row_conservation": "No delivered row is lost or counted twice: per delivery the statuses add up to the rows delivered.",
    "read_back": "The built files, read back, hold exactly the warehouse's rows.",
}


def gate(asset: str, name: str) -> dg.AssetCheckSpec:
    """A blocking check of an asset, made in the asset's own step so that it cannot be selected out of a run."""
    return dg.AssetCheckSpec(name, asset=asset, description=_MEANINGS[name], blocking=True)
