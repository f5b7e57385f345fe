"""From the cells of the workbook of notes to notes, or to what is wrong with each. No file is opened here."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ivz_assets.dashboard.interpretation.layout import DUIDING, LONGEST_TEXT, columns, roles, rules
from ivz_assets.deliveries.reading.cells import Cell, text
from ivz_assets.deliveries.reading.refusal import shorten
from ivz_assets.enrichment.names import compared
from ivz_assets.enrichment.people import personal_value
from ivz_assets.enrichment.values import is_empty, month_of, read_date, read_period

LONGEST_VALUE = 40
MOST_NAMED = 4
_WEEK = re.compile(r"(20\d\d)-?w(\d{1,2})", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True)
class Choice:
    """An area or class that a note may be of: its key, its level and its name."""

    sleutel: str
    niveau: str
    naam: str

    @property
    def label(self) -> str:
        """What the drop-down shows: the name with the key, or the key when it says the name itself."""
        return self.sleutel if compared(self.naam) in compared(self.sleutel) else f"{self.naam} ({self.sleutel})"


class Choices:
    """What a cell may say of one kind: a label, a key or a name that only one has."""

    def __init__(self, choices: Iterable[Choice]) -> None:
        self.by_words: dict[str, dict[str, Choice]] = defaultdict(dict)
        self.exact: dict[str, Choice] = {}
        for choice in choices:
            self.by_words[compared(choice.naam)][choice.sleutel] = choice
            for words in (choice.label, choice.sleutel):
                self.exact[compared(words)] = choice

    def find(self, given: str) -> list[Choice]:
        """The choices that were meant: one, none, or those that share the name."""
        words = compared(given)
        if words in self.exact:
            return [self.exact[words]]
        return sorted(self.by_words.get(words, {}).values(), key=lambda choice: choice.sleutel)


@dataclass(frozen=True)
class Note:
    """A note of a professional; what is None holds for all."""

    rij: int
    gebied: Choice | None
    klasse: Choice | None
    periode: str | None
    rol: str
    tekst: str
    geldig_tot_en_met: date


@dataclass(frozen=True)
class NoteProblem:
    """Why a note is not shown: the place, what stood there (when it cannot be about a person), the rule and the Dutch texts."""

    bestand: str
    blad: str | None
    rij: int | None
    kolom: str | None
    waarde: str | None
    regel: str
    tekst: str
    wat_te_doen: str


@dataclass(frozen=True)
class NotesRead:
    """The notes that stand, and what is wrong with the others; a note is in one of the two."""

    notes: tuple[Note, ...]
    problems: tuple[NoteProblem, ...]


def problem(
    bestand: str, regel: str, *, blad: str | None = None, rij: int | None = None, kolom: str | None = None, waarde: Cell = "",
    **places: object,
) -> NoteProblem:  # fmt: skip
    """A problem with the texts of its rule. A value that may be about a person is not repeated."""
    rule = rules()[regel]
    shown = "" if kolom == "tekst" or personal_value(waarde) else shorten(text(waarde), LONGEST_VALUE)
    told = {"waarde": shown or "(verborgen)", "blad": blad, "kolom": kolom, **places}
    return NoteProblem(
        bestand, blad, rij, kolom, shown or None, regel, rule.tekst.format_map(told), rule.wat_te_doen.format_map(told)
    )


def read_notes(
    sheets: Mapping[str, Sequence[Sequence[Cell]]], bestand: str, areas: Choices, classes: Choices, periods: Iterable[str],
    today: date, lost: Iterable[tuple[str, int]] = (),
) -> NotesRead:  # fmt: skip
    """The notes of the sheet ``Duiding``.

    Args:
        sheets: per visible sheet its rows from row 1 on.
        bestand: name of the file, for messages.
        areas, classes: what may be chosen.
        periods: keys of the periods that have figures.
        today: a note that ended before it is not shown.
        lost: column (as the workbook names it) and row of cells whose value is not in the file.
    """
    if DUIDING not in sheets:
        return NotesRead((), (problem(bestand, "blad_ontbreekt", blad=DUIDING),))
    rows = sheets[DUIDING]
    header = {
        " ".join(text(cell).split()).casefold(): index for index, cell in reversed(list(enumerate(rows[0] if rows else [])))
    }
    missing = [name for name in columns() if name not in header]
    if missing:
        return NotesRead((), tuple(problem(bestand, "kolom_ontbreekt", blad=DUIDING, rij=1, kolom=name) for name in missing))
    reader = _Reader(bestand, areas, classes, frozenset(periods), today)
    valueless = set(lost)
    notes: list[Note] = []
    for number, row in enumerate(rows[1:], 2):
        cells = {name: row[header[name]] if header[name] < len(row) else "" for name in columns()}
        empty = [name for name in columns() if (name, number) in valueless]
        if all(is_empty(cell) for cell in cells.values()) and not empty:
            continue
        note = reader.note(number, cells, empty)
        if note is not None:
            notes.append(note)
    return NotesRead(tuple(notes), tuple(reader.problems))


class _Reader:
    """Reads row by row and collects what is wrong."""

    def __init__(self, bestand: str, areas: Choices, classes: Choices, periods: frozenset[str], today: date) -> None:
        self.bestand, self.areas, self.classes, self.periods, self.today = bestand, areas, classes, periods, today
        self.problems: list[NoteProblem] = []
        self.first: dict[tuple[object, ...], int] = {}
        self.rij = 0

    def note(self, rij: int, cells: Mapping[str, Cell], valueless: Sequence[str]) -> Note | None:
        """The note of a row, or None with every problem of the row told."""
        self.rij = rij
        before = len(self.problems)
        for name in valueless:
            self._tell("cel_zonder_waarde", name, oorzaak="een formule of een fout van Excel")
        for name, cell in cells.items():
            if reason := personal_value(cell):
                self._tell("tekst_persoon", name, cell, reden=reason)
        if len(self.problems) > before:
            return None
        gebied = self._chosen("gebied", cells["gebied"], self.areas)
        klasse = self._chosen("klasse_of_thema", cells["klasse_of_thema"], self.classes)
        periode = self._period(cells["periode"])
        rol = self._role(cells["rol"])
        tekst = self._text(cells["tekst"])
        until = self._until(cells["geldig_tot_en_met"])
        if len(self.problems) > before or rol is None or tekst is None or until is None:
            return None
        note = Note(rij, gebied, klasse, periode, rol, tekst, until)
        key = (gebied, klasse, periode, rol, tekst, until)
        if (other := self.first.setdefault(key, rij)) != rij:
            self._tell("dubbel", None, andere=other)
            return None
        if until < self.today:
            self._tell("verlopen", "geldig_tot_en_met", datum=f"{until:%d-%m-%Y}")
            return None
        return note

    def _tell(self, regel: str, kolom: str | None, waarde: Cell = "", **places: object) -> None:
        self.problems.append(problem(self.bestand, regel, blad=DUIDING, rij=self.rij, kolom=kolom, waarde=waarde, **places))

    def _chosen(self, kolom: str, cell: Cell, choices: Choices) -> Choice | None:
        if is_empty(cell):
            return None
        found = choices.find(text(cell))
        rule = "gebied" if kolom == "gebied" else "klasse"
        if not found:
            self._tell(f"{rule}_onbekend", kolom, cell)
        elif len(found) > 1:
            named = ", ".join(choice.label for choice in found[:MOST_NAMED])
            self._tell(f"{rule}_meerduidig", kolom, cell, kandidaten=named)
        return found[0] if len(found) == 1 else None

    def _period(self, cell: Cell) -> str | None:
        if is_empty(cell):
            return None
        key = period_key(cell)
        if key is None:
            self._tell("periode_onleesbaar", "periode", cell)
        elif key not in self.periods:
            self._tell("periode_onbekend", "periode", cell)
        return key

    def _role(self, cell: Cell) -> str | None:
        if is_empty(cell):
            self._tell("rol_ontbreekt", "rol")
            return None
        found = next((role for role in roles() if compared(role) == compared(text(cell))), None)
        if found is None:
            # What stands there instead of a role may well be a name.
            self._tell("rol_onbekend", "rol")
        return found

    def _text(self, cell: Cell) -> str | None:
        words = " ".join("".join(letter if letter.isprintable() else " " for letter in text(cell)).split())
        if not words:
            self._tell("tekst_ontbreekt", "tekst")
        elif len(words) > LONGEST_TEXT:
            self._tell("tekst_te_lang", "tekst", lengte=len(words), grens=LONGEST_TEXT)
        return words or None

    def _until(self, cell: Cell) -> date | None:
        if is_empty(cell):
            self._tell("datum_ontbreekt", "geldig_tot_en_met")
            return None
        found = read_date(cell)
        if found is None:
            self._tell("datum_onleesbaar", "geldig_tot_en_met", cell)
        return found


def period_key(cell: Cell) -> str | None:
    """Key of ``dim_periode`` that a cell says; None when it says none. Excel turns 2026-02 into the first of February."""
    if isinstance(cell, str) and (week := _WEEK.fullmatch(cell.strip().replace(" ", ""))):
        year, number = int(week[1]), int(week[2])
        return f"{year}-W{number:02d}" if 1 <= number <= 53 else None
    found = read_period(cell)
    if found is not None and found.soort == "peildatum":
        found = month_of(found)
    return found.label if found else None
