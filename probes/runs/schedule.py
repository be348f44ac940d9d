"""A schedule at work: each job is this program as a process of its own, started when it is due.

APScheduler says when; the job store keeps what became of each start. A start that was missed while nothing ran, and a
job that was cut off, are made up for once. A job never runs beside itself, over a restart of the scheduler neither.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sqlite3
import subprocess
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from apscheduler.events import EVENT_JOB_MAX_INSTANCES
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from probes.runs.cron import trigger
from probes.runs.holding import held
from probes.runs.job_process import GRACE_S, command_line, end_orphans, kill_with_kin, since, start
from probes.runs.job_store import Job, JobStore
from results.daily import DailyWindow, checked_zone
from results.errors import PlainError

REREAD_S = 3.0
"""Jobs that are added or removed while the scheduler runs are met within so many seconds."""
ROUND_S = 60.0
"""Errands are run at least once in so many seconds."""

Errand = Callable[[bool], Awaitable[None]]
"""What is done beside the jobs: told whether a job has ended since it was done last."""


def next_start(job: Job, now: datetime) -> datetime | None:
    """When the job starts next: at once (within its hours) where a start was missed or it was cut off.

    Args:
        job: The job, as it stands in the store.
        now: This moment, with time zone.
    """
    due: datetime | None
    if job.cut_off:
        due = now
    else:
        last = (job.finished_at or job.created_at).astimezone(checked_zone(job.timezone))
        times = trigger(job.cron, job.timezone, jitter_s=job.jitter_s, hours=job.hours)
        due = times.get_next_fire_time(last, last)
    if due is None or due > now:
        return due
    hours = _hours(job)
    return hours.from_then_on(now) if hours else now


def only_scheduler(path: Path) -> contextlib.AbstractContextManager[None]:
    """Hold the schedule for this process.

    Raises:
        PlainError: On entry, where another process holds it.
    """
    refusal = PlainError(
        zh=f"{path} 的任务已由另一个进程执行", en=f"another process runs the schedule {path} already"
    )
    return held(path.with_suffix(".lock"), refusal)


class Scheduler:
    """Starts the jobs of a store when they are due, until it is cancelled.

    Args:
        store: The jobs.
        database: The results file that they work on.
        tell: Told, in a line, what starts and ends.
        errands: What is done beside the jobs, after each end of one and once a minute.
    """

    def __init__(
        self, store: JobStore, database: Path, tell: Callable[[str], None], errands: Sequence[Errand] = ()
    ) -> None:
        self._store, self._database, self._tell = store, database, tell
        self._clock = AsyncIOScheduler(
            timezone=UTC, job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1}
        )
        self._clock.add_listener(self._tell_of_overlap, EVENT_JOB_MAX_INSTANCES)
        self._known: dict[str, Job] = {}
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._starts: set[asyncio.Task[None]] = set()
        self._errands = [(errand, asyncio.Event()) for errand in errands]
        self._stopping = False

    async def run(self) -> None:
        """Run the schedule.

        Raises:
            asyncio.CancelledError: Stopped, once every job under way has ended; one that was stopped stays
                `cut_off`, and is gone on with when the schedule runs again.
        """
        # overlaps and mishaps are told in our own words
        logging.getLogger("apscheduler").setLevel(logging.CRITICAL)
        await end_orphans(self._store.all(), self._tell)
        self._clock.start()
        rounds = [asyncio.create_task(self._go_round(*each)) for each in self._errands]
        try:
            while True:
                self._meet(self._store.all())
                # a machine that slept, or whose clock was set, has other times due than the clock counts on
                self._clock.wakeup()
                await asyncio.sleep(REREAD_S)
        finally:
            stopping = asyncio.create_task(self._stop(rounds))
            while not stopping.done():  # who asks twice is not served sooner: jobs would be left behind
                with contextlib.suppress(asyncio.CancelledError):
                    await asyncio.shield(stopping)

    def _meet(self, jobs: Sequence[Job]) -> None:
        """Add the jobs that are new, drop those that are gone."""
        now = datetime.now(UTC)
        there = {each.name: each for each in jobs}
        for name in self._known.keys() - there.keys():
            del self._known[name]
            self._clock.remove_job(name)
        for name, job in there.items():
            known = self._known.get(name)
            if known is not None and known.created_at == job.created_at:
                continue
            self._known[name] = job
            times = trigger(job.cron, job.timezone, jitter_s=job.jitter_s, hours=job.hours)
            due = next_start(job, now)
            self._clock.add_job(self._start, times, [name], id=name, next_run_time=due, replace_existing=True)
            self._tell(f"{name}: {job.kind} {job.cron} ({job.timezone}), next {_local(due, job)}")

    async def _start(self, name: str) -> None:
        """One start; shielded, so that APScheduler's own shutdown cannot leave a process behind."""
        if self._stopping:
            return
        task = asyncio.create_task(self._whole_start(name))
        self._starts.add(task)
        task.add_done_callback(self._starts.discard)
        try:
            await asyncio.shield(task)
        except Exception as error:
            self._tell(f"{name}: {type(error).__name__}: {error}")

    async def _whole_start(self, name: str) -> None:
        job = self._store.get(name)
        if job is None:
            return
        command = command_line(job, self._database, resume=job.cut_off)
        began = datetime.now(UTC)
        process = start(command)
        self._running[name] = process
        with self._told():
            self._store.note_start(name, began, pid=process.pid, pid_since=since(process.pid))
        self._tell(f"{name}: started, {' '.join(command[2:])}")
        paused = await self._wait(process, _seconds_left(job, began))
        del self._running[name]
        ended = datetime.now(UTC)
        took = f"after {(ended - began).total_seconds():.0f} s"
        if self._stopping:
            self._tell(f"{name}: stopped {took}")
        elif paused:
            self._tell(f"{name}: its hours are over, stopped {took}, goes on {self._put_off(name)}")
        else:
            with self._told():
                self._store.note_end(name, ended, process.returncode)
            self._tell(f"{name}: ended with {process.returncode} {took}")
        for _, bell in self._errands:
            bell.set()

    async def _wait(self, process: subprocess.Popen[bytes], limit_s: float | None) -> bool:
        """Wait for a job's end; true where its time was up before."""
        ended = asyncio.create_task(asyncio.to_thread(process.wait))
        done, _ = await asyncio.wait({ended}, timeout=limit_s)
        if not done:
            process.terminate()
            done_then, _ = await asyncio.wait({ended}, timeout=GRACE_S)
            if not done_then:
                kill_with_kin(process.pid)
        await ended
        return not done

    def _put_off(self, name: str) -> str:
        """Let a job that was stopped at the end of its hours go on when they begin again; tells when that is."""
        job = self._store.get(name)
        if job is None:  # removed meanwhile
            return "never"
        due = next_start(job, datetime.now(UTC))
        if name in self._known:
            self._clock.modify_job(name, next_run_time=due)
        return _local(due, job)

    async def _go_round(self, errand: Errand, bell: asyncio.Event) -> None:
        """An errand, at once and then whenever a job has ended or the time has come."""
        ended = True  # what an earlier scheduler left undone
        while not self._stopping:
            try:
                await errand(ended)
            except Exception as error:  # no errand is worth a schedule
                self._tell(f"{type(errand).__name__}: {error}")
            # not `wait_for`: on Python 3.11 it swallows a cancellation that comes with the bell
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(ROUND_S):
                    await bell.wait()
            ended = bell.is_set()
            bell.clear()

    async def _stop(self, rounds: Sequence[asyncio.Task[None]]) -> None:
        """No more starts; tell the jobs under way to end, and wait until they and the errands have."""
        self._stopping = True
        self._clock.pause()
        for process in self._running.values():
            process.terminate()
        if self._starts:
            _, late = await asyncio.wait(set(self._starts), timeout=GRACE_S)
            for process in self._running.values():
                kill_with_kin(process.pid)
            if late:
                await asyncio.wait(late)
        self._clock.shutdown(wait=False)
        for task in rounds:
            task.cancel()
        await asyncio.gather(*rounds, return_exceptions=True)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """What cannot be written down is told; the job goes on."""
        try:
            yield
        except sqlite3.Error as error:
            self._tell(f"cannot write {self._store.path}: {error}")

    def _tell_of_overlap(self, event: object) -> None:
        self._tell(f"{getattr(event, 'job_id', '')}: due, but its last start still runs; left out")


def _hours(job: Job) -> DailyWindow | None:
    return DailyWindow.from_text(job.hours, checked_zone(job.timezone)) if job.hours else None


def _seconds_left(job: Job, now: datetime) -> float | None:
    """How long a job that keeps to its hours may run; None for any other."""
    hours = _hours(job) if job.pause else None
    return (hours.end_after(now) - now).total_seconds() if hours else None


def _local(moment: datetime | None, job: Job) -> str:
    return "never" if moment is None else f"{moment.astimezone(checked_zone(job.timezone)):%Y-%m-%d %H:%M:%S}"
