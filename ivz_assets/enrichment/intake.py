"""Taking in one supplier's file: read, judge, load whole behind its gates, hold it, or refuse it with every reason."""

from __future__ import annotations

import json
from pathlib import Path

from ivz_assets.deliveries import landing
from ivz_assets.deliveries.intake import Outcome, failed, loaded_before, refused, shown
from ivz_assets.deliveries.ledger import DeliveryFacts, Ledger
from ivz_assets.deliveries.reading.limits import Limits
from ivz_assets.deliveries.reading.reader import ReadCells, read_cells
from ivz_assets.deliveries.reading.refusal import RefusedDelivery
from ivz_assets.deliveries.reading.scratch import private_folder
from ivz_assets.deliveries.streams import ENRICHMENT
from ivz_assets.enrichment import areas
from ivz_assets.enrichment.commands import problems_file
from ivz_assets.enrichment.feedback import write_problems
from ivz_assets.enrichment.loading import SUPPLIER, load
from ivz_assets.enrichment.mapping import LongMapping, WideMapping, WrongMapping, mapping_for, read_mappings
from ivz_assets.enrichment.problems import Problem
from ivz_assets.enrichment.workbook import Parsed, read_workbook
from ivz_assets.quality.stage import GateFailed
from ivz_assets.settings import Settings
from ivz_assets.warehouse.store import Store

MOST_BYTES = 20_000_000
"""Bytes of a file; the region's neighbourhoods with ten years of a dozen indicators take 3 MB."""
MOST_UNPACKED_BYTES = 300_000_000
"""Bytes after unzipping."""
MOST_ROWS = 200_000
"""Rows of a sheet: neighbourhoods x years x indicators of a region; each figure becomes a Python object."""

PERSONAL = ("kolom_persoon", "kolom_adres", "waarde_persoon", "blad_verborgen")
"""Rules about persons and addresses: the file that broke one is destroyed, as the template tells.

In a hidden sheet nobody looked, so it may hold anything.
"""

PROBLEMS = ".problemen.xlsx"


def take_in(path: Path, store: Store, settings: Settings, run_id: str) -> Outcome:
    """Takes in one file of the landing folder: whole, or not at all; call ``loading.prepare`` first.

    Whatever is wrong with this file is the outcome, so that the next one is still taken in. Figures that cannot be used are
    loaded as rejected; a file that is not as agreed is refused with the list of every problem in it.
    """
    ledger = Ledger(store, ENRICHMENT)
    sha256 = landing.sha256_of(path)
    if known := loaded_before(path, settings, ledger, sha256):
        return known
    try:
        mapping = mapping_for(path.name, read_mappings(settings.mappings_folder))
        read = _read(path, settings)
    except WrongMapping as wrong:
        return _waits(path, settings, ledger, sha256, run_id, wrong)
    except RefusedDelivery as refusal:
        reason = f"{refusal.bericht}\n\n{refusal.message}"
        return refused(path, settings, ledger, sha256, run_id, rule=refusal.rule, message=refusal.message, reason=reason)
    today = settings.current_date()
    parsed = read_workbook(
        read.sheets,
        path.name,
        areas.known_areas(store, settings),
        today,
        mapping.mapping if mapping else None,
        hidden=read.hidden,
    )
    if parsed.refused:
        return _refused(path, settings, ledger, sha256, run_id, parsed, read)
    facts = facts_of(path, settings, ledger, sha256, parsed, mapping.mapping if mapping else None, run_id)
    try:
        verdicts, held = load(store, settings, ledger, facts, parsed)
    except GateFailed as failure:
        return failed(
            path, settings, ledger, facts, failure,
            supplier=SUPPLIER, problems=_listed(parsed, read), beside=lambda kept: _write_beside(kept, settings, parsed),
        )  # fmt: skip
    landing.archive(path, settings, facts.levering_id)
    told = " ".join(part for part in (held, _told_problems(parsed, settings, facts.levering_id)) if part)
    return Outcome(path.name, "vastgehouden" if held else "geladen", told, facts.levering_id, facts.week, facts.rijen, verdicts)


def _read(path: Path, settings: Settings) -> ReadCells:
    limits = Limits(
        max_bytes=min(MOST_BYTES, settings.workbook_max_bytes),
        max_unpacked_bytes=min(MOST_UNPACKED_BYTES, settings.workbook_max_unpacked_bytes),
        max_rows=min(MOST_ROWS, settings.workbook_max_rows),
        memory_bytes=settings.reading_memory_bytes,
        timeout_seconds=settings.reading_timeout_seconds,
    )
    password = settings.workbook_password.get_secret_value() if settings.workbook_password else None
    return read_cells(path, limits=limits, scratch=settings.protected_folder / "reading", password=password)


def facts_of(
    path: Path, settings: Settings, ledger: Ledger, sha256: str, parsed: Parsed, mapping: WideMapping | LongMapping | None,
    run_id: str,
) -> DeliveryFacts:  # fmt: skip
    """What the ledger keeps of a file that was read and not refused."""
    assert parsed.leverancier is not None  # else it would have been refused
    sheets = [figure.blad for figure in parsed.figures] + [item.blad for item in parsed.rejected]
    at = settings.now()
    year, week, _ = at.isocalendar()
    return DeliveryFacts(
        levering_id=ledger.new_id(f"V{at:%Y-%m-%d}", sha256),
        volgorde=len(ledger.deliveries()) + 1,
        bestand=path.name,
        sha256=sha256,
        bytes=path.stat().st_size,
        geleverd_op=at,
        ingelezen_op=at,
        soort=mapping.vorm if mapping else "sjabloon",
        week=f"{year}-W{week:02d}",
        dekking_van=parsed.leverancier.geldig_van,
        dekking_tot=parsed.leverancier.geldig_tot,
        rijen=parsed.aangeleverd,
        eerste_registratie=None,
        laatste_registratie=None,
        blad=", ".join(dict.fromkeys(sheets)),
        overgeslagen=json.dumps({"leeg": parsed.lege_rijen, "overgeslagen": parsed.overgeslagen_rijen}),
        xy_verwijderd=0,
        run_id=run_id,
    )


# What did not get in, and what there is to say of what did


def _waits(path: Path, settings: Settings, ledger: Ledger, sha256: str, run_id: str, wrong: WrongMapping) -> Outcome:
    """A mapping file is the operator's, not the supplier's: the file waits until it is corrected."""
    message = f"{wrong}\n{path.name} waits in {path.parent} until the mapping is corrected."
    with ledger.store.transaction():
        ledger.add_attempt(settings.now(), path.name, sha256, "wacht", "vertaaltabel", message, run_id)
    return Outcome(path.name, "wacht", message)


def _refused(
    path: Path, settings: Settings, ledger: Ledger, sha256: str, run_id: str, parsed: Parsed, read: ReadCells
) -> Outcome:
    lines = _listed(parsed, read)
    grave = next(problem for problem in parsed.problems if problem.ernst == "weigeren")
    keep = not any(problem.regel in PERSONAL for problem in parsed.problems)
    return refused(
        path, settings, ledger, sha256, run_id,
        rule=grave.regel,
        message="\n".join([f"{path.name}: {len(parsed.problems)} problems, listed in {path.name}{PROBLEMS}", *shown(lines)]),
        reason="\n".join([f"{path.name}: {len(parsed.problems)} problemen. De lijst met cellen: {path.name}{PROBLEMS}", *lines]),
        keep=keep,
        beside=lambda kept: _write_beside(kept, settings, parsed, values=keep),
    )  # fmt: skip


def _listed(parsed: Parsed, read: ReadCells) -> list[str]:
    """Every problem on a line, the gravest first, and the cells whose value is not in the file at all.

    These lines go to logs and screens: what stands in a cell is only told when it cannot be about a person.
    """
    order = ("weigeren", "afkeuren", "herstellen", "markeren")
    lines = [_line(problem) for problem in sorted(parsed.problems, key=lambda problem: order.index(problem.ernst))]
    lost = [f"blad '{item.sheet}', cel {item.cell}: {item.cause}: de waarde staat niet in het bestand." for item in read.lost]
    return lines + lost


def _line(problem: Problem) -> str:
    place = f"blad '{problem.blad}'" + (f", cel {problem.cel}" if problem.cel else "")
    return f"{place}: {problem.gemeld} {problem.wat_te_doen}"


def _write_beside(kept: Path, settings: Settings, parsed: Parsed, *, values: bool = True) -> None:
    """The list of problems as a workbook beside the file, kept as long as the file."""
    beside = kept.with_name(f"{kept.name}{PROBLEMS}")
    write_problems(beside, parsed.problems, values=values)
    landing.kept_since(beside, settings.now())


def _told_problems(parsed: Parsed, settings: Settings, levering_id: str) -> str:
    """What is said of a loaded delivery; its list of problems is for the supplier."""
    if not parsed.problems:
        return ""
    path = problems_file(settings, levering_id)
    private_folder(path.parent)
    write_problems(path, parsed.problems)
    return f"{len(parsed.rejected)} of {parsed.aangeleverd} figures rejected; {len(parsed.problems)} problems listed in {path}"
