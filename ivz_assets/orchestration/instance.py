"""Where Dagster keeps its runs, and how a job runs from the terminal. Nothing of any stage."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from dagster import DagsterInstance, DagsterRun, DagsterRunStatus, InitLoggerContext, RunsFilter, logger

from ivz_assets.settings import PROJECT_FOLDER, Settings

INSTANCE_YAML = PROJECT_FOLDER / "dagster.yaml"
"""Settings of the instance; Dagster itself reads them there when no DAGSTER_HOME is set."""

TELEMETRY_OFF = "telemetry:\n  enabled: false\n"
"""What must hold even where only the package is installed, without the project's top folder."""

DEAD_AFTER_SECONDS = 60
"""A younger run may still be loading the code and not have come to the lock."""

ENDING_SECONDS = 2.0
"""A run releases the lock just before it says that it ended."""


@dataclass(frozen=True)
class RunOutcome:
    """How a job ended: whether it succeeded, its id, and what its failed steps said."""

    success: bool
    run_id: str
    failures: list[str]


def prepare_home(settings: Settings) -> Path:
    """Sets DAGSTER_HOME (absolute, under the data folder unless one is set) and turns telemetry off in it."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    os.environ["DAGSTER_DISABLE_TELEMETRY"] = "1"
    os.environ["IVZ_DATA_DIR"] = str(settings.data_dir)
    home = Path(os.environ.get("DAGSTER_HOME") or settings.data_dir / "dagster").expanduser().resolve()
    home.mkdir(parents=True, exist_ok=True)
    os.environ["DAGSTER_HOME"] = str(home)
    config = home / "dagster.yaml"
    if not config.exists():
        known = INSTANCE_YAML.read_text(encoding="utf-8") if INSTANCE_YAML.exists() else TELEMETRY_OFF
        config.write_text(known, encoding="utf-8")
    _write_environment_file(settings)
    return home


def _write_environment_file(settings: Settings) -> None:
    """Lets a plain ``dagster dev`` in the top folder find the same home; a DAGSTER_HOME that is set keeps winning."""
    file = PROJECT_FOLDER / ".env"
    if settings.data_dir == PROJECT_FOLDER / "data" and (PROJECT_FOLDER / "workspace.yaml").exists() and not file.exists():
        home = settings.data_dir / "dagster"
        quiet = "GX_ANALYTICS_ENABLED=false\nDAGSTER_DISABLE_TELEMETRY=1\n"
        file.write_text(f"DAGSTER_HOME=${{DAGSTER_HOME:-{home}}}\n{quiet}", encoding="utf-8")


def close_dead_runs(instance: DagsterInstance, settings: Settings) -> list[str]:
    """Ends the runs whose process died (killed, power cut); otherwise they count as running for ever and block the queue.

    A living run holds the writer lock, so while the lock is free nothing that began a while ago can be alive. The home must
    therefore be of this project alone, and of one data folder.

    Returns:
        The ids of the runs that were ended.
    """
    from ivz_assets.warehouse.lock import WarehouseBusy, writer_lock

    suspects = _unfinished(instance, settings).keys()
    if not suspects:
        return []
    try:
        with writer_lock(settings.warehouse_folder, "the closing of dead runs", 0):
            time.sleep(ENDING_SECONDS)
            dead = {run_id: run for run_id, run in _unfinished(instance, settings).items() if run_id in suspects}
            for run in dead.values():
                if run.status == DagsterRunStatus.CANCELING:
                    # A failed run is tried again, and this one was to stop.
                    instance.report_run_canceled(run, "Its process had ended before it could say that it stopped.")
                else:
                    instance.report_run_failed(run, "Its process died: it does not hold the warehouse, as a living run does.")
    except WarehouseBusy:
        return []
    return list(dead)


def _unfinished(instance: DagsterInstance, settings: Settings) -> dict[str, DagsterRun]:
    # A run that waits for the lock is alive without holding it.
    began_before = time.time() - max(DEAD_AFTER_SECONDS, settings.lock_timeout_seconds)
    statuses = [DagsterRunStatus.STARTED, DagsterRunStatus.STARTING, DagsterRunStatus.CANCELING]
    records = instance.get_run_records(RunsFilter(statuses=statuses))
    # Before its start a run may have queued for long; its last change is when it left the queue.
    return {
        record.dagster_run.run_id: record.dagster_run
        for record in records
        if (record.start_time or record.update_timestamp.timestamp()) < began_before
    }


def run_job(settings: Settings, name: str, week: date) -> RunOutcome:
    """Runs a job of the code location in this process, for the week that begins on this Monday."""
    prepare_home(settings)
    from ivz_assets.definitions import defs

    with DagsterInstance.get() as instance:
        close_dead_runs(instance, settings)
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
