"""From incidents to counts, as pure Ibis. The models are in ``schema``, the gates in ``expectations``."""

from __future__ import annotations

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from ivz_assets.dashboard.schema import DASHBOARD_INCIDENT_COUNTS
from ivz_assets.weekmonitor.standardise import Keep

_MEASURES = ("aantal", "aantal_misdrijven", "aantal_incidenten", "aantal_pogingen", "aantal_aangiften", "aantal_omgezet")
_BASIS_DATES = {"voorgevallen": "datum_voorval", "geregistreerd": "datum_registratie"}


def week_key(day: ir.DateValue) -> ir.StringValue:
    """ISO week of a day as ``2026-W05``; the year is that of the week's Thursday (engines differ on an ISO year)."""
    thursday = (day.truncate("W") + ibis.interval(days=3)).cast(dt.date)
    return thursday.year().cast(dt.string) + "-W" + day.week_of_year().cast(dt.string).lpad(2, "0")


def month_key(day: ir.DateValue) -> ir.StringValue:
    """Month of a day as ``2026-02``."""
    return day.year().cast(dt.string) + "-" + day.month().cast(dt.string).lpad(2, "0")


def wijk_of(buurt_code: ir.StringValue) -> ir.StringValue:
    """CBS wijk of a neighbourhood: ``BU01530102`` lies in ``WK015301``."""
    return ibis.literal("WK") + buurt_code.substr(2, 6)


def dashboard_incident_counts(incidents: ir.Table, regio: str, keep: Keep) -> ir.Table:
    """Counts per date basis, area, period and class, on every level of each: columns of ``DASHBOARD_INCIDENT_COUNTS``.

    Levels are data: a small table says to which areas a neighbourhood belongs, one to which classes a class belongs, and
    one to which periods a day belongs (weeks do not nest in months, so each kind is counted from days). The incidents meet
    them once, by number, and the readable keys come back at the end: grouping millions of rows by long texts is slow.
    """
    counted = _nullable(incidents.filter(incidents.binnen_regio))
    periods = keep("periodes_van_dagen", _numbered(_periods(counted), "periode_nr", "periode"))
    areas = keep("gebieden_van_buurten", _numbered(_areas(counted, regio), "gebied_nr", "gebied_sleutel"))
    classes = keep("niveaus_van_klassen", _numbered(_classes(counted), "klasse_nr", "klasse_sleutel"))
    finest = keep("fijnste_aantallen", _finest(counted, periods))
    joined = finest.join(areas.select("buurt_code", "gebied_nr"), "buurt_code")
    joined = joined.join(classes.select("maatschappelijke_klasse", "klasse_nr"), "maatschappelijke_klasse")
    keys = ["voorgevallen", "periode_nr", "gebied_nr", "klasse_nr"]
    sums = {measure: joined[measure].sum().cast(dt.int32) for measure in _MEASURES}
    # In the order of its key the table is small on disk, and a filter on an area reads little of it.
    ordered = joined.group_by(keys).aggregate(**sums).order_by("voorgevallen", "gebied_nr", "klasse_nr", "periode_nr")
    counts = keep("genummerde_aantallen", ordered)
    for names, number in ((periods, "periode_nr"), (areas, "gebied_nr"), (classes, "klasse_nr")):
        labels = names.drop({"periode_nr": "datum", "gebied_nr": "buurt_code", "klasse_nr": "maatschappelijke_klasse"}[number])
        counts = counts.join(labels.distinct(), number)
    basis = ibis.ifelse(counts.voorgevallen, "voorgevallen", "geregistreerd")
    return counts.mutate(datumbasis=basis).select(*DASHBOARD_INCIDENT_COUNTS.columns)


def daily_counts(incidents: ir.Table) -> ir.Table:
    """Counts per date basis, day, neighbourhood, class and project code, inside the region: columns of ``DAILY_COUNTS``."""
    counted = _nullable(incidents.filter(incidents.binnen_regio))
    keys = {
        "buurt_code": counted.buurt_code,
        "maatschappelijke_klasse": counted.maatschappelijke_klasse,
        "projectcode": counted.projectcode.fill_null(""),
    }
    measures = {name: measure.cast(dt.int32) for name, measure in _measures(counted).items()}
    found = ibis.union(
        *[
            counted.group_by(datumbasis=ibis.literal(basis), datum=counted[column], **keys).aggregate(**measures)
            for basis, column in _BASIS_DATES.items()
        ]
    )
    return found.order_by("datumbasis", "datum", *keys)


def _measures(counted: ir.Table) -> dict[str, ir.IntegerValue]:
    """What is counted of incidents, by column."""
    return {
        "aantal": counted.count(),
        "aantal_misdrijven": (counted.soort == "misdrijf").sum(),
        "aantal_incidenten": (counted.soort == "incident").sum(),
        "aantal_pogingen": counted.poging.fill_null(False).sum(),
        "aantal_aangiften": counted.aangifte.fill_null(False).sum(),
        "aantal_omgezet": counted.buurt_bepaling.isin(["omgezet", "geschat"]).sum(),
    }


def _nullable(table: ir.Table) -> ir.Table:
    """The table with types that say nothing about NULL; ibis will not union a NOT NULL column with a computed one."""
    return table.cast({name: kind(nullable=True) for name, kind in table.schema().items()})


def _numbered(levels: ir.Table, number: str, key: str) -> ir.Table:
    """The table with a number per distinct key."""
    return levels.mutate(**{number: ibis.dense_rank().over(order_by=levels[key]).cast(dt.int32)})


def _periods(counted: ir.Table) -> ir.Table:
    """Per day that occurs, the week, month and year it lies in: datum, periode_soort, periode, periode_begin."""
    days = ibis.union(*[counted.select(datum=counted[column]) for column in _BASIS_DATES.values()], distinct=True)
    starts = {"week": days.datum.truncate("W"), "maand": days.datum.truncate("M"), "jaar": days.datum.truncate("Y")}
    labels = {"week": week_key(days.datum), "maand": month_key(days.datum), "jaar": days.datum.year().cast(dt.string)}
    return ibis.union(
        *[
            days.select("datum", periode_soort=ibis.literal(kind), periode=labels[kind], periode_begin=start.cast(dt.date))
            for kind, start in starts.items()
        ]
    )


def _areas(counted: ir.Table, regio: str) -> ir.Table:
    """Per neighbourhood that occurs, the areas it lies in: buurt_code, gebied_niveau, gebied_sleutel."""
    buurten = counted.select("buurt_code", "gemeente_code").distinct()
    keys = {
        "buurt": buurten.buurt_code,
        "wijk": wijk_of(buurten.buurt_code),
        "gemeente": buurten.gemeente_code,
        "regio": ibis.literal(regio),
    }
    return ibis.union(
        *[buurten.select("buurt_code", gebied_niveau=ibis.literal(niveau), gebied_sleutel=key) for niveau, key in keys.items()]
    )


def _classes(counted: ir.Table) -> ir.Table:
    """Per class that occurs, the levels it counts on: maatschappelijke_klasse, klasse_niveau, klasse_sleutel."""
    classes = counted.select("maatschappelijke_klasse", "subcategorie", "categorie").distinct()
    columns = {"klasse": "maatschappelijke_klasse", "subcategorie": "subcategorie", "categorie": "categorie"}
    return ibis.union(
        *[
            classes.select(
                "maatschappelijke_klasse", klasse_niveau=ibis.literal(niveau), klasse_sleutel=_class_key(niveau, classes[column])
            )
            for niveau, column in columns.items()
        ]
    )


def _finest(counted: ir.Table, periods: ir.Table) -> ir.Table:
    """Counts per date basis, period, neighbourhood and class."""
    measures = _measures(counted)
    keys = ["buurt_code", "maatschappelijke_klasse"]
    per_day = ibis.union(
        *[
            counted.group_by(
                voorgevallen=ibis.literal(basis == "voorgevallen"), datum=counted[column], **{key: counted[key] for key in keys}
            ).aggregate(**measures)
            for basis, column in _BASIS_DATES.items()
        ]
    )
    in_periods = per_day.join(periods.select("datum", "periode_nr"), "datum")
    return in_periods.group_by(["voorgevallen", "periode_nr", *keys]).aggregate(
        **{measure: in_periods[measure].sum().cast(dt.int32) for measure in _MEASURES}
    )


def _class_key(niveau: str, name: ir.StringValue) -> ir.StringValue:
    """Key of a class: its code, or the level and the name, because a category and a subcategory may share a name."""
    return name if niveau == "klasse" else ibis.literal(f"{niveau}: ") + name
