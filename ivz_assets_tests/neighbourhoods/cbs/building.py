"""Tiny tables of CBS as they are served: codes padded to 10, names to 40, figures that may be null, headings in between."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ivz_assets.neighbourhoods.cbs.odata import CbsOData
from ivz_assets_tests.neighbourhoods.cbs.standin import StandIn

ENSCHEDE = ("GM0153", "WK015301", "BU01530101", "BU01530102")
BORNE = ("GM0147", "WK014700", "BU01470001")
ELSEWHERE = ("GM0209", "WK020901", "BU02090153")
"""Of another municipality; its neighbourhood has 0153 among its digits."""

REGION = ["GM0153", "GM0147"]
REGION_CODES = [*ENSCHEDE, *BORNE]
ATTEMPTS = 3

Resources = dict[str, list[dict[str, Any]]]


def table(
    table_id: str,
    year: int,
    codes: Sequence[str] = (*ENSCHEDE, *BORNE, *ELSEWHERE),
    *,
    modified: str = "2021-03-26T02:00:00",
    dimension: str = "WijkenEnBuurten",
    figures: Mapping[str, Any] | None = None,
) -> Resources:
    """A table with the same figures for every area: by default inhabitants, and dwellings that are not filled yet."""
    figures = {"AantalInwoners_5": 100, "Woningvoorraad_34": None} if figures is None else figures
    topics = [
        {"ID": number, "Type": "Topic", "Key": key, "Title": key.split("_")[0], "Unit": "aantal", "Datatype": "Long"}
        for number, key in enumerate(figures, start=2)
    ]
    described = {"Identifier": table_id, "Title": f"Kerncijfers wijken en buurten {year}", "Modified": modified}
    return {
        "Tables": [{**described, "ShortDescription": "Overzicht"}],
        f"{table_id}/TableInfos": [{**described, "Source": "CBS."}],
        f"{table_id}/DataProperties": [
            {"ID": 0, "Type": "GeoDetail", "Key": dimension, "Title": "Wijken en buurten", "Unit": None, "Datatype": None},
            {"ID": 1, "Type": "TopicGroup", "Key": "", "Title": "Bevolking", "Unit": None, "Datatype": None},
            *topics,
        ],
        f"{table_id}/{dimension}": [
            {"Key": f"{code:10}", "Title": f"Gebied {code[2:]}", "Description": "", "Municipality": f"GM{code[2:6]}"}
            for code in codes
        ],
        f"{table_id}/TypedDataSet": [
            {"ID": number, dimension: f"{code:10}", "Gemeentenaam_1": f"{'Naam':40}", **figures}
            for number, code in enumerate(codes)
        ],
    }


def together(*tables: Resources) -> Resources:
    """Tables in one service, with one catalogue."""
    merged = {name: rows for resources in tables for name, rows in resources.items()}
    return {**merged, "Tables": [entry for resources in tables for entry in resources["Tables"]]}


def client(server: StandIn, *, timeout_seconds: float = 5, attempts: int = ATTEMPTS) -> CbsOData:
    """The client of that server, hardly pausing."""
    return CbsOData(server.host, False, timeout_seconds, attempts, 0.01)


def codes_of(rows: Sequence[Mapping[str, Any]], column: str = "WijkenEnBuurten") -> list[str]:
    """The codes without padding."""
    return [row[column].strip() for row in rows]
