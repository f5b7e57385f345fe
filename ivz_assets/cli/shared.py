"""What the commands share: the terminal, a failure in words, the settings and the opened warehouse. No commands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.markup import escape

from ivz_assets.settings import Settings, load_settings

if TYPE_CHECKING:
    from ivz_assets.warehouse.store import Store

OUT = Console()
ERR = Console(stderr=True, highlight=False)


class Failed(click.ClickException):
    """A failure that is told in words; exit code 1."""

    def show(self, file: Any = None) -> None:
        ERR.print(f"[bold red]ivz:[/bold red] {escape(self.message)}", soft_wrap=True)


def checked_settings() -> Settings:
    """The settings of the environment; one that is wrong is told by its name."""
    from pydantic import ValidationError

    try:
        found = load_settings()
        if found.data_dir.exists() and not found.data_dir.is_dir():
            raise Failed(f"IVZ_DATA_DIR must be a folder, and {found.data_dir} is none")
        return found
    except ValidationError as error:
        told = "; ".join(f"IVZ_{'_'.join(map(str, item['loc'])).upper()}: {item['msg']}" for item in error.errors())
        raise Failed(f"a setting is wrong: {told}") from None


@contextmanager
def opened_warehouse(settings: Settings, holder: str, patience: float | None = None) -> Iterator[Store]:
    """The warehouse, locked for ``holder``; waits ``patience`` seconds for another writer, else as long as the settings say."""
    from ivz_assets.warehouse.lock import WarehouseBusy, writer_lock
    from ivz_assets.warehouse.store import FILE_NAME, NotPassed, open_store

    if not (settings.warehouse_folder / FILE_NAME).exists():
        raise Failed(f"there is no warehouse in {settings.warehouse_folder} yet: deliver a file first (ivz deliver FILE)")
    try:
        seconds = settings.lock_timeout_seconds if patience is None else patience
        with writer_lock(settings.warehouse_folder, holder, seconds):
            store = open_store(settings.warehouse_folder)
            try:
                yield store
            finally:
                store.close()
    except (WarehouseBusy, NotPassed) as reason:
        raise Failed(str(reason)) from None
