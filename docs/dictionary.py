"""Renews the data dictionary from the models of the published tables. Run it with ``python -m docs.dictionary``."""

from __future__ import annotations

from pathlib import Path

from ivz_assets.dashboard.theme_tables.schema import PER_THEME
from ivz_assets.publication.dictionary import pages
from ivz_assets.publication.tables import PUBLISHED

FOLDER = Path(__file__).parent / "data_dictionary"


def main() -> None:
    """Writes every page, and removes those of tables that are no longer published."""
    FOLDER.mkdir(exist_ok=True)
    wanted = pages((*PUBLISHED, *PER_THEME))
    for path in FOLDER.glob("*.md"):
        if path.name not in wanted:
            path.unlink()
    for name, text in wanted.items():
        (FOLDER / name).write_text(text, encoding="utf-8", newline="\n")
    print(f"{len(wanted) - 1} tables in {FOLDER}")


if __name__ == "__main__":
    main()
