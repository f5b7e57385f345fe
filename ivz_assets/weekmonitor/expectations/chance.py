"""From how many rows or incidents a figure says something; below that it is chance. What is judged is not here."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

MINIMUM_EXPECTED = 100
"""Expected incidents in a week below which a ratio is chance."""

MINIMUM_JUMP = 50
"""Incidents of a subcategory in a week below which a jump may be chance."""

MINIMUM_USUAL = 20
"""Usual incidents a week from which (almost) none cannot be chance: 4 where 20 are usual happens once in 60,000 weeks."""

MINIMUM_LOCATED = 100
"""Located incidents of a municipality from which their share says something: where 2% lie elsewhere by mistake, more than 10%
of 100 do so once in a million times, of 20 once in 140."""


def share(wrong: ir.BooleanValue, minimum: int) -> ir.FloatingValue:
    """Share of the rows for which it holds; nought when they are too few to say anything."""
    return ibis.ifelse(wrong.sum() >= minimum, wrong.mean(), 0.0)
