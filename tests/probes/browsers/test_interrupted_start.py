"""Engines that are interrupted while they start leave nothing behind."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

import psutil
import pytest

from probes.browsers import playwright_engine
from probes.browsers.engines import find_engines
from probes.browsers.launching import launch
from probes.browsers.pool import EnginePool
from spiders.net.politeness import Politeness


def children() -> set[str]:
    found = set()
    for child in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            if child.status() != psutil.STATUS_ZOMBIE:
                found.add(child.name())
    return found


@pytest.mark.parametrize(("engine", "seen"), [("webkit", "Xvfb"), ("chromium", "chrom")])
async def test_an_interrupted_start_leaves_nothing_behind(engine: str, seen: str) -> None:
    if find_engines((engine,))[0].problem:
        pytest.skip(f"{engine} is not installed")
    before = children()

    async def start() -> None:
        async with EnginePool((engine,), proxy=None, politeness=Politeness(100), user_agent_suffix="test"):
            await asyncio.sleep(60)

    starting = asyncio.create_task(start())
    while not any(seen in name for name in children() - before):
        assert not starting.done()
        await asyncio.sleep(0.01)
    starting.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await starting
    for _ in range(100):
        if children() <= before:
            break
        await asyncio.sleep(0.1)
    assert children() <= before


async def test_an_engine_that_stops_answering_as_it_starts_does_not_hold_an_interruption_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if find_engines(("firefox",))[0].problem:
        pytest.skip("firefox is not installed")
    before = children()
    frozen = asyncio.Event()

    async def launched_and_frozen(*arguments: Any, **options: Any) -> Any:
        started = await launch(*arguments, **options)
        for child in psutil.Process().children(recursive=True):
            if "firefox" in child.name():
                child.suspend()
        frozen.set()
        return started

    monkeypatch.setattr(playwright_engine, "launch", launched_and_frozen)

    async def start() -> None:
        async with EnginePool(("firefox",), proxy=None, politeness=Politeness(100), user_agent_suffix="test"):
            await asyncio.sleep(60)

    starting = asyncio.create_task(start())
    await frozen.wait()
    await asyncio.sleep(0.5)
    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        # a limit for the case that the end never comes, far beyond what closing may take
        async with asyncio.timeout(120):
            await starting
    assert children() <= before


@pytest.mark.parametrize("engine", ["chromium", "webkit"])
async def test_an_engine_that_was_late_once_is_started_once_more(
    engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if find_engines((engine,))[0].problem:
        pytest.skip(f"{engine} is not installed")
    starts = []
    starting = EnginePool._problem_of

    async def late_at_first(self: EnginePool, started: Any) -> str | None:
        starts.append(started)
        problem = await starting(self, started)
        if len(starts) == 1 and problem is None:
            await started.close()
            return "it was late"
        return problem

    monkeypatch.setattr(EnginePool, "_problem_of", late_at_first)
    async with EnginePool((engine,), proxy=None, politeness=None, user_agent_suffix="test") as pool:
        assert (pool.names, pool.missing) == ((engine,), {})
    assert len(starts) == 2
