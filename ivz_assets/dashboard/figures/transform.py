"""From counts per day to figures per area, period and class, as pure Ibis. What is shown is in ``grains`` and ``periods``."""

from __future__ import annotations

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from ivz_assets.dashboard.figures.caveats import COMPLETE, FEW, bit
from ivz_assets.dashboard.figures.completeness import AT_ONCE, WHOLE
from ivz_assets.dashboard.figures.inputs import Inputs
from ivz_assets.dashboard.figures.periods import COMPARISONS
from ivz_assets.dashboard.figures.schema import DASHBOARD_FIGURES
from ivz_assets.dashboard.figures.tested import DECIMALS
from ivz_assets.weekmonitor.standardise import Keep

RATE_DECIMALS = 6
"""Decimals of a rate: in a week a region of millions has a hundredth per thousand."""

_CELL = ["grein_nr", "periode_nr", "gebied_nr", "klasse_nr"]

_BINNEN = {other: f"{other}_binnen" for other in COMPARISONS}
"""Per comparison the column with the thousandths of the registrations that it counts with; NULL: not to be compared."""


def counted(inputs: Inputs, keep: Keep) -> ir.Table:
    """Counts per grain, period, area and class, for shown periods and for those they are compared with.

    Days are taken together first, as far as all periods allow, then rolled up over areas, then over classes, then over
    periods: each step meets fewer rows than the incidents times all levels would be.

    Returns:
        grein_nr, bron_nr (the period), gebied_nr, klasse_nr, aantal, omgezet.
    """
    daily = inputs.daily_counts
    days = daily.select(
        "datum", "buurt_code", "maatschappelijke_klasse", "projectcode", "aantal",
        voorgevallen=daily.datumbasis.cast(dt.string) == "voorgevallen", omgezet=daily.aantal_omgezet,
    )  # fmt: skip
    groups = inputs.grain_parts.select("groep_nr", "voorgevallen", "per_week", "gebied_niveau").distinct()
    areas = keep("cijfers_gebieden_van_groepen", inputs.areas_of.join(groups, "gebied_niveau").drop("gebied_niveau"))
    grains = inputs.grain_parts.select("groep_nr", "klasse_niveau", "grein_nr")
    levels = inputs.classes_of.select("paar_nr", "klasse_nr", "klasse_niveau").distinct()
    classes = keep("cijfers_klassen_van_groepen", levels.join(grains, "klasse_niveau").drop("klasse_niveau"))
    pairs = inputs.classes_of.select("maatschappelijke_klasse", "projectcode", "paar_nr").distinct()
    placed = days.join(inputs.days, "datum").join(pairs, ["maatschappelijke_klasse", "projectcode"])
    # Kept in between, for an engine that joins the small tables with each other first meets their product.
    placed = keep("cijfers_dagdelen", _summed(placed, ["voorgevallen", "per_week", "deel_nr", "buurt_code", "paar_nr"]))
    placed = placed.join(areas, ["buurt_code", "voorgevallen", "per_week"])
    per_area = _summed(placed, ["groep_nr", "deel_nr", "gebied_nr", "paar_nr"])
    parts = _summed(per_area.join(classes, ["groep_nr", "paar_nr"]), ["grein_nr", "deel_nr", "gebied_nr", "klasse_nr"])
    parts = keep("cijfers_delen", parts)
    joined = parts.join(inputs.members, ["grein_nr", "deel_nr"])
    return keep("cijfers_tellingen", _summed(joined, ["grein_nr", "bron_nr", "gebied_nr", "klasse_nr"]))


def _summed(table: ir.Table, keys: list[str]) -> ir.Table:
    return table.group_by(keys).aggregate(**{name: table[name].sum().cast(dt.int32) for name in ("aantal", "omgezet")})


def compared(counts: ir.Table, inputs: Inputs, keep: Keep) -> ir.Table:
    """Every shown figure with the counts it is compared with; explicit zeros where the grain promises them.

    Returns:
        grein_nr, periode_nr, gebied_nr, klasse_nr, aantal, omgezet, and vorige, vorig_jaar, basis: the counts of the period
        before, of the same one a year ago and of the same ones of the preceding years together (NULL: not known).
    """
    used = counts.join(inputs.comparisons, ["grein_nr", "bron_nr"])
    nothing, unknown = ibis.literal(0, dt.int32), ibis.null(dt.int32)
    roles = {role: ibis.ifelse(used[role] == 1, used.aantal, nothing) for role in COMPARISONS}
    own = used.eigen == 1
    found = used.select(
        *_CELL, aantal=ibis.ifelse(own, used.aantal, unknown), omgezet=ibis.ifelse(own, used.omgezet, unknown), **roles
    )
    zeros = inputs.zeros.join(inputs.areas.filter(~inputs.areas.gebied_onbekend), "gebied_niveau")
    zeros = zeros.join(inputs.classes.select("klasse_nr", "klasse_niveau"), "klasse_niveau")
    zeros = zeros.select(*_CELL, aantal=nothing, omgezet=nothing, **dict.fromkeys(COMPARISONS, nothing))
    both = ibis.union(*(part.cast(dict.fromkeys(part.columns, dt.int32)) for part in (found, zeros)))
    cells = both.group_by(_CELL).aggregate(
        aantal=both.aantal.max(),
        omgezet=both.omgezet.max(),
        vorige=both.vorige.max(),
        vorig_jaar=both.vorig_jaar.max(),
        basis=both.basis.sum().cast(dt.int32),
    )
    # What was compared with but did not happen now is no row, unless the grain writes zeros.
    cells = cells.filter(cells.aantal.notnull())
    known = inputs.periods.select("periode_nr", *(f"{other}_dagen" for other in COMPARISONS))
    cells = cells.join(known, "periode_nr")
    masked = {other: ibis.ifelse(cells[f"{other}_dagen"].notnull(), cells[other], unknown) for other in COMPARISONS}
    return keep("cijfers_vergeleken", cells.select(*_CELL, "aantal", "omgezet", **masked))


def rated(cells: ir.Table, inputs: Inputs, keep: Keep) -> ir.Table:
    """The cells with their rates and with which share of them is in.

    Returns:
        The columns of the cells; noemer_waarde, deelbaar, rang_van and rang, the place by rate among the areas of the level (NULL
        for nought and among one); volledigheid, and vorige_binnen and so on as ``completeness_rows`` gives them.
    """
    years = cells.join(inputs.periods.select("periode_nr", "noemer_jaar"), "periode_nr")
    years = years.join(inputs.classes.select("klasse_nr", "noemer", "volledigheid_van"), "klasse_nr")
    years = years.join(inputs.grain_names, "grein_nr")
    speaks = ibis.ifelse(years.datumbasis == "voorgevallen", years.volledigheid_van, AT_ONCE)
    years = years.mutate(volledigheid_van=speaks).join(inputs.completeness, ["periode_nr", "volledigheid_van"])
    found = years.left_join(inputs.rates, ["gebied_nr", "noemer_jaar", "noemer"])
    found = found.select(*cells.columns, "volledigheid", *_BINNEN.values(), "noemer_waarde", "deelbaar", "rang_van")
    # What has no rate goes last, and its place is not told.
    rate = (found.aantal / found.deelbaar).fill_null(-1.0)
    place = ibis.rank().over(group_by=["grein_nr", "periode_nr", "klasse_nr"], order_by=ibis.desc(rate)) + 1
    # Areas without any share the last place, which says nothing; nor does a place among one.
    ranks = found.deelbaar.notnull() & (found.aantal > 0) & (found.rang_van > 1)
    ranked = found.mutate(rang=ibis.ifelse(ranks, place.cast(dt.int32), ibis.null(dt.int32)))
    # In the order of its key the table is small on disk, and a filter on an area reads little of it.
    return keep("cijfers_gerangschikt", ranked.order_by("grein_nr", "gebied_nr", "klasse_nr", "periode_nr"))


def triples(cells: ir.Table, inputs: Inputs) -> ir.Table:
    """The distinct comparisons that are tested: aantal, ander, dagen, andere_dagen, binnen (thousandths of the days' count)."""
    days = ("dagen", *(f"{other}_dagen" for other in COMPARISONS))
    dated = cells.join(inputs.periods.select("periode_nr", *days), "periode_nr")
    return ibis.union(
        *[
            dated.filter(dated[binnen].notnull()).select(
                "aantal", ander=dated[other], dagen=dated.dagen, andere_dagen=dated[f"{other}_dagen"], binnen=dated[binnen]
            )
            for other, binnen in _BINNEN.items()
        ],
        distinct=True,
    )


def figures(cells: ir.Table, limits: ir.Table, tests: ir.Table, inputs: Inputs) -> ir.Table:
    """The columns of ``DASHBOARD_FIGURES``.

    Args:
        cells: what ``rated`` gives.
        limits: aantal, aantal_laag, aantal_hoog.
        tests: aantal, ander, dagen, andere_dagen, binnen, toets.
        inputs: the small tables.
    """
    table = cells.join(inputs.periods, "periode_nr")
    table = table.join(limits, "aantal").join(inputs.areas, "gebied_nr").join(inputs.classes, "klasse_nr")
    table = table.join(inputs.grain_names, "grein_nr")
    for other, binnen in _BINNEN.items():
        keys = {"aantal": tests.aantal, other: tests.ander, "dagen": tests.dagen, f"{other}_dagen": tests.andere_dagen}
        keys[binnen] = tests.binnen
        found = tests.select(**keys, **{f"toets_{other}": tests.toets})
        table = table.left_join(found, list(keys)).select(*table.columns, f"toets_{other}")
    table = table.mutate(bits=_bits(table)).join(inputs.caveats, "bits")
    return table.mutate(**_measures(table)).select(*DASHBOARD_FIGURES.columns)


def _measures(table: ir.Table) -> dict[str, ir.Value]:
    """Rates and comparisons. What is not all in has no difference, and its ratio is that of the part of the days that is in."""
    thousandth = table.deelbaar / 1000
    years = table.basis_jaren.cast(dt.float64)
    mean = table.basis / years.nullif(0.0)

    def ratio(other: str) -> ir.Value:
        per_day = table[other].cast(dt.float64).nullif(0.0) / table[f"{other}_dagen"]
        days_in = table.dagen.cast(dt.float64) * table[_BINNEN[other]] / WHOLE
        return (table.aantal / days_in / per_day).round(DECIMALS)

    def difference(other: str, than: ir.NumericValue) -> ir.Value:
        apart = table.aantal - than
        return ibis.ifelse(table[_BINNEN[other]] == WHOLE, apart, ibis.null(apart.type()))

    return {
        "aantal_omgezet": table.omgezet,
        "per_1000": (table.aantal / thousandth).round(RATE_DECIMALS),
        "per_1000_laag": (table.aantal_laag / thousandth).round(RATE_DECIMALS),
        "per_1000_hoog": (table.aantal_hoog / thousandth).round(RATE_DECIMALS),
        "aantal_vorige_periode": table.vorige,
        "verschil_vorige_periode": difference("vorige", table.vorige).cast(dt.int32),
        "verhouding_vorige_periode": ratio("vorige"),
        "toets_vorige_periode": table.toets_vorige,
        "aantal_vorig_jaar": table.vorig_jaar,
        "verschil_vorig_jaar": difference("vorig_jaar", table.vorig_jaar).cast(dt.int32),
        "verhouding_vorig_jaar": ratio("vorig_jaar"),
        "gemiddelde_vijf_jaar": mean.round(DECIMALS),
        "jaren_in_gemiddelde": table.basis_jaren,
        "verschil_gemiddelde": difference("basis", mean).round(DECIMALS),
        "verhouding_gemiddelde": ratio("basis"),
        "toets_gemiddelde": table.toets_basis,
    }


def _bits(table: ir.Table) -> ir.IntegerValue:
    """Caveats as one number: those of the period, and those of the figure itself."""
    own = {
        "KLEIN": table.aantal < FEW,
        "ONVOLLEDIG": (table.volledigheid < COMPLETE).fill_null(False),
        # Of the whole region nothing changes when its neighbourhoods are divided otherwise.
        "GRENS": (table.omgezet > 0) & (table.gebied_niveau != "regio"),
        "NOEMER": table.deelbaar.isnull(),
        "GEMENGD": table.gemengd & table.deelbaar.notnull(),
    }
    bits = table.periode_bits
    for code, present in own.items():
        bits = bits + ibis.ifelse(present, bit(code), 0)
    return bits.cast(dt.int32)
