"""From the ledger, the accounts and the gates to rows about quality. Pure; freshness is in ``sources``, the store elsewhere."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from ivz_assets.dashboard.quality.schema import REKENING
from ivz_assets.deliveries.ledger import DeliveryFacts

Row = dict[str, Any]

WEEKMONITOR_ACCOUNT = ("incident", "quarantaine", "vervangen", "vastgehouden", "teruggetrokken")
ENRICHMENT_ACCOUNT = ("cijfers", "afgekeurd", "vervangen", "vastgehouden", "teruggetrokken", "verlopen")
"""What the accounts of a stream call the words of ``REKENING``, in their order."""

GONE = "Deze regel bestaat niet meer."
_PLACE = re.compile(r"'?\{[^}]*\}'?")


def dim_levering(stroom: str, deliveries: Sequence[DeliveryFacts], states: Mapping[str, str]) -> list[Row]:
    """Rows of ``DIM_LEVERING`` for a stream; ``states`` says per delivery whether it counts."""
    return [
        {
            "levering_id": facts.levering_id,
            "stroom": stroom,
            "bestand": facts.bestand,
            "soort": facts.soort,
            "week": facts.week,
            "van": facts.dekking_van,
            "tot_en_met": facts.dekking_tot,
            "geleverd_op": facts.geleverd_op,
            "status": states[facts.levering_id],
            "rijen": facts.rijen,
        }
        for facts in deliveries
    ]


def delivery_rows(stroom: str, deliveries: Sequence[DeliveryFacts], accounts: Sequence[Mapping[str, Any]]) -> list[Row]:
    """Rows of ``DASHBOARD_QUALITY_DELIVERIES`` for a stream; a delivery without an account has no row, and a gate says so.

    Args:
        accounts: per delivery how many of its rows became what, in the words of the stream.
    """
    names = dict(zip(REKENING, ENRICHMENT_ACCOUNT if stroom == "verrijking" else WEEKMONITOR_ACCOUNT, strict=False))
    counted = {row["levering_id"]: row for row in accounts}
    rows = []
    for facts in deliveries:
        account = counted.get(facts.levering_id)
        if account is None:
            continue
        became = {word: account[names[word]] if word in names else 0 for word in REKENING}
        rows.append(
            {
                "levering_id": facts.levering_id,
                "stroom": stroom,
                "rijen": facts.rijen,
                **became,
                "aandeel_afgekeurd": became["afgekeurd"] / facts.rijen if facts.rijen else None,
                "xy_verwijderd": facts.xy_verwijderd,
                "eerste_registratie": facts.eerste_registratie,
                "laatste_registratie": facts.laatste_registratie,
            }
        )
    return rows


def rule_rows(
    stroom: str,
    counts: Sequence[Mapping[str, Any]],
    rules: Mapping[str, tuple[str, str | None, str]],
    rows_of: Mapping[str, int],
) -> list[Row]:
    """Rows of ``DASHBOARD_QUALITY_RULES`` for a stream.

    Args:
        counts: levering_id, regel, aantal and, for a rule that may have gone since, ernst.
        rules: severity, field and Dutch text per rule.
        rows_of: delivered rows per delivery, when a rule touches a row at most once; empty when it may touch it more often.
    """
    found = []
    for count in counts:
        ernst, veld, text = rules.get(count["regel"], (count.get("ernst", "markeren"), None, GONE))
        delivered = rows_of.get(count["levering_id"])
        found.append(
            {
                "levering_id": count["levering_id"],
                "regel": count["regel"],
                "stroom": stroom,
                "ernst": ernst,
                "veld": veld,
                "betekenis": without_places(text),
                "aantal": count["aantal"],
                "aandeel": count["aantal"] / delivered if delivered else None,
            }
        )
    return found


def without_places(text: str) -> str:
    """A rule's text with ``...`` where a message puts something of a file: ``Het blad ... ontbreekt.``"""
    return _PLACE.sub("...", text)


def check_rows(
    gates: Sequence[Mapping[str, Any]],
    versions: Sequence[Mapping[str, Any]],
    left_out: Sequence[str],
    published: Mapping[str, str],
) -> list[Row]:
    """Rows of ``DASHBOARD_QUALITY_CHECKS``: the newest outcome per table and check.

    Args:
        gates: tabel, versie, controle, geslaagd, bevindingen (JSON) of every verdict.
        versions: tabel, versie, goedgekeurd, rijen of every version.
        left_out: tables that are made after this one: of those the outcome of another run would stand here.
        published: name in the release per table that stands in it.
    """
    newest: dict[tuple[str, str], Mapping[str, Any]] = {}
    for gate in gates:
        key = gate["tabel"], gate["controle"]
        if gate["tabel"] not in left_out and (key not in newest or gate["versie"] >= newest[key]["versie"]):
            newest[key] = gate
    rows = {}
    for version in sorted(versions, key=lambda item: item["versie"]):
        if version["goedgekeurd"]:
            rows[version["tabel"]] = version["rijen"]
    found = []
    for (tabel, controle), gate in sorted(newest.items()):
        findings = json.loads(gate["bevindingen"])
        told = dict.fromkeys(f"{item['verwachting']}: {item['uitleg']}" for item in findings)
        found.append(
            {
                "tabel": tabel,
                "gepubliceerd_als": published.get(tabel),
                "controle": controle,
                "geslaagd": gate["geslaagd"],
                "bevindingen": len(findings),
                "toelichting": " ".join(told) or None,
                "rijen": rows.get(tabel),
            }
        )
    return found
