"""The kinds of delivery that share the machinery, and how their ids tell them apart. Nothing of what they hold."""

from __future__ import annotations

import re

WEEKMONITOR = "weekmonitor"
ENRICHMENT = "verrijking"
STREAMS = (WEEKMONITOR, ENRICHMENT)

RAW_TABLES = {WEEKMONITOR: "raw_weekmonitor", ENRICHMENT: "raw_enrichments"}
"""The table of a stream that holds its rows as delivered, and from which everything else follows."""

DELIVERY_ID = re.compile(r"^(\d{4}-W\d{2}|V\d{4}-\d{2}-\d{2})-[0-9a-f]{10}(-\d+)?$")
"""A week with the begin of the file's SHA-256, or, for an enrichment, ``V`` with the day of its delivery."""


def stream_of(levering_id: str) -> str:
    """The stream that a delivery's id belongs to."""
    return ENRICHMENT if levering_id.startswith("V") else WEEKMONITOR
