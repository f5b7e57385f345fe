"""Checks that inform and do not block: codes that our lists lack and that keep coming. Loads with the code location."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import dagster as dg

from ivz_assets.orchestration.checks import warning

if TYPE_CHECKING:
    from ivz_assets.warehouse.store import Store

RECURRING = 5
"""Rows with one unknown code from which it is no slip of the pen but a code that our list lacks."""


def unknown_classes_check(store: Store) -> dg.AssetCheckResult:
    """Warns of codes outside the list that come again and again: a renamed code must not lose rows in silence."""
    # What looks like a code is named; another text may be anything and stays in the quarantine.
    rows = store.rows(
        "SELECT CASE WHEN regexp_full_match(upper(trim(maatschappelijke_klasse)), '[A-Z][0-9]{1,4}') "
        "THEN upper(trim(maatschappelijke_klasse)) ELSE '(andere tekst)' END AS code, count(*) AS rijen, "
        "count(DISTINCT levering_id) AS leveringen FROM quarantine "
        "WHERE list_contains(string_split(regels, ' '), 'klasse_onbekend') GROUP BY ALL HAVING count(*) >= ? ORDER BY rijen DESC",
        [RECURRING],
    )
    return _codes("quarantine", "unknown_classes", rows)


def unknown_neighbourhoods_check(store: Store) -> dg.AssetCheckResult:
    """Warns of well-formed codes that fit no edition: that of a new year may be missing, or the police use codes of their own."""
    rows = store.rows(
        "SELECT upper(trim(buurt_code_geleverd)) AS code, gemeente_code, count(*) AS rijen, min(datum_registratie) AS eerste, "
        "max(datum_registratie) AS laatste FROM incidents WHERE binnen_regio AND buurt_bepaling = 'onbekend' "
        "AND regexp_full_match(code, 'BU[0-9]{8}') AND code <> 'BU00000000' "
        "GROUP BY ALL HAVING count(*) >= ? ORDER BY rijen DESC",
        [RECURRING],
    )
    return _codes("incidents", "unknown_neighbourhoods", rows)


def _codes(asset: str, name: str, rows: list[dict[str, Any]]) -> dg.AssetCheckResult:
    told = ", ".join(f"{row['code']}: {row['rijen']} rows" for row in rows[:10])
    return warning(asset, name, told=told, fine="no unknown code keeps coming", rows=rows, shown_as="codes")
