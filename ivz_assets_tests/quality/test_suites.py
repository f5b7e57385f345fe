"""A gate that could not fail is refused, and what a gate finds says which, what, how much and where."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import great_expectations.expectations as gxe
import ibis
import pandas as pd
import pytest

from ivz_assets.quality.expectations_gate import Profile, expectations_gate
from ivz_assets.quality.references import MAX_REFERENCES, references
from ivz_assets.quality.report import check_result, merged
from ivz_assets.quality.verdicts import Allowance, Verdict


def at_most(column: str, high: float, identifier: str = "hoogstens") -> Any:
    return gxe.ExpectColumnValuesToBeBetween(column=column, max_value=high, meta={"id": identifier, "uitleg": "Niet te veel."})


def frame(values: list[float | None]) -> pd.DataFrame:
    return pd.DataFrame(
        {"week": [date(2026, 1, 5 + number) for number in range(len(values))], "aandeel": pd.Series(values, dtype=float)}
    )


def judge(profile: Profile, *suite: Any, allowed: Sequence[Allowance] = ()) -> Verdict:
    return expectations_gate("proef", {"week": profile}, {"week": list(suite)}, allowed)


def test_a_suite_that_holds_passes_and_counts_what_it_looked_at() -> None:
    verdict = judge(Profile(frame([0.1, 0.2]), ("week",)), at_most("aandeel", 0.5))
    assert verdict.passed
    assert verdict.beoordeeld == 2, "the expectation itself, and that its column is filled"


@pytest.mark.parametrize(
    ("profiles", "suite"),
    [
        ({}, {}),
        ({"week": Profile(frame([0.1]), ("week",))}, {}),
        ({"week": Profile(frame([0.1]), ("week",))}, {"week": []}),
        ({"week": Profile(frame([0.1]), ("week",))}, {"maand": [1]}),
        ({"week": Profile(frame([0.1]), ("week",)), "maand": Profile(frame([0.1]), ("week",))}, {"week": [1]}),
    ],
)
def test_a_suite_that_cannot_fail_is_refused(profiles: dict[str, Profile], suite: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="does not cover its profiles"):
        expectations_gate("proef", profiles, suite)


def test_an_empty_frame_fails() -> None:
    verdict = judge(Profile(frame([]), ("week",)), at_most("aandeel", 0.5))
    assert [finding.verwachting for finding in verdict.bevindingen] == ["proef.week.gevuld"]
    assert verdict.bevindingen[0].waargenomen == "0 rijen"


def test_an_empty_frame_may_be_explained() -> None:
    assert judge(Profile(frame([]), ("week",), may_be_empty="too little history"), at_most("aandeel", 0.5)).passed


@pytest.mark.parametrize("values", [[None, None], [0.1, None]])
def test_a_column_of_nothing_fails(values: list[float | None]) -> None:
    verdict = judge(Profile(frame(values), ("week",)), at_most("aandeel", 0.5))
    assert [finding.verwachting for finding in verdict.bevindingen] == ["proef.week.aandeel_gevuld"]


def test_a_column_that_is_not_there_never_passes() -> None:
    with pytest.raises(RuntimeError, match=r"proef: expectation .* could not be evaluated: .*geen_kolom"):
        judge(Profile(frame([0.1]), ("week",)), at_most("geen_kolom", 0.5))


def test_a_finding_names_expectation_observed_limit_cell_and_at_most_twenty_rows() -> None:
    connection = ibis.duckdb.connect()
    behind = connection.create_table(
        "behind",
        pd.DataFrame({
            "week": [date(2026, 1, 6)] * 50, "levering_id": ["2026-W02-0123456789"] * 50, "rij": range(2, 52),
            "regels": ["klasse_onbekend"] * 50, "plaatsnaam": ["GEHEIM"] * 50,
        }),
    )  # fmt: skip
    verdict = judge(Profile(frame([0.1, 0.75]), ("week",), behind), at_most("aandeel", 0.5))
    (finding,) = verdict.bevindingen
    assert (finding.verwachting, finding.kolom, finding.uitleg) == ("proef.hoogstens", "aandeel", "Niet te veel.")
    assert finding.waargenomen == "0.75 (week 2026-01-06) in 1 van 2 cellen"
    assert finding.grens == "hoogstens 0.5"
    assert finding.cellen == [{"aandeel": "0.75", "week": "2026-01-06"}]
    assert len(finding.verwijzingen) == MAX_REFERENCES == 20
    assert set(finding.verwijzingen[0]) == {"levering_id", "rij", "regels"}
    assert "GEHEIM" not in str(finding)


def test_references_fall_back_on_nothing_when_a_table_has_no_rows_to_point_at() -> None:
    connection = ibis.duckdb.connect()
    assert references(connection.create_table("t", pd.DataFrame({"plaatsnaam": ["GEHEIM"]}))) == []


def test_what_a_person_let_through_is_shown_and_nothing_else_is_let_through() -> None:
    profile = Profile(frame([0.9]), ("week",))
    suite = (at_most("aandeel", 0.5), at_most("aandeel", 0.8, "streng"))
    (cell,) = judge(profile, suite[0]).bevindingen[0].cellen
    allowance = Allowance("proef.hoogstens", [{"week": cell["week"]}], "doorgelaten door de analist: een waar feit")
    verdict = judge(profile, *suite, allowed=[allowance])
    assert [finding.verwachting for finding in verdict.bevindingen] == ["proef.streng"]
    assert verdict.doorgelaten == [f"proef.hoogstens, week {cell['week']}: doorgelaten door de analist: een waar feit"]
    result = check_result(Verdict("proef", "expectations", 2, [], verdict.doorgelaten), None)
    assert result.passed
    assert "een waar feit" in str(result.metadata["doorgelaten"].value)
    assert result.description == "2 verwachtingen, alle gehaald; 1 doorgelaten"


def test_another_cell_of_the_same_expectation_still_stops() -> None:
    one, other = frame([0.9, 0.9])["week"]
    allowance = Allowance("proef.hoogstens", [{"week": str(one)}], "een waar feit")
    verdict = judge(Profile(frame([0.9, 0.9]), ("week",)), at_most("aandeel", 0.5), allowed=[allowance])
    (finding,) = verdict.bevindingen
    assert [cell["week"] for cell in finding.cellen] == [str(other)]
    assert len(verdict.doorgelaten) == 1


def test_a_check_result_says_what_failed_and_blocks() -> None:
    verdict = judge(Profile(frame([0.9]), ("week",)), at_most("aandeel", 0.5))
    result = check_result(verdict, None)
    assert (result.passed, result.severity.value) == (False, "ERROR")
    assert result.description == "proef.hoogstens: 0.9 (week 2026-01-05) in 1 van 1 cellen; grens: hoogstens 0.5"
    assert check_result(verdict, None, blocking=False).severity.value == "WARN"


def test_verdicts_of_parts_become_one() -> None:
    one = judge(Profile(frame([0.9]), ("week",)), at_most("aandeel", 0.5))
    other = judge(Profile(frame([0.1]), ("week",)), at_most("aandeel", 0.5))
    beside = Verdict("proef_xy", "expectations", 3, [])
    both = merged([one, other, beside, Verdict("anders", "expectations", 5, [])], "proef", "expectations", also="proef_xy")
    assert (both.tabel, both.beoordeeld, len(both.bevindingen), both.passed) == ("proef", 7, 1, False)
    assert merged([], "proef", "schema", also="proef_xy").passed


def test_the_limits_of_both_sides_are_told() -> None:
    suite = gxe.ExpectColumnValuesToBeBetween(column="aandeel", min_value=0.5, max_value=1.8, meta={"id": "x", "uitleg": "y"})
    verdict = judge(Profile(frame([2.0, 0.2]), ("week",)), suite)
    assert verdict.bevindingen[0].grens == "0.5 tot en met 1.8"
    assert verdict.bevindingen[0].waargenomen == "2 (week 2026-01-05), 0.2 (week 2026-01-06) in 2 van 2 cellen"


def test_a_moment_as_a_key_finds_its_rows() -> None:
    connection = ibis.duckdb.connect()
    moment = datetime(2026, 1, 5)
    behind = connection.create_table("b", pd.DataFrame({"week": [moment], "levering_id": ["a"], "rij": [4]}))
    verdict = judge(Profile(pd.DataFrame({"week": [moment], "aandeel": [0.9]}), ("week",), behind), at_most("aandeel", 0.5))
    assert verdict.bevindingen[0].verwijzingen == [{"levering_id": "a", "rij": "4"}]
