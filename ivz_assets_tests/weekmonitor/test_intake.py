"""Taking in one file: what becomes of it, what is remembered, and what may never enter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
import pyarrow
import pyarrow.parquet
import pytest
import xlsxwriter

from ivz_assets.deliveries import landing
from ivz_assets.deliveries.ledger import ACCEPTED, WITHDRAWN, Ledger, UnknownSubject
from ivz_assets.quality.stage import remember
from ivz_assets.quality.verdicts import Finding, Verdict
from ivz_assets.settings import Settings
from ivz_assets.warehouse.store import Store
from ivz_assets.weekmonitor import intake, recompute
from ivz_assets.weekmonitor.reference import fields
from ivz_assets_tests.weekmonitor.building import MONDAY, TEXTS, registered, row

UP_TO = date(2026, 3, 22)


@pytest.fixture
def store() -> Iterator[Store]:
    """A warehouse in memory."""
    store = Store(duckdb.connect())
    yield store
    store.close()


def workbook(settings: Settings, name: str, rows: Sequence[Mapping[str, str]], extra: str | None = None) -> Path:
    """A workbook of texts in the landing folder."""
    landing.prepare(settings)
    path = settings.landing_folder / name
    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_numbers": False})
    sheet = book.add_worksheet("Weekmonitor")
    headers = [field.kop for field in fields()] + ([extra] if extra else [])
    for number, texts in enumerate([headers, *([item[name] for name in TEXTS] + ([extra] if extra else []) for item in rows)]):
        for position, text in enumerate(texts):
            sheet.write_string(number, position, text)
    book.close()
    return path


def week(count: int, start: int = 0) -> list[dict[str, str]]:
    """Rows of 2026-W02, each with its own project code."""
    return [registered(MONDAY + timedelta(days=number % 7), projectcode=f"P{number}") for number in range(start, start + count)]


def take(path: Path, store: Store, settings: Settings, up_to: date = UP_TO) -> intake.Outcome:
    """Takes in a file."""
    return intake.take_in(path, store, settings, "test", up_to=up_to)


def standing(store: Store, settings: Settings) -> set[str | None]:
    """Project codes of the incidents in force."""
    rows = recompute.placed_rows(store, Ledger(store), settings)
    return set(rows.filter(rows.status == "incident").projectcode.to_pandas())


def count(store: Store, table: str) -> int:
    """Rows of a table; none when it is not there."""
    return int(store.rows(f"SELECT count(*) AS aantal FROM {table}")[0]["aantal"]) if store.exists(table) else 0


def test_a_week_is_loaded_whole(store: Store, settings: Settings) -> None:
    path = workbook(settings, "weekmonitor_2026-W02_geleverd_2026-01-12.xlsx", [*week(30), row(begindatum="31-02-2026")])
    outcome = take(path, store, settings)
    assert (outcome.uitkomst, outcome.rijen, outcome.week) == ("geladen", 31, "2026-W02")
    (facts,) = Ledger(store).deliveries()
    assert (facts.soort, facts.dekking_van, facts.dekking_tot) == ("week", MONDAY, date(2026, 1, 11))
    assert facts.geleverd_op == datetime(2026, 1, 12, 8)
    assert (facts.eerste_registratie, facts.laatste_registratie) == (MONDAY, date(2026, 1, 11))
    assert not path.exists()
    assert [file.name for file in settings.archive_folder.iterdir()] == [f"{facts.levering_id}_{path.name}"]
    (first,) = store.rows("SELECT * FROM raw_weekmonitor WHERE rij = 2")
    assert {name: first[name] for name in TEXTS if name != "locatie_xy"} == {
        k: v for k, v in week(1)[0].items() if k != "locatie_xy"
    }
    assert "locatie_xy" not in first


def test_the_same_file_twice_and_renamed_is_one_delivery(store: Store, settings: Settings) -> None:
    path = workbook(settings, "weekmonitor_2026-W02.xlsx", week(3))
    content = path.read_bytes()
    first = take(path, store, settings)
    for name in ("weekmonitor_2026-W02.xlsx", "weekmonitor_2026-W03.xlsx"):
        copy = settings.landing_folder / name
        copy.write_bytes(content)
        again = take(copy, store, settings)
        assert (again.uitkomst, again.levering_id, again.week) == ("al_geladen", first.levering_id, "2026-W02")
    assert len(Ledger(store).deliveries()) == 1
    assert count(store, "raw_weekmonitor") == 3


@pytest.mark.parametrize(
    ("name", "extra", "told"),
    [
        ("weekmonitor_2026-W02.xlsx", "Adres", "Adres"),
        ("weekmonitor_2025-W53.xlsx", None, "rename the file"),
    ],
)
def test_a_refused_file_is_kept_with_its_reason(
    store: Store, settings: Settings, name: str, extra: str | None, told: str
) -> None:
    outcome = take(workbook(settings, name, week(2), extra), store, settings)
    assert outcome.uitkomst == "geweigerd"
    assert not outcome.stands
    assert told in outcome.melding
    kept = sorted(file.name for file in settings.refused_folder.iterdir())
    assert len(kept) == 2
    assert kept[1] == kept[0] + landing.REASON
    assert told in (settings.refused_folder / kept[1]).read_text(encoding="utf-8")
    assert settings.refused_folder.stat().st_mode & 0o077 == 0
    assert count(store, "raw_weekmonitor") == 0
    assert Ledger(store).deliveries() == []
    (attempt,) = store.rows("SELECT * FROM intake_attempts")
    assert (attempt["bestand"], attempt["uitkomst"]) == (name, "geweigerd")


def test_a_file_with_no_date_to_go_by_is_refused(store: Store, settings: Settings) -> None:
    # Year 0 is a date to the engine and none to Python; it must not stop the run.
    path = workbook(settings, "levering.xlsx", [row(datum_registratie="01-01-0000"), row(datum_registratie="")])
    outcome = take(path, store, settings)
    assert outcome.uitkomst == "geweigerd"
    assert "no row has a valid registration date" in outcome.melding


def test_a_failing_gate_loads_nothing_and_is_remembered(store: Store, settings: Settings) -> None:
    # Half of the classes are unknown, where 5 in 100 may be.
    rows = [registered(MONDAY, maatschappelijke_klasse="X1", locatie_xy="", projectcode=f"X{n}") for n in range(25)] + week(25)
    outcome = take(workbook(settings, "weekmonitor_2026-W02.xlsx", rows), store, settings)
    assert outcome.uitkomst == "mislukt"
    assert "raw_weekmonitor.klasse_bekend" in outcome.melding
    assert count(store, "raw_weekmonitor") == 0
    assert Ledger(store).deliveries() == []
    (attempt,) = store.rows("SELECT uitkomst, regel FROM intake_attempts")
    assert attempt == {"uitkomst": "mislukt", "regel": "raw_weekmonitor.klasse_bekend"}
    assert [version.goedgekeurd for version in store.versions()] == [False]
    # The next delivery is taken in as if nothing happened.
    assert take(workbook(settings, "weekmonitor_2026-W02.xlsx", week(2)), store, settings).uitkomst == "geladen"
    assert count(store, "raw_weekmonitor") == 2


def test_a_week_that_is_not_over_waits(store: Store, settings: Settings) -> None:
    path = workbook(settings, "weekmonitor_2026-W02.xlsx", week(2))
    outcome = take(path, store, settings, up_to=date(2026, 1, 10))
    assert outcome.uitkomst == "wacht"
    assert outcome.stands
    assert path.exists()
    assert count(store, "raw_weekmonitor") == 0
    assert take(path, store, settings, up_to=date(2026, 1, 11)).uitkomst == "geladen"


def test_a_redelivery_that_replaces_too_much_is_held_until_a_person_decides(store: Store, settings: Settings) -> None:
    codes = {f"P{number}" for number in range(40)}
    take(workbook(settings, "weekmonitor_2026-W02_geleverd_2026-01-12.xlsx", week(40)), store, settings)
    # 11 of 40 known incidents are not in it: 27.5%, where 25% is the limit.
    outcome = take(workbook(settings, "weekmonitor_2026-W02_geleverd_2026-02-02.xlsx", week(40, start=11)), store, settings)
    assert outcome.uitkomst == "vastgehouden"
    assert "11 of the 40" in outcome.melding
    assert outcome.levering_id is not None
    assert standing(store, settings) == codes
    (decision,) = Ledger(store).decisions()
    assert (decision["soort"], decision["wie"]) == ("vastgehouden", "ivz")
    assert '"niet_bevestigd": 11' in decision["cijfers"]

    ledger = Ledger(store)
    ledger.decide(settings.now(), ACCEPTED, outcome.levering_id, "the police confirmed it", who="analist")
    assert standing(store, settings) == {f"P{number}" for number in range(11, 51)}
    ledger.decide(settings.now() + timedelta(hours=1), WITHDRAWN, outcome.levering_id, "wrong file", who="analist")
    assert standing(store, settings) == codes


def test_a_redelivery_that_replaces_a_quarter_is_not_held(store: Store, settings: Settings) -> None:
    take(workbook(settings, "weekmonitor_2026-W02_geleverd_2026-01-12.xlsx", week(40)), store, settings)
    outcome = take(workbook(settings, "weekmonitor_2026-W02_geleverd_2026-02-02.xlsx", week(40, start=10)), store, settings)
    assert outcome.uitkomst == "geladen"
    assert standing(store, settings) == {f"P{number}" for number in range(10, 50)}


def test_an_older_delivery_that_is_loaded_later_replaces_nothing_and_is_not_held(store: Store, settings: Settings) -> None:
    take(workbook(settings, "weekmonitor_2026-W02_geleverd_2026-02-02.xlsx", week(40)), store, settings)
    outcome = take(workbook(settings, "weekmonitor_2026-W02_geleverd_2026-01-12.xlsx", week(40, start=40)), store, settings)
    assert outcome.uitkomst == "geladen"
    assert standing(store, settings) == {f"P{number}" for number in range(40)}


def test_coordinates_only_for_the_classes_that_may_carry_them(store: Store, settings: Settings) -> None:
    secret = "257123,471456"
    rows = [
        registered(MONDAY, locatie_xy=secret, maatschappelijke_klasse="A20"),  # burglary: never
        registered(MONDAY, locatie_xy=secret, maatschappelijke_klasse="X1"),  # unknown: denied by default
        registered(MONDAY, locatie_xy=secret, maatschappelijke_klasse=""),
        registered(MONDAY, locatie_xy="257000,471000", maatschappelijke_klasse=" a 40"),  # pickpocketing: may
        registered(MONDAY, locatie_xy=" ", maatschappelijke_klasse="A40"),
    ]
    path = workbook(settings, "weekmonitor_2026-W02.xlsx", rows)
    outcome = take(path, store, settings.model_copy(update={"min_share_readable": 0.1}))
    assert outcome.uitkomst == "geladen"
    assert [item["xy_status"] for item in store.rows("SELECT xy_status FROM raw_weekmonitor ORDER BY rij")] == [
        "verwijderd", "verwijderd", "verwijderd", "bewaard", "geen"
    ]  # fmt: skip
    kept = store.rows("SELECT rij, locatie_xy FROM raw_weekmonitor_xy")
    assert kept == [{"rij": 5, "locatie_xy": "257000,471000"}]
    (facts,) = Ledger(store).deliveries()
    assert facts.xy_verwijderd == 3
    # Nowhere in what stays: no column of any stored table holds the denied text.
    tables = store.rows("SELECT table_name AS naam FROM duckdb_tables() WHERE NOT temporary")
    for table in tables:
        assert not [line for line in store.rows(f'SELECT * FROM "{table["naam"]}"') if secret in str(line.values())]


def test_bulk_goes_through_the_same_ledger(store: Store, settings: Settings) -> None:
    landing.prepare(settings)
    path = settings.landing_folder / landing.BULK / "weekmonitor_2026-W02.parquet"
    table = pyarrow.Table.from_pylist(week(5)).select(list(reversed(TEXTS)))  # in another order
    pyarrow.parquet.write_table(table, path)
    outcome = take(path, store, settings)
    assert (outcome.uitkomst, outcome.rijen) == ("geladen", 5)
    assert [item["rij"] for item in store.rows("SELECT rij FROM raw_weekmonitor ORDER BY rij")] == [2, 3, 4, 5, 6]
    assert standing(store, settings) == {f"P{number}" for number in range(5)}


@pytest.mark.parametrize("change", ["missing", "extra", "broken"])
def test_bulk_with_other_columns_is_refused(store: Store, settings: Settings, change: str) -> None:
    landing.prepare(settings)
    path = settings.landing_folder / landing.BULK / "weekmonitor_2026-W02.parquet"
    table = pyarrow.Table.from_pylist(week(5))
    if change == "missing":
        pyarrow.parquet.write_table(table.drop_columns(["poging"]), path)
    elif change == "extra":
        pyarrow.parquet.write_table(table.append_column("adres", table.column("plaatsnaam")), path)
    else:
        path.write_bytes(b"PAR1 and no more")
    outcome = take(path, store, settings)
    assert outcome.uitkomst == "geweigerd"
    assert {"missing": "poging", "extra": "adres", "broken": "cannot be read as Parquet"}[change] in outcome.melding
    assert count(store, "raw_weekmonitor") == 0


def test_a_decision_about_nothing_is_an_error(store: Store) -> None:
    with pytest.raises(UnknownSubject, match="2026-W02-0000000000"):
        Ledger(store).decide(datetime(2026, 1, 1), ACCEPTED, "2026-W02-0000000000", "because")


def test_the_cells_of_an_outlier_are_let_through_until_its_day(store: Store) -> None:
    ledger = Ledger(store)
    name = "incidents.volume_zelfde_week"
    decided = datetime(2026, 1, 1), "poort", name, "fireworks"
    with pytest.raises(UnknownSubject, match=f"no gate has stopped on a cell of {name}"):
        ledger.decide(*decided, until=date(2026, 1, 31))
    finding = Finding(name, "", "verhouding", "2.1", "hoogstens 1.8", [{"week_maandag": "2025-12-29", "verhouding": "2.1"}])
    remember(store, [Verdict("incidents", "expectations", 1, [finding])], 7, "run", datetime(2026, 1, 1))
    ledger.decide(*decided, who="analist", until=date(2026, 1, 31))
    (allowance,) = ledger.allowances(date(2026, 1, 31))
    assert (allowance.verwachting, allowance.cellen) == (name, [{"week_maandag": "2025-12-29"}])
    assert "fireworks" in allowance.tekst
    assert ledger.allowances(date(2026, 2, 1)) == []


@pytest.mark.parametrize("column", ["lists", "not_text"])
def test_bulk_that_cannot_be_text_is_refused_without_its_values(store: Store, settings: Settings, column: str) -> None:
    landing.prepare(settings)
    path = settings.landing_folder / landing.BULK / "weekmonitor_2026-W02.parquet"
    table = pyarrow.Table.from_pylist(week(2)).drop_columns(["projectcode"])
    values = pyarrow.array([["Jansen"], []]) if column == "lists" else pyarrow.array([b"Jansen\xff\xfe", b""])
    pyarrow.parquet.write_table(table.append_column("projectcode", values), path)
    outcome = take(path, store, settings)
    assert outcome.uitkomst == "geweigerd"
    assert "text columns" in outcome.melding
    assert "Jansen" not in outcome.melding


def test_bulk_of_other_types_and_of_a_name_that_looks_like_a_pattern(store: Store, settings: Settings) -> None:
    landing.prepare(settings)
    folder = settings.landing_folder / landing.BULK
    path = folder / "weekmonitor_2026-W02 [1]'.parquet"
    table = pyarrow.Table.from_pylist(week(3)).drop_columns(["projectcode"])
    pyarrow.parquet.write_table(table.append_column("projectcode", pyarrow.array([7, None, 9])), path)
    outcome = take(path, store, settings)
    assert (outcome.uitkomst, outcome.rijen) == ("geladen", 3)
    loaded = store.rows("SELECT rij, projectcode FROM raw_weekmonitor ORDER BY rij")
    assert [tuple(item.values()) for item in loaded] == [(2, "7"), (3, None), (4, "9")]


def test_a_failed_delivery_tells_what_to_do(store: Store, settings: Settings) -> None:
    rows = [registered(MONDAY, maatschappelijke_klasse="X1", locatie_xy="", projectcode=f"X{n}") for n in range(25)] + week(25)
    outcome = take(workbook(settings, "weekmonitor_2026-W02.xlsx", rows), store, settings)
    last = outcome.melding.splitlines()[-1]
    assert last.startswith("Look at it with the police.")
    assert "ivz accept raw_weekmonitor.klasse_bekend --reason ... --until" in last
    assert last.endswith("deliver the file again.")
    # And that works.
    until = settings.current_date()
    Ledger(store).decide(settings.now(), "poort", "raw_weekmonitor.klasse_bekend", "new codes", who="analist", until=until)
    (kept,) = settings.refused_folder.glob("*.xlsx")
    assert take(landing.put(kept, settings.landing_folder, None), store, settings).uitkomst == "geladen"
