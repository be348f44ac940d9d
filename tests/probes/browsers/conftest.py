"""All real engines, instead of the one that other probes' tests need."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from probes.browsers.pool import EnginePool
from results.settings import ENGINES
from tests.probes.browsers.machine import pool_of


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pool() -> AsyncIterator[EnginePool]:
    async with pool_of(ENGINES) as engines:
        yield engines
