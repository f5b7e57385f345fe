"""Invented key figures per neighbourhood of today and year, not yet rounded: who lives there, how, with what. No CBS shapes.

Every neighbourhood has its own stream of random numbers, and one more per year, so a figure is the same whatever else is made.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ivz_assets.sample.invented_areas import Areas
from ivz_assets.sample.patterns import Floats

BASE_YEAR = 2020
"""The year in which inhabitants add up to the real municipality."""

_TRAITS, _YEARLY = 24, 8
_PURPOSE = 31
_ADDRESS_LIMITS = (2500, 1500, 1000, 500)
"""Addresses per km² from which an area is class 1, 2, 3 or 4 of urbanity; below the last it is class 5."""

# Parallel to WONEN, CENTRUM, BEDRIJF, BUITEN
_AGES = np.array(
    [
        [0.17, 0.12, 0.24, 0.28, 0.19],
        [0.09, 0.18, 0.33, 0.22, 0.18],
        [0.14, 0.13, 0.27, 0.30, 0.16],
        [0.16, 0.12, 0.19, 0.33, 0.20],
    ]
)
"""Share of inhabitants up to 15, 25, 45, 65 and above."""


class Figures(NamedTuple):
    """Figures by name. A mean goes with the count it is a mean over, so that areas can be put together."""

    counts: dict[str, Floats]
    means: dict[str, tuple[Floats, str]]


def traits(where: Areas, seed: int) -> Floats:
    """What makes each neighbourhood differ from others of its kind in every year: standard normal numbers."""
    return _draws(where, seed, _TRAITS)


def figures(where: Areas, z: Floats, hectares: Floats, year: int, seed: int) -> Figures:
    """The figures of a year for parallel arrays of today's neighbourhoods; ``z``: their traits, ``hectares``: their surface."""
    noise = _draws(where, seed, _YEARLY, year)
    since = year - BASE_YEAR
    kind = where.soort

    def by_kind(wonen: float, centrum: float, bedrijf: float, buiten: float) -> Floats:
        return np.array([wonen, centrum, bedrijf, buiten])[kind]

    people = where.inwoners * np.exp((0.003 + 0.006 * z[0]) * since) * (1 + 0.004 * noise[0] * (since != 0))
    ages = np.log(_AGES[kind]).T + 0.22 * z[1:6] + np.array([-0.006, -0.004, 0.003, -0.005, 0.014])[:, None] * since
    ages = np.exp(ages) / np.exp(ages).sum(axis=0) * people
    men = people * (0.502 + 0.012 * z[6])
    size = by_kind(2.25, 1.6, 2.1, 2.6) * np.exp(0.06 * z[7] - 0.003 * since)
    households = people * 0.985 / size
    single = np.clip(by_kind(0.34, 0.6, 0.38, 0.2) - 0.25 * (size / by_kind(2.25, 1.6, 2.1, 2.6) - 1) + 0.003 * since, 0.05, 0.9)
    with_children = (1 - single) * np.clip(0.52 + 0.05 * z[8], 0.2, 0.8)
    dwellings = households * (1.02 + 0.01 * np.abs(z[9]))
    wealth = 0.5 * z[10] + by_kind(0, -0.35, -0.1, 0.45) - 0.5 * (where.stedelijkheid - 0.9)
    owned = np.clip(58 + 16 * wealth + by_kind(2, -22, 0, 14) + 0.1 * since, 5, 96)
    corporation = (97 - owned) * np.clip(0.72 - 0.1 * wealth, 0.2, 0.95)
    unknown = np.full(len(people), 1.0 if year <= 2023 else 0.0)
    flats = np.clip(by_kind(15, 70, 20, 3) * np.exp(0.5 * z[11]), 0, 99)
    water = hectares * np.clip(0.015 * np.exp(z[12]), 0, 0.3)
    poverty = np.exp(-0.9 * wealth)
    businesses = people * by_kind(0.065, 0.12, 0.2, 0.11) * np.exp(0.2 * z[13]) * 1.035**since + by_kind(3, 90, 110, 6)
    addresses = by_kind(1350, 2300, 800, 220) * where.stedelijkheid**1.3 * np.exp(0.15 * z[14] + 0.004 * since)
    gas = by_kind(1250, 900, 1300, 2000) * np.exp(0.1 * z[16] - 0.035 * since)
    power = by_kind(2750, 2000, 3000, 3900) * np.exp(0.08 * z[17] - 0.012 * since)
    income = 24.5 * np.exp(0.16 * wealth + 0.032 * since + 0.01 * noise[1])
    earners = (people - ages[0]) * 0.92
    married = np.clip(0.39 + by_kind(0, -0.12, 0, 0.06) - 0.003 * since + 0.03 * z[19], 0.1, 0.7)
    widowed, divorced = ages[4] * 0.2, people * 0.08 * np.exp(0.1 * z[20])
    cars = households * by_kind(1.1, 0.65, 2.2, 1.75) * np.exp(0.1 * z[21] + 0.008 * since + 0.01 * noise[2])
    counts = {
        "inwoners": people,
        "mannen": men,
        "vrouwen": people - men,
        **{f"leeftijd_{age}": ages[position] for position, age in enumerate((0, 15, 25, 45, 65))},
        "gehuwd": people * married,
        "gescheiden": divorced,
        "verweduwd": widowed,
        "ongehuwd": people * (1 - married) - divorced - widowed,
        "geboorte": people * 0.0098 * np.exp(0.2 * noise[3]),
        "sterfte": ages[4] * 0.045 * np.exp(0.15 * noise[4]),
        "huishoudens": households,
        "eenpersoons": households * single,
        "met_kinderen": households * with_children,
        "zonder_kinderen": households * (1 - single - with_children),
        "woningen": dwellings,
        "inkomensontvangers": earners,
        "bijstand": (people - ages[0] - ages[4]) * 0.035 * poverty * (1.25 if 2014 <= year <= 2018 else 1.0),
        "ao": (people - ages[0] - ages[4]) * 0.085 * poverty**0.6,
        "ww": (people - ages[0] - ages[4]) * 0.022 * poverty**0.3 * (1.9 if year <= 2016 else 1.0),
        "aow": ages[4] * 0.93,
        "jeugdzorg": ages[:2].sum(axis=0) * 0.09 * poverty**0.4,
        "vestigingen": businesses,
        "handel": businesses * by_kind(0.17, 0.45, 0.35, 0.12),
        "autos": cars,
        "jonge_autos": cars * np.clip(0.3 + 0.05 * wealth, 0.05, 0.8),
        "motorfietsen": people * by_kind(0.032, 0.018, 0.04, 0.06) * np.exp(0.15 * z[22]),
        "oppervlakte": hectares,
        "land": hectares - water,
        "water": water,
    }  # fmt: skip
    means = {
        "woz": (195 * np.exp(0.42 * wealth + 0.1 * z[23]) * _woz_level(year) * (1 + 0.01 * noise[5]), "woningen"),
        "koop": (owned, "woningen"),
        "huur": (100 - unknown - owned, "woningen"),
        "corporatie": (corporation, "woningen"),
        "overige_verhuur": (100 - unknown - owned - corporation, "woningen"),
        "eigendom_onbekend": (unknown, "woningen"),
        "meergezins": (flats, "woningen"),
        "eengezins": (100 - flats, "woningen"),
        "onbewoond": (np.clip(3 + noise[6], 0, 12), "woningen"),
        "stroom": (power, "woningen"),
        "stroom_appartement": (power * 0.7, "woningen"),
        "stroom_tussenwoning": (power * 0.95, "woningen"),
        "stroom_huur": (power * 0.8, "woningen"),
        "gas": (gas, "woningen"),
        "gas_appartement": (gas * 0.62, "woningen"),
        "gas_tussenwoning": (gas * 0.85, "woningen"),
        "gas_huur": (gas * 0.78, "woningen"),
        "inkomen": (income, "inwoners"),
        "inkomen_ontvanger": (income * people / earners, "inkomensontvangers"),
        "adressendichtheid": (addresses, "woningen"),
    }
    return Figures(counts, means)


def put_together(found: Figures, shares: Floats) -> dict[str, Floats]:
    """The figures of areas: ``shares`` says per area (row) which share of each neighbourhood of today (column) it holds."""
    together = {name: shares @ values for name, values in found.counts.items()}
    for name, (values, count) in found.means.items():
        together[name] = shares @ (values * found.counts[count]) / together[count]
    together["huishoudensgrootte"] = together["inwoners"] * 0.985 / together["huishoudens"]
    together["bevolkingsdichtheid"] = together["inwoners"] / together["land"] * 100
    together["autos_per_huishouden"] = together["autos"] / together["huishoudens"]
    together["stedelijkheid"] = 5.0 - (together["adressendichtheid"][:, None] >= np.array(_ADDRESS_LIMITS)).sum(axis=1)
    return together


def _woz_level(year: int) -> float:
    """House prices against 2020: a dip until 2015, then ever steeper."""
    return float(np.interp(year, [2013, 2015, 2018, 2020, 2023, 2025], [0.92, 0.87, 0.91, 1.0, 1.45, 1.55]))


def _draws(where: Areas, seed: int, count: int, year: int = 0) -> Floats:
    """Standard normal numbers, ``count`` per neighbourhood, from a stream of its own code."""
    numbers: list[NDArray[np.float64]] = [
        np.random.default_rng([seed, _PURPOSE, year, int(code[2:])]).standard_normal(count) for code in where.buurt_code
    ]
    return np.stack(numbers, axis=1)
