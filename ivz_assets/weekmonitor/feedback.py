"""What goes back to the police: the rejected rows of a delivery with every reason, as a workbook in Dutch."""

from __future__ import annotations

from pathlib import Path

from ivz_assets.deliveries.reading.scratch import private_folder
from ivz_assets.settings import Settings
from ivz_assets.warehouse.store import Store
from ivz_assets.weekmonitor.reference import fields, rules

WIDTH = 22


def write_workbook(store: Store, settings: Settings, levering_id: str | None, output: Path | None) -> tuple[Path, int]:
    """Writes quarantined rows (of one delivery, or all) and returns the file and the number of rows.

    A text that begins with ``=`` stays text: it came from outside and must never become a formula.
    """
    from openpyxl import Workbook
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    store.version("quarantine")
    where = "WHERE levering_id = ?" if levering_id else ""
    rows = store.rows(
        "SELECT quarantine.*, deliveries.bestand FROM quarantine JOIN deliveries USING (levering_id) "
        f"{where} ORDER BY levering_id, rij",
        [levering_id] if levering_id else [],
    )
    texts = {rule.regel: rule.tekst for rule in rules()}
    path = (
        output
        or settings.protected_folder / "quarantine" / f"quarantaine_{levering_id or 'alle'}_{settings.current_date():%Y%m%d}.xlsx"
    )
    if output is None:
        private_folder(settings.protected_folder)
        private_folder(path.parent)
    else:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = "Afgekeurde rijen"
    headers = ["Bestand", "Levering", "Blad", "Rij", "Waarom afgekeurd", *(field.kop for field in fields())]
    sheet.append(headers)
    for cell in sheet[1]:
        cell.font = Font(bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", fgColor="1F4E79")
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    for number, row in enumerate(rows, 2):
        why = " ".join(texts[name] for name in row["regels"].split())
        values = [
            row["bestand"],
            row["levering_id"],
            row["blad"],
            row["rij"],
            why,
            *(row[field.kolom] for field in fields()),
        ]
        for position, value in enumerate(values, 1):
            # A workbook cannot hold control characters; one in a delivered text must not stop the export.
            text = ILLEGAL_CHARACTERS_RE.sub(" ", value) if isinstance(value, str) else value
            cell = sheet.cell(number, position, text)
            if isinstance(value, str):
                cell.data_type = "s"
    sheet.freeze_panes = "F2"
    sheet.auto_filter.ref = sheet.dimensions
    for position in range(1, len(headers) + 1):
        sheet.column_dimensions[get_column_letter(position)].width = 60 if position == 5 else WIDTH
    # Closed before the first row is in it; saving keeps the mode.
    path.touch(mode=0o600)
    path.chmod(0o600)
    workbook.save(path)
    return path, len(rows)
