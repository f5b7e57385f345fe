"""The manifest against an independent recount from the delivered texts, and the correction against the first delivery."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from .conftest import Sample
from .recount import CLASSES, PLACES, any_date, recount

DATES = ("datum_registratie", "datum_kennisname", "begindatum", "einddatum")
REJECTS = {
    "klasse_onbekend",
    "klasse_ontbreekt",
    "registratiedatum_ongeldig",
    "registratiedatum_ontbreekt",
    "begindatum_ongeldig",
    "registratie_in_toekomst",
    "begin_na_registratie",
}


@pytest.mark.parametrize("name", ["sample", "small"])
def test_every_file_holds_exactly_what_the_manifest_says(name: str, request: pytest.FixtureRequest) -> None:
    found: Sample = request.getfixturevalue(name)
    for file in found.manifest["files"]:
        rows = found.rows[file["name"]]
        planted = {key: count for key, count in file["planted"].items() if not key.startswith("gecorrigeerd")}
        counted = recount(rows, date.fromisoformat(file["first"]), date.fromisoformat(file["delivered"]))
        assert +counted == +Counter(planted), file["name"]
        assert len(rows) == file["rows"]
        assert file["rejected"] == sum(planted[key] for key in REJECTS)


def test_every_feature_occurs(sample: Sample) -> None:
    assert {key for key, count in sample.manifest["planted_totals"].items() if count == 0} == set()


def test_a_year_of_the_smallest_sample_has_every_defect_once(small: Sample) -> None:
    planted = small.file("2025-01-01_tm")["planted"]
    missing = {key for key, count in planted.items() if count == 0 and not key.startswith("gecorrigeerd")}
    assert missing == set()


def test_rejects_and_unknown_neighbourhoods_stay_below_what_gates_allow(sample: Sample, small: Sample) -> None:
    for file in sample.manifest["files"] + small.manifest["files"]:
        assert file["rejected"] <= 0.02 * file["rows"]
        unknown = file["planted"]["buurt_onbekend"] + file["planted"]["plaats_onbekend"]
        assert unknown <= 0.07 * file["rows"]


def test_expected_statuses_add_up_and_the_first_delivery_is_superseded_whole(sample: Sample) -> None:
    for file in sample.manifest["files"]:
        expected = file["expected"]
        assert expected["rows"] == expected["incidents"] + expected["quarantined"] + expected["superseded"]
        assert (expected["superseded"] > 0) == (file["name"] == "weekmonitor_2026-W05_geleverd_2026-02-02.xlsx")
    assert sample.file("W05_geleverd_2026-02-02")["expected"]["superseded"] == sample.file("W05_geleverd_2026-02-02")["rows"]


def test_registration_dates_lie_in_the_span_and_strays_never_in_the_corrected_week(sample: Sample) -> None:
    corrected = sample.file("W05_geleverd_2026-02-23")
    span = date.fromisoformat(corrected["first"]), date.fromisoformat(corrected["last"])
    for file in sample.manifest["files"]:
        first, last = date.fromisoformat(file["first"]), date.fromisoformat(file["last"])
        dates = [any_date(row["datum_registratie"]) for row in sample.rows[file["name"]]]
        registered = [day for day in dates if day is not None]
        assert sum(day < first for day in registered) == file["planted"]["registratie_buiten_levering"]
        assert sum(day > last for day in registered) == file["planted"]["registratie_in_toekomst"]
        if first != span[0]:
            assert not any(span[0] <= day <= span[1] for day in registered)


def test_the_correction_reclassifies_removes_and_adds_as_many_as_it_says(sample: Sample) -> None:
    file = sample.file("W05_geleverd_2026-02-23")
    before = Counter(_canonical(row) for row in sample.rows["weekmonitor_2026-W05_geleverd_2026-02-02.xlsx"])
    after = Counter(_canonical(row) for row in sample.rows[file["name"]])
    planted = file["planted"]
    reclassified, removed, added = (
        planted[f"gecorrigeerd_{what}"] for what in ("geherclassificeerd", "verwijderd", "toegevoegd")
    )
    assert (before - after).total() == reclassified + removed
    assert (after - before).total() == reclassified + added
    first = sample.file("W05_geleverd_2026-02-02")
    assert planted["datumvorm"] > first["planted"]["datumvorm"]
    assert reclassified == pytest.approx(0.04 * first["rows"], abs=1)


def _canonical(row: dict[str, str]) -> tuple[str, ...]:
    """Without spelling of dates and without x/y, which is no part of an incident's identity."""
    return tuple(str(any_date(text) or text) if name in DATES else text for name, text in row.items() if name != "locatie_xy")


def test_descriptions_and_places_fit_their_codes(sample: Sample) -> None:
    buurten = dict(_buurten(sample))
    for row in sample.rows["weekmonitor_2026-W12_geleverd_2026-03-23.xlsx"]:
        listed = CLASSES.get(row["maatschappelijke_klasse"])
        if listed:
            assert row["maatschappelijke_klasse_omschrijving"] == listed["omschrijving"]
            assert row["aangifte"] not in ("J", "j", "Ja") or listed["soort"] == "misdrijf"
        if row["buurt_code"] in buurten:
            assert row["buurt_naam"] == buurten[row["buurt_code"]]
            assert row["plaatsnaam"] in PLACES


def _buurten(sample: Sample) -> list[tuple[str, str]]:
    lines = (sample.folder / "buurten.csv").read_text(encoding="utf-8").splitlines()[1:]
    return [(line.split(",")[0], line.split(",")[1]) for line in lines]
