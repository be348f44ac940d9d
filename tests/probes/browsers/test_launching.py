"""What an engine asks of the network by itself: nothing."""

from __future__ import annotations

import pytest

from probes.browsers.pool import EnginePool
from spiders.net.egress import EgressGuard, EgressProxy
from tests.probes.browsers.machine import CalmGauge
from tests.probes.browsers.misbehaving import MisbehavingPortal


class NotingGuard(EgressGuard):
    """Notes every host that is asked for."""

    def __init__(self) -> None:
        super().__init__(["127.0.0.1"])
        self.asked: set[str] = set()

    async def addresses(self, host: str, port: int) -> list[str]:
        self.asked.add(host)
        return await super().addresses(host, port)


@pytest.mark.parametrize("engine", ["chromium", "firefox"])
async def test_an_engine_asks_nobody_but_the_portal(engine: str) -> None:
    """Firefox asked Mozilla for settings beside every page, whatever its preferences said."""
    guard = NotingGuard()
    async with (
        MisbehavingPortal() as portal,
        EgressProxy(guard) as proxy,
        EnginePool(
            [engine], proxy=proxy, politeness=None, user_agent_suffix="test", gauge=CalmGauge()
        ) as pool,
    ):
        loaded = await pool.load(engine, portal.url("ok"))
        assert loaded.reason is None, loaded.note
    assert guard.asked == {"127.0.0.1"}
