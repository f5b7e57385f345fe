"""How a stage speaks to Dagster: its check results, then its materializations, or a failure that names what did not hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import dagster as dg

from ivz_assets.quality.gates import Finding
from ivz_assets.quality.report import check_result, write_page
from ivz_assets.warehouse.resource import WarehouseResource

if TYPE_CHECKING:
    import pandera.ibis as pa

    from ivz_assets.quality.stage import StageOutcome


def _advice(failed: Sequence[Finding]) -> str:
    """How a person lets a true outlier through; a broken row or total is no outlier."""
    outliers = sorted({item.verwachting for item in failed if item.cellen})
    return f" If these are true outliers: ivz accept {outliers[0]} --reason ... --until ..." if outliers else ""


def report_stage(
    context: dg.AssetExecutionContext,
    warehouse: WarehouseResource,
    name: str,
    outcome: StageOutcome,
    models: Mapping[str, pa.DataFrameSchema],
    extra: Mapping[str, Mapping[str, Any]],
) -> Iterator[Any]:
    """The events of a stage.

    Raises:
        Failure: a gate did not hold; the checks were reported first, and nothing downstream starts.
    """
    from ivz_assets.orchestration.metadata import table_metadata

    page = write_page(outcome.verdicts, warehouse.settings.quality_folder, name, warehouse.run_id)
    yield from (check_result(verdict, page) for verdict in outcome.verdicts)
    if not outcome.passed:
        failed = [item for verdict in outcome.verdicts for item in verdict.bevindingen]
        told = "\n".join(
            f"{item.verwachting}: {item.uitleg} Seen: {item.waargenomen}. Limit: {item.grens}." for item in failed[:10]
        )
        raise dg.Failure(
            f"{name}: {len(failed)} expectations did not hold; the tables stay as they were.\n{told}\n"
            f"See {page}.{_advice(failed)}",
            metadata={"pagina": dg.MetadataValue.path(str(page))},
            allow_retries=False,
        )
    for table, model in models.items():
        context.log.info(f"{table}: {outcome.rows[table]} rows, version {outcome.version}")
        metadata = {**table_metadata(model, outcome.rows[table], outcome.version), **extra.get(table, {})}
        yield dg.MaterializeResult(asset_key=table, metadata=metadata)
