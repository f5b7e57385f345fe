"""Where Dagster keeps its runs, and how a job runs from the terminal. Nothing of any stage."""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from dagster import InitLoggerContext, logger

from ivz_assets.settings import PROJECT_FOLDER, Settings

INSTANCE_YAML = """\
# Settings of this Dagster instance; written by ivz when there were none.
telemetry:
  enabled: false
nux:
  enabled: false
run_queue:
  max_concurrent_runs: 1
run_monitoring:
  enabled: true
run_retries:
  enabled: true
  max_retries: 1
  # A failed gate must not be tried again: the data has not changed.
  retry_on_asset_or_op_failure: false
retention:
  schedule:
    purge_after_days: 90
  sensor:
    purge_after_days:
      skipped: 7
      failure: 30
      success: -1
"""


@dataclass(frozen=True)
class RunOutcome:
    """How a job ended: whether it succeeded, its id, and what its failed steps said."""

    success: bool
    run_id: str
    failures: list[str]


def prepare_home(settings: Settings) -> Path:
    """Sets DAGSTER_HOME (absolute, under the data folder unless one is set) and turns telemetry off in it."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    os.environ["IVZ_DATA_DIR"] = str(settings.data_dir)
    home = Path(os.environ.get("DAGSTER_HOME") or settings.data_dir / "dagster").expanduser().resolve()
    home.mkdir(parents=True, exist_ok=True)
    os.environ["DAGSTER_HOME"] = str(home)
    config = home / "dagster.yaml"
    if not config.exists():
        config.write_text(INSTANCE_YAML, encoding="utf-8")
    _write_environment_file(settings)
    return home


def _write_environment_file(settings: Settings) -> None:
    """Lets a plain ``dagster dev`` in the top folder find the same home; a DAGSTER_HOME that is set keeps winning."""
    file = PROJECT_FOLDER / ".env"
    if settings.data_dir == PROJECT_FOLDER / "data" and (PROJECT_FOLDER / "workspace.yaml").exists() and not file.exists():
        home = settings.data_dir / "dagster"
        file.write_text(f"DAGSTER_HOME=${{DAGSTER_HOME:-{home}}}\nGX_ANALYTICS_ENABLED=false\n", encoding="utf-8")


def run_job(settings: Settings, name: str, week: date) -> RunOutcome:
    """Runs a job of the code location in this process, for the week that begins on this Monday."""
    prepare_home(settings)
    from dagster import DagsterInstance

    from ivz_assets.definitions import defs

    with DagsterInstance.get() as instance:
        result = defs.resolve_job_def(name).execute_in_process(
            instance=instance,
            partition_key=week.isoformat(),
            raise_on_error=False,
            run_config={"loggers": {"terminal": {"config": {}}}},
        )
    failures = [_told(event) for event in result.all_events if event.is_step_failure]
    return RunOutcome(result.success, result.run_id, failures or _why_it_never_began(result.all_events))


def _why_it_never_began(events: Sequence[Any]) -> list[str]:
    """Why there was no first step: the warehouse was in use, or could not be opened."""
    failed = [event for event in events if event.event_type_value == "RESOURCE_INIT_FAILURE"]
    # Dagster writes an error as "module.Class: message".
    return [event.event_specific_data.error.message.split(": ", 1)[-1].strip() for event in failed]


def _told(event: Any) -> str:
    """What a failed step says to a person: its own description, or the innermost error."""
    data = event.step_failure_data
    if data.user_failure_data is not None:
        return str(data.user_failure_data.description)
    error = data.error
    while error is not None and error.cause is not None:
        error = error.cause
    return f"{event.step_key}: {error.message.strip() if error else 'failed'}"


@logger(config_schema={}, description="One line per thing a step says; for people at a terminal.")
def terminal_logger(_: InitLoggerContext) -> logging.Logger:
    """The logger that ``ivz`` runs its jobs with."""
    found = logging.Logger("ivz", logging.INFO)
    found.addHandler(TerminalHandler())
    return found


class TerminalHandler(logging.Handler):
    """Shows what the steps themselves say, one line each; Dagster's own events stay in the UI."""

    def emit(self, record: logging.LogRecord) -> None:
        meta = getattr(record, "dagster_meta", None) or {}
        event = meta.get("dagster_event") if isinstance(meta, dict) else getattr(meta, "dagster_event", None)
        if event is not None and not event.is_step_start:
            return
        from rich.console import Console
        from rich.markup import escape

        text = meta.get("orig_message") if isinstance(meta, dict) else record.getMessage()
        Console(stderr=True, highlight=False).print(f"[dim]{escape(text or record.getMessage())}[/dim]", soft_wrap=True)
