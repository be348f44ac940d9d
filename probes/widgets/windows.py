"""Where a click led: to the same page, to another one, or to a window of its own."""

from __future__ import annotations

import asyncio
import time
from types import TracebackType

from playwright.async_api import ElementHandle, Error, Page

from probes.browsers.restraint import Turned, why_not
from probes.browsers.settling import settle
from probes.browsers.traffic import Traffic

_POPUP_GRACE_S = 0.4


class Windows:
    """A page and the windows that it opens; closes those windows in the end, never the page itself."""

    def __init__(self, page: Page) -> None:
        self.first = page
        self.current = page
        self._opened: list[Page] = []
        self._traffic: dict[Page, Traffic] = {}
        self._listen(page)

    async def __aenter__(self) -> Windows:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for each in self._opened:
            await _close(each)

    @property
    def traffic(self) -> Traffic:
        """What the current window requested so far."""
        return self._traffic[self.current]

    def _listen(self, page: Page) -> None:
        self._traffic[page] = Traffic(page)
        page.on("popup", self._on_popup)

    def _on_popup(self, popup: Page) -> None:
        self._opened.append(popup)
        self._listen(popup)

    @property
    def open_popups(self) -> int:
        """How many windows it opened that are still open."""
        return sum(1 for each in self._opened if not each.is_closed())

    async def rest(self, cap_s: float = 8.0) -> bool:
        """Wait for the current window to come to rest; False when the cap came first or it is gone."""
        if self.current.is_closed():
            return False
        try:
            return await settle(self.current, cap_s=cap_s, pending=self.traffic.pending)
        except Error:
            return False

    async def follow(self, known: int, cap_s: float = 8.0) -> bool:
        """Go over to a window that was opened since `known` of them were counted, once it rests.

        Returns:
            Whether there was one.
        """
        until = time.monotonic() + _POPUP_GRACE_S
        while time.monotonic() < until and len(self._opened) <= known:  # noqa: ASYNC110  # Playwright tells by callback
            await asyncio.sleep(0.05)
        fresh = [each for each in self._opened[known:] if not each.is_closed()]
        if fresh:
            self.current = fresh[-1]
        await self.rest(cap_s)
        return bool(fresh)

    @property
    def opened(self) -> int:
        """How many windows were opened so far, closed ones counted."""
        return len(self._opened)

    async def back_to_first(self) -> None:
        """Close what was opened and look at the first window again."""
        for each in self._opened:
            await _close(each)
        self.current = self.first


async def _close(page: Page) -> None:
    try:
        if not page.is_closed():
            await asyncio.wait_for(page.close(), 5)
    except (Error, TimeoutError):
        return


async def press(
    element: ElementHandle,
    timeout_s: float = 3.0,
    *,
    field: ElementHandle | None = None,
    turns: Turned = "",
) -> bool:
    """Click as a person would; where something lies over the element, let the page's own script click it.

    Args:
        field: The search box or the chat box that was typed into, where its own button is pressed.
        turns: What this turns, if anything.

    Returns:
        Whether the click was made. What would hand a form in to somebody is left alone.
    """
    try:
        if await why_not(element, field=field, turns=turns):
            return False
    except Error:
        return False
    try:
        await element.click(timeout=timeout_s * 1000, no_wait_after=True)
        return True
    except Error:
        pass
    try:
        await element.dispatch_event("click")
        return True
    except Error:
        pass
    try:
        await element.evaluate("element => element.click ? element.click() : null")
        return True
    except Error:
        return False
