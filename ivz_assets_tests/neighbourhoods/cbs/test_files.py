"""Tables from a folder are the same as over the network; and who is asked according to the settings."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from ivz_assets.neighbourhoods.cbs.cache import Cache
from ivz_assets.neighbourhoods.cbs.fetch import fetch_tables
from ivz_assets.neighbourhoods.cbs.files import CbsFiles
from ivz_assets.neighbourhoods.cbs.odata import CbsOData
from ivz_assets.neighbourhoods.cbs.service import CbsPermanent
from ivz_assets.neighbourhoods.cbs.sources import listed_tables, service_of
from ivz_assets.settings import Settings
from ivz_assets_tests.neighbourhoods.cbs.building import REGION, client, table, together
from ivz_assets_tests.neighbourhoods.cbs.standin import resources_in, serving, write_folder

ID = "84799NED"
NOW = datetime(2026, 3, 23, 6)


@pytest.mark.parametrize("gemeenten", [REGION, None])
def test_a_folder_gives_what_a_server_of_it_gives(tmp_path: Path, gemeenten: list[str] | None) -> None:
    folder = tmp_path / "tabellen"
    write_folder(together(table(ID, 2020), table("82339NED", 2013, dimension="RegioS")), folder)
    listed = {2013: "82339NED", 2020: ID}
    files = CbsFiles(folder)
    from_files = fetch_tables(files, Cache(tmp_path / "a", print), listed, gemeenten, NOW, print)
    with serving(resources_in(folder)) as server:
        served = fetch_tables(client(server), Cache(tmp_path / "b", print), listed, gemeenten, NOW, print)
        assert client(server).table_entry(ID) == files.table_entry(ID)
    assert [item.toestand for item in from_files] == ["actueel", "actueel"]
    assert from_files == [replace(item, source="tabellen") for item in served]
    assert files.requests == 0


def test_a_file_that_is_not_there_or_not_a_table_is_named(tmp_path: Path) -> None:
    write_folder(table(ID, 2020), tmp_path)
    files = CbsFiles(tmp_path)
    with pytest.raises(CbsPermanent, match=r"99999NED.TableInfos\.json does not exist"):
        files.table_entry("99999NED")
    for content in ("{", "[]", '{"odata.metadata": ""}'):
        (tmp_path / ID / "DataProperties.json").write_text(content)
        with pytest.raises(CbsPermanent, match=r"DataProperties\.json cannot be read as a table of CBS"):
            files.columns(ID)


def test_an_empty_description_is_named(tmp_path: Path) -> None:
    write_folder({f"{ID}/TableInfos": []}, tmp_path)
    with pytest.raises(CbsPermanent, match=r"TableInfos\.json: Identifier, Title, Modified is missing"):
        CbsFiles(tmp_path).table_entry(ID)


def test_who_is_asked(tmp_path: Path) -> None:
    over_http = service_of(Settings(data_dir=tmp_path, cbs_host="127.0.0.1:8080"))
    assert isinstance(over_http, CbsOData)
    assert over_http.source == "127.0.0.1:8080"
    from_files = service_of(Settings(data_dir=tmp_path, cbs_files=tmp_path / "tabellen"))
    assert isinstance(from_files, CbsFiles)
    assert from_files.source == "tabellen"
    assert service_of(Settings(data_dir=tmp_path, cbs_host="")) is None


def test_the_list_has_every_year() -> None:
    listed = listed_tables()
    assert list(listed) == list(range(2013, 2026))
    assert listed[2020] == ID
    assert len(set(listed.values())) == 13
