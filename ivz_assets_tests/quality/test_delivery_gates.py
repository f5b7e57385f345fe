"""A delivery that is wrong is stopped by the gate that is there for it, whole, and its rows are shown to nobody but the owner."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow
import pytest

from ivz_assets.deliveries import landing
from ivz_assets.deliveries.ledger import GATE, Ledger
from ivz_assets.weekmonitor import intake
from ivz_assets_tests.quality.workshop import Workshop, failed, names
from ivz_assets_tests.warehouse.region import LAST_FILE, TODAY, Region, write_rows

Rows = list[dict[str, str]]
MARK = "GEHEIM7F3A"


def part(rows: Rows, share: float) -> Rows:
    """Copies of the rows, of which the first share may be changed."""
    return [dict(row) for row in rows[: round(len(rows) * share)]]


def unknown_classes(rows: Rows) -> Rows:
    return [{**row, "maatschappelijke_klasse": "Q999"} for row in part(rows, 0.08)] + rows[len(part(rows, 0.08)) :]


def unreadable_dates(rows: Rows) -> Rows:
    return [{**row, "datum_registratie": "32-13-2026"} for row in part(rows, 0.08)] + rows[len(part(rows, 0.08)) :]


def unreadable_begin(rows: Rows) -> Rows:
    return [{**row, "begindatum": "31-02-2026"} for row in part(rows, 0.08)] + rows[len(part(rows, 0.08)) :]


def another_period(rows: Rows) -> Rows:
    moved = dict.fromkeys(("datum_registratie", "begindatum", "datum_kennisname", "einddatum"), "06-02-2026")
    return [{**row, **moved} for row in part(rows, 0.25)] + rows[len(part(rows, 0.25)) :]


def shifted_areas(rows: Rows) -> Rows:
    return [{**row, "buurt_code": "wijk 3"} for row in part(rows, 0.4)] + rows[len(part(rows, 0.4)) :]


def rejected_rows(rows: Rows) -> Rows:
    return [{**row, "maatschappelijke_klasse": "Q999"} for row in part(rows, 0.045)] + rows[len(part(rows, 0.045)) :]


CORRUPTIONS: list[tuple[Callable[[Rows], Rows], set[str]]] = [
    (unknown_classes, {"klasse_bekend", "aandeel_afgekeurd"}),
    (unreadable_dates, {"registratiedatum_leesbaar", "aandeel_afgekeurd"}),
    (unreadable_begin, {"begindatum_leesbaar", "aandeel_afgekeurd"}),
    (another_period, {"registratie_in_dekking"}),
    (shifted_areas, {"buurt_herkend"}),
    (rejected_rows, {"aandeel_afgekeurd"}),
]


@pytest.mark.parametrize(("corrupt", "expected"), CORRUPTIONS, ids=lambda item: getattr(item, "__name__", ""))
def test_the_suite_stops_a_delivery_that_changed(
    empty: Workshop, good_rows: Rows, tmp_path: Path, corrupt: Callable[[Rows], Rows], expected: set[str]
) -> None:
    outcome = empty.take_in(write_rows(tmp_path / LAST_FILE, corrupt(good_rows)))
    assert outcome.uitkomst == "mislukt"
    assert set(failed(outcome.verdicts)) == {"raw_weekmonitor.expectations"}
    assert {name.removeprefix("raw_weekmonitor.") for name in names(outcome.verdicts)} == expected
    for finding in failed(outcome.verdicts)["raw_weekmonitor.expectations"]:
        assert finding.grens.split()[0] in ("minstens", "hoogstens")
        assert finding.waargenomen.endswith("in 1 van 1 cellen")
        assert finding.cellen[0]["levering_id"] == outcome.levering_id
        assert len(finding.verwijzingen) <= 20
        assert all(set(item) <= {"levering_id", "rij", "regels"} for item in finding.verwijzingen)
    assert empty.loaded() == 0
    assert Ledger(empty.store).deliveries() == []


def test_rows_without_any_fault_pass(empty: Workshop, good_rows: Rows, tmp_path: Path) -> None:
    outcome = empty.take_in(write_rows(tmp_path / LAST_FILE, good_rows))
    assert (outcome.uitkomst, failed(outcome.verdicts)) == ("geladen", {})
    assert empty.loaded() == len(good_rows)
    assert {f"{item.tabel}.{item.controle}" for item in outcome.verdicts} == {
        "raw_weekmonitor.schema", "raw_weekmonitor_xy.schema", "raw_weekmonitor.row_conservation", "raw_weekmonitor.expectations",
    }  # fmt: skip


def test_a_delivery_without_any_coordinate_passes(empty: Workshop, good_rows: Rows, tmp_path: Path) -> None:
    outcome = empty.take_in(write_rows(tmp_path / LAST_FILE, [{**row, "locatie_xy": ""} for row in good_rows]))
    assert (outcome.uitkomst, names(outcome.verdicts)) == ("geladen", [])
    assert empty.store.rows("SELECT count(*) AS n FROM raw_weekmonitor_xy") == [{"n": 0}]


def _read_with(change: Callable[[pyarrow.Table], pyarrow.Table], patch: pytest.MonkeyPatch) -> None:
    whole = intake.read_delivery

    def reading(*arguments: Any, **options: Any) -> Any:
        read = whole(*arguments, **options)
        return replace(read, table=change(read.table))

    patch.setattr(intake, "read_delivery", reading)


def _replaced(rows: pyarrow.Table, name: str, value: Any) -> pyarrow.Table:
    place = rows.column_names.index(name)
    values = rows.column(name).to_pylist()
    values[3] = value
    return rows.set_column(place, rows.schema.field(name), pyarrow.array(values, rows.schema.field(name).type))


@pytest.mark.parametrize(
    ("column", "value", "expectation", "told"),
    [
        ("rij", 2, "raw_weekmonitor.sleutel_uniek", "2 rijen delen een sleutel"),
        ("rij", 0, "raw_weekmonitor.rij.greater_than_or_equal_to", "1 rijen voldoen niet"),
        ("blad", None, "raw_weekmonitor.blad.not_nullable", "1 rijen voldoen niet"),
    ],
)
def test_the_schema_stops_what_a_reader_should_never_give(
    empty: Workshop, region: Region, monkeypatch: pytest.MonkeyPatch, column: str, value: Any, expectation: str, told: str
) -> None:
    _read_with(lambda rows: _replaced(rows, column, value), monkeypatch)
    outcome = empty.take_in(region.last_file)
    assert outcome.uitkomst == "mislukt"
    found = failed(outcome.verdicts)
    assert expectation in [finding.verwachting for finding in found["raw_weekmonitor.schema"]]
    assert found["raw_weekmonitor.schema"][0].waargenomen == told
    assert "raw_weekmonitor.expectations" not in found
    assert empty.loaded() == 0
    references = found["raw_weekmonitor.schema"][0].verwijzingen
    assert references
    assert all(set(item) == {"levering_id", "rij"} for item in references)


def test_a_row_that_gets_lost_is_missed(empty: Workshop, region: Region, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = intake._split

    def losing(*arguments: Any) -> Any:
        raw, xy, removed = whole(*arguments)
        return raw.filter(raw.rij != 5), xy, removed

    monkeypatch.setattr(intake, "_split", losing)
    outcome = empty.take_in(region.last_file)
    assert set(failed(outcome.verdicts)) == {"raw_weekmonitor.row_conservation"}
    (finding,) = failed(outcome.verdicts)["raw_weekmonitor.row_conservation"]
    assert finding.verwachting == "raw_weekmonitor.rijen_behouden"
    assert finding.waargenomen == f"{outcome.rijen - 1} rijen geladen"
    assert finding.grens == f"{outcome.rijen} rijen gelezen"
    assert empty.loaded() == 0


def test_a_failed_delivery_is_kept_apart_with_its_reason_and_does_not_stop_the_next(
    empty: Workshop, good_rows: Rows, region: Region, tmp_path: Path
) -> None:
    bad = empty.take_in(write_rows(tmp_path / LAST_FILE, shifted_areas(good_rows)))
    kept = list(empty.settings.refused_folder.iterdir())
    assert sorted(path.name.split("_", 1)[1] for path in kept) == [LAST_FILE, f"{LAST_FILE}.reden.txt"]
    assert landing.waiting(empty.settings) == []
    (attempt,) = empty.store.rows("SELECT bestand, uitkomst, regel FROM intake_attempts")
    assert attempt == {"bestand": LAST_FILE, "uitkomst": "mislukt", "regel": "raw_weekmonitor.buurt_herkend"}
    assert "buurt_herkend" in bad.melding
    assert [(item.tabel, item.goedgekeurd) for item in empty.store.versions()] == [("raw_weekmonitor", False)]
    good = empty.take_in(region.last_file)
    assert good.uitkomst == "geladen"
    assert empty.store.version("raw_weekmonitor").rijen == good.rijen


def test_values_of_failing_rows_are_for_the_owner_only(
    empty: Workshop, good_rows: Rows, tmp_path: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    marked = [{**row, "projectcode": MARK, "plaatsnaam": MARK} for row in good_rows]
    outcomes = [
        empty.take_in(write_rows(tmp_path / LAST_FILE, unknown_classes(marked)), "een-run"),
        empty.take_in(write_rows(tmp_path / LAST_FILE, rejected_rows(marked)), "een-run"),
    ]
    assert [outcome.uitkomst for outcome in outcomes] == ["mislukt", "mislukt"]
    assert MARK not in str(outcomes)
    assert MARK not in str(empty.store.rows("SELECT * FROM gate_results")) + str(
        empty.store.rows("SELECT * FROM intake_attempts")
    )
    said = capfd.readouterr()
    assert MARK not in said.out + said.err + caplog.text
    folder = empty.settings.protected_folder / "gates" / "een-run"
    files = sorted(folder.iterdir())
    assert len(files) == 2, "one delivery does not overwrite the other's rows"
    for path in files:
        assert path.read_text(encoding="utf-8").count(MARK) >= 2
        assert path.stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700
    assert folder.parent.stat().st_mode & 0o777 == 0o700
    for path in empty.settings.refused_folder.glob("*.txt"):
        assert MARK not in path.read_text(encoding="utf-8")
    assert empty.settings.refused_folder.stat().st_mode & 0o777 == 0o700


def test_a_true_outlier_is_let_through_until_its_day(empty: Workshop, good_rows: Rows, tmp_path: Path) -> None:
    file = write_rows(tmp_path / LAST_FILE, rejected_rows(good_rows))
    assert empty.take_in(file).uitkomst == "mislukt"
    ledger = Ledger(empty.store)
    ledger.decide(empty.settings.now(), GATE, "raw_weekmonitor.aandeel_afgekeurd", "nieuwe codes", who="analist", until=TODAY)
    assert ledger.allowances(TODAY.replace(day=24)) == []
    outcome = empty.take_in(file)
    assert outcome.uitkomst == "geladen"
    (told,) = [text for verdict in outcome.verdicts for text in verdict.doorgelaten]
    assert "aandeel_afgekeurd" in told
    assert "doorgelaten door analist tot en met 2026-03-23: nieuwe codes" in told


def test_a_few_bad_rows_stop_nothing_whatever_their_share(empty: Workshop, good_rows: Rows, tmp_path: Path) -> None:
    file = write_rows(tmp_path / LAST_FILE, rejected_rows(good_rows))
    patient = empty.settings.model_copy(update={"minimum_counted": 1000})
    landing.prepare(patient)
    waiting = landing.put(file, patient.landing_folder, None)
    assert intake.take_in(waiting, empty.store, patient, "proef", up_to=TODAY).uitkomst == "geladen"
