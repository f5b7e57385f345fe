"""A sample of the police's weekly files alone. No assertions belong here."""

from __future__ import annotations

import pytest

from ivz_assets.sample import boundaries, cbs_tables, police_tables, tables
from ivz_assets.sample.enrichment_workbooks import Enrichments


def leave_out_tables(patch: pytest.MonkeyPatch) -> None:
    """No tables of CBS and the police, no borders and no suppliers' workbooks, which cost seconds."""
    patch.setattr(cbs_tables, "write_cbs_tables", lambda *_: [])
    patch.setattr(boundaries, "write_boundaries", lambda *_: [])
    patch.setattr(police_tables, "write_police_tables", lambda *_: [])
    patch.setattr(tables, "write_enrichments", lambda *_: Enrichments())
