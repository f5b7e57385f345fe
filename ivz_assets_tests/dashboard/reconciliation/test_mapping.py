"""The mapping against the code list: every subcategory has a line, and nothing is counted twice or for what it is not."""

from __future__ import annotations

import re
from collections import Counter

from ivz_assets.dashboard.reconciliation.mapping import groups, lines, open_codes
from ivz_assets.weekmonitor.reference import klassen

KLASSEN = {row["maatschappelijke_klasse"]: row for row in klassen()}


def test_every_subcategory_has_one_line() -> None:
    assert len(lines()) == 46
    assert {line.subcategorie for line in lines()} == {row["subcategorie"] for row in klassen()}
    assert Counter(line.aansluitbaar for line in lines()) == {"ja": 22, "deels": 10, "nee": 14}


def test_what_cannot_be_compared_says_why_and_what_can_says_with_what() -> None:
    for line in lines():
        if line.aansluitbaar == "nee":
            assert (line.politie_codes, line.klassen, line.laagste_niveau) == ((), (), "")
            assert line.toelichting
        else:
            assert all(re.fullmatch(r"\d\.\d\.\d{1,2}", code) for code in line.politie_codes)
            assert line.politie_titel
            assert line.laagste_niveau in ("gemeente", "regio")
            assert line.aansluitbaar == "ja" or line.toelichting


def test_only_crimes_of_the_subcategory_itself_are_compared() -> None:
    for line in lines():
        for code in line.klassen:
            assert KLASSEN[code]["subcategorie"] == line.subcategorie
            assert KLASSEN[code]["soort"] == "misdrijf"
        assert (line.aansluitbaar == "nee") == (not line.klassen)


def test_no_class_and_no_code_is_compared_twice() -> None:
    assert max(Counter(code for group in groups() for code in group.klassen).values()) == 1
    assert max(Counter(code for group in groups() for code in group.politie_codes).values()) == 1
    assert sorted(code for group in groups() for code in group.politie_codes) == open_codes()


def test_sums_of_codes_and_of_subcategories() -> None:
    found = {group.politie_code: group for group in groups()}
    assert len(found) == 30
    assert found["3.1.2+1.6.3"].politie_codes == ("3.1.2", "1.6.3")
    assert found["3.9.1+3.9.2+3.9.3"].subcategorieen == ("Fraude",)
    assert found["2.5.1"].subcategorieen == ("Bedrijfsinbraak", "Diefstal en inbraak overige instellingen")
    assert {"A23", "A24"} < set(found["2.5.1"].klassen)
    assert found["1.4.7"].klassen == ("B72", "B73", "B74")
    # Bijlage 1A: the E classes of Mishandeling are incidents; B40 is Straatroof and no Zakkenrollerij.
    assert found["1.4.5"].klassen == ("F550", "F551", "F552")
    assert (found["1.2.4"].klassen, found["1.4.6"].klassen) == (("A40",), ("B40", "B70"))
    assert {code for code, group in found.items() if group.laagste_niveau == "regio"} == {"1.4.2", "3.2.1", "3.2.2"}
