"""From incidents to dimensions and counts, as pure Ibis. The models are in ``schema``, the gates in ``expectations``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

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
                "maatschappelijke_klasse", klasse_niveau=ibis.literal(niveau), klasse_sleutel=class_key(niveau, classes[column])
            )
            for niveau, column in columns.items()
        ]
    )


def _finest(counted: ir.Table, periods: ir.Table) -> ir.Table:
    """Counts per date basis, period, neighbourhood and class."""
    measures = {
        "aantal": counted.count(),
        "aantal_misdrijven": (counted.soort == "misdrijf").sum(),
        "aantal_incidenten": (counted.soort == "incident").sum(),
        "aantal_pogingen": counted.poging.fill_null(False).sum(),
        "aantal_aangiften": counted.aangifte.fill_null(False).sum(),
        "aantal_omgezet": counted.buurt_bepaling.isin(["omgezet", "geschat"]).sum(),
    }
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


def class_key(niveau: str, name: ir.StringValue) -> ir.StringValue:
    """Key of a class: its code, or the level and the name, because a category and a subcategory may share a name."""
    return name if niveau == "klasse" else ibis.literal(f"{niveau}: ") + name


def dim_datum(first: date, last: date) -> ir.Table:
    """A row per day from first to last: columns of ``DIM_DATUM``."""
    days = ibis.range(
        ibis.timestamp(first.isoformat()),
        ibis.timestamp(last.isoformat()) + ibis.interval(days=1),
        ibis.interval(days=1),
    )
    table = days.unnest().name("moment").as_table().select(datum=ibis._.moment.cast(dt.date))
    day = table.datum
    return table.select(
        datum=day,
        jaar=day.year().cast(dt.int32),
        kwartaal=day.quarter().cast(dt.int32),
        maand=day.month().cast(dt.int32),
        iso_jaar=(day.truncate("W") + ibis.interval(days=3)).year().cast(dt.int32),
        iso_week=day.week_of_year().cast(dt.int32),
        weekdag=(day.day_of_week.index() + 1).cast(dt.int32),
        week_sleutel=week_key(day),
        maand_sleutel=month_key(day),
        jaar_sleutel=day.year().cast(dt.string),
    )


def dim_klasse(
    klassen: Sequence[Mapping[str, str]], noemers: Mapping[str, tuple[str, str]], without_classes: Sequence[str]
) -> list[dict[str, str | None]]:
    """Rows of ``DIM_KLASSE`` for classes, subcategories and categories.

    Args:
        klassen: the code list.
        noemers: denominator and reason per class; a level above has one when all its classes have the same.
        without_classes: categories with no codes yet.
    """
    rows: dict[str, dict[str, str | None]] = {}
    below: dict[str, set[str]] = {}

    def add(key: str, level: str, name: str, code: str | None, sub: str | None, category: str, kind: str | None) -> None:
        rows[key] = {
            "klasse_sleutel": key, "klasse_niveau": level, "klasse_naam": name, "maatschappelijke_klasse": code,
            "subcategorie": sub, "categorie": category, "soort": kind,
            "noemer": noemers[code][0] if code else None, "noemer_reden": noemers[code][1] if code else None,
        }  # fmt: skip

    for row in klassen:
        sub, category, code = row["subcategorie"], row["categorie"], row["maatschappelijke_klasse"]
        add(code, "klasse", row["omschrijving"], code, sub, category, row["soort"])
        add(f"subcategorie: {sub}", "subcategorie", sub, None, sub, category, None)
        add(f"categorie: {category}", "categorie", category, None, None, category, None)
        for above in (f"subcategorie: {sub}", f"categorie: {category}"):
            below.setdefault(above, set()).add(noemers[code][0])
    for category in without_classes:
        add(f"categorie: {category}", "categorie", category, None, None, category, None)
    for above, found in below.items():
        rows[above]["noemer"] = found.pop() if len(found) == 1 else None
    return list(rows.values())


def dim_gebied(
    seen: Sequence[Mapping[str, str]],
    listed: Sequence[Mapping[str, str]],
    gemeenten: Sequence[Mapping[str, str]],
    regio_code: str,
    regio_naam: str,
) -> list[dict[str, str | bool | None]]:
    """Rows of ``DIM_GEBIED``: the listed neighbourhoods, those that incidents name, their wijken, the municipalities, the region.

    Args:
        seen: buurt_code and buurt_naam as incidents of the region have them.
        listed: buurt_code, buurt_naam, wijk_code, wijk_naam of the region's list; may be empty.
        gemeenten: gemeente_code, gemeente_naam of the region.
    """
    names = {row["gemeente_code"]: row["gemeente_naam"] for row in gemeenten} | {"GMXXXX": "Gemeente onbekend"}
    wijk_names = {row["wijk_code"]: row["wijk_naam"] for row in listed}
    buurt_names = {row["buurt_code"]: row["buurt_naam"] for row in seen} | {
        row["buurt_code"]: row["buurt_naam"] for row in listed
    }
    buurt_names |= {f"BU{code[2:]}XXXX": f"Onbekend ({name})" for code, name in names.items()}
    rows: list[dict[str, str | bool | None]] = []

    def add(key: str, level: str, name: str, wijk: str | None, gemeente: str | None) -> None:
        rows.append(
            {
                "gebied_sleutel": key, "gebied_niveau": level, "gebied_naam": name, "wijk_code": wijk,
                "wijk_naam": _wijk_name(wijk, wijk_names, names) if wijk else None, "gemeente_code": gemeente,
                "gemeente_naam": names[gemeente] if gemeente else None, "onbekend": "X" in key[2:] and level != "regio",
            }
        )  # fmt: skip

    wijken: dict[str, str] = {}
    for code, name in sorted(buurt_names.items()):
        gemeente = f"GM{code[2:6]}"
        wijken[f"WK{code[2:8]}"] = gemeente
        add(code, "buurt", name, f"WK{code[2:8]}", gemeente)
    for wijk, gemeente in wijken.items():
        add(wijk, "wijk", _wijk_name(wijk, wijk_names, names), wijk, gemeente)
    for gemeente, name in sorted(names.items()):
        add(gemeente, "gemeente", name, None, gemeente)
    add(regio_code, "regio", regio_naam, None, None)
    return rows


def _wijk_name(wijk: str, known: Mapping[str, str], gemeenten: Mapping[str, str]) -> str:
    gemeente = gemeenten[f"GM{wijk[2:6]}"]
    return known.get(wijk) or (f"Onbekend ({gemeente})" if wijk.endswith("XX") else f"Wijk {wijk[6:8]} {gemeente}")
