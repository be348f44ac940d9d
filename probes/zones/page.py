"""The page of a zone as a person handles it: looked at, pressed, chosen from, scrolled."""

from __future__ import annotations

import asyncio
from functools import cache
from importlib.resources import files

from playwright.async_api import ElementHandle, Error, Page

from probes.browsers.restraint import Turned, kept_back, why_not
from probes.probe import RunContext
from probes.widgets.windows import Windows, press
from probes.zones.blocks import Block
from probes.zones.scrolling import back_to_top, scroll_on, scroll_to_end

_MOST_FRAMES = 20
_MOST_STEPS = 60
_REST_S = 6.0


class ZonePage:
    """The first window, with a count of the clicks that were made in it."""

    def __init__(self, context: RunContext, windows: Windows) -> None:
        self._context = context
        self._windows = windows
        self.clicks = 0
        self.kept_back = False
        """Whether the last press would have handed in a form, which was not done."""

    @property
    def page(self) -> Page:
        """The page itself."""
        return self._windows.first

    async def title(self) -> str:
        """Its title; empty while it is leaving."""
        try:
            return await self.page.title()
        except Error:
            return ""

    async def look(self) -> list[Block]:
        """The blocks that it shows now, frames included.

        Raises:
            playwright.async_api.Error: The page is gone.
        """
        found: list[Block] = []
        for number, frame in enumerate(self.page.frames[:_MOST_FRAMES]):
            try:
                blocks = await frame.evaluate(_script())
            except Error:
                if frame is self.page.main_frame and self.page.is_closed():
                    raise
                continue
            for index, each in enumerate(blocks):
                found.append(Block(frame=number, index=index, **each))
        return found

    async def press(self, block: Block, *, turns: Turned = "") -> bool:
        """Click a block of the last look, or choose it from its list, and wait for rest.

        Args:
            turns: What it is known to turn; what is only tried turns nothing.

        Returns:
            Whether that was done, and opened no window: what opens one is no tab and no pager.
        """
        self.clicks += 1
        self.kept_back = False
        before = await kept_back(self.page)
        await self._context.politeness.turn(self.page.url)
        frames = self.page.frames
        if block.frame >= len(frames):
            return False
        opened = self._windows.opened
        try:
            handle = await frames[block.frame].evaluate_handle("i => window.__probedBlocks[i]", block.index)
            element = handle.as_element()
            if element is None:
                return False
            self.kept_back = bool(await why_not(element, turns=turns))
            if self.kept_back or not (await _choose(element) or await press(element, turns=turns)):
                return False
        except Error:
            return False
        await self._windows.rest(_REST_S)
        self.kept_back = await kept_back(self.page) > before
        if self._windows.opened > opened:
            await self._windows.back_to_first()
            return False
        return True

    async def scroll(self) -> bool:
        """Scroll everything that scrolls to its end; whether anything moved."""
        moved = False
        for frame in self.page.frames[:_MOST_FRAMES]:
            moved = await scroll_to_end(frame) or moved
        if moved:
            await asyncio.sleep(0.2)
            await self._windows.rest(_REST_S)
        return moved

    async def look_in_steps(self) -> list[Block]:
        """Everything that is shown on the way from top to end: some lists hold only what is in view."""
        frames = self.page.frames[:_MOST_FRAMES]
        for frame in frames:
            await back_to_top(frame)
        found: list[Block] = []
        for _ in range(_MOST_STEPS):
            await asyncio.sleep(0.15)
            found += await self.look()
            if not any([await scroll_on(frame) for frame in frames]):
                break
        return found


async def _choose(element: ElementHandle) -> bool:
    """Choose an option of a list that drops down; False where it is none."""
    chosen: bool = await element.evaluate(
        """element => {
          const list = element.tagName === 'OPTION' && element.closest('select');
          if (!list) return false;
          list.selectedIndex = element.index;
          for (const kind of ['input', 'change']) list.dispatchEvent(new Event(kind, {bubbles: true}));
          return true;
        }"""
    )
    return chosen


@cache
def _script() -> str:
    return files("probes.zones").joinpath("blocks.js").read_text("utf-8")
