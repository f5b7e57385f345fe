"""What a list of neighbourhoods or another region changes. Each needs a store of its own: the lists are part of its plan."""

from __future__ import annotations

from pathlib import Path

import ibis
import pytest

from ivz_assets.dashboard.dimensions import dim_gebied
from ivz_assets.neighbourhoods.reference import buurten, gemeenten
from ivz_assets.neighbourhoods.reference.user_lists import WrongList
from ivz_assets.settings import Settings
from ivz_assets.warehouse.store import Store
from ivz_assets.weekmonitor import parsing
from ivz_assets.weekmonitor.reference import _compared, woonplaatsen
from ivz_assets_tests.weekmonitor.building import TODAY, Tiny, empty_store, row, rule_ids


def test_with_lists_of_a_smaller_region(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, today=TODAY)
    settings.buurten_csv.parent.mkdir(parents=True)
    settings.buurten_csv.write_text(
        "buurt_code,buurt_naam,wijk_code,wijk_naam,gemeente_code\nBU01410101,Een,WK014101,Wijk,GM0141\n", encoding="utf-8"
    )
    settings.gemeenten_csv.write_text("gemeente_code,gemeente_naam\nGM0141,Almelo\n", encoding="utf-8")
    store = empty_store()
    found = Tiny(store, settings).judged(
        [
            row(buurt_code="BU01410101", plaatsnaam="Almelo"),
            row(buurt_code="BU01410102", plaatsnaam="Almelo"),  # well-formed, but no neighbourhood of the list
            row(buurt_code="", plaatsnaam="Almelo"),
            row(buurt_code="BU01530101", plaatsnaam="Enschede"),
            row(buurt_code="", plaatsnaam="Enschede"),  # its place lies in a municipality that this region has not
            row(buurt_code="", plaatsnaam="Gronau"),
        ]
    )
    store.close()
    assert [(item["buurt_code"], item["gemeente_code"], item["binnen_regio"]) for item in found] == [
        ("BU01410101", "GM0141", True),
        ("BU0141XXXX", "GM0141", True),
        ("BU0141XXXX", "GM0141", True),
        ("BU01530101", "GM0153", False),
        ("BU0153XXXX", "GM0153", False),
        ("BUXXXXXXXX", "GMXXXX", True),
    ]
    assert [rule_ids(item) for item in found] == [
        set(),
        {"buurt_onbekend"},
        {"buurt_onbekend"},
        {"buiten_regio"},
        {"buiten_regio"},
        {"plaats_onbekend"},
    ]


def test_a_place_name_lies_in_one_municipality() -> None:
    # Two would double the rows that name it.
    places = [item["plaatsnaam"].lower().replace(".", "") for item in woonplaatsen(Settings())]
    by_place = {(place, item["gemeente_code"]) for place, item in zip(places, woonplaatsen(Settings()), strict=True)}
    assert len(by_place) == len(set(places))


def lists_of(tmp_path: Path, **texts: str) -> Settings:
    """Settings of a data folder with these lists."""
    settings = Settings(data_dir=tmp_path, today=TODAY)
    settings.buurten_csv.parent.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (settings.buurten_csv.parent / f"{name}.csv").write_bytes(text.encode("utf-8-sig"))
    return settings


def test_a_list_of_the_whole_country_from_excel(tmp_path: Path) -> None:
    text = 'buurt_naam;buurt_code;inwoners\r\n"Een, twee";BU01530101;5\r\nElders;BU00140101;7\r\n;;\r\n'
    (found,) = buurten(lists_of(tmp_path, buurten=text))
    assert found == {
        "buurt_code": "BU01530101", "buurt_naam": "Een, twee", "wijk_code": "WK015301", "wijk_naam": "", "gemeente_code": "GM0153"
    }  # fmt: skip
    assert dim_gebied([], [found], gemeenten(Settings(data_dir=tmp_path)), "TWENTE", "Twente", {}, {})


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("buurten", "buurt_code,naam\nBU01530101,Een\n", "line 1: there is no column buurt_naam"),
        ("buurten", "", "line 1: there is no column buurt_code"),
        ("buurten", "buurt_code,buurt_naam\n", "the list has no rows"),
        ("buurten", "buurt_code,buurt_naam\n01530101,Een\n", "line 2: buurt_code '01530101' is not well-formed"),
        ("buurten", "buurt_code,buurt_naam\nBU01530101\n", "line 2: buurt_naam '' is not well-formed"),
        ("buurten", "buurt_code,buurt_naam\nBU01530101,Een, twee\n", "line 2: 3 values for 2 columns"),
        ("buurten", "buurt_code,buurt_naam\nBU01530101,a\nBU01530101,b\n", "line 3: buurt_code 'BU01530101' is also on line 2"),
        ("buurten", "buurt_code,buurt_naam,gemeente_code\nBU01530101,a,GM0141\n", "line 2: BU01530101 does not lie in"),
        ("buurten", "buurt_code,buurt_naam\nBU00140101,a\n", "none of its neighbourhoods lies in"),
        ("gemeenten", "gemeente_code,gemeente_naam\n153,Enschede\n", "line 2: gemeente_code '153'"),
        ("gemeenten", "gemeente_code,gemeente_naam\nGM0153,a\nGM0153,b\n", "line 3: gemeente_code 'GM0153' is also on line 2"),
        ("woonplaats_gemeente", "plaatsnaam,gemeente_code\nHengelo,GM0164\nhengelo ,GM1876\n", "lines 2 and 3: 'hengelo'"),
        ("woonplaats_gemeente", "plaatsnaam;gemeente_code\nHengelo;164\n", "line 2: gemeente_code '164'"),
    ],
)
def test_a_wrong_list_is_refused_with_what_to_do(tmp_path: Path, name: str, text: str, told: str) -> None:
    settings = lists_of(tmp_path, **{name: text})
    with pytest.raises(WrongList) as refused:
        {"buurten": buurten, "gemeenten": gemeenten, "woonplaats_gemeente": woonplaatsen}[name](settings)
    assert told in str(refused.value)
    assert f"{name}.csv" in str(refused.value)


def test_a_list_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    settings = lists_of(tmp_path)
    settings.gemeenten_csv.write_bytes("gemeente_code,gemeente_naam\nGM0153,Súd\n".encode("cp1252"))
    with pytest.raises(WrongList, match="CSV UTF-8"):
        gemeenten(settings)


def test_places_are_compared_as_deliveries_are(parsing_store: Store) -> None:
    for place in ("  Hengelo  (O.) ", "'s-Heerenberg", "ÚLFT", "Sint  Jansklooster"):
        parsed = parsing_store.ibis.execute(parsing.parsed_plaats(ibis.literal(place)))
        assert _compared(place) == parsed
