"""Faults of our own while a sweep works: nothing lost, nothing twice, nobody accused, and the run says what happened.

Kills at random moments are tried in test_kills.py, our network's loss in test_our_network.py, a full disk in
tests/probes/runs/test_resume.py, a lost worker of a cluster and a killed coordinator in test_cluster.py beside it.
"""

from __future__ import annotations

import asyncio
import resource
import signal
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import psutil
import pytest

from tests.probes.runs.sweeping import rows
from tests.safety.swept import DONE, Ended, Sweep, harmed_and_resumed, undisturbed

pytestmark = [
    pytest.mark.long,
    pytest.mark.timeout(900),
    pytest.mark.skipif(not hasattr(psutil.Process, "rlimit"), reason="processes are harmed as Linux lets us"),
]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Ended:
    """What nobody harmed."""
    return asyncio.run(undisturbed(tmp_path_factory.mktemp("whole")))


async def browser_killed(sweep: Sweep) -> None:
    for units in (3, 8, 14):
        await sweep.has_stored(units)
        while not sweep.browsers() and sweep.process.returncode is None:
            await asyncio.sleep(0.05)  # the one that was killed before is being replaced
        sweep.send(signal.SIGKILL, sweep.browsers())
    assert sweep.harmed >= 3


async def tabs_killed(sweep: Sweep) -> None:
    await sweep.has_stored(3)
    while sweep.harmed < 5 and sweep.process.returncode is None:
        sweep.send(signal.SIGKILL, sweep.running("--type=renderer"))
        await asyncio.sleep(1)
    assert sweep.harmed >= 3


async def driver_killed(sweep: Sweep) -> None:
    await sweep.has_stored(5)
    sweep.send(signal.SIGKILL, sweep.running("playwright", "run-driver"))
    assert sweep.harmed == 1


async def browser_frozen(sweep: Sweep) -> None:
    await sweep.has_stored(5)
    sweep.send(signal.SIGSTOP, sweep.browsers())
    assert sweep.harmed >= 1


async def workers_killed(sweep: Sweep) -> None:
    """The processes that read pages and judge files."""
    await sweep.has_stored(1)
    while sweep.harmed < 5 and sweep.process.returncode is None:
        await asyncio.sleep(1)
        sweep.send(
            signal.SIGKILL,
            sweep.running("spiders.reading_workers") + sweep.running("probes.documents.worker"),
        )
    assert sweep.harmed >= 2


async def frozen_itself(sweep: Sweep) -> None:
    """As by a laptop that is closed: every clock goes on, nothing else does."""
    await sweep.has_stored(5)
    sweep.process.send_signal(signal.SIGSTOP)
    await asyncio.sleep(40)
    sweep.process.send_signal(signal.SIGCONT)


def locked_for(seconds: float):
    async def database_locked(sweep: Sweep) -> None:
        await sweep.has_stored(5)
        with closing(sqlite3.connect(sweep.database, isolation_level=None, timeout=30)) as other:
            other.execute("begin immediate")
            other.execute("update cities set name = name")
            await asyncio.sleep(seconds)
            other.execute("rollback")

    return database_locked


async def out_of_files(sweep: Sweep) -> None:
    await sweep.has_stored(5)
    prober = psutil.Process(sweep.process.pid)
    limits = prober.rlimit(resource.RLIMIT_NOFILE)
    prober.rlimit(resource.RLIMIT_NOFILE, (prober.num_fds() + 1, limits[1]))
    await asyncio.sleep(10)
    prober.rlimit(resource.RLIMIT_NOFILE, limits)


@pytest.mark.parametrize(
    "harm",
    [browser_killed, tabs_killed, driver_killed, browser_frozen, workers_killed, locked_for(8)],
    ids=lambda harm: harm.__name__,
)
async def test_it_goes_on_as_if_nothing_had_happened(harm, whole: Ended, tmp_path: Path) -> None:
    harmed, last = await harmed_and_resumed(tmp_path, whole, harm)
    assert harmed.code in DONE and last is harmed, harmed.said[-2000:]


@pytest.mark.parametrize("harm", [frozen_itself, out_of_files], ids=lambda harm: harm.__name__)
async def test_it_ends_or_goes_on_and_what_it_could_not_measure_is_said(
    harm, whole: Ended, tmp_path: Path
) -> None:
    harmed, _ = await harmed_and_resumed(tmp_path, whole, harm)
    assert harmed.code in (*DONE, 4, 5), harmed.said[-2000:]


async def test_a_file_that_another_program_keeps_locked_ends_the_sweep_in_one_clear_line(
    whole: Ended, tmp_path: Path
) -> None:
    harmed, last = await harmed_and_resumed(tmp_path, whole, locked_for(60))
    assert harmed.code == 5, harmed.said[-2000:]
    assert "locked" in harmed.said
    assert last.code in DONE


_CLOCK = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>
#include <sys/time.h>
#include <unistd.h>

static long behind(void) { return access(getenv("CLOCK_SET_BACK"), F_OK) == 0 ? 7200 : 0; }

int clock_gettime(clockid_t clock, struct timespec *now) {
    static int (*real)(clockid_t, struct timespec *);
    if (!real) real = dlsym(RTLD_NEXT, "clock_gettime");
    int ended = real(clock, now);
    if (clock == CLOCK_REALTIME) now->tv_sec -= behind();
    return ended;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    struct timespec exact;
    clock_gettime(CLOCK_REALTIME, &exact);
    now->tv_sec = exact.tv_sec;
    now->tv_usec = exact.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *kept) {
    struct timespec exact;
    clock_gettime(CLOCK_REALTIME, &exact);
    if (kept) *kept = exact.tv_sec;
    return exact.tv_sec;
}
"""


async def test_a_clock_that_is_set_back_two_hours_changes_nothing_but_the_moments(
    whole: Ended, tmp_path: Path
) -> None:
    library, mark = tmp_path / "clock.so", tmp_path / "set-back"
    (tmp_path / "clock.c").write_text(_CLOCK)
    built = ["cc", "-shared", "-fPIC", "-O2", "-o", str(library), str(tmp_path / "clock.c"), "-ldl"]
    try:
        subprocess.run(built, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no C compiler to build a clock with")

    async def set_back(sweep: Sweep) -> None:
        await sweep.has_stored(6)
        mark.touch()

    harmed, last = await harmed_and_resumed(
        tmp_path, whole, set_back, LD_PRELOAD=str(library), CLOCK_SET_BACK=str(mark)
    )
    assert harmed.code in DONE and last is harmed, harmed.said[-2000:]
    [(back,)] = rows(harmed.database, "select min(finished_at) < (select started_at from runs) from units")
    assert back == 1, "the clock was not set back while it ran"
    [(elapsed,)] = rows(harmed.database, "select min(load_ms) from page_loads")
    assert elapsed is None or elapsed >= 0
