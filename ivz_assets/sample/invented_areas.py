"""The invented neighbourhoods: codes, names, inhabitants, place and how much of which crime they draw. No incidents.

Borders are in ``borders``, what codes were before in ``code_history``.

Up to scale 1 these are the 14 real municipalities, each with its real number of neighbourhoods. Above it every real
municipality gets clones with invented codes (GM9001 and up, outside the real list): same size and number of
neighbourhoods, own name and place (``Almelo 2``), drawn again, and lying in the same rectangle of the region.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ivz_assets.sample import code_history, hot_neighbourhoods, places, reference_data, spatial_patterns
from ivz_assets.sample.code_history import CodeHistory
from ivz_assets.sample.hot_neighbourhoods import Hot
from ivz_assets.sample.patterns import Floats
from ivz_assets.sample.reference_data import Gemeente

# fmt: off
_FIRST_PARTS = (
    "Beuken", "Eiken", "Linden", "Molen", "Bloemen", "Water", "Leeuwerik", "Merel", "Zonne", "Rozen", "Kastanje",
    "Wilgen", "Essen", "Berken", "Hazel", "Braam", "Korenbloem", "Vlier", "Heide", "Klaver", "Lijster", "Zwaluw",
    "Nachtegaal", "Klokken", "Wever", "Smeden", "Veen", "Bosch", "Maan", "Sterren", "Iepen", "Elzen", "Populieren",
    "Reiger", "Tulpen", "Varen", "Mees", "Valk", "Hert", "Ree", "Schaaps", "Weide", "Noord", "Zuider", "Ooster",
    "Wester", "Akker", "Tuin", "Park", "Kloosters",
)
_LAST_PARTS = (
    "hof", "veld", "kamp", "es", "wijk", "buurt", "horst", "lanen", "dreef", "brink", "gaarde", "maten", "akkers",
    "landen", "mors", "hoek",
)
# fmt: on
_WIJK_SIDES = (
    "Noord",
    "Zuid",
    "Oost",
    "West",
    "Noordoost",
    "Zuidwest",
    "Noordwest",
    "Zuidoost",
    "Binnen",
    "Buiten",
    "Midden",
)

WONEN, CENTRUM, BEDRIJF, BUITEN = range(4)


class Areas(NamedTuple):
    """All neighbourhoods as parallel arrays."""

    buurt_code: NDArray[np.object_]
    buurt_naam: NDArray[np.object_]
    wijk_code: NDArray[np.object_]
    wijk_naam: NDArray[np.object_]
    gemeente_code: NDArray[np.object_]
    gemeente_naam: NDArray[np.object_]
    plaatsnaam: NDArray[np.object_]
    inwoners: NDArray[np.int64]
    soort: NDArray[np.int64]
    rd_x: Floats
    rd_y: Floats
    reach: Floats
    """Metres around the point that incidents stay within: inside the neighbourhood's own cell."""
    nearest: NDArray[np.int64]
    """The neighbourhood with the nearest point; in clones, which have no borders, the neighbourhood itself."""
    stedelijkheid: Floats
    history: CodeHistory
    hot: tuple[Hot, ...]
    """Groups of neighbourhoods, and single ones, that are planted as hot."""
    cumulative: dict[str, Floats]
    """Per spatial pattern the cumulative chance over neighbourhoods, to draw from with ``searchsorted``."""


def copies(scale: float) -> int:
    """How many times the region is laid out: once up to scale 1, else the rounded scale."""
    return max(1, round(scale)) if scale > 1 else 1


@lru_cache(maxsize=2)
def areas(seed: int, number_of_copies: int = 1) -> Areas:
    """The neighbourhoods of a seed; the first copy is the same whatever the number of copies, but has no history among clones."""
    parts = []
    clone = 0
    for copy in range(number_of_copies):
        for position, gemeente in enumerate(reference_data.gemeenten()):
            rng = np.random.default_rng([seed, 11, copy, position])
            if copy:
                clone += 1
                naam = f"{gemeente.naam} {copy + 1}"
                plaatsen = tuple(f"{plaats} {copy + 1}" for plaats in gemeente.plaatsen)
                gemeente = gemeente._replace(code=f"GM{9000 + clone:04d}", naam=naam, plaatsen=plaatsen)
            parts.append(_municipality(gemeente, rng))
    joined = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    real = sum(len(part["soort"]) for part in parts[: len(reference_data.gemeenten())])
    _settle(joined, real)
    texts = (joined["buurt_code"], joined["buurt_naam"])
    if number_of_copies == 1:
        points = np.column_stack([joined["rd_x"], joined["rd_y"]])
        where = joined["gemeente_code"], joined["wijk_code"]
        history = code_history.planted(*where, *texts, joined["inwoners"], points, joined["nearest"])
    else:
        history = code_history.unchanged(*texts)
    hot = _hot(joined, real, seed)
    people, count = joined["inwoners"].astype(np.float64), len(joined["soort"])
    raised = {kind: hot_neighbourhoods.factors(hot, kind, count) for kind in hot_neighbourhoods.KINDS}
    weights = spatial_patterns.weights(people, joined["soort"], joined["stedelijkheid"], joined, raised)
    cumulative = {name: np.cumsum(weight) / weight.sum() for name, weight in weights.items()}
    columns = {name: joined[name] for name in Areas._fields if name in joined}
    return Areas(**columns, history=history, hot=tuple(hot), cumulative=cumulative)


def _hot(columns: dict[str, NDArray], real: int, seed: int) -> list[Hot]:  # type: ignore[type-arg]
    """The hot neighbourhoods of every copy of the region; ``real`` neighbourhoods lie in the first and in each other one."""
    found = []
    suited = (columns["soort"] == WONEN) & (columns["inwoners"] >= hot_neighbourhoods.FEWEST_PEOPLE)
    suited &= columns["stedelijkheid"] >= hot_neighbourhoods.LEAST_URBAN
    points = np.column_stack([columns["rd_x"], columns["rd_y"]])
    for copy, begin in enumerate(range(0, len(suited), real)):
        own = slice(begin, begin + real)
        rng = np.random.default_rng([seed, 17, copy])
        for hot in hot_neighbourhoods.planted(columns["gemeente_code"][own], suited[own], points[own], rng):
            found.append(hot._replace(members=tuple(begin + member for member in hot.members)))
    return found


def _settle(columns: dict[str, NDArray], real: int) -> None:  # type: ignore[type-arg]
    """Moves the points of the first, real municipalities so that each of these can be one piece; clones stay as drawn."""
    listed = reference_data.gemeenten()
    owner = np.repeat(np.arange(len(listed)), [gemeente.buurten for gemeente in listed])
    centres = np.array([(gemeente.rd_x, gemeente.rd_y) for gemeente in listed], np.float64)
    radius = np.array([gemeente.straal for gemeente in listed], np.float64)
    points = np.column_stack([columns["rd_x"], columns["rd_y"]])
    points[:real] = places.settled(points[:real], owner, centres, radius)
    columns["rd_x"], columns["rd_y"] = points.T
    columns["reach"] = np.append(places.reach(points[:real]), np.full(len(points) - real, float(places.MARGIN)))
    columns["nearest"] = np.append(places.nearest(points[:real]), np.arange(real, len(points)))


def _municipality(gemeente: Gemeente, rng: np.random.Generator) -> dict[str, NDArray]:  # type: ignore[type-arg]
    count = gemeente.buurten
    wijken = int(np.clip(max(count // 7, len(gemeente.plaatsen) + 1), 3, count))
    # Every wijk has at least one buurt; the rest lands unevenly, most in the main town
    share = np.where(np.arange(wijken) < max(2, wijken // 2), 2.5, 1.0) * rng.uniform(0.6, 1.4, wijken)
    wijk = np.sort(np.concatenate([np.arange(wijken), rng.choice(wijken, count - wijken, p=share / share.sum())]))
    main_wijken = max(2, wijken - (len(gemeente.plaatsen) - 1))
    place_of_wijk = np.array([0 if w < main_wijken else w - main_wijken + 1 for w in range(wijken)])
    number = np.arange(count) - np.searchsorted(wijk, wijk) + 1

    soort = rng.choice(
        [WONEN, BEDRIJF, BUITEN], count, p=[0.74, 0.09, 0.17] if gemeente.stedelijkheid > 0.9 else [0.6, 0.07, 0.33]
    )
    soort[: gemeente.centrumbuurten] = CENTRUM
    soort[number == 1] = np.where(soort[number == 1] == CENTRUM, CENTRUM, WONEN)  # a wijk has at least houses
    place = place_of_wijk[wijk]
    return {
        "buurt_code": _objects([f"BU{gemeente.code[2:]}{w + 1:02d}{n:02d}" for w, n in zip(wijk, number, strict=True)]),
        "buurt_naam": _names(gemeente, soort, place, rng),
        "wijk_code": _objects([f"WK{gemeente.code[2:]}{w + 1:02d}" for w in wijk]),
        "wijk_naam": _objects([_wijk_name(gemeente, int(w), main_wijken, int(place_of_wijk[w])) for w in wijk]),
        "gemeente_code": _objects([gemeente.code] * count),
        "gemeente_naam": _objects([gemeente.naam] * count),
        "plaatsnaam": _objects([gemeente.plaatsen[p] for p in place]),
        "inwoners": _inhabitants(gemeente.inwoners, soort, place, rng),
        "soort": soort,
        "stedelijkheid": np.full(count, gemeente.stedelijkheid),
        **_locations(gemeente, wijk, place_of_wijk, soort, rng),
        **{kind: rng.lognormal(0, 0.25, count) for kind in hot_neighbourhoods.KINDS},  # what differs without a reason
    }


def _names(
    gemeente: Gemeente, soort: NDArray[np.int64], place: NDArray[np.int64], rng: np.random.Generator
) -> NDArray[np.object_]:
    pairs = rng.permutation(len(_FIRST_PARTS) * len(_LAST_PARTS))[: len(soort)]
    names: list[str] = []
    for pair, kind, where in zip(pairs, soort, place, strict=True):
        base = _FIRST_PARTS[pair % len(_FIRST_PARTS)] + _LAST_PARTS[pair // len(_FIRST_PARTS)]
        if kind == CENTRUM:
            name = base if "Centrum" in names else "Centrum"
        elif kind == BEDRIJF:
            name = f"Bedrijventerrein {base}"
        elif kind == BUITEN:
            name = f"Buitengebied {gemeente.plaatsen[where]}"
            name = f"Verspreide huizen {base}" if name in names else name
        else:
            name = base
        names.append(name)
    return _objects(names)


def _wijk_name(gemeente: Gemeente, wijk: int, main_wijken: int, place: int) -> str:
    main = gemeente.plaatsen[0]
    if wijk == 0:
        return f"{main} Centrum"
    if wijk < main_wijken:
        return f"{main} {_WIJK_SIDES[(wijk - 1) % len(_WIJK_SIDES)]}"
    return gemeente.plaatsen[place]


def _inhabitants(total: int, soort: NDArray[np.int64], place: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
    size = (
        np.minimum(rng.lognormal(0, 0.8, len(soort)), 5)
        * np.array([1.0, 1.1, 0.04, 0.3])[soort]
        * np.where(place == 0, 1.0, 0.45)
    )
    people = np.maximum(10, np.floor(size / size.sum() * total)).astype(np.int64)
    people[np.argmax(people)] += total - people.sum()  # the largest absorbs the rounding: sums are exact
    return people


def _locations(
    gemeente: Gemeente,
    wijk: NDArray[np.int64],
    place_of_wijk: NDArray[np.int64],
    soort: NDArray[np.int64],
    rng: np.random.Generator,
) -> dict[str, Floats]:
    wijken = len(place_of_wijk)
    outside = place_of_wijk > 0
    angle = rng.uniform(0, 2 * np.pi, wijken)
    distance = np.where(outside, rng.uniform(0.5, 1.0, wijken), rng.uniform(0.15, 0.3, wijken)) * gemeente.straal
    distance[0] = 0
    spread = np.where(soort == BUITEN, 900.0, 350.0)
    west, south, east, north = places.box()
    found = {}
    x, y = (gemeente.rd_x, np.cos(angle), west, east), (gemeente.rd_y, np.sin(angle), south, north)
    for axis, (centre, offset, low, high) in (("rd_x", x), ("rd_y", y)):
        middle = centre + (distance * offset)[wijk] + rng.normal(0, 1, len(wijk)) * spread
        found[axis] = np.clip(middle, low + places.MARGIN, high - places.MARGIN)
    return found


def _objects(values: list[str]) -> NDArray[np.object_]:
    return np.array(values, dtype=object)
