"""How fresh each source is: until which day it speaks, when it last came, when it should come again. Pure; no store here."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from ivz_assets.enrichment.values import read_period

Row = dict[str, Any]

WEEKMONITOR = "weekmonitor"
WEEKLY = timedelta(days=8)
"""From the last day of a week to the morning on which the next one lies there: seven days and the day of delivery."""

MONTHS_BETWEEN = {"maand": 1, "kwartaal": 3, "halfjaar": 6, "jaar": 12, "peildatum": 12, "looptijd": 12}
"""After so many months a supplier has something new to say about a figure of this kind of period."""


@dataclass(frozen=True)
class Counted:
    """Deliveries of a source: how many count, how many wait for a decision, when the last one that counts came."""

    leveringen: int
    vastgehouden: int
    laatste: datetime | None


def weekmonitor_row(first: date | None, last: date | None, counted: Counted, today: date) -> Row:
    """The weekly file of the police, which comes every week for the week that has just ended."""
    if last is None:
        said = "Er is nog geen weekmonitor geladen."
        return _row(WEEKMONITOR, WEEKMONITOR, counted, "ontbreekt", said)
    expected = last + WEEKLY
    late = today > expected
    said = f"Gegevens tot en met {_day(last)}; " + (
        f"de volgende levering werd op {_day(expected)} verwacht."
        if late
        else f"de volgende levering komt naar verwachting op {_day(expected)}."
    )
    return _row(WEEKMONITOR, WEEKMONITOR, counted, "verouderd" if late else "actueel", said, first, last, expected)


def cbs_rows(tables: Sequence[Mapping[str, Any]]) -> list[Row]:
    """Per year the table of CBS: jaar, tabel_id, opgehaald_op, toestand, gebieden; one row that says so when there is none."""
    if not tables:
        missing = Counted(0, 0, None)
        return [_row("CBS-kerncijfers", "CBS-kerncijfers", missing, "ontbreekt", "Er is nog niets bij het CBS opgehaald.")]
    words = {
        "actueel": "De tabel is zoals het CBS haar nu heeft.",
        "verouderd": "Het CBS was niet bereikbaar of heeft een nieuwere; dit is wat eerder is opgehaald.",
        "ontbreekt": "Deze tabel is nog niet opgehaald.",
    }
    rows = []
    for table in tables:
        there = table["gebieden"] > 0
        day = date(table["jaar"], 1, 1) if there else None
        counted = Counted(int(there), 0, table["opgehaald_op"])
        name = f"CBS-kerncijfers {table['jaar']} ({table['tabel_id']})"
        said = f"{words[table['toestand']]} Peildatum 1 januari {table['jaar']}."
        rows.append(_row("CBS-kerncijfers", name, counted, table["toestand"], said, day, day))
    return rows


def open_police_rows(tables: Sequence[Mapping[str, Any]]) -> list[Row]:
    """The open tables of the police: tabel, opgehaald_op, toestand, cijfers, eerste_periode, laatste_periode."""
    words = {
        "actueel": "De tabel is zoals de politie haar nu openbaar maakt.",
        "verouderd": "De tabel was niet te bereiken of is intussen gewijzigd; dit is wat eerder is opgehaald.",
        "ontbreekt": "Deze tabel is nog niet opgehaald.",
    }
    rows = []
    for table in tables:
        first, last = read_period(table["eerste_periode"] or ""), read_period(table["laatste_periode"] or "")
        counted = Counted(int(table["cijfers"] > 0), 0, table["opgehaald_op"])
        name = f"Open politiecijfers {table['tabel']}"
        rows.append(
            _row(
                "open politiecijfers", name, counted, table["toestand"], words[table["toestand"]],
                first.begin if first else None, last.eind if last else None,
            )
        )  # fmt: skip
    return rows


def map_row(year: int | None, newest_edition: int | None) -> Row:
    """The map of the neighbourhoods against the newest edition; None when there is none."""
    if year is None:
        return _row("kaart", "Kaart van de buurten", Counted(0, 0, None), "ontbreekt", "Er is geen kaart van de buurten.")
    old = newest_edition is not None and year < newest_edition
    said = f"De kaart is van {year}" + (f"; de nieuwste indeling is die van {newest_edition}." if old else ".")
    day = date(year, 1, 1)
    return _row("kaart", "Kaart van de buurten", Counted(1, 0, None), "verouderd" if old else "actueel", said, day, day)


def supplier_rows(counted: Mapping[str, Counted], figures: Sequence[Mapping[str, Any]], today: date) -> list[Row]:
    """Per supplier that ever delivered how fresh its figures are.

    Args:
        counted: deliveries per supplier.
        figures: leverancier, periode_soort, van (first day of a period), tot_en_met (last reference date) of the figures that
            stand, one row per supplier and kind of period.
    """
    rows = []
    for name, deliveries in sorted(counted.items()):
        own = [figure for figure in figures if figure["leverancier"] == name]
        if not own or deliveries.laatste is None:
            rows.append(_row("leverancier", name, deliveries, "ontbreekt", f"Er gelden geen cijfers van {name}."))
            continue
        # A figure of a whole year may be given while it runs: it speaks of no day after it was given.
        given = deliveries.laatste.date()
        first, last = min(item["van"] for item in own), min(max(item["tot_en_met"] for item in own), given)
        months = min(MONTHS_BETWEEN[item["periode_soort"]] for item in own)
        expected = months_later(given, months)
        late = today > expected
        said = (
            f"Cijfers tot en met {_day(last)}, geleverd op {_day(given)}; een nieuwe levering "
            f"{'werd' if late else 'wordt'} op {_day(expected)} verwacht."
        )
        rows.append(_row("leverancier", name, deliveries, "verouderd" if late else "actueel", said, first, last, expected))
    return rows


def months_later(day: date, months: int) -> date:
    """The same day so many months later, or the last of a shorter month."""
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _row(
    soort: str, bron: str, counted: Counted, toestand: str, said: str,
    first: date | None = None, last: date | None = None, expected: date | None = None,
) -> Row:  # fmt: skip
    waits = f" Leveringen die op een besluit wachten: {counted.vastgehouden}." if counted.vastgehouden else ""
    return {
        "bron_soort": soort,
        "bron": bron,
        "gegevens_van": first,
        "gegevens_tot_en_met": last,
        "laatst_ontvangen_op": counted.laatste,
        "verwacht_op": expected,
        "toestand": toestand,
        "leveringen": counted.leveringen,
        "vastgehouden": counted.vastgehouden,
        "toelichting": said + waits,
    }


def _day(day: date) -> str:
    return f"{day:%d-%m-%Y}"
