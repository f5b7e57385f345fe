"""Opening the workbook of notes in the data folder, guarded. A file that cannot be read is told, and stops nothing."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from ivz_assets.dashboard.interpretation.layout import DUIDING, FILE_NAME, columns
from ivz_assets.dashboard.interpretation.notes import Choice, Choices, NotesRead, problem, read_notes
from ivz_assets.deliveries.reading.cells import position, text
from ivz_assets.deliveries.reading.limits import Limits
from ivz_assets.deliveries.reading.reader import ReadCells, read_cells
from ivz_assets.deliveries.reading.refusal import RefusedDelivery
from ivz_assets.settings import Settings
from ivz_assets.warehouse.store import Store

MOST_BYTES = 20_000_000
MOST_UNPACKED_BYTES = 200_000_000
MOST_ROWS = 20_000
"""A workbook that people type into; the template's drop-downs reach to here."""


def notes_path(settings: Settings) -> Path:
    """Where the workbook lies; it may be absent, and it stays as it is."""
    return settings.data_dir / "reference" / FILE_NAME


def notes_of(store: Store, settings: Settings, today: date) -> NotesRead:
    """The notes in the workbook, read against the dimensions; none when there is no workbook."""
    path = notes_path(settings)
    if not path.exists():
        return NotesRead((), ())
    try:
        read = _read(path, settings)
    except RefusedDelivery as refusal:
        told = refusal.bericht.splitlines()
        return NotesRead((), (problem(path.name, "bestand_onleesbaar", bericht=" ".join(told)),))
    areas, classes = choices(store)
    periods = [row["periode"] for row in store.rows("SELECT periode FROM dim_periode")]
    return read_notes(read.sheets, path.name, Choices(areas), Choices(classes), periods, today, _lost(read))


def choices(store: Store) -> tuple[list[Choice], list[Choice]]:
    """The areas and the classes and themes that a note may be of, in the order of the drop-downs.

    Raises:
        NotPassed: the dimensions have not been made yet.
    """
    for name in ("dim_gebied", "dim_klasse"):
        store.version(name)
    areas = store.rows(
        "SELECT gebied_sleutel AS sleutel, gebied_niveau::VARCHAR AS niveau, gebied_naam AS naam FROM dim_gebied "
        "ORDER BY gebied_niveau DESC, gemeente_naam NULLS FIRST, gebied_naam, gebied_sleutel"
    )
    classes = store.rows(
        "SELECT klasse_sleutel AS sleutel, klasse_niveau::VARCHAR AS niveau, klasse_naam AS naam FROM dim_klasse "
        "ORDER BY klasse_niveau DESC, klasse_sleutel"
    )
    return [Choice(**row) for row in areas], [Choice(**row) for row in classes]


def _lost(read: ReadCells) -> list[tuple[str, int]]:
    """Column, as the workbook names it, and row of the cells of the sheet whose value is not in the file."""
    rows = read.sheets.get(DUIDING, [])
    header = [" ".join(text(cell).split()).casefold() for cell in rows[0]] if rows else []
    found = []
    for cell in read.lost:
        row, column = position(cell.cell)
        if cell.sheet == DUIDING and column < len(header) and header[column] in columns():
            found.append((header[column], row))
    return found


def _read(path: Path, settings: Settings) -> ReadCells:
    limits = Limits(
        max_bytes=min(MOST_BYTES, settings.workbook_max_bytes),
        max_unpacked_bytes=min(MOST_UNPACKED_BYTES, settings.workbook_max_unpacked_bytes),
        max_rows=MOST_ROWS,
        memory_bytes=settings.reading_memory_bytes,
        timeout_seconds=settings.reading_timeout_seconds,
    )
    password = settings.workbook_password.get_secret_value() if settings.workbook_password else None
    return read_cells(path, limits=limits, scratch=settings.protected_folder / "reading", password=password)
