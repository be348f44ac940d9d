"""Finding a portal's search box: on the page, behind an icon or a link, or further down."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field

from probes.widgets.search_box import best_box, openers
from probes.widgets.sight import Sighting, look
from probes.widgets.windows import Windows, press

_SCREENS = 8
"""A box further down than so many screens nobody finds (ours)."""
_SCREEN_DOWN = """() => {
  const before = scrollY;
  scrollBy(0, innerHeight);
  return scrollY > before;
}"""


@dataclass
class BoxSearch:
    """Looks for the search box of a page, and remembers what was tried."""

    windows: Windows
    tried: list[str] = field(default_factory=list)

    async def find(self, patience_s: float = 6.0) -> Sighting | None:
        """The search box of the current window: at once, after waiting for scripts, or behind an icon or a link.

        Raises:
            playwright.async_api.Error: The page is gone.
        """
        until = time.monotonic() + patience_s
        while True:
            box = best_box(await look(self.windows.current, "fields"))
            if box is not None:
                return box
            if self.windows.traffic.pending() and time.monotonic() < until:
                await asyncio.sleep(0.3)
                continue
            break
        self.tried.append("fields of the page and its frames")
        return await self._behind_something() or await self._further_down()

    async def _further_down(self) -> Sighting | None:
        """Scroll as a person would: some pages build their sections as they come into view."""
        self.tried.append("scrolled to the end")
        page = self.windows.current
        for _ in range(_SCREENS):
            moved: bool = await page.evaluate(_SCREEN_DOWN)
            await asyncio.sleep(0.3)
            box = best_box(await look(page, "fields"))
            if box is not None or not moved:
                return box
        return None

    async def _behind_something(self) -> Sighting | None:
        start = self.windows.current
        address = start.url
        doors = openers(await look(start, "clickables"))
        names = [each.names or each.hints[:40] for each in doors]
        for index, name in enumerate(names):
            if index:
                # what the last one did may have changed the page: look again
                doors = openers(await look(self.windows.current, "clickables"))
                if index >= len(doors):
                    break
            door = doors[index]
            if door.element is None:
                continue
            known = self.windows.opened
            self.tried.append(f"opened “{name.strip()[:30]}”")
            if not await press(door.element):
                continue
            await self.windows.follow(known)
            box = best_box(await look(self.windows.current, "fields"))
            if box is not None:
                return box
            await self.windows.back_to_first()
            if self.windows.current.url != address:
                await self.windows.current.go_back(timeout=10_000, wait_until="commit")
                await self.windows.rest()
        return None
