"""The same week by hand: calamine, the SQL of ``bare_duckdb.sql``, the published files. No gates, no Dagster."""

from __future__ import annotations

import hashlib
import sys
import time
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa
import python_calamine
from pyproj import Transformer

from bench.clock import peak_bytes
from bench.processes import answer
from ivz_assets.settings import load_settings

LISTS = Path(__file__).resolve().parent.parent / "ivz_assets"
PUBLISHED = {
    "dim_gebied": ("dim_gebied", "gebied_sleutel"),
    "dim_datum": ("dim_datum", "datum"),
    "dim_klasse": ("dim_klasse", "klasse_sleutel"),
    "dashboard_incident_counts": ("incident_aantallen", "datumbasis, gebied_sleutel, periode, klasse_sleutel"),
}
XY = r"^\s*[xX]?[:=]?\s*(\d{4,6}(?:[.]\d+)?)\s*[,;/ ]\s*[yY]?[:=]?\s*(\d{4,6}(?:[.]\d+)?)\s*$"


def take_in(connection: duckdb.DuckDBPyConnection, workbook: Path, monday: date) -> None:
    """Reads the week's workbook and appends its rows and its delivery."""
    header, *rows = python_calamine.CalamineWorkbook.from_path(str(workbook)).get_sheet_by_index(0).to_python()
    names = [
        row[0]
        for row in connection.execute(
            f"SELECT kolom FROM read_csv('{LISTS}/weekmonitor/reference/fields.csv') ORDER BY positie"
        ).fetchall()
    ]
    assert len(header) == len(names)
    texts = {name: [str(cell) or None for cell in cells] for name, cells in zip(names, zip(*rows, strict=True), strict=True)}
    read = pa.table(
        {"rij": pa.array(range(2, len(rows) + 2), pa.int32()), **{name: pa.array(texts[name], pa.string()) for name in names}}
    )
    sha256 = hashlib.sha256(workbook.read_bytes()).hexdigest()
    sunday = monday + timedelta(days=6)
    delivery = f"{sunday:%G-W%V}-{sha256[:10]}"
    delivered = datetime.combine(monday + timedelta(days=7), datetime.min.time().replace(hour=8))
    connection.register("gelezen", read)
    connection.execute(
        f"""CREATE TEMP TABLE geleverd AS
        SELECT '{delivery}' AS levering_id, 'Weekmonitor' AS blad, g.*, CASE WHEN nullif(trim(locatie_xy), '') IS NULL THEN 'geen'
            WHEN k.xy_toegestaan = 'true' THEN 'bewaard' ELSE 'verwijderd' END AS xy_status
        FROM gelezen g LEFT JOIN read_csv('{LISTS}/weekmonitor/reference/maatschappelijke_klassen.csv', all_varchar = true) k
            ON k.maatschappelijke_klasse = upper(regexp_replace(g.maatschappelijke_klasse, '\\s+', '', 'g'))"""
    )
    connection.execute("INSERT INTO raw_weekmonitor BY NAME SELECT * EXCLUDE (locatie_xy) FROM geleverd")
    connection.execute(
        "INSERT INTO raw_weekmonitor_xy BY NAME SELECT levering_id, rij, locatie_xy FROM geleverd WHERE xy_status = 'bewaard'"
    )
    connection.execute(
        "INSERT INTO deliveries BY NAME SELECT ? AS levering_id, 'weekmonitor' AS stroom, "
        "(SELECT count(*) + 1 FROM deliveries) AS volgorde, ? AS bestand, "
        "? AS sha256, ? AS bytes, ?::TIMESTAMP AS geleverd_op, "
        " geleverd_op AS ingelezen_op, 'week' AS soort, ? AS week, "
        "?::DATE AS dekking_van, ?::DATE AS dekking_tot, ? AS rijen, "
        "NULL AS eerste_registratie, NULL AS laatste_registratie, 'Weekmonitor' AS blad, "
        "'' AS overgeslagen, 0 AS xy_verwijderd, 'bare' AS run_id",
        [delivery, workbook.name, sha256, workbook.stat().st_size, delivered, f"{sunday:%G-W%V}", monday, sunday, len(rows)],
    )


def compute(connection: duckdb.DuckDBPyConnection, today: date) -> None:
    """Every table of the chain from raw and the ledger."""
    settings = load_settings()
    levels = "\nUNION ALL ".join(
        f"SELECT basis, soort, begin, {area} AS gebied, {kind} AS klasse, sum(n)::INTEGER AS n, "
        "sum(m)::INTEGER AS m, sum(p)::INTEGER AS p, sum(a)::INTEGER AS a, sum(o)::INTEGER AS o FROM fijnste GROUP BY ALL"
        for area in ("buurt", "wijk", "gemeente", "regio")
        for kind in ("klasse", "subcategorie", "categorie")
    )
    reference, areas = LISTS / "weekmonitor" / "reference", LISTS / "neighbourhoods" / "reference"
    connection.execute(
        Path(__file__).with_suffix(".sql").read_text(encoding="utf-8").format(
            klassen=reference / "maatschappelijke_klassen.csv", woonplaatsen=reference / "woonplaats_gemeente.csv",
            gemeenten=areas / "gemeenten.csv", klasse_noemers=areas / "class_denominators.csv", buurten=settings.buurten_csv,
            xy=XY, levels=levels, today=today, first_date=settings.first_date, regio_code=settings.regio_code,
            regio_naam=settings.regio_naam, rd_x_min=settings.rd_x_min, rd_x_max=settings.rd_x_max,
            rd_y_min=settings.rd_y_min, rd_y_max=settings.rd_y_max,
        )
    )  # fmt: skip
    places = connection.execute(
        "SELECT levering_id, rij, rd_x, rd_y, rd_x BETWEEN ? AND ? AND rd_y BETWEEN ? AND ? AS in_regio FROM rijen "
        "WHERE status = 'incident' AND rd_x IS NOT NULL AND rd_y IS NOT NULL",
        [settings.rd_x_min, settings.rd_x_max, settings.rd_y_min, settings.rd_y_max],
    ).to_arrow_table()
    transformer = Transformer.from_crs("EPSG:28992", "EPSG:4326", always_xy=True)
    longitude, latitude = transformer.transform(places.column("rd_x").to_numpy(), places.column("rd_y").to_numpy())
    places = places.append_column("lengtegraad", pa.array(longitude)).append_column("breedtegraad", pa.array(latitude))
    connection.register("plaatsen", places)
    connection.execute("CREATE OR REPLACE TABLE incident_locations AS FROM plaatsen")


def publish(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """The published tables as one DuckDB file and a Parquet file each, in the order of their keys."""
    folder.mkdir(parents=True, exist_ok=True)
    database = folder / "ivz.duckdb"
    database.unlink(missing_ok=True)
    connection.execute(f"ATTACH '{database}' AS uitgave (STORAGE_VERSION 'v1.0.0')")
    for name, (published, key) in PUBLISHED.items():
        connection.execute(f"CREATE TABLE uitgave.{published} AS FROM {name} ORDER BY {key}")
        connection.execute(
            f"COPY (FROM uitgave.{published}) TO '{folder / published}.parquet' (FORMAT parquet, COMPRESSION zstd)"
        )
    connection.execute("CHECKPOINT uitgave")
    connection.execute("DETACH uitgave")


def main(warehouse: Path, workbook: Path, monday: date, published: Path) -> None:
    """The whole week; hands over seconds per part."""
    started = time.perf_counter()
    marks = {}
    connection = duckdb.connect(str(warehouse))
    connection.execute("SET preserve_insertion_order = false")
    connection.execute("BEGIN")
    take_in(connection, workbook, monday)
    marks["intake"] = time.perf_counter()
    compute(connection, monday + timedelta(days=7))
    connection.execute("COMMIT")
    marks["tables"] = time.perf_counter()
    publish(connection, published)
    connection.close()
    marks["publication"] = time.perf_counter()
    seconds, before = {}, started
    for name, moment in marks.items():
        seconds[name], before = moment - before, moment
    answer({"total": before - started, "seconds": seconds, "peak_bytes": peak_bytes()})


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), date.fromisoformat(sys.argv[3]), Path(sys.argv[4]))
