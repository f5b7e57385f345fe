"""Pictures: a real PNG with what a reader needs in it, and classes that tell the truth."""

from __future__ import annotations

import io
import math
from typing import Any

import pytest
from matplotlib.figure import Figure
from matplotlib.image import imread

from ivz_assets.neighbourhoods.boundaries.picture import class_edges, map_picture, pyramid_picture
from ivz_assets_tests.neighbourhoods.boundaries.squares import a_map, box, four


@pytest.fixture
def texts(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every text of the figures that are saved."""
    seen: list[str] = []
    save = Figure.savefig

    def savefig(figure: Figure, *args: Any, **kwargs: Any) -> None:
        from matplotlib.text import Text

        seen.extend(text.get_text() for text in figure.findobj(Text))
        save(figure, *args, **kwargs)

    monkeypatch.setattr(Figure, "savefig", savefig)
    return seen


def test_a_map_says_what_it_shows_and_what_is_unknown(texts: list[str]) -> None:
    shapes = {**four(), "BU00020003": box(0, 2000, 2000, 3000)}
    values = dict(zip(shapes, (10.0, 2000.5, None, math.nan), strict=False))
    picture = map_picture(a_map(shapes), values, "Inwoners, 2024", "inwoners", {"GM0001": "Onder"})
    assert imread(io.BytesIO(picture)).shape[2] == 4
    assert "Inwoners, 2024" in texts
    assert "inwoners\n(aantal buurten)" in texts
    assert "onbekend  (3)" in texts
    assert "Onder" in texts
    assert "GM0002" not in texts
    assert any("CBS-indeling 2024 (kaart.gpkg)" in text for text in texts)


def test_a_map_without_values_or_with_one_value(texts: list[str]) -> None:
    map_picture(a_map(four()), {}, "Leeg", "x")
    assert "onbekend  (4)" in texts
    texts.clear()
    map_picture(a_map(four()), dict.fromkeys(four(), 3.0), "Gelijk", "x")
    assert "3,00  (4)" in texts
    assert not any("onbekend" in text for text in texts)


@pytest.mark.parametrize(
    ("values", "edges"),
    [
        ([], []),
        ([5.0], []),
        (list(range(0, 101)), [20, 40, 60, 80]),
        ([0.0] * 90 + [100.0] * 10, [100.0]),
        ([0.0] * 50 + [10.0, 20.0, 30.0, 40.0], [10.0, 18.0, 25.0, 32.0]),
        ([0.0, 0.1, 0.2, 0.3, 0.4, 0.5], [0.1, 0.2, 0.3, 0.4]),
    ],
)
def test_bounds_of_classes(values: list[float], edges: list[float]) -> None:
    assert class_edges(values) == edges


def test_an_age_structure_says_that_it_is_not_by_sex(texts: list[str]) -> None:
    picture = pyramid_picture(
        [10.0, None],
        [12.5, 87.5],
        ["0 tot 15 jaar", "15 jaar en ouder"],
        "Onder, 2024",
        left_name="Onder",
        right_name="Regio",
        source="CBS",
    )
    assert imread(io.BytesIO(picture)).shape[2] == 4
    assert {"Onder, 2024", "Onder", "Regio", "10,0%", "12,5%", "onbekend", "15 jaar en ouder"} <= set(texts)
    assert any("niet naar geslacht" in text and "Bron: CBS." in text for text in texts)
