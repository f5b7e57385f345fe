"""Everything of the enrichment that is a function of raw and the ledger, put together: here the pure steps meet the store.

A file is judged once, when it is taken in, against the areas, the catalogue and the mapping of that day: its supplier got the
list of what was wrong then, and a list that changes later must not change a figure in silence. To have a file read anew:
withdraw its delivery and deliver it again.
"""

from __future__ import annotations

import ibis.expr.types as ir
import pandera.ibis as pa
import pyarrow

from ivz_assets.deliveries.ledger import Ledger
from ivz_assets.enrichment import retention, schema, transform
from ivz_assets.enrichment.areas import newest_codes
from ivz_assets.enrichment.catalogue import catalogue
from ivz_assets.settings import Settings
from ivz_assets.warehouse.store import Store

_INDICATORS = pyarrow.schema(
    [
        ("indicator", pyarrow.string()),
        ("indicator_naam", pyarrow.string()),
        ("thema", pyarrow.string()),
        ("minimum", pyarrow.float64()),
        ("maximum", pyarrow.float64()),
        ("kleinste_aantal", pyarrow.int32()),
        ("deel_van", pyarrow.string()),
    ]
)


def indicators(store: Store) -> ir.Table:
    """The catalogue as a temporary table: indicator, indicator_naam, thema, minimum, maximum, kleinste_aantal, deel_van."""
    rows = [
        {
            "indicator": item.indicator, "indicator_naam": item.naam, "thema": item.thema,
            "minimum": item.minimum, "maximum": item.maximum, "kleinste_aantal": item.kleinste_aantal, "deel_van": item.deel_van,
        }
        for item in catalogue().values()
    ]  # fmt: skip
    return store.keep_rows("lijst_indicatoren", rows, _INDICATORS)


def placed_rows(store: Store, ledger: Ledger, settings: Settings) -> ir.Table:
    """Every delivered figure with its one status, as a temporary table."""
    return store.keep("geplaatste_cijfers", _placed(store, ledger, settings, store.ibis.table("raw_enrichments")))


def _placed(store: Store, ledger: Ledger, settings: Settings, raw: ir.Table) -> ir.Table:
    terms = store.ibis.table("raw_enrichment_terms")
    return transform.with_status(raw, terms, ledger.table("stand_verrijking"), settings.current_date())


def changed_by(store: Store, ledger: Ledger, settings: Settings, levering_id: str) -> tuple[int, int]:
    """Figures in force that a delivery just loaded names again, and how many of them it gives another value or none."""
    raw = store.ibis.table("raw_enrichments")
    before = _placed(store, ledger, settings, raw.filter(raw.levering_id != levering_id))
    after = store.ibis.table("geplaatste_cijfers", database=("temp", "main"))
    own = after.filter((after.levering_id == levering_id) & (after.status == "cijfers"))
    found = store.keep("gewijzigde_cijfers", transform.changed(before.filter(before.status == "cijfers"), own))
    return int(found.count().execute()), int(found.gewijzigd.sum().fill_null(0).execute())


def tables(store: Store, ledger: Ledger, settings: Settings) -> list[tuple[pa.DataFrameSchema, ir.Table]]:
    """The tables of the stage with the expressions that fill them."""
    rows = placed_rows(store, ledger, settings)
    state = store.ibis.table("stand_verrijking", database=("temp", "main"))
    terms = store.ibis.table("raw_enrichment_terms")
    return [
        (
            schema.MUNICIPAL_ENRICHMENTS,
            transform.municipal_enrichments(
                rows, indicators(store), newest_codes(store, settings, "gebieden_nieuwst"), settings.current_date()
            ),
        ),
        (schema.ENRICHMENT_QUARANTINE, transform.quarantine(rows)),
        (schema.ENRICHMENT_ACCOUNTS, transform.accounts(rows, terms, state, retention.destroyed(store, ledger))),
        (schema.ENRICHMENT_RULE_COUNTS, transform.rule_counts(store.ibis.table("raw_enrichment_problems"))),
    ]
