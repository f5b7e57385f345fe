"""The instance: its settings, and runs whose process died."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest
import yaml
from dagster import DagsterEvent, DagsterEventType, DagsterInstance, DagsterRun, DagsterRunStatus

from ivz_assets.definitions import defs
from ivz_assets.orchestration import instance as ours
from ivz_assets.orchestration.instance import close_dead_runs, prepare_home
from ivz_assets.orchestration.jobs import dead_runs_sensor
from ivz_assets.settings import Settings, load_settings
from ivz_assets.warehouse.lock import writer_lock


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("IVZ_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "dagster"))
    monkeypatch.setenv("GX_ANALYTICS_ENABLED", "false")
    monkeypatch.setattr(ours, "ENDING_SECONDS", 0.01)
    return load_settings()


@pytest.fixture
def instance(settings: Settings) -> Iterator[DagsterInstance]:
    prepare_home(settings)
    with DagsterInstance.get() as found:
        yield found


def began(instance: DagsterInstance, seconds_ago: float, *later: DagsterEventType) -> DagsterRun:
    """The record of a run that started then, and of what happened to it at the same moment."""
    run = instance.create_run_for_job(defs.resolve_job_def("intake"))
    for kind in (DagsterEventType.RUN_START, *later):
        event = DagsterEvent(event_type_value=kind.value, job_name="intake")
        moment = datetime.now(UTC) - timedelta(seconds=seconds_ago)
        instance.run_storage.handle_run_event(run.run_id, event, moment)
    return run


def status_of(instance: DagsterInstance, run: DagsterRun) -> DagsterRunStatus:
    found = instance.get_run_by_id(run.run_id)
    assert found is not None
    return found.status


def test_a_run_whose_process_died_is_failed_and_a_younger_one_left_alone(instance: DagsterInstance, settings: Settings) -> None:
    dead, young = began(instance, 100), began(instance, 10)
    done = began(instance, 100, DagsterEventType.RUN_SUCCESS)
    stopping = began(instance, 100, DagsterEventType.RUN_CANCELING)
    assert set(close_dead_runs(instance, settings)) == {dead.run_id, stopping.run_id}
    assert status_of(instance, dead) == DagsterRunStatus.FAILURE
    assert status_of(instance, stopping) == DagsterRunStatus.CANCELED, "a failed run would be tried again"
    assert status_of(instance, young) == DagsterRunStatus.STARTED
    assert status_of(instance, done) == DagsterRunStatus.SUCCESS
    said = [entry.message for entry in instance.all_logs(dead.run_id)]
    assert any("Its process died" in text for text in said)
    assert close_dead_runs(instance, settings) == []


def test_while_the_lock_is_held_every_run_is_left_alone(instance: DagsterInstance, settings: Settings) -> None:
    run = began(instance, 100)
    with writer_lock(settings.warehouse_folder, "a living run", 1):
        assert close_dead_runs(instance, settings) == []
    assert status_of(instance, run) == DagsterRunStatus.STARTED


def test_a_run_that_says_at_that_very_moment_that_it_ended_is_left_alone(
    instance: DagsterInstance, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = began(instance, 100)
    monkeypatch.setattr(ours.time, "sleep", lambda _: instance.run_storage.handle_run_event(run.run_id, DagsterEvent(
        event_type_value=DagsterEventType.RUN_SUCCESS.value, job_name="intake"
    )))  # fmt: skip
    assert close_dead_runs(instance, settings) == []
    assert status_of(instance, run) == DagsterRunStatus.SUCCESS


def test_the_sensor_ends_dead_runs_and_asks_for_none(instance: DagsterInstance) -> None:
    run = began(instance, 100)
    for told in (f"ended {run.run_id}", "no dead runs"):
        found = dead_runs_sensor(dg.build_sensor_context(instance=instance))
        assert isinstance(found, dg.SkipReason)
        assert found.skip_message == told
    assert dead_runs_sensor.default_status == dg.DefaultSensorStatus.RUNNING


def test_telemetry_is_off_and_one_run_at_a_time_in_the_home(instance: DagsterInstance) -> None:
    assert not instance.telemetry_enabled
    assert instance.run_monitoring_max_runtime_seconds > 0
    assert instance.get_concurrency_config().run_queue_config.max_concurrent_runs == 1  # type: ignore[union-attr]


def test_without_the_top_folder_telemetry_is_off_too(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ours, "INSTANCE_YAML", tmp_path / "nowhere.yaml")
    written = prepare_home(settings) / "dagster.yaml"
    assert yaml.safe_load(written.read_text()) == {"telemetry": {"enabled": False}}
