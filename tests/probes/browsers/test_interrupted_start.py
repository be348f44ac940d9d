"""Engines that are interrupted while they start leave nothing behind."""

from __future__ import annotations

import asyncio
import contextlib

import psutil
import pytest

from probes.browsers.engines import find_engines
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
