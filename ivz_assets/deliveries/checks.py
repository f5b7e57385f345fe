"""What Dagster is told about the files of a run, for every kind of delivery. Loads with the code location, so it stays light."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import dagster as dg

from ivz_assets.orchestration.checks import warning

if TYPE_CHECKING:
    from ivz_assets.deliveries.intake import Outcome

TOLD = ("geweigerd", "mislukt", "vastgehouden")


def deliveries_spec(asset: str) -> dg.AssetCheckSpec:
    """The check that every waiting file got in."""
    return dg.AssetCheckSpec("deliveries", asset=asset, description="No waiting file was refused, failed or held.")


def deliveries_check(asset: str, outcomes: Sequence[Outcome]) -> dg.AssetCheckResult:
    """Warns of files that were refused, failed, held, or wait for something that an operator must do."""
    told = [outcome for outcome in outcomes if outcome.uitkomst in TOLD or (outcome.uitkomst == "wacht" and not outcome.week)]
    rows = [{"bestand": item.bestand, "uitkomst": item.uitkomst, "reden": " ".join(item.melding.split())} for item in told]
    text = f"{len(told)} of {len(outcomes)} waiting files were refused, failed or held" if told else ""
    return warning(asset, "deliveries", told=text, fine=f"{len(outcomes)} files taken in", rows=rows, shown_as="bestanden")
