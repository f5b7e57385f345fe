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
        WrongCrosswalk: the local list names a code that is not there, or its weights do not add up.
    """
    years = sorted(editions)
    newest = years[-1]
    current: dict[str, list[Part]] = {
        buurt.code: [Part(buurt.code, 1.0, "ongewijzigd", "nieuwste indeling")] for buurt in editions[newest]
    }
    found = _rows(newest, newest, current)
    for old, new in reversed(list(pairwise(years))):
        taken = step(editions[old], editions[new], old, new, (overlaps or {}).get((old, new)), (local or {}).get(new))
        current = {code: _followed(parts, current) for code, parts in taken.items()}
        found += _rows(old, newest, current)
    return found


def step(
    old: Sequence[Buurt], new: Sequence[Buurt], old_year: int, new_year: int, overlap: Surfaces | None, local: LocalStep | None
) -> dict[str, list[Part]]:
    """Where the neighbourhoods of an edition went in the next one."""
    after = {buurt.code: buurt for buurt in new}
    before = {buurt.code: buurt for buurt in old}
    told = _local_parts(before, after, new_year, local or {})
    adjacent = new_year == old_year + 1
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
            found[buurt.code] = [_by_name(buurt, same, candidates, old_year, new_year)]
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


def _by_name(buurt: Buurt, same: Buurt | None, named: Sequence[Buurt], old_year: int, new_year: int) -> Part:
    """Without a map: the same code, or the one new code of that name in the municipality, or nothing."""
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
            reasons = [why for why, how_known in ((part.why, part.how), (later.why, later.how)) if how_known != "ongewijzigd"]
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


def conversions(rows: Sequence[Mapping[str, Any]], last_year: int) -> list[dict[str, Any]]:
    """How a delivered code is read in a year of registration; only codes that do not simply stand for themselves.

    The edition is that of the year, or the last one before it that had the code, or else the first one after it: the police
    may take over a new edition early or late. Of several new neighbourhoods each gets the share ``laag`` to ``hoog`` of the
    incidents.

    Args:
        rows: output of ``crosswalk``.
        last_year: last year of registration.

    Returns:
        van_buurt_code, jaar (from the first edition to ``last_year``), buurt_code, laag, hoog, bepaling.
    """
    by_code: dict[str, dict[int, list[Mapping[str, Any]]]] = {}
    for row in rows:
        by_code.setdefault(row["van_buurt_code"], {}).setdefault(row["van_jaar"], []).append(row)
    found: list[dict[str, Any]] = []
    first_year = min((row["van_jaar"] for row in rows), default=last_year)
    for code, editions in by_code.items():
        if all(parts[0]["buurt_code"] == code and parts[0]["bepaling"] == "ongewijzigd" for parts in editions.values()):
            continue
        for year in range(first_year, last_year + 1):
            known = [edition for edition in editions if edition <= year]
            parts = editions[max(known) if known else min(editions)]
            low = 0.0
            for position, part in enumerate(sorted(parts, key=lambda item: item["buurt_code"])):
                high = 1.0 if position == len(parts) - 1 else low + part["gewicht"]
                found.append(
                    {
                        "van_buurt_code": code,
                        "jaar": year,
                        "buurt_code": part["buurt_code"],
                        "laag": low,
                        "hoog": high,
                        "bepaling": part["bepaling"],
                    }
                )
                low = high
    return found
