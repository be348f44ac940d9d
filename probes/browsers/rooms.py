"""A running browser and its contexts ("rooms"): who shares one, and when it is closed.

Playwright frees a page's memory only when its context closes, and a fresh context for every load halves the rate
of Chromium and cuts Firefox's to a third; so a context is shared by what may share cookies, and renewed now and
then.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import OrderedDict
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import psutil
from playwright.async_api import Browser, BrowserContext, Page

from probes.browsers.marks import marked_processes, stray_processes
from probes.browsers.weighing import memory_of

LOADS_PER_ROOM = 50
ROOMS_AT_ONCE = 8
_CALL_S = 15.0


@dataclass(kw_only=True)
class Room:
    """A browser context that several loads share, one after another or at the same time."""

    context: BrowserContext
    loads: int = 0
    in_use: int = 0
    is_retired: bool = False
    hosts: set[str] = field(default_factory=set)
    """Hosts that it has visited."""


class LiveBrowser:
    """A browser that runs, its rooms, and its processes."""

    def __init__(self, browser: Browser, mark: str) -> None:
        self.browser = browser
        self.own_agent = ""
        self.loads = 0
        self.is_retired = False
        self._mark = mark
        self._rooms: OrderedDict[tuple[str, str], Room] = OrderedDict()
        self._in_use = 0
        self._closings: set[asyncio.Task[None]] = set()

    @property
    def is_connected(self) -> bool:
        """Whether its process still speaks to us."""
        return self.browser.is_connected()

    @contextlib.asynccontextmanager
    async def room(
        self, scope: str, device: str, options: Mapping[str, Any], *, fresh: bool
    ) -> AsyncIterator[Room]:
        """A room for one load.

        Args:
            scope: What may share cookies and cache, e.g. a city.
            device: `desktop` or `phone`.
            options: How a new context is made for it.
            fresh: A room that nothing was loaded in, closed afterwards.

        Raises:
            playwright.async_api.Error: The browser is gone.
            TimeoutError: The browser does not answer.
        """
        self._in_use += 1
        self.loads += 1
        try:
            room = (
                Room(context=await self._new(options))
                if fresh
                else await self._shared(scope, device, options)
            )
            room.loads += 1
            room.in_use += 1
            try:
                yield room
            finally:
                room.in_use -= 1
                if room.in_use == 0 and (fresh or room.is_retired):
                    self._close_later(room.context)
        finally:
            self._in_use -= 1
            if self.is_retired and self._in_use == 0:
                self._later(self.close())

    def retire(self) -> None:
        """Close once the last load that uses it has ended."""
        self.is_retired = True
        if self._in_use == 0:
            self._later(self.close())

    async def close(self, *, by_force: bool = False) -> None:
        """End it, by force if it does not listen.

        Args:
            by_force: It is known not to listen: it is not asked first.
        """
        self._rooms.clear()
        if by_force:
            await self._kill()
        with contextlib.suppress(Exception):  # a driver that is gone raises a bare one
            await asyncio.wait_for(self.browser.close(), _CALL_S)
        await self._kill()

    async def _kill(self) -> None:
        for process in await asyncio.to_thread(stray_processes, self._mark):
            with contextlib.suppress(psutil.Error):
                process.kill()

    async def closed(self) -> None:
        """Wait until everything that is being closed is."""
        while others := [each for each in self._closings if each is not asyncio.current_task()]:
            await asyncio.wait(others, timeout=2 * _CALL_S)

    def processes(self) -> list[psutil.Process]:
        """Its processes, told by a mark in their environment."""
        return marked_processes(self._mark)

    def memory_bytes(self) -> int:
        """Memory of its processes, shared pages counted once."""
        return memory_of(self.processes())

    async def _shared(self, scope: str, device: str, options: Mapping[str, Any]) -> Room:
        key = (scope, device)
        room = self._rooms.get(key)
        if room is not None and room.loads >= LOADS_PER_ROOM:
            self._retire_room(key)
            room = None
        if room is None:
            made = Room(context=await self._new(options))
            room = self._rooms.setdefault(key, made)
            if room is not made:  # another load was quicker
                self._close_later(made.context)
        self._rooms.move_to_end(key)
        for old in list(self._rooms)[: max(0, len(self._rooms) - ROOMS_AT_ONCE)]:
            self._retire_room(old)
        return room

    def _retire_room(self, key: tuple[str, str]) -> None:
        room = self._rooms.pop(key)
        room.is_retired = True
        if room.in_use == 0:
            self._close_later(room.context)

    async def _new(self, options: Mapping[str, Any]) -> BrowserContext:
        return await asyncio.wait_for(self.browser.new_context(**options), _CALL_S)

    def _close_later(self, context: BrowserContext) -> None:
        async def close() -> None:
            with contextlib.suppress(Exception):
                await asyncio.wait_for(context.close(), _CALL_S)

        self._later(close())

    def _later(self, closing: Any) -> None:
        task: asyncio.Task[None] = asyncio.get_running_loop().create_task(closing)
        self._closings.add(task)
        task.add_done_callback(self._closings.discard)


async def new_page(room: Room) -> Page:
    """A page in a room.

    Raises:
        playwright.async_api.Error: The browser is gone.
        TimeoutError: The browser does not answer.
    """
    return await asyncio.wait_for(room.context.new_page(), _CALL_S)


async def close_page(page: Page) -> None:
    """Close a page, even one that is hung or gone."""
    with contextlib.suppress(Exception):  # a driver that is gone raises a bare one
        await asyncio.wait_for(page.close(), _CALL_S)
