"""``python -m bench`` runs every part, ``python -m bench refresh neighbourhoods`` the named ones. Missed targets are shown."""

from __future__ import annotations

import sys
from typing import Any

from rich.console import Console

from bench import aoristic, figures, loading, neighbourhoods, reading, refresh

PARTS = {
    "aoristic": aoristic.run,
    "loading": loading.run,
    "neighbourhoods": neighbourhoods.run,
    "reading": reading.run,
    "refresh": refresh.run,
}


def main(names: list[str]) -> None:
    """Runs the parts, shows their figures and keeps them."""
    if unknown := set(names) - PARTS.keys():
        sys.exit(f"there is no part {', '.join(sorted(unknown))}; choose from {', '.join(PARTS)}")
    shown: list[figures.Figure] = []
    details: dict[str, Any] = {}
    console = Console(stderr=True)
    for name in names or list(PARTS):
        with console.status(f"measuring {name}; this takes minutes"):
            found, details[name] = PARTS[name]()
        shown += found
    figures.show(shown)
    console.print(f"kept in {figures.keep(shown, details)}")


if __name__ == "__main__":
    main(sys.argv[1:])
