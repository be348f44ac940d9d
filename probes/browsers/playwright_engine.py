"""An engine that Playwright drives: started when it is needed, proved by the control page, renewed, replaced."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import psutil
from playwright.async_api import Browser, Error, Page

from probes.browsers.control import ControlPage
from probes.browsers.devices import context_options
from probes.browsers.driver import PlaywrightDriver
from probes.browsers.engines import EngineInfo
from probes.browsers.heeding import heed
from probes.browsers.launching import launch
from probes.browsers.loaded import Loaded
from probes.browsers.looking import BrowserGoneError
from probes.browsers.marks import marked_environment
from probes.browsers.rooms import LiveBrowser, Room, close_page, new_page
from probes.browsers.traces import tracing
from probes.browsers.visiting import Wanted, visit
from spiders.net.egress import EgressProxy

if TYPE_CHECKING:
    from spiders.net.politeness import Politeness

_log = logging.getLogger(__name__)

LOADS_PER_BROWSER = 1000
MEMORY_BYTES = 768 * 1024**2
"""Of a browser and its pages, shared ones counted once: about 2 GiB as the sum of what its processes have resident."""
_LOADS_BETWEEN_WEIGHINGS = 25
_CALL_S = 15.0
_LAUNCH_S = 90.0
_SLACK_S = 60.0
"""A visit that outlives its own limits by this much is cut off: its browser hangs."""


class PlaywrightEngine:
    """One engine.

    Args:
        driver: Shared by all engines of a pool.
        engine: What to launch.
        proxy: The one way out.
        control: The page that proves an engine.
        user_agent_suffix: What follows the engine's own User-Agent.
        politeness: Told what portals answer; None for tests on pages of our own.
        loads_per_browser: After so many loads another browser takes over.
        memory_bytes: As after so much memory.
    """

    def __init__(
        self,
        driver: PlaywrightDriver,
        engine: EngineInfo,
        *,
        proxy: EgressProxy | None,
        control: ControlPage,
        user_agent_suffix: str,
        politeness: Politeness | None = None,
        loads_per_browser: int = LOADS_PER_BROWSER,
        memory_bytes: int = MEMORY_BYTES,
    ) -> None:
        self.info = engine
        self._driver = driver
        self._life = 0
        self._proxy = proxy
        self._control = control
        self._suffix = user_agent_suffix
        self._politeness = politeness
        self._loads_per_browser = loads_per_browser
        self._memory_bytes = memory_bytes
        self._live: LiveBrowser | None = None
        self._retired: list[LiveBrowser] = []
        self._starting = asyncio.Lock()

    async def start(self) -> LiveBrowser:
        """The running browser; launched if there is none, renewed if it has done its share.

        Raises:
            BrowserGoneError: It does not start.
        """
        async with self._starting:
            if self._live is not None and not (self._live.is_connected and self._life == self._driver.lives):
                await self._end(self._live, by_force=True)
            if self._live is not None and self._has_done_its_share(self._live):
                _log.debug("%s: a new browser after %d loads", self.info.name, self._live.loads)
                self._live.retire()
                self._retired.append(self._live)
                self._live = None
            if self._live is None:
                self._live = await self._launched()
            return self._live

    async def load(self, wanted: Wanted, blank: Loaded, scope: str, *, fresh: bool) -> Loaded:
        """Visit a page.

        Raises:
            BrowserGoneError: The browser cannot be started.
            playwright.async_api.Error: The browser broke down.
            TimeoutError: The browser does not answer.
        """
        live = await self.start()
        options = self._options(live, blank.device)
        async with self._driver.minded(), live.room(scope, blank.device, options, fresh=fresh) as room:
            page = await self._new_page(room)
            try:
                known = self._known(blank, room, wanted.url, fresh=fresh)
                limit_s = wanted.timeout_s + _SLACK_S
                if fresh and not wanted.timed:
                    return await tracing(
                        room.context, asyncio.wait_for(visit(page, wanted, known, self._proxy), limit_s)
                    )
                return await asyncio.wait_for(visit(page, wanted, known, self._proxy), limit_s)
            finally:
                await close_page(page)

    @contextlib.asynccontextmanager
    async def page(self, scope: str, device: str, *, fresh: bool) -> AsyncIterator[Page]:
        """A page to work with; closed afterwards, with every window that it opened.

        Raises:
            BrowserGoneError: The browser cannot be started.
            playwright.async_api.Error: The browser broke down.
            TimeoutError: The browser does not answer.
        """
        live = await self.start()
        options = self._options(live, device)
        async with self._driver.minded(), live.room(scope, device, options, fresh=fresh) as room:
            page = await self._new_page(room)
            opened: list[Page] = []
            page.on("popup", lambda popup: opened.append(popup))
            try:
                yield page
            finally:
                for each in (*opened, page):
                    await close_page(each)

    async def is_well(self) -> bool:
        """Whether it opens the control page and runs its script, in a context of its own."""
        try:
            live = await self.start()
            options = self._options(live, "desktop") | {"proxy": {"server": self._control.proxy_url}}
            async with self._driver.minded(), live.room("", "desktop", options, fresh=True) as room:
                page = await new_page(room)
                try:
                    await page.goto(self._control.url, timeout=_CALL_S * 1000)
                    shown = await asyncio.wait_for(page.inner_text("body"), _CALL_S)
                    return self._control.is_shown(shown)
                finally:
                    await close_page(page)
        except (BrowserGoneError, Error, TimeoutError) as error:
            _log.debug("%s: the control page does not open: %s", self.info.name, error)
            return False

    async def heal(self) -> bool:
        """See that the engine is well, with another browser if need be; whether it is."""
        if await self.is_well():
            return True
        _log.info("%s: the browser does not open the control page; it is replaced", self.info.name)
        async with self._starting:
            if self._live is not None:
                await self._end(self._live, by_force=True)
        return await self.is_well()

    async def close(self) -> None:
        """End every browser, and wait until they are gone."""
        async with self._starting:
            if self._live is not None:
                await self._end(self._live)
        for each in self._retired:
            await each.close()
            await each.closed()

    def processes(self) -> list[psutil.Process]:
        """The processes of the running browser."""
        return self._live.processes() if self._live is not None else []

    def _has_done_its_share(self, live: LiveBrowser) -> bool:
        if live.loads >= self._loads_per_browser:
            return True
        is_due = live.loads and live.loads % _LOADS_BETWEEN_WEIGHINGS == 0
        return bool(is_due) and live.memory_bytes() > self._memory_bytes

    async def _launched(self) -> LiveBrowser:
        mark, environment = marked_environment()
        try:
            async with self._driver.minded():
                return await self._launch(mark, environment)
        except (Error, TimeoutError) as error:
            raise BrowserGoneError(f"{self.info.name} does not start: {_first_line(error)}") from error

    async def _launch(self, mark: str, environment: dict[str, str | float | bool]) -> LiveBrowser:
        browser, self.info = await asyncio.wait_for(
            launch(
                await self._driver.playwright(),
                self.info,
                self._proxy.url if self._proxy else None,
                environment=environment,
            ),
            _LAUNCH_S,
        )
        live = LiveBrowser(browser, mark)
        try:
            live.own_agent = await asyncio.wait_for(_agent_of(browser), _CALL_S)
        except BaseException:  # nobody else knows of it yet
            await live.close(by_force=True)
            raise
        self._life = self._driver.lives
        return live

    async def _end(self, live: LiveBrowser, *, by_force: bool = False) -> None:
        self._live = None
        await live.close(by_force=by_force)
        await live.closed()

    async def _new_page(self, room: Room) -> Page:
        page = await new_page(room)
        if self._politeness is not None:
            heed(page, self._politeness)
        return page

    def _options(self, live: LiveBrowser, device: str) -> dict[str, object]:
        return context_options(self.info.name, device, live.own_agent, self._suffix)

    def _known(self, blank: Loaded, room: Room, url: str, *, fresh: bool) -> Loaded:
        host = urlsplit(url).hostname or ""
        is_first = fresh or host not in room.hosts
        room.hosts.add(host)
        return replace(blank, engine_version=self.info.version, first_visit=is_first)


async def _agent_of(browser: Browser) -> str:
    context = await browser.new_context()
    page = await context.new_page()
    agent = str(await page.evaluate("navigator.userAgent"))
    # not in a `finally`: a browser that does not answer would not answer this either, and the end would never come
    await context.close()
    return agent


def _first_line(error: BaseException) -> str:
    return str(error).strip().partition("\n")[0][:300]
