"""The sample's suppliers: read without a problem but those that were planted, at the cells where they were planted."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from ivz_assets.enrichment.mapping import mapping_for, read_mappings
from ivz_assets.enrichment.names import Area, Areas
from ivz_assets.enrichment.workbook import read_workbook
from ivz_assets.sample.enrichment_workbooks import write_enrichments

from .supplier_files import TODAY, cells_of

AREAS = [
    *((f"BU0153010{n}", name, "buurt", "GM0153", 800 * n) for n, name in enumerate(("Molenveld", "Parkhof", "Heidekamp"), 1)),
    *((f"BU0189010{n}", name, "buurt", "GM0189", 500 * n) for n, name in enumerate(("Eikenbrink", "Lindenhof", "Waterlanen"), 1)),
    ("GM0153", "Enschede", "gemeente", "GM0153", 4800),
    ("GM0189", "Wierden", "gemeente", "GM0189", 3000),
]


def test_the_sample_is_read_but_for_what_was_planted(tmp_path: Path) -> None:
    written = write_enrichments(tmp_path / "bestanden", AREAS, TODAY, seed=7, mapping_folder=tmp_path / "afspraken")
    areas = Areas(Area(*area[:4]) for area in AREAS)
    mappings = read_mappings(tmp_path / "afspraken")
    assert len(written.files) == 4
    found = []
    rejected = {}
    for path in written.files:
        mapping = mapping_for(path.name, mappings)
        parsed = read_workbook(cells_of(path), path.name, areas, TODAY, mapping.mapping if mapping else None)
        found += [(problem.bestand, problem.blad, problem.cel, problem.regel) for problem in parsed.problems]
        assert not parsed.refused
        assert parsed.aangeleverd == written.figures[path.name] == len(parsed.figures) + len(parsed.rejected)
        rejected[path.name] = len(parsed.rejected)
        assert all(date(2024, 1, 1) <= figure.periode_begin <= date(2025, 12, 31) for figure in parsed.figures)
    wide = "wierden_sociaal_2025.xlsx"
    assert found == [
        (wide, "Jaar 2024", "C4", "waarde_geen_getal"),
        (wide, "Jaar 2025", "A4", "naam_onbekend"),
        (wide, "Jaar 2025", "A6", "naam_onbekend"),
    ]
    assert [tuple(planted) for planted in written.planted] == found
    # One cell, and the four figures of each of two neighbourhoods
    assert rejected == {path.name: 9 if path.name == wide else 0 for path in written.files}
    # Four indicators, six neighbourhoods, two years
    assert written.figures["verrijking_kennispunt_2025.xlsx"] == 48


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    seeds = {"a": 7, "b": 7, "c": 8}
    first, second, other = (write_enrichments(tmp_path / name, AREAS, TODAY, seed) for name, seed in seeds.items())
    assert [path.read_bytes() for path in first.files] == [path.read_bytes() for path in second.files]
    assert first.files[0].read_bytes() != other.files[0].read_bytes()
    assert first.mappings[0].read_text(encoding="utf-8") == second.mappings[0].read_text(encoding="utf-8")
