"""Browsers are renewed, replaced when they die or hang, and no other page notices."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psutil
import pytest

from probes.browsers.control import ControlPage
from probes.browsers.driver import PlaywrightDriver
from probes.browsers.engines import find_engines
from probes.browsers.loaded import Loaded
from probes.browsers.looking import Look
from probes.browsers.marks import BROWSER_MARK, stray_processes
from probes.browsers.playwright_engine import PlaywrightEngine
from probes.browsers.pool import EnginePool
from probes.browsers.visiting import Wanted
from results.settings import ENGINES
from tests.probes.browsers.machine import CalmGauge, pool_of
from tests.probes.browsers.misbehaving import MisbehavingPortal

pytestmark = pytest.mark.asyncio(loop_scope="module")
SLOW_THIRD = ["chromium", "firefox", pytest.param("webkit", marks=pytest.mark.long)]


@asynccontextmanager
async def engine_that(
    *, loads_per_browser: int = 1000, memory_bytes: int = 10**10
) -> AsyncIterator[PlaywrightEngine]:
    """Chromium with limits of its own."""
    async with PlaywrightDriver() as driver, ControlPage() as control:
        engine = PlaywrightEngine(
            driver,
            find_engines(["chromium"])[0],
            proxy=None,
            control=control,
            user_agent_suffix="test",
            loads_per_browser=loads_per_browser,
            memory_bytes=memory_bytes,
        )
        try:
            yield engine
        finally:
            await engine.close()


async def look(engine: PlaywrightEngine, url: str) -> Loaded:
    blank = Loaded(url=url, engine="chromium")
    return await Look(engine, CalmGauge(), Wanted(url=url, timeout_s=20), blank, "a city").taken()


def marks_of(processes: list[psutil.Process]) -> set[str]:
    return {each.environ()[BROWSER_MARK] for each in processes}


async def test_after_its_share_of_loads_another_browser_takes_over(portal: MisbehavingPortal) -> None:
    async with engine_that(loads_per_browser=3) as engine:
        await engine.start()
        (first,) = marks_of(engine.processes())
        lasting = asyncio.create_task(look(engine, portal.url("late")))
        await asyncio.sleep(0.3)
        quick = [await look(engine, portal.url("ok")) for _ in range(4)]
        (second,) = marks_of(engine.processes())
        assert second != first
        # what was under way in the old browser came to its end there
        assert [each.reason for each in [await lasting, *quick]] == [None] * 5
        for _ in range(100):
            if not stray_processes(first):
                break
            await asyncio.sleep(0.1)
        assert not stray_processes(first)


async def test_a_browser_that_has_grown_is_renewed(portal: MisbehavingPortal) -> None:
    async with engine_that(memory_bytes=1) as engine:
        await engine.start()
        first = marks_of(engine.processes())
        loads = await asyncio.gather(*(look(engine, portal.url("short")) for _ in range(25)))
        assert {each.reason for each in loads} == {None}
        assert marks_of(engine.processes()) == first, "not weighed at every load"
        assert (await look(engine, portal.url("ok"))).reason is None
        assert marks_of(engine.processes()) != first


@pytest.mark.parametrize("engine", SLOW_THIRD)
async def test_a_dead_browser_is_replaced_and_leaves_nothing(
    pool: EnginePool, portal: MisbehavingPortal, engine: str
) -> None:
    assert (await pool.load(engine, portal.url("ok"))).reason is None
    (mark,) = marks_of(pool.processes(engine))
    others = [name for name in pool.names if name != engine]
    beside = [asyncio.create_task(pool.load(each, portal.url("spa"))) for each in others]
    for process in pool.processes(engine):
        process.kill()
    loaded = await pool.load(engine, portal.url("ok"))
    assert loaded.reason is None, loaded.note
    assert [(await each).reason for each in beside] == [None] * len(others)
    assert [each.name() for each in stray_processes(mark) if each.status() != psutil.STATUS_ZOMBIE] == []


async def test_a_driver_that_dies_is_started_anew_with_its_browsers(portal: MisbehavingPortal) -> None:
    async with pool_of(["chromium"]) as pool:
        under_way = asyncio.create_task(pool.load("chromium", portal.url("late")))
        await asyncio.sleep(0.3)
        (mark,) = marks_of(pool.processes("chromium"))
        for each in psutil.Process().children(recursive=True):
            if "run-driver" in each.cmdline():
                each.kill()
        loads = [await under_way, await pool.load("chromium", portal.url("ok"))]
        async with pool.page(engine="chromium") as page:
            await page.goto(portal.url("ok"))
        assert [each.reason for each in loads] == [None, None], loads
        assert [each for each in stray_processes(mark) if each.status() != psutil.STATUS_ZOMBIE] == []


@pytest.mark.long
@pytest.mark.parametrize("engine", ENGINES)
async def test_a_browser_that_hangs_accuses_nobody(portal: MisbehavingPortal, engine: str) -> None:
    """Stopped, as by the kernel under want of memory: the page is tried again in another browser, and opens."""
    async with pool_of([engine]) as pool:
        assert (await pool.load(engine, portal.url("ok"))).reason is None
        for process in pool.processes(engine):
            process.send_signal(signal.SIGSTOP)
        loaded = await pool.load(engine, portal.url("ok"), timeout_s=4)
        assert loaded.reason is None, loaded
        after = await pool.load(engine, portal.url("ok"))
        assert after.reason is None, after.note
