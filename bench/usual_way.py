"""The usual way: Dagster with the pandas IO manager for DuckDB, openpyxl, groupby, pandera and Great Expectations.

Runs in its own environment (``usual_way.lock``). It makes the same incidents, quarantine, dimensions and counts behind the same
checks. It leaves out ``incident_versions``, rule counts, holding and refusals, the checks on drops, and everything about
neighbourhoods and suppliers, so it has less to do than the package.
"""

import contextlib
import hashlib
import importlib
import os
import re
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from bench.clock import IMPORTS, REST, Clock, peak_bytes
from bench.processes import answer

CLOCK = Clock()
if __name__ == "__main__":
    CLOCK.time_imports()

import dagster as dg  # noqa: E402
import duckdb  # noqa: E402
import pandas as pd  # noqa: E402
from dagster_duckdb_pandas import DuckDBPandasIOManager  # noqa: E402

from bench import usual_checks as checks  # noqa: E402
from bench import usual_cleaning as cleaning  # noqa: E402
from bench import usual_tables as tables  # noqa: E402

LISTS = Path(__file__).resolve().parent.parent / "ivz_assets"
REGIO = "TWENTE"
LATER = ("great_expectations.expectations", "pandera.pandas", "openpyxl", "pyarrow.parquet")
deliveries_partitions = dg.DynamicPartitionsDefinition(name="deliveries")


def blocking(asset: str, *names: str) -> list[dg.AssetCheckSpec]:
    """Checks that stop what comes after."""
    return [dg.AssetCheckSpec(name, asset=asset, blocking=True) for name in names]


def passed(asset: str, *names: str) -> list[dg.AssetCheckResult]:
    """Their results; a check that does not hold has raised by now."""
    return [dg.AssetCheckResult(passed=True, asset_key=asset, check_name=name) for name in names]


def region() -> cleaning.Region:
    """Code lists of the package and of the data folder."""

    def read(path: Path) -> pd.DataFrame:
        return pd.read_csv(path, dtype=str, keep_default_na=False)

    weekmonitor, areas = LISTS / "weekmonitor" / "reference", LISTS / "neighbourhoods" / "reference"
    return cleaning.Region(
        read(weekmonitor / "maatschappelijke_klassen.csv"), read(weekmonitor / "woonplaats_gemeente.csv"),
        read(areas / "gemeenten.csv"), read(areas / "class_denominators.csv"), read(Path(os.environ["USUAL_BUURTEN"])),
        (217_000, 272_000, 453_000, 502_000),
    )  # fmt: skip


@dg.multi_asset(
    outs={
        "raw_weekmonitor": dg.AssetOut(metadata={"partition_expr": "levering_id"}),
        "deliveries": dg.AssetOut(metadata={"partition_expr": "levering_id"}),
    },
    partitions_def=deliveries_partitions,
    check_specs=blocking("raw_weekmonitor", "schema", "expectations"),
)
def intake(context: dg.AssetExecutionContext):  # type: ignore[no-untyped-def]
    """The newest workbook, read with openpyxl and appended as a partition."""
    path = Path(os.environ["USUAL_WORKBOOK"])
    listed = region()
    raw = pd.read_excel(path, engine="openpyxl", dtype=str)
    raw.columns = list(checks.RAW_TEXTS)
    raw = raw.astype(object).where(raw.notna(), None)
    code = raw["maatschappelijke_klasse"].str.replace(r"\s+", "", regex=True).str.upper()
    may = code.isin(listed.klassen.loc[listed.klassen["xy_toegestaan"] == "true", "maatschappelijke_klasse"])
    given = raw["locatie_xy"].notna()
    raw["xy_status"] = "geen"
    raw.loc[given, "xy_status"] = may[given].map({True: "bewaard", False: "verwijderd"})
    raw.loc[~may, "locatie_xy"] = None
    raw.insert(0, "levering_id", context.partition_key)
    raw.insert(1, "blad", "Weekmonitor")
    raw.insert(2, "rij", pd.Series(range(2, len(raw) + 2), dtype="int32"))
    year, week = map(int, re.search(r"(\d{4})-W(\d{2})", path.name).groups())  # type: ignore[union-attr]
    monday = pd.Timestamp(date.fromisocalendar(year, week, 1))
    delivered = pd.Timestamp(re.search(r"geleverd_(\d{4}-\d{2}-\d{2})", path.name)[1]) + pd.Timedelta(hours=8)  # type: ignore[index]
    facts = pd.DataFrame(
        {
            "levering_id": [context.partition_key], "volgorde": [10_000], "geleverd_op": [delivered],
            "dekking_van": [monday], "dekking_tot": [monday + pd.Timedelta(days=6)], "rijen": [len(raw)],
        }
    )  # fmt: skip
    with CLOCK.kind("gates"):
        checks.check_model("raw_weekmonitor", raw)
        checks.check_delivery(cleaning.typed(raw, facts, listed))
    yield dg.Output(raw, "raw_weekmonitor")
    yield dg.Output(facts, "deliveries")
    yield from passed("raw_weekmonitor", "schema", "expectations")


INCIDENT_COLUMNS = (
    "incident_hash", "volgnummer", "levering_id", "rij", "maatschappelijke_klasse", "subcategorie", "categorie", "soort",
    "buurt_code", "buurt_bepaling", "buurt_code_geleverd", "gemeente_code", "binnen_regio", "datum_registratie",
    "datum_kennisname", "datum_voorval", "begin_tijdstip", "eind_tijdstip", "dagdeel", "aangifte", "poging", "projectcode",
    "kenmerken",
)  # fmt: skip


@dg.multi_asset(
    outs={name: dg.AssetOut() for name in ("incidents", "quarantine", "delivery_accounts")},
    check_specs=[
        *blocking("incidents", "schema", "expectations"),
        *blocking("quarantine", "schema"),
        *blocking("delivery_accounts", "conservation"),
    ],
)
def cleaned(raw_weekmonitor: pd.DataFrame, deliveries: pd.DataFrame):  # type: ignore[no-untyped-def]
    """Incidents in force and rejected rows, from everything delivered."""
    listed = region()
    rows = cleaning.with_status(cleaning.typed(raw_weekmonitor, deliveries, listed), deliveries)
    incidents = rows[rows["status"] == "incident"].rename(columns={"t_buurt_code": "buurt_code_geleverd"})[list(INCIDENT_COLUMNS)]
    rejected = rows[rows["status"] == "quarantaine"]
    quarantine = rejected[["levering_id", "blad", "rij"]].assign(
        regels=rejected["redenen"], **{name: rejected[f"t_{name}"] for name in checks.RAW_TEXTS}
    )
    accounts = (
        pd.crosstab(rows["levering_id"], rows["status"])
        .reset_index()
        .merge(deliveries[["levering_id", "rijen"]], on="levering_id")
    )
    with CLOCK.kind("gates"):
        checks.check_model("incidents", incidents)
        checks.check_model("quarantine", quarantine)
        checks.check_incidents(incidents, deliveries, listed.gemeenten["gemeente_code"], pd.Timestamp(os.environ["USUAL_TODAY"]))
        if (accounts[["incident", "quarantaine", "vervangen"]].sum(axis=1) != accounts["rijen"]).any():
            raise checks.CheckFailed("rows were lost")
    yield dg.Output(incidents, "incidents")
    yield dg.Output(quarantine, "quarantine")
    yield dg.Output(accounts, "delivery_accounts")
    yield from passed("incidents", "schema", "expectations")
    yield from passed("quarantine", "schema")
    yield from passed("delivery_accounts", "conservation")


TABLES = ("dim_gebied", "dim_datum", "dim_klasse", "dashboard_incident_counts")


@dg.multi_asset(
    outs={name: dg.AssetOut() for name in TABLES},
    check_specs=[spec for name in TABLES for spec in blocking(name, "schema")]
    + blocking("dashboard_incident_counts", "expectations"),
)
def dashboard(incidents: pd.DataFrame, raw_weekmonitor: pd.DataFrame):  # type: ignore[no-untyped-def]
    """Dimensions and counts."""
    listed = region()
    first = min(incidents["datum_voorval"].min(), pd.Timestamp("2015-01-01"))
    made = {
        "dim_gebied": tables.dim_gebied(incidents, raw_weekmonitor, listed, REGIO),
        "dim_datum": tables.dim_datum(first, pd.Timestamp(os.environ["USUAL_TODAY"])),
        "dim_klasse": tables.dim_klasse(listed),
        "dashboard_incident_counts": tables.counts(incidents, REGIO),
    }
    with CLOCK.kind("gates"):
        for name, frame in made.items():
            checks.check_model(name, frame)
        checks.check_counts(made["dashboard_incident_counts"], incidents, made["dim_gebied"], made["dim_klasse"])
    for name, frame in made.items():
        yield dg.Output(frame, name)
    for name in TABLES:
        yield from passed(name, "schema")
    yield from passed("dashboard_incident_counts", "expectations")


@dg.asset(check_specs=blocking("published_release", "read_back"))
def published_release(
    dim_gebied: pd.DataFrame, dim_datum: pd.DataFrame, dim_klasse: pd.DataFrame, dashboard_incident_counts: pd.DataFrame
):  # type: ignore[no-untyped-def]
    """A DuckDB file and Parquet files for BI."""
    folder = Path(os.environ["USUAL_PUBLISHED"])
    folder.mkdir(parents=True, exist_ok=True)
    frames = {
        "dim_gebied": dim_gebied,
        "dim_datum": dim_datum,
        "dim_klasse": dim_klasse,
        "incident_aantallen": dashboard_incident_counts,
    }
    database = folder / ".ivz.duckdb.new"
    database.unlink(missing_ok=True)
    with duckdb.connect(str(database)) as connection:
        for name, frame in frames.items():
            connection.execute(f"CREATE TABLE {name} AS FROM frame")
            frame.to_parquet(folder / f"{name}.parquet", compression="zstd", index=False)
        with CLOCK.kind("gates"):
            for name, frame in frames.items():
                read = connection.execute(f"SELECT count(*) FROM '{folder / name}.parquet'").fetchone()
                if read != connection.execute(f"SELECT count(*) FROM {name}").fetchone() or read != (len(frame),):
                    raise checks.CheckFailed(f"{name} was not written whole")
    os.replace(database, folder / "ivz.duckdb")
    yield dg.MaterializeResult(metadata={"rijen": len(dashboard_incident_counts)})
    yield from passed("published_release", "read_back")


def definitions(database: Path) -> dg.Definitions:
    """Everything Dagster knows of the usual way."""
    return dg.Definitions(
        assets=[intake, cleaned, dashboard, published_release],
        jobs=[dg.define_asset_job("weekly_refresh", selection="*", partitions_def=deliveries_partitions)],
        resources={"io_manager": DuckDBPandasIOManager(database=str(database), schema="main")},
        executor=dg.in_process_executor,
    )


def prepare(database: Path, raw: Path, deliveries: Path) -> None:
    """Stores the history through the same tables that the IO manager writes; not part of what is measured."""
    database.unlink(missing_ok=True)
    with duckdb.connect(str(database)) as connection:
        for name, source in (("raw_weekmonitor", raw), ("deliveries", deliveries)):
            connection.execute(f"CREATE TABLE {name} AS FROM '{source}'")
    answer({})


def refresh(database: Path) -> None:
    """One week; hands over where its time goes."""
    for name in LATER:
        importlib.import_module(name)
    workbook = Path(os.environ["USUAL_WORKBOOK"])
    sha256 = hashlib.sha256(workbook.read_bytes()).hexdigest()
    key = f"{re.search(r'[0-9]{4}-W[0-9]{2}', workbook.name)[0]}-{sha256[:10]}"  # type: ignore[index]
    with duckdb.connect(str(database), read_only=True) as connection:
        known = [row[0] for row in connection.execute("SELECT levering_id FROM deliveries").fetchall()]
    for function in ("handle_output", "load_input"):
        CLOCK.time_function("dagster._core.storage.db_io_manager", f"DbIOManager.{function}", "IO manager", "dagster")
    with contextlib.ExitStack() as stack:
        home = stack.enter_context(tempfile.TemporaryDirectory())
        (Path(home) / "dagster.yaml").write_text("telemetry:\n  enabled: false\n", encoding="utf-8")
        instance = stack.enter_context(dg.DagsterInstance.local_temp(home))
        instance.add_dynamic_partitions("deliveries", [*known, key])
        before = CLOCK.read()
        started = time.perf_counter()
        result = (
            definitions(database)
            .resolve_job_def("weekly_refresh")
            .execute_in_process(instance=instance, partition_key=key, raise_on_error=True)
        )
        total = time.perf_counter() - started
        assert result.success
    seconds = CLOCK.read()
    spent = {kind: found - before.get(kind, 0.0) for kind, found in seconds.items() if kind not in (IMPORTS, REST)}
    during = seconds[IMPORTS] - before[IMPORTS]
    spent["frames and Dagster"] = total - during - sum(spent.values())
    answer(
        {
            "total": total - during,
            "imports": seconds[IMPORTS],
            "gates": spent["gates"],
            "seconds": spent,
            "peak_bytes": peak_bytes(),
        }
    )


if __name__ == "__main__":
    # Dagster must find these assets in the module by its name, not in __main__
    from bench import usual_way

    usual_way.CLOCK = CLOCK
    action = {"prepare": usual_way.prepare, "refresh": usual_way.refresh}[sys.argv[1]]
    action(*map(Path, sys.argv[2:]))
