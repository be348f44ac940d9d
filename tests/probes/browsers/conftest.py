"""Real engines behind a real egress proxy, and a server that misbehaves by name."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from probes.browsers.pool import EnginePool
from probes.browsers.pressure import PressureGauge, Reading, Strain
from results.settings import ENGINES
from spiders.net.egress import EgressGuard, EgressProxy
from tests.probes.browsers.misbehaving import MisbehavingPortal


class CalmGauge(PressureGauge):
    """Stands in for a machine that nothing else runs on, which a test machine is not."""

    def since(self, start: Reading) -> Strain:
        return Strain(late_s=0, busy=0, others=0, stalled=0)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def portal() -> AsyncIterator[MisbehavingPortal]:
    async with MisbehavingPortal() as served:
        yield served


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pool() -> AsyncIterator[EnginePool]:
    async with (
        EgressProxy(EgressGuard(["127.0.0.1"])) as proxy,
        EnginePool(
            list(ENGINES),
            proxy=proxy,
            politeness=None,
            user_agent_suffix="PortalProbe/test (+mailto:a@b.cn)",
            gauge=CalmGauge(),
        ) as engines,
    ):
        assert engines.names == ENGINES, engines.missing
        yield engines
