"""The whole topic over a small warehouse: rules, a workbook with a good and a broken note, gates, pictures, and again."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pyarrow
import pytest

from ivz_assets.dashboard.interpretation import commands, pictures, recompute
from ivz_assets.dashboard.interpretation.layout import DUIDING, columns
from ivz_assets.dashboard.interpretation.workbook import notes_path
from ivz_assets.deliveries.ledger import DeliveryFacts, Ledger
from ivz_assets.quality.stage import build_stage
from ivz_assets.settings import Settings
from ivz_assets.warehouse.store import Store

LAST = date(2026, 3, 22)
AT = datetime(2026, 3, 23, 8)


def made(store: Store, name: str, rows: list[dict[str, Any]]) -> None:
    """A table of the warehouse that passed its gates."""
    store.keep_arrow(f"klaar_{name}", pyarrow.Table.from_pylist(rows))
    store.connection.execute(f'CREATE TABLE "{name}" AS FROM temp.main."klaar_{name}"')
    store.remember_version(name, store.next_version(), "r", AT, {}, passed=True)


@pytest.fixture
def store() -> Store:
    """One delivery of 2025 on with seven unknown classes, a split neighbourhood, a backlog and an incomplete month."""
    store = Store(duckdb.connect())
    Ledger(store).add(
        DeliveryFacts(
            "2026-W12-0123456789", 1, "b.xlsx", "0" * 64, 1, AT, AT, "venster", "2026-W12", date(2025, 1, 1), LAST, 900, None,
            None, "Blad1", "{}", 0, "r",
        )
    )  # fmt: skip
    delivery = {"levering_id": "2026-W12-0123456789"}
    made(store, "rule_counts", [{**delivery, "regel": "klasse_onbekend", "aantal": 7}])
    made(store, "delivery_accounts", [{**delivery, "quarantaine": 7}])
    made(
        store,
        "dim_gebied",
        [
            {"gebied_sleutel": key, "gebied_niveau": level, "gebied_naam": name, "gemeente_naam": None}
            for key, level, name in (
                ("TW", "regio", "Twente"),
                ("GM0153", "gemeente", "Enschede"),
                ("BU01530101", "buurt", "Kom"),
            )
        ],
    )
    made(
        store,
        "dim_klasse",
        [
            {"klasse_sleutel": key, "klasse_niveau": level, "klasse_naam": key}
            for key, level in (("subcategorie: Woninginbraak", "subcategorie"), ("totaal: misdrijven", "totaal"))
        ],
    )
    periods = [("2026-02", date(2026, 2, 1), date(2026, 2, 28)), ("2026-03", date(2026, 3, 1), date(2026, 3, 31))]
    made(
        store,
        "dim_periode",
        [
            {
                "periode": key, "periode_naam": f"maand {key}", "periode_begin": begin, "periode_eind": end,
                "afgesloten": end <= LAST, "periode_soort": "maand", "volgnummer": number,
            }
            for number, (key, begin, end) in enumerate(periods)
        ],
    )  # fmt: skip
    crossed = {"van_jaar": 2023, "van_buurt_code": "BU01530199", "buurt_code": "BU01530101", "gewicht": 0.5}
    made(store, "area_crosswalk", [{**crossed, "bepaling": "gesplitst"}])
    share = {"klasse_niveau": "totaal", "klasse_sleutel": "totaal: misdrijven", "aandeel_laag": 0.88, "aandeel_hoog": 0.92}
    made(store, "dashboard_completeness", [{**share, "periode": "2026-02", "aandeel_binnen": 0.9}])
    day = date(2026, 2, 10)
    incident = {
        "gemeente_code": "GM0153", "subcategorie": "Woninginbraak", "categorie": "Vermogensdelicten", "binnen_regio": True,
        "datum_registratie": day, "datum_voorval": day - timedelta(days=90),
    }  # fmt: skip
    made(store, "incidents", [incident] * 20)
    counts = {"datumbasis": "geregistreerd", "datum": day, "maatschappelijke_klasse": "A10", "aantal": 20}
    made(store, "daily_counts", [counts])
    return store


def build(store: Store, settings: Settings) -> list[dict[str, Any]]:
    """The topic built behind its gates; its lines in order of their key."""
    outcome = build_stage(
        store, tables=lambda: recompute.tables(store, settings), judge=lambda staged: recompute.judge(store, settings, staged),
        inputs={}, run_id="r", at=AT, protected_folder=settings.protected_folder,
    )  # fmt: skip
    assert outcome.passed, [verdict.bevindingen for verdict in outcome.verdicts]
    return store.rows("FROM dashboard_interpretation ORDER BY duiding_id")


def test_rules_and_notes_together(store: Store, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, today=date(2026, 3, 23), regio_code="TW")
    commands.write_notes_workbook(notes_path(settings), store)
    workbook = openpyxl.load_workbook(notes_path(settings))
    rows = [
        ["Enschede (GM0153)", "", "2026-02", "analist", "=2+2 is een formule", date(2026, 4, 1)],
        ["Almelo", "", "", "analist", "Onbekend gebied", date(2026, 4, 1)],
    ]
    for number, row in enumerate(rows, 2):
        for index, value in enumerate(row, 1):
            cell = workbook[DUIDING].cell(number, index, value)
            cell.data_type = "s" if isinstance(value, str) else cell.data_type
    workbook.save(notes_path(settings))
    lines = build(store, settings)
    told = {
        (row["code"], row["gebied_sleutel"], row["klasse_sleutel"], row["periode"]): row["tekst"]
        for row in lines
        if row["soort"] != "uitleg"
    }
    assert told == {
        ("UITGESLOTEN", None, None, None): told["UITGESLOTEN", None, None, None],
        ("ONVOLLEDIG", None, None, None): ("De gegevens beginnen op 01-01-2025; van eerdere perioden is maar een deel bekend."),
        ("LOPEND", None, None, "2026-03"): "Maand 2026-03 loopt nog: er zijn gegevens tot en met 22-03-2026.",
        ("ONVOLLEDIG", None, "totaal: misdrijven", "2026-02"): (
            "Van de misdrijven van maand 2026-02 is naar verwachting 90 procent (88 tot 92) geregistreerd: het aantal komt nog "
            "hoger uit."
        ),
        ("GRENS", "BU01530101", None, None): (
            "Kom (buurt) is na 2023 ontstaan uit een gesplitste buurt. Cijfers tot en met 2023 zijn omgezet naar "
            "de nieuwste indeling."
        ),
        ("KLASSENLIJST", None, None, None): told["KLASSENLIJST", None, None, None],
        **{
            ("REGISTRATIE", key, "subcategorie: Woninginbraak", "2026-02"): (
                f"Woninginbraak in {name}: van de 20 registraties van februari 2026 zijn er 20 op 10-02-2026 ingevoerd die "
                "meer dan een week eerder voorvielen. Dat is inhalen in het register."
            )
            for key, name in (("GM0153", "Enschede"), ("TW", "Twente"))
        },
        ("NOTITIE", "GM0153", None, "2026-02"): "'=2+2 is een formule",
    }
    assert told["KLASSENLIJST", None, None, None].startswith(
        "In de levering van 01-01-2025 tot en met 22-03-2026 hadden 7 van de 900"
    )
    problems = store.rows("FROM interpretation_problems")
    assert [(row["rij"], row["kolom"], row["waarde"], row["regel"]) for row in problems] == [
        (3, "gebied", "Almelo", "gebied_onbekend")
    ]
    assert build(store, settings) == lines
    shown = pictures.charts(store)
    assert set(shown) == {"dashboard_interpretation", "interpretation_problems"}
    assert "Almelo" in str(shown["interpretation_problems"]["niet_getoond"].value)
    after = build(store, Settings(data_dir=tmp_path, today=date(2026, 4, 2), regio_code="TW"))
    assert [row for row in after if row["code"] == "NOTITIE"] == []
    assert [row["regel"] for row in store.rows("FROM interpretation_problems ORDER BY nummer")] == ["verlopen", "gebied_onbekend"]


def test_without_a_delivery_only_what_codes_mean_is_told(tmp_path: Path) -> None:
    store = Store(duckdb.connect())
    found = recompute.rule_lines(store, Settings(data_dir=tmp_path))
    assert {row["soort"] for row in found} == {"uitleg", "regel"}
    assert [row["code"] for row in found if row["soort"] == "regel"] == ["UITGESLOTEN"]
    assert len(columns()) == 6
