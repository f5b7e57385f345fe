"""A small region and suppliers' sheets as cells, for the tests of reading them. No assertions belong here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from python_calamine import CalamineWorkbook

from ivz_assets.enrichment.catalogue import catalogue
from ivz_assets.enrichment.layout import CIJFERS, INDICATOREN, LEVERANCIER, columns
from ivz_assets.enrichment.names import Area, Areas
from ivz_assets.enrichment.workbook import Parsed, read_workbook

TODAY = date(2026, 3, 23)
FILE = "cijfers.xlsx"

AREAS = Areas(
    [
        Area("GM0153", "Enschede", "gemeente", "GM0153"),
        Area("WK015301", "Binnensingelgebied", "wijk", "GM0153"),
        Area("BU01530101", "City", "buurt", "GM0153"),
        Area("BU01530102", "Lasonder, Zeggelt", "buurt", "GM0153", ("Lasonder-Zeggelt en omgeving",)),
        Area("BU01530103", "De Laares", "buurt", "GM0153"),
        Area("BU01530201", "Boswinkel - De Braker", "buurt", "GM0153"),
        Area("BU01530202", "Velve & Lindenhof", "buurt", "GM0153"),
        Area("BU01530301", "Buitengebied", "buurt", "GM0153"),
        Area("BU01530302", "Buitengebied", "buurt", "GM0153"),
        Area("GM0168", "Losser", "gemeente", "GM0168"),
        Area("BU01680001", "City", "buurt", "GM0168"),
    ]
)

TERMS: dict[str, Any] = {
    "Leverancier": "Kennispunt (voorbeeld)",
    "Eigenaar van de gegevens": "Gemeente Enschede",
    "Grondslag of licentie": "Convenant",
    "Doel": "Veiligheidsbeeld, intern gebruik",
    "Geldig van": date(2024, 1, 1),
    "Geldig tot en met": date(2025, 12, 31),
    "Contact": "cijfers@voorbeeld.example",
    "Bewaartermijn (maanden)": 60.0,
    "Opmerking": "",
}

INDICATOR_HEADER = ["indicator", "eenheid", "uw_eenheid", "uw_noemer", "uw_periode_soort"]


def supplier_sheet(**changes: Any) -> list[list[Any]]:
    """The sheet ``Leverancier``; a change is named by its label with underscores, None leaves the line out."""
    terms = {label: changes.get(label.replace(" ", "_"), value) for label, value in TERMS.items()}
    return [["Onderdeel", "Uw antwoord", "Uitleg"], *([label, value] for label, value in terms.items() if value is not None)]


def indicator_sheet(**changes: Mapping[str, str]) -> list[list[Any]]:
    """The sheet ``Indicatoren``, confirmed; a change gives an indicator another ``eenheid``, ``noemer`` or ``periode_soort``."""
    rows: list[list[Any]] = [list(INDICATOR_HEADER)]
    for name, one in catalogue().items():
        own = {"eenheid": one.eenheid, "noemer": one.noemer, "periode_soort": one.periode_soort, **changes.get(name, {})}
        rows.append([name, one.eenheid, own["eenheid"], own["noemer"], own["periode_soort"]])
    return rows


def figures_sheet(*rows: Mapping[str, Any]) -> list[list[Any]]:
    """The sheet ``Cijfers``: the header in row 1 and these rows, by column."""
    return [list(columns()), *([row.get(name, "") for name in columns()] for row in rows)]


def row(**changes: Any) -> dict[str, Any]:
    """A row without problems: youth care in De Laares in 2025."""
    return {"gebied_code": "BU01530103", "periode": "2025", "indicator": "jeugdhulp", "waarde": 34.0, **changes}


def sheets(*rows: Mapping[str, Any], **parts: Any) -> dict[str, Any]:
    """The template's sheets with these rows; ``parts`` replaces or adds a sheet, None leaves it out."""
    made = {LEVERANCIER: supplier_sheet(), CIJFERS: figures_sheet(*rows), INDICATOREN: indicator_sheet(), **parts}
    return {name: cells for name, cells in made.items() if cells is not None}


def read(*rows: Mapping[str, Any], **parts: Any) -> Parsed:
    """What is read of the template's sheets with these rows."""
    return read_workbook(sheets(*rows, **parts), FILE, AREAS, TODAY)


def found(parsed: Parsed) -> list[tuple[str, str, str]]:
    """Sheet, cell and rule of every problem."""
    return [(problem.blad, problem.cel, problem.regel) for problem in parsed.problems]


def cells_of(path: Path) -> dict[str, Sequence[Sequence[Any]]]:
    """The cells of a workbook on disk, from A1 on."""
    workbook = CalamineWorkbook.from_path(str(path))
    return {name: workbook.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in workbook.sheet_names}
