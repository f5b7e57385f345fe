"""The client: what it asks, what comes out, and what it does about every fault of a server."""

from __future__ import annotations

import socket

import cbsodata
import pytest
from cbsodata import cbsodata3
from hypothesis import given, settings
from hypothesis import strategies as st
from tenacity import nap

from ivz_assets.neighbourhoods.cbs.guard import is_loopback
from ivz_assets.neighbourhoods.cbs.odata import CbsOData, region_filters
from ivz_assets.neighbourhoods.cbs.service import CbsFault, CbsPermanent, CbsTransient, CbsUnreachable, Column, TableEntry
from ivz_assets_tests.neighbourhoods.cbs.building import ATTEMPTS, REGION, REGION_CODES, client, codes_of, table, together
from ivz_assets_tests.neighbourhoods.cbs.standin import filtered, serving

ID = "84799NED"
ROWS = f"{ID}/TypedDataSet"
DIMENSION = "WijkenEnBuurten"
MAY_PASS = ["500", "503", "429", "302", "reset", "truncated", "cut", "html", "no_value", "same_link", "empty_page"]


def test_rows_come_as_served() -> None:
    with serving(table(ID, 2020)) as server:
        service = client(server)
        rows = service.rows(ID, DIMENSION, ["GM0147"])
    assert rows == [
        {"ID": 4, DIMENSION: "GM0147    ", "Gemeentenaam_1": f"{'Naam':40}", "AantalInwoners_5": 100, "Woningvoorraad_34": None},
        {"ID": 5, DIMENSION: "WK014700  ", "Gemeentenaam_1": f"{'Naam':40}", "AantalInwoners_5": 100, "Woningvoorraad_34": None},
        {"ID": 6, DIMENSION: "BU01470001", "Gemeentenaam_1": f"{'Naam':40}", "AantalInwoners_5": 100, "Woningvoorraad_34": None},
    ]
    assert service.requests == len(server.asked) == 1


def test_only_the_region_is_asked_for() -> None:
    with serving(table(ID, 2020)) as server:
        service = client(server)
        assert codes_of(service.rows(ID, DIMENSION, REGION)) == REGION_CODES
        assert codes_of(service.regions(ID, DIMENSION, REGION), "Key") == REGION_CODES
        assert len(service.rows(ID, DIMENSION, None)) == 10
    assert "%24filter=startswith(WijkenEnBuurten,'GM0153')+or+" in server.addresses[0]
    assert "%24filter" not in server.addresses[2]


def test_regions_keep_their_padding_and_have_only_a_name() -> None:
    with serving(table(ID, 2020)) as server:
        assert client(server).regions(ID, DIMENSION, ["GM0209"])[:2] == [
            {"Key": "GM0209    ", "Title": "Gebied 0209"},
            {"Key": "WK020901  ", "Title": "Gebied 020901"},
        ]


def test_columns_hold_the_region_and_no_headings() -> None:
    with serving(table("82339NED", 2013, dimension="RegioS", figures={"k_0Tot15Jaar_8": 1})) as server:
        assert client(server).columns("82339NED") == [
            Column("RegioS", "GeoDetail", "Wijken en buurten", "", ""),
            Column("k_0Tot15Jaar_8", "Topic", "k", "aantal", "Long"),
        ]


def test_catalogue_and_a_single_table() -> None:
    entry = TableEntry(ID, "Kerncijfers wijken en buurten 2020", "2021-03-26T02:00:00")
    with serving(together(table(ID, 2020), table("82339NED", 2013))) as server:
        service = client(server)
        assert service.catalogue()[0] == entry
        assert service.table_entry(ID.lower()) == entry
    assert len(server.asked) == 2


def test_more_rows_than_a_page() -> None:
    codes = [f"BU{number:08}" for number in range(20_001)]
    with serving(table(ID, 2020, codes, figures={})) as server:
        rows = client(server).rows(ID, DIMENSION, None)
    assert codes_of(rows) == codes
    assert server.asked == [ROWS] * 3


def test_the_pages_of_a_filter() -> None:
    with serving(table(ID, 2020), page=3) as server:
        assert codes_of(client(server).rows(ID, DIMENSION, REGION)) == REGION_CODES
    assert len(server.asked) == 3


def test_a_filter_too_long_for_one_address_is_split() -> None:
    gemeenten = [f"GM{number:04}" for number in range(40)]
    with serving(table(ID, 2020, gemeenten)) as server:
        assert codes_of(client(server).rows(ID, DIMENSION, gemeenten)) == gemeenten
        assert len(server.addresses) == 3
        client(server).rows(ID, DIMENSION, gemeenten[:14])
        assert len(server.addresses) == 4, "a region like Twente is one request"
    assert max(len(address.split("?")[1]) for address in server.addresses) < 2_048


@settings(max_examples=25, deadline=None)
@given(numbers=st.lists(st.integers(1, 1999), unique=True, max_size=120))
def test_every_municipality_is_in_one_filter(numbers: list[int]) -> None:
    rows = [{"Key": f"GM{number:04}    "} for number in range(1, 2000)]
    found = [row for text in region_filters("Key", [f"GM{number:04}" for number in numbers]) for row in filtered(rows, text)]
    assert sorted(int(row["Key"][2:6]) for row in found) == sorted(numbers)


@pytest.mark.parametrize("fault", MAY_PASS)
def test_what_may_pass_is_asked_again_and_then_told(fault: str) -> None:
    with serving(table(ID, 2020)) as server:
        server.faults[ROWS] = [fault]
        service = client(server)
        with pytest.raises(CbsTransient) as raised:
            service.rows(ID, DIMENSION, REGION)
    assert service.requests == len(server.asked) == ATTEMPTS
    message = str(raised.value)
    assert message.startswith(f"{server.host}, {ROWS}: ")
    assert "asked 3 times. It may pass by itself" in message
    assert "\n" not in message


@pytest.mark.parametrize("fault", MAY_PASS)
def test_what_passed_leaves_no_trace(fault: str) -> None:
    with serving(table(ID, 2020)) as server:
        server.faults[ROWS] = [fault, fault, "ok"]
        service = client(server)
        assert codes_of(service.rows(ID, DIMENSION, REGION)) == REGION_CODES
    assert service.requests == len(server.asked) == 3


@pytest.mark.parametrize("fault", ["400", "401", "403", "404", "301"])
def test_what_does_not_pass_is_told_at_once(fault: str) -> None:
    with serving(table(ID, 2020)) as server:
        server.faults[ROWS] = [fault]
        service = client(server)
        with pytest.raises(CbsPermanent, match=f"{ROWS}: answered {fault} .*Look"):
            service.rows(ID, DIMENSION, REGION)
    assert service.requests == len(server.asked) == 1


def test_an_unknown_table_is_named() -> None:
    with (
        serving(table(ID, 2020)) as server,
        pytest.raises(CbsPermanent, match=r"99999NED/TableInfos: answered 404 Not Found\. Look the table up"),
    ):
        client(server).table_entry("99999NED")


def test_what_was_seen_is_in_the_message() -> None:
    seen = {
        "503": "answered 503 Service Unavailable",
        "reset": r"no connection \(.+\)",
        "html": "answered an HTML page instead of a table",
        "truncated": r"answered JSON that breaks off after \d+ characters",
        "cut": "the answer broke off",
        "no_value": "answered JSON without the list 'value'",
        "same_link": "page 1 gives a page that was already read as the next one",
    }
    with serving(table(ID, 2020)) as server:
        for fault, text in seen.items():
            server.faults[ROWS] = [fault]
            with pytest.raises(CbsTransient, match=text):
                client(server, attempts=1).rows(ID, DIMENSION, REGION)


@pytest.mark.parametrize(
    ("fault", "told"),
    [("silent", "no answer within 0.05 s"), ("stall", "no answer within 0.05 s"), ("drip", "not complete after 0.5 s")],
)
def test_a_slow_answer_is_cut_off(fault: str, told: str) -> None:
    # The drip would take 10 s; the limit on a whole answer is ten times that on silence.
    with serving(table(ID, 2020)) as server:
        server.faults[ROWS] = [fault]
        service = client(server, timeout_seconds=0.05, attempts=2)
        with pytest.raises(CbsUnreachable, match=f"{told}; asked 2 times"):
            service.rows(ID, DIMENSION, REGION)
    assert service.requests == len(server.asked) == 2


def test_nobody_there() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{taken.getsockname()[1]}"
        service = CbsOData(host, False, 5, ATTEMPTS, 0.01)
        with pytest.raises(CbsUnreachable, match=f"{host}, catalogue: no connection ."):
            service.catalogue()
    assert service.requests == ATTEMPTS


def test_pauses_double(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr(nap.time, "sleep", slept.append)
    with serving(table(ID, 2020)) as server:
        server.faults["Tables"] = ["503"]
        with pytest.raises(CbsTransient):
            CbsOData(server.host, False, 5, 4, 2).catalogue()
    assert [seconds for seconds in slept if seconds >= 2] == [2, 4, 8]


def test_a_last_page_that_leads_back_is_asked_again_but_not_followed() -> None:
    with serving(table(ID, 2020), page=7) as server:
        server.faults[ROWS] = ["ok", "first_link"]
        with pytest.raises(CbsTransient, match="page 2 gives a page that was already read"):
            client(server).rows(ID, DIMENSION, None)
    assert server.asked == [ROWS] * (1 + ATTEMPTS)


def test_only_the_page_that_failed_is_asked_again() -> None:
    with serving(table(ID, 2020), page=4) as server:
        server.faults[ROWS] = ["ok", "503", "ok"]
        service = client(server)
        assert len(service.rows(ID, DIMENSION, None)) == 10
    assert service.requests == 4
    assert ["skip=4" in address for address in server.addresses] == [False, True, True, False]


def test_no_other_host_is_spoken_to() -> None:
    with serving(table(ID, 2020)) as server, serving(table(ID, 2020)) as other:
        server.elsewhere = other.host
        server.faults[ROWS] = ["other_host"]
        with pytest.raises(CbsPermanent, match=f"the next page would be asked of {other.host}"):
            client(server).rows(ID, DIMENSION, None)
    assert other.asked == []


def test_this_machine_is_never_asked_through_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    monkeypatch.setitem(cbsodata.options.requests, "proxies", {"http": "http://127.0.0.1:1"})
    with serving(table(ID, 2020)) as server:
        assert len(client(server).catalogue()) == 1


def test_another_machine_is_asked_through_the_proxy_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving({}) as proxy:
        monkeypatch.setenv("http_proxy", f"http://{proxy.host}")
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.delenv("NO_PROXY", raising=False)
        with pytest.raises(CbsPermanent, match="404"):
            CbsOData("cbs.invalid", False, 5, 1, 0).catalogue()
    assert proxy.addresses[0].startswith("http://cbs.invalid/ODataCatalog/Tables?")


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1:8080", True), ("localhost", True), ("[::1]:80", True),
        ("opendata.cbs.nl", False), ("10.0.0.1", False), ("", False),
    ],
)  # fmt: skip
def test_this_machine_is_known(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


def test_cbsodata_is_left_as_it_was() -> None:
    before = cbsodata.options.use_https, cbsodata.options.catalog_url, dict(cbsodata.options.requests), cbsodata3.Session
    with serving(table(ID, 2020)) as server:
        client(server).catalogue()
        with pytest.raises(CbsFault):
            client(server).columns("99999NED")
    after = cbsodata.options.use_https, cbsodata.options.catalog_url, dict(cbsodata.options.requests), cbsodata3.Session
    assert after == before


@pytest.mark.parametrize("missing", ["Identifier", "Title", "Modified"])
def test_a_table_without_a_name_or_date_cannot_be_kept(missing: str) -> None:
    resources = table(ID, 2020)
    resources[f"{ID}/TableInfos"][0][missing] = None
    with serving(resources) as server, pytest.raises(CbsPermanent, match=f"{ID}/TableInfos: {missing} is missing"):
        client(server).table_entry(ID)
