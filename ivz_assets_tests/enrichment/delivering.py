"""A tiny region and suppliers' deliveries for it, through a workbook or straight into the warehouse. No assertions here."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import openpyxl

from ivz_assets.deliveries import landing
from ivz_assets.deliveries.intake import Outcome
from ivz_assets.deliveries.ledger import DeliveryFacts, Ledger
from ivz_assets.deliveries.streams import ENRICHMENT
from ivz_assets.enrichment import expectations, intake, loading, recompute, stage
from ivz_assets.enrichment.areas import current_areas, known_areas
from ivz_assets.enrichment.catalogue import catalogue, supplier_fields
from ivz_assets.enrichment.layout import CSV_SHEET, columns
from ivz_assets.enrichment.mapping import LongMapping
from ivz_assets.enrichment.template import write_template
from ivz_assets.enrichment.workbook import Parsed, read_workbook
from ivz_assets.quality.stage import GateFailed, StageOutcome
from ivz_assets.quality.verdicts import Verdict
from ivz_assets.settings import Settings
from ivz_assets.warehouse.store import Store, open_store

TODAY = date(2026, 3, 23)
BUURTEN = tuple(f"BU015301{number:02d}" for number in range(1, 31))
"""The thirty neighbourhoods of the one municipality, all in WK015301."""

SUPPLIER: Mapping[str, Any] = {
    "leverancier": "Gemeente Enschede",
    "eigenaar": "Kennispunt",
    "grondslag": "Convenant veiligheid",
    "doel": "Veiligheidsbeeld",
    "geldig_van": date(2024, 1, 1),
    "geldig_tot": date(2025, 12, 31),
    "contact": "onderzoek@enschede.nl",
    "bewaartermijn_maanden": 24,
}

Row = Mapping[str, Any]
"""Cells of a figure by the columns of the template."""


Change = Callable[[Parsed], Parsed]


def as_read(parsed: Parsed) -> Parsed:
    """No change to what was read."""
    return parsed


def counts(year: int = 2025, factor: float = 1.0, areas: Sequence[str] = BUURTEN, indicator: str = "jeugdhulp") -> list[Row]:
    """A count of 40, 41, 42 ... for each area."""
    return [
        {"gebied_code": area, "periode": year, "indicator": indicator, "waarde": round((40 + number) * factor)}
        for number, area in enumerate(areas)
    ]


def measure(begin: date, eind: date | str = "", area: str = BUURTEN[0]) -> Row:
    """A WhatsApp group of a neighbourhood, as a measure with its dates."""
    return {
        "gebied_code": area, "indicator": "maatregelen", "uitsplitsing": "buurt_whatsappgroep", "waarde": 1,
        "begindatum": begin, "einddatum": eind,
    }  # fmt: skip


def workbook(path: Path, rows: Sequence[Row], supplier: Mapping[str, Any] = SUPPLIER, *, extra: str = "") -> Path:
    """A workbook made from the template and filled in; ``extra`` is a column that does not belong there."""
    book = openpyxl.load_workbook(io.BytesIO(_template()))
    terms = book["Leverancier"]
    labels = {field.label: name for name, field in supplier_fields().items()}
    for row in range(2, terms.max_row + 1):
        name = labels[str(terms.cell(row, 1).value).removesuffix(" *")]
        terms.cell(row, 2).value = supplier.get(name)
    sheet = book["Cijfers"]
    places = {str(cell.value): cell.column for cell in sheet[1]}
    if extra:
        places[extra] = len(places) + 1
        sheet.cell(1, places[extra]).value = extra
        sheet.cell(2, places[extra]).value = "x"
    for number, cells in enumerate(rows, 2):
        for name, cell in cells.items():
            sheet.cell(number, places[name]).value = cell
    book.save(path)
    return path


@cache
def _template() -> bytes:
    """The empty template, written once."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "sjabloon.xlsx"
        write_template(path, areas=[(code, f"Buurt {code[-2:]}", "buurt") for code in BUURTEN])
        return path.read_bytes()


@dataclass
class Region:
    """A warehouse with nothing but suppliers' figures."""

    store: Store
    settings: Settings
    folder: Path
    count: int = 0

    @property
    def ledger(self) -> Ledger:
        """The stream of suppliers."""
        return Ledger(self.store, ENRICHMENT)

    def take_in(self, path: Path) -> Outcome:
        """Takes in a copy of a file, as a run would."""
        waiting = landing.put(path, self.settings.enrichment_landing_folder, None)
        return intake.take_in(waiting, self.store, self.settings, "proef")

    def deliver(self, rows: Sequence[Row], extra: str = "", **supplier: Any) -> Outcome:
        """Makes a workbook of these rows and takes it in."""
        self.count += 1
        return self.take_in(workbook(self.folder / f"cijfers_{self.count}.xlsx", rows, {**SUPPLIER, **supplier}, extra=extra))

    def parsed(self, rows: Sequence[Row], **supplier: Any) -> Parsed:
        """What is read of these rows, without a workbook."""
        stated = [
            {"indicator": name, "eenheid": catalogue()[name].eenheid, "noemer": catalogue()[name].noemer}
            for name in sorted({row["indicator"] for row in rows} & catalogue().keys())
        ]
        mapping = LongMapping.model_validate(
            {
                "vorm": "lang", "bestanden": ["*"], "leverancier": {**SUPPLIER, **supplier}, "waarden": {"decimaalteken": ","},
                "indicatoren": stated,
            }
        )  # fmt: skip
        cells = [list(columns()), *([row.get(name, "") for name in columns()] for row in rows)]
        return read_workbook({CSV_SHEET: cells}, "cijfers.csv", known_areas(self.store, self.settings), TODAY, mapping)

    def read(self, rows: Sequence[Row], change: Change = as_read, **supplier: Any) -> tuple[DeliveryFacts, Parsed]:
        """These rows as a delivery that was read and not yet loaded, after a change to what was read."""
        self.count += 1
        parsed = change(self.parsed(rows, **supplier))
        path = self.folder / "cijfers.csv"
        path.write_text(str(self.count), encoding="utf-8")
        return intake.facts_of(path, self.settings, self.ledger, landing.sha256_of(path), parsed, None, "proef"), parsed

    def put(self, rows: Sequence[Row], **supplier: Any) -> str:
        """Puts these rows into the warehouse without asking the gates, for what comes after; returns the delivery."""
        facts, parsed = self.read(rows, **supplier)
        loading.insert(self.ledger, facts, loading.handed_over(self.store, facts, parsed))
        return facts.levering_id

    def profile(self, name: str, rows: Sequence[Row], **supplier: Any) -> list[tuple[Any, ...]]:
        """Puts these rows into the warehouse and returns a profile of the delivery, without asking the gates."""
        delivery = self.put(rows, **supplier)
        placed = recompute.placed_rows(self.store, self.ledger, self.settings)
        areas = current_areas(self.store, self.settings)
        profiles = expectations.delivery_profiles(placed, areas, recompute.indicators(self.store), delivery)
        return sorted(profiles[name].frame.round(3).itertuples(index=False, name=None))

    def load(self, rows: Sequence[Row], change: Change = as_read, **supplier: Any) -> tuple[str, str | None]:
        """Loads these rows behind the gates; returns the delivery and why it is held.

        Raises:
            GateFailed: a gate did not hold.
        """
        facts, parsed = self.read(rows, change, **supplier)
        _, held = loading.load(self.store, self.settings, self.ledger, facts, parsed)
        return facts.levering_id, held

    def stopped_by(self, rows: Sequence[Row], change: Change = as_read, **supplier: Any) -> list[str]:
        """The expectations that stop these rows; nothing of them may be in the warehouse then."""
        try:
            self.load(rows, change, **supplier)
        except GateFailed as failure:
            return not_held(failure.verdicts)
        return []

    def build(self) -> StageOutcome:
        """Builds the stage."""
        return stage.build(self.store, self.settings, "proef")

    def decide(self, kind: str, levering_id: str) -> None:
        """A person accepts or withdraws a delivery."""
        self.ledger.decide(self.settings.now(), kind, levering_id, "bekeken", who="analist")

    def made(self, name: str) -> str:
        """A table of the stage as the stage would fill it, as SQL."""
        tables = recompute.tables(self.store, self.ledger, self.settings)
        return next(self.store.sql(expression) for model, expression in tables if model.name == name)

    def rows(self, name: str, where: str = "true") -> list[dict[str, Any]]:
        """Rows of a table of the stage as the stage would fill it."""
        return self.store.rows(f"SELECT * FROM ({self.made(name)}) WHERE {where}")

    def figures(self, columns: str = "gebied_code, periode, waarde", where: str = "true") -> list[tuple[Any, ...]]:
        """The figures in force."""
        source = self.made("municipal_enrichments")
        return self.store.connection.execute(f"SELECT {columns} FROM ({source}) WHERE {where} ORDER BY ALL").fetchall()

    def accounts(self) -> dict[str, dict[str, int]]:
        """Per delivery its figures by status, those that are not nought."""
        rows = self.store.rows(f"SELECT * EXCLUDE (leverancier) FROM ({self.made('enrichment_accounts')})")
        return {row.pop("levering_id"): {name: number for name, number in row.items() if number} for row in rows}


def not_held(verdicts: Sequence[Verdict]) -> list[str]:
    """The expectations that did not hold."""
    return [finding.verwachting for verdict in verdicts for finding in verdict.bevindingen]


@contextmanager
def opened(folder: Path, today: date = TODAY) -> Iterator[Region]:
    """The region, open, with its neighbourhoods listed."""
    settings = Settings(data_dir=folder / "data", today=today)
    settings.buurten_csv.parent.mkdir(parents=True, exist_ok=True)
    lines = [f"{code},Buurt {code[-2:]}" for code in BUURTEN]
    settings.buurten_csv.write_text("\n".join(["buurt_code,buurt_naam", *lines]) + "\n", encoding="utf-8")
    settings.gemeenten_csv.write_text("gemeente_code,gemeente_naam\nGM0153,Enschede\n", encoding="utf-8")
    landing.prepare(settings)
    store = open_store(settings.warehouse_folder)
    try:
        loading.prepare(store, settings, "proef")
        yield Region(store, settings, folder)
    finally:
        store.close()
