"""From incidents to dimensions and counts, as pure Ibis. The models are in ``schema``, the gates in ``expectations``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from ivz_assets.dashboard.schema import DASHBOARD_INCIDENT_COUNTS
from ivz_assets.weekmonitor.standardise import Keep

_MEASURES = ("aantal", "aantal_misdrijven", "aantal_incidenten", "aantal_pogingen", "aantal_aangiften")
_PERIOD = ("datumbasis", "periode_soort", "periode", "periode_begin")
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

    Weeks do not nest in months, so each kind of period is counted from days. The finest counts (neighbourhood x class)
    are made once; the other levels add them up.
    """
    finest = keep("fijnste_aantallen", ibis.union(*_finest(incidents)))
    areas = {
        "buurt": finest.buurt_code,
        "wijk": wijk_of(finest.buurt_code),
        "gemeente": finest.gemeente_code,
        "regio": ibis.literal(regio),
    }
    levels = [_level(finest, niveau, area) for niveau, area in areas.items()]
    return ibis.union(*[_class_level(level, klasse) for level in levels for klasse in ("klasse", "subcategorie", "categorie")])


def _finest(incidents: ir.Table) -> list[ir.Table]:
    counted = incidents.filter(incidents.binnen_regio)
    keys = ["buurt_code", "gemeente_code", "maatschappelijke_klasse", "subcategorie", "categorie"]
    measures = {
        "aantal": counted.count(),
        "aantal_misdrijven": (counted.soort == "misdrijf").sum(),
        "aantal_incidenten": (counted.soort == "incident").sum(),
        "aantal_pogingen": counted.poging.fill_null(False).sum(),
        "aantal_aangiften": counted.aangifte.fill_null(False).sum(),
    }
    found = []
    for basis, column in _BASIS_DATES.items():
        day = counted[column]
        for kind, start in (("week", day.truncate("W")), ("maand", day.truncate("M")), ("jaar", day.truncate("Y"))):
            counts = counted.group_by(periode_begin=start.cast(dt.date), **{key: counted[key] for key in keys}).aggregate(
                **measures
            )
            begin = counts.periode_begin
            label = {"week": week_key(begin), "maand": month_key(begin), "jaar": begin.year().cast(dt.string)}[kind]
            found.append(counts.mutate(datumbasis=ibis.literal(basis), periode_soort=ibis.literal(kind), periode=label))
    return found


def _level(finest: ir.Table, niveau: str, area: ir.StringValue) -> ir.Table:
    return finest.mutate(gebied_niveau=ibis.literal(niveau), gebied_sleutel=area)


def _class_level(counts: ir.Table, niveau: str) -> ir.Table:
    column = {"klasse": "maatschappelijke_klasse"}.get(niveau, niveau)
    key = class_key(niveau, counts[column])
    grouped = counts.group_by(
        *_PERIOD, "gebied_niveau", "gebied_sleutel", klasse_niveau=ibis.literal(niveau), klasse_sleutel=key
    ).aggregate(**{measure: counts[measure].sum().cast(dt.int32) for measure in _MEASURES})
    return grouped.select(*DASHBOARD_INCIDENT_COUNTS.columns)


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


def dim_klasse(klassen: Sequence[Mapping[str, str]], without_classes: Sequence[str]) -> list[dict[str, str | None]]:
    """Rows of ``DIM_KLASSE`` for classes, subcategories and categories; ``without_classes`` are categories with no codes yet."""
    rows: dict[str, dict[str, str | None]] = {}

    def add(key: str, level: str, name: str, code: str | None, sub: str | None, category: str, kind: str | None) -> None:
        rows[key] = {
            "klasse_sleutel": key, "klasse_niveau": level, "klasse_naam": name, "maatschappelijke_klasse": code,
            "subcategorie": sub, "categorie": category, "soort": kind,
        }  # fmt: skip

    for row in klassen:
        sub, category, code = row["subcategorie"], row["categorie"], row["maatschappelijke_klasse"]
        add(code, "klasse", row["omschrijving"], code, sub, category, row["soort"])
        add(f"subcategorie: {sub}", "subcategorie", sub, None, sub, category, None)
        add(f"categorie: {category}", "categorie", category, None, None, category, None)
    for category in without_classes:
        add(f"categorie: {category}", "categorie", category, None, None, category, None)
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
