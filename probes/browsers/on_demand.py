"""A browser that is started when it is first asked, and put away again: for watches that seldom need one."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

from probes.browsers.engines import EngineInfo, find_engines
from probes.browsers.loaded import Loaded
from probes.browsers.pool import EnginePool
from results.records import Reason
from spiders.net.egress import EgressGuard, EgressProxy
from spiders.net.politeness import Politeness


class BrowserOnDemand:
    """The first usable engine of those wanted, started by the first `load`.

    Args:
        wanted: Engines, in order of preference.
        guard: Judges what it may connect to.
        politeness: Takes its turns.
        user_agent_suffix: Put after the engine's own User-Agent.
    """

    def __init__(
        self, wanted: tuple[str, ...], *, guard: EgressGuard, politeness: Politeness, user_agent_suffix: str
    ) -> None:
        self._found: list[EngineInfo] = [each for each in find_engines(wanted) if not each.problem][:1]
        self._guard, self._politeness, self._suffix = guard, politeness, user_agent_suffix
        self._starting = asyncio.Lock()
        self._ends = AsyncExitStack()
        self._pool: EnginePool | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The engine that will be asked; empty where this machine has none."""
        return tuple(each.name for each in self._found)

    async def load(
        self, engine: str, url: str, *, fresh: bool = False, timeout_s: float = 30.0, scope: str = ""
    ) -> Loaded:
        """Open a page as `EnginePool.load` does; an engine that does not start gives `browser_unavailable`."""
        async with self._starting:
            if self._pool is None:
                proxy = await self._ends.enter_async_context(EgressProxy(self._guard))
                self._pool = await self._ends.enter_async_context(
                    EnginePool(
                        self.names, proxy=proxy, politeness=self._politeness, user_agent_suffix=self._suffix
                    )
                )
        if engine not in self._pool.names:
            why = self._pool.missing.get(engine)
            return Loaded(url=url, engine=engine, reason=Reason.BROWSER_UNAVAILABLE, note=why)
        return await self._pool.load(engine, url, fresh=fresh, timeout_s=timeout_s, scope=scope)

    async def close(self) -> None:
        """Put the browser away; the next `load` starts another."""
        self._pool = None
        ends, self._ends = self._ends, AsyncExitStack()
        await ends.aclose()
