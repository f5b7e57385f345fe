"""The lines that rules make: one per period, area or class, never one per figure. Pure; counting is elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from math import floor
from typing import Any

from ivz_assets.dashboard.calendar import MAANDEN
from ivz_assets.dashboard.figures.caveats import COMPLETE
from ivz_assets.dashboard.interpretation.codes import (
    BOUNDARY,
    CLASS_LIST,
    EXCLUDED,
    INCOMPLETE,
    NOTE,
    REGISTER,
    RUNNING,
    codes,
)
from ivz_assets.dashboard.interpretation.lines import Line, line
from ivz_assets.neighbourhoods.schema import BEPALINGEN

Row = Mapping[str, Any]

FEWEST_UNKNOWN = 5
"""Rows of a delivery with a class outside the list from which it is said: fewer are slips of the pen, which every week has."""

FEWEST_OF_CLASS = 24
"""Registrations in a year from which a class's absence is no chance: with two a month nothing in half a year has p = e^-12."""

NEW_AFTER = timedelta(days=365)
ENDED_FOR = timedelta(days=183)

_CHANGED = {
    "samengevoegd": "samengevoegd uit andere buurten",
    "gesplitst": "ontstaan uit een gesplitste buurt",
    "geschat": "gewijzigd, en het aandeel van de oude buurten is geschat",
    "onbekend": "onbekend geworden: van een oude buurt is niet bekend waar zij bleef",
}


def general_lines() -> list[Line]:
    """One line per code that a figure or this table may carry: what it means, whatever the figure."""
    return [line("uitleg", code, meaning) for code, meaning in codes().items() if code != NOTE]


def first_day_lines(first: date) -> list[Line]:
    """One line on where the deliveries begin."""
    text = f"De gegevens beginnen op {_day(first)}; van eerdere perioden is maar een deel bekend."
    return [line("regel", INCOMPLETE, text, eind=first - timedelta(days=1))]


def excluded_lines(excluded: Iterable[tuple[date, date, str]]) -> list[Line]:
    """One line per excluded period: first day, last day, reason."""
    return [
        line(
            "regel", EXCLUDED, f"{reason} ({_day(begin)} tot en met {_day(end)}). Dit telt niet mee in een vijfjaarsgemiddelde.",
            begin=begin, eind=end,
        )
        for begin, end, reason in excluded
    ]  # fmt: skip


def running_lines(periods: Iterable[Row], up_to: date) -> list[Line]:
    """One line per period that has begun and of which the deliveries do not hold the end."""
    return [
        line(
            "regel", RUNNING, f"{_first_up(_named(period))} loopt nog: er zijn gegevens tot en met {_day(up_to)}.",
            periode=period["periode"], begin=period["periode_begin"], eind=period["periode_eind"],
        )
        for period in periods
        if period["periode_begin"] <= up_to < period["periode_eind"]
    ]  # fmt: skip


def incomplete_lines(periods: Iterable[Row], completeness: Iterable[Row], up_to: date) -> list[Line]:
    """One line per recent period and total of which less than ``COMPLETE`` is expected to be in.

    Of a period that still runs it is said of which days; what has yet to happen is no backlog.

    Args:
        completeness: periode, klasse_niveau, klasse_sleutel, aandeel_binnen, aandeel_laag, aandeel_hoog of the totals.
    """
    known = {period["periode"]: period for period in periods}
    found = []
    for row in completeness:
        share = row["aandeel_binnen"]
        if share is None or share >= COMPLETE or row["periode"] not in known:
            continue
        period = known[row["periode"]]
        so_far = f" tot en met {_day(up_to)}" if period["periode_eind"] > up_to else ""
        what = row["klasse_sleutel"].partition(": ")[2]
        band = ""
        if row["aandeel_laag"] is not None and row["aandeel_hoog"] is not None:
            band = f" ({_percent(row['aandeel_laag'])} tot {_percent(row['aandeel_hoog'])})"
        found.append(
            line(
                "regel", INCOMPLETE,
                f"Van de {what} van {_named(period)}{so_far} is naar verwachting {_percent(share)} procent{band} "
                "geregistreerd: het aantal komt nog hoger uit.",
                klasse=(row["klasse_niveau"], row["klasse_sleutel"]), datumbasis="voorgevallen", periode=row["periode"],
                begin=period["periode_begin"], eind=period["periode_eind"],
            )
        )  # fmt: skip
    return found


def boundary_lines(crosswalk: Iterable[Row], names: Mapping[str, tuple[str, str]]) -> list[Line]:
    """One line per area of which the border changed, with the last year of the old border.

    A neighbourhood changed when it was merged, split, estimated or lost; a renumbered one kept its border. A wijk or gemeente
    changed when a neighbourhood came to it from another one.

    Args:
        crosswalk: van_jaar, van_buurt_code, buurt_code, bepaling of what is not unchanged.
        names: level and name per key of ``dim_gebied``; of other areas there are no figures.
    """
    last: dict[str, int] = {}
    how: dict[str, str] = {}

    def changed(key: str, year: int, said: str | None) -> None:
        if key not in names:
            return
        last[key] = max(year, last.get(key, 0))
        if said and BEPALINGEN.index(said) > BEPALINGEN.index(how.get(key, BEPALINGEN[0])):
            how[key] = said

    for row in crosswalk:
        old, new, year = row["van_buurt_code"], row["buurt_code"], row["van_jaar"]
        if row["bepaling"] in _CHANGED:
            changed(new, year, row["bepaling"])
        for prefix, length in (("WK", 8), ("GM", 6)):
            if old[2:length] != new[2:length]:
                changed(f"{prefix}{new[2:length]}", year, None)
    found = []
    for key, year in sorted(last.items()):
        niveau, name = names[key]
        said = _CHANGED[how[key]] if key in how else "gewijzigd doordat er een buurt bij kwam"
        found.append(
            line(
                "regel", BOUNDARY,
                f"{name} ({niveau}) is na {year} {said}. Cijfers tot en met {year} zijn omgezet naar de nieuwste indeling.",
                gebied=(niveau, key), eind=date(year, 12, 31),
            )
        )  # fmt: skip
    return found


def unknown_class_lines(deliveries: Iterable[Row]) -> list[Line]:
    """One line per delivery with more than a few rows of an unknown class: van, tot_en_met, rijen, onbekend."""
    return [
        line(
            "regel", CLASS_LIST,
            f"In de levering van {_day(row['van'])} tot en met {_day(row['tot_en_met'])} hadden {row['onbekend']} van de "
            f"{row['rijen']} rijen een klasse buiten de klassenlijst (Bijlage 1A). Zij zijn afgekeurd en tellen niet mee.",
            datumbasis="geregistreerd", begin=row["van"], eind=row["tot_en_met"],
        )
        for row in deliveries
        if row["onbekend"] >= FEWEST_UNKNOWN
    ]  # fmt: skip


def class_change_lines(classes: Iterable[Row], names: Mapping[str, str], first: date, last: date) -> list[Line]:
    """One line per class that came into use or went out of use while the deliveries run.

    Args:
        classes: maatschappelijke_klasse, eerste, laatste (registration dates), begin_aantal and eind_aantal: registrations in
            the year from the first and in the year up to the last.
        names: description per class.
        first, last: days that the deliveries speak for.
    """
    found = []
    for row in classes:
        code = row["maatschappelijke_klasse"]
        klasse, told = ("klasse", code), f"Klasse {code} ({names.get(code, code)})"
        if row["eerste"] >= first + NEW_AFTER and row["begin_aantal"] >= FEWEST_OF_CLASS:
            text = f"{told} komt pas sinds {_day(row['eerste'])} voor: eerder is leeg, en een ander jaar is geen vergelijking."
            found.append(line("regel", CLASS_LIST, text, klasse=klasse, eind=row["eerste"] - timedelta(days=1)))
        if row["laatste"] <= last - ENDED_FOR and row["eind_aantal"] >= FEWEST_OF_CLASS:
            text = f"{told} komt sinds {_day(row['laatste'])} niet meer voor: een daling naar nul zegt iets over de klasse."
            found.append(line("regel", CLASS_LIST, text, klasse=klasse, begin=row["laatste"] + timedelta(days=1)))
    return found


def backlog_lines(days: Iterable[Row], names: Mapping[str, tuple[str, str]]) -> list[Line]:
    """One line per area, subcategory and month in which old incidents were entered on one day.

    Args:
        days: gebied_sleutel, subcategorie, maand (first day), datum, oud (registrations of that day of more than a week
            earlier), aantal (registrations of the month), as ``effects.backlog_days`` finds them.
    """
    found = []
    for row in days:
        begin = row["maand"]
        niveau, name = names[row["gebied_sleutel"]]
        found.append(
            line(
                "regel", REGISTER,
                f"{row['subcategorie']} in {name}: van de {row['aantal']} registraties van {_month(begin)} zijn er {row['oud']} "
                f"op {_day(row['datum'])} ingevoerd die meer dan een week eerder voorvielen. Dat is inhalen in het register.",
                gebied=(niveau, row["gebied_sleutel"]), klasse=("subcategorie", f"subcategorie: {row['subcategorie']}"),
                datumbasis="geregistreerd", periode=f"{begin:%Y-%m}", begin=begin, eind=_last_of(begin),
            )
        )  # fmt: skip
    return found


def delay_lines(months: Iterable[Row]) -> list[Line]:
    """One line per category and month in which the share of late registrations jumped.

    Args:
        months: categorie, maand (first day), aandeel and gewoon (shares registered late, this month and the twelve before).
    """
    found = []
    for row in months:
        begin = row["maand"]
        found.append(
            line(
                "regel", REGISTER,
                f"{row['categorie']}: in {_month(begin)} viel {_percent(row['aandeel'])} procent van de registraties meer dan 30 "
                f"dagen eerder voor; in de twaalf maanden ervoor {_percent(row['gewoon'])} procent. Er is anders geregistreerd.",
                klasse=("categorie", f"categorie: {row['categorie']}"), datumbasis="geregistreerd", periode=f"{begin:%Y-%m}",
                begin=begin, eind=_last_of(begin),
            )
        )  # fmt: skip
    return found


def _day(day: date) -> str:
    return f"{day:%d-%m-%Y}"


def _month(first: date) -> str:
    return f"{MAANDEN[first.month - 1]} {first.year}"


def _last_of(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def _named(period: Row) -> str:
    """Name of a period as it stands within a sentence."""
    name = str(period["periode_naam"])
    if "kwartaal" in name or "halfjaar" in name:
        return f"het {name}"
    return f"de {name}" if name.startswith("12 maanden") else name


def _percent(share: float) -> str:
    """Whole per cents, rounded down: what is short of a limit never reads as the limit."""
    return f"{floor(100 * share + 1e-9)}"


def _first_up(text: str) -> str:
    return text[:1].upper() + text[1:]
