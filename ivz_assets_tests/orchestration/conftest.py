"""The region that several folders share."""

from __future__ import annotations

from ivz_assets_tests.warehouse.region import after, before, region

__all__ = ["after", "before", "region"]
