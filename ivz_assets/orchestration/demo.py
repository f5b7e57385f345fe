"""The demo: the sample region put where a region's own files would be, with a clock that stands still at its end."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence

from ivz_assets.deliveries import landing
from ivz_assets.deliveries.ledger import Ledger
from ivz_assets.deliveries.streams import ENRICHMENT, STREAMS
from ivz_assets.publication.release import LineageBroken, check_lineage, current
from ivz_assets.settings import Settings, load_settings
from ivz_assets.warehouse.lock import writer_lock
from ivz_assets.warehouse.store import FILE_NAME, NotPassed, open_store

MARKER = "# Written by ivz demo: the clock stands still at the end of the sample."
REFERENCE_LISTS = ("buurten.csv", "gemeenten.csv", "woonplaats_gemeente.csv")


class NotADemoFolder(Exception):
    """The data folder holds something else than the demo."""


def prepare(settings: Settings, *, since: int, scale: float, say: Callable[[str], None]) -> Settings:
    """Generates the sample (once), sets the clock, and puts what is not loaded yet in the landing folder.

    Raises:
        NotADemoFolder: deliveries, settings or reference lists of another origin are here; a demo would mix with them.
    """
    from ivz_assets.sample.generate import SAMPLE_TODAY, write_sample

    manifest = json.loads(
        write_sample(
            settings.sample_folder,
            since=since,
            scale=scale,
            progress=lambda name, done, total: say(f"{done} of {total}: {name}"),
        ).read_text(encoding="utf-8")
    )
    files = [settings.sample_folder / file["name"] for file in manifest["files"]]
    hashes = {landing.sha256_of(file): file for file in files}
    workbooks = {landing.sha256_of(file): file for file in (settings.sample_folder / "verrijking").glob("*.xlsx")}
    loaded = _loaded(settings)
    if loaded - hashes.keys() - workbooks.keys():
        raise NotADemoFolder(
            f"{settings.data_dir} holds deliveries that are not of this demo; use another folder (IVZ_DATA_DIR) or make clean"
        )
    folders = {"IVZ_CBS_FILES": settings.sample_folder / "cbs", "IVZ_POLITIE_FILES": settings.sample_folder / "politie"}
    lines = [f"IVZ_TODAY={SAMPLE_TODAY.isoformat()}", "IVZ_CBS_HOST=", "IVZ_POLITIE_HOST="]
    lines += [f"{name}={folder}" for name, folder in folders.items() if folder.exists()]
    _put_beside(settings, lines)
    landing.prepare(settings)
    folder = settings.landing_folder / landing.BULK if scale > 1 else settings.landing_folder
    for found, target in ((hashes, folder), (workbooks, settings.enrichment_landing_folder)):
        for sha256, file in found.items():
            if sha256 not in loaded:
                landing.put(file, target, None)
    return load_settings()


def _put_beside(settings: Settings, lines: Sequence[str]) -> None:
    """Settings and reference lists of the sample; what people wrote there themselves is never overwritten.

    Raises:
        NotADemoFolder: such a file is here and no demo wrote it.
    """
    file = settings.data_dir / "settings.env"
    ours = file.exists() and MARKER in file.read_text(encoding="utf-8").splitlines()
    lists = {
        settings.sample_folder / name: settings.buurten_csv.parent / name
        for name in REFERENCE_LISTS
        if (settings.sample_folder / name).exists()
    }
    maps = (settings.sample_folder / "grenzen").glob("*.geojson")
    lists |= {made: settings.boundaries_folder / made.name for made in maps}
    mappings = (settings.sample_folder / "verrijking").glob("*.toml")
    lists |= {made: settings.mappings_folder / made.name for made in mappings}
    if not ours:
        own = [file] if file.exists() else []
        own += [path for made, path in lists.items() if path.exists() and path.read_bytes() != made.read_bytes()]
        if own:
            raise NotADemoFolder(
                f"{', '.join(map(str, own))} is not of the demo and would be overwritten; use another folder (IVZ_DATA_DIR)"
            )
        file.write_text(f"{MARKER}\n", encoding="utf-8")
    known = file.read_text(encoding="utf-8")
    set_already = {line.split("=")[0].strip() for line in known.splitlines()}
    added = [line for line in lines if line.split("=")[0] not in set_already]  # a demo of an earlier version lacks some
    if added:
        file.write_text("\n".join([known.rstrip("\n"), *added]) + "\n", encoding="utf-8")
    for made, path in lists.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(made, path)


def is_current(settings: Settings) -> bool:
    """Whether everything is loaded and the release in place was made from it."""
    release = current(settings.published_folder)
    if release is None or landing.waiting(settings) or landing.waiting(settings, ENRICHMENT):
        return False
    with writer_lock(settings.warehouse_folder, "ivz demo", settings.lock_timeout_seconds):
        store = open_store(settings.warehouse_folder)
        try:
            lineage = check_lineage(store, list(release.manifest["herkomst"]))
        except (LineageBroken, NotPassed):
            return False
        finally:
            store.close()
    return {name: version.versie for name, version in lineage.items()} == {
        name: item["versie"] for name, item in release.manifest["herkomst"].items()
    }


def _loaded(settings: Settings) -> set[str]:
    if not (settings.warehouse_folder / FILE_NAME).exists():
        return set()
    with writer_lock(settings.warehouse_folder, "ivz demo", settings.lock_timeout_seconds):
        store = open_store(settings.warehouse_folder)
        try:
            return {facts.sha256 for stream in STREAMS for facts in Ledger(store, stream).deliveries()}
        finally:
            store.close()
