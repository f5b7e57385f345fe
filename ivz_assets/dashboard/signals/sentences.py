"""A signal and a family in one Dutch sentence that an officer can read. No figures are computed here."""

from __future__ import annotations

from dataclasses import dataclass

from ivz_assets.dashboard.signals.schema import ERVOOR, TREND_EN_SEIZOEN, ZELFDE_PERIODEN

_PLURALS = {"week": ("week", "weken"), "maand": ("maand", "maanden")}
_OF_CLASS = {"subcategorie": "van {}", "categorie": "in de categorie {}", "thema": "binnen het thema {}"}
_ARTICLES = {"buurt": "de buurt", "wijk": "de wijk", "gemeente": "de gemeente", "basisteam": "het basisteam", "regio": "de regio"}


@dataclass(frozen=True)
class Signal:
    """What a sentence tells of a series in one period; columns of ``signalen`` and ``signaal_families`` with names for keys.

    ``klasse_inhoud`` is what a class holds whose name says something else; None of the others.
    ``gemeente_naam`` tells neighbourhoods of the same name apart; None above that level. ``duur_minstens``: it stood out in
    every period that is known. ``eerder_bekend``: the period before was judged as well.
    """

    periode_soort: str
    periode_naam: str
    gebied_niveau: str
    gebied_naam: str
    gemeente_naam: str | None
    klasse_niveau: str
    klasse_naam: str
    klasse_inhoud: str | None
    aantal: int
    verwacht: float
    band_laag: int
    band_hoog: int
    kans: float
    basis: str
    signalen: int
    vergelijkingen: int
    q: float
    duur: int
    duur_minstens: bool
    eerder_bekend: bool


def explain(signal: Signal) -> str:
    """The signal in words: what came in, what was to be expected, how sure that is, and how long it lasts."""
    one = signal.aantal == 1
    parts = [
        f"In {signal.periode_naam} {'is' if one else 'zijn'} in {area(signal)} {whole(signal.aantal)} "
        f"{'geval' if one else 'gevallen'} {_of_class(signal)} geregistreerd; "
        f"{_expected(signal.verwacht)} (95% tussen {whole(signal.band_laag)} en {whole(signal.band_hoog)}, "
        f"{_basis(signal)}).",
        f"Zonder verandering is de kans op zoveel of meer {percentage(signal.kans)}; "
        f"{told(signal.signalen, signal.vergelijkingen, signal.q)}.",
    ]
    if lasting := _lasting(signal):
        parts.append(lasting)
    parts.append("Geteld op de dag van registratie, dus compleet.")
    return " ".join(parts)


def holds(note: str | None) -> str | None:
    """What a class holds in truth, of a note in ``dim_klasse`` that goes "This and that; geen ..."; None of any other note."""
    held, corrects, _ = (note or "").partition("; geen ")
    return held[:1].lower() + held[1:] if corrects else None


def told(signals: int, tests: int, q: float) -> str:
    """How many of the comparisons of a family stand out."""
    if signals == 0:
        return f"geen van de {whole(tests)} {'vergelijking' if tests == 1 else 'vergelijkingen'} valt op bij q = {percentage(q)}"
    verb = "valt" if signals == 1 else "vallen"
    return (
        f"{whole(signals)} van de {whole(tests)} {'vergelijking' if tests == 1 else 'vergelijkingen'} {verb} op "
        f"bij q = {percentage(q)}"
    )


def area(signal: Signal) -> str:
    """The area with its kind, and the municipality where that is needed to know which."""
    article = _ARTICLES[signal.gebied_niveau]
    kind = article.split()[-1]
    named = signal.gebied_naam if signal.gebied_naam.lower().startswith(f"{kind} ") else f"{article} {signal.gebied_naam}"
    return f"{named} ({signal.gemeente_naam})" if signal.gemeente_naam else named


def whole(number: int) -> str:
    """A count with a point between the thousands."""
    return f"{number:,}".replace(",", ".")


def decimal(number: float) -> str:
    """Below 10 with one decimal, unless that is nought; with a decimal comma."""
    if number >= 9.95:
        return whole(round(number))
    return f"{number:.1f}".removesuffix(".0").replace(".", ",")


def percentage(share: float) -> str:
    """A share as a percentage with at most one decimal; what is smaller is told as such."""
    return "minder dan 0,1%" if share < 0.0005 else f"{decimal(100 * share)}%"


def _of_class(signal: Signal) -> str:
    named = _OF_CLASS[signal.klasse_niveau].format(signal.klasse_naam)
    return f"{named} ({signal.klasse_inhoud})" if signal.klasse_inhoud else named


def _expected(mean: float) -> str:
    if mean < 0.05:
        return "verwacht waren er minder dan 0,1"
    return f"verwacht {'was' if decimal(mean) == '1' else 'waren'} er {decimal(mean)}"


def _basis(signal: Signal) -> str:
    if signal.basis == ZELFDE_PERIODEN:
        same = "dezelfde weken" if signal.periode_soort == "week" else "dezelfde maand"
        return f"naar {same} in eerdere jaren"
    if signal.basis == ERVOOR:
        return f"naar de {_PLURALS[signal.periode_soort][1]} ervoor, zonder seizoen"
    assert signal.basis == TREND_EN_SEIZOEN, signal.basis
    return "naar trend en seizoen van eerdere jaren"


def _lasting(signal: Signal) -> str:
    singular, plural = _PLURALS[signal.periode_soort]
    least = "minstens " if signal.duur_minstens and signal.duur > 1 else ""
    if signal.duur > 1:
        return f"Dit duurt al {least}{signal.duur} {plural}."
    return f"De {singular} ervoor viel dit nog niet op." if signal.eerder_bekend else ""
