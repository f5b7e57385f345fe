"""From judged rows to the weekmonitor's tables: the status of every delivered row, and what follows from it.

Pure Ibis over standardised rows and the ledger. Reading values is for ``standardise``, judging a row for ``rules``, and
which delivery speaks for which date for ``precedence``.
"""

from __future__ import annotations

from collections.abc import Callable

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from ivz_assets.warehouse.model import MOMENT
from ivz_assets.weekmonitor.schema import INCIDENT_VERSIONS, INCIDENTS, QUARANTINE, STATUSSEN

_IDENTITY = ["incident_hash", "volgnummer"]


def with_status(rows: ir.Table, deliveries: ir.Table, speaking: ir.Table) -> ir.Table:
    """Exactly one ``status`` per delivered row.

    Held and withdrawn go before superseded (``vervangen``), superseded before quarantined. Within its delivery's cover a
    row stands when that delivery speaks for its registration date. A stray row outside the cover stands unless the
    delivery that speaks for its date came later or holds the same identity. A row without a registration date belongs to
    the whole cover: it stands as long as its delivery speaks for any date.

    Args:
        rows: output of ``rules.with_rules``.
        deliveries: levering_id, toestand (geladen, vastgehouden, teruggetrokken), rang (precedence, highest wins).
        speaking: datum, levering_id: who speaks now.
    """
    state = deliveries.select("levering_id", "toestand", "rang")
    speaker = speaking.left_join(state, "levering_id").select(
        spreker_datum=speaking.datum, spreker=speaking.levering_id, spreker_rang=state.rang
    )
    voices = speaking.select(stem=speaking.levering_id).distinct()
    rows = rows.left_join(state, "levering_id").drop("levering_id_right")
    rows = rows.left_join(speaker, rows.datum_registratie == speaker.spreker_datum).drop("spreker_datum")
    rows = rows.left_join(voices, rows.levering_id == voices.stem)
    rows = rows.mutate(
        status=ibis.cases(
            (rows.toestand == "vastgehouden", "vastgehouden"),
            (rows.toestand == "teruggetrokken", "teruggetrokken"),
            (rows.datum_registratie.isnull() & rows.stem.isnull(), "vervangen"),
            (rows.datum_registratie.notnull() & ~rows.zwerfrij & (rows.spreker != rows.levering_id), "vervangen"),
            (rows.zwerfrij & (rows.spreker_rang > rows.rang), "vervangen"),
            (rows.afgekeurd, "quarantaine"),
            else_="incident",
        )
    )
    return rows.drop("stem", "spreker", "spreker_rang", "toestand")


def repeated_strays(rows: ir.Table) -> ir.Table:
    """Strays that are superseded by the same identity in the delivery that speaks, or in a newer stray: levering_id, rij."""
    strays = rows.filter(rows.zwerfrij & (rows.status == "incident"))
    regular = rows.filter(~rows.zwerfrij & (rows.status == "incident"))
    standing = regular.semi_join(strays, _IDENTITY).select(*_IDENTITY, staat=True)
    newest = ibis.window(group_by=_IDENTITY, order_by=ibis.desc("rang"))
    repeated = strays.mutate(beurt=ibis.row_number().over(newest)).left_join(standing, _IDENTITY)
    return repeated.filter((repeated.beurt > 0) | repeated.staat.notnull()).select("levering_id", "rij")


def without_repeated_strays(rows: ir.Table, repeated: ir.Table) -> ir.Table:
    """The rows with the strays of ``repeated_strays`` superseded."""
    marked = repeated.select(h_levering=repeated.levering_id, h_rij=repeated.rij)
    joined = rows.left_join(marked, (rows.levering_id == marked.h_levering) & (rows.rij == marked.h_rij))
    return joined.mutate(status=ibis.ifelse(joined.h_rij.notnull(), "vervangen", joined.status)).drop("h_levering", "h_rij")


def incidents(rows: ir.Table) -> ir.Table:
    """The rows that count: columns of ``schema.INCIDENTS``."""
    return rows.filter(rows.status == "incident").select(*INCIDENTS.columns)


def incident_locations(rows: ir.Table, in_region: Callable[[ir.Table], ir.BooleanValue]) -> ir.Table:
    """RD coordinates of the incidents that have them: levering_id, rij, rd_x, rd_y (metres), in_regio."""
    placed = rows.filter((rows.status == "incident") & rows.rd_x.notnull() & rows.rd_y.notnull())
    return placed.select("levering_id", "rij", "rd_x", "rd_y", in_regio=in_region(placed))


def quarantine(rows: ir.Table, raw: ir.Table, xy: ir.Table) -> ir.Table:
    """Rejected rows with all their reasons and the 16 delivered texts: columns of ``schema.QUARANTINE``."""
    rejected = rows.filter(rows.status == "quarantaine").select("levering_id", "rij", regels=rows.redenen)
    delivered = rejected.join(raw, ["levering_id", "rij"])
    return delivered.left_join(xy, ["levering_id", "rij"]).select(*QUARANTINE.columns)


def delivery_accounts(rows: ir.Table, deliveries: ir.Table) -> ir.Table:
    """Per delivery the rows delivered (from the ledger) and the rows per status (from the rows themselves)."""
    counted = rows.group_by("levering_id").aggregate(**{status: (rows.status == status).sum() for status in STATUSSEN})
    joined = deliveries.left_join(counted, "levering_id")
    return joined.select(
        "levering_id",
        rijen=joined.rijen.cast(dt.int64),
        **{status: ibis.coalesce(joined[status], 0).cast(dt.int64) for status in STATUSSEN},
    )


def incident_versions(rows: ir.Table, deliveries: ir.Table, turns: ir.Table) -> ir.Table:
    """From which delivery until which an incident was known: columns of ``schema.INCIDENT_VERSIONS``.

    Args:
        rows: output of ``rules.with_rules``.
        deliveries: levering_id, rang, actief_van, actief_tot.
        turns: datum, levering_id, geldig_van, geldig_tot, opvolger: who speaks for a registration date, and when.
    """
    valid = rows.filter(~rows.afgekeurd)
    regular = valid.filter(~valid.zwerfrij)
    on_turn = (regular.datum_registratie == turns.datum) & (regular.levering_id == turns.levering_id)
    joined = regular.join(turns, on_turn)
    known = joined.select(
        *_IDENTITY,
        "datum_registratie",
        bekend_van=joined.geldig_van.cast(MOMENT),
        levering_van=regular.levering_id,
        bekend_tot=joined.geldig_tot.cast(MOMENT),
        levering_tot=joined.opvolger,
    )
    known = ibis.union(known, _stray_intervals(valid, deliveries, turns))
    several = known.group_by(_IDENTITY).aggregate(aantal=known.count())
    counted = known.join(several, _IDENTITY)
    single = counted.filter(counted.aantal == 1).drop("aantal")
    merged = _merged(counted.filter(counted.aantal > 1).drop("aantal"))
    return ibis.union(single.select(*INCIDENT_VERSIONS.columns), merged.select(*INCIDENT_VERSIONS.columns))


def _stray_intervals(valid: ir.Table, deliveries: ir.Table, turns: ir.Table) -> ir.Table:
    """When stray rows were known: while their delivery is active, but for the turns of newer deliveries on their date.

    A newer delivery may be withdrawn again, so that there may be several such gaps between turns. An identical incident
    from the delivery that speaks overlaps with the stray's own interval; merging takes care of it.
    """
    far = ibis.timestamp("9999-12-31 00:00:00")
    strays = valid.filter(valid.zwerfrij).select(*_IDENTITY, "datum_registratie", "levering_id")
    active = deliveries.select("levering_id", "rang", "actief_van", actief_tot=ibis.coalesce(deliveries.actief_tot, far))
    strays = strays.join(active.filter(active.actief_van.notnull()), "levering_id")
    ranked = deliveries.select(n_levering="levering_id", n_rang="rang")
    newer = turns.join(ranked, turns.levering_id == ranked.n_levering)
    ended = newer.geldig_tot.fill_null(far)
    newer = newer.select("n_levering", "n_rang", n_datum=newer.datum, begin=newer.geldig_van, eind=ended)
    overruled = strays.join(newer, [strays.datum_registratie == newer.n_datum, newer.n_rang > strays.rang])
    stray = [*_IDENTITY, "levering_id"]
    before = ibis.window(group_by=stray, order_by="begin")
    overruled = overruled.mutate(vorig_einde=overruled.eind.lag().over(before))
    columns = [*_IDENTITY, "datum_registratie", "levering_id"]
    until = overruled.select(
        *columns,
        van=ibis.greatest(overruled.actief_van, ibis.coalesce(overruled.vorig_einde, overruled.actief_van)).cast(MOMENT),
        einde=ibis.least(overruled.actief_tot, overruled.begin).cast(MOMENT),
        opvolger=ibis.ifelse(overruled.begin <= overruled.actief_tot, overruled.n_levering, ibis.null(dt.string)),
    )
    last = overruled.group_by(stray).aggregate(laatste=overruled.eind.max())
    final = strays.left_join(last, stray)
    afterwards = final.select(
        *columns,
        van=ibis.greatest(final.actief_van, ibis.coalesce(final.laatste, final.actief_van)).cast(MOMENT),
        einde=final.actief_tot.cast(MOMENT),
        opvolger=ibis.null(dt.string),
    )
    known = ibis.union(until, afterwards)
    return known.filter(known.van < known.einde).select(
        *_IDENTITY,
        "datum_registratie",
        bekend_van=known.van.cast(MOMENT),
        levering_van=known.levering_id,
        bekend_tot=known.einde.nullif(far).cast(MOMENT),
        levering_tot=known.opvolger,
    )


def _merged(known: ir.Table) -> ir.Table:
    """Intervals of one incident that touch or overlap become one (gaps and islands)."""
    far = ibis.timestamp("9999-12-31 00:00:00")
    known = known.mutate(einde=ibis.coalesce(known.bekend_tot, far))
    before = ibis.window(group_by=_IDENTITY, order_by=["bekend_van", "einde"], preceding=(None, 1))
    known = known.mutate(vorig_einde=known.einde.max().over(before))
    known = known.mutate(nieuw=(known.vorig_einde.isnull() | (known.bekend_van > known.vorig_einde)).cast(dt.int32))
    until_here = ibis.window(group_by=_IDENTITY, order_by=["bekend_van", "einde"], preceding=(None, 0))
    known = known.mutate(eiland=known.nieuw.sum().over(until_here))
    island = known.group_by([*_IDENTITY, "eiland"]).aggregate(
        datum_registratie=known.datum_registratie.min(),
        van=known.bekend_van.min(),
        # Two deliveries can be accepted at one moment; the text decides between them, in every run the same.
        levering_van=known.levering_van.argmin(known.bekend_van.cast(dt.string) + known.levering_van),
        laatste=known.einde.max(),
        levering_tot=known.levering_tot.argmax(known.einde),
    )
    return island.select(
        *_IDENTITY,
        "datum_registratie",
        "levering_van",
        bekend_van=island.van.cast(MOMENT),
        bekend_tot=island.laatste.nullif(far).cast(MOMENT),
        levering_tot=ibis.ifelse(island.laatste == far, ibis.null(dt.string), island.levering_tot),
    )
