"""The sentences, written out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ivz_assets.dashboard.signals.schema import ERVOOR, TREND_EN_SEIZOEN, ZELFDE_PERIODEN
from ivz_assets.dashboard.signals.sentences import Signal, area, decimal, explain, holds, percentage, told

SIGNAL = Signal(
    periode_soort="week", periode_naam="week 12 van 2026", gebied_niveau="wijk", gebied_naam="Wijk 03 Twekkelerveld",
    gemeente_naam="Enschede", klasse_niveau="subcategorie", klasse_naam="Woninginbraak", klasse_inhoud=None, aantal=14,
    verwacht=5.2, band_laag=1, band_hoog=10, kans=0.0021, basis=ZELFDE_PERIODEN, signalen=3, vergelijkingen=1210,
    q=0.05, duur=2, duur_minstens=False, eerder_bekend=True,
)  # fmt: skip


def test_a_signal_in_words() -> None:
    assert explain(SIGNAL) == (
        "In week 12 van 2026 zijn in Wijk 03 Twekkelerveld (Enschede) 14 gevallen van Woninginbraak geregistreerd; verwacht "
        "waren er 5,2 (95% tussen 1 en 10, naar dezelfde weken in eerdere jaren). Zonder verandering is de kans op zoveel of "
        "meer 0,2%; 3 van de 1.210 vergelijkingen vallen op bij q = 5%. Dit duurt al 2 weken. Geteld op de dag van "
        "registratie, dus compleet."
    )


def test_one_of_everything() -> None:
    one = replace(
        SIGNAL, periode_soort="maand", periode_naam="maart 2026", gebied_niveau="gemeente", gebied_naam="Borne",
        gemeente_naam=None, klasse_niveau="thema", klasse_naam="Hennep/drugs", aantal=1, verwacht=0.01, band_laag=0, band_hoog=0,
        kans=0.0000123, signalen=1, vergelijkingen=84, duur=1,
    )  # fmt: skip
    assert explain(one) == (
        "In maart 2026 is in de gemeente Borne 1 geval binnen het thema Hennep/drugs geregistreerd; verwacht waren er minder "
        "dan 0,1 (95% tussen 0 en 0, naar dezelfde maand in eerdere jaren). Zonder verandering is de kans op zoveel of meer "
        "minder dan 0,1%; 1 van de 84 vergelijkingen valt op bij q = 5%. De maand ervoor viel dit nog niet op. Geteld op de dag "
        "van registratie, dus compleet."
    )


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"duur": 13, "duur_minstens": True}, "Dit duurt al minstens 13 weken."),
        ({"basis": TREND_EN_SEIZOEN}, "(95% tussen 1 en 10, naar trend en seizoen van eerdere jaren)"),
        ({"basis": ERVOOR}, "(95% tussen 1 en 10, naar de weken ervoor, zonder seizoen)"),
        ({"verwacht": 1.04}, "verwacht was er 1 (95%"),
        ({"verwacht": 1234.5, "aantal": 2345}, "2.345 gevallen van Woninginbraak geregistreerd; verwacht waren er 1.234 ("),
        (
            {"klasse_niveau": "categorie", "klasse_naam": "Huiselijk geweld", "klasse_inhoud": "burengerucht en huisvredebreuk"},
            "14 gevallen in de categorie Huiselijk geweld (burengerucht en huisvredebreuk) geregistreerd;",
        ),
        ({"klasse_niveau": "categorie", "klasse_naam": "Ondermijning"}, "14 gevallen in de categorie Ondermijning"),
    ],
)
def test_parts(change: dict[str, object], part: str) -> None:
    assert part in explain(replace(SIGNAL, **change))  # type: ignore[arg-type]


def test_what_a_class_holds_follows_from_a_note_that_corrects_its_name() -> None:
    note = "Burengerucht, geluidsoverlast en huisvredebreuk; geen huiselijk geweld, zie het thema."
    assert holds(note) == "burengerucht, geluidsoverlast en huisvredebreuk"
    assert holds("Bestaat volgens het plan; er is niets te tellen.") is None
    assert holds(None) is None


def test_nothing_is_said_of_a_period_before_that_nobody_judged() -> None:
    text = explain(replace(SIGNAL, duur=1, duur_minstens=True, eerder_bekend=False))
    assert "duurt" not in text
    assert "ervoor viel" not in text


@pytest.mark.parametrize(
    ("level", "name", "gemeente", "expected"),
    [
        ("buurt", "Centrum", "Almelo", "de buurt Centrum (Almelo)"),
        ("buurt", "Buurt 7", "Almelo", "Buurt 7 (Almelo)"),
        ("basisteam", "Twente-Oost", None, "het basisteam Twente-Oost"),
        ("regio", "Twente", None, "de regio Twente"),
    ],
)
def test_areas(level: str, name: str, gemeente: str | None, expected: str) -> None:
    assert area(replace(SIGNAL, gebied_niveau=level, gebied_naam=name, gemeente_naam=gemeente)) == expected


def test_numbers_are_dutch() -> None:
    assert [decimal(number) for number in (0.44, 3.0, 9.94, 9.96, 12.4)] == ["0,4", "3", "9,9", "10", "12"]
    assert [percentage(share) for share in (0.05, 0.025, 0.0006, 0.0004)] == ["5%", "2,5%", "0,1%", "minder dan 0,1%"]


def test_families() -> None:
    assert told(0, 210, 0.05) == "geen van de 210 vergelijkingen valt op bij q = 5%"
    assert told(1, 1, 0.05) == "1 van de 1 vergelijking valt op bij q = 5%"
