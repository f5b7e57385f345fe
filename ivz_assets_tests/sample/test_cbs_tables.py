"""Whether the invented CBS tables have every shape of the real ones: padding, shifting suffixes, secrets, empty columns."""

from __future__ import annotations

import json
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ivz_assets.neighbourhoods.reference import indicators, kwb_stems
from ivz_assets.sample import editions, neighbourhood_figures
from ivz_assets.sample.cbs_tables import areas_of, write_cbs_tables
from ivz_assets.sample.invented_areas import areas
from ivz_assets.sample.reference_data import gemeenten

pytestmark = pytest.mark.xdist_group("sample_cbs")

SEED = 20260323
IDENTIFIERS = {2013: "82339NED", 2015: "83220NED", 2016: "83487NED", 2020: "84799NED", 2023: "85618NED", 2024: "85984NED"}
NEWEST = {2025: "86165NED"}


class Tables:
    """The written folder, read as a client would: rows, and columns by stem and unit."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @cache  # noqa: B019 (one object per module)
    def read(self, year: int, resource: str) -> list[dict[str, Any]]:
        """The values of one resource."""
        path = self.folder / (IDENTIFIERS | NEWEST)[year] / f"{resource}.json"
        content = json.loads(path.read_text(encoding="utf-8"))
        assert content["odata.metadata"].endswith(resource)
        return list(content["value"])

    def column(self, year: int, stem: str, unit: str | None = None) -> str:
        """The one column with this stem (and unit)."""
        (key,) = [
            row["Key"]
            for row in self.read(year, "DataProperties")
            if row["Type"] == "Topic" and row["Key"].rsplit("_", 1)[0] == stem and unit in (None, row["Unit"])
        ]
        return str(key)

    def values(self, year: int, stem: str, kind: str = "BU", gemeente: str = "") -> list[Any]:
        """A column of the rows of a kind."""
        name, region = self.column(year, stem), "RegioS" if year <= 2015 else "WijkenEnBuurten"
        return [row[name] for row in self.read(year, "TypedDataSet") if row[region].startswith(kind + gemeente)]


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Tables:
    """All thirteen tables of the sample's own seed."""
    folder = tmp_path_factory.mktemp("cbs")
    paths = write_cbs_tables(folder, areas(SEED), SEED)
    assert sorted(paths) == sorted(path for path in folder.rglob("*") if path.is_file())
    return Tables(folder)


def test_the_catalogue_lists_thirteen_years_and_two_unrelated_tables(tables: Tables) -> None:
    listed = json.loads((tables.folder / "Tables.json").read_text(encoding="utf-8"))["value"]
    found = {row["Title"]: row["Identifier"] for row in listed}
    assert len(found) == 15
    assert found["Kerncijfers wijken en buurten 2020"] == "84799NED"
    assert sum(title.startswith("Kerncijfers wijken en buurten") for title in found) == 13
    for identifier in (row["Identifier"] for row in listed if row["Title"].startswith("Kerncijfers wijken")):
        assert len(list((tables.folder / identifier).iterdir())) == 4
    (info,) = tables.read(2024, "TableInfos")
    assert info == next(row for row in listed if row["Identifier"] == "85984NED")
    assert info["Modified"] == "2026-02-16T02:00:00"


def test_codes_names_and_kinds_are_padded(tables: Tables) -> None:
    row = tables.read(2020, "TypedDataSet")[2]
    assert row["WijkenEnBuurten"] == row["Codering_3"] == "BU01410101"
    assert tables.read(2020, "TypedDataSet")[0]["WijkenEnBuurten"] == "GM0141    "
    assert row["Gemeentenaam_1"] == "Almelo".ljust(40)
    assert row["SoortRegio_2"] == "Buurt     "
    assert len(row["MeestVoorkomendePostcode_59"]) == 10
    member = tables.read(2020, "WijkenEnBuurten")[1]
    assert (member["Key"], member["Municipality"], member["DetailRegionCode"]) == ("WK014101  ", "GM0141", "WK014101")
    assert "RegioS" in tables.read(2013, "TypedDataSet")[0]
    assert tables.read(2015, "RegioS")[0]["Key"] == "GM0141    "


def test_suffixes_shift_and_stems_change(tables: Tables) -> None:
    inhabitants = {year: tables.column(year, "AantalInwoners") for year in (2013, 2016, 2020)}
    assert inhabitants == {2013: "AantalInwoners_4", 2016: "AantalInwoners_5", 2020: "AantalInwoners_5"}
    cars = [tables.column(year, "PersonenautoSTotaal").rsplit("_", 1)[1] for year in IDENTIFIERS]
    assert cars == ["51", "51", "52", "53", "53", "45"]
    assert tables.column(2020, "GemiddeldeWoningwaarde") != tables.column(2023, "GemiddeldeWOZWaardeVanWoningen")
    assert tables.column(2013, "PersonenMetEenWWBUitkeringTotaal")
    assert tables.column(2013, "IndelingswijzigingWijkenEnBuurten").endswith("_60")
    assert tables.column(2023, "IndelingswijzigingGemeenteWijkBuurt").endswith("_4")
    assert tables.column(2020, "Appartement", "kWh") != tables.column(2020, "Appartement", "m³")
    assert not [row for row in tables.read(2024, "DataProperties") if row["Key"].startswith("EigendomOnbekend")]


@pytest.mark.parametrize("year", sorted(IDENTIFIERS | NEWEST))
def test_every_row_has_exactly_the_columns_of_the_properties(tables: Tables, year: int) -> None:
    topics = [row for row in tables.read(year, "DataProperties") if row["Type"] == "Topic"]
    keys = [row["Key"] for row in tables.read(year, "DataProperties") if row["Type"] in ("GeoDetail", "Topic")]
    assert all(list(row) == ["ID", *keys] for row in tables.read(year, "TypedDataSet"))
    known = {row["ID"] for row in tables.read(year, "DataProperties") if row["Type"] == "TopicGroup"}
    assert {row["ParentID"] for row in topics} <= known
    kinds = {"String": str, "Long": int, "Double": float}
    for topic in topics:
        types = {type(row[topic["Key"]]) for row in tables.read(year, "TypedDataSet")} - {type(None)}
        assert types <= {kinds[topic["Datatype"]]}, topic["Key"]


@pytest.mark.parametrize("year", sorted(IDENTIFIERS | NEWEST))
def test_every_indicator_has_a_column_in_every_year(tables: Tables, year: int) -> None:
    topics = {(row["Key"].rsplit("_", 1)[0], row["Unit"]) for row in tables.read(year, "DataProperties")}
    found = {row["indicator"] for row in kwb_stems() if (row["stam"], row["eenheid_cbs"]) in topics}
    assert found == {row["indicator"] for row in indicators()}


def test_columns_that_are_there_but_empty(tables: Tables) -> None:
    assert set(tables.values(2024, "GemiddeldInkomenPerInwoner")) == {None}
    assert set(tables.values(2024, "GemiddeldInkomenPerInwoner", "GM")) == {None}
    for stem in ("GemiddeldeWOZWaardeVanWoningen", "PersonenPerSoortUitkeringBijstand", "BedrijfsvestigingenTotaal"):
        assert set(tables.values(2025, stem)) == {None}
        assert None not in tables.values(2024, stem, "GM")
    assert None not in tables.values(2025, "AantalInwoners")


def test_municipalities_have_their_real_inhabitants_in_2020_and_are_no_sum(tables: Tables) -> None:
    real = {gemeente.code: gemeente.inwoners for gemeente in gemeenten()}
    assert dict(zip(sorted(real), tables.values(2020, "AantalInwoners", "GM"), strict=True)) == {
        code: real[code] for code in sorted(real)
    }
    differences = []
    for year in (2013, 2020, 2024):
        for code, own in zip(sorted(real), tables.values(year, "AantalInwoners", "GM"), strict=True):
            for kind in ("BU", "WK"):
                total = sum(tables.values(year, "AantalInwoners", kind, code[2:]))
                differences.append(total - own)
                assert abs(total - own) < 0.003 * own
    assert sum(difference != 0 for difference in differences) > 0.9 * len(differences)


def test_neighbourhoods_are_rounded_to_five_and_small_ones_are_secret(tables: Tables) -> None:
    people = tables.values(2020, "AantalInwoners")
    assert all(value % 5 == 0 for value in people + tables.values(2020, "Mannen") + tables.values(2020, "HuishoudensTotaal"))
    assert any(value % 5 for value in tables.values(2020, "Mannen", "GM"))
    incomes = tables.values(2020, "GemiddeldInkomenPerInwoner")
    assert {value is None for people, value in zip(people, incomes, strict=True) if people < 95} == {True}
    assert {value is None for people, value in zip(people, incomes, strict=True) if people > 105} == {False}
    assert all(10 < value < 60 for value in incomes if value is not None)


def test_rows_and_changes_follow_the_editions(tables: Tables) -> None:
    for year in (2020, 2023, 2024):
        codes = [row["WijkenEnBuurten"] for row in tables.read(year, "TypedDataSet") if row["WijkenEnBuurten"].startswith("BU")]
        assert codes == [row["Key"] for row in tables.read(year, "WijkenEnBuurten") if row["Key"].startswith("BU")]
        assert sorted(codes) == [buurt.buurt_code for buurt in editions.edition(year, areas(SEED))]
    changed = tables.values(2024, "IndelingswijzigingGemeenteWijkBuurt")
    assert (changed.count("1"), changed.count("3")) == (513, 7)
    assert set(tables.values(2024, "IndelingswijzigingGemeenteWijkBuurt", "GM")) == {"."}
    assert set(tables.values(2013, "IndelingswijzigingWijkenEnBuurten")) == {"1"}


def test_growth_is_slow_and_figures_fit_each_other(tables: Tables) -> None:
    before, after = (np.array(tables.values(year, "AantalInwoners", "GM")) for year in (2013, 2025))
    assert ((after / before > 0.95) & (after / before < 1.15)).all()
    for kind in ("GM", "BU"):
        total = np.array(tables.values(2023, "AantalInwoners", kind))
        sexes = np.array(tables.values(2023, "Mannen", kind)) + np.array(tables.values(2023, "Vrouwen", kind))
        assert (abs(total - sexes) <= 10).all()
    own, rent = tables.values(2023, "Koopwoningen"), tables.values(2023, "HuurwoningenTotaal")
    assert all(97 <= a + b <= 101 for a, b in zip(own, rent, strict=True) if a is not None)
    surface = zip(tables.values(2023, "OppervlakteLand"), tables.values(2023, "OppervlakteWater"), strict=True)
    assert all(abs(a + b - c) <= 1 for (a, b), c in zip(surface, tables.values(2023, "OppervlakteTotaal"), strict=True))
    assert set(tables.values(2023, "MateVanStedelijkheid")) == {1, 2, 3, 4, 5}


def test_a_neighbourhoods_figures_do_not_depend_on_what_else_is_made() -> None:
    where = areas(SEED)
    some = where._replace(
        **{name: getattr(where, name)[100:110] for name in ("buurt_code", "inwoners", "soort", "stedelijkheid")}
    )
    hectares = np.full(len(where.buurt_code), 50.0)
    whole = neighbourhood_figures.figures(where, neighbourhood_figures.traits(where, SEED), hectares, 2022, SEED)
    part = neighbourhood_figures.figures(some, neighbourhood_figures.traits(some, SEED), hectares[100:110], 2022, SEED)
    for name, values in part.counts.items():
        np.testing.assert_array_equal(values, whole.counts[name][100:110])


def test_order_is_municipality_wijk_and_its_buurten() -> None:
    rows = areas_of(2025, areas(SEED))
    assert len(rows) == len({row.code for row in rows})
    for before, row in pairwise(rows):
        if row.soort == "Buurt":
            assert row.code[2:8] == before.code[2:8]
        if row.soort == "Wijk":
            assert row.code[2:6] == before.code[2:6]
