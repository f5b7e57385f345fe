"""The workbook that goes back to the police."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from ivz_assets.settings import Settings
from ivz_assets.warehouse.store import Store
from ivz_assets.weekmonitor.feedback import write_workbook
from ivz_assets.weekmonitor.reference import fields, rules
from ivz_assets.weekmonitor.schema import QUARANTINE
from ivz_assets_tests.weekmonitor.building import MONDAY, TEXTS, TODAY, Tiny, registered


def prepared(store: Store, settings: Settings) -> Tiny:
    """Two deliveries with rejected rows, in quarantine."""
    tiny = Tiny(store, settings)
    hostile = registered(MONDAY, begindatum="x", buurt_naam="=1+1", plaatsnaam="#N/A", projectcode="a\x0bb", poging="-2+3")
    worse = registered(MONDAY, maatschappelijke_klasse="", begindatum="31-02-2026")
    tiny.deliver("een", [hostile, registered(MONDAY), worse])
    tiny.deliver("twee", [registered(MONDAY.replace(day=12), begindatum="x")], van=MONDAY.replace(day=12))
    rows = tiny.made("quarantine")
    with store.transaction():
        store.stage(QUARANTINE, rows)
        store.promote(QUARANTINE, store.next_version(), "test", settings.now(), {})
    return tiny


def test_workbook(shared_store: Store, ledger_settings: Settings, tmp_path: Path) -> None:
    tiny = prepared(shared_store, ledger_settings)
    path, rows = write_workbook(shared_store, ledger_settings, tiny.names["een"], tmp_path / "terug.xlsx")
    assert rows == 2
    sheet = load_workbook(path).active
    assert sheet is not None
    header, first, second = list(sheet.iter_rows())
    assert [cell.value for cell in header] == [
        "Bestand", "Levering", "Blad", "Rij", "Waarom afgekeurd", *(field.kop for field in fields())
    ]  # fmt: skip
    assert [cell.value for cell in first[:4]] == ["een.xlsx", tiny.names["een"], "Weekmonitor", 2]
    texts = {rule.regel: rule.tekst for rule in rules()}
    assert first[4].value == texts["begindatum_ongeldig"]
    assert second[4].value == f"{texts['klasse_ontbreekt']} {texts['begindatum_ongeldig']}"  # all reasons
    delivered = dict(zip(TEXTS, first[5:], strict=True))
    # Text stays text: never a formula, never an Excel error.
    for name, text in (("buurt_naam", "=1+1"), ("plaatsnaam", "#N/A"), ("poging", "-2+3"), ("datum_registratie", "05-01-2026")):
        assert (delivered[name].value, delivered[name].data_type) == (text, "s")
    assert delivered["locatie_xy"].value == "257000,471000"
    assert delivered["projectcode"].value == "a b"  # a control character cannot stand in a workbook
    assert path.stat().st_mode & 0o077 == 0


def test_all_deliveries_go_to_the_protected_folder(shared_store: Store, ledger_settings: Settings) -> None:
    prepared(shared_store, ledger_settings)
    path, rows = write_workbook(shared_store, ledger_settings, None, None)
    assert rows == 3
    assert path == ledger_settings.protected_folder / "quarantine" / f"quarantaine_alle_{TODAY:%Y%m%d}.xlsx"
    assert path.stat().st_mode & 0o077 == 0


def test_nobody_else_can_ever_open_the_workbook(
    shared_store: Store, ledger_settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared(shared_store, ledger_settings)
    modes = []
    save = Workbook.save

    def watched(self: Workbook, path: Path) -> None:
        modes.append(path.stat().st_mode & 0o777)
        save(self, path)

    monkeypatch.setattr(Workbook, "save", watched)
    path = tmp_path / "terug.xlsx"
    path.touch(mode=0o644)  # an earlier file does not decide who may read
    write_workbook(shared_store, ledger_settings, None, path)
    write_workbook(shared_store, ledger_settings, None, None)
    assert modes == [0o600, 0o600]
    assert ledger_settings.protected_folder.stat().st_mode & 0o077 == 0
