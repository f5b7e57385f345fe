"""Four invented suppliers' workbooks of municipal and partner figures, with what was planted in them. No reading here."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

import numpy as np
import openpyxl
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from ivz_assets.enrichment.catalogue import catalogue, choices
from ivz_assets.enrichment.layout import CIJFERS, LEVERANCIER, columns
from ivz_assets.enrichment.template import write_template

KENNISPUNT, HENNEP, BELEVING, BREED = "kennispunt", "hennep", "beleving_en_maatregelen", "gemeente_breed"

_FIXED_TIME = (2026, 1, 1, 0, 0, 0)
_HEADER_ROW = 3


class SampleArea(NamedTuple):
    """An area as the sample's other parts know it."""

    code: str
    naam: str
    niveau: str
    gemeente_code: str
    inwoners: int


class Planted(NamedTuple):
    """A mistake that was put in on purpose: the cell, and the rule that finds it."""

    bestand: str
    blad: str
    cel: str
    regel: str


@dataclass
class Enrichments:
    """What was written: the suppliers' files, mapping files, number of figures delivered per file, and planted mistakes."""

    files: list[Path] = field(default_factory=list)
    mappings: list[Path] = field(default_factory=list)
    figures: dict[str, int] = field(default_factory=dict)
    planted: list[Planted] = field(default_factory=list)


def write_enrichments(
    folder: Path, areas: Sequence[tuple[str, str, str, str, int]], today: date, seed: int, mapping_folder: Path | None = None
) -> Enrichments:
    """Writes the files of four suppliers about the two years before this one; the same bytes for the same arguments.

    Args:
        folder: where the workbooks go.
        areas: code, name, level, municipality and inhabitants of every buurt, wijk and gemeente.
        today: the day of the sample.
        seed: of the figures.
        mapping_folder: where the mapping file of the wide workbook goes; beside the workbooks when it is not given.
    """
    known = [SampleArea(*area) for area in areas]
    years = (today.year - 2, today.year - 1)
    written = Enrichments()
    folder.mkdir(parents=True, exist_ok=True)
    for position, (name, supplier, rows) in enumerate(
        (
            (KENNISPUNT, "Kennispunt (voorbeeld)", _kennispunt),
            (HENNEP, "Regionaal hennepteam (voorbeeld)", _hennep),
            (BELEVING, "Veiligheidsmonitor en gemeenten (voorbeeld)", _beleving),
        )
    ):
        path = folder / f"verrijking_{name}_{years[1]}.xlsx"
        rng = np.random.default_rng([seed, 71, position])
        written.figures[path.name] = _fill(path, known, supplier, years, rows(known, years, rng))
        written.files.append(path)
    _wide(folder, mapping_folder or folder, known, years, np.random.default_rng([seed, 71, 3]), written)
    return written


def _kennispunt(areas: Sequence[SampleArea], years: tuple[int, int], rng: np.random.Generator) -> Iterable[dict[str, object]]:
    """WOZ value, youth care, Wmo and benefits for every neighbourhood and both years."""
    shares = {"jeugdhulp": 0.024, "wmo_voorzieningen": 0.06, "bijstandsgerechtigden": 0.035}
    for area in _of_level(areas, "buurt"):
        woz = float(np.clip(rng.normal(330, 80), 120, 900))
        need = rng.lognormal(0, 0.4)
        for year in years:
            woz *= 1.05
            row = {"gebied_code": area.code, "gebied_naam": area.naam, "periode": str(year)}
            yield {**row, "indicator": "gemiddelde_woz_waarde", "waarde": round(woz)}
            for indicator, share in shares.items():
                moment = f"{year}-01-01" if catalogue()[indicator].periode_soort == "peildatum" else str(year)
                count = int(rng.poisson(area.inwoners * share * need))
                yield {**row, "periode": moment, "indicator": indicator, "waarde": min(count, area.inwoners)}


def _hennep(areas: Sequence[SampleArea], years: tuple[int, int], rng: np.random.Generator) -> Iterable[dict[str, object]]:
    """Cannabis farms per neighbourhood and quarter of the last year: the total, also when it is zero, and four breakdowns."""
    breakdowns = [name for name in catalogue() if name.startswith("hennepkwekerijen_")]
    for area in _of_level(areas, "buurt"):
        for quarter in range(1, 5):
            row = {"gebied_code": area.code, "gebied_naam": area.naam, "periode": f"{years[1]}-K{quarter}"}
            total = int(rng.poisson(0.04 + area.inwoners / 40_000))
            yield {**row, "indicator": "hennepkwekerijen", "waarde": total}
            for indicator in breakdowns if total else ():
                allowed = choices(catalogue()[indicator])
                for value, count in zip(allowed, rng.multinomial(total, np.full(len(allowed), 1 / len(allowed))), strict=True):
                    if count:
                        yield {**row, "indicator": indicator, "uitsplitsing": value, "waarde": int(count)}


def _beleving(areas: Sequence[SampleArea], years: tuple[int, int], rng: np.random.Generator) -> Iterable[dict[str, object]]:
    """How safe people feel, per municipality with limits, and measures with their first and last day in some neighbourhoods."""
    usual = {"onveiligheidsgevoel": 31.0, "onveiligheidsgevoel_buurt": 14.0, "rapportcijfer_veiligheid": 7.4,
             "buurtoverlast_ervaren": 12.0}  # fmt: skip
    for area in _of_level(areas, "gemeente"):
        for indicator, mean in usual.items():
            half = mean * 0.02 if indicator == "rapportcijfer_veiligheid" else 200 * (mean / 100 * (1 - mean / 100) / 500) ** 0.5
            value = round(float(rng.normal(mean, half)), 1)
            yield {
                "gebied_code": area.code, "gebied_naam": area.naam, "periode": str(years[1]), "indicator": indicator,
                "waarde": value, "marge_onder": round(value - half, 1), "marge_boven": round(value + half, 1),
            }  # fmt: skip
    first = date(years[0], 1, 1)
    for area in _of_level(areas, "buurt"):
        for kind in ("buurt_whatsappgroep", "preventieadvisering"):
            if rng.random() > 0.08:
                continue
            begin = first + timedelta(days=int(rng.integers(0, 700)))
            running = kind == "buurt_whatsappgroep" and rng.random() < 0.7
            yield {
                "gebied_code": area.code, "gebied_naam": area.naam, "indicator": "maatregelen", "uitsplitsing": kind,
                "waarde": 1 + int(rng.integers(0, 3)), "begindatum": begin,
                "einddatum": None if running else begin + timedelta(days=int(rng.integers(14, 200))),
            }  # fmt: skip


def _fill(
    path: Path, areas: Sequence[SampleArea], supplier: str, years: tuple[int, int], rows: Iterable[Mapping[str, object]]
) -> int:
    """Fills in the template as a supplier would; the answer is the number of figures."""
    write_template(path, areas=[(area.code, area.naam, area.niveau) for area in areas], supplier=supplier)
    workbook = openpyxl.load_workbook(path)
    answers = (
        supplier, supplier, "Convenant veiligheidsbeeld (voorbeeld)", "Veiligheidsbeeld op buurtniveau, intern gebruik",
        date(years[0], 1, 1), date(years[1], 12, 31), "cijfers@voorbeeld.example", 60, "Verzonnen cijfers",
    )  # fmt: skip
    for row, answer in enumerate(answers, 2):
        workbook[LEVERANCIER].cell(row, 2).value = answer  # type: ignore[assignment]
    sheet = workbook[CIJFERS]
    count = 0
    for count, row_values in enumerate(rows, 1):
        for index, column in enumerate(columns().values(), 1):
            value = row_values.get(column.kolom)
            if value is not None:
                cell = sheet.cell(count + 1, index)
                cell.value = value  # type: ignore[assignment]
                cell.number_format = {"tekst": "@", "datum": "dd-mm-yyyy"}.get(column.soort, "General")
    workbook.save(path)
    _settle(path)
    return count


_WIDE_COLUMNS = {
    "Huisverboden": ("huisverboden", 0.0006),
    "Schuldhulp op 1 jan": ("schuldhulpverlening", 0.009),
    "Uitkeringsfraude": ("uitkeringsfraude", 0.0008),
    "Hondenbezitters op 1 jan": ("hondenbezitters", 0.09),
}


def _wide(
    folder: Path,
    mapping_folder: Path,
    areas: Sequence[SampleArea],
    years: tuple[int, int],
    rng: np.random.Generator,
    written: Enrichments,
) -> None:
    """One municipality's own workbook: years as sheets, names for codes, and three planted mistakes."""
    gemeente = sorted(_of_level(areas, "gemeente"), key=lambda area: area.naam)[-1]
    buurten = [area for area in _of_level(areas, "buurt") if area.gemeente_code == gemeente.code]
    slug = re.sub(r"[^a-z]+", "_", gemeente.naam.lower())
    path = folder / f"{slug}_sociaal_{years[1]}.xlsx"
    workbook = openpyxl.Workbook()
    assert workbook.active is not None
    workbook.remove(workbook.active)
    figures = 0
    for year in years:
        sheet = workbook.create_sheet(f"Jaar {year}")
        sheet["A1"] = f"Sociaal domein per buurt, {gemeente.naam} {year} (verzonnen)"
        sheet["A1"].font = Font(bold=True)
        for index, name in enumerate(("Buurt", *_WIDE_COLUMNS, "Totaal"), 1):
            sheet.cell(_HEADER_ROW, index, name).font = Font(bold=True)
        totals = np.zeros(len(_WIDE_COLUMNS), dtype=int)
        for row, area in enumerate(buurten, _HEADER_ROW + 1):
            counts = [int(rng.poisson(area.inwoners * share)) for _, share in _WIDE_COLUMNS.values()]
            totals += counts
            for index, value in enumerate((area.naam, *counts, sum(counts)), 1):
                sheet.cell(row, index, value)
            figures += len(counts)
        for index, value in enumerate((f"Totaal {gemeente.naam}", *totals.tolist(), int(totals.sum())), 1):
            sheet.cell(_HEADER_ROW + 1 + len(buurten), index, value)
        sheet.freeze_panes = f"B{_HEADER_ROW + 1}"
        sheet.column_dimensions["A"].width = 34
    first, last = (workbook[f"Jaar {year}"] for year in years)
    first.cell(_HEADER_ROW + 1, 3, "n.n.b.")
    written.planted.append(Planted(path.name, first.title, f"C{_HEADER_ROW + 1}", "waarde_geen_getal"))
    for position in sorted({0, len(buurten) - 1}):
        cell = last.cell(_HEADER_ROW + 1 + position, 1)
        name = buurten[position].naam
        cell.value = name[: len(name) // 2] + name[len(name) // 2 + 1 :]  # a letter short
        written.planted.append(Planted(path.name, last.title, f"{get_column_letter(1)}{cell.row}", "naam_onbekend"))
    workbook.save(path)
    _settle(path)
    mapping_folder.mkdir(parents=True, exist_ok=True)
    mapping = mapping_folder / f"{slug}_sociaal.toml"
    mapping.write_text(_mapping(slug, gemeente, years), encoding="utf-8")
    written.files.append(path)
    written.mappings.append(mapping)
    written.figures[path.name] = figures


def _mapping(slug: str, gemeente: SampleArea, years: tuple[int, int]) -> str:
    parts = [
        f'''# Het eigen werkboek van de gemeente {gemeente.naam} (verzonnen): jaren als bladen, namen in plaats van codes.
vorm = "breed"
bestanden = ["{slug}_sociaal_*.xlsx"]
gemeente = "{gemeente.code}"
kolommen_overslaan = ["Totaal"]

[leverancier]
leverancier = "Gemeente {gemeente.naam} (voorbeeld)"
eigenaar = "Gemeente {gemeente.naam} (voorbeeld)"
grondslag = "Convenant veiligheidsbeeld (voorbeeld)"
doel = "Veiligheidsbeeld op buurtniveau, intern gebruik"
geldig_van = {years[0]}-01-01
geldig_tot = {years[1]}-12-31
contact = "sociaal.domein@voorbeeld.example"
bewaartermijn_maanden = 60

[bladen]
patroon = 'Jaar (?P<jaar>20\\d\\d)'
kopregel = {_HEADER_ROW}

[gebied]
kolom = "Buurt"
soort = "naam"
niveau = "buurt"
overslaan = ["Totaal*"]

[periode]
waarde = "{{jaar}}"

[waarden]
decimaalteken = ","
onbekend = ["x", "onbekend"]
'''
    ]
    for name, (indicator, _) in _WIDE_COLUMNS.items():
        known = catalogue()[indicator]
        own = '\nperiode = "{jaar}-01-01"' if known.periode_soort == "peildatum" else ""
        parts.append(f'''
[[kolommen]]
kolom = "{name}"
indicator = "{indicator}"
eenheid = "{known.eenheid}"
noemer = "{known.noemer}"{own}
''')
    return "".join(parts)


def _settle(path: Path) -> None:
    """Gives a workbook fixed times, so that the same sample has the same bytes."""
    with zipfile.ZipFile(path) as source:
        parts = [(name, source.read(name)) for name in source.namelist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in parts:
            if name == "docProps/core.xml":
                content = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"2026-01-01T00:00:00Z", content)
            entry = zipfile.ZipInfo(name, _FIXED_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, content)


def _of_level(areas: Sequence[SampleArea], level: str) -> list[SampleArea]:
    return [area for area in areas if area.niveau == level]
