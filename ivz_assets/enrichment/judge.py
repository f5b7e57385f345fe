"""From the cells of one figure to its typed parts, or every reason why not. Where the cells stand is the callers' knowledge."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from ivz_assets.deliveries.reading.cells import Cell
from ivz_assets.enrichment.catalogue import EENHEDEN, NIVEAUS, Indicator, catalogue, choices
from ivz_assets.enrichment.figures import Place
from ivz_assets.enrichment.names import Area, Areas, close_matches, level_of
from ivz_assets.enrichment.problems import Problems, suggestion
from ivz_assets.enrichment.supplier import Supplier
from ivz_assets.enrichment.values import (
    EXAMPLES,
    UNKNOWN,
    Ambiguous,
    Period,
    duration,
    is_empty,
    is_unknown,
    month_of,
    read_date,
    read_number,
    read_period,
)

COUNT = EENHEDEN[0]


@dataclass
class Judge:
    """Judges the figures of one sheet: each check adds its problems and what they reject is collected in ``broken``."""

    blad: str
    areas: Areas
    problems: Problems
    supplier: Supplier | None
    today: date
    decimaalteken: str | None = None
    unknown: tuple[str, ...] = UNKNOWN
    broken: list[str] = field(default_factory=list)

    def add(self, regel: str, place: Place, *, waarde: Cell | None = None, **details: object) -> None:
        """Adds a problem of this cell; a rejecting one rejects the figure."""
        shown = place.cell if waarde is None else waarde
        ernst = self.problems.add(regel, self.blad, place.position, kolom=place.kolom, waarde=shown, **details)
        if ernst in ("afkeuren", "weigeren"):
            self.broken.append(regel)

    def area_by_code(self, place: Place) -> Area | None:
        """The area whose code stands here."""
        if is_empty(place.cell):
            self.add("gebied_ontbreekt", place)
            return None
        code, area = self.areas.find_code(place.cell)
        if area:
            if place.cell != code:
                self.add("gebied_hersteld", place, gelezen=code)
            return area
        if not code:
            self.add("gebied_ongeldig", place)
        elif f"GM{code[2:6]}" not in self.areas.gemeenten:
            self.add("gebied_buiten_regio", place)
        else:
            near = close_matches(code, tuple(other for other in self.areas.by_code if other[:6] == code[:6]), 0.8)
            offered = [f"{other} ({self.areas.name_of(other)})" for other in near if level_of(other) == level_of(code)]
            self.add("gebied_onbekend", place, suggestie=suggestion(offered))
        return None

    def area_by_name(self, place: Place, gemeente_code: str, niveau: str) -> Area | None:
        """The area of this level in this municipality whose name stands here."""
        if is_empty(place.cell):
            self.add("naam_ontbreekt", place)
            return None
        match = self.areas.find_name(str(place.cell), gemeente_code, niveau)
        gemeente = self.areas.name_of(gemeente_code)
        if match.candidates:
            offered = " en ".join(f"{area.naam} ({area.code})" for area in match.candidates)
            self.add("naam_meerduidig", place, gemeente=gemeente, kandidaten=offered)
        elif match.area is None:
            offers = [f"{area.naam} ({area.code})" for area in match.suggestions]
            self.add("naam_onbekend", place, gemeente=gemeente, suggestie=suggestion(offers))
        return match.area

    def indicator(self, place: Place) -> Indicator | None:
        """The indicator whose name stands here."""
        if is_empty(place.cell):
            self.add("indicator_ontbreekt", place)
            return None
        name = str(place.cell).strip()
        found = catalogue().get(name)
        if found is None:
            near = close_matches(name.casefold().replace(" ", "_"), tuple(catalogue()), 0.6)
            self.add("indicator_onbekend", place, suggestie=suggestion(near))
        return found

    def level(self, area: Area, indicator: Indicator, place: Place) -> None:
        """A figure is not of a lower level than its indicator allows."""
        if NIVEAUS.index(area.niveau) < NIVEAUS.index(indicator.laagste_niveau):
            self.add(
                "niveau_te_laag", place, waarde=area.code,
                indicator=indicator.indicator, niveau=indicator.laagste_niveau, gebied_niveau=area.niveau,
            )  # fmt: skip

    def breakdown(self, indicator: Indicator, place: Place) -> str:
        """The value of the indicator's breakdown; empty when it has none."""
        given = "" if is_empty(place.cell) else str(place.cell).strip()
        allowed = choices(indicator)
        if not allowed:
            if given:
                self.add("uitsplitsing_te_veel", place, indicator=indicator.indicator)
            return ""
        named = {"indicator": indicator.indicator, "uitsplitsing": indicator.uitsplitsing, "keuzes": ", ".join(allowed)}
        if not given:
            self.add("uitsplitsing_ontbreekt", place, **named)
        elif given not in allowed:
            near = close_matches(given.casefold().replace(" ", "_"), allowed, 0.6)
            self.add("uitsplitsing_onbekend", place, suggestie=suggestion(near), **named)
        return given

    def period(self, indicator: Indicator, place: Place) -> Period | None:
        """The period of the indicator's kind that stands here."""
        kind = indicator.periode_soort
        example = EXAMPLES[kind]
        if is_empty(place.cell):
            self.add("periode_ontbreekt", place, voorbeeld=example)
            return None
        found = read_period(place.cell)
        if found is None:
            self.add("periode_onleesbaar", place, voorbeeld=example)
            return None
        if found.soort == "peildatum" and kind == "maand" and not isinstance(place.cell, str):
            month = month_of(found)
            if month:
                self.add("periode_hersteld", place, gelezen=month.label)
                found = month
        if found.soort != kind:
            self.add(
                "periode_andere_soort", place,
                gelezen=found.soort, indicator=indicator.indicator, periode_soort=kind, voorbeeld=example,
            )  # fmt: skip
            return None
        return self.placed_in_time(found, place)

    def duration(self, indicator: Indicator, begin: Place, eind: Place) -> Period | None:
        """The period of a measure from its two dates; without an end it still runs."""
        if is_empty(begin.cell):
            self.add("begindatum_ontbreekt", begin, indicator=indicator.indicator)
            return None
        days = []
        for place in (begin, eind):
            day = None if is_empty(place.cell) else read_date(place.cell)
            if day is None and not is_empty(place.cell):
                self.add("datum_onleesbaar", place)
            days.append(day)
        if days[0] is None or (days[1] is None and not is_empty(eind.cell)):
            return None
        if days[1] and days[1] < days[0]:
            self.add("datums_omgekeerd", eind, begin=f"{days[0]:%d-%m-%Y}")
            return None
        return self.placed_in_time(duration(days[0], days[1]), begin)

    def placed_in_time(self, found: Period, place: Place) -> Period | None:
        """The period, unless it has not begun; one outside the days of the delivery is flagged."""
        if found.begin > self.today:
            self.add("periode_toekomst", place)
            return None
        if self.supplier and (found.begin > self.supplier.geldig_tot or (found.eind or self.today) < self.supplier.geldig_van):
            days = {"van": f"{self.supplier.geldig_van:%d-%m-%Y}", "tot": f"{self.supplier.geldig_tot:%d-%m-%Y}"}
            self.add("periode_buiten_levering", place, **days)
        return found

    def edition(self, area: Area, period: Period, place: Place) -> None:
        """A figure of an area that was no longer there in its period is flagged, with what it has become."""
        editions = self.areas.editions
        # A measure may run on while the codes change.
        if period.soort != "looptijd" and editions.is_former(area.code, period.begin):
            now = [f"{code} ({self.areas.name_of(code)})" for code in editions.now(area.code, period.begin)]
            nieuw = f"het is nu {' en '.join(now)}" if now else "het is opgeheven"
            self.add("gebied_oud", place, waarde=area.code, jaar=period.begin.year, nieuw=nieuw)

    def number(self, place: Place) -> float | None:
        """The number that stands here; a text that is one beyond doubt is repaired."""
        try:
            found = read_number(place.cell, self.decimaalteken)
        except Ambiguous:
            self.add("waarde_dubbelzinnig", place)
            return None
        if found is None:
            self.add("waarde_geen_getal", place)
        elif isinstance(place.cell, str) and self.decimaalteken is None:
            self.add("waarde_hersteld", place, gelezen=shown_number(found))
        return found

    def value(self, indicator: Indicator, place: Place) -> float | None:
        """The value within the range of the indicator; None when it is not known or not usable."""
        if is_empty(place.cell):
            self.add("waarde_ontbreekt", place)
            return None
        if is_unknown(place.cell, self.unknown):
            return None
        found = self.number(place)
        if found is None:
            return None
        named = {"indicator": indicator.indicator, "eenheid": indicator.eenheid}
        if indicator.eenheid == COUNT and found != found // 1:
            self.add("geen_geheel_getal", place, indicator=indicator.indicator)
        if indicator.eenheid == "procent" and found > 100:
            self.add("percentage_te_hoog", place)
        elif found > indicator.maximum:
            self.add("te_hoog", place, grens=shown_number(indicator.maximum), **named)
        elif found < indicator.minimum:
            self.add("te_laag", place, grens=shown_number(indicator.minimum), **named)
        return found

    def margins(
        self, indicator: Indicator, waarde: float | None, place: Place, onder: Place, boven: Place
    ) -> tuple[float | None, float | None]:
        """The limits of the interval around the value: both or, for an indicator without them, none."""
        filled = [limit for limit in (onder, boven) if not is_empty(limit.cell)]
        if not indicator.met_marge:
            for limit in filled:
                self.add("marge_niet_verwacht", limit, indicator=indicator.indicator)
            return None, None
        if waarde is None:
            return None, None  # an unknown value has no interval; a wrong one has its problem already
        for limit in (onder, boven):
            if is_empty(limit.cell):
                self.add("marge_ontbreekt", limit, indicator=indicator.indicator, kolom_naam=limit.kolom)
        numbers = [None if is_empty(limit.cell) else self.number(limit) for limit in (onder, boven)]
        low, high = numbers
        if low is not None and high is not None and not low <= waarde <= high:
            limits = {"onder": shown_number(low), "boven": shown_number(high)}
            self.add("marge_omgekeerd", place, **limits)
        return low, high


def shown_number(number: float) -> str:
    """A number as Dutch readers write it, without needless decimals."""
    return f"{number:.10g}".replace(".", ",")
