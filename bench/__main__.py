"""``python -m bench`` runs all but the country, ``python -m bench refresh country`` the named parts. Missed targets are shown."""

from __future__ import annotations

import sys
from typing import Any

from rich.console import Console

from bench import aoristic, country, dashboard, figures, loading, neighbourhoods, reading, refresh

PARTS = {
    "aoristic": aoristic.run,
    "country": country.run,
    "dashboard": dashboard.run,
    "loading": loading.run,
    "neighbourhoods": neighbourhoods.run,
    "reading": reading.run,
    "refresh": refresh.run,
}
WHEN_NAMED = ("country",)
"""What takes hours."""


def main(names: list[str]) -> None:
    """Runs the parts, shows their figures and keeps them."""
    if unknown := set(names) - PARTS.keys():
        sys.exit(f"there is no part {', '.join(sorted(unknown))}; choose from {', '.join(PARTS)}")
    shown: list[figures.Figure] = []
    details: dict[str, Any] = {}
    console = Console(stderr=True)
    for name in names or [part for part in PARTS if part not in WHEN_NAMED]:
        with console.status(f"measuring {name}; this takes minutes"):
            found, details[name] = PARTS[name]()
        shown += found
    figures.show(shown)
    console.print(f"kept in {figures.keep(shown, details)}")


if __name__ == "__main__":
    main(sys.argv[1:])
