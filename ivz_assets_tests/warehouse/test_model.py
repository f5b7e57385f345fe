"""Everything that must agree with a table's model comes from that model."""

from __future__ import annotations

import duckdb
import ibis.expr.datatypes as dt
import pandera.ibis as pa
import pytest

from ivz_assets.dashboard import schema as dashboard
from ivz_assets.warehouse.model import (
    column,
    create_table,
    dagster_column_schema,
    described,
    duckdb_type,
    key_of,
    published_name,
    table,
)
from ivz_assets.weekmonitor import schema as weekmonitor
from ivz_assets_tests.warehouse.counters import COUNTERS

MODELS = [
    model for module in (weekmonitor, dashboard) for model in vars(module).values() if isinstance(model, pa.DataFrameSchema)
]


def test_all_models_are_looked_at() -> None:
    assert {str(model.name) for model in MODELS} >= {
        "raw_weekmonitor",
        "incidents",
        "quarantine",
        "dim_gebied",
        "delivery_accounts",
    }
    assert len(MODELS) == len({str(model.name) for model in MODELS}) >= 17


@pytest.mark.parametrize("model", MODELS, ids=lambda model: str(model.name))
def test_ddl_comments_and_dagster_schema_say_what_the_model_says(model: pa.DataFrameSchema) -> None:
    connection = duckdb.connect()
    for statement in create_table(model, "proef"):
        connection.execute(statement)
    made = connection.execute(
        "SELECT column_name, data_type, is_nullable, comment FROM duckdb_columns() "
        "WHERE table_name = 'proef' ORDER BY column_index"
    ).fetchall()
    shown = dagster_column_schema(model).columns
    expected = [(name, duckdb_type(item), item.nullable, described(item)) for name, item in model.columns.items()]
    assert [(name, kind.replace("ENUM(", "ENUM ("), *rest) for name, kind, *rest in made] == expected
    assert [(item.name, item.type, item.constraints.nullable, item.description) for item in shown] == expected
    comment = connection.execute("SELECT comment FROM duckdb_tables() WHERE table_name = 'proef'").fetchone()
    assert comment == (model.description,)
    assert model.description
    assert all(item.description and item.description[0] == item.description[0].strip() for item in model.columns.values())


@pytest.mark.parametrize("model", MODELS, ids=lambda model: str(model.name))
def test_every_model_has_a_key_of_its_own_columns_and_checks_with_a_limit(model: pa.DataFrameSchema) -> None:
    assert key_of(model)
    assert set(key_of(model)) <= set(model.columns)
    assert model.strict is True
    assert not any(item.unique for item in model.columns.values()), "pandera ignores unique on a column of this backend"
    checks = [check for item in model.columns.values() for check in item.checks]
    assert all(check.n_failure_cases == 20 for check in checks)


def test_only_what_is_meant_for_dashboards_has_a_published_name() -> None:
    published = {str(model.name) for model in MODELS if (model.metadata or {}).get("gepubliceerd_als")}
    assert published == {str(model.name) for model in dashboard.PUBLISHED}
    assert published_name(dashboard.DASHBOARD_INCIDENT_COUNTS) == "incident_aantallen"
    with pytest.raises(ValueError, match="incident_locations has no published name"):
        published_name(weekmonitor.INCIDENT_LOCATIONS)


def test_published_names_differ() -> None:
    names = [published_name(model) for model in dashboard.PUBLISHED]
    assert len(set(names)) == len(names)


def test_a_unit_is_shown_and_a_quote_survives() -> None:
    assert described(COUNTERS.columns["lengte"]) == "Lengte van de teller [m]"
    connection = duckdb.connect()
    for statement in create_table(COUNTERS, "t"):
        connection.execute(statement)
    assert connection.execute("SELECT comment FROM duckdb_tables()").fetchone() == ("Tellers van een proef; l'été.",)


@pytest.mark.parametrize(
    ("value", "passes"),
    [
        ({"nummer": 0}, False),
        ({"naam": "drie"}, False),
        ({"code": "a1"}, False),
        ({"lengte": None, "code": None}, True),
        ({}, True),
    ],
)
def test_the_model_judges_rows(value: dict[str, object], passes: bool) -> None:
    import ibis
    import pyarrow

    from ivz_assets.quality.schema_gate import schema_gate

    row = {"nummer": 1, "naam": "een", "lengte": 0.5, "code": "A1", **value}
    types = pyarrow.schema(
        [("nummer", pyarrow.int32()), ("naam", pyarrow.string()), ("lengte", pyarrow.float64()), ("code", pyarrow.string())]
    )
    connection = ibis.duckdb.connect()
    rows = connection.create_table("t", pyarrow.Table.from_pylist([row], schema=types))
    verdict = schema_gate(rows, COUNTERS)
    assert verdict.passed is passes
    assert verdict.beoordeeld == 9
    assert [finding.kolom for finding in verdict.bevindingen] == list(value) * (not passes)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: str(model.name))
def test_a_table_without_rows_fits_its_model(model: pa.DataFrameSchema) -> None:
    import ibis

    from ivz_assets.quality.schema_gate import schema_gate

    connection = ibis.duckdb.connect()
    for statement in create_table(model, "leeg"):
        connection.raw_sql(statement)
    assert schema_gate(connection.table("leeg"), model).passed
    connection.raw_sql("ALTER TABLE leeg ADD COLUMN adres VARCHAR")
    assert not schema_gate(connection.table("leeg"), model).passed


def test_an_unknown_type_has_no_ddl() -> None:
    model = table("t", "Proef", {"tijd": column(dt.time, "Tijd")}, key=("tijd",))
    with pytest.raises(KeyError):
        create_table(model, "t")
