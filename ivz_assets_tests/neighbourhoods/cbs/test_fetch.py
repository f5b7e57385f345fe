"""The tables of all years over a server that works, that fails for a table, or that is gone: what is used, said and asked."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from ivz_assets.neighbourhoods.cbs.cache import META, Cache
from ivz_assets.neighbourhoods.cbs.fetch import YearTable, fetch_tables
from ivz_assets.neighbourhoods.cbs.service import CbsService
from ivz_assets_tests.neighbourhoods.cbs.building import (
    ATTEMPTS,
    BORNE,
    ENSCHEDE,
    REGION,
    REGION_CODES,
    Resources,
    client,
    codes_of,
    table,
    together,
)
from ivz_assets_tests.neighbourhoods.cbs.standin import serving

NOW = datetime(2026, 3, 23, 6)
LATER = NOW + timedelta(days=7)
LISTED = {2013: "82339NED", 2019: "84583NED", 2020: "84799NED"}


def three_years() -> Resources:
    """Three releases; 2013 names its regions differently."""
    return together(
        table("82339NED", 2013, dimension="RegioS"),
        table("84583NED", 2019),
        table("84799NED", 2020),
    )


class Round:
    """Rounds along the tables with one cache; ``said`` is what the last one told."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.said: list[str] = []

    def __call__(
        self, service: CbsService | None, gemeenten: Sequence[str] | None = REGION, now: datetime = NOW
    ) -> dict[int, YearTable]:
        self.said.clear()
        found = fetch_tables(service, Cache(self.folder, self.said.append), LISTED, gemeenten, now, self.said.append)
        assert [item.jaar for item in found] == sorted(item.jaar for item in found)
        return {item.jaar: item for item in found}


@pytest.fixture
def round_(tmp_path: Path) -> Round:
    return Round(tmp_path / "cbs")


def states(found: dict[int, YearTable]) -> dict[int, str]:
    return {year: item.toestand for year, item in found.items()}


def test_first_load_and_reload(round_: Round) -> None:
    with serving(three_years()) as server:
        first = client(server)
        found = round_(first)
        assert first.requests == len(server.asked) == 1 + 3 * 3
        assert len(set(server.addresses)) == len(server.addresses), "no request twice"
        again = client(server)
        assert round_(again, now=LATER) == found
        assert again.requests == 1
        assert round_.said == []
    assert states(found) == {2013: "actueel", 2019: "actueel", 2020: "actueel"}
    year = found[2013]
    assert (year.table_id, year.title, year.modified) == (
        "82339NED", "Kerncijfers wijken en buurten 2013", "2021-03-26T02:00:00",
    )  # fmt: skip
    assert (year.source, year.opgehaald_op, year.dimension, year.melding) == (server.host, NOW, "RegioS", "")
    assert [column.key for column in year.columns] == ["RegioS", "AantalInwoners_5", "Woningvoorraad_34"]
    assert codes_of(year.regions, "Key") == codes_of(year.rows, "RegioS") == REGION_CODES
    assert year.rows[0]["RegioS"] == "GM0153    "
    assert year.rows[0]["Woningvoorraad_34"] is None


def test_the_years_after_the_first_listed_one_are_found_in_the_catalogue(round_: Round) -> None:
    other = table("70001NED", 2030)
    other["Tables"][0]["Title"] = "Kerncijfers wijken en buurten 2030, verschillen"
    resources = together(
        three_years(), table("86500NED", 2026), table("70904NED", 2004), other,
        table("84799OUD", 2020, modified="2029-01-01T02:00:00"), table("99999OUD", 2026, modified="2020-01-01T02:00:00"),
    )  # fmt: skip
    with serving(resources) as server:
        found = round_(client(server))
        assert {year: item.table_id for year, item in found.items()} == {**LISTED, 2026: "86500NED"}
    # The host is gone: the year that was found stays known.
    service = client(server)
    assert states(round_(service)) == dict.fromkeys([*LISTED, 2026], "verouderd")


def test_a_changed_table_is_fetched_again_with_its_own_columns(round_: Round) -> None:
    with serving(three_years()) as server:
        round_(client(server))
        changed = table("84799NED", 2020, modified="2022-03-31T02:00:00", figures={"AantalInwoners_6": 105, "Wmo_89": None})
        server.resources.update(together(table("82339NED", 2013), table("84583NED", 2019), changed))
        server.asked.clear()
        service = client(server)
        found = round_(service, now=LATER)
    assert service.requests == 1 + 3
    assert {name.split("/")[0] for name in server.asked} == {"Tables", "84799NED"}
    assert found[2020].modified == "2022-03-31T02:00:00"
    assert [column.key for column in found[2020].columns] == ["WijkenEnBuurten", "AantalInwoners_6", "Wmo_89"]
    assert found[2020].rows[0]["AantalInwoners_6"] == 105
    assert (found[2020].opgehaald_op, found[2019].opgehaald_op) == (LATER, NOW)
    assert round_.said == ["CBS 2020: fetched 84799NED of 2022-03-31T02:00:00, 7 rows"]


def test_a_table_that_is_not_in_the_catalogue_is_asked_itself(round_: Round) -> None:
    resources = three_years()
    resources["Tables"] = [entry for entry in resources["Tables"] if entry["Identifier"] != "84583NED"]
    with serving(resources) as server:
        first, again = client(server), client(server)
        assert set(states(round_(first)).values()) == {"actueel"}
        assert set(states(round_(again)).values()) == {"actueel"}
    assert (first.requests, again.requests) == (1 + 3 * 3 + 1, 2)


def test_a_table_that_fails_is_used_as_it_was_fetched_before(round_: Round) -> None:
    with serving(three_years()) as server:
        before = round_(client(server))
        server.resources["Tables"][1]["Modified"] = "2026-03-20T02:00:00"
        server.faults["84583NED/TypedDataSet"] = ["500"]
        service = client(server)
        found = round_(service, now=LATER)
    assert states(found) == {2013: "actueel", 2019: "verouderd", 2020: "actueel"}
    assert service.requests == 1 + 2 + ATTEMPTS
    assert (found[2019].rows, found[2019].modified) == (before[2019].rows, "2021-03-26T02:00:00")
    told = (
        f"84583NED of 2021-03-26T02:00:00, fetched on 23-03-2026, is used: {server.host}, 84583NED/TypedDataSet: "
        "answered 500 Internal Server Error; asked 3 times. It may pass by itself, run again later"
    )
    assert found[2019].melding == told
    assert round_.said == [f"CBS 2019: {told}"]


@pytest.mark.parametrize(("fault", "requests"), [("404", 1), ("503", ATTEMPTS), ("html", ATTEMPTS)])
def test_a_table_that_fails_and_was_never_fetched_is_absent(round_: Round, fault: str, requests: int) -> None:
    with serving(three_years()) as server:
        server.faults["84583NED/DataProperties"] = [fault]
        service = client(server)
        found = round_(service)
    assert states(found) == {2013: "actueel", 2019: "ontbreekt", 2020: "actueel"}
    assert service.requests == 1 + 3 + requests + 3
    assert found[2019].rows == found[2019].columns == found[2019].regions == []
    assert found[2019].melding.startswith(f"84583NED was never fetched: {server.host}, 84583NED/DataProperties: answered ")
    assert f"CBS 2019: {found[2019].melding}" in round_.said


def test_a_fault_that_passes_costs_only_its_attempts(round_: Round) -> None:
    with serving(three_years()) as server:
        server.faults["84799NED/WijkenEnBuurten"] = ["reset", "ok"]
        server.faults["Tables"] = ["503", "html", "ok"]
        service = client(server)
        assert set(states(round_(service)).values()) == {"actueel"}
    assert service.requests == 1 + 3 * 3 + 3


def test_an_outage_leaves_what_was_fetched(round_: Round) -> None:
    with serving(three_years()) as server:
        before = round_(client(server))
    service = client(server)
    found = round_(service, now=LATER)
    assert service.requests == ATTEMPTS, "only the catalogue is asked for"
    assert states(found) == dict.fromkeys(LISTED, "verouderd")
    for year, item in found.items():
        assert item.rows == before[year].rows
        assert item.opgehaald_op == NOW
        assert f"{LISTED[year]} of 2021-03-26T02:00:00, fetched on 23-03-2026, is used: {server.host}, catalogue" in item.melding
    assert len(round_.said) == 1 + len(LISTED)
    assert round_.said[0].startswith("The catalogue of CBS could not be read, so what was fetched before is used.")


def test_an_outage_before_anything_was_fetched(round_: Round) -> None:
    with serving({}) as server:
        service = client(server)
        found = round_(service)
    assert states(found) == dict.fromkeys(LISTED, "ontbreekt")
    assert service.requests == 1, "an unknown address is not asked again"


def test_after_two_tables_without_an_answer_the_others_are_not_waited_for(round_: Round) -> None:
    with serving(three_years()) as server:
        for table_id in LISTED.values():
            server.faults[f"{table_id}/DataProperties"] = ["reset"]
        service = client(server)
        found = round_(service)
    assert states(found) == dict.fromkeys(LISTED, "ontbreekt")
    assert service.requests == 1 + 2 * ATTEMPTS
    assert "2 tables in a row had no answer, so this one was not asked for" in found[2013].melding


def test_a_host_that_answers_now_and_then_is_asked_on(round_: Round) -> None:
    with serving(together(three_years(), table("86165NED", 2025))) as server:
        server.faults["86165NED/DataProperties"] = server.faults["84583NED/DataProperties"] = ["reset"]
        found = round_(client(server))
    assert states(found) == {2013: "actueel", 2019: "ontbreekt", 2020: "actueel", 2025: "ontbreekt"}


def test_a_host_that_answers_wrongly_is_asked_on(round_: Round) -> None:
    with serving(three_years()) as server:
        server.faults["84799NED/DataProperties"] = server.faults["84583NED/DataProperties"] = ["503"]
        assert states(round_(client(server))) == {2013: "actueel", 2019: "ontbreekt", 2020: "ontbreekt"}


def test_without_a_host_what_was_fetched_is_used_silently(round_: Round) -> None:
    with serving(three_years()) as server:
        before = round_(client(server))
    shutil.rmtree(next(round_.folder.glob("*/84583NED")))
    found = round_(None)
    assert states(found) == {2013: "verouderd", 2019: "ontbreekt", 2020: "verouderd"}
    assert found[2020].rows == before[2020].rows
    assert found[2019].melding == "84583NED was never fetched: no host of CBS is set"
    assert round_.said == []


def test_a_half_table_on_disk_is_fetched_again_and_told(round_: Round) -> None:
    with serving(three_years()) as server:
        round_(client(server))
        path = next(round_.folder.glob(f"*/84799NED/*/*/{META}"))
        path.unlink()
        service = client(server)
        assert set(states(round_(service)).values()) == {"actueel"}
    assert service.requests == 1 + 3
    assert [str(path.parent) in line for line in round_.said] == [True, False]


def test_a_lost_row_is_a_fault_of_the_table(round_: Round) -> None:
    resources = three_years()
    del resources["84799NED/TypedDataSet"][3]
    with serving(resources) as server:
        found = round_(client(server))
    assert states(found) == {2013: "actueel", 2019: "actueel", 2020: "ontbreekt"}
    assert "84799NED: 6 rows for 7 regions (BU01530102), a page was lost" in found[2020].melding
    assert not list(round_.folder.glob("*/84799NED"))


def test_a_row_that_came_twice_is_a_fault_of_the_table(round_: Round) -> None:
    resources = three_years()
    resources["84799NED/TypedDataSet"].append(resources["84799NED/TypedDataSet"][0])
    with serving(resources) as server:
        assert "8 rows for 7 regions (a region that occurs twice)" in round_(client(server))[2020].melding


def test_a_table_without_the_region_is_a_fault_of_the_table(round_: Round) -> None:
    with serving(together(three_years(), table("84799NED", 2020, ["GM0209"]))) as server:
        found = round_(client(server))
    assert found[2020].toestand == "ontbreekt"
    assert "it holds none of the municipalities" in found[2020].melding


def test_a_table_without_a_region_column_is_a_fault_of_the_table(round_: Round) -> None:
    resources = three_years()
    resources["84799NED/DataProperties"] = resources["84799NED/DataProperties"][1:]
    with serving(resources) as server:
        assert "0 columns hold a region, not one" in round_(client(server))[2020].melding


def test_every_scope_has_its_own_tables(round_: Round) -> None:
    with serving(three_years(), page=4) as server:
        assert codes_of(round_(client(server), ["GM0153"])[2020].rows) == list(ENSCHEDE)
        country = client(server)
        assert len(round_(country, None)[2020].rows) == 10
        assert country.requests == 1 + 3 * (1 + 3 + 3), "ten rows are three pages of four"
        assert codes_of(round_(client(server), ["GM0147"])[2020].rows) == list(BORNE)
        server.asked.clear()
        for gemeenten in (["GM0153"], None, ["GM0147"]):
            round_(client(server), gemeenten)
        assert server.asked == ["Tables"] * 3
