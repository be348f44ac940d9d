"""A start of a job as a process of its own: its command line, whether it is still there, how it is ended."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import psutil

from probes.runs.job_store import Job, JobKind

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

GRACE_S = 90.0
"""How long a job may take to put away its browsers and keep what it measured."""


def command_line(job: Job, database: Path, *, resume: bool = False) -> list[str]:
    """The process that a start of the job is; what the user wrote comes last, and so holds."""
    again = ("--resume",) if resume and job.kind is JobKind.SWEEP else ()
    return own_program(
        *COMMANDS[job.kind], "--db", str(database), *_ALWAYS.get(job.kind, ()), *again, *job.arguments
    )


def own_program(*arguments: str) -> list[str]:
    """This program with other arguments, run by the same Python."""
    return [sys.executable, "-m", "probes.cli", *arguments]


def start(command: Sequence[str]) -> subprocess.Popen[bytes]:
    """Start a process that no Ctrl-C at the terminal reaches: that one is for the scheduler, which tells its jobs."""
    return subprocess.Popen(command, start_new_session=True)  # noqa: S603  # our own program


def is_running(job: Job) -> bool:
    """Whether the process of the job's last start is still there."""
    return job.pid is not None and job.pid_since is not None and since(job.pid) == job.pid_since


def since(pid: int) -> float:
    """When a process was created, seconds since the epoch; 0.0 where there is none (any more)."""
    try:
        process = psutil.Process(pid)
        return 0.0 if process.status() == psutil.STATUS_ZOMBIE else process.create_time()
    except psutil.Error:
        return 0.0


def kill_with_kin(pid: int) -> None:
    """Kill a job that did not end when told to, with its browsers."""
    with contextlib.suppress(psutil.Error):
        for each in psutil.Process(pid).children(recursive=True):
            with contextlib.suppress(psutil.Error):
                each.kill()
    with contextlib.suppress(OSError):
        os.kill(pid, signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL)


async def end_orphans(jobs: Sequence[Job], tell: Callable[[str], None]) -> None:
    """End what an earlier scheduler that was killed has left running, so that no job meets itself."""
    for job in jobs:
        if job.pid is None or not is_running(job):
            continue
        tell(f"{job.name}: process {job.pid} of an earlier scheduler still runs, ending it")
        with contextlib.suppress(psutil.NoSuchProcess):
            orphan = psutil.Process(job.pid)
            orphan.terminate()
            _, alive = await asyncio.to_thread(partial(psutil.wait_procs, [orphan], timeout=GRACE_S))
            if alive:
                kill_with_kin(job.pid)
