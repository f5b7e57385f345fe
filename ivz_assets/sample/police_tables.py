"""Writes open police tables of the invented region as their host serves them (OData 3), counted from the sample's own incidents.

As with the real tables: crimes only, by the month in which the police heard of it, with small differences from the weekmonitor
(of an incident only the heaviest crime counts), a newest month that is still being filled, and a code that began later. Real
tables have every neighbourhood as well; these have the municipalities, which is what is compared.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from ivz_assets.sample import writing
from ivz_assets.sample.incidents import Ints, Rows
from ivz_assets.sample.invented_areas import Areas
from ivz_assets.sample.reference_data import gemeenten, klassen, police_offences

MONTHS, YEARS = "47022NED", "47018NED"
MODIFIED = {MONTHS: "2026-03-16T02:00:00", YEARS: "2026-01-26T02:00:00"}
NEWEST = (2026, 2)
"""Last month served: in March the table reaches February."""

TOTAL = "0.0.0"
CODE_WIDTH, REGION_WIDTH = 6, 10
LESS, MORE = 0.02, 0.01
"""Share of the crimes that the police count elsewhere, and that they count and the weekmonitor does not."""

NOT_IN_YET = 0.15
"""Share of the newest month that comes in later."""

BEGAN = {"3.7.4": 2024}
"""First year of codes that have no figures (null) before it."""

_FEED = "https://dataderden.cbs.nl/ODataFeed/OData"
_COUNT = "GeregistreerdeMisdrijven_1"


class Deviation(NamedTuple):
    """What is planted: in that month the table has ``factor`` times the crimes of that code and municipality."""

    gemeente_code: str
    politie_code: str
    periode: str
    factor: int


PLANTED = Deviation("GM0153", "1.2.3", "2026-01", 2)


def tally(rows: Rows, where: Areas) -> Ints:
    """Incidents per month of notice (counted from 1970), municipality (place in ``gemeenten_of``) and class, and the number."""
    month = rows["kennisname"].astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    gemeente = np.searchsorted(gemeenten_of(where), where.gemeente_code[rows["buurt"]].astype(str))
    keys = np.column_stack([month, gemeente, rows["klasse"].astype(np.int64)])
    found, number = np.unique(keys, axis=0, return_counts=True)
    return np.column_stack([found, number])


def gemeenten_of(where: Areas) -> list[str]:
    """The municipalities, in order of code."""
    return sorted(set(where.gemeente_code.tolist()))


def write_police_tables(folder: Path, tallies: Iterable[Ints], first: date, where: Areas, seed: int) -> list[Path]:
    """Writes ``<table>/{TableInfos,DataProperties,<dimension>,TypedDataSet}.json`` of both tables; returns the paths.

    Args:
        tallies: output of ``tally`` of everything that counts in the end.
        first: first day that the sample covers; the month of it is the first one served.
    """
    begin, end = _month(first.year, first.month), _month(*NEWEST)
    regions = gemeenten_of(where)
    per_class = np.zeros((end - begin + 1, len(regions), len(klassen())), np.int64)
    month, gemeente, klasse, number = np.concatenate([np.empty((0, 4), np.int64), *tallies]).T
    served = (month >= begin) & (month <= end)
    np.add.at(per_class, (month[served] - begin, gemeente[served], klasse[served]), number[served])
    counted = _served(_per_code(per_class), begin, regions, seed)
    months = [f"{1970 + month // 12}MM{month % 12 + 1:02d}" for month in range(begin, end + 1)]
    whole = [year for year in range(first.year, NEWEST[0]) if f"{year}MM01" in months]
    yearly = np.array([counted[[key.startswith(f"{year}MM") for key in months]].sum(axis=0) for year in whole], np.int64)
    return [
        *_table(folder, MONTHS, "maandcijfers", months, counted, regions),
        *_table(folder, YEARS, "jaarcijfers", [f"{year}JJ00" for year in whole], yearly, regions),
    ]


def _month(year: int, month: int) -> int:
    return (year - 1970) * 12 + month - 1


def _per_code(per_class: Ints) -> Ints:
    """Crimes per code of the police instead of per class; the total holds also what has no code of its own."""
    offences = police_offences()
    found = np.zeros((*per_class.shape[:2], len(offences)), np.int64)
    crimes = [klasse.soort == "misdrijf" for klasse in klassen()]
    position = {klasse.code: number for number, klasse in enumerate(klassen())}
    for number, offence in enumerate(offences):
        wanted = crimes if offence.code == TOTAL else [position[code] for code in offence.klassen]
        found[:, :, number] = per_class[:, :, wanted].sum(axis=2)
    return found


def _served(counted: Ints, begin: int, regions: list[str], seed: int) -> Ints:
    rng = np.random.default_rng([seed, 71])
    served = counted - rng.binomial(counted, LESS) + rng.binomial(counted, MORE)
    served[-1] -= rng.binomial(served[-1], NOT_IN_YET)
    year, month = map(int, PLANTED.periode.split("-"))
    codes = [offence.code for offence in police_offences()]
    if _month(year, month) >= begin:
        served[_month(year, month) - begin, regions.index(PLANTED.gemeente_code), codes.index(PLANTED.politie_code)] *= (
            PLANTED.factor
        )
    return served


def _table(folder: Path, table_id: str, kind: str, periods: list[str], counted: Ints, regions: list[str]) -> list[Path]:
    offences = police_offences()
    title = f"Geregistreerde misdrijven; soort misdrijf, wijk, buurt, {kind}"
    values = counted.tolist()
    rows = [
        {
            "SoortMisdrijf": offence.code.ljust(CODE_WIDTH),
            "WijkenEnBuurten": region.ljust(REGION_WIDTH),
            "Perioden": period,
            _COUNT: None if int(period[:4]) < BEGAN.get(offence.code, 0) else values[when][place][what],
        }
        for what, offence in enumerate(offences)
        for place, region in enumerate(regions)
        for when, period in enumerate(periods)
    ]
    described = {
        "Identifier": table_id,
        "Title": title,
        "ShortTitle": title,
        "Summary": "Verzonnen cijfers in de vorm waarin de politie ze openbaar maakt",
        "Modified": MODIFIED[table_id],
        "Catalog": "Politie",
        "Source": "Synthetisch",
    }
    resources: dict[str, list[dict[str, Any]]] = {
        "TableInfos": [described],
        "DataProperties": [
            _property(0, "Dimension", "SoortMisdrijf", "Soort misdrijf"),
            _property(1, "GeoDetail", "WijkenEnBuurten", "Wijken en buurten"),
            _property(2, "TimeDimension", "Perioden", "Perioden"),
            _property(3, "Topic", _COUNT, "Geregistreerde misdrijven", Unit="aantal", Datatype="Long"),
        ],
        "SoortMisdrijf": [_member(offence.code.ljust(CODE_WIDTH), f"{offence.code} {offence.titel}") for offence in offences],
        "WijkenEnBuurten": [_member(region.ljust(REGION_WIDTH), _name(region)) for region in regions],
        "Perioden": [_member(period, period.replace("MM", " maand ").replace("JJ00", "")) for period in periods],
        "TypedDataSet": [{"ID": number, **row} for number, row in enumerate(rows)],
    }
    return [_write(folder / table_id / f"{name}.json", table_id, found) for name, found in resources.items()]


def _name(region: str) -> str:
    return next((gemeente.naam for gemeente in gemeenten() if gemeente.code == region), region)


def _property(number: int, kind: str, key: str, title: str, **more: Any) -> dict[str, Any]:
    first = {"odata.type": f"Cbs.OData.{kind}", "ID": number, "ParentID": None, "Type": kind, "Key": key, "Title": title}
    return {**first, "Unit": None, "Datatype": None, **more}


def _member(key: str, title: str) -> dict[str, Any]:
    return {"Key": key, "Title": title, "Description": "", "CategoryGroupID": None}


def _write(path: Path, table_id: str, values: list[dict[str, Any]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with writing.atomically(path) as temporary:
        content = {"odata.metadata": f"{_FEED}/{table_id}/$metadata#Cbs.OData.WebAPI.{path.stem}", "value": values}
        temporary.write_text(json.dumps(content, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
    return path
