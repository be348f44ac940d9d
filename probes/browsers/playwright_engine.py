"""An engine that Playwright drives: its browser, its contexts, and when they are renewed."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import OrderedDict
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from playwright.async_api import Browser, BrowserContext, Error, Page, Playwright

from probes.browsers.devices import context_options
from probes.browsers.engines import EngineInfo
from probes.browsers.launching import launch

_log = logging.getLogger(__name__)

LOADS_PER_CONTEXT = 50
"""Playwright frees a page's memory only when its context closes."""
LOADS_PER_BROWSER = 1000
CONTEXTS_AT_ONCE = 8
_CALL_S = 15.0
_LAUNCH_S = 90.0


class BrowserGoneError(Exception):
    """The browser does not answer any more, and a new one could not be started."""


@dataclass(kw_only=True)
class Room:
    """A browser context that several loads share, one after another or at the same time."""

    context: BrowserContext
    loads: int = 0
    in_use: int = 0
    retired: bool = False
    hosts: set[str] = field(default_factory=set)
    """Hosts that it has visited."""


class PlaywrightEngine:
    """One engine. `start` launches it, `room` hands out contexts, `replace` ends a browser that has failed."""

    def __init__(
        self,
        playwright: Playwright,
        engine: EngineInfo,
        *,
        proxy_url: str | None,
        user_agent_suffix: str,
        loads_per_browser: int = LOADS_PER_BROWSER,
    ) -> None:
        self.info = engine
        self._playwright = playwright
        self._proxy_url = proxy_url
        self._suffix = user_agent_suffix
        self._loads_per_browser = loads_per_browser
        self._browser: Browser | None = None
        self._own_agent = ""
        self._rooms: OrderedDict[tuple[str, str], Room] = OrderedDict()
        self._loads = 0
        self._launching = asyncio.Lock()
        self._closings: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Launch the browser, if it is not running.

        Raises:
            BrowserGoneError: It does not start.
        """
        async with self._launching:
            if self._browser is not None and self._browser.is_connected():
                return
            self._forget()
            try:
                browser, self.info = await asyncio.wait_for(
                    launch(self._playwright, self.info, self._proxy_url), _LAUNCH_S
                )
                self._own_agent = await asyncio.wait_for(_agent_of(browser), _CALL_S)
                self._browser = browser
            except (Error, TimeoutError) as error:
                raise BrowserGoneError(f"{self.info.name} does not start: {_first_line(error)}") from error

    @contextlib.asynccontextmanager
    async def room(self, scope: str, device: str, *, fresh: bool = False) -> AsyncIterator[Room]:
        """A context for one load.

        Args:
            scope: What may share cookies and cache, e.g. a city.
            device: `desktop` or `phone`.
            fresh: A context that nothing was loaded in, closed afterwards.

        Raises:
            BrowserGoneError: The browser cannot be started.
        """
        await self.start()
        if fresh:
            room = Room(context=await self._new_context(device))
        else:
            room = await self._shared_room(scope, device)
        room.loads += 1
        room.in_use += 1
        self._loads += 1
        try:
            yield room
        finally:
            room.in_use -= 1
            if room.in_use == 0 and (fresh or room.retired):
                self._close_later(room.context)

    async def replace(self) -> None:
        """End the browser, whatever state it is in; the next load starts another."""
        browser, self._browser = self._browser, None
        self._forget()
        if browser is not None:
            with contextlib.suppress(Error, TimeoutError):
                await asyncio.wait_for(browser.close(), _CALL_S)

    async def recycle_if_due(self) -> None:
        """Replace a browser that has loaded its number of pages, once none of its contexts is in use."""
        if self._loads >= self._loads_per_browser and not any(room.in_use for room in self._rooms.values()):
            _log.debug("%s: a new browser after %d loads", self.info.name, self._loads)
            await self.replace()

    async def close(self) -> None:
        """End the browser and wait for everything that is still closing."""
        await self.replace()
        if self._closings:
            await asyncio.wait(self._closings, timeout=_CALL_S)

    async def _shared_room(self, scope: str, device: str) -> Room:
        key = (scope, device)
        room = self._rooms.get(key)
        if room is not None and room.loads >= LOADS_PER_CONTEXT:
            self._retire(key)
            room = None
        if room is None:
            room = Room(context=await self._new_context(device))
            known = self._rooms.get(key)  # another load may have been quicker
            if known is not None:
                self._close_later(room.context)
                room = known
            self._rooms[key] = room
        self._rooms.move_to_end(key)
        for old in list(self._rooms)[: max(0, len(self._rooms) - CONTEXTS_AT_ONCE)]:
            if not self._rooms[old].in_use and old != key:
                self._retire(old)
        return room

    def _retire(self, key: tuple[str, str]) -> None:
        room = self._rooms.pop(key)
        room.retired = True
        if room.in_use == 0:
            self._close_later(room.context)

    async def _new_context(self, device: str) -> BrowserContext:
        if self._browser is None:
            raise BrowserGoneError(f"{self.info.name} was ended")
        options = context_options(self.info.name, device, self._own_agent, self._suffix)
        return await asyncio.wait_for(self._browser.new_context(**options), _CALL_S)

    def _close_later(self, context: BrowserContext) -> None:
        async def close() -> None:
            with contextlib.suppress(Error, TimeoutError):
                await asyncio.wait_for(context.close(), _CALL_S)

        task = asyncio.get_running_loop().create_task(close())
        self._closings.add(task)
        task.add_done_callback(self._closings.discard)

    def _forget(self) -> None:
        self._rooms.clear()
        self._loads = 0


async def new_page(room: Room) -> Page:
    """A page in a room; windows that it opens are closed by whoever asked for it.

    Raises:
        playwright.async_api.Error: The browser is gone.
        TimeoutError: The browser does not answer.
    """
    return await asyncio.wait_for(room.context.new_page(), _CALL_S)


async def close_page(page: Page) -> None:
    """Close a page, even one that is hung or gone."""
    with contextlib.suppress(Error, TimeoutError):
        await asyncio.wait_for(page.close(), 5)


async def _agent_of(browser: Browser) -> str:
    context = await browser.new_context()
    try:
        page = await context.new_page()
        return str(await page.evaluate("navigator.userAgent"))
    finally:
        await context.close()


def _first_line(error: BaseException) -> str:
    return str(error).strip().partition("\n")[0][:300]
