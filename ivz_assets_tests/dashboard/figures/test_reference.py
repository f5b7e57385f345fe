"""The data of the topic, the periods and the shares that are in: small and pure."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from ivz_assets.dashboard.figures import grains as module
from ivz_assets.dashboard.figures.caveats import bit, caveats, combinations
from ivz_assets.dashboard.figures.completeness import AT_ONCE, completeness_rows
from ivz_assets.dashboard.figures.grains import Grain, grains
from ivz_assets.dashboard.figures.periods import (
    COMPARISONS,
    comparison_rows,
    day_parts,
    holds_new_year,
    period_rows,
    periods,
    shown,
)
from ivz_assets.dashboard.periods import dim_periode
from ivz_assets.dashboard.schema import PERIODE_SOORTEN

FIRST, UP_TO = date(2023, 1, 1), date(2026, 3, 22)
ROWS = dim_periode(date(2022, 12, 26), date(2026, 3, 23), (FIRST, UP_TO), [])
FOUND = periods(ROWS, FIRST)
BY_KEY = {period.row["periode"]: period for period in FOUND}


def test_grains_hold_what_is_promised() -> None:
    found = {(g.datumbasis, g.periode_soort, g.gebied_niveau, g.klasse_niveau): g for g in grains()}
    assert {key[1] for key in found} == set(PERIODE_SOORTEN)
    # Zeros for subcategory and higher by month and year, and in the newest twelve months on the map, and nowhere else.
    nullen = {key for key, grain in found.items() if grain.nullen}
    assert {(kind, klasse) for _, kind, _, klasse in nullen} == {
        (kind, klasse) for kind in ("maand", "jaar", "12 maanden") for klasse in ("subcategorie", "categorie", "thema", "totaal")
    }
    assert {area for _, kind, area, _ in nullen if kind == "12 maanden"} == {"buurt", "wijk"}
    # By registration only weeks and months of municipalities and higher.
    assert {key[1:3] for key in found if key[0] == "geregistreerd"} == {
        (kind, area) for kind in ("week", "maand") for area in ("gemeente", "basisteam", "regio", "eigen gebied")
    }
    assert len({g.nummer for g in grains()}) == len({(g.datumbasis, g.gebied_niveau, g.klasse_niveau) for g in grains()})


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("voorgevallen,week,buurten,klasse,,nee,10", "line 2: 'buurten' is none of"),
        ("voorgevallen,week,buurt,klasse,veel,nee,10", "line 2: invalid literal"),
        ("voorgevallen,week,buurt,klasse,,nee,0", "line 2: vulling_procent"),
        ("voorgevallen,week,buurt; buurt,klasse,,nee,10", "line 2: voorgevallen, week, buurt, klasse was already named"),
    ],
)
def test_a_wrong_grain_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str, told: str) -> None:
    header = "datumbasis,periode_soort,gebied_niveaus,klasse_niveaus,perioden,nullen,vulling_procent"
    (tmp_path / "grains.csv").write_text(f"{header}\n{line}\n", encoding="utf-8")
    monkeypatch.setattr(module, "FOLDER", tmp_path)
    with pytest.raises(ValueError, match=told):
        grains.__wrapped__()


def test_caveats_and_their_combinations() -> None:
    assert {"KLEIN", "ONVOLLEDIG", "GRENS", "NOEMER", "GEMENGD", "LOPEND", "UITGESLOTEN", "JAARWISSELING"} == set(caveats())
    assert all(text.endswith(".") for text in caveats().values())
    texts = {row["bits"]: row["voorbehoud"] for row in combinations(tuple(caveats()))}
    assert len(texts) == 2 ** len(caveats())
    assert texts[0] == ""
    assert texts[bit("GRENS") + bit("KLEIN")] == "KLEIN GRENS"


def test_what_was_not_delivered_is_not_compared_with() -> None:
    assert "2022" not in BY_KEY
    # The week of the first of January 2023 began the Monday before, and no twelve months began earlier.
    assert not {"2022-W52", "2022-K4", "2022 t/m 03-22"} & set(BY_KEY)
    assert min(period.row["periode_begin"] for period in FOUND) == FIRST
    assert BY_KEY["2023-W01"].vorige is None
    assert BY_KEY["2023-01"].vorige is None
    assert BY_KEY["2024-01"].vorig_jaar is BY_KEY["2023-01"].row
    assert not BY_KEY["2025-01"].has_baseline
    assert [row["periode"] for row in BY_KEY["2026-01"].basis] == ["2025-01", "2024-01", "2023-01"]
    row = {row["periode"]: row for row in period_rows(FOUND, 2024)}
    assert (row["2026-01"]["basis_dagen"], row["2026-01"]["noemer_jaar"], row["2023-01"]["noemer_jaar"]) == (93, 2024, 2023)
    assert (row["2025-01"]["basis_dagen"], row["2025-01"]["vorig_jaar_dagen"], row["2023-01"]["vorige_dagen"]) == (None, 31, None)
    # Without denominators no other year can be taken.
    assert {period["noemer_jaar"] for period in period_rows([BY_KEY["2026-01"]], None)} == {2026}
    assert row["2026"]["periode_bits"] == bit("LOPEND")


def test_the_newest_so_many_are_shown_and_none_that_has_not_begun() -> None:
    grain = Grain(1, "voorgevallen", "week", "buurt", "klasse", 2, False, 1.0)
    assert [period.row["periode"] for _, period in shown(FOUND, [grain], UP_TO)] == ["2026-W11", "2026-W12"]
    every = Grain(1, "voorgevallen", "jaar", "buurt", "klasse", None, False, 1.0)
    assert [period.row["periode"] for _, period in shown(FOUND, [every], UP_TO)] == ["2023", "2024", "2025", "2026"]


def test_a_period_may_have_several_roles() -> None:
    rows = [row for row in comparison_rows([BY_KEY["2026"]], FOUND) if row["bron_nr"] == BY_KEY["2025"].nummer]
    assert [{name: row[name] for name in ("eigen", "vorige", "vorig_jaar", "basis")} for row in rows] == [
        {"eigen": 0, "vorige": 1, "vorig_jaar": 1, "basis": 1}
    ]


def test_every_period_is_made_of_whole_parts() -> None:
    days, parts = day_parts(FOUND, {period.nummer for period in FOUND})
    of_part: dict[int, set[date]] = {}
    for row in days:
        of_part.setdefault(row["deel_nr"], set()).add(row["datum"])
    assert len({(row["datum"], row["per_week"]) for row in days}) == len(days)
    made: dict[int, list[date]] = {}
    for row in parts:
        made.setdefault(row["bron_nr"], []).extend(of_part[row["deel_nr"]])
    for period in FOUND:
        begin, length = period.row["periode_begin"], period.row["dagen"]
        assert sorted(made[period.nummer]) == [begin + timedelta(days=offset) for offset in range(length)]


def test_share_that_is_in() -> None:
    known = [
        {"klasse_sleutel": "totaal: misdrijven", **BY_KEY[key].row, "aandeel_binnen": share}
        for key, share in (("2026-01", 0.9), ("2026-02", None), ("2026-W10", 0.7))
    ]
    keys = ("2025-12", "2026-01", "2026-02", "2026-03", "2024-K4", "2025-K1", "2026-W09", "2026-W10", "2026-W11")
    found = shares_of(keys, known)
    # Before the first that is listed all is in; of what is not listed nothing is known, unless it ended a year ago.
    assert {period: row["volledigheid"] for period, row in found.items()} == {
        "2025-12": 1.0, "2026-01": 0.9, "2026-02": None, "2026-03": None, "2024-K4": 1.0, "2025-K1": None, "2026-W09": 1.0,
        "2026-W10": 0.7, "2026-W11": None,
    }  # fmt: skip


def test_only_what_is_in_is_compared() -> None:
    known = [
        {"klasse_sleutel": "totaal: misdrijven", **BY_KEY[key].row, "aandeel_binnen": share}
        for key, share in (("2025-11", 0.98), ("2025-12", 0.9701), ("2026-01", 0.8), ("2026-02", 0.79), ("2026-03", 0.99))
    ]
    found = shares_of(("2025-10", "2025-11", "2025-12", "2026-01", "2026-02", "2026-03"), known)
    seen = {period: (row["vorige_binnen"], row["vorig_jaar_binnen"], row["basis_binnen"]) for period, row in found.items()}
    assert seen == {
        "2025-10": (1000, 1000, None),  # two years is too few for a mean
        "2025-11": (1000, 1000, None),
        "2025-12": (970, 970, None),  # 98% counts as all
        "2026-01": (None, 800, 800),  # December is not complete, January of 2025 is
        "2026-02": (None, None, None),  # too little is in
        "2026-03": (None, None, None),  # still running
    }
    # By the day of registration everything is in at once, and closed is closed.
    at_once = shares_of(("2026-02", "2026-03"), known, AT_ONCE)
    assert [(row["volledigheid"], row["vorige_binnen"]) for row in at_once.values()] == [(1.0, 1000), (1.0, None)]


def test_new_year_is_not_compared_with_an_ordinary_week() -> None:
    # 2025-W01 begins on 30 December 2024, 2026-W01 on 29 December 2025, 2024-W01 on 1 January; 2023-W52 ends on 31 December.
    holding = {key for key, period in BY_KEY.items() if holds_new_year(period.row)}
    assert holding == {"2023-W52", "2024-W01", "2025-W01", "2026-W01"}
    found = shares_of(("2023-W52", "2024-W01", "2024-W02", "2024-W52", "2025-W01", "2025-W52", "2026-W01", "2026-W02"), [])
    comparable = {key: [bool(BY_KEY[key].comparable(role)) for role in COMPARISONS] for key in found}
    assert comparable == {
        "2023-W52": [False, False, False], "2024-W01": [False, False, False], "2024-W02": [False, True, False],
        "2024-W52": [True, False, False], "2025-W01": [False, False, False], "2025-W52": [True, True, False],
        "2026-W01": [False, False, False], "2026-W02": [False, True, True],
    }  # fmt: skip
    marked = {row["periode"] for row in period_rows(FOUND, 2024) if row["periode_bits"] & bit("JAARWISSELING")}
    assert {"2023-W52", "2024-W01", "2024-W02", "2024-W52", "2026-W01", "2026-W02"} <= marked
    assert not marked & {"2023-W51", "2024-W03", "2024-W51", "2025-W50", "2024-01", "2024"}


def shares_of(keys: tuple[str, ...], known: list[dict[str, Any]], spoken_for: str = "totaal: misdrijven") -> dict[str, Any]:
    """Rows of completeness per period."""
    chosen = [BY_KEY[key] for key in keys]
    names = {period.nummer: period.row["periode"] for period in chosen}
    rows = completeness_rows(chosen, ["totaal: misdrijven"], known, UP_TO)
    return {names[row["periode_nr"]]: row for row in rows if row["volledigheid_van"] == spoken_for}
