"""A board of 36 neighbourhoods with one unknown, two years of incidents and a planted cluster, for the tests of the hot spots."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow
import pytest
import shapely

from ivz_assets.dashboard.dimensions import dim_klasse
from ivz_assets.dashboard.hot_spots import expectations, recompute
from ivz_assets.dashboard.hot_spots.neighbourhoods import Orders
from ivz_assets.dashboard.levels import class_levels
from ivz_assets.dashboard.periods import dim_periode
from ivz_assets.dashboard.themes.catalogue import themes
from ivz_assets.neighbourhoods.reference import class_denominators
from ivz_assets.quality.expectations_gate import expectations_gate
from ivz_assets.quality.stage import StageOutcome, build_stage
from ivz_assets.quality.verdicts import Verdict
from ivz_assets.settings import Settings
from ivz_assets.warehouse.store import Store
from ivz_assets.weekmonitor.reference import klassen

SIDE = 6
UNKNOWN = "BU0153XXXX"
CODES = [f"BU0153{row:02d}{column:02d}" for row in range(SIDE) for column in range(SIDE)]
CLUSTER = [CODES[row * SIDE + column] for row in (0, 1, 2) for column in (0, 1, 2)]
SMALL = CODES[-1]
OLDER, NEWER = "2024-03 t/m 2025-02", "2025-03 t/m 2026-02"
LEFT, BOTTOM = 255_000, 470_000
TODAY = date(2026, 3, 23)
_BEGIN = {OLDER: date(2024, 3, 1), NEWER: date(2025, 3, 1)}


def incidents() -> list[dict[str, Any]]:
    """Burglaries (A20) with a cluster in the newer year only, and nuisance by youth (E35) with places and without."""
    rows: list[dict[str, Any]] = []

    def add(code: str, klasse: str, count: int, window: str, **more: Any) -> None:
        for number in range(count):
            day = _BEGIN[window] + timedelta(days=(number * 37) % 365)
            rows.append({"buurt_code": code, "maatschappelijke_klasse": klasse, "datum_voorval": day, "x": None, **more})

    for number, code in enumerate(CODES):
        base = 14 if (number // SIDE + number) % 2 else 6
        add(code, "A20", base, OLDER)
        add(code, "A20", 60 if code in CLUSTER else base, NEWER)
    add(UNKNOWN, "A20", 3, NEWER)
    # Two squares, one of them too small to show, one place outside the rectangle, and one incident without a place.
    add(CODES[0], "E35", 7, NEWER, x=LEFT + 120.5, y=BOTTOM + 30.25)
    add(CODES[1], "E35", 4, NEWER, x=LEFT + 700.0, y=BOTTOM + 30.0)
    add(CODES[1], "E35", 1, NEWER, x=10_000.0, y=BOTTOM + 30.0)
    add(CODES[2], "E35", 1, NEWER)
    # Neither a registration outside the region nor one before the windows counts.
    add("BU16800101", "E35", 9, NEWER, x=LEFT + 120.5, y=BOTTOM + 30.25, binnen_regio=False)
    rows.append({"buurt_code": CODES[0], "maatschappelijke_klasse": "A20", "datum_voorval": date(2024, 2, 29), "x": None})
    for number, row in enumerate(rows):
        row.update({"levering_id": "2026-W12-0123456789", "rij": number + 2, "binnen_regio": row.get("binnen_regio", True)})
    return rows


class Region:
    """The store with what the topic reads; ``build`` makes its tables behind their gates."""

    def __init__(self, folder: Path) -> None:
        self.settings = Settings(data_dir=folder, today=TODAY)
        self.store = Store(duckdb.connect())
        self._put_counts(incidents())
        self._put_dimensions()
        self._put_neighbourhoods()

    def build(self, permutations: int = 999) -> StageOutcome:
        """The tables of the topic; the data begin with the first window, and few permutations will do for nine hot spots."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(recompute, "data_from", lambda store: date(2024, 2, 1))
            patch.setattr(recompute, "Orders", lambda: Orders(permutations))
            return build_stage(
                self.store,
                tables=lambda: recompute.tables(self.store, self.settings),
                judge=lambda staged: recompute.judge(self.store, self.settings, staged),
                inputs={},
                run_id="test",
                at=datetime(2026, 3, 23, 12),
                protected_folder=self.settings.protected_folder,
            )

    def judge(self) -> list[Verdict]:
        """The gates over the tables as they are now."""
        names = ("dashboard_hot_spots", "dashboard_hot_spot_grid")
        return recompute.judge(self.store, self.settings, {name: self.store.table(name) for name in names})

    def judge_grid(self) -> Verdict:
        """The gate over the squares alone."""
        totals = expectations.totals(*(self.store.table(name) for name in ("daily_counts", "class_levels", "dim_periode")))
        dimensions = (self.store.table("dim_klasse"), self.store.table("dim_periode"))
        profiles = expectations.grid_profiles(self.store.table("dashboard_hot_spot_grid"), totals, *dimensions, self.settings)
        return expectations_gate("dashboard_hot_spot_grid", profiles, expectations.grid_suite())

    def put(self, name: str, rows: Sequence[Mapping[str, Any]], **kinds: pyarrow.DataType) -> None:
        """A table of the store that passed its gates, with these columns of these rows."""
        schema = pyarrow.schema(list(kinds.items()))
        self.store.keep_arrow("gegeven", pyarrow.Table.from_pylist([dict(row) for row in rows], schema=schema))
        self.store.connection.execute(f'CREATE TABLE "{name}" AS FROM gegeven')
        self.store.remember_version(name, self.store.next_version(), "test", datetime(2026, 3, 23, 12), {}, passed=True)

    def _put_counts(self, rows: Sequence[Mapping[str, Any]]) -> None:
        text, whole, number, yes = pyarrow.string(), pyarrow.int32(), pyarrow.float64(), pyarrow.bool_()
        self.put(
            "incidents", rows,
            levering_id=text, rij=whole, buurt_code=text, maatschappelijke_klasse=text, datum_voorval=pyarrow.date32(),
            binnen_regio=yes,
        )  # fmt: skip
        located = [
            {**row, "rd_x": row["x"], "rd_y": row["y"], "in_regio": row["x"] >= self.settings.rd_x_min}
            for row in rows
            if row["x"] is not None
        ]
        self.put("incident_locations", located, levering_id=text, rij=whole, rd_x=number, rd_y=number, in_regio=yes)
        inside = [row for row in rows if row["binnen_regio"]]
        counted = Counter((row["datum_voorval"], row["buurt_code"], row["maatschappelijke_klasse"]) for row in inside)
        daily = [
            {
                "datumbasis": basis,
                "datum": day,
                "buurt_code": code,
                "maatschappelijke_klasse": klasse,
                "projectcode": "",
                "aantal": n,
            }
            for (day, code, klasse), n in counted.items()
            for basis in ("voorgevallen", "geregistreerd")
        ]
        self.put(
            "daily_counts", daily,
            datumbasis=text, datum=pyarrow.date32(), buurt_code=text, maatschappelijke_klasse=text, projectcode=text,
            aantal=whole,
        )  # fmt: skip

    def _put_dimensions(self) -> None:
        text, yes, day = pyarrow.string(), pyarrow.bool_(), pyarrow.date32()
        told = themes(self.settings)
        noemers = {row["maatschappelijke_klasse"]: (row["noemer"], row["reden"]) for row in class_denominators()}
        self.put(
            "dim_klasse", dim_klasse(klassen(), noemers, ("Verkeer",), told),
            klasse_sleutel=text, klasse_niveau=text, klasse_naam=text, toelichting=text, noemer=text,
            xy_toegestaan=yes,
        )  # fmt: skip
        levels = class_levels([("A20", ""), ("E35", "")], klassen(), told)
        self.put(
            "class_levels", levels, maatschappelijke_klasse=text, projectcode=text, klasse_niveau=text, klasse_sleutel=text
        )  # fmt: skip
        self.put(
            "dim_periode", dim_periode(date(2024, 2, 1), TODAY, (date(2024, 2, 1), date(2026, 3, 22)), []),
            periode=text, periode_soort=text, periode_begin=day, periode_eind=day, volgnummer=pyarrow.int32(), afgesloten=yes,
        )  # fmt: skip
        places = [
            {"gebied_sleutel": code, "gebied_naam": f"Buurt {code[6:]}", "onbekend": code == UNKNOWN}
            for code in [*CODES, UNKNOWN]
        ]
        places = [{**place, "gebied_niveau": "buurt", "gemeente_naam": "Enschede"} for place in places]
        places.append({"gebied_sleutel": "GM0153", "gebied_niveau": "gemeente", "gebied_naam": "Enschede", "onbekend": False})
        self.put(
            "dim_gebied", places, gebied_sleutel=text, gebied_niveau=text, gebied_naam=text, gemeente_naam=text, onbekend=yes
        )  # fmt: skip

    def _put_neighbourhoods(self) -> None:
        text, number = pyarrow.string(), pyarrow.float64()
        denominators = [
            {"gebied_code": code, "niveau": "buurt", "jaar": year, "noemer": noemer, "waarde": 40.0 if code == SMALL else 1000.0,
             "waarde_jaar": 2024, "groot_genoeg": code != SMALL}
            for code in CODES
            for year in (2025, 2026)
            for noemer in ("inwoners", "woningen", "personenautos")
        ]  # fmt: skip
        self.put(
            "denominators", denominators,
            gebied_code=text, niveau=text, jaar=pyarrow.int32(), noemer=text, waarde=number, waarde_jaar=pyarrow.int32(),
            groot_genoeg=pyarrow.bool_(),
        )  # fmt: skip
        places = {code: divmod(place, SIDE) for place, code in enumerate(CODES)}
        pairs = [
            {"gebied_code": code, "niveau": "buurt", "buur_code": other}
            for code, (row, column) in places.items()
            for other, (r, c) in places.items()
            if other != code and max(abs(r - row), abs(c - column)) == 1
        ]
        self.put("area_neighbours", pairs, gebied_code=text, niveau=text, buur_code=text)
        squares = {code: (LEFT + 500 * column, BOTTOM + 500 * row) for code, (row, column) in places.items()}
        drawn = [
            {"gebied_code": code, "niveau": "buurt", "naam": code, "jaar": 2025, "bron": "verzonnen.gpkg",
             "geometrie_wkb": shapely.to_wkb(shapely.box(x, y, x + 500, y + 500))}
            for code, (x, y) in squares.items()
        ]  # fmt: skip
        self.put(
            "area_boundaries", drawn,
            gebied_code=text, niveau=text, naam=text, jaar=pyarrow.int32(), bron=text, geometrie_wkb=pyarrow.binary(),
        )  # fmt: skip
