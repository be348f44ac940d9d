"""One real engine behind a real egress proxy, and a server that misbehaves by name."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from probes.browsers.pool import EnginePool
from tests.probes.browsers.machine import pool_of
from tests.probes.browsers.misbehaving import MisbehavingPortal


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def portal() -> AsyncIterator[MisbehavingPortal]:
    async with MisbehavingPortal() as served:
        yield served


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pool() -> AsyncIterator[EnginePool]:
    async with pool_of(["chromium"]) as engines:
        yield engines
