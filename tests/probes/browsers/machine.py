"""Machines that a test machine is not, and pools on them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager

from probes.browsers.pool import EnginePool
from probes.browsers.pressure import PressureGauge, Reading, Strain
from spiders.net.egress import EgressGuard, EgressProxy


class CalmGauge(PressureGauge):
    """Stands in for a machine that nothing else runs on."""

    def since(self, start: Reading) -> Strain:
        return Strain(late_s=0, busy=0, others=0, stalled=0)


@asynccontextmanager
async def pool_of(names: Sequence[str], gauge: PressureGauge | None = None) -> AsyncIterator[EnginePool]:
    """Engines behind an egress proxy that opens loopback."""
    async with (
        EgressProxy(EgressGuard(["127.0.0.1", "::1"])) as proxy,
        EnginePool(
            names,
            proxy=proxy,
            politeness=None,
            user_agent_suffix="PortalProbe/test (+mailto:a@b.cn)",
            gauge=gauge or CalmGauge(),
        ) as engines,
    ):
        assert engines.names == tuple(names), engines.missing
        yield engines


@contextmanager
def every_core_busy() -> Iterator[None]:
    """Programs that are none of ours, two for each core."""
    burners = [
        subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(2 * (os.cpu_count() or 1))
    ]
    try:
        yield
    finally:
        for each in burners:
            each.kill()
        for each in burners:
            each.wait()
