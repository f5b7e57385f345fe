"""Everything of the weekmonitor that is a function of raw and the ledger, put together: from raw rows to judged and placed rows.

The steps themselves are in ``standardise``, ``rules``, ``precedence`` and ``transform``; here they meet the store.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import ibis.expr.types as ir
import pandas as pd
import pandera.ibis as pa
import pyarrow

from ivz_assets.deliveries.ledger import Ledger
from ivz_assets.deliveries.precedence import per_day, speakers
from ivz_assets.neighbourhoods.conversions import conversions
from ivz_assets.neighbourhoods.reference import buurten, gemeenten
from ivz_assets.settings import Settings
from ivz_assets.warehouse.store import Store
from ivz_assets.weekmonitor import rules, schema, transform
from ivz_assets.weekmonitor.reference import klassen, woonplaatsen
from ivz_assets.weekmonitor.standardise import CodeLists, Keep, standardised_rows

_CONVERSIONS = pyarrow.schema(
    [
        ("van_buurt_code", pyarrow.string()),
        ("jaar", pyarrow.int32()),
        ("buurt_code", pyarrow.string()),
        ("laag", pyarrow.float64()),
        ("hoog", pyarrow.float64()),
        ("bepaling", pyarrow.string()),
    ]
)
_TURNS = pyarrow.schema(
    [
        ("datum", pyarrow.date32()),
        ("levering_id", pyarrow.string()),
        ("geldig_van", pyarrow.timestamp("us")),
        ("geldig_tot", pyarrow.timestamp("us")),
        ("opvolger", pyarrow.string()),
    ]
)


def code_lists(store: Store, settings: Settings) -> CodeLists:
    """The code lists of the package and of the data folder, as tables of this connection."""

    def kept(name: str, rows: Sequence[dict[str, str]]) -> ir.Table:
        columns = pyarrow.schema([(column, pyarrow.string()) for column in rows[0]])
        return store.keep_rows(name, rows, columns)

    known, converted = _editions(store, settings)
    if known is None and (listed := buurten(settings)):
        known = kept("lijst_buurten", listed)
    return CodeLists(
        klassen=kept("lijst_klassen", klassen()),
        woonplaatsen=kept("lijst_woonplaatsen", woonplaatsen(settings)),
        gemeenten=kept("lijst_gemeenten", gemeenten(settings)),
        buurten=known,
        omzettingen=converted,
    )


def _editions(store: Store, settings: Settings) -> tuple[ir.Table | None, ir.Table | None]:
    """The neighbourhood codes of every edition, and how older ones are read; None before the neighbourhoods have been built."""
    if not store.exists("area_crosswalk") or not store.version("area_crosswalk").rijen:
        return None, None
    crosswalk = store.table("area_crosswalk")
    changed = store.rows(
        "SELECT van_jaar, van_buurt_code, buurt_code, gewicht, bepaling FROM area_crosswalk WHERE van_buurt_code IN "
        "(SELECT van_buurt_code FROM area_crosswalk WHERE bepaling <> 'ongewijzigd' OR van_buurt_code <> buurt_code)"
    )
    rows = conversions(changed, settings.current_date().year)
    converted = store.keep_rows("omzettingen", rows, _CONVERSIONS) if rows else None
    return crosswalk.select(buurt_code=crosswalk.van_buurt_code).distinct(), converted


def judged_rows(
    store: Store, ledger: Ledger, settings: Settings, *, deliveries: Sequence[str] | None = None, as_of: datetime | None = None
) -> ir.Table:  # fmt: skip
    """Raw rows (of some deliveries, or of all known at a moment), standardised, with their rules, as a temporary table."""
    state = ledger.table("stand_leveringen", as_of)
    wanted = list(deliveries) if deliveries is not None else [delivery.levering_id for delivery in ledger.state(as_of)]
    store.keep_rows(
        "te_beoordelen", [{"levering_id": name} for name in wanted], pyarrow.schema([("levering_id", pyarrow.string())])
    )
    for name in ("raw_weekmonitor", "raw_weekmonitor_xy"):
        store.connection.execute(
            f"CREATE OR REPLACE TEMP VIEW te_beoordelen_{name} AS "
            f"SELECT * FROM {name} SEMI JOIN te_beoordelen USING (levering_id)"
        )
    lists = code_lists(store, settings)

    def build(keep: Keep) -> ir.Table:
        raw = store.ibis.table("te_beoordelen_raw_weekmonitor", database=("temp", "main"))
        xy = store.ibis.table("te_beoordelen_raw_weekmonitor_xy", database=("temp", "main"))
        facts = state.select("levering_id", "geleverd_op", "dekking_van", "dekking_tot")
        return keep("beoordeelde_rijen", rules.with_rules(standardised_rows(raw, xy, facts, lists, keep), settings))

    return store.replayed("beoordeelde_rijen", build)


def placed_rows(store: Store, ledger: Ledger, settings: Settings, *, as_of: datetime | None = None) -> ir.Table:
    """Every delivered row with its one status; with ``as_of`` as it was known at that moment.

    The status is an expression, not a table: adding it is quicker than writing the wide rows once more.
    """
    judged = judged_rows(store, ledger, settings, as_of=as_of)
    turns = store.keep_rows("beurten", per_day(speakers(ledger.state(as_of))), _TURNS)
    state = store.ibis.table("stand_leveringen", database=("temp", "main"))
    rows = transform.with_status(judged, state, turns.filter(turns.geldig_tot.isnull()))
    return transform.without_repeated_strays(rows, store.keep("herhaalde_zwerfrijen", transform.repeated_strays(rows)))


def incidents_as_of(store: Store, settings: Settings, moment: datetime) -> pd.DataFrame:
    """The incidents as they were known at a moment: what was loaded, decided and not yet superseded by then.

    Returns:
        The columns of ``schema.INCIDENTS``.
    """
    ledger = Ledger(store)
    if not ledger.state(moment):
        return pd.DataFrame(columns=list(schema.INCIDENTS.columns))
    return transform.incidents(placed_rows(store, ledger, settings, as_of=moment)).to_pandas()


def confirmed_by(store: Store, ledger: Ledger, settings: Settings, levering_id: str) -> tuple[int, int]:
    """Incidents known for the span of a delivery just loaded, and how many of them it does not confirm."""
    state = ledger.state()
    new = next(delivery for delivery in state if delivery.levering_id == levering_id)
    overlapping = [
        delivery.levering_id
        for delivery in state
        if delivery is not new and delivery.dekking_van <= new.dekking_tot and delivery.dekking_tot >= new.dekking_van
    ]
    if not overlapping:
        return 0, 0
    judged = judged_rows(store, ledger, settings, deliveries=[*overlapping, levering_id])
    days = per_day(speakers(delivery for delivery in state if delivery is not new))
    before = store.keep_rows("beurten_voor", [row for row in days if row["geldig_tot"] is None], _TURNS)
    after = store.keep_rows("beurten_na", [row for row in per_day(speakers(state)) if row["geldig_tot"] is None], _TURNS)
    taken_over = before.join(after.filter(after.levering_id == levering_id).select("datum"), "datum")
    standing = judged.filter(~judged.afgekeurd).join(
        taken_over.select(datum_registratie=taken_over.datum, levering_id=taken_over.levering_id),
        ["datum_registratie", "levering_id"],
    )
    own = judged.filter((judged.levering_id == levering_id) & ~judged.afgekeurd).select("incident_hash", "volgnummer")
    known = int(standing.count().execute())
    gone = int(standing.anti_join(own, ["incident_hash", "volgnummer"]).count().execute())
    return known, gone


def tables(store: Store, ledger: Ledger, settings: Settings) -> list[tuple[pa.DataFrameSchema, ir.Table]]:
    """The tables of the stage with the expressions that fill them."""
    rows = placed_rows(store, ledger, settings)
    judged = store.ibis.table("beoordeelde_rijen", database=("temp", "main"))
    raw, xy = store.ibis.table("raw_weekmonitor"), store.ibis.table("raw_weekmonitor_xy")
    state = store.ibis.table("stand_leveringen", database=("temp", "main"))
    turns = store.ibis.table("beurten", database=("temp", "main"))
    return [
        (schema.INCIDENTS, transform.incidents(rows)),
        (
            schema.INCIDENT_LOCATIONS,
            with_wgs84(store, transform.incident_locations(rows, lambda placed: rules.in_region(placed, settings))),
        ),
        (schema.INCIDENT_VERSIONS, transform.incident_versions(judged, state, turns)),
        (schema.QUARANTINE, transform.quarantine(rows, raw, xy)),
        (schema.DELIVERY_ACCOUNTS, transform.delivery_accounts(rows, state)),
        (schema.RULE_COUNTS, rules.rule_counts(judged)),
    ]


def with_wgs84(store: Store, locations: ir.Table) -> ir.Table:
    """RD New (EPSG:28992) to WGS84 (EPSG:4326) with pyproj: adds lengtegraad and breedtegraad in degrees."""
    from pyproj import Transformer

    rows = locations.to_pyarrow()
    transformer = Transformer.from_crs("EPSG:28992", "EPSG:4326", always_xy=True)
    longitude, latitude = transformer.transform(rows.column("rd_x").to_numpy(), rows.column("rd_y").to_numpy())
    rows = rows.append_column("lengtegraad", pyarrow.array(longitude)).append_column("breedtegraad", pyarrow.array(latitude))
    store.connection.register("met_wgs84", rows)
    store.connection.execute("CREATE OR REPLACE TEMP TABLE locaties AS FROM met_wgs84")
    store.connection.unregister("met_wgs84")
    return store.ibis.table("locaties", database=("temp", "main"))
