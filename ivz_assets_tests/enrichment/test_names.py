"""Names and codes of areas: found exactly or not at all, with suggestions."""

from __future__ import annotations

import pytest

from ivz_assets.enrichment.names import Match, compared

from .supplier_files import AREAS


def codes(match: Match) -> tuple[str | None, list[str], list[str]]:
    """Codes of what was found."""
    area = match.area.code if match.area else None
    return area, [one.code for one in match.candidates], [one.code for one in match.suggestions]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("De Laares", "BU01530103"), ("de laares ", "BU01530103"), ("DE  LAARES", "BU01530103"), ("Dé Láares", "BU01530103"),
        ("Boswinkel-De Braker", "BU01530201"), ("Boswinkel De Braker", "BU01530201"), ("Velve en Lindenhof", "BU01530202"),
        ("Velve&Lindenhof", "BU01530202"), ("Lasonder Zeggelt e.o.", None), ("Lasonder-Zeggelt & omgeving", "BU01530102"),
        ("City", "BU01530101"),
    ],
)  # fmt: skip
def test_exact_after_normalising(name: str, code: str | None) -> None:
    match = AREAS.find_name(name, "GM0153", "buurt")
    assert (match.area.code if match.area else None) == code


def test_a_name_counts_within_its_municipality_and_level() -> None:
    assert codes(AREAS.find_name("City", "GM0168", "buurt"))[0] == "BU01680001"
    assert codes(AREAS.find_name("City", "GM0153", "wijk")) == (None, [], [])


def test_ambiguous_names_are_not_chosen() -> None:
    assert codes(AREAS.find_name("buitengebied", "GM0153", "buurt")) == (None, ["BU01530301", "BU01530302"], [])


def test_near_misses_are_suggested_and_not_taken() -> None:
    assert codes(AREAS.find_name("De Lares", "GM0153", "buurt")) == (None, [], ["BU01530103"])
    assert codes(AREAS.find_name("Velve Lindenhof", "GM0153", "buurt")) == (None, [], ["BU01530202"])
    assert codes(AREAS.find_name("Roombeek", "GM0153", "buurt")) == (None, [], [])


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("BU01530103", "BU01530103"), (" bu01530103 ", "BU01530103"), (1530103.0, "BU01530103"), ("01530103", "BU01530103"),
        (153.0, "GM0153"), (15301.0, "WK015301"),
    ],
)  # fmt: skip
def test_codes_with_lost_zeros(cell: str | float, code: str) -> None:
    found, area = AREAS.find_code(cell)
    assert found == code
    assert area is not None


@pytest.mark.parametrize(
    ("cell", "code"), [("BU01539999", "BU01539999"), (1539999.0, ""), ("Enschede", ""), (15301.5, ""), ("BU1530103", "")]
)
def test_codes_that_are_none_of_ours(cell: str | float, code: str) -> None:
    assert AREAS.find_code(cell) == (code, None)


def test_what_counts_as_the_same_name() -> None:
    assert compared("’t Zeggelt & De-Braker") == compared("'T ZEGGELT en de braker") == "tzeggeltendebraker"
