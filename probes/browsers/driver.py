"""Playwright's driver: one process that all browsers of a pool are driven by, started anew where it died."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from types import TracebackType

from playwright.async_api import Error, Playwright, async_playwright

_log = logging.getLogger(__name__)

_END_S = 10.0


class PlaywrightDriver:
    """The driver, as an async context manager; `playwright` starts it."""

    def __init__(self) -> None:
        self._manager = async_playwright()
        self._running: Playwright | None = None
        self._starting = asyncio.Lock()
        self.lives = 0
        """How often it was started: what a former life gave is of no use any more."""

    async def __aenter__(self) -> PlaywrightDriver:
        await self.playwright()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._end()

    async def playwright(self) -> Playwright:
        """What launches browsers; of a new driver, if the old one was told to be `lost`."""
        async with self._starting:
            if self._running is None:
                self._manager = async_playwright()
                self._running = await self._manager.start()
                self.lives += 1
            return self._running

    @contextlib.asynccontextmanager
    async def minded(self) -> AsyncIterator[None]:
        """Turn the bare exception by which Playwright says that its driver is gone into one of its errors.

        Raises:
            playwright.async_api.Error: The driver is gone; the next `playwright` is another's.
        """
        life = self.lives
        try:
            yield
        except Exception as error:
            if not is_gone(error):
                raise
            if life == self.lives:
                _log.warning("the browsers' driver is gone and is started anew: %s", error)
                await self._end()
            raise Error(str(error)) from error

    async def _end(self) -> None:
        async with self._starting:
            running, self._running = self._running, None
            if running is not None:
                with contextlib.suppress(Exception):  # a driver that is gone cannot be told to stop
                    await asyncio.wait_for(running.stop(), _END_S)


def is_gone(error: BaseException) -> bool:
    """Whether an error says that the driver is gone; Playwright has no class of its own for it."""
    return type(error) is Exception and "driver" in str(error)
