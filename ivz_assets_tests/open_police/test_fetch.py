"""Fetching from a server on this machine: what is asked, what is kept, and what every fault leaves."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from ivz_assets.neighbourhoods.cbs.cache import Cache
from ivz_assets.neighbourhoods.cbs.files import CbsFiles
from ivz_assets.neighbourhoods.cbs.odata import LONGEST_FILTER, CbsOData, key_filters
from ivz_assets.open_police.fetch import PoliceTable, Wanted, counts_of, fetch_tables
from ivz_assets.open_police.service import PoliceService, service_of
from ivz_assets.settings import Settings
from ivz_assets_tests.neighbourhoods.cbs.standin import filtered, serving, write_folder
from ivz_assets_tests.open_police.building import (
    ATTEMPTS,
    BORNE,
    ENSCHEDE,
    MONTHS,
    WANTED,
    YEARS,
    both,
    client,
    plain,
    table,
)

NOW, LATER = datetime(2025, 3, 17, 6), datetime(2025, 3, 24, 6)
EXPECTED = {
    (BORNE, "2025-01", "1.1.1"): 0, (BORNE, "2025-02", "1.1.1"): 12, (BORNE, "2025-01", "1.2.3"): 21,
    (BORNE, "2025-02", "1.2.3"): None, (ENSCHEDE, "2025-01", "1.1.1"): 16, (ENSCHEDE, "2025-02", "1.1.1"): 17,
    (ENSCHEDE, "2025-01", "1.2.3"): 26, (ENSCHEDE, "2025-02", "1.2.3"): 27,
}  # fmt: skip


def fetched(service: PoliceService | None, folder: Path, wanted: Wanted = WANTED, now: datetime = NOW) -> list[PoliceTable]:
    return fetch_tables(service, Cache(folder, print), wanted, now, print)


def states(tables: list[PoliceTable]) -> list[str]:
    return [item.toestand for item in tables]


def test_only_what_is_compared_comes_and_null_is_no_nought(tmp_path: Path) -> None:
    with serving(both()) as server:
        months, years = fetched(client(server), tmp_path)
    assert plain(counts_of(months, WANTED)) == EXPECTED
    assert plain(counts_of(years, WANTED)) == {
        (BORNE, "2024", "1.1.1"): 10, (BORNE, "2024", "1.2.3"): 20,
        (ENSCHEDE, "2024", "1.1.1"): 15, (ENSCHEDE, "2024", "1.2.3"): 25,
    }  # fmt: skip
    first = counts_of(months, WANTED)[0]
    assert (first["politie_titel"], first["tabel"], first["gewijzigd"], first["opgehaald_op"]) == (
        "Diefstal/inbraak woning", MONTHS, "2025-03-15T02:00:00", NOW,
    )  # fmt: skip
    # What is not wanted was not sent either: the host filtered.
    assert months.kept is not None
    assert len(months.kept.rows) == len(EXPECTED)


def test_few_requests_and_hardly_any_when_nothing_changed(tmp_path: Path) -> None:
    with serving(both()) as server:
        fetched(client(server), tmp_path)
        assert len(server.asked) == 2 * 6
        assert states(fetched(client(server), tmp_path, now=LATER)) == ["actueel", "actueel"]
        assert server.asked[12:] == [f"{MONTHS}/TableInfos", f"{YEARS}/TableInfos"]


def test_a_new_release_and_another_question_are_fetched(tmp_path: Path) -> None:
    with serving(both()) as server:
        fetched(client(server), tmp_path)
        server.resources.update(table(MONTHS, modified="2025-04-15T02:00:00"))
        months, years = fetched(client(server), tmp_path, now=LATER)
        assert months.kept is not None
        assert months.kept.meta.fetched_at == LATER
        assert years.kept is not None
        assert years.kept.meta.fetched_at == NOW
        more = Wanted(WANTED.gemeenten, (*WANTED.codes, "2.6.10"), WANTED.since)
        assert {code for _, _, code in plain(counts_of(fetched(client(server), tmp_path, more)[0], more))} == set(more.codes)


@pytest.mark.parametrize("fault", ["503", "reset", "truncated", "html", "404"])
def test_an_outage_leaves_what_was_fetched(tmp_path: Path, fault: str) -> None:
    with serving(both()) as server:
        server.faults[f"{MONTHS}/TableInfos"] = [fault]
        assert states(fetched(client(server), tmp_path)) == ["ontbreekt", "actueel" if fault != "reset" else "ontbreekt"]
        del server.faults[f"{MONTHS}/TableInfos"]
        fetched(client(server), tmp_path)
        server.faults[f"{MONTHS}/TableInfos"] = [fault]
        months, _ = fetched(client(server), tmp_path, now=LATER)
    assert months.toestand == "verouderd"
    assert plain(counts_of(months, WANTED)) == EXPECTED
    assert MONTHS in months.melding


def test_a_fault_halfway_keeps_nothing_of_that_release(tmp_path: Path) -> None:
    with serving(both()) as server:
        fetched(client(server), tmp_path)
        server.resources.update(table(MONTHS, modified="2025-04-15T02:00:00"))
        server.faults[f"{MONTHS}/TypedDataSet"] = ["503"]
        months, _ = fetched(client(server), tmp_path, now=LATER)
        assert months.toestand == "verouderd"
        assert months.kept is not None
        assert months.kept.meta.modified == "2025-03-15T02:00:00"
        server.faults.clear()
        assert states(fetched(client(server), tmp_path, now=LATER)) == ["actueel", "actueel"]


def test_a_host_that_does_not_answer_is_not_asked_for_the_other_table(tmp_path: Path) -> None:
    with serving(both()) as server:
        server.faults[f"{MONTHS}/TableInfos"] = ["reset"]
        assert states(fetched(client(server), tmp_path)) == ["ontbreekt", "ontbreekt"]
        assert len(server.asked) == ATTEMPTS


def test_without_a_host_what_was_fetched_is_used(tmp_path: Path) -> None:
    assert states(fetched(None, tmp_path)) == ["ontbreekt", "ontbreekt"]
    with serving(both()) as server:
        fetched(client(server), tmp_path)
    tables = fetched(None, tmp_path, now=LATER)
    assert states(tables) == ["verouderd", "verouderd"]
    assert plain(counts_of(tables[0], WANTED)) == EXPECTED
    assert counts_of(PoliceTable(MONTHS, "maand", "ontbreekt"), WANTED) == []


def test_the_setting_to_look_at_is_named(tmp_path: Path) -> None:
    with serving({}) as server:
        months, _ = fetched(client(server), tmp_path)
    assert "Look the table up in the catalogue of CBS, and at the setting politie_host" in months.melding


def without_time(resources: dict[str, list[dict[str, Any]]]) -> None:
    del resources[f"{MONTHS}/DataProperties"][2]


def two_counts(resources: dict[str, list[dict[str, Any]]]) -> None:
    resources[f"{MONTHS}/DataProperties"].append({"Type": "Topic", "Key": "GeregistreerdeMisdrijven_2"})


def other_codes(resources: dict[str, list[dict[str, Any]]]) -> None:
    resources[f"{MONTHS}/SoortMisdrijf"] = [{"Key": "A1    ", "Title": "Anders"}]


def a_text_for_a_count(resources: dict[str, list[dict[str, Any]]]) -> None:
    for row in resources[f"{MONTHS}/TypedDataSet"]:
        row["GeregistreerdeMisdrijven_1"] = "12"


def below_nought(resources: dict[str, list[dict[str, Any]]]) -> None:
    for row in resources[f"{MONTHS}/TypedDataSet"]:
        row["GeregistreerdeMisdrijven_1"] = -1


def twice(resources: dict[str, list[dict[str, Any]]]) -> None:
    resources[f"{MONTHS}/TypedDataSet"] *= 2


def no_rows(resources: dict[str, list[dict[str, Any]]]) -> None:
    resources[f"{MONTHS}/TypedDataSet"] = []


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (without_time, "not one column each for period: none"),
        (two_counts, "count: GeregistreerdeMisdrijven_1, GeregistreerdeMisdrijven_2"),
        (other_codes, "SoortMisdrijf has nothing of what is asked for"),
        (a_text_for_a_count, "a row has no GeregistreerdeMisdrijven_1 that is a count"),
        (below_nought, "a row has no GeregistreerdeMisdrijven_1 that is a count"),
        (twice, "16 rows of which 8 differ"),
        (no_rows, "0 rows of which 0 differ"),
    ],
)
def test_a_table_that_is_not_what_it_was_is_not_kept(tmp_path: Path, harm: Any, told: str) -> None:
    resources = both()
    harm(resources)
    with serving(resources) as server:
        months, years = fetched(client(server), tmp_path)
    assert (months.toestand, years.toestand) == ("ontbreekt", "actueel")
    assert told in months.melding


def test_a_damaged_table_is_fetched_again(tmp_path: Path) -> None:
    with serving(both()) as server:
        fetched(client(server), tmp_path)
        for rows in tmp_path.rglob("rows.json.gz"):
            rows.write_bytes(rows.read_bytes()[:-9])
        assert states(fetched(None, tmp_path)) == ["ontbreekt", "ontbreekt"]
        tables = fetched(client(server), tmp_path, now=LATER)
    assert states(tables) == ["actueel", "actueel"]
    assert plain(counts_of(tables[0], WANTED)) == EXPECTED


def test_a_folder_gives_what_a_server_of_it_gives(tmp_path: Path) -> None:
    write_folder(both(), tmp_path / "tabellen")
    files = CbsFiles(tmp_path / "tabellen", "politie_files")
    months, years = fetched(files, tmp_path / "bewaard")
    assert plain(counts_of(months, WANTED)) == EXPECTED
    assert years.toestand == "actueel"
    (tmp_path / "tabellen" / YEARS / "TableInfos.json").unlink()
    assert "look at the setting politie_files" in fetched(files, tmp_path / "bewaard")[1].melding


def test_who_is_asked(tmp_path: Path) -> None:
    asked = service_of(Settings(data_dir=tmp_path, politie_host="127.0.0.1:8080"))
    assert isinstance(asked, CbsOData)
    assert asked.source == "127.0.0.1:8080"
    assert isinstance(service_of(Settings(data_dir=tmp_path, politie_files=tmp_path)), CbsFiles)
    assert service_of(Settings(data_dir=tmp_path, politie_host="")) is None
    assert Settings.model_fields["politie_host"].default == "dataderden.cbs.nl"


@hypothesis_settings(max_examples=15, deadline=None)
@given(gemeenten=st.integers(1, 40), codes=st.integers(1, 40), periods=st.integers(1, 60))
def test_every_combination_is_in_one_filter_that_fits_an_address_and_a_page(gemeenten: int, codes: int, periods: int) -> None:
    wanted = {
        "WijkenEnBuurten": [f"GM{number:04}    " for number in range(gemeenten)],
        "SoortMisdrijf": [f"1.1.{number:<2}" for number in range(codes)],
        "Perioden": [f"{2000 + number // 12}MM{number % 12 + 1:02}" for number in range(periods)],
    }
    filters = list(key_filters(wanted))
    assert max(len(text.replace(" ", "+")) for text in filters) <= LONGEST_FILTER
    # Along one diagonal line through the cells; each of them in one filter.
    cells = [{name: keys[step % len(keys)] for name, keys in wanted.items()} for step in range(max(gemeenten, codes, periods))]
    assert sum(len(filtered(cells, text)) for text in filters) == len(cells)
    assert sum(_size(text) for text in filters) == gemeenten * codes * periods
    assert max(_size(text) for text in filters) < 10_000


def _size(text: str) -> int:
    sizes = [part.count(" eq ") for part in text.split(") and (")]
    return sizes[0] * sizes[1] * sizes[2]


def test_a_region_like_twente_takes_a_request_a_year() -> None:
    wanted = {
        "WijkenEnBuurten": [f"GM{number:04}    " for number in range(14)],
        "SoortMisdrijf": [f"1.{number // 9 + 1}.{number % 9 + 1} " for number in range(33)],
        "Perioden": [f"{year}MM{month:02}" for year in range(2015, 2026) for month in range(1, 13)],
    }
    assert len(list(key_filters(wanted))) <= 16


def test_no_keys_is_no_request_and_a_quote_stays_within_its_text() -> None:
    assert list(key_filters({"A": ["1"], "B": []})) == []
    assert list(key_filters({"A": ["'s"]})) == ["(A eq '''s')"]
    with pytest.raises(ValueError, match="too long for an address"):
        list(key_filters({"A": ["x" * LONGEST_FILTER]}))
