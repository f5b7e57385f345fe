"""What a release holds: the models of every stage that BI reads, in the order a reader meets them. No computation."""

from __future__ import annotations

from ivz_assets.dashboard import schema as dashboard
from ivz_assets.dashboard.stage import module
from ivz_assets.dashboard.topics import TOPICS
from ivz_assets.enrichment import schema as enrichment
from ivz_assets.neighbourhoods import schema as neighbourhoods
from ivz_assets.open_police import schema as open_police

PUBLISHED = (
    *dashboard.PUBLISHED,
    *(model for topic in TOPICS for model in module(topic.name, "schema").PUBLISHED),
    *neighbourhoods.PUBLISHED,
    *enrichment.PUBLISHED,
    *open_police.PUBLISHED,
)
