"""A schedule at work: each job is this program as a process of its own, started when it is due.

APScheduler says when; the job store keeps what became of each start. A start that was missed while nothing ran, and a
job that was cut off, are made up for once. A job never runs beside itself, over a restart of the scheduler neither.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import psutil
from apscheduler.events import EVENT_JOB_MAX_INSTANCES
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from probes.runs.cron import checked_zone, trigger
from probes.runs.job_store import Job, JobKind, JobStore
from results.daily import DailyWindow
from results.errors import PlainError

COMMANDS: dict[JobKind, tuple[str, ...]] = {
    JobKind.SWEEP: ("sweep",),
    JobKind.WATCH: ("watch",),
    JobKind.REPORT: ("report",),
    JobKind.EXPORT: ("export",),
    JobKind.PRUNE: ("evidence", "prune"),
}
"""Which command a job is."""

_ALWAYS: dict[JobKind, tuple[str, ...]] = {
    JobKind.SWEEP: ("--scheduled",),
    # a start is one round
    JobKind.WATCH: ("--times", "1"),
}

REREAD_S = 3.0
"""Jobs that are added or removed while the scheduler runs are met within so many seconds."""
GRACE_S = 90.0
"""How long a job may take to put away its browsers and keep what it measured."""


def command_line(job: Job, database: Path, *, resume: bool = False) -> list[str]:
    """The process that a start of the job is; what the user wrote comes last, and so holds."""
    again = ("--resume",) if resume and job.kind is JobKind.SWEEP else ()
    flags = ("--db", str(database), *_ALWAYS.get(job.kind, ()), *again)
    return [sys.executable, "-m", "probes.cli", *COMMANDS[job.kind], *flags, *job.arguments]


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
    return (
        DailyWindow.from_text(job.hours, checked_zone(job.timezone)).from_then_on(now) if job.hours else now
    )


@contextmanager
def only_scheduler(path: Path) -> Iterator[None]:
    """Hold the schedule for this process; the system lets go of it however the process ends.

    Raises:
        PlainError: Another process holds it.
    """
    lock = sqlite3.connect(path.with_suffix(".lock"), isolation_level=None, timeout=0)
    try:
        lock.execute("begin exclusive")
    except sqlite3.OperationalError as error:
        lock.close()
        raise PlainError(
            zh=f"{path} 的任务已由另一个进程执行", en=f"another process runs the schedule {path} already"
        ) from error
    try:
        yield
    finally:
        lock.close()


class Scheduler:
    """Starts the jobs of a store when they are due, until it is cancelled.

    Args:
        store: The jobs.
        database: The results file that they work on.
        tell: Told, in a line, what starts and ends.
    """

    def __init__(self, store: JobStore, database: Path, tell: Callable[[str], None]) -> None:
        self._store, self._database, self._tell = store, database, tell
        self._clock = AsyncIOScheduler(
            timezone=UTC, job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1}
        )
        self._clock.add_listener(self._tell_of_overlap, EVENT_JOB_MAX_INSTANCES)
        self._known: dict[str, Job] = {}
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._starts: set[asyncio.Task[None]] = set()
        self._stopping = False

    async def run(self) -> None:
        """Run the schedule.

        Raises:
            asyncio.CancelledError: Stopped, once every job under way has ended; one that was stopped stays
                `cut_off`, and is gone on with when the schedule runs again.
        """
        # an overlap is told in our own words
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        await self._end_orphans(self._store.all())
        self._clock.start()
        try:
            while True:
                self._meet(self._store.all())
                await asyncio.sleep(REREAD_S)
        finally:
            await self._stop()

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
            start = next_start(job, now)
            self._clock.add_job(
                self._start, times, [name], id=name, next_run_time=start, replace_existing=True
            )
            self._tell(f"{name}: {job.kind} {job.cron} ({job.timezone}), next {_local(start, job)}")

    async def _start(self, name: str) -> None:
        """One start; shielded, so that APScheduler's own shutdown cannot leave a process behind."""
        if self._stopping:
            return
        task = asyncio.create_task(self._whole_start(name))
        self._starts.add(task)
        task.add_done_callback(self._starts.discard)
        await asyncio.shield(task)

    async def _whole_start(self, name: str) -> None:
        job = self._store.get(name)
        if job is None:
            return
        command = command_line(job, self._database, resume=job.cut_off)
        began = datetime.now(UTC)
        process = subprocess.Popen(  # noqa: S603, ASYNC220  # our own program; nothing to wait for in starting it
            command,
            # a Ctrl-C at the terminal is for the scheduler, which tells its jobs
            start_new_session=True,
        )
        self._running[name] = process
        with self._told():
            self._store.note_start(name, began, pid=process.pid, pid_since=_since(process.pid))
        self._tell(f"{name}: started, {' '.join(command[2:])}")
        code = await asyncio.to_thread(process.wait)
        del self._running[name]
        took = (datetime.now(UTC) - began).total_seconds()
        if self._stopping:
            self._tell(f"{name}: stopped after {took:.0f} s")
        else:
            with self._told():
                self._store.note_end(name, datetime.now(UTC), code)
            self._tell(f"{name}: ended with {code} after {took:.0f} s")

    async def _stop(self) -> None:
        """No more starts; tell the jobs under way to end, and wait until they have."""
        self._stopping = True
        self._clock.pause()
        for process in self._running.values():
            process.terminate()
        if self._starts:
            _, late = await asyncio.wait(set(self._starts), timeout=GRACE_S)
            for process in self._running.values():
                _kill_with_kin(process.pid)
            if late:
                await asyncio.wait(late)
        self._clock.shutdown(wait=False)

    async def _end_orphans(self, jobs: Sequence[Job]) -> None:
        """End what an earlier scheduler that was killed has left running, so that no job meets itself."""
        for job in jobs:
            if job.pid is None or not is_running(job):
                continue
            self._tell(f"{job.name}: process {job.pid} of an earlier scheduler still runs, ending it")
            orphan = psutil.Process(job.pid)
            with contextlib.suppress(psutil.NoSuchProcess):
                orphan.terminate()
                gone = await asyncio.to_thread(partial(psutil.wait_procs, [orphan], timeout=GRACE_S))
                if orphan in gone[1]:
                    _kill_with_kin(job.pid)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """What cannot be written down is told; the job goes on."""
        try:
            yield
        except sqlite3.Error as error:
            self._tell(f"cannot write {self._store.path}: {error}")

    def _tell_of_overlap(self, event: object) -> None:
        self._tell(f"{getattr(event, 'job_id', '')}: due, but its last start still runs; left out")


def is_running(job: Job) -> bool:
    """Whether the process of the job's last start is still there."""
    return job.pid is not None and job.pid_since is not None and _since(job.pid) == job.pid_since


def _since(pid: int) -> float:
    """When a process was created; 0.0 where there is none (any more)."""
    try:
        process = psutil.Process(pid)
        return 0.0 if process.status() == psutil.STATUS_ZOMBIE else process.create_time()
    except psutil.Error:
        return 0.0


def _kill_with_kin(pid: int) -> None:
    """Kill a job that did not end when told to, with its browsers."""
    with contextlib.suppress(psutil.Error):
        for each in psutil.Process(pid).children(recursive=True):
            with contextlib.suppress(psutil.Error):
                each.kill()
    with contextlib.suppress(OSError):
        os.kill(pid, signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL)


def _local(moment: datetime | None, job: Job) -> str:
    return "never" if moment is None else f"{moment.astimezone(checked_zone(job.timezone)):%Y-%m-%d %H:%M:%S}"
