"""A server of small portals and one browser for the tests of zones."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest_asyncio

from probes.browsers.pool import EnginePool
from tests.probes.zones.portals import Pages, Serve, start


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def serve() -> AsyncIterator[Serve]:
    """Serves pages by path, each a text or a handler; gives the address."""
    async with AsyncExitStack() as ends:

        async def begin(pages: Pages) -> str:
            runner, address = await start(pages)
            ends.push_async_callback(runner.cleanup)
            return address

        yield begin


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def engines() -> AsyncIterator[EnginePool]:
    """One Chromium for the tests of a module."""
    async with EnginePool(
        ["chromium"], proxy=None, politeness=None, user_agent_suffix="PortalProbe/test"
    ) as pool:
        yield pool
