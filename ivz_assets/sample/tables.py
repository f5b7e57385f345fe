"""What lies beside the weekly files: neighbourhoods, and for the region itself CBS tables, borders and suppliers' workbooks."""

from __future__ import annotations

from pathlib import Path

from ivz_assets.sample import boundaries, cbs_tables, manifest, writing
from ivz_assets.sample.deliveries import SAMPLE_TODAY
from ivz_assets.sample.enrichment_workbooks import write_enrichments
from ivz_assets.sample.invented_areas import Areas

BUURTEN = "buurten.csv"
GEMEENTEN = "gemeenten.csv"
WOONPLAATSEN = "woonplaats_gemeente.csv"


def write_tables(folder: Path, where: Areas, copies: int, seed: int) -> list[Path]:
    """The invented neighbourhoods; with clones also municipalities and places, without clones all else."""
    columns = (
        where.buurt_code,
        where.buurt_naam,
        where.wijk_code,
        where.wijk_naam,
        where.gemeente_code,
        where.inwoners,
    )
    header = ["buurt_code", "buurt_naam", "wijk_code", "wijk_naam", "gemeente_code", "inwoners"]
    writing.write_csv(folder / BUURTEN, header, zip(*(column.tolist() for column in columns), strict=True))
    paths = [folder / BUURTEN]
    if copies > 1:
        gemeenten: dict[tuple[str, str], list[int]] = {}
        for code, naam, inwoners in zip(where.gemeente_code, where.gemeente_naam, where.inwoners, strict=True):
            gemeenten.setdefault((code, naam), []).append(int(inwoners))
        header = ["gemeente_code", "gemeente_naam", "inwoners_2020", "aantal_buurten_2020"]
        rows = ((*key, sum(people), len(people)) for key, people in gemeenten.items())
        writing.write_csv(folder / GEMEENTEN, header, rows)
        places = sorted(
            set(zip(where.plaatsnaam.tolist(), where.gemeente_code.tolist(), strict=True)), key=lambda pair: pair[::-1]
        )
        writing.write_csv(folder / WOONPLAATSEN, ["plaatsnaam", "gemeente_code"], places)
        paths += [folder / GEMEENTEN, folder / WOONPLAATSEN]
    else:
        paths += cbs_tables.write_cbs_tables(folder / manifest.CBS, where, seed)
        paths += boundaries.write_boundaries(folder / manifest.GRENZEN, where)
        written = write_enrichments(folder / manifest.VERRIJKING, _levels(where), SAMPLE_TODAY, seed)
        paths += [*written.files, *written.mappings]
    return paths


def _levels(where: Areas) -> list[tuple[str, str, str, str, int]]:
    """Code, name, level, municipality and inhabitants of every buurt, wijk and gemeente."""
    found: dict[str, tuple[str, str, str, str, int]] = {}
    names = (where.buurt_naam, where.wijk_naam, where.gemeente_naam)
    codes = (where.buurt_code, where.wijk_code, where.gemeente_code)
    for level, code, name in zip(("buurt", "wijk", "gemeente"), codes, names, strict=True):
        for key, naam, gemeente, people in zip(code, name, where.gemeente_code, where.inwoners, strict=True):
            before = found[key][4] if key in found else 0
            found[key] = (key, naam, level, gemeente, before + int(people))
    return list(found.values())
