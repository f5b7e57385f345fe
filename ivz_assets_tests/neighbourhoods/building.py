"""A tiny region of two municipalities through three years, as CBS tables and maps on disk; and tiny tables of one year.

In 2022 Noord was split (60 and 40 per cent), Zuid got another code, and Oud and Nieuw became one. In 2023 nothing changed,
and CBS has not filled the dwellings yet.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from ivz_assets.neighbourhoods.cbs.fetch import YearTable
from ivz_assets.neighbourhoods.cbs.service import Column
from ivz_assets.settings import Settings
from ivz_assets_tests.neighbourhoods.boundaries.squares import box, geojson

TODAY = date(2024, 3, 1)
TABLES = {2021: "85039NED", 2022: "85318NED", 2023: "85618NED"}

BINNEN, NOORD, ZUID = "BU01530101", "BU01530102", "BU01530201"
OUD, NIEUW = "BU01470001", "BU01470002"
WEST, OOST, ZUID_NU, BORNE = "BU01530103", "BU01530104", "BU01530202", "BU01470003"


@dataclass(frozen=True)
class Gebied:
    """An area in a table; ``wijziging`` as CBS writes it. Of its inhabitants half are men and half have a dwelling."""

    code: str
    naam: str
    inwoners: float | None
    wijziging: str = "1"

    def figures(self) -> dict[str, float | None]:
        """Figures by stem."""
        people = self.inwoners
        if people is None:
            return dict.fromkeys(STEMS)
        ages = dict.fromkeys(STEMS[3:8], people / 5)
        halves = {"Mannen": people / 2, "Vrouwen": people / 2, "Woningvoorraad": people / 2, "PersonenautoSTotaal": people / 2}
        return {
            "AantalInwoners": people,
            **halves,
            **ages,
            "Bevolkingsdichtheid": people,
            "BedrijfsvestigingenTotaal": people / 10,
        }


STEMS = (
    "AantalInwoners", "Mannen", "Vrouwen", "k_0Tot15Jaar", "k_15Tot25Jaar", "k_25Tot45Jaar", "k_45Tot65Jaar",
    "k_65JaarOfOuder", "Bevolkingsdichtheid", "Woningvoorraad", "BedrijfsvestigingenTotaal", "PersonenautoSTotaal",
)  # fmt: skip

OLD = [
    Gebied("GM0153", "Enschede", 2010, "."), Gebied("WK015301", "Wijk 01", 1600), Gebied("WK015302", "Wijk 02", 400),
    Gebied(BINNEN, "Binnen", 1000), Gebied(NOORD, "Noord", 600), Gebied(ZUID, "Zuid", 400),
    Gebied("GM0147", "Borne", 800, "."), Gebied("WK014700", "Wijk 00", 800),
    Gebied(OUD, "Oud", 500), Gebied(NIEUW, "Nieuw", 300),
]  # fmt: skip
NEW = [
    Gebied("GM0153", "Enschede", 2050, "."), Gebied("WK015301", "Wijk 01", 1640, "3"), Gebied("WK015302", "Wijk 02", 410),
    Gebied(BINNEN, "Binnen", 1000), Gebied(WEST, "Noord-West", 380, "3"), Gebied(OOST, "Noord-Oost", 260, "3"),
    Gebied(ZUID_NU, "Zuid", 410, "2"),
    Gebied("GM0147", "Borne", 810, "."), Gebied("WK014700", "Wijk 00", 810), Gebied(BORNE, "Borne", 810, "3"),
]  # fmt: skip
NEWEST = [Gebied(area.code, area.naam, area.inwoners, "." if area.wijziging == "." else "1") for area in NEW]


def column(key: str, unit: str = "aantal", kind: str = "Topic") -> Column:
    """A column as CBS describes it."""
    return Column(key, kind, key, unit, "Long")


def year_table(
    year: int, columns: Sequence[Column], rows: Mapping[str, Mapping[str, Any]], names: Mapping[str, str] | None = None
) -> YearTable:
    """A table of one year with these rows by code, padded as CBS does."""
    return YearTable(
        jaar=year, table_id=f"{year}NED", toestand="actueel", title=f"Kerncijfers wijken en buurten {year}",
        modified=f"{year + 1}-03-26", opgehaald_op=datetime(2024, 3, 1, 12), source="proef", dimension="WijkenEnBuurten",
        columns=[column("WijkenEnBuurten", "", "GeoDetail"), *columns],
        regions=[{"Key": f"{code:10}", "Title": f"{(names or {}).get(code, code):40}"} for code in rows],
        rows=[{"ID": number, "WijkenEnBuurten": f"{code:10}", **row} for number, (code, row) in enumerate(rows.items())],
    )  # fmt: skip


@dataclass
class Streek:
    """The tiny region as files; change a part of it before writing."""

    folder: Path
    editions: dict[int, list[Gebied]] = field(default_factory=lambda: {2021: OLD, 2022: NEW, 2023: NEWEST})
    empty: dict[int, tuple[str, ...]] = field(default_factory=lambda: {2023: ("Woningvoorraad",)})
    """Stems of which the column is there but empty, per year."""
    other: dict[tuple[int, str], dict[str, Any]] = field(default_factory=dict)
    """Figures by stem of an area in a year that are not as its inhabitants say."""
    modified: dict[int, str] = field(default_factory=dict)
    """Date of change of a year's table, when it is not the usual one."""
    maps: dict[int, dict[str, Any]] = field(
        default_factory=lambda: {
            2021: {
                BINNEN: box(0, 0, 1000, 1000), NOORD: box(1000, 0, 2000, 1000), ZUID: box(0, 1000, 2000, 2000),
                OUD: box(2000, 0, 3000, 1000), NIEUW: box(2000, 1000, 3000, 2000),
            },
            **{year: {
                BINNEN: box(0, 0, 1000, 1000), WEST: box(1000, 0, 1600, 1000), OOST: box(1600, 0, 2000, 1000),
                ZUID_NU: box(0, 1000, 2000, 2000), BORNE: box(2000, 0, 3000, 2000),
            } for year in (2022, 2023)},
        }
    )  # fmt: skip
    outlines: dict[str, Any] = field(default_factory=dict)
    """Outlines of municipalities on the newest map; without them the union of the neighbourhoods is taken."""

    def settings(self, **others: Any) -> Settings:
        """Settings of a data folder that holds the region's own lists, with the tables as CBS."""
        data = self.folder / "data"
        settings = Settings(data_dir=data, today=TODAY, cbs_files=self.folder / "cbs", **others)
        settings.gemeenten_csv.parent.mkdir(parents=True, exist_ok=True)
        settings.gemeenten_csv.write_text("gemeente_code,gemeente_naam\nGM0153,Enschede\nGM0147,Borne\n", encoding="utf-8")
        return settings

    def write(self) -> Settings:
        """Writes tables and maps; returns the settings."""
        settings = self.settings()
        catalogue = []
        for place, (year, areas) in enumerate(sorted(self.editions.items())):
            about = {
                "Identifier": TABLES[year],
                "Title": f"Kerncijfers wijken en buurten {year}",
                "Modified": self.modified.get(year, f"{year + 1}-03-26T02:00:00"),
            }
            catalogue.append(about)
            keys = {stem: f"{stem}_{number + place}" for number, stem in enumerate(STEMS, 5)}
            change = ("IndelingswijzigingWijkenEnBuurten_4", "IndelingswijzigingGemeenteWijkBuurt_4")[place % 2]
            folder = self.folder / "cbs" / TABLES[year]
            properties: list[dict[str, Any]] = [
                {"Key": "WijkenEnBuurten", "Type": "GeoDetail", "Title": "Wijken en buurten", "Unit": None, "Datatype": None},
                {"Key": "", "Type": "TopicGroup", "Title": "Bevolking", "Unit": None, "Datatype": None},
                {"Key": change, "Type": "Topic", "Title": "Wijziging", "Unit": None, "Datatype": "String"},
                *(
                    {"Key": key, "Type": "Topic", "Title": stem, "Unit": UNITS.get(stem, "aantal"), "Datatype": "Long"}
                    for stem, key in keys.items()
                ),
            ]
            rows = []
            for number, area in enumerate(areas):
                figures = area.figures() | self.other.get((year, area.code), {})
                figures |= dict.fromkeys(self.empty.get(year, ()))
                rows.append(
                    {"ID": number, "WijkenEnBuurten": f"{area.code:10}", change: area.wijziging}
                    | {keys[stem]: value for stem, value in figures.items()}
                )
            regions = [{"Key": f"{area.code:10}", "Title": f"{area.naam:40}"} for area in areas]
            _json(folder / "TableInfos.json", [about])
            _json(folder / "DataProperties.json", properties)
            _json(folder / "WijkenEnBuurten.json", regions)
            _json(folder / "TypedDataSet.json", rows)
        _json(self.folder / "cbs" / "Tables.json", catalogue)
        for year, shapes in self.maps.items():
            settings.boundaries_folder.mkdir(parents=True, exist_ok=True)
            newest = self.outlines if year == max(self.maps) else {}
            features = [(shape, {"statcode": code, "statnaam": f"naam {code}"}) for code, shape in {**shapes, **newest}.items()]
            geojson(settings.boundaries_folder / f"grenzen_{year}.geojson", features)
        return settings


UNITS = {"Bevolkingsdichtheid": "aantal inwoners per km²"}


def _json(path: Path, value: list[dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"value": value}), encoding="utf-8")
