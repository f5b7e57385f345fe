"""The codes under which interpretation is given: those that figures carry, and those that stand only here. No figures."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from ivz_assets.dashboard.figures.caveats import caveats
from ivz_assets.neighbourhoods.reference.user_lists import TEXT, read_list

FOLDER = Path(__file__).parent / "reference"

CLASS_LIST, REGISTER, NOTE = "KLASSENLIJST", "REGISTRATIE", "NOTITIE"
BOUNDARY, INCOMPLETE, RUNNING, EXCLUDED = "GRENS", "ONVOLLEDIG", "LOPEND", "UITGESLOTEN"


@cache
def codes() -> dict[str, str]:
    """Meaning per code: first the caveats of the figures, then those of ``codes.csv``."""
    own = read_list(FOLDER / "codes.csv", {"code": r"[A-Z]+", "betekenis": TEXT}, key="code")
    return {**caveats(), **{row["code"]: row["betekenis"] for row in own}}
