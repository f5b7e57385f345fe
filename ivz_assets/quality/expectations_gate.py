"""From a Great Expectations suite over profiles to a verdict with findings. No Dagster, no table of any stage by name.

Great Expectations is imported inside the functions: it takes seconds.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import ibis.expr.types as ir

from ivz_assets.quality.references import MAX_REFERENCES, references
from ivz_assets.quality.verdicts import Allowance, Finding, Verdict

if TYPE_CHECKING:
    import pandas as pd
    from great_expectations.expectations.expectation import Expectation

TOLD_CELLS = 3
"""Failing cells that the one line of a finding names."""


@dataclass(frozen=True)
class Profile:
    """A compact frame that the engine computed, as an analyst would look at it.

    Attributes:
        frame: one row per cell (a week, an area, a class, a delivery).
        key: the columns that name a cell.
        rows: the rows behind the cells, with the key's columns, to find references; None when there are none.
        may_be_empty: why an empty frame is no fault (too little history to compare with, say); None when it is one.
    """

    frame: pd.DataFrame
    key: tuple[str, ...]
    rows: ir.Table | None = None
    may_be_empty: str | None = None


def expectations_gate(
    table: str,
    profiles: Mapping[str, Profile],
    suite: Mapping[str, Sequence[Expectation]],
    allowed: Sequence[Allowance] = (),
) -> Verdict:
    """A Great Expectations suite over profiles.

    Args:
        table: the table that the profiles describe.
        profiles: the frames, by name.
        suite: per profile the expectations; each has ``meta`` with ``id`` and ``uitleg``.
        allowed: what people let through: cells of an expectation, never the expectation itself.

    Raises:
        ValueError: the suite is empty, or a profile has no expectations: such a gate could not fail.
    """
    if not suite or any(not expectations for expectations in suite.values()) or suite.keys() != profiles.keys():
        raise ValueError(f"the suite of {table} does not cover its profiles: {sorted(suite)} against {sorted(profiles)}")
    findings: list[Finding] = []
    passed_by: list[str] = []
    evaluated = 0
    for name, expectations in suite.items():
        profile = profiles[name]
        if profile.frame.empty:
            if profile.may_be_empty is None:
                findings.append(_empty(table, name))
            continue
        judged = _judged(expectations)
        evaluated += len(expectations) + len(judged)
        # A column of nothing but NULL passes every expectation of GX; one that is judged must be filled. Where every cell is,
        # GX need not say so: that would double the time of the gate.
        unfilled = [column for column in judged if column not in profile.frame or profile.frame[column].isna().any()]
        for result in _validate(name, profile.frame, [*expectations, *_filled(name, unfilled)], profile.key):
            if result.success:
                continue
            finding, let_through = _expectation_finding(table, profile, result, allowed)
            passed_by.extend(let_through)
            if finding is not None:
                findings.append(finding)
    return Verdict(table, "expectations", evaluated, findings, passed_by)


@cache
def _context() -> Any:
    """One context for the process: making one costs more than judging a profile."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations as gx

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    return context


@cache
def _batch_definition() -> Any:
    """Where every profile is handed to GX; one for all, for adding one costs more than judging a profile."""
    name = "profielen"
    return _context().data_sources.add_pandas(name).add_dataframe_asset(name).add_batch_definition_whole_dataframe(name)


def _judged(expectations: Sequence[Expectation]) -> list[str]:
    """The columns that expectations speak of."""
    return sorted({column for expectation in expectations if (column := getattr(expectation, "column", None))})


def _filled(profile: str, columns: Sequence[str]) -> list[Expectation]:
    import great_expectations.expectations as gxe

    return [
        gxe.ExpectColumnValuesToNotBeNull(
            column=column, meta={"id": f"{profile}.{column}_gevuld", "uitleg": f"{column} is in elke cel gevuld"}
        )
        for column in columns
    ]


def _validate(name: str, frame: pd.DataFrame, expectations: Sequence[Expectation], key: tuple[str, ...]) -> list[Any]:
    _context()
    import great_expectations as gx

    suite = gx.ExpectationSuite(name=name)
    for expectation in expectations:
        suite.add_expectation(expectation)
    outcome = (
        _batch_definition()
        .get_batch(batch_parameters={"dataframe": frame})
        .validate(
            suite,
            result_format={
                "result_format": "COMPLETE",
                "unexpected_index_column_names": list(key),
                "partial_unexpected_count": 0,
            },
        )
    )
    return list(outcome.results)


def _expectation_finding(
    table: str, profile: Profile, result: Any, allowed: Sequence[Allowance]
) -> tuple[Finding | None, list[str]]:
    """What is left of a failed expectation after what people let through, and what they let through."""
    config = result.expectation_config
    meta = config.meta or {}
    column = config.kwargs.get("column")
    name = f"{table}.{meta['id']}"
    if raised := _raised(result.exception_info):
        raise RuntimeError(f"{table}: expectation {meta['id']} could not be evaluated: {raised}")
    cells = result.result.get("unexpected_index_list") or []
    let_through = []
    for allowance in allowed:
        if allowance.verwachting == name:
            covered = [cell for cell in cells if _named(profile, cell) in allowance.cellen]
            let_through += [f"{name}, {_told(_named(profile, cell))}: {allowance.tekst}" for cell in covered]
            cells = [cell for cell in cells if cell not in covered]
    if let_through and not cells:
        return None, let_through
    observed = result.result.get("observed_value")
    if cells:
        seen = ", ".join(f"{_rounded(cell.get(column))} ({_told(_named(profile, cell))})" for cell in cells[:TOLD_CELLS])
        more = " ..." if len(cells) > TOLD_CELLS else ""
        observed = f"{seen}{more} in {len(cells)} van {len(profile.frame)} cellen"
    finding = Finding(
        verwachting=name,
        uitleg=str(meta["uitleg"]),
        kolom=column,
        waargenomen=str(observed),
        grens=_limit(config.kwargs),
        cellen=[{**_named(profile, cell), str(column): _rounded(cell.get(column))} for cell in cells[:MAX_REFERENCES]],
        verwijzingen=_behind(profile, cells),
    )
    return finding, let_through


def _named(profile: Profile, cell: Mapping[str, Any]) -> dict[str, str]:
    """The key of a cell as texts."""
    return {name: str(value.date() if hasattr(value := cell[name], "date") else value) for name in profile.key}


def _told(cell: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {value}" for name, value in cell.items())


def _raised(exception_info: Any) -> str | None:
    """Why GX could not evaluate an expectation; it tells so flat, or once per metric."""
    told = exception_info or {}
    parts = [told, *(part for part in told.values() if isinstance(part, dict))]
    return next((str(part.get("exception_message")) for part in parts if part.get("raised_exception")), None)


def _behind(profile: Profile, cells: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """References to rows behind the failing cells, found with the engine."""
    if profile.rows is None or not cells:
        return []
    found: list[dict[str, Any]] = []
    for cell in cells[:MAX_REFERENCES]:
        rows = profile.rows
        for name in profile.key:
            value = cell[name]
            rows = rows.filter(rows[name] == (value.to_pydatetime() if hasattr(value, "to_pydatetime") else value))
        found.extend(references(rows))
        if len(found) >= MAX_REFERENCES:
            break
    return found[:MAX_REFERENCES]


def _limit(kwargs: Mapping[str, Any]) -> str:
    low, high = kwargs.get("min_value"), kwargs.get("max_value")
    if low is not None and high is not None:
        return f"{low:g} tot en met {high:g}"
    if low is not None:
        return f"minstens {low:g}"
    if high is not None:
        return f"hoogstens {high:g}"
    return "geen lege waarde"


def _rounded(value: Any) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def _empty(table: str, profile: str) -> Finding:
    return Finding(
        verwachting=f"{table}.{profile}.gevuld",
        uitleg="Er is niets om te beoordelen; een lege tabel is geen goede tabel.",
        kolom=None,
        waargenomen="0 rijen",
        grens="minstens 1 rij",
    )
