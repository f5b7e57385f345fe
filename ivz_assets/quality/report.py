"""How a verdict is shown: as a Dagster check result and as a static page. References and aggregates, never a row's values."""

from __future__ import annotations

import html
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dagster import AssetCheckResult, AssetCheckSeverity, AssetKey, MetadataValue

from ivz_assets.quality.references import MAX_REFERENCES
from ivz_assets.quality.verdicts import Finding, Verdict

SUMMARISED = 5
"""Findings told in the one line that the UI shows without a click."""

_STYLE = """
body{font:15px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#1b2733}
h1{font-size:1.4rem} .ok{color:#0a7a3d} .fout{color:#b3261e} table{border-collapse:collapse;width:100%;margin:.5rem 0 1.5rem}
th,td{border:1px solid #ccd4dc;padding:.3rem .6rem;text-align:left;vertical-align:top} th{background:#eef2f6}
small{color:#5a6875}
"""


def check_result(verdict: Verdict, page: Path | None, *, blocking: bool = True) -> AssetCheckResult:
    """The verdict for Dagster: which expectation failed, the observed value, the limit and where to look."""
    metadata: dict[str, Any] = {"beoordeeld": MetadataValue.int(verdict.beoordeeld)}
    if verdict.bevindingen:
        metadata["bevindingen"] = MetadataValue.md(_findings_markdown(verdict.bevindingen))
        references = _references_markdown(verdict.bevindingen)
        if references:
            metadata["waar_te_kijken"] = MetadataValue.md(references)
    if verdict.doorgelaten:
        metadata["doorgelaten"] = MetadataValue.md("\n".join(f"- {text}" for text in verdict.doorgelaten))
    if page is not None:
        metadata["pagina"] = MetadataValue.path(str(page))
    return AssetCheckResult(
        passed=verdict.passed,
        asset_key=AssetKey(verdict.tabel),
        check_name=verdict.controle,
        severity=AssetCheckSeverity.ERROR if blocking else AssetCheckSeverity.WARN,
        description=_summary(verdict),
        metadata=metadata,
    )


def merged(verdicts: Sequence[Verdict], table: str, check: str, *, also: str) -> Verdict:
    """Verdicts of one check on parts of a table (deliveries of a run), and on the table beside it, as one verdict."""
    mine = [verdict for verdict in verdicts if verdict.tabel in (table, also) and verdict.controle == check]
    return Verdict(
        table,
        check,
        sum(verdict.beoordeeld for verdict in mine),
        [finding for verdict in mine for finding in verdict.bevindingen],
        [text for verdict in mine for text in verdict.doorgelaten],
    )


def write_page(verdicts: Sequence[Verdict], folder: Path, name: str, run_id: str) -> Path:
    """A static page (no script, no host) with the verdicts of an attempt; one per run and the newest under ``name``."""
    folder.mkdir(parents=True, exist_ok=True)
    parts = [f"<h1>{html.escape(name)}</h1><p><small>run {html.escape(run_id)}</small></p>"]
    for verdict in verdicts:
        state = '<span class="ok">geslaagd</span>' if verdict.passed else '<span class="fout">niet geslaagd</span>'
        parts.append(f"<h2>{html.escape(verdict.tabel)}: {html.escape(verdict.controle)} - {state}</h2>")
        parts.append(f"<p>{verdict.beoordeeld} verwachtingen beoordeeld.</p>")
        parts.extend(f"<p>Doorgelaten: {html.escape(text)}</p>" for text in verdict.doorgelaten)
        parts.extend(_finding_html(finding) for finding in verdict.bevindingen)
    head = f'<meta charset="utf-8"><title>{html.escape(name)}</title><style>{_STYLE}</style>'
    page = f'<!doctype html><html lang="nl">{head}{"".join(parts)}</html>'
    own = folder / f"{name}_{run_id}.html"
    own.write_text(page, encoding="utf-8")
    (folder / f"{name}.html").write_text(page, encoding="utf-8")
    return own


def _summary(verdict: Verdict) -> str:
    if verdict.beoordeeld == 0:
        return "niets te beoordelen in deze run"
    if verdict.passed:
        return f"{verdict.beoordeeld} verwachtingen, alle gehaald" + (
            f"; {len(verdict.doorgelaten)} doorgelaten" if verdict.doorgelaten else ""
        )
    told = [f"{item.verwachting}: {item.waargenomen}; grens: {item.grens}" for item in verdict.bevindingen[:SUMMARISED]]
    more = [f"(en {len(verdict.bevindingen) - SUMMARISED} meer)"] if len(verdict.bevindingen) > SUMMARISED else []
    return " | ".join([*told, *more])


def _findings_markdown(findings: Sequence[Finding]) -> str:
    lines = ["| verwachting | uitleg | waargenomen | grens |", "|---|---|---|---|"]
    lines += [f"| {item.verwachting} | {item.uitleg} | {item.waargenomen} | {item.grens} |" for item in findings]
    return "\n".join(lines)


def _references_markdown(findings: Sequence[Finding]) -> str:
    lines = []
    for item in findings:
        for kind, rows in (("cel", item.cellen), ("rij", item.verwijzingen)):
            lines += [
                f"- {item.verwachting}, {kind}: " + ", ".join(f"{name} {value}" for name, value in row.items())
                for row in rows[:MAX_REFERENCES]
            ]
    return "\n".join(lines)


def _finding_html(finding: Finding) -> str:
    rows = "".join(
        f"<tr><td>{kind}</td><td>{html.escape(', '.join(f'{name} {value}' for name, value in row.items()))}</td></tr>"
        for kind, found in (("cel", finding.cellen), ("rij", finding.verwijzingen))
        for row in found
    )
    return (
        f"<table><tr><th>verwachting</th><td>{html.escape(finding.verwachting)}</td></tr>"
        f"<tr><th>uitleg</th><td>{html.escape(finding.uitleg)}</td></tr>"
        f'<tr><th>waargenomen</th><td class="fout">{html.escape(finding.waargenomen)}</td></tr>'
        f"<tr><th>grens</th><td>{html.escape(finding.grens)}</td></tr>{rows}</table>"
    )
