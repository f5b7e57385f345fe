"""What goes back to a supplier: every problem of a file, as a workbook in Dutch and on one screen. Judging is not here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import xlsxwriter  # type: ignore[import-untyped]
from rich.markup import escape
from rich.table import Table

from ivz_assets.enrichment.problems import Problem

SHEET = "Problemen"
SHOWN = 20
"""Problems on one screen."""

_COLUMNS = {
    "Bestand": 34, "Blad": 16, "Cel": 8, "Kolom": 20, "Waarde": 24, "Gevolg": 22, "Wat er niet klopt": 70, "Wat u kunt doen": 70,
}  # fmt: skip
# A workbook cannot hold these; one in a delivered name must not stop the list.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_MEANING = {
    "weigeren": "hele bestand geweigerd",
    "afkeuren": "cijfer afgekeurd",
    "herstellen": "hersteld, geladen",
    "markeren": "geladen, let op",
}


def write_problems(path: Path, problems: Sequence[Problem], *, values: bool = True) -> None:
    """Writes the problems as a workbook that only its owner can open; a value that begins with ``=`` stays a text.

    Args:
        values: whether it shows what stands in the cells; of a file that was destroyed nothing may be left.
    """
    # Closed before the first problem is in it; writing keeps the mode.
    path.touch(mode=0o600)
    path.chmod(0o600)
    workbook = xlsxwriter.Workbook(str(path))
    sheet = workbook.add_worksheet(SHEET)
    head = workbook.add_format({"bold": True, "font_color": "#FFFFFF", "bg_color": "#1F4E79"})
    wrapped = workbook.add_format({"text_wrap": True, "valign": "top"})
    for index, (name, width) in enumerate(_COLUMNS.items()):
        sheet.set_column(index, index, width)
        sheet.write_string(0, index, name, head)
    for row, problem in enumerate(problems, 1):
        kolom, waarde, tekst = (problem.kolom, problem.waarde, problem.tekst) if values else ("", "", problem.gemeld)
        shown = (
            problem.bestand, problem.blad, problem.cel, kolom, waarde, _MEANING[problem.ernst], tekst, problem.wat_te_doen,
        )  # fmt: skip
        for index, value in enumerate(shown):
            sheet.write_string(row, index, _CONTROL.sub(" ", value), wrapped)
    sheet.freeze_panes(1, 3)
    sheet.autofilter(0, 0, len(problems), len(_COLUMNS) - 1)
    workbook.close()


def problem_table(problems: Sequence[Problem], shown: int = SHOWN) -> Table:
    """The first problems as a table for the terminal, the gravest first; its caption says how many more there are."""
    gravest = list(_MEANING)
    ordered = sorted(problems, key=lambda problem: gravest.index(problem.ernst))
    table = Table(title=f"{len(problems)} problemen", caption_justify="left", title_justify="left")
    for name in ("Blad", "Cel", "Gevolg", "Wat er niet klopt, en wat te doen"):
        table.add_column(name, overflow="fold")
    for problem in ordered[:shown]:
        words = f"{problem.gemeld} {problem.wat_te_doen}"
        table.add_row(*(escape(value) for value in (problem.blad, problem.cel, _MEANING[problem.ernst], words)))
    if len(ordered) > shown:
        table.caption = f"en nog {len(ordered) - shown}; de hele lijst staat in de werkmap"
    return table
