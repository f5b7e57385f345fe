"""Reading figures one per row, in the columns of the template. Sheets beside it are ``workbook``'s."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ivz_assets.deliveries.reading.cells import Cell, text
from ivz_assets.enrichment.catalogue import Indicator
from ivz_assets.enrichment.figures import Figure, Place, Rejected
from ivz_assets.enrichment.grid import Header, Rows
from ivz_assets.enrichment.judge import Judge
from ivz_assets.enrichment.layout import columns
from ivz_assets.enrichment.names import Area
from ivz_assets.enrichment.values import EXAMPLES, Period, is_empty, is_unknown, read_period

NOT_KEPT = ("toelichting", "gebied_naam")
"""Free text can hold anything, so it goes no further than the supplier's own file."""


@dataclass
class Outcome:
    """What became of the rows or cells of a file: exactly one of figure and rejected for each that was delivered."""

    figures: list[Figure] = field(default_factory=list)
    raw: list[dict[str, str]] = field(default_factory=list)
    """Per figure its cells as texts, for when it turns out to be a duplicate."""
    rejected: list[Rejected] = field(default_factory=list)
    blank: int = 0
    skipped: int = 0


def read_rows(rows: Rows, header: Header, judge: Judge, stated: Mapping[str, str | None], outcome: Outcome) -> None:
    """Adds the figures and rejected rows of one sheet.

    Args:
        header: its columns by our names; the required ones are there.
        stated: per indicator whose unit, denominator and kind of period the supplier stated: None when they are as agreed,
            else the rule that was broken.
    """
    for number, row in enumerate(rows[header.row :], header.row + 1):
        if all(is_empty(cell) for cell in row):
            outcome.blank += 1
            continue
        places = _places(row, number, header)
        judge.broken.clear()
        figure = _figure(judge, places, stated)
        raw = {name: text(place.cell) for name, place in places.items() if name not in NOT_KEPT and not is_empty(place.cell)}
        if figure is None:
            letters = places["waarde"].letters
            outcome.rejected.append(Rejected(judge.blad, number, letters, tuple(dict.fromkeys(judge.broken)), raw))
        else:
            outcome.figures.append(figure)
            outcome.raw.append(raw)


def _places(row: Sequence[Cell], number: int, header: Header) -> dict[str, Place]:
    """The cells by column. One whose column is absent is empty and lies at the value, so that its problem has a place."""
    places = {}
    for name in columns():
        index = header.columns.get(name)
        cell = row[index] if index is not None and index < len(row) else ""
        places[name] = Place(cell, number, header.columns["waarde"] if index is None else index, name)
    return places


def _figure(judge: Judge, places: Mapping[str, Place], stated: Mapping[str, str | None]) -> Figure | None:
    area = judge.area_by_code(places["gebied_code"])
    name = places["gebied_naam"]
    if area and not is_empty(name.cell) and not judge.areas.has_name(area, text(name.cell)):
        judge.add("gebied_andere_naam", name, code=area.code, naam=area.naam)
    indicator = judge.indicator(places["indicator"])
    if indicator is None:
        _judge_alone(judge, places)
        return None
    _as_agreed(judge, indicator, places["indicator"], stated)
    if area:
        judge.level(area, indicator, places["gebied_code"])
    breakdown = judge.breakdown(indicator, places["uitsplitsing"])
    period = _period(judge, indicator, places)
    if area and period:
        judge.edition(area, period, places["gebied_code"])
    value = judge.value(indicator, places["waarde"])
    low, high = judge.margins(indicator, value, places["waarde"], places["marge_onder"], places["marge_boven"])
    return made(judge, places["waarde"], area, indicator, breakdown, period, (value, low, high))


def made(
    judge: Judge,
    place: Place,
    area: Area | None,
    indicator: Indicator,
    breakdown: str,
    period: Period | None,
    numbers: tuple[float | None, float | None, float | None],
) -> Figure | None:
    """The figure, unless a check rejected it."""
    if judge.broken or area is None or period is None:
        return None
    return Figure(
        judge.blad, place.rij, place.letters, area.code, area.niveau, period.soort, period.label, period.begin, period.eind,
        indicator.indicator, breakdown, *numbers,
    )  # fmt: skip


def _judge_alone(judge: Judge, places: Mapping[str, Place]) -> None:
    """What can be said of a row whose indicator is not known."""
    period, value = places["periode"], places["waarde"]
    if not is_empty(period.cell) and read_period(period.cell) is None:
        judge.add("periode_onleesbaar", period, voorbeeld=" of ".join(list(EXAMPLES.values())[:5]))
    if is_empty(value.cell):
        judge.add("waarde_ontbreekt", value)
    elif not is_unknown(value.cell, judge.unknown):
        judge.number(value)


def _as_agreed(judge: Judge, indicator: Indicator, place: Place, stated: Mapping[str, str | None]) -> None:
    """The supplier stated the agreed unit, denominator and kind of period of this indicator."""
    if indicator.indicator not in stated:
        judge.add("indicator_niet_bevestigd", place)
    elif rule := stated[indicator.indicator]:
        judge.broken.append(rule)  # its problem is on the sheet where it was stated


def _period(judge: Judge, indicator: Indicator, places: Mapping[str, Place]) -> Period | None:
    begin, eind = places["begindatum"], places["einddatum"]
    if indicator.periode_soort == "looptijd":
        return judge.duration(indicator, begin, eind)
    for place in (begin, eind):
        if not is_empty(place.cell):
            judge.add("datum_niet_verwacht", place, indicator=indicator.indicator)
    return judge.period(indicator, places["periode"])
