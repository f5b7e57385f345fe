"""From which day to which day the deliveries speak. No counting, no periods."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ivz_assets.deliveries.ledger import Ledger
from ivz_assets.deliveries.precedence import speakers
from ivz_assets.warehouse.store import Store


@dataclass(frozen=True)
class Horizon:
    """First and last registration date for which a delivery speaks; a stray row outside them does not count."""

    first: date
    last: date


def horizon(store: Store) -> Horizon | None:
    """What the deliveries that count now cover together; None when there are none."""
    spoken = [interval for interval in speakers(Ledger(store).state()) if interval.geldig_tot is None]
    return Horizon(min(item.van for item in spoken), max(item.tot for item in spoken)) if spoken else None


def data_from(store: Store) -> date | None:
    """First registration date the deliveries speak for: before it nothing is known, which is not nought."""
    found = horizon(store)
    return found.first if found else None


def data_up_to(store: Store) -> date | None:
    """Last registration date the deliveries speak for: "gegevens tot en met"."""
    found = horizon(store)
    return found.last if found else None
