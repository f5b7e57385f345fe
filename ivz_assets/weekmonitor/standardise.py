"""From raw text rows to typed rows in CBS and BVH terms, as one Ibis expression. Judging a row is for ``rules``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from ivz_assets.weekmonitor import parsing

Keep = Callable[[str, ir.Table], ir.Table]
"""Materialises an intermediate table under a name, so that an engine computes it once (a temporary table, a cache)."""

DATE_COLUMNS = ("datum_registratie", "datum_kennisname", "begindatum", "einddatum")
TIME_COLUMNS = ("begintijd", "eindtijd")
GEMEENTE_ONBEKEND = "GMXXXX"


@dataclass(frozen=True)
class CodeLists:
    """Code lists as tables.

    Attributes:
        klassen: the classes.
        woonplaatsen: places and their municipality.
        gemeenten: municipalities of the region.
        buurten: its neighbourhoods, of every edition; None when there is no list.
        omzettingen: how a code of another edition is read in a year of registration: columns of ``crosswalk.conversions``;
            None when no code ever changed.
    """

    klassen: ir.Table
    woonplaatsen: ir.Table
    gemeenten: ir.Table
    buurten: ir.Table | None
    omzettingen: ir.Table | None = None


def standardised_rows(raw: ir.Table, xy: ir.Table, deliveries: ir.Table, lists: CodeLists, keep: Keep) -> ir.Table:
    """Every raw row with its typed values; one row per delivered row.

    Args:
        raw: ``raw_weekmonitor`` (texts).
        xy: ``raw_weekmonitor_xy`` (restricted texts).
        deliveries: levering_id, geleverd_op, dekking_van, dekking_tot.
        lists: the code lists.
        keep: materialises the small tables of distinct texts.

    Returns:
        The raw columns with prefix ``tekst_`` plus the typed columns of ``incidents``, the identity
        (``incident_hash``, ``volgnummer``) and what the rules look at.
    """
    named = raw.rename({f"tekst_{name}": name for name in raw.columns if name not in ("levering_id", "blad", "rij", "xy_status")})
    rows = named.left_join(deliveries, "levering_id").drop("levering_id_right")
    rows = _with_dates(rows, keep("datum_teksten", _distinct_dates(raw)))
    rows = _with_times(rows, keep("tijd_teksten", _distinct_times(raw)))
    rows = _with_klasse(rows, keep("klasse_teksten", _distinct_klassen(raw, lists.klassen)))
    rows = _with_area(rows, keep("gebied_teksten", _distinct_areas(raw, lists)))
    rows = _with_coordinates(rows, xy)
    return _with_current_area(_with_identity(_with_moments(rows)), lists.omzettingen, lists.gemeenten)


def _distinct(raw: ir.Table, columns: tuple[str, ...]) -> ir.Table:
    texts = [raw.select(tekst=raw[column]).distinct() for column in columns]
    return ibis.union(*texts, distinct=True) if len(texts) > 1 else texts[0]


def _distinct_dates(raw: ir.Table) -> ir.Table:
    texts = _distinct(raw, DATE_COLUMNS)
    texts = texts.filter(parsing.trimmed(texts.tekst).notnull())
    return texts.select(
        tekst=texts.tekst,
        waarde=parsing.parsed_date(texts.tekst),
        eigen_vorm=~texts.tekst.re_search(r"^\d{2}-\d{2}-\d{4}$"),
    )


def _distinct_times(raw: ir.Table) -> ir.Table:
    texts = _distinct(raw, TIME_COLUMNS)
    texts = texts.filter(parsing.trimmed(texts.tekst).notnull())
    return texts.select(
        tekst=texts.tekst,
        waarde=parsing.parsed_minutes(texts.tekst),
        eigen_vorm=~texts.tekst.re_search(r"^([01]\d|2[0-3]):\d{2}$"),
    )


def _distinct_klassen(raw: ir.Table, klassen: ir.Table) -> ir.Table:
    texts = _distinct(raw, ("maatschappelijke_klasse",))
    texts = texts.mutate(maatschappelijke_klasse=parsing.parsed_klasse(texts.tekst)).filter(
        ibis._.maatschappelijke_klasse.notnull()
    )
    joined = texts.left_join(klassen, "maatschappelijke_klasse")
    return joined.select(
        "tekst",
        "maatschappelijke_klasse",
        "subcategorie",
        "categorie",
        "soort",
        klasse_bekend=klassen.categorie.notnull(),
    )


def _distinct_areas(raw: ir.Table, lists: CodeLists) -> ir.Table:
    """Per distinct pair of neighbourhood text and place text: the area it stands for."""
    pairs = raw.select(tekst_code=raw.buurt_code, tekst_plaats=raw.plaatsnaam).distinct()
    pairs = pairs.mutate(code=parsing.parsed_buurt(pairs.tekst_code), plaats=parsing.parsed_plaats(pairs.tekst_plaats))
    places = lists.woonplaatsen.select(
        plaats=parsing.parsed_plaats(lists.woonplaatsen.plaatsnaam), plaats_gemeente=lists.woonplaatsen.gemeente_code
    ).distinct()
    region = lists.gemeenten.select(regio_gemeente=lists.gemeenten.gemeente_code).distinct()
    pairs = pairs.left_join(places, "plaats").drop("plaats_right")
    pairs = pairs.mutate(gemeente=ibis.coalesce(ibis.literal("GM") + pairs.code.substr(2, 4), pairs.plaats_gemeente))
    pairs = pairs.left_join(region, pairs.gemeente == region.regio_gemeente)
    if lists.buurten is None:
        pairs = pairs.mutate(lijst_code=pairs.code)
    else:
        known = lists.buurten.select(lijst_code=lists.buurten.buurt_code).distinct()
        pairs = pairs.left_join(known, pairs.code == known.lijst_code)
    outside = pairs.gemeente.notnull() & pairs.regio_gemeente.isnull()
    exact = pairs.regio_gemeente.notnull() & pairs.lijst_code.notnull()
    gemeente = ibis.coalesce(pairs.gemeente, GEMEENTE_ONBEKEND)
    return pairs.select(
        "tekst_code",
        "tekst_plaats",
        "plaats",
        geleverde_code=pairs.code,
        gemeente_code=gemeente,
        buurt_code=ibis.ifelse(
            (outside | exact) & pairs.code.notnull(), pairs.code, ibis.literal("BU") + gemeente.substr(2, 4) + "XXXX"
        ),
        binnen_regio=~outside,
        buurt_herkend=outside | exact,
    )


def _with_dates(rows: ir.Table, dates: ir.Table) -> ir.Table:
    odd = []
    for column in DATE_COLUMNS:
        view = dates.select(**{f"k_{column}": dates.tekst, column: dates.waarde, f"vorm_{column}": dates.eigen_vorm})
        rows = rows.left_join(view, rows[f"tekst_{column}"] == view[f"k_{column}"]).drop(f"k_{column}")
        odd.append(f"vorm_{column}")
    written = [ibis.coalesce(rows[form], False) & rows[column].notnull() for form, column in zip(odd, DATE_COLUMNS, strict=True)]
    return rows.mutate(datum_eigen_vorm=written[0] | written[1] | written[2] | written[3]).drop(*odd)


def _with_times(rows: ir.Table, times: ir.Table) -> ir.Table:
    odd = []
    for column in TIME_COLUMNS:
        view = times.select(**{f"k_{column}": times.tekst, f"{column}_minuten": times.waarde, f"vorm_{column}": times.eigen_vorm})
        rows = rows.left_join(view, rows[f"tekst_{column}"] == view[f"k_{column}"]).drop(f"k_{column}")
        odd.append(f"vorm_{column}")
    written = [
        ibis.coalesce(rows[form], False) & rows[f"{column}_minuten"].notnull()
        for form, column in zip(odd, TIME_COLUMNS, strict=True)
    ]
    return rows.mutate(tijd_eigen_vorm=written[0] | written[1]).drop(*odd)


def _with_klasse(rows: ir.Table, klassen: ir.Table) -> ir.Table:
    return rows.left_join(klassen, rows.tekst_maatschappelijke_klasse == klassen.tekst).drop("tekst")


def _with_area(rows: ir.Table, areas: ir.Table) -> ir.Table:
    view = areas.rename(k_code="tekst_code", k_plaats="tekst_plaats")
    same = [rows.tekst_buurt_code.identical_to(view.k_code), rows.tekst_plaatsnaam.identical_to(view.k_plaats)]
    return rows.left_join(view, same).drop("k_code", "k_plaats")


def _with_current_area(rows: ir.Table, conversions: ir.Table | None, gemeenten: ir.Table) -> ir.Table:
    """The neighbourhood and municipality in the newest edition, how they are known, and whether they lie in the region.

    An incident in a neighbourhood that was split goes to one of its parts, drawn by its own hash in proportion to their
    weights: every run draws the same, sums stay whole, and every part gets its share of the history. The region is that of
    today: an incident of a municipality that has since become part of it is counted, and the other way round.
    """
    delivered = ibis.cases((~rows.buurt_herkend.fill_null(False), "onbekend"), else_="gemeten")
    if conversions is None:
        return rows.mutate(buurt_bepaling=delivered)
    first, last = conversions.jaar.min().as_scalar(), conversions.jaar.max().as_scalar()
    # Without a date the newest: greatest and least of DuckDB pass over NULL, so it is filled first.
    year = ibis.least(ibis.greatest(rows.datum_registratie.year().fill_null(last), first), last)
    rows = rows.mutate(omzet_jaar=year, omzet_deel=_fraction(rows.incident_hash))
    parts = conversions.select(
        o_code=conversions.van_buurt_code, o_jaar=conversions.jaar, nieuwe_code=conversions.buurt_code,
        o_laag=conversions.laag, o_hoog=conversions.hoog, o_bepaling=conversions.bepaling,
    )  # fmt: skip
    joined = rows.left_join(
        parts,
        [
            rows.buurt_code == parts.o_code,
            rows.omzet_jaar == parts.o_jaar,
            rows.omzet_deel >= parts.o_laag,
            rows.omzet_deel < parts.o_hoog,
        ],
    )
    region = gemeenten.select(huidige_gemeente=gemeenten.gemeente_code).distinct()
    joined = joined.left_join(region, ibis.literal("GM") + joined.nieuwe_code.substr(2, 4) == region.huidige_gemeente)
    # What lay wholly in a neighbourhood that only grew still lies in it.
    stayed = (joined.nieuwe_code == joined.buurt_code) & joined.o_bepaling.isin(["hernummerd", "samengevoegd"])
    return joined.mutate(
        buurt_code=ibis.coalesce(joined.nieuwe_code, joined.buurt_code),
        gemeente_code=ibis.coalesce(ibis.literal("GM") + joined.nieuwe_code.substr(2, 4), joined.gemeente_code),
        binnen_regio=ibis.ifelse(joined.nieuwe_code.isnull(), joined.binnen_regio, joined.huidige_gemeente.notnull()),
        buurt_bepaling=ibis.cases(
            (stayed | (joined.o_bepaling == "ongewijzigd"), "gemeten"),
            (joined.o_bepaling.isin(["hernummerd", "samengevoegd"]), "omgezet"),
            (joined.o_bepaling.isin(["gesplitst", "geschat"]), "geschat"),
            (joined.o_bepaling == "onbekend", "onbekend"),
            else_=delivered,
        ),
    ).drop("omzet_jaar", "omzet_deel", "o_code", "o_jaar", "nieuwe_code", "o_laag", "o_hoog", "o_bepaling", "huidige_gemeente")


def _fraction(digest: ir.StringValue) -> ir.FloatingValue:
    """A number from 0 up to 1 that the first six hexadecimal digits stand for; no engine's own hash, so that all agree."""
    digits = ibis.literal("0123456789abcdef")
    return sum(
        (digits.find(digest.substr(place, 1)).cast(dt.float64) / 16.0 ** (place + 1) for place in range(6)),
        ibis.literal(0.0),
    )


def _with_coordinates(rows: ir.Table, xy: ir.Table) -> ir.Table:
    x, y = parsing.parsed_coordinates(xy.locatie_xy)
    points = xy.select(k_levering=xy.levering_id, k_rij=xy.rij, rd_x=x, rd_y=y)
    return rows.left_join(points, (rows.levering_id == points.k_levering) & (rows.rij == points.k_rij)).drop(
        "k_levering", "k_rij"
    )


def _with_moments(rows: ir.Table) -> ir.Table:
    """Begin and end as local wall-clock time; ``24:00`` is 00:00 of the next day, the hour that summer time skips moves on."""
    rows = rows.mutate(
        begin_tijdstip=_moment(rows.begindatum, rows.begintijd_minuten),
        eind_tijdstip=_moment(rows.einddatum, rows.eindtijd_minuten),
    )
    rows = rows.mutate(
        begin_overgeslagen=_in_changed_hour(rows.begin_tijdstip, month=3),
        eind_overgeslagen=_in_changed_hour(rows.eind_tijdstip, month=3),
        begin_dubbel=_in_changed_hour(rows.begin_tijdstip, month=10),
    )
    hour = ibis.interval(hours=1)
    rows = rows.mutate(
        begin_tijdstip=ibis.ifelse(rows.begin_overgeslagen, rows.begin_tijdstip + hour, rows.begin_tijdstip),
        eind_tijdstip=ibis.ifelse(rows.eind_overgeslagen, rows.eind_tijdstip + hour, rows.eind_tijdstip),
        aangifte=parsing.parsed_yes_no(rows.tekst_aangifte),
        poging=parsing.parsed_yes_no(rows.tekst_poging),
        projectcode=parsing.trimmed(rows.tekst_projectcode).upper(),
        dagdeel_geleverd=parsing.parsed_dagdeel(rows.tekst_dagdeel),
    )
    rows = rows.mutate(dagdeel_berekend=_dagdeel(rows.begin_tijdstip))
    return rows.mutate(
        dagdeel=ibis.coalesce(rows.dagdeel_berekend, rows.dagdeel_geleverd),
        datum_voorval=ibis.coalesce(rows.begin_tijdstip.date(), rows.begindatum, rows.datum_kennisname, rows.datum_registratie),
    )


def _moment(day: ir.DateValue, minutes: ir.IntegerValue) -> ir.TimestampValue:
    return day.cast(dt.timestamp) + minutes.as_interval("m")


def _in_changed_hour(moment: ir.TimestampValue, *, month: int) -> ir.BooleanValue:
    """Between 02:00 and 03:00 on the last Sunday of a month with 31 days, when the Netherlands changes the clock."""
    last_sunday = (moment.month() == month) & (moment.day() >= 25) & (moment.day_of_week.index() == 6)
    return ibis.coalesce(last_sunday & (moment.hour() == 2), False)


def _dagdeel(moment: ir.TimestampValue) -> ir.StringValue:
    hour = moment.hour()
    return ibis.cases((hour < 6, "nacht"), (hour < 12, "ochtend"), (hour < 18, "middag"), (hour < 24, "avond"))


def _with_identity(rows: ir.Table) -> ir.Table:
    """Identity of an incident: SHA-256 over its canonical typed fields without x/y, each with its length before it.

    Descriptions follow from the other fields, and so does the part of day when the begin is known, so that another
    spelling is not another incident. Where a value cannot be read its text counts, marked so that it equals no value.
    """
    parts = [
        rows.maatschappelijke_klasse,
        rows.geleverde_code,
        rows.plaats,
        *(_readable(rows[column], rows[f"tekst_{column}"]) for column in ("datum_registratie", "datum_kennisname")),
        ibis.coalesce(rows.begin_tijdstip.cast(dt.string), _readable(rows.begindatum, rows.tekst_begindatum)),
        _apart(rows.begin_tijdstip, rows.begintijd_minuten, rows.tekst_begintijd),
        ibis.coalesce(rows.eind_tijdstip.cast(dt.string), _readable(rows.einddatum, rows.tekst_einddatum)),
        _apart(rows.eind_tijdstip, rows.eindtijd_minuten, rows.tekst_eindtijd),
        ibis.ifelse(rows.begin_tijdstip.isnull(), rows.dagdeel, ibis.null(dt.string)),
        _readable(rows.aangifte, rows.tekst_aangifte),
        _readable(rows.poging, rows.tekst_poging),
        rows.projectcode,
    ]
    prefixed = [ibis.coalesce(part.length().cast(dt.string) + ":" + part, "-") for part in parts]
    text = prefixed[0]
    for part in prefixed[1:]:
        text = text + part
    rows = rows.mutate(incident_hash=text.hexdigest("sha256"))
    within = ibis.window(group_by=["levering_id", "incident_hash"], order_by="rij")
    return rows.mutate(volgnummer=(ibis.row_number().over(within) + 1).cast(dt.int32))


def _readable(value: ir.Value, text: ir.StringValue) -> ir.StringValue:
    return ibis.coalesce(value.cast(dt.string), ibis.literal("?") + parsing.trimmed(text))


def _apart(moment: ir.TimestampValue, minutes: ir.IntegerValue, text: ir.StringValue) -> ir.StringValue:
    """A time that is not in the moment already: its date is missing, or it cannot be read."""
    return ibis.ifelse(moment.isnull(), _readable(minutes, text), ibis.null(dt.string))
