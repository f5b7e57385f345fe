"""From the neighbourhoods of every edition to the newest: with which weight, and how that is known. Pure Python, no store.

A step leads from one edition to the next; steps are multiplied. What is known locally goes before what CBS says of a change,
that before the maps, and those before a guess by name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

from ivz_assets.neighbourhoods.schema import BEPALINGEN

UNCHANGED, RENUMBERED, MOVED = 1, 2, 3
"""What CBS says of an area against the year before."""

SUM_TOLERANCE = 1e-9

SAME_CODE_AND_NAME = "zelfde code en naam"
"""How a note begins of a neighbourhood that is taken to be unchanged although CBS does not say so."""


class WrongCrosswalk(ValueError):
    """The local list of changed codes cannot be used; the message says why and what to do."""


@dataclass(frozen=True)
class Buurt:
    """A neighbourhood in an edition; ``wijziging`` against the year before: 1 none, 2 other code, 3 other border."""

    code: str
    naam: str
    wijziging: int | None


class Part(NamedTuple):
    """Where a share of an old neighbourhood went."""

    code: str
    weight: float
    how: str
    why: str


Step = Mapping[str, Sequence[Part]]
Surfaces = Mapping[str, Sequence[tuple[str, float, bool]]]
"""Per old neighbourhood the new ones with their share of its surface, and whether both are the same surface."""
LocalStep = Mapping[str, Sequence[tuple[str, float, str]]]
"""Per old neighbourhood the new ones with a share and a note."""


def unknown(code: str) -> str:
    """The bucket of the municipality in which an area lay."""
    return f"BU{code[2:6]}XXXX"


def crosswalk(
    editions: Mapping[int, Sequence[Buurt]],
    overlaps: Mapping[tuple[int, int], Surfaces] | None = None,
    local: Mapping[int, LocalStep] | None = None,
) -> list[dict[str, Any]]:
    """Rows of ``AREA_CROSSWALK``: every neighbourhood of every edition, to the newest edition.

    Args:
        editions: neighbourhoods per year.
        overlaps: shares of surface between two editions of which the maps are there.
        local: what is known locally, by the year in which the new codes began.

    Raises:
        WrongCrosswalk: the local list names a code or a year that is not there, or its weights do not add up.
    """
    years = sorted(editions)
    newest = years[-1]
    for year, told in sorted((local or {}).items()):
        if years[0] < year < newest and year not in editions:
            raise WrongCrosswalk(
                f"{', '.join(sorted(told))} in {year}: there is no edition of that year; give the first year of the new code, "
                f"one of {', '.join(str(possible) for possible in years[1:])}"
            )
    current: dict[str, list[Part]] = {
        buurt.code: [Part(buurt.code, 1.0, "ongewijzigd", "nieuwste indeling")] for buurt in editions[newest]
    }
    found = _rows(newest, newest, current)
    for old, new in reversed(list(pairwise(years))):
        taken = step(editions[old], editions[new], old, new, (overlaps or {}).get((old, new)), (local or {}).get(new))
        current = {code: _followed(parts, current) for code, parts in taken.items()}
        found += _rows(old, newest, current)
    return found


def waiting(editions: Mapping[int, Sequence[Buurt]], local: Mapping[int, LocalStep]) -> list[tuple[int, str]]:
    """Year and old code of what the local list says of editions that are not known: later than the newest, or up to the first.

    It is kept for when they are, and does nothing until then.
    """
    first, newest = min(editions), max(editions)
    return [(year, code) for year in sorted(local) if not first < year <= newest for code in sorted(local[year])]


def tells_all(old: Sequence[Buurt], new: Sequence[Buurt], old_year: int, new_year: int) -> bool:
    """Whether CBS says of every old neighbourhood that it is unchanged, so that maps add nothing."""
    unchanged = {buurt.code for buurt in new if buurt.wijziging == UNCHANGED}
    return new_year == old_year + 1 and all(buurt.code in unchanged for buurt in old)


def step(
    old: Sequence[Buurt], new: Sequence[Buurt], old_year: int, new_year: int, overlap: Surfaces | None, local: LocalStep | None
) -> dict[str, list[Part]]:
    """Where the neighbourhoods of an edition went in the next one.

    CBS tells of changes against the year before. Where it cannot be heard, because its table has no such column or because
    years in between are not there, a neighbourhood that kept its code and its name is taken to be unchanged unless maps say
    otherwise: nearly all are, and the note says what it rests on.
    """
    after = {buurt.code: buurt for buurt in new}
    before = {buurt.code: buurt for buurt in old}
    told = _local_parts(before, after, new_year, local or {})
    adjacent = new_year == old_year + 1
    silence = None
    if not adjacent:
        silence = f"de indelingen tussen {old_year} en {new_year} ontbreken"
    elif all(buurt.wijziging is None for buurt in new):
        silence = f"het CBS zegt niet of de grens in {new_year} wijzigde"
    # Counted once: of the whole country a search per neighbourhood takes minutes.
    namesakes = Counter(_place_and_name(buurt) for buurt in old)
    arriving = Counter(target for parts in (overlap or {}).values() for target in {code for code, _, _ in parts})
    named: dict[tuple[str, str], list[Buurt]] = {}
    for candidate in new:
        if candidate.code not in before or candidate.wijziging == RENUMBERED:
            named.setdefault(_place_and_name(candidate), []).append(candidate)
    found = {}
    for buurt in old:
        same = after.get(buurt.code)
        if buurt.code in told:
            found[buurt.code] = told[buurt.code]
        elif same is not None and same.wijziging == UNCHANGED and adjacent:
            found[buurt.code] = [Part(buurt.code, 1.0, "ongewijzigd", f"CBS: geen wijziging in {new_year}")]
        elif overlap is not None and buurt.code in overlap:
            found[buurt.code] = _by_surface(buurt.code, overlap[buurt.code], arriving, old_year, new_year)
        else:
            # Of two namesakes nobody knows which one is meant.
            candidates = named.get(_place_and_name(buurt), []) if namesakes[_place_and_name(buurt)] == 1 else []
            found[buurt.code] = [_by_name(buurt, same, candidates, old_year, new_year, silence)]
    return found


def _place_and_name(buurt: Buurt) -> tuple[str, str]:
    return buurt.code[2:6], buurt.naam.casefold()


def _local_parts(
    before: Mapping[str, Buurt], after: Mapping[str, Buurt], new_year: int, local: LocalStep
) -> dict[str, list[Part]]:
    found = {}
    arriving = Counter(code for parts in local.values() for code, _, _ in parts)
    for code, parts in local.items():
        if code not in before:
            raise WrongCrosswalk(f"{code} is no neighbourhood of the edition before {new_year}; correct the code or the year")
        for target, _, _ in parts:
            if target not in after:
                raise WrongCrosswalk(f"{target} (from {code}) is no neighbourhood of {new_year}; correct the code or the year")
        total = sum(weight for _, weight, _ in parts)
        if abs(total - 1) > 1e-6:
            raise WrongCrosswalk(f"the weights of {code} in {new_year} add up to {total:g}; make them 1")
        if len(parts) > 1:
            how = "gesplitst"
        elif arriving[parts[0][0]] > 1:
            how = "samengevoegd"
        else:
            how = "ongewijzigd" if parts[0][0] == code else "hernummerd"
        found[code] = [Part(target, weight / total, how, f"lokaal: {note}") for target, weight, note in parts]
    return found


def _by_surface(
    code: str, parts: Sequence[tuple[str, float, bool]], arriving: Mapping[str, int], old_year: int, new_year: int
) -> list[Part]:
    target, _, same = parts[0]
    if len(parts) > 1:
        how = "gesplitst"
    elif arriving[target] > 1 and not same:
        how = "samengevoegd"
    else:
        how = "ongewijzigd" if target == code else "hernummerd"
    return [Part(target, weight, how, f"kaarten van {old_year} en {new_year}") for target, weight, _ in parts]


def _by_name(
    buurt: Buurt, same: Buurt | None, named: Sequence[Buurt], old_year: int, new_year: int, silence: str | None
) -> Part:  # fmt: skip
    """Without a map: the same code, or the one new code of that name in the municipality, or nothing.

    Args:
        silence: why CBS cannot be heard of changes between the two editions; None when it can.
    """
    if silence and same is not None and same.wijziging in (UNCHANGED, None) and _place_and_name(same) == _place_and_name(buurt):
        return Part(buurt.code, 1.0, "ongewijzigd", f"{SAME_CODE_AND_NAME}; {silence}")
    if same is not None and same.wijziging != RENUMBERED:
        why = f"CBS: grens gewijzigd in {new_year}" if same.wijziging == MOVED else f"tussen {old_year} en {new_year} onbekend"
        return Part(buurt.code, 1.0, "geschat", f"{why}; geen kaarten, dezelfde code")
    if len(named) == 1:
        if named[0].wijziging == RENUMBERED:
            return Part(named[0].code, 1.0, "hernummerd", f"CBS: andere code in {new_year}; zelfde naam")
        return Part(named[0].code, 1.0, "geschat", f"zelfde naam in {new_year}; geen kaarten")
    return Part(unknown(buurt.code), 1.0, "onbekend", f"verdwenen in {new_year}; geen kaarten en geen buurt van die naam")


def _followed(parts: Sequence[Part], onward: Mapping[str, Sequence[Part]]) -> list[Part]:
    """The parts, led on through the later steps; shares that meet again are added."""
    met: dict[str, list[Part]] = {}
    for part in parts:
        for later in onward.get(part.code, [Part(part.code, 1.0, part.how, part.why)]):
            how = max(part.how, later.how, key=BEPALINGEN.index)
            reasons = [step.why for step in (part, later) if step.how != "ongewijzigd" or SAME_CODE_AND_NAME in step.why]
            why = "; ".join(dict.fromkeys(reasons)) or part.why
            met.setdefault(later.code, []).append(Part(later.code, part.weight * later.weight, how, why))
    found = [
        Part(
            code,
            sum(part.weight for part in same),
            max((part.how for part in same), key=BEPALINGEN.index),
            "; ".join(dict.fromkeys(part.why for part in same)),
        )
        for code, same in met.items()
    ]
    # A neighbourhood that was split and joined again is whole; floating point must not make it 0.9999.
    if len(found) == 1:
        found = [found[0]._replace(weight=1.0)]
    return found


def _rows(year: int, newest: int, parts: Mapping[str, Sequence[Part]]) -> list[dict[str, Any]]:
    return [
        {
            "van_jaar": year,
            "van_buurt_code": code,
            "buurt_code": part.code,
            "naar_jaar": newest,
            "gewicht": part.weight,
            "bepaling": part.how,
            "toelichting": part.why,
        }
        for code, shares in parts.items()
        for part in shares
    ]
