"""Many tests at once: Benjamini and Hochberg's control of the share of false discoveries. No families and no thresholds here."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import stats


def benjamini_hochberg(p: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Adjusted p of every test of one family; those at or below q are the signals, of which at most a share q is false.

    Benjamini & Hochberg (1995), "Controlling the false discovery rate", equation 1: the i-th smallest of m is compared with
    i/m times q. It holds for independent tests and for positively dependent ones (Benjamini & Yekutieli 2001).

    Args:
        p: the p of every test of the family, flat, each between 0 and 1; tests that were not done are no part of it.

    Returns:
        The adjusted p in the order given, never below p and at most 1; empty for an empty family.

    Raises:
        ValueError: a p is missing or not between 0 and 1.
    """
    values = np.asarray(p, dtype=np.float64)
    if values.size == 0:
        return np.empty(0)
    if values.ndim != 1 or not bool(((values >= 0) & (values <= 1)).all()):
        raise ValueError("every p of a family must be a number between 0 and 1")
    adjusted: npt.NDArray[np.float64] = np.asarray(stats.false_discovery_control(values, method="bh"), dtype=np.float64)
    # Rounding may leave the largest a hair below itself.
    return np.maximum(adjusted, values)
