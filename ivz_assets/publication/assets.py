"""Publication in Dagster: one release of what passed, and its read-back gates. The work is in ``release``."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import dagster as dg

from ivz_assets.dashboard.topics import TOPICS
from ivz_assets.orchestration.checks import gate
from ivz_assets.warehouse.resource import WarehouseResource

TABLES = (
    *("dim_gebied", "dim_datum", "dim_periode", "dim_uur", "dim_klasse", "dashboard_incident_counts"),
    *(name for topic in TOPICS for name in topic.tables),
    *("open_police_tables", "open_police_counts", "cbs_tables", "areas", "neighbourhood_indicators"),
    *("neighbourhood_profiles", "area_crosswalk", "area_boundaries", "area_neighbours", "denominators", "municipal_enrichments"),
)


@dg.asset(
    deps=list(TABLES),
    check_specs=[gate("published_release", "schema"), gate("published_release", "read_back")],
    group_name="publication",
    kinds={"duckdb", "parquet"},
    owners=["team:veiligheidsregio"],
    tags={"confidentiality": "internal"},
    description="DuckDB and Parquet files for BI, replaced by one atomic rename each; the previous releases stay for rollback.",
)
def published_release(context: dg.AssetExecutionContext, warehouse: WarehouseResource) -> Iterator[Any]:
    from ivz_assets.dashboard.themes.catalogue import themes
    from ivz_assets.deliveries.ledger import Ledger
    from ivz_assets.deliveries.precedence import spoken_until
    from ivz_assets.orchestration.metadata import markdown_table
    from ivz_assets.publication.general import GeneralRelease
    from ivz_assets.publication.release import publish
    from ivz_assets.publication.tables import PUBLISHED
    from ivz_assets.quality.report import check_result, write_page
    from ivz_assets.quality.stage import remember
    from ivz_assets.quality.verdicts import Verdict

    store, settings = warehouse.store, warehouse.settings
    up_to = spoken_until(Ledger(store).state())
    release, found = publish(
        store,
        PUBLISHED,
        folder=settings.published_folder,
        at=settings.now(),
        data_up_to=up_to,
        decisions=Ledger(store).decisions(),
        keep=settings.keep_releases,
        general=GeneralRelease(themes(settings)),
    )
    verdicts = [
        Verdict(
            "published_release",
            name,
            sum(item.beoordeeld for item in found if item.controle == name),
            [finding for item in found if item.controle == name for finding in item.bevindingen],
        )
        for name in ("schema", "read_back")
    ]
    with store.transaction():
        remember(store, verdicts, store.next_version(), warehouse.run_id, settings.now())
    page = write_page(verdicts, settings.quality_folder, "published_release", warehouse.run_id)
    yield from (check_result(verdict, page) for verdict in verdicts)
    if release is None:
        raise dg.Failure(
            f"the files read back differ from the warehouse; the release in place stays. See {page}",
            allow_retries=False,
        )
    context.log.info(f"release {release.id}, data up to {up_to}")
    yield dg.MaterializeResult(
        metadata={
            "release": release.id,
            "gegevens_tot_en_met": str(up_to),
            "bestand": dg.MetadataValue.path(str(settings.published_folder / "ivz.duckdb")),
            "tabellen": markdown_table(
                [{"tabel": name, "rijen": item["rijen"]} for name, item in release.manifest["tabellen"].items()]
            ),
        }
    )


@dg.asset(
    deps=[published_release, "theme_indicators", "dim_thema"],
    check_specs=[gate("theme_releases", "themes")],
    group_name="publication",
    kinds={"duckdb"},
    owners=["team:veiligheidsregio"],
    tags={"confidentiality": "restricted"},
    description="A DuckDB file per theme in a folder of its own; small counts of sensitive themes are hidden.",
)
def theme_releases(context: dg.AssetExecutionContext, warehouse: WarehouseResource) -> Iterator[Any]:
    from ivz_assets.dashboard.theme_tables.schema import PER_THEME
    from ivz_assets.dashboard.themes.catalogue import themes
    from ivz_assets.orchestration.metadata import markdown_table
    from ivz_assets.publication.release import check_lineage, current
    from ivz_assets.publication.tables import PUBLISHED
    from ivz_assets.publication.themes import publish_themes, theme_file
    from ivz_assets.quality.report import check_result, write_page
    from ivz_assets.quality.stage import remember
    from ivz_assets.quality.verdicts import Verdict

    store, settings = warehouse.store, warehouse.settings
    release = current(settings.published_folder)
    if release is None:
        raise dg.Failure("there is no release yet for the files of the themes to belong to", allow_retries=False)
    check_lineage(store, [str(model.name) for model in PER_THEME])
    folder = settings.published_folder / "themas"
    listed = themes(settings)
    up_to = release.manifest["gegevens_tot_en_met"]
    judged = publish_themes(
        store, listed, (*PUBLISHED, *PER_THEME), folder=folder, release_id=release.id, at=settings.now(),
        data_up_to=date.fromisoformat(up_to) if up_to else None,
    )  # fmt: skip
    findings = [finding for verdict in judged for finding in verdict.bevindingen]
    verdict = Verdict("theme_releases", "themes", sum(item.beoordeeld for item in judged), findings)
    with store.transaction():
        remember(store, [verdict], store.next_version(), warehouse.run_id, settings.now())
    page = write_page([verdict], settings.quality_folder, "theme_releases", warehouse.run_id)
    yield check_result(verdict, page)
    if not verdict.passed:
        raise dg.Failure(f"a theme's file was not judged good; the one in place stays. See {page}", allow_retries=False)
    rows = [
        {
            "thema": theme.naam,
            "laagste_niveau": theme.laagste_niveau,
            "gevoelig": theme.gevoelig,
            "bestand": theme_file(folder, theme),
        }
        for theme in listed
    ]
    yield dg.MaterializeResult(metadata={"release": release.id, "bestanden": markdown_table(rows)})
