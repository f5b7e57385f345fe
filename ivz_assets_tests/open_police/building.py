"""Tiny open police tables as they are served: codes padded to 6, regions to 10, counts that may be null. No assertions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ivz_assets.neighbourhoods.cbs.odata import CbsOData
from ivz_assets.open_police.fetch import Wanted
from ivz_assets_tests.neighbourhoods.cbs.standin import StandIn

MONTHS, YEARS = "47022NED", "47018NED"
ENSCHEDE, BORNE, ELSEWHERE = "GM0153", "GM0147", "GM0209"
REGIONS = ("NL00", ENSCHEDE, "WK015301", "BU01530101", BORNE, ELSEWHERE)
CODES = {
    "0.0.0": "Totaal misdrijven",
    "1.1.1": "Diefstal/inbraak woning",
    "1.2.3": "Diefstal van fietsen",
    "2.6.10": "Iets anders",
}
PERIODS = {MONTHS: ("2014MM12", "2024JJ00", "2025MM01", "2025MM02"), YEARS: ("2014JJ00", "2024JJ00")}
WANTED = Wanted((BORNE, ENSCHEDE), ("1.1.1", "1.2.3"), 2015)
ATTEMPTS = 2

Resources = dict[str, list[dict[str, Any]]]


def count_of(code: str, region: str, period: str) -> int | None:
    """A count that tells its cell: 10 for burglary, 20 for bicycles, 5 more in Enschede, and the month; once null, once 0."""
    if (code, region, period) == ("1.2.3", BORNE, "2025MM02"):
        return None
    if (code, region, period) == ("1.1.1", BORNE, "2025MM01"):
        return 0
    return {"1.1.1": 10, "1.2.3": 20}.get(code, 1000) + (5 if region == ENSCHEDE else 0) + int(period[-2:])


def table(table_id: str, *, modified: str = "2025-03-15T02:00:00", codes: Mapping[str, str] = CODES) -> Resources:
    """A table with a row for every region, code and period."""
    described = {"Identifier": table_id, "Title": f"Geregistreerde misdrijven {table_id}", "Modified": modified}
    keys = [(code, region, period) for code in codes for region in REGIONS for period in PERIODS[table_id]]
    return {
        f"{table_id}/TableInfos": [described],
        f"{table_id}/DataProperties": [
            _property("Dimension", "SoortMisdrijf"),
            _property("GeoDetail", "WijkenEnBuurten"),
            _property("TimeDimension", "Perioden"),
            _property("TopicGroup", ""),
            _property("Topic", "GeregistreerdeMisdrijven_1"),
        ],
        f"{table_id}/SoortMisdrijf": [_member(f"{code:6}", title) for code, title in codes.items()],
        f"{table_id}/WijkenEnBuurten": [_member(f"{region:10}", region) for region in REGIONS],
        f"{table_id}/Perioden": [_member(period, period) for period in PERIODS[table_id]],
        f"{table_id}/TypedDataSet": [
            {
                "ID": number,
                "SoortMisdrijf": f"{code:6}",
                "WijkenEnBuurten": f"{region:10}",
                "Perioden": period,
                "GeregistreerdeMisdrijven_1": count_of(code, region, period),
            }
            for number, (code, region, period) in enumerate(keys)
        ],
    }


def both(**changed: Any) -> Resources:
    """Both tables in one service."""
    return {**table(MONTHS, **changed), **table(YEARS, **changed)}


def client(server: StandIn) -> CbsOData:
    """The client of that server, hardly pausing."""
    return CbsOData(server.host, False, 5, ATTEMPTS, 0.01, "politie_host")


def plain(rows: Sequence[Mapping[str, Any]]) -> dict[tuple[str, str, str], int | None]:
    """Counts by municipality, period and code."""
    return {(row["gemeente_code"], row["periode"], row["politie_code"]): row["aantal"] for row in rows}


def _property(kind: str, key: str) -> dict[str, Any]:
    return {"ID": 0, "Type": kind, "Key": key, "Title": key, "Unit": None, "Datatype": None}


def _member(key: str, title: str) -> dict[str, Any]:
    return {"Key": key, "Title": title, "Description": "", "Status": "Voorlopig"}
