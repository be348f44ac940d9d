"""What a schedule makes of its jobs' past; moments are given, no clock is faked."""

from __future__ import annotations

import contextlib
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from probes.runs.job_process import command_line, is_running
from probes.runs.job_store import Job, JobKind, JobStore, schedule_beside
from probes.runs.schedule import next_start, only_scheduler
from results.errors import PlainError, StoreError

# 12:00 in Shanghai
NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
NIGHTLY = Job(
    name="nightly",
    kind=JobKind.SWEEP,
    arguments=("--cities", "all"),
    cron="0 2 * * *",
    timezone="Asia/Shanghai",
    created_at=NOW - timedelta(days=30),
)
TOMORROW = datetime(2026, 11, 22, 18, tzinfo=UTC)


def ran(hours_ago: float, took_h: float | None = 1) -> Job:
    began = NOW - timedelta(hours=hours_ago)
    ended = None if took_h is None else began + timedelta(hours=took_h)
    return replace(NIGHTLY, started_at=began, finished_at=ended, exit_code=None if ended is None else 0)


def test_a_new_job_waits_for_its_time() -> None:
    assert next_start(replace(NIGHTLY, created_at=NOW), NOW) == TOMORROW


def test_a_start_that_was_made_is_not_made_again() -> None:
    assert next_start(ran(10), NOW) == TOMORROW


def test_missed_starts_are_made_up_for_at_once_and_only_once() -> None:
    assert next_start(ran(5 * 24), NOW) == NOW
    assert next_start(NIGHTLY, NOW) == NOW, "it never ran at all"
    made_up = replace(ran(0), started_at=NOW, finished_at=NOW + timedelta(minutes=5))
    assert next_start(made_up, NOW + timedelta(minutes=6)) == TOMORROW


def test_a_start_that_fell_due_while_the_job_ran_is_not_missed() -> None:
    assert next_start(ran(34, took_h=30), NOW) == TOMORROW


def test_what_was_cut_off_is_gone_on_with_at_once() -> None:
    assert next_start(ran(10, took_h=None), NOW) == NOW


def test_made_up_starts_wait_for_their_hours() -> None:
    evening = datetime(2026, 11, 22, 14, tzinfo=UTC)
    assert next_start(replace(NIGHTLY, hours="22:00-06:00"), NOW) == evening
    assert next_start(replace(ran(10, took_h=None), hours="22:00-06:00"), NOW) == evening


@pytest.mark.parametrize(
    ("kind", "arguments", "command"),
    [
        (
            JobKind.SWEEP,
            ("--rate", "1"),
            ["sweep", "--db", "/d/probe.db", "--scheduled", "--resume", "--rate", "1"],
        ),
        (JobKind.WATCH, ("shanghai",), ["watch", "--db", "/d/probe.db", "--times", "1", "shanghai"]),
        (
            JobKind.PRUNE,
            ("--keep-days", "9"),
            ["evidence", "prune", "--db", "/d/probe.db", "--keep-days", "9"],
        ),
    ],
)
def test_a_job_is_a_command_of_this_program(
    kind: JobKind, arguments: tuple[str, ...], command: list[str]
) -> None:
    job = replace(NIGHTLY, kind=kind, arguments=arguments)
    assert command_line(job, Path("/d/probe.db"), resume=True)[3:] == command
    assert "--resume" not in command_line(job, Path("/d/probe.db"))


def test_jobs_and_what_became_of_them_survive_in_the_file(tmp_path: Path) -> None:
    path = schedule_beside(tmp_path / "probe.db")
    assert path.name == "probe.schedule.db"
    with JobStore(path) as store:
        store.add(NIGHTLY)
        with pytest.raises(PlainError, match="already"):
            store.add(replace(NIGHTLY, cron="@daily"))
        store.note_start("nightly", NOW, pid=1, pid_since=0.5)
    with JobStore(path) as again:
        (job,) = again.all()
        assert job == replace(NIGHTLY, started_at=NOW, pid=1, pid_since=0.5) and job.cut_off
        assert not is_running(job), "process 1 is another's"
        again.note_end("nightly", NOW, 3)
        assert again.get("nightly") == replace(NIGHTLY, started_at=NOW, finished_at=NOW, exit_code=3)
        again.remove("nightly")
        assert again.all() == [] and again.get("nightly") is None
        with pytest.raises(PlainError, match="no job"):
            again.remove("nightly")


def test_a_schedule_of_an_earlier_version_is_brought_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "probe.schedule.db"
    with JobStore(path) as store:
        store.add(NIGHTLY)
    with contextlib.closing(sqlite3.connect(path)) as old:
        old.execute("alter table jobs drop column pause")
    with JobStore(path) as store:
        assert store.all() == [NIGHTLY]
        store.add(replace(NIGHTLY, name="by night", hours="22:00-06:00", pause=True))
    with JobStore(path) as store:
        assert [each.pause for each in store.all()] == [False, True]


def test_one_scheduler_at_a_time_and_the_jobs_can_be_changed_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "probe.schedule.db"
    with only_scheduler(path), JobStore(path) as store:
        store.add(NIGHTLY)
        with pytest.raises(PlainError, match="already"), only_scheduler(path):
            pass
    with only_scheduler(path):
        pass


def test_a_schedule_that_is_none_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "probe.schedule.db"
    path.write_text("not a database, but long enough to look like one " * 30)
    with pytest.raises(StoreError, match="cannot use the schedule"):
        JobStore(path)
