"""What a list of neighbourhoods or another region changes. Each needs a store of its own: the lists are part of its plan."""

from __future__ import annotations

from pathlib import Path

from ivz_assets.settings import Settings
from ivz_assets.weekmonitor.reference import woonplaatsen
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
