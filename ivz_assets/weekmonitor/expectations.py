"""What a careful analyst looks at in a delivery and in the incidents: profiles (computed by the engine) and suites (GX).

Limits are settings with their reason. Great Expectations is imported inside the functions: it takes seconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING

import ibis
import ibis.expr.types as ir
import pandas as pd

from ivz_assets.quality.gates import Profile
from ivz_assets.quality.suites import between
from ivz_assets.settings import Settings
from ivz_assets.weekmonitor.rules import hit

if TYPE_CHECKING:
    from great_expectations.expectations.expectation import Expectation

JUDGED_WEEKS = 26
"""Newest complete registration weeks that are judged; what came before was judged when it was new."""

WEEKS_OF_COMPARISON = 1
"""Weeks either side of the same week in earlier years, so that a holiday that moves does not look like a jump."""

MINIMUM_EXPECTED = 100
"""Expected incidents in a week below which a ratio is chance."""

MINIMUM_JUMP = 50
"""Incidents of a subcategory in a week below which a jump may be chance."""

MINIMUM_USUAL = 20
"""Usual incidents a week from which (almost) none cannot be chance: 4 where 20 are usual happens once in 60,000 weeks."""

RECENT_DAYS = 91
"""Days in which every municipality must have had an incident."""


# A delivery


def delivery_profiles(rows: ir.Table, minimum: int) -> dict[str, Profile]:
    """Shares of a delivery's rows that can be read, in one cell per delivery.

    Args:
        rows: the delivery's rows after ``rules.with_rules``.
        minimum: rows that a share must stand for before it counts.
    """
    covered_days = (rows.dekking_tot.delta(rows.dekking_van, unit="day") + 1).max()
    in_cover = rows.datum_registratie.between(rows.dekking_van, rows.dekking_tot).fill_null(False)
    frame = rows.group_by("levering_id").aggregate(
        rijen=rows.count(),
        lege_dagen=ibis.ifelse(
            rows.count() >= MINIMUM_USUAL * covered_days, covered_days - rows.datum_registratie.nunique(where=in_cover), 0
        ),
        aandeel_registratiedatum=1 - _share(rows.datum_registratie.isnull(), minimum),
        aandeel_in_dekking=1 - _share(~in_cover, minimum),
        aandeel_klasse_bekend=1 - _share(hit(rows, "klasse_onbekend", "klasse_ontbreekt"), minimum),
        aandeel_begindatum=1 - _share(rows.begindatum.isnull(), minimum),
        aandeel_buurt_herkend=1 - _share(~rows.buurt_herkend.fill_null(False), minimum),
        aandeel_afgekeurd=_share(rows.afgekeurd, minimum),
    )
    suspicious = rows.filter(rows.afgekeurd).select("levering_id", "rij", regels=rows.redenen)
    return {"levering": Profile(frame.to_pandas(), ("levering_id",), suspicious)}


def _share(wrong: ir.BooleanValue, minimum: int) -> ir.FloatingValue:
    """Share of the rows for which it holds; nought when they are too few to say anything."""
    return ibis.ifelse(wrong.sum() >= minimum, wrong.mean(), 0.0)


def delivery_suite(settings: Settings) -> Mapping[str, list[Expectation]]:
    """The suite over ``delivery_profiles``."""
    return {
        "levering": [
            between(
                "geen_lege_dagen",
                "Elke dag die de levering dekt heeft registraties; anders is het bestand afgebroken of te vroeg gemaakt.",
                "lege_dagen",
                high=0,
            ),
            between(
                "registratiedatum_leesbaar",
                "Bijna elke rij heeft een leesbare datum aanmaak registratie; anders is de datumvorm van het bestand veranderd.",
                "aandeel_registratiedatum",
                low=settings.min_share_readable,
            ),
            between(
                "registratie_in_dekking",
                "De registratiedata liggen in de periode die de levering zegt te dekken.",
                "aandeel_in_dekking",
                low=settings.min_share_in_cover,
            ),
            between(
                "klasse_bekend",
                "Bijna elke klasse staat in Bijlage 1A; anders is de codelijst van de politie veranderd.",
                "aandeel_klasse_bekend",
                low=settings.min_share_readable,
            ),
            between(
                "begindatum_leesbaar",
                "Bijna elke rij heeft een begindatum.",
                "aandeel_begindatum",
                low=settings.min_share_readable,
            ),
            between(
                "buurt_herkend",
                "De meeste buurtcodes zijn te herkennen; anders is de kolom verschoven of van een andere indeling.",
                "aandeel_buurt_herkend",
                low=1 - settings.max_share_unknown_delivery,
            ),
            between(
                "aandeel_afgekeurd",
                "Er gaan weinig rijen naar quarantaine.",
                "aandeel_afgekeurd",
                high=settings.max_share_quarantined,
            ),
        ]
    }


# The incidents


def incident_profiles(
    incidents: ir.Table, covered: ir.Table, gemeenten: ir.Table, today: date, minimum: int
) -> dict[str, Profile]:
    """Profiles of the incidents of the region: per week, per week against earlier years, per subcategory, per municipality.

    Args:
        incidents: ``schema.INCIDENTS``.
        covered: datum: the registration dates for which a delivery speaks.
        gemeenten: gemeente_code of the region.
        today: the current date; a week that is not over is not judged.
        minimum: rows that a share must stand for before it counts.
    """
    rows = incidents.filter(incidents.binnen_regio).mutate(
        week_maandag=incidents.datum_registratie.truncate("W").cast("date"),
        buurt_onbekend=incidents.buurt_code.endswith("XXXX"),
    )
    delivered_until = covered.datum.max().as_scalar().to_pyarrow().as_py() or today
    last_monday = min(today - timedelta(days=today.weekday() + 7), delivered_until - timedelta(days=delivered_until.weekday()))
    first_judged = last_monday - timedelta(weeks=JUDGED_WEEKS - 1)
    weeks = _weeks(rows, covered, first_judged, last_monday, minimum)
    return {
        "week": Profile(weeks.to_pandas(), ("week_maandag",), rows),
        "volume": Profile(
            _volume(rows, covered, first_judged, last_monday).to_pandas(),
            ("week_maandag",),
            rows,
            may_be_empty=f"there is no earlier year with {MINIMUM_EXPECTED} incidents a week to compare with",
        ),
        "subcategorie": Profile(
            _jumps(rows, covered, first_judged, last_monday).to_pandas(),
            ("week_maandag", "subcategorie"),
            rows,
            may_be_empty=f"no subcategory has {MINIMUM_JUMP} incidents in a judged week that an earlier year has too",
        ),
        "daling_gemeente": Profile(
            _drops(rows, covered, "gemeente_code", first_judged, last_monday).to_pandas(),
            ("week_maandag", "gemeente_code"),
            may_be_empty=f"no municipality usually has {MINIMUM_USUAL} incidents a week",
        ),
        "daling_subcategorie": Profile(
            _drops(rows, covered, "subcategorie", first_judged, last_monday).to_pandas(),
            ("week_maandag", "subcategorie"),
            may_be_empty=f"no subcategory usually has {MINIMUM_USUAL} incidents a week",
        ),
        "gemeente": Profile(_gemeenten(rows, gemeenten).to_pandas(), ("gemeente_code",), rows),
        "datum": Profile(_dates(incidents, today).to_pandas(), ("levering_id",), incidents),
    }


def incident_suite(settings: Settings) -> Mapping[str, list[Expectation]]:
    """The suite over ``incident_profiles``."""
    return {
        "week": [
            between(
                "geen_gat_in_registratieweken",
                "Elke dag tussen de eerste en de laatste geleverde dag is door een levering gedekt.",
                "ontbrekende_dagen",
                high=0,
            ),
            between(
                "aandeel_onbekende_buurt",
                "Weinig incidenten zonder bekende buurt; anders zeggen buurtcijfers te weinig.",
                "aandeel_buurt_onbekend",
                high=settings.max_share_unknown_buurt,
            ),
            between(
                "verdeling_dagdeel",
                "Geen dagdeel overheerst; anders zijn tijden op een standaardwaarde gezet.",
                "grootste_aandeel_dagdeel",
                high=settings.max_dagdeel_share,
            ),
        ],
        "volume": [
            between(
                "volume_zelfde_week",
                "Het aantal past bij dezelfde week (en de week ervoor en erna) in eerdere jaren.",
                "verhouding",
                low=settings.volume_low,
                high=settings.volume_high,
            )
        ],
        "subcategorie": [
            between(
                "sprong_in_klasse",
                "Geen subcategorie springt ver boven zijn eigen gemiddelde en dat van dezelfde week in eerdere jaren.",
                "sprong",
                high=settings.class_jump_high,
            )
        ],
        "daling_gemeente": [
            between(
                "gemeente_valt_niet_weg",
                "Geen gemeente valt in een week (bijna) weg; anders ontbreekt een deel van het bestand.",
                "daling",
                low=settings.drop_low,
            )
        ],
        "daling_subcategorie": [
            between(
                "subcategorie_valt_niet_weg",
                "Geen subcategorie valt in een week (bijna) weg; anders is een code veranderd of vergeten.",
                "daling",
                low=settings.drop_low,
            )
        ],
        "plaats": [
            between(
                "xy_in_buurt",
                "Een plaats ligt in de buurt waarin het incident is geregistreerd; anders zijn x en y verwisseld of is de "
                "indeling een andere.",
                "aandeel_in_buurt",
                low=settings.min_share_xy_in_buurt,
            )
        ],
        "gemeente": [between("elke_gemeente_aanwezig", "Elke gemeente heeft recente incidenten.", "recent", low=1)],
        "datum": [
            between("niet_in_toekomst", "Geen registratie of voorval in de toekomst.", "in_toekomst", high=0),
        ],
    }


def place_profile(placed: pd.DataFrame | None, minimum: int) -> Profile:
    """Per municipality the share of located incidents that lie in their own neighbourhood; of few it says nothing.

    Args:
        placed: gemeente_code, binnen; None without a map.
        minimum: located incidents from which a share counts.
    """
    empty = pd.DataFrame({"gemeente_code": [], "aandeel_in_buurt": []})
    if placed is None:
        return Profile(empty, ("gemeente_code",), may_be_empty="there is no map of the neighbourhoods")
    shares = placed.groupby("gemeente_code")["binnen"].agg(["size", "mean"]).reset_index()
    shares = shares[shares["size"] >= minimum].rename(columns={"mean": "aandeel_in_buurt"})
    frame = shares[["gemeente_code", "aandeel_in_buurt"]] if len(shares) else empty
    return Profile(frame, ("gemeente_code",), may_be_empty="too few incidents have a location")


def _weeks(rows: ir.Table, covered: ir.Table, first: date, last: date, minimum: int) -> ir.Table:
    """Per registration week between the first and the last that was ever delivered: coverage and shares."""
    days = covered.mutate(week_maandag=covered.datum.truncate("W").cast("date"))
    spoken = days.group_by("week_maandag").aggregate(gedekte_dagen=days.datum.nunique())
    bounds = days.aggregate(
        begin=days.week_maandag.min(), eind=days.week_maandag.max(), eerste_dag=days.datum.min(), laatste_dag=days.datum.max()
    )
    start = ibis.greatest(bounds.begin, ibis.literal(first))
    spine = bounds.select(
        week_maandag=ibis.range(
            start.cast("timestamp"), ibis.least(bounds.eind, ibis.literal(last)).cast("timestamp") + ibis.interval(days=1),
            ibis.interval(days=7),
        ).unnest().cast("date"),
        eerste_dag=bounds.eerste_dag,
        laatste_dag=bounds.laatste_dag,
    )  # fmt: skip
    by_part = rows.filter(rows.dagdeel.notnull()).group_by(["week_maandag", "dagdeel"]).aggregate(aantal=ibis._.count())
    largest = by_part.group_by("week_maandag").aggregate(
        grootste_aandeel_dagdeel=ibis.ifelse(by_part.aantal.max() >= minimum, by_part.aantal.max() / by_part.aantal.sum(), 0.0)
    )
    shares = rows.group_by("week_maandag").aggregate(
        incidenten=rows.count(), aandeel_buurt_onbekend=_share(rows.buurt_onbekend, minimum)
    )
    joined = spine.left_join(spoken, "week_maandag").drop("week_maandag_right")
    joined = joined.left_join(shares, "week_maandag").drop("week_maandag_right").left_join(largest, "week_maandag")
    # History may begin, and a window may end, in the middle of a week.
    begin = ibis.greatest(joined.week_maandag, joined.eerste_dag)
    end = ibis.least((joined.week_maandag + ibis.interval(days=6)).cast("date"), joined.laatste_dag)
    return joined.select(
        "week_maandag",
        ontbrekende_dagen=end.delta(begin, unit="day") + 1 - joined.gedekte_dagen.fill_null(0),
        incidenten=joined.incidenten.fill_null(0),
        aandeel_buurt_onbekend=joined.aandeel_buurt_onbekend.fill_null(0.0),
        grootste_aandeel_dagdeel=joined.grootste_aandeel_dagdeel.fill_null(0.0),
    ).order_by("week_maandag")


def _complete_weeks(rows: ir.Table, covered: ir.Table, key: list[str]) -> ir.Table:
    """Counts per week and key, for weeks of which all seven days were delivered; a week without any counts as none."""
    days = covered.mutate(week_maandag=covered.datum.truncate("W").cast("date"))
    whole = days.group_by("week_maandag").aggregate(dagen=days.datum.nunique()).filter(ibis._.dagen == 7).select("week_maandag")
    cells = whole.cross_join(rows.select(*key).distinct()) if key else whole
    counts = rows.group_by(["week_maandag", *key]).aggregate(aantal=rows.count())
    joined = cells.left_join(counts, ["week_maandag", *key])
    return joined.select(
        "week_maandag",
        *key,
        aantal=joined.aantal.fill_null(0),
        iso_jaar=(joined.week_maandag + ibis.interval(days=3)).year(),
        iso_week=joined.week_maandag.week_of_year(),
    )


def _with_earlier_years(counts: ir.Table, key: list[str]) -> ir.Table:
    """Each count beside those of the same week, and of its neighbours, in earlier years (prefix ``eerder_``)."""
    counts, earlier = counts.view(), counts.rename("eerder_{name}").view()
    distance = (counts.iso_week - earlier.eerder_iso_week).abs()
    # Week 1 and week 52 are neighbours.
    near = (distance <= WEEKS_OF_COMPARISON) | (distance >= 52 - WEEKS_OF_COMPARISON)
    same = [counts[name] == earlier[f"eerder_{name}"] for name in key]
    return counts.join(earlier, [*same, earlier.eerder_iso_jaar < counts.iso_jaar, near])


def _volume(rows: ir.Table, covered: ir.Table, first: date, last: date) -> ir.Table:
    """Per week its incidents against the mean of the same weeks in earlier years."""
    counts = _complete_weeks(rows, covered, [])
    pairs = _with_earlier_years(counts, [])
    expected = pairs.group_by("week_maandag").aggregate(verwacht=pairs.eerder_aantal.mean())
    joined = counts.join(expected, "week_maandag")
    judged = joined.filter(joined.week_maandag.between(first, last) & (joined.verwacht >= MINIMUM_EXPECTED))
    return judged.select("week_maandag", "aantal", "verwacht", verhouding=judged.aantal / judged.verwacht).order_by(
        "week_maandag"
    )


def _jumps(rows: ir.Table, covered: ir.Table, first: date, last: date) -> ir.Table:
    """Per week and subcategory its incidents against the higher of its own recent mean and its peak in earlier years.

    The peak of an earlier year is that of the week and its neighbours, because New Year's Eve lies in week 52, 53 or 1. A year
    that lacks the week itself says nothing of its peak; a week that no earlier year has is not judged.
    """
    counts = _complete_weeks(rows, covered, ["subcategorie"])
    before = ibis.window(group_by="subcategorie", order_by="week_maandag", preceding=(26, 1))
    counts = counts.mutate(eigen_gemiddelde=counts.aantal.mean().over(before))
    weeks = _with_earlier_years(_complete_weeks(rows, covered, []), [])
    itself = (weeks.iso_week == weeks.eerder_iso_week) | (weeks.iso_week == 53)
    years = weeks.filter(itself).select("week_maandag", "eerder_iso_jaar").distinct()
    pairs = _with_earlier_years(counts, ["subcategorie"]).semi_join(years, ["week_maandag", "eerder_iso_jaar"])
    peaks = pairs.group_by(["week_maandag", "subcategorie", "eerder_iso_jaar"]).aggregate(piek=pairs.eerder_aantal.max())
    summed = peaks.group_by(["week_maandag", "subcategorie"]).aggregate(pieken=peaks.piek.sum())
    history = years.group_by("week_maandag").aggregate(jaren=years.count())
    joined = counts.join(history, "week_maandag").left_join(summed, ["week_maandag", "subcategorie"])
    # A subcategory that did not occur in an earlier year counts as none there; below one a week a multiple means nothing.
    usual = ibis.greatest(joined.eigen_gemiddelde.fill_null(0.0), joined.pieken.fill_null(0) / joined.jaren, 1.0)
    judged = joined.mutate(niveau=usual)
    judged = judged.filter(judged.week_maandag.between(first, last) & (judged.aantal >= MINIMUM_JUMP))
    return judged.select("week_maandag", "subcategorie", "aantal", "niveau", sprong=judged.aantal / judged.niveau).order_by(
        "week_maandag", "subcategorie"
    )


def _drops(rows: ir.Table, covered: ir.Table, key: str, first: date, last: date) -> ir.Table:
    """Per week and value of the key its incidents against the lower of its own recent mean and its weeks in earlier years."""
    counts = _complete_weeks(rows, covered, [key])
    before = ibis.window(group_by=key, order_by="week_maandag", preceding=(26, 1))
    counts = counts.mutate(eigen_gemiddelde=counts.aantal.mean().over(before))
    pairs = _with_earlier_years(counts, [key])
    lowest = pairs.group_by(["week_maandag", key]).aggregate(laagste=pairs.eerder_aantal.min())
    joined = counts.left_join(lowest, ["week_maandag", key])
    usual = ibis.least(joined.eigen_gemiddelde, ibis.coalesce(joined.laagste.cast("float64"), joined.eigen_gemiddelde))
    judged = joined.mutate(niveau=usual)
    judged = judged.filter(judged.week_maandag.between(first, last) & (judged.niveau >= MINIMUM_USUAL))
    return judged.select("week_maandag", key, "aantal", "niveau", daling=judged.aantal / judged.niveau).order_by(
        "week_maandag", key
    )


def _gemeenten(rows: ir.Table, gemeenten: ir.Table) -> ir.Table:
    latest = rows.aggregate(laatste=rows.datum_registratie.max())
    recent = rows.cross_join(latest)
    recent = recent.filter(recent.datum_registratie > recent.laatste - ibis.interval(days=RECENT_DAYS))
    counted = recent.group_by("gemeente_code").aggregate(recent=recent.count())
    joined = gemeenten.left_join(counted, "gemeente_code")
    return joined.select("gemeente_code", recent=joined.recent.fill_null(0))


def _dates(incidents: ir.Table, today: date) -> ir.Table:
    late = (incidents.datum_registratie > today) | (incidents.datum_voorval > today)
    return incidents.group_by("levering_id").aggregate(in_toekomst=late.sum())
