"""How a stage speaks to Dagster: its check results, then its materializations, or a failure that names what did not hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import dagster as dg

from ivz_assets.quality.report import check_result, write_page
from ivz_assets.quality.verdicts import Finding
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
    *,
    goes_on: bool = False,
) -> Iterator[Any]:
    """The events of a stage.

    Args:
        goes_on: whether a gate that does not hold leaves the run to go on with the versions that passed before, when there
            are any: for reference data, which must not stop the police's week.

    Raises:
        Failure: a gate did not hold; the checks were reported first, and nothing downstream starts.
    """
    from ivz_assets.orchestration.metadata import table_metadata

    page = write_page(outcome.verdicts, warehouse.settings.quality_folder, name, warehouse.run_id)
    stands = goes_on and not outcome.passed and all(warehouse.store.exists(table) for table in models)
    yield from (check_result(verdict, page, blocking=not stands) for verdict in outcome.verdicts)
    if stands:
        judged = {dg.AssetCheckKey(dg.AssetKey(verdict.tabel), verdict.controle) for verdict in outcome.verdicts}
        for key in sorted(context.selected_asset_check_keys - judged):
            # A table of the wrong shape is not judged further, but Dagster waits for every check.
            yield dg.AssetCheckResult(
                passed=False, asset_key=key.asset_key, check_name=key.name, severity=dg.AssetCheckSeverity.WARN,
                description="not judged, because another gate did not hold",
            )  # fmt: skip
        context.log.warning(f"{name}: the new version did not pass its gates; the one before stays, see {page}")
        for table, model in models.items():
            before = warehouse.store.version(table)
            metadata = {**table_metadata(model, before.rijen, before.versie), "gebleven": "the new version did not pass"}
            yield dg.MaterializeResult(asset_key=table, metadata=metadata)
        return
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
