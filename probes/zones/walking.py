"""A zone read in a browser, over tabs, pages and whatever loads more, until nothing new comes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urldefrag

from probes.probe import RunContext
from probes.widgets.opening import open_page
from probes.widgets.windows import Windows
from probes.zones.answers import Answers
from probes.zones.blocks import Block, listed_names, stated_total
from probes.zones.controls import (
    TabGroup,
    handed_in_tabs,
    leads_away,
    linked_tabs,
    more_button,
    next_page,
    place_of,
    shuffles,
    tab_groups,
)
from probes.zones.finding import open_allowed
from probes.zones.page import ZonePage
from results.records import Reason

_MOST_CLICKS = 200
_MOST_PAGES = 60
_MOST_SCROLLS = 150
"""The longest zones that are known list some 1,500 entries, ten and more of them at a time (ours)."""
_MOST_STALE = 3
"""Turns of a button for others (换一批) that may bring nothing new before the list counts as read (ours)."""
_MOST_LINKED_TABS = 40
_TRIED_UNMARKED = 2
"""Members that are pressed of a group that nothing marks as tabs; one of them may be the chosen one."""
_DEEPEST = 5
"""Levels of tabs that are explored; a group of which 全部 is chosen is no level."""
_ENOUGH_OF_TOTAL = 0.9
"""A list that shows at least this share of the total it states has been read: entries may repeat."""
_SLOW_S = 1.5


@dataclass
class ZoneReading:
    """What a zone lists, and whether it was read to its end."""

    url: str
    names: dict[str, str] = field(default_factory=dict)
    """Name to where it leads."""
    reason: Reason | None = None
    """Why its first page did not open."""
    unread: list[str] = field(default_factory=list)
    """What was left unread, in words; empty when all was read."""
    states: int = 0
    """Tabs and pages that were seen."""


@dataclass(frozen=True)
class Step:
    """A tab that was chosen: its group and its label."""

    key: str
    label: str
    whole: bool = False
    """Whether it was the only one to choose: 全部, or a group that turned out to be no tabs."""


class ZoneWalk:
    """Reads one zone. Clicks and pages are bounded; a bound that was met is told in `unread`."""

    def __init__(
        self, context: RunContext, windows: Windows, is_known: Callable[[str], bool], *, until: float
    ) -> None:
        self._context = context
        self._windows = windows
        self._is_known = is_known
        self._until = until
        self._zone = ZonePage(context, windows)
        self._labels: set[str] = set()
        self._idle: set[str] = set()
        """Groups that nothing marks as tabs, and that turned nothing when they were tried."""
        self._blocks: dict[tuple[str, str], Block] = {}
        self._answers = Answers(windows.first)
        self._base = ""
        self.seen: set[str] = set()
        """Addresses of the zone that were read, without their fragments."""

    async def read(self, url: str) -> ZoneReading:
        """Open a zone and read it, with the tabs that are pages of their own.

        Raises:
            playwright.async_api.Error: The browser is gone.
        """
        reading = ZoneReading(url=url)
        reading.reason = await open_page(self._context, self._windows, url)
        if reading.reason is not None:
            return reading
        return await self.read_open(reading)

    async def read_open(self, reading: ZoneReading) -> ZoneReading:
        """Read the zone that the page already shows."""
        queue = [self._zone.page.url]
        reading.url = self._zone.page.url
        while queue:
            address = queue.pop(0)
            if urldefrag(address).url in self.seen and address != reading.url:
                continue
            if len(self.seen) > _MOST_LINKED_TABS or self._spent():
                reading.unread.append(f"{len(queue) + 1} tabs that are pages of their own")
                break
            if (
                address != reading.url
                and await open_allowed(self._context, self._windows, address) is not None
            ):
                reading.unread.append(address)
                continue
            self.seen.add(urldefrag(address).url)
            self._base = self._zone.page.url
            posted = handed_in_tabs(await self._zone.look(), self._is_known)
            reading.unread.extend(f"{label}: it hands in a form" for label in posted)
            await self._explore(reading, ())
            if address == reading.url:
                start = await self._zone.look()
                queue += linked_tabs(start, self._base, self._is_known)
        labels = frozenset(self._labels)
        reading.names = listed_names(self._blocks.values(), self._is_known, labels)
        for name in await self._answers.names(frozenset(reading.names)):
            if name not in labels:
                reading.names.setdefault(name, "")
        return reading

    def _spent(self) -> bool:
        return self._zone.clicks >= _MOST_CLICKS or time.monotonic() > self._until

    async def _explore(self, reading: ZoneReading, path: tuple[Step, ...]) -> None:
        """Read what is shown, then what each tab of the first group not yet used shows, and so on."""
        await self._read_pages(reading)
        done = {each.key for each in path} | self._idle
        groups = [
            each
            for each in tab_groups(await self._zone.look(), self._base, self._is_known)
            if each.key not in done
        ]
        if not groups:
            return
        group = groups[0]
        if sum(not each.whole for each in path) >= _DEEPEST and len(group.labels) > 1:
            reading.unread.append(f"tabs below the {_DEEPEST}th level: {'、'.join(group.labels[:4])}")
            return
        used, turned, stayed = [], False, False
        for number, label in enumerate(group.labels):
            if not (group.marked or turned) and number == _TRIED_UNMARKED:
                break
            step = Step(group.key, label, whole=len(group.labels) == 1)
            if self._spent():
                reading.unread.append(f"the tab {label}")
                continue
            before = await self._zone.look()
            if _find(before, step) is None:
                before = await self._return(path)
            tab = _find(before, step)
            if tab is None:
                reading.unread.append(f"the tab {label}")
                continue
            here, title = self._zone.page.url, await self._zone.title()
            pressed = await self._zone.press(tab, turns="tab" if group.marked else "")
            if self._zone.kept_back and group.marked:
                reading.unread.append(f"{label}: it hands in a form")
            if not pressed or self._zone.kept_back:
                continue
            moved = place_of(self._zone.page.url) != place_of(here)
            if leads_away(self._zone.page.url, here) or (moved and await self._zone.title() != title):
                await self._return(path)  # another page, which may well have the same menu
                continue
            after = await self._zone.look()
            if not _still_there(after, group):
                continue  # it led elsewhere: no tab of this page
            used.append(label)
            if _shown(after) != _shown(before):
                turned = True
            elif stayed:
                continue
            else:
                stayed = True  # the tab that was chosen already, or no tab at all
            await self._explore(reading, (*path, step))
        if turned:
            self._labels.update(used)
            reading.unread.extend(f"the tab {each}: it may do something" for each in group.unpressed)
        elif not group.marked:
            self._idle.add(group.key)
        if not used:
            await self._return(path)
            await self._explore(reading, (*path, Step(group.key, "", whole=True)))

    async def _return(self, path: tuple[Step, ...]) -> list[Block]:
        """Open the zone anew and choose the tabs that led here; what is shown then."""
        await open_page(self._context, self._windows, self._base)
        for step in path:
            tab = _find(await self._zone.look(), step)
            if tab is not None:
                await self._zone.press(tab, turns="tab")
        return await self._zone.look()

    async def _read_pages(self, reading: ZoneReading) -> None:
        """Read the list that is shown to its end, and hold it against the total that it states."""
        seen: list[Block] = []
        before = len(reading.unread)
        await self._turn_pages(reading, seen)
        total = stated_total(seen)
        if total is None or len(reading.unread) > before:
            return
        read = len(listed_names(seen, self._is_known))
        if read < _ENOUGH_OF_TOTAL * total:
            reading.unread.append(f"{total} items are stated, {read} were read")

    async def _turn_pages(self, reading: ZoneReading, seen: list[Block]) -> None:
        """Read page after page, and all that scrolling or a button adds; what is seen is added to `seen`."""
        number, scrolls, stale, grows = 1, 0, 0, False
        while True:
            blocks = await self._zone.look()
            self._keep(blocks)
            seen += blocks
            reading.states += 1
            before = _shown(blocks)
            may_scroll = scrolls < _MOST_SCROLLS and not self._spent()
            if may_scroll and await self._zone.scroll():
                after = await self._zone.look()
                if before - _shown(after):
                    # what was in sight is gone: the list holds only what is in view
                    scrolls, grows, after = _MOST_SCROLLS, False, await self._zone.look_in_steps()
                    self._keep(after)
                    seen += after
                else:
                    grows = bool(_shown(after) - before)
                    if grows:
                        scrolls += 1
                        continue
                blocks = after
            elif grows and not may_scroll:
                reading.unread.append("what scrolling on would add")
            control = more_button(blocks) or next_page(blocks, number)
            if control is None:
                return
            if number >= _MOST_PAGES or self._spent():
                reading.unread.append(f"the pages after page {number}")
                return
            if not await self._zone.press(control, turns="page") or self._zone.kept_back:
                reading.unread.append(f"the pages after page {number}")
                return
            if _shown(await self._zone.look()) == before:
                await asyncio.sleep(_SLOW_S)  # a slow answer looks like the end of the list
                if _shown(await self._zone.look()) == before:
                    return
            if shuffles(control):
                # it shows others of the same: at the end of them nothing new comes
                stale = 0 if _shown(await self._zone.look()) - _shown(seen) else stale + 1
                if stale >= _MOST_STALE:
                    return
            number += 1

    def _keep(self, blocks: list[Block]) -> None:
        """Keep blocks of a state of the zone, each once, in sight rather than out of it."""
        for block in blocks:
            key = (_key(block), block.name)
            if key not in self._blocks or (block.visible and not self._blocks[key].visible):
                self._blocks[key] = block


def _key(block: Block) -> str:
    return f"{block.frame} {block.signature}"


def _find(blocks: list[Block], step: Step) -> Block | None:
    return next((each for each in blocks if each.text == step.label and _key(each) == step.key), None)


def _still_there(blocks: list[Block], group: TabGroup) -> bool:
    """Whether most of a group's tabs are still shown, so that the page is still the zone."""
    labels = {each.text for each in blocks if _key(each) == group.key}
    return 2 * len(labels & set(group.labels)) >= len(group.labels)


def _shown(blocks: list[Block]) -> frozenset[str]:
    return frozenset(each.name for each in blocks if each.visible and not each.chrome)
