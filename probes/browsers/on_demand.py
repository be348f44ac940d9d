"""A browser that is started when it is first asked, and put away again: for work that seldom needs one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import cached_property

from playwright.async_api import Page

from probes.browsers.engines import find_engines
from probes.browsers.loaded import Loaded
from probes.browsers.pool import EnginePool
from results.records import Reason
from spiders.net.egress import EgressGuard, EgressProxy
from spiders.net.politeness import Politeness


class BrowserOnDemand:
    """The first usable engine of those wanted, looked for and started by the first `load` or `page`.

    Args:
        wanted: Engines, in order of preference.
        guard: Judges what it may connect to.
        politeness: Takes its turns.
        user_agent_suffix: Put after the engine's own User-Agent.
    """

    def __init__(
        self, wanted: tuple[str, ...], *, guard: EgressGuard, politeness: Politeness, user_agent_suffix: str
    ) -> None:
        self._wanted = wanted
        self._guard, self._politeness, self._suffix = guard, politeness, user_agent_suffix
        self._starting = asyncio.Lock()
        self._ends = AsyncExitStack()
        self._pool: EnginePool | None = None

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The engine that will be asked; empty where this machine has none."""
        return tuple(each.name for each in find_engines(self._wanted) if not each.problem)[:1]

    async def load(
        self, engine: str, url: str, *, fresh: bool = False, timeout_s: float = 30.0, scope: str = ""
    ) -> Loaded:
        """Open a page as `EnginePool.load` does; an engine that does not start gives `browser_unavailable`."""
        pool = await self._started()
        if engine not in pool.names:
            why = pool.missing.get(engine)
            return Loaded(url=url, engine=engine, reason=Reason.BROWSER_UNAVAILABLE, note=why)
        return await pool.load(engine, url, fresh=fresh, timeout_s=timeout_s, scope=scope)

    @asynccontextmanager
    async def page(self, *, engine: str, scope: str) -> AsyncIterator[Page]:
        """A page to work with, as `EnginePool.page` gives it; raises what that raises."""
        pool = await self._started()
        async with pool.page(engine=engine, scope=scope) as page:
            yield page

    async def _started(self) -> EnginePool:
        async with self._starting:
            if self._pool is None:
                names = await asyncio.to_thread(lambda: self.names)
                proxy = await self._ends.enter_async_context(EgressProxy(self._guard))
                self._pool = await self._ends.enter_async_context(
                    EnginePool(
                        names, proxy=proxy, politeness=self._politeness, user_agent_suffix=self._suffix
                    )
                )
            return self._pool

    async def close(self) -> None:
        """Put the browser away; the next `load` starts another."""
        self._pool = None
        ends, self._ends = self._ends, AsyncExitStack()
        await ends.aclose()
