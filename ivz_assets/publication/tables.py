"""What a release holds: the models of every stage that BI reads, in the order a reader meets them. No computation."""

from __future__ import annotations

from ivz_assets.dashboard import schema as dashboard
from ivz_assets.enrichment import schema as enrichment
from ivz_assets.neighbourhoods import schema as neighbourhoods

PUBLISHED = (*dashboard.PUBLISHED, *neighbourhoods.PUBLISHED, *enrichment.PUBLISHED)
