"""Finding a portal's chatbot, opening it, and coming as far as the field that one talks in."""

from __future__ import annotations

import asyncio
import contextlib
import time
from dataclasses import dataclass, field

from playwright.async_api import Error, Page

from probes.widgets.chat_box import best_talk_box
from probes.widgets.handing_in import is_handed_in
from probes.widgets.launchers import Launcher, launchers
from probes.widgets.notices import asks_who, fresh_fields, pass_notice, wants_login
from probes.widgets.opening import judge_page
from probes.widgets.sight import Sighting, look, read_text
from probes.widgets.windows import Windows, press
from results.records import Outcome, Reason

_NOTICES = 5
_SETTLE_S = 6.0
_OPENING_S = 3.0
_LATE_S = 1.5
_LATEST_S = 4.0
"""Longer than this after everything has come to rest no launcher is waited for, seconds."""
_CERTAIN = 6.0
"""A launcher that scores this is opened without waiting for a likelier one."""


@dataclass
class ChatSearch:
    """Looks for the bot from a page that is open, and remembers what was tried."""

    windows: Windows
    tried: list[str] = field(default_factory=list)
    reason: Reason | None = None
    """What kept it from the conversation where a bot was found: a login, a challenge, an error page."""
    unreachable: str | None = None
    """What was seen of a widget that no script can reach."""
    way: str = ""
    """How the bot was come by, for the note."""

    async def find(self, budget: int = 6) -> Sighting | None:
        """The field to talk in; None where no bot could be opened from this page.

        Args:
            budget: How many launchers are tried at most.

        Raises:
            playwright.async_api.Error: The browser is gone.
        """
        page = self.windows.current
        address = page.url
        # a field that is there at once must be a bot's beyond doubt: nothing was opened for it
        box = best_talk_box(await look(page, "fields"))
        if box is not None:
            self.way = "on the page"
            return box
        tried: set[tuple[str, str]] = set()
        waited = watched = False
        while len(tried) < budget:
            page = self.windows.current
            choices = [
                each for each in launchers(await look(page, "clickables"), 30) if _key(each) not in tried
            ]
            if (not choices or choices[0].score < _CERTAIN) and not waited:
                # widgets that a script appends come late
                waited = True
                await asyncio.sleep(_LATE_S)
                await self.windows.rest()
                box = best_talk_box(await look(page, "fields"))
                if box is not None:
                    self.way = "on the page"
                    return box
                continue
            if not choices and not watched:
                # a loader that fetches a widget may take its time
                watched = True
                box = await self._await_late(page, tried)
                if box is not None:
                    self.way = "on the page"
                    return box
                continue
            if not choices:
                break
            launcher = choices[0]
            tried.add(_key(launcher))
            box = await self._open(launcher, launcher.words)
            if box is not None or (self.reason is not None and launcher.named):
                return box
            await self._restore(page, address)
        return None

    async def _await_late(self, page: Page, tried: set[tuple[str, str]]) -> Sighting | None:
        """Give a page time to show a field to talk in, or a launcher that was not tried: some come with a scroll."""
        with contextlib.suppress(Error):
            await page.evaluate("() => scrollBy(0, innerHeight)")
        until = time.monotonic() + _LATEST_S
        while time.monotonic() < until:
            await asyncio.sleep(0.5)
            box = best_talk_box(await look(page, "fields"))
            if box is not None:
                return box
            if any(_key(each) not in tried for each in launchers(await look(page, "clickables"))):
                break
        return None

    async def _open(self, launcher: Launcher, words: str) -> Sighting | None:
        page = self.windows.current
        known_fields = await look(page, "fields")
        known_things = await look(page, "clickables")
        address, count = page.url, self.windows.opened
        canvases = await _canvases(page)
        self.tried.append(f"launcher {words}")
        if launcher.thing.element is None or not await press(
            launcher.thing.element, turns="door" if launcher.named else ""
        ):
            return None
        popped = await self.windows.follow(count, _SETTLE_S)
        elsewhere = popped or self.windows.current.url != address
        if elsewhere:
            reason = await judge_page(self.windows)
            if reason is not None and reason.outcome is not Outcome.FAILED:
                self.reason = reason
            elif reason is not None and launcher.named:
                self.tried.append(f"{words} leads to a page with {reason}")
            known_fields, known_things = [], []
            fields = await look(self.windows.current, "fields")
            promised = launcher.promises_a_bot
            # a page may have a letter to be written beside its bot
            if best_talk_box(fields, promised=promised) is None and any(
                is_handed_in(each, promised=promised) for each in fields
            ):
                self.tried.append(f"{words} leads to a form that is handed in to somebody: left alone")
                return None
        box = await self._approach(known_fields, known_things, promised=launcher.promises_a_bot)
        if box is not None:
            self.reason = None
            where = (
                "a window of its own" if popped else "a page of its own" if elsewhere else "the page itself"
            )
            self.way = f"launcher {words}, in {where}"
            return box
        if launcher.named and await _canvases(self.windows.current) > canvases:
            self.unreachable = f"{words} opens a widget that is drawn on a canvas or in a closed shadow root"
        return None

    async def _approach(
        self, known_fields: list[Sighting], known_things: list[Sighting], *, promised: bool
    ) -> Sighting | None:
        """Pass notices and topics until there is a field to talk in."""
        page = self.windows.current
        for step in range(_NOTICES + 1):
            box = await self._wait_for_box(
                page, known_fields, _OPENING_S if step == 0 else 1.5, promised=promised
            )
            if box is not None and box.on_top is not False and not box.disabled:
                return box
            text = await read_text(page)
            if wants_login(text) and not known_things:
                self.reason = Reason.LOGIN_WALL
            count = self.windows.opened
            if not await pass_notice(page, known_things, self.tried):
                if asks_who(text, fresh_fields(await look(page, "fields"), known_fields)):
                    self.reason = Reason.LOGIN_WALL
                    self.tried.append("it asks for name or telephone before it talks")
                    return None
                if box is not None:
                    return box
                if wants_login(text) and known_things:
                    self.reason = Reason.LOGIN_WALL
                return None
            await self.windows.follow(count, _SETTLE_S)
            page = self.windows.current
        return None

    async def _wait_for_box(
        self, page: Page, known_fields: list[Sighting], patience_s: float, *, promised: bool
    ) -> Sighting | None:
        waited = 0.0
        while True:
            box = best_talk_box(await look(page, "fields"), known_fields, promised=promised)
            if box is not None or waited >= patience_s:
                return box
            await asyncio.sleep(0.3)
            waited += 0.3
            if not self.windows.traffic.pending() and waited >= 1.2:
                return best_talk_box(await look(page, "fields"), known_fields, promised=promised)

    async def _restore(self, page: Page, address: str) -> None:
        """Come back to where the search began."""
        await self.windows.back_to_first()
        self.windows.current = page if not page.is_closed() else self.windows.first
        try:
            if self.windows.current.url != address:
                await self.windows.current.goto(address, wait_until="domcontentloaded", timeout=15_000)
                await self.windows.rest()
            else:
                await self.windows.current.keyboard.press("Escape")
        except Error:
            return


def _key(launcher: Launcher) -> tuple[str, str]:
    return launcher.thing.names, launcher.thing.hints


async def _canvases(page: Page) -> int:
    """How many canvases, and elements of a kind of their own that show nothing of their inside, are shown."""
    count = 0
    for frame in page.frames:
        try:
            count += await frame.evaluate(
                """() => [...document.querySelectorAll('*')].filter(each => {
                  const opaque = each.tagName === 'CANVAS'
                    || (each.tagName.includes('-') && !each.shadowRoot && !each.childElementCount && !each.textContent.trim());
                  if (!opaque) return false;
                  const box = each.getBoundingClientRect();
                  return box.width >= 200 && box.height >= 200;
                }).length"""
            )
        except Error:
            continue
    return count
