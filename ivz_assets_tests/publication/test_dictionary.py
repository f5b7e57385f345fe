"""The data dictionary says what the models say, and the committed pages are those that the models make."""

from __future__ import annotations

from pathlib import Path

import ibis.expr.datatypes as dt

from ivz_assets.dashboard.theme_tables.schema import PER_THEME
from ivz_assets.publication.dictionary import INDEX, allowed_values, pages
from ivz_assets.publication.tables import PUBLISHED
from ivz_assets.warehouse.model import column, published_name, table

FOLDER = Path(__file__).parents[2] / "docs" / "data_dictionary"

DIM = table("dim_kleur", "Kleuren.", {"kleur": column(dt.string, "Kleur")}, key=("kleur",), published_as="dim_kleur")
FACTS = table(
    "counts_of_marbles",
    "Knikkers per kleur en dag. Leeg is onbekend.",
    {
        "kleur": column(dt.string, "Sleutel naar dim_kleur", own_words=("rood", "blauw")),
        "dag": column(dt.date, "Dag | nacht"),
        "uur": column(dt.int32, "Uur", allowed=range(24)),
        "aantal": column(dt.int64, "Aantal", nullable=True, unit="knikkers", at_least=0),
        "code": column(dt.string, "Code", pattern=r"^A\d$"),
    },
    key=("kleur", "dag"),
    published_as="knikkers",
)


def test_a_page_tells_everything_of_a_table() -> None:
    found = pages((DIM, FACTS))
    assert list(found) == [INDEX, "dim_kleur.md", "knikkers.md"]
    page = found["knikkers.md"].splitlines()
    assert page[2] == "# knikkers"
    assert page[4] == "Knikkers per kleur en dag. Leeg is onbekend."
    assert "- In het magazijn en in Dagster: `counts_of_marbles`" in page
    assert "- Sleutel (komt maar een keer voor): `kleur`, `dag`" in page
    assert page[-5:] == [
        "| `kleur` | tekst |  |  | `rood`, `blauw` | Sleutel naar [dim_kleur](dim_kleur.md) |",
        "| `dag` | datum |  |  |  | Dag \\| nacht |",
        "| `uur` | geheel getal |  |  | 0 tot en met 23 | Uur |",
        "| `aantal` | geheel getal (groot) | knikkers | mag | minstens 0 | Aantal |",
        "| `code` | tekst |  |  | vorm `^A\\d$` | Code |",
    ]
    assert "| [knikkers](knikkers.md) | Knikkers per kleur en dag. | `kleur`, `dag` |" in found[INDEX].splitlines()


def test_a_table_links_to_others_and_not_to_itself_or_to_what_is_not_published() -> None:
    assert "dim_kleur.md)" not in pages((DIM, FACTS))["dim_kleur.md"]
    assert "](dim_kleur.md)" not in pages((FACTS,))["knikkers.md"]


def test_every_column_of_every_published_table_can_be_told() -> None:
    for model in (*PUBLISHED, *PER_THEME):
        page = pages((model,))[f"{published_name(model)}.md"]
        assert page.count("\n| `") == len(model.columns), model.name
        for item in model.columns.values():
            assert item.description
            assert "None" not in allowed_values(item)


def test_the_committed_pages_are_those_of_the_models() -> None:
    wanted = pages((*PUBLISHED, *PER_THEME))
    found = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.md")}
    stale = sorted(name for name in {*wanted, *found} if wanted.get(name) != found.get(name))
    assert not stale, f"run python -m docs.dictionary: {', '.join(stale)} differ from the models"
